// SPDX-License-Identifier: Apache-2.0
#include "testbench/regress/child_pool.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "testbench/run/machine_error.h"

namespace weft::tb {
namespace {

namespace fs = std::filesystem;

class RegressPool : public testing::Test {
 protected:
  RegressPool()
      : output_(fs::path(testing::TempDir()) /
                (std::string("weft-pool-") +
                 testing::UnitTest::GetInstance()->current_test_info()->name())) {}
  ~RegressPool() override { fs::remove(output_); }

  void shell(ChildPool& pool, const std::string& script, double limit_s = 30) const {
    pool.start(7, {{"/bin/sh", "-c", script}, output_.string(), limit_s});
  }
  static ChildEnd next(ChildPool& pool) {
    const std::vector<ChildEnd> ends = pool.wait(20);
    EXPECT_EQ(ends.size(), 1u);
    return ends.empty() ? ChildEnd{} : ends[0];
  }
  std::string output() const {
    std::ostringstream text;
    text << std::ifstream(output_).rdbuf();
    return text.str();
  }
  /// Waits until a script has said so.
  void wait_for(const std::string& text, ChildPool& pool) const {
    for (int i = 0; i < 1000 && output().find(text) == std::string::npos; ++i) {
      EXPECT_TRUE(pool.wait(0.01).empty());
    }
  }

  fs::path output_;
};

TEST_F(RegressPool, TellsHowAProgramEnded) {
  ChildPool pool;
  shell(pool, "echo out; echo err >&2; exit 3");
  ChildEnd end = next(pool);
  EXPECT_EQ(end.id, 7u);
  EXPECT_EQ(end.exit, 3);
  EXPECT_EQ(end.signal, 0);
  EXPECT_FALSE(end.timed_out);
  EXPECT_EQ(output(), "out\nerr\n");
  EXPECT_EQ(pool.running(), 0u);
  shell(pool, "kill -SEGV $$");
  EXPECT_EQ(next(pool).signal, SIGSEGV);
}

TEST_F(RegressPool, AProgramThatIsNotThereSaysSo) {
  ChildPool pool;
  pool.start(0, {{"/no/such/weft", "run"}, output_.string(), 30});
  EXPECT_EQ(next(pool).exit, 127);
  EXPECT_EQ(output(), "/no/such/weft: cannot be executed: No such file or directory\n");
  EXPECT_THROW(pool.start(0, {{"/bin/sh"}, "/no/such/folder/x", 30}), MachineError);
}

TEST_F(RegressPool, TimeIsOverWithAWarningFirst) {
  ChildPool pool(30);
  shell(pool, "trap 'echo files written; exit 130' INT; while :; do sleep 0.05; done", 0.5);
  const ChildEnd end = next(pool);
  EXPECT_TRUE(end.timed_out);
  EXPECT_EQ(end.exit, 130);
  EXPECT_LT(end.wall_s, 15);
  EXPECT_EQ(output(), "files written\n");
}

TEST_F(RegressPool, ADeafProgramIsKilled) {
  ChildPool pool(0.3);
  shell(pool, "trap '' INT; while :; do sleep 0.05; done", 0.3);
  const ChildEnd end = next(pool);
  EXPECT_TRUE(end.timed_out);
  EXPECT_EQ(end.signal, SIGKILL);
}

TEST_F(RegressPool, StopsAllThatRun) {
  ChildPool pool(30);
  shell(pool, "trap 'exit 130' INT; echo ready; while :; do sleep 0.05; done");
  wait_for("ready", pool);
  pool.stop_all();
  const ChildEnd end = next(pool);
  EXPECT_TRUE(end.stopped);
  EXPECT_EQ(end.exit, 130);
}

TEST_F(RegressPool, HearsTheUserAndLeavesNobodyBehind) {
  pid_t child = 0;
  {
    ChildPool pool;
    shell(pool, "echo $$; while :; do sleep 0.05; done");
    wait_for("\n", pool);
    child = std::stoi(output());
    EXPECT_EQ(kill(child, 0), 0);
    raise(SIGINT);
    EXPECT_TRUE(pool.wait(20).empty());
    EXPECT_EQ(pool.interrupts(), 1u);
    EXPECT_EQ(kill(child, 0), 0);  // it heard nothing: it has a group of its own
  }
  EXPECT_NE(kill(child, 0), 0);
  sigset_t now;
  sigprocmask(SIG_SETMASK, nullptr, &now);
  EXPECT_EQ(sigismember(&now, SIGINT), 0);
}

}  // namespace
}  // namespace weft::tb
