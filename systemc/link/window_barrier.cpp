// SPDX-License-Identifier: Apache-2.0
#include "systemc/link/window_barrier.h"

#include <thread>

namespace weft::sc {

namespace {

constexpr unsigned kSpins = 4000;  // some 20 to 100 us
constexpr unsigned kYields = 50;

void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

WindowBarrier::WindowBarrier(unsigned parties)
    : parties_(parties), spins_(std::thread::hardware_concurrency() < parties ? 0 : kSpins) {}

void WindowBarrier::arrive_and_wait() {
  const std::uint32_t round = round_.load(std::memory_order_relaxed);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == parties_) {
    arrived_.store(0, std::memory_order_relaxed);
    round_.store(round + 1, std::memory_order_release);
    round_.notify_all();
    return;
  }
  const auto passed = [&] { return round_.load(std::memory_order_acquire) != round; };
  for (unsigned i = 0; i < spins_; ++i) {
    if (passed()) return;
    relax();
  }
  for (unsigned i = 0; i < kYields; ++i) {
    if (passed()) return;
    std::this_thread::yield();
  }
  while (!passed()) round_.wait(round, std::memory_order_acquire);
}

}  // namespace weft::sc
