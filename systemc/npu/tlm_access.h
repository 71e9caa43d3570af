// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <stdexcept>
#include <systemc>
#include <tlm>

#include "models/base/time.h"
#include "systemc/link/kernel_time.h"

namespace weft::sc {

/// Width of every memory-mapped socket, in bits: that of a register.
inline constexpr unsigned kBusWidth = 64;

/// What a target of blocking transport must know of time: model time is kernel time plus the delay
/// annotated. Reading the time stamp is all that is asked of the kernel, so that these may be
/// called on any thread while a window runs.
inline Time access_time(const sc_core::sc_time& delay) {
  return from_sc(sc_core::sc_time_stamp() + delay);
}
/// The delay that says `at`. Throws std::logic_error before kernel time: no window reaches back.
inline sc_core::sc_time delay_until(Time at) {
  const Time now = from_sc(sc_core::sc_time_stamp());
  if (at < now) throw std::logic_error("a bus access before kernel time");
  return to_sc(at - now);
}

/// What none of the targets here can do: byte enables, streaming, no data at all. Sets the response
/// and returns true for an access that asks for it, or for nothing (TLM_IGNORE_COMMAND).
bool refused(tlm::tlm_generic_payload& access);

/// An initiator's accesses, one after another, in one payload that is used again.
class TlmMaster {
 public:
  struct Result {
    bool ok;
    Time done;  ///< model time plus the delay the target annotated; the same as given unless ok
  };

  TlmMaster() { payload_.set_byte_enable_ptr(nullptr); }
  TlmMaster(const TlmMaster&) = delete;
  TlmMaster& operator=(const TlmMaster&) = delete;

  template <typename Socket>
  Result read(Socket& socket, Time at, std::uint64_t address, std::uint8_t* data,
              std::size_t bytes) {
    return transport(socket, tlm::TLM_READ_COMMAND, at, address, data, bytes);
  }
  template <typename Socket>
  Result write(Socket& socket, Time at, std::uint64_t address, const std::uint8_t* data,
               std::size_t bytes) {
    // A payload has one data pointer for both directions; targets only read through it here.
    return transport(socket, tlm::TLM_WRITE_COMMAND, at, address, const_cast<std::uint8_t*>(data),
                     bytes);
  }

 private:
  template <typename Socket>
  Result transport(Socket& socket, tlm::tlm_command command, Time at, std::uint64_t address,
                   std::uint8_t* data, std::size_t bytes) {
    payload_.set_command(command);
    payload_.set_address(address);
    payload_.set_data_ptr(data);
    payload_.set_data_length(static_cast<unsigned>(bytes));
    payload_.set_streaming_width(static_cast<unsigned>(bytes));
    payload_.set_dmi_allowed(false);
    payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay = delay_until(at);
    socket->b_transport(payload_, delay);
    if (!payload_.is_response_ok()) return {false, at};
    return {true, access_time(delay)};
  }

  tlm::tlm_generic_payload payload_;
};

}  // namespace weft::sc
