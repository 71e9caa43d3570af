# SPDX-License-Identifier: Apache-2.0
"""Every ```console block of the README shows what its commands print today.

A block is one or more commands, each a line "$ COMMAND", each followed by what it prints on stdout
and stderr together. Commands run in a folder that shows the checkout (so that what a run leaves
does not land in it) with the program first in PATH, and must exit 0. A number followed by its unit
and the word "wall" (12.3 s wall, 1.5 M cycles/s wall) is how fast this machine was: only its place
is compared, and so are commit and build in the version line. Everything else is compared as it stands.
--update pastes what the commands print.
"""
import difflib
import os
import re
import subprocess
import tempfile
from pathlib import Path

import common

PAGES = ["README.md", "ARCHITECTURE.md"]
FENCE = re.compile(r"^```console\n(.*?)^```$", re.S | re.M)
WALL = re.compile(r"\d[\d.,]*(?:e[+-]?\d+)?(?=(?: [^\s\d]+){0,2} wall\b)")
BUILD = re.compile(r"^(weft \d+\.\d+\.\d+ )\([0-9a-f]{6,40}(?:\+dirty)?\).*$")
TIMEOUT_S = 240


def masked(text):
    """The text with wall-clock numbers and the spaces before them made equal."""
    lines = []
    for line in text.splitlines():
        if WALL.search(line):
            line = re.sub(r" +", " ", WALL.sub("#", line))
        line = BUILD.sub(r"\1(build)", line)
        lines.append(line.rstrip())
    return lines


def split(block):
    """A block as [(command, what it prints)]."""
    parts = []
    for line in block.splitlines():
        if line.startswith("$ "):
            parts.append([line[2:], ""])
        elif parts:
            parts[-1][1] += line + "\n"
        else:
            return []
    return parts


def run(root, build, command):
    with tempfile.TemporaryDirectory(prefix="weft-readme-") as folder:
        for entry in Path(root).resolve().iterdir():
            if entry.name not in ("runs", ".git"):
                (Path(folder) / entry.name).symlink_to(entry)
        environment = {**os.environ, "PATH": f"{Path(build).resolve()}:{os.environ['PATH']}"}
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=TIMEOUT_S)
    return done.returncode, done.stdout


def check(root, build, update=False):
    complaints, blocks = [], 0
    for page in PAGES:
        path = Path(root) / page
        if not path.exists():
            continue
        text = path.read_text(encoding="utf-8")
        replaced = text
        for fence in FENCE.finditer(text):
            blocks += 1
            place = f"{page}:{text.count(chr(10), 0, fence.start()) + 1}"
            parts = split(fence.group(1))
            if not parts:
                complaints.append(f"{place}: a console block begins with '$ command'")
            pasted = ""
            for command, shown in parts:
                status, printed = run(root, build, command)
                pasted += f"$ {command}\n{printed}"
                if status:
                    complaints.append(f"{place}: '{command}' exits {status}:\n{printed}")
                elif masked(printed) != masked(shown) and not update:
                    change = "\n".join(difflib.unified_diff(
                        masked(shown), masked(printed), page, command, lineterm=""))
                    complaints.append(f"{place}: '{command}' prints something else:\n{change}")
            replaced = replaced.replace(fence.group(), f"```console\n{pasted}```")
        if update and replaced != text:
            path.write_text(replaced, encoding="utf-8")
    print(f"{blocks} console blocks")
    if not blocks:
        complaints.append(f"{PAGES[0]}: no console block shows what the program prints")
    return complaints


if __name__ == "__main__":
    common.main(__doc__, check, [
        (("--build",), {"default": "build/release", "help": "folder of the program"}),
        (("--update",), {"action": "store_true", "help": "paste what the commands print"})])
