// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "models/core/core.h"
#include "tests/core/assembler.h"

namespace weft {

/// A bus with memory in 8-byte words at kAddress, kWindow bytes long, that remembers what it was
/// asked. Everything else faults.
class RecordingBus final : public CoreBus {
 public:
  static constexpr std::uint64_t kAddress = 0x1000'0000, kWindow = 0x1000;

  struct Call {
    char kind;  // 'l' or 's'
    std::uint64_t address;
    unsigned size;
    Time at;
    std::uint64_t value;
    bool operator==(const Call&) const = default;
  };

  BusResult load(std::uint64_t address, unsigned size, Time at, std::uint64_t& value) override {
    if (address - kAddress >= kWindow) return {false, {}};
    std::memcpy(&value, &bytes[address - kAddress], size);
    calls.push_back({'l', address, size, at, value});
    return {true, waited};
  }
  BusResult store(std::uint64_t address, unsigned size, Time at, std::uint64_t value) override {
    if (address - kAddress >= kWindow) return {false, {}};
    std::memcpy(&bytes[address - kAddress], &value, size);
    calls.push_back({'s', address, size, at, value});
    return {true, waited};
  }

  Time waited;
  std::vector<Call> calls;
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(kWindow);
};

/// A core with 64 KiB of SRAM, at 1 GHz: cycle n is nanosecond n.
class CoreMachine {
 public:
  static constexpr std::uint64_t kBase = 0x8000'0000, kSize = 0x1'0000;
  static constexpr std::uint64_t kData = kBase + 0x8000;

  explicit CoreMachine(const CoreConfig& config = {})
      : memory(kSize), core(config, memory, kBase, bus) {}

  /// Puts `program` at `at`, which nothing was executed from.
  void put(const rv_asm::Program& program, std::uint64_t at = kBase) {
    std::copy(program.bytes().begin(), program.bytes().end(),
              memory.begin() + static_cast<std::ptrdiff_t>(at - kBase));
  }
  void start(const rv_asm::Program& program) {
    put(program);
    core.reset(kBase);
  }
  /// Runs to `until`, whatever goes to the bus.
  void run(Time until) {
    while (core.next() < until) core.run(until);
  }
  /// One instruction, from the start: its operands in a1 and a2, its result in a0.
  std::uint64_t result(std::uint32_t bits, std::uint64_t a, std::uint64_t b = 0) {
    rv_asm::Program program;
    start(program(bits));
    core.set_reg(rv_asm::a1, a);
    core.set_reg(rv_asm::a2, b);
    run(Time::ns(1));
    return core.reg(rv_asm::a0);
  }
  template <class T>
  T read(std::uint64_t address) const {
    T value;
    std::memcpy(&value, &memory[address - kBase], sizeof(T));
    return value;
  }
  template <class T>
  void write(std::uint64_t address, T value) {
    std::memcpy(&memory[address - kBase], &value, sizeof(T));
    core.invalidate(address, sizeof(T));
  }
  std::uint64_t csr(unsigned number) const { return core.csr(number).value(); }

  RecordingBus bus;
  std::vector<std::uint8_t> memory;
  Core core;
};

}  // namespace weft
