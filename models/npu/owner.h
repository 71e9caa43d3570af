// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "models/npu/buffer_pool.h"
#include "models/npu/fifo.h"
#include "models/npu/node_table.h"
#include "models/npu/npu_context.h"
#include "models/npu/port_pump.h"

namespace weft {

/// A piece of local memory that other nodes may use.
struct Segment {
  std::uint64_t offset = 0;  ///< where it is for them
  std::uint64_t size = 0;
  std::uint64_t local = 0;
  std::uint32_t token = 0;
  bool valid = false, read = false, write = false;

  bool holds(std::uint64_t at, std::uint64_t bytes) const {
    return valid && at >= offset && at - offset <= size && bytes <= size - (at - offset);
  }
};

/// Notifications that arrived.
struct NotifyState {
  std::uint64_t pending = 0;
  std::array<std::uint64_t, npu_regs::kNotifyIds> count{};
};

/// Performs the requests of other nodes, in the order in which they arrive, and answers in it. A
/// request keeps its receive buffer until its data is in memory or in the response; not more than
/// owner_responses are in work, the others wait in the receive buffer.
class Owner {
 public:
  Owner(NpuContext& context, PortPump& pump);

  void set_segment(unsigned index, const Segment& segment) { segments_[index] = segment; }
  NotifyState& notify() { return notify_; }
  const NotifyState& notify() const { return notify_; }

  void request(const TxnHeader& header, std::span<const std::uint8_t> data, unsigned slots);
  /// The oldest request in work is done.
  void done();
  std::span<const std::uint8_t> data_of(const TxPacket& packet) {
    return responses_.bytes(packet.buffer, packet.header.bytes);
  }
  void sent(const TxPacket& packet);
  /// Begins requests that had to wait.
  void settle();

  bool idle() const { return in_work_ == 0 && waiting_.empty(); }
  std::string waiting() const;
  std::size_t memory_bytes() const;

 private:
  struct Source {
    std::uint16_t next_tag = 0;
    bool spoiled = false;  ///< a packet of the transfer under way was not performed
  };
  struct Waiting {
    TxnHeader header;
    std::uint32_t buffer = BufferPool::kNone;
    std::uint32_t slots = 0;
  };
  struct InWork {
    TxnHeader header;
    TxnStatus status = TxnStatus::kOk;
    std::uint32_t buffer = BufferPool::kNone;
    std::uint32_t slots = 0;
    std::uint64_t hash = 0;
  };

  void begin(const TxnHeader& header, std::span<const std::uint8_t> data, unsigned slots);
  TxnStatus judge(const TxnHeader& header, const Source& source, std::uint64_t& local) const;
  TxnStatus translate(const TxnHeader& header, std::uint64_t& local) const;
  void respond(const InWork& work);

  NpuContext& context_;
  PortPump& pump_;
  std::array<Segment, npu_regs::kSegments> segments_{};
  NotifyState notify_;
  NodeTable<Source> sources_;
  BufferPool responses_;
  BufferPool held_;  // data of waiting requests
  Fifo<Waiting> waiting_;
  Fifo<InWork> work_;
  Time last_done_;
  unsigned in_work_ = 0;  // begun, and the response not sent
};

}  // namespace weft
