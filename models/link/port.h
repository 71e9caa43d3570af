// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/link/cycle.h"
#include "models/link/mailbox.h"
#include "models/link/pins.h"
#include "models/protocol/protocol.h"

namespace weft {

/// What a port must know of the protocol and of its host's pipelines.
struct PortConfig {
  Cycle pipeline = 16;      ///< cycles from host to link and from link to host, 1 or more
  unsigned vcs = 1;         ///< 1 to 16
  unsigned skid = 64;       ///< slots of the link's skid per VC, 8 or more
  unsigned max_packet = 1;  ///< slots of the longest packet
  unsigned unit_slots = 8;  ///< slots per credit unit
  unsigned rx_units = 1;    ///< receive buffer of a VC
  BitField header_vc;       ///< in the first slot of a packet
  BitField header_len;

  /// Throws std::invalid_argument for a skid that cannot hold a flit's payload beside a beat: link
  /// and port would wait for each other.
  static PortConfig of(const Protocol& protocol, Cycle pipeline);
};

/// The host side of a link end: packets on one side, pins on the other.
///
/// Between them lie two pipelines of `pipeline` cycles, as in a real port:
///  - A packet pushed at host cycle h is *ready* at h + pipeline: the `ht` beat of that cycle can
///    hold it. Each cycle carries at most one beat, of up to 8 slots of one VC. A beat is as full
///    as the ready packets of its VC allow (they follow each other without gaps) and goes only
///    when the skid has room for all of it. The VC that the link took slots from last goes first
///    while more than kSkidReserve slots of its skid are free, so that a packet under way is not
///    kept waiting by the filling of other skids; otherwise the VCs that can send one take turns.
///    Skid space given back in the outputs of cycle c can be used in cycle c + 1.
///  - A packet whose last slot is in the beat of cycle c is *released* at host cycle c + pipeline.
///  - Credit freed at host cycle h is on the pins in cycle h + pipeline, or later when several VCs
///    are due: one VC a cycle, round robin, with all units of that VC that are due.
///  - A packet committed in the outputs of cycle c is *visible* at host cycle c + pipeline.
///  - A register access of host cycle h is on the pins at h + pipeline, or in the next free cycle;
///    a read's answer in the outputs of cycle c is visible at host cycle c + pipeline.
///
/// When the link restarts (WEFT_OUT_FLUSH) its skid is empty, so the rest of a packet that was
/// partly in it is not sent. What the host still holds of packets received before keeps its room:
/// as many units as that are not given to the link again when the host frees them.
///
/// The two sides may work at the same time, on different threads, for a window of at most
/// `pipeline` cycles: they see each other's doings only after exchange(), which is soon enough.
/// Members are grouped by who may call them. Misuse by the host throws std::invalid_argument.
class LinkPort {
 public:
  /// A packet received whole.
  struct Delivery {
    Cycle visible;        ///< not to be looked at before this host cycle
    std::uint64_t at;     ///< where its slots are
    std::uint16_t slots;  ///< header included
    std::uint8_t vc;
    bool poisoned;
  };
  /// A packet that left the transmit queue.
  struct Release {
    Cycle visible;
    std::uint16_t slots;
    std::uint8_t vc;
  };
  struct CsrReply {
    Cycle visible;
    std::uint64_t data;
  };
  /// Packets that the host took, and their slots, headers included.
  struct Taken {
    std::uint64_t packets = 0;
    std::uint64_t slots = 0;
  };
  /// What the link end did against its contract; all 0 unless it is broken.
  struct Faults {
    std::uint64_t framing = 0;   ///< sop, eop, length or VC that do not fit together
    std::uint64_t overruns = 0;  ///< packets received beyond the credit given
    std::uint64_t space = 0;     ///< skid space returned that was never used
  };

  /// Free slots that the skid in use may have before its VC goes first.
  static constexpr std::uint32_t kSkidReserve = 16;

