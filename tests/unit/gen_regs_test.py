#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/gen_regs.py refuses register pages that cannot be built, and says where."""
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
from regs import emit_cpp, emit_sv, emit_text  # noqa: E402
from regs.page import PageError, parse, read_package  # noqa: E402

GOOD = """\
name    = "box"
help    = "A box"
package = "weft_box_pkg"
clear   = "CTRL.CLEAR"

[[reg]]
name = "CTRL"
at   = 0x00
help = "What software asks."
  [[reg.field]]
  name  = "DEPTH"
  bits  = "7:0"
  sw    = "rw"
  reset = "Depth"
  min   = 1
  max   = 16
  help  = "How deep."
  [[reg.field]]
  name = "CLEAR"
  bits = "8"
  sw   = "w1"
  help = "Clears the counters."

[[reg]]
name = "STATE"
at   = 0x08
help = "What it does."
  [[reg.field]]
  name = "STATE"
  bits = "1:0"
  sw   = "ro"
  enum = { OFF = 0, ON = 1 }
  help = "On or off."

[[reg]]
name  = "SEEN"
at    = 0x10
kind  = "counter"
count = 2
add   = 3
help  = "Things seen."

[[reg]]
name   = "PENDING"
at     = 0x20
enable = "ENABLE"
help   = "What happened."
  [[reg.field]]
  name = "FULL"
  bits = "0"
  sw   = "w1c"
  help = "It is full."

[[reg]]
name = "ENABLE"
at   = 0x28
help = "What interrupts."
  [[reg.field]]
  name  = "FULL"
  bits  = "0"
  sw    = "rw"
  reset = 0
  help  = "PENDING.FULL."
"""
PACKAGE = {"Depth": 4}

# What is replaced by what, the line that is named, and part of the message.
BAD = [
    ('name = "CTRL"', 'name = "ctrl"', 7, "is not UPPER_CASE"),
    ("at   = 0x08", "at   = 0x0a", 26, "not a multiple of 8"),
    ("at   = 0x08", "at   = 0x1000", 26, "outside the page"),
    ("at   = 0x08", "at   = 0x18", 37, "SEEN1 and STATE are both at 0x018"),
    ('name = "STATE"\nat', 'name = "CTRL"\nat', 25, "two registers CTRL"),
    ('bits  = "7:0"', 'bits  = "8:0"', 18, "CTRL.CLEAR overlaps CTRL.DEPTH"),
    ('bits  = "7:0"', 'bits  = "0:7"', 12, "not inside 63:0"),
    ('bits  = "7:0"', 'bits  = "64:57"', 12, "not inside 63:0"),
    ('bits  = "7:0"', 'bits  = "seven"', 12, "not 'msb:lsb'"),
    ('sw    = "rw"\n  reset = "Depth"', 'sw    = "wo"\n  reset = "Depth"', 13, "none of ro, rw, w1, w1c"),
    ('reset = "Depth"', 'reset = "Width"', 14, "the package has no 'Width'"),
    ('reset = "Depth"', "reset = 256", 14, "does not fit 8 bits"),
    ('reset = "Depth"', "reset = 17", 10, "reset, min and max"),
    ('  reset = "Depth"\n', "", 10, "rw field DEPTH has no reset"),
    ("min   = 1", "min   = -1", 15, "'min' is negative"),
    ("min   = 1", "mim   = 1", 15, "unknown key 'mim' in field DEPTH"),
    ('sw   = "w1"', 'sw   = "w1"\n  reset = 1', 18, "must be one bit without reset"),
    ('help = "Clears the counters."', "", 18, "'help' is missing"),
    ('help = "Clears the counters."', 'help = "Clears"', 22, "not a sentence"),
    ("ON = 1 }", "ON = 0 }", 32, "ON and OFF are the same"),
    ("ON = 1 }", "ON = 4 }", 32, "enum value ON is refused"),
    ('kind  = "counter"', 'kind  = "timer"', 38, "is not counter"),
    ("add   = 3", "add   = 49", 40, "2 to 48 bits"),
    ("count = 2", "count = 1", 39, "count must be 2 or more"),
    ("count = 2", 'count = "2"', 39, "wrong type"),
    ('enable = "ENABLE"', 'enable = "CTRL"', 46, "CTRL does not have the bits of PENDING"),
    ('clear   = "CTRL.CLEAR"', 'clear   = "CTRL.DEPTH"', 4, "there is no w1 field CTRL.DEPTH"),
    ('clear   = "CTRL.CLEAR"\n', "", 1, "counters need 'clear'"),
    ('help    = "A box"', 'help    = "A box', 2, ""),
    ('package = "weft_box_pkg"', 'packages = "weft_box_pkg"', 3, "unknown key 'packages'"),
]

