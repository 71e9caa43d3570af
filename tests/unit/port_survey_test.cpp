// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/port_survey.h"

#include <gtest/gtest.h>

#include "testbench/weft/package_list.h"
#include "testbench/weft/scenario_sheet.h"

namespace weft::tb {
namespace {

TEST(PortSurvey, NamesEverythingThatIsWrongNotOnlyTheFirst) {
  const PortSurvey survey = survey_ports(R"(schema = 1
node = [
  {name = "npu[0..3]", kind = "npu"},
  {name = "sw0", kind = "switch", ports = 4},
  {name = "sw1", kind = "switch", ports = 2},
]
link = [
  {name = "l0", a = "npu0.port0", b = "sw0.port0"},
  {name = "l1", a = "npu1.port0", b = "sw0.port0"},
  {name = "l2", a = "npu2.port0", b = "sw0.port7"},
  {name = "l3", a = "npu9.port0", b = "sw0.port2"},
  {name = "l0", a = "npu2.port1", b = "sw0.3"},
]
)",
                                         "x.toml");
  const std::vector<std::string> expected{
      "x.toml:9:39: l1: sw0.port0 is in use by l0",
      "x.toml:10:39: l2: \"sw0.port7\" is no port of sw0, which has port0 to port3",
      "x.toml:11:21: l3: there is no node \"npu9\"; did you mean \"npu0\"?",
      "x.toml:12:11: there are two links \"l0\"",
      "x.toml:12:21: l0: \"npu2.port1\" is no port of npu2, which has port0 alone",
      "x.toml:12:39: l0: \"sw0.3\" is no port of sw0, which has port0 to port3",
      "x.toml:3:11: npu3.port0 has no link",
      "x.toml:5:11: sw1 has no link",
  };
  EXPECT_EQ(survey.problems, expected);
  EXPECT_EQ(survey.graph.links.size(), 1u);
}

TEST(PortSurvey, CountsThePortsOfASoundSystem) {
  const PortSurvey survey = survey_ports(
      "schema = 1\nnode = [{name = \"npu[0..2]\", kind = \"npu\"},\n"
      "  {name = \"sw0\", kind = \"switch\", ports = 8}]\n"
      "link = [{name = \"l[0..2]\", a = \"npu[0..2].port0\", b = \"sw0.port[0..2]\"}]\n",
      "x.toml");
  EXPECT_TRUE(survey.problems.empty());
  EXPECT_EQ(survey.linked_ports, 6u);
  EXPECT_EQ(survey.free_ports, 5u);
  EXPECT_EQ(Routes(survey.graph).unreachable().size(), 0u);
}

TEST(PortSurvey, GoesOnAfterAnEntryThatCannotBeRead) {
  const PortSurvey survey = survey_ports(
      "node = [{name = \"a\"}, {name = \"b\", kind = \"npu\"}, {name = \"c\", kind = \"switch\", "
      "ports = 5000}]\nlink = [{name = \"l[0..9999999]\", a = \"b.port0\", b = \"b.port0\"}]\n",
      "x.toml");
  ASSERT_EQ(survey.problems.size(), 4u);
  EXPECT_NE(survey.problems[0].find("kind"), std::string::npos);
  EXPECT_NE(survey.problems[1].find("1024"), std::string::npos);
  EXPECT_EQ(survey.problems[3], "x.toml:1:31: b.port0 has no link");
}

TEST(NamesText, DrawsRunsOfNumbersTogether) {
  EXPECT_EQ(names_text({"link0", "link1", "link2", "link4"}), "link0 to link2, link4");
  EXPECT_EQ(names_text({"npu7", "npu8"}), "npu7, npu8");
  EXPECT_EQ(names_text({"gen0a", "gen0b", "gen1a"}), "gen0a, gen0b, gen1a");
  EXPECT_EQ(names_text({"a1", "b2", "c3", "d4", "e5", "f6", "g7"}), "a1, b2, c3, d4, e5, f6, ...");
  EXPECT_EQ(names_text({"x9", "x10", "x11"}), "x9 to x11");
  EXPECT_EQ(names_text({"x01", "x02", "x03"}), "x01, x02, x03");
}

TEST(PackageList, ReadsGroupsNamesAndSentences) {
  const std::vector<PackageLine> list = read_package_list(
      "# a comment\nbuild   g++-12   the compiler,  g++\n\nprefer clang\nfull $(rm) no name\n");
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].group, "build");
  EXPECT_EQ(list[0].name, "g++-12");
  EXPECT_EQ(list[0].what, "the compiler,  g++");
  EXPECT_EQ(list[1].name, "clang");
  EXPECT_EQ(list[1].what, "");
}

}  // namespace
}  // namespace weft::tb
