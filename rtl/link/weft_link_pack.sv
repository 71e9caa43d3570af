// SPDX-License-Identifier: Apache-2.0
`include "weft_assert.svh"

/// Transmit skids of all VCs, credit use, and the packer that fills a new DATA flit (TIMING.md,
/// Packing).
///
/// Consecutive slots of a VC lie in different eighths of its skid, so that eight banks with one
/// write and two read ports each serve a whole beat. `launch_i` freezes write pointers and limits
/// for the flit; `gather_i` takes the payload slots of beat `idx_i`, at the edge that ends the
/// cycle.
module weft_link_pack (
  input  logic         clk_i,
  input  logic         rst_ni,
  input  logic         clear_i,     // forget everything

  // From the host: dense beats, permitted by ht_space_o
  input  logic         ht_valid_i,
  input  logic [3:0]   ht_vc_i,
  input  logic [3:0]   ht_slots_i,
  input  logic [511:0] ht_data_i,
  output logic [4*weft_link_pkg::NumVcs-1:0] ht_space_o,

  // Credit limits granted by the peer
  input  logic [weft_link_pkg::CreditW*weft_link_pkg::NumVcs-1:0] limit_i,
  output logic [weft_link_pkg::CreditW*weft_link_pkg::NumVcs-1:0] used_o,

  // Decision
  input  logic         ask_i,       // a decision is made in this cycle
  output logic         any_o,       // a new DATA flit may go
  output logic [7:0]   first_o,     // its `first`
  output logic [weft_link_pkg::NumVcs-1:0] blocked_o,  // header waits for credit alone
  input  logic         launch_i,

  // Gathering
  input  logic         gather_i,
  input  logic [1:0]   idx_i,
  output logic [511:0] beat_o,
  output logic [6*weft_link_pkg::NumVcs-1:0] ev_pkts_o  // packets started at this edge, per VC
);
  // Protocol constants (yosys reads no imports).
  localparam int unsigned Beats = weft_link_pkg::Beats;
  localparam int unsigned SlotsPerBeat = weft_link_pkg::SlotsPerBeat;
  localparam int unsigned DataSlots = weft_link_pkg::DataSlots;
  localparam int unsigned NumVcs = weft_link_pkg::NumVcs;
  localparam int unsigned VcW = weft_link_pkg::VcW;
  localparam int unsigned CreditW = weft_link_pkg::CreditW;
  localparam int unsigned CreditUnitSlots = weft_link_pkg::CreditUnitSlots;
  localparam int unsigned SkidSlots = weft_link_pkg::SkidSlots;
  localparam logic [7:0] FirstAll = weft_link_pkg::FirstAll;
  localparam int unsigned PktLenLsb = weft_link_pkg::PktLenLsb;
  localparam int unsigned PktLenW = weft_link_pkg::PktLenW;

  localparam int unsigned PtrW      = $clog2(SkidSlots) + 1;
  localparam int unsigned UnitShift = $clog2(CreditUnitSlots);

  logic [63:0] mem_q [NumVcs*SkidSlots];
  logic [PtrW*NumVcs-1:0]    wr_q, wr_snap_q, rd_q, rd_d;
  logic [CreditW*NumVcs-1:0] limit_snap_q, used_q, used_d;
  logic [PktLenW-1:0]        rem_q, rem_d;
  logic [VcW-1:0]            cur_q, cur_d;
  // The packet in progress, or the last one, started in this flit.
  logic                      fresh_q, fresh_d;
  logic                      closed_q, closed_d; // NOP to the end of the flit

  // Write side.
  always_ff @(posedge clk_i) begin
    if (ht_valid_i) begin
      for (int unsigned i = 0; i < SlotsPerBeat; i++) begin
        if (i < 32'(ht_slots_i)) begin
          mem_q[{ht_vc_i[VcW-1:0], (PtrW-1)'(wr_q[PtrW*ht_vc_i[VcW-1:0]+:PtrW] + PtrW'(i))}] <=
              ht_data_i[64*i+:64];
        end
      end
    end
  end

  logic unused_hdr;
  assign unused_hdr = ^{hdr[63:PktLenLsb+PktLenW], hdr[PktLenLsb-1:0], ht_vc_i};

  // Gathering: at most two runs per beat.
  logic [3:0]          lo, hi;      // slots of this beat: lo to hi-1
  logic [5:0]          left;        // payload slots of the flit from `lo` on
  logic [3:0]          pos;
  logic                picked, run_end, can;
  logic [VcW-1:0]      vc, try_vc;
  logic [PtrW-1:0]     rd, g_have;
  logic [63:0]         g_hdr;
  logic [PktLenW-1:0]  g_len, g_need;
  logic [CreditW-1:0]  g_units;
  logic [4*NumVcs-1:0] space;
  logic [6*NumVcs-1:0] ev_pkts;

  always_comb begin
    beat_o   = '0;
    rd_d     = rd_q;
    used_d   = used_q;
    rem_d    = rem_q;
    cur_d    = cur_q;
    fresh_d  = fresh_q;
    closed_d = closed_q;
    space    = '0;
    ev_pkts  = '0;
    lo       = (idx_i == 2'd0) ? 4'd1 : 4'd0;
    hi       = (idx_i == 2'(Beats - 1)) ? 4'(SlotsPerBeat - 1) : 4'(SlotsPerBeat);
    left     = 6'(DataSlots);
    if (idx_i != 2'd0) begin
      left = 6'(DataSlots + 1) - {1'b0, idx_i, 3'b000};
    end
    pos     = lo;
    picked  = 1'b0;
    run_end = 1'b0;
    can     = 1'b0;
    vc      = cur_q;
    try_vc  = cur_q;
    rd      = '0;
    g_have  = '0;
    g_hdr   = '0;
    g_len   = '0;
    g_need  = '0;
    g_units = '0;
    if (gather_i && !closed_q) begin
      if (rem_q >= PktLenW'(SlotsPerBeat)) begin
        // The packet in progress fills the beat.
        rd = rd_q[PtrW*cur_q+:PtrW];
        for (int unsigned i = 0; i < SlotsPerBeat; i++) begin
          if (i >= 32'(lo) && i < 32'(hi)) begin
            beat_o[64*i+:64] = mem_q[{cur_q, rd[PtrW-2:0]}];
            rd = rd + PtrW'(1);
          end
        end
        rd_d[PtrW*cur_q+:PtrW] = rd;
        rem_d = rem_q - PktLenW'(hi) + PktLenW'(lo);
        space[4*cur_q+:4] = hi - lo;
      end else begin
        for (int unsigned run = 0; run < 2; run++) begin
          if (pos < hi) begin
            picked = 1'b0;
            if (rem_d == '0) begin
              // Packet boundary: choose the VC of this run.
              for (int unsigned k = 0; k <= NumVcs; k++) begin
                try_vc = cur_d + VcW'(k);
                if (!picked && (k != 0 || fresh_d)) begin
                  g_have  = wr_snap_q[PtrW*try_vc+:PtrW] - rd_d[PtrW*try_vc+:PtrW];
                  if (g_have != '0) begin
                    g_hdr   = mem_q[{try_vc, rd_d[PtrW*try_vc+:PtrW-1]}];
                    g_len   = g_hdr[PktLenLsb+:PktLenW];
                    g_need  = PktLenW'(left) - PktLenW'(pos) + PktLenW'(lo);
                    if (g_need != PktLenW'(DataSlots)) begin
                      g_need = PktLenW'(DataSlots) + PktLenW'(g_need[2:0]);  // so that the next flit goes on
                    end
                    g_need  = (g_len < g_need) ? g_len : g_need;
                    g_units = (CreditW'(g_len) + CreditW'(CreditUnitSlots - 1)) >> UnitShift;
                    if (PktLenW'(g_have) >= g_need &&
                        g_units <= limit_snap_q[CreditW*try_vc+:CreditW] -
                                   used_d[CreditW*try_vc+:CreditW]) begin
                      picked = 1'b1;
                      cur_d  = try_vc;
                    end
                  end
                end
              end
              run_end = !picked;
            end else begin
              run_end = 1'b0;
            end
            vc = cur_d;
            rd = rd_d[PtrW*vc+:PtrW];
            for (int unsigned i = 0; i < SlotsPerBeat; i++) begin
              if (i == 32'(pos) && pos < hi && !run_end) begin
                g_hdr = mem_q[{vc, rd[PtrW-2:0]}];
                if (rem_d == '0) begin
                  g_len   = g_hdr[PktLenLsb+:PktLenW];
                  g_units = (CreditW'(g_len) + CreditW'(CreditUnitSlots - 1)) >> UnitShift;
                  g_have  = wr_snap_q[PtrW*vc+:PtrW] - rd;
                  g_need  = PktLenW'(left) - PktLenW'(pos) + PktLenW'(lo);
                  if (g_need != PktLenW'(DataSlots)) begin
                    g_need = PktLenW'(DataSlots) + PktLenW'(g_need[2:0]);  // so that the next flit goes on
                  end
                  g_need  = (g_len < g_need) ? g_len : g_need;
                  can     = picked ||
                      (fresh_d && g_have != '0 && PktLenW'(g_have) >= g_need &&
                       g_units <= limit_snap_q[CreditW*vc+:CreditW] - used_d[CreditW*vc+:CreditW]);
                  picked  = 1'b0;
                  run_end = !can;
                  if (can) begin
                    rem_d   = g_len;
                    fresh_d = 1'b1;
                    used_d[CreditW*vc+:CreditW] = used_d[CreditW*vc+:CreditW] + g_units;
                    ev_pkts[6*vc+:6] = ev_pkts[6*vc+:6] + 6'd1;
                  end
                end
                if (!run_end) begin
                  beat_o[64*i+:64] = g_hdr;
                  rd    = rd + PtrW'(1);
                  rem_d = rem_d - PktLenW'(1);
                  pos   = pos + 4'd1;
                  space[4*vc+:4] = space[4*vc+:4] + 4'd1;
                end
              end
            end
            rd_d[PtrW*vc+:PtrW] = rd;
          end
        end
        closed_d = pos < hi;
      end
    end
  end

  // Decision: which VCs have a header that may start a flit now. The flit before may gather its
  // last beat in this very cycle, so the decision looks at what that leaves.
  logic [NumVcs-1:0]  blocked;
  logic               may_start;
  logic [63:0]        hdr;
  logic [PtrW-1:0]    have;
  logic [PktLenW-1:0] len, need;
  logic [CreditW-1:0] units;

  always_comb begin
    blocked   = '0;
    may_start = 1'b0;
    hdr       = '0;
    have      = '0;
    len       = '0;
    need      = '0;
    units     = '0;
    if (ask_i) begin
      for (int unsigned v = 0; v < NumVcs; v++) begin
        have = wr_q[PtrW*v+:PtrW] - rd_d[PtrW*v+:PtrW];
        if (have != '0 && !(rem_d != '0 && 32'(cur_d) == v)) begin
          hdr   = mem_q[{VcW'(v), rd_d[PtrW*v+:PtrW-1]}];
          len   = hdr[PktLenLsb+:PktLenW];
          need  = (len > PktLenW'(DataSlots)) ? PktLenW'(DataSlots) : len;
          units = (CreditW'(len) + CreditW'(CreditUnitSlots - 1)) >> UnitShift;
          if (PktLenW'(have) >= need) begin
            if (units <= limit_i[CreditW*v+:CreditW] - used_d[CreditW*v+:CreditW]) begin
              may_start = 1'b1;
            end else begin
              blocked[v] = 1'b1;
            end
          end
        end
      end
    end
  end

  logic [PtrW-1:0] cur_have;
  assign cur_have  = wr_q[PtrW*cur_d+:PtrW] - rd_d[PtrW*cur_d+:PtrW];
  assign any_o     = (rem_d != '0)
                   ? (PktLenW'(cur_have) >= rem_d || 32'(cur_have) >= DataSlots)
                   : may_start;
  assign first_o   = (rem_d >= PktLenW'(DataSlots)) ? FirstAll : rem_d[7:0];
  assign blocked_o = blocked;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      wr_q         <= '0;
      wr_snap_q    <= '0;
      rd_q         <= '0;
      limit_snap_q <= '0;
      used_q       <= '0;
      rem_q        <= '0;
      cur_q        <= '0;
      fresh_q      <= 1'b0;
      closed_q     <= 1'b0;
      ht_space_o   <= '0;
    end else begin
      if (ht_valid_i) begin
        wr_q[PtrW*ht_vc_i[VcW-1:0]+:PtrW] <= wr_q[PtrW*ht_vc_i[VcW-1:0]+:PtrW] + PtrW'(ht_slots_i);
      end
      ht_space_o <= space;
      if (gather_i) begin
        rd_q     <= rd_d;
        used_q   <= used_d;
        rem_q    <= rem_d;
        cur_q    <= cur_d;
        fresh_q  <= fresh_d;
        closed_q <= closed_d;
      end
      if (launch_i) begin
        wr_snap_q    <= wr_q;
        limit_snap_q <= limit_i;
        fresh_q      <= 1'b0;
        closed_q     <= 1'b0;
      end
      if (clear_i) begin
        wr_q   <= '0;
        rd_q   <= '0;
        used_q <= '0;
        rem_q  <= '0;
        cur_q  <= '0;
        ht_space_o <= '0;
      end
    end
  end

  assign used_o   = used_q;
  assign ev_pkts_o = ev_pkts;

  logic [PtrW-1:0] ht_held_q;  // slots in the skid of the VC that was written last
  always_ff @(posedge clk_i) begin
    if (ht_valid_i) begin
      ht_held_q <= wr_q[PtrW*ht_vc_i[VcW-1:0]+:PtrW] - rd_q[PtrW*ht_vc_i[VcW-1:0]+:PtrW] +
          PtrW'(ht_slots_i);
    end
  end
  `WEFT_ASSERT(SkidHolds, 32'(ht_held_q) <= SkidSlots)
  `WEFT_ASSERT(LaunchNotWhileGathering, !(launch_i && gather_i && idx_i != 2'(Beats - 1)))
endmodule
