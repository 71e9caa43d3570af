// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <span>

#include "models/core/core_bus.h"
#include "models/memory/memory_bus.h"
#include "systemc/npu/tlm_access.h"

namespace weft::sc {

/// The memory a device model reaches, over an initiator socket of `Module`.
template <typename Module>
class TlmMemoryBus final : public MemoryBus {
 public:
  using Socket = tlm_utils::simple_initiator_socket<Module, kBusWidth>;

  explicit TlmMemoryBus(Socket& socket) : socket_(socket) {}

  Time read(Time at, std::uint64_t address, std::span<std::uint8_t> bytes, bool& ok) override {
    const auto result = master_.read(socket_, at, address, bytes.data(), bytes.size());
    ok = result.ok;
    return result.done;
  }
  Time write(Time at, std::uint64_t address, std::span<const std::uint8_t> bytes,
             bool& ok) override {
    const auto result = master_.write(socket_, at, address, bytes.data(), bytes.size());
    ok = result.ok;
    return result.done;
  }

 private:
  Socket& socket_;
  TlmMaster master_;
};

/// What a core reaches by loads and stores, over an initiator socket of `Module`.
template <typename Module>
class TlmCoreBus final : public CoreBus {
 public:
  using Socket = tlm_utils::simple_initiator_socket<Module, kBusWidth>;

  explicit TlmCoreBus(Socket& socket) : socket_(socket) {}

  BusResult load(std::uint64_t address, unsigned size, Time at, std::uint64_t& value) override {
    std::uint8_t bytes[8] = {};
    const auto result = master_.read(socket_, at, address, bytes, size);
    value = 0;
    for (unsigned i = 0; i < size; ++i) value |= std::uint64_t{bytes[i]} << 8 * i;
    return answer(at, result);
  }
  BusResult store(std::uint64_t address, unsigned size, Time at, std::uint64_t value) override {
    std::uint8_t bytes[8];
    for (unsigned i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(value >> 8 * i);
    return answer(at, master_.write(socket_, at, address, bytes, size));
  }

  /// When the last access began.
  Time last() const { return last_; }

 private:
  BusResult answer(Time at, const TlmMaster::Result& result) {
    last_ = at;
    return {result.ok, result.done - at};
  }

  Socket& socket_;
  TlmMaster master_;
  Time last_;
};

}  // namespace weft::sc
