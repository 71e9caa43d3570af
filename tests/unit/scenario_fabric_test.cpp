// SPDX-License-Identifier: Apache-2.0
// Scenarios of npus and switches: what they default to, and what does not fit together.
#include <gtest/gtest.h>

#include <algorithm>

#include "models/base/text.h"
#include "models/scenario/scenario.h"
#include "models/scenario/scenario_keys.h"
#include "tests/unit/refusal.h"
#include "tests/unit/scenario_support.h"

namespace weft {
namespace {

std::string refused(const std::string& more, TestFiles files = {}) {
  return refusal([&] { read_scenario(kAllReduce + more, std::move(files)); });
}

struct Refused {
  const char* more;
  const char* said;
};

void expect_refused(const std::vector<Refused>& cases) {
  for (const Refused& one : cases) {
    EXPECT_NE(refused(one.more).find(one.said), std::string::npos) << one.more << "\n"
                                                                   << refused(one.more);
  }
}

TEST(FabricScenario, HasDefaults) {
  const Scenario scenario = read_scenario(kAllReduce);
  EXPECT_EQ(scenario.workload.kind, WorkloadKind::kAllReduce);
  const AllReduceKeys& job = scenario.workload.all_reduce;
  EXPECT_EQ(job.algorithm, AllReduceAlgorithm::kRing);
  EXPECT_EQ(job.bytes.bytes, 1u << 20);
  EXPECT_EQ(job.elements(), 1u << 18);
  EXPECT_EQ(job.type, ElementType::kFp32);
  EXPECT_EQ(job.driver, AllReduceDriver::kFirmware);
  EXPECT_EQ(job.pieces, 4u);
  ASSERT_EQ(scenario.npus.size(), 9u);
  EXPECT_EQ(scenario.npus[0].firmware, "collective");
  EXPECT_EQ(scenario.npus[0].device.hbm_size.bytes, std::uint64_t{16} << 30);
  EXPECT_EQ(scenario.npus[0].core.clock.hz, 1'000'000'000u);
  ASSERT_EQ(scenario.switches.size(), 9u);
  EXPECT_EQ(scenario.switches[8].latency.cycles, 200u);
  EXPECT_TRUE(scenario.warnings.empty());
}

TEST(FabricScenario, GivesEachPartItsMostSpecificKeys) {
  const Scenario scenario = read_scenario(kAllReduce + R"(
["npu*"]
hbm_size = "1GiB"
core.clock = "2GHz"
[npu3]
hbm_size = "2GiB"
[sw0]
latency = "300cycles"
crossbar = "islip"
)");
  EXPECT_EQ(scenario.npus[2].device.hbm_size.bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(scenario.npus[3].device.hbm_size.bytes, std::uint64_t{2} << 30);
  EXPECT_EQ(scenario.npus[7].core.clock.hz, 2'000'000'000u);
  EXPECT_EQ(scenario.switches[8].latency.cycles, 300u);
  EXPECT_EQ(scenario.switches[8].crossbar, Crossbar::kIslip);
}

TEST(FabricScenario, LoadsEachFirmwareOnceAndHashesIt) {
  TestFiles files;
  files.texts["other"] = "other bytes";
  const std::string text = kAllReduce + "npu5.firmware = \"other\"\nnpu6.firmware = \"other\"\n";
  const Scenario scenario = read_scenario(text, files);
  ASSERT_EQ(scenario.firmware.size(), 2u);
  EXPECT_EQ(scenario.firmware[0].name, "collective");
  EXPECT_EQ(scenario.firmware[1].bytes, "other bytes");
  EXPECT_EQ(scenario.npus[4].image, 0u);
  EXPECT_EQ(scenario.npus[5].image, 1u);
  EXPECT_EQ(scenario.npus[6].image, 1u);
  files.texts["other"] = "changed bytes";
  EXPECT_NE(read_scenario(text, files).config_hash, scenario.config_hash);
}

TEST(FabricScenario, DoesNotLoadFirmwareThatDoesNotRun) {
  const Scenario scenario = read_scenario(
      kAllReduce + "workload.driver = \"engine\"\n\"npu*\".firmware = \"not there\"\n");
  EXPECT_TRUE(scenario.firmware.empty());
  EXPECT_FALSE(scenario.runs_firmware());
  EXPECT_NE(refused("\"npu*\".firmware = \"not there\"\n").find("npu0.firmware"),
            std::string::npos);
}

TEST(FabricScenario, RefusesKeysOfOtherWorkloads) {
  expect_refused({
      {"workload.duration = \"1us\"\n",
       "workload.duration: is a key of workloads of kind \"stream\"\n"
       "  hint: this one is of kind \"all_reduce\""},
      {"workload.sizes = [\"64B\"]\n", "workload.sizes: is a key of workloads of kind \"stream\""},
      {"workload.vcs = [1]\n", "workload.vcs: is a key of workloads of kind \"stream\""},
      {"workload.byte = 4\n", "did you mean workload.bytes?"},
  });
  const std::string stream = refusal([] { read_scenario(kSmallest + "workload.pieces = 2\n"); });
  EXPECT_NE(stream.find("workload.pieces: is a key of workloads of kind \"all_reduce\""),
            std::string::npos)
      << stream;
}

TEST(FabricScenario, RefusesAWorkloadForOtherNodes) {
  const auto with_system = [](std::string text, const char* from, const char* to) {
    text.replace(text.find(from), std::string(from).size(), to);
    return refusal([&] { read_scenario(text); });
  };
  EXPECT_NE(with_system(kAllReduce, "star8", "links8")
                .find("workload.kind: \"all_reduce\" is for npus, \"links8\" is a system of "
                      "generators"),
            std::string::npos);
  EXPECT_NE(with_system(kSmallest, "links8", "star8")
                .find("workload.kind: \"stream\" is for generators, \"star8\" is a system of npus"),
            std::string::npos);
}

TEST(FabricScenario, RefusesBuffersThatDoNotDivideOrFit) {
  expect_refused({
      {"workload.bytes = \"1022B\"\n", "workload.bytes: \"1022B\" is no whole number of elements"},
      {"workload.bytes = \"28B\"\n",
       "workload.bytes: \"28B\" is less than an element for each of 8 npus\n  hint: at least 32B"},
      {"workload.bytes = \"1GiB\"\nnpu2.hbm_size = \"1GiB\"\n",
       "workload.bytes: \"1GiB\" and what arrives meanwhile do not fit the HBM of npu2"},
  });
  // 1 MiB, and seven slots of an eighth of it.
  EXPECT_NE(refused("npu7.hbm_size = \"1966079B\"\n").find("1920KiB are wanted"), std::string::npos)
      << refused("npu7.hbm_size = \"1966079B\"\n");
  EXPECT_NO_THROW(read_scenario(kAllReduce + "npu7.hbm_size = \"1920KiB\"\n"));
  EXPECT_NO_THROW(read_scenario(kAllReduce + "workload.bytes = \"32B\"\n"));
}

TEST(FabricScenario, RefusesSwitchesThatCannotBe) {
  expect_refused({
      {"sw0.latency = \"31cycles\"\n",
       "sw0.latency: \"31cycles\" is less than the two port pipelines within it, 32cycles\n"
       "  hint: link0.port.pipeline and link1.port.pipeline"},
      {"link3.port.pipeline = \"8cycles\"\n",
       "link3.port.pipeline: the ports of sw0 have different pipelines"},
      {"sw0.forwarding = \"cut_through\"\n",
       "sw0.forwarding: \"cut_through\" is not built yet where flits move"},
      {"sw0.egress = \"4KiB\"\n", "sw0.egress: \"4KiB\" holds no packet of 4120 bytes"},
      {"sw0.buffer = \"32KiB\"\n", "sw0.buffer: \"32KiB\" is not what link ends have"},
  });
  EXPECT_NO_THROW(read_scenario(kAllReduce + "sw0.latency = \"32cycles\"\n"));
  EXPECT_NO_THROW(read_scenario(kAllReduce + "sw0.buffer = \"64KiB\"\n"));
}

TEST(FabricScenario, ExpectsOfANodeWhatItsKindHas) {
  const Scenario scenario = read_scenario(kAllReduce + R"(
expect."npu*.mismatches" = 0
expect."npu1.traps" = "0..5"
expect."sw0.forwarded" = "1.."
)");
  ASSERT_EQ(scenario.expectations.size(), 11u);
  EXPECT_EQ(scenario.expectations[3].key, "npu1.traps");
  EXPECT_EQ(scenario.expectations[10].key, "sw0.forwarded");
  EXPECT_EQ(scenario.expectations[10].part, 8u);
  EXPECT_EQ(scenario.expectations[10].metric, static_cast<std::size_t>(NodeMetric::kForwarded));
  expect_refused({
      {"expect.sw0.traps = 0\n", "expect.sw0.traps: a switch has no metric \"traps\""},
      {"expect.npu3.forwarded = 0\n", "an npu has no metric \"forwarded\""},
      {"expect.\"*0\".replay = 0\n", "a link has no metric \"replay\""},
      {"expect.npu9.traps = 0\n", "no node or link is called \"npu9\""},
  });
  // A pattern for npus and the switch means those that have it.
  EXPECT_EQ(read_scenario(kAllReduce + "expect.\"*\".traps = 0\n").expectations.size(), 9u);
}

TEST(FabricScenario, ReadsNoKeyThatIsNotAmongTheKeysShown) {
  const Config config = Config::parse(kAllReduce, "x.toml");
  TestFiles files;
  Scenario::read(config, files);
  std::size_t keys = 0;
  const std::string effective = effective_toml(config);
  for (const std::string_view line : split(effective, '\n')) {
    std::string key(line.substr(0, line.find(" = ")));
    key.erase(std::remove(key.begin(), key.end(), '"'), key.end());
    if (key.empty()) continue;
    ++keys;
    bool shown = false;
    for (const KeyGroup& group : scenario_keys()) {
      for (const ParamInfo& info : group.keys) shown = shown || key_match(info.name, key);
    }
    EXPECT_TRUE(shown) << key;
  }
  EXPECT_GT(keys, 50u);
}

TEST(NodeMetric, BelongsToAtLeastOneKindAndHasASentence) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(NodeMetric::kCount); ++i) {
    unsigned kinds = 0;
    for (const auto& [kind, name] : kNodeKindNames) {
      const auto sentence = node_metric_sentence(kind, static_cast<NodeMetric>(i));
      kinds += sentence.has_value();
      if (!sentence) continue;
      EXPECT_GT(sentence->size(), 10u);
    }
    EXPECT_GE(kinds, 1u) << metrics(MetricScope::kNode)[i].name;
  }
  EXPECT_FALSE(node_metric_sentence(NodeKind::kSwitch, NodeMetric::kIssued));
  EXPECT_FALSE(node_metric_sentence(NodeKind::kGenerator, NodeMetric::kTraps));
  EXPECT_NE(node_metric_sentence(NodeKind::kNpu, NodeMetric::kMismatches),
            node_metric_sentence(NodeKind::kGenerator, NodeMetric::kMismatches));
}

}  // namespace
}  // namespace weft
