// SPDX-License-Identifier: Apache-2.0
// The linked firmware on the core's model, with registers that answer.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "models/core/core.h"
#include "models/elf/elf.h"
#include "tests/firmware/drivers.h"
#include "tests/firmware/mock_npu.h"
#include "tests/firmware/ring_oracle.h"

namespace weft::firmware_test {
namespace {

constexpr Time kRegisterAccess = Time::ns(20);
constexpr Time kLimit = Time::ms(10);

/// The registers of a mock on a core's bus.
class MockBus : public CoreBus {
 public:
  explicit MockBus(MockNpu& npu) : npu_(npu) {}

  BusResult load(std::uint64_t address, unsigned size, Time, std::uint64_t& value) override {
    try {
      value = npu_.read(address);
      return {size == 8, kRegisterAccess};
    } catch (const std::out_of_range&) {
      return {false};
    }
  }
  BusResult store(std::uint64_t address, unsigned size, Time, std::uint64_t value) override {
    try {
      npu_.write(address, value);
      return {size == 8, kRegisterAccess};
    } catch (const std::out_of_range&) {
      return {false};
    }
  }

 private:
  MockNpu& npu_;
};

class Firmware : public testing::Test {
 protected:
  Firmware() : sram_(256 << 10), bus_(npu_), core_({}, sram_, WEFT_NPU_SRAM_BASE, bus_) {
    npu_.memory = [this](std::uint64_t address) { return &sram_.at(address - WEFT_NPU_SRAM_BASE); };
    be(0, 1);
  }

  void be(unsigned rank, unsigned ranks) {
    npu_.registers[WEFT_NPU_REGS_BASE + WEFT_NPU_NODE_OFFSET] = kFirstNode + rank;
    npu_.registers[WEFT_NPU_REGS_BASE + WEFT_NPU_GROUP_OFFSET] = rank | ranks << 16;
    npu_.peers.clear();
    for (unsigned i = 0; i < ranks; ++i) {
      npu_.peers.push_back(static_cast<std::uint16_t>(kFirstNode + i));
    }
  }

  void start(const std::string& app) {
    const std::string path = std::string(WEFT_BUILD_DIR) + "/firmware/" + app + ".elf";
    std::ifstream in(path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    elf_ = ElfImage::parse({data, bytes.size()}, path);
    elf_.load_into(sram_, WEFT_NPU_SRAM_BASE);
    core_.reset(elf_.entry());
    run();
  }

  /// Until nothing is left to happen and the core sleeps.
  void run() {
    Time now;
    for (bool more = true; more;) {
      core_.set_external_irq(npu_.irq(), now);
      if (core_.next() < kLimit) {
        core_.run(kLimit);
        now = std::max(now, core_.next().is_never() ? now : core_.next());
      } else {
        more = !core_.halted() && npu_.something_happens();
      }
    }
    EXPECT_FALSE(core_.halted());
    EXPECT_TRUE(core_.waiting());
    EXPECT_TRUE(core_.next().is_never());
  }

  std::uint64_t reg(std::uint64_t offset) { return npu_.registers[WEFT_NPU_REGS_BASE + offset]; }
  std::uint64_t state() { return reg(WEFT_NPU_FW_STATE_OFFSET); }

  std::vector<std::uint8_t> sram_;
  MockNpu npu_;
  MockBus bus_;
  Core core_;
  ElfImage elf_;
};

TEST_F(Firmware, HelloSaysWhoItIsAndTicks) {
  be(2, 4);
  start("hello");
  EXPECT_EQ(npu_.console, "hello from node 102, rank 2 of 4\ntick\n");
  EXPECT_EQ(npu_.to_host, std::deque<std::uint64_t>{WEFT_NPU_FW_MSG_READY});
  EXPECT_EQ(state(), WEFT_NPU_FW_STATE_STATE_READY);
}

TEST_F(Firmware, IllegalInstructionIsFatal) {
  start("trap");
  EXPECT_EQ(state(), WEFT_NPU_FW_STATE_STATE_FATAL);
  EXPECT_EQ(reg(WEFT_NPU_FW_CAUSE_OFFSET), 2u);
  EXPECT_EQ(reg(WEFT_NPU_FW_TVAL_OFFSET), 0xffffffffu);
  EXPECT_EQ(elf_.symbol_at(reg(WEFT_NPU_FW_PC_OFFSET)).substr(0, 4), "main");
  EXPECT_EQ(npu_.console.rfind("fatal: unexpected trap, cause 0x2 pc 0x800", 0), 0u);
  EXPECT_EQ(npu_.console.back(), '\n');
}

TEST_F(Firmware, StoreToNowhereIsFatal) {
  start("wild");
  EXPECT_EQ(state(), WEFT_NPU_FW_STATE_STATE_FATAL);
  EXPECT_EQ(reg(WEFT_NPU_FW_CAUSE_OFFSET), 7u);
  EXPECT_EQ(reg(WEFT_NPU_FW_TVAL_OFFSET), 0x40000000u);
}

TEST_F(Firmware, SilentIsReadyAndNeverAnswers) {
  start("silent");
  npu_.from_host = {1, 2, 3, 4, 5};
  run();
  EXPECT_EQ(state(), WEFT_NPU_FW_STATE_STATE_READY);
  EXPECT_EQ(npu_.to_host.size(), 1u);
  EXPECT_EQ(npu_.from_host.size(), 5u);
}

class CollectiveFirmware : public Firmware {
 protected:
  static constexpr RingPlaces kPlaces{WEFT_NPU_HBM_BASE, WEFT_NPU_HBM_BASE + 0x4000000, 0x1234};

