// SPDX-License-Identifier: Apache-2.0
`include "weft_assert.svh"

/// Receive side: judges flits (OFL-6.2) and pushes the slots of the expected DATA flit to the host.
///
/// A beat in cycle t is registered at edge t, runs through the CRC at t+1 and is judged at t+2: the
/// `ev_*` outputs hold before edge t+2 and the sequence, credit and state blocks take them there.
/// The host sees the beat after t+2, `commit` or `abort` with the last one; framing moves only on
/// commit.
module weft_link_rx (
  input  logic         clk_i,
  input  logic         rst_ni,
  input  logic         clear_i,      // forget the packet in progress too (link restarts)
  input  logic         drop_i,       // forget a flit half received (retrain)

  // From the PHY
  input  logic         li_valid_i,
  input  logic         li_sof_i,
  input  logic         li_eof_i,
  input  logic         li_bad_i,
  input  logic [511:0] li_data_i,

  // To the host
  output logic         hr_valid_o,
  output logic [511:0] hr_data_o,
  output logic [7:0]   hr_mask_o,
  output logic [7:0]   hr_sop_o,
  output logic [7:0]   hr_eop_o,
  output logic [3:0]   hr_vc_o,
  output logic         hr_commit_o,
  output logic         hr_abort_o,
  output logic         hr_poison_o,

  // What is expected
  input  logic         open_i,       // DATA and CTRL count in this state
  input  logic [weft_link_pkg::SeqW-1:0] exp_i,

  // Verdicts, in the cycle before the edge that acts on them
  output logic         ev_end_o,     // any of the below
  output logic         ev_bad_o,
  output logic         ev_data_o,    // good DATA, whether expected or not
  output logic         ev_ctrl_o,
  output logic         ev_boot_o,
  output logic         ev_frame_o,   // bad because OFL-4.4 or a header did not hold
  output logic [63:0]  ev_head_o,
  output logic [63:0]  ev_tail_o,
  output logic [16*weft_link_pkg::NumVcs-1:0] ev_limits_o,  // of a CTRL
  output logic [511:0] ev_beat_o,    // of a BOOT
  output logic         busy_o
);
  // Protocol constants (yosys reads no imports).
  localparam int unsigned Beats = weft_link_pkg::Beats;
  localparam int unsigned SlotsPerBeat = weft_link_pkg::SlotsPerBeat;
  localparam int unsigned DataSlots = weft_link_pkg::DataSlots;
  localparam int unsigned SeqW = weft_link_pkg::SeqW;
  localparam int unsigned NumVcs = weft_link_pkg::NumVcs;
  localparam int unsigned HeadSeqLsb = weft_link_pkg::HeadSeqLsb;
  localparam int unsigned HeadFirstLsb = weft_link_pkg::HeadFirstLsb;
  localparam int unsigned HeadFirstW = weft_link_pkg::HeadFirstW;
  localparam int unsigned HeadRecLsb = weft_link_pkg::HeadRecLsb;
  localparam int unsigned HeadRecW = weft_link_pkg::HeadRecW;
  localparam int unsigned HeadTypeLsb = weft_link_pkg::HeadTypeLsb;
  localparam int unsigned HeadTypeW = weft_link_pkg::HeadTypeW;
  localparam int unsigned HeadHcsLsb = weft_link_pkg::HeadHcsLsb;
  localparam int unsigned HeadHcsW = weft_link_pkg::HeadHcsW;
  localparam logic [7:0] FirstAll = weft_link_pkg::FirstAll;
  localparam logic [4:0] LimitNone = weft_link_pkg::LimitNone;
  localparam logic [2:0] TypeData = weft_link_pkg::TypeData;
  localparam logic [2:0] TypeCtrl = weft_link_pkg::TypeCtrl;
  localparam logic [2:0] TypeBoot = weft_link_pkg::TypeBoot;
  localparam int unsigned TailPsnLsb = weft_link_pkg::TailPsnLsb;
  localparam int unsigned CtrlLimitsSlot = weft_link_pkg::CtrlLimitsSlot;
  localparam int unsigned PktKindLsb = weft_link_pkg::PktKindLsb;
  localparam int unsigned PktKindW = weft_link_pkg::PktKindW;
  localparam int unsigned PktVcLsb = weft_link_pkg::PktVcLsb;
  localparam int unsigned PktVcW = weft_link_pkg::PktVcW;
  localparam int unsigned PktLenLsb = weft_link_pkg::PktLenLsb;
  localparam int unsigned PktLenW = weft_link_pkg::PktLenW;
  localparam logic [31:0] CrcInit = weft_link_pkg::CrcInit;
  localparam logic [31:0] CrcResidue = weft_link_pkg::CrcResidue;

  // Beat registers: r0 as it came, r1 beside its CRC.
  logic r0_valid_q, r0_sof_q, r0_eof_q, r0_bad_q;
  logic r1_valid_q, r1_sof_q, r1_eof_q, r1_bad_q;
  logic [511:0] r0_data_q, r1_data_q;

  logic [31:0] crc_q, crc_beat, crc_adv, crc_inv_unused;

  weft_link_crc32c u_crc (
    .en_i  (r0_valid_q),
    .data_i(r0_data_q),
    .crc_o (crc_beat)
  );
  weft_link_crc32c_advance u_advance (
    .adv_i(r0_sof_q ? CrcInit : crc_q),
    .adv_o(crc_adv),
    .inv_i(32'd0),
    .inv_o(crc_inv_unused)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      r0_valid_q <= 1'b0;
      r0_sof_q   <= 1'b0;
      r0_eof_q   <= 1'b0;
      r0_bad_q   <= 1'b0;
      r0_data_q  <= '0;
      r1_valid_q <= 1'b0;
      r1_sof_q   <= 1'b0;
      r1_eof_q   <= 1'b0;
      r1_bad_q   <= 1'b0;
      r1_data_q  <= '0;
      crc_q      <= '0;
    end else begin
      r0_valid_q <= li_valid_i;
      if (li_valid_i) begin
        r0_sof_q  <= li_sof_i;
        r0_eof_q  <= li_eof_i;
        r0_bad_q  <= li_bad_i;
        r0_data_q <= li_data_i;
      end
      r1_valid_q <= r0_valid_q;
      if (r0_valid_q) begin
        r1_sof_q  <= r0_sof_q;
        r1_eof_q  <= r0_eof_q;
        r1_bad_q  <= r0_bad_q;
        r1_data_q <= r0_data_q;
        crc_q     <= crc_adv ^ crc_beat;
      end
    end
  end

  // The flit in progress.
  logic        open_q;                   // a flit has begun and not ended
  logic        bad_q, frame_bad_q, cand_q, head_ok_q, nop_q;
  logic [1:0]  idx_q;
  logic        long_q;                   // more beats than any flit has
  logic [63:0] head_q;
  logic [16*NumVcs-1:0] limits_q;
  // Slots missing of the packet in progress: now, and at the last commit.
  logic [PktLenW-1:0] rem_q, rem_kept_q;
  logic [3:0]  vc_q, vc_kept_q;

  // Head of the beat, if it starts a flit.
  logic [15:0] hcs;
  logic [63:0] head;
  logic        starts, head_ok, cand;
  logic [1:0]  idx;
  logic [PktLenW-1:0] rem_start;
  logic [HeadFirstW-1:0] first_want;

  weft_link_hcs u_hcs (
    .en_i  (r1_valid_q && r1_sof_q),
    .head_i(r1_data_q[47:0]),
    .hcs_o (hcs)
  );

  assign starts     = r1_sof_q || !open_q;
  assign head       = r1_sof_q ? r1_data_q[63:0] : head_q;
  assign idx        = starts ? 2'd0 : idx_q;
  assign rem_start  = starts ? rem_kept_q : rem_q;
  assign first_want = (rem_kept_q >= PktLenW'(DataSlots)) ? FirstAll : rem_kept_q[HeadFirstW-1:0];

  always_comb begin
    head_ok = head_ok_q;
    cand    = cand_q;
    if (starts) begin
      head_ok = r1_sof_q && head[HeadHcsLsb+:HeadHcsW] == hcs &&
          (head[HeadTypeLsb+:HeadTypeW] == TypeData || head[HeadTypeLsb+:HeadTypeW] == TypeCtrl ||
           head[HeadTypeLsb+:HeadTypeW] == TypeBoot) &&
          head[35:28] == 8'd0 && !head[44] && head[15:SeqW] == '0 &&
          (head[HeadRecLsb+:HeadRecW] == LimitNone || 32'(head[HeadRecLsb+:HeadRecW]) < NumVcs);
      cand = head_ok && open_i && head[HeadTypeLsb+:HeadTypeW] == TypeData &&
          head[HeadSeqLsb+:SeqW] == exp_i && !(cut_short && cand_q);
    end
  end

  // Parse the slot stream of the expected flit.
  logic [7:0] mask, sop, eop;
  logic       frame_bad, nop;
  logic [PktLenW-1:0] rem;
  logic [3:0] vc;
  logic [PktLenLsb+PktLenW-1:0] slot;  // the header bits of a slot

  always_comb begin
    mask      = '0;
    sop       = '0;
    eop       = '0;
    rem       = rem_start;
    vc        = starts ? vc_kept_q : vc_q;
    nop       = starts ? 1'b0 : nop_q;
    slot      = '0;
    frame_bad = 1'b0;
    if (r1_valid_q && cand) begin
      frame_bad = starts ? (head[HeadFirstLsb+:HeadFirstW] != first_want) : frame_bad_q;
      if (rem > PktLenW'(SlotsPerBeat)) begin
        mask = (idx == 2'd0) ? 8'hfe : (idx == 2'(Beats - 1)) ? 8'h7f : 8'hff;
        rem  = rem - ((idx == 2'd0 || idx == 2'(Beats - 1)) ? PktLenW'(SlotsPerBeat - 1)
                                                            : PktLenW'(SlotsPerBeat));
      end else begin
        for (int unsigned i = 0; i < SlotsPerBeat; i++) begin
          if (!(i == 0 && idx == 2'd0) && !(i == SlotsPerBeat - 1 && idx == 2'(Beats - 1)) &&
              !nop) begin
            slot = r1_data_q[64*i+:PktLenLsb+PktLenW];
            if (rem == '0) begin
              if (slot[PktKindLsb+:PktKindW] == '0) begin
                nop = 1'b1;
              end else begin
                sop[i] = 1'b1;
                rem    = slot[PktLenLsb+:PktLenW];
                vc     = slot[PktVcLsb+:PktVcW];
                if (rem == '0 || 32'(vc) >= NumVcs) begin
                  frame_bad = 1'b1;
                  rem       = PktLenW'(1);
                end
              end
            end
            if (!nop) begin
              mask[i] = 1'b1;
              rem     = rem - PktLenW'(1);
              eop[i]  = rem == '0;
            end
          end
        end
      end
    end
  end

  // Verdict.
  logic len_ok, good, bad_now, cut_short;
  logic is_data, is_ctrl, is_boot;
  assign is_data   = head[HeadTypeLsb+:HeadTypeW] == TypeData;
  assign is_ctrl   = head[HeadTypeLsb+:HeadTypeW] == TypeCtrl;
  assign is_boot   = head[HeadTypeLsb+:HeadTypeW] == TypeBoot;
  assign bad_now   = r1_bad_q || (starts ? (cut_short && cand_q) : bad_q);
  assign len_ok    = is_boot ? starts : (!starts && idx_q == 2'(Beats - 1) && !long_q);
  assign good      = crc_q == CrcResidue && !bad_now && head_ok && len_ok && !(cand && frame_bad);
  assign cut_short = r1_valid_q && r1_sof_q && open_q;  // the flit before never ended

  assign ev_data_o   = r1_valid_q && r1_eof_q && good && is_data && !drop_i;
  assign ev_ctrl_o   = r1_valid_q && r1_eof_q && good && is_ctrl && !drop_i;
  assign ev_boot_o   = r1_valid_q && r1_eof_q && good && is_boot;
  assign ev_bad_o    = cut_short || (r1_valid_q && r1_eof_q && !good);
  assign ev_frame_o  = r1_valid_q && r1_eof_q && cand && frame_bad && crc_q == CrcResidue &&
                       !bad_now && len_ok;
  assign ev_end_o    = cut_short || (r1_valid_q && r1_eof_q);
  assign ev_head_o   = head;
  assign ev_tail_o   = r1_data_q[511:448];
  assign ev_limits_o = limits_q;
  assign ev_beat_o   = r1_data_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      open_q      <= 1'b0;
      bad_q       <= 1'b0;
      frame_bad_q <= 1'b0;
      cand_q      <= 1'b0;
      head_ok_q   <= 1'b0;
      nop_q       <= 1'b0;
      idx_q       <= '0;
      long_q      <= 1'b0;
      head_q      <= '0;
      limits_q    <= '0;
      rem_q       <= '0;
      rem_kept_q  <= '0;
      vc_q        <= '0;
      vc_kept_q   <= '0;
      hr_valid_o  <= 1'b0;
      hr_data_o   <= '0;
      hr_mask_o   <= '0;
      hr_sop_o    <= '0;
      hr_eop_o    <= '0;
      hr_vc_o     <= '0;
      hr_commit_o <= 1'b0;
      hr_abort_o  <= 1'b0;
      hr_poison_o <= 1'b0;
    end else begin
      hr_valid_o  <= r1_valid_q && cand;
      hr_commit_o <= r1_valid_q && cand && r1_eof_q && good && !drop_i;
      hr_abort_o  <= (r1_valid_q && cand && r1_eof_q && !good) ||
                     (cut_short && cand_q) ||
                     (drop_i && (cand_q || (r1_valid_q && cand))) ||
                     (clear_i && (r1_valid_q ? (cand && !r1_eof_q) : cand_q));
      if (r1_valid_q) begin
        open_q      <= !r1_eof_q;
        bad_q       <= bad_now;
        frame_bad_q <= frame_bad;
        cand_q      <= cand && !r1_eof_q;
        head_ok_q   <= head_ok;
        nop_q       <= nop;
        idx_q       <= idx + 2'd1;
        long_q      <= starts ? 1'b0 : (long_q || idx_q == 2'(Beats - 1));
        if (r1_sof_q) begin
          head_q <= head;
          if (is_ctrl) begin
            limits_q <= r1_data_q[64*CtrlLimitsSlot+:16*NumVcs];
          end
        end
        if (cand) begin
          rem_q       <= rem;
          vc_q        <= vc;
          hr_data_o   <= r1_data_q;
          hr_mask_o   <= mask;
          hr_sop_o    <= sop;
          hr_eop_o    <= eop;
          hr_vc_o     <= starts ? vc_kept_q : vc_q;
          hr_poison_o <= ev_tail_o[TailPsnLsb];
          if (r1_eof_q && good && !drop_i) begin
            rem_kept_q <= rem;
            vc_kept_q  <= vc;
          end
        end
      end
      if (drop_i || clear_i) begin
        open_q <= 1'b0;
        cand_q <= 1'b0;
      end
      if (clear_i) begin
        rem_kept_q <= '0;
        vc_kept_q  <= '0;
      end
    end
  end

  assign busy_o = r0_valid_q || r1_valid_q || hr_valid_o || hr_abort_o;

  `WEFT_ASSERT(CommitOrAbort, !(hr_commit_o && hr_abort_o))
endmodule