# A page without RTL, and what is wrong with it.
MODEL = """\
name   = "dev"
help   = "A device"
access = "Whole registers only."

[[reg]]
name = "QUEUE"
at   = 0x00
help = "Words."
  [[reg.field]]
  name = "WORD"
  bits = "63:0"
  sw   = "pop"
  help = "The oldest word."

[[reg]]
name = "OUT"
at   = 0x08
help = "Text."
  [[reg.field]]
  name = "CHAR"
  bits = "7:0"
  sw   = "w"
  help = "A character."

[[reg]]
name = "SEEN"
at   = 0x10
help = "What came."
  [[reg.field]]
  name = "IDS"
  bits = "63:0"
  sw   = "w1c"
  help = "Bit i: id i."

[[const]]
name  = "BASE"
value = 0x8000_0000
help  = "Where it is."

[[enum]]
name   = "OP"
values = { READ = 1, WRITE = 2 }
help   = "What to do."

[[struct]]
name  = "ORDER"
words = 2
help  = "An order."
  [[struct.field]]
  name = "OP"
  word = 0
  bits = "7:0"
  help = "Code of OP."
  [[struct.field]]
  name = "BYTES"
  word = 1
  bits = "63:0"
  help = "How many."
"""

BAD_MODEL = [
    ('access = "Whole registers only."\n', "", 1, "'access' is missing"),
    ('sw   = "pop"', 'sw   = "popp"', 12, "none of ro, rw, w1, w1c, w, pop"),
    ('sw   = "w"\n', 'sw   = "w"\n  reset = 1\n', 19, "w field CHAR has a reset"),
    ("value = 0x8000_0000", "value = -1", 37, "does not fit 64 bits"),
    ('name  = "BASE"', 'name  = "OP"', 40, "two layouts OP"),
    ("WRITE = 2", "WRITE = 1", 42, "codes must be different"),
    ("WRITE = 2", "WRITE = 256", 42, "OP.WRITE is refused"),
    ("words = 2", "words = 0", 47, "words must be 1 to 64"),
    ('word = 1\n  bits = "63:0"', 'word = 2\n  bits = "63:0"', 56, "there is no word 2"),
    ('word = 1\n  bits = "63:0"', 'word = 0\n  bits = "63:0"', 54, "ORDER.BYTES is there twice"),
    ('word = 0\n  bits = "7:0"', 'word = 0\n  bits = "0:7"', 52, "not inside 63:0"),
    ('help = "Code of OP."', 'help = "Code of OP"', 53, "not a sentence"),
    ('help = "How many."', 'help = "How many."\n  unit = "B"', 59, "unknown key 'unit' in field BYTES"),
]


