// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/memory/memory_timing.h"
#include "models/memory/sparse_memory.h"
#include "systemc/npu/tlm_access.h"

namespace weft::sc {

/// The HBM of an NPU as a TLM-2.0 target; addresses count from its first byte.
///
/// Blocking transport takes accesses of any length and alignment. The delay that comes back says
/// when the access is done; the bytes are read or written at once, so initiators must not call in
/// another order than that of their times. Responses: TLM_ADDRESS_ERROR_RESPONSE when a byte lies
/// outside, others as refused() says; an access that is not ok takes no time. Direct memory access
/// is given for a page at a time, for reading and writing, and never taken back; time for it is the
/// initiator's to count.
class Hbm final : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Hbm, kBusWidth> socket{"socket"};

  Hbm(const sc_core::sc_module_name& name, std::uint64_t size, const MemoryTiming& timing);

  /// Without time. False, and nothing done, when a byte lies outside.
  bool read(std::uint64_t at, std::span<std::uint8_t> bytes) const {
    return memory_.read(at, bytes);
  }
  bool write(std::uint64_t at, std::span<const std::uint8_t> bytes) {
    return memory_.write(at, bytes);
  }

  std::uint64_t size() const { return memory_.size(); }
  std::uint64_t resident_bytes() const { return memory_.resident_bytes(); }
  std::size_t memory_bytes() const { return sizeof *this + memory_.memory_bytes(); }

 private:
  void transport(tlm::tlm_generic_payload& access, sc_core::sc_time& delay);
  unsigned transport_debug(tlm::tlm_generic_payload& access);
  bool direct_memory(tlm::tlm_generic_payload& access, tlm::tlm_dmi& dmi);

  SparseMemory memory_;
  MemoryTiming timing_;
};

/// The SRAM of an NPU: a target as the HBM is, that tells of each write. Direct memory access is
/// for reading alone, so that it can. The core's own loads and stores go to bytes().
class Sram final : public sc_core::sc_module {
 public:
  /// Called after bytes were written: where, counted from the SRAM's first byte, and how many.
  using Written = std::function<void(std::uint64_t at, std::uint64_t bytes)>;

  tlm_utils::simple_target_socket<Sram, kBusWidth> socket{"socket"};

  Sram(const sc_core::sc_module_name& name, std::uint64_t size, const MemoryTiming& timing);

  void on_write(Written written) { written_ = std::move(written); }

  bool read(std::uint64_t at, std::span<std::uint8_t> bytes) const;
  bool write(std::uint64_t at, std::span<const std::uint8_t> bytes);
  std::span<std::uint8_t> bytes() { return bytes_; }

  std::uint64_t size() const { return bytes_.size(); }
  std::size_t memory_bytes() const { return sizeof *this + bytes_.capacity(); }

 private:
  void transport(tlm::tlm_generic_payload& access, sc_core::sc_time& delay);
  unsigned transport_debug(tlm::tlm_generic_payload& access);
  bool direct_memory(tlm::tlm_generic_payload& access, tlm::tlm_dmi& dmi);
  bool holds(std::uint64_t at, std::uint64_t bytes) const {
    return at <= bytes_.size() && bytes <= bytes_.size() - at;
  }

  std::vector<std::uint8_t> bytes_;
  MemoryTiming timing_;
  Written written_;
};

}  // namespace weft::sc
