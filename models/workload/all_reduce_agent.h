// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/npu/node_agent.h"
#include "models/workload/collective_data.h"
#include "models/workload/ring_all_reduce.h"

namespace weft {

/// What a rank of an all-reduce is told.
struct AllReduceJob {
  RingAllReduce ring{1, 1, 1};
  ElementType type = ElementType::kFp32;
  unsigned rank = 0;
  std::uint16_t next_node = 0;  ///< node of rank + 1
  std::uint64_t buffer = 0;     ///< address of the data, and of its copy at every rank
  std::uint64_t staging = 0;    ///< of the staging slots
  std::uint64_t exported = 0;   ///< first address that segment 0 of every rank exports
  std::uint64_t export_size = 0;
  std::uint32_t token = 0;
  std::uint64_t rings = 0;  ///< where the agent may keep its rings: kRingBytes, aligned to 64
  Time begin;               ///< when it starts
};

/// Plays a rank of a ring all-reduce on an NPU's registers, in the place of firmware: the same
/// descriptors with the same cookies in the same order, so the same completions and the same data.
/// It takes no time of its own between an interrupt and the doorbell that follows from it.
class AllReduceAgent final : public NodeAgent {
 public:
  static constexpr unsigned kRingLog2 = 8;
  static constexpr std::uint64_t kRingBytes = (64 + 16) << kRingLog2;

  explicit AllReduceAgent(const AllReduceJob& job);

  Time next() const override { return next_; }
  void set_irq(bool level, Time at) override;
  void act(Time at, AgentBus& bus) override;

  /// It takes data of others.
  bool armed() const { return state_ >= State::kArmed; }
  /// All are armed: start at `at`, which is not before anything that happened. Once.
  void go(Time at) {
    state_ = State::kSending;
    next_ = at;
  }
  bool done() const { return state_ == State::kDone; }
  /// Code of the first completion that was not ok; 0 for none.
  unsigned status() const { return status_; }
  Time done_at() const { return done_at_; }
  /// What it waits for, in words.
  std::string waits_for() const;

 private:
  enum class State { kIdle, kArmed, kSending, kFinishing, kDone };

  /// A descriptor not yet in the ring.
  struct Order {
    unsigned op = 0;
    unsigned notify = 0;
    std::uint64_t local = 0;
    std::uint64_t other = 0;
    std::uint64_t bytes = 0;
  };

  void set_up(AgentBus& bus);
  void take_completions(AgentBus& bus);
  void plan(AgentBus& bus);
  bool step();
  void post(AgentBus& bus);
  std::uint64_t staged(const RingAllReduce::Range& piece, unsigned chunk, unsigned slot) const;
  std::uint64_t place(std::uint64_t element) const { return job_.buffer + 4 * element; }
  std::uint64_t fabric(std::uint64_t address) const;
  void advance_position();

  AllReduceJob job_;
  Time next_;
  State state_ = State::kIdle;

  bool gathering_ = false;  // position in the schedule: phase, step and piece
  unsigned step_ = 0, piece_ = 0;
  std::uint64_t wanted_[2] = {0, 0};   // notifications of both ids that must have come
  std::uint64_t arrived_[2] = {0, 0};  // that have
  bool counted_ = false;               // the piece at the position is in wanted_

  std::vector<Order> orders_;  // from order_ on
  std::size_t order_ = 0;
  std::uint32_t posted_ = 0, completed_ = 0;  // descriptors
  unsigned status_ = 0;
  Time done_at_;
};

}  // namespace weft
