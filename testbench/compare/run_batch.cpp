// SPDX-License-Identifier: Apache-2.0
#include "testbench/compare/run_batch.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "models/base/error.h"
#include "models/base/text.h"
#include "testbench/run/judge.h"
#include "testbench/run/machine_error.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;

constexpr double kTickS = 0.25;
constexpr double kNoLimitS = 1e8;  // a run has a watchdog of its own

[[noreturn]] void fail(const fs::path& path, const std::string& why) {
  throw MachineError("cannot make the folder " + weft::quoted(path.string()) + ": " + why);
}

}  // namespace

BatchResult run_batch(const std::vector<BatchRun>& runs, unsigned jobs,
                      const std::function<void(std::size_t)>& tell) {
  BatchResult result;
  result.ends.resize(runs.size());
  for (ChildEnd& end : result.ends) end.stopped = true;
  ChildPool pool;
  std::size_t next = 0;
  std::size_t ended = 0;
  unsigned heard = 0;
  for (;;) {
    const bool stopping = result.interrupted || result.refused;
    while (!stopping && next < runs.size() && pool.running() < jobs) {
      pool.start(next, {runs[next].words, runs[next].console.string(), kNoLimitS});
      ++next;
    }
    if (pool.running() == 0) return result;
    tell(ended);
    for (const ChildEnd& end : pool.wait(kTickS)) {
      result.ends[end.id] = end;
      ++ended;
      if (end.signal != 0 || end.exit != static_cast<int>(Exit::kRefused)) continue;
      result.refused = true;
      pool.stop_all();
    }
    if (pool.interrupts() == heard) continue;
    if (heard != 0 || pool.interrupts() > 1) pool.kill_all();
    heard = pool.interrupts();
    result.interrupted = true;
    pool.stop_all();
  }
}

BatchFolder::BatchFolder(const fs::path& path) : path_(path), temporary_(path.empty()) {
  if (temporary_) {
    make_temporary();
  } else {
    take(path);
  }
}

BatchFolder::~BatchFolder() {
  std::error_code none;
  if (temporary_) fs::remove_all(path_, none);
}

void BatchFolder::make_temporary() {
  std::error_code error;
  std::string name = (fs::temp_directory_path(error) / "weft-compare-XXXXXX").string();
  if (error) fail("$TMPDIR", error.message());
  if (::mkdtemp(name.data()) == nullptr) fail(name, std::strerror(errno));
  path_ = name;
}

void BatchFolder::take(const fs::path& path) {
  std::error_code error;
  const bool ours = fs::exists(path / kMarker, error);
  if (fs::exists(path, error) && !ours &&
      (!fs::is_directory(path, error) || !fs::is_empty(path, error))) {
    throw InputError({"--out", 0, 0}, "",
                     weft::quoted(path.string()) + " holds files that no comparison made",
                     "--out DIR for another place");
  }
  fs::create_directories(path, error);
  if (error) fail(path, error.message());
  for (const char* side : {"a", "b"}) {
    fs::remove_all(path / side, error);
    if (error) fail(path / side, error.message());
  }
  std::ofstream marker(path / kMarker);
  marker << "weft comparison 1\n";
  if (!marker.flush()) fail(path, "the marker cannot be written");
}

}  // namespace weft::tb
