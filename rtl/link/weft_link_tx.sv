// SPDX-License-Identifier: Apache-2.0
`include "weft_assert.svh"

/// Transmit pipeline: from the decision to the wire (TIMING.md, Transmit).
///
/// A decision loads what the flit is; then a beat a cycle is gathered (g), run through the CRC (h)
/// and put out. New payload goes into the replay buffer with its CRC beside it; a repeated beat
/// whose CRC does not match what was stored is a fault of the buffer (`ev_ram_err_o`), and its flit
/// is spoiled rather than laundered.
module weft_link_tx (
  input  logic         clk_i,
  input  logic         rst_ni,

  input  logic         clear_i,        // the link restarts: spoil what is on its way

  // Decision: at most one of these
  input  logic         send_boot_i,
  input  logic         send_data_i,
  input  logic         send_ctrl_i,
  input  logic         rtx_i,          // with send_data_i: repeated
  input  logic [47:0]  head_i,         // without hcs; `first` of a repeated flit: from the buffer
  input  logic [3:0]   boot_op_i,

  // Gathering
  output logic         pack_o,         // the packer's beat is taken at this edge
  output logic [1:0]   idx_o,
  input  logic [511:0] pack_beat_i,
  output logic         ctrl_limits_o,  // all limits are taken at this edge
  input  logic [weft_link_pkg::CreditW*weft_link_pkg::NumVcs-1:0] grant_i,
  input  logic [weft_link_pkg::SeqW-1:0] exp_i,
  input  logic [31:0]  session_i,
  input  logic [15:0]  window_i,
  input  logic [15:0]  reason_i,

  // Tail
  output logic         tail_o,         // a DATA or CTRL tail is formed at this edge
  output logic [4:0]   tail_rec_o,
  input  logic [weft_link_pkg::CreditW-1:0] tail_cnt_i,

  // To the PHY
  output logic         lo_valid_o,
  output logic         lo_sof_o,
  output logic         lo_eof_o,
  output logic [511:0] lo_data_o,

  output logic         tail_pending_o, // a DATA or CTRL was decided and its tail is still to form
  output logic         busy_o,
  output logic         ev_ram_err_o
);
  // Protocol constants (yosys reads no imports).
  localparam int unsigned Beats = weft_link_pkg::Beats;
  localparam int unsigned SlotBytes = weft_link_pkg::SlotBytes;
  localparam int unsigned SeqW = weft_link_pkg::SeqW;
  localparam int unsigned Window = weft_link_pkg::Window;
  localparam int unsigned WindowW = weft_link_pkg::WindowW;
  localparam int unsigned NumVcs = weft_link_pkg::NumVcs;
  localparam int unsigned CreditW = weft_link_pkg::CreditW;
  localparam int unsigned CreditUnitBytes = weft_link_pkg::CreditUnitBytes;
  localparam int unsigned Version = weft_link_pkg::Version;
  localparam int unsigned SchemeId = weft_link_pkg::SchemeId;
  localparam int unsigned CrcId = weft_link_pkg::CrcId;
  localparam int unsigned FecId = weft_link_pkg::FecId;
  localparam int unsigned TimerClass = weft_link_pkg::TimerClass;
  localparam int unsigned HeadFirstLsb = weft_link_pkg::HeadFirstLsb;
  localparam int unsigned HeadFirstW = weft_link_pkg::HeadFirstW;
  localparam int unsigned HeadRecLsb = weft_link_pkg::HeadRecLsb;
  localparam int unsigned HeadRecW = weft_link_pkg::HeadRecW;
  localparam int unsigned TailAckLsb = weft_link_pkg::TailAckLsb;
  localparam int unsigned TailAckW = weft_link_pkg::TailAckW;
  localparam int unsigned TailCntLsb = weft_link_pkg::TailCntLsb;
  localparam int unsigned TailCntW = weft_link_pkg::TailCntW;
  localparam int unsigned CtrlLimitsSlot = weft_link_pkg::CtrlLimitsSlot;
  localparam int unsigned LimitSpacingW = weft_link_pkg::LimitSpacingW;
  localparam logic [3:0] BootParam = weft_link_pkg::BootParam;
  localparam logic [3:0] BootCinit = weft_link_pkg::BootCinit;
  localparam logic [3:0] BootRetrain = weft_link_pkg::BootRetrain;
  localparam logic [3:0] BootResync = weft_link_pkg::BootResync;
  localparam int unsigned BootHashSlot = weft_link_pkg::BootHashSlot;
  localparam int unsigned BootHashLsb = weft_link_pkg::BootHashLsb;
  localparam int unsigned BootHashW = weft_link_pkg::BootHashW;
  localparam int unsigned BootBeatsSlot = weft_link_pkg::BootBeatsSlot;
  localparam int unsigned BootBeatsLsb = weft_link_pkg::BootBeatsLsb;
  localparam int unsigned BootBeatsW = weft_link_pkg::BootBeatsW;
  localparam int unsigned BootSeqWidthSlot = weft_link_pkg::BootSeqWidthSlot;
  localparam int unsigned BootSeqWidthLsb = weft_link_pkg::BootSeqWidthLsb;
  localparam int unsigned BootSeqWidthW = weft_link_pkg::BootSeqWidthW;
  localparam int unsigned BootSchemeSlot = weft_link_pkg::BootSchemeSlot;
  localparam int unsigned BootSchemeLsb = weft_link_pkg::BootSchemeLsb;
  localparam int unsigned BootSchemeW = weft_link_pkg::BootSchemeW;
  localparam int unsigned BootVcsSlot = weft_link_pkg::BootVcsSlot;
  localparam int unsigned BootVcsLsb = weft_link_pkg::BootVcsLsb;
  localparam int unsigned BootVcsW = weft_link_pkg::BootVcsW;
  localparam int unsigned BootUnitSlot = weft_link_pkg::BootUnitSlot;
  localparam int unsigned BootUnitLsb = weft_link_pkg::BootUnitLsb;
  localparam int unsigned BootUnitW = weft_link_pkg::BootUnitW;
  localparam int unsigned BootSlotSlot = weft_link_pkg::BootSlotSlot;
  localparam int unsigned BootSlotLsb = weft_link_pkg::BootSlotLsb;
  localparam int unsigned BootSlotW = weft_link_pkg::BootSlotW;
  localparam int unsigned BootCrcSlot = weft_link_pkg::BootCrcSlot;
  localparam int unsigned BootCrcLsb = weft_link_pkg::BootCrcLsb;
  localparam int unsigned BootCrcW = weft_link_pkg::BootCrcW;
  localparam int unsigned BootFecSlot = weft_link_pkg::BootFecSlot;
  localparam int unsigned BootFecLsb = weft_link_pkg::BootFecLsb;
  localparam int unsigned BootFecW = weft_link_pkg::BootFecW;
  localparam int unsigned BootTimerClassSlot = weft_link_pkg::BootTimerClassSlot;
  localparam int unsigned BootTimerClassLsb = weft_link_pkg::BootTimerClassLsb;
  localparam int unsigned BootTimerClassW = weft_link_pkg::BootTimerClassW;
  localparam int unsigned BootVersionSlot = weft_link_pkg::BootVersionSlot;
  localparam int unsigned BootVersionLsb = weft_link_pkg::BootVersionLsb;
  localparam int unsigned BootVersionW = weft_link_pkg::BootVersionW;
  localparam int unsigned BootWindowSlot = weft_link_pkg::BootWindowSlot;
  localparam int unsigned BootWindowLsb = weft_link_pkg::BootWindowLsb;
  localparam int unsigned BootWindowW = weft_link_pkg::BootWindowW;
  localparam int unsigned BootReasonSlot = weft_link_pkg::BootReasonSlot;
  localparam int unsigned BootReasonLsb = weft_link_pkg::BootReasonLsb;
  localparam int unsigned BootReasonW = weft_link_pkg::BootReasonW;
  localparam int unsigned BootParamSessionSlot = weft_link_pkg::BootParamSessionSlot;
  localparam int unsigned BootParamSessionLsb = weft_link_pkg::BootParamSessionLsb;
  localparam int unsigned BootParamSessionW = weft_link_pkg::BootParamSessionW;
  localparam int unsigned BootSessionSlot = weft_link_pkg::BootSessionSlot;
  localparam int unsigned BootSessionLsb = weft_link_pkg::BootSessionLsb;
  localparam int unsigned BootSessionW = weft_link_pkg::BootSessionW;
  localparam int unsigned BootExpSlot = weft_link_pkg::BootExpSlot;
  localparam int unsigned BootExpLsb = weft_link_pkg::BootExpLsb;
  localparam int unsigned BootExpW = weft_link_pkg::BootExpW;
  localparam int unsigned BootLimitsSlot = weft_link_pkg::BootLimitsSlot;
  localparam logic [31:0] CrcInit = weft_link_pkg::CrcInit;
  localparam logic [31:0] CrcXorOut = weft_link_pkg::CrcXorOut;
  localparam logic [63:0] ProtoHash = weft_link_pkg::ProtoHash;

  localparam int unsigned AddrW = WindowW + $clog2(Beats);

  // Replay buffer: payload of each beat with its CRC, and `first` of each flit.
  logic [543:0] ram_q   [Window*Beats];
  logic [7:0]   first_q [Window];

  // What the flit is.
  logic         f_busy_q, f_boot_q, f_ctrl_q, f_rtx_q, f_kill_q;
  logic [1:0]   f_idx_q;
  logic [47:0]  f_head_q;
  logic [3:0]   f_op_q;
  logic [WindowW-1:0] f_slot;
  logic [AddrW-1:0]   f_addr;
  assign f_slot = f_head_q[WindowW-1:0];
  assign f_addr = {f_slot, f_idx_q};

  // Gather.
  logic         g_valid_q, g_sof_q, g_eof_q, g_new_q, g_rtx_q, g_boot_q, g_kill_q;
  logic [511:0] g_data_q;
  logic [31:0]  g_crc_q;
  logic [AddrW-1:0] g_addr_q;
  logic [63:0]  g_head_q;
  logic [15:0]  hcs;
  logic [47:0]  head;
  logic [511:0] boot_beat;
  logic [511:0] ctrl_beat;
  logic [543:0] ram_beat;

  assign pack_o        = f_busy_q && !f_boot_q && !f_ctrl_q && !f_rtx_q && !f_kill_q;
  assign idx_o         = f_idx_q;
  assign ctrl_limits_o = f_busy_q && ((f_ctrl_q && f_idx_q == 2'd0) ||
                                      (f_boot_q && (f_op_q == BootCinit || f_op_q == BootResync)));
  assign ram_beat      = ram_q[f_addr];

  always_comb begin
    head = f_head_q;
    if (f_rtx_q) begin
      head[HeadFirstLsb+:HeadFirstW] = first_q[f_slot];
    end
  end

  weft_link_hcs u_hcs (
    .en_i  (f_busy_q && f_idx_q == 2'd0),
    .head_i(head),
    .hcs_o (hcs)
  );

  always_comb begin
    ctrl_beat = '0;
    if (f_busy_q && f_ctrl_q && f_idx_q == 2'd0) begin
      for (int unsigned v = 0; v < NumVcs; v++) begin
        ctrl_beat[64*CtrlLimitsSlot+LimitSpacingW*v+:CreditW] = grant_i[CreditW*v+:CreditW];
      end
    end
  end

  always_comb begin
    boot_beat = '0;
    if (f_busy_q && f_boot_q) begin
      case (f_op_q)
        BootParam: begin
          boot_beat[64*BootHashSlot+BootHashLsb+:BootHashW] = ProtoHash;
          boot_beat[64*BootBeatsSlot+BootBeatsLsb+:BootBeatsW] = BootBeatsW'(Beats);
          boot_beat[64*BootSeqWidthSlot+BootSeqWidthLsb+:BootSeqWidthW] = BootSeqWidthW'(SeqW);
          boot_beat[64*BootSchemeSlot+BootSchemeLsb+:BootSchemeW] = BootSchemeW'(SchemeId);
          boot_beat[64*BootVcsSlot+BootVcsLsb+:BootVcsW] = BootVcsW'(NumVcs);
          boot_beat[64*BootUnitSlot+BootUnitLsb+:BootUnitW] = BootUnitW'(CreditUnitBytes);
          boot_beat[64*BootSlotSlot+BootSlotLsb+:BootSlotW] = BootSlotW'(SlotBytes);
          boot_beat[64*BootCrcSlot+BootCrcLsb+:BootCrcW] = BootCrcW'(CrcId);
          boot_beat[64*BootFecSlot+BootFecLsb+:BootFecW] = BootFecW'(FecId);
          boot_beat[64*BootTimerClassSlot+BootTimerClassLsb+:BootTimerClassW] =
              BootTimerClassW'(TimerClass);
          boot_beat[64*BootVersionSlot+BootVersionLsb+:BootVersionW] = BootVersionW'(Version);
          boot_beat[64*BootWindowSlot+BootWindowLsb+:BootWindowW] = window_i;
          boot_beat[64*BootReasonSlot+BootReasonLsb+:BootReasonW] = reason_i;
          boot_beat[64*BootParamSessionSlot+BootParamSessionLsb+:BootParamSessionW] = session_i;
        end
        BootCinit, BootResync: begin
          boot_beat[64*BootSessionSlot+BootSessionLsb+:BootSessionW] = session_i;
          if (f_op_q == BootResync) begin
            boot_beat[64*BootExpSlot+BootExpLsb+:BootExpW] = BootExpW'(exp_i);
          end
          for (int unsigned v = 0; v < NumVcs; v++) begin
            boot_beat[64*BootLimitsSlot+LimitSpacingW*v+:CreditW] = grant_i[CreditW*v+:CreditW];
          end
        end
        BootRetrain: boot_beat[64*BootSessionSlot+BootSessionLsb+:BootSessionW] = session_i;
        default: ;
      endcase
    end
  end

  // Payload CRC, with the head's share added for the wire.
  logic [31:0] crc_data, crc_head;
  weft_link_crc32c u_crc (
    .en_i  (g_valid_q),
    .data_i(g_data_q),
    .crc_o (crc_data)
  );
  weft_link_crc32c #(
    .First(0),
    .Last (0)
  ) u_crc_head (
    .en_i  (g_valid_q && g_sof_q),
    .data_i({448'd0, g_head_q}),
    .crc_o (crc_head)
  );

  logic         h_valid_q, h_sof_q, h_eof_q, h_boot_q;
  logic [511:0] h_data_q;
  logic [31:0]  h_crc_q;
  logic [63:0]  h_head_q;
  logic [4:0]   rec_q;
  logic         spoil_q, h_kill_q, ram_err;

  assign ram_err = g_valid_q && g_rtx_q && crc_data != g_crc_q;

  // Tail and the flit's CRC.
  logic [31:0] tail, crc_run_q, crc_adv, crc_all, crc_tail, crc_field;
  assign tail_o     = h_valid_q && h_eof_q && !h_boot_q;
  assign tail_rec_o = rec_q;
  always_comb begin
    tail = '0;
    if (tail_o) begin
      tail[TailAckLsb+:TailAckW] = TailAckW'(exp_i);
      tail[TailCntLsb+:TailCntW] = tail_cnt_i;
    end
  end
  weft_link_crc32c #(
    .First(7),
    .Last (7)
  ) u_crc_tail (
    .en_i  (tail_o),
    .data_i({32'd0, tail, 448'd0}),
    .crc_o (crc_tail)
  );
  assign crc_all = crc_adv ^ h_crc_q ^ crc_tail;
  weft_link_crc32c_advance u_advance (
    .adv_i(h_sof_q ? CrcInit : crc_run_q),
    .adv_o(crc_adv),
    .inv_i(crc_all),
    .inv_o(crc_field)
  );

  always_ff @(posedge clk_i) begin
    if (g_valid_q && g_new_q) begin
      ram_q[g_addr_q] <= {crc_data, g_data_q};
    end
    if (g_valid_q && g_new_q && g_sof_q) begin
      first_q[g_addr_q[AddrW-1:$clog2(Beats)]] <= g_head_q[HeadFirstLsb+:HeadFirstW];
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      f_busy_q   <= 1'b0;
      f_boot_q   <= 1'b0;
      f_ctrl_q   <= 1'b0;
      f_rtx_q    <= 1'b0;
      f_kill_q   <= 1'b0;
      f_idx_q    <= '0;
      f_head_q   <= '0;
      f_op_q     <= '0;
      g_valid_q  <= 1'b0;
      g_sof_q    <= 1'b0;
      g_eof_q    <= 1'b0;
      g_new_q    <= 1'b0;
      g_rtx_q    <= 1'b0;
      g_boot_q   <= 1'b0;
      g_kill_q   <= 1'b0;
      g_data_q   <= '0;
      g_crc_q    <= '0;
      g_addr_q   <= '0;
      g_head_q   <= '0;
      h_valid_q  <= 1'b0;
      h_sof_q    <= 1'b0;
      h_eof_q    <= 1'b0;
      h_boot_q   <= 1'b0;
      h_data_q   <= '0;
      h_crc_q    <= '0;
      h_head_q   <= '0;
      rec_q      <= '0;
      spoil_q    <= 1'b0;
      h_kill_q   <= 1'b0;
      crc_run_q  <= '0;
      lo_valid_o <= 1'b0;
      lo_sof_o   <= 1'b0;
      lo_eof_o   <= 1'b0;
      lo_data_o  <= '0;
    end else begin
      // Decision.
      if (send_boot_i || send_data_i || send_ctrl_i) begin
        f_busy_q <= 1'b1;
        f_idx_q  <= '0;
        f_boot_q <= send_boot_i;
        f_ctrl_q <= send_ctrl_i;
        f_rtx_q  <= send_data_i && rtx_i;
        f_head_q <= head_i;
        f_op_q   <= boot_op_i;
        f_kill_q <= clear_i && !send_boot_i;
      end else if (f_busy_q) begin
        f_idx_q  <= f_idx_q + 2'd1;
        f_busy_q <= !f_boot_q && f_idx_q != 2'(Beats - 1);
        f_kill_q <= f_kill_q || (clear_i && !f_boot_q);
      end

      // Gather.
      g_valid_q <= f_busy_q;
      if (f_busy_q) begin
        g_sof_q  <= f_idx_q == 2'd0;
        g_eof_q  <= f_boot_q || f_idx_q == 2'(Beats - 1);
        g_new_q  <= pack_o;
        g_rtx_q  <= f_rtx_q;
        g_boot_q <= f_boot_q;
        g_kill_q <= !f_boot_q && (f_kill_q || clear_i);
        g_addr_q <= f_addr;
        if (f_idx_q == 2'd0) begin
          g_head_q <= {hcs, head};
        end
        if (f_rtx_q) begin
          {g_crc_q, g_data_q} <= ram_beat;
        end else begin
          g_data_q <= f_boot_q ? boot_beat : f_ctrl_q ? ctrl_beat : pack_beat_i;
        end
      end

      // CRC.
      h_valid_q <= g_valid_q;
      if (g_valid_q) begin
        h_sof_q  <= g_sof_q;
        h_eof_q  <= g_eof_q;
        h_boot_q <= g_boot_q;
        h_kill_q <= !g_boot_q && (g_kill_q || clear_i);
        h_data_q <= g_data_q;
        h_crc_q  <= crc_data ^ crc_head;
        spoil_q  <= ram_err || (spoil_q && !g_sof_q);
        if (g_sof_q) begin
          h_head_q <= g_head_q;
          rec_q    <= g_head_q[HeadRecLsb+:HeadRecW];
        end
      end

      // Out.
      lo_valid_o <= h_valid_q;
      if (h_valid_q) begin
        lo_sof_o  <= h_sof_q;
        lo_eof_o  <= h_eof_q;
        crc_run_q <= crc_all;
        lo_data_o <= h_data_q;
        if (h_sof_q) begin
          lo_data_o[63:0] <= h_head_q;
        end
        if (h_eof_q) begin
          lo_data_o[479:448] <= h_boot_q ? h_data_q[479:448] : tail;
          lo_data_o[511:480] <= crc_field ^ CrcXorOut ^
              {32{spoil_q || h_kill_q}};
        end
      end
    end
  end

  assign tail_pending_o = (f_busy_q && !f_boot_q) || (g_valid_q && !g_boot_q) || tail_o ||
                          (h_valid_q && !h_eof_q);
  assign busy_o       = f_busy_q || g_valid_q || h_valid_q || lo_valid_o;
  assign ev_ram_err_o = ram_err;

  `WEFT_ASSERT(OneDecision, $onehot0({send_boot_i, send_data_i, send_ctrl_i}))
  `WEFT_ASSERT(NotWhileBusy, !(send_boot_i || send_data_i || send_ctrl_i) || !f_busy_q ||
                             f_boot_q || f_idx_q == 2'(Beats - 1))
endmodule
