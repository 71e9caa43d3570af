// SPDX-License-Identifier: Apache-2.0
#include "testbench/run/fabric_npu.h"

#include <cstring>
#include <stdexcept>
#include <utility>

namespace weft::tb {
namespace {

constexpr unsigned kQueueSlots = 2048;  // transmit queue of a VC, 16 KiB

std::unique_ptr<NodePort> make_port(LinkPort& port, NpuHang* hang) {
  auto plain = std::make_unique<FlitNodePort>(port, kQueueSlots);
  if (hang == nullptr) return plain;
  return hang->hold(std::move(plain));
}

}  // namespace

FabricNpu::FabricNpu(const Setup& setup, const TxnFormat& format, LinkPort& port,
                     const Clock& clock, TxnWatch& watch)
    : name_(setup.identity.name),
      job_(setup.job),
      hang_(setup.hangs.empty() ? nullptr : std::make_unique<NpuHang>(setup.hangs, clock, watch)),
      port_(make_port(port, hang_.get())),
      node_(std::make_unique<sc::NpuNode>(name_.c_str(), setup.config, setup.identity, format,
                                          *port_, clock)) {
  node_->npu().set_watch(hang_ ? static_cast<TxnWatch*>(hang_.get()) : &watch);
  if (hang_) hang_->arm(*node_);
  if (setup.firmware != nullptr) {
    host_ = std::make_unique<JobHost>(job_);
    node_->load(*setup.firmware);
    node_->set_host(host_.get());
  } else {
    agent_ = std::make_unique<AllReduceAgent>(job_);
    node_->set_driver(agent_.get());
  }
}

std::uint64_t FabricNpu::progress() const {
  const NpuCounters& counters = node_->npu().counters();
  return counters.issued + counters.retired + counters.failed + counters.performed +
         counters.descriptors + counters.completions + (armed() ? 1 : 0);
}

std::string FabricNpu::state_text() const {
  std::string text = "waits for " + (agent_ ? agent_->waits_for() : host_->waits_for());
  if (host_) {
    const Core& core = node_->core();
    text += core.waiting() ? "; core in wfi at " : "; core at ";
    text += node_->where(core.pc());
  }
  return text;
}

void FabricNpu::write(std::uint64_t first, std::span<const std::uint32_t> words) {
  const auto bytes = std::as_bytes(words);
  const bool ok = node_->poke(job_.buffer + 4 * first,
                              {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  if (!ok) throw std::logic_error("the buffer is not in memory");
}

void FabricNpu::compare(std::uint64_t first, std::span<const std::uint32_t> expected) {
  words_.resize(expected.size());
  if (!node_->peek(job_.buffer + 4 * first,
                   {reinterpret_cast<std::uint8_t*>(words_.data()), 4 * words_.size()})) {
    throw std::logic_error("the buffer is not in memory");
  }
  for (std::size_t i = 0; i < words_.size(); ++i) mismatches_ += words_[i] != expected[i];
  for (std::size_t i = 0; i < words_.size(); ++i) memory_.add(words_[i]);
}

std::vector<ConsoleLine> FabricNpu::take_console() {
  std::vector<ConsoleLine> lines = node_->npu().take_console();
  for (const ConsoleLine& line : lines) {
    if (console_.size() < Npu::kMaxConsoleLines) console_.push_back(line.text);
  }
  return lines;
}

}  // namespace weft::tb
