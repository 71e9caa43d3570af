// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/base/clock.h"
#include "models/core/core.h"
#include "models/fabric/node_port.h"
#include "models/npu/direct_bus.h"
#include "models/npu/npu.h"
#include "models/protocol/protocol.h"

namespace weft::firmware_test {

/// A port into a fabric that never fills and takes the same time to everywhere: a packet leaves at
/// 8 slots per cycle and is there `delay` cycles later.
class HubPort final : public NodePort {
 public:
  struct Packet {
    Arrival arrival;
    std::vector<std::uint64_t> slots;
  };
  static constexpr Cycle kDelay = 500;

  bool can_send(Cycle, unsigned, unsigned) override { return true; }
  Cycle next_room() const override { return kNever; }
  std::span<std::uint64_t> send(Cycle h, unsigned vc, unsigned slots) override;
  const Arrival* arrival() override { return in.empty() ? nullptr : &in.front().arrival; }
  void take() override { in.pop_front(); }
  void free(Cycle, unsigned, unsigned) override {}

  std::deque<Packet> out;
  std::deque<Packet> in;

 private:
  Cycle busy_ = 0;
};

/// A core with its SRAM, the NPU's device and its HBM.
class RingNode final : private CoreBus, private MemoryBus {
 public:
  RingNode(const TxnFormat& format, const Clock& clock, unsigned rank, unsigned ranks);

  void load(const std::vector<std::uint8_t>& elf);
  /// Device and core, in the order of time.
  void run(Time until);
  Time now() const { return now_; }

  Npu& npu() { return npu_; }
  const Core& core() const { return core_; }
  HubPort& port() { return port_; }
  DirectBus& hbm() { return memory_; }
  void give(std::uint64_t word);
  bool take(std::uint64_t& word);

 private:
  BusResult load(std::uint64_t address, unsigned size, Time at, std::uint64_t& value) override;
  BusResult store(std::uint64_t address, unsigned size, Time at, std::uint64_t value) override;
  Time read(Time at, std::uint64_t address, std::span<std::uint8_t> bytes, bool& ok) override;
  Time write(Time at, std::uint64_t address, std::span<const std::uint8_t> bytes,
             bool& ok) override;
  std::uint8_t* in_sram(std::uint64_t address, std::size_t bytes);

  NpuConfig config_;
  std::vector<std::uint8_t> sram_;
  DirectBus memory_;
  HubPort port_;
  Npu npu_;
  Core core_;
  Time now_;
};

/// NPUs with firmware, all connected with all.
class RingMachine {
 public:
  RingMachine(unsigned ranks, const std::string& app);

  RingNode& node(unsigned rank) { return *nodes_[rank]; }
  unsigned ranks() const { return static_cast<unsigned>(nodes_.size()); }
  Time now() const { return nodes_[0]->now(); }
  /// Until every host has been given a word; its words by rank. Throws when that takes longer.
  std::vector<std::uint64_t> answers(Time longest);

 private:
  void step();

  Protocol protocol_;
  TxnFormat format_;
  Clock clock_;
  Cycle cycle_ = 0;
  std::vector<std::unique_ptr<RingNode>> nodes_;
};

}  // namespace weft::firmware_test
