// SPDX-License-Identifier: Apache-2.0
#include "models/elf/elf.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "models/base/error.h"
#include "models/base/text.h"
#include "models/base/units.h"
#include "models/core/hex.h"
#include "models/elf/elf_layout.h"

namespace weft {
namespace {

using namespace elf_layout;

constexpr std::uint64_t kMaxSegment = std::uint64_t{1} << 30;
constexpr std::size_t kMaxSymbols = 1'000'000;

/// The bytes of a file, read with every bound checked.
class Reader {
 public:
  Reader(std::span<const std::uint8_t> bytes, const std::string& file)
      : bytes_(bytes), file_(file) {}

  [[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) const {
    throw InputError({file_, 0, 0}, "", what, hint);
  }

  std::size_t size() const { return bytes_.size(); }

  /// `what` names the part for the message.
  std::span<const std::uint8_t> part(std::uint64_t offset, std::uint64_t size,
                                     const std::string& what) const {
    if (offset > bytes_.size() || size > bytes_.size() - offset) {
      refuse("the file is cut off: " + what + " ends at byte " + sum_text(offset, size) +
                 ", the file has " + std::to_string(bytes_.size()),
             "copy or build it again");
    }
    return bytes_.subspan(offset, size);
  }

  template <class T>
  T at(std::uint64_t offset, const std::string& what) const {
    T value;
    std::memcpy(&value, part(offset, sizeof(T), what).data(), sizeof(T));
    return value;
  }

 private:
  static std::string sum_text(std::uint64_t a, std::uint64_t b) {
    return a > ~b ? "2^64 or more" : std::to_string(a + b);
  }

  std::span<const std::uint8_t> bytes_;
  const std::string& file_;
};

std::string machine_name(unsigned machine) {
  switch (machine) {
    case 3:
      return "x86 (32 bits)";
    case 8:
      return "MIPS";
    case 20:
      return "PowerPC";
    case 21:
      return "PowerPC 64";
    case 40:
      return "ARM";
    case 62:
      return "x86-64";
    case 183:
      return "ARM 64";
    case 243:
      return "RISC-V";
    case 258:
      return "LoongArch";
    default:
      return "another machine";
  }
}

void check_ident(const Reader& reader) {
  static constexpr std::uint8_t kMagic[] = {0x7f, 'E', 'L', 'F'};
  const auto ident = reader.part(0, std::min<std::size_t>(reader.size(), 16), "");
  if (ident.size() < 4 || !std::equal(kMagic, kMagic + 4, ident.begin())) {
    reader.refuse("not an ELF file",
                  "firmware is an executable of a RISC-V 64 linker, not a raw "
                  "image or a source file");
  }
  reader.part(0, 16, "its header");
  if (ident[4] == 1) {
    reader.refuse("a 32-bit ELF file, one of 64 bits is wanted",
                  "compile with -march=rv64imac -mabi=lp64");
  }
  if (ident[4] != 2) reader.refuse("its class is neither 32 nor 64 bits");
  if (ident[5] != 1) reader.refuse("not little-endian");
}

FileHeader read_header(const Reader& reader) {
  check_ident(reader);
  const auto header = reader.at<FileHeader>(0, "its header");
  if (header.machine != kMachineRiscv) {
    reader.refuse("built for " + machine_name(header.machine) + " (machine " +
                      std::to_string(header.machine) + "), a RISC-V 64 program is wanted",
                  "compile with riscv64-unknown-elf-gcc");
  }
  if (header.type == kTypeRelocatable) {
    reader.refuse("an object file, not an executable", "link it");
  }
  if (header.type == kTypeShared) {
    reader.refuse("position independent or a shared library, an executable is wanted",
                  "link with -static and -no-pie");
  }
  if (header.type != kTypeExecutable) {
    reader.refuse("not an executable (type " + std::to_string(header.type) + ")");
  }
  if ((header.flags & kFlagFloatAbi) != 0) {
    reader.refuse("passes floating-point numbers in registers that the core does not have",
                  "compile with -march=rv64imac -mabi=lp64");
  }
  if (header.phnum == 0) reader.refuse("no program headers: nothing to load", "link it");
  if (header.phentsize != sizeof(ProgramHeader)) {
    reader.refuse("its program headers have " + std::to_string(header.phentsize) +
                  " bytes each, 56 are wanted");
  }
  return header;
}

ElfImage::Segment read_segment(const Reader& reader, const ProgramHeader& program) {
  const std::string what = "segment at " + to_hex(program.paddr);
  if (program.filesz > program.memsz) {
    reader.refuse(what + " has more bytes in the file than in memory");
  }
  if (program.memsz > kMaxSegment) {
    reader.refuse(what + " is larger than 1GiB (" + std::to_string(program.memsz) + " bytes)");
  }
  if (program.paddr > ~program.memsz) reader.refuse(what + " goes beyond the last address");
  const auto bytes = reader.part(program.offset, program.filesz, what);
  return {program.paddr,
          program.memsz,
          (program.flags & kSegmentExecutable) != 0,
          {bytes.begin(), bytes.end()}};
}

void check_segments(const Reader& reader, const std::vector<ElfImage::Segment>& segments,
                    std::uint64_t entry) {
  if (segments.empty()) reader.refuse("no segment to load", "link it");
  for (std::size_t i = 1; i < segments.size(); ++i) {
    const ElfImage::Segment& before = segments[i - 1];
    if (before.address + before.size > segments[i].address) {
      reader.refuse("segments at " + to_hex(before.address) + " and " +
                    to_hex(segments[i].address) + " overlap");
    }
  }
  const auto holds_entry = [&](const ElfImage::Segment& segment) {
    return segment.executable && entry - segment.address < segment.size;
  };
  if (std::none_of(segments.begin(), segments.end(), holds_entry) || entry % 2 != 0) {
    reader.refuse("its entry " + to_hex(entry) + " is in no executable segment",
                  "name the entry in the linker script: ENTRY(_start)");
  }
}

/// The text that starts at `offset` in `strings`; empty when it does not end there.
std::string_view string_at(std::span<const std::uint8_t> strings, std::uint32_t offset) {
  if (offset >= strings.size()) return {};
  const auto from = strings.begin() + offset;
  const auto end = std::find(from, strings.end(), 0);
  if (end == strings.end()) return {};
  return {reinterpret_cast<const char*>(&*from), static_cast<std::size_t>(end - from)};
}

bool is_label(const SymbolEntry& entry, std::string_view name) {
  const unsigned type = entry.info & 15;
  // "$x" and ".L" are marks of the assembler.
  return (type == kSymbolFunction || type == kSymbolNoType) && entry.section != 0 &&
         entry.section < kFirstReservedSection && !name.empty() && name[0] != '$' && name[0] != '.';
}

std::vector<ElfImage::Symbol> read_symbols(const Reader& reader, const SectionHeader& table,
                                           const SectionHeader& names) {
  const auto entries = reader.part(table.offset, table.size, "the table of symbols");
  const auto strings = reader.part(names.offset, names.size, "the names of symbols");
  if (entries.size() / sizeof(SymbolEntry) > kMaxSymbols) {
    reader.refuse("more than " + std::to_string(kMaxSymbols) + " symbols");
  }
  std::vector<ElfImage::Symbol> symbols;
  for (std::size_t at = 0; at + sizeof(SymbolEntry) <= entries.size(); at += sizeof(SymbolEntry)) {
    SymbolEntry entry;
    std::memcpy(&entry, &entries[at], sizeof(entry));
    const std::string_view name = string_at(strings, entry.name);
    if (is_label(entry, name)) symbols.push_back({entry.value, entry.size, printable(name)});
  }
  return symbols;
}

/// Those of the first table; a file without sections has none.
std::vector<ElfImage::Symbol> find_symbols(const Reader& reader, const FileHeader& header) {
  if (header.shnum == 0 || header.shentsize != sizeof(SectionHeader)) return {};
  reader.part(header.shoff, header.shnum * sizeof(SectionHeader), "the table of sections");
  const auto section = [&](std::size_t i) {
    const std::uint64_t offset = header.shoff + i * sizeof(SectionHeader);
    return reader.at<SectionHeader>(offset, "the table of sections");
  };
  for (std::size_t i = 0; i < header.shnum; ++i) {
    const SectionHeader table = section(i);
    if (table.type == kSectionSymbols && table.link < header.shnum) {
      return read_symbols(reader, table, section(table.link));
    }
  }
  return {};
}

}  // namespace

ElfImage ElfImage::parse(std::span<const std::uint8_t> bytes, const std::string& file) {
  ElfImage image;
  image.file_ = file;
  const Reader reader(bytes, image.file_);
  const FileHeader header = read_header(reader);
  reader.part(header.phoff, header.phnum * sizeof(ProgramHeader), "the table of segments");
  image.entry_ = header.entry;
  for (std::size_t i = 0; i < header.phnum; ++i) {
    const std::uint64_t offset = header.phoff + i * sizeof(ProgramHeader);
    const auto program = reader.at<ProgramHeader>(offset, "the table of segments");
    if (program.type == kSegmentLoad && program.memsz != 0) {
      image.segments_.push_back(read_segment(reader, program));
    }
    if (program.type == kSegmentInterpreter || program.type == kSegmentDynamic) {
      reader.refuse("dynamically linked, a static executable is wanted", "link with -static");
    }
  }
  const auto by_address = [](const auto& a, const auto& b) { return a.address < b.address; };
  std::stable_sort(image.segments_.begin(), image.segments_.end(), by_address);
  check_segments(reader, image.segments_, image.entry_);
  image.symbols_ = find_symbols(reader, header);
  std::stable_sort(image.symbols_.begin(), image.symbols_.end(), by_address);
  return image;
}

std::string ElfImage::symbol_at(std::uint64_t pc) const {
  const auto holds = [&](const Segment& segment) { return pc - segment.address < segment.size; };
  const auto segment = std::find_if(segments_.begin(), segments_.end(), holds);
  const auto after =
      std::upper_bound(symbols_.begin(), symbols_.end(), pc,
                       [](std::uint64_t a, const Symbol& symbol) { return a < symbol.address; });
  if (segment == segments_.end() || after == symbols_.begin()) return "";
  auto symbol = std::prev(after);
  if (symbol->address < segment->address) return "";
  // Of several at one place a function, which has a size, says more than a mark.
  for (auto s = symbol; s->address == symbol->address; --s) {
    if (s->size > symbol->size) symbol = s;
    if (s == symbols_.begin()) break;
  }
  const std::uint64_t distance = pc - symbol->address;
  return distance == 0 ? symbol->name : symbol->name + "+" + to_hex(distance);
}

void ElfImage::load_into(std::span<std::uint8_t> memory, std::uint64_t base) const {
  for (const Segment& segment : segments_) {
    const std::uint64_t offset = segment.address - base;
    if (offset > memory.size() || segment.size > memory.size() - offset) {
      throw InputError({file_, 0, 0}, "",
                       "segment " + to_hex(segment.address) + " .. " +
                           to_hex(segment.address + segment.size) + " does not fit the memory at " +
                           to_hex(base) + " of " + format_bytes(memory.size()),
                       segment.address < base || offset >= memory.size()
                           ? "link the program for " + to_hex(base)
                           : "make the memory larger or the program smaller");
    }
  }
  for (const Segment& segment : segments_) {
    const auto to = memory.begin() + static_cast<std::ptrdiff_t>(segment.address - base);
    const auto end = std::copy(segment.bytes.begin(), segment.bytes.end(), to);
    std::fill(end, to + static_cast<std::ptrdiff_t>(segment.size), std::uint8_t{0});
  }
}

}  // namespace weft
