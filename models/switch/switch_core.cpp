// SPDX-License-Identifier: Apache-2.0
#include "models/switch/switch_core.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "models/switch/switch_core_steps.h"

namespace weft {

SwitchCore::SwitchCore(const SwitchCoreConfig& config)
    : config_(config),
      words_((config.ports + 63) / 64),
      wake_(config.ports, kNever),
      outputs_(config.ports),
      vcs_(std::size_t{config.ports} * config.vcs),
      inputs_(words_ > 1 ? std::size_t{config.ports} * config.vcs * words_ : 0),
      queues_(std::size_t{config.ports} * config.vcs * config.ports),
      held_(std::size_t{config.ports} * config.vcs) {
  if (config.ports < 1 || config.ports > 1024) throw std::invalid_argument("1 to 1024 ports");
  if (config.vcs < 1 || config.vcs > 16) throw std::invalid_argument("a switch has 1 to 16 VCs");
  if (config.unit_slots < 1) throw std::invalid_argument("a credit unit holds at least one slot");
  if (std::has_single_bit(config.unit_slots)) unit_mask_ = ~(config.unit_slots - 1);
  if (config.buffer_units != 0) most_held_ = config.buffer_units * config.unit_slots;
  for (Output& output : outputs_) output.last_vc = config.vcs - 1;
  for (std::size_t i = 0; i < vcs_.size(); ++i) {
    vcs_[i].last_input = config.ports - 1;
    vcs_[i].inputs = words_ > 1 ? &inputs_[i * words_] : &vcs_[i].few_inputs;
    vcs_[i].queues = &queues_[i * config.ports];
  }
  if (config.crossbar == Crossbar::kIslip) {
    input_free_.resize(config.ports);
    open_inputs_.resize(words_);
    last_output_.resize(config.ports, config.ports - 1);
    granting_.resize(config.ports, kNone);
    grants_.resize(config.ports);
  }
}

void SwitchCore::run(Cycle until, std::vector<Sent>& sent) {
  if (config_.crossbar == Crossbar::kIslip) return run_islip(until, sent);
  for (unsigned output = 0; output < config_.ports; ++output) {
    if (wake_[output] < until) run_output(output, until, sent);
  }
}

void SwitchCore::run_output(unsigned output, Cycle until, std::vector<Sent>& sent) {
  while (wake_[output] < until) {
    const Cycle now = wake_[output];
    if (!stalls_.empty() && stalled(output, now)) [[unlikely]] {
      continue;
    }
    ripen(output, now);
    const Choice choice = choose(output, now, nullptr);
    if (choice.any) {
      send(output, choice, now, sent);
      set_wake_after_send(output);
    } else {
      set_wake_blocked(output, now);
    }
  }
}

/// Puts off an output that is due within a stall.
bool SwitchCore::stalled(unsigned output, Cycle now) {
  for (Stall& stall : stalls_) {
    if (stall.output != output || now < stall.from || now >= stall.until) continue;
    stall.held = std::min(stall.held, now);
    wake_[output] = stall.until;
    return true;
  }
  return false;
}

void SwitchCore::note_resumed(unsigned output, Cycle now) {
  for (Stall& stall : stalls_) {
    if (stall.output == output && now >= stall.until) stall.resumed = std::min(stall.resumed, now);
  }
}

/// The output has a free line and nothing that could be sent.
void SwitchCore::set_wake_blocked(unsigned output, Cycle now) {
  Output& out = outputs_[output];
  Cycle wake = out.pending.next();
  for (std::uint32_t vcs = out.vcs; vcs != 0; vcs &= vcs - 1) {
    const auto vc = static_cast<unsigned>(std::countr_zero(vcs));
    wake = std::min(wake, output_vc(output, vc).rooms.next());  // all until now was taken
  }
  wake_[output] = wake;
  if (out.vcs != 0) out.blocked_since = std::min(out.blocked_since, now);
}

Cycle SwitchCore::next_work() const { return *std::min_element(wake_.begin(), wake_.end()); }

std::uint64_t SwitchCore::packets() const {
  std::uint64_t sum = 0;
  for (const Output& output : outputs_) sum += output.counters.packets;
  return sum;
}

std::vector<SwitchCore::Blocked> SwitchCore::blocked() const {
  std::vector<Blocked> result;
  for (unsigned output = 0; output < config_.ports; ++output) {
    const Output& out = outputs_[output];
    if (out.blocked_since == kNever) continue;
    for (unsigned vc = 0; vc < config_.vcs; ++vc) {
      const std::size_t at = std::size_t{output} * config_.vcs + vc;
      for (unsigned input = 0; input < config_.ports; ++input) {
        const Queue& q = queues_[at * config_.ports + input];
        if (q.head == kNone) continue;
        const std::uint32_t slots = charge(packets_[q.head]);
        result.push_back({input, output, vc, slots, vcs_[at].room, out.blocked_since});
      }
    }
  }
  return result;
}

std::vector<std::string> SwitchCore::waiting(const std::string& name) const {
  std::vector<std::string> lines;
  for (const Blocked& b : blocked()) {
    lines.push_back(name + ": port " + std::to_string(b.input) + " vc " + std::to_string(b.vc) +
                    " waits for port " + std::to_string(b.output) + ": " + std::to_string(b.slots) +
                    " slots, room for " + std::to_string(b.room) + ", since cycle " +
                    std::to_string(b.since));
  }
  return lines;
}

std::size_t SwitchCore::memory_bytes() const {
  std::size_t bytes = sizeof *this + wake_.capacity() * sizeof(Cycle) +
                      outputs_.capacity() * sizeof(Output) + vcs_.capacity() * sizeof(OutputVc) +
                      inputs_.capacity() * sizeof(std::uint64_t) +
                      queues_.capacity() * sizeof(Queue) + packets_.capacity() * sizeof(Packet) +
                      held_.capacity() * sizeof(std::uint32_t);
  for (const Output& output : outputs_) bytes += output.pending.memory_bytes();
  for (const OutputVc& vc : vcs_) bytes += vc.rooms.memory_bytes();
  return bytes;
}

}  // namespace weft
