# SPDX-License-Identifier: Apache-2.0
"""What the RTL checks share: the list of tops and their file lists.

tests/repo/rtl_tops.txt has one line per top: the module, its file list, then options for both tools
(-DNAME=VALUE, -GParam=VALUE, -IDIR). A file list has one path, +incdir+DIR, -IDIR or +define+NAME
per line; a path counts from the list's folder or from the root; # and // begin a comment.
"""
import re
from dataclasses import dataclass, field
from pathlib import Path

import common

TOPS = "tests/repo/rtl_tops.txt"


@dataclass
class Top:
    name: str
    list_file: str
    options: list
    files: list = field(default_factory=list)
    include: list = field(default_factory=list)
    defines: list = field(default_factory=list)

    def parameters(self):
        return [o[2:].split("=", 1) for o in self.options if o.startswith("-G")]


class ListError(Exception):
    pass


def read_list(root, top):
    path = Path(root) / top.list_file
    if not path.exists():
        raise ListError(f"{top.list_file}: no such file (top {top.name})")
    folder = Path(top.list_file).parent
    top.include.append(folder.as_posix())
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = re.sub(r"(^|\s)(//|#).*", "", line).strip()
        if not line:
            continue
        if line.startswith("+incdir+"):
            top.include.append(line[len("+incdir+"):])
        elif line.startswith("-I"):
            top.include.append(line[2:])
        elif line.startswith("+define+"):
            top.defines.append(line[len("+define+"):])
        elif line.startswith(("-", "+")):
            raise ListError(f"{top.list_file}:{number}: {line}: not understood by every tool")
        else:
            found = [p for p in (folder / line, Path(line)) if (Path(root) / p).exists()]
            if not found:
                raise ListError(f"{top.list_file}:{number}: {line}: no such file")
            top.files.append(found[0].as_posix())
    top.defines += [o[2:] for o in top.options if o.startswith("-D")]
    top.include += [o[2:] for o in top.options if o.startswith("-I")]
    for option in top.options:
        if not option.startswith(("-D", "-G", "-I")):
            raise ListError(f"{TOPS}: {top.name}: {option}: not understood by every tool")
    return top


def tops(root, only=None):
    """All tops, or the one named `only`."""
    found = [Top(name, list_file, options.split())
             for _, name, list_file, options in common.listed(root, TOPS, 3)
             if only in (None, name)]
    if only and not found:
        raise ListError(f"{TOPS}: no top is called {only}")
    return [read_list(root, top) for top in found]


def sources(root, suffixes=(".sv", ".v")):
    return [n for n in common.files(root)
            if n.startswith("rtl/") and Path(n).suffix in suffixes and not common.is_vendored(n)]
