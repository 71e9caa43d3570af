# SPDX-License-Identifier: Apache-2.0
"""The app in firmware/README.md compiles.

usage: readme_test.py COMPILER
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["-misa-spec=2.2", "-march=rv64imac", "-mabi=lp64", "-ffreestanding", "-std=c11", "-Wall",
         "-Wextra", "-Werror", "-fsyntax-only", f"-I{ROOT}", "-xc", "-"]

apps = re.findall(r"^```c\n(.*?)^```", (ROOT / "firmware/README.md").read_text(), re.M | re.S)
if len(apps) != 1:
    sys.exit(f"{len(apps)} programs in firmware/README.md")
if len(apps[0].splitlines()) > 25:
    sys.exit("the app in firmware/README.md has grown")
sys.exit(subprocess.run([sys.argv[1], *FLAGS], input=apps[0], text=True).returncode)
