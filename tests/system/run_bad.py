# SPDX-License-Identifier: Apache-2.0
"""Runs weft on input that is wrong and compares what it says, word for word.

usage: run_bad.py --weft PROGRAM [--update] CASE...

A case is CASE.toml with CASE.err beside it: the message on stderr, and nothing on stdout. weft runs
in a copy of the folder, as `weft run CASE.toml`, must exit 2 and must leave no file behind. Comments
at the top of the .toml change that: `# cmd: protocol check` replaces `run`, `# args: --set a=b`
adds options after the file, `# exit: 1` expects another code. A .toml whose name begins with `_` is
no case but a file that cases refer to. --update writes the .err files instead of comparing.
"""
import argparse
import difflib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DIRECTIVE = re.compile(r"#\s*(cmd|args|exit):\s*(.*)")
TIMEOUT_S = 30


def directives(case):
    """The settings in the comments at the top of a case."""
    found = {"cmd": "run", "args": "", "exit": "2"}
    for line in case.read_text(encoding="utf-8", errors="replace").splitlines():
        match = DIRECTIVE.match(line)
        if match:
            found[match.group(1)] = match.group(2).strip()
        elif not line.startswith("#"):
            break
    return found


def snapshot(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() if p.is_file() else None
            for p in Path(folder).rglob("*")}


def run(weft, case):
    """Runs one case: (complaints, stderr)."""
    settings = directives(case)
    with tempfile.TemporaryDirectory(prefix="weft-bad-") as temporary:
        folder = Path(temporary) / "bad"
        shutil.copytree(case.parent, folder)
        before = snapshot(folder)
        command = [*weft, *shlex.split(settings["cmd"]), case.name, *shlex.split(settings["args"])]
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, errors="replace", timeout=TIMEOUT_S)
        after = snapshot(folder)
    complaints = []
    if done.returncode != int(settings["exit"]):
        complaints.append(f"exit {done.returncode}, expected {settings['exit']}")
    if done.stdout:
        complaints.append(f"printed on stdout:\n{done.stdout}")
    if before != after:
        changed = sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n)
                         or (n in before) != (n in after))
        complaints.append(f"left behind or changed: {' '.join(changed)}")
    return complaints, done.stderr


def check(weft, case, update=False):
    if not case.exists():
        return [f"{case}: no such case"]
    complaints, said = run(weft, case)
    golden = case.with_suffix(".err")
    if update:
        golden.write_text(said, encoding="utf-8")
    elif not golden.exists():
        complaints.append(f"there is no {golden.name}; weft said:\n{said}")
    elif not golden.read_text(encoding="utf-8").strip():
        complaints.append(f"{golden.name} is empty: a refusal has a message")
    elif golden.read_text(encoding="utf-8") != said:
        complaints.append("the message differs:\n" + "\n".join(difflib.unified_diff(
            golden.read_text(encoding="utf-8").splitlines(), said.splitlines(),
            golden.name, "weft", lineterm="")))
    return [f"{case.name}: {complaint}" for complaint in complaints]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weft", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("cases", nargs="+", type=Path)
    options = parser.parse_args()
    weft = [str(Path(options.weft).resolve())]
    complaints = [c for case in options.cases
                  for c in check(weft, case.resolve().with_suffix(".toml"), options.update)]
    print("\n".join(complaints) or f"{len(options.cases)} refused as expected")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
