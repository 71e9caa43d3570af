// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/digest.h"
#include "models/base/random.h"
#include "models/fabric/packet_link.h"
#include "models/fabric/packet_pool.h"
#include "models/link/port_host.h"
#include "models/switch/time_ring.h"
#include "testbench/drive/latency_histogram.h"

namespace weft::test {

/// Geometric, with most draws answered from a table: those whose upper bits decide the gap.
class GapTable {
 public:
  explicit GapTable(double p) : gap_(p), gaps_(kEntries) {
    for (std::uint64_t i = 0; i < kEntries; ++i) {
      const std::uint64_t first = gap_.gap(i << kShift);
      const std::uint64_t last = gap_.gap((i << kShift) + ((std::uint64_t{1} << kShift) - 1));
      gaps_[i] = first == last && first < kOpen ? static_cast<std::uint16_t>(first) : kOpen;
    }
  }
  std::uint64_t operator()(std::uint64_t draw) const {
    const std::uint16_t gap = gaps_[draw >> kShift];
    return gap != kOpen ? gap : gap_.gap(draw);
  }

 private:
  static constexpr unsigned kShift = 52;
  static constexpr std::uint64_t kEntries = std::uint64_t{1} << (64 - kShift);
  static constexpr std::uint16_t kOpen = 0xFFFF;

  Geometric gap_;
  std::vector<std::uint16_t> gaps_;
};

/// A node at packet level under uniform traffic: data packets on VC 0 to all other nodes alike,
/// arriving as a Bernoulli process in cycles; each is checked (destination, number, address),
/// timed and answered by one small packet on VC 1, which is checked too. The generator stops while
/// 64 packets wait.
class PacketNode final : public PortHost {
 public:
  struct Config {
    unsigned node = 0, nodes = 2;
    unsigned vcs = 2;
    std::uint32_t data_slots = 515, ack_slots = 11;
    std::uint32_t credit_slots = 0;  ///< buffer of the peer, per VC
    std::uint32_t unit_slots = 8;
    std::uint64_t seed = 1;
    Cycle stop = kNever;  ///< no packet arrives from then on
  };
  struct Counters {
    std::uint64_t sent = 0;      ///< data
    std::uint64_t received = 0;  ///< data, all checked
    std::uint64_t acked = 0;
    std::uint64_t errors = 0;
  };
  static constexpr std::uint32_t kMostWaiting = 64;

  /// All of them live longer; `gaps` is of the packets per cycle.
  PacketNode(const Config& config, const GapTable& gaps, PacketEnd& end, PacketPool& pool)
      : config_(config),
        end_(end),
        pool_(pool),
        stock_(pool),
        random_(config.seed, "node" + std::to_string(config.node), "traffic"),
        gaps_(gaps),
        next_number_(config.nodes),
        expected_(config.nodes),
        expected_ack_(config.nodes),
        charges_{charge(config.data_slots), charge(config.ack_slots)} {
    rooms_[0].now = rooms_[1].now = config.credit_slots;
    draw(0);
    wake_ = next_birth_;
  }

  PacketInbox& inbox() { return inbox_; }

  void advance(Cycle, Cycle until) override {
    inbox_.read(
        [this](const PacketArrival& arrival) {
          arrivals_.insert({arrival.tail, arrival.handle, arrival.dst, arrival.vc});
        },
        [this](const CreditReturn& credit) {
          rooms_[credit.vc].later.insert({credit.cycle, credit.slots});
          if (blocked_) wake_ = std::min(wake_, std::max(credit.cycle, free_cycle()));
        });
    for (; arrivals_.next() < until; arrivals_.pop()) receive(arrivals_.front());
    while (wake_ < until) step(wake_);
  }
  Cycle next_work() const override { return std::min(wake_, arrivals_.next()); }

  const Counters& counters() const { return counters_; }
  const tb::LatencyHistogram& latency() const { return latency_; }
  std::uint32_t waiting() const { return waiting_end_ - waiting_begin_; }
  void add_to(Digest& digest) const {
    digest.add(digest_.value());
    digest.add(counters_.sent);
    digest.add(counters_.acked);
  }

 private:
  struct Credit {
    Cycle cycle;
    std::uint32_t slots;
    std::uint64_t order() const { return 0; }
  };
  struct Room {
    std::uint64_t now = 0;
    TimeRing<Credit> later;
  };
  struct Arrival {
    Cycle cycle;
    std::uint32_t handle;
    std::uint16_t dst;
    std::uint8_t vc;
    std::uint64_t order() const { return 0; }
  };

  std::uint32_t charge(std::uint32_t slots) const {
    return (slots + config_.unit_slots - 1) / config_.unit_slots * config_.unit_slots;
  }
  Cycle free_cycle() const { return end_.pace().cycle(end_.free()); }
  static std::uint64_t address(const PooledPacket& packet) {
    return std::uint64_t{packet.src} << 48 | std::uint64_t{packet.number} << 12;
  }

