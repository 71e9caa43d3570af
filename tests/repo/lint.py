# SPDX-License-Identifier: Apache-2.0
"""verilator --lint-only -Wall finds nothing in a top of rtl/, with the waivers of rtl/lint.vlt."""
import subprocess
from pathlib import Path

import common
import rtl

WAIVERS = "rtl/lint.vlt"


def command(root, top):
    waivers = [WAIVERS] if (Path(root) / WAIVERS).exists() else []
    return ["verilator", "--lint-only", "-Wall", "--assert", "--top-module", top.name,
            *[f"-I{d}" for d in top.include], *[f"-D{d}" for d in top.defines],
            *[o for o in top.options if o.startswith("-G")], *waivers, *top.files]


def check(root, top=None):
    complaints = []
    try:
        tops = rtl.tops(root, top)
    except rtl.ListError as e:
        return [str(e)]
    if not tops:
        return [f"{rtl.TOPS}: no top is listed"]
    for one in tops:
        done = subprocess.run(command(root, one), cwd=root, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode or done.stdout.strip():
            complaints.append(f"{one.name}: verilator said:\n{done.stdout.strip()}")
        else:
            print(f"{one.name}: {len(one.files)} files, no warning")
    return complaints


if __name__ == "__main__":
    common.main(__doc__, check, [(("--top",), {"help": "this one only"})])