  explicit LinkPort(const PortConfig& config);

  const PortConfig& config() const { return config_; }
  /// Receive buffer units that a packet takes.
  unsigned units(unsigned slots) const {
    return (slots + config_.unit_slots - 1) / config_.unit_slots;
  }
  unsigned vc_of(std::uint64_t header) const {
    return static_cast<unsigned>(config_.header_vc.get(header));
  }
  unsigned slots_of(std::uint64_t header) const {
    return static_cast<unsigned>(config_.header_len.get(header));
  }

  // Host side. Host cycles given to one function never go back.

  /// Queues a packet of `slots` slots; the caller fills them before anything else is pushed. The
  /// first is the packet header and must say the same VC and length.
  std::span<std::uint64_t> push(Cycle h, unsigned vc, unsigned slots);
  /// Gives back receive buffer of `vc`.
  void free(Cycle h, unsigned vc, unsigned units);
  void csr_write(Cycle h, std::uint16_t addr, std::uint64_t data) { csr(h, addr, true, data); }
  void csr_read(Cycle h, std::uint16_t addr) { csr(h, addr, false, 0); }

  /// The oldest packet not yet taken, also one that is not visible yet; nullptr when there is none.
  const Delivery* delivery() const {
    return host_.deliveries.empty() ? nullptr : &host_.deliveries.front();
  }
  std::span<const std::uint64_t> slots(const Delivery& delivery) const {
    return {host_.slots.item_at(delivery.at), delivery.slots};
  }
  /// Done with the oldest packet.
  void take_delivery();
  const Taken& taken() const { return host_.taken; }
  const Release* release() const {
    return host_.releases.empty() ? nullptr : &host_.releases.front();
  }
  void take_release();
  const CsrReply* csr_reply() const {
    return host_.replies.empty() ? nullptr : &host_.replies.front();
  }
  void take_csr_reply();

  // Between windows, both sides stopped.

  void exchange() {
    if (host_.dirty | link_.dirty) exchange_dirty();
  }
  /// Something waits for an exchange.
  bool dirty() const { return (host_.dirty | link_.dirty) != 0; }

  // Link side, cycle by cycle in growing order.

  /// The host's inputs of cycle c; `in` is null but for `now`, PHY pins and strobe.
  void drive(Cycle c, weft_link_in& in) {
    if (c >= link_.next_ripe) ripen(c);
    if (link_.eligible != 0) send_beat(c, in);
    if (c >= link_.next_free) send_free(c, in);
    if (c >= link_.next_csr) send_csr(c, in);
  }
  /// The outputs of cycle c.
  void collect(Cycle c, const weft_link_out& out) {
    constexpr std::uint32_t kReceive = WEFT_OUT_HR | WEFT_OUT_HR_COMMIT | WEFT_OUT_HR_ABORT;
    if (out.ht_space != 0) take_space(out.ht_space);
    if (out.flags & kReceive) receive(c, out);
    if (out.flags & (WEFT_OUT_CSR | WEFT_OUT_FLUSH)) [[unlikely]] {
      if (out.flags & WEFT_OUT_CSR) reply(c, out.csr_rdata);
      if (out.flags & WEFT_OUT_FLUSH) flush(c);
    }
  }
  /// The first cycle from c on in which drive() has something, if the link gives nothing back.
  Cycle next_work(Cycle c) const {
    if (link_.eligible != 0) return c;
    const Cycle next = std::min({link_.next_ripe, link_.next_free, link_.next_csr});
    return std::max(c, next);
  }

  const Faults& faults() const { return link_.faults; }
  /// Receive buffer of `vc` that the link end knows to be in use.
  std::uint64_t units_held(unsigned vc) const { return link_.held[vc]; }

  std::size_t memory_bytes() const;

 private:
  struct Packet {
    Cycle ready;
    std::uint64_t at;
    std::uint32_t slots;
  };
  struct Free {
    Cycle due;
    std::uint32_t units;
    std::uint32_t vc;
  };
  struct Csr {
    Cycle due;
    std::uint64_t data;
    std::uint16_t addr;
    bool write;
  };

