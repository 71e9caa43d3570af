# SPDX-License-Identifier: Apache-2.0
"""An RTL of one's own whose assertion fails: the run says where, and fails (exit 1)."""
import shutil
import subprocess

import program

PLANTED = "  `WEFT_ASSERT(ThePlantedOne, now_i < 48'd5000)\nendmodule\n"


class RtlFault(program.Weft):
    def test_fails_the_run_and_names_the_assertion(self):
        rtl = self.folder / "rtl"
        shutil.copytree(program.ROOT / "rtl/link", rtl)
        end = rtl / "weft_link_end.sv"
        text = end.read_text()
        self.assertEqual(text.count("endmodule\n"), 1)
        end.write_text(text.replace("endmodule\n", PLANTED))
        line = end.read_text().splitlines().index(PLANTED.splitlines()[0]) + 1
        built = subprocess.run([program.ROOT / "scripts/build_link", "--protocol",
                                program.ROOT / "models/protocol/ofl.toml", "--rtl", rtl, "--name", "mine",
                                "--out", self.folder], capture_output=True, text=True)
        self.assertEqual(built.returncode, 0, built.stderr)
        self.file("x.toml", program.MODEL)
        done = self.weft("run", "x.toml", "--set", "link5.level=rtl", "--set", "link5.rtl=./mine.so")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertRegex(done.stdout, rf"\nRTL FAULT  RTL assertion failed at weft_link_end\.sv:{line}"
                                      r"\S* in link5\.[ab], in the window from 3\.\d+us on\nFAIL  ")


if __name__ == "__main__":
    program.main(__doc__)
