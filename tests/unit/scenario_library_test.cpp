// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "testbench/run/library.h"
#include "tests/unit/refusal.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;

class LibraryTest : public testing::Test {
 protected:
  LibraryTest()
      : folder_(fs::path(testing::TempDir()) /
                (std::string("weft-library-") +
                 testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "models/system");
    fs::create_directories(folder_ / "mine");
  }
  ~LibraryTest() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  /// What `system = NAME` in `file` reads.
  ScenarioFiles::Text system(const std::string& name, const std::string& file) {
    const Config config = Config::parse("system = \"" + name + "\"\n", file);
    return Library(folder_).read(ScenarioFiles::Kind::kSystem, name, config, "system");
  }

  fs::path folder_;
};

TEST_F(LibraryTest, FindsANameOnItsShelfAndAPathBesideTheFileThatNamesIt) {
  write("models/system/star.toml", "shipped");
  write("mine/star.toml", "mine");
  const std::string scenario = (folder_ / "mine/x.toml").string();
  EXPECT_EQ(system("star", scenario).text, "shipped");
  EXPECT_EQ(system("star.toml", scenario).text, "mine");
  EXPECT_EQ(system("../models/system/star.toml", scenario).text, "shipped");
  EXPECT_EQ(system((folder_ / "mine/star.toml").string(), "elsewhere/x.toml").text, "mine");
}

TEST_F(LibraryTest, TakesAPathFromTheCommandLineAsItStands) {
  write("mine/star.toml", "mine");
  Config config = Config::parse("system = \"star\"\n", (folder_ / "other/x.toml").string());
  const std::string path = (folder_ / "mine/star.toml").string();
  config.set("system=" + fs::relative(path).string());
  EXPECT_EQ(Library(folder_)
                .read(ScenarioFiles::Kind::kSystem, config.get_string("system"), config, "system")
                .text,
            "mine");
}

TEST_F(LibraryTest, RefusesANameThatIsNotThereWithTheNearest) {
  write("models/system/star8.toml", "");
  EXPECT_EQ(refusal([&] { system("star9", "x.toml"); }),
            "x.toml:1:10: system: no system that comes with Weft is called \"star9\"\n"
            "  hint: did you mean \"star8\"?");
  EXPECT_NE(refusal([&] { system("./star8.toml", "x.toml"); }).find("there is no file"),
            std::string::npos);
  EXPECT_NE(refusal([&] { system("./", "x.toml"); }).find("there is no file"), std::string::npos);
}

TEST_F(LibraryTest, RefusesAFileLargerThanAnyConfig) {
  write("mine/large.toml", std::string(Config::kMaxTextBytes + 1, '#'));
  write("mine/full.toml", std::string(Config::kMaxTextBytes, '#'));
  EXPECT_NE(refusal([&] { read_text(folder_ / "mine/large.toml"); }).find("larger than 1MiB"),
            std::string::npos);
  EXPECT_EQ(read_text(folder_ / "mine/full.toml")->size(), Config::kMaxTextBytes);
  EXPECT_FALSE(read_text(folder_ / "mine/nothing.toml"));
}

TEST_F(LibraryTest, ListsWhatIsOnAShelfWithTheFirstSentenceOfItsComment) {
  write("models/system/b.toml",
        "# SPDX-License-Identifier: x\n# Two of\n# them. And more.\nx = 1\n");
  write("models/system/a.toml", "x = 1\n# no head\n");
  write("models/system/page.md", "");
  const Library library(folder_);
  EXPECT_EQ(library.names(Library::Shelf::kSystems), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(library.sentence(Library::Shelf::kSystems, "b"), "Two of them");
  EXPECT_EQ(library.sentence(Library::Shelf::kSystems, "a"), "");
  EXPECT_TRUE(library.names(Library::Shelf::kPhys).empty());
}

}  // namespace
}  // namespace weft::tb
