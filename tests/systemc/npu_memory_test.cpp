// SPDX-License-Identifier: Apache-2.0
#include "systemc/npu/npu_memory.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <numeric>
#include <vector>

#include "models/base/units.h"
#include "tests/support/tlm_initiator.h"

namespace weft::sc {
namespace {

using test::TlmInitiator;

constexpr std::uint64_t kSize = 1 << 20;
constexpr Time kLatency = Time::ns(100);

/// 8 bytes per ns.
MemoryTiming timing() { return MemoryTiming(Rate{64'000'000'000}, kLatency); }

std::vector<std::uint8_t> counting(std::size_t bytes) {
  std::vector<std::uint8_t> data(bytes);
  std::iota(data.begin(), data.end(), std::uint8_t{1});
  return data;
}

/// A memory and an initiator that is bound to it.
template <typename Memory>
struct Bench {
  Bench() {
    use_femtoseconds();
    memory = std::make_unique<Memory>("memory", kSize, timing());
    initiator = std::make_unique<TlmInitiator>("initiator");
    initiator->socket.bind(memory->socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  std::unique_ptr<Memory> memory;
  std::unique_ptr<TlmInitiator> initiator;
};

TEST(NpuMemory, ReturnsWhatWasWritten) {
  Bench<Hbm> bench;
  const std::vector<std::uint8_t> data = counting(200'000);
  EXPECT_TRUE(bench.initiator->write(Time(), 12'345, data).ok());
  std::vector<std::uint8_t> back(data.size());
  EXPECT_TRUE(bench.initiator->read(Time::us(50), 12'345, back).ok());
  EXPECT_EQ(back, data);
}

TEST(NpuMemory, AnnotatesBandwidthAndLatency) {
  Bench<Hbm> bench;
  std::vector<std::uint8_t> data(4096);
  EXPECT_EQ(bench.initiator->read(Time::ns(7), 0, data).done, Time::ns(7 + 512) + kLatency);
}

TEST(NpuMemory, LetsTheSecondAccessWaitForTheDataOfTheFirst) {
  Bench<Hbm> bench;
  std::vector<std::uint8_t> data(4096);
  bench.initiator->read(Time::ns(0), 0, data);
  EXPECT_EQ(bench.initiator->write(Time::ns(12), 0, data).done, Time::ns(1024) + kLatency);
}

TEST(NpuMemory, CountsTimeFromTheKernels) {
  Bench<Hbm> bench;
  sc_core::sc_start(to_sc(Time::us(3)));
  std::vector<std::uint8_t> data(8);
  EXPECT_EQ(bench.initiator->read(Time::us(3), 0, data).done, Time::us(3) + Time::ns(1) + kLatency);
}

TEST(NpuMemory, RefusesAnAccessThatIsNotWhollyInside) {
  Bench<Hbm> bench;
  std::vector<std::uint8_t> data = counting(16);
  const auto answer = bench.initiator->write(Time::ns(5), kSize - 8, data);
  EXPECT_EQ(answer.status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(answer.done, Time::ns(5));
  EXPECT_EQ(bench.initiator->read(Time::ns(5), ~std::uint64_t{0}, data).status,
            tlm::TLM_ADDRESS_ERROR_RESPONSE);
  std::array<std::uint8_t, 8> last{};
  bench.initiator->read(Time::ns(6), kSize - 8, last);
  EXPECT_EQ(last, (std::array<std::uint8_t, 8>{})) << "a part was written";
}

TEST(NpuMemory, RefusesByteEnablesAndStreaming) {
  Bench<Hbm> bench;
  std::vector<std::uint8_t> data(16);
  std::uint8_t enable = 0xFF;
  bench.initiator->prepare(tlm::TLM_READ_COMMAND, 0, data);
  bench.initiator->payload.set_byte_enable_ptr(&enable);
  EXPECT_EQ(bench.initiator->send(Time()).status, tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  bench.initiator->prepare(tlm::TLM_READ_COMMAND, 0, data);
  bench.initiator->payload.set_streaming_width(8);
  EXPECT_EQ(bench.initiator->send(Time()).status, tlm::TLM_BURST_ERROR_RESPONSE);
}

TEST(NpuMemory, GivesItsPagesToDirectAccess) {
  Bench<Hbm> bench;
  std::vector<std::uint8_t> data = counting(4);
  bench.initiator->write(Time(), 2 * SparseMemory::kPageBytes + 40, data);
  EXPECT_TRUE(bench.initiator->payload.is_dmi_allowed());
  tlm::tlm_dmi dmi;
  bench.initiator->prepare(tlm::TLM_READ_COMMAND, 2 * SparseMemory::kPageBytes + 99, data);
  ASSERT_TRUE(bench.initiator->socket->get_direct_mem_ptr(bench.initiator->payload, dmi));
  EXPECT_TRUE(dmi.is_read_write_allowed());
  EXPECT_EQ(dmi.get_start_address(), 2 * SparseMemory::kPageBytes);
  EXPECT_EQ(dmi.get_end_address(), 3 * SparseMemory::kPageBytes - 1);
  EXPECT_EQ(from_sc(dmi.get_read_latency()), Time::ns(1) + kLatency);
  EXPECT_EQ(dmi.get_dmi_ptr()[40], 1);
  dmi.get_dmi_ptr()[41] = 77;
  bench.initiator->read(Time::us(1), 2 * SparseMemory::kPageBytes + 41, {data.data(), 1});
  EXPECT_EQ(data[0], 77);
}

TEST(NpuMemory, GivesNoDirectAccessBeyondItsEnd) {
  Bench<Hbm> bench;
  std::vector<std::uint8_t> data(4);
  tlm::tlm_dmi dmi;
  bench.initiator->prepare(tlm::TLM_READ_COMMAND, kSize, data);
  EXPECT_FALSE(bench.initiator->socket->get_direct_mem_ptr(bench.initiator->payload, dmi));
}

TEST(NpuMemory, AnswersDebugAccessesWithoutTime) {
  Bench<Hbm> bench;
  const std::vector<std::uint8_t> data = counting(8);
  bench.initiator->write(Time(), 64, data);
  std::vector<std::uint8_t> back(8);
  EXPECT_EQ(bench.initiator->debug_read(64, back), 8u);
  EXPECT_EQ(back, data);
  EXPECT_EQ(bench.initiator->debug_read(kSize - 4, back), 0u);
}

TEST(NpuMemory, TellsOfWritesToTheSram) {
  Bench<Sram> bench;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> told;
  bench.memory->on_write([&](std::uint64_t at, std::uint64_t bytes) {
    told.push_back({at, bytes});
  });
  std::vector<std::uint8_t> data = counting(24);
  EXPECT_EQ(bench.initiator->write(Time(), 100, data).done, Time::ns(3) + kLatency);
  EXPECT_FALSE(bench.initiator->write(Time::ns(9), kSize - 8, data).ok());
  bench.initiator->read(Time::ns(9), 0, data);
  EXPECT_EQ(told, (std::vector<std::pair<std::uint64_t, std::uint64_t>>{{100, 24}}));
  EXPECT_EQ(bench.memory->bytes()[100], 1);
}

TEST(NpuMemory, GivesTheSramForReadingAlone) {
  Bench<Sram> bench;
  std::vector<std::uint8_t> data(4);
  tlm::tlm_dmi dmi;
  bench.initiator->prepare(tlm::TLM_WRITE_COMMAND, 0, data);
  EXPECT_FALSE(bench.initiator->socket->get_direct_mem_ptr(bench.initiator->payload, dmi));
  bench.initiator->prepare(tlm::TLM_READ_COMMAND, 0, data);
  ASSERT_TRUE(bench.initiator->socket->get_direct_mem_ptr(bench.initiator->payload, dmi));
  EXPECT_FALSE(dmi.is_write_allowed());
  EXPECT_EQ(dmi.get_dmi_ptr(), bench.memory->bytes().data());
}

}  // namespace
}  // namespace weft::sc
