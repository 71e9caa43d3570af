// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/npu/npu_regs.h"
#include "models/workload/all_reduce_agent.h"
#include "models/workload/collective_data.h"
#include "models/workload/ring_all_reduce.h"

namespace weft {
namespace {

using namespace npu_regs;

constexpr std::uint64_t kBuffer = kHbmBase;

TEST(RingAllReduce, DividesEveryElementAmongChunksAndPiecesOnce) {
  for (unsigned ranks = 1; ranks <= 9; ++ranks) {
    for (unsigned pieces = 1; pieces <= 5; ++pieces) {
      const RingAllReduce ring(ranks, 101, pieces);
      std::uint64_t next = 0;
      for (unsigned c = 0; c < ranks; ++c) {
        EXPECT_LE(ring.chunk(c).count, ring.slot_elements());
        for (unsigned p = 0; p < pieces; ++p) {
          EXPECT_EQ(ring.piece(c, p).first, next);
          next += ring.piece(c, p).count;
        }
      }
      EXPECT_EQ(next, 101u);
    }
  }
}

TEST(RingAllReduce, EachRankSendsWhatTheNextOneAddsTo) {
  const RingAllReduce ring(5, 50, 1);
  for (unsigned rank = 0; rank < 5; ++rank) {
    for (unsigned s = 1; s < 4; ++s) {
      EXPECT_EQ(ring.scatter_chunk(rank, s), ring.scatter_chunk((rank + 4) % 5, s - 1));
      EXPECT_EQ(ring.gather_chunk(rank, s), ring.gather_chunk((rank + 4) % 5, s - 1));
    }
    EXPECT_EQ(ring.gather_chunk(rank, 0), ring.scatter_chunk((rank + 4) % 5, 3));
  }
}

TEST(RingAllReduce, RefusesARingOfNobody) {
  EXPECT_THROW(RingAllReduce(0, 4, 1), std::invalid_argument);
  EXPECT_THROW(RingAllReduce(4, 4, 0), std::invalid_argument);
}

TEST(CollectiveData, ContributionsDoNotDependOnHowTheyAreRead) {
  const CollectiveData data(ElementType::kFp32, 7, {"npu0", "npu1"});
  std::vector<std::uint32_t> whole(100), part(1);
  data.contribution(1, 0, whole);
  for (unsigned i = 0; i < whole.size(); ++i) {
    data.contribution(1, i, part);
    EXPECT_EQ(part[0], whole[i]);
    const float value = std::bit_cast<float>(whole[i]);
    EXPECT_TRUE(value >= -1.0F && value < 1.0F);
  }
}

TEST(CollectiveData, Fp32SumsAreTakenAlongTheRing) {
  const CollectiveData data(ElementType::kFp32, 7, {"a", "b", "c"});
  const RingAllReduce ring(3, 9, 1);
  std::vector<std::uint32_t> sum(9), x(9), y(9), z(9);
  data.reduced(ring, 0, sum);
  data.contribution(0, 0, x);
  data.contribution(1, 0, y);
  data.contribution(2, 0, z);
  const auto f = [](std::uint32_t word) { return std::bit_cast<float>(word); };
  EXPECT_EQ(f(sum[0]), f(z[0]) + (f(y[0]) + f(x[0])));
  EXPECT_EQ(f(sum[4]), f(x[4]) + (f(z[4]) + f(y[4])));
  EXPECT_EQ(f(sum[8]), f(y[8]) + (f(x[8]) + f(z[8])));
}

/// NPUs without time: a descriptor is carried out when the doorbell rings, and its completion
/// appears when the test asks for it.
class Ring {
 public:
  Ring(ElementType type, unsigned ranks, std::uint64_t elements, unsigned pieces)
      : ring_(ranks, elements, pieces), data_(type, 1, names(ranks)) {
    for (unsigned rank = 0; rank < ranks; ++rank) {
      AllReduceJob job;
      job.ring = ring_;
      job.type = type;
      job.rank = rank;
      job.next_node = static_cast<std::uint16_t>((rank + 1) % ranks);
      job.buffer = kBuffer;
      job.staging = kBuffer + 4 * elements;
      job.exported = kHbmBase;
      job.export_size = 4 * (elements + ring_.staging_elements());
      job.rings = kSramBase;
      npus_.push_back(std::make_unique<Npu>(*this, job));
      std::vector<std::uint32_t> words(elements);
      data_.contribution(rank, 0, words);
      std::memcpy(npus_.back()->hbm.data(), words.data(), 4 * elements);
    }
  }

  /// Lets somebody who has something to do act; false when nobody has.
  bool act(std::uint64_t choice) {
    const bool all =
        std::all_of(npus_.begin(), npus_.end(), [](const auto& npu) { return npu->agent.armed(); });
    if (all && !gone_) {
      gone_ = true;
      for (const auto& npu : npus_) npu->agent.go(Time{});
    }
    for (std::size_t i = 0; i < npus_.size(); ++i) {
      Npu& npu = *npus_[(choice + i) % npus_.size()];
      if (npu.agent.next().is_never() && !npu.complete()) continue;
      npu.agent.set_irq(true, Time{});
      npu.agent.act(Time{}, npu);
      return true;
    }
    return false;
  }

