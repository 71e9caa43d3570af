// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "models/scenario/scenario.h"

namespace weft {

/// Hands over the shipped files, and texts set by a test in their place.
class TestFiles final : public ScenarioFiles {
 public:
  std::map<std::string, std::string> texts;  ///< by name

  Text read(Kind kind, const std::string& name, const Config& config,
            const std::string& key) override {
    if (const auto text = texts.find(name); text != texts.end()) return {name, text->second};
    if (kind == Kind::kFirmware && name == "collective") return {name, "bytes of it"};
    const char* folder = kind == Kind::kSystem     ? "/models/system/"
                         : kind == Kind::kProtocol ? "/models/protocol/"
                                                   : "/models/phy/";
    std::ifstream file(std::string(WEFT_SOURCE_DIR) + folder + name + ".toml");
    if (!file) config.fail(key, "is not there");
    std::stringstream text;
    text << file.rdbuf();
    return {name, text.str()};
  }
};

inline const std::string kTwoGenerators = R"(
schema = 1
node = [{name = "gen0a", kind = "generator"}, {name = "gen0b", kind = "generator"}]
link = [{name = "link0", a = "gen0a.port0", b = "gen0b.port0", rate = "800Gb/s"}]
)";

/// `ranks` npus around a switch, and a scenario for them.
inline std::string star(unsigned ranks) {
  const std::string range = "[0.." + std::to_string(ranks - 1) + "]";
  return "schema = 1\nnode = [{name = \"npu" + range +
         "\", kind = \"npu\"}, {name = \"sw0\", kind = \"switch\", ports = " +
         std::to_string(ranks) + "}]\nlink = [{name = \"link" + range + "\", a = \"npu" + range +
         ".port0\", b = \"sw0.port" + range + "\"}]\n";
}
inline const std::string kAllReduce = R"(
schema = 1
system = "star8"
workload.kind = "all_reduce"
expect.complete = true
)";

inline const std::string kSmallest = R"(
schema = 1
system = "links8"
workload.kind = "stream"
expect.complete = true
)";

/// A scenario read from `text` over what the test put into `files`.
inline Scenario read_scenario(const std::string& text, TestFiles files = {}) {
  const Config config = Config::parse(text, "x.toml");
  return Scenario::read(config, files);
}

}  // namespace weft
