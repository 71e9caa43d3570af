# SPDX-License-Identifier: Apache-2.0
"""A small RTL tree for the tests of the checks that read rtl/."""
from support import CPP, CheckTest

import rtl

PACKAGE = CPP + "package p_pkg;\n  localparam int unsigned W = 4;\nendpackage\n"
GOOD = CPP + """
/// A counter.
module good #(
  parameter int unsigned Step = 1
) (
  input  logic                clk_i,
  output logic [p_pkg::W-1:0] count_o
);
  always_ff @(posedge clk_i) count_o <= count_o + p_pkg::W'(Step);
endmodule
"""


class RtlTest(CheckTest):
    def setUp(self):
        super().setUp()
        self.write("rtl/p_pkg.sv", PACKAGE)
        self.write("rtl/good.sv", GOOD)
        self.write("rtl/good.f", "// the list\n+incdir+rtl\np_pkg.sv  # first\nrtl/good.sv\n")
        self.write(rtl.TOPS, "# tops\ngood  rtl/good.f  -GStep=3\n")

    def good(self, *changes):
        """The good module with (old, new) replaced."""
        text = GOOD
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.write("rtl/good.sv", text)
