# SPDX-License-Identifier: Apache-2.0
"""Who may include whom: tests -> testbench -> systemc -> models.

models, firmware and rtl know none of the others. models has no kernel and no file access. Verilated
headers stay in systemc/verilated (the link) and tests/rtl (leaf modules).
"""
import re
from pathlib import Path

import common

MAY_INCLUDE = {
    "models": {"models"},
    "firmware": {"firmware"},
    "systemc": {"systemc", "models"},
    "testbench": {"testbench", "systemc", "models"},
    "tests": {"tests", "testbench", "systemc", "models", "firmware"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
KERNEL = re.compile(r"^(systemc|tlm|tlm_utils/.*|tlm_core/.*|sysc/.*)(\.h)?$")
VERILATED = re.compile(r"^(V[A-Za-z0-9_]+|verilated\w*|svdpi)\.h$")
FILE_HEADERS = {"fstream", "filesystem", "fcntl.h", "unistd.h", "dlfcn.h", "sys/mman.h",
                "sys/stat.h", "dirent.h"}
FILE_WORDS = re.compile(r"\b(fopen|freopen|fdopen|tmpfile|[io]?fstream|basic_[io]?fstream)\b"
                        r"|\bstd::filesystem\b|\bgetenv\b")
GENERATED_AT_BUILD = re.compile(r"^(weft_build_info\.h|\w+\.inc)$")


def complaint_about(name, quote, header):
    """What is wrong with `name` including `header`, or None."""
    folder = name.split("/")[0]
    target = header.split("/")[0]
    if VERILATED.match(Path(header).name):
        if not name.startswith(("systemc/verilated/", "tests/rtl/")):
            return "Verilated headers belong in systemc/verilated and tests/rtl only"
        return None
    if folder == "models" and KERNEL.match(header):
        return "models knows no kernel"
    if folder == "models" and header in FILE_HEADERS:
        return "models does no file access: it parses text it is handed"
    if folder == "firmware" and KERNEL.match(header):
        return "firmware knows no kernel"
    if ".." in header.split("/"):
        return "includes are rooted at the repository"
    if target in MAY_INCLUDE or target in ("rtl", "scripts"):
        if "/" in header and target not in MAY_INCLUDE[folder]:
            return f"{folder} may not include {target}"
    elif quote == '"' and folder != "firmware" and not GENERATED_AT_BUILD.match(header):
        return "includes are rooted at the repository"
    return None


def check(root):
    complaints = []
    for name in common.files(root):
        suffix, folder = Path(name).suffix, name.split("/")[0]
        if suffix not in common.CPP | common.C or common.is_vendored(name):
            continue
        if folder not in MAY_INCLUDE:
            complaints.append(f"{name}: no C or C++ lives in {folder}/")
            continue
        text = common.read(root, name)
        for number, line in enumerate(text.splitlines(), 1):
            found = INCLUDE.match(line)
            if found:
                what = complaint_about(name, *found.groups())
                if what:
                    complaints.append(f"{name}:{number}: {found.group(2)}: {what}")
        if folder == "models":
            for number, line in enumerate(common.without_comments(text).splitlines(), 1):
                found = FILE_WORDS.search(line)
                if found and not INCLUDE.match(line):
                    complaints.append(f"{name}:{number}: {found.group()}: models does no file access")
    return complaints


if __name__ == "__main__":
    common.main(__doc__, check)
