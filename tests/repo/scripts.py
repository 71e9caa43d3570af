# SPDX-License-Identifier: Apache-2.0
"""Scripts parse, what begins with #! may be executed, and Debian 12's bash and Python suffice."""
import ast
import os
import subprocess
from pathlib import Path

import common


def check(root):
    complaints = []
    for name in common.files(root):
        path = Path(root) / name
        if common.is_vendored(name):
            continue
        with path.open("rb") as f:
            first = f.readline().decode(errors="replace")
        if first.startswith("#!") and not os.access(path, os.X_OK):
            complaints.append(f"{name}:1: begins with #! but may not be executed")
        if name.endswith(".py") or (first.startswith("#!") and "python" in first):
            try:
                ast.parse(path.read_text(encoding="utf-8"), name, feature_version=(3, 11))
            except SyntaxError as e:
                complaints.append(f"{name}:{e.lineno}: {e.msg}")
        elif name.endswith(".sh") or (first.startswith("#!") and "sh" in first):
            done = subprocess.run(["bash", "-n", str(path)], capture_output=True, text=True)
            if done.returncode:
                complaints.append(f"{name}: {done.stderr.strip()}")
    return complaints


if __name__ == "__main__":
    common.main(__doc__, check)
