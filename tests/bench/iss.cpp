// SPDX-License-Identifier: Apache-2.0
/// How many instructions per second the management core executes.
#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "models/core/core.h"
#include "tests/bench/bench.h"
#include "tests/core/assembler.h"

namespace weft::bench {

namespace {

using namespace rv_asm;  // NOLINT

constexpr std::uint64_t kBase = 0x8000'0000;
constexpr std::size_t kSram = 256 * 1024;
constexpr std::uint64_t kData = 0x10000, kCopy = 0x18000;  // offsets in the SRAM
constexpr std::uint64_t kMatrices = 0x20000, kResult = 0x3fff8;
constexpr unsigned kBytes = 4096, kSide = 16;

/// Nothing is outside the SRAM.
class NoBus final : public CoreBus {
 public:
  BusResult load(std::uint64_t, unsigned, Time, std::uint64_t&) override { return {false, {}}; }
  BusResult store(std::uint64_t, unsigned, Time, std::uint64_t) override { return {false, {}}; }
};

using Memory = std::vector<std::uint8_t>;

Memory data() {
  Memory memory(kSram);
  for (std::size_t i = kData; i < kData + 2 * kBytes; ++i) {
    memory[i] = static_cast<std::uint8_t>(i * 167 + (i >> 8));
  }
  for (std::size_t i = 0; i < 2 * kSide * kSide; ++i) {
    const auto value = static_cast<std::uint32_t>(i * 2'654'435'761u >> 7);
    std::memcpy(&memory[kMatrices + 4 * i], &value, 4);
  }
  return memory;
}

// Three kernels, each as instructions and as the C++ that a compiler would make them from. All
// leave what they computed in s1 (result), which starts as the number of the round.

/// FNV-1a over kBytes bytes.
void add_hash(Program& p) {
  p.li(t0, kBase + kData).li(t1, kBase + kData + kBytes).li(t2, 0x100'0000'01b3);
  const std::size_t loop = p.here();
  p(lbu(t3, 0, t0))(xor_(s1, s1, t3))(mul(s1, s1, t2))(addi(t0, t0, 1));
  p.back(bltu(t0, t1, 0), loop);
}
std::uint64_t native_hash(const Memory& memory, std::uint64_t result) {
  for (std::size_t i = 0; i < kBytes; ++i) {
    result = (result ^ memory[kData + i]) * 0x100'0000'01b3;
  }
  return result;
}

/// Copies 2 * kBytes bytes, 16 at a time, and adds up the words.
void add_copy(Program& p) {
  p.li(t0, kBase + kData).li(t1, kBase + kData + 2 * kBytes).li(t2, kBase + kCopy);
  const std::size_t loop = p.here();
  p(ld(t3, 0, t0))(ld(t4, 8, t0))(sd(t3, 0, t2))(sd(t4, 8, t2))(add(s1, s1, t3))(add(s1, s1, t4));
  p(addi(t0, t0, 16))(addi(t2, t2, 16));
  p.back(bltu(t0, t1, 0), loop);
}
std::uint64_t native_copy(Memory& memory, std::uint64_t result) {
  for (std::size_t i = 0; i < 2 * kBytes; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, &memory[kData + i], 8);
    std::memcpy(&memory[kCopy + i], &word, 8);
    result += word;
  }
  return result;
}

/// Adds up the elements of the product of two matrices of 32-bit integers.
void add_matmul(Program& p) {
  const std::uint64_t a = kBase + kMatrices, b = a + 4 * kSide * kSide;
  p.li(t0, a).li(s2, b);  // t0: row of a, s2: end of a
  const std::size_t rows = p.here();
  p.li(t1, b).li(s3, b + 4 * kSide);  // t1: column of b, s3: end of its first row
  const std::size_t columns = p.here();
  p(addi(t2, t0, 0))(addi(t3, t1, 0))(addi(t4, t0, 4 * kSide)).li(t5, 0);
  const std::size_t inner = p.here();
  p(lw(a0, 0, t2))(lw(a1, 0, t3))(mulw(a0, a0, a1))(addw(t5, t5, a0));
  p(addi(t2, t2, 4))(addi(t3, t3, 4 * kSide));
  p.back(bne(t2, t4, 0), inner);
  p(add(s1, s1, t5))(addi(t1, t1, 4));
  p.back(bne(t1, s3, 0), columns);
  p(addi(t0, t0, 4 * kSide));
  p.back(bne(t0, s2, 0), rows);
}
std::uint64_t native_matmul(const Memory& memory, std::uint64_t result) {
  std::array<std::uint32_t, 2 * kSide * kSide> m;
  std::memcpy(m.data(), &memory[kMatrices], sizeof(m));
  for (unsigned row = 0; row < kSide; ++row) {
    for (unsigned column = 0; column < kSide; ++column) {
      std::uint32_t sum = 0;
      for (unsigned k = 0; k < kSide; ++k) {
        sum += m[row * kSide + k] * m[(kSide + k) * kSide + column];
      }
      result += static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(sum)});
    }
  }
  return result;
}

