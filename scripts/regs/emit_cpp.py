# SPDX-License-Identifier: Apache-2.0
"""C++ of a register page: constants, and a class with the registers' storage and semantics."""
import re

from .emit_sv import camel
from .layout import Codes, Const
from .page import COUNTER_W


def snake(name):
    """Package name CreditUnitBytes as credit_unit_bytes."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def constants(page):
    out = []
    for reg in page.regs:
        name = camel(reg.name)
        out.append(f"/// {reg.name}: {reg.help}")
        out.append(f"inline constexpr std::uint16_t k{name}Offset = 0x{reg.at:03x};")
        if reg.is_array:
            out.append(f"inline constexpr unsigned k{name}Count = {reg.count};")
        for field in reg.fields:
            place = f"k{name}{camel(field.name)}"
            out.append(f"inline constexpr unsigned {place}Lsb = {field.lsb};")
            out.append(f"inline constexpr unsigned {place}W = {field.width};")
            if field.reset:
                out.append(f"inline constexpr std::uint64_t {place}Reset = 0x{field.reset.value:x};")
            if field.enum:
                values = ", ".join(f"k{camel(k)} = {v}" for k, v in field.enum.items())
                out.append(f"enum class {name}{camel(field.name)} : std::uint8_t {{ {values} }};")
        out.append("")
    return out


def package_numbers(page):
    """Package names the page uses, in order, with the values they had when it was generated."""
    names = {}
    for reg in page.regs:
        for field in reg.fields:
            for number in (field.reset, field.min, field.max):
                if number and number.name:
                    names[number.name] = number.value
    return names


def numbers_struct(page, cls):
    names = package_numbers(page)
    out = [f"/// Numbers of {cls} that come from the protocol; as they stand, those of the shipped one.",
           f"struct {cls}Numbers {{"]
    out += [f"  std::uint64_t {snake(name)} = 0x{value:x};" for name, value in names.items()]
    out += ["", "  /// `number(name)` gives a number of the protocol by its name in the RTL package.",
            "  template <class F>", f"  static {cls}Numbers from(const F& number) {{",
            f"    {cls}Numbers made;"]
    out += [f'    made.{snake(name)} = number("{name}");' for name in names]
    out += ["    return made;", "  }", "};", ""]
    return out


def number(value):
    return f"numbers_.{snake(value.name)}" if value.name else f"0x{value.value:x}u"


def width_type(width):
    return "bool" if width == 1 else "std::uint64_t"


def member(reg, field):
    return f"{reg.name}_{field.name}".lower()


def declarations(page):
    out = []
    for reg in page.regs:
        if reg.counter:
            plain = "RegCounter"
            kind = f"std::array<RegCounter, {reg.count}>" if reg.is_array else plain
            out.append(f"  {kind} {reg.name.lower()};  ///< {reg.help}")
            continue
        for field in reg.fields:
            if field.constant:
                continue
            kind = "bool" if field.sw in ("w1", "w1c") else width_type(field.width)
            init = "{}" if reg.is_array else (" = false" if kind == "bool" else " = 0")
            if reg.is_array:
                kind = f"std::array<{kind}, {reg.count}>"
            suffix = "_p" if field.sw == "w1" else ""
            out.append(f"  {kind} {member(reg, field)}{suffix}{init};  ///< {field.sw}: {field.help}")
    return out


def constructor(page, cls):
    out = [f"  explicit {cls}(const {cls}Numbers& numbers = {{}}) : numbers_(numbers) {{"]
    for reg, field in page.fields("rw"):
        name = member(reg, field)
        value = number(field.reset)
        if field.width == 1 and not reg.is_array:
            value = f"({value}) != 0"
        out.append(f"    {name}.fill({value});" if reg.is_array else f"    {name} = {value};")
    return out + ["  }", ""]


def read(page):
    out = ["  /// Value of the register at byte offset `addr`; 0 where there is none.",
           "  std::uint64_t read(std::uint16_t addr) const {", "    switch (addr) {"]
    for reg in page.regs:
        for _, index, at in reg.instances():
            place = f"[{index}]" if reg.is_array else ""
            if reg.counter:
                value = f"{reg.name.lower()}{place}.value()"
            else:
                parts = []
                for field in reg.fields:
                    if field.sw == "w1":
                        continue
                    source = (number(field.reset) if field.constant
                              else f"{member(reg, field)}{place}")
                    mask = (1 << field.width) - 1
                    part = f"std::uint64_t{{{source}}}"
                    if not (field.width == 1 or field.width == 64 or field.sw == "rw"):
                        part = f"({part} & 0x{mask:x}u)"
                    parts.append(part if field.lsb == 0 else f"({part} << {field.lsb})")
                value = " |\n               ".join(parts) if parts else "0"
            out += [f"      case 0x{at:03x}:", f"        return {value};"]
    return out + ["      default:", "        return 0;", "    }", "  }", ""]


def write_field(reg, field, place, page):
    name = member(reg, field) + place
    mask = (1 << field.width) - 1
    value = f"(value >> {field.lsb}) & 0x{mask:x}u" if field.width < 64 else "value"
    if field.sw == "w1":
        out = [f"        if (({value}) != 0) {{", f"          {name}_p = true;"]
        if page.clear and page.clear[0] is reg and page.clear[1] is field:
            out.append("          clear_counters();")
        return out + ["        }"]
    if field.sw == "w1c":
        return [f"        if (({value}) != 0) {name} = false;"]
    if field.sw != "rw":
        return []
    if field.width == 1:
        return [f"        {name} = (({value}) != 0);"]
    tests = []
    if field.min and field.min.value > 0:
        tests.append(f"({value}) >= {number(field.min)}")
    if field.max:
        tests.append(f"({value}) <= {number(field.max)}")
    store = f"{name} = {value};"
    if tests:
        return [f"        if ({' && '.join(tests)}) {{", f"          {store}", "        }"]
    return [f"        {store}"]


def write(page):
    out = ["  /// Writes a whole register. Constant, read-only and missing ones ignore it; a rw field keeps",
           "  /// its value when the new one is out of range. Sets the _p members of w1 fields. Events of the",
           "  /// same clock come after the write: they survive a clear.",
           "  void write(std::uint16_t addr, std::uint64_t value) {", "    switch (addr) {"]
    for reg in page.regs:
        for _, index, at in reg.instances():
            place = f"[{index}]" if reg.is_array else ""
            body = [line for field in reg.fields for line in write_field(reg, field, place, page)]
            if reg.counter or not body:
                continue
            out += [f"      case 0x{at:03x}:"] + body + ["        break;"]
    return out + ["      default:", "        break;", "    }", "  }", ""]


def others(page):
    out = ["  /// Sets every counter to zero.", "  void clear_counters() {"]
    for reg in page.regs:
        if reg.counter:
            out.append(f"    {reg.name.lower()} = {{}};")
    out += ["  }", ""]
    for reg in page.regs:
        if reg.enable:
            enable = page.reg(reg.enable)
            pairs = [f"({member(reg, f)} && {member(enable, g)})"
                     for f, g in zip([f for f in reg.fields if f.sw == "w1c"],
                                     [g for g in enable.fields if g.sw == "rw"])]
            out += [f"  /// Whether {reg.name} raises the interrupt.", f"  bool {reg.name.lower()}_irq() const {{",
                    "    return " + " ||\n           ".join(pairs) + ";", "  }", ""]
    return out


COUNTER = f"""/// A {COUNTER_W}-bit event counter that stays at its highest value.
class RegCounter {{
 public:
  static constexpr std::uint64_t kMax = (std::uint64_t{{1}} << {COUNTER_W}) - 1;
  void add(std::uint64_t amount = 1) {{ value_ = amount > kMax - value_ ? kMax : value_ + amount; }}
  std::uint64_t value() const {{ return value_; }}

