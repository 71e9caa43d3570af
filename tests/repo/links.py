# SPDX-License-Identifier: Apache-2.0
"""Relative links in Markdown lead to files of the project, and `paths/like.this` in it exist."""
import re
from pathlib import Path

import common

LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)(#[^)\s]*)?\)")
CODE_PATH = re.compile(r"`((?:rtl|models|systemc|firmware|testbench|tests|scripts)/[\w./-]+)`")


def check(root):
    complaints = []
    for name in common.files(root):
        if Path(name).suffix != ".md" or common.is_vendored(name):
            continue
        folder = (Path(root) / name).parent
        in_block = False
        for number, line in enumerate(common.read(root, name).splitlines(), 1):
            if line.startswith("```"):
                in_block = not in_block
            if in_block:
                continue
            for target, _ in LINK.findall(line):
                if not re.match(r"[a-z]+:", target) and not (folder / target).exists():
                    complaints.append(f"{name}:{number}: {target}: no such file")
            for target in CODE_PATH.findall(line):
                if not (Path(root) / target.rstrip(".")).exists():
                    complaints.append(f"{name}:{number}: {target}: no such file")
    return complaints


if __name__ == "__main__":
    common.main(__doc__, check)
