// SPDX-License-Identifier: Apache-2.0
#include "testbench/regress/child_pool.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "models/base/text.h"
#include "testbench/run/machine_error.h"

namespace weft::tb {
namespace {

constexpr int kNotExecuted = 127;  // as shells say it

bool is_ignored(int signal) {
  struct sigaction action {};
  sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_IGN;
}

void set_default(int signal) {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
}

/// The child's side of a fork; only what is safe between fork and exec.
[[noreturn]] void become(char* const* words, int output, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(kNotExecuted);  // it died before it was asked for
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD, SIGPIPE}) set_default(signal);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int input = open("/dev/null", O_RDONLY);
  if (input >= 0) dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execv(words[0], words);
  const char* const why = std::strerror(errno);
  for (const char* const text :
       std::initializer_list<const char*>{words[0], ": cannot be executed: ", why, "\n"}) {
    if (write(STDERR_FILENO, text, std::strlen(text)) < 0) break;
  }
  _exit(kNotExecuted);
}

pid_t spawn(const ChildPool::Command& command) {
  const int output =
      open(command.output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
  if (output < 0) {
    throw MachineError("cannot write " + weft::quoted(command.output) + ": " +
                       std::strerror(errno));
  }
  std::vector<char*> words;
  for (const std::string& word : command.words) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) become(words.data(), output, parent);
  const int error = errno;
  close(output);
  if (pid < 0) {
    throw MachineError(std::string("cannot start a process: ") + std::strerror(error),
                       "fewer --jobs need fewer processes");
  }
  setpgid(pid, pid);  // both sides do it, so that it is done for whoever is first
  return pid;
}

}  // namespace

ChildPool::ChildPool(double grace_s)
    : grace_(std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(grace_s))) {
  set_default(SIGCHLD);  // where it is ignored nobody learns how a child ended
  sigemptyset(&wanted_);
  for (const int signal : {SIGCHLD, SIGINT, SIGTERM}) {
    if (!is_ignored(signal)) sigaddset(&wanted_, signal);
  }
  sigprocmask(SIG_BLOCK, &wanted_, &before_);
}

ChildPool::~ChildPool() {
  kill_all();
  for (const Child& child : children_) {
    while (waitpid(child.pid, nullptr, 0) < 0 && errno == EINTR) continue;
  }
  const timespec none{};
  sigset_t child_signal;
  sigemptyset(&child_signal);
  sigaddset(&child_signal, SIGCHLD);
  while (sigtimedwait(&child_signal, nullptr, &none) > 0) continue;
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

void ChildPool::start(std::size_t id, const Command& command) {
  Child child;
  child.id = id;
  child.pid = spawn(command);
  child.begin = Clock::now();
  child.limit = child.begin + std::chrono::duration_cast<Clock::duration>(
                                  std::chrono::duration<double>(command.time_limit_s));
  children_.push_back(child);
}

std::vector<ChildEnd> ChildPool::wait(double at_most_s) {
  std::vector<ChildEnd> ends;
  const Clock::time_point until = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                                     std::chrono::duration<double>(at_most_s));
  for (;;) {
    const Clock::time_point now = Clock::now();
    enforce(now);
    reap(ends);
    if (!ends.empty() || now >= until) return ends;
    const double left = until_next(now, std::chrono::duration<double>(until - now).count());
    timespec time{};
    time.tv_sec = static_cast<time_t>(left);
    time.tv_nsec = static_cast<long>((left - std::floor(left)) * 1e9);
    const int signal = sigtimedwait(&wanted_, nullptr, &time);
    if (signal == SIGINT || signal == SIGTERM) {
      ++interrupts_;
      return ends;
    }
  }
}

void ChildPool::stop_all() {
  const Clock::time_point now = Clock::now();
  for (Child& child : children_) {
    child.stopped = true;
    interrupt(child, now);
  }
}

void ChildPool::kill_all() {
  for (Child& child : children_) {
    child.stopped = true;
    kill(-child.pid, SIGKILL);
  }
}

void ChildPool::interrupt(Child& child, Clock::time_point now) const {
  if (child.kill_at != Clock::time_point::max()) return;  // it knows
  kill(-child.pid, SIGINT);
  child.kill_at = now + grace_;
}

void ChildPool::enforce(Clock::time_point now) {
  for (Child& child : children_) {
    if (now >= child.kill_at) kill(-child.pid, SIGKILL);
    if (now < child.limit || child.stopped || child.timed_out) continue;
    child.timed_out = true;
    interrupt(child, now);
  }
}

void ChildPool::reap(std::vector<ChildEnd>& ends) {
  for (std::size_t i = 0; i < children_.size();) {
    const Child& child = children_[i];
    int status = 0;
    if (waitpid(child.pid, &status, WNOHANG) != child.pid) {
      ++i;
      continue;
    }
    kill(-child.pid, SIGKILL);  // what it may have left behind in its group
    ChildEnd end;
    end.id = child.id;
    if (WIFEXITED(status)) end.exit = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
    end.timed_out = child.timed_out;
    end.stopped = child.stopped;
    end.wall_s = std::chrono::duration<double>(Clock::now() - child.begin).count();
    ends.push_back(end);
    children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

/// Seconds to the next thing to do.
double ChildPool::until_next(Clock::time_point now, double at_most_s) const {
  double least = at_most_s;
  for (const Child& child : children_) {
    for (const Clock::time_point at : {child.limit, child.kill_at}) {
      if (at == Clock::time_point::max() ||
          (at == child.limit && (child.timed_out || child.stopped)))
        continue;
      least = std::min(least, std::chrono::duration<double>(at - now).count());
    }
  }
  return std::max(least, 0.001);
}

}  // namespace weft::tb
