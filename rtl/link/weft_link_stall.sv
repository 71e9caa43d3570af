// SPDX-License-Identifier: Apache-2.0

/// Watches packets that wait for credit alone (OFL-5.7): calls for a poll after StallT, and adds up
/// how long each VC waited.
///
/// Looked at once per decision, so that waiting changes no flop; the time a VC waited is added when
/// it ends.
module weft_link_stall (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [47:0] now_i,
  input  logic        clear_i,
  input  logic        active_i,
  input  logic        decide_i,    // blocked_i is valid
  input  logic [weft_link_pkg::NumVcs-1:0] blocked_i,
  input  logic        advance_i,   // a credit limit moved: begin to wait again
  input  logic [31:0] stall_t_i,
  output logic        stalled_o,
  output logic [weft_link_pkg::NumVcs-1:0] blocked_o,  // at the last decision
  output logic        fire_o,      // poll now
  output logic [47:0] dl_o,
  output logic [weft_link_pkg::NumVcs-1:0] ev_o,       // a VC's wait ended: add_o cycles
  output logic [48*weft_link_pkg::NumVcs-1:0] add_o
);
  localparam int unsigned NumVcs = weft_link_pkg::NumVcs;

  logic                 stalled_q;
  logic [NumVcs-1:0]    blocked_q;
  logic [47:0]          t0_q;
  logic [48*NumVcs-1:0] since_q;
  logic                 look;

  assign look   = decide_i && active_i;
  assign fire_o = active_i && stalled_q && now_i - t0_q >= 48'(stall_t_i);

  always_comb begin
    ev_o  = '0;
    add_o = '0;
    if (look && blocked_q != '0) begin
      for (int unsigned v = 0; v < NumVcs; v++) begin
        if (blocked_q[v] && !blocked_i[v]) begin
          ev_o[v] = 1'b1;
          add_o[48*v+:48] = now_i - since_q[48*v+:48];
        end
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      stalled_q <= 1'b0;
      blocked_q <= '0;
      t0_q      <= '0;
      since_q   <= '0;
    end else begin
      if (look && (blocked_i != '0 || stalled_q)) begin
        stalled_q <= blocked_i != '0;
        blocked_q <= blocked_i;
        for (int unsigned v = 0; v < NumVcs; v++) begin
          if (blocked_i[v] && !blocked_q[v]) begin
            since_q[48*v+:48] <= now_i;
          end
        end
      end
      if (fire_o || advance_i || (look && blocked_i != '0 && !stalled_q)) begin
        t0_q <= now_i;
      end
      if (clear_i) begin
        stalled_q <= 1'b0;
        blocked_q <= '0;
      end
    end
  end

  assign stalled_o = stalled_q;
  assign blocked_o = blocked_q;
  assign dl_o      = t0_q + 48'(stall_t_i);
endmodule