class Refuses(unittest.TestCase):
    def test_nothing_in_a_good_page(self):
        page = parse(GOOD, "good.toml", PACKAGE)
        self.assertEqual([r.name for r in page.regs], ["CTRL", "STATE", "SEEN", "PENDING", "ENABLE"])
        self.assertEqual(page.regs[0].fields[0].reset.value, 4)

    def test_what_cannot_be_built_and_names_the_line(self):
        for old, new, line, said in BAD:
            with self.subTest(new=new, said=said):
                self.assertEqual(GOOD.count(old), 1, old)
                with self.assertRaises(PageError) as caught:
                    parse(GOOD.replace(old, new), "bad.toml", PACKAGE)
                message = str(caught.exception)
                self.assertTrue(message.startswith(f"bad.toml:{line}: "), message)
                self.assertIn(said, message)

    def test_bad_layouts_and_names_the_line(self):
        parse(MODEL, "good.toml", model=True)
        for old, new, line, said in BAD_MODEL:
            with self.subTest(new=new, said=said):
                self.assertEqual(MODEL.count(old), 1, old)
                with self.assertRaises(PageError) as caught:
                    parse(MODEL.replace(old, new), "bad.toml", model=True)
                message = str(caught.exception)
                self.assertTrue(message.startswith(f"bad.toml:{line}: "), message)
                self.assertIn(said, message)

    def test_layouts_in_a_page_of_rtl(self):
        pop = MODEL.split("[[const]]")[0].replace("access", "#")
        const = GOOD + '[[const]]\nname = "A"\nvalue = 1\nhelp = "A."\n'
        for text, said in ((pop, "sw 'pop' is none of ro, rw, w1, w1c"),
                           (const, "unknown key 'const'")):
            with self.assertRaises(PageError) as caught:
                parse(text, "bad.toml", PACKAGE)
            self.assertIn(said, str(caught.exception))


