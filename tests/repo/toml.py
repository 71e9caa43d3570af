# SPDX-License-Identifier: Apache-2.0
"""Weft reads in every TOML file what Python's tomllib reads in it.

Files below a folder called bad/ are wrong on purpose: what tomllib refuses, Weft must refuse.
"""
import datetime
import json
import math
import subprocess
import tomllib
from pathlib import Path

import common


def flat(value, prefix=""):
    """Nested tables as one table of dotted keys; lists of tables as lists of such."""
    if isinstance(value, dict):
        keys = {}
        for name, inner in value.items():
            if isinstance(inner, dict):
                keys.update(flat(inner, f"{prefix}{name}."))
            else:
                keys[prefix + name] = flat(inner)
        return keys
    if isinstance(value, list):
        return [flat(item) for item in value]
    if isinstance(value, (datetime.date, datetime.time)):
        return "<date>"
    if isinstance(value, float) and not math.isfinite(value):
        return "<not finite>"
    return value


def same(expected, seen):
    """tomllib's value against Weft's: kinds count, except that JSON may write 2.0 as 2."""
    if expected in ("<date>", "<not finite>"):
        return isinstance(seen, str)
    if isinstance(expected, dict):
        return (isinstance(seen, dict) and expected.keys() == seen.keys()
                and all(same(expected[k], seen[k]) for k in expected))
    if isinstance(expected, list):
        return (isinstance(seen, list) and len(expected) == len(seen)
                and all(map(same, expected, seen)))
    if isinstance(expected, float):
        return type(seen) in (float, int) and expected == seen
    return type(expected) is type(seen) and expected == seen


def differences(expected, seen):
    seen = {key: value for key, value in seen.items() if value != {}}  # a section without keys
    return [f"{key}: tomllib {expected.get(key, 'nothing')!r}, Weft {seen.get(key, 'nothing')!r}"
            for key in sorted(expected.keys() | seen.keys())
            if key not in expected or key not in seen or not same(expected[key], seen[key])]


def check(root, reader):
    names = [n for n in common.files(root) if n.endswith(".toml")]
    if not names:
        return ["no TOML file was found"]
    done = subprocess.run([str(Path(reader).resolve()), *names], cwd=root, capture_output=True, text=True)
    answers = done.stdout.splitlines()
    if done.returncode or len(answers) != len(names):
        return [f"{reader}: exit {done.returncode}, {len(answers)} answers for {len(names)} files: "
                f"{done.stderr.strip()}"]
    complaints = []
    for name, answer in zip(names, map(json.loads, answers)):
        bad = "bad" in Path(name).parts
        try:
            with open(Path(root) / name, "rb") as f:
                expected = flat(tomllib.load(f))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
            if not bad:
                complaints.append(f"{name}: tomllib refuses it: {e}")
            if "refused" not in answer:
                complaints.append(f"{name}: Weft reads what tomllib refuses: {e}")
            continue
        if "refused" in answer:
            if not bad:
                complaints.append(f"{name}: Weft refuses it: {answer['refused']}")
        else:
            complaints += [f"{name}: {what}" for what in differences(expected, answer["read"])]
    print(f"{len(names)} files")
    return complaints


if __name__ == "__main__":
    common.main(__doc__, check, [(("reader",), {"help": "the program weft_toml_json"})])
