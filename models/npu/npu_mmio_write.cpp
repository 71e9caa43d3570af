// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "models/npu/npu_device.h"

namespace weft {

using namespace npu_regs;

namespace {

constexpr std::uint64_t kLatchedIrqs = kIrqPendingCompletionMask | kIrqPendingErrorMask;
constexpr std::uint64_t kIrqMask = kLatchedIrqs | kIrqPendingNotifyMask | kIrqPendingMailboxMask;

/// A value out of range leaves the register as it was.
void set_log2(unsigned& log2, std::uint64_t value) {
  const std::uint64_t entries = value & kRingLog2EntriesMask;
  if (entries >= kRingLog2EntriesMin && entries <= kRingLog2EntriesMax) {
    log2 = static_cast<unsigned>(entries);
  }
}
static_assert(kRingLog2EntriesMask == kCplLog2EntriesMask &&
              kRingLog2EntriesMin == kCplLog2EntriesMin &&
              kRingLog2EntriesMax == kCplLog2EntriesMax);

}  // namespace

void Npu::Device::write(std::uint32_t offset, std::uint64_t value) {
  switch (offset) {
    case kIrqPendingOffset:
      irq_latched_ &= ~(value & kLatchedIrqs);
      break;
    case kIrqEnableOffset:
      irq_enable_ = value & kIrqMask;
      break;
    case kNotifyEnableOffset:
      notify_enable_ = value;
      break;
    case kNotifyPendingOffset:
      owner_.notify().pending &= ~value;
      break;
    default:
      write_dma(offset, value);
      write_segment(offset, value);
      write_software(offset, value);
      break;
  }
}

void Npu::Device::write_dma(std::uint32_t offset, std::uint64_t value) {
  switch (offset) {
    case kDmaCtrlOffset:
      dma_.enabled = (value & kDmaCtrlEnableMask) != 0;
      if ((value & kDmaCtrlResetMask) != 0) dma_.reset();
      break;
    case kRingBaseOffset:
      dma_.ring.base = value;
      return;
    case kRingLog2Offset:
      set_log2(dma_.ring.log2, value);
      return;
    case kDoorbellOffset:
      dma_.ring.producer = static_cast<std::uint32_t>(value);
      break;
    case kCplBaseOffset:
      dma_.completions.base = value;
      return;
    case kCplLog2Offset:
      set_log2(dma_.completions.log2, value);
      return;
    case kCplHeadOffset:
      dma_.completions.consumer = static_cast<std::uint32_t>(value);
      break;
    default:
      return;
  }
  context_.events.push(context_.now, NpuEventKind::kWake);
}

void Npu::Device::write_segment(std::uint32_t offset, std::uint64_t value) {
  switch (offset) {
    case kSegSelOffset:
      seg_sel_ = static_cast<unsigned>(value & kSegSelIndexMask);
      break;
    case kSegOffsetOffset:
      segment_.offset = value & kSegOffsetOffsetMask;
      break;
    case kSegSizeOffset:
      segment_.size = value & kSegSizeBytesMask;
      break;
    case kSegLocalOffset:
      segment_.local = value;
      break;
    case kSegTokenOffset:
      segment_.token = static_cast<std::uint32_t>(value & kSegTokenTokenMask);
      break;
    case kSegCtrlOffset:
      seg_ctrl_ = value & (kSegCtrlValidMask | kSegCtrlReadMask | kSegCtrlWriteMask);
      segment_.valid = (value & kSegCtrlValidMask) != 0;
      segment_.read = (value & kSegCtrlReadMask) != 0;
      segment_.write = (value & kSegCtrlWriteMask) != 0;
      owner_.set_segment(seg_sel_, segment_);
      break;
    default:
      break;
  }
}

void Npu::Device::write_software(std::uint32_t offset, std::uint64_t value) {
  NpuCounters& counters = context_.counters;
  switch (offset) {
    case kScratchOffset:
      software_.scratch = value;
      break;
    case kPeerSelOffset:
      software_.peer_sel = static_cast<std::uint16_t>(value & kPeerSelRankMask);
      break;
    case kMboxTxOffset:
      if (!software_.to_host.push(value)) ++counters.mailbox_lost;
      break;
    case kHostTxOffset:
      if (!software_.to_npu.push(value)) ++counters.mailbox_lost;
      break;
    case kConsoleOffset:
      counters.console_lost +=
          software_.console.put(context_.now, static_cast<char>(value & kConsoleCharMask));
      break;
    case kFwStateOffset:
      software_.fw_state = value & kFwStateStateMask;
      break;
    case kFwCauseOffset:
      software_.fw_cause = value;
      break;
    case kFwPcOffset:
      software_.fw_pc = value;
      break;
    case kFwTvalOffset:
      software_.fw_tval = value;
      break;
    default:
      break;
  }
}

void Npu::Device::add_counters(Digest& digest) const {
  const NpuCounters& c = context_.counters;
  for (std::uint64_t value :
       {c.issued, c.retired, c.failed, c.abandoned, c.duplicated, c.mismatched, c.bytes_written,
        c.bytes_read, c.performed, c.refused, c.misordered, c.notifications, c.bad_packets,
        c.descriptors, c.completions, c.failed_descriptors, c.elements_reduced, c.mailbox_lost,
        c.console_lost}) {
    digest.add(value);
  }
}

}  // namespace weft