class Emits(unittest.TestCase):
    def setUp(self):
        self.page = parse(GOOD, "box_regs.toml", PACKAGE)
        self.folder = Path(tempfile.mkdtemp(prefix="weft-regs-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def test_c_that_compiles_with_its_values(self):
        (self.folder / "weft_box_regs.h").write_text(emit_text.c_header(self.page))
        (self.folder / "t.c").write_text(
            '#include "weft_box_regs.h"\n'
            "_Static_assert(WEFT_BOX_SEEN_OFFSET(1) == 0x18, \"\");\n"
            "_Static_assert(WEFT_BOX_CTRL_DEPTH_MASK == 0xff, \"\");\n"
            "_Static_assert(WEFT_BOX_CTRL_DEPTH_RESET == 4, \"\");\n"
            "_Static_assert(WEFT_BOX_CTRL_CLEAR_LSB == 8, \"\");\n"
            "_Static_assert(WEFT_BOX_STATE_STATE_ON == 1, \"\");\n")
        subprocess.run(["cc", "-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror", "-c", "t.c",
                        "-o", "t.o"], cwd=self.folder, check=True)

    def test_cpp_that_compiles_and_behaves(self):
        (self.folder / "box_regs.h").write_text(emit_cpp.header(self.page))
        (self.folder / "t.cpp").write_text(
            '#include "box_regs.h"\n'
            "int main() {\n"
            "  weft::BoxRegs regs;\n"
            "  if (regs.read(0) != 4) return 1;\n"
            "  regs.write(0, 17);\n"
            "  if (regs.read(0) != 4) return 2;\n"
            "  regs.write(0, 16);\n"
            "  if (regs.read(0) != 16) return 3;\n"
            "  regs.seen[1].add(5);\n"
            "  if (regs.read(0x18) != 5) return 4;\n"
            "  regs.write(0, 0x110);\n"
            "  return regs.read(0x18) != 0 || !regs.ctrl_clear_p ? 5 : 0;\n"
            "}\n")
        subprocess.run(["c++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "t.cpp", "-o", "t"],
                       cwd=self.folder, check=True)
        subprocess.run([self.folder / "t"], check=True)

    def test_layouts_that_compile_with_their_values(self):
        page = parse(MODEL, "dev_regs.toml", model=True)
        (self.folder / "dev_regs.h").write_text(emit_cpp.model_header(page))
        (self.folder / "t.cpp").write_text(
            '#include "dev_regs.h"\n'
            "using namespace weft::dev_regs;\n"
            "static_assert(kSeenIdsMask == ~0ull && kOutOffset == 8 && kBase == 0x80000000);\n"
            "int main() {\n"
            "  Order order;\n"
            "  order.words[0] = 0xff00;\n"
            "  order.set_op(0x1ff);\n"
            "  order.set_bytes(~0ull);\n"
            "  order.set_op(static_cast<unsigned>(Op::kWrite));\n"
            "  return order.words[0] != 0xff02 || order.op() != 2 || order.bytes() != ~0ull;\n"
            "}\n")
        subprocess.run(["c++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "t.cpp", "-o", "t"],
                       cwd=self.folder, check=True)
        subprocess.run([self.folder / "t"], check=True)
        (self.folder / "weft_dev_regs.h").write_text(emit_text.c_header(page))
        (self.folder / "t.c").write_text(
            '#include "weft_dev_regs.h"\n'
            "_Static_assert(WEFT_DEV_ORDER_WORDS == 2 && WEFT_DEV_ORDER_BYTES_WORD == 1, \"\");\n"
            "_Static_assert(WEFT_DEV_ORDER_OP_MASK == 0xff && WEFT_DEV_OP_WRITE == 2, \"\");\n"
            "_Static_assert(WEFT_DEV_BASE == 0x80000000, \"\");\n")
        subprocess.run(["cc", "-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror", "-c", "t.c",
                        "-o", "t2.o"], cwd=self.folder, check=True)
        text = emit_text.markdown(page)
        self.assertIn("| 1 | 63:0 | BYTES | How many. |", text)
        self.assertIn("Whole registers only.", text)

    def test_sv_with_every_port(self):
        text = emit_sv.block(self.page)
        for port in ("ctrl_depth_o", "ctrl_clear_p_o", "state_state_i", "seen_ev_i", "seen_add_i",
                     "pending_full_set_i", "pending_full_o", "pending_irq_o", "enable_full_o"):
            self.assertIn(f" {port}", text)
        self.assertIn("logic [5:0]     seen_add_i", text)


class Checks(unittest.TestCase):
    """The program itself, on a copy of the tree's page."""

    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="weft-regs-"))
        self.addCleanup(shutil.rmtree, self.root)
        (self.root / "rtl/link").mkdir(parents=True)
        for name in ("link_regs.toml", "weft_link_pkg.sv"):
            shutil.copy(ROOT / "rtl/link" / name, self.root / "rtl/link")

    def run_it(self, *words):
        return subprocess.run([sys.executable, "-B", ROOT / "scripts/gen_regs.py", "--root", self.root,
                               *words], text=True, capture_output=True)

    def test_writes_what_is_committed(self):
        self.assertEqual(self.run_it().returncode, 0)
        for name in ("rtl/link/weft_link_regs.sv", "rtl/link/weft_link_regs_pkg.sv",
                     "rtl/link/link_regs.md", "models/link/link_regs.h",
                     "firmware/include/weft_link_regs.h"):
            self.assertEqual((self.root / name).read_text(), (ROOT / name).read_text(), name)
        self.assertEqual([p for p in self.root.rglob("*.partial")], [])

    def test_says_what_is_stale(self):
        missing = self.run_it("--check")
        self.assertEqual(missing.returncode, 1)
        self.assertIn("models/link/link_regs.h is stale", missing.stderr)
        self.run_it()
        self.assertEqual(self.run_it("--check").returncode, 0)
        package = self.root / "rtl/link/weft_link_pkg.sv"
        package.write_text(package.read_text().replace("AckN = 8;", "AckN = 7;"))
        self.assertEqual(self.run_it("--check").returncode, 1)

    def test_refuses_a_bad_page_and_writes_nothing(self):
        page = self.root / "rtl/link/link_regs.toml"
        page.write_text(page.read_text().replace('reset = "AckN"', 'reset = "AckM"'))
        done = self.run_it()
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^rtl/link/link_regs\.toml:\d+: the package has no 'AckM'")
        self.assertFalse((self.root / "models").exists())


class ReadsThePackage(unittest.TestCase):
    def test_with_numbers_of_both_kinds(self):
        self.assertEqual(read_package("  localparam int unsigned A = 12;  // a\n"
                                      "  localparam logic [15:0] B = 16'h3d_65;\nlocalparam X;\n"),
                         {"A": 12, "B": 0x3D65})


if __name__ == "__main__":
    unittest.main()
