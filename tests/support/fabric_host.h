// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "models/base/digest.h"
#include "models/base/random.h"
#include "models/fabric/flit_node_port.h"
#include "models/link/crc32c.h"
#include "models/link/port_host.h"
#include "models/protocol/protocol.h"

namespace weft::test {

/// A node of a fabric that sends packets of random lengths to random nodes and checks what comes:
/// each packet of a (source, VC) once, in order and intact. Slot 0 is the packet header, slot 1
/// source and number, the others follow from those.
class FabricHost final : public PortHost {
 public:
  struct Traffic {
    std::uint64_t packets = 200;  ///< to be sent
    unsigned mean_gap = 60;       ///< cycles between two packets
    unsigned consume = 0;         ///< cycles until receive buffer is given back
    bool to_one = false;          ///< all to node 0
  };

  FabricHost(const Protocol& protocol, NodePort& port, unsigned node, unsigned nodes,
             const Traffic& traffic, std::uint64_t seed)
      : protocol_(protocol),
        port_(port),
        node_(node),
        nodes_(nodes),
        traffic_(traffic),
        random_(seed, "node" + std::to_string(node), "traffic") {
    draw(0);
  }

  void advance(Cycle, Cycle until) override {
    // One time line: arrivals, frees and sends in order, for each port function by itself.
    while (const NodePort::Arrival* arrival = port_.arrival()) {
      if (arrival->visible >= until) break;
      check(*arrival);
      frees_.push_back({arrival->visible + traffic_.consume, arrival->vc,
                        static_cast<unsigned>(arrival->slots.size())});
      port_.take();
    }
    while (first_free_ < frees_.size() && frees_[first_free_].cycle < until) {
      const Free& free = frees_[first_free_++];
      port_.free(free.cycle, free.vc, free.slots);
    }
    while (sent_ < traffic_.packets && next_ < until) {
      if (!port_.can_send(next_, vc_, slots_)) {
        const Cycle room = port_.next_room();
        next_ = std::max(next_ + 1, std::min(room, until));
        continue;
      }
      send();
    }
  }

  Cycle next_work() const override {
    Cycle next = sent_ < traffic_.packets ? next_ : kNever;
    if (first_free_ < frees_.size()) next = std::min(next, frees_[first_free_].cycle);
    if (const NodePort::Arrival* arrival = port_.arrival()) next = std::min(next, arrival->visible);
    return next;
  }

  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return received_; }
  std::uint64_t errors() const { return errors_; }
  void add_to(Digest& digest) const {
    digest.add(digest_.value());
    digest.add(received_);
  }

 private:
  struct Free {
    Cycle cycle;
    unsigned vc, slots;
  };

  std::uint64_t header(unsigned dst, unsigned vc, std::size_t slots) const {
    const Protocol::PacketHeader& h = protocol_.packet_header;
    const std::uint64_t word = h.kind.put(1) | h.vc.put(vc) | h.len.put(slots) | h.dst.put(dst);
    return word | h.hck.put(PacketHeaderCheck::of(word, h.hck.lsb));
  }
  static std::uint64_t content(unsigned src, unsigned vc, std::uint64_t number, std::size_t i) {
    return (number << 32 | src << 16 | vc << 12 | i) * 0x9E3779B97F4A7C15u;
  }

  void draw(Cycle after) {
    const auto word = random_.block(sent_);
    next_ = after + word[0] % (2 * traffic_.mean_gap + 1);
    dst_ = static_cast<unsigned>(word[1] % (nodes_ - 1));
    if (dst_ >= node_) ++dst_;
    if (traffic_.to_one && node_ != 0) dst_ = 0;
    vc_ = static_cast<unsigned>(word[2] % protocol_.vcs);
    const std::uint64_t longest = protocol_.max_packet_slots();
    const std::uint64_t limit = word[3] % 4 == 0 ? longest : std::min<std::uint64_t>(40, longest);
    slots_ = static_cast<unsigned>(2 + (word[3] >> 8) % (limit - 1));
  }

  void send() {
    const std::span<std::uint64_t> packet = port_.send(next_, vc_, slots_);
    const std::uint64_t number = numbers_[dst_ * 16 + vc_]++;
    packet[0] = header(dst_, vc_, slots_);
    packet[1] = std::uint64_t{node_} << 48 | number;
    for (std::size_t i = 2; i < packet.size(); ++i) packet[i] = content(node_, vc_, number, i);
    const Cycle now = next_;
    ++sent_;
    draw(now);
  }

  void check(const NodePort::Arrival& arrival) {
    ++received_;
    const auto src = static_cast<unsigned>(arrival.slots[1] >> 48);
    const std::uint64_t number = arrival.slots[1] & 0xFFFFFFFFFFFF;
    bool good = arrival.slots[0] == header(node_, arrival.vc, arrival.slots.size());
    good &= number == expected_[src * 16 + arrival.vc]++ && !arrival.poisoned;
    for (std::size_t i = 2; i < arrival.slots.size(); ++i) {
      good &= arrival.slots[i] == content(src, arrival.vc, number, i);
    }
    if (!good) ++errors_;
    digest_.add(arrival.visible);
    digest_.add(arrival.slots[1]);
  }

  const Protocol& protocol_;
  NodePort& port_;
  unsigned node_, nodes_;
  Traffic traffic_;
  Random random_;
  Cycle next_ = 0;
  unsigned dst_ = 0, vc_ = 0, slots_ = 0;
  std::uint64_t sent_ = 0, received_ = 0, errors_ = 0;
  std::map<unsigned, std::uint64_t> numbers_, expected_;
  std::vector<Free> frees_;
  std::size_t first_free_ = 0;
  Digest digest_;
};

}  // namespace weft::test
