// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <utility>

#include "models/base/time.h"
#include "models/npu/node_agent.h"

namespace weft::test {

/// A node agent that does one step after another: each at a time, or when the line is high.
class ScriptAgent final : public NodeAgent {
 public:
  using Step = std::function<void(Time at, AgentBus& bus)>;

  void at(Time time, Step step) { steps_.push_back({time, std::move(step)}); }
  /// At once if the line is high already.
  void on_irq(Step step) { steps_.push_back({Time::never(), std::move(step)}); }
  /// All steps were done.
  bool done() const { return steps_.empty(); }

  Time next() const override {
    if (steps_.empty()) return Time::never();
    const Time due = steps_.front().due;
    if (!due.is_never()) return std::max(due, last_);
    return irq_ ? last_ : Time::never();
  }
  void set_irq(bool level, Time at) override {
    irq_ = level;
    last_ = std::max(last_, at);
  }
  void act(Time at, AgentBus& bus) override {
    last_ = at;
    const Step step = std::move(steps_.front().step);
    steps_.pop_front();
    step(at, bus);
  }

 private:
  struct Entry {
    Time due;  // never(): when the line is high
    Step step;
  };

  std::deque<Entry> steps_;
  Time last_;
  bool irq_ = false;
};

}  // namespace weft::test
