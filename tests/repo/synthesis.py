# SPDX-License-Identifier: Apache-2.0
"""yosys reads every source of rtl/, and every top elaborates without latches, loops or conflicts.

Each file is read on its own after the packages (and interfaces) of its top's list, so that a
complaint names it; then each top goes through hierarchy, proc, opt, memory and check.
"""
import subprocess
import tempfile
from pathlib import Path

import common
import rtl


def yosys(root, script):
    with tempfile.NamedTemporaryFile("w", suffix=".ys") as f:
        f.write(script)
        f.flush()
        done = subprocess.run(["yosys", "-Q", "-T", "-q", "-s", f.name], cwd=root, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    warnings = [line for line in done.stdout.splitlines() if "Warning:" in line]
    if not done.returncode:
        return [line for line in warnings if "conflict" in line]  # opt settles those in silence
    lines = [line for line in done.stdout.splitlines() if "ERROR:" in line] + warnings
    return lines or [f"yosys exit {done.returncode}", *done.stdout.strip().splitlines()[-5:]]


def read_command(top, names, defer=""):
    options = [f"-I {d}" for d in top.include] + [f"-D {d}" for d in top.defines]
    return f"read_verilog -sv {defer} {' '.join(options)} {' '.join(names)}\n"


def is_shared(root, name):
    """A package or an interface: other files of the list need it first."""
    text = common.without_comments(common.read(root, name))
    return any(line.split()[0] in ("package", "interface")
               for line in text.splitlines() if line.strip())


def elaborate(top):
    parameters = "".join(f" -chparam {n} {v}" for n, v in top.parameters())
    return (read_command(top, top.files, "-defer") +
            f"hierarchy -check -top {top.name}{parameters}\nproc\n"
            "select -assert-none t:$dlatch\nopt\nmemory -nomap\ncheck -assert\n")


def check(root, top=None):
    complaints, read = [], set()
    try:
        tops = rtl.tops(root, top)
    except rtl.ListError as e:
        return [str(e)]
    if not tops:
        return [f"{rtl.TOPS}: no top is listed"]
    for one in tops:
        shared = [n for n in one.files if is_shared(root, n)]
        for name in one.files:
            if name in read:
                continue
            read.add(name)
            script = read_command(one, shared if name in shared else [*shared, name])
            complaints += [f"{name}: {line}" for line in yosys(root, script)]
        if not complaints:
            complaints += [f"{one.name}: {line}" for line in yosys(root, elaborate(one))]
        if not complaints:
            print(f"{one.name}: {len(one.files)} files read and elaborated")
    if top is None:
        everything = rtl.sources(root, (".sv", ".v", ".svh"))
        rest = rtl.Top("", "", [], include=sorted({str(Path(n).parent) for n in everything}))
        shared = [n for n in rtl.sources(root) if is_shared(root, n)]
        for name in rtl.sources(root):
            if name not in read:
                names = [name] if name in shared else [*shared, name]
                complaints += [f"{name}: {line}" for line in yosys(root, read_command(rest, names))]
    return complaints


if __name__ == "__main__":
    common.main(__doc__, check, [(("--top",), {"help": "this one only"})])
