// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/memory/memory_timing.h"
#include "models/memory/sparse_memory.h"
#include "models/npu/direct_bus.h"
#include "tests/unit/npu_pair.h"

namespace weft {
namespace {

TEST(SparseMemory, ReadsZeroWhereNothingWasWrittenAndTakesNoRoomForIt) {
  SparseMemory memory(std::uint64_t{16} << 30);
  std::vector<std::uint8_t> bytes(200'000, 1);
  ASSERT_TRUE(memory.read((std::uint64_t{15} << 30) - 100'000, bytes));
  EXPECT_EQ(bytes, std::vector<std::uint8_t>(200'000));
  EXPECT_EQ(memory.resident_bytes(), 0u);
  EXPECT_LT(memory.memory_bytes(), 20'000u);
  ASSERT_TRUE(memory.write(SparseMemory::kPageBytes - 1, std::span(bytes).first(2)));
  EXPECT_EQ(memory.resident_bytes(), 2 * SparseMemory::kPageBytes);
}

TEST(SparseMemory, RefusesWhatIsNotAllInside) {
  SparseMemory memory(100'000);
  std::vector<std::uint8_t> bytes(10, 7);
  EXPECT_TRUE(memory.write(99'990, bytes));
  EXPECT_FALSE(memory.write(99'991, bytes));
  EXPECT_FALSE(memory.read(99'991, bytes));
  EXPECT_FALSE(memory.read(~std::uint64_t{0} - 4, bytes));
  EXPECT_TRUE(memory.read(100'000, std::span(bytes).first(0)));
  EXPECT_EQ(memory.page(99'999).size(), 100'000 - SparseMemory::kPageBytes);
}

TEST(SparseMemory, GivesPagesThatStayWhereTheyAre) {
  SparseMemory memory(std::uint64_t{1} << 30);
  const std::span<std::uint8_t> page = memory.page(70'000);
  page[70'000 - SparseMemory::kPageBytes] = 9;
  for (std::uint64_t at = 0; at < (1u << 30); at += 1 << 24) memory.page(at);
  std::uint8_t byte = 0;
  ASSERT_TRUE(memory.read(70'000, {&byte, 1}));
  EXPECT_EQ(byte, 9);
  EXPECT_EQ(memory.page(70'000).data(), page.data());
}

RC_GTEST_PROP(SparseMemories, KeepWhatWasWritten, ()) {
  constexpr std::uint64_t kSize = 300'000;
  SparseMemory memory(kSize);
  std::vector<std::uint8_t> plain(kSize);
  for (int i = 0; i < 10; ++i) {
    const std::uint64_t at = *rc::gen::inRange<std::uint64_t>(0, kSize);
    const std::uint64_t bytes = *rc::gen::inRange<std::uint64_t>(0, kSize - at + 1);
    const auto data = test::pattern(bytes, at);
    RC_ASSERT(memory.write(at, data));
    std::copy(data.begin(), data.end(), plain.begin() + static_cast<std::ptrdiff_t>(at));
  }
  std::vector<std::uint8_t> all(kSize);
  RC_ASSERT(memory.read(0, all));
  RC_ASSERT(all == plain);
}

TEST(MemoryTiming, AddsLatencyToTheTimeOnTheBus) {
  MemoryTiming timing(Rate{8'000'000'000'000}, Time::ns(100));  // 1 byte per ps
  EXPECT_EQ(timing.access(Time::ns(1), 4096), Time::ns(101) + Time::ps(4096));
  EXPECT_EQ(timing.busy_until(), Time::ns(1) + Time::ps(4096));
}

TEST(MemoryTiming, KeepsAccessesApartOnTheBusAndOverlapsTheirLatency) {
  MemoryTiming timing(Rate{8'000'000'000'000}, Time::ns(100));
  EXPECT_EQ(timing.access(Time(), 1000), Time::ns(101));
  EXPECT_EQ(timing.access(Time(), 1000), Time::ns(102));
  EXPECT_EQ(timing.access(Time::ns(50), 1000), Time::ns(151));
}

TEST(MemoryTiming, RoundsUp) {
  MemoryTiming timing(Rate{3'000'000'000'000'000}, Time());
  EXPECT_EQ(timing.on_bus(1), Time::from_fs(3));  // 8/3
  EXPECT_EQ(timing.on_bus(3), Time::from_fs(8));
}

TEST(DirectBus, TellsSramFromHbmAndBothFromNothing) {
  const NpuConfig config;
  DirectBus bus(config);
  std::vector<std::uint8_t> bytes(8, 5);
  bool ok = false;
  EXPECT_EQ(bus.write(Time(), npu_regs::kSramBase, bytes, ok),
            config.sram_latency + MemoryTiming(config.sram_bandwidth, Time()).on_bus(8));
  EXPECT_TRUE(ok);
  bus.write(Time(), npu_regs::kHbmBase + config.hbm_size.bytes - 8, bytes, ok);
  EXPECT_TRUE(ok);
  for (const std::uint64_t address :
       {std::uint64_t{0}, npu_regs::kSramBase - 1, npu_regs::kSramBase + config.sram_size.bytes - 7,
        npu_regs::kHbmBase - 1, npu_regs::kHbmBase + config.hbm_size.bytes - 7}) {
    EXPECT_EQ(bus.read(Time::ns(7), address, bytes, ok), Time::ns(7)) << address;
    EXPECT_FALSE(ok) << address;
  }
}

}  // namespace
}  // namespace weft
