// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/npu/buffer_pool.h"
#include "models/npu/fifo.h"
#include "models/npu/node_table.h"
#include "models/npu/npu_context.h"
#include "models/npu/port_pump.h"
#include "models/npu/tag_table.h"
#include "models/npu/work_table.h"

namespace weft {

/// Turns started WRITE, WRITE_NOTIFY and READ descriptors into transactions, one descriptor after
/// the other, and sees them ended. Data is read from memory up to dma_read_ahead packets ahead of
/// the port.
class Requester {
 public:
  Requester(NpuContext& context, WorkTable& works, PortPump& pump);

  /// Work `number` has started.
  void start(std::uint64_t number) { started_.push(number); }
  /// Begins as many transactions as tags and buffers allow.
  void settle();

  void stamp(TxPacket& packet);
  std::span<const std::uint8_t> data_of(const TxPacket& packet) {
    return buffers_.bytes(packet.buffer, packet.header.bytes);
  }
  void sent(const TxPacket& packet);
  void respond(const TxnHeader& header, std::span<const std::uint8_t> data, unsigned slots);
  /// The data of a read response is in memory.
  void written(std::uint32_t txn);

  /// Forgets all descriptors; what was sent for them is still waited for.
  void reset();

  std::uint64_t outstanding() const { return outstanding_; }
  bool idle() const { return outstanding_ == 0 && started_.empty(); }
  std::string waiting() const;
  std::size_t memory_bytes() const;

 private:
  struct Txn {
    std::uint64_t work = 0;
    std::uint64_t local = 0;
    std::uint64_t offset = 0;
    std::uint64_t hash = 0;
    std::uint32_t bytes = 0;
    std::uint32_t slots = 0;  ///< of the response, while its data goes to memory
    Time issued;
    TxnType type = TxnType::kReadRequest;
    TxnHeader response;  ///< once it has come; its status is the final one
    std::uint16_t dst = 0, tag = 0;
    bool on_wire = false;    ///< sent, and not answered
    bool abandoned = false;  ///< its descriptor was forgotten
  };

  void begin(Work& work, std::uint64_t number);
  void load(const Work& work, Txn& txn, TxPacket& packet);
  bool fits(const TxnHeader& header, const Txn& txn) const;
  void end(std::uint32_t index);
  void count(const Txn& txn);

  NpuContext& context_;
  WorkTable& works_;
  PortPump& pump_;
  BufferPool buffers_;
  std::vector<Txn> txns_;
  std::vector<std::uint32_t> free_;
  TagTable tags_;
  NodeTable<std::uint16_t> next_tag_;
  Fifo<std::uint64_t> started_;  // not all of their transactions have begun
  std::uint64_t outstanding_ = 0;
};

}  // namespace weft
