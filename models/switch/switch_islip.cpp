// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>

#include "models/switch/switch_core_steps.h"

namespace weft {

/// Inputs and outputs depend on each other, so decisions are made in order of time.
void SwitchCore::run_islip(Cycle until, std::vector<Sent>& sent) {
  for (Cycle now = next_work(); now < until; now = next_work()) {
    open_outputs_.clear();
    for (unsigned output = 0; output < config_.ports; ++output) {
      if (wake_[output] > now) continue;
      if (!stalls_.empty() && stalled(output, now)) continue;
      ripen(output, now);
      open_outputs_.push_back(output);
    }
    free_inputs(now);
    match(now, sent);
    for (std::uint32_t output : open_outputs_) set_wake_unmatched(output, now);
  }
}

void SwitchCore::free_inputs(Cycle now) {
  std::fill(open_inputs_.begin(), open_inputs_.end(), 0);
  const std::uint64_t end = config_.pace.at(now + 1);
  for (unsigned input = 0; input < config_.ports; ++input) {
    const std::uint64_t open = input_free_[input] < end;
    open_inputs_[input / 64] |= open << input % 64;
  }
}

/// Rounds of grant and accept; leaves in open_outputs_ those that got nothing. Pointers move in the
/// first round only, which is what keeps them from moving in step.
void SwitchCore::match(Cycle now, std::vector<Sent>& sent) {
  for (unsigned round = 0; round < config_.islip_iterations; ++round) {
    bool any = false;
    for (std::uint32_t output : open_outputs_) {
      const Choice grant = choose(output, now, open_inputs_.data());
      grants_[output] = grant;
      if (!grant.any) continue;
      any = true;
      // The input takes the first of its grants after the output it took last.
      const std::uint32_t n = config_.ports, last = last_output_[grant.input];
      std::uint32_t& best = granting_[grant.input];
      const auto distance = [&](std::uint32_t o) { return o > last ? o - last : o + n - last; };
      if (best == kNone || distance(output) < distance(best)) best = output;
    }
    if (!any) return;
    const auto accepted = [&](std::uint32_t output) {
      const Choice& grant = grants_[output];
      return grant.any && granting_[grant.input] == output;
    };
    for (std::uint32_t output : open_outputs_) {
      if (!accepted(output)) continue;
      const Choice& grant = grants_[output];
      send(output, grant, now, sent);
      input_free_[grant.input] = outputs_[output].free;
      open_inputs_[grant.input / 64] &= ~(std::uint64_t{1} << grant.input % 64);
      set_wake_after_send(output);
      if (round != 0) continue;
      output_vc(output, grant.vc).last_input = grant.input;
      outputs_[output].last_vc = grant.vc;
      last_output_[grant.input] = output;
    }
    const auto end = std::remove_if(open_outputs_.begin(), open_outputs_.end(), accepted);
    for (std::uint32_t& output : granting_) output = kNone;
    open_outputs_.erase(end, open_outputs_.end());
  }
}

/// An output that was not matched is due again when anything it waits for may be there.
void SwitchCore::set_wake_unmatched(unsigned output, Cycle now) {
  Output& out = outputs_[output];
  Cycle wake = out.pending.next();
  if (grants_[output].any) wake = std::min(wake, now + 1);  // lost to others in every round
  bool blocked = false;
  for (std::uint32_t vcs = out.vcs; vcs != 0; vcs &= vcs - 1) {
    const auto vc = static_cast<unsigned>(std::countr_zero(vcs));
    OutputVc& q = output_vc(output, vc);
    take_room(q, now);
    wake = std::min(wake, q.rooms.next());
    const std::uint64_t* inputs = q.inputs;
    for (unsigned w = 0; w < words_; ++w) {
      blocked |= (inputs[w] & open_inputs_[w]) != 0;
      for (std::uint64_t busy = inputs[w] & ~open_inputs_[w]; busy != 0; busy &= busy - 1) {
        const unsigned input = w * 64 + static_cast<unsigned>(std::countr_zero(busy));
        const Cycle free = config_.pace.cycle(input_free_[input]);
        wake = std::min(wake, std::max(free, now + 1));
      }
    }
  }
  wake_[output] = wake;
  if (blocked && !grants_[output].any) out.blocked_since = std::min(out.blocked_since, now);
}

}  // namespace weft
