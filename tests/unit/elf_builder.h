// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "models/elf/elf_layout.h"

namespace weft {

/// An ELF file to be changed and written: what it says and what is in it need not agree.
class ElfBuilder {
 public:
  using Bytes = std::vector<std::uint8_t>;

  elf_layout::FileHeader header{};
  std::vector<elf_layout::ProgramHeader> programs;

  ElfBuilder() {
    const std::uint8_t ident[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    std::memcpy(header.ident, ident, sizeof(ident));
    header.type = 2;
    header.machine = 243;
    header.version = 1;
    header.entry = 0x8000'0000;
    header.flags = 1;
    header.ehsize = 64;
    header.phentsize = 56;
    header.shentsize = 64;
  }

  /// A segment to load with `bytes`, flags 1 execute, 2 write, 4 read.
  ElfBuilder& segment(std::uint64_t address, const Bytes& bytes, std::uint64_t size,
                      std::uint32_t flags) {
    programs.push_back({1, flags, 0, address, address, bytes.size(), size, 4});
    contents_.push_back(bytes);
    return *this;
  }
  /// `type`: 0 a label, 1 an object, 2 a function.
  ElfBuilder& symbol(const std::string& name, std::uint64_t address, std::uint64_t size,
                     std::uint8_t type) {
    symbols_.push_back({static_cast<std::uint32_t>(names_.size()), type, 0, 1, address, size});
    names_ += name + '\0';
    return *this;
  }

  Bytes build() const {
    elf_layout::FileHeader head = header;
    head.phoff = sizeof(head);
    head.phnum = static_cast<std::uint16_t>(programs.size());
    std::uint64_t at = head.phoff + programs.size() * sizeof(elf_layout::ProgramHeader);
    Bytes programs_bytes, contents;
    for (std::size_t i = 0; i < programs.size(); ++i) {
      elf_layout::ProgramHeader program = programs[i];
      if (program.offset == 0) program.offset = at + contents.size();
      append(programs_bytes, program);
      if (i < contents_.size()) append_bytes(contents, contents_[i]);
    }
    at += contents.size();
    Bytes sections;
    if (!symbols_.empty()) {
      Bytes table;
      for (const elf_layout::SymbolEntry& entry : symbols_) append(table, entry);
      const std::uint64_t names_at = at + table.size();
      head.shoff = names_at + names_.size();
      head.shnum = 3;
      append(sections, elf_layout::SectionHeader{});
      append(sections, elf_layout::SectionHeader{0, 2, 0, 0, at, table.size(), 2, 0, 8, 24});
      append(sections, elf_layout::SectionHeader{0, 3, 0, 0, names_at, names_.size(), 0, 0, 1, 0});
      append_bytes(contents, table);
      append_bytes(contents, Bytes(names_.begin(), names_.end()));
    }
    Bytes file;
    append(file, head);
    append_bytes(file, programs_bytes);
    append_bytes(file, contents);
    append_bytes(file, sections);
    return file;
  }

 private:
  template <class T>
  static void append(Bytes& to, const T& value) {
    const std::size_t at = to.size();
    to.resize(at + sizeof(T));
    std::memcpy(&to[at], &value, sizeof(T));
  }
  static void append_bytes(Bytes& to, const Bytes& bytes) {
    for (const std::uint8_t byte : bytes) to.push_back(byte);
  }

  std::vector<Bytes> contents_;
  std::vector<elf_layout::SymbolEntry> symbols_;
  std::string names_ = std::string(1, '\0');
};

}  // namespace weft
