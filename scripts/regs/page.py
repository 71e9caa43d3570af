# SPDX-License-Identifier: Apache-2.0
"""Reads a register page and refuses what cannot be built, with file and line."""
import re
import tomllib
from dataclasses import dataclass, field

from . import layout

REG_BYTES = 8
PAGE_BYTES = 4096
COUNTER_W = 48
NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
PACKAGE_LINE = re.compile(
    r"\s*localparam\s+(?:int unsigned|logic \[\d+:0\])\s+(\w+)\s*=\s*(?:(\d+)'h([0-9a-f_]+)|(\d+));")


class PageError(Exception):
    """What is wrong with a page; str() is file:line: message."""

    def __init__(self, path, line, message):
        super().__init__(f"{path}:{line}: {message}" if line else f"{path}: {message}")


@dataclass
class Number:
    """A value, and the package name it came from ('' for a literal)."""
    value: int
    name: str = ""


@dataclass
class Field:
    name: str
    lsb: int
    width: int
    sw: str
    help: str
    reset: Number | None = None
    min: Number | None = None
    max: Number | None = None
    enum: dict = field(default_factory=dict)

    @property
    def mask(self):
        return ((1 << self.width) - 1) << self.lsb

    @property
    def constant(self):
        return self.sw == "ro" and self.reset is not None


@dataclass
class Reg:
    name: str
    at: int
    help: str
    count: int
    counter: bool
    add: int
    enable: str
    fields: list

    @property
    def is_array(self):
        return self.count > 0

    def instances(self):
        """(suffix, index, byte offset) of each register of the array, or of the one."""
        if not self.is_array:
            return [("", 0, self.at)]
        return [(str(i), i, self.at + REG_BYTES * i) for i in range(self.count)]


@dataclass
class Page:
    name: str
    help: str
    package: str
    source: str
    clear: tuple | None
    regs: list
    access: str = ""  # how a page without RTL is accessed; '' for an RTL block's
    layouts: list = field(default_factory=list)

    def reg(self, name):
        return next((r for r in self.regs if r.name == name), None)

    def fields(self, sw):
        return [(r, f) for r in self.regs for f in r.fields if f.sw == sw]


def read_package(text):
    """Names and values of the localparams of an emitted SystemVerilog package."""
    values = {}
    for line in text.splitlines():
        if match := PACKAGE_LINE.match(line):
            name, _, digits, plain = match.groups()
            values[name] = int(digits, 16) if digits else int(plain)
    return values


class _Lines:
    """Line numbers of the tables of a page; tomllib keeps none."""

    def __init__(self, text):
        self.lines = text.splitlines()
        self.regs = []
        self.layouts = {"const": [], "enum": [], "struct": []}  # lines of tables and their fields
        for number, line in enumerate(self.lines, 1):
            bare = line.split("#")[0].replace(" ", "").strip()
            if bare == "[[reg]]":
                self.regs.append((number, []))
            elif bare == "[[reg.field]]" and self.regs:
                self.regs[-1][1].append(number)
            elif bare == "[[struct.field]]" and self.layouts["struct"]:
                self.layouts["struct"][-1][1].append(number)
            elif bare.strip("[]") in self.layouts:
                self.layouts[bare.strip("[]")].append((number, []))

    def find(self, start, key):
        """Line of `key` in the table that starts at line `start`, else `start`."""
        for number in range(start, len(self.lines)):
            if self.lines[number].lstrip().startswith("["):
                break
            if re.match(rf"\s*{key}\s*=", self.lines[number]):
                return number + 1
        return start


