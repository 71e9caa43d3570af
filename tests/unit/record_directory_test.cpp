// SPDX-License-Identifier: Apache-2.0
#include "testbench/record/run_directory.h"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <csignal>
#include <fstream>
#include <sstream>

#include "models/base/error.h"
#include "testbench/run/machine_error.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;

class RunDirectoryTest : public testing::Test {
 protected:
  RunDirectoryTest() {
    std::string name = (fs::temp_directory_path() / "weft-directory-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
  }
  ~RunDirectoryTest() override { fs::remove_all(root_); }

  static std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(root_), fs::directory_iterator()));
  }

  fs::path root_;
};

TEST_F(RunDirectoryTest, MakesWhatIsAboveItAndHoldsItsMarker) {
  const fs::path place = root_ / "runs" / "x-s1";
  const RunDirectory directory(place);
  EXPECT_EQ(directory.path(), place);
  EXPECT_EQ(text_of(place / RunDirectory::kMarker), RunDirectory::kMarkerText);
  EXPECT_NO_THROW(RunDirectory::check(place));
}

TEST_F(RunDirectoryTest, TakesTheNewOneInOneStepAndKeepsOutOfIt) {
  const RunDirectory first(root_ / "d");
  first.write("a.txt", "first");
  const RunDirectory second(root_ / "d");
  EXPECT_FALSE(fs::exists(root_ / "d" / "a.txt"));
  second.write("b.txt", "second");
  EXPECT_THROW(first.write("b.txt", "first"), MachineError);  // it is gone
  EXPECT_EQ(text_of(root_ / "d" / "b.txt"), "second");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(RunDirectoryTest, FollowsALinkToADirectory) {
  fs::create_directory(root_ / "real");
  fs::create_directory_symlink(root_ / "real", root_ / "link");
  const RunDirectory directory(root_ / "link");
  EXPECT_TRUE(fs::is_symlink(root_ / "link"));
  EXPECT_TRUE(fs::exists(root_ / "real" / RunDirectory::kMarker));
}

TEST_F(RunDirectoryTest, RefusesWhatNoRunMade) {
  fs::create_directory(root_ / "empty");
  EXPECT_NO_THROW(RunDirectory::check(root_ / "empty"));
  EXPECT_NO_THROW(RunDirectory::check(root_ / "not there"));
  std::ofstream(root_ / "file") << "x";
  EXPECT_THROW(RunDirectory::check(root_ / "file"), InputError);
  EXPECT_THROW(RunDirectory::check(root_), InputError);
  std::ofstream(root_ / RunDirectory::kMarker) << "something else\n";
  EXPECT_THROW(RunDirectory::check(root_), InputError);
  EXPECT_THROW(RunDirectory::check(fs::current_path()), InputError);
  EXPECT_THROW(RunDirectory::check("/"), InputError);
}

TEST_F(RunDirectoryTest, ReplacesFilesWhole) {
  const RunDirectory directory(root_ / "d");
  directory.write("a.txt", "one, and long");
  directory.write("a.txt", "two");
  directory.write("run.sh", "#!/bin/sh\n", true);
  EXPECT_EQ(text_of(root_ / "d" / "a.txt"), "two");
  EXPECT_NE(fs::status(root_ / "d" / "run.sh").permissions() & fs::perms::owner_exec,
            fs::perms::none);
}

TEST_F(RunDirectoryTest, AddsRowsWholeOrNotAtAll) {
  const RunDirectory directory(root_ / "d");
  RowFile rows = directory.rows("a.csv");
  rows.add("a,b\n");
  rows.add("1,2\n");
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{10, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  EXPECT_THROW(rows.add("3,4\n5,6\n"), MachineError);  // two bytes of it fit
  EXPECT_THROW(directory.write("b.txt", "more than ten bytes"), MachineError);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(text_of(root_ / "d" / "a.csv"), "a,b\n1,2\n");
  EXPECT_FALSE(fs::exists(root_ / "d" / "b.txt"));
  RowFile after = directory.rows_after("a.csv", 8);
  after.add("5,6\n");
  EXPECT_EQ(text_of(root_ / "d" / "a.csv"), "a,b\n1,2\n5,6\n");
}

}  // namespace
}  // namespace weft::tb