 private:
  std::uint64_t value_ = 0;
}};
"""


def layout_constants(one):
    name = camel(one.name)
    out = [f"/// {one.help}"]
    if isinstance(one, Const):
        out.append(f"inline constexpr std::uint64_t k{name} = 0x{one.value:x};")
    elif isinstance(one, Codes):
        values = ", ".join(f"k{camel(k)} = {v}" for k, v in one.values.items())
        out.append(f"enum class {name} : std::uint8_t {{ {values} }};")
    else:
        out += [f"struct {name} {{",
                f"  std::array<std::uint64_t, {one.words}> words{{}};", ""]
        for place in one.fields:
            mask = f"0x{(1 << place.width) - 1:x}u"
            word = f"words[{place.word}]"
            out += [f"  /// {place.help}",
                    f"  std::uint64_t {place.name.lower()}() const {{ return {word} >> {place.lsb} & {mask}; }}",
                    f"  void set_{place.name.lower()}(std::uint64_t value) {{",
                    f"    {word} = ({word} & ~(std::uint64_t{{{mask}}} << {place.lsb})) | (value & {mask}) << {place.lsb};",
                    "  }"]
        out += ["};"]
    return out + [""]


def model_header(page):
    """The header models/<page>/<page>_regs.h of a page without RTL: places and layouts."""
    out = ["// SPDX-License-Identifier: Apache-2.0",
           f"// Generated by scripts/gen_regs.py from {page.source}; do not edit.",
           "// clang-format off", "#pragma once", "", "#include <array>", "#include <cstdint>", "",
           f"namespace weft::{page.name}_regs {{", ""]
    for reg in page.regs:
        name = camel(reg.name)
        out += [f"/// {reg.name}: {reg.help}",
                f"inline constexpr std::uint32_t k{name}Offset = 0x{reg.at:03x};"]
        if reg.is_array:
            out.append(f"inline constexpr unsigned k{name}Count = {reg.count};")
        for field in reg.fields:
            place = f"k{name}{camel(field.name)}"
            out += [f"inline constexpr unsigned {place}Lsb = {field.lsb};  ///< {field.sw}: {field.help}",
                    f"inline constexpr std::uint64_t {place}Mask = 0x{field.mask:x};"]
            for key in ("reset", "min", "max"):
                if number_of := getattr(field, key):
                    out.append(f"inline constexpr std::uint64_t {place}{key.capitalize()} = 0x{number_of.value:x};")
            if field.enum:
                values = ", ".join(f"k{camel(k)} = {v}" for k, v in field.enum.items())
                out.append(f"enum class {name}{camel(field.name)} : std::uint8_t {{ {values} }};")
        out.append("")
    for one in page.layouts:
        out += layout_constants(one)
    return "\n".join(out + [f"}}  // namespace weft::{page.name}_regs", ""])


def header(page):
    """The header models/<page>/<page>_regs.h."""
    cls = camel(page.name.upper()) + "Regs"
    out = ["// SPDX-License-Identifier: Apache-2.0",
           f"// Generated by scripts/gen_regs.py from {page.source}; do not edit.",
           "// clang-format off", "#pragma once", "", "#include <array>", "#include <cstdint>", "",
           f"namespace weft::{page.name}_regs {{", ""]
    out += constants(page)
    out += [f"}}  // namespace weft::{page.name}_regs", "", "namespace weft {", "", COUNTER]
    out += numbers_struct(page, cls)
    out += [f"/// Registers of one {page.help.lower()}: storage, and what software's accesses do to it. rw fields are read,",
            "/// ro fields set before read(), w1c fields set and counters added to by the owner; w1 fields are",
            "/// pulses: write() sets them, the owner clears them.",
            f"class {cls} {{", " public:"]
    out += constructor(page, cls) + read(page) + write(page) + others(page)
    out += declarations(page)
    out += ["", " private:", f"  {cls}Numbers numbers_;", "};", "", "}  // namespace weft", ""]
    return "\n".join(out)
