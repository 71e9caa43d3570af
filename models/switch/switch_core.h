// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/fabric/pace.h"
#include "models/link/cycle.h"
#include "models/switch/switch_config.h"
#include "models/switch/time_ring.h"

namespace weft {

/// What the deciding part of a switch must know.
struct SwitchCoreConfig {
  unsigned ports = 2;  ///< inputs, and as many outputs; up to 1024
  unsigned vcs = 1;    ///< 1 to 16
  Cycle latency = 0;   ///< from a packet's arrival to the first cycle in which it may be sent
  Crossbar crossbar = Crossbar::kSpeedup;
  unsigned islip_iterations = 4;
  Forwarding forwarding = Forwarding::kStoreAndForward;
  Pace pace;                   ///< how long a packet keeps its output (and with islip its input)
  unsigned unit_slots = 8;     ///< slots of a unit of input buffer
  unsigned buffer_units = 0;   ///< of an input and VC, for the check; 0: not checked
  bool room_in_units = false;  ///< room at an output is credit: a packet takes whole units of it
};

/// What a switch decides: which packet of which input leaves each output, and when.
///
/// It knows no link, no kernel and no payload. Packets wait in queues per input, output and VC.
/// An output whose line is free serves its VCs in turn, and of a VC its inputs in turn, among the
/// packets that may be sent by then; a VC whose next packet finds too little room at the output
/// lets the others pass and is tried again with the next arrival or room. Nothing is dropped.
/// - Crossbar::kSpeedup: inputs set no limit.
/// - Crossbar::kIslip: an input sends one packet at a time; free inputs and outputs are matched by
///   iSLIP (McKeown, "The iSLIP scheduling algorithm for input-queued switches", 1999), its
///   pointers per VC, in each cycle in which something changed. A packet that finds no room lets
///   those of other inputs pass.
///
/// Events may be told in any order and any time ahead, but those of one input in the order of
/// its packets, and all that happens before a cycle before run() goes beyond it. What is sent then
/// depends neither on the order of telling nor on how run() is cut into pieces.
class SwitchCore {
 public:
  struct Arrival {
    Cycle head = 0;  ///< the first slot is there
    Cycle tail = 0;  ///< the last one is; neither goes back from packet to packet of an input
    std::uint32_t slots = 1;   ///< below 65536
    std::uint32_t handle = 0;  ///< the caller's, and so is dst
    std::uint16_t dst = 0;
    std::uint16_t output = 0;
    std::uint8_t vc = 0;
  };
  struct Sent {
    Cycle cycle;  ///< decided: the packet starts to leave
    Cycle done;   ///< its last slot has left the input
    std::uint32_t handle;
    std::uint16_t slots;
    std::uint16_t dst;
    std::uint16_t input;
    std::uint16_t output;
    std::uint8_t vc;
  };
  struct Counters {
    std::uint64_t packets = 0;  ///< sent by this output
    std::uint64_t slots = 0;
    std::uint64_t blocked = 0;  ///< cycles with a free line, packets and no room for them
    std::uint32_t queued = 0;   ///< packets that may be sent, as of the last decision
    std::uint32_t peak_queued = 0;
  };
  /// How long packets that were sent had waited, beyond the latency.
  struct Wait {
    std::uint64_t packets = 0;
    std::uint64_t cycles = 0;  ///< of all of them
  };
  /// A packet at the head of its queue that waits for room at its output.
  struct Blocked {
    unsigned input, output, vc;
    std::uint32_t slots;  ///< it needs
    std::uint64_t room;   ///< there is
    Cycle since;          ///< the output has sent nothing
  };

  explicit SwitchCore(const SwitchCoreConfig& config);
  SwitchCore(const SwitchCore&) = delete;
  SwitchCore& operator=(const SwitchCore&) = delete;

  const SwitchCoreConfig& config() const { return config_; }

  void arrive(unsigned input, const Arrival& arrival);
  /// From `cycle` on, an output has room for `slots` slots of `vc` more. There is none at first.
  void room(unsigned output, unsigned vc, Cycle cycle, std::uint32_t slots);

