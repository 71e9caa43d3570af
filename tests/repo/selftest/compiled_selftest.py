# SPDX-License-Identifier: Apache-2.0
import json

import support
from support import CheckTest

import compiled


class Compiled(CheckTest):
    check = staticmethod(compiled.check)

    def build(self, *names):
        entries = [{"directory": str(self.root), "file": name, "command": ""} for name in names]
        self.write("build/compile_commands.json", json.dumps(entries))
        return self.root / "build"

    def setUp(self):
        super().setUp()
        self.write("models/a.cpp", "")
        self.write("tests/unit/a_test.cpp", "")

    def test_accepts_sources_that_are_all_compiled(self):
        self.assert_clean(build=self.build("models/a.cpp", str(self.root / "tests/unit/a_test.cpp")))

    def test_refuses_a_test_that_nothing_compiles(self):
        self.assert_complains("tests/unit/a_test.cpp", build=self.build("models/a.cpp"))

    def test_accepts_one_with_a_reason_as_long_as_it_holds(self):
        self.write(compiled.ELSEWHERE, "tests/unit/a_test.cpp  by another program\n")
        self.assert_clean(build=self.build("models/a.cpp"))
        self.assert_complains("does not belong here",
                              build=self.build("models/a.cpp", "tests/unit/a_test.cpp"))
        self.write(compiled.ELSEWHERE, "tests/unit/a_test.cpp\n")
        self.assert_complains("without a reason", build=self.build("models/a.cpp"))

    def test_refuses_a_build_without_a_database(self):
        self.assert_complains("no such file", build=self.root / "nowhere")


support.main()
