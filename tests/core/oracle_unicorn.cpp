// SPDX-License-Identifier: Apache-2.0
/// Executes RISC-V instructions with the Unicorn engine, as told by lines on standard input. A
/// program of its own: Unicorn is GPL-2 and nothing of Weft is linked here.
///
///     map BASE SIZE              memory, zero; once, first. All numbers are hexadecimal
///     mem ADDRESS HEXBYTES
///     regs PC X1 ... X31
///     run N ADDRESS SIZE         N instructions, fewer if one traps; answers
///                                "ok|trap PC X1 ... X31 HASH", the hash that of SIZE bytes there
#include <unicorn/unicorn.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

/// FNV-1a.
std::uint64_t hash(const std::vector<std::uint8_t>& bytes) {
  std::uint64_t h = 0xcbf2'9ce4'8422'2325;
  for (const std::uint8_t byte : bytes) h = (h ^ byte) * 0x100'0000'01b3;
  return h;
}

class Machine {
 public:
  Machine() { check(uc_open(UC_ARCH_RISCV, UC_MODE_RISCV64, &uc_), "uc_open"); }
  ~Machine() { uc_close(uc_); }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  void execute(std::istringstream& line) {
    std::string command;
    line >> command >> std::hex;
    if (command == "map") {
      map(line);
    } else if (command == "mem") {
      write_memory(line);
    } else if (command == "regs") {
      write_registers(line);
    } else if (command == "run") {
      run(line);
    } else {
      fail("no such command: " + command);
    }
  }

 private:
  [[noreturn]] static void fail(const std::string& what) {
    std::cerr << "oracle_unicorn: " << what << "\n";
    std::exit(1);
  }
  static void check(uc_err error, const char* what) {
    if (error != UC_ERR_OK) fail(std::string(what) + ": " + uc_strerror(error));
  }
  static std::uint64_t number(std::istringstream& line) {
    std::uint64_t value = 0;
    if (!(line >> value)) fail("a number is missing: " + line.str().substr(0, 80));
    return value;
  }
  static int register_id(unsigned i) { return static_cast<int>(UC_RISCV_REG_X0 + i); }

  void map(std::istringstream& line) {
    const std::uint64_t base = number(line), size = number(line);
    check(uc_mem_map(uc_, base, size, UC_PROT_ALL), "uc_mem_map");
  }
  void write_memory(std::istringstream& line) {
    const std::uint64_t address = number(line);
    std::string text;
    line >> text;
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
      bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
    }
    check(uc_mem_write(uc_, address, bytes.data(), bytes.size()), "uc_mem_write");
    // What was translated from there, or ahead of there, is not forgotten by itself.
    check(uc_ctl_remove_cache(uc_, address, address + bytes.size()), "uc_ctl_remove_cache");
  }
  void write_registers(std::istringstream& line) {
    std::uint64_t value = number(line);
    check(uc_reg_write(uc_, UC_RISCV_REG_PC, &value), "uc_reg_write");
    for (unsigned i = 1; i < 32; ++i) {
      value = number(line);
      check(uc_reg_write(uc_, register_id(i), &value), "uc_reg_write");
    }
  }
  std::uint64_t pc() const {
    std::uint64_t value = 0;
    check(uc_reg_read(uc_, UC_RISCV_REG_PC, &value), "uc_reg_read");
    return value;
  }
  std::vector<std::uint8_t> memory(std::uint64_t address, std::uint64_t size) const {
    std::vector<std::uint8_t> bytes(size);
    check(uc_mem_read(uc_, address, bytes.data(), size), "uc_mem_read");
    return bytes;
  }
  void run(std::istringstream& line) {
    const std::uint64_t count = number(line), address = number(line), size = number(line);
    const uc_err error = uc_emu_start(uc_, pc(), 0, 0, count);
    std::printf("%s %llx", error == UC_ERR_OK ? "ok" : "trap",
                static_cast<unsigned long long>(pc()));
    for (unsigned i = 1; i < 32; ++i) {
      std::uint64_t value = 0;
      check(uc_reg_read(uc_, register_id(i), &value), "uc_reg_read");
      std::printf(" %llx", static_cast<unsigned long long>(value));
    }
    std::printf(" %llx\n", static_cast<unsigned long long>(hash(memory(address, size))));
    std::fflush(stdout);
  }

  uc_engine* uc_ = nullptr;
};

}  // namespace

int main() {
  Machine machine;
  for (std::string text; std::getline(std::cin, text);) {
    std::istringstream line(text);
    machine.execute(line);
  }
  return 0;
}
