// SPDX-License-Identifier: Apache-2.0
`include "weft_assert.svh"

/// One end of an OFL link: PROTOCOL.md on the wire, TIMING.md in cycles.
///
/// Inputs feed flops only, outputs come from flops. No flop changes because time passes: after a
/// clock that shows `quiescent_o` with null inputs the end may be left unevaluated until the
/// earliest `dl_*` deadline. A null input has every valid, request and strobe low.
///
/// Golden model: models/link/link_model.h. Suite: testbench/conform.
module weft_link_end (
  input  logic         clk_i,
  input  logic         rst_ni,
  input  logic [47:0]  now_i,          // link cycle
  input  logic [31:0]  session_i,      // strap: keyed random per reset
  input  logic         strap_up_i,     // strap: begin in ACTIVE

  // PHY
  input  logic         phy_lock_i,
  input  logic         tx_slot_i,      // a flit may start: every Beats cycles
  input  logic         li_valid_i,
  input  logic         li_sof_i,
  input  logic         li_eof_i,
  input  logic         li_bad_i,
  input  logic [511:0] li_data_i,
  output logic         lo_valid_o,
  output logic         lo_sof_o,
  output logic         lo_eof_o,
  output logic [511:0] lo_data_o,

  // Host, transmit: permission by ht_space_o (slots taken from the skid, 4 bits per VC)
  input  logic         ht_valid_i,
  input  logic [3:0]   ht_vc_i,
  input  logic [3:0]   ht_slots_i,
  input  logic [511:0] ht_data_i,
  output logic [4*weft_link_pkg::NumVcs-1:0] ht_space_o,

  // Host, receive: no back-pressure, the credits are the permission
  output logic         hr_valid_o,
  output logic [511:0] hr_data_o,
  output logic [7:0]   hr_mask_o,
  output logic [7:0]   hr_sop_o,
  output logic [7:0]   hr_eop_o,
  output logic [3:0]   hr_vc_o,
  output logic         hr_commit_o,
  output logic         hr_abort_o,
  output logic         hr_poison_o,
  input  logic         free_valid_i,
  input  logic [3:0]   free_vc_i,
  input  logic [15:0]  free_units_i,

  // Registers
  input  logic         csr_req_i,
  input  logic         csr_we_i,
  input  logic [11:0]  csr_addr_i,
  input  logic [63:0]  csr_wdata_i,
  output logic [63:0]  csr_rdata_o,
  output logic         csr_rvalid_o,
  output logic         irq_o,

  // Status
  output logic         up_o,           // ACTIVE
  output logic         flush_o,        // everything was forgotten at this edge
  output logic         quiescent_o,
  output logic [5:0]   dl_valid_o,     // deadlines: ack, replay, credit return, stall, boot, state
  output logic [47:0]  dl_ack_o,
  output logic [47:0]  dl_replay_o,
  output logic [47:0]  dl_ret_o,
  output logic [47:0]  dl_stall_o,
  output logic [47:0]  dl_boot_o,
  output logic [47:0]  dl_state_o
);
  // Protocol constants (yosys reads no imports).
  localparam int unsigned SeqW = weft_link_pkg::SeqW;
  localparam int unsigned NumVcs = weft_link_pkg::NumVcs;
  localparam int unsigned CreditW = weft_link_pkg::CreditW;
  localparam int unsigned HeadSeqLsb = weft_link_pkg::HeadSeqLsb;
  localparam int unsigned HeadSeqW = weft_link_pkg::HeadSeqW;
  localparam int unsigned HeadFirstLsb = weft_link_pkg::HeadFirstLsb;
  localparam int unsigned HeadFirstW = weft_link_pkg::HeadFirstW;
  localparam int unsigned HeadEpLsb = weft_link_pkg::HeadEpLsb;
  localparam int unsigned HeadEpW = weft_link_pkg::HeadEpW;
  localparam int unsigned HeadNakEpLsb = weft_link_pkg::HeadNakEpLsb;
  localparam int unsigned HeadNakEpW = weft_link_pkg::HeadNakEpW;
  localparam int unsigned HeadRecLsb = weft_link_pkg::HeadRecLsb;
  localparam int unsigned HeadRecW = weft_link_pkg::HeadRecW;
  localparam int unsigned HeadNakLsb = weft_link_pkg::HeadNakLsb;
  localparam int unsigned HeadPollLsb = weft_link_pkg::HeadPollLsb;
  localparam int unsigned HeadRtxLsb = weft_link_pkg::HeadRtxLsb;
  localparam int unsigned HeadTypeLsb = weft_link_pkg::HeadTypeLsb;
  localparam int unsigned HeadTypeW = weft_link_pkg::HeadTypeW;
  localparam logic [4:0] LimitNone = weft_link_pkg::LimitNone;
  localparam logic [2:0] TypeData = weft_link_pkg::TypeData;
  localparam logic [2:0] TypeCtrl = weft_link_pkg::TypeCtrl;
  localparam logic [2:0] TypeBoot = weft_link_pkg::TypeBoot;
  localparam int unsigned TailCntLsb = weft_link_pkg::TailCntLsb;
  localparam int unsigned BootOpLsb = weft_link_pkg::BootOpLsb;
  localparam int unsigned BootOpW = weft_link_pkg::BootOpW;
  localparam int unsigned BootSeenLsb = weft_link_pkg::BootSeenLsb;
  localparam int unsigned BootExpSlot = weft_link_pkg::BootExpSlot;
  localparam int unsigned BootExpLsb = weft_link_pkg::BootExpLsb;
  localparam int unsigned BootExpW = weft_link_pkg::BootExpW;
  localparam int unsigned BootLimitsSlot = weft_link_pkg::BootLimitsSlot;

  localparam int unsigned AllW = CreditW * NumVcs;

  // Registered inputs.
  logic [47:0] now_q;
  logic        lock_q, slot_q, free_valid_q, ht_poke_q;
  logic [31:0] session_q;
  logic [3:0]  free_vc_q;
  logic [15:0] free_units_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      now_q        <= '0;
      lock_q       <= 1'b0;
      slot_q       <= 1'b0;
      free_valid_q <= 1'b0;
      free_vc_q    <= '0;
      free_units_q <= '0;
      ht_poke_q    <= 1'b0;
      session_q    <= '0;
    end else begin
      ht_poke_q    <= ht_valid_i || (lock_q != phy_lock_i);
      session_q    <= session_i;
      now_q        <= now_i;
      lock_q       <= phy_lock_i;
      slot_q       <= tx_slot_i;
      free_valid_q <= free_valid_i;
      if (free_valid_i) begin
        free_vc_q    <= free_vc_i;
        free_units_q <= free_units_i;
      end
    end
  end

  // Registers page.
  logic        csr_busy, enable, retrain_p, hot_reset_p, clear_p_unused;
  logic [31:0] ack_n, ack_t, ret_n, ret_t, stall_t, replay_t, replay_num, retrain_num;
  logic [31:0] boot_t, train_t, retrain_t, hrst_t;
  logic [15:0] window;
  logic [AllW-1:0] rx_buf, limit, used, grant;
  logic [5:0]  irq_en_unused, irq_stat_unused;

  // State machine.
  logic [3:0]  state;
  logic        active, open, boot_due, boot_seen, clear, load, init, drop, tell;
  logic        take_first, take_all, resync, change;
  logic [3:0]  boot_op;
  logic [15:0] reason;
  logic        dl_boot_valid, dl_state_valid, ev_down, ev_retrain, ev_refuse;

  // Sequence.
  logic [SeqW-1:0] base, next, top, exp;
  logic [1:0]  epoch, nak_ep;
  logic        nak, poll, replaying, window_open, want_ctrl, all_dirty;
  logic        give_up, progress, seq_timer;
  logic        dl_ack_valid, dl_replay_valid, ev_accept_unused, ev_dup, ev_gap;
  logic        ev_nak_rx, ev_nak_stale, ev_ack_stale, ev_replay, ev_timer_replay;

  // Credits.
  logic        credit_due, limit_advance, ev_backwards, dl_ret_valid;
  logic [4:0]  pick_rec, tail_rec;
  logic [CreditW-1:0] tail_cnt;

  // Receive.
  logic        rx_end, rx_bad, rx_data, rx_ctrl, rx_boot, rx_frame, rx_busy;
  logic [63:0] rx_head, rx_tail;
  logic [16*NumVcs-1:0] rx_limits, boot_limits;
  logic [511:0] rx_beat;
  logic        rx_data_open, rx_ctrl_open, rx_bad_open;

  // Transmit.
  logic        decide, send_boot, send_data, send_new, send_ctrl, pack_any, pack_take;
  logic        ctrl_limits, tail_form, tail_pending, tx_busy, ram_err;
  logic [NumVcs-1:0] blocked;
  logic [7:0]  first;
  logic [1:0]  pack_idx;
  logic [511:0] pack_beat;
  logic [6*NumVcs-1:0] ev_pkts;
  logic [47:0] head;

  assign rx_data_open = rx_data && open;
  assign rx_ctrl_open = rx_ctrl && open;
  assign rx_bad_open  = rx_bad && open;
  assign boot_limits  = rx_beat[64*BootLimitsSlot+:16*NumVcs];

  // ---- Decision (TIMING.md: edge c+1) ----
  assign decide    = slot_q;
  assign send_boot = decide && boot_due;
  assign send_new  = decide && active && !replaying && window_open && pack_any;
  assign send_data = (decide && active && replaying) || send_new;
  assign send_ctrl = decide && active && !send_data && (want_ctrl || (credit_due && !tail_pending));

  always_comb begin
    head = '0;
    if (send_boot) begin
      head[BootOpLsb+:BootOpW]   = boot_op;
      head[BootSeenLsb]          = boot_seen;
      head[HeadTypeLsb+:HeadTypeW] = TypeBoot;
    end else if (send_data || send_ctrl) begin
      head[HeadSeqLsb+:HeadSeqW]     = HeadSeqW'(next);
      head[HeadFirstLsb+:HeadFirstW] = send_new ? first : 8'd0;
      head[HeadEpLsb+:HeadEpW]       = epoch;
      head[HeadNakEpLsb+:HeadNakEpW] = nak_ep;
      head[HeadRecLsb+:HeadRecW]     = send_data ? pick_rec : LimitNone;
      head[HeadNakLsb]               = nak;
      head[HeadPollLsb]              = poll;
      head[HeadRtxLsb]               = send_data && !send_new;
      head[HeadTypeLsb+:HeadTypeW]   = send_data ? TypeData : TypeCtrl;
    end
  end

  // ---- Stall: a header waits for credit alone (OFL-5.7) ----
  logic              stalled, stall_fire;
  logic [NumVcs-1:0] blocked_seen, stall_ev;
  logic [48*NumVcs-1:0] stall_add;
  weft_link_stall u_stall (
    .clk_i,
    .rst_ni,
    .now_i    (now_q),
    .clear_i  (clear),
    .active_i (active),
    .decide_i (decide),
    .blocked_i(blocked),
    .advance_i(limit_advance),
    .stall_t_i(stall_t),
    .stalled_o(stalled),
    .blocked_o(blocked_seen),
    .fire_o   (stall_fire),
    .dl_o     (dl_stall_o),
    .ev_o     (stall_ev),
    .add_o    (stall_add)
  );

  // ---- Quiescence ----
  logic poke_q, poke;
  assign poke = rx_end || ht_poke_q || free_valid_q || csr_busy || change || stall_fire ||
                seq_timer;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      poke_q <= 1'b1;
    end else begin
      // A decision that found nothing ends it, unless a tail on its way was the reason.
      poke_q <= poke || (poke_q && !(decide && !tail_pending && !send_boot && !send_data &&
                                     !send_ctrl));
    end
  end
  assign quiescent_o = !(slot_q || poke_q || ht_poke_q || rx_busy || tx_busy || free_valid_q ||
                         csr_busy || csr_rvalid_o || ht_space_o != '0 || flush_o);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      flush_o <= 1'b0;
      up_o    <= 1'b0;
    end else begin
      flush_o <= clear;
      up_o    <= active;
    end
  end

  assign dl_valid_o = {dl_state_valid, dl_boot_valid, active && stalled, active && dl_ret_valid,
                       dl_replay_valid, active && dl_ack_valid};

  weft_link_rx u_rx (
    .clk_i,
    .rst_ni,
    .clear_i    (clear),
    .drop_i     (drop),
    .li_valid_i,
    .li_sof_i,
    .li_eof_i,
    .li_bad_i,
    .li_data_i,
    .hr_valid_o,
    .hr_data_o,
    .hr_mask_o,
    .hr_sop_o,
    .hr_eop_o,
    .hr_vc_o,
    .hr_commit_o,
    .hr_abort_o,
    .hr_poison_o,
    .open_i     (open),
    .exp_i      (exp),
    .ev_end_o   (rx_end),
    .ev_bad_o   (rx_bad),
    .ev_data_o  (rx_data),
    .ev_ctrl_o  (rx_ctrl),
    .ev_boot_o  (rx_boot),
    .ev_frame_o (rx_frame),
    .ev_head_o  (rx_head),
    .ev_tail_o  (rx_tail),
    .ev_limits_o(rx_limits),
    .ev_beat_o  (rx_beat),
    .busy_o     (rx_busy)
  );

  weft_link_seq u_seq (
    .clk_i,
    .rst_ni,
    .now_i            (now_q),
    .clear_i          (clear),
    .drop_i           (drop),
    .active_i         (active),
    .window_i         (32'(window)),
    .ack_n_i          (ack_n),
    .ack_t_i          (ack_t),
    .replay_t_i       (replay_t),
    .replay_num_i     (replay_num),
    .rx_bad_i         (rx_bad_open),
    .rx_data_i        (rx_data_open),
    .rx_ctrl_i        (rx_ctrl_open),
    .rx_head_i        (rx_head),
    .rx_tail_i        (rx_tail),
    .resync_i         (resync),
    .resync_exp_i     (rx_beat[64*BootExpSlot+BootExpLsb+:BootExpW]),
    .tell_i           (tell),
    .stall_i          (stall_fire),
    .send_data_i      (send_data),
    .send_ctrl_i      (send_ctrl),
    .tail_i           (tail_form),
    .tail_pending_i   (tail_pending),
    .replaying_o      (replaying),
    .window_open_o    (window_open),
    .want_ctrl_o      (want_ctrl),
    .base_o           (base),
    .next_o           (next),
    .top_o            (top),
    .exp_o            (exp),
    .epoch_o          (epoch),
    .nak_o            (nak),
    .nak_ep_o         (nak_ep),
    .poll_o           (poll),
    .all_dirty_o      (all_dirty),
    .give_up_o        (give_up),
    .progress_o       (progress),
    .timer_ev_o       (seq_timer),
    .dl_ack_valid_o   (dl_ack_valid),
    .dl_ack_o,
    .dl_replay_valid_o(dl_replay_valid),
    .dl_replay_o,
    .ev_accept_o      (ev_accept_unused),
    .ev_dup_o         (ev_dup),
    .ev_gap_o         (ev_gap),
    .ev_nak_rx_o      (ev_nak_rx),
    .ev_nak_stale_o   (ev_nak_stale),
    .ev_ack_stale_o   (ev_ack_stale),
    .ev_replay_o      (ev_replay),
    .ev_timer_replay_o(ev_timer_replay)
  );

  weft_link_credit u_credit (
    .clk_i,
    .rst_ni,
    .now_i         (now_q),
    .clear_i       (clear),
    .load_i        (load),
    .init_i        (init),
    .strap_up_i,
    .buf_i         (rx_buf),
    .ret_n_i       (ret_n),
    .ret_t_i       (ret_t),
    .free_valid_i  (free_valid_q),
    .free_vc_i     (free_vc_q),
    .free_units_i  (free_units_q),
    .rx_rec_i      (rx_data_open && rx_head[HeadRecLsb+:HeadRecW] != LimitNone),
    .rec_i         (rx_head[HeadRecLsb+:HeadRecW]),
    .cnt_i         (rx_tail[TailCntLsb+:CreditW]),
    .rx_all_i      (rx_ctrl_open || take_all),
    .rx_first_i    (take_first),
    .limits_i      (rx_ctrl_open ? rx_limits : boot_limits),
    .all_dirty_i   (all_dirty),
    .pick_i        (send_data),
    .pick_rec_o    (pick_rec),
    .tail_i        (tail_form),
    .tail_rec_i    (tail_rec),
    .told_cnt_o    (tail_cnt),
    .ctrl_i        (ctrl_limits),
    .grant_o       (grant),
    .due_o         (credit_due),
    .limit_o       (limit),
    .advance_o     (limit_advance),
    .ev_backwards_o(ev_backwards),
    .dl_valid_o    (dl_ret_valid),
    .dl_o          (dl_ret_o)
  );

  weft_link_lsm u_lsm (
    .clk_i,
    .rst_ni,
    .now_i           (now_q),
    .strap_up_i,
    .phy_lock_i      (lock_q),
    .enable_i        (enable),
    .retrain_p_i     (retrain_p),
    .hot_reset_p_i   (hot_reset_p),
    .boot_t_i        (boot_t),
    .train_t_i       (train_t),
    .retrain_t_i     (retrain_t),
    .hrst_t_i        (hrst_t),
    .retrain_num_i   (retrain_num),
    .rx_boot_i       (rx_boot),
    .rx_beat_i       (rx_beat),
    .rx_good_i       (rx_data_open || rx_ctrl_open),
    .give_up_i       (give_up),
    .progress_i      (progress),
    .base_i          (base),
    .top_i           (top),
    .state_o         (state),
    .active_o        (active),
    .open_o          (open),
    .reason_o        (reason),
    .boot_due_o      (boot_due),
    .boot_op_o       (boot_op),
    .boot_seen_o     (boot_seen),
    .boot_sent_i     (send_boot),
    .clear_o         (clear),
    .load_o          (load),
    .init_o          (init),
    .drop_o          (drop),
    .tell_o          (tell),
    .take_first_o    (take_first),
    .take_all_o      (take_all),
    .resync_o        (resync),
    .change_o        (change),
    .dl_boot_valid_o (dl_boot_valid),
    .dl_boot_o,
    .dl_state_valid_o(dl_state_valid),
    .dl_state_o,
    .ev_down_o       (ev_down),
    .ev_retrain_o    (ev_retrain),
    .ev_refuse_o     (ev_refuse)
  );

  weft_link_pack u_pack (
    .clk_i,
    .rst_ni,
    .clear_i   (clear),
    .ht_valid_i,
    .ht_vc_i,
    .ht_slots_i,
    .ht_data_i,
    .ht_space_o,
    .limit_i   (limit),
    .used_o    (used),
    .ask_i     (decide && active),
    .any_o     (pack_any),
    .first_o   (first),
    .blocked_o (blocked),
    .launch_i  (send_new),
    .gather_i  (pack_take),
    .idx_i     (pack_idx),
    .beat_o    (pack_beat),
    .ev_pkts_o (ev_pkts)
  );

  weft_link_tx u_tx (
    .clk_i,
    .rst_ni,
    .clear_i      (clear),
    .send_boot_i  (send_boot),
    .send_data_i  (send_data),
    .send_ctrl_i  (send_ctrl),
    .rtx_i        (!send_new),
    .head_i       (head),
    .boot_op_i    (boot_op),
    .pack_o       (pack_take),
    .idx_o        (pack_idx),
    .pack_beat_i  (pack_beat),
    .ctrl_limits_o(ctrl_limits),
    .grant_i      (grant),
    .exp_i        (exp),
    .session_i    (session_q),
    .window_i     (window),
    .reason_i     (reason),
    .tail_o       (tail_form),
    .tail_rec_o   (tail_rec),
    .tail_cnt_i   (tail_cnt),
    .lo_valid_o,
    .lo_sof_o,
    .lo_eof_o,
    .lo_data_o,
    .tail_pending_o(tail_pending),
    .busy_o       (tx_busy),
    .ev_ram_err_o (ram_err)
  );

  logic [NumVcs-1:0] ev_pkts_any;
  for (genvar v = 0; v < NumVcs; v++) begin : gen_pkts
    assign ev_pkts_any[v] = ev_pkts[6*v+:6] != '0;
  end

  weft_link_regs u_regs (
    .clk_i,
    .rst_ni,
    .csr_req_i,
    .csr_we_i,
    .csr_addr_i,
    .csr_wdata_i,
    .csr_rdata_o,
    .csr_rvalid_o,
    .busy_o                   (csr_busy),
    .ctrl_enable_o            (enable),
    .ctrl_retrain_p_o         (retrain_p),
    .ctrl_hot_reset_p_o       (hot_reset_p),
    .ctrl_clear_p_o           (clear_p_unused),
    .status_state_i           (state),
    .status_refuse_reason_i   (reason[7:0]),
    .status_disc_i            (nak),
    .status_stalled_i         (4'(blocked_seen)),
    .irq_stat_down_set_i      (ev_down),
    .irq_stat_down_o          (irq_stat_unused[0]),
    .irq_stat_retrain_set_i   (ev_retrain),
    .irq_stat_retrain_o       (irq_stat_unused[1]),
    .irq_stat_refuse_set_i    (ev_refuse),
    .irq_stat_refuse_o        (irq_stat_unused[2]),
    .irq_stat_replay_thr_set_i(give_up),
    .irq_stat_replay_thr_o    (irq_stat_unused[3]),
    .irq_stat_proto_err_set_i (rx_frame),
    .irq_stat_proto_err_o     (irq_stat_unused[4]),
    .irq_stat_ram_err_set_i   (ram_err),
    .irq_stat_ram_err_o       (irq_stat_unused[5]),
    .irq_stat_irq_o           (irq_o),
    .irq_en_down_o            (irq_en_unused[0]),
    .irq_en_retrain_o         (irq_en_unused[1]),
    .irq_en_refuse_o          (irq_en_unused[2]),
    .irq_en_replay_thr_o      (irq_en_unused[3]),
    .irq_en_proto_err_o       (irq_en_unused[4]),
    .irq_en_ram_err_o         (irq_en_unused[5]),
    .ack_n_flits_o            (ack_n),
    .ack_t_cycles_o           (ack_t),
    .ret_n_units_o            (ret_n),
    .ret_t_cycles_o           (ret_t),
    .stall_t_cycles_o         (stall_t),
    .replay_t_cycles_o        (replay_t),
    .replay_num_replays_o     (replay_num),
    .retrain_num_retrains_o   (retrain_num),
    .boot_t_cycles_o          (boot_t),
    .train_t_cycles_o         (train_t),
    .retrain_t_cycles_o       (retrain_t),
    .hrst_t_cycles_o          (hrst_t),
    .window_flits_o           (window),
    .rx_buf_units_o           (rx_buf),
    .tx_data_ev_i             (send_data),
    .tx_ctrl_ev_i             (send_ctrl),
    .tx_boot_ev_i             (send_boot),
    .rx_data_ev_i             (rx_data),
    .rx_ctrl_ev_i             (rx_ctrl),
    .rx_boot_ev_i             (rx_boot),
    .rx_bad_ev_i              (rx_bad),
    .rx_bad_add_i             (2'd1),
    .rx_dup_ev_i              (ev_dup),
    .rx_gap_ev_i              (ev_gap),
    .tx_replay_events_ev_i    (ev_replay),
    .tx_replay_flits_ev_i     (send_data && !send_new),
    .nak_rx_ev_i              (ev_nak_rx),
    .nak_stale_ev_i           (ev_nak_stale),
    .ack_stale_ev_i           (ev_ack_stale),
    .timer_replay_ev_i        (ev_timer_replay),
    .retrains_ev_i            (ev_retrain),
    .lost_flits_ev_i          (clear && base != top),
    .lost_flits_add_i         (16'(SeqW'(top - base))),
    .limit_backwards_ev_i     (ev_backwards),
    .limit_backwards_add_i    (5'd1),
    .ram_err_ev_i             (ram_err),
    .proto_err_ev_i           (rx_frame),
    .pkts_tx_ev_i             (4'(ev_pkts_any)),
    .pkts_tx_add_i            (24'(ev_pkts)),
    .stall_cycles_ev_i        (4'(stall_ev)),
    .stall_cycles_add_i       (192'(stall_add)),
    .limit_units_i            (60'(limit)),
    .used_units_i             (60'(used)),
    .epoch_epoch_i            (epoch),
    .exp_seq_i                (16'(exp)),
    .base_seq_i               (16'(base)),
    .next_seq_i               (16'(next)),
    .top_seq_i                (16'(top))
  );

  `WEFT_ASSERT(NoDataOutsideActive, !send_data || active)
endmodule
