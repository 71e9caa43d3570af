// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "models/npu/node_agent.h"
#include "models/workload/all_reduce_agent.h"

namespace weft {

/// The host of an NPU with firmware: posts a job to the mailbox when its time has come and the
/// firmware has said that it is ready, lets it go when it is told that all NPUs are armed, and
/// takes the answer. It looks into the mailbox when there is a word for it.
class JobHost final : public NodeAgent {
 public:
  explicit JobHost(const AllReduceJob& job) : job_(job), next_(job.begin) {}

  Time next() const override { return next_; }
  void set_irq(bool level, Time at) override;
  void act(Time at, AgentBus& bus) override;

  /// The firmware takes data of others.
  bool armed() const { return state_ >= State::kArmed; }
  /// All are armed: start at `at`, which is not before anything that happened. Once.
  void go(Time at) { next_ = at; }
  bool done() const { return state_ == State::kDone; }
  /// Of the answer.
  unsigned status() const { return status_; }
  Time done_at() const { return done_at_; }
  /// What it waits for, in words.
  std::string waits_for() const;

 private:
  enum class State { kBooting, kReady, kPosted, kArmed, kGone, kDone };

  void read(Time at, std::uint64_t word);
  void post(AgentBus& bus);
  void release(AgentBus& bus);

  AllReduceJob job_;
  Time next_;
  State state_ = State::kBooting;
  unsigned status_ = 0;
  Time done_at_;
};

}  // namespace weft