struct Kernel {
  const char* name;
  void (*add)(Program&);
  std::uint64_t (*native)(Memory&, std::uint64_t);
};
constexpr Kernel kKernels[] = {
    {"hash", add_hash, [](Memory& m, std::uint64_t r) { return native_hash(m, r); }},
    {"copy", add_copy, native_copy},
    {"matmul", add_matmul, [](Memory& m, std::uint64_t r) { return native_matmul(m, r); }},
};

/// `rounds` times all `kernels`; the result is stored at kResult, then the core waits for ever.
Program program(std::span<const Kernel> kernels, std::uint64_t rounds) {
  Program p;
  p.li(s0, rounds).li(s1, 1);
  const std::size_t loop = p.here();
  for (const Kernel& kernel : kernels) kernel.add(p);
  p(addi(s0, s0, -1));
  const std::size_t done = p.forward(beq(s0, zero, 0));
  p.back(jal(zero, 0), loop);
  p.bind(done);
  p.li(t0, kBase + kResult)(sd(s1, 0, t0))(kWfi);
  return p;
}

struct Run {
  double instructions_per_s;
  double native_per_s;  // the same work natively, counted in instructions of the core
  std::uint64_t instructions;
  bool agrees;
};

Run run_once(std::span<const Kernel> kernels, std::uint64_t rounds) {
  Memory memory = data();
  const Program p = program(kernels, rounds);
  std::copy(p.bytes().begin(), p.bytes().end(), memory.begin());
  NoBus bus;
  Core core(CoreConfig{}, memory, kBase, bus);
  core.reset(kBase);
  double before = thread_cpu_seconds();
  core.run(Time::max());
  const double core_s = thread_cpu_seconds() - before;

  std::uint64_t got = 0;
  std::memcpy(&got, &memory[kResult], 8);
  std::uint64_t expected = 1;
  before = thread_cpu_seconds();
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (const Kernel& kernel : kernels) expected = kernel.native(memory, expected);
  }
  const double native_s = thread_cpu_seconds() - before;
  const auto work = static_cast<double>(core.instructions());
  return {work / core_s, work / native_s, core.instructions(),
          got == expected && core.waiting() && !core.halted()};
}

void measure(Reporter& reporter, std::span<const Kernel> kernels, const std::string& name,
             std::uint64_t rounds) {
  constexpr unsigned kRepeats = 5;
  std::vector<double> rates, natives;
  Run run{};
  for (unsigned repeat = 0; repeat < kRepeats; ++repeat) {
    run = run_once(kernels, rounds);
    if (!run.agrees) reporter.fail(name + ": the core's result is wrong");
    rates.push_back(run.instructions_per_s / 1e6);
    natives.push_back(run.native_per_s / 1e6);
  }
  const double rate = median(rates);
  reporter.say(name + ": " + std::to_string(run.instructions) + " instructions, " +
               std::to_string(1e3 / rate) + " ns each");
  reporter.metric(name == "all" ? "minstr_per_s" : "minstr_per_s_" + name, rate, "M/s",
                  {"the same work compiled natively, M instructions/s", median(natives)});
}

}  // namespace

void run_iss(Reporter& reporter, std::span<const std::string_view>) {
  for (const Kernel& kernel : kKernels) measure(reporter, {&kernel, 1}, kernel.name, 2000);
  measure(reporter, kKernels, "all", 2000);
}

}  // namespace weft::bench
