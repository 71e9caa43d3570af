// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

#include "models/base/clock.h"
#include "models/npu/direct_bus.h"
#include "models/npu/npu.h"
#include "models/protocol/protocol.h"
#include "tests/unit/npu_wire.h"
#include "tests/unit/protocol_text.h"

namespace weft::test {

inline constexpr std::uint64_t kRing = npu_regs::kSramBase + 0x1000;
inline constexpr std::uint64_t kCompletions = npu_regs::kSramBase + 0x20000;
inline constexpr std::uint64_t kHbm = npu_regs::kHbmBase;
inline constexpr std::uint32_t kToken = 0xBEEF;

inline npu_regs::Descriptor descriptor(npu_regs::Op op, std::uint64_t local, std::uint64_t remote,
                                       std::uint64_t bytes, std::uint32_t cookie = 0) {
  npu_regs::Descriptor d;
  d.set_op(static_cast<unsigned>(op));
  d.set_local(local);
  d.set_remote(remote);
  d.set_bytes(bytes);
  d.set_token(op == npu_regs::Op::kReduce || op == npu_regs::Op::kFence ? 0 : kToken);
  d.set_cookie(cookie);
  return d;
}

struct PairOptions {
  NpuConfig config;
  Cycle delay = 40;
  Cycle window = 16;             ///< cycles, at most `delay`
  unsigned buffer_slots = 8192;  ///< receive buffer per VC
  unsigned ring_log2 = 6;
};

/// Two NPUs with a wire between them, and what a driver does.
class NpuPair {
 public:
  static constexpr unsigned kNpus = 2;

  explicit NpuPair(const PairOptions& options = {})
      : options_(options),
        protocol_(Protocol::parse(ofl_text(), "ofl.toml")),
        format_(protocol_),
        ports_{WirePort(options.delay, options.buffer_slots),
               WirePort(options.delay, options.buffer_slots)},
        buses_{DirectBus(options.config), DirectBus(options.config)} {
    for (unsigned i = 0; i < kNpus; ++i) {
      const NpuIdentity who{
          "npu" + std::to_string(i), node(i), static_cast<std::uint16_t>(i), {node(0), node(1)}};
      npus_[i] = std::make_unique<Npu>(options.config, who, format_, ports_[i], clock_, buses_[i]);
      set_up(i);
    }
  }

  static std::uint16_t node(unsigned npu) { return static_cast<std::uint16_t>(10 + 7 * npu); }
  static std::uint64_t remote(unsigned npu, std::uint64_t offset) {
    return FabricAddress{node(npu), offset}.pack();
  }

  Npu& npu(unsigned i) { return *npus_[i]; }
  WirePort& port(unsigned i) { return ports_[i]; }
  DirectBus& memory(unsigned i) { return buses_[i]; }
  const TxnFormat& format() const { return format_; }
  const Clock& clock() const { return clock_; }
  Time now() const { return clock_.edge(cycle_); }
  Cycle cycle() const { return cycle_; }

  void write_reg(unsigned i, std::uint32_t offset, std::uint64_t value) {
    if (!npu(i).mmio_write(now(), offset, 8, value)) throw std::runtime_error("write refused");
  }
  std::uint64_t read_reg(unsigned i, std::uint32_t offset) {
    std::uint64_t value = 0;
    if (!npu(i).mmio_read(now(), offset, 8, value)) throw std::runtime_error("read refused");
    return value;
  }

  /// Exports local memory of an NPU.
  void set_segment(unsigned i, unsigned index, std::uint64_t offset, std::uint64_t size,
                   std::uint64_t local, std::uint64_t ctrl = 7, std::uint32_t token = kToken) {
    write_reg(i, npu_regs::kSegSelOffset, index);
    write_reg(i, npu_regs::kSegOffsetOffset, offset);
    write_reg(i, npu_regs::kSegSizeOffset, size);
    write_reg(i, npu_regs::kSegLocalOffset, local);
    write_reg(i, npu_regs::kSegTokenOffset, token);
    write_reg(i, npu_regs::kSegCtrlOffset, ctrl);
  }

