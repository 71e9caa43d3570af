// SPDX-License-Identifier: Apache-2.0
#include "models/npu/reduce_unit.h"

#include <algorithm>
#include <cstring>

#include "models/memory/memory_timing.h"

namespace weft {

namespace {

template <typename T>
void add_as(std::span<std::uint8_t> sum, const std::uint8_t* addend) {
  for (std::size_t at = 0; at + sizeof(T) <= sum.size(); at += sizeof(T)) {
    T x, y;
    std::memcpy(&x, sum.data() + at, sizeof(T));
    std::memcpy(&y, addend + at, sizeof(T));
    x += y;
    std::memcpy(sum.data() + at, &x, sizeof(T));
  }
}

}  // namespace

void add_elements(npu_regs::Dtype type, std::span<std::uint8_t> sum, const std::uint8_t* addend) {
  if (type == npu_regs::Dtype::kFp32) {
    add_as<float>(sum, addend);
  } else {
    add_as<std::uint32_t>(sum, addend);
  }
}

ReduceUnit::ReduceUnit(NpuContext& context, WorkTable& works)
    : context_(context), works_(works), buffers_(kBlock, context.config.reduce_read_ahead) {}

Time ReduceUnit::time_for(std::uint32_t bytes) const {
  return MemoryTiming(context_.config.reduce_rate, Time()).on_bus(bytes);
}

void ReduceUnit::settle() {
  if (started_.empty()) return;
  Work& work = works_[started_.front()];
  while (!work.all_begun() && buffers_.available()) read_block(work);
}

void ReduceUnit::read_block(Work& work) {
  const Descriptor& d = work.descriptor;
  Block block;
  block.to = d.local + work.begun;
  block.bytes = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(kBlock - block.to % kBlock, d.bytes - work.begun));
  block.bytes = std::max(block.bytes & ~3u, 4u);
  block.buffer = buffers_.take();
  operand_.resize(kBlock);
  const std::span<std::uint8_t> sum = buffers_.bytes(block.buffer, block.bytes);
  const std::span<std::uint8_t> operand(operand_.data(), block.bytes);
  bool ok = true, operand_ok = true;
  const Time first = context_.bus.read(context_.now, block.to, sum, ok);
  const Time second = context_.bus.read(context_.now, d.operand + work.begun, operand, operand_ok);
  if (!ok || !operand_ok) work.fail(TxnStatus::kBadAddress);
  add_elements(d.dtype, sum, operand.data());
  adder_busy_ = std::max({adder_busy_, first, second}) + time_for(block.bytes);
  work.begun += block.bytes;
  blocks_.push(block);
  context_.events.push(adder_busy_, NpuEventKind::kBlockSummed, context_.generation);
}

void ReduceUnit::summed() {
  const Block block = blocks_.front();
  blocks_.pop();
  Work& work = works_[started_.front()];
  bool ok = true;
  const Time done =
      context_.bus.write(context_.now, block.to, buffers_.bytes(block.buffer, block.bytes), ok);
  if (ok) {
    work.ok_bytes += block.bytes;
    context_.counters.elements_reduced += block.bytes / 4;
  } else {
    work.fail(TxnStatus::kBadAddress);
  }
  buffers_.give(block.buffer);
  last_written_ = std::max(last_written_, done);
  if (blocks_.empty() && work.all_begun()) {
    context_.events.push(last_written_, NpuEventKind::kReduceDone, context_.generation);
  }
  context_.unsettled = true;
}

void ReduceUnit::done() {
  works_[started_.front()].finished = true;
  started_.pop();
  context_.works_changed = true;
  context_.unsettled = true;
}

void ReduceUnit::reset() {
  for (; !blocks_.empty(); blocks_.pop()) buffers_.give(blocks_.front().buffer);
  started_.clear();
}

std::string ReduceUnit::waiting() const {
  if (started_.empty()) return "";
  const Work& work = works_[started_.front()];
  return "REDUCE " + std::to_string(started_.front()) + " has read " + std::to_string(work.begun) +
         " of " + std::to_string(work.descriptor.bytes) + " bytes and waits for memory\n";
}

std::size_t ReduceUnit::memory_bytes() const {
  return buffers_.memory_bytes() + operand_.capacity() + started_.memory_bytes() +
         blocks_.memory_bytes();
}

}  // namespace weft
