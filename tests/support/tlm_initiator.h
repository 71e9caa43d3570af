// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <cstring>
#include <span>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/base/time.h"
#include "systemc/link/kernel_time.h"
#include "systemc/npu/tlm_access.h"

namespace weft::test {

/// An initiator that a test drives by hand, at model times of its own choice.
class TlmInitiator final : public sc_core::sc_module {
 public:
  struct Answer {
    tlm::tlm_response_status status;
    Time done;
    bool ok() const { return status == tlm::TLM_OK_RESPONSE; }
  };

  tlm_utils::simple_initiator_socket<TlmInitiator, sc::kBusWidth> socket{"socket"};

  explicit TlmInitiator(const sc_core::sc_module_name& name) : sc_core::sc_module(name) {}

  Answer access(tlm::tlm_command command, Time at, std::uint64_t address,
                std::span<std::uint8_t> bytes) {
    prepare(command, address, bytes);
    return send(at);
  }
  Answer write(Time at, std::uint64_t address, std::span<const std::uint8_t> bytes) {
    std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
    return access(tlm::TLM_WRITE_COMMAND, at, address, copy);
  }
  Answer read(Time at, std::uint64_t address, std::span<std::uint8_t> bytes) {
    return access(tlm::TLM_READ_COMMAND, at, address, bytes);
  }
  Answer write_word(Time at, std::uint64_t address, std::uint64_t word, unsigned size = 8) {
    std::uint8_t bytes[8];
    std::memcpy(bytes, &word, sizeof bytes);
    return access(tlm::TLM_WRITE_COMMAND, at, address, {bytes, size});
  }
  Answer read_word(Time at, std::uint64_t address, std::uint64_t& word, unsigned size = 8) {
    word = 0;
    return read(at, address, {reinterpret_cast<std::uint8_t*>(&word), size});
  }
  /// Bytes read by transport_dbg.
  unsigned debug_read(std::uint64_t address, std::span<std::uint8_t> bytes) {
    prepare(tlm::TLM_READ_COMMAND, address, bytes);
    return socket->transport_dbg(payload);
  }

  /// The payload of the next send().
  void prepare(tlm::tlm_command command, std::uint64_t address, std::span<std::uint8_t> bytes) {
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(bytes.data());
    payload.set_data_length(static_cast<unsigned>(bytes.size()));
    payload.set_streaming_width(static_cast<unsigned>(bytes.size()));
    payload.set_byte_enable_ptr(nullptr);
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  }
  Answer send(Time at) {
    sc_core::sc_time delay = sc::to_sc(at) - sc_core::sc_time_stamp();
    socket->b_transport(payload, delay);
    return {payload.get_response_status(), sc::access_time(delay)};
  }

  tlm::tlm_generic_payload payload;
};

}  // namespace weft::test