  /// Puts descriptors into the ring and rings the doorbell.
  void post(unsigned i, const std::vector<npu_regs::Descriptor>& descriptors) {
    for (const npu_regs::Descriptor& d : descriptors) put(i, d);
    ring(i);
  }
  void put(unsigned i, const npu_regs::Descriptor& d) {
    const std::uint64_t at = posted_[i]++ & ((1u << options_.ring_log2) - 1);
    poke(i, kRing + at * sizeof(d), bytes_of(d));
  }
  void ring(unsigned i) { write_reg(i, npu_regs::kDoorbellOffset, posted_[i]); }

  /// Completions that have come since the last call; checks their phase.
  std::vector<npu_regs::Completion> completions(unsigned i) {
    std::vector<npu_regs::Completion> made;
    const std::uint64_t tail = read_reg(i, npu_regs::kCplTailOffset);
    for (; seen_[i] != tail; ++seen_[i]) {
      npu_regs::Completion c;
      const std::uint64_t at = seen_[i] & ((1u << options_.ring_log2) - 1);
      buses_[i].peek(kCompletions + at * sizeof(c), bytes_of(c));
      if (c.phase() != ((seen_[i] >> options_.ring_log2 & 1) ^ 1)) {
        throw std::runtime_error("wrong phase");
      }
      made.push_back(c);
    }
    write_reg(i, npu_regs::kCplHeadOffset, seen_[i]);
    return made;
  }

  void poke(unsigned i, std::uint64_t address, std::span<const std::uint8_t> bytes) {
    if (!buses_[i].poke(address, bytes)) throw std::runtime_error("poke outside memory");
  }
  std::vector<std::uint8_t> peek(unsigned i, std::uint64_t address, std::size_t bytes) {
    std::vector<std::uint8_t> made(bytes);
    if (!buses_[i].peek(address, made)) throw std::runtime_error("peek outside memory");
    return made;
  }
  template <typename T>
  static std::span<std::uint8_t> bytes_of(T& value) {
    return {reinterpret_cast<std::uint8_t*>(&value), sizeof(T)};
  }
  template <typename T>
  static std::span<const std::uint8_t> bytes_of(const T& value) {
    return {reinterpret_cast<const std::uint8_t*>(&value), sizeof(T)};
  }

  /// One window.
  void step() {
    cycle_ += options_.window;
    for (auto& npu : npus_) npu->run(now());
    WirePort::exchange(ports_[0], ports_[1], cycle_);
  }
  void run_cycles(Cycle cycles) {
    for (const Cycle end = cycle_ + cycles; cycle_ < end;) step();
  }
  bool idle() const {
    return npus_[0]->idle() && npus_[1]->idle() && ports_[0].quiet() && ports_[1].quiet();
  }
  /// Until nothing is going on; false when that takes more than `limit` cycles.
  bool run(Cycle limit = 10'000'000) {
    const Cycle end = cycle_ + limit;
    do {
      step();
    } while (!idle() && cycle_ < end);
    return idle();
  }

  std::string digest() const {
    Digest digest;
    for (const auto& npu : npus_) npu->add_to_digest(digest);
    return digest.value().hex();
  }

 private:
  void set_up(unsigned i) {
    write_reg(i, npu_regs::kRingBaseOffset, kRing);
    write_reg(i, npu_regs::kRingLog2Offset, options_.ring_log2);
    write_reg(i, npu_regs::kCplBaseOffset, kCompletions);
    write_reg(i, npu_regs::kCplLog2Offset, options_.ring_log2);
    write_reg(i, npu_regs::kDmaCtrlOffset, npu_regs::kDmaCtrlEnableMask);
    set_segment(i, 0, 0, options_.config.hbm_size.bytes, kHbm);
  }

  PairOptions options_;
  Protocol protocol_;
  TxnFormat format_;
  Clock clock_ = Clock::for_beat(512, 800'000'000'000);
  std::array<WirePort, kNpus> ports_;
  std::array<DirectBus, kNpus> buses_;
  std::array<std::unique_ptr<Npu>, kNpus> npus_;
  std::array<std::uint32_t, kNpus> posted_{}, seen_{};
  Cycle cycle_ = 0;
};

/// `bytes` bytes that depend on `seed`.
inline std::vector<std::uint8_t> pattern(std::size_t bytes, std::uint64_t seed) {
  std::vector<std::uint8_t> made(bytes);
  std::uint64_t state = seed * 0x9E3779B97F4A7C15u + 1;
  for (std::uint8_t& byte : made) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    byte = static_cast<std::uint8_t>(state >> 56);
  }
  return made;
}

}  // namespace weft::test
