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

}  // namespace
}  // namespace weft
