#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Generates what software, RTL and model know of a register page.

Without a page: every rtl/*/*_regs.toml and models/*/*_regs.toml; the latter have no RTL. --check writes nothing and says which files are stale.
Exit: 0 done or current, 1 stale, 2 the page is refused.
"""
import argparse
import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
from regs import emit_cpp, emit_sv, emit_text  # noqa: E402
from regs.page import PageError, parse, read_package  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent


def outputs(root, path):
    """(file, text) of everything made from the page at `path`."""
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    text = path.read_text(encoding="utf-8")
    model = name.startswith("models/")
    page = parse(text, name, package_of(path, text), model)
    folder = path.parent
    block = page.name
    if model:
        return [
            (folder / f"{block}_regs.h", emit_cpp.model_header(page)),
            (folder / f"{block}_regs.md", emit_text.markdown(page)),
            (root / "firmware" / "include" / f"weft_{block}_regs.h", emit_text.c_header(page)),
        ]
    return [
        (folder / f"weft_{block}_regs_pkg.sv", emit_sv.package(page)),
        (folder / f"weft_{block}_regs.sv", emit_sv.block(page)),
        (folder / f"{block}_regs.md", emit_text.markdown(page)),
        (root / "models" / block / f"{block}_regs.h", emit_cpp.header(page)),
        (root / "firmware" / "include" / f"weft_{block}_regs.h", emit_text.c_header(page)),
    ]


def package_of(path, text):
    """Numbers of the packages beside the page that it could refer to."""
    values = {}
    for line in text.splitlines():
        if line.replace(" ", "").startswith("package="):
            name = line.split("=", 1)[1].split("#")[0].strip().strip('"')
            file = path.parent / f"{name}.sv"
            if not file.is_file():
                raise PageError(path, 0, f"the package {file.name} is not beside the page")
            values = read_package(file.read_text(encoding="utf-8"))
    return values


def write(path, text):
    """Whole or not at all; an unchanged file keeps its time."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, path)
    print(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", nargs="*", type=Path, help="register pages (default: all)")
    parser.add_argument("--check", action="store_true", help="only say what is stale")
    parser.add_argument("--root", type=Path, default=ROOT, help="tree to write to")
    args = parser.parse_args()
    root = args.root.resolve()
    pages = [p.resolve() for p in args.page] or sorted(
        [*root.glob("rtl/*/*_regs.toml"), *root.glob("models/*/*_regs.toml")])
    try:
        made = [one for page in pages for one in outputs(root, page)]
    except (PageError, OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 2
    if not args.check:
        for path, text in made:
            write(path, text)
        return 0
    stale = [p for p, text in made if not p.is_file() or p.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path.relative_to(root)} is stale: run scripts/gen_regs.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
