# SPDX-License-Identifier: Apache-2.0
import support
from support import CheckTest

import hygiene

# In pieces, so that the check does not find its own test.
BAD = ["see /wo" "rk/main/a.cpp", "include /ro" "ot/.bashrc", "in /tmp/ba" "sh_jobs.0/1", "sha" "red/DE"
       "SIGN says", "as ST" "YLE.md part 3", "LINK-DE" "SIGN.md", "pk" "ill -f weft", "kill" "all weft",
       "-----BEGIN RSA PRIV" "ATE KEY-----", "token = gh" "p_" + "a1B2" * 9, "AK" "IA" + "ABCD1234" * 2,
       "/home/" "somebody/weft"]
GOOD = ["rtl/link/PROTOCOL.md", "systemc/work/a.h", "${dir}/root/x", "kill -TERM $pid", "a sha" "red object",
        "testbench/record/FORMATS.md", "https://example.org/work/x", "/tmp/weft-x", "network/root"]


class Hygiene(CheckTest):
    check = staticmethod(hygiene.check)

    def test_refuses_each_of_these(self):
        for line in BAD:
            with self.subTest(line=line):
                self.write("a.txt", f"first\n{line}\n")
                self.assertTrue(self.complaints(), line)
                self.assertIn("a.txt:2", self.complaints()[0])

    def test_accepts_each_of_these(self):
        for line in GOOD:
            with self.subTest(line=line):
                self.write("a.txt", line + "\n")
                self.assert_clean()

    def test_skips_binary_files(self):
        self.write("a.bin", "\0" + "\n".join(BAD))
        self.assert_clean()


support.main()
