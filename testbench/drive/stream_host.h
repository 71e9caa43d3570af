// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/base/clock.h"
#include "models/base/digest.h"
#include "models/base/random.h"
#include "models/link/cycle.h"
#include "models/link/mailbox.h"
#include "models/link/port.h"
#include "models/link/port_host.h"
#include "testbench/drive/latency_histogram.h"

namespace weft::tb {

/// The traffic of one StreamHost, and what it must know of the protocol.
struct StreamConfig {
  /// Packet slots offered per payload slot of the line. Below 1, single packets (or bursts) begin
  /// as a Bernoulli process in slot times; from 1 on the host pushes whenever its queue has room.
  double load = 1;
  std::vector<unsigned> packets{34};    ///< packet lengths in slots, header included, drawn alike
  std::vector<unsigned> vc_weights{1};  ///< how often each VC is drawn, relative to each other
  unsigned burst_flits =
      0;  ///< packets come in bursts of at least this many flits' worth; 0: alone
  unsigned queue_slots = 2048;  ///< transmit queue of each VC; the host waits while it is full
  double consume = 0;           ///< slots consumed per payload slot of the line; 0: at once
  Cycle start = 0;              ///< arrivals begin
  Cycle stop = kNever;      ///< no packet arrives from this cycle on. Below load 1 those that had
                            ///< arrived are pushed, late or not, so that what is sent does not
                            ///< depend on the link; from 1 on nothing is pushed any more
  unsigned flit_slots = 1;  ///< payload slots of a flit
  unsigned beats = 1;       ///< cycles of a flit
  BitField header_kind;     ///< of a packet header
  unsigned kind = 1;        ///< what stands there; other than 0
  BitField header_seq;      ///< where this host keeps its numbers, 8 bits or more
  BitField header_hck;      ///< header check over all bits below it; width 0: none
  unsigned hck_poly = 0;    ///< CRC-8, leading term included

  static StreamConfig of(const Protocol& protocol);
};

/// Traffic generator and checker behind a link port.
///
/// Sends packets whose every slot follows from (path, VC, sequence number), and checks each packet
/// it receives against what its peer must have sent: number, length, header and every payload slot.
/// Receive buffer is given back when a packet has been consumed. Two hosts of one link are
/// connect()ed; what one tells the other beside the link (when it sent what) crosses in exchange().
class StreamHost final : public PortHost {
 public:
  struct Counters {
    std::uint64_t packets_sent = 0;
    std::uint64_t slots_sent = 0;
    std::uint64_t packets_received = 0;
    std::uint64_t slots_received = 0;  ///< all of them checked
    std::uint64_t lost = 0;            ///< numbers left out, and not seen later either
    std::uint64_t duplicated = 0;      ///< numbers seen before
    std::uint64_t misordered = 0;      ///< numbers left out and seen later
    std::uint64_t corrupted = 0;       ///< header, length or payload differ
    std::uint64_t poisoned = 0;

    std::uint64_t errors() const { return lost + duplicated + misordered + corrupted + poisoned; }
  };

  /// `path` names the sender's direction and, with `seed`, all that is drawn. The port and the
  /// clock live longer than the host. Throws std::invalid_argument for traffic that the port cannot
  /// carry.
  StreamHost(const StreamConfig& config, LinkPort& port, const Clock& clock, std::uint64_t seed,
             std::string_view path);
  StreamHost(const StreamHost&) = delete;
  StreamHost& operator=(const StreamHost&) = delete;

  /// Makes two hosts check each other. Once, before the first window.
  static void connect(StreamHost& a, StreamHost& b);

  void advance(Cycle from, Cycle until) override;
  Cycle next_work() const override;
  void exchange() override;

  const Counters& counters() const { return counters_; }
  /// Packets sent by this host that its peer has neither received nor counted as lost.
  std::uint64_t in_flight() const;
  /// Cycle in which the oldest packet to this host that has not arrived was pushed, as far as the
  /// peer told; kNever when there is none. Between windows.
  Cycle oldest_expected() const;
  /// Cycles from push to delivery of each packet received.
  const LatencyHistogram& latency() const { return latency_; }

  /// Adds (time in fs, VC and number, slots, payload) of each packet issued and of each retired.
  void add_to(Digest& digest) const;
  /// Adds, by VC, what was retired in which order: number, slots, payload and whether it was
  /// unharmed; no times.
  void add_result_to(Digest& digest) const;

  std::size_t memory_bytes() const;

 private:
  /// A packet drawn but not pushed.
  struct Next {
    Cycle arrival = kNever;
    std::uint8_t vc = 0;
    std::uint8_t size = 0;  // index into config_.packets
  };
  struct Vc {
    Outbox<std::uint64_t> issued;   // to the peer: cycle << 8 | size, of each packet pushed
    Inbox<std::uint64_t> expected;  // of the peer's packets not yet received
    std::uint64_t seq_sent = 0;
    std::uint64_t seq_expected = 0;
    std::uint64_t queued = 0;           // slots in the transmit queue, as far as this host knows
    std::vector<std::uint64_t> missed;  // numbers left out
    std::uint64_t result = 0;           // hash of the packets retired, in order
  };

  void send(Cycle until);
  void push(Cycle at);
  void draw_next();
  void receive(Cycle until);
  void check(const LinkPort::Delivery& delivery);
  void consume(const LinkPort::Delivery& delivery);
  std::uint64_t header(unsigned vc, unsigned size, std::uint64_t seq) const {
    const BitField& field = config_.header_seq;
    return headers_[vc * config_.packets.size() + size] | field.put(seq & field.max());
  }
  std::uint64_t payload_key(unsigned vc, std::uint64_t seq) const;

  StreamConfig config_;
  LinkPort& port_;
  const Clock& clock_;
  StreamHost* peer_ = nullptr;
  Random random_;
  std::uint64_t key_;
  std::vector<std::uint64_t> headers_;  // by VC and size, number 0
  std::uint64_t weight_sum_ = 0;
  Geometric gap_;
  bool draws_gap_, draws_mix_;

  std::uint64_t drawn_ = 0;       // packets
  std::uint64_t line_slot_ = 0;   // slot time of the last arrival
  std::uint64_t burst_rest_ = 0;  // slots of the burst still to come
  Next next_;
  Cycle pushed_ = 0;                                  // cycle of the last push
  Cycle position_ = 0;                                // advanced to here
  bool blocked_ = false;                              // next_ waits for room
  std::uint64_t consume_cost_ = 0;                    // cycles per slot, times 2^16
  std::uint64_t consumed_ = 0;                        // cycle at which all is consumed, times 2^16
  std::uint32_t issued_dirty_ = 0, taken_dirty_ = 0;  // VCs
  std::vector<Vc> vcs_;
  Counters counters_;
  LatencyHistogram latency_;
  Digest issued_;
  Digest retired_;
};

}  // namespace weft::tb
