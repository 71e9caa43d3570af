// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "models/base/text.h"
#include "testbench/regress/regress_files.h"
#include "testbench/run/machine_error.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;
constexpr const char* kMarkerText = "weft regression directory 1\n";

[[noreturn]] void cannot(const std::string& what, const fs::path& path, int error) {
  throw MachineError("cannot " + what + " " + weft::quoted(path.string()) + ": " +
                     std::strerror(error));
}

[[noreturn]] void refuse(const fs::path& path, const std::string& message,
                         const std::string& hint) {
  throw InputError({path.string()}, "", message, hint);
}

void write_all(int descriptor, std::string_view text, const fs::path& path) {
  while (!text.empty()) {
    const ssize_t done = write(descriptor, text.data(), text.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) cannot("write", path, errno);
    text.remove_prefix(static_cast<std::size_t>(done));
  }
}

/// Refuses a place that no regression made.
void check_place(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) return;
  if (!fs::is_directory(status)) refuse(path, "is no directory", "--out names another");
  if (fs::exists(path / RegressDirectory::kMarker, error)) return;
  if (fs::is_empty(path, error) && !error) return;
  refuse(path, "is not empty, and no regression made it", "--out names another directory");
}

}  // namespace

RegressDirectory::RegressDirectory(fs::path path, bool keep) : path_(std::move(path)) {
  check_place(path_);
  std::error_code error;
  fs::create_directories(path_, error);
  if (error) cannot("make", path_, error.value());
  const fs::path marker = path_ / kMarker;
  lock_ = open(marker.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0) cannot("write", marker, errno);
  try {
    if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
      refuse(path_, "another regression is at work here", "--out names another directory");
    }
    if (lseek(lock_, 0, SEEK_END) == 0) write_all(lock_, kMarkerText, marker);
    if (keep) return;
    for (const fs::directory_entry& entry : fs::directory_iterator(path_, error)) {
      if (entry.path().filename() != kMarker) fs::remove_all(entry.path(), error);
      if (error) cannot("remove", entry.path(), error.value());
    }
    if (error) cannot("read", path_, error.value());
  } catch (...) {
    close(lock_);
    throw;
  }
}

RegressDirectory::~RegressDirectory() { close(lock_); }

fs::path RegressDirectory::make_folder(const std::string& name) const {
  const fs::path folder = path_ / name;
  std::error_code error;
  fs::remove_all(folder, error);
  if (error) cannot("remove", folder, error.value());
  fs::create_directories(folder, error);
  if (error) cannot("make", folder, error.value());
  return folder;
}

void write_whole(const fs::path& path, std::string_view text) {
  const fs::path part = path.string() + ".partial-" + std::to_string(getpid());
  const int descriptor = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) cannot("write", path, errno);
  try {
    write_all(descriptor, text, path);
  } catch (...) {
    close(descriptor);
    unlink(part.c_str());
    throw;
  }
  const bool closed = close(descriptor) == 0;
  if (!closed || rename(part.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    unlink(part.c_str());
    cannot("write", path, reason);
  }
}

}  // namespace weft::tb
