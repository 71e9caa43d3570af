// SPDX-License-Identifier: Apache-2.0
#include "testbench/weft/protocol_command.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "models/protocol/emit_sv.h"
#include "tests/unit/protocol_text.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;

struct Outcome {
  int exit = 0;
  std::string out, err;
};

Outcome run(const std::vector<std::string>& words) {
  std::ostringstream out, err;
  const int exit = protocol_command(words, out, err);
  return {exit, out.str(), err.str()};
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class ProtocolCommand : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "weft-protocol-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  std::size_t files() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : fs::recursive_directory_iterator(folder_)) ++count;
    return count;
  }

  fs::path folder_;
};

TEST_F(ProtocolCommand, PrintsTheCommittedFiles) {
  std::string committed;
  for (const char* name : {"weft_link_pkg.sv", "weft_link_crc32c_tables.svh",
                           "weft_link_crc32c_matrix.svh", "weft_link_hcs_matrix.svh"}) {
    committed += content(fs::path(WEFT_SOURCE_DIR) / "rtl/link" / name);
  }
  const Outcome sv = run({"emit", "ofl", "--sv"});
  EXPECT_EQ(sv.exit, 0) << sv.err;
  EXPECT_EQ(sv.out, committed);
  const Outcome page = run({"emit", "ofl", "--page"});
  EXPECT_EQ(page.exit, 0);
  EXPECT_EQ(page.out, content(WEFT_SOURCE_DIR "/models/protocol/ofl.md"));
}

TEST_F(ProtocolCommand, WritesFilesAndLeavesNothingElse) {
  const fs::path to = folder_ / "a/b";
  const Outcome done = run({"emit", "ofl", "--sv", "--out", to.string()});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(content(to / "weft_link_pkg.sv"),
            content(WEFT_SOURCE_DIR "/rtl/link/weft_link_pkg.sv"));
  EXPECT_EQ(files(), 2u + 4u);
}

TEST_F(ProtocolCommand, ChecksWhetherFilesAreCurrent) {
  const std::string to = folder_.string();
  const Outcome missing = run({"emit", "ofl", "--sv", "--out", to, "--check"});
  EXPECT_EQ(missing.exit, 1);
  EXPECT_NE(missing.err.find("weft_link_pkg.sv is not current"), std::string::npos);
  EXPECT_EQ(files(), 0u);
  EXPECT_EQ(run({"emit", "ofl", "--sv", "--out", to}).exit, 0);
  EXPECT_EQ(run({"emit", "ofl", "--sv", "--out", to, "--check"}).exit, 0);
  std::ofstream(folder_ / "weft_link_pkg.sv", std::ios::app) << "\n";
  EXPECT_EQ(run({"emit", "ofl", "--sv", "--out", to, "--check"}).exit, 1);
}

TEST_F(ProtocolCommand, WritesNothingForARefusedFile) {
  const fs::path bad = write("bad.toml", ofl_with("sequence", "width", "8"));
  const Outcome done = run({"emit", bad.string(), "--sv", "--out", (folder_ / "out").string()});
  EXPECT_EQ(done.exit, 2);
  EXPECT_NE(done.err.find("bad.toml:"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find("sequence.window"), std::string::npos) << done.err;
  EXPECT_EQ(files(), 1u);
}

TEST_F(ProtocolCommand, WritesAllFilesOrNone) {
  // A folder stands where the last file should go.
  fs::create_directories(folder_ /
                         ("weft_link_hcs_matrix.svh.partial-" + std::to_string(getpid())) / "x");
  const Outcome done = run({"emit", "ofl", "--sv", "--out", folder_.string()});
  EXPECT_EQ(done.exit, 4);
  EXPECT_NE(done.err.find("cannot write"), std::string::npos) << done.err;
  EXPECT_FALSE(fs::exists(folder_ / "weft_link_pkg.sv"));
  EXPECT_FALSE(fs::exists(folder_ / "weft_link_crc32c_tables.svh"));
}

TEST_F(ProtocolCommand, RefusesAFileWhereAFolderIsNeeded) {
  const fs::path file = write("file", "");
  const Outcome done = run({"emit", "ofl", "--sv", "--out", file.string()});
  EXPECT_EQ(done.exit, 2);
  EXPECT_NE(done.err.find("is no folder"), std::string::npos);
}

TEST_F(ProtocolCommand, JudgesAFlight) {
  const Outcome near = run({"check", "ofl", "--flight", "100"});
  EXPECT_EQ(near.exit, 0);
  EXPECT_EQ(near.err, "");
  EXPECT_NE(near.out.find("ofl version 1: good"), std::string::npos) << near.out;
  const Outcome far = run({"check", "ofl", "--flight", "800cycles"});
  EXPECT_EQ(far.exit, 0);
  EXPECT_NE(far.err.find("sequence.window: warning: "), std::string::npos) << far.err;
  const Outcome too_far = run({"check", "ofl", "--flight", "2000"});
  EXPECT_EQ(too_far.exit, 2);
  EXPECT_NE(too_far.err.find("timers.replay_t"), std::string::npos) << too_far.err;
}

TEST_F(ProtocolCommand, ShowsEveryNumber) {
  const Outcome done = run({"show", "ofl"});
  EXPECT_EQ(done.exit, 0);
  for (const ProtocolConstant& one : constants(Protocol::parse(ofl_text(), "ofl.toml"))) {
    EXPECT_NE(done.out.find("  " + one.name + " "), std::string::npos) << one.name;
  }
}

TEST_F(ProtocolCommand, HelpsOnTheOutputAndSucceeds) {
  const Outcome done = run({"--help"});
  EXPECT_EQ(done.exit, 0);
  EXPECT_EQ(done.out.find("usage: weft protocol emit FILE"), 0u);
  EXPECT_EQ(done.err, "");
}

struct Wrong {
  std::vector<std::string> words;
  const char* said;
};

TEST_F(ProtocolCommand, RefusesWrongWordsWithAHint) {
  for (const Wrong& wrong :
       std::vector<Wrong>{{{}, "what to do is missing"},
                          {{"emti", "ofl", "--sv"}, "did you mean \"emit\"?"},
                          {{"emit", "ofl", "--vs"}, "did you mean \"--sv\"?"},
                          {{"emit", "ofl"}, "what to emit is missing"},
                          {{"emit", "ofl", "--sv", "--page"}, "one of: --sv, --page"},
                          {{"emit", "--sv"}, "the protocol file is missing"},
                          {{"emit", "ofll", "--sv"}, "did you mean \"ofl\"?"},
                          {{"emit", "no/such/file.toml", "--sv"}, "no protocol file"},
                          {{"emit", "ofl", "--sv", "--check"}, "--check needs --out DIR"},
                          {{"emit", "ofl", "--sv", "--out"}, "--out"},
                          {{"emit", "ofl", "--sv", "--flight", "3"}, "--flight belongs to check"},
                          {{"check", "ofl", "--sv"}, "belong to emit"},
                          {{"show", "ofl", "--out", "x"}, "belong to emit"},
                          {{"check", "ofl", "--flight", "3km"}, "a number of cycles"},
                          {{"check", "ofl", "--flight", "99999999999"}, "is too long"},
                          {{"check", "ofl", "twice"}, "one protocol at a time"},
                          {{"check", "ofl", "-x"}, "unknown option"}}) {
    const Outcome done = run(wrong.words);
    EXPECT_EQ(done.exit, 2) << done.err;
    EXPECT_NE(done.err.find(wrong.said), std::string::npos) << done.err;
    EXPECT_EQ(done.out, "");
  }
}

}  // namespace
}  // namespace weft::tb
