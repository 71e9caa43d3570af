# SPDX-License-Identifier: Apache-2.0
"""The runner of bad input against programs that behave and misbehave."""
import stat
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import run_bad

PROGRAM = """#!/usr/bin/env python3
import sys
open("calls", "a").write(" ".join(sys.argv[1:])) if {leaves} else None
print({stdout!r}, end="")
print(f"{{sys.argv[-1]}}:2:1: colour: unknown key", file=sys.stderr)
sys.exit({exit})
"""


class RunBad(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name) / "bad"
        self.folder.mkdir()
        self.case("case.toml:2:1: colour: unknown key\n")

    def case(self, said, text="schema = 1\ncolour = 'red'\n"):
        (self.folder / "case.toml").write_text(text)
        (self.folder / "case.err").write_text(said)

    def check(self, leaves=False, stdout="", exit=2, update=False):
        weft = self.folder.parent / "weft"
        weft.write_text(PROGRAM.format(leaves=leaves, stdout=stdout, exit=exit))
        weft.chmod(weft.stat().st_mode | stat.S_IXUSR)
        return "\n".join(run_bad.check([str(weft)], self.folder / "case.toml", update))

    def test_accepts_the_message_it_knows(self):
        self.assertEqual(self.check(), "")

    def test_refuses_another_message(self):
        self.case("case.toml:3:1: colour: unknown key\n")
        self.assertIn("the message differs", self.check())

    def test_refuses_another_exit_code(self):
        self.assertIn("exit 0, expected 2", self.check(exit=0))

    def test_refuses_output_on_stdout(self):
        self.assertIn("printed on stdout", self.check(stdout="running\n"))

    def test_refuses_a_file_left_behind(self):
        self.assertIn("left behind or changed: calls", self.check(leaves=True))

    def test_refuses_a_missing_and_an_empty_message(self):
        (self.folder / "case.err").write_text("")
        self.assertIn("is empty", self.check())
        (self.folder / "case.err").unlink()
        self.assertIn("there is no case.err", self.check())

    def test_reads_command_arguments_and_exit_code(self):
        self.case("--b=c:2:1: colour: unknown key\n",
                  "# Why.\n# cmd: protocol check\n# args: --set 'a b' --b=c\n# exit: 1\nx = 1\n# exit: 7\n")
        self.assertEqual(run_bad.directives(self.folder / "case.toml"),
                         {"cmd": "protocol check", "args": "--set 'a b' --b=c", "exit": "1"})
        self.assertEqual(self.check(exit=1), "")

    def test_update_writes_what_was_said(self):
        self.case("")
        self.assertEqual(self.check(update=True), "")
        self.assertEqual((self.folder / "case.err").read_text(), "case.toml:2:1: colour: unknown key\n")


if __name__ == "__main__":
    unittest.main()
