# SPDX-License-Identifier: Apache-2.0
"""testbench/WALKTHROUGH.md is what happens: its commands run in its order and print what it shows.

The page plants a wrong comparison into a copy of the RTL, and every console block of it depends on
what the blocks before it left. "..." stands for lines that the page leaves out; a time, a place in
the order of runs and what stands right of it on a console are this machine's own.
"""
import os
import re
import shutil
import subprocess
import unittest

import program

PAGE = program.ROOT / "testbench/WALKTHROUGH.md"
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.S | re.M)
SHOWN = ("scripts", "rtl", "models", "systemc", "testbench")
CUT = "..."


def masked(line):
    line = re.sub(r"^\[ *\d+/", "[#/", line.rstrip())
    return re.sub(r" +\d+\.\d\d s\b", " # s", line)


def commands(block):
    """[(command, what the page shows of its output)]"""
    parts = []
    for line in block.splitlines():
        if line.startswith("$ "):
            parts.append((line[2:], []))
        else:
            parts[-1][1].append(line)
    return parts


def missing(shown, printed):
    """The first line that is shown and not printed where it should be, or None."""
    printed, place, cut = [masked(line) for line in printed.splitlines()], 0, False
    for line in shown:
        if line == CUT:
            cut = True
            continue
        rest = printed[place:] if cut else printed[place:place + 1]
        if masked(line) not in rest:
            return line
        place += rest.index(masked(line)) + 1
        cut = False
    return None if cut or place == len(printed) else f"{printed[place]!r} is printed and not shown"


class Walkthrough(program.Weft):
    def setUp(self):
        super().setUp()
        for name in SHOWN:
            (self.folder / name).symlink_to(program.ROOT / name)
        weft_first = f"{os.path.dirname(self.program)}:{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": weft_first}

    def follow(self, command, shown):
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, text=True,
                              env=self.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=program.TIMEOUT_S)
        lost = missing(shown, done.stdout)
        self.assertIsNone(lost, f"$ {command}\n{done.stdout}")

    def test_the_page(self):
        blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
        self.assertGreater(len(blocks), 5)
        waves, ran = shutil.which("fst2vcd") is not None, 0
        for kind, text in blocks:
            if kind == "python":
                self.file("clocks.py", text)
                continue
            for command, shown in commands(text):
                if waves or not re.search(r"fst2vcd|clocks\.py", command):
                    self.follow(command, shown)
                    ran += 1
        self.assertGreater(ran, 8)
        if not waves:
            self.skipTest("fst2vcd is missing (apt-get install gtkwave): all but the waves passed")

    def test_what_is_not_printed_is_missed(self):
        printed = "a\nb\nc  1.25 s\n"
        for shown in (["a", "b", "c  0.5 s"], ["b", CUT], [CUT, "d"], ["a", "b"], ["a", CUT, "b"],
                      [CUT, "c", CUT, "a"], []):
            self.assertIsNotNone(missing(shown, printed), shown)
        for shown in (["a", "b", "c  9.75 s"], [CUT, "b", CUT], ["a", CUT], [CUT], [CUT, "c 7.00 s"]):
            self.assertIsNone(missing(shown, printed), shown)


if __name__ == "__main__":
    program.main(__doc__)