  /// An output that begins no packet in the cycles [from, until).
  struct Stall {
    Cycle from = 0;
    Cycle until = kNever;
    unsigned output = 0;
    Cycle held = kNever;     ///< seen: the first packet was held up
    Cycle resumed = kNever;  ///< seen: the first packet after it was sent
  };
  /// Before anything of those cycles is run.
  void stall(unsigned output, Cycle from, Cycle until) { stalls_.push_back({from, until, output}); }
  const std::vector<Stall>& stalls() const { return stalls_; }

  /// Decides everything before `until` and appends it to `sent`: of one output in order of time.
  void run(Cycle until, std::vector<Sent>& sent);
  /// The first cycle in which something may be decided, as far as is told.
  Cycle next_work() const;

  const Counters& counters(unsigned output) const { return outputs_[output].counters; }
  /// Of the packets that an output sent on a VC.
  const Wait& wait(unsigned output, unsigned vc) const {
    return vcs_[output * config_.vcs + vc].wait;
  }
  std::uint64_t packets() const;
  /// Packets that came when the buffer of their input and VC was full; 0 unless credits are broken.
  std::uint64_t faults() const { return faults_; }
  /// Units of input buffer in use, those of packets on their way to the input included.
  std::uint32_t held(unsigned input, unsigned vc) const {
    return held_[input * config_.vcs + vc] / config_.unit_slots;
  }
  std::vector<Blocked> blocked() const;
  /// The same as text, a line each that begins with `name`.
  std::vector<std::string> waiting(const std::string& name) const;
  /// Room at an output that a packet takes.
  std::uint32_t charge(std::uint32_t slots) const {
    return config_.room_in_units ? whole_units(slots) : slots;
  }

  std::size_t memory_bytes() const;

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  struct Packet {
    std::uint32_t next;
    std::uint32_t handle;
    std::uint16_t slots;
    std::uint16_t dst;
    std::uint32_t whole;  // slots of input buffer
    Cycle ripe;           // from which on it may be sent
  };
  /// A packet that may not be sent yet.
  struct Pending {
    Cycle cycle;
    std::uint32_t packet;
    std::uint16_t input;
    std::uint16_t vc;
    std::uint64_t order() const { return input; }
  };
  struct Room {
    Cycle cycle;
    std::uint64_t slots;
    std::uint64_t order() const { return 0; }
  };
  struct Queue {  // of an input, output and VC
    std::uint32_t head = kNone;
    std::uint32_t tail = kNone;
  };
  struct Output {
    std::uint64_t free = 0;  // grain from which on the line is free
    std::uint32_t vcs = 0;   // bit per VC with packets that may be sent
    std::uint32_t last_vc = 0;
    TimeRing<Pending> pending;
    Cycle blocked_since = kNever;
    Counters counters;
  };
  struct OutputVc {
    std::uint64_t room = 0;
    std::uint64_t* inputs = nullptr;  // set of those with packets that may be sent
    std::uint64_t few_inputs = 0;     // the set, if one word holds it
    Queue* queues = nullptr;          // by input
    TimeRing<Room> rooms;
    std::uint32_t last_input = 0;
    Wait wait;
  };
  struct Choice {
    unsigned vc = 0;
    unsigned input = 0;
    bool any = false;
  };

  OutputVc& output_vc(unsigned output, unsigned vc) { return vcs_[output * config_.vcs + vc]; }
  /// Slots of the buffer units that a packet takes.
  std::uint32_t whole_units(std::uint32_t slots) const {
    const std::uint32_t up = slots + config_.unit_slots - 1;
    return unit_mask_ != 0 ? up & unit_mask_ : up / config_.unit_slots * config_.unit_slots;
  }
  std::uint32_t charge(const Packet& packet) const {
    return config_.room_in_units ? packet.whole : packet.slots;
  }
  std::uint32_t new_packet();
  void ripen(unsigned output, Cycle now);
  static void take_room(OutputVc& q, Cycle now);
  unsigned next_input(const std::uint64_t* inputs, const std::uint64_t* allowed,
                      unsigned last) const;
  Choice choose(unsigned output, Cycle now, const std::uint64_t* allowed);
  void send(unsigned output, const Choice& choice, Cycle now, std::vector<Sent>& sent);
  void set_wake_after_send(unsigned output);
  void set_wake_blocked(unsigned output, Cycle now);
  void run_output(unsigned output, Cycle until, std::vector<Sent>& sent);

