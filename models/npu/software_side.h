// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/npu/fifo.h"
#include "models/npu/npu_context.h"

namespace weft {

/// One direction of the mailbox.
class MailboxQueue {
 public:
  unsigned size() const { return static_cast<unsigned>(words_.size()); }
  unsigned free() const { return static_cast<unsigned>(npu_regs::kMailboxWords) - size(); }
  std::uint64_t front() const { return words_.empty() ? 0 : words_.front(); }
  /// 0 when empty.
  std::uint64_t pop() {
    const std::uint64_t word = front();
    if (!words_.empty()) words_.pop();
    return word;
  }
  /// False when full: the word is lost.
  bool push(std::uint64_t word) {
    if (free() == 0) return false;
    words_.push(word);
    return true;
  }
  std::size_t memory_bytes() const { return words_.memory_bytes(); }

 private:
  Fifo<std::uint64_t> words_;
};

/// Text written character by character, cut into lines.
class Console {
 public:
  /// Returns how many lines were lost by it, 0 or 1.
  unsigned put(Time at, char character) {
    if (character != '\n') line_ += character;
    if (character != '\n' && line_.size() < Npu::kMaxConsoleColumns) return 0;
    if (lines_.size() == Npu::kMaxConsoleLines) {
      line_.clear();
      return 1;
    }
    lines_.push_back({at, std::exchange(line_, {})});
    return 0;
  }
  std::vector<ConsoleLine> take() { return std::exchange(lines_, {}); }

 private:
  std::string line_;
  std::vector<ConsoleLine> lines_;
};

/// Registers that do nothing but talk: to the host, and about the firmware.
struct SoftwareSide {
  MailboxQueue to_npu;
  MailboxQueue to_host;
  Console console;
  std::uint64_t scratch = 0;
  std::uint16_t peer_sel = 0;
  std::uint64_t fw_state = 0, fw_cause = 0, fw_pc = 0, fw_tval = 0;
};

}  // namespace weft
