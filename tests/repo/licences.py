# SPDX-License-Identifier: Apache-2.0
"""Every source file says its licence in its first lines, and it is one we may ship.

A file below a folder called vendor/ keeps its own, permissive licence and has the licence text
beside it.
"""
import re
from pathlib import Path

import common

SPDX = re.compile(r"SPDX-License-Identifier:\s*(.+?)\s*(?:\*/|-->)?\s*$")
SOURCES = common.CPP | common.C | common.RTL | common.SCRIPT | {
    ".cmake", ".S", ".ld", ".vlt", ".ys", ".lua", ".js"}
SOURCE_NAMES = {"CMakeLists.txt", "Makefile", "Kbuild", "packages.txt", ".clang-format",
                ".clang-tidy"}
OWN = {"Apache-2.0"}
# A Linux module needs the choice, in its sources and in the register headers it shares.
KERNEL_MODULE = {"GPL-2.0-only OR Apache-2.0", "Apache-2.0 OR GPL-2.0-only"}
VENDORED = OWN | {"MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib", "BSL-1.0"}


def check(root):
    complaints = []
    for name in common.files(root):
        path = Path(name)
        is_source = (path.suffix in SOURCES or path.name in SOURCE_NAMES
                     or (not path.suffix and common.has_shebang(root, name)))
        if not is_source:
            continue
        first = common.read(root, name).splitlines()[:5]
        found = [m.group(1) for m in map(SPDX.search, first) if m]
        if common.is_vendored(name):
            texts = [p for folder in (Path(root) / name).parents for p in folder.glob("LICEN[CS]E*")
                     if "vendor" in folder.parts]
            if not texts:
                complaints.append(f"{name}:1: vendored without its licence text beside it")
            if found and found[0] not in VENDORED:
                complaints.append(f"{name}:1: {found[0]}: not a permissive licence")
            continue
        allowed = OWN | (KERNEL_MODULE if name.startswith("firmware/") else set())
        if not found:
            complaints.append(f"{name}:1: no SPDX-License-Identifier in the first five lines")
        elif found[0] not in allowed:
            complaints.append(f"{name}:1: {found[0]}: expected {' or '.join(sorted(allowed))}")
    return complaints


if __name__ == "__main__":
    common.main(__doc__, check)
