// SPDX-License-Identifier: Apache-2.0
#include "testbench/regress/outcome.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "testbench/regress/failure_buckets.h"
#include "testbench/regress/watched_links.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// Summary of a run that passed.
Json good() {
  return {
      {"schema", 1},
      {"seed", 17},
      {"verdict", "pass"},
      {"exit", 0},
      {"ending", "done"},
      {"reason", ""},
      {"digest", "d1"},
      {"config_hash", "c1"},
      {"sim_time_fs", 27'000'000'000},
      {"invariants", {{"retired", 12}, {"credits_leaked", nullptr}}},
      {"checks", {{{"what", "complete"}, {"wanted", "true"}, {"seen", "true"}, {"passed", true}}}},
      {"end", true}};
}

class RegressOutcome : public testing::Test {
 protected:
  RegressOutcome()
      : folder_(fs::path(testing::TempDir()) /
                (std::string("weft-outcome-") +
                 testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "run");
  }
  ~RegressOutcome() override { fs::remove_all(folder_); }

  void leave(const std::string& summary, const std::string& output = {}) const {
    std::ofstream(folder_ / "run/summary.json") << summary;
    std::ofstream(folder_ / "out.txt") << output;
  }
  RunOutcome judge_end(const ChildEnd& end, int expected_exit = 0) const {
    return judge_run(end, folder_ / "run", folder_ / "out.txt", {17, expected_exit});
  }
  RunOutcome judge(const Json& summary, int exit, int expected_exit = 0) const {
    leave(summary.dump());
    return judge_end({.exit = exit}, expected_exit);
  }
  void expect(const RunOutcome& outcome, FailureKind kind, const std::string& message) const {
    EXPECT_STREQ(failure_kind_name(outcome.kind), failure_kind_name(kind)) << outcome.message;
    EXPECT_NE(outcome.message.find(message), std::string::npos) << outcome.message;
  }

  fs::path folder_;
};

TEST_F(RegressOutcome, APassIsOne) {
  const RunOutcome outcome = judge(good(), 0);
  EXPECT_TRUE(outcome.passed()) << outcome.message;
  EXPECT_EQ(outcome.summary->sim_time_fs, 27'000'000'000u);
}

TEST_F(RegressOutcome, APassWithNothingBehindItIsNone) {
  Json summary = good();
  summary["checks"] = Json::array();
  expect(judge(summary, 0), FailureKind::kEmpty, "checked nothing");
  summary = good();
  summary["invariants"]["retired"] = 0;
  expect(judge(summary, 0), FailureKind::kEmpty, "retired nothing");
  summary = good();
  summary.erase("end");
  expect(judge(summary, 0), FailureKind::kLost, "lost its end record");
  summary = good();
  summary["seed"] = 18;
  expect(judge(summary, 0), FailureKind::kLost, "ran with seed 18");
  summary = good();
  summary["verdict"] = "fail";
  expect(judge(summary, 0), FailureKind::kLost, "says \"fail\"");
  summary = good();
  summary["checks"][0]["passed"] = false;
  expect(judge(summary, 0), FailureKind::kLost, "complete = true");
  summary = good();
  summary["schema"] = 2;
  expect(judge(summary, 0), FailureKind::kLost, "of schema 2");
}

TEST_F(RegressOutcome, ASummaryThatIsNoneIsLost) {
  for (const char* text : {"", "{", "[]", "{\"schema\": \"1\"}", "{\"schema\": 1}", "null"}) {
    leave(text);
    expect(judge_end({.exit = 0}), FailureKind::kLost, "cannot be read");
  }
  fs::remove(folder_ / "run/summary.json");
  expect(judge_end({.exit = 0}), FailureKind::kLost, "left no summary.json");
}

TEST_F(RegressOutcome, TheExitCodeMustAgree) {
  expect(judge(good(), 1), FailureKind::kLost, "end record says exit 0");
  Json summary = good();
  summary["exit"] = 1;
  summary["verdict"] = "fail";
  summary["checks"].push_back(
      {{"what", "link3.replays"}, {"wanted", "5..100"}, {"seen", "4"}, {"passed", false}});
  expect(judge(summary, 1), FailureKind::kCheck, "link3.replays = 4, expected 5..100");
  EXPECT_TRUE(judge(summary, 1, 1).passed());
  expect(judge(good(), 0, 1), FailureKind::kCheck, "it passed, exit 1 was expected");
  summary["exit"] = 3;
  summary["verdict"] = "hung";
  summary["reason"] = "nothing moves";
  expect(judge(summary, 3), FailureKind::kHung, "nothing moves");
}

TEST_F(RegressOutcome, TellsWhatWasPrinted) {
  leave("", "x.toml:3:1: lnk3: unknown key\n  hint: did you mean \"link3\"?\n");
  fs::remove(folder_ / "run/summary.json");
  expect(judge_end({.exit = 2}), FailureKind::kRefused, "refused: x.toml:3:1: lnk3: unknown key");
  EXPECT_TRUE(judge_end({.exit = 2}, 2).passed());
  leave("", "header\nweft run: disk full\n  hint: a larger one\n");
  expect(judge_end({.exit = 4}), FailureKind::kMachine, "weft run: disk full");
  expect(judge_end({.signal = SIGSEGV}), FailureKind::kSignal, "signal 11 (Segmentation fault)");
}

TEST_F(RegressOutcome, ATimeOutIsNoPassWhateverWasLeft) {
  leave(good().dump());
  expect(judge_end({.exit = 0, .timed_out = true}), FailureKind::kTimeout,
         "timed out at 27us simulated");
  expect(judge_end({.exit = 0, .stopped = true}), FailureKind::kStopped, "stopped");
}

TEST_F(RegressOutcome, TailsAreWholeLines) {
  std::ofstream(folder_ / "out.txt") << std::string(70'000, 'x') << "\none\ntwo\n";
  EXPECT_EQ(last_lines(folder_ / "out.txt", 10), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(last_lines(folder_ / "out.txt", 1), (std::vector<std::string>{"two"}));
  EXPECT_TRUE(last_lines(folder_ / "none", 1).empty());
}

TEST(RegressBuckets, NumbersMakeNoDifference) {
  EXPECT_EQ(normalised_message("link3.replays = 8, expected 50..500"),
            "link*.replays = *, expected *..*");
  EXPECT_EQ(normalised_message("at 1.5us: 0xdeadbeef, 12,000 of 7"), "at *us: *, * of *");
  EXPECT_EQ(normalised_message("digest 9092314fc7e604d7 and deadbeefe"), "digest * and deadbeefe");
  EXPECT_EQ(normalised_message("a bad face fed"), "a bad face fed");
}

RunRecord failed(const std::string& message, FailureKind kind = FailureKind::kCheck) {
  RunRecord record;
  record.state = RunState::kFailed;
  record.outcome.kind = kind;
  record.outcome.message = message;
  return record;
}

TEST(RegressBuckets, TheFullestComesFirst) {
  std::vector<RunRecord> records{failed("b 1"), failed("a 1"), RunRecord{}, failed("a 2"),
                                 failed("a 3", FailureKind::kHung)};
  records[2].state = RunState::kPassed;
  const std::vector<FailureBucket> buckets = failure_buckets(records);
  ASSERT_EQ(buckets.size(), 3u);
  EXPECT_EQ(buckets[0].text, "check: a *");
  EXPECT_EQ(buckets[0].runs, (std::vector<std::size_t>{1, 3}));
  EXPECT_EQ(buckets[1].text, "check: b *");
  EXPECT_EQ(buckets[2].text, "hung: a *");
}

class RegressWaves : public testing::Test {
 protected:
  RegressWaves() {
    for (const int i : {0, 1, 2}) {
      const std::string number = std::to_string(i);
      scenario_.rtl_links.push_back({"link" + number, {"npu" + number, "sw0"}});
    }
    scenario_.watchdog = Time::us(100);
    outcome_.summary.emplace();
  }
  WavePlan plan() const { return plan_waves(scenario_, outcome_, Time::us(20)); }

  WatchedScenario scenario_;
  RunOutcome outcome_;
};

TEST_F(RegressWaves, ShowLinksThatTheFailureNames) {
  outcome_.summary->checks = {{"link0.up", "", "", true}, {"link2.replays", "", "", false}};
  EXPECT_EQ(plan().links, (std::vector<std::string>{"link2"}));
  EXPECT_TRUE(plan().named);
  EXPECT_FALSE(plan().from);
  outcome_.summary->checks = {{"npu1.mismatches", "", "", false}};
  EXPECT_EQ(plan().links, (std::vector<std::string>{"link1"}));
  outcome_.summary->checks = {{"complete", "", "", false}};
  EXPECT_EQ(plan().links.size(), 3u);
  EXPECT_FALSE(plan().named);
  scenario_.rtl_links.clear();
  EXPECT_TRUE(plan().links.empty());
}

TEST_F(RegressWaves, ShowThePartThatIsWorstOfAPattern) {
  outcome_.message = "link*.replays = 18 (link1.replays), expected 0";
  outcome_.summary->checks = {{"link*.replays", "0", "18 (link1.replays)", false}};
  EXPECT_EQ(plan().links, (std::vector<std::string>{"link1"}));
  outcome_.summary->checks.push_back({"link*.up", "true", "false (link2.up)", false});
  EXPECT_EQ(plan().links, (std::vector<std::string>{"link1", "link2"}));
  outcome_.message.clear();
  outcome_.summary->checks = {{"npu*.mismatches", "0", "3 (npu2.mismatches)", false}};
  EXPECT_EQ(plan().links, (std::vector<std::string>{"link2"}));
  outcome_.summary->checks = {{"link*.replays", "0", "18", false}};  // names no part
  EXPECT_EQ(plan().links.size(), 3u);
  EXPECT_TRUE(plan().named);
}

TEST_F(RegressWaves, OfAnAssertionAreThoseOfItsEnd) {
  outcome_.summary->ending = "rtl_fault";
  outcome_.summary->reason = "RTL assertion failed at weft_link_seq.sv:304 in link2.b";
  outcome_.summary->checks = {{"link*.up", "true", "false (link0.up)", false}};
  EXPECT_EQ(plan().links, (std::vector<std::string>{"link2"}));
}

TEST_F(RegressWaves, EndWithTheFirstRepeatThatIsNotWanted) {
  const std::string series =
      "time_ns,link,direction,flits,flits_resent,replays,utilisation_pct,state\n"
      "30000,link0,a_to_b,5,7,,0.00,up\n30000,link1,a_to_b,5,0,,0.00,up\n"
      "32000,link0,a_to_b,5,0,,0.00,up\n32000,link1,a_to_b,5,0,,0.00,up\n"
      "32000,link1,b_to_a,5,4,,0.00,up\n34000,link1,a_to_b,5,9,,0.00,up\n";
  const auto narrowed = [&](const std::string& text, Time window) {
    WavePlan result = plan();
    narrow_to_first_repeat(outcome_, text, window, result);
    return result;
  };
  const RunSummary::Check repeats{"link*.replays", "0", "2 (link1.replays)", false};
  outcome_.summary->ending = "done";
  outcome_.summary->checks = {repeats, {"complete", "true", "true", true}};
  EXPECT_EQ(narrowed(series, Time::us(20)).from, Time::us(10));
  EXPECT_EQ(narrowed(series, Time::us(20)).until, Time::us(32));
  EXPECT_NE(narrowed(series, Time::us(20)).note.find("link1"), std::string::npos);
  EXPECT_EQ(narrowed(series, Time::us(40)).from, Time{});
  EXPECT_FALSE(narrowed("", Time::us(20)).until);
  EXPECT_FALSE(narrowed("link,direction\nlink1,a_to_b\n", Time::us(20)).until);
  outcome_.summary->checks = {repeats, {"link1.up", "true", "false", false}};  // may come later
  EXPECT_FALSE(narrowed(series, Time::us(20)).until);
  outcome_.summary->checks = {{"link1.replays", "5..9", "2", false}};  // some were wanted
  EXPECT_FALSE(narrowed(series, Time::us(20)).until);
  outcome_.summary->checks = {repeats};
  outcome_.summary->ending = "hung";
  outcome_.summary->sim_time_fs = Time::us(150).fs();
  EXPECT_FALSE(narrowed(series, Time::us(20)).until);
}

TEST_F(RegressWaves, BeginBeforeTheFailure) {
  outcome_.summary->sim_time_fs = Time::us(150).fs();
  outcome_.summary->ending = "hung";
  outcome_.summary->waiting = {"link1.b: state active, 3 flits not acknowledged"};
  EXPECT_EQ(plan().links, (std::vector<std::string>{"link1"}));
  EXPECT_EQ(plan().from, Time::us(30));
  outcome_.summary->ending = "rtl_fault";
  EXPECT_EQ(plan().from, Time::us(130));
  outcome_.summary->sim_time_fs = Time::us(5).fs();
  EXPECT_EQ(plan().from, Time{});
  outcome_.summary->ending = "interrupted";
  outcome_.end.timed_out = true;
  EXPECT_EQ(plan().until, Time::us(5));
}

}  // namespace
}  // namespace weft::tb
