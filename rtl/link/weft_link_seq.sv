// SPDX-License-Identifier: Apache-2.0
`include "weft_assert.svh"

/// Sequence, acknowledgement and go-back-N replay (PROTOCOL.md chapter 6).
///
/// Receive verdicts, the transmit decision and the forming of a tail arrive as pulses; every pulse
/// takes effect at the edge that ends its cycle. Nothing here counts cycles: timers compare `now_i`
/// with the cycle they were armed in.
module weft_link_seq (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [47:0] now_i,
  input  logic        clear_i,         // forget everything
  input  logic        drop_i,          // forget running receive state (retrain)
  input  logic        active_i,        // state is ACTIVE

  // Registers
  input  logic [31:0] window_i,
  input  logic [31:0] ack_n_i,
  input  logic [31:0] ack_t_i,
  input  logic [31:0] replay_t_i,
  input  logic [31:0] replay_num_i,

  // Receive verdicts
  input  logic        rx_bad_i,
  input  logic        rx_data_i,
  input  logic        rx_ctrl_i,
  input  logic [63:0] rx_head_i,
  input  logic [63:0] rx_tail_i,
  input  logic        resync_i,        // take resync_exp_i as the peer's exp
  input  logic [15:0] resync_exp_i,
  input  logic        tell_i,          // entering ACTIVE, or asked by a BOOT flit: send a CTRL
  input  logic        stall_i,         // OFL-5.7: poll

  // Transmit
  input  logic        send_data_i,     // decision: next flit is DATA `next_o` (repeated or new)
  input  logic        send_ctrl_i,
  input  logic        tail_i,          // a tail is formed with exp_o
  input  logic        tail_pending_i,  // a flit is on its way whose tail will be
  output logic        replaying_o,     // next is not top
  output logic        window_open_o,
  output logic        want_ctrl_o,

  // State
  output logic [weft_link_pkg::SeqW-1:0] base_o,
  output logic [weft_link_pkg::SeqW-1:0] next_o,
  output logic [weft_link_pkg::SeqW-1:0] top_o,
  output logic [weft_link_pkg::SeqW-1:0] exp_o,
  output logic [1:0]  epoch_o,
  output logic        nak_o,
  output logic [1:0]  nak_ep_o,
  output logic        poll_o,

  output logic        all_dirty_o,     // credit records have to be told again
  output logic        give_up_o,       // OFL-6.13
  output logic        progress_o,      // base moved
  output logic        timer_ev_o,      // a timer changed state at this edge
  output logic        dl_ack_valid_o,
  output logic [47:0] dl_ack_o,
  output logic        dl_replay_valid_o,
  output logic [47:0] dl_replay_o,

  // Counted events
  output logic        ev_accept_o,
  output logic        ev_dup_o,
  output logic        ev_gap_o,
  output logic        ev_nak_rx_o,
  output logic        ev_nak_stale_o,
  output logic        ev_ack_stale_o,
  output logic        ev_replay_o,
  output logic        ev_timer_replay_o
);
  // Protocol constants (yosys reads no imports).
  localparam int unsigned SeqW = weft_link_pkg::SeqW;
  localparam int unsigned Window = weft_link_pkg::Window;
  localparam int unsigned HeadSeqLsb = weft_link_pkg::HeadSeqLsb;
  localparam int unsigned HeadEpLsb = weft_link_pkg::HeadEpLsb;
  localparam int unsigned HeadNakEpLsb = weft_link_pkg::HeadNakEpLsb;
  localparam int unsigned HeadNakLsb = weft_link_pkg::HeadNakLsb;
  localparam int unsigned HeadPollLsb = weft_link_pkg::HeadPollLsb;
  localparam int unsigned TailAckLsb = weft_link_pkg::TailAckLsb;

  logic [SeqW-1:0] base_q, base_d, next_q, next_d, top_q, top_d, exp_q, exp_d, told_q, told_d;
  logic [1:0]      epoch_q, epoch_d, nak_ep_q, nak_ep_d, last_ep_q, last_ep_d;
  logic            disc_q, disc_d, poll_q, poll_d, sdirty_q, sdirty_d, dup_q, dup_d;
  logic [7:0]      replays_q, replays_d;
  logic [47:0]     ack_t0_q, replay_t0_q;

  // Fields of the flit that just ended.
  logic [SeqW-1:0] rx_seq, rx_ack, ahead, adv;
  logic [1:0]      rx_ep, rx_nak_ep;
  logic            rx_nak, rx_poll, rx_good, gap;
  assign rx_seq    = rx_head_i[HeadSeqLsb+:SeqW];
  assign rx_ep     = rx_head_i[HeadEpLsb+:2];
  assign rx_nak_ep = rx_head_i[HeadNakEpLsb+:2];
  assign rx_nak    = rx_head_i[HeadNakLsb];
  assign rx_poll   = rx_head_i[HeadPollLsb];
  assign rx_ack    = rx_tail_i[TailAckLsb+:SeqW];
  assign rx_good   = rx_data_i || rx_ctrl_i;
  logic unused_rx;
  assign unused_rx = ^{rx_tail_i, resync_exp_i};
  assign ahead      = rx_seq - exp_q;
  assign adv       = rx_ack - base_q;
  // CTRL names the DATA to come, so a window's worth ahead is still a gap there.
  assign gap       = ahead != '0 && (32'(ahead) < Window || (rx_ctrl_i && 32'(ahead) == Window));

  // Acknowledgement, judged on what was sent before this edge; then what calls for a replay.
  logic            ack_ok, ack_moves, nak_hit, timer_hit, own_replay, start_replay;
  logic [SeqW-1:0] base_acked, top_sent;
  logic [7:0]      replays_acked;
  assign ack_ok        = adv <= SeqW'(top_q - base_q);
  assign ack_moves     = rx_good && ack_ok && adv != '0;
  assign base_acked    = ack_moves ? rx_ack : base_q;
  assign top_sent      = (send_data_i && next_q == top_q) ? top_q + SeqW'(1) : top_q;
  assign replays_acked = ack_moves ? 8'd0 : replays_q;
  assign nak_hit       = rx_good && rx_nak && rx_nak_ep == epoch_q && base_acked != top_sent;
  assign timer_hit     = active_i && base_q != top_q && !ack_moves && !nak_hit &&
                         now_i - replay_t0_q >= 48'(replay_t_i);
  assign own_replay    = nak_hit || timer_hit;
  assign give_up_o     = own_replay && 32'(replays_acked) + 32'd1 >= replay_num_i;
  assign progress_o    = ack_moves;
  assign start_replay  = own_replay || (resync_i && resync_exp_i[SeqW-1:0] != top_q);

  always_comb begin
    base_d    = base_acked;
    next_d    = next_q;
    top_d     = top_sent;
    exp_d     = exp_q;
    told_d    = told_q;
    epoch_d   = epoch_q;
    nak_ep_d  = nak_ep_q;
    last_ep_d = last_ep_q;
    disc_d    = disc_q;
    poll_d    = poll_q;
    sdirty_d  = sdirty_q;
    dup_d     = dup_q;
    replays_d = replays_acked;
    ev_accept_o       = 1'b0;
    ev_dup_o          = 1'b0;
    ev_gap_o          = 1'b0;
    ev_nak_rx_o       = 1'b0;
    ev_nak_stale_o    = 1'b0;
    ev_ack_stale_o    = 1'b0;
    all_dirty_o       = 1'b0;

    // What leaves: told first, so that news of the same edge counts as untold.
    if (tail_i) begin
      told_d = exp_q;
      dup_d  = 1'b0;
    end
    if (send_data_i) begin
      next_d = next_q + SeqW'(1);
    end
    if (send_data_i || send_ctrl_i) begin
      poll_d = 1'b0;
    end
    if (send_ctrl_i && next_q == top_q) begin
      sdirty_d = 1'b0;
    end

    // What arrived.
    if (rx_bad_i) begin
      poll_d      = 1'b1;
      sdirty_d    = 1'b1;
      all_dirty_o = 1'b1;
      if (!disc_q) begin
        disc_d   = 1'b1;
        nak_ep_d = last_ep_q;
      end
    end
    if (rx_good) begin
      last_ep_d = rx_ep;
      if (ahead == '0) begin
        disc_d = 1'b0;
        if (rx_data_i) begin
          exp_d       = exp_q + SeqW'(1);
          ev_accept_o = 1'b1;
        end
      end else if (gap) begin
        ev_gap_o = rx_data_i;
        if (!disc_d || rx_ep != nak_ep_d) begin
          disc_d   = 1'b1;
          nak_ep_d = rx_ep;
          sdirty_d = 1'b1;
        end
      end else if (rx_data_i) begin
        ev_dup_o = 1'b1;
        dup_d    = 1'b1;
      end
      if (ack_moves && adv > SeqW'(next_q - base_q)) begin
        next_d = rx_ack;
      end
      ev_ack_stale_o = !ack_ok;
      if (rx_nak || rx_poll) begin
        sdirty_d    = 1'b1;
        all_dirty_o = 1'b1;
      end
      ev_nak_rx_o    = rx_nak;
      ev_nak_stale_o = rx_nak && rx_nak_ep != epoch_q;
    end
    ev_timer_replay_o = timer_hit;
    if (resync_i) begin
      base_d    = resync_exp_i[SeqW-1:0];
      next_d    = resync_exp_i[SeqW-1:0];
      replays_d = '0;
    end
    if (start_replay) begin
      next_d   = base_d;
      epoch_d  = epoch_q + 2'd1;
      sdirty_d = 1'b1;
    end
    if (own_replay) begin
      replays_d = replays_acked + 8'd1;
    end
    if (stall_i) begin
      poll_d   = 1'b1;
      sdirty_d = 1'b1;
    end
    if (drop_i) begin
      disc_d   = 1'b0;
      poll_d   = 1'b0;
    end
  end

  assign ev_replay_o = start_replay;
  assign timer_ev_o  = ev_timer_replay_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      base_q      <= '0;
      next_q      <= '0;
      top_q       <= '0;
      exp_q       <= '0;
      told_q      <= '0;
      epoch_q     <= '0;
      nak_ep_q    <= '0;
      last_ep_q   <= '0;
      disc_q      <= 1'b0;
      poll_q      <= 1'b0;
      sdirty_q    <= 1'b0;
      dup_q       <= 1'b0;
      replays_q   <= '0;
      ack_t0_q    <= '0;
      replay_t0_q <= '0;
    end else begin
      base_q    <= base_d;
      next_q    <= next_d;
      top_q     <= top_d;
      exp_q     <= exp_d;
      told_q    <= told_d;
      epoch_q   <= epoch_d;
      nak_ep_q  <= nak_ep_d;
      last_ep_q <= last_ep_d;
      disc_q    <= disc_d;
      poll_q    <= poll_d;
      sdirty_q  <= sdirty_d || tell_i;
      dup_q     <= dup_d;
      replays_q <= replays_d;
      if (exp_d != told_d && (exp_q == told_q || tail_i)) begin
        ack_t0_q <= now_i;
      end
      if (start_replay || base_d != base_q || (base_q == top_q && top_d != top_q)) begin
        replay_t0_q <= now_i;
      end
      if (clear_i) begin
        base_q    <= '0;
        next_q    <= '0;
        top_q     <= '0;
        exp_q     <= '0;
        told_q    <= '0;
        epoch_q   <= '0;
        nak_ep_q  <= '0;
        last_ep_q <= '0;
        disc_q    <= 1'b0;
        poll_q    <= 1'b0;
        sdirty_q  <= 1'b0;
        dup_q     <= 1'b0;
        replays_q <= '0;
      end
    end
  end

  logic [SeqW-1:0] untold;
  assign untold        = exp_q - told_q;
  assign replaying_o   = next_q != top_q;
  assign window_open_o = 32'(SeqW'(top_q - base_q)) < window_i;
  assign want_ctrl_o   = sdirty_q || (!tail_pending_i && (dup_q ||
      (untold != '0 && (32'(untold) >= ack_n_i || now_i - ack_t0_q >= 48'(ack_t_i)))));

  assign base_o   = base_q;
  assign next_o   = next_q;
  assign top_o    = top_q;
  assign exp_o    = exp_q;
  assign epoch_o  = epoch_q;
  assign nak_o    = disc_q;
  assign nak_ep_o = disc_q ? nak_ep_q : 2'd0;
  assign poll_o   = poll_q;

  assign dl_ack_valid_o    = untold != '0;
  assign dl_ack_o          = ack_t0_q + 48'(ack_t_i);
  assign dl_replay_valid_o = active_i && base_q != top_q;
  assign dl_replay_o       = replay_t0_q + 48'(replay_t_i);

  `WEFT_ASSERT(WindowHolds, 32'(SeqW'(top_q - base_q)) <= Window)
  `WEFT_ASSERT(NextInWindow, SeqW'(next_q - base_q) <= SeqW'(top_q - base_q))
endmodule
