// SPDX-License-Identifier: Apache-2.0
#include "models/elf/elf.h"

#include <gtest/gtest.h>

#include <string>

#include "models/base/error.h"
#include "tests/unit/elf_builder.h"

namespace weft {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t kBase = 0x8000'0000;

ElfBuilder good() {
  ElfBuilder builder;
  builder.segment(kBase + 0x100, {5, 6}, 16, 6).segment(kBase, {1, 2, 3, 4}, 4, 5);
  return builder;
}

ElfImage parse(const Bytes& bytes) { return ElfImage::parse(bytes, "fw.elf"); }

/// What parsing or loading says, or "" when it says nothing.
template <class Action>
std::string refusal(Action&& action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}
std::string parse_refusal(const Bytes& bytes) {
  return refusal([&] { parse(bytes); });
}

TEST(Elf, ReadsSegmentsByAddressWithTheZerosBehindThem) {
  const ElfImage image = parse(good().build());
  EXPECT_EQ(image.entry(), kBase);
  ASSERT_EQ(image.segments().size(), 2u);
  EXPECT_EQ(image.segments()[0].address, kBase);
  EXPECT_TRUE(image.segments()[0].executable);
  EXPECT_EQ(image.segments()[0].bytes, (Bytes{1, 2, 3, 4}));
  EXPECT_EQ(image.segments()[1].address, kBase + 0x100);
  EXPECT_EQ(image.segments()[1].size, 16u);
  EXPECT_FALSE(image.segments()[1].executable);
  EXPECT_EQ(image.symbol_at(kBase), "") << "there are no symbols";
}

TEST(Elf, GoesToThePhysicalAddress) {
  ElfBuilder builder = good();
  builder.programs[0].vaddr = 0x1234'0000;
  EXPECT_EQ(parse(builder.build()).segments()[1].address, kBase + 0x100);
}

TEST(Elf, LeavesOutWhatIsNotLoaded) {
  ElfBuilder builder = good();
  builder.programs.push_back({0x7000'0003, 4, 0, 0, 0, 0, 0, 1});  // attributes
  builder.segment(kBase, {}, 0, 4);                                // empty
  EXPECT_EQ(parse(builder.build()).segments().size(), 2u);
}

TEST(Elf, LoadsIntoMemory) {
  const ElfImage image = parse(good().build());
  Bytes memory(0x200, 0xee);
  image.load_into(memory, kBase);
  EXPECT_EQ(memory[0], 1);
  EXPECT_EQ(memory[3], 4);
  EXPECT_EQ(memory[4], 0xee);
  EXPECT_EQ(memory[0x101], 6);
  EXPECT_EQ(memory[0x102], 0);
  EXPECT_EQ(memory[0x10f], 0);
  EXPECT_EQ(memory[0x110], 0xee);
}

TEST(Elf, RefusesMemoryThatIsTooSmallBeforeItWrites) {
  const ElfImage image = parse(good().build());
  Bytes memory(0x104, 0xee);
  EXPECT_EQ(refusal([&] { image.load_into(memory, kBase); }),
            "fw.elf: segment 0x80000100 .. 0x80000110 does not fit the memory at 0x80000000 of "
            "260B\n  hint: make the memory larger or the program smaller");
  EXPECT_EQ(memory, Bytes(0x104, 0xee));
  EXPECT_NE(refusal([&] {
              image.load_into(memory, kBase + 0x1000);
            }).find("hint: link the program for 0x80001000"),
            std::string::npos);
}

TEST(Elf, NamesThePlaceOfAnAddress) {
  ElfBuilder builder = good();
  builder.symbol("main", kBase + 2, 2, 2).symbol("_start", kBase, 2, 2).symbol("top", kBase, 0, 0);
  builder.symbol("$x", kBase + 3, 0, 0).symbol("data", kBase + 0x100, 8, 1);
  const ElfImage image = parse(builder.build());
  EXPECT_EQ(image.symbol_at(kBase), "_start") << "a function before a label";
  EXPECT_EQ(image.symbol_at(kBase + 1), "_start+0x1");
  EXPECT_EQ(image.symbol_at(kBase + 3), "main+0x1") << "no mark of the assembler";
  EXPECT_EQ(image.symbol_at(kBase + 4), "") << "outside the segment";
  EXPECT_EQ(image.symbol_at(kBase + 0x100), "") << "data is not a place in the program";
  EXPECT_EQ(image.symbols().size(), 3u);
}

struct Refusal {
  const char* what;
  void (*damage)(ElfBuilder&);
};

constexpr Refusal kRefusals[] = {
    {"fw.elf: built for ARM 64 (machine 183), a RISC-V 64 program is wanted\n"
     "  hint: compile with riscv64-unknown-elf-gcc",
     [](ElfBuilder& b) { b.header.machine = 183; }},
    {"fw.elf: built for x86-64 (machine 62), a RISC-V 64 program is wanted\n"
     "  hint: compile with riscv64-unknown-elf-gcc",
     [](ElfBuilder& b) { b.header.machine = 62; }},
    {"fw.elf: a 32-bit ELF file, one of 64 bits is wanted\n"
     "  hint: compile with -march=rv64imac -mabi=lp64",
     [](ElfBuilder& b) { b.header.ident[4] = 1; }},
    {"fw.elf: its class is neither 32 nor 64 bits", [](ElfBuilder& b) { b.header.ident[4] = 3; }},
    {"fw.elf: not little-endian", [](ElfBuilder& b) { b.header.ident[5] = 2; }},
    {"fw.elf: not an ELF file\n  hint: firmware is an executable of a RISC-V 64 linker, not a raw "
     "image or a source file",
     [](ElfBuilder& b) { b.header.ident[1] = 'e'; }},
    {"fw.elf: an object file, not an executable\n  hint: link it",
     [](ElfBuilder& b) { b.header.type = 1; }},
    {"fw.elf: position independent or a shared library, an executable is wanted\n"
     "  hint: link with -static and -no-pie",
     [](ElfBuilder& b) { b.header.type = 3; }},
    {"fw.elf: not an executable (type 4)", [](ElfBuilder& b) { b.header.type = 4; }},
    {"fw.elf: passes floating-point numbers in registers that the core does not have\n"
     "  hint: compile with -march=rv64imac -mabi=lp64",
     [](ElfBuilder& b) { b.header.flags = 5; }},
    {"fw.elf: dynamically linked, a static executable is wanted\n  hint: link with -static",
     [](ElfBuilder& b) { b.programs[0].type = 3; }},
    {"fw.elf: segments at 0x80000000 and 0x80000003 overlap",
     [](ElfBuilder& b) { b.programs[0].paddr = kBase + 3; }},
    {"fw.elf: segment at 0x80000100 has more bytes in the file than in memory",
     [](ElfBuilder& b) { b.programs[0].memsz = 1; }},
    {"fw.elf: segment at 0x80000100 is larger than 1GiB (1073741825 bytes)",
     [](ElfBuilder& b) { b.programs[0].memsz = (1u << 30) + 1; }},
    {"fw.elf: segment at 0xfffffffffffffff1 goes beyond the last address",
     [](ElfBuilder& b) { b.programs[0].paddr = ~std::uint64_t{0xe}; }},
    {"fw.elf: its entry 0x80000100 is in no executable segment\n"
     "  hint: name the entry in the linker script: ENTRY(_start)",
     [](ElfBuilder& b) { b.header.entry = kBase + 0x100; }},
    {"fw.elf: its entry 0x80000001 is in no executable segment\n"
     "  hint: name the entry in the linker script: ENTRY(_start)",
     [](ElfBuilder& b) { b.header.entry = kBase + 1; }},
    {"fw.elf: no program headers: nothing to load\n  hint: link it",
     [](ElfBuilder& b) { b.programs.clear(); }},
    {"fw.elf: its program headers have 32 bytes each, 56 are wanted",
     [](ElfBuilder& b) { b.header.phentsize = 32; }},
    {"fw.elf: the file is cut off: segment at 0x80000100 ends at byte 100002, the file has 182\n"
     "  hint: copy or build it again",
     [](ElfBuilder& b) { b.programs[0].offset = 100'000; }},
    {"fw.elf: the file is cut off: segment at 0x80000100 ends at byte 2^64 or more, the file has "
     "182\n  hint: copy or build it again",
     [](ElfBuilder& b) { b.programs[0].offset = ~std::uint64_t{0}; }},
};

TEST(Elf, SaysWhatIsWrongAndWhatToDo) {
  for (const Refusal& c : kRefusals) {
    ElfBuilder builder = good();
    c.damage(builder);
    EXPECT_EQ(parse_refusal(builder.build()), c.what);
  }
  EXPECT_EQ(parse_refusal(good().build()), "");
}

TEST(Elf, RefusesEveryPrefixOfAFile) {
  ElfBuilder builder = good();
  const Bytes whole = builder.symbol("main", kBase, 2, 2).build();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(
        parse_refusal(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))), "")
        << size << " of " << whole.size() << " bytes";
  }
  EXPECT_EQ(parse_refusal(whole), "");
}

}  // namespace
}  // namespace weft
