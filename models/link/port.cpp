// SPDX-License-Identifier: Apache-2.0
#include "models/link/port.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

namespace weft {

namespace {

// Bits of the dirty masks beside one bit per VC.
enum : std::uint32_t {
  kFrees = 1u << 16,
  kCsrs = 1u << 17,
  kDeliveries = 1u << 18,
  kReleases = 1u << 19,
  kReplies = 1u << 20,
  kVcs = 0xffffu
};

[[noreturn]] void misuse(const char* what) { throw std::invalid_argument(what); }

/// Copies 1 to 8 slots without a call or a loop.
void copy_slots(std::uint64_t* to, const std::uint64_t* from, unsigned n) {
  if (n >= 4) {
    std::uint64_t head[4], tail[4];
    std::memcpy(head, from, sizeof head);
    std::memcpy(tail, from + n - 4, sizeof tail);
    std::memcpy(to, head, sizeof head);
    std::memcpy(to + n - 4, tail, sizeof tail);
  } else {
    to[0] = from[0];
    to[n / 2] = from[n / 2];
    to[n - 1] = from[n - 1];
  }
}

/// Slots that will be read soon: with many links they have left the near caches since they were
/// written a window ago.
void prefetch_slots(const std::uint64_t* slots, std::uint32_t n) {
  constexpr std::uint32_t kLine = 8, kMost = 128;
  for (std::uint32_t i = 0; i < std::min(n, kMost); i += kLine) __builtin_prefetch(slots + i);
}

/// The first VC of `set` after `last`, in cyclic order.
unsigned next_vc(std::uint32_t set, unsigned last) {
  const std::uint32_t after = set & ~((2u << last) - 1);
  return static_cast<unsigned>(std::countr_zero(after != 0 ? after : set));
}

}  // namespace

PortConfig PortConfig::of(const Protocol& protocol, Cycle pipeline) {
  if (protocol.credits.skid < protocol.data_slots() + 8) misuse("the skid is too small for a flit");
  PortConfig config;
  config.pipeline = pipeline;
  config.vcs = protocol.vcs;
  config.skid = protocol.credits.skid;
  config.max_packet = protocol.max_packet_slots();
  config.unit_slots = protocol.unit_slots();
  config.rx_units = protocol.credits.rx_units;
  config.header_vc = protocol.packet_header.vc;
  config.header_len = protocol.packet_header.len;
  return config;
}

LinkPort::LinkPort(const PortConfig& config) : config_(config) {
  if (config.vcs < 1 || config.vcs > 16) misuse("a port has 1 to 16 VCs");
  if (config.pipeline < 1) misuse("a port's pipeline is at least one cycle");
  if (config.skid < 8) misuse("a skid takes at least one beat");
  if (config.unit_slots < 1) misuse("a credit unit holds at least one slot");
  if (config.max_packet < 1 || config.max_packet > 0xffff) misuse("a packet has 1 to 65535 slots");
  if (config.header_len.max() < config.max_packet || config.header_vc.max() < config.vcs - 1) {
    misuse("a packet header does not hold every length and VC");
  }
  host_.tx.resize(config.vcs);
  link_.tx.resize(config.vcs);
  for (LinkVc& vc : link_.tx) vc.space = config.skid;
  link_.units_due.resize(config.vcs);
  link_.held.resize(config.vcs);
  link_.stale.resize(config.vcs);
  link_.last_vc = link_.last_free_vc = static_cast<std::uint8_t>(config.vcs - 1);
}

// Host side

std::span<std::uint64_t> LinkPort::push(Cycle h, unsigned vc, unsigned slots) {
  if (vc >= config_.vcs) misuse("packet pushed on a VC that does not exist");
  if (slots < 1 || slots > config_.max_packet) misuse("packet pushed is too short or too long");
  if (h < host_.last_push) misuse("packet pushed before the one before it");
  host_.last_push = h;
  host_.dirty |= 1u << vc;
  HostVc& q = host_.tx[vc];
  const std::uint64_t at = q.slots.reserve(slots);
  q.packets.push({h + config_.pipeline, at, slots});
  return {q.slots.item_at(at), slots};
}

void LinkPort::free(Cycle h, unsigned vc, unsigned units) {
  if (vc >= config_.vcs) misuse("credit freed on a VC that does not exist");
  if (units < 1 || units > config_.rx_units) misuse("credit freed that was never given");
  if (h < host_.last_free) misuse("credit freed before the one before it");
  host_.last_free = h;
  host_.dirty |= kFrees;
  host_.frees.push({h + config_.pipeline, units, vc});
}

void LinkPort::csr(Cycle h, std::uint16_t addr, bool write, std::uint64_t data) {
  if (addr % 8 != 0) misuse("register address is not a multiple of 8");
  if (h < host_.last_csr) misuse("register access before the one before it");
  host_.last_csr = h;
  host_.dirty |= kCsrs;
  host_.csrs.push({h + config_.pipeline, data, addr, write});
}

void LinkPort::take_delivery() {
  const Delivery& done = host_.deliveries.front();
  ++host_.taken.packets;
  host_.taken.slots += done.slots;
  host_.slots.release_to(done.at + done.slots);
  host_.deliveries.pop();
  host_.dirty |= kDeliveries;
  if (const Delivery* next = delivery()) prefetch_slots(host_.slots.item_at(next->at), next->slots);
}

void LinkPort::take_release() {
  host_.releases.pop();
  host_.dirty |= kReleases;
}

void LinkPort::take_csr_reply() {
  host_.replies.pop();
  host_.dirty |= kReplies;
}

// Between windows

void LinkPort::exchange_dirty() {
  const std::uint32_t dirty = host_.dirty | link_.dirty;
  host_.dirty = link_.dirty = 0;
  for (std::uint32_t vcs = dirty & kVcs; vcs != 0; vcs &= vcs - 1) {
    const auto vc = static_cast<unsigned>(std::countr_zero(vcs));
    LinkVc& q = link_.tx[vc];
    host_.tx[vc].packets.exchange(q.packets);
    host_.tx[vc].slots.exchange(q.slots);
    if (q.ripe != q.packets.end()) {
      link_.next_ripe = std::min(link_.next_ripe, q.packets.item_at(q.ripe)->ready);
    }
  }
  if (dirty & kFrees) {
    host_.frees.exchange(link_.frees);
    if (!link_.frees.empty()) link_.next_free = std::min(link_.next_free, link_.frees.front().due);
  }
  if (dirty & kCsrs) {
    host_.csrs.exchange(link_.csrs);
    if (!link_.csrs.empty()) link_.next_csr = std::min(link_.next_csr, link_.csrs.front().due);
  }
  if (dirty & kDeliveries) {
    link_.deliveries.exchange(host_.deliveries);
    link_.slots.exchange(host_.slots);
  }
  if (dirty & kReleases) link_.releases.exchange(host_.releases);
  if (dirty & kReplies) link_.replies.exchange(host_.replies);
}

// Link side, transmit

void LinkPort::ripen(Cycle c) {
  Cycle next = kNever;
  for (unsigned vc = 0; vc < config_.vcs; ++vc) {
    LinkVc& q = link_.tx[vc];
    if (q.ripe == q.packets.end()) continue;
    const std::uint64_t before = q.ripe;
    while (q.ripe != q.packets.end()) {
      const Packet& packet = *q.packets.item_at(q.ripe);
      if (packet.ready > c) {
        next = std::min(next, packet.ready);
        break;
      }
      q.ready += packet.slots;
      ++q.ripe;
    }
    if (q.ripe != before) update_eligible(vc);
  }
  link_.next_ripe = next;
}

/// The VC of the next beat; one can send.
unsigned LinkPort::vc_to_send() {
  const unsigned hungry = link_.drained;
  if ((link_.eligible >> hungry & 1u) != 0) {
    const LinkVc& q = link_.tx[hungry];
    const bool in_use = q.space < config_.skid || q.rest != 0;
    if (in_use && q.space > kSkidReserve) return hungry;
  }
  link_.last_vc = static_cast<std::uint8_t>(next_vc(link_.eligible, link_.last_vc));
  return link_.last_vc;
}

void LinkPort::send_beat(Cycle c, weft_link_in& in) {
  const unsigned vc = vc_to_send();
  LinkVc& q = link_.tx[vc];
  const std::uint32_t n = std::min(q.ready, 8u);
  std::uint32_t sop = 0;
  if (q.rest > n) {  // from the middle of a packet: straight from the ring
    in.ht_data = q.slots.item_at(q.at);
    q.at += n;
    q.rest -= n;
  } else {
    in.ht_data = link_.beat.data();
    for (std::uint32_t filled = 0; filled < n;) {
      if (q.rest == 0) {
        q.at = q.packets.front().at;
        q.rest = q.packets.front().slots;
        if (const std::uint64_t next = q.packets.begin() + 1; next != q.packets.end()) {
          const Packet& packet = *q.packets.item_at(next);
          prefetch_slots(q.slots.item_at(packet.at), packet.slots);
        }
        sop |= 1u << filled;
      }
      const std::uint32_t run = std::min(q.rest, n - filled);
      copy_slots(&link_.beat[filled], q.slots.item_at(q.at), run);
      filled += run;
      q.at += run;
      q.rest -= run;
      if (q.rest == 0) finish_packet(c, vc);
    }
  }
  q.ready -= n;
  q.space -= n;
  update_eligible(vc);
  link_.dirty |= 1u << vc;

  in.flags |= WEFT_IN_HT;
  in.ht_vc = static_cast<std::uint8_t>(vc);
  in.ht_slots = static_cast<std::uint8_t>(n);
  in.ht_sop = static_cast<std::uint8_t>(sop);
}

/// The packet being sent has left the queue in cycle c.
void LinkPort::finish_packet(Cycle c, unsigned vc) {
  LinkVc& q = link_.tx[vc];
  link_.releases.push({c + config_.pipeline, static_cast<std::uint16_t>(q.packets.front().slots),
                       static_cast<std::uint8_t>(vc)});
  q.slots.release_to(q.at);
  q.packets.pop();
  link_.dirty |= 1u << vc | kReleases;
}

void LinkPort::take_space(std::uint64_t space) {
  const unsigned before = link_.drained;
  while (space != 0) {
    const auto vc = static_cast<unsigned>(std::countr_zero(space)) / 4;
    const auto slots = static_cast<std::uint32_t>(space >> (4 * vc)) & 15u;
    space &= ~(std::uint64_t{15} << (4 * vc));
    if (vc >= config_.vcs) {
      ++link_.faults.space;
      continue;
    }
    // The link changes VC within a beat at most once: the other one is what it goes on with.
    if (vc != before) link_.drained = static_cast<std::uint8_t>(vc);
    LinkVc& q = link_.tx[vc];
    q.space += slots;
    if (q.space > config_.skid) {
      q.space = config_.skid;
      ++link_.faults.space;
    }
    update_eligible(vc);
  }
}

void LinkPort::send_free(Cycle c, weft_link_in& in) {
  while (!link_.frees.empty() && link_.frees.front().due <= c) {
    const Free& free = link_.frees.front();
    link_.units_due[free.vc] += free.units;
    link_.due |= 1u << free.vc;
    link_.frees.pop();
  }
  link_.dirty |= kFrees;
  const unsigned vc = next_vc(link_.due, link_.last_free_vc);
  std::uint32_t units = std::min(link_.units_due[vc], 0xffffu);
  link_.units_due[vc] -= units;
  if (link_.units_due[vc] == 0) link_.due &= ~(1u << vc);
  link_.last_free_vc = static_cast<std::uint8_t>(vc);
  const std::uint32_t stale = std::min(units, link_.stale[vc]);
  link_.stale[vc] -= stale;
  units -= stale;
  if (units != 0) {
    link_.held[vc] -= std::min(units, link_.held[vc]);
    link_.last_free = {c, units, vc};
    in.flags |= WEFT_IN_FREE;
    in.free_vc = static_cast<std::uint8_t>(vc);
    in.free_units = static_cast<std::uint16_t>(units);
  }
  link_.next_free = link_.due != 0 ? c + 1 : link_.frees.empty() ? kNever : link_.frees.front().due;
}

void LinkPort::send_csr(Cycle c, weft_link_in& in) {
  const Csr& csr = link_.csrs.front();
  in.flags |= WEFT_IN_CSR;
  if (csr.write) in.flags |= WEFT_IN_CSR_WE;
  in.csr_addr = csr.addr;
  in.csr_wdata = csr.data;
  link_.csrs.pop();
  link_.dirty |= kCsrs;
  link_.next_csr = link_.csrs.empty() ? kNever : std::max(c + 1, link_.csrs.front().due);
}

void LinkPort::reply(Cycle c, std::uint64_t data) {
  link_.replies.push({c + config_.pipeline, data});
  link_.dirty |= kReplies;
}

// Link side, receive

void LinkPort::receive(Cycle c, const weft_link_out& out) {
  if (out.flags & WEFT_OUT_HR) receive_beat(out);
  if (out.flags & WEFT_OUT_HR_COMMIT) {
    commit(c, (out.flags & WEFT_OUT_HR_POISON) != 0);
  } else if (out.flags & WEFT_OUT_HR_ABORT) {
    link_.pending.clear();
    link_.open = link_.committed_open;
    link_.slots.rewind(link_.committed_end);
  }
}

void LinkPort::receive_beat(const weft_link_out& out) {
  Open& open = link_.open;
  const unsigned mask = out.hr_mask;
  if ((out.hr_sop | out.hr_eop) == 0 && mask != 0) {  // from the middle of a packet
    const auto first = static_cast<unsigned>(std::countr_zero(mask));
    const auto n = static_cast<unsigned>(std::popcount(mask));
    const bool together = mask == ((1u << n) - 1) << first;
    if (together && n < open.slots - open.got) {
      copy_slots(link_.slots.item_at(open.at + open.got), out.hr_data + first, n);
      open.got += n;
      return;
    }
  }
  for (unsigned i = 0; mask >> i != 0;) {
    if ((mask >> i & 1u) == 0) {
      ++i;
      continue;
    }
    if (out.hr_sop >> i & 1u) {
      if (open.slots != 0) ++link_.faults.framing;
      const std::uint64_t header = out.hr_data[i];
      open.slots = std::max(1u, slots_of(header));
      open.at = link_.slots.reserve(open.slots);
      open.got = 0;
      open.vc = static_cast<std::uint8_t>(vc_of(header));
      open.poisoned = false;
    }
    // To the end of the packet, of the run of packet slots or of the beat.
    const unsigned ends = out.hr_eop >> i;
    const auto run = static_cast<unsigned>(std::countr_one(mask >> i));
    const unsigned to_end = ends != 0 ? static_cast<unsigned>(std::countr_zero(ends)) + 1 : 9;
    const unsigned n = std::min(run, to_end);
    const unsigned take = std::min(n, open.slots - open.got);
    if (take < n) ++link_.faults.framing;  // no packet is open, or it is longer than it said
    if (take != 0) copy_slots(link_.slots.item_at(open.at + open.got), out.hr_data + i, take);
    open.got += take;
    if (to_end <= run && open.slots != 0) {
      if (open.got != open.slots) ++link_.faults.framing;
      link_.pending.push_back(
          {0, open.at, static_cast<std::uint16_t>(open.got), open.vc, open.poisoned});
      open.slots = open.got = 0;
    }
    i += n;
  }
}

void LinkPort::commit(Cycle c, bool poison) {
  Open& open = link_.open;
  if (poison) {  // the packet that was open when the flit began
    if (link_.committed_open.slots == 0) {
      ++link_.faults.framing;
    } else if (!link_.pending.empty()) {
      link_.pending.front().poisoned = true;
    } else {
      open.poisoned = true;
    }
  }
  for (Delivery& delivery : link_.pending) {
    if (delivery.vc >= config_.vcs) {
      ++link_.faults.framing;
      continue;
    }
    std::uint32_t& held = link_.held[delivery.vc];
    held += units(delivery.slots);
    if (held > config_.rx_units) ++link_.faults.overruns;
    delivery.visible = c + config_.pipeline;
    link_.deliveries.push(delivery);
    link_.dirty |= kDeliveries;
  }
  link_.pending.clear();
  link_.committed_open = open;
  link_.committed_end = link_.slots.end();
}

void LinkPort::flush(Cycle c) {
  for (unsigned vc = 0; vc < config_.vcs; ++vc) {
    LinkVc& q = link_.tx[vc];
    if (q.rest != 0) {
      q.ready -= q.rest;
      q.at += q.rest;
      q.rest = 0;
      finish_packet(c, vc);
    }
    q.space = config_.skid;
    update_eligible(vc);
    link_.stale[vc] += link_.held[vc];
    link_.held[vc] = 0;
  }
  // Units on the pins at the edge that restarts the link are counted after it, as if granted anew.
  if (link_.last_free.due == c) link_.stale[link_.last_free.vc] += link_.last_free.units;
  link_.pending.clear();
  link_.open = link_.committed_open = Open{};
  link_.slots.rewind(link_.committed_end);
}

std::size_t LinkPort::memory_bytes() const {
  std::size_t bytes = sizeof *this + host_.frees.memory_bytes() + host_.csrs.memory_bytes() +
                      link_.deliveries.memory_bytes() + link_.slots.memory_bytes() +
                      link_.releases.memory_bytes() + link_.replies.memory_bytes() +
                      link_.pending.capacity() * sizeof(Delivery) +
                      3 * config_.vcs * sizeof(std::uint32_t) +
                      host_.tx.capacity() * sizeof(HostVc) + link_.tx.capacity() * sizeof(LinkVc);
  for (const HostVc& q : host_.tx) bytes += q.packets.memory_bytes() + q.slots.memory_bytes();
  return bytes;
}

}  // namespace weft
