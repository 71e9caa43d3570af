// SPDX-License-Identifier: Apache-2.0
#include "models/workload/all_reduce_agent.h"

#include <algorithm>
#include <array>

#include "models/npu/npu_regs.h"

namespace weft {
namespace {

using namespace npu_regs;

constexpr std::uint64_t kEntries = std::uint64_t{1} << AllReduceAgent::kRingLog2;
constexpr std::uint64_t kCompletions = kEntries * sizeof(Descriptor::words);  // behind the ring
static_assert(AllReduceAgent::kRingBytes == kCompletions + kEntries * sizeof(Completion::words));

/// Words as they lie in memory, little-endian.
template <std::size_t N>
std::array<std::uint8_t, N * 8> to_bytes(const std::array<std::uint64_t, N>& words) {
  std::array<std::uint8_t, N * 8> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(words[i / 8] >> (8 * (i % 8)));
  }
  return bytes;
}

Completion completion_of(const std::array<std::uint8_t, 16>& bytes) {
  Completion completion;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    completion.words[i / 8] |= std::uint64_t{bytes[i]} << (8 * (i % 8));
  }
  return completion;
}

}  // namespace

AllReduceAgent::AllReduceAgent(const AllReduceJob& job) : job_(job), next_(job.begin) {}

void AllReduceAgent::set_irq(bool level, Time at) {
  if (level && state_ >= State::kSending && state_ != State::kDone) next_ = std::min(next_, at);
}

void AllReduceAgent::act(Time at, AgentBus& bus) {
  next_ = Time::never();
  if (state_ == State::kIdle) {
    set_up(bus);
    state_ = State::kArmed;
  }
  if (state_ == State::kArmed || state_ == State::kDone) return;
  bus.write_reg(kIrqPendingOffset, kIrqPendingCompletionMask | kIrqPendingErrorMask);
  bus.write_reg(kNotifyPendingOffset, ~std::uint64_t{0});
  take_completions(bus);
  plan(bus);
  post(bus);
  if (state_ == State::kFinishing && order_ == orders_.size() && completed_ == posted_) {
    state_ = State::kDone;
    done_at_ = at;
  }
}

void AllReduceAgent::set_up(AgentBus& bus) {
  bus.write_reg(kSegSelOffset, 0);
  bus.write_reg(kSegOffsetOffset, 0);
  bus.write_reg(kSegSizeOffset, job_.export_size);
  bus.write_reg(kSegLocalOffset, job_.exported);
  bus.write_reg(kSegTokenOffset, job_.token);
  bus.write_reg(kSegCtrlOffset, kSegCtrlValidMask | kSegCtrlReadMask | kSegCtrlWriteMask);
  bus.write_reg(kRingBaseOffset, job_.rings);
  bus.write_reg(kRingLog2Offset, kRingLog2);
  bus.write_reg(kCplBaseOffset, job_.rings + kCompletions);
  bus.write_reg(kCplLog2Offset, kRingLog2);
  bus.write_reg(kNotifyEnableOffset, 3);
  bus.write_reg(kIrqEnableOffset,
                kIrqEnableCompletionMask | kIrqEnableNotifyMask | kIrqEnableErrorMask);
  bus.write_reg(kDmaCtrlOffset, kDmaCtrlEnableMask);
}

void AllReduceAgent::take_completions(AgentBus& bus) {
  const auto tail = static_cast<std::uint32_t>(bus.read_reg(kCplTailOffset));
  if (tail == completed_) return;
  for (; completed_ != tail; ++completed_) {
    std::array<std::uint8_t, 16> bytes{};
    bus.read_mem(job_.rings + kCompletions + completed_ % kEntries * bytes.size(), bytes);
    const auto status = static_cast<unsigned>(completion_of(bytes).status());
    if (status_ == 0) status_ = status;
  }
  bus.write_reg(kCplHeadOffset, completed_);
}

/// Orders everything that may be ordered, given what has arrived.
void AllReduceAgent::plan(AgentBus& bus) {
  for (unsigned id : {0u, 1u}) arrived_[id] = bus.read_reg(kNotifyCountOffset + 8 * id);
  while (state_ == State::kSending && step()) advance_position();
}