class _Reader:
    def __init__(self, text, path, package, model):
        self.path = path
        self.package = package
        self.model = model
        self.lines = _Lines(text)
        try:
            self.data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            match = re.search(r"\(at line (\d+), column \d+\)", str(error))
            message = re.sub(r" \(at .*\)$", "", str(error))
            raise PageError(path, int(match[1]) if match else 0, message) from error

    def fail(self, line, message):
        raise PageError(self.path, line, message)

    def take(self, table, line, key, kind, default=None, required=True):
        if key not in table:
            if required:
                self.fail(line, f"'{key}' is missing")
            return default
        value = table.pop(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            self.fail(self.lines.find(line, key), f"'{key}' has the wrong type")
        return value

    def name(self, table, line):
        name = self.take(table, line, "name", str)
        if not NAME.fullmatch(name):
            self.fail(self.lines.find(line, "name"), f"name '{name}' is not UPPER_CASE")
        return name

    def sentence(self, table, line):
        text = self.take(table, line, "help", str)
        if not text.endswith("."):
            self.fail(self.lines.find(line, "help"), "'help' is not a sentence")
        return text

    def nothing_left(self, table, line, what):
        for key in table:
            self.fail(self.lines.find(line, key), f"unknown key '{key}' in {what}")

    def number(self, table, line, key):
        value = self.take(table, line, key, (int, str), required=False)
        if value is None:
            return None
        if isinstance(value, int):
            if value < 0:
                self.fail(self.lines.find(line, key), f"'{key}' is negative")
            return Number(value)
        if value not in self.package:
            self.fail(self.lines.find(line, key), f"the package has no '{value}'")
        return Number(self.package[value], value)

    def bits(self, table, line):
        """Highest and lowest bit."""
        bits = self.take(table, line, "bits", str)
        bits_line = self.lines.find(line, "bits")
        match = re.fullmatch(r"(\d+)(?::(\d+))?", bits)
        if not match:
            self.fail(bits_line, f"bits '{bits}' are not 'msb:lsb'")
        msb, lsb = int(match[1]), int(match[2] or match[1])
        if lsb > msb or msb > 63:
            self.fail(bits_line, f"bits '{bits}' are not inside 63:0")
        return msb, lsb

    def read_field(self, table, line):
        name = self.name(table, line)
        msb, lsb = self.bits(table, line)
        sw = self.take(table, line, "sw", str)
        kinds = ("ro", "rw", "w1", "w1c") + (("w", "pop") if self.model else ())
        if sw not in kinds:
            self.fail(self.lines.find(line, "sw"), f"sw '{sw}' is none of {', '.join(kinds)}")
        made = Field(name, lsb, msb - lsb + 1, sw, self.sentence(table, line))
        made.reset = self.number(table, line, "reset")
        made.min = self.number(table, line, "min")
        made.max = self.number(table, line, "max")
        made.enum = self.take(table, line, "enum", dict, {}, required=False)
        self.nothing_left(table, line, f"field {name}")
        self.check_field(made, line)
        return made

    def check_field(self, made, line):
        if made.sw == "rw" and made.reset is None:
            self.fail(line, f"rw field {made.name} has no reset")
        one_bit = made.width == 1 or (self.model and made.sw == "w1c")
        if made.sw in ("w1", "w1c") and not (one_bit and made.reset is None):
            self.fail(line, f"{made.sw} field {made.name} must be one bit without reset")
        if made.sw in ("w", "pop") and made.reset is not None:
            self.fail(line, f"{made.sw} field {made.name} has a reset")
        if made.sw != "rw" and (made.min or made.max):
            self.fail(line, f"field {made.name} has a range but is not rw")
        biggest = (1 << made.width) - 1
        for key in ("reset", "min", "max"):
            number = getattr(made, key)
            if number and number.value > biggest:
                self.fail(self.lines.find(line, key),
                          f"{key} {number.value} does not fit {made.width} bits")
        low = made.min.value if made.min else 0
        high = made.max.value if made.max else biggest
        if low > high or (made.reset and not low <= made.reset.value <= high):
            self.fail(line, f"field {made.name}: reset, min and max do not fit each other")
        seen = {}
        for name, value in made.enum.items():
            if not NAME.fullmatch(name) or not isinstance(value, int) or not 0 <= value <= biggest:
                self.fail(self.lines.find(line, "enum"), f"enum value {name} is refused")
            if value in seen:
                self.fail(self.lines.find(line, "enum"), f"{name} and {seen[value]} are the same")
            seen[value] = name

    def read_reg(self, table, line, field_lines):
        name = self.name(table, line)
        at = self.take(table, line, "at", int)
        text = self.sentence(table, line)
        count = self.take(table, line, "count", int, 0, required=False)
        kind = self.take(table, line, "kind", str, "", required=False)
        add = self.take(table, line, "add", int, 0, required=False)
        enable = self.take(table, line, "enable", str, "", required=False)
        fields = self.take(table, line, "field", list, [], required=False)
        self.nothing_left(table, line, f"register {name}")
        at_line = self.lines.find(line, "at")
        if at % REG_BYTES:
            self.fail(at_line, f"offset of {name} is not a multiple of {REG_BYTES}")
        if not 0 <= at <= PAGE_BYTES - REG_BYTES * max(count, 1):
            self.fail(at_line, f"{name} is outside the page of {PAGE_BYTES} bytes")
        if count < 0 or count == 1:
            self.fail(self.lines.find(line, "count"), "count must be 2 or more")
        if kind not in ("", "counter"):
            self.fail(self.lines.find(line, "kind"), f"kind '{kind}' is not counter")
        if kind and fields or not kind and not fields:
            self.fail(line, f"{name}: a counter has no fields, any other register has some")
        if add and (not kind or not 1 < add <= COUNTER_W):
            self.fail(self.lines.find(line, "add"), f"add is for counters, 2 to {COUNTER_W} bits")
        if kind:
            made = [Field("COUNT", 0, COUNTER_W, "ro", text)]
        else:
            made = [self.read_field(t, field_lines[i]) for i, t in enumerate(fields)]
        used = {}
        for i, one in enumerate(made):
            for other in made[:i]:
                if one.mask & other.mask:
                    self.fail(field_lines[i], f"{name}.{one.name} overlaps {name}.{other.name}")
            if one.name in used:
                self.fail(field_lines[i], f"{name} has two fields {one.name}")
            used[one.name] = one
        return Reg(name, at, text, count, bool(kind), add, enable, made)

    def read(self):
        data = self.data
        page = Page(self.take(data, 1, "name", str), self.take(data, 1, "help", str),
                    self.take(data, 1, "package", str, "", required=False), self.path, None, [])
        clear = self.take(data, 1, "clear", str, "", required=False)
        tables = self.take(data, 1, "reg", list)
        if self.model:
            page.access = self.take(data, 1, "access", str)
            page.layouts = layout.read(self, data)
        self.nothing_left(data, 1, "the page")
        starts = self.lines.regs
        if len(starts) != len(tables):
            self.fail(0, "registers must be written as [[reg]] tables")
        owner = {}
        for table, (line, field_lines) in zip(tables, starts):
            reg = self.read_reg(table, line, field_lines)
            if page.reg(reg.name):
                self.fail(self.lines.find(line, "name"), f"two registers {reg.name}")
            for suffix, _, at in reg.instances():
                if at in owner:
                    self.fail(self.lines.find(line, "at"),
                              f"{reg.name}{suffix} and {owner[at]} are both at 0x{at:03x}")
                owner[at] = reg.name + suffix
            page.regs.append(reg)
        self.check_enables(page, starts)
        page.clear = self.find_clear(page, clear)
        return page

    def check_enables(self, page, starts):
        for reg, (line, _) in zip(page.regs, starts):
            if reg.enable:
                other = page.reg(reg.enable)
                mine = [(f.name, f.lsb) for f in reg.fields if f.sw == "w1c"]
                if not other or [(f.name, f.lsb) for f in other.fields if f.sw == "rw"] != mine:
                    self.fail(self.lines.find(line, "enable"),
                              f"{reg.enable} does not have the bits of {reg.name}")

    def find_clear(self, page, clear):
        counters = any(r.counter for r in page.regs)
        if not clear:
            if counters:
                self.fail(1, "counters need 'clear', the w1 field that clears them")
            return None
        for reg, made in page.fields("w1"):
            if f"{reg.name}.{made.name}" == clear:
                return reg, made
        self.fail(self.lines.find(1, "clear"), f"clear: there is no w1 field {clear}")
        return None


def parse(text, path, package=None, model=False):
    """Page of `text`; `package` maps the names a page may use as numbers to their values. `model`:
    there is no RTL of it; more kinds of field, and layouts, are allowed."""
    return _Reader(text, path, package or {}, model).read()
