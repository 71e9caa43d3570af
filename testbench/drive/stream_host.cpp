// SPDX-License-Identifier: Apache-2.0
#include "testbench/drive/stream_host.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <stdexcept>

namespace weft::tb {

namespace {

constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio, odd
constexpr std::size_t kMissedKept = 1024;

/// CRC-8 over the `bits` low bits of a packet header, the highest of them first, from 0.
std::uint64_t header_check(std::uint64_t header, unsigned bits, unsigned poly) {
  unsigned crc = 0;
  for (unsigned bit = bits; bit-- > 0;) {
    const unsigned in = static_cast<unsigned>(header >> bit) & 1u;
    const unsigned out = crc >> 7;
    crc = (crc << 1 & 0xffu) ^ (in != out ? poly & 0xffu : 0u);
  }
  return crc;
}

/// Mean slots of a burst: packets of the given lengths, drawn alike, until `flits_slots` are
/// reached.
double mean_burst(const std::vector<unsigned>& packets, unsigned wanted) {
  std::vector<double> mean(wanted + 1, 0.0);  // by slots still wanted
  for (unsigned rest = 1; rest <= wanted; ++rest) {
    double sum = 0;
    for (unsigned slots : packets) sum += slots + (slots < rest ? mean[rest - slots] : 0.0);
    mean[rest] = sum / static_cast<double>(packets.size());
  }
  return mean[wanted];
}

double start_chance(const StreamConfig& config) {
  return config.load /
         mean_burst(config.packets, std::max(1u, config.burst_flits * config.flit_slots));
}

// Slot i of a packet, header aside, is key + i * kStep.

/// The finaliser of splitmix64 (Steele, Lea, Flood 2014).
std::uint64_t mix(std::uint64_t z) {
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}

void fill(std::span<std::uint64_t> slots, std::uint64_t key) {
  for (std::uint64_t& slot : slots.subspan(1)) slot = key += kStep;
}

bool holds(std::span<const std::uint64_t> slots, std::uint64_t key) {
  std::uint64_t differ = 0;
  for (const std::uint64_t slot : slots.subspan(1)) differ |= slot ^ (key += kStep);
  return differ == 0;
}

}  // namespace

StreamConfig StreamConfig::of(const Protocol& protocol) {
  StreamConfig config;
  config.flit_slots = protocol.data_slots();
  config.beats = protocol.flit.beats;
  config.header_kind = protocol.packet_header.kind;
  config.kind = protocol.packet.test_kind;
  config.header_hck = protocol.packet_header.hck;
  config.hck_poly = protocol.packet.hck_poly;
  // What the link does not read of a test stream's header is the host's.
  const auto free = static_cast<std::uint8_t>(config.header_hck.msb() + 1);
  config.header_seq = {0, free, static_cast<std::uint8_t>(64 - free)};
  return config;
}

StreamHost::StreamHost(const StreamConfig& config, LinkPort& port, const Clock& clock,
                       std::uint64_t seed, std::string_view path)
    : config_(config),
      port_(port),
      clock_(clock),
      random_(seed, path, "stream.traffic"),
      key_(random_key(seed, path, "stream.payload").k[0]),
      gap_(1),
      draws_gap_(config.load < 1),
      draws_mix_(config.packets.size() > 1 || config.vc_weights.size() > 1),
      vcs_(port.config().vcs) {
  const auto wrong = [](const char* what) { throw std::invalid_argument(what); };
  if (config.packets.empty() || config.packets.size() > 256) wrong("1 to 256 packet lengths");
  if (config.vc_weights.empty() || config.vc_weights.size() > port.config().vcs) {
    wrong("VC weights for VCs that do not exist");
  }
  if (!(config.load >= 0) || !(config.consume >= 0)) wrong("a load or rate below 0");
  if (config.flit_slots == 0 || config.beats == 0) wrong("a flit carries at least one slot");
  for (unsigned slots : config.packets) {
    if (slots < 1 || slots > port.config().max_packet) wrong("a packet too long for the port");
    if (slots > config.queue_slots) wrong("a packet longer than the transmit queue");
    if (port.units(slots) > port.config().rx_units) wrong("a packet beyond the receive buffer");
  }
  if (config.header_seq.width < 8) wrong("no room for numbers in a packet header");
  weight_sum_ =
      std::accumulate(config.vc_weights.begin(), config.vc_weights.end(), std::uint64_t{0});
  if (weight_sum_ == 0) wrong("all VC weights are 0");

  for (unsigned vc = 0; vc < port.config().vcs; ++vc) {
    for (unsigned slots : config.packets) {
      const std::uint64_t header = config.header_kind.put(config.kind) |
                                   port.config().header_vc.put(vc) |
                                   port.config().header_len.put(slots);
      const BitField& hck = config.header_hck;
      const std::uint64_t check = header_check(header, hck.lsb, config.hck_poly);
      headers_.push_back(hck.width == 0 ? header : header | hck.put(check));
    }
  }
  if (config.consume > 0) {
    consume_cost_ =
        static_cast<std::uint64_t>(65536.0 * config.beats / (config.flit_slots * config.consume));
  }
  if (draws_gap_) gap_ = Geometric(start_chance(config));
  draw_next();
}

void StreamHost::connect(StreamHost& a, StreamHost& b) {
  if (a.peer_ != nullptr || b.peer_ != nullptr || a.vcs_.size() != b.vcs_.size()) {
    throw std::invalid_argument("hosts cannot be connected");
  }
  a.peer_ = &b;
  b.peer_ = &a;
}

void StreamHost::advance(Cycle, Cycle until) {
  receive(until);
  send(until);
  position_ = until;
}

Cycle StreamHost::next_work() const {
  Cycle next = blocked_ ? kNever : next_.arrival;
  if (blocked_ && port_.release() != nullptr) next = port_.release()->visible;
  if (port_.delivery() != nullptr) next = std::min(next, port_.delivery()->visible);
  return std::max(next, position_);
}

void StreamHost::exchange() {
  for (std::uint32_t dirty = issued_dirty_ | peer_->taken_dirty_; dirty != 0; dirty &= dirty - 1) {
    const auto vc = static_cast<unsigned>(std::countr_zero(dirty));
    vcs_[vc].issued.exchange(peer_->vcs_[vc].expected);
  }
  issued_dirty_ = peer_->taken_dirty_ = 0;
}

// Generator

void StreamHost::draw_next() {
  std::array<std::uint64_t, 4> draws{};
  const bool starts = burst_rest_ == 0;
  if (draws_mix_ || (draws_gap_ && starts)) draws = random_.block(drawn_);
  ++drawn_;
  if (draws_mix_) {
    const auto scale = [](std::uint64_t draw, std::uint64_t n) {
      __extension__ using Wide = unsigned __int128;
      return static_cast<std::uint64_t>(Wide{draw} * n >> 64);
    };
    next_.size = static_cast<std::uint8_t>(scale(draws[1], config_.packets.size()));
    std::uint64_t weight = scale(draws[2], weight_sum_);
    next_.vc = 0;
    while (weight >= config_.vc_weights[next_.vc]) weight -= config_.vc_weights[next_.vc++];
  }
  if (starts) {
    burst_rest_ = std::uint64_t{config_.burst_flits} * config_.flit_slots;
    if (draws_gap_) {
      const std::uint64_t gap = gap_.gap(draws[0]);
      // Beyond any run; kept away from overflow.
      line_slot_ = std::min(line_slot_ + gap + 1, std::uint64_t{1} << 58);
    }
  }
  burst_rest_ -= std::min<std::uint64_t>(burst_rest_, config_.packets[next_.size]);
  // Slots are numbered from 1; slot n begins when n - 1 have passed.
  next_.arrival = config_.start;
  if (draws_gap_) next_.arrival += (line_slot_ - 1) * config_.beats / config_.flit_slots;
  if (next_.arrival >= config_.stop || line_slot_ == std::uint64_t{1} << 58) {
    next_.arrival = kNever;
  }
}

void StreamHost::send(Cycle until) {
  while (next_.arrival < until) {
    Cycle at = std::max(next_.arrival, pushed_);
    const unsigned slots = config_.packets[next_.size];
    while (vcs_[next_.vc].queued + slots > config_.queue_slots) {
      const LinkPort::Release* release = port_.release();
      blocked_ = release == nullptr || release->visible >= until;
      if (blocked_) return;
      at = std::max(at, release->visible);
      vcs_[release->vc].queued -= release->slots;
      port_.take_release();
    }
    blocked_ = false;
    if (!draws_gap_ && at >= config_.stop) {
      next_.arrival = kNever;
      break;
    }
    push(at);
    draw_next();
  }
  while (port_.release() != nullptr && port_.release()->visible < until) {
    vcs_[port_.release()->vc].queued -= port_.release()->slots;
    port_.take_release();
  }
}

void StreamHost::push(Cycle at) {
  Vc& vc = vcs_[next_.vc];
  const unsigned slots = config_.packets[next_.size];
  const std::uint64_t seq = vc.seq_sent++;
  const std::uint64_t key = payload_key(next_.vc, seq);
  const std::span<std::uint64_t> packet = port_.push(at, next_.vc, slots);
  packet[0] = header(next_.vc, next_.size, seq);
  fill(packet, key);
  vc.issued.push(at << 8 | next_.size);
  issued_dirty_ |= 1u << next_.vc;
  vc.queued += slots;
  pushed_ = at;
  ++counters_.packets_sent;
  counters_.slots_sent += slots;
  issued_.add(clock_.edge(at).fs());
  issued_.add(std::uint64_t{next_.vc} << 56 | seq);
  issued_.add(slots);
  issued_.add(key);
}

std::uint64_t StreamHost::payload_key(unsigned vc, std::uint64_t seq) const {
  return mix(key_ + (seq << 4 | vc) * kStep);
}

// Checker

void StreamHost::receive(Cycle until) {
  for (;;) {
    const LinkPort::Delivery* delivery = port_.delivery();
    if (delivery == nullptr || delivery->visible >= until) return;
    check(*delivery);
    consume(*delivery);
    port_.take_delivery();
  }
}

void StreamHost::check(const LinkPort::Delivery& delivery) {
  const std::span<const std::uint64_t> slots = port_.slots(delivery);
  Vc& vc = vcs_[delivery.vc];
  ++counters_.packets_received;
  counters_.slots_received += slots.size();
  counters_.poisoned += delivery.poisoned;
  taken_dirty_ |= 1u << delivery.vc;

  // How far the number is from the one expected, in the bits that travel.
  const std::uint64_t waiting = vc.expected.end() - vc.expected.begin();
  const std::uint64_t mask = config_.header_seq.max();
  std::uint64_t skipped = (config_.header_seq.get(slots[0]) - vc.seq_expected) & mask;
  if (skipped > mask / 2) {  // an old one
    const std::uint64_t seq = vc.seq_expected - (mask + 1 - skipped);
    const auto missed = std::find(vc.missed.begin(), vc.missed.end(), seq);
    if (missed == vc.missed.end()) {
      ++counters_.duplicated;
    } else {
      vc.missed.erase(missed);
      --counters_.lost;
      ++counters_.misordered;
    }
    return;
  }
  if (waiting == 0) {
    ++counters_.corrupted;
    return;
  }
  if (skipped >= waiting) skipped = 0;  // never sent: the header is wrong, as will be seen
  for (; skipped != 0; --skipped) {
    if (vc.missed.size() < kMissedKept) vc.missed.push_back(vc.seq_expected);
    ++counters_.lost;
    ++vc.seq_expected;
    vc.expected.pop();
  }
  const std::uint64_t issue = vc.expected.front();
  vc.expected.pop();
  const std::uint64_t seq = vc.seq_expected++;
  const auto size = static_cast<unsigned>(issue & 0xff);
  const std::uint64_t key = peer_->payload_key(delivery.vc, seq);
  const bool good = slots[0] == peer_->header(delivery.vc, size, seq) &&
                    slots.size() == peer_->config_.packets[size] && holds(slots, key);
  counters_.corrupted += !good;
  latency_.add(delivery.visible - (issue >> 8));
  retired_.add(clock_.edge(delivery.visible).fs());
  retired_.add(std::uint64_t{delivery.vc} << 56 | seq);
  retired_.add(slots.size());
  retired_.add(key);
  vc.result = mix((vc.result + kStep) ^ (key + (slots.size() << 1 | good)));
}

void StreamHost::consume(const LinkPort::Delivery& delivery) {
  Cycle at = delivery.visible;
  if (consume_cost_ != 0) {
    consumed_ = std::max(consumed_, at << 16) + delivery.slots * consume_cost_;
    at = (consumed_ + 0xffff) >> 16;
  }
  port_.free(at, delivery.vc, port_.units(delivery.slots));
}

std::uint64_t StreamHost::in_flight() const {
  const Counters& far = peer_->counters_;
  return counters_.packets_sent + far.duplicated - far.packets_received - far.lost;
}

Cycle StreamHost::oldest_expected() const {
  Cycle oldest = kNever;
  for (const Vc& vc : vcs_) {
    if (!vc.expected.empty()) oldest = std::min<Cycle>(oldest, vc.expected.front() >> 8);
  }
  return oldest;
}

void StreamHost::add_to(Digest& digest) const {
  digest.add(issued_.value());
  digest.add(retired_.value());
}

void StreamHost::add_result_to(Digest& digest) const {
  for (const Vc& vc : vcs_) {
    digest.add(vc.seq_expected);
    digest.add(vc.result);
  }
}

std::size_t StreamHost::memory_bytes() const {
  constexpr std::size_t kHashState = 576;  // of XXH3, one per digest
  std::size_t bytes = sizeof *this + latency_.memory_bytes() + 2 * kHashState +
                      headers_.capacity() * sizeof(std::uint64_t) + vcs_.capacity() * sizeof(Vc);
  for (const Vc& vc : vcs_) {
    bytes += vc.issued.memory_bytes() + vc.missed.capacity() * sizeof(std::uint64_t);
  }
  return bytes;
}

}  // namespace weft::tb
