// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "models/system/system.h"
#include "tests/unit/refusal.h"
#include "tests/unit/scenario_support.h"

namespace weft {
namespace {

std::string with(const std::string& from, const std::string& to) {
  std::string text = kTwoGenerators;
  text.replace(text.find(from), from.size(), to);
  return text;
}

std::string refused(const std::string& text) {
  return refusal([&] { System::parse(text, "s.toml"); });
}

TEST(System, ReadsTheShippedOne) {
  TestFiles files;
  const Config config;
  const System system =
      System::parse(files.read(ScenarioFiles::Kind::kSystem, "links8", config, "").text, "links8");
  ASSERT_EQ(system.links.size(), 8u);
  ASSERT_EQ(system.nodes.size(), 16u);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(system.links[i].name, "link" + std::to_string(i));
    EXPECT_EQ(system.links[i].rate.bits_per_s, 800'000'000'000u);
    EXPECT_EQ(system.nodes[system.links[i].ends[0].node].name, "gen" + std::to_string(i) + "a");
    EXPECT_EQ(system.nodes[system.links[i].ends[1].node].name, "gen" + std::to_string(i) + "b");
  }
}

TEST(System, RefusesAPortWithTwoLinks) {
  EXPECT_NE(refused(with("gen0b.port0", "gen0a.port0"))
                .find("link[0].b: \"gen0a.port0\" is in use by link \"link0\""),
            std::string::npos);
}

TEST(System, RefusesPortsThatDoNotExist) {
  for (const char* port : {"gen0b", "gen0b.", "gen0b.port", "gen0b.port1", "gen0b.port00",
                           "gen0b.port-0", "gen0b.0", "gen0b.port0x", "gen0b.port99999999999"}) {
    EXPECT_NE(refused(with("gen0b.port0", port)).find("is no port of node \"gen0b\""),
              std::string::npos)
        << port;
  }
  EXPECT_NE(refused(with("gen0b.port0", "gen1b.port0")).find("there is no node \"gen1b\""),
            std::string::npos);
}

TEST(System, RefusesNamesThatNoScenarioCouldWrite) {
  for (const char* name : {"", "Link", "link.0", "0link", "link*", "a b"}) {
    EXPECT_NE(refused(with("link0", name)).find("is no name"), std::string::npos) << name;
  }
  EXPECT_NE(refused(with("link0", "sim")).find("is the name of a section"), std::string::npos);
  EXPECT_NE(refused(with("link0", "gen0a")).find("is the name of another part"), std::string::npos);
}

TEST(System, RefusesLooseEnds) {
  EXPECT_NE(refused(with("node = [", "node = [{name = \"gen1\", kind = \"generator\"}, "))
                .find("port0 of node \"gen1\" has no link"),
            std::string::npos);
  EXPECT_NE(refused("schema = 1\n").find("a system has at least one [[link]]"), std::string::npos);
  EXPECT_NE(refused(with("schema = 1", "schema = 7")).find("schema 7 is not known"),
            std::string::npos);
}

System parsed(const std::string& text) { return System::parse(text, "s.toml"); }

/// A system of `nodes` and `links`, entries as in a file.
std::string made(const std::string& nodes, const std::string& links) {
  return "schema = 1\nnode = [" + nodes + "]\nlink = [" + links + "]\n";
}

TEST(System, ReadsTheShippedStars) {
  TestFiles files;
  const Config config;
  for (const auto& [name, ranks] : {std::pair{"star8", 8u}, std::pair{"star64", 64u}}) {
    const System system =
        System::parse(files.read(ScenarioFiles::Kind::kSystem, name, config, "").text, name);
    ASSERT_EQ(system.nodes.size(), ranks + 1);
    ASSERT_EQ(system.links.size(), ranks);
    ASSERT_EQ(system.endpoints.size(), ranks);
    for (unsigned i = 0; i < ranks; ++i) {
      EXPECT_EQ(system.nodes[i].name, "npu" + std::to_string(i));
      EXPECT_EQ(system.node_id(i), i);
      EXPECT_EQ(system.endpoints[i], i);
      EXPECT_EQ(system.links[i].ends[0].node, i);
      EXPECT_EQ(system.links[i].ends[1].node, ranks);
      EXPECT_EQ(system.links[i].ends[1].port, i);
      EXPECT_EQ(system.link_of(ranks, i), i);
      EXPECT_EQ(system.links[i].rate.bits_per_s, 800'000'000'000u);
    }
    EXPECT_EQ(system.nodes[ranks].kind, NodeKind::kSwitch);
    EXPECT_FALSE(system.has(NodeKind::kGenerator));
  }
}

TEST(System, NumbersEndpointsInTheOrderOfTheFileWithoutSwitches) {
  const System system =
      parsed(made("{name = \"sw0\", kind = \"switch\", ports = 9}, {name = \"b\", kind = \"npu\"},"
                  "{name = \"sw1\", kind = \"switch\", ports = 2}, {name = \"a\", kind = \"npu\"}",
                  "{name = \"l0\", a = \"a.port0\", b = \"sw0.port3\"},"
                  "{name = \"l1\", a = \"sw1.port1\", b = \"b.port0\"},"
                  "{name = \"l2\", a = \"sw0.port8\", b = \"sw1.port0\"}"));
  EXPECT_EQ(system.endpoints, (std::vector<std::size_t>{1, 3}));
  EXPECT_EQ(system.node_id(1), 0u);
  EXPECT_EQ(system.node_id(3), 1u);
  EXPECT_EQ(system.link_of(0, 3), 0u);
  EXPECT_EQ(system.link_of(0, 0), std::nullopt);
}

TEST(System, CountsRangesInStep) {
  const System system =
      parsed(made("{name = \"x[3..4]y[8..9]\", kind = \"npu\"},"
                  "{name = \"sw\", kind = \"switch\", ports = 12}",
                  "{name = \"l[0..1]\", a = \"x[3..4]y[8..9].port0\", b = \"sw.port[10..11]\"}"));
  EXPECT_EQ(system.nodes[0].name, "x3y8");
  EXPECT_EQ(system.nodes[1].name, "x4y9");
  EXPECT_EQ(system.links[1].b, "sw.port11");
  EXPECT_EQ(system.links[1].ends[0].node, 1u);
}

TEST(System, RefusesRangesThatAreNone) {
  for (const char* name : {"npu[", "npu[0..", "npu[0..1", "npu[..1]", "npu[0,1]", "npu[1..0]",
                           "npu[00..01]", "npu[-1..0]", "npu[0..99999999]"}) {
    EXPECT_NE(refused(made("{name = \"" + std::string(name) + "\", kind = \"npu\"}", ""))
                  .find("has no range between its brackets"),
              std::string::npos)
        << name;
  }
  EXPECT_NE(refused(made("{name = \"npu[0..9999999]\", kind = \"npu\"}", ""))
                .find("node[0].name: a range of more than a million"),
            std::string::npos);
  const std::string nodes =
      "{name = \"npu[0..7]\", kind = \"npu\"},"
      "{name = \"sw0\", kind = \"switch\", ports = 8}";
  EXPECT_NE(
      refused(made(nodes, "{name = \"l[0..7]\", a = \"npu[0..6].port0\", b = \"sw0.port[0..7]\"}"))
          .find("link[0].a: a range of 7, and one of 8 in name"),
      std::string::npos);
  EXPECT_NE(refused(made(nodes, "{name = \"l[0..7]\", a = \"npu[0..7].port0\", b = \"sw0.port0\"}"))
                .find("\"sw0.port0\" is in use by link \"l0\""),
            std::string::npos);
  EXPECT_NE(refused(made(nodes, "{name = \"l0\", a = \"npu[0..7].port0\", b = \"sw0.port[0..7]\"}"))
                .find("\"l0\" is the name of another part"),
            std::string::npos);
}

TEST(System, GivesAllThatIsConnectedOneRate) {
  const auto rates = [](const std::string& npu, const std::string& sw, const std::string& link) {
    const std::string text =
        made("{name = \"npu[0..1]\", kind = \"npu\"" + npu +
                 "}, {name = \"sw[0..1]\", kind = \"switch\", ports = 2" + sw + "}",
             "{name = \"l[0..1]\", a = \"npu[0..1].port0\", b = \"sw[0..1].port0\"},"
             "{name = \"l2\", a = \"sw0.port1\", b = \"sw1.port1\"" +
                 link + "}");
    const System system = parsed(text);
    for (const SystemNode& node : system.nodes) EXPECT_EQ(node.rate, system.nodes[0].rate);
    for (const SystemLink& one : system.links) EXPECT_EQ(one.rate, system.nodes[0].rate);
    return system.nodes[0].rate.bits_per_s / 1'000'000'000;
  };
  const std::string of_400 = ", rate = \"400Gb/s\"";
  EXPECT_EQ(rates("", "", ""), 800u);
  EXPECT_EQ(rates("", "", of_400), 400u);
  EXPECT_EQ(rates(of_400, "", ""), 400u);
  EXPECT_EQ(rates("", of_400, ""), 400u);
  EXPECT_EQ(rates(of_400, of_400, of_400), 400u);
}

TEST(System, RefusesDifferentRates) {
  const auto two = [](const std::string& a, const std::string& b, const std::string& link) {
    return refused(
        made("{name = \"a\", kind = \"npu\"" + a + "}, {name = \"b\", kind = \"npu\"" + b + "}",
             "{name = \"l\", a = \"a.port0\", b = \"b.port0\"" + link + "}"));
  };
  const std::string of_400 = ", rate = \"400Gb/s\"", of_800 = ", rate = \"800Gb/s\"";
  const std::string ports =
      "a link between different rates: a.port0 runs at 400Gb/s, b.port0 at 800Gb/s";
  EXPECT_NE(two(of_400, of_800, "").find("link[0].a: " + ports), std::string::npos);
  EXPECT_NE(two(of_400, "", of_800).find("link[0].rate: " + ports + ", the link at 800Gb/s"),
            std::string::npos);
  EXPECT_NE(two(of_400, of_400, of_800)
                .find("a.port0 runs at 400Gb/s, b.port0 at 400Gb/s, the link at 800Gb/s"),
            std::string::npos);
}

TEST(System, RefusesNpusWithoutAPath) {
  const std::string nodes =
      "{name = \"npu[0..2]\", kind = \"npu\", ports = 2},"
      "{name = \"sw[0..1]\", kind = \"switch\", ports = 3}";
  // A chain: npus do not forward.
  EXPECT_NE(
      refused(made("{name = \"a\", kind = \"npu\"}, {name = \"b\", kind = \"npu\", ports = 2},"
                   "{name = \"c\", kind = \"npu\"}",
                   "{name = \"l0\", a = \"a.port0\", b = \"b.port0\"},"
                   "{name = \"l1\", a = \"b.port1\", b = \"c.port0\"}"))
          .find("node[0].name: \"a\" has no path to \"c\""),
      std::string::npos);
  // A triangle of direct links, and one direct link in place of a switch.
  EXPECT_NO_THROW(
      parsed(made("{name = \"npu[0..2]\", kind = \"npu\", ports = 2}",
                  "{name = \"l[0..1]\", a = \"npu[0..1].port0\", b = \"npu[1..2].port1\"},"
                  "{name = \"l2\", a = \"npu2.port0\", b = \"npu0.port1\"}")));
  const std::string uneven =
      "{name = \"l[0..1]\", a = \"npu[0..1].port0\", b = \"sw0.port[0..1]\"},"
      "{name = \"l[2..3]\", a = \"npu[0..1].port1\", b = \"sw1.port[0..1]\"},"
      "{name = \"l4\", a = \"npu2.port0\", b = \"sw1.port2\"}, ";
  EXPECT_NO_THROW(
      parsed(made(nodes, uneven + "{name = \"l5\", a = \"npu2.port1\", b = \"sw0.port2\"}")));
  // Two stars.
  EXPECT_NE(refused(made("{name = \"npu[0..3]\", kind = \"npu\"},"
                         "{name = \"sw[0..1]\", kind = \"switch\", ports = 2}",
                         "{name = \"l[0..1]\", a = \"npu[0..1].port0\", b = \"sw[0..1].port0\"},"
                         "{name = \"l[2..3]\", a = \"npu[2..3].port0\", b = \"sw[0..1].port1\"}"))
                .find("\"npu0\" has no path to \"npu1\""),
            std::string::npos);
}

TEST(System, KeepsGeneratorsAmongThemselves) {
  EXPECT_NE(refused(made("{name = \"g\", kind = \"generator\"}, {name = \"n\", kind = \"npu\"}",
                         "{name = \"l\", a = \"g.port0\", b = \"n.port0\"}"))
                .find("node[1].kind: generators are linked to generators"),
            std::string::npos);
  EXPECT_NE(refused(made("{name = \"s[0..1]\", kind = \"switch\"}",
                         "{name = \"l\", a = \"s0.port0\", b = \"s1.port0\"}"))
                .find("a system has generators or npus"),
            std::string::npos);
}

TEST(System, LetsSwitchesAloneHavePortsToSpare) {
  std::string text = star(2);
  text.replace(text.find("ports = 2"), 9, "ports = 7");
  EXPECT_EQ(parsed(text).nodes[2].ports, 7u);
  text.replace(text.find("node = ["), 8, "node = [{name = \"sw1\", kind = \"switch\"}, ");
  EXPECT_NE(refused(text).find("switch \"sw1\" has no link"), std::string::npos);
  text = star(2);
  text.replace(text.find("\"npu\""), 5, "\"npu\", ports = 2");
  EXPECT_NE(refused(text).find("port1 of node \"npu0\" has no link"), std::string::npos);
}

}  // namespace
}  // namespace weft
