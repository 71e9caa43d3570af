// SPDX-License-Identifier: Apache-2.0
#include "models/npu/dma_engine.h"

#include <algorithm>
#include <array>
#include <utility>

namespace weft {

namespace {

constexpr std::uint32_t kDescriptorWords = 8;
constexpr std::uint32_t kDescriptorBytes = 8 * kDescriptorWords;
constexpr std::uint32_t kCompletionBytes = 16;
static_assert(sizeof(npu_regs::Descriptor) == kDescriptorBytes);
static_assert(sizeof(npu_regs::Completion) == kCompletionBytes);

std::span<std::uint8_t> as_bytes(std::span<std::uint64_t> words) {
  return {reinterpret_cast<std::uint8_t*>(words.data()), words.size_bytes()};
}

std::string named(const Work& work, std::uint64_t number) {
  static constexpr std::array kNames{"?", "WRITE", "WRITE_NOTIFY", "READ", "REDUCE", "FENCE"};
  return std::string(kNames[static_cast<std::size_t>(work.descriptor.op)]) + " " +
         std::to_string(number) + " (cookie " + std::to_string(work.descriptor.cookie) + ")";
}

}  // namespace

DmaEngine::DmaEngine(NpuContext& context, WorkTable& works, Requester& requester,
                     ReduceUnit& reduce)
    : context_(context),
      works_(works),
      requester_(requester),
      reduce_(reduce),
      fetch_(std::size_t{context.config.dma_prefetch} * kDescriptorWords) {}

void DmaEngine::reset() {
  requester_.reset();
  reduce_.reset();
  works_.clear();
  next_start_ = works_.end();
  ++context_.generation;
  fetching_ = 0;
  writing_.clear();
  ring.producer = ring.consumer = 0;
  completions.producer = completions.consumer = 0;
  error = false;
}

void DmaEngine::settle() {
  fetch();
  start_some();
  complete_some();
}

void DmaEngine::stop() {
  error = true;
  irqs_ |= npu_regs::kIrqPendingErrorMask;
}

void DmaEngine::fetch() {
  if (!enabled || error || fetching_ != 0 || ring.used() == 0) return;
  if (ring.used() > ring.entries()) return stop();
  const std::uint32_t at = ring.consumer & (ring.entries() - 1);
  const auto room = static_cast<std::uint32_t>(works_.room());
  fetching_ = std::min({ring.used(), ring.entries() - at, context_.config.dma_prefetch, room});
  if (fetching_ == 0) return;
  const std::uint64_t address = ring.base + std::uint64_t{at} * kDescriptorBytes;
  const std::span<std::uint64_t> words(fetch_.data(), std::size_t{fetching_} * kDescriptorWords);
  bool ok = context_.local(address, words.size_bytes());
  Time done = context_.now;
  if (ok) done = context_.bus.read(context_.now, address, as_bytes(words), ok);
  if (!ok) {
    fetching_ = 0;
    return stop();
  }
  context_.events.push(done, NpuEventKind::kFetched, context_.generation);
}

void DmaEngine::fetched() {
  for (std::uint32_t i = 0; i < fetching_; ++i) {
    npu_regs::Descriptor raw;
    std::copy_n(fetch_.begin() + i * kDescriptorWords, kDescriptorWords, raw.words.begin());
    take(raw);
  }
  ring.consumer += fetching_;
  fetching_ = 0;
  context_.works_changed = true;
  context_.unsettled = true;
}

void DmaEngine::take(const npu_regs::Descriptor& raw) {
  Work& work = works_.add();
  work.status = read_descriptor(raw, context_, work.descriptor);
  ++context_.counters.descriptors;
}

bool DmaEngine::may_start(std::uint64_t number) const {
  const Work& work = works_[number];
  const Descriptor& d = work.descriptor;
  const bool all_before = d.fence || d.op == npu_regs::Op::kFence;
  if (work.status != TxnStatus::kOk) return true;
  for (std::uint64_t i = works_.begin(); i != number; ++i) {
    const Work& earlier = works_[i];
    if (earlier.finished) continue;
    if (all_before) return false;
    if (d.reads_memory() && earlier.descriptor.writes_memory()) return false;
    const bool in_memory = earlier.descriptor.writes_memory() || !earlier.all_begun();
    if (d.writes_memory() && in_memory && earlier.descriptor.touches(d)) return false;
  }
  return true;
}

void DmaEngine::start_some() {
  if (!std::exchange(context_.works_changed, false)) return;
  while (next_start_ != works_.end() && may_start(next_start_)) start(next_start_++);
}

void DmaEngine::start(std::uint64_t number) {
  Work& work = works_[number];
  work.started = true;
  if (work.status != TxnStatus::kOk || work.descriptor.op == npu_regs::Op::kFence) {
    work.finished = true;
    context_.works_changed = true;
  } else if (work.descriptor.op == npu_regs::Op::kReduce) {
    reduce_.start(number);
  } else {
    requester_.start(number);
  }
  context_.unsettled = true;
}

void DmaEngine::complete_some() {
  while (!works_.empty() && works_[works_.begin()].finished && !error) {
    const auto taken = static_cast<std::uint32_t>(completions.used() + writing_.size());
    if (taken >= completions.entries()) return;
    complete(works_[works_.begin()]);
    if (error) return;
    works_.remove_oldest();
    context_.unsettled = true;
  }
}

void DmaEngine::complete(const Work& work) {
  const auto index = static_cast<std::uint32_t>(completions.producer + writing_.size());
  npu_regs::Completion made;
  made.set_cookie(work.descriptor.cookie);
  made.set_status(static_cast<std::uint8_t>(work.status));
  made.set_phase((index >> completions.log2 & 1) == 0 ? 1 : 0);
  made.set_bytes(work.ok_bytes);
  const std::uint64_t address =
      completions.base + std::uint64_t{index & (completions.entries() - 1)} * kCompletionBytes;
  bool ok = context_.local(address, kCompletionBytes);
  Time done = context_.now;
  if (ok) done = context_.bus.write(context_.now, address, as_bytes(made.words), ok);
  if (!ok) return stop();
  last_written_ = std::max(last_written_, done);
  writing_.push({work.descriptor.cookie, work.status, work.descriptor.irq, work.ok_bytes});
  context_.events.push(last_written_, NpuEventKind::kCompletionWritten, context_.generation);
}

void DmaEngine::completion_written() {
  const Written written = writing_.front();
  writing_.pop();
  ++completions.producer;
  ++context_.counters.completions;
  if (written.status != TxnStatus::kOk) {
    ++context_.counters.failed_descriptors;
    irqs_ |= npu_regs::kIrqPendingErrorMask;
  }
  if (written.irq) irqs_ |= npu_regs::kIrqPendingCompletionMask;
  context_.result.add(written.cookie);
  context_.result.add(static_cast<std::uint64_t>(written.status));
  context_.result.add(written.bytes);
}

std::string DmaEngine::waiting() const {
  if (error) return "the DMA engine stands: a ring is not in memory, or DOORBELL is too far\n";
  if (works_.empty()) {
    if (ring.used() == 0) return "";
    return std::to_string(ring.used()) + " descriptors are posted and wait " +
           (enabled ? "to be fetched\n" : "for DMA_CTRL.ENABLE\n");
  }
  const std::uint64_t number = works_.begin();
  const Work& work = works_[number];
  std::string text = named(work, number);
  if (work.finished) return text + " is done and waits for room in the completion ring\n";
  if (!work.started) return text + " has not started\n";
  return text + " has begun " + std::to_string(work.begun) + " of " +
         std::to_string(work.descriptor.bytes) + " bytes, " + std::to_string(work.open) +
         " transactions not ended\n";
}

}  // namespace weft
