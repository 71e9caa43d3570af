// SPDX-License-Identifier: Apache-2.0

// `WEFT_ASSERT(Name, condition)` on clk_i and rst_ni: simulation checks it at every clock out of reset.
// A clocked statement, which costs Verilator far less than a concurrent assertion; yosys sees nothing.
`ifndef WEFT_ASSERT_SVH
`define WEFT_ASSERT_SVH
`ifdef VERILATOR
`define WEFT_ASSERT(Name, Cond) \
  always @(posedge clk_i) begin : Name \
    if (rst_ni && !(Cond)) $fatal(1, "Name does not hold"); \
  end
`else
`define WEFT_ASSERT(Name, Cond)
`endif
`endif
