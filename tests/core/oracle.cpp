// SPDX-License-Identifier: Apache-2.0
#include "tests/core/oracle.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cinttypes>
#include <csignal>
#include <sstream>
#include <stdexcept>

#include "models/core/hex.h"

namespace weft {

std::string HartState::difference(const HartState& oracle) const {
  std::string text;
  const auto compare = [&](const std::string& what, std::uint64_t a, std::uint64_t b) {
    if (a != b) text += what + ": " + to_hex(a) + ", oracle " + to_hex(b) + "\n";
  };
  compare("trapped", trapped ? 1 : 0, oracle.trapped ? 1 : 0);
  if (!trapped) compare("pc", pc, oracle.pc);
  for (unsigned i = 1; i < 32; ++i) compare("x" + std::to_string(i), x[i], oracle.x[i]);
  compare("hash of the memory", memory_hash, oracle.memory_hash);
  return text;
}

std::uint64_t memory_hash(std::span<const std::uint8_t> bytes) {
  std::uint64_t h = 0xcbf2'9ce4'8422'2325;
  for (const std::uint8_t byte : bytes) h = (h ^ byte) * 0x100'0000'01b3;
  return h;
}

Oracle::Oracle(const std::string& program, std::uint64_t base, std::uint64_t size) {
  signal(SIGPIPE, SIG_IGN);  // an oracle that died is told by its missing answer
  int to[2], from[2];
  if (pipe(to) != 0 || pipe(from) != 0) throw std::runtime_error("no pipe");
  child_ = fork();
  if (child_ < 0) throw std::runtime_error("no process");
  if (child_ == 0) {
    dup2(to[0], STDIN_FILENO);
    dup2(from[1], STDOUT_FILENO);
    for (const int fd : {to[0], to[1], from[0], from[1]}) close(fd);
    execl(program.c_str(), program.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  close(to[0]);
  close(from[1]);
  to_ = fdopen(to[1], "w");
  from_ = fdopen(from[0], "r");
  std::fprintf(to_, "map %" PRIx64 " %" PRIx64 "\n", base, size);
}

Oracle::~Oracle() {
  std::fclose(to_);
  std::fclose(from_);
  waitpid(child_, nullptr, 0);
}

void Oracle::write(std::uint64_t address, std::span<const std::uint8_t> bytes) {
  std::fprintf(to_, "mem %" PRIx64 " ", address);
  for (const std::uint8_t byte : bytes) std::fprintf(to_, "%02x", byte);
  std::fputc('\n', to_);
}

void Oracle::set(const HartState& state) {
  std::fprintf(to_, "regs %" PRIx64, state.pc);
  for (unsigned i = 1; i < 32; ++i) std::fprintf(to_, " %" PRIx64, state.x[i]);
  std::fputc('\n', to_);
}

HartState Oracle::run(unsigned count, std::uint64_t address, std::uint64_t size) {
  std::fprintf(to_, "run %x %" PRIx64 " %" PRIx64 "\n", count, address, size);
  std::fflush(to_);
  std::istringstream line(answer());
  HartState state;
  std::string status;
  line >> status >> std::hex >> state.pc;
  for (unsigned i = 1; i < 32; ++i) line >> state.x[i];
  line >> state.memory_hash;
  if (!line || (status != "ok" && status != "trap")) {
    throw std::runtime_error("the oracle's answer makes no sense: " + line.str());
  }
  state.trapped = status == "trap";
  return state;
}

std::string Oracle::answer() {
  std::string line;
  for (int c = std::fgetc(from_); c != '\n'; c = std::fgetc(from_)) {
    if (c == EOF) throw std::runtime_error("the oracle stopped; is its program there?");
    line.push_back(static_cast<char>(c));
  }
  return line;
}

}  // namespace weft
