// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/register_page.h"

#include <algorithm>

namespace weft::tb {
namespace {

using namespace link_regs;

constexpr std::uint16_t kFirstCounter = kTxDataOffset;
constexpr std::uint16_t kLastCounter = kProtoErrOffset;
constexpr std::array kPerVc{kRxBufOffset, kPktsTxOffset, kStallCyclesOffset, kLimitOffset,
                            kUsedOffset};

constexpr std::uint64_t field(std::uint64_t value, unsigned lsb, unsigned width) {
  return value >> lsb & ((std::uint64_t{1} << width) - 1);
}

}  // namespace

RegisterPage::RegisterPage(unsigned vcs) : vcs_(std::min<unsigned>(vcs, kLimitCount)) {
  offsets_ = {kStatusOffset, kBaseOffset, kNextOffset, kTopOffset};
  for (std::uint16_t offset = kFirstCounter; offset <= kLastCounter; offset += 8) {
    offsets_.push_back(offset);
  }
  for (const std::uint16_t first : kPerVc) {
    for (unsigned vc = 0; vc < vcs_; ++vc) {
      offsets_.push_back(static_cast<std::uint16_t>(first + 8 * vc));
    }
  }
}

void RegisterPage::request(LinkPort& port, Cycle h) const {
  for (const std::uint16_t offset : offsets_) port.csr_read(h, offset);
}

bool RegisterPage::take(LinkPort& port) {
  for (const std::uint16_t offset : offsets_) {
    if (port.csr_reply() == nullptr) return false;
    values_[offset / 8] = port.csr_reply()->data;
    port.take_csr_reply();
  }
  return true;
}

std::uint64_t RegisterPage::sum(std::uint16_t offset) const {
  std::uint64_t sum = 0;
  for (unsigned vc = 0; vc < vcs_; ++vc) sum += at(offset, vc);
  return sum;
}

StatusState RegisterPage::state() const {
  return static_cast<StatusState>(field(at(kStatusOffset), kStatusStateLsb, kStatusStateW));
}

const char* RegisterPage::state_name() const {
  constexpr std::array kNames{"DOWN",    "TRAIN",  "PARAM",   "CINIT", "ACTIVE",
                              "RETRAIN", "RESYNC", "REFUSED", "HRESET"};
  const auto index = static_cast<std::size_t>(state());
  return index < kNames.size() ? kNames[index] : "an unknown state";
}

std::uint64_t RegisterPage::stalled() const {
  return field(at(kStatusOffset), kStatusStalledLsb, kStatusStalledW);
}

std::uint64_t RegisterPage::credit(unsigned vc) const {
  return field(at(kLimitOffset, vc) - at(kUsedOffset, vc), 0, kLimitUnitsW);
}

void RegisterPage::add_to(Digest& digest) const {
  for (std::uint16_t offset = kFirstCounter; offset <= kLastCounter; offset += 8) {
    digest.add(at(offset));
  }
  for (unsigned vc = 0; vc < vcs_; ++vc) {
    digest.add(at(kPktsTxOffset, vc));
    digest.add(at(kStallCyclesOffset, vc));
    digest.add(credit(vc));
  }
}

std::vector<RegisterWrite> timer_writes(const Protocol& protocol) {
  const Protocol::Timers& t = protocol.timers;
  return {
      {kAckNOffset, t.ack_n},           {kAckTOffset, t.ack_t},
      {kRetNOffset, t.ret_n},           {kRetTOffset, t.ret_t},
      {kStallTOffset, t.stall_t},       {kReplayTOffset, t.replay_t},
      {kReplayNumOffset, t.replay_num}, {kRetrainNumOffset, t.retrain_num},
      {kBootTOffset, t.boot_t},         {kTrainTOffset, t.train_t},
      {kRetrainTOffset, t.retrain_t},   {kHrstTOffset, t.hrst_t},
  };
}

}  // namespace weft::tb
