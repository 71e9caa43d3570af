// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/base/clock.h"
#include "models/base/digest.h"
#include "models/base/time.h"
#include "models/fabric/node_port.h"
#include "models/fabric/transaction.h"
#include "models/memory/memory_bus.h"
#include "models/npu/npu_config.h"
#include "models/npu/npu_regs.h"
#include "models/npu/txn_watch.h"

namespace weft {

/// Who an NPU is in its fabric.
struct NpuIdentity {
  std::string name;                  ///< as in the scenario
  std::uint16_t node = 0;            ///< own node id
  std::uint16_t rank = 0;            ///< own place in `peers`
  std::vector<std::uint16_t> peers;  ///< node id by rank, own one included
};

/// What an NPU counted since it was built. All are in the digest.
struct NpuCounters {
  // As requester.
  std::uint64_t issued = 0;         ///< requests handed to the port
  std::uint64_t retired = 0;        ///< responses with status ok
  std::uint64_t failed = 0;         ///< responses with another status
  std::uint64_t abandoned = 0;      ///< responses to requests that DMA_CTRL.RESET forgot
  std::uint64_t duplicated = 0;     ///< responses to no request that is outstanding
  std::uint64_t mismatched = 0;     ///< responses of another type or length than was asked for
  std::uint64_t bytes_written = 0;  ///< data bytes that owners acknowledged
  std::uint64_t bytes_read = 0;     ///< data bytes that owners sent
  // As owner.
  std::uint64_t performed = 0;  ///< requests done
  std::uint64_t refused = 0;    ///< requests answered with an error
  std::uint64_t misordered =
      0;  ///< requests whose tag was not the one after the last of their source
  std::uint64_t notifications = 0;
  std::uint64_t bad_packets = 0;  ///< packets that are no transaction or not for this node
  // DMA engine.
  std::uint64_t descriptors = 0;         ///< taken from the ring
  std::uint64_t completions = 0;         ///< written
  std::uint64_t failed_descriptors = 0;  ///< of those, with an error
  std::uint64_t elements_reduced = 0;
  // Registers.
  std::uint64_t mailbox_lost = 0;  ///< words written to a full mailbox
  std::uint64_t console_lost = 0;  ///< lines beyond kMaxConsoleLines
};

struct ConsoleLine {
  Time at;  ///< when it ended
  std::string text;
};

/// The device part of an NPU: registers, DMA engine, owner of exported memory, REDUCE, mailbox,
/// interrupts. The core and the memories are somebody else's; npu_regs.md describes what software
/// sees.
///
/// It is driven by events in time order: run(until) does everything that happens before `until`,
/// and how often it is called makes no difference. It touches its port only at edges of
/// `link_clock`, in the cycle of that edge, and before `until`. Registers are accessed at a time
/// `at` up to which, itself not included, it was run; an access sees what happened at `at` if that
/// was run too. Neither accesses nor events go back in time: std::logic_error.
///
/// Order. Requests to one node leave in order and with consecutive tags, counted per destination;
/// as owner it performs them in that order, and answers in it. If a packet of a transfer cannot be
/// performed, the notification of that transfer is not performed either (status poisoned).
/// Descriptors: npu_regs.md; the memory reads of one begin when the memory writes of all earlier
/// READ and REDUCE are done; the memory writes of one do not overtake reads and writes of earlier
/// ones in the same place.
///
/// There is no heap allocation per packet once the pools have grown to what the traffic needs.
class Npu {
 public:
  static constexpr std::size_t kMaxConsoleLines = 4096;
  static constexpr std::size_t kMaxConsoleColumns = 256;  ///< a longer line is broken

  /// Port, format and bus outlive the NPU. Throws std::invalid_argument when the own node is not
  /// where rank says it is, or when peers are more than 65,535.
  Npu(const NpuConfig& config, NpuIdentity identity, const TxnFormat& format, NodePort& port,
      const Clock& link_clock, MemoryBus& bus);
  ~Npu();
  Npu(const Npu&) = delete;
  Npu& operator=(const Npu&) = delete;

  /// A register access at `at` by the core or the host. False when it is refused, which software
  /// sees as an access fault; nothing happened then. mmio_latency is the caller's business.
  bool mmio_read(Time at, std::uint32_t offset, unsigned size, std::uint64_t& value);
  bool mmio_write(Time at, std::uint32_t offset, unsigned size, std::uint64_t value);
  /// Reads a register without effect: a queue keeps its word.
  bool mmio_peek(std::uint32_t offset, std::uint64_t& value) const;

  /// When something happens next, as far as is known; never() when only an access or the port can
  /// change that. Ask again after accesses, run(), and exchanges of the port.
  Time next_event() const;
  void run(Time until);
  /// The level of the core's external interrupt.
  bool irq() const;

  /// LINK.UP of a port; up from the start.
  void set_link_up(unsigned port, bool up);
  /// Tells `watch`, which outlives the NPU and does not call it, of its transactions; null: nobody.
  void set_watch(TxnWatch* watch);

  const NpuConfig& config() const;
  const NpuIdentity& identity() const;
  const NpuCounters& counters() const;
  /// Requests that wait for their response.
  std::uint64_t outstanding() const;
  /// Nothing is posted, outstanding, owed to another node, or on its way into memory.
  bool idle() const;

  npu_regs::FwStateState fw_state() const;
  std::uint64_t fw_cause() const;
  std::uint64_t fw_pc() const;
  std::uint64_t fw_tval() const;
  /// Lines written to CONSOLE since the last call; an unfinished line comes when it ends.
  std::vector<ConsoleLine> take_console();

  /// Adds what happened so far: (time, kind, peer and tag, address, bytes, hash of the data) of
  /// each request issued, ended or performed, in order, then the counters.
  void add_to_digest(Digest& digest) const;
  /// Adds cookie, status and bytes of each completion, in order; no times.
  void add_to_result(Digest& digest) const;

  /// What the oldest work waits for, one per line; empty when idle().
  std::string pending() const;
  std::size_t memory_bytes() const;

 private:
  class Device;
  std::unique_ptr<Device> device_;
};

}  // namespace weft