/// The piece at the position; false when something has to arrive first.
bool AllReduceAgent::step() {
  const RingAllReduce& ring = job_.ring;
  const unsigned chunk =
      gathering_ ? ring.gather_chunk(job_.rank, step_) : ring.scatter_chunk(job_.rank, step_);
  const RingAllReduce::Range piece = ring.piece(chunk, piece_);
  if (ring.ranks() == 1 || piece.count == 0) return true;
  const bool reduces = gathering_ ? step_ == 0 : step_ > 0;
  const unsigned id = gathering_ && step_ > 0 ? 1 : 0;
  if (reduces || id == 1) {
    if (!counted_) ++wanted_[id];
    counted_ = true;
    if (arrived_[id] < wanted_[id]) return false;
  }
  const unsigned slot = gathering_ ? ring.steps() - 1 : step_ - 1;
  if (reduces) {
    orders_.push_back({static_cast<unsigned>(Op::kReduce), 0, place(piece.first),
                       staged(piece, chunk, slot), piece.count * 4});
  }
  if (gathering_ && step_ == ring.steps()) return true;  // the last one stays here
  const std::uint64_t to = gathering_ ? place(piece.first) : staged(piece, chunk, step_);
  orders_.push_back({static_cast<unsigned>(Op::kWriteNotify), gathering_ ? 1u : 0u,
                     place(piece.first), fabric(to), piece.count * 4});
  return true;
}

void AllReduceAgent::advance_position() {
  counted_ = false;
  if (++piece_ < job_.ring.pieces()) return;
  piece_ = 0;
  ++step_;
  if (!gathering_ && step_ >= job_.ring.steps()) {
    gathering_ = true;
    step_ = 0;
  } else if (gathering_ && step_ > job_.ring.steps()) {
    state_ = State::kFinishing;
  }
}

std::uint64_t AllReduceAgent::staged(const RingAllReduce::Range& piece, unsigned chunk,
                                     unsigned slot) const {
  const std::uint64_t within = piece.first - job_.ring.chunk(chunk).first;
  return job_.staging + 4 * (slot * job_.ring.slot_elements() + within);
}

std::uint64_t AllReduceAgent::fabric(std::uint64_t address) const {
  npu_regs::FabricAddress result;
  result.set_node(job_.next_node);
  result.set_offset(address - job_.exported);
  return result.words[0];
}

void AllReduceAgent::post(AgentBus& bus) {
  const std::uint32_t before = posted_;
  for (; order_ < orders_.size() && posted_ - completed_ < kEntries; ++order_) {
    const Order& order = orders_[order_];
    Descriptor descriptor;
    descriptor.set_op(order.op);
    descriptor.set_irq(1);
    descriptor.set_dtype(static_cast<std::uint64_t>(job_.type));
    descriptor.set_notify(order.notify);
    descriptor.set_cookie(posted_);
    descriptor.set_local(order.local);
    descriptor.set_remote(order.other);
    descriptor.set_bytes(order.bytes);
    if (order.op != static_cast<unsigned>(Op::kReduce)) descriptor.set_token(job_.token);
    bus.write_mem(job_.rings + posted_ % kEntries * sizeof descriptor.words,
                  to_bytes(descriptor.words));
    ++posted_;
  }
  if (order_ == orders_.size()) {
    orders_.clear();
    order_ = 0;
  }
  if (posted_ != before) bus.write_reg(kDoorbellOffset, posted_);
}

std::string AllReduceAgent::waits_for() const {
  if (state_ == State::kIdle) return "its begin";
  if (state_ == State::kArmed) return "all other NPUs to be armed";
  if (state_ == State::kDone) return "nothing";
  std::string text;
  for (unsigned id : {0u, 1u}) {
    if (state_ == State::kSending && arrived_[id] < wanted_[id]) {
      text = "notification " + std::to_string(wanted_[id]) + " of id " + std::to_string(id);
    }
  }
  if (posted_ != completed_) {
    text += (text.empty() ? "" : " and ") + std::to_string(posted_ - completed_) +
            " descriptors to complete";
  }
  return text;
}

}  // namespace weft
