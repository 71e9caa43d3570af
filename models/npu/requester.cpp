// SPDX-License-Identifier: Apache-2.0
#include "models/npu/requester.h"

namespace weft {

Requester::Requester(NpuContext& context, WorkTable& works, PortPump& pump)
    : context_(context),
      works_(works),
      pump_(pump),
      buffers_(context.format.max_payload(), context.config.dma_read_ahead),
      txns_(context.config.dma_tags),
      tags_(context.config.dma_tags) {
  for (std::uint32_t i = context.config.dma_tags; i-- > 0;) free_.push_back(i);
}

void Requester::settle() {
  while (!started_.empty()) {
    const std::uint64_t number = started_.front();
    Work& work = works_[number];
    while (!work.all_begun()) {
      if (free_.empty()) return;
      if (work.descriptor.is_write() && !buffers_.available()) return;
      begin(work, number);
    }
    started_.pop();
    context_.works_changed = true;
    context_.unsettled = true;  // others may write where this one has read
  }
}

void Requester::begin(Work& work, std::uint64_t number) {
  const Descriptor& d = work.descriptor;
  const Cut cut(d.remote.offset + work.begun, d.bytes - work.begun, context_.format.max_payload());
  TxPacket packet;
  packet.txn = free_.back();
  free_.pop_back();
  Txn& txn = txns_[packet.txn];
  txn = {};
  txn.work = number;
  txn.local = d.local + work.begun;
  txn.offset = cut.offset();
  txn.bytes = cut.bytes();
  txn.dst = d.remote.node;
  txn.type = TxnType::kReadRequest;
  packet.ready = context_.now;
  packet.header.last = cut.last();
  if (d.is_write()) load(work, txn, packet);
  packet.header.type = txn.type;
  packet.header.dst = txn.dst;
  packet.header.src = context_.identity.node;
  packet.header.offset = txn.offset;
  packet.header.bytes = txn.bytes;
  packet.header.token = d.token;
  work.begun += txn.bytes;
  ++work.open;
  pump_.push(packet);
}

void Requester::load(const Work& work, Txn& txn, TxPacket& packet) {
  const bool notify = work.descriptor.op == npu_regs::Op::kWriteNotify && packet.header.last;
  txn.type = notify ? TxnType::kWriteNotifyRequest : TxnType::kWriteRequest;
  if (notify) packet.header.notify = work.descriptor.notify;
  packet.buffer = buffers_.take();
  const std::span<std::uint8_t> data = buffers_.bytes(packet.buffer, txn.bytes);
  bool ok = true;
  packet.ready = context_.bus.read(context_.now, txn.local, data, ok);
  if (!ok) {
    works_[txn.work].fail(TxnStatus::kBadAddress);
    packet.header.poison = true;
  }
  txn.hash = hash64(data);
  packet.hash = txn.hash;
}

void Requester::stamp(TxPacket& packet) {
  Txn& txn = txns_[packet.txn];
  txn.tag = next_tag_[txn.dst]++;
  txn.issued = context_.now;
  txn.on_wire = true;
  tags_.insert(txn.dst, txn.tag, packet.txn);
  packet.header.tag = txn.tag;
}

void Requester::sent(const TxPacket& packet) {
  const Txn& txn = txns_[packet.txn];
  context_.record(NpuTrace::kIssued, txn.dst, txn.tag, txn.offset, txn.bytes, txn.hash);
  if (context_.watch != nullptr) context_.watch->issued(context_.now, packet.header, txn.hash);
  ++context_.counters.issued;
  ++outstanding_;
  buffers_.give(packet.buffer);
  context_.unsettled = true;
}

bool Requester::fits(const TxnHeader& header, const Txn& txn) const {
  const bool read = txn.type == TxnType::kReadRequest;
  return header.bytes == txn.bytes &&
         header.type == (read ? TxnType::kReadResponse : TxnType::kWriteResponse);
}

void Requester::respond(const TxnHeader& header, std::span<const std::uint8_t> data,
                        unsigned slots) {
  const std::uint32_t index = tags_.find(header.src, header.tag);
  if (index == TagTable::kNone) {
    ++context_.counters.duplicated;
    pump_.free(header.vc, slots);
    return;
  }
  tags_.erase(header.src, header.tag);
  Txn& txn = txns_[index];
  txn.on_wire = false;
  TxnStatus status = header.poison ? TxnStatus::kPoisoned : header.status;
  if (!fits(header, txn)) {
    ++context_.counters.mismatched;
    status = TxnStatus::kUnsupported;
  }
  txn.response = header;
  txn.response.status = status;
  if (data.empty() || status != TxnStatus::kOk || txn.abandoned) {
    pump_.free(header.vc, slots);
    end(index);
    return;
  }
  txn.hash = hash64(data);
  txn.slots = slots;
  bool ok = true;
  const Time done = context_.bus.write(context_.now, txn.local, data, ok);
  if (!ok) txn.response.status = TxnStatus::kBadAddress;
  context_.events.push(done, NpuEventKind::kReadWritten, index);
}

void Requester::written(std::uint32_t index) {
  const Txn& txn = txns_[index];
  pump_.free(context_.format.vc_of(TxnType::kReadResponse), txn.slots);
  end(index);
}

void Requester::end(std::uint32_t index) {
  const Txn& txn = txns_[index];
  const TxnStatus status = txn.response.status;
  count(txn);
  --outstanding_;
  free_.push_back(index);
  context_.unsettled = true;
  if (txn.abandoned) return;
  Work& work = works_[txn.work];
  if (status == TxnStatus::kOk) {
    work.ok_bytes += txn.bytes;
  } else {
    work.fail(status);
  }
  if (--work.open == 0 && work.all_begun()) {
    work.finished = true;
    context_.works_changed = true;
  }
}

void Requester::count(const Txn& txn) {
  NpuCounters& counters = context_.counters;
  const TxnStatus status = txn.response.status;
  const bool ok = status == TxnStatus::kOk;
  const bool read = txn.type == TxnType::kReadRequest;
  context_.record(ok ? NpuTrace::kRetired : NpuTrace::kFailed, txn.dst, txn.tag, txn.offset,
                  txn.bytes, ok ? txn.hash : static_cast<std::uint64_t>(status));
  ++(txn.abandoned ? counters.abandoned : ok ? counters.retired : counters.failed);
  if (ok && !txn.abandoned) (read ? counters.bytes_read : counters.bytes_written) += txn.bytes;
  if (context_.watch != nullptr) {
    context_.watch->retired(context_.now, txn.response, txn.issued, read && ok ? txn.hash : 0);
  }
}

void Requester::reset() {
  started_.clear();
  for (Txn& txn : txns_) txn.abandoned = true;
  TxPacket packet;
  while (pump_.withdraw(packet)) {
    buffers_.give(packet.buffer);
    free_.push_back(packet.txn);
  }
}

std::string Requester::waiting() const {
  if (outstanding_ == 0) return "";
  const Txn* oldest = nullptr;
  for (const Txn& txn : txns_) {
    if (txn.on_wire && (oldest == nullptr || txn.issued < oldest->issued)) oldest = &txn;
  }
  std::string text = std::to_string(outstanding_) + " requests wait for their response";
  if (oldest != nullptr) {
    text += ", the oldest is tag " + std::to_string(oldest->tag) + " to node " +
            std::to_string(oldest->dst) + " since " + to_string(oldest->issued);
  }
  return text + "\n";
}

std::size_t Requester::memory_bytes() const {
  return buffers_.memory_bytes() + txns_.capacity() * sizeof(Txn) +
         free_.capacity() * sizeof(free_[0]) + tags_.memory_bytes() + next_tag_.memory_bytes() +
         started_.memory_bytes();
}

}  // namespace weft