  void give(std::uint64_t elements, unsigned pieces, unsigned dtype = WEFT_NPU_DTYPE_INT32) {
    const std::uint64_t head = NPU_PUT(WEFT_NPU_HOST_MSG_JOB, JOB_MSG) | NPU_PUT(dtype, JOB_DTYPE) |
                               NPU_PUT(pieces, JOB_PIECES);
    npu_.from_host.insert(npu_.from_host.end(),
                          {head, kPlaces.buffer, elements * 4, kPlaces.staging, kPlaces.token});
    if (pieces != 0) npu_.from_host.push_back(WEFT_NPU_HOST_MSG_GO);
  }

  void expect_job(std::size_t first, unsigned n, unsigned r, std::uint64_t elements,
                  unsigned pieces) {
    const auto list = ring_entries(n, r, elements, pieces);
    ASSERT_GE(npu_.posted.size(), first + list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
      ASSERT_EQ(npu_.posted[first + i].words,
                ring_words(list[i], static_cast<unsigned>(i), kPlaces))
          << "descriptor " << i;
    }
  }

  void expect_notifications(unsigned n, unsigned r, std::uint64_t elements, unsigned pieces) {
    for (const unsigned id : ring_arrivals(n, r, elements, pieces)) {
      npu_.notifications.push_back(id);
    }
  }
};

TEST_F(CollectiveFirmware, DoesTwoJobsThatAreGivenAtOnce) {
  be(3, 5);
  start("collective");
  give(1003, 3);
  give(9, 20);
  expect_notifications(5, 3, 1003, 3);
  expect_notifications(5, 3, 9, 20);
  run();
  EXPECT_EQ(npu_.to_host, (std::deque<std::uint64_t>{WEFT_NPU_FW_MSG_READY, WEFT_NPU_FW_MSG_ARMED,
                                                     WEFT_NPU_FW_MSG_DONE, WEFT_NPU_FW_MSG_ARMED,
                                                     WEFT_NPU_FW_MSG_DONE}));
  const std::size_t first = ring_entries(5, 3, 1003, 3).size();
  expect_job(0, 5, 3, 1003, 3);
  expect_job(first, 5, 3, 9, 20);
  EXPECT_EQ(npu_.posted.size(), first + ring_entries(5, 3, 9, 20).size());
  EXPECT_TRUE(npu_.notifications.empty());
}

TEST_F(CollectiveFirmware, AnswersWithTheFirstBadStatus) {
  be(0, 4);
  start("collective");
  npu_.bad_status = {{1, WEFT_NPU_STATUS_NO_PERMISSION}, {2, WEFT_NPU_STATUS_POISONED}};
  give(4096, 2);
  give(4096, 0);
  run();
  EXPECT_EQ(npu_.to_host, (std::deque<std::uint64_t>{
                              WEFT_NPU_FW_MSG_READY, WEFT_NPU_FW_MSG_ARMED,
                              WEFT_NPU_FW_MSG_DONE | WEFT_NPU_STATUS_NO_PERMISSION << 8,
                              WEFT_NPU_FW_MSG_DONE | WEFT_NPU_STATUS_BAD_DESCRIPTOR << 8}));
}

TEST_F(CollectiveFirmware, RefusesWhatIsNoJobAndIsDoneAtOnceAlone) {
  be(0, 1);
  start("collective");
  npu_.from_host = {0x77, 0, 0, 0, 0};
  give(4096, 2);
  run();
  EXPECT_EQ(npu_.to_host,
            (std::deque<std::uint64_t>{WEFT_NPU_FW_MSG_READY,
                                       WEFT_NPU_FW_MSG_DONE | WEFT_NPU_STATUS_UNSUPPORTED << 8,
                                       WEFT_NPU_FW_MSG_ARMED, WEFT_NPU_FW_MSG_DONE}));
  EXPECT_TRUE(npu_.posted.empty());
}

TEST_F(CollectiveFirmware, TakesAtMost300InstructionsForAStep) {
  be(7, 64);
  start("collective");
  const auto instructions = [&](unsigned pieces) {
    const std::uint64_t before = core_.instructions();
    give(64 * 1024, pieces);
    expect_notifications(64, 7, 64 * 1024, pieces);
    run();
    return core_.instructions() - before;
  };
  const std::uint64_t one = instructions(1);
  const std::uint64_t five = instructions(5);
  const unsigned steps = 2 * 63;
  std::cout << "64 ranks: " << one / steps << " instructions for a step of 1 piece, "
            << (five - one) / steps / 4 << " for a further piece\n";
  EXPECT_EQ(npu_.to_host.back(), std::uint64_t{WEFT_NPU_FW_MSG_DONE});
  EXPECT_LE(one / steps, 300u);
}

}  // namespace
}  // namespace weft::firmware_test
