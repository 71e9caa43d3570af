# SPDX-License-Identifier: Apache-2.0
import support
from rtl_support import RtlTest

import synthesis
import rtl


class Synthesis(RtlTest):
    check = staticmethod(synthesis.check)

    def test_accepts_clean_rtl(self):
        self.assert_clean()

    def test_refuses_what_yosys_cannot_read(self):
        self.good(("  always_ff", "  import p_pkg::*;\n  always_ff"))
        self.assert_complains("rtl/good.sv", "ERROR")

    def test_refuses_a_file_of_no_top_that_it_cannot_read(self):
        self.write("rtl/other.sv", "module other(input logic a_i); assert property (@(posedge a_i) a_i); endmodule\n")
        self.assert_complains("rtl/other.sv", "ERROR")

    def assert_says(self, words):
        found = self.complaints()
        self.assertTrue(any(words in c for c in found), f"{words!r} is not in {found}")

    def test_refuses_a_missing_module(self):
        self.good(("endmodule", "  missing u_missing (.clk_i);\nendmodule"))
        self.assert_says("`\\missing'")

    def test_refuses_a_combinational_loop(self):
        self.good(("count_o\n)", "count_o,\n  output logic a_o\n)"),
                  ("  always_ff", "  logic a;\n  assign a = a_o & clk_i;\n  assign a_o = a;\n  always_ff"))
        self.assert_says("found logic loop")

    def test_refuses_a_latch(self):
        self.good(("always_ff @(posedge clk_i) count_o <= count_o + p_pkg::W'(Step);",
                   "always @* if (clk_i) count_o = p_pkg::W'(Step);"))
        self.assert_says("selection is not empty")

    def test_refuses_two_drivers(self):
        self.good(("endmodule", "  always_ff @(posedge clk_i) count_o <= '0;\nendmodule"))
        self.assert_says("conflict")

    def test_refuses_a_list_without_tops(self):
        self.write(rtl.TOPS, "# none\n")
        self.assert_complains("no top is listed")


support.main()
