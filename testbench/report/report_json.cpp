// SPDX-License-Identifier: Apache-2.0
#include "testbench/report/report_json.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

namespace weft::tb {
namespace {

using Json = nlohmann::ordered_json;

/// An object, or null with a note.
Json parsed(const std::string& name, const std::string& text, ReportData& data) {
  if (text.empty()) return nullptr;
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_discarded()) return json;
  data.notes.push_back(name + " is not whole JSON");
  return nullptr;
}

const Json& member(const Json& json, const char* key) {
  static const Json null;
  if (!json.is_object()) return null;
  const auto found = json.find(key);
  return found == json.end() ? null : *found;
}

/// A value as a person reads it; nothing of null is "not known".
std::string text_of(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_boolean()) return json.get<bool>() ? "yes" : "no";
  if (json.is_null()) return "not known";
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text_at(const Json& json, const char* key) {
  const Json& value = member(json, key);
  return value.is_null() ? "" : text_of(value);
}

std::optional<double> number_at(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_number()) return std::nullopt;
  return value.get<double>();
}

const Json& list_at(const Json& json, const char* key) {
  static const Json empty = Json::array();
  const Json& value = member(json, key);
  return value.is_array() ? value : empty;
}

/// Objects as rows; columns are their keys in the order in which they first stand there. Cells of
/// null are empty.
ReportTable table_of(const Json& list) {
  ReportTable table;
  for (const Json& one : list) {
    if (!one.is_object()) continue;
    for (const auto& [key, value] : one.items()) {
      if (std::find(table.columns.begin(), table.columns.end(), key) == table.columns.end()) {
        table.columns.push_back(key);
      }
    }
  }
  for (const Json& one : list) {
    if (!one.is_object()) continue;
    std::vector<std::string> row;
    for (const std::string& column : table.columns) {
      row.push_back(one.contains(column) && !one[column].is_null() ? text_of(one[column]) : "");
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

void read_checks(const Json& json, ReportSummary& summary) {
  summary.checks.columns = {"what", "wanted", "seen", "parts"};
  for (const Json& check : list_at(json, "checks")) {
    const Json& passed = member(check, "passed");
    summary.checks_passed.push_back(passed.is_boolean() && passed.get<bool>());
    summary.checks.rows.push_back({text_at(check, "what"), text_at(check, "wanted"),
                                   text_at(check, "seen"),
                                   text_at(check, "met") + " of " + text_at(check, "parts")});
  }
}

void read_identity(const Json& json, ReportSummary& summary) {
  const Json& weft = member(json, "weft");
  summary.version = text_at(weft, "version");
  summary.commit = text_at(weft, "commit");
  summary.build = text_at(weft, "build");
  summary.scenario = text_at(json, "scenario");
  summary.seed = text_at(json, "seed");
  summary.config_hash = text_at(json, "config_hash");
  summary.started = text_at(json, "started");
  summary.digest = text_at(json, "digest");
  summary.result_hash = text_at(json, "result_hash");
  summary.repeat = text_at(json, "repeat");
}

/// "npu3.port0" or "npu3": the index of npu3.
std::optional<std::size_t> node_at(const std::map<std::string, std::size_t>& nodes,
                                   const std::string& port) {
  auto found = nodes.find(port);
  if (found == nodes.end()) found = nodes.find(port.substr(0, port.rfind('.')));
  if (found == nodes.end()) return std::nullopt;
  return found->second;
}

}  // namespace

void read_summary_json(const std::string& text, ReportData& data) {
  const Json json = parsed("summary.json", text, data);
  ReportSummary& summary = data.summary;
  read_identity(json, summary);
  summary.verdict = text_at(json, "verdict");
  summary.ending = text_at(json, "ending");
  summary.reason = text_at(json, "reason");
  summary.wall_s = number_at(json, "wall_s");
  summary.sim_time_ns = number_at(json, "sim_time_fs");
  if (summary.sim_time_ns) *summary.sim_time_ns /= 1e6;
  summary.ended = member(json, "end").is_boolean() && member(json, "end").get<bool>();
  if (member(json, "invariants").is_object()) {
    for (const auto& [name, value] : member(json, "invariants").items()) {
      // Replays are read from registers when a run ends; earlier versions said 0 until then.
      const bool too_soon = name == "replays" && !summary.ended;
      summary.invariants.emplace_back(name, too_soon ? "not known" : text_of(value));
    }
  }
  for (const Json& line : list_at(json, "waiting")) summary.waiting.push_back(text_of(line));
  read_checks(json, summary);
  summary.faults = table_of(list_at(json, "faults"));
  for (const Json& metric : list_at(json, "metrics")) {
    const std::optional<double> value = number_at(metric, "value");
    if (value) {
      summary.metrics.push_back({text_at(metric, "name"), *value, text_at(metric, "unit")});
    }
  }
}

void read_topology_json(const std::string& text, ReportData& data) {
  const Json json = parsed("topology.json", text, data);
  std::map<std::string, std::size_t> names;
  for (const Json& node : list_at(json, "nodes")) {
    names.emplace(text_at(node, "name"), data.nodes.size());
    data.nodes.push_back({text_at(node, "name"), text_at(node, "kind"), text_at(node, "id")});
  }
  for (const Json& link : list_at(json, "links")) {
    const auto a = node_at(names, text_at(link, "a")), b = node_at(names, text_at(link, "b"));
    if (!a || !b) {
      data.notes.push_back("topology.json: an end of " + text_at(link, "name") +
                           " is at no node that it names");
      continue;
    }
    data.links.push_back({text_at(link, "name"),
                          text_at(link, "level"),
                          number_at(link, "rate_gbps").value_or(0),
                          {*a, *b},
                          {}});
  }
}

void read_fidelity_json(const std::string& text, ReportData& data) {
  const Json json = parsed("fidelity.json", text, data);
  if (json.is_array()) data.fidelity = table_of(json);
  // A list under a name of its own, beside a schema number.
  if (!json.is_object()) return;
  for (const auto& [key, value] : json.items()) {
    if (value.is_array()) data.fidelity = table_of(value);
  }
}

}  // namespace weft::tb
