// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "models/base/text.h"
#include "testbench/regress/regress_files.h"
#include "testbench/run/text_table.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kTailLines = 40;

/// Text as XML 1.0 takes it: escaped; what it cannot hold becomes "?".
std::string xml_text(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t valid = std::min(find_invalid_utf8(text), text.size());
    for (const char c : text.substr(0, valid)) {
      const auto byte = static_cast<unsigned char>(c);
      switch (c) {
        case '&':
          result += "&amp;";
          break;
        case '<':
          result += "&lt;";
          break;
        case '>':
          result += "&gt;";
          break;
        case '"':
          result += "&quot;";
          break;
        case '\n':
        case '\t':
          result += c;
          break;
        default:
          result += byte < 0x20 || byte == 0x7f ? '?' : c;
      }
    }
    if (valid < text.size()) result += '?';
    text.remove_prefix(std::min(valid + 1, text.size()));
  }
  return result;
}

/// An attribute keeps no line breaks.
std::string attribute(const char* name, std::string_view value) {
  std::string text = xml_text(value);
  for (char& c : text) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return " " + std::string(name) + "=\"" + text + "\"";
}

std::string property(const char* name, std::string_view value) {
  return "      <property" + attribute("name", name) + attribute("value", value) + "/>\n";
}

class JunitWriter {
 public:
  JunitWriter(const Plan& plan, const fs::path& directory, const fs::path& file_folder)
      : plan_(plan), directory_(directory), file_folder_(file_folder) {}

  std::string whole(const RegressionResult& result) const {
    std::size_t failures = 0, errors = 0, skipped = 0;
    std::string cases;
    for (const RunRecord& record : result.records) {
      if (!record.ended() || record.state == RunState::kKilled) ++skipped;
      if (record.state == RunState::kFailed) ++(is_error(record) ? errors : failures);
      cases += test_case(record);
    }
    const std::string counts = attribute("tests", std::to_string(result.records.size())) +
                               attribute("failures", std::to_string(failures)) +
                               attribute("errors", std::to_string(errors)) +
                               attribute("skipped", std::to_string(skipped)) +
                               attribute("time", fixed(result.wall_s, 3));
    const std::string name = attribute("name", plan_.name());
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + name + counts +
           ">\n<testsuite" + name + counts + attribute("timestamp", result.started) + ">\n" +
           cases + "</testsuite>\n</testsuites>\n";
  }

 private:
  /// A failure is a check that did not hold; an error is a run that could not be judged.
  static bool is_error(const RunRecord& record) {
    const FailureKind kind = record.outcome.kind;
    return kind != FailureKind::kCheck && kind != FailureKind::kHung && kind != FailureKind::kEmpty;
  }

  std::string relative(const std::string& below) const {
    const fs::path path = fs::absolute(directory_ / below).lexically_normal();
    const fs::path base = fs::absolute(file_folder_).lexically_normal();
    return path.lexically_relative(base).string();
  }

  std::string test_case(const RunRecord& record) const {
    std::string text =
        "  <testcase" + attribute("classname", plan_.name() + "." + record.test) +
        attribute("name", record.test + "[" + std::to_string(record.job.seed) + "]") +
        attribute("time", fixed(record.ended() ? record.outcome.end.wall_s : 0, 3)) + ">\n" +
        properties(record) + verdict(record);
    if (record.ended()) text += output(record);
    return text + "  </testcase>\n";
  }

  std::string properties(const RunRecord& record) const {
    std::string text = "    <properties>\n" +
                       property("random_seed", std::to_string(record.job.seed)) +
                       property("repro", record.repeat);
    if (record.ended()) {
      if (record.outcome.summary) {
        text += property("config_hash", record.outcome.summary->config_hash);
      }
      text += property("directory", relative(record.folder));
      for (const std::string& wave : record.waves) text += property("waves", relative(wave));
    }
    return text + "    </properties>\n";
  }

  static std::string verdict(const RunRecord& record) {
    if (!record.ended()) return "    <skipped" + attribute("message", "not run") + "/>\n";
    if (record.state == RunState::kKilled) {
      return "    <skipped" + attribute("message", record.outcome.message) + "/>\n";
    }
    if (record.state == RunState::kPassed) return {};
    const char* const tag = is_error(record) ? "error" : "failure";
    return std::string("    <") + tag + attribute("type", failure_kind_name(record.outcome.kind)) +
           attribute("message", record.outcome.message) + ">" +
           xml_text("repeat with: " + record.repeat) + "</" + tag + ">\n";
  }

  std::string output(const RunRecord& record) const {
    const std::vector<std::string> lines =
        last_lines(directory_ / record.folder / "console.txt", kTailLines);
    return lines.empty() ? ""
                         : "    <system-out>" + xml_text(join(lines, "\n")) + "</system-out>\n";
  }

  const Plan& plan_;
  const fs::path& directory_;
  const fs::path& file_folder_;
};

}  // namespace

std::string junit_xml(const Plan& plan, const RegressionResult& result,
                      const std::filesystem::path& directory,
                      const std::filesystem::path& file_folder) {
  return JunitWriter(plan, directory, file_folder).whole(result);
}

}  // namespace weft::tb
