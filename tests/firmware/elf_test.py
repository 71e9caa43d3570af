# SPDX-License-Identifier: Apache-2.0
"""The firmware as it was linked: nothing missing, nothing unused, small, and its stack is enough.

usage: elf_test.py FOLDER NAME...   FOLDER is firmware/ in the build folder, NAME an app
"""
import re
import subprocess
import sys
import unittest
from pathlib import Path

TOOLS = "riscv64-unknown-elf-"
SRAM = (0x80000000, 256 << 10)
MAX_TEXT = 8 << 10
TRAP_FRAME = 128  # platform/start.S
CALLED_BY_THE_COMPILER = {"memset", "memcpy"}
SOURCES = Path(__file__).resolve().parents[2] / "firmware"
FOLDER = Path()
APPS = []


def tool(name, *arguments):
    return subprocess.run([TOOLS + name, *map(str, arguments)], text=True, check=True,
                          capture_output=True).stdout


def built(pattern, suffix):
    """Files below objects/ whose source still exists; older ones stay in a build folder."""
    files = FOLDER.glob(f"objects/{pattern}{suffix}")
    return [f for f in files if (SOURCES / str(f.relative_to(FOLDER / "objects")).removesuffix(suffix)).exists()]


def symbols(file, kinds):
    """{name: address} of the symbols of `file` whose letter in nm's output is in `kinds`."""
    found = re.findall(r"^([0-9a-f]* +)(\w) (\S+)$", tool("nm", file), re.M)
    return {name: int(value or "0", 16) for value, kind, name in found if kind in kinds}


def read_graphs(texts):
    """(frame by function, callees by function) of GCC's .ci files; names without their file."""
    frames, calls = {}, {}
    for text in texts:
        for name, size in re.findall(r'node: \{ title: "([^"]*)".*?\\n(\d+) bytes \(static\)"', text):
            frames[name.split(":")[-1]] = int(size)
        if "bytes (dynamic" in text:
            raise ValueError("a function has a frame without a bound")
        for caller, callee in re.findall(r'sourcename: "([^"]*)" targetname: "([^"]*)"', text):
            calls.setdefault(caller.split(":")[-1], set()).add(callee.split(":")[-1])
    return frames, calls


def deepest(name, frames, calls, above=()):
    """Most bytes of stack that `name` and what it calls need. Handlers called through a pointer are
    the functions whose names end in _isr."""
    if name in above:
        raise ValueError(f"{name} is recursive")
    if name == "__indirect_call":
        callees = {f for f in frames if f.endswith("_isr")}
    else:
        callees = calls.get(name, set())
    below = max((deepest(c, frames, calls, (*above, name)) for c in callees), default=0)
    return frames.get(name, 0) + below


def stack_need(texts):
    frames, calls = read_graphs(texts)
    return deepest("boot", frames, calls) + TRAP_FRAME + deepest("trap_handler", frames, calls)


class Elf(unittest.TestCase):
    def test_sizes_and_stack(self):
        common = built("platform/*", ".ci") + built("drivers/*", ".ci")
        for app in APPS:
            with self.subTest(app):
                elf = FOLDER / f"{app}.elf"
                text, data, bss = map(int, tool("size", elf).splitlines()[1].split()[:3])
                marks = symbols(elf, "ABR")
                graphs = [p.read_text() for p in common + built(f"apps/{app}/*", ".ci")]
                need, size = stack_need(graphs), marks["__stack_size"]
                print(f"{app}: text {text}, data {data}, bss {bss - size}, stack {need} of {size}")
                self.assertLessEqual(text, MAX_TEXT)
                self.assertLessEqual(marks["__stack_top"], sum(SRAM))
                self.assertEqual(marks["__stack_top"] % 16, 0)
                self.assertGreater(need, TRAP_FRAME)
                self.assertLessEqual(need, size // 2)

    def test_starts_at_the_bottom_of_the_memory(self):
        for app in APPS:
            self.assertEqual(symbols(FOLDER / f"{app}.elf", "T")["_start"], SRAM[0], app)

    def test_nothing_is_undefined(self):
        for app in APPS:
            self.assertEqual(symbols(FOLDER / f"{app}.elf", "Uuvw"), {}, app)

    def test_every_function_is_used(self):
        linked = set().union(*(symbols(FOLDER / f"{app}.elf", "Tt") for app in APPS))
        objects = built("**/*", ".o")
        self.assertTrue(objects)
        for file in objects:
            unused = set(symbols(file, "T")) - linked - CALLED_BY_THE_COMPILER
            self.assertEqual(unused, set(), file.name)


class Stack(unittest.TestCase):
    def graph(self, *edges, isr=64):
        sizes = {"boot": 16, "main": 32, "f": 100, "trap_handler": 8, "a_isr": isr}
        nodes = [f'node: {{ title: "x.c:{n}" label: "{n}\\nx.c:1:1\\n{s} bytes (static)" }}'
                 for n, s in sizes.items()]
        return ["\n".join(nodes + [f'edge: {{ sourcename: "{a}" targetname: "x.c:{b}" label: "" }}'
                                   for a, b in edges])]

    def test_adds_up_the_deepest_path(self):
        edges = [("boot", "main"), ("x.c:main", "f"), ("trap_handler", "__indirect_call")]
        self.assertEqual(stack_need(self.graph(*edges)), 16 + 32 + 100 + TRAP_FRAME + 8 + 64)

    def test_finds_recursion(self):
        with self.assertRaisesRegex(ValueError, "recursive"):
            stack_need(self.graph(("boot", "main"), ("main", "f"), ("f", "main")))


if __name__ == "__main__":
    FOLDER, APPS = Path(sys.argv[1]), sys.argv[2:]
    unittest.main(argv=sys.argv[:1])