  bool done() const {
    for (const auto& npu : npus_) {
      if (!npu->agent.done() || npu->agent.status() != 0) return false;
    }
    return true;
  }
  bool holds_the_sum() const {
    std::vector<std::uint32_t> sum(ring_.elements());
    data_.reduced(ring_, 0, sum);
    for (const auto& npu : npus_) {
      if (std::memcmp(npu->hbm.data(), sum.data(), 4 * sum.size()) != 0) return false;
    }
    return true;
  }

 private:
  struct Npu final : AgentBus {
    Npu(Ring& owner, const AllReduceJob& job)
        : ring(owner), agent(job), sram(AllReduceAgent::kRingBytes), hbm(job.export_size) {}

    std::uint64_t read_reg(std::uint32_t offset) override { return regs[offset]; }
    void write_reg(std::uint32_t offset, std::uint64_t value) override {
      regs[offset] = value;
      if (offset == kDoorbellOffset) carry_out(static_cast<std::uint32_t>(value));
    }
    void read_mem(std::uint64_t addr, std::span<std::uint8_t> bytes) override {
      std::memcpy(bytes.data(), at(addr, bytes.size()), bytes.size());
    }
    void write_mem(std::uint64_t addr, std::span<const std::uint8_t> bytes) override {
      std::memcpy(at(addr, bytes.size()), bytes.data(), bytes.size());
    }
    std::uint8_t* at(std::uint64_t addr, std::size_t size) {
      auto& memory = addr < kHbmBase ? sram : hbm;
      const std::uint64_t base = addr < kHbmBase ? kSramBase : kHbmBase;
      if (addr < base || addr - base + size > memory.size()) throw std::logic_error("outside");
      return memory.data() + (addr - base);
    }

    void carry_out(std::uint32_t until) {
      if (until - posted > 256) throw std::logic_error("more than the ring holds");
      for (; posted != until; ++posted) {
        Descriptor d;
        std::memcpy(d.words.data(), at(kSramBase + posted % 256 * 64, 64), 64);
        EXPECT_EQ(d.cookie(), posted);
        if (d.op() == static_cast<std::uint64_t>(Op::kReduce)) {
          add(d);
        } else {
          Npu& to = *ring.npus_[d.remote() >> 48];
          const std::uint64_t offset = d.remote() & ((std::uint64_t{1} << 48) - 1);
          std::memcpy(to.at(kHbmBase + offset, d.bytes()), at(d.local(), d.bytes()), d.bytes());
          ++to.regs[kNotifyCountOffset + 8 * static_cast<std::uint32_t>(d.notify())];
          to.agent.set_irq(true, Time{});
        }
      }
    }
    void add(const Descriptor& d) {
      for (std::uint64_t i = 0; i < d.bytes(); i += 4) {
        std::uint32_t a = 0, b = 0;
        std::memcpy(&a, at(d.local() + i, 4), 4);
        std::memcpy(&b, at(d.remote() + i, 4), 4);
        a = d.dtype() == 1
                ? a + b
                : std::bit_cast<std::uint32_t>(std::bit_cast<float>(a) + std::bit_cast<float>(b));
        std::memcpy(at(d.local() + i, 4), &a, 4);
      }
    }
    /// One more completion; false when none is due.
    bool complete() {
      if (completed == posted) return false;
      Completion c;
      c.set_cookie(completed);
      std::memcpy(at(kSramBase + 256 * 64 + completed % 256 * 16, 16), c.words.data(), 16);
      regs[kCplTailOffset] = ++completed;
      return true;
    }

    Ring& ring;
    AllReduceAgent agent;
    std::vector<std::uint8_t> sram, hbm;
    std::map<std::uint32_t, std::uint64_t> regs;
    std::uint32_t posted = 0, completed = 0;
  };

  static std::vector<std::string> names(unsigned ranks) {
    std::vector<std::string> names;
    for (unsigned i = 0; i < ranks; ++i) names.push_back("npu" + std::to_string(i));
    return names;
  }

  RingAllReduce ring_;
  CollectiveData data_;
  std::vector<std::unique_ptr<Npu>> npus_;
  bool gone_ = false;
};

RC_GTEST_PROP(AllReduceAgent, LeavesTheSumEverywhereInWhateverOrderRanksAct, ()) {
  const auto ranks = *rc::gen::inRange(1u, 9u);
  const auto pieces = *rc::gen::inRange(1u, 6u);
  const auto elements = *rc::gen::inRange<std::uint64_t>(ranks, 200);
  const auto type = *rc::gen::element(ElementType::kFp32, ElementType::kInt32);
  Ring ring(type, ranks, elements, pieces);
  std::uint64_t choice = *rc::gen::arbitrary<std::uint64_t>() | 1;
  while (ring.act(choice >> 7)) choice = choice * 6364136223846793005u + 1442695040888963407u;
  RC_ASSERT(ring.done());
  RC_ASSERT(ring.holds_the_sum());
}

TEST(AllReduceAgent, PostsMoreDescriptorsThanTheRingHolds) {
  Ring ring(ElementType::kFp32, 16, 4096, 32);
  while (ring.act(0)) {
  }
  EXPECT_TRUE(ring.done());
  EXPECT_TRUE(ring.holds_the_sum());
}

}  // namespace
}  // namespace weft
