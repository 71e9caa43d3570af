// SPDX-License-Identifier: Apache-2.0
#include "testbench/regress/plan.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "models/base/text.h"

namespace weft::tb {
namespace {

constexpr Time kTimeout = Time::s(120);
constexpr std::size_t kMaxNameBytes = 100;  // becomes part of a file name

bool is_lower_snake(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
         std::all_of(text.begin(), text.end(), fits);
}

std::string read_name(const Config& entry) {
  std::string name = entry.get_string("name");
  if (!is_lower_snake(name)) {
    entry.fail("name", weft::quoted(name) + " is no name of a test",
               "a to z, 0 to 9 and _, the first a letter");
  }
  if (name.size() > kMaxNameBytes) {
    entry.fail("name", "is longer than " + std::to_string(kMaxNameBytes) + " letters");
  }
  return name;
}

/// A path starts from the plan's folder; a name is that of a shipped scenario.
std::string read_scenario(const Config& entry, const std::string& plan_file) {
  const std::string name = entry.get_string("scenario");
  if (name.empty()) entry.fail("scenario", "is empty", "weft list scenarios");
  const bool path = name.find('/') != std::string::npos || name.ends_with(".toml");
  if (!path) return name;
  return (std::filesystem::path(plan_file).parent_path() / name).lexically_normal().string();
}

void read_seeds(const Config& entry, PlanTest& test) {
  const ConfigValue* value = entry.find("seeds");
  if (value == nullptr) return;
  if (value->kind() != ConfigValue::Kind::kList) {
    test.seed_count = value->as_uint64();
    if (test.seed_count == 0 || test.seed_count > Plan::kMaxSeeds) {
      value->fail("is a number of seeds from 1 to " + std::to_string(Plan::kMaxSeeds),
                  "seeds = [0] for the seed 0");
    }
    return;
  }
  test.seeds = entry.get_uint64s("seeds");
  if (test.seeds.empty()) value->fail("is an empty list of seeds");
  if (test.seeds.size() > Plan::kMaxSeeds) value->fail("holds too many seeds");
  std::vector<std::uint64_t> sorted = test.seeds;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) value->fail("holds " + std::to_string(*twice) + " twice");
}

/// A value as --set reads it: text without its quotes where it is the same without.
std::string set_text(const ConfigValue& value) {
  if (value.kind() != ConfigValue::Kind::kString) return value.to_toml();
  const std::string text = value.as_string();
  try {
    Config plain;
    plain.set("value", text);
    const ConfigValue& again = plain.require("value");
    if (again.kind() == ConfigValue::Kind::kString && again.as_string() == text) return text;
  } catch (const InputError&) {
  }
  return value.to_toml();
}

std::vector<std::string> read_overrides(const Config& entry) {
  std::vector<std::string> overrides;
  for (const std::string& key : entry.keys_under("set")) {
    const ConfigValue& value = entry.require("set." + key);
    if (key == "sim.seed")
      value.fail("the seed of a run comes from the test's seeds", "seeds = [1]");
    overrides.push_back(key + "=" + set_text(value));
  }
  return overrides;
}

std::vector<std::string> read_tags(const Config& entry) {
  std::vector<std::string> tags = entry.get_strings("tags");
  for (const std::string& tag : tags) {
    if (tag.empty()) entry.fail("tags", "holds an empty tag");
  }
  return tags;
}

Time read_timeout(const Config& config, Time otherwise) {
  const Time timeout = config.get_time("timeout", otherwise);
  if (timeout < Time::ms(1)) config.fail("timeout", "is shorter than 1ms");
  return timeout;
}

PlanTest read_test(const Config& entry, const std::string& file, Time timeout) {
  PlanTest test;
  test.name = read_name(entry);
  test.pos = entry.pos("name");
  test.stage = entry.get_string("stage", "");
  test.scenario = read_scenario(entry, file);
  read_seeds(entry, test);
  test.overrides = read_overrides(entry);
  test.tags = read_tags(entry);
  test.timeout = read_timeout(entry, timeout);
  const std::uint64_t exit = entry.get_uint64("expect_exit", 0);
  if (exit > 4) entry.fail("expect_exit", "is no exit code of a run", "0 to 4");
  test.expect_exit = static_cast<int>(exit);
  return test;
}

}  // namespace

Plan Plan::parse(std::string_view text, const std::string& file) {
  const Config config = Config::parse(text, file);
  const std::uint64_t schema = config.get_uint64("schema");
  if (schema != kSchema) {
    config.fail("schema", "this Weft reads plans of schema " + std::to_string(kSchema));
  }
  Plan plan;
  plan.file = file;
  plan.seed = config.get_uint64("seed", 1);
  const Time timeout = read_timeout(config, kTimeout);
  std::map<std::string, SourcePos> places;
  for (const Config& entry : config.get_tables("test")) {
    PlanTest test = read_test(entry, file, timeout);
    const auto [place, is_new] = places.emplace(test.name, test.pos);
    if (!is_new) {
      entry.fail("name", weft::quoted(test.name) + " is also the name of another test",
                 "see " + place->second.to_string());
    }
    plan.tests.push_back(std::move(test));
  }
  config.check_all_used();
  if (plan.tests.empty()) {
    throw InputError({file}, "test", "the plan has no test",
                     "[[test]] with name = \"...\" and scenario = \"...\"");
  }
  return plan;
}

std::string Plan::name() const { return std::filesystem::path(file).stem().string(); }

}  // namespace weft::tb
