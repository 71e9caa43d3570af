// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace weft::tb {

/// A file that grows by whole rows: each add() is one write, so whoever reads it while the run goes
/// on, or after the run was killed, finds no half row.
class RowFile {
 public:
  /// Takes over the descriptor of a file of `size` bytes; `name` is for messages.
  RowFile(int descriptor, std::string name, std::size_t size)
      : descriptor_(descriptor), name_(std::move(name)), size_(size) {}
  RowFile(RowFile&& other) noexcept;
  RowFile& operator=(RowFile&& other) noexcept;
  ~RowFile();

  /// Throws MachineError when not all of it can be written.
  void add(std::string_view rows);

 private:
  int descriptor_;
  std::string name_;
  std::size_t size_;
};

/// The directory of a run: made beside its place, then put there in one step in which that of an
/// earlier run goes away. Files are written into the directory that was made, even if another run
/// has taken its place since.
class RunDirectory {
 public:
  static constexpr const char* kMarker = ".weft-run";
  static constexpr const char* kMarkerText = "weft run directory 1\n";

  /// Refuses (InputError) a path at which something stands that no run made: a file, a directory
  /// with files and without marker; and the current directory and those above it. Makes nothing.
  static void check(const std::filesystem::path& path);

  /// Throws MachineError for what cannot be made, written or moved.
  explicit RunDirectory(const std::filesystem::path& path);
  ~RunDirectory();
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;

  /// As the user named it.
  const std::filesystem::path& path() const { return path_; }

  /// Puts a whole file in its place in one step. Throws MachineError.
  void write(const std::string& name, std::string_view text, bool executable = false) const;
  /// A new file to add rows to.
  RowFile rows(const std::string& name) const;
  /// One that is there, and is `size` bytes long.
  RowFile rows_after(const std::string& name, std::size_t size) const;

 private:
  RowFile open_rows(const std::string& name, int flags, std::size_t size) const;
  void put_in_place(const std::filesystem::path& made) const;

  std::filesystem::path path_;
  std::filesystem::path place_;  // absolute, without links
  int descriptor_ = -1;
};

}  // namespace weft::tb
