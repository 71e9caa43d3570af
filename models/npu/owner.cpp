// SPDX-License-Identifier: Apache-2.0
#include "models/npu/owner.h"

#include <algorithm>
#include <limits>

namespace weft {

Owner::Owner(NpuContext& context, PortPump& pump)
    : context_(context),
      pump_(pump),
      responses_(context.format.max_payload(), context.config.owner_responses),
      held_(context.format.max_payload(), std::numeric_limits<std::size_t>::max()) {}

void Owner::request(const TxnHeader& header, std::span<const std::uint8_t> data, unsigned slots) {
  if (waiting_.empty() && in_work_ < context_.config.owner_responses) {
    begin(header, data, slots);
    return;
  }
  Waiting waiting{header, BufferPool::kNone, slots};
  if (!data.empty()) {
    waiting.buffer = held_.take();
    std::copy(data.begin(), data.end(), held_.bytes(waiting.buffer, data.size()).begin());
  }
  waiting_.push(waiting);
}

void Owner::settle() {
  while (!waiting_.empty() && in_work_ < context_.config.owner_responses) {
    const Waiting next = waiting_.front();
    waiting_.pop();
    std::span<const std::uint8_t> data;
    if (next.buffer != BufferPool::kNone) data = held_.bytes(next.buffer, next.header.bytes);
    begin(next.header, data, next.slots);
    held_.give(next.buffer);
  }
}

void Owner::begin(const TxnHeader& header, std::span<const std::uint8_t> data, unsigned slots) {
  Source& source = sources_[header.src];
  if (header.tag != source.next_tag) {
    ++context_.counters.misordered;
    source.spoiled = true;
  }
  source.next_tag = static_cast<std::uint16_t>(header.tag + 1);
  InWork work{header, TxnStatus::kOk, BufferPool::kNone, slots, 0};
  std::uint64_t local = 0;
  work.status = judge(header, source, local);
  Time done = context_.now;
  bool ok = true;
  if (work.status == TxnStatus::kOk && header.type == TxnType::kReadRequest) {
    work.buffer = responses_.take();
    const std::span<std::uint8_t> to = responses_.bytes(work.buffer, header.bytes);
    done = context_.bus.read(context_.now, local, to, ok);
    work.hash = hash64(to);
  } else if (work.status == TxnStatus::kOk) {
    done = context_.bus.write(context_.now, local, data, ok);
  }
  if (!data.empty()) work.hash = hash64(data);
  if (!ok) work.status = TxnStatus::kRemoteAddress;
  source.spoiled = !header.last && (source.spoiled || work.status != TxnStatus::kOk);
  if (context_.watch != nullptr) {
    const bool read = header.type == TxnType::kReadRequest;
    context_.watch->performed(context_.now, header, work.status, read ? 0 : work.hash);
  }
  last_done_ = std::max(last_done_, done);
  work_.push(work);
  ++in_work_;
  context_.events.push(last_done_, NpuEventKind::kRequestDone);
}

TxnStatus Owner::judge(const TxnHeader& header, const Source& source, std::uint64_t& local) const {
  if (header.poison) return TxnStatus::kPoisoned;
  const TxnStatus status = translate(header, local);
  const bool notify = header.type == TxnType::kWriteNotifyRequest;
  const bool spoiled = notify && source.spoiled;
  return status == TxnStatus::kOk && spoiled ? TxnStatus::kPoisoned : status;
}

TxnStatus Owner::translate(const TxnHeader& header, std::uint64_t& local) const {
  for (const Segment& segment : segments_) {
    if (!segment.holds(header.offset, header.bytes)) continue;
    if (segment.token != header.token) return TxnStatus::kBadToken;
    const bool may = header.type == TxnType::kReadRequest ? segment.read : segment.write;
    if (!may) return TxnStatus::kNoPermission;
    local = segment.local + (header.offset - segment.offset);
    return TxnStatus::kOk;
  }
  return TxnStatus::kRemoteAddress;
}

void Owner::done() {
  const InWork work = work_.front();
  work_.pop();
  const TxnHeader& header = work.header;
  const bool ok = work.status == TxnStatus::kOk;
  pump_.free(header.vc, work.slots);
  context_.record(ok ? NpuTrace::kPerformed : NpuTrace::kRefused, header.src, header.tag,
                  header.offset, header.bytes,
                  ok ? work.hash : static_cast<std::uint64_t>(work.status));
  ++(ok ? context_.counters.performed : context_.counters.refused);
  if (ok && header.type == TxnType::kWriteNotifyRequest) {
    notify_.pending |= std::uint64_t{1} << header.notify;
    ++notify_.count[header.notify];
    ++context_.counters.notifications;
  }
  respond(work);
}

void Owner::respond(const InWork& work) {
  TxPacket packet;
  const bool read = work.header.type == TxnType::kReadRequest;
  packet.header.type = read ? TxnType::kReadResponse : TxnType::kWriteResponse;
  packet.header.dst = work.header.src;
  packet.header.src = context_.identity.node;
  packet.header.tag = work.header.tag;
  packet.header.bytes = work.header.bytes;
  packet.header.status = work.status;
  packet.header.last = work.header.last;
  packet.ready = context_.now;
  packet.hash = work.hash;
  packet.buffer = work.buffer;
  pump_.push(packet);
}

void Owner::sent(const TxPacket& packet) {
  responses_.give(packet.buffer);
  --in_work_;
  context_.unsettled = true;
}

std::string Owner::waiting() const {
  std::string text;
  if (!work_.empty()) {
    text += std::to_string(work_.size()) + " requests of other nodes wait for memory until " +
            to_string(last_done_) + "\n";
  }
  if (!waiting_.empty()) {
    text += std::to_string(waiting_.size()) + " requests, the oldest from node " +
            std::to_string(waiting_.front().header.src) + ", wait for responses to be sent\n";
  }
  return text;
}

std::size_t Owner::memory_bytes() const {
  return sources_.memory_bytes() + responses_.memory_bytes() + held_.memory_bytes() +
         waiting_.memory_bytes() + work_.memory_bytes();
}

}  // namespace weft
