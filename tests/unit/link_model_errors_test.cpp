// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <map>
#include <utility>
#include <vector>

#include "tests/unit/link_model_pair.h"

namespace weft {
namespace {

using test::Dice;
using test::Fate;
using test::ModelPair;
using test::ofl;

constexpr Fate kHarm[] = {Fate::kDrop, Fate::kDuplicate, Fate::kCorrupt, Fate::kFlag};

bool is_data(std::uint64_t head) { return (head >> 45 & 7) == 1; }

/// The same for every error position: a burst of mixed packets both ways.
void load(ModelPair& link, unsigned packets) {
  for (unsigned i = 0; i < packets; ++i) {
    link->host(0).send(i % 4, 1 + i * 7 % 60);
    link->host(1).send(i % 3, 1 + i * 11 % 45);
  }
}

// One error at every place of a run, of every kind, in either direction.
TEST(LinkErrors, SurvivesAnyOneErrorAnywhere) {
  ModelPair clean(true, 23);
  load(clean, 24);
  ASSERT_TRUE(clean.delivers_all());
  const Protocol protocol = ofl();
  for (unsigned end = 0; end < 2; ++end) {
    for (std::uint64_t at = 0; at < clean->flits_sent(end); ++at) {
      for (const Fate fate : kHarm) {
        ModelPair link(true, 23, protocol, protocol);
        link->fault = [&](unsigned e, std::uint64_t ordinal, std::uint64_t) {
          return e == end && ordinal == at ? fate : Fate::kKeep;
        };
        load(link, 24);
        ASSERT_TRUE(link.heals()) << "end " << end << " flit " << at << " fate "
                                  << static_cast<int>(fate);
      }
    }
  }
}

TEST(LinkErrors, SurvivesAnyTwoNeighboursOfErrorsAnywhere) {
  ModelPair clean(true, 23);
  load(clean, 16);
  ASSERT_TRUE(clean.delivers_all());
  const Protocol protocol = ofl();
  for (unsigned end = 0; end < 2; ++end) {
    for (std::uint64_t at = 0; at < clean->flits_sent(end); ++at) {
      for (unsigned apart = 1; apart < 5; ++apart) {
        for (const Fate first : {Fate::kDrop, Fate::kCorrupt}) {
          for (const Fate second : {Fate::kDrop, Fate::kCorrupt, Fate::kDuplicate}) {
            ModelPair link(true, 23, protocol, protocol);
            link->fault = [&](unsigned e, std::uint64_t ordinal, std::uint64_t) {
              if (e != end) return Fate::kKeep;
              return ordinal == at ? first : ordinal == at + apart ? second : Fate::kKeep;
            };
            load(link, 16);
            ASSERT_TRUE(link.heals()) << "end " << end << " flits " << at << " + " << apart;
          }
        }
      }
    }
  }
}

// Errors at random places of both directions; RapidCheck looks for the smallest set that hurts.
RC_GTEST_PROP(LinkErrors, DeliversEverythingOnceAndInOrderWhateverIsLost, ()) {
  static const Protocol protocol = ofl();
  const auto delay = *rc::gen::inRange<std::uint64_t>(5, 120);
  const auto packets = *rc::gen::inRange<unsigned>(1, 120);
  const auto hits = *rc::gen::container<std::map<std::pair<unsigned, std::uint64_t>, unsigned>>(
      rc::gen::pair(rc::gen::inRange(0u, 2u), rc::gen::inRange<std::uint64_t>(0, 200)),
      rc::gen::inRange(0u, 4u));
  ModelPair link(true, delay, protocol, protocol);
  link->fault = [&hits](unsigned end, std::uint64_t ordinal, std::uint64_t) {
    const auto hit = hits.find({end, ordinal});
    return hit == hits.end() ? Fate::kKeep : kHarm[hit->second];
  };
  load(link, packets);
  const auto delivered = link.heals(2'000'000);
  if (!delivered) RC_FAIL(delivered.message());
}

TEST(LinkErrors, SurvivesHeavyLossInBothDirections) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    ModelPair link(true, 5 + seed * 5);
    Dice dice(seed);
    const double rates[] = {dice.below(20) / 100.0, dice.below(20) / 100.0};
    link->fault = [&](unsigned end, std::uint64_t, std::uint64_t) {
      return dice.hit(rates[end]) ? kHarm[dice.below(4)] : Fate::kKeep;
    };
    link->dice = Dice(seed);
    link->host(0).free_delay = dice.below(200);
    load(link, 400);
    ASSERT_TRUE(link.heals(2'000'000)) << seed;
  }
}

TEST(LinkErrors, RepeatsOncePerLoss) {
  ModelPair link(true, 60);
  link->fault = [](unsigned end, std::uint64_t ordinal, std::uint64_t) {
    return end == 0 && (ordinal == 20 || ordinal == 150) ? Fate::kCorrupt : Fate::kKeep;
  };
  for (int i = 0; i < 300; ++i) {
    link->host(0).send(0, 30);
    link->host(1).send(0, 30);
  }
  ASSERT_TRUE(link.delivers_all());
  EXPECT_EQ(link.end(0).regs().tx_replay_events.value(), 2u);
  EXPECT_EQ(link.end(0).regs().timer_replay.value(), 0u);
  EXPECT_EQ(link.end(1).regs().rx_dup.value(), 0u);
}