  /// When and where the next packet goes, after `now`. Four numbers do for two packets.
  void draw(Cycle now) {
    if (drawn_ % 2 == 0) numbers_ = random_.block(drawn_ / 2);
    const std::uint64_t* numbers = &numbers_[drawn_ % 2 * 2];
    ++drawn_;
    next_birth_ = now + 1 + gaps_(numbers[0]);
    if (next_birth_ >= config_.stop) next_birth_ = kNever;
    __extension__ using Wide = unsigned __int128;
    auto dst = static_cast<std::uint16_t>(Wide{numbers[1]} * (config_.nodes - 1) >> 64);
    if (dst >= config_.node) ++dst;
    next_dst_ = dst;
  }

  void receive(const Arrival& arrival) {
    PooledPacket& packet = pool_.at(arrival.handle);
    end_.give_back(arrival.cycle, charges_[arrival.vc], arrival.vc);
    if (arrival.vc == 0) {
      const bool good = packet.dst == config_.node && arrival.dst == config_.node &&
                        packet.number == expected_[packet.src] && packet.address == address(packet);
      ++expected_[packet.src];
      counters_.errors += !good;
      ++counters_.received;
      latency_.add(arrival.cycle - packet.born);
      digest_.add(arrival.cycle << 16 | packet.src);
      acks_.insert(arrival);
      wake_ = std::min(wake_, std::max(arrival.cycle, free_cycle()));
    } else {
      const bool good = packet.src == config_.node && packet.number == expected_ack_[packet.dst]++;
      counters_.errors += !good;
      ++counters_.acked;
      stock_.give(arrival.handle);
    }
  }

  void give_birth(Cycle now) {
    const std::uint32_t handle = stock_.take();
    PooledPacket& packet = pool_.at(handle);
    packet.born = now;
    packet.src = static_cast<std::uint16_t>(config_.node);
    packet.dst = next_dst_;
    packet.number = next_number_[next_dst_]++;
    packet.address = address(packet);
    data_[waiting_end_++ % kMostWaiting] = {handle, next_dst_};
  }

  bool has_room(unsigned vc, Cycle now) {
    Room& room = rooms_[vc];
    if (room.now < charges_[vc]) take_room(room, now);
    return room.now >= charges_[vc];
  }
  static void take_room(Room& room, Cycle now) {
    while (room.later.next() <= now) {
      room.now += room.later.front().slots;
      room.later.pop();
    }
  }

  /// The line is free in cycle `now`.
  void step(Cycle now) {
    while (next_birth_ <= now && waiting() < kMostWaiting) {
      const Cycle born = std::max(next_birth_, room_since_);
      give_birth(born);
      draw(born);
    }
    const unsigned ripe =
        static_cast<unsigned>(waiting() != 0) | static_cast<unsigned>(acks_.next() <= now) << 1;
    unsigned vc = ripe == 3 ? last_vc_ ^ 1 : ripe >> 1;
    bool can = ripe != 0 && has_room(vc, now);
    if (!can && ripe == 3) {
      vc ^= 1;
      can = has_room(vc, now);
    }
    if (can) {
      send(vc, now);
      blocked_ = false;
      wake_ = free_cycle();
      if (waiting() == 0) wake_ = std::max(wake_, std::min(next_birth_, acks_.next()));
      return;
    }
    blocked_ = ripe != 0;
    wake_ = kNever;
    if (waiting() < kMostWaiting) wake_ = next_birth_;
    for (unsigned v : {0u, 1u}) {
      if ((ripe >> v & 1u) != 0) wake_ = std::min(wake_, rooms_[v].later.next());
    }
    if (ripe < 2) wake_ = std::min(wake_, acks_.next());
  }

  void send(unsigned vc, Cycle now) {
    rooms_[vc].now -= charges_[vc];
    last_vc_ = vc;
    if (vc == 0) {
      if (waiting() == kMostWaiting) room_since_ = now;
      const Waiting packet = data_[waiting_begin_++ % kMostWaiting];
      end_.send(now, packet.handle, config_.data_slots, packet.dst, 0);
      ++counters_.sent;
      return;
    }
    const std::uint32_t handle = acks_.front().handle;
    acks_.pop();
    end_.send(now, handle, config_.ack_slots, pool_.at(handle).src, 1);
  }

  struct Waiting {
    std::uint32_t handle;
    std::uint16_t dst;
  };

  Config config_;
  PacketEnd& end_;
  PacketPool& pool_;
  PacketPool::Stock stock_;
  PacketInbox inbox_;
  Random random_;
  const GapTable& gaps_;
  std::array<std::uint64_t, 4> numbers_{};
  std::uint64_t drawn_ = 0;
  Cycle next_birth_ = 0;
  Cycle room_since_ = 0;  // when the queue was no longer full
  std::uint16_t next_dst_ = 0;
  unsigned last_vc_ = 1;
  bool blocked_ = false;
  Cycle wake_ = 0;
  std::uint32_t waiting_begin_ = 0, waiting_end_ = 0;
  std::array<Waiting, kMostWaiting> data_{};
  TimeRing<Arrival> arrivals_;
  TimeRing<Arrival> acks_;
  std::array<Room, 2> rooms_;
  std::vector<std::uint32_t> next_number_, expected_, expected_ack_;
  std::array<std::uint32_t, 2> charges_;
  Counters counters_;
  tb::LatencyHistogram latency_;
  Digest digest_;
};

}  // namespace weft::test
