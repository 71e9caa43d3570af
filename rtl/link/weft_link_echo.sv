// SPDX-License-Identifier: Apache-2.0
`include "weft_assert.svh"

/// A link end reduced to its boundary: the pins of weft_link_end and nothing that repairs.
///
/// Each host beat becomes a flit of two beats, a head (bits 15:0 ordinal, 19:16 slots, 47:45 type
/// 1) and the slots; a beat that arrives is pushed to the host. A timer of 100 cycles after the
/// last flit sends one flit of type 2, so that deadlines and skipping are exercised. Used to settle
/// and to test how link ends are run (bursts, skipping, threads, waves); credits are not kept, so
/// the host has to have room.
module weft_link_echo (
  input  logic         clk_i,
  input  logic         rst_ni,
  input  logic [47:0]  now_i,
  input  logic [31:0]  session_i,
  input  logic         strap_up_i,
  input  logic         phy_lock_i,
  input  logic         tx_slot_i,
  input  logic         li_valid_i,
  input  logic         li_sof_i,
  input  logic         li_eof_i,
  input  logic         li_bad_i,
  input  logic [511:0] li_data_i,
  output logic         lo_valid_o,
  output logic         lo_sof_o,
  output logic         lo_eof_o,
  output logic [511:0] lo_data_o,
  input  logic         ht_valid_i,
  input  logic [3:0]   ht_vc_i,
  input  logic [3:0]   ht_slots_i,
  input  logic [511:0] ht_data_i,
  output logic [4*weft_link_pkg::NumVcs-1:0] ht_space_o,
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
  input  logic         csr_req_i,
  input  logic         csr_we_i,
  input  logic [11:0]  csr_addr_i,
  input  logic [63:0]  csr_wdata_i,
  output logic [63:0]  csr_rdata_o,
  output logic         csr_rvalid_o,
  output logic         irq_o,
  output logic         up_o,
  output logic         flush_o,
  output logic         quiescent_o,
  output logic [5:0]   dl_valid_o,
  output logic [47:0]  dl_ack_o,
  output logic [47:0]  dl_replay_o,
  output logic [47:0]  dl_ret_o,
  output logic [47:0]  dl_stall_o,
  output logic [47:0]  dl_boot_o,
  output logic [47:0]  dl_state_o
);
  localparam int unsigned NumVcs    = weft_link_pkg::NumVcs;
  localparam int unsigned PktVcLsb  = weft_link_pkg::PktVcLsb;
  localparam int unsigned PktVcW    = weft_link_pkg::PktVcW;
  localparam int unsigned PktLenLsb = weft_link_pkg::PktLenLsb;
  localparam int unsigned PktLenW   = weft_link_pkg::PktLenW;
  localparam int unsigned RowW      = 8;    // every skid may be full of one-slot beats
  localparam logic [47:0] BeatT     = 48'd100;

  // Beats of the host, in the order they came; a packet's slots may not be torn apart, so one VC at
  // a time owns the wire until its packet ends: the feeder of a single-VC test keeps to that.
  logic [519:0]      row_q [2**RowW];
  logic [RowW-1:0]   wr_q, rd_q;
  logic [519:0]      row;
  logic              second_q, armed_q, ctrl_q;
  logic [15:0]       ordinal_q;
  logic [47:0]       now_q, t0_q;
  logic              slot_q, li_valid_q, li_sof_q, li_bad_q, wrote_q;
  logic [511:0]      li_data_q;
  logic [3:0]        count_q, vc_q;
  logic [PktLenW-1:0] rem_q, rem_d;
  logic [3:0]        vc_d;
  logic [7:0]        mask, sop, eop;
  logic [16:0]       slot;

  assign row = row_q[rd_q];

  always_comb begin
    mask  = '0;
    sop   = '0;
    eop   = '0;
    rem_d = rem_q;
    vc_d  = vc_q;
    slot  = '0;
    if (li_valid_q && !li_sof_q) begin
      for (int unsigned i = 0; i < 8; i++) begin
        if (i < 32'(count_q)) begin
          slot = li_data_q[64*i+:17];
          mask[i] = 1'b1;
          if (rem_d == '0) begin
            sop[i] = 1'b1;
            rem_d  = slot[PktLenLsb+:PktLenW];
            vc_d   = slot[PktVcLsb+:PktVcW];
          end
          rem_d  = rem_d - PktLenW'(1);
          eop[i] = rem_d == '0;
        end
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (ht_valid_i) begin
      row_q[wr_q] <= {ht_vc_i, ht_slots_i, ht_data_i};
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      wr_q <= '0;
      rd_q <= '0;
      second_q <= 1'b0;
      armed_q <= 1'b0;
      ctrl_q <= 1'b0;
      ordinal_q <= '0;
      now_q <= '0;
      t0_q <= '0;
      slot_q <= 1'b0;
      li_valid_q <= 1'b0;
      li_sof_q <= 1'b0;
      li_bad_q <= 1'b0;
      li_data_q <= '0;
      count_q <= '0;
      vc_q <= '0;
      rem_q <= '0;
      wrote_q <= 1'b0;
      lo_valid_o <= 1'b0;
      lo_sof_o <= 1'b0;
      lo_eof_o <= 1'b0;
      lo_data_o <= '0;
      ht_space_o <= '0;
      hr_valid_o <= 1'b0;
      hr_data_o <= '0;
      hr_mask_o <= '0;
      hr_sop_o <= '0;
      hr_eop_o <= '0;
      hr_vc_o <= '0;
      hr_commit_o <= 1'b0;
      csr_rdata_o <= '0;
      csr_rvalid_o <= 1'b0;
    end else begin
      now_q   <= now_i;
      slot_q  <= tx_slot_i;
      wrote_q <= ht_valid_i;
      if (ht_valid_i) begin
        wr_q <= wr_q + RowW'(1);
      end

      // Send: head, then slots.
      lo_valid_o <= 1'b0;
      ht_space_o <= '0;
      if (second_q) begin
        second_q   <= 1'b0;
        lo_valid_o <= 1'b1;
        lo_sof_o   <= 1'b0;
        lo_eof_o   <= 1'b1;
        lo_data_o  <= ctrl_q ? 512'd0 : row[511:0];
        if (!ctrl_q) begin
          rd_q <= rd_q + RowW'(1);
          ht_space_o[4*row[516+:weft_link_pkg::VcW]+:4] <= row[515:512];
        end
      end else if (slot_q && (rd_q != wr_q || (armed_q && now_q - t0_q >= BeatT))) begin
        second_q   <= 1'b1;
        ctrl_q     <= rd_q == wr_q;
        armed_q    <= rd_q != wr_q;
        t0_q       <= now_q;
        ordinal_q  <= ordinal_q + 16'd1;
        lo_valid_o <= 1'b1;
        lo_sof_o   <= 1'b1;
        lo_eof_o   <= 1'b0;
        lo_data_o  <= {464'd0, 1'b0, rd_q == wr_q, rd_q != wr_q, 25'd0,
                       rd_q == wr_q ? 4'd0 : row[515:512], ordinal_q};
      end

      // Receive.
      li_valid_q <= li_valid_i;
      if (li_valid_i) begin
        li_sof_q  <= li_sof_i;
        li_bad_q  <= li_bad_i;
        li_data_q <= li_data_i;
      end
      hr_valid_o  <= li_valid_q && !li_sof_q && count_q != '0 && !li_bad_q;
      hr_commit_o <= li_valid_q && !li_sof_q && count_q != '0 && !li_bad_q;
      if (li_valid_q && li_sof_q) begin
        count_q <= li_data_q[19:16];
      end
      if (li_valid_q && !li_sof_q) begin
        hr_data_o <= li_data_q;
        hr_mask_o <= mask;
        hr_sop_o  <= sop;
        hr_eop_o  <= eop;
        hr_vc_o   <= vc_q;
        rem_q     <= rem_d;
        vc_q      <= vc_d;
      end

      csr_rvalid_o <= csr_req_i && !csr_we_i;
      csr_rdata_o  <= {52'd0, csr_addr_i};
    end
  end

  assign quiescent_o = rd_q == wr_q && !second_q && !lo_valid_o && !li_valid_q && !hr_valid_o &&
                       !wrote_q && !csr_rvalid_o && ht_space_o == '0;
  assign dl_valid_o  = {5'd0, armed_q};
  assign dl_ack_o    = t0_q + BeatT;
  assign dl_replay_o = '0;
  assign dl_ret_o    = '0;
  assign dl_stall_o  = '0;
  assign dl_boot_o   = '0;
  assign dl_state_o  = '0;
  assign up_o        = 1'b1;
  assign flush_o     = 1'b0;
  assign irq_o       = 1'b0;
  assign hr_abort_o  = 1'b0;
  assign hr_poison_o = 1'b0;

  logic unused;
  assign unused = ^{session_i, strap_up_i, phy_lock_i, li_eof_i, free_valid_i, free_vc_i,
                    free_units_i, csr_wdata_i, slot, row[519:516], NumVcs[0]};
endmodule
