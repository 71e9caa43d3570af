// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/report_command.h"

#include <ostream>

#include "testbench/report/report.h"
#include "testbench/run/judge.h"
#include "testbench/weft/command_line.h"

namespace weft::tb {
namespace {

namespace po = boost::program_options;

constexpr const char* kUsage =
    "usage: weft report DIR\n\n"
    "Makes DIR/report.html from what a run left in DIR. A run does so at its end; this is for one\n"
    "that was killed, or that goes on.\n\n";

}  // namespace

int report_command(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  return guarded("weft report", err, [&] {
    po::options_description options("options");
    options.add_options()("help", "this text");
    const Words read = read_words(words, options);
    if (read.has("help")) {
      out << kUsage << options;
      return static_cast<int>(Exit::kPass);
    }
    if (read.rest.empty()) throw UsageError("the run directory is missing", "weft report DIR");
    read.at_most(1);
    out << write_report(read.rest[0]).string() << "\n";
    return static_cast<int>(Exit::kPass);
  });
}

}  // namespace weft::tb