TEST(LinkErrors, FindsALostLastFlitByTheTimer) {
  ModelPair link(true);
  link->fault = [](unsigned end, std::uint64_t ordinal, std::uint64_t) {
    return end == 0 && ordinal == 0 ? Fate::kDrop : Fate::kKeep;
  };
  link->host(0).send(0, 5);
  link->run(2000);
  EXPECT_EQ(link->host(1).received(), 0u);
  link->run(400);
  EXPECT_EQ(link->host(1).received(), 1u);
  EXPECT_EQ(link.end(0).regs().timer_replay.value(), 1u);
  EXPECT_TRUE(link.delivers_all());
}

TEST(LinkErrors, NeedsNoTimerForALossThatLeavesATrace) {
  for (std::uint64_t at = 0; at < 10; ++at) {
    ModelPair link(true);
    link->fault = [at](unsigned end, std::uint64_t ordinal, std::uint64_t) {
      return end == 0 && ordinal == at ? Fate::kCorrupt : Fate::kKeep;
    };
    for (int i = 0; i < 10; ++i) link->host(0).send(0, 30);
    link->run(600);
    EXPECT_EQ(link->host(1).received(), 10u) << at;
    EXPECT_EQ(link.end(0).regs().timer_replay.value(), 0u);
  }
}

TEST(LinkErrors, DropsAndAcknowledgesDuplicates) {
  ModelPair link(true);
  link->fault = [](unsigned end, std::uint64_t, std::uint64_t head) {
    return end == 0 && is_data(head) ? Fate::kDuplicate : Fate::kKeep;
  };
  for (int i = 0; i < 40; ++i) link->host(0).send(i % 4, 17);
  ASSERT_TRUE(link.delivers_all());
  EXPECT_EQ(link.end(1).regs().rx_dup.value(), link.end(0).regs().tx_data.value());
  EXPECT_EQ(link.end(0).regs().tx_replay_events.value(), 0u);
}

TEST(LinkErrors, RepeatsAFullWindowAcrossTheWrapOfNumbers) {
  ModelPair link(true, 500);
  std::uint64_t data = 0;
  link->fault = [&](unsigned end, std::uint64_t, std::uint64_t head) {
    return end == 0 && is_data(head) && ++data % 311 == 0 ? Fate::kCorrupt : Fate::kKeep;
  };
  for (int i = 0; i < 2500; ++i) link->host(0).send(0, 30);
  ASSERT_TRUE(link.delivers_all(400'000));
  EXPECT_GT(link.end(0).regs().tx_replay_flits.value(), 1000u);
}

// What goes again carries the same slots and `first` as before (OFL-3.3).
TEST(LinkErrors, RepeatsTheSamePayload) {
  struct Watch final : LinkCore {
    explicit Watch(std::unique_ptr<LinkCore> made) : core(std::move(made)) {}
    void step(const weft_link_in& in, weft_link_out& out) override {
      core->step(in, out);
      if ((out.flags & WEFT_OUT_LO) == 0) return;
      if ((out.flags & WEFT_OUT_LO_SOF) != 0) flit.clear();
      flit.insert(flit.end(), out.lo_data, out.lo_data + kSlotsPerBeat);
      if ((out.flags & WEFT_OUT_LO_EOF) == 0 || !is_data(flit[0])) return;
      const bool again = (flit[0] >> 43 & 1) != 0;
      std::vector<std::uint64_t> kept(flit.begin() + 1, flit.end() - 1);
      kept.push_back(flit[0] & 0xFFFFFF);  // seq and first
      kept.push_back(flit.back() >> 31 & 1);
      auto& known = sent[flit[0] & 0xFFFF];
      EXPECT_EQ(again, !known.empty());
      if (again) {
        EXPECT_EQ(known, kept);
      }
      repeated += again;
      known = kept;
    }
    std::uint64_t wake_at() const override { return core->wake_at(); }
    std::unique_ptr<LinkCore> core;
    std::vector<std::uint64_t> flit;
    std::map<std::uint64_t, std::vector<std::uint64_t>> sent;
    unsigned repeated = 0;
  };
  const Protocol protocol = ofl();
  auto watch =
      std::make_unique<Watch>(std::make_unique<LinkModel>(protocol, weft_link_straps{1, 1}));
  Watch& seen = *watch;
  test::LinkPair pair(protocol, std::move(watch),
                      std::make_unique<LinkModel>(protocol, weft_link_straps{2, 1}), 30);
  Dice dice(5);
  pair.fault = [&](unsigned, std::uint64_t, std::uint64_t) {
    return dice.hit(0.05) ? Fate::kCorrupt : Fate::kKeep;
  };
  for (unsigned i = 0; i < 500; ++i) pair.host(0).send(i % 4, 1 + i % 70);
  ASSERT_TRUE(pair.run_until_idle());
  EXPECT_EQ(pair.error(), "");
  EXPECT_GT(seen.repeated, 100u);
}

}  // namespace
}  // namespace weft
