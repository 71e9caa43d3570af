// SPDX-License-Identifier: Apache-2.0
// The descriptors of the app "collective" against the definition of the algorithm.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "tests/firmware/drivers.h"
#include "tests/firmware/mock_npu.h"
#include "tests/firmware/ring_oracle.h"

extern "C" {
#include "firmware/apps/collective/allreduce.h"
}

namespace weft::firmware_test {
namespace {

std::uint8_t arm_and_run(const allreduce_group& group, const allreduce_job& job) {
  const std::uint8_t refused = allreduce_arm(&job);
  return refused != WEFT_NPU_STATUS_OK ? refused : allreduce_run(&group, &job);
}

constexpr RingPlaces kPlaces{WEFT_NPU_HBM_BASE + 0x10000, WEFT_NPU_HBM_BASE + 0x2000000,
                             0xC0FFEE01};

allreduce_group group_of(unsigned n, unsigned r) {
  return {.rank = static_cast<std::uint16_t>(r),
          .ranks = static_cast<std::uint16_t>(n),
          .next = static_cast<std::uint16_t>(kFirstNode + (r + 1) % n)};
}

allreduce_job job_of(std::uint64_t elements, unsigned pieces) {
  return {.dtype = WEFT_NPU_DTYPE_INT32,
          .pieces = static_cast<std::uint16_t>(pieces),
          .buffer = kPlaces.buffer,
          .bytes = elements * 4,
          .staging = kPlaces.staging,
          .token = kPlaces.token};
}

/// What the firmware may have rung when `counts` notifications of the job have come.
std::size_t allowed(const std::vector<RingEntry>& list, std::array<std::uint64_t, 2> counts) {
  std::size_t n = 0;
  while (n < list.size() && counts[0] >= list[n].needs[0] && counts[1] >= list[n].needs[1]) {
    ++n;
  }
  return n;
}

/// Runs one job and compares all that was posted. `before` are the notifications of earlier jobs.
void run_and_compare(MockNpu& npu, unsigned n, unsigned r, std::uint64_t elements, unsigned pieces,
                     std::array<std::uint64_t, 2>& before) {
  SCOPED_TRACE("n " + std::to_string(n) + " r " + std::to_string(r) + " elements " +
               std::to_string(elements) + " pieces " + std::to_string(pieces));
  const auto list = ring_entries(n, r, elements, pieces);
  const std::size_t first = npu.posted.size();
  for (const unsigned id : ring_arrivals(n, r, elements, pieces)) {
    npu.notifications.push_back(id);
  }
  bool lazy = false;
  npu.on_sleep = [&] {
    const std::array<std::uint64_t, 2> counts{npu.notified(0) - before[0],
                                              npu.notified(1) - before[1]};
    lazy |= !npu.is_eager() && npu.completed == npu.posted.size() &&
            npu.posted.size() - first != allowed(list, counts);
  };
  const auto group = group_of(n, r);
  const auto job = job_of(elements, pieces);
  ASSERT_EQ(arm_and_run(group, job), WEFT_NPU_STATUS_OK);
  npu.on_sleep = nullptr;
  EXPECT_FALSE(lazy) << "slept while something could be sent";
  EXPECT_TRUE(npu.notifications.empty());
  EXPECT_EQ(npu.completed, npu.posted.size());
  ASSERT_EQ(npu.posted.size() - first, list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Posted& posted = npu.posted[first + i];
    ASSERT_EQ(posted.words, ring_words(list[i], static_cast<unsigned>(i), kPlaces))
        << "descriptor " << i;
    ASSERT_GE(posted.reduced - before[0], list[i].needs[0]) << "too early: descriptor " << i;
    ASSERT_GE(posted.finished - before[1], list[i].needs[1]) << "too early: descriptor " << i;
  }
  const auto used = ring_notifications(n, r, elements, pieces);
  before = {before[0] + used[0], before[1] + used[1]};
}

void compare_all(bool eager) {
  for (unsigned n = 2; n <= 9; ++n) {
    for (unsigned r = 0; r < n; ++r) {
      MockNpu npu(eager);
      allreduce_init();
      irq_init();
      std::array<std::uint64_t, 2> before{};
      for (unsigned pieces = 1; pieces <= 5; ++pieces) {
        for (const std::uint64_t elements : {1u, 3u, 7u, 17u, 64u, 101u, 1023u}) {
          run_and_compare(npu, n, r, elements, pieces, before);
          if (testing::Test::HasFailure()) {
            return;
          }
        }
      }
    }
  }
}

TEST(RingOracle, AddsUpForAllSizes) {
  for (unsigned n = 2; n <= 9; ++n) {
    for (unsigned pieces = 1; pieces <= 5; ++pieces) {
      for (const std::uint64_t elements : {1u, 3u, 7u, 17u, 64u, 101u, 1023u}) {
        ASSERT_TRUE(ring_adds_up(n, elements, pieces)) << n << " " << elements << " " << pieces;
      }
    }
  }
}

TEST(Collective, PostsTheDescriptorsOfTheDefinitionWhenEverythingComesLate) { compare_all(false); }

TEST(Collective, PostsTheDescriptorsOfTheDefinitionWhateverComesFirst) { compare_all(true); }

TEST(Collective, SendsMoreThanTheRingHolds) {
  for (const bool eager : {false, true}) {
    MockNpu npu(eager);
    allreduce_init();
    irq_init();
    std::array<std::uint64_t, 2> before{};
    run_and_compare(npu, 16, 11, 16 * 200 + 5, 100, before);
    EXPECT_GT(npu.posted.size(), 4000u);
    run_and_compare(npu, 64, 11, 64 * 200 + 5, 3, before);
  }
}

TEST(Collective, RingsOnceForAReduceAndItsWrite) {
  MockNpu npu;
  allreduce_init();
  irq_init();
  std::array<std::uint64_t, 2> before{};
  run_and_compare(npu, 8, 3, 4096, 1, before);
  EXPECT_EQ(npu.posted.size(), 7u + 6 + 7 + 1);
  EXPECT_EQ(npu.doorbells, 14u);
}

TEST(Collective, TakesAFewRegisterAccessesForAStep) {
  MockNpu npu;
  allreduce_init();
  irq_init();
  std::array<std::uint64_t, 2> before{};
  const auto count = [&](unsigned n) {
    const std::size_t start = npu.register_accesses;
    run_and_compare(npu, n, 0, 4096 * n, 1, before);
    return npu.register_accesses - start;
  };
  const std::size_t few = count(4);
  const std::size_t many = count(36);
  // A step with a sleep: doorbell, count, clear, count; and now and then the completions' head.
  EXPECT_LT(many - few, 64u * 5);
}

TEST(Collective, ShowsItsHbmToTheOthers) {
  MockNpu npu;
  npu.registers[WEFT_NPU_REGS_BASE + WEFT_NPU_HBM_SIZE_OFFSET] = std::uint64_t{1} << 34;
  allreduce_init();
  irq_init();
  std::array<std::uint64_t, 2> before{};
  run_and_compare(npu, 2, 0, 8, 1, before);
  const auto value = [&](std::uint64_t offset) {
    return npu.registers[WEFT_NPU_REGS_BASE + offset];
  };
  EXPECT_EQ(value(WEFT_NPU_SEG_SEL_OFFSET), 0u);
  EXPECT_EQ(value(WEFT_NPU_SEG_OFFSET_OFFSET), 0u);
  EXPECT_EQ(value(WEFT_NPU_SEG_SIZE_OFFSET), std::uint64_t{1} << 34);
  EXPECT_EQ(value(WEFT_NPU_SEG_LOCAL_OFFSET), WEFT_NPU_HBM_BASE);
  EXPECT_EQ(value(WEFT_NPU_SEG_TOKEN_OFFSET), kPlaces.token);
  EXPECT_EQ(value(WEFT_NPU_SEG_CTRL_OFFSET), 7u);
}

TEST(Collective, IsDoneAtOnceAlone) {
  MockNpu npu;
  allreduce_init();
  const auto group = group_of(1, 0);
  const auto job = job_of(100, 2);
  EXPECT_EQ(arm_and_run(group, job), WEFT_NPU_STATUS_OK);
  EXPECT_TRUE(npu.posted.empty());
}

TEST(Collective, RefusesJobsThatMakeNoSense) {
  MockNpu npu;
  allreduce_init();
  const auto group = group_of(4, 1);
  const auto status = [&](auto change) {
    auto job = job_of(100, 2);
    change(job);
    return arm_and_run(group, job);
  };
  EXPECT_EQ(status([](auto& job) { job.pieces = 0; }), WEFT_NPU_STATUS_BAD_DESCRIPTOR);
  EXPECT_EQ(status([](auto& job) { job.dtype = 2; }), WEFT_NPU_STATUS_BAD_DESCRIPTOR);
  EXPECT_EQ(status([](auto& job) { job.bytes = 401; }), WEFT_NPU_STATUS_BAD_LENGTH);
  EXPECT_EQ(status([](auto& job) { job.bytes = 0; }), WEFT_NPU_STATUS_BAD_LENGTH);
  EXPECT_TRUE(npu.posted.empty());
}

TEST(Collective, EndsWithTheFirstBadStatusWhereverItComes) {
  const unsigned n = 4;
  const unsigned pieces = 3;
  const std::uint64_t elements = 120;
  const auto list = ring_entries(n, 1, elements, pieces);
  for (std::size_t bad = 0; bad < list.size(); ++bad) {
    MockNpu npu;
    allreduce_init();
    irq_init();
    npu.bad_status[bad] = WEFT_NPU_STATUS_BAD_TOKEN;
    npu.bad_status[bad + 1] = WEFT_NPU_STATUS_POISONED;
    // The others go on for as long as they can, then nothing comes any more.
    const auto ids = ring_arrivals(n, 1, elements, pieces);
    const std::size_t come = std::count(ids.begin(), ids.end(), 0u);
    npu.notifications.assign(ids.begin(), list[bad].needs[1] == 0 ? ids.begin() + come : ids.end());
    const auto group = group_of(n, 1);
    const auto job = job_of(elements, pieces);
    ASSERT_EQ(arm_and_run(group, job), WEFT_NPU_STATUS_BAD_TOKEN) << bad;
    EXPECT_EQ(npu.completed, npu.posted.size());
    // The next job starts from the counters as they are now.
    npu.bad_status.clear();
    npu.notifications.clear();
    std::array<std::uint64_t, 2> before{npu.notified(0), npu.notified(1)};
    run_and_compare(npu, n, 1, elements, pieces, before);
    if (HasFailure()) {
      return;
    }
  }
}

}  // namespace
}  // namespace weft::firmware_test
