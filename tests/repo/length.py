# SPDX-License-Identifier: Apache-2.0
"""No source file is longer than 450 lines, unless tests/repo/long_files.txt says why.

Generated and vendored files are not counted.
"""
from pathlib import Path

import common

LIMIT = 450
REASONS = "tests/repo/long_files.txt"
COUNTED = common.CPP | common.C | common.RTL | common.SCRIPT | {".cmake"}


def check(root):
    complaints, long_files = [], set()
    reasons = {row[1]: row for row in common.listed(root, REASONS, 2)}
    for name in common.files(root):
        path = Path(name)
        if common.is_vendored(name) or not (
                path.suffix in COUNTED or (not path.suffix and common.has_shebang(root, name))):
            continue
        text = common.read(root, name)
        lines = text.count("\n")
        if lines <= LIMIT or common.is_generated(text):
            continue
        long_files.add(name)
        if name not in reasons:
            complaints.append(f"{name}:{lines}: longer than {LIMIT} lines: is it one thing? If so, "
                              f"say why in {REASONS}")
    for name, (number, _, reason) in reasons.items():
        if name not in long_files:
            complaints.append(f"{REASONS}:{number}: {name} is not longer than {LIMIT} lines")
        elif not reason:
            complaints.append(f"{REASONS}:{number}: {name} is listed without a reason")
    return complaints


if __name__ == "__main__":
    common.main(__doc__, check)