  // iSLIP
  void run_islip(Cycle until, std::vector<Sent>& sent);
  void free_inputs(Cycle now);
  void match(Cycle now, std::vector<Sent>& sent);
  void set_wake_unmatched(unsigned output, Cycle now);
  bool stalled(unsigned output, Cycle now);
  void note_resumed(unsigned output, Cycle now);

  SwitchCoreConfig config_;
  unsigned words_;               // of a set of inputs
  std::uint32_t unit_mask_ = 0;  // of whole units, if their size is a power of two
  std::vector<Cycle> wake_;
  std::vector<Output> outputs_;
  std::vector<OutputVc> vcs_;
  std::vector<std::uint64_t> inputs_;  // sets, if one word does not hold one
  std::vector<Queue> queues_;
  std::vector<Packet> packets_;
  std::uint32_t free_packet_ = kNone;
  std::vector<std::uint32_t> held_;  // slots, by input and VC
  std::uint64_t faults_ = 0;
  std::vector<Stall> stalls_;
  std::uint32_t most_held_ = ~std::uint32_t{0};
  // iSLIP
  std::vector<std::uint64_t> input_free_;    // grain from which on the input is
  std::vector<std::uint64_t> open_inputs_;   // set: free and not matched
  std::vector<std::uint32_t> last_output_;   // of each input
  std::vector<std::uint32_t> open_outputs_;  // due and not matched
  std::vector<std::uint32_t> granting_;      // per input: the output it would accept
  std::vector<Choice> grants_;               // per output
};

inline std::uint32_t SwitchCore::new_packet() {
  if (free_packet_ == kNone) {
    packets_.push_back({});
    return static_cast<std::uint32_t>(packets_.size() - 1);
  }
  const std::uint32_t packet = free_packet_;
  free_packet_ = packets_[packet].next;
  return packet;
}

inline void SwitchCore::arrive(unsigned input, const Arrival& arrival) {
  const Cycle there = config_.forwarding == Forwarding::kCutThrough ? arrival.head : arrival.tail;
  const Cycle ripe = there + config_.latency;
  const std::uint32_t packet = new_packet();
  const std::uint32_t whole = whole_units(arrival.slots);
  packets_[packet] = {kNone,       arrival.handle, static_cast<std::uint16_t>(arrival.slots),
                      arrival.dst, whole,          ripe};
  Output& output = outputs_[arrival.output];
  output.pending.insert({ripe, packet, static_cast<std::uint16_t>(input), arrival.vc});
  Cycle& wake = wake_[arrival.output];
  wake = std::min(wake, std::max(ripe, config_.pace.cycle(output.free)));

  std::uint32_t& held = held_[input * config_.vcs + arrival.vc];
  held += whole;
  if (held > most_held_) [[unlikely]] {
    ++faults_;
  }
}

inline void SwitchCore::take_room(OutputVc& q, Cycle now) {
  while (q.rooms.next() <= now) {
    q.room += q.rooms.front().slots;
    q.rooms.pop();
  }
}

inline void SwitchCore::room(unsigned output, unsigned vc, Cycle cycle, std::uint32_t slots) {
  constexpr std::size_t kMany = 16;
  OutputVc& q = output_vc(output, vc);
  q.rooms.insert({cycle, slots});
  const Output& out = outputs_[output];
  const Cycle free = config_.pace.cycle(out.free);  // nothing is decided before it any more
  if (q.rooms.size() >= kMany) take_room(q, free);
  if (out.vcs != 0) wake_[output] = std::min(wake_[output], std::max(cycle, free));
}

}  // namespace weft
