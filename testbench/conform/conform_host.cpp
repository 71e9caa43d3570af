// SPDX-License-Identifier: Apache-2.0
#include "testbench/conform/conform_host.h"

#include <algorithm>
#include <cstring>

namespace weft::tb {

namespace {

// Packets made ahead when there is no pace: enough to keep every skid full.
constexpr std::uint64_t kAheadSlots = 2048;

std::uint64_t scramble(std::uint64_t x) {
  x = (x ^ (x >> 31)) * 0x9FB21C651E98DF25;
  x = (x ^ (x >> 35)) * 0x9FB21C651E98DF25;
  return x ^ (x >> 28);
}

}  // namespace

void PacketLatency::add(std::uint64_t cycles, bool keep) {
  ++count;
  sum += cycles;
  min = std::min(min, cycles);
  max = std::max(max, cycles);
  if (keep) each.push_back(static_cast<std::uint32_t>(cycles));
}

ConformHost::ConformHost(const Shape& shape, const Traffic& out, const Traffic& in,
                         bool keep_latency)
    : shape_(shape), out_(out), in_(in), keep_latency_(keep_latency) {
  for (Lane& lane : lanes_) lane.space = shape.skid;
}

void ConformHost::make(std::uint64_t now) {
  while (made_ < out_.packets && waiting_ < kAheadSlots) {
    if (out_.burst != 0 && made_ / out_.burst * out_.period > now) return;
    const unsigned vc = out_.vc(made_++);
    const unsigned slots = out_.slots(vc, lanes_[vc].made++);
    lanes_[vc].slots += slots;
    waiting_ += slots;
    slots_made_ += slots;
  }
}

void ConformHost::drive(std::uint64_t now, weft_link_in& in) {
  if (made_ < out_.packets) make(now);
  if (waiting_ != 0) feed(now, in);
  if (now >= next_free_) release(now, in);
}

void ConformHost::feed(std::uint64_t now, weft_link_in& in) {
  if (out_.bubble != 0 && (scramble(now + out_.seed) & 255) < out_.bubble) return;
  for (unsigned step = 1; step <= shape_.vcs; ++step) {
    const unsigned vc = (last_vc_ + step) % shape_.vcs;
    Lane& lane = lanes_[vc];
    const auto count =
        static_cast<unsigned>(std::min({std::uint64_t{8}, lane.slots, std::uint64_t{lane.space}}));
    if (count == 0) continue;
    in.ht_sop = 0;
    for (unsigned done = 0; done < count;) {
      PacketWords& words = lane.words;
      if (lane.at == 0) {
        words = PacketWords(out_, vc, lane.sending);
        lane.offered_at.push_back(now);
      }
      for (; done < count && lane.at < words.slots(); ++done, ++lane.at) {
        if (lane.at == 0) in.ht_sop |= static_cast<std::uint8_t>(1u << done);
        beat_[done] = words(lane.at);
      }
      if (lane.at == words.slots()) {
        lane.at = 0;
        ++lane.sending;
      }
    }
    lane.slots -= count;
    lane.space -= count;
    waiting_ -= count;
    in.flags |= WEFT_IN_HT;
    in.ht_vc = static_cast<std::uint8_t>(vc);
    in.ht_slots = static_cast<std::uint8_t>(count);
    in.ht_data = beat_.data();
    last_vc_ = vc;
    return;
  }
}

void ConformHost::release(std::uint64_t now, weft_link_in& in) {
  bool sent = false;
  next_free_ = kNever;
  for (unsigned step = 1; step <= shape_.vcs; ++step) {
    const unsigned vc = (last_free_vc_ + step) % shape_.vcs;
    auto& queue = free_[vc];
    if (!sent && !queue.empty() && queue.front().due <= now) {
      unsigned units = 0;
      while (!queue.empty() && queue.front().due <= now) {
        units += queue.front().units;
        queue.pop_front();
        --frees_;
      }
      in.flags |= WEFT_IN_FREE;
      in.free_vc = static_cast<std::uint8_t>(vc);
      in.free_units = static_cast<std::uint16_t>(units);
      sent = true;
    }
    if (!queue.empty()) next_free_ = std::min(next_free_, std::max(queue.front().due, now + 1));
  }
  if (sent) last_free_vc_ = in.free_vc;
}

std::uint64_t ConformHost::next(std::uint64_t now) const {
  std::uint64_t at = std::max(next_free_, now);
  if (waiting_ != 0) {
    for (unsigned vc = 0; vc < shape_.vcs; ++vc) {
      if (lanes_[vc].slots != 0 && lanes_[vc].space != 0) return now;
    }
  }
  if (made_ < out_.packets && waiting_ < kAheadSlots) {
    if (out_.burst == 0) return now;
    at = std::min(at, std::max(now, made_ / out_.burst * out_.period));
  }
  return at;
}

void ConformHost::collect(std::uint64_t now, const weft_link_out& out) {
  if (out.flags & WEFT_OUT_FLUSH) {
    for (Lane& lane : lanes_) lane.space = shape_.skid;
  }
  if (out.ht_space != 0) {
    std::uint64_t space = out.ht_space;
    for (unsigned vc = 0; space != 0; ++vc, space >>= 4) lanes_[vc].space += space & 15;
  }
  if (out.flags & WEFT_OUT_HR) {
    Beat beat{out.hr_mask, out.hr_sop, out.hr_eop, out.hr_vc, {}};
    std::memcpy(beat.slots.data(), out.hr_data, sizeof beat.slots);
    given_.push_back(beat);
  }
  if (out.flags & WEFT_OUT_HR_COMMIT) {
    for (const Beat& beat : given_) take(now, beat);
    first_commit_ = std::min(first_commit_, now);
    last_commit_ = now;
  }
  if (out.flags & (WEFT_OUT_HR_COMMIT | WEFT_OUT_HR_ABORT)) given_.clear();
}

void ConformHost::take(std::uint64_t now, const Beat& beat) {
  if (beat.mask != 0 && open_vc_ >= 0 && static_cast<int>(beat.vc) != open_vc_) {
    wrong(now, "hr_vc is not that of the packet continued into the beat");
  }
  for (unsigned slot = 0; slot < 8; ++slot) {
    if ((beat.mask >> slot & 1) == 0) continue;
    take_slot(now, beat.slots[slot], (beat.sop >> slot & 1) != 0, (beat.eop >> slot & 1) != 0);
  }
}

void ConformHost::take_slot(std::uint64_t now, std::uint64_t slot, bool sop, bool eop) {
  ++slots_received_;
  if (open_vc_ < 0) {
    if (!sop) wrong(now, "a slot outside of a packet");
    open_vc_ = static_cast<int>(slot >> 3 & 15) % static_cast<int>(shape_.vcs);
  } else if (sop) {
    wrong(now, "sop inside a packet");
  }
  const auto at_vc = static_cast<unsigned>(open_vc_);
  Taking& taking = taking_[at_vc];
  PacketWords& words = taking.words;
  if (taking.at == 0) words = PacketWords(in_, at_vc, taking.index);
  if (slot != words(taking.at)) {
    wrong(now, "slot " + std::to_string(taking.at) + " of packet " + std::to_string(taking.index) +
                   " of VC " + std::to_string(at_vc) + " is wrong");
  }
  const bool last = ++taking.at == words.slots();
  if (last != eop) wrong(now, "eop in the wrong place");
  if (!last) return;
  taking.at = 0;
  ++taking.index;
  ++received_;
  open_vc_ = -1;
  const auto& offered = peer_->lanes_[at_vc].offered_at;
  if (taking.index - 1 < offered.size()) {
    latency_.add(now - offered[taking.index - 1], keep_latency_);
  }
  std::uint64_t due = now + in_.free_min;
  if (in_.free_max > in_.free_min) {
    due += scramble(taking.index * 16 + at_vc + in_.seed) % (in_.free_max - in_.free_min + 1);
  }
  if (in_.starved_vc == static_cast<int>(at_vc)) {
    due = (due / in_.starve + 1) * in_.starve;
  }
  auto& queue = free_[at_vc];
  if (!queue.empty()) due = std::max(due, queue.back().due);
  queue.push_back({due, (words.slots() + shape_.unit_slots - 1) / shape_.unit_slots});
  ++frees_;
  next_free_ = std::min(next_free_, due);
}

void ConformHost::wrong(std::uint64_t now, const std::string& what) {
  if (wrong_++ == 0) first_wrong_ = "cycle " + std::to_string(now) + ": " + what;
}

}  // namespace weft::tb
