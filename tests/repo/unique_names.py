# SPDX-License-Identifier: Apache-2.0
"""No two tests share a name: ctest would give the second the first one's place."""
import collections
import json
import subprocess

import common


def names(build):
    done = subprocess.run(["ctest", "--show-only=json-v1"], cwd=build, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"ctest failed in {build}: {done.stderr.strip()}")
    return [test["name"] for test in json.loads(done.stdout)["tests"]]


def check(root, build):
    del root
    found = names(build)
    print(f"{len(found)} tests")
    if not found:
        return ["ctest knows no test"]
    return [f"{name}: {count} tests have this name"
            for name, count in collections.Counter(found).items() if count > 1]


if __name__ == "__main__":
    common.main(__doc__, check, [(("--build",), {"default": "build/release", "help": "build folder"})])
