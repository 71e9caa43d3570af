# SPDX-License-Identifier: Apache-2.0
import support
from support import CPP, HASH, CheckTest

import licences

GPL = "// SPDX-License-Identifier: GPL-" "2.0-only\n"
DUAL = "// SPDX-License-Identifier: GPL-" "2.0-only OR Apache-2.0\n"


class Licences(CheckTest):
    check = staticmethod(licences.check)

    def test_accepts_sources_that_say_apache(self):
        self.write("models/a.h", CPP)
        self.write("rtl/a.sv", CPP)
        self.write("scripts/run", "#!/bin/bash\n" + HASH)
        self.write("CMakeLists.txt", HASH)
        self.write("README.md", "no need\n")
        self.assert_clean()

    def test_refuses_sources_that_say_nothing(self):
        for name in ["a.h", "a.cpp", "a.c", "a.sv", "a.svh", "a.py", "a.sh", "a.cmake", "a.vlt",
                     "CMakeLists.txt"]:
            with self.subTest(name=name):
                self.write(name, "\n")
                self.assert_complains(name, "no SPDX")
                (self.root / name).unlink()
        self.write("scripts/run", "#!/bin/bash\n")
        self.assert_complains("scripts/run", "no SPDX")

    def test_refuses_a_notice_that_comes_too_late(self):
        self.write("models/a.h", "\n" * 5 + CPP)
        self.assert_complains("no SPDX")

    def test_refuses_other_licences_of_our_own_files(self):
        self.write("models/a.h", GPL)
        self.write("models/b.h", DUAL)
        self.assert_complains("models/a.h", "models/b.h", "expected", count=2)

    def test_lets_a_linux_module_be_dual_licensed(self):
        self.write("firmware/include/weft.h", DUAL)
        self.assert_clean()

    def test_wants_the_licence_text_beside_vendored_files(self):
        self.write("testbench/vendor/plot/plot.js", "/* MIT */\n")
        self.assert_complains("without its licence text")
        self.write("testbench/vendor/plot/LICENSE", "MIT\n")
        self.assert_clean()
        self.write("testbench/vendor/plot/other.js", GPL)
        self.assert_complains("not a permissive licence")


support.main()
