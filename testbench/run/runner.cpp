// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/runner.h"

#include <algorithm>
#include <chrono>
#include <systemc>

#include "systemc/link/kernel_time.h"
#include "testbench/run/hang.h"
#include "testbench/run/machine_error.h"

namespace weft::tb {
namespace {

/// How often the run is looked at.
constexpr Time kStep = Time::us(2);
/// How many steps a drained system gets to tell its credits and acknowledgements, also over a
/// fibre that loses some of them.
constexpr unsigned kPatience = 25;

}  // namespace

Runner::Runner(Platform& platform, const std::atomic<bool>& stop, Progress progress)
    : platform_(platform),
      scenario_(platform.scenario()),
      stop_(stop),
      progress_(std::move(progress)),
      watches_(platform.nodes().watches()) {
  const Time until = scenario_.sim.until;
  last_look_ = until == Time::max() ? until : until - platform.register_turnaround();
}

RunResult Runner::run() {
  const auto begin = std::chrono::steady_clock::now();
  try {
    run_phases();
  } catch (const sc_core::sc_report& report) {  // what a process of the kernel threw
    constexpr std::string_view kFault = "RTL assertion failed";
    const std::string what = report.get_msg() == nullptr ? "" : report.get_msg();
    if (what.find(kFault) == std::string::npos)
      throw MachineError("the simulation failed: " + what);
    end(Ending::kRtlFault, what.substr(what.find(kFault)) + ", in the window from " +
                               to_string(sc::from_sc(sc_core::sc_time_stamp())) + " on");
    if (load_.payload_slots.empty()) load_ = measure_load(platform_, platform_.now());
  }
  result_.sim_time = platform_.now();
  platform_.nodes().finish();
  measure(platform_, load_, result_);
  result_.faults = platform_.fault_scores(result_.ending);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  result_.wall_s = wall.count();
  return std::move(result_);
}

void Runner::run_phases() {
  platform_.program_timers();
  if (load() && drain()) return rest();
  if (result_.ending == Ending::kUntil) {
    read_registers(scenario_.sim.until);
    return;
  }
  read_registers(Time{});
  if (result_.ending == Ending::kHung) result_.waiting = describe_hang(platform_, hung_);
}

bool Runner::load() {
  Nodes& nodes = platform_.nodes();
  nodes.act(platform_.now());
  bool goes_on = true;
  while (goes_on && !nodes.loaded(platform_.now())) goes_on = advance();
  load_ = measure_load(platform_, nodes.load_length(platform_.now()));
  return goes_on;
}

bool Runner::drain() {
  while (platform_.nodes().outstanding() != 0) {
    if (!advance()) return false;
  }
  return true;
}

/// Lets the last acknowledgements and credits arrive.
void Runner::rest() {
  for (unsigned step = 0; step < kPatience; ++step) {
    read_registers(platform_.now() + kStep);
    if (progress_) progress_(platform_);
    if (is_at_rest()) break;
    if (stop_) {
      end(Ending::kInterrupted, "by the user");
      return;
    }
  }
  result_.settled = true;
}

/// Runs a step, or to where the run ends before; false when it ends.
bool Runner::advance() {
  Nodes& nodes = platform_.nodes();
  const Time now = platform_.now();
  const Time to = std::min({now + kStep, nodes.next_stop(now), last_look_});
  platform_.run_until(to);
  nodes.act(to);
  if (progress_) progress_(platform_);
  if (stop_) return end(Ending::kInterrupted, "by the user");
  if (std::string failure = nodes.failure(); !failure.empty()) {
    return end(Ending::kFirmware, std::move(failure));
  }
  look_for_hang();
  if (result_.ending == Ending::kHung) return false;
  if (to == last_look_) return end(Ending::kUntil, "sim.until came before all was done");
  return true;
}

bool Runner::end(Ending ending, std::string reason) {
  result_.ending = ending;
  result_.reason = std::move(reason);
  return false;
}

void Runner::look_for_hang() {
  const Nodes& nodes = platform_.nodes();
  const Time now = platform_.now();
  for (std::size_t i = 0; i < watches_.size(); ++i) {
    const Nodes::Watch seen = nodes.watch(i);
    if (seen.progress != watches_[i].progress || !seen.waits) watches_[i] = {seen.progress, now};
  }
  const auto still_for = [&](std::size_t i) { return now - watches_[i].since; };
  const auto first = std::find_if(watches_.begin(), watches_.end(), [&](const Watch& watch) {
    return now - watch.since >= scenario_.sim.watchdog;
  });
  if (first == watches_.end()) return;
  for (std::size_t i = 0; i < watches_.size(); ++i) {  // who waits for whom stops one by one
    if (still_for(i) >= scenario_.sim.watchdog / 2) hung_.push_back(i);
  }
  const auto which = static_cast<std::size_t>(first - watches_.begin());
  end(Ending::kHung, nodes.hang_reason(which, still_for(which)));
}

void Runner::read_registers(Time at_least) {
  platform_.request_registers();
  platform_.run_until(std::max(at_least, platform_.now() + platform_.register_turnaround()));
  platform_.take_registers();
  result_.registers_read = true;
}

bool Runner::is_at_rest() const {
  for (std::size_t i = 0; i < platform_.links(); ++i) {
    for (unsigned side : {0u, 1u}) {
      const RegisterPage& sender = platform_.registers(i, side);
      const RegisterPage& receiver = platform_.registers(i, 1 - side);
      if (!sender.acknowledged()) return false;
      for (unsigned vc = 0; vc < sender.vcs(); ++vc) {
        if (sender.credit(vc) != receiver.at(link_regs::kRxBufOffset, vc)) return false;
      }
    }
  }
  return true;
}

}  // namespace weft::tb
