# SPDX-License-Identifier: Apache-2.0
"""What a page without RTL says beside its registers: numbers, codes and layouts of words."""
from dataclasses import dataclass


@dataclass
class Const:
    name: str
    help: str
    value: int


@dataclass
class Codes:
    name: str
    help: str
    values: dict


@dataclass
class Place:
    name: str
    help: str
    word: int
    lsb: int
    width: int


@dataclass
class Struct:
    name: str
    help: str
    words: int
    fields: list


def read(reader, data):
    """Takes [[const]], [[enum]] and [[struct]] out of `data`, in that order."""
    made = []
    names = set()
    for kind, read_one in (("const", read_const), ("enum", read_codes), ("struct", read_struct)):
        tables = reader.take(data, 1, kind, list, [], required=False)
        starts = reader.lines.layouts[kind]
        if len(starts) != len(tables):
            reader.fail(0, f"'{kind}' must be written as [[{kind}]] tables")
        for table, (line, field_lines) in zip(tables, starts):
            one = read_one(reader, table, line, field_lines)
            reader.nothing_left(table, line, f"{kind} {one.name}")
            if one.name in names:
                reader.fail(line, f"two layouts {one.name}")
            names.add(one.name)
            made.append(one)
    return made


def read_const(reader, table, line, _):
    name = reader.name(table, line)
    value = reader.take(table, line, "value", int)
    if not 0 <= value < 1 << 64:
        reader.fail(reader.lines.find(line, "value"), f"{name} does not fit 64 bits")
    return Const(name, reader.sentence(table, line), value)


def read_codes(reader, table, line, _):
    name = reader.name(table, line)
    values = reader.take(table, line, "values", dict)
    at = reader.lines.find(line, "values")
    for key, value in values.items():
        if type(value) is not int or not 0 <= value < 256 or key != key.upper():
            reader.fail(at, f"{name}.{key} is refused")
    if len(set(values.values())) != len(values) or not values:
        reader.fail(at, f"{name}: codes must be different")
    return Codes(name, reader.sentence(table, line), values)


def read_struct(reader, table, line, field_lines):
    name = reader.name(table, line)
    words = reader.take(table, line, "words", int)
    if not 1 <= words <= 64:
        reader.fail(reader.lines.find(line, "words"), "words must be 1 to 64")
    text = reader.sentence(table, line)
    fields = reader.take(table, line, "field", list)
    used = [0] * words
    made = []
    for one, at in zip(fields, field_lines):
        place = read_place(reader, one, at, words)
        mask = ((1 << place.width) - 1) << place.lsb
        if used[place.word] & mask or any(place.name == p.name for p in made):
            reader.fail(at, f"{name}.{place.name} is there twice")
        used[place.word] |= mask
        made.append(place)
    return Struct(name, text, words, made)


def read_place(reader, table, line, words):
    name = reader.name(table, line)
    word = reader.take(table, line, "word", int)
    if not 0 <= word < words:
        reader.fail(reader.lines.find(line, "word"), f"there is no word {word}")
    msb, lsb = reader.bits(table, line)
    place = Place(name, reader.sentence(table, line), word, lsb, msb - lsb + 1)
    reader.nothing_left(table, line, f"field {name}")
    return place
