// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "testbench/run/judge.h"
#include "tests/unit/scenario_support.h"

namespace weft::tb {
namespace {

class Judge : public testing::Test {
 protected:
  Judge() {
    result_.settled = true;
    result_.links.resize(1);
    result_.nodes.resize(2);
    set(RunMetric::kComplete, 1);
    set(RunMetric::kRetired, 100);
  }
  void set(RunMetric metric, std::uint64_t value) {
    result_.run[static_cast<std::size_t>(metric)] = value;
  }
  void set(std::size_t node, NodeMetric metric, std::uint64_t value) {
    result_.nodes[node][static_cast<std::size_t>(metric)] = value;
  }
  Verdict judge_by(const std::string& lines) {
    TestFiles files;
    files.texts["links8"] = kTwoGenerators;
    const Scenario scenario = read_scenario(
        "schema = 1\nsystem = \"links8\"\nworkload.kind = \"stream\"\n[expect]\n" + lines, files);
    return judge(scenario, result_);
  }

  RunResult result_;
};

TEST_F(Judge, PassesWhatIsAsExpected) {
  const Verdict verdict = judge_by("complete = true\n\"gen*.mismatches\" = 0\n");
  EXPECT_EQ(verdict.exit, Exit::kPass);
  ASSERT_EQ(verdict.checks.size(), 2u);
  EXPECT_EQ(verdict.checks[1].what, "gen*.mismatches");
  EXPECT_EQ(verdict.checks[1].parts, 2u);
}

TEST_F(Judge, NamesTheFirstPartThatFails) {
  set(1, NodeMetric::kMismatches, 3);
  const Verdict verdict = judge_by("\"gen*.mismatches\" = 0\n");
  EXPECT_EQ(verdict.exit, Exit::kFail);
  EXPECT_EQ(verdict.checks[0].seen, "3 (gen0b.mismatches)");
  EXPECT_EQ(verdict.checks[0].met, 1u);
}

TEST_F(Judge, FailsARunThatLostDuplicatedMisorderedCorruptedOrLeakedUnasked) {
  for (const RunMetric metric : {RunMetric::kLost, RunMetric::kDuplicated, RunMetric::kMisordered,
                                 RunMetric::kCorrupted, RunMetric::kCreditsLeaked}) {
    set(metric, 1);
    EXPECT_EQ(judge_by("complete = true\n").exit, Exit::kFail);
    set(metric, 0);
  }
  set(RunMetric::kLost, 1);
  EXPECT_EQ(judge_by("lost = 1\n").exit, Exit::kPass);
}

TEST_F(Judge, FailsARunThatCheckedNothingWhateverIsExpected) {
  set(RunMetric::kRetired, 0);
  EXPECT_EQ(judge_by("complete = true\n").exit, Exit::kFail);
  EXPECT_EQ(judge_by("retired = 0\n").exit, Exit::kFail);
}

TEST_F(Judge, DoesNotTakeCreditForWholeThatCouldNotBeCounted) {
  result_.settled = false;
  EXPECT_EQ(judge_by("complete = true\n").exit, Exit::kPass);
  const Verdict verdict = judge_by("\"link0.credits_leaked\" = 0\n");
  EXPECT_EQ(verdict.exit, Exit::kFail);
  EXPECT_EQ(verdict.checks[0].seen, "not known");
}

TEST_F(Judge, TellsHowARunEndedBeforeWhatItWasWorth) {
  result_.ending = Ending::kHung;
  EXPECT_EQ(judge_by("complete = true\n").exit, Exit::kHung);
  result_.ending = Ending::kInterrupted;
  EXPECT_EQ(judge_by("complete = true\n").exit, Exit::kInterrupted);
  result_.ending = Ending::kRtlFault;
  EXPECT_EQ(judge_by("complete = true\n").exit, Exit::kFail);
}

}  // namespace
}  // namespace weft::tb