  struct HostVc {
    Outbox<Packet> packets;
    Outbox<std::uint64_t> slots;
  };
  /// What the host's thread touches.
  struct HostSide {
    std::uint32_t dirty = 0;  // a bit per VC, then kFrees...
    Cycle last_push = 0, last_free = 0, last_csr = 0;
    std::vector<HostVc> tx;
    Outbox<Free> frees;
    Outbox<Csr> csrs;
    Inbox<Delivery> deliveries;
    Inbox<std::uint64_t> slots;
    Inbox<Release> releases;
    Inbox<CsrReply> replies;
    Taken taken;
  };

  struct LinkVc {
    Inbox<Packet> packets;  // front: the packet being sent
    Inbox<std::uint64_t> slots;
    std::uint64_t ripe = 0;   // the first packet that is not ready
    std::uint64_t at = 0;     // the next slot of the packet being sent
    std::uint32_t rest = 0;   // its slots still to send, 0 before its header
    std::uint32_t ready = 0;  // slots that could be sent now
    std::uint32_t space = 0;  // free slots in the skid
  };
  /// The packet that is being received.
  struct Open {
    std::uint64_t at = 0;
    std::uint32_t slots = 0;  // as its header says; 0 when no packet is open
    std::uint32_t got = 0;
    std::uint8_t vc = 0;
    bool poisoned = false;
  };
  /// What the link's thread touches.
  struct LinkSide {
    Cycle next_ripe = kNever;  // lower bounds of the cycles with work
    Cycle next_free = kNever;
    Cycle next_csr = kNever;
    std::uint32_t eligible = 0;  // VCs that can send a beat
    std::uint32_t dirty = 0;
    std::uint32_t due = 0;  // VCs with units to free
    std::uint8_t last_vc = 0, last_free_vc = 0;
    std::uint8_t drained = 16;  // the VC the link took slots from last; 16: none yet
    std::vector<LinkVc> tx;
    std::array<std::uint64_t, 8> beat{};
    Inbox<Free> frees;
    Inbox<Csr> csrs;
    std::vector<std::uint32_t> units_due;
    std::vector<std::uint32_t> held;   // of packets received since the link started
    std::vector<std::uint32_t> stale;  // of those before, not yet freed by the host
    Free last_free{kNever, 0, 0};      // what went to the pins last, and when
    Outbox<Delivery> deliveries;
    Outbox<std::uint64_t> slots;
    Outbox<Release> releases;
    Outbox<CsrReply> replies;
    Open open, committed_open;
    std::uint64_t committed_end = 0;
    std::vector<Delivery> pending;  // ended in the flit that is not committed yet
    Faults faults;
  };

  void csr(Cycle h, std::uint16_t addr, bool write, std::uint64_t data);
  void exchange_dirty();
  void ripen(Cycle c);
  void update_eligible(unsigned vc) {
    const LinkVc& q = link_.tx[vc];
    const std::uint32_t can = q.ready != 0 && q.space >= std::min(q.ready, 8u);
    link_.eligible = (link_.eligible & ~(1u << vc)) | can << vc;
  }
  void send_beat(Cycle c, weft_link_in& in);
  void finish_packet(Cycle c, unsigned vc);
  void send_free(Cycle c, weft_link_in& in);
  void send_csr(Cycle c, weft_link_in& in);
  unsigned vc_to_send();
  void take_space(std::uint64_t space);
  void receive(Cycle c, const weft_link_out& out);
  void receive_beat(const weft_link_out& out);
  void commit(Cycle c, bool poison);
  void reply(Cycle c, std::uint64_t data);
  void flush(Cycle c);

  PortConfig config_;
  alignas(64) HostSide host_;
  alignas(64) LinkSide link_;
};

}  // namespace weft
