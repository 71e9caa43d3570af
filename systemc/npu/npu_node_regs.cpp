// SPDX-License-Identifier: Apache-2.0
// The register page of an NpuNode on its sockets.
#include "systemc/npu/npu_node.h"

namespace weft::sc {
namespace {

constexpr Time kInstant = Time::from_fs(1);

std::uint64_t word_of(const tlm::tlm_generic_payload& access) {
  std::uint64_t word = 0;
  for (unsigned i = 0; i < access.get_data_length(); ++i) {
    word |= std::uint64_t{access.get_data_ptr()[i]} << 8 * i;
  }
  return word;
}

void set_word(tlm::tlm_generic_payload& access, std::uint64_t word) {
  for (unsigned i = 0; i < access.get_data_length(); ++i) {
    access.get_data_ptr()[i] = static_cast<std::uint8_t>(word >> 8 * i);
  }
}

/// Whether registers can be accessed in that size at all.
bool fits(const tlm::tlm_generic_payload& access) {
  const unsigned size = access.get_data_length();
  return size == 8 || (size == 4 && access.is_read());
}

}  // namespace

void NpuNode::host_transport(tlm::tlm_generic_payload& access, sc_core::sc_time& delay) {
  const Time at = access_time(delay);
  const Time next = next_event();
  if (at < ready() || at > next) {
    access.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return;
  }
  if (npu_.next_event() == at) {
    npu_.run(at + kInstant);
    tell_lines(at);
  }
  access_regs(access, delay, at);
  tell_lines(at);
  ready_ = at;
  if (wake_) wake_();
}

void NpuNode::core_transport(tlm::tlm_generic_payload& access, sc_core::sc_time& delay) {
  access_regs(access, delay, access_time(delay));
}

void NpuNode::access_regs(tlm::tlm_generic_payload& access, sc_core::sc_time& delay, Time at) {
  if (refused(access)) return;
  if (!fits(access)) {
    access.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    return;
  }
  const unsigned size = access.get_data_length();
  const auto offset = static_cast<std::uint32_t>(access.get_address());
  std::uint64_t word = access.is_write() ? word_of(access) : 0;
  const bool ok = access.get_address() < npu_regs::kRegsSize &&
                  (access.is_write() ? npu_.mmio_write(at, offset, size, word)
                                     : npu_.mmio_read(at, offset, size, word));
  if (!ok) {
    access.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  if (access.is_read()) set_word(access, word);
  delay += to_sc(npu_.config().mmio_latency);
  access.set_response_status(tlm::TLM_OK_RESPONSE);
}

unsigned NpuNode::regs_debug(tlm::tlm_generic_payload& access) {
  std::uint64_t word = 0;
  if (!access.is_read() || access.get_data_length() != 8) return 0;
  if (access.get_address() >= npu_regs::kRegsSize) return 0;
  if (!npu_.mmio_peek(static_cast<std::uint32_t>(access.get_address()), word)) return 0;
  set_word(access, word);
  return 8;
}

}  // namespace weft::sc
