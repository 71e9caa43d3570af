# SPDX-License-Identifier: Apache-2.0
import support
from support import CheckTest

import layers


class Layers(CheckTest):
    check = staticmethod(layers.check)

    def include(self, name, line):
        self.write(name, f"#pragma once\n{line}\n")

    def test_accepts_the_arrows_of_the_house(self):
        self.include("models/a/a.h", '#include "models/base/time.h"\n#include <vector>')
        self.include("systemc/a/a.h", '#include "models/a/a.h"\n#include <systemc>\n#include <tlm>')
        self.include("testbench/a/a.cpp", '#include "systemc/a/a.h"\n#include <fstream>')
        self.include("testbench/weft/main.cpp", '#include "weft_build_info.h"')
        self.include("tests/unit/a.cpp", '#include "testbench/a/a.h"\n#include "firmware/regs.h"')
        self.include("systemc/verilated/l.cpp", '#include "Vlink.h"\n#include <verilated.h>\n'
                     '#include "tables.inc"')
        self.include("tests/rtl/l.cpp", '#include "Vcrc.h"')
        self.include("firmware/driver/d.c", '#include "d.h"\n#include <stdint.h>')
        self.assert_clean()

    def test_refuses_arrows_that_point_up(self):
        for name, header in [("models/a.h", "systemc/b.h"), ("models/a.h", "testbench/b.h"),
                             ("models/a.h", "tests/b.h"), ("models/a.h", "firmware/b.h"),
                             ("systemc/a.h", "testbench/b.h"), ("systemc/a.h", "tests/b.h"),
                             ("testbench/a.h", "tests/b.h"), ("testbench/a.h", "firmware/b.h"),
                             ("firmware/a.c", "models/b.h"), ("firmware/a.c", "systemc/b.h"),
                             ("systemc/a.cpp", "rtl/b.h")]:
            with self.subTest(name=name, header=header):
                self.include(name, f'#include "{header}"')
                self.assert_complains(f"{name}:2: {header}", "may not include")
                (self.root / name).unlink()

    def test_refuses_a_kernel_in_models(self):
        self.include("models/a.h", "#include <systemc>\n#  include <tlm>\n#include <tlm_utils/peq.h>\n"
                     "#include <sysc/kernel/sc_time.h>\n#include <systemc.h>")
        self.assert_complains("models/a.h:2", "models/a.h:3", "no kernel", count=5)

    def test_refuses_file_access_in_models(self):
        self.include("models/a.cpp", "#include <fstream>\n#include <filesystem>")
        self.assert_complains("models/a.cpp:2", "models/a.cpp:3", count=2)
        self.include("models/a.cpp", 'auto f = std::fopen("x", "r");\n// fopen in a comment\nauto s = "fopen";')
        self.assert_complains("models/a.cpp:2: fopen", count=1)

    def test_refuses_verilated_headers_elsewhere(self):
        for name in ["models/a.cpp", "systemc/link/a.cpp", "testbench/a.cpp", "tests/unit/a.cpp",
                     "tests/systemc/a.cpp"]:
            with self.subTest(name=name):
                self.include(name, '#include "Vlink.h"\n#include <verilated.h>\n#include "verilated_fst_c.h"')
                self.assert_complains(f"{name}:2", count=3)
                (self.root / name).unlink()

    def test_refuses_includes_that_are_not_rooted(self):
        self.include("models/a/a.cpp", '#include "a.h"\n#include "../base/time.h"')
        self.assert_complains("models/a/a.cpp:2", "models/a/a.cpp:3", "rooted", count=2)

    def test_refuses_cpp_in_rtl(self):
        self.include("rtl/link/a.h", "")
        self.assert_complains("rtl/link/a.h", "no C or C++")


support.main()
