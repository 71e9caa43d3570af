// SPDX-License-Identifier: Apache-2.0
#include "models/npu/descriptor.h"

#include <algorithm>
#include <array>

namespace weft {

namespace {

using npu_regs::Dtype;
using npu_regs::Op;

#define WEFT_SAME_STATUS(name) \
  static_assert(static_cast<int>(npu_regs::Status::name) == static_cast<int>(TxnStatus::name))
WEFT_SAME_STATUS(kOk);
WEFT_SAME_STATUS(kBadDescriptor);
WEFT_SAME_STATUS(kBadAddress);
WEFT_SAME_STATUS(kBadLength);
WEFT_SAME_STATUS(kRemoteAddress);
WEFT_SAME_STATUS(kBadToken);
WEFT_SAME_STATUS(kNoPermission);
WEFT_SAME_STATUS(kPoisoned);
WEFT_SAME_STATUS(kUnsupported);
#undef WEFT_SAME_STATUS

bool overlap(std::uint64_t a, std::uint64_t b, std::uint64_t a_bytes, std::uint64_t b_bytes) {
  return a < b ? b - a < a_bytes : a - b < b_bytes;
}

/// Whether no bit is set that means nothing.
bool known_bits(const npu_regs::Descriptor& raw) {
  npu_regs::Descriptor known;
  known.set_op(raw.op());
  known.set_irq(raw.irq());
  known.set_fence(raw.fence());
  known.set_dtype(raw.dtype());
  known.set_notify(raw.notify());
  known.set_cookie(raw.cookie());
  known.set_local(raw.local());
  known.set_remote(raw.remote());
  known.set_bytes(raw.bytes());
  known.set_token(raw.token());
  return known.words == raw.words;
}

bool well_formed(const npu_regs::Descriptor& raw) {
  return known_bits(raw) && raw.op() >= static_cast<unsigned>(Op::kWrite) &&
         raw.op() <= static_cast<unsigned>(Op::kFence) &&
         raw.dtype() <= static_cast<unsigned>(Dtype::kInt32) && raw.notify() < npu_regs::kNotifyIds;
}

TxnStatus check_remote(const Descriptor& d, const NpuContext& context) {
  const std::vector<std::uint16_t>& peers = context.identity.peers;
  const bool peer = d.remote.node != context.identity.node &&
                    std::find(peers.begin(), peers.end(), d.remote.node) != peers.end();
  const bool fits = d.bytes <= FabricAddress::kOffsetMask + 1 - d.remote.offset;
  return peer && fits ? TxnStatus::kOk : TxnStatus::kRemoteAddress;
}

TxnStatus check_operand(const Descriptor& d, const NpuContext& context) {
  const bool same_or_apart = d.operand == d.local || !overlap(d.local, d.operand, d.bytes, d.bytes);
  return context.local(d.operand, d.bytes) && same_or_apart ? TxnStatus::kOk
                                                            : TxnStatus::kBadAddress;
}

}  // namespace

bool Descriptor::touches(const Descriptor& writer) const {
  return overlap(local, writer.local, bytes, writer.bytes) ||
         (op == Op::kReduce && overlap(operand, writer.local, bytes, writer.bytes));
}

TxnStatus read_descriptor(const npu_regs::Descriptor& raw, const NpuContext& context,
                          Descriptor& made) {
  made = {};
  made.irq = raw.irq() != 0;
  made.fence = raw.fence() != 0;
  made.cookie = static_cast<std::uint32_t>(raw.cookie());
  if (!well_formed(raw)) return TxnStatus::kBadDescriptor;
  made.op = static_cast<Op>(raw.op());
  if (made.op == Op::kFence) return TxnStatus::kOk;
  made.dtype = static_cast<Dtype>(raw.dtype());
  made.notify = static_cast<std::uint8_t>(raw.notify());
  made.token = static_cast<std::uint32_t>(raw.token());
  made.local = raw.local();
  made.operand = raw.remote();
  made.remote = FabricAddress::unpack(raw.remote());
  made.bytes = raw.bytes();
  const bool whole = made.op != Op::kReduce || made.bytes % 4 == 0;
  if (made.bytes == 0 || made.bytes > npu_regs::kMaxTransfer || !whole) {
    return TxnStatus::kBadLength;
  }
  if (!context.local(made.local, made.bytes)) return TxnStatus::kBadAddress;
  return made.op == Op::kReduce ? check_operand(made, context) : check_remote(made, context);
}

}  // namespace weft
