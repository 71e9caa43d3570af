// SPDX-License-Identifier: Apache-2.0
`include "weft_assert.svh"

/// Link state machine (PROTOCOL.md chapter 7): bring-up, retrain, reset.
///
/// Received BOOT flits arrive as `rx_boot_i` with their beat; what the state asks to send is
/// `boot_due_o` with its operation. Pulses out (`clear_o`, `drop_o`, `tell_o`, credit and resync
/// loads) act at the edge that ends their cycle.
module weft_link_lsm (
  input  logic         clk_i,
  input  logic         rst_ni,
  input  logic [47:0]  now_i,
  input  logic         strap_up_i,
  input  logic         phy_lock_i,

  // Registers
  input  logic         enable_i,
  input  logic         retrain_p_i,
  input  logic         hot_reset_p_i,
  input  logic [31:0]  boot_t_i,
  input  logic [31:0]  train_t_i,
  input  logic [31:0]  retrain_t_i,
  input  logic [31:0]  hrst_t_i,
  input  logic [31:0]  retrain_num_i,

  // Receive
  input  logic         rx_boot_i,
  input  logic [511:0] rx_beat_i,
  input  logic         rx_good_i,     // a DATA or CTRL that counts
  // Sequence
  input  logic         give_up_i,
  input  logic         progress_i,
  input  logic [weft_link_pkg::SeqW-1:0] base_i,
  input  logic [weft_link_pkg::SeqW-1:0] top_i,

  // State
  output logic [3:0]   state_o,
  output logic         active_o,
  output logic         open_o,        // DATA and CTRL received count
  output logic [15:0]  reason_o,

  // BOOT flits to send
  output logic         boot_due_o,
  output logic [3:0]   boot_op_o,
  output logic         boot_seen_o,
  input  logic         boot_sent_i,

  // Pulses
  output logic         clear_o,
  output logic         load_o,        // bring-up begins: take the buffer sizes
  output logic         init_o,        // with clear_o: the first clock after reset
  output logic         drop_o,
  output logic         tell_o,
  output logic         take_first_o,  // limits of a CINIT
  output logic         take_all_o,    // limits of a RESYNC
  output logic         resync_o,
  output logic         change_o,      // the state changes at this edge

  output logic         dl_boot_valid_o,
  output logic [47:0]  dl_boot_o,
  output logic         dl_state_valid_o,
  output logic [47:0]  dl_state_o,

  output logic         ev_down_o,
  output logic         ev_retrain_o,
  output logic         ev_refuse_o
);
  // Protocol constants (yosys reads no imports).
  localparam int unsigned Beats = weft_link_pkg::Beats;
  localparam int unsigned SlotBytes = weft_link_pkg::SlotBytes;
  localparam int unsigned SeqW = weft_link_pkg::SeqW;
  localparam int unsigned NumVcs = weft_link_pkg::NumVcs;
  localparam int unsigned CreditUnitBytes = weft_link_pkg::CreditUnitBytes;
  localparam int unsigned Version = weft_link_pkg::Version;
  localparam int unsigned SchemeId = weft_link_pkg::SchemeId;
  localparam int unsigned CrcId = weft_link_pkg::CrcId;
  localparam int unsigned FecId = weft_link_pkg::FecId;
  localparam int unsigned TimerClass = weft_link_pkg::TimerClass;
  localparam int unsigned BootOpLsb = weft_link_pkg::BootOpLsb;
  localparam int unsigned BootOpW = weft_link_pkg::BootOpW;
  localparam int unsigned BootSeenLsb = weft_link_pkg::BootSeenLsb;
  localparam logic [3:0] BootParam = weft_link_pkg::BootParam;
  localparam logic [3:0] BootCinit = weft_link_pkg::BootCinit;
  localparam logic [3:0] BootRetrain = weft_link_pkg::BootRetrain;
  localparam logic [3:0] BootResync = weft_link_pkg::BootResync;
  localparam logic [3:0] BootHrst = weft_link_pkg::BootHrst;
  localparam int unsigned BootHashSlot = weft_link_pkg::BootHashSlot;
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
  localparam int unsigned BootParamSessionSlot = weft_link_pkg::BootParamSessionSlot;
  localparam int unsigned BootParamSessionLsb = weft_link_pkg::BootParamSessionLsb;
  localparam int unsigned BootSessionSlot = weft_link_pkg::BootSessionSlot;
  localparam int unsigned BootSessionLsb = weft_link_pkg::BootSessionLsb;
  localparam int unsigned BootExpSlot = weft_link_pkg::BootExpSlot;
  localparam int unsigned BootExpLsb = weft_link_pkg::BootExpLsb;
  localparam logic [63:0] ProtoHash = weft_link_pkg::ProtoHash;

  localparam logic [3:0] StDown    = 4'd0;
  localparam logic [3:0] StTrain   = 4'd1;
  localparam logic [3:0] StParam   = 4'd2;
  localparam logic [3:0] StCinit   = 4'd3;
  localparam logic [3:0] StActive  = 4'd4;
  localparam logic [3:0] StRetrain = 4'd5;
  localparam logic [3:0] StResync  = 4'd6;
  localparam logic [3:0] StRefused = 4'd7;
  localparam logic [3:0] StHreset  = 4'd8;
  localparam logic [3:0] StInit    = 4'd15;  // the first clock after reset

  logic [3:0]  state_q, state_d;
  logic        got_q, got_d;           // this phase's flit of the peer is held
  logic        first_q;                // the state's BOOT flit has not been sent yet
  logic        dead_q, dead_d;         // gave up: stays down until enabled again
  logic        entered_q;              // first cycle of the state
  logic        known_q, known_d;       // the peer's session is recorded
  logic [31:0] peer_q, peer_d;
  logic [15:0] reason_q, reason_d;
  logic [7:0]  retrains_q, retrains_d;
  logic [47:0] boot_t0_q, state_t0_q;

  // The BOOT flit that just ended.
  logic [3:0]  op;
  logic        seen, session_ok;
  logic [31:0] session;
  logic [15:0] mismatch;
  logic [weft_link_pkg::SeqW-1:0] their_exp;
  assign op        = rx_beat_i[BootOpLsb+:BootOpW];
  assign seen      = rx_beat_i[BootSeenLsb];
  assign session   = (op == BootParam) ? rx_beat_i[64*BootParamSessionSlot+BootParamSessionLsb+:32]
                                       : rx_beat_i[64*BootSessionSlot+BootSessionLsb+:32];
  assign session_ok = !known_q || session == peer_q;
  assign their_exp  = rx_beat_i[64*BootExpSlot+BootExpLsb+:SeqW];

  // First must-match field that differs, or 0 (OFL-7.4).
  logic [10:0] differs;
  always_comb begin
    differs  = '0;
    mismatch = '0;
    if (rx_boot_i && op == BootParam) begin
      differs[0] = rx_beat_i[64*BootBeatsSlot+BootBeatsLsb+:BootBeatsW] != BootBeatsW'(Beats);
      differs[1] = rx_beat_i[64*BootSeqWidthSlot+BootSeqWidthLsb+:BootSeqWidthW] !=
          BootSeqWidthW'(SeqW);
      differs[2] = rx_beat_i[64*BootSchemeSlot+BootSchemeLsb+:BootSchemeW] !=
          BootSchemeW'(SchemeId);
      differs[3] = rx_beat_i[64*BootVcsSlot+BootVcsLsb+:BootVcsW] != BootVcsW'(NumVcs);
      differs[4] = rx_beat_i[64*BootUnitSlot+BootUnitLsb+:BootUnitW] !=
          BootUnitW'(CreditUnitBytes);
      differs[5] = rx_beat_i[64*BootSlotSlot+BootSlotLsb+:BootSlotW] != BootSlotW'(SlotBytes);
      differs[6] = rx_beat_i[64*BootCrcSlot+BootCrcLsb+:BootCrcW] != BootCrcW'(CrcId);
      differs[7] = rx_beat_i[64*BootFecSlot+BootFecLsb+:BootFecW] != BootFecW'(FecId);
      differs[8] = rx_beat_i[64*BootTimerClassSlot+BootTimerClassLsb+:BootTimerClassW] !=
          BootTimerClassW'(TimerClass);
      differs[9] = rx_beat_i[64*BootVersionSlot+BootVersionLsb+:BootVersionW] !=
          BootVersionW'(Version);
      differs[10] = rx_beat_i[64*BootHashSlot+:64] != ProtoHash;
      for (int unsigned i = 11; i > 0; i--) begin
        if (differs[i-1]) begin
          mismatch = 16'(i);
        end
      end
    end
  end

  logic elapsed, is_param, is_cinit, is_retrain, is_resync, is_hrst;
  logic [31:0] state_t;
  assign state_t    = (state_q == StTrain) ? train_t_i :
                      (state_q == StRetrain) ? retrain_t_i : hrst_t_i;
  assign elapsed    = now_i - state_t0_q >= 48'(state_t);
  assign is_param   = rx_boot_i && op == BootParam;
  assign is_cinit   = rx_boot_i && op == BootCinit;
  assign is_retrain = rx_boot_i && op == BootRetrain;
  assign is_resync  = rx_boot_i && op == BootResync;
  assign is_hrst    = rx_boot_i && op == BootHrst;

  always_comb begin
    state_d      = state_q;
    got_d        = got_q;
    dead_d       = dead_q && enable_i;
    known_d      = known_q;
    peer_d       = peer_q;
    reason_d     = reason_q;
    retrains_d   = progress_i ? 8'd0 : retrains_q;
    tell_o       = 1'b0;
    take_first_o = 1'b0;
    take_all_o   = 1'b0;
    resync_o     = 1'b0;
    ev_refuse_o  = 1'b0;
    // Nothing but a few events moves an end that is up.
    if (state_q != StActive || rx_boot_i || give_up_i || retrain_p_i || hot_reset_p_i ||
        !phy_lock_i || !enable_i) begin
      case (state_q)
        StInit: begin
          state_d = StDown;  // or ACTIVE, by the strap, below
        end
        StDown: begin
          if (enable_i && phy_lock_i && !dead_q) begin
            state_d = StTrain;
          end
        end
        StTrain: begin
          if (elapsed) begin
            state_d = StParam;
          end
        end
        StParam: begin
          if (is_param && mismatch != '0) begin
            state_d     = StRefused;
            reason_d    = mismatch;
            ev_refuse_o = 1'b1;
          end else if (is_param) begin
            got_d   = 1'b1;
            known_d = 1'b1;
            peer_d  = session;
            if (seen) begin
              state_d = StCinit;
            end
          end else if (is_cinit && got_q && session_ok) begin
            state_d      = StCinit;
          end
        end
        StCinit: begin
          if (is_cinit && session_ok) begin
            got_d        = 1'b1;
            take_first_o = !got_q;
            if (seen) begin
              state_d = StActive;
            end
          end else if (is_param && (!session_ok || !seen)) begin
            state_d = StDown;
          end else if ((is_retrain || is_resync) && session_ok && got_q) begin
            state_d = StRetrain;
          end else if (rx_good_i) begin
            state_d = StActive;
          end
        end
        StActive: begin
          if (is_param || ((is_cinit || is_resync) && !session_ok)) begin
            state_d = StDown;
          end else if (is_cinit || (is_resync && seen)) begin
            tell_o = 1'b1;
          end else if (is_retrain || is_resync || retrain_p_i || !phy_lock_i) begin
            state_d = StRetrain;
          end else if (give_up_i) begin
            state_d = (32'(retrains_q) >= retrain_num_i) ? StDown : StRetrain;
            dead_d  = 32'(retrains_q) >= retrain_num_i;
          end
        end
        StRetrain: begin
          if (is_param) begin
            state_d = StDown;
          end else if (elapsed && phy_lock_i) begin
            state_d = StResync;
          end
        end
        StResync: begin
          if (is_param || (is_resync && (!session_ok ||
              (!got_q && SeqW'(their_exp - base_i) > SeqW'(top_i - base_i))))) begin
            state_d = StDown;
          end else if (is_resync) begin
            got_d      = 1'b1;
            take_all_o = !got_q;
            resync_o   = !got_q;
            if (!got_q && their_exp != base_i) begin
              retrains_d = '0;
            end
            if (!known_q) begin
              known_d = 1'b1;
              peer_d  = session;
            end
            if (seen) begin
              state_d = StActive;
            end
          end else if (rx_good_i) begin
            state_d = StActive;
          end
        end
        StHreset: begin
          if (elapsed) begin
            state_d = StDown;
          end
        end
        default: ;
      endcase
      if (is_hrst && state_q != StDown && state_q != StTrain && state_q != StHreset) begin
        state_d = StHreset;
      end
      if (hot_reset_p_i) begin
        state_d = StHreset;
        dead_d  = 1'b0;
      end
      if (!phy_lock_i && (state_q == StTrain || state_q == StParam || state_q == StCinit)) begin
        state_d = StDown;
      end
      if (!enable_i && state_q != StInit) begin
        state_d = StDown;
      end
      if (state_d == StActive && state_q != StActive) begin
        tell_o = 1'b1;
      end
      if (state_d == StRetrain && state_q != StRetrain) begin
        retrains_d = retrains_q + 8'd1;
      end
      if (state_d != state_q) begin
        if (state_d == StDown || state_d == StHreset) begin
          known_d    = 1'b0;
          reason_d   = '0;
          retrains_d = '0;
        end
        got_d = 1'b0;
        if (state_d == StActive) begin
          got_d = 1'b1;
        end
      end
    end
  end

  assign change_o   = state_d != state_q;
  assign clear_o    = state_q == StInit || (change_o && (state_d == StDown || state_d == StHreset));
  assign load_o     = state_q == StDown && state_d == StTrain;
  assign init_o     = state_q == StInit;
  assign drop_o     = entered_q && state_q == StRetrain;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q    <= StInit;
      got_q      <= 1'b0;
      first_q    <= 1'b0;
      dead_q     <= 1'b0;
      entered_q  <= 1'b0;
      known_q    <= 1'b0;
      peer_q     <= '0;
      reason_q   <= '0;
      retrains_q <= '0;
      boot_t0_q  <= '0;
      state_t0_q <= '0;
    end else begin
      state_q    <= (state_q == StInit && strap_up_i) ? StActive : state_d;
      got_q      <= got_d;
      dead_q     <= dead_d;
      entered_q  <= change_o;
      known_q    <= known_d;
      peer_q     <= peer_d;
      reason_q   <= reason_d;
      retrains_q <= retrains_d;
      if (change_o) begin
        first_q    <= 1'b1;
        state_t0_q <= now_i;
      end else if (boot_sent_i) begin
        first_q   <= 1'b0;
        boot_t0_q <= now_i;
      end
    end
  end

  logic boots;
  assign boots = state_q == StParam || state_q == StCinit || state_q == StRetrain ||
                 state_q == StResync || state_q == StRefused || state_q == StHreset;
  assign boot_due_o  = boots && (first_q || now_i - boot_t0_q >= 48'(boot_t_i));
  assign boot_seen_o = got_q && state_q != StHreset && state_q != StRetrain;
  always_comb begin
    case (state_q)
      StParam, StRefused: boot_op_o = BootParam;
      StCinit:            boot_op_o = BootCinit;
      StRetrain:          boot_op_o = BootRetrain;
      StResync:           boot_op_o = BootResync;
      default:            boot_op_o = BootHrst;
    endcase
  end

  assign state_o   = state_q;
  assign active_o  = state_q == StActive;
  assign open_o    = state_q == StActive || (got_q && (state_q == StCinit || state_q == StResync));
  assign reason_o  = reason_q;

  assign dl_boot_valid_o  = boots && !first_q;
  assign dl_boot_o        = boot_t0_q + 48'(boot_t_i);
  assign dl_state_valid_o = state_q == StTrain || (state_q == StRetrain && phy_lock_i) ||
                            state_q == StHreset;
  assign dl_state_o       = state_t0_q + 48'(state_t);

  assign ev_down_o    = change_o && state_d == StDown && state_q != StInit;
  assign ev_retrain_o = change_o && state_d == StRetrain;

  `WEFT_ASSERT(NoBootInActive, !(active_o && boot_due_o))
endmodule
