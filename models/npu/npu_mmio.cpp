// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <stdexcept>

#include "models/npu/npu_device.h"

namespace weft {

using namespace npu_regs;

namespace {

std::uint64_t place(std::uint64_t value, unsigned lsb) { return value << lsb; }

bool is_queue(std::uint32_t offset) { return offset == kMboxRxOffset || offset == kHostRxOffset; }

}  // namespace

void Npu::Device::check_time(Time at) {
  if (at < context_.now || next() < at) {
    throw std::logic_error(context_.identity.name + ": register access at " + to_string(at) +
                           " out of the order of time; the device is at " +
                           to_string(context_.now) + " and goes on at " + to_string(next()));
  }
  context_.now = at;
}

bool Npu::Device::mmio_read(Time at, std::uint32_t offset, unsigned size, std::uint64_t& value) {
  check_time(at);
  const std::uint32_t whole = offset & ~7u;
  const bool half = size == 4 && offset % 4 == 0 && !is_queue(whole);
  if (!half && (size != 8 || offset % 8 != 0)) return false;
  if (!peek(whole, value)) return false;
  if (half) value = offset == whole ? value & 0xFFFFFFFFu : value >> 32;
  if (offset == kMboxRxOffset) software_.to_npu.pop();
  if (offset == kHostRxOffset) software_.to_host.pop();
  return true;
}

bool Npu::Device::mmio_write(Time at, std::uint32_t offset, unsigned size, std::uint64_t value) {
  check_time(at);
  std::uint64_t old = 0;
  if (size != 8 || offset % 8 != 0 || !peek(offset, old)) return false;
  write(offset, value);
  return true;
}

bool Npu::Device::peek(std::uint32_t offset, std::uint64_t& value) const {
  if (offset >= kNotifyCountOffset && offset < kNotifyCountOffset + 8 * kNotifyCountCount) {
    value = owner_.notify().count[(offset - kNotifyCountOffset) / 8];
    return offset % 8 == 0;
  }
  return peek_identity(offset, value) || peek_dma(offset, value) || peek_segment(offset, value) ||
         peek_notify(offset, value) || peek_software(offset, value);
}

bool Npu::Device::peek_identity(std::uint32_t offset, std::uint64_t& value) const {
  const NpuIdentity& who = context_.identity;
  switch (offset) {
    case kIdOffset:
      value = place(kIdMagicReset, kIdMagicLsb) | place(kIdBlockReset, kIdBlockLsb);
      return true;
    case kVersionOffset:
      value = place(kVersionRegsReset, kVersionRegsLsb);
      return true;
    case kNodeOffset:
      value = place(who.node, kNodeIdLsb) | place(1, kNodePortsLsb);
      return true;
    case kGroupOffset:
      value = place(who.rank, kGroupRankLsb) | place(who.peers.size(), kGroupSizeLsb);
      return true;
    case kPeerSelOffset:
      value = software_.peer_sel;
      return true;
    case kPeerOffset:
      value = peer();
      return true;
    case kLinkOffset:
      value = link_up_;
      return true;
    case kSramSizeOffset:
      value = context_.config.sram_size.bytes;
      return true;
    case kHbmSizeOffset:
      value = context_.config.hbm_size.bytes;
      return true;
    case kMaxPayloadOffset:
      value = context_.format.max_payload();
      return true;
    default:
      return false;
  }
}

std::uint64_t Npu::Device::peer() const {
  const std::vector<std::uint16_t>& peers = context_.identity.peers;
  if (software_.peer_sel >= peers.size()) return 0;
  return place(peers[software_.peer_sel], kPeerNodeLsb) | kPeerValidMask;
}

bool Npu::Device::peek_dma(std::uint32_t offset, std::uint64_t& value) const {
  switch (offset) {
    case kDmaCtrlOffset:
      value = place(dma_.enabled ? 1 : 0, kDmaCtrlEnableLsb);
      return true;
    case kDmaStatusOffset:
      value = place(dma_.busy() ? 1 : 0, kDmaStatusBusyLsb) |
              place(dma_.error ? 1 : 0, kDmaStatusErrorLsb);
      return true;
    case kRingBaseOffset:
      value = dma_.ring.base;
      return true;
    case kRingLog2Offset:
      value = dma_.ring.log2;
      return true;
    case kDoorbellOffset:
      value = dma_.ring.producer;
      return true;
    case kRingTakenOffset:
      value = dma_.ring.consumer;
      return true;
    case kCplBaseOffset:
      value = dma_.completions.base;
      return true;
    case kCplLog2Offset:
      value = dma_.completions.log2;
      return true;
    case kCplTailOffset:
      value = dma_.completions.producer;
      return true;
    case kCplHeadOffset:
      value = dma_.completions.consumer;
      return true;
    default:
      return false;
  }
}

bool Npu::Device::peek_segment(std::uint32_t offset, std::uint64_t& value) const {
  switch (offset) {
    case kSegSelOffset:
      value = seg_sel_;
      return true;
    case kSegOffsetOffset:
      value = segment_.offset;
      return true;
    case kSegSizeOffset:
      value = segment_.size;
      return true;
    case kSegLocalOffset:
      value = segment_.local;
      return true;
    case kSegTokenOffset:
      value = segment_.token;
      return true;
    case kSegCtrlOffset:
      value = seg_ctrl_;
      return true;
    default:
      return false;
  }
}

bool Npu::Device::peek_notify(std::uint32_t offset, std::uint64_t& value) const {
  switch (offset) {
    case kIrqPendingOffset:
      value = irq_pending();
      return true;
    case kIrqEnableOffset:
      value = irq_enable_;
      return true;
    case kNotifyEnableOffset:
      value = notify_enable_;
      return true;
    case kNotifyPendingOffset:
      value = owner_.notify().pending;
      return true;
    default:
      return false;
  }
}

bool Npu::Device::peek_software(std::uint32_t offset, std::uint64_t& value) const {
  switch (offset) {
    case kScratchOffset:
      value = software_.scratch;
      return true;
    case kMboxRxOffset:
      value = software_.to_npu.front();
      return true;
    case kMboxRxCountOffset:
      value = software_.to_npu.size();
      return true;
    case kMboxTxFreeOffset:
      value = software_.to_host.free();
      return true;
    case kHostTxFreeOffset:
      value = software_.to_npu.free();
      return true;
    case kHostRxOffset:
      value = software_.to_host.front();
      return true;
    case kHostRxCountOffset:
      value = software_.to_host.size();
      return true;
    case kMboxTxOffset:
    case kHostTxOffset:
    case kConsoleOffset:
      value = 0;
      return true;
    case kFwStateOffset:
      value = software_.fw_state;
      return true;
    case kFwCauseOffset:
      value = software_.fw_cause;
      return true;
    case kFwPcOffset:
      value = software_.fw_pc;
      return true;
    case kFwTvalOffset:
      value = software_.fw_tval;
      return true;
    default:
      return false;
  }
}

}  // namespace weft
