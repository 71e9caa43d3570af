// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "models/base/time.h"

namespace weft {

/// What a node agent reaches: the registers and the memory of its NPU, as software on the NPU's
/// management core would, at the time it acts.
class AgentBus {
 public:
  virtual ~AgentBus() = default;
  /// A 64-bit register of the NPU's page. Throws std::logic_error for an access the page refuses.
  virtual std::uint64_t read_reg(std::uint32_t offset) = 0;
  virtual void write_reg(std::uint32_t offset, std::uint64_t value) = 0;
  /// Physical memory, without taking time. Throws std::logic_error outside of it.
  virtual void read_mem(std::uint64_t addr, std::span<std::uint8_t> bytes) = 0;
  virtual void write_mem(std::uint64_t addr, std::span<const std::uint8_t> bytes) = 0;
};

/// Drives an NPU in the place of firmware on its management core. The node that holds it runs it in
/// time order with the device: the level of the external interrupt is told when it changes, and
/// act() is called at next().
class NodeAgent {
 public:
  virtual ~NodeAgent() = default;
  /// When it next acts; Time::never() while it waits for an interrupt. Not before the last act().
  virtual Time next() const = 0;
  /// The NPU's interrupt line has this level from time `at` on.
  virtual void set_irq(bool level, Time at) = 0;
  /// Acts at time `at`, which is next().
  virtual void act(Time at, AgentBus& bus) = 0;
};

}  // namespace weft
