# SPDX-License-Identifier: Apache-2.0
"""Every C and C++ file is formatted as clang-format 14 does with .clang-format.

Generated and vendored files are left alone.
"""
import re
import shutil
import subprocess
from pathlib import Path

import common


def check(root):
    tool = shutil.which("clang-format-14") or shutil.which("clang-format")
    if not tool:
        return ["clang-format is not installed (Debian package clang-format)"]
    version = subprocess.run([tool, "--version"], capture_output=True, text=True).stdout
    if not re.search(r"version 14\.", version):
        return [f"clang-format 14 is needed; {tool} is: {version.strip()}"]
    names = [n for n in common.files(root)
             if Path(n).suffix in common.CPP | common.C and not common.is_vendored(n)
             and not common.is_generated(common.read(root, n))]
    complaints = []
    for start in range(0, len(names), 50):
        done = subprocess.run([tool, "--dry-run", "-Werror", "--ferror-limit=1",
                               *names[start:start + 50]], cwd=root, capture_output=True, text=True)
        found = re.findall(r"^(\S+?:\d+):\d+: error: ", done.stderr, re.M)
        complaints += [f"{place}: not formatted: clang-format-14 -i {place.split(':')[0]}"
                       for place in found]
        if done.returncode and not found:
            complaints.append(f"clang-format failed: {done.stderr.strip()}")
    return complaints


if __name__ == "__main__":
    common.main(__doc__, check)
