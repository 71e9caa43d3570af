// SPDX-License-Identifier: Apache-2.0
/// The shipped firmware on the cores of two linked NPUs.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/npu_pair.h"
#include "tests/support/script_agent.h"

namespace weft::sc {
namespace {

using test::NpuPair;
using test::ScriptAgent;

ElfImage firmware(const std::string& name) {
  const std::string path = std::string(WEFT_BUILD_DIR) + "/firmware/" + name + ".elf";
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
  return ElfImage::parse(bytes, name + ".elf");
}

/// Two NPUs that run an app, and a host at the mailbox of each.
struct Bench {
  explicit Bench(const std::string& app, const LinkWindowsConfig& windows = {})
      : image(firmware(app)), pair(app + std::to_string(windows.burst), windows) {
    for (unsigned side = 0; side < 2; ++side) {
      pair.node(side).load(image);
      pair.node(side).set_host(&hosts[side]);
    }
  }
  /// The next word for the host of `side` is kept in words[side].
  void expect_word(unsigned side) {
    hosts[side].on_irq([this, side](Time at, AgentBus& bus) {
      words[side].push_back({at, bus.read_reg(npu_regs::kHostRxOffset)});
    });
  }

  struct Word {
    Time at;
    std::uint64_t value;
    bool operator==(const Word&) const = default;
  };
  ElfImage image;
  NpuPair pair;
  ScriptAgent hosts[2];
  std::vector<Word> words[2];
};

constexpr std::uint64_t kReady = 1, kDone = 2, kArmed = 3;  // of firmware
constexpr std::uint64_t kGo = 2;                            // of the host

TEST(NpuFirmware, BootsAndSaysSo) {
  Bench bench("hello");
  for (unsigned side = 0; side < 2; ++side) bench.expect_word(side);
  sc_core::sc_start(to_sc(Time::us(20)));
  for (unsigned side = 0; side < 2; ++side) {
    ASSERT_EQ(bench.words[side].size(), 1u);
    EXPECT_EQ(bench.words[side][0].value, kReady);
    Npu& npu = bench.pair.node(side).npu();
    EXPECT_EQ(npu.fw_state(), npu_regs::FwStateState::kReady);
    EXPECT_EQ(bench.pair.node(side).stopped(), std::nullopt);
    const std::vector<ConsoleLine> lines = npu.take_console();
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].text, "hello from node " + std::to_string(side) + ", rank " +
                                 std::to_string(side) + " of 2");
    EXPECT_EQ(lines[1].text, "tick");
    EXPECT_GE(lines[1].at, bench.words[side][0].at + Time::us(1));
  }
}

TEST(NpuFirmware, SaysWhereItTrapped) {
  Bench bench("trap");
  sc_core::sc_start(to_sc(Time::us(20)));
  const auto why = bench.pair.node(0).stopped();
  ASSERT_TRUE(why.has_value());
  EXPECT_NE(why->find("illegal instruction at 0x8000"), std::string::npos) << *why;
  EXPECT_NE(why->find("(main"), std::string::npos) << *why;
  EXPECT_FALSE(bench.pair.node(0).core().halted()) << "it sleeps in its handler";
}

/// Sums of small integers, which need no rounding, over both nodes by the collective's firmware.
struct AllReduce {
  static constexpr std::uint64_t kElements = 10'001, kPieces = 3;
  static constexpr std::uint64_t kBuffer = npu_regs::kHbmBase + 0x10'0000;
  static constexpr std::uint64_t kStaging = npu_regs::kHbmBase + 0x80'0000;

  explicit AllReduce(const LinkWindowsConfig& windows = {}) : bench("collective", windows) {
    for (unsigned side = 0; side < 2; ++side) {
      put(side);
      bench.expect_word(side);
      bench.hosts[side].at(Time::us(5), send_job);
      bench.expect_word(side);
      bench.expect_word(side);
    }
  }
  static void send_job(Time, AgentBus& bus) {
    const std::uint64_t job[] = {
        1 | 1u << 8 | kPieces << 16, kBuffer, 4 * kElements, kStaging, 99, kGo};
    for (const std::uint64_t word : job) bus.write_reg(npu_regs::kHostTxOffset, word);
  }
  static std::int32_t element(unsigned side, std::uint64_t i) {
    return static_cast<std::int32_t>(i * 2'654'435'761u >> (side + 3));
  }
  void put(unsigned side) {
    std::vector<std::int32_t> data(kElements);
    for (std::uint64_t i = 0; i < kElements; ++i) data[i] = element(side, i);
    bench.pair.node(side).poke(
        kBuffer, {reinterpret_cast<const std::uint8_t*>(data.data()), 4 * data.size()});
  }
  std::uint64_t wrong(unsigned side) {
    std::vector<std::int32_t> data(kElements);
    bench.pair.node(side).peek(kBuffer,
                               {reinterpret_cast<std::uint8_t*>(data.data()), 4 * data.size()});
    std::uint64_t count = 0;
    for (std::uint64_t i = 0; i < kElements; ++i) {
      const auto sum =
          static_cast<std::uint32_t>(element(0, i)) + static_cast<std::uint32_t>(element(1, i));
      count += static_cast<std::uint32_t>(data[i]) != sum;
    }
    return count;
  }

  Bench bench;
};

TEST(NpuFirmware, ReducesOverBothNodes) {
  AllReduce run;
  sc_core::sc_start(to_sc(Time::us(60)));
  for (unsigned side = 0; side < 2; ++side) {
    ASSERT_EQ(run.bench.words[side].size(), 3u) << run.bench.pair.node(side).npu().pending();
    EXPECT_EQ(run.bench.words[side][0].value, kReady);
    EXPECT_EQ(run.bench.words[side][1].value, kArmed);
    EXPECT_EQ(run.bench.words[side][2].value, kDone);
    EXPECT_EQ(run.wrong(side), 0u);
    EXPECT_EQ(run.bench.pair.node(side).npu().counters().failed, 0u);
  }
}

TEST(NpuFirmware, DoesNotDependOnWindows) {
  LinkWindowsConfig windows[3];
  windows[0].burst = 1;
  windows[1].burst = 7;
  windows[2].burst = 16;
  windows[2].threads = 2;
  AllReduce first(windows[0]), second(windows[1]), third(windows[2]);
  sc_core::sc_start(to_sc(Time::us(60)));
  for (AllReduce* run : {&second, &third}) {
    EXPECT_EQ(run->bench.pair.digest(), first.bench.pair.digest());
    for (unsigned side = 0; side < 2; ++side) {
      ASSERT_EQ(run->bench.words[side].size(), 3u);
      EXPECT_EQ(run->bench.words[side], first.bench.words[side]);
      EXPECT_EQ(run->bench.pair.node(side).core().instructions(),
                first.bench.pair.node(side).core().instructions());
    }
  }
}

}  // namespace
}  // namespace weft::sc
