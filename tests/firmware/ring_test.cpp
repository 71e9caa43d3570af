// SPDX-License-Identifier: Apache-2.0
// The firmware "collective" on models of core and NPU, with data, over a fabric without faults.
#include <gtest/gtest.h>

#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "models/npu/npu_regs.h"
#include "tests/firmware/ring_machine.h"

namespace weft::firmware_test {
namespace {

constexpr std::uint64_t kBuffer = npu_regs::kHbmBase + 0x40;
constexpr std::uint64_t kStaging = npu_regs::kHbmBase + 0x1000000;
constexpr std::uint64_t kDone = 2;
constexpr auto kArmed = static_cast<std::uint64_t>(npu_regs::FwMsg::kArmed);
constexpr auto kGo = static_cast<std::uint64_t>(npu_regs::HostMsg::kGo);

struct Job {
  std::uint64_t elements;
  unsigned pieces = 1;
  npu_regs::Dtype dtype = npu_regs::Dtype::kInt32;
  std::uint32_t token = 77;
  std::uint64_t buffer = kBuffer;
};

template <typename T>
T number(unsigned rank, std::uint64_t element) {
  return static_cast<T>((rank + 1) * 1000 + element % 997);  // sums are exact in fp32 too
}

template <typename T>
void fill(RingMachine& machine, const Job& job) {
  for (unsigned rank = 0; rank < machine.ranks(); ++rank) {
    std::vector<T> data;
    for (std::uint64_t i = 0; i < job.elements; ++i) {
      data.push_back(number<T>(rank, i));
    }
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(data.data());
    ASSERT_TRUE(machine.node(rank).hbm().poke(kBuffer, {bytes, data.size() * sizeof(T)}));
  }
}

void give(RingNode& node, const Job& job) {
  node.give(1 | std::uint64_t{static_cast<unsigned>(job.dtype)} << 8 |
            std::uint64_t{job.pieces} << 16);
  node.give(job.buffer);
  node.give(job.elements * 4);
  node.give(kStaging);
  node.give(job.token);
}

/// All ranks are armed, and may start.
void go(RingMachine& machine) {
  EXPECT_EQ(machine.answers(Time::us(100)), std::vector<std::uint64_t>(machine.ranks(), kArmed));
  for (unsigned rank = 0; rank < machine.ranks(); ++rank) machine.node(rank).give(kGo);
}

template <typename T>
void expect_sums(RingMachine& machine, const Job& job) {
  for (unsigned rank = 0; rank < machine.ranks(); ++rank) {
    std::vector<T> data(job.elements);
    auto* bytes = reinterpret_cast<std::uint8_t*>(data.data());
    ASSERT_TRUE(machine.node(rank).hbm().peek(kBuffer, {bytes, data.size() * sizeof(T)}));
    for (std::uint64_t i = 0; i < job.elements; ++i) {
      T sum = 0;
      for (unsigned r = 0; r < machine.ranks(); ++r) {
        sum += number<T>(r, i);
      }
      ASSERT_EQ(data[i], sum) << "rank " << rank << " element " << i;
    }
  }
}

template <typename T>
void run_job(RingMachine& machine, const Job& job) {
  SCOPED_TRACE(std::to_string(machine.ranks()) + " ranks, " + std::to_string(job.elements) +
               " elements, " + std::to_string(job.pieces) + " pieces");
  fill<T>(machine, job);
  const Time start = machine.now();
  for (unsigned rank = 0; rank < machine.ranks(); ++rank) {
    give(machine.node(rank), job);
  }
  go(machine);
  const auto answers = machine.answers(Time::ms(2));
  EXPECT_EQ(answers, std::vector<std::uint64_t>(machine.ranks(), kDone));
  std::cout << machine.ranks() << " ranks, " << job.elements << " elements, " << job.pieces
            << " pieces: " << (machine.now() - start).fs() / 1'000'000 << " ns\n";
  expect_sums<T>(machine, job);
}

void boot(RingMachine& machine) {
  EXPECT_EQ(machine.answers(Time::us(100)), std::vector<std::uint64_t>(machine.ranks(), 1));
}

TEST(Ring, SumsUpOnAllRanks) {
  for (const unsigned ranks : {2u, 3u, 5u, 8u}) {
    RingMachine machine(ranks, "collective");
    boot(machine);
    run_job<std::uint32_t>(machine, {4096 * ranks, 1});
    run_job<std::uint32_t>(machine, {4099, 4});
    run_job<float>(machine, {20011, 3, npu_regs::Dtype::kFp32});
    run_job<std::uint32_t>(machine, {3, 5});
    run_job<float>(machine, {20011, 40, npu_regs::Dtype::kFp32});
    for (unsigned rank = 0; rank < ranks; ++rank) {
      EXPECT_EQ(machine.node(rank).npu().fw_state(), npu_regs::FwStateState::kReady);
      EXPECT_TRUE(machine.node(rank).npu().idle());
    }
    if (HasFailure()) {
      return;
    }
  }
}

TEST(Ring, AnswersWithTheStatusOfAPeerThatRefuses) {
  RingMachine machine(3, "collective");
  boot(machine);
  for (unsigned rank = 0; rank < 3; ++rank) {
    give(machine.node(rank), {3000, 2, npu_regs::Dtype::kInt32, 100 + rank});
  }
  go(machine);
  EXPECT_EQ(machine.answers(Time::us(100)), std::vector<std::uint64_t>(3, kDone | 5 << 8));
}

TEST(Ring, AnswersWhenTheBufferIsNotInMemory) {
  RingMachine machine(3, "collective");
  boot(machine);
  for (unsigned rank = 0; rank < 3; ++rank) {
    Job job{3000, 2};
    job.buffer = npu_regs::kHbmBase + (std::uint64_t{16} << 30) - 64;
    give(machine.node(rank), job);
  }
  go(machine);
  EXPECT_EQ(machine.answers(Time::us(100)), std::vector<std::uint64_t>(3, kDone | 2 << 8));
}

}  // namespace
}  // namespace weft::firmware_test
