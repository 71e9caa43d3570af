// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "models/npu/buffer_pool.h"
#include "models/npu/fifo.h"
#include "models/npu/npu_context.h"

namespace weft {

/// A packet that waits for its data or for the port.
struct TxPacket {
  TxnHeader header;
  Time ready;                                ///< its data is there
  std::uint64_t hash = 0;                    ///< of the data
  std::uint32_t buffer = BufferPool::kNone;  ///< where the data is
  std::uint32_t txn = 0;                     ///< requests: which transaction
};

/// What becomes of packets.
class PacketHandler {
 public:
  virtual ~PacketHandler() = default;
  /// A request is about to be encoded: gives it its tag.
  virtual void stamp(TxPacket& packet) = 0;
  virtual std::span<const std::uint8_t> data_of(const TxPacket& packet) = 0;
  virtual void sent(const TxPacket& packet) = 0;
  /// A packet that is no transaction of this node.
  virtual void bad_packet() = 0;
  virtual void received(const TxnHeader& header, std::span<const std::uint8_t> data,
                        unsigned slots) = 0;
};

/// Between an NPU and its port, which it touches only at edges of the link's clock. Requests and
/// responses each keep their order; neither waits for the other.
class PortPump {
 public:
  PortPump(NpuContext& context, NodePort& port, const Clock& clock, PacketHandler& handler)
      : context_(context), port_(port), clock_(clock), handler_(handler) {}

  /// Queues a packet; ready times of requests, and those of responses, never go back.
  void push(const TxPacket& packet);
  /// Receive buffer of a packet of `slots` slots is not needed any more.
  void free(unsigned vc, unsigned slots);
  /// Takes requests that were not sent out of the queue, the oldest first; false when there is
  /// none.
  bool withdraw(TxPacket& packet);

  /// When run() has something to do.
  Time next() const;
  /// Everything of the cycle that begins now, context.now.
  void run();

  bool empty() const { return requests_.empty() && responses_.empty() && frees_.empty(); }
  /// What the oldest packet of either kind waits for; "" when there is none.
  std::string waiting() const;
  std::size_t memory_bytes() const;

 private:
  struct Free {
    std::uint16_t vc;
    std::uint16_t slots;
  };

  void wake(Time at) { wake_ = std::min(wake_, clock_.first_edge_at_or_after(at)); }
  void receive(const NodePort::Arrival& arrival);
  void send(Fifo<TxPacket>& queue);
  Time edge(Cycle cycle) const;

  NpuContext& context_;
  NodePort& port_;
  const Clock& clock_;
  PacketHandler& handler_;
  Fifo<TxPacket> requests_;
  Fifo<TxPacket> responses_;
  Fifo<Free> frees_;
  Cycle wake_ = kNever;
  Cycle last_ = 0;                // the cycle of the last run
  bool blocked_ = false;          // a packet is ready and the port had no room
  mutable Cycle edge_cycle_ = 0;  // the edge asked for last
  mutable Time edge_time_;
};

}  // namespace weft
