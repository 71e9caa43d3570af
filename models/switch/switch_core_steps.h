// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "models/switch/switch_core.h"

/// The steps that every packet takes, for the files that run them: they are called a dozen times a
/// packet, so they are inlined.
namespace weft {

/// Packets that may be sent from now on join their queues.
inline void SwitchCore::ripen(unsigned output, Cycle now) {
  Output& out = outputs_[output];
  if (out.pending.next() > now) return;
  do {
    const Pending& next = out.pending.front();
    OutputVc& of_vc = output_vc(output, next.vc);
    Queue& q = of_vc.queues[next.input];
    if (q.head == kNone) {
      q.head = next.packet;
      of_vc.inputs[next.input / 64] |= std::uint64_t{1} << next.input % 64;
    } else {
      packets_[q.tail].next = next.packet;
    }
    q.tail = next.packet;
    out.vcs |= 1u << next.vc;
    ++out.counters.queued;
    out.pending.pop();
  } while (out.pending.next() <= now);
  out.counters.peak_queued = std::max(out.counters.peak_queued, out.counters.queued);
}

/// The first input of a set after `last` in cyclic order, `allowed` ones only unless that is null;
/// ports for none.
inline unsigned SwitchCore::next_input(const std::uint64_t* inputs, const std::uint64_t* allowed,
                                       unsigned last) const {
  const auto word = [&](unsigned w) { return allowed ? inputs[w] & allowed[w] : inputs[w]; };
  const std::uint64_t behind = ~std::uint64_t{1} << last % 64;  // those after it
  if (words_ == 1) {
    const std::uint64_t all = word(0), after = all & behind;
    if (all == 0) return config_.ports;
    return static_cast<unsigned>(std::countr_zero(after != 0 ? after : all));
  }
  const unsigned first = last / 64;
  if (const std::uint64_t found = word(first) & behind) {
    return first * 64 + static_cast<unsigned>(std::countr_zero(found));
  }
  for (unsigned i = 1; i <= words_; ++i) {
    const unsigned w = first + i < words_ ? first + i : first + i - words_;
    const std::uint64_t found = i == words_ ? word(w) & ~behind : word(w);
    if (found != 0) return w * 64 + static_cast<unsigned>(std::countr_zero(found));
  }
  return config_.ports;
}

/// The packet that an output sends now if it may choose among `allowed` inputs. Room is looked at
/// when what is known of does not do. Among some inputs only, those behind one whose packet finds
/// no room are tried too: otherwise what is sent would depend on when inputs become busy, which
/// wakes nobody.
inline SwitchCore::Choice SwitchCore::choose(unsigned output, Cycle now,
                                             const std::uint64_t* allowed) {
  const Output& out = outputs_[output];
  const std::uint32_t behind = ~((2u << out.last_vc) - 1);
  for (std::uint32_t vcs = out.vcs; vcs != 0;) {
    const std::uint32_t after = vcs & behind;
    const auto vc = static_cast<unsigned>(std::countr_zero(after != 0 ? after : vcs));
    vcs &= ~(1u << vc);
    OutputVc& q = output_vc(output, vc);
    const unsigned first = next_input(q.inputs, allowed, q.last_input);
    if (first == config_.ports) continue;
    unsigned input = first;
    do {
      const std::uint32_t wanted = charge(packets_[q.queues[input].head]);
      if (wanted > q.room) take_room(q, now);
      if (wanted <= q.room) return {vc, input, true};
      if (allowed == nullptr) break;
      input = next_input(q.inputs, allowed, input);
    } while (input != first);
  }
  return {};
}

inline void SwitchCore::send(unsigned output, const Choice& choice, Cycle now,
                             std::vector<Sent>& sent) {
  Output& out = outputs_[output];
  OutputVc& q = output_vc(output, choice.vc);
  Queue& from = q.queues[choice.input];
  const std::uint32_t packet = from.head;
  const Packet gone = packets_[packet];
  from.head = gone.next;
  if (from.head == kNone) {
    q.inputs[choice.input / 64] &= ~(std::uint64_t{1} << choice.input % 64);
    std::uint64_t any = q.inputs[0];
    for (unsigned w = 1; w < words_; ++w) any |= q.inputs[w];
    if (any == 0) out.vcs &= ~(1u << choice.vc);
  }
  packets_[packet].next = free_packet_;
  free_packet_ = packet;
  q.room -= charge(gone);
  held_[choice.input * config_.vcs + choice.vc] -= gone.whole;
  ++q.wait.packets;
  q.wait.cycles += now - gone.ripe;

  out.free = std::max(out.free, config_.pace.at(now)) + config_.pace.grains(gone.slots);
  sent.push_back({now, config_.pace.cycle_after(out.free), gone.handle, gone.slots, gone.dst,
                  static_cast<std::uint16_t>(choice.input), static_cast<std::uint16_t>(output),
                  static_cast<std::uint8_t>(choice.vc)});
  if (config_.crossbar == Crossbar::kSpeedup) {
    q.last_input = choice.input;
    out.last_vc = choice.vc;
  }
  if (!stalls_.empty()) [[unlikely]] {
    note_resumed(output, now);
  }
  ++out.counters.packets;
  out.counters.slots += gone.slots;
  --out.counters.queued;
  if (out.blocked_since != kNever) {
    out.counters.blocked += now - out.blocked_since;
    out.blocked_since = kNever;
  }
}

inline void SwitchCore::set_wake_after_send(unsigned output) {
  const Output& out = outputs_[output];
  const Cycle free = config_.pace.cycle(out.free);
  wake_[output] = out.vcs != 0 ? free : std::max(free, out.pending.next());
}

}  // namespace weft
