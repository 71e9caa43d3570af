// SPDX-License-Identifier: Apache-2.0
// What an NpuNode says of its software.
#include "models/core/hex.h"
#include "systemc/npu/npu_node.h"

namespace weft::sc {

std::string NpuNode::where(std::uint64_t pc) const {
  const std::string symbol = image_ == nullptr ? std::string() : image_->symbol_at(pc);
  return symbol.empty() ? to_hex(pc) : to_hex(pc) + " (" + symbol + ")";
}

std::optional<std::string> NpuNode::stopped() const {
  if (const Halt* halt = core_.halt()) {
    return "the core halted at " + where(halt->pc) + ": " + halt->text;
  }
  if (npu_.fw_state() == npu_regs::FwStateState::kFatal) {
    const bool trapped = npu_.fw_pc() != 0 && npu_.fw_cause() < 32;
    const std::string what =
        trapped ? std::string(trap_cause_name(static_cast<TrapCause>(npu_.fw_cause()))) + " at " +
                      where(npu_.fw_pc())
                : "cause " + to_hex(npu_.fw_cause());
    return "the firmware gave up: " + what + ", value " + to_hex(npu_.fw_tval());
  }
  return std::nullopt;
}

std::size_t NpuNode::memory_bytes() const {
  const std::size_t parts = sizeof npu_ + sizeof core_ + sizeof sram_ + sizeof hbm_;
  return sizeof *this - parts + npu_.memory_bytes() + core_.memory_bytes() + sram_.memory_bytes() +
         hbm_.memory_bytes();
}

}  // namespace weft::sc
