// SPDX-License-Identifier: Apache-2.0

/// Absolute credit limits, both directions (PROTOCOL.md chapter 5): what the peer granted this end,
/// and what this end granted the peer, told it and still owes it.
module weft_link_credit (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [47:0] now_i,
  input  logic        clear_i,      // forget everything; grants start from buf_i again
  input  logic        load_i,       // bring-up begins: grants start from buf_i
  input  logic        init_i,       // with clear_i: the first clock after reset
  input  logic        strap_up_i,   // with init_i: the peer's limits are buf_i too, as if exchanged

  // Registers
  input  logic [weft_link_pkg::CreditW*weft_link_pkg::NumVcs-1:0] buf_i,
  input  logic [31:0] ret_n_i,
  input  logic [31:0] ret_t_i,

  // From the host
  input  logic        free_valid_i,
  input  logic [3:0]  free_vc_i,
  input  logic [15:0] free_units_i,

  // From the peer
  input  logic        rx_rec_i,     // a good DATA or CTRL: its record counts
  input  logic [4:0]  rec_i,
  input  logic [weft_link_pkg::CreditW-1:0] cnt_i,
  input  logic        rx_all_i,     // limits of all VCs: CTRL, RESYNC
  input  logic        rx_first_i,   // CINIT: taken as they are
  input  logic [16*weft_link_pkg::NumVcs-1:0] limits_i,

  // Telling
  input  logic        all_dirty_i,
  input  logic        pick_i,       // decision for DATA: pick_rec_o is its record
  output logic [4:0]  pick_rec_o,
  input  logic        tail_i,       // tail with record tail_rec_i is formed from told_cnt_o
  input  logic [4:0]  tail_rec_i,
  output logic [weft_link_pkg::CreditW-1:0] told_cnt_o,
  input  logic        ctrl_i,       // all limits are put into a CTRL or BOOT flit
  output logic [weft_link_pkg::CreditW*weft_link_pkg::NumVcs-1:0] grant_o,
  output logic        due_o,

  output logic [weft_link_pkg::CreditW*weft_link_pkg::NumVcs-1:0] limit_o,
  output logic        advance_o,    // a limit of the peer moved at this edge
  output logic        ev_backwards_o,
  output logic        dl_valid_o,
  output logic [47:0] dl_o
);
  // Protocol constants (yosys reads no imports).
  localparam int unsigned NumVcs = weft_link_pkg::NumVcs;
  localparam int unsigned VcW = weft_link_pkg::VcW;
  localparam int unsigned CreditW = weft_link_pkg::CreditW;
  localparam logic [4:0] LimitNone = weft_link_pkg::LimitNone;

  localparam int unsigned AllW = CreditW * NumVcs;

  logic [AllW-1:0]    limit_q, limit_d, grant_q, grant_d, told_q, told_d;
  logic [NumVcs-1:0]  force_q, force_d;
  logic [VcW-1:0]     rr_q;
  logic [47:0]        t0_q;

  // Limits of the peer.
  logic [CreditW-1:0] ahead, got;
  always_comb begin
    limit_d        = limit_q;
    ev_backwards_o = 1'b0;
    ahead          = '0;
    got            = '0;
    if (rx_rec_i || rx_all_i || rx_first_i) begin
      for (int unsigned v = 0; v < NumVcs; v++) begin
        got   = (rx_rec_i && 32'(rec_i) == v) ? cnt_i : limits_i[16*v+:CreditW];
        ahead = got - limit_q[CreditW*v+:CreditW];
        if (rx_first_i) begin
          limit_d[CreditW*v+:CreditW] = got;
        end else if (rx_all_i || 32'(rec_i) == v) begin
          if (!ahead[CreditW-1]) begin
            limit_d[CreditW*v+:CreditW] = got;
          end else begin
            ev_backwards_o = 1'b1;
          end
        end
      end
    end
  end
  assign advance_o = limit_d != limit_q;

  // Own grants.
  logic [VcW-1:0] free_vc;
  assign free_vc = free_vc_i[VcW-1:0];
  logic unused_free;
  assign unused_free = ^{free_vc_i, free_units_i};
  always_comb begin
    grant_d = grant_q;
    if (free_valid_i) begin
      grant_d[CreditW*free_vc+:CreditW] =
          grant_q[CreditW*free_vc+:CreditW] + free_units_i[CreditW-1:0];
    end
    told_d  = told_q;
    force_d = force_q;
    if (ctrl_i) begin
      told_d  = grant_q;
      force_d = '0;
    end
    if (tail_i && tail_rec_i != LimitNone) begin
      told_d[CreditW*tail_rec_i[VcW-1:0]+:CreditW] = told_cnt_o;
      force_d[tail_rec_i[VcW-1:0]] = 1'b0;
    end
    if (all_dirty_i) begin
      force_d = '1;
    end
  end
  assign told_cnt_o = (tail_rec_i != LimitNone)
                    ? grant_q[CreditW*tail_rec_i[VcW-1:0]+:CreditW] : '0;

  // Record of the next DATA: first dirty VC after the last one recorded.
  logic [VcW-1:0] try_vc;
  always_comb begin
    pick_rec_o = LimitNone;
    try_vc     = '0;
    if (pick_i && (told_q != grant_q || force_q != '0)) begin
      for (int unsigned k = NumVcs; k > 0; k--) begin
        try_vc = rr_q + VcW'(k);
        if (force_q[try_vc] ||
            told_q[CreditW*try_vc+:CreditW] != grant_q[CreditW*try_vc+:CreditW]) begin
          pick_rec_o = 5'(try_vc);
        end
      end
    end
  end

  logic               enough;
  logic [CreditW-1:0] owed;
  always_comb begin
    enough = 1'b0;
    owed   = '0;
    if (told_q != grant_q) begin
      for (int unsigned v = 0; v < NumVcs; v++) begin
        owed   = grant_q[CreditW*v+:CreditW] - told_q[CreditW*v+:CreditW];
        enough = enough || (owed != '0 && 32'(owed) >= ret_n_i);
      end
    end
  end
  assign due_o      = enough || (told_q != grant_q && now_i - t0_q >= 48'(ret_t_i));
  assign dl_valid_o = told_q != grant_q;
  assign dl_o       = t0_q + 48'(ret_t_i);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      limit_q <= '0;
      grant_q <= '0;
      told_q  <= '0;
      force_q <= '0;
      rr_q    <= '0;
      t0_q    <= '0;
    end else begin
      limit_q <= limit_d;
      grant_q <= grant_d;
      told_q  <= told_d;
      force_q <= force_d;
      if (pick_rec_o != LimitNone) begin
        rr_q <= pick_rec_o[VcW-1:0];
      end
      if (told_d != grant_d && (told_q == grant_q || tail_i || ctrl_i)) begin
        t0_q <= now_i;
      end
      if (load_i) begin
        grant_q <= buf_i;
        told_q  <= buf_i;
      end
      if (clear_i) begin
        limit_q <= (init_i && strap_up_i) ? buf_i : '0;
        grant_q <= buf_i;
        told_q  <= buf_i;
        force_q <= '0;
      end
    end
  end

  assign grant_o = grant_q;
  assign limit_o = limit_q;
endmodule
