# SPDX-License-Identifier: Apache-2.0
import support
from rtl_support import RtlTest

import lint
import rtl


class Lint(RtlTest):
    check = staticmethod(lint.check)

    def test_accepts_clean_rtl(self):
        self.assert_clean()

    def test_refuses_a_warning(self):
        self.good(("p_pkg::W'(Step)", "8'(Step)"))
        self.assert_complains("good: verilator said", "WIDTH", "rtl/good.sv")

    def test_refuses_a_syntax_error(self):
        self.good(("endmodule", "endmodul"))
        self.assert_complains("syntax error")

    def test_honours_the_waivers(self):
        self.good(("p_pkg::W'(Step)", "8'(Step)"))
        self.write("rtl/lint.vlt", '`verilator_config\nlint_off -rule WIDTH -file "*/good.sv"\n')
        self.assert_clean()

    def test_refuses_a_top_that_is_not_there(self):
        self.assert_complains("no top is called gone", top="gone")

    def test_refuses_a_list_without_tops(self):
        self.write(rtl.TOPS, "# none\n")
        self.assert_complains("no top is listed")


support.main()
