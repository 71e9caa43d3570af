// SPDX-License-Identifier: Apache-2.0
// How fast transfers go, and that they cost no heap.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "tests/unit/npu_pair.h"

namespace {
std::uint64_t allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* made = std::malloc(size)) return made;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
// Without optimisation g++ sees the free() and not that it belongs to the malloc() above.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void operator delete(void* at) noexcept { std::free(at); }
void operator delete(void* at, std::size_t) noexcept { std::free(at); }
#pragma GCC diagnostic pop

namespace weft {
namespace {

using namespace npu_regs;
using test::descriptor;
using test::kHbm;
using test::NpuPair;

/// A packet of 4096 bytes is 515 slots, eight to a cycle.
constexpr Cycle kPacketCycles = 65;
constexpr std::uint64_t kBytes = 4 << 20;
constexpr Cycle kPackets = kBytes / 4096;
/// There, memory, and back.
constexpr Cycle kRoundTrip = 3'000;

Cycle duration(NpuPair& pair) {
  EXPECT_TRUE(pair.run());
  return pair.cycle();
}

TEST(NpuRate, FillsTheLineWithWrites) {
  NpuPair pair;
  pair.post(0, {descriptor(Op::kWrite, kHbm, NpuPair::remote(1, 0), kBytes)});
  EXPECT_LE(duration(pair), kPackets * kPacketCycles + kRoundTrip);
}

TEST(NpuRate, FillsTheLineWithReads) {
  NpuPair pair;
  pair.post(0, {descriptor(Op::kRead, kHbm, NpuPair::remote(1, 0), kBytes)});
  EXPECT_LE(duration(pair), kPackets * kPacketCycles + kRoundTrip);
}

TEST(NpuRate, FillsTheLineBothWaysAtOnce) {
  NpuPair pair;
  for (unsigned i = 0; i < 2; ++i) {
    pair.post(i, {descriptor(Op::kWrite, kHbm, NpuPair::remote(1 - i, 1 << 24), kBytes)});
  }
  // Beside each data packet a response of three slots, which takes a cycle of its own.
  EXPECT_LE(duration(pair), kPackets * (kPacketCycles + 1) + kRoundTrip);
}

TEST(NpuRate, KeepsTheLineFullWhileItReduces) {
  NpuPair pair;
  std::vector<Descriptor> steps;
  constexpr std::uint64_t kPiece = kBytes / 16;
  for (std::uint64_t i = 0; i < 16; ++i) {
    const std::uint64_t at = i * kPiece;
    steps.push_back(descriptor(Op::kReduce, kHbm + at, kHbm + (1 << 24) + at, kPiece));
    steps.push_back(descriptor(Op::kWriteNotify, kHbm + at, NpuPair::remote(1, at), kPiece));
  }
  pair.post(0, steps);
  EXPECT_LE(duration(pair), kPackets * kPacketCycles + 2 * kRoundTrip);
}

TEST(NpuRate, IsThatOfTheMemoryWhenThatIsSlower) {
  test::PairOptions options;
  options.config.hbm_bandwidth = Rate{400'000'000'000};
  NpuPair pair(options);
  pair.post(0, {descriptor(Op::kWrite, kHbm, NpuPair::remote(1, 0), kBytes)});
  const Cycle took = duration(pair);
  EXPECT_GE(took, 2 * kPackets * 64);
  EXPECT_LE(took, 2 * kPackets * kPacketCycles + kRoundTrip);
}

/// A port that gives back each packet as if an NPU that does the same had sent it.
class Mirror final : public NodePort {
 public:
  static constexpr std::size_t kPackets = 64, kSlots = 515;

  Mirror(const TxnFormat& format, std::uint16_t own) : format_(format), own_(own) {
    for (auto& packet : packets_) packet.slots.resize(kSlots);
  }
  bool can_send(Cycle h, unsigned, unsigned) override { return h >= busy_ && used_ < kPackets; }
  Cycle next_room() const override { return busy_; }
  std::span<std::uint64_t> send(Cycle h, unsigned vc, unsigned slots) override {
    turn();
    Packet& packet = packets_[(first_ + used_++) % kPackets];
    busy_ = h + (slots + 7) / 8;
    packet.arrival = {busy_ + 100, vc, false, std::span(packet.slots).first(slots)};
    unturned_ = &packet;
    return std::span(packet.slots).first(slots);
  }
  const Arrival* arrival() override {
    turn();
    return used_ == 0 ? nullptr : &packets_[first_].arrival;
  }
  void take() override {
    first_ = (first_ + 1) % kPackets;
    --used_;
  }
  void free(Cycle, unsigned, unsigned) override {}

 private:
  struct Packet {
    Arrival arrival;
    std::vector<std::uint64_t> slots;
  };
  void turn() {
    if (unturned_ == nullptr) return;
    TxnHeader header;
    EXPECT_TRUE(format_.decode(unturned_->arrival.slots, header));
    std::swap(header.dst, header.src);
    EXPECT_EQ(header.dst, own_);
    format_.encode(header, unturned_->slots);
    unturned_ = nullptr;
  }

  const TxnFormat& format_;
  std::uint16_t own_;
  std::array<Packet, kPackets> packets_;
  std::size_t first_ = 0, used_ = 0;
  Cycle busy_ = 0;
  Packet* unturned_ = nullptr;
};

TEST(NpuRate, TakesNoHeapPerPacket) {
  const Protocol protocol = Protocol::parse(ofl_text(), "ofl.toml");
  const TxnFormat format(protocol);
  const Clock clock = Clock::for_beat(512, 800'000'000'000);
  Mirror port(format, 3);
  const NpuConfig config;
  DirectBus bus(config);
  Npu npu(config, {"npu0", 3, 0, {3, 4}}, format, port, clock, bus);
  const auto write = [&](std::uint32_t offset, std::uint64_t value) {
    ASSERT_TRUE(npu.mmio_write(Time(), offset, 8, value));
  };
  write(kRingBaseOffset, test::kRing);
  write(kRingLog2Offset, 6);
  write(kCplBaseOffset, test::kCompletions);
  write(kCplLog2Offset, 6);
  write(kSegSizeOffset, 1 << 30);
  write(kSegLocalOffset, kHbm);
  write(kSegTokenOffset, test::kToken);
  write(kSegCtrlOffset, 7);
  write(kDmaCtrlOffset, kDmaCtrlEnableMask);
  for (std::uint64_t i = 0; i < 12; ++i) {
    const Op op = i % 3 == 0 ? Op::kWriteNotify : i % 3 == 1 ? Op::kRead : Op::kReduce;
    const std::uint64_t second =
        op == Op::kReduce ? kHbm + (1 << 20) : weft::FabricAddress{4, 1 << 19}.pack();
    const Descriptor d = descriptor(op, kHbm, second, 300'000);
    bus.poke(test::kRing + i * sizeof(d), NpuPair::bytes_of(d));
  }
  write(kDoorbellOffset, 12);
  Time until;
  while (npu.counters().completions < 4) npu.run(until += Time::us(1));
  const std::uint64_t packets = npu.counters().issued;
  const std::uint64_t before = allocations;
  while (npu.counters().completions < 12) npu.run(until += Time::us(1));
  EXPECT_EQ(allocations, before);
  EXPECT_GT(npu.counters().issued, packets + 200);
  EXPECT_TRUE(npu.idle());
  EXPECT_LT(npu.memory_bytes(), 600'000u);
}

}  // namespace
}  // namespace weft
