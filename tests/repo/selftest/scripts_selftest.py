# SPDX-License-Identifier: Apache-2.0
import support
from support import CheckTest

import scripts


class Scripts(CheckTest):
    check = staticmethod(scripts.check)

    def test_accepts_scripts_that_parse(self):
        self.write("scripts/run", "#!/usr/bin/env bash\necho x\n", 0o755)
        self.write("scripts/a.py", "match 1:\n    case 1: pass\n")
        self.assert_clean()

    def test_refuses_what_does_not_parse(self):
        self.write("scripts/run", "#!/usr/bin/env bash\nif true; then\n", 0o755)
        self.write("scripts/lib.sh", "f() {\n")
        self.write("scripts/a.py", "def f(:\n")
        self.write("scripts/b.py", "type X = int\n")  # Python 3.12
        self.assert_complains("scripts/run", "scripts/lib.sh", "scripts/a.py:1", "scripts/b.py:1", count=4)

    def test_refuses_a_script_that_may_not_be_executed(self):
        self.write("scripts/run", "#!/bin/sh\n", 0o644)
        self.assert_complains("may not be executed")


support.main()
