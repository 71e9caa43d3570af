# SPDX-License-Identifier: Apache-2.0
import subprocess

import support
from support import CheckTest

import linked


class Linked(CheckTest):
    check = staticmethod(linked.check)

    def program(self, *libraries):
        source = self.write("a.cpp", "#include <string>\nint main(int c, char** v) "
                            "{ return static_cast<int>(std::string(v[0]).size()) * 0 + c - 1; }\n")
        program = self.root / "program"
        subprocess.run(["g++", "-o", program, source, "-Wl,--no-as-needed", *libraries], check=True)
        return program

    def test_accepts_the_system_and_permissive_libraries(self):
        self.assert_clean(program=self.program("-lxxhash", "-lz"))

    def test_refuses_the_oracle_of_the_tests(self):
        self.assert_complains("libfec.so", program=self.program("-lfec"))

    def test_refuses_a_program_that_links_nothing(self):
        self.assert_complains("links no shared library", program=self.program("-static"))


support.main()
