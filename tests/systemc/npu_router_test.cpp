// SPDX-License-Identifier: Apache-2.0
#include "systemc/npu/npu_router.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "models/base/units.h"
#include "systemc/npu/npu_memory.h"
#include "tests/support/tlm_initiator.h"

namespace weft::sc {
namespace {

using test::TlmInitiator;

constexpr NpuMap kMap{0x1000, 0x1000, 0x8000, 0x4000, 0x10'0000, 0x10'0000};

/// The router between two initiators and three memories, one of which stands for the registers.
struct Bench {
  Bench() {
    sram.on_write([this](std::uint64_t at, std::uint64_t) { last_in_sram = at; });
    regs.on_write([this](std::uint64_t at, std::uint64_t) { last_in_regs = at; });
    device.socket.bind(router.device);
    core.socket.bind(router.core);
    router.sram.bind(sram.socket);
    router.hbm.bind(hbm.socket);
    router.regs.bind(regs.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  static MemoryTiming timing(unsigned ns) {
    use_femtoseconds();
    return MemoryTiming(Rate{64'000'000'000}, Time::ns(ns));
  }
  Sram sram{"sram", kMap.sram_size, timing(1)};
  Hbm hbm{"hbm", kMap.hbm_size, timing(2)};
  Sram regs{"regs", kMap.regs_size, timing(3)};
  NpuRouter router{"router", kMap};
  TlmInitiator device{"device"};
  TlmInitiator core{"core"};
  std::uint64_t last_in_sram = 0, last_in_regs = 0;
};

TEST(NpuRouter, CountsAddressesFromEachRegionsBeginning) {
  Bench bench;
  EXPECT_EQ(bench.device.write_word(Time(), 0x8010, 1).done, Time::ns(2));
  EXPECT_EQ(bench.last_in_sram, 0x10u);
  EXPECT_EQ(bench.device.write_word(Time::ns(9), 0x10'0020, 2).done, Time::ns(12));
  std::uint64_t word = 0;
  EXPECT_TRUE(bench.hbm.read(0x20, {reinterpret_cast<std::uint8_t*>(&word), 8}));
  EXPECT_EQ(word, 2u);
  EXPECT_EQ(bench.core.write_word(Time::ns(9), 0x1F00, 3).done, Time::ns(13));
  EXPECT_EQ(bench.last_in_regs, 0xF00u);
}

TEST(NpuRouter, PutsTheAddressBack) {
  Bench bench;
  bench.device.write_word(Time(), 0x8010, 1);
  EXPECT_EQ(bench.device.payload.get_address(), 0x8010u);
}

TEST(NpuRouter, KeepsTheRegistersFromTheDevice) {
  Bench bench;
  EXPECT_EQ(bench.device.write_word(Time(), 0x1000, 1).status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_TRUE(bench.core.write_word(Time(), 0x1000, 1).ok());
}

TEST(NpuRouter, RefusesHolesAndAccessesOverAnEdge) {
  Bench bench;
  const std::uint64_t addresses[] = {0,      0xFFF,  0x2000,    0x1FFC,    0x7FFF,
                                     0xBFFC, 0xC000, 0x1F'FFFC, 0x20'0000, ~std::uint64_t{3}};
  for (const std::uint64_t address : addresses) {
    EXPECT_EQ(bench.core.write_word(Time(), address, 1).status, tlm::TLM_ADDRESS_ERROR_RESPONSE)
        << std::hex << address;
  }
}

TEST(NpuRouter, MovesGrantedRangesToWhereTheInitiatorSeesThem) {
  Bench bench;
  std::vector<std::uint8_t> data(8);
  tlm::tlm_dmi dmi;
  bench.core.prepare(tlm::TLM_READ_COMMAND, 0x8100, data);
  ASSERT_TRUE(bench.core.socket->get_direct_mem_ptr(bench.core.payload, dmi));
  EXPECT_EQ(dmi.get_start_address(), 0x8000u);
  EXPECT_EQ(dmi.get_end_address(), 0xBFFFu);
  bench.core.prepare(tlm::TLM_READ_COMMAND, 0x4000, data);
  EXPECT_FALSE(bench.core.socket->get_direct_mem_ptr(bench.core.payload, dmi));
}

TEST(NpuRouter, HandsDebugAccessesOn) {
  Bench bench;
  bench.device.write_word(Time(), 0x10'0000, 0x55);
  std::vector<std::uint8_t> byte(1);
  EXPECT_EQ(bench.core.debug_read(0x10'0000, byte), 1u);
  EXPECT_EQ(byte[0], 0x55);
  EXPECT_EQ(bench.core.debug_read(0x4000, byte), 0u);
}

}  // namespace
}  // namespace weft::sc
