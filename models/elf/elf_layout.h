// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// What lies in an ELF-64 file, as in "ELF-64 Object File Format", version 1.5, and the RISC-V ELF
/// psABI.
namespace weft::elf_layout {

struct FileHeader {
  std::uint8_t ident[16];
  std::uint16_t type, machine;
  std::uint32_t version;
  std::uint64_t entry, phoff, shoff;
  std::uint32_t flags;
  std::uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
static_assert(sizeof(FileHeader) == 64);

struct ProgramHeader {
  std::uint32_t type, flags;
  std::uint64_t offset, vaddr, paddr, filesz, memsz, align;
};
static_assert(sizeof(ProgramHeader) == 56);

struct SectionHeader {
  std::uint32_t name, type;
  std::uint64_t flags, addr, offset, size;
  std::uint32_t link, info;
  std::uint64_t addralign, entsize;
};
static_assert(sizeof(SectionHeader) == 64);

struct SymbolEntry {
  std::uint32_t name;
  std::uint8_t info, other;
  std::uint16_t section;
  std::uint64_t value, size;
};
static_assert(sizeof(SymbolEntry) == 24);

inline constexpr unsigned kTypeRelocatable = 1, kTypeExecutable = 2, kTypeShared = 3;
inline constexpr unsigned kMachineRiscv = 243;
inline constexpr std::uint32_t kFlagFloatAbi = 0x6;
inline constexpr std::uint32_t kSegmentLoad = 1, kSegmentDynamic = 2, kSegmentInterpreter = 3;
inline constexpr std::uint32_t kSegmentExecutable = 1;
inline constexpr std::uint32_t kSectionSymbols = 2;
inline constexpr unsigned kSymbolNoType = 0, kSymbolFunction = 2;
inline constexpr unsigned kFirstReservedSection = 0xff00;

}  // namespace weft::elf_layout
