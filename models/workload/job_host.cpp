// SPDX-License-Identifier: Apache-2.0
#include "models/workload/job_host.h"

#include <algorithm>

#include "models/npu/npu_regs.h"

namespace weft {

using namespace npu_regs;

void JobHost::set_irq(bool level, Time at) {
  if (level) next_ = std::min(next_, at);
}

void JobHost::act(Time at, AgentBus& bus) {
  const bool was_armed = state_ == State::kArmed;
  bool heard = false;
  for (; bus.read_reg(kHostRxCountOffset) != 0; heard = true) read(at, bus.read_reg(kHostRxOffset));
  if (state_ == State::kReady && at >= job_.begin) post(bus);
  if (was_armed && !heard) release(bus);  // only go() wakes it then
  const bool begins_later = state_ <= State::kReady && at < job_.begin;
  next_ = begins_later ? job_.begin : Time::never();
}

void JobHost::read(Time at, std::uint64_t word) {
  Reply reply;
  reply.words[0] = word;
  if (reply.msg() == static_cast<std::uint64_t>(FwMsg::kReady) && state_ == State::kBooting) {
    state_ = State::kReady;
  }
  if (reply.msg() == static_cast<std::uint64_t>(FwMsg::kArmed) && state_ == State::kPosted) {
    state_ = State::kArmed;
  }
  if (reply.msg() == static_cast<std::uint64_t>(FwMsg::kDone) && state_ >= State::kPosted) {
    state_ = State::kDone;
    status_ = static_cast<unsigned>(reply.status());
    done_at_ = at;
  }
}

void JobHost::post(AgentBus& bus) {
  Job message;
  message.set_msg(static_cast<std::uint64_t>(HostMsg::kJob));
  message.set_dtype(static_cast<std::uint64_t>(job_.type));
  message.set_pieces(job_.ring.pieces());
  message.set_buffer(job_.buffer);
  message.set_bytes(job_.ring.elements() * 4);
  message.set_staging(job_.staging);
  message.set_token(job_.token);
  for (const std::uint64_t word : message.words) bus.write_reg(kHostTxOffset, word);
  state_ = State::kPosted;
}

void JobHost::release(AgentBus& bus) {
  bus.write_reg(kHostTxOffset, static_cast<std::uint64_t>(HostMsg::kGo));
  state_ = State::kGone;
}

std::string JobHost::waits_for() const {
  switch (state_) {
    case State::kBooting:
      return "firmware to say that it is ready";
    case State::kReady:
      return "its begin";
    case State::kPosted:
      return "firmware to be armed for its job";
    case State::kArmed:
      return "all other NPUs to be armed";
    case State::kGone:
      return "firmware to finish its job";
    case State::kDone:
      break;
  }
  return "nothing";
}

}  // namespace weft
