// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bench.h"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <nlohmann/json.hpp>
#include <ostream>

namespace weft::bench {

Reporter::Reporter(std::string_view bench, std::ostream& json, std::ostream& sentences)
    : bench_(bench), json_(json), sentences_(sentences) {}

void Reporter::metric(std::string_view name, double value, std::string_view unit) {
  line(name, value, unit, nullptr);
}

void Reporter::metric(std::string_view name, double value, std::string_view unit,
                      const Baseline& baseline) {
  line(name, value, unit, &baseline);
}

void Reporter::line(std::string_view name, double value, std::string_view unit,
                    const Baseline* baseline) {
  if (!std::isfinite(value) || (baseline && !std::isfinite(baseline->value))) {
    fail(std::string(name) + " is not a finite number");
    return;
  }
  nlohmann::ordered_json json{
      {"bench", bench_}, {"metric", name}, {"value", value}, {"unit", unit}};
  json["baseline"] = baseline ? nlohmann::ordered_json(baseline->name) : nullptr;
  json["baseline_value"] = baseline ? nlohmann::ordered_json(baseline->value) : nullptr;
  json_ << json.dump() << std::endl;
  ++metrics_;
}

void Reporter::say(std::string_view sentence) { sentences_ << sentence << std::endl; }

void Reporter::fail(std::string_view reason) {
  failed_ = true;
  sentences_ << "FAIL " << bench_ << ": " << reason << std::endl;
}

int bench_main(std::span<const std::string_view> words, std::span<const Bench> benches,
               std::ostream& out, std::ostream& err) {
  if (words.empty()) {
    err << "usage: weft_bench --list | NAME [options of the benchmark]\n";
    return 2;
  }
  if (words[0] == "--list") {
    std::size_t width = 0;
    for (const Bench& bench : benches) width = std::max(width, bench.name.size());
    for (const Bench& bench : benches) {
      out << bench.name << std::string(width + 2 - bench.name.size(), ' ') << bench.sentence
          << '\n';
    }
    return 0;
  }
  const auto bench = std::find_if(benches.begin(), benches.end(),
                                  [&](const Bench& b) { return b.name == words[0]; });
  if (bench == benches.end()) {
    err << "no benchmark is called '" << words[0] << "'; --list names them\n";
    return 2;
  }
  Reporter reporter(bench->name, out, err);
  try {
    bench->run(reporter, words.subspan(1));
  } catch (const std::exception& e) {
    reporter.fail(e.what());
    return 4;
  }
  if (!reporter.failed() && reporter.metrics() == 0) reporter.fail("it reported no metric");
  return reporter.failed() ? 1 : 0;
}

double thread_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace weft::bench
