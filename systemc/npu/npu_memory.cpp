// SPDX-License-Identifier: Apache-2.0
#include "systemc/npu/npu_memory.h"

#include <algorithm>

namespace weft::sc {
namespace {

/// The bytes of an access; false when `memory` has not all of them.
template <typename Memory>
bool move_bytes(Memory& memory, tlm::tlm_generic_payload& access) {
  const std::span<std::uint8_t> bytes(access.get_data_ptr(), access.get_data_length());
  return access.is_read() ? memory.read(access.get_address(), bytes)
                          : memory.write(access.get_address(), bytes);
}

template <typename Memory>
void serve(Memory& memory, MemoryTiming& timing, tlm::tlm_generic_payload& access,
           sc_core::sc_time& delay) {
  if (refused(access)) return;
  if (!move_bytes(memory, access)) {
    access.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  delay = delay_until(timing.access(access_time(delay), access.get_data_length()));
  access.set_dmi_allowed(true);
  access.set_response_status(tlm::TLM_OK_RESPONSE);
}

template <typename Memory>
unsigned serve_debug(Memory& memory, tlm::tlm_generic_payload& access) {
  if (!access.is_read() && !access.is_write()) return 0;
  return move_bytes(memory, access) ? access.get_data_length() : 0;
}

/// Grants `bytes` bytes from address `first` on.
void grant(tlm::tlm_dmi& dmi, std::uint8_t* pointer, std::uint64_t first, std::uint64_t bytes,
           const MemoryTiming& timing) {
  const sc_core::sc_time latency = to_sc(timing.on_bus(kBusWidth / 8) + timing.latency());
  dmi.set_dmi_ptr(pointer);
  dmi.set_start_address(first);
  dmi.set_end_address(first + bytes - 1);
  dmi.set_read_latency(latency);
  dmi.set_write_latency(latency);
}

/// Nothing is granted for that byte.
bool deny(tlm::tlm_dmi& dmi, std::uint64_t address) {
  dmi.allow_none();
  dmi.set_start_address(address);
  dmi.set_end_address(address);
  return false;
}

template <typename Memory, typename Socket>
void register_calls(Memory* memory, Socket& socket,
                    void (Memory::*transport)(tlm::tlm_generic_payload&, sc_core::sc_time&),
                    unsigned (Memory::*debug)(tlm::tlm_generic_payload&),
                    bool (Memory::*direct)(tlm::tlm_generic_payload&, tlm::tlm_dmi&)) {
  socket.register_b_transport(memory, transport);
  socket.register_transport_dbg(memory, debug);
  socket.register_get_direct_mem_ptr(memory, direct);
}

}  // namespace

Hbm::Hbm(const sc_core::sc_module_name& name, std::uint64_t size, const MemoryTiming& timing)
    : sc_core::sc_module(name), memory_(size), timing_(timing) {
  register_calls(this, socket, &Hbm::transport, &Hbm::transport_debug, &Hbm::direct_memory);
}

void Hbm::transport(tlm::tlm_generic_payload& access, sc_core::sc_time& delay) {
  serve(*this, timing_, access, delay);
}

unsigned Hbm::transport_debug(tlm::tlm_generic_payload& access) {
  return serve_debug(*this, access);
}

bool Hbm::direct_memory(tlm::tlm_generic_payload& access, tlm::tlm_dmi& dmi) {
  const std::uint64_t address = access.get_address();
  if (!memory_.contains(address, 1)) return deny(dmi, address);
  const std::span<std::uint8_t> page = memory_.page(address);
  grant(dmi, page.data(), address - address % SparseMemory::kPageBytes, page.size(), timing_);
  dmi.allow_read_write();
  return true;
}

Sram::Sram(const sc_core::sc_module_name& name, std::uint64_t size, const MemoryTiming& timing)
    : sc_core::sc_module(name), bytes_(size), timing_(timing) {
  register_calls(this, socket, &Sram::transport, &Sram::transport_debug, &Sram::direct_memory);
}

bool Sram::read(std::uint64_t at, std::span<std::uint8_t> bytes) const {
  if (!holds(at, bytes.size())) return false;
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at), bytes.size(), bytes.begin());
  return true;
}

bool Sram::write(std::uint64_t at, std::span<const std::uint8_t> bytes) {
  if (!holds(at, bytes.size())) return false;
  std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(at));
  if (written_) written_(at, bytes.size());
  return true;
}

void Sram::transport(tlm::tlm_generic_payload& access, sc_core::sc_time& delay) {
  serve(*this, timing_, access, delay);
}

unsigned Sram::transport_debug(tlm::tlm_generic_payload& access) {
  return serve_debug(*this, access);
}

bool Sram::direct_memory(tlm::tlm_generic_payload& access, tlm::tlm_dmi& dmi) {
  const std::uint64_t address = access.get_address();
  if (access.is_write() || !holds(address, 1)) return deny(dmi, address);
  grant(dmi, bytes_.data(), 0, bytes_.size(), timing_);
  dmi.allow_read();
  return true;
}

}  // namespace weft::sc
