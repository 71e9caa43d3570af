# SPDX-License-Identifier: Apache-2.0
"""What the tests of the program share: running it and reading what it prints."""
import argparse
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 240

MODEL = """schema = 1
system = "links8"

[workload]
kind = "stream"
duration = "5us"

["link*"]
level = "model"
start = "up"

[expect]
complete = true
"""


class Weft(unittest.TestCase):
    """A test in a folder of its own, with the program as self.weft()."""
    program = None

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="weft-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def weft(self, *words, **options):
        environment = {**os.environ, **options.pop("environment", {})}
        timeout = options.pop("timeout", TIMEOUT_S)
        return subprocess.run([self.program, *map(str, words)], cwd=self.folder, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, errors="replace",
                              env=environment, timeout=timeout, **options)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path


def main(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--weft", required=True)
    options, rest = parser.parse_known_args()
    Weft.program = str(Path(options.weft).resolve())
    unittest.main(argv=[sys.argv[0], *rest])


def to_verdict(output):
    """What a run prints, without the last line: where it left its files."""
    lines = output.splitlines(keepends=True)
    if not lines or not lines[-1].startswith("run directory  "):
        raise AssertionError(f"no run directory in:\n{output}")
    return "".join(lines[:-1])


def hashes(output):
    """Run digest and result hash of a run."""
    found = re.search(r"^run digest ([0-9a-f]{32})  result hash ([0-9a-f]{32})$", output, re.M)
    if not found:
        raise AssertionError(f"no digest in:\n{output}")
    return found.groups()


def table(output):
    """The table of links: {link: {column: text}}."""
    lines = output.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("link "))
    columns = re.split(r"  +", lines[first].strip())
    rows = {}
    for line in lines[first + 1:]:
        if not line.strip():
            return rows
        cells = re.split(r"  +", line.strip())
        rows[cells[0]] = dict(zip(columns, cells, strict=True))
    return rows
