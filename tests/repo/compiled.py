# SPDX-License-Identifier: Apache-2.0
"""Every C++ source is compiled by the build, so that a forgotten test or folder does not vanish.

Sources that something else compiles are in tests/repo/compiled_elsewhere.txt with the reason.
"""
import json
from pathlib import Path

import common

ELSEWHERE = "tests/repo/compiled_elsewhere.txt"
FOLDERS = ("models/", "systemc/", "testbench/", "tests/")


def check(root, build):
    database = Path(build) / "compile_commands.json"
    if not database.exists():
        return [f"{database}: no such file"]
    root = Path(root).resolve()
    compiled = {(Path(e["directory"]) / e["file"]).resolve() for e in json.loads(database.read_text())}
    reasons = {row[1]: row for row in common.listed(root, ELSEWHERE, 2)}
    complaints = []
    for name in common.files(root):
        if name.startswith(FOLDERS) and name.endswith((".cpp", ".cc")) and not common.is_vendored(name):
            if (root / name) not in compiled and name not in reasons:
                complaints.append(f"{name}: nothing compiles it: is it in a CMakeLists.txt?")
    for name, (number, _, reason) in reasons.items():
        if not (root / name).exists() or (root / name) in compiled:
            complaints.append(f"{ELSEWHERE}:{number}: {name} does not belong here any more")
        elif not reason:
            complaints.append(f"{ELSEWHERE}:{number}: {name} is listed without a reason")
    return complaints


if __name__ == "__main__":
    common.main(__doc__, check, [(("--build",), {"default": "build/release", "help": "build folder"})])
