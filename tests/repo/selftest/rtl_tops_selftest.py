# SPDX-License-Identifier: Apache-2.0
import support
from rtl_support import RtlTest

import rtl
import rtl_tops


class RtlTops(RtlTest):
    check = staticmethod(rtl_tops.check)

    def test_accepts_a_tree_whose_files_are_all_listed(self):
        self.assert_clean()

    def test_refuses_a_source_that_no_list_names(self):
        self.write("rtl/link/extra.sv", "module extra; endmodule\n")
        self.assert_complains("rtl/link/extra.sv")

    def test_refuses_a_list_with_a_missing_file(self):
        self.write("rtl/good.f", "rtl/p_pkg.sv\nrtl/gone.sv\n")
        self.assert_complains("rtl/good.f:2: rtl/gone.sv: no such file")
        (self.root / "rtl/good.f").unlink()
        self.assert_complains("rtl/good.f: no such file")

    def test_refuses_options_that_one_tool_would_ignore(self):
        self.write("rtl/good.f", "--trace\nrtl/good.sv\n")
        self.assert_complains("not understood by every tool")
        self.write("rtl/good.f", "rtl/p_pkg.sv\nrtl/good.sv\n")
        self.write(rtl.TOPS, "good rtl/good.f --x-assign fast\n")
        self.assert_complains("not understood by every tool")


support.main()
