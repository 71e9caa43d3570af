// SPDX-License-Identifier: Apache-2.0
#include "testbench/record/run_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <utility>

#include "models/base/error.h"
#include "models/base/text.h"
#include "testbench/run/machine_error.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, const std::string& name, int error) {
  throw MachineError("cannot " + what + " " + quoted(name, 200) + ": " + std::strerror(error),
                     error == ENOSPC ? "the disk is full" : "");
}

[[noreturn]] void refuse(const fs::path& path, const std::string& message) {
  throw InputError({"--out", 0, 0}, "", quoted(path.string(), 200) + " " + message,
                   "--out DIR for another place, --out none for no run directory");
}

/// Where a path leads, absolute and without links as far as it exists.
fs::path place_of(const fs::path& path) {
  std::error_code error;
  fs::path place = fs::weakly_canonical(fs::absolute(path), error);
  if (error) place = fs::absolute(path).lexically_normal();
  return place.has_filename() ? place : place.parent_path();
}

bool was_made_by_a_run(const fs::path& place) {
  std::ifstream marker(place / RunDirectory::kMarker);
  std::string line;
  return std::getline(marker, line) && line.starts_with("weft run directory");
}

void write_all(int descriptor, std::string_view text, const std::string& name) {
  while (!text.empty()) {
    const ssize_t n = ::write(descriptor, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail("write", name, n < 0 ? errno : ENOSPC);
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace

RowFile::RowFile(RowFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      name_(std::move(other.name_)),
      size_(other.size_) {}

RowFile& RowFile::operator=(RowFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(name_, other.name_);
  std::swap(size_, other.size_);
  return *this;
}

RowFile::~RowFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void RowFile::add(std::string_view rows) {
  try {
    write_all(descriptor_, rows, name_);
  } catch (...) {
    if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) throw;  // half a row stays
    throw;
  }
  size_ += rows.size();
}

void RunDirectory::check(const fs::path& path) {
  const fs::path place = place_of(path);
  std::error_code error;
  if (!fs::exists(place, error)) return;
  if (!fs::is_directory(place, error)) refuse(path, "is no directory");
  const auto upwards = fs::current_path(error).lexically_relative(place);
  if (!upwards.empty() && *upwards.begin() != "..") refuse(path, "holds the current directory");
  if (fs::is_empty(place, error) || was_made_by_a_run(place)) return;
  if (error) refuse(path, "cannot be read");
  refuse(path, "holds files that no run of Weft made");
}

RunDirectory::RunDirectory(const fs::path& path) : path_(path), place_(place_of(path)) {
  std::error_code error;
  fs::create_directories(place_.parent_path(), error);
  if (error) fail("make the directory", place_.parent_path().string(), error.value());
  const fs::path made = place_.string() + ".new-" + std::to_string(::getpid());
  if (::mkdir(made.c_str(), 0777) != 0) fail("make the directory", path_.string(), errno);
  descriptor_ = ::open(made.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  try {
    if (descriptor_ < 0) fail("open the directory", made.string(), errno);
    write(kMarker, kMarkerText);
    put_in_place(made);
  } catch (...) {
    if (descriptor_ >= 0) ::close(descriptor_);
    fs::remove_all(made, error);
    throw;
  }
}

RunDirectory::~RunDirectory() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

/// What stands at the place changes in one step, and is removed after it.
void RunDirectory::put_in_place(const fs::path& made) const {
  std::error_code error;
  if (!fs::exists(place_, error)) {
    if (::rename(made.c_str(), place_.c_str()) != 0) fail("make", path_.string(), errno);
    return;
  }
  if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, place_.c_str(), RENAME_EXCHANGE) == 0) {
    fs::remove_all(made, error);
    if (error) fail("remove the earlier run in", path_.string(), error.value());
    return;
  }
  const fs::path old = place_.string() + ".old-" + std::to_string(::getpid());  // no exchange here
  if (::rename(place_.c_str(), old.c_str()) != 0 || ::rename(made.c_str(), place_.c_str()) != 0) {
    fail("replace", path_.string(), errno);
  }
  fs::remove_all(old, error);
}

void RunDirectory::write(const std::string& name, std::string_view text, bool executable) const {
  const std::string half = "." + name + ".partial";
  const std::string shown = (path_ / name).string();
  const int file = ::openat(descriptor_, half.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                            executable ? 0777 : 0666);
  if (file < 0) fail("write", shown, errno);
  try {
    write_all(file, text, shown);
  } catch (...) {
    ::close(file);
    ::unlinkat(descriptor_, half.c_str(), 0);
    throw;
  }
  if (::close(file) != 0) fail("write", shown, errno);
  if (::renameat(descriptor_, half.c_str(), descriptor_, name.c_str()) != 0) {
    fail("write", shown, errno);
  }
}

RowFile RunDirectory::open_rows(const std::string& name, int flags, std::size_t size) const {
  const int file =
      ::openat(descriptor_, name.c_str(), flags | O_WRONLY | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) fail("write", (path_ / name).string(), errno);
  return {file, (path_ / name).string(), size};
}

RowFile RunDirectory::rows(const std::string& name) const {
  return open_rows(name, O_CREAT | O_TRUNC, 0);
}

RowFile RunDirectory::rows_after(const std::string& name, std::size_t size) const {
  return open_rows(name, 0, size);
}

}  // namespace weft::tb
