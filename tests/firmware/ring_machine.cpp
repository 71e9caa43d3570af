// SPDX-License-Identifier: Apache-2.0
#include "tests/firmware/ring_machine.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

#include "models/elf/elf.h"
#include "tests/firmware/ring_oracle.h"
#include "tests/unit/protocol_text.h"

namespace weft::firmware_test {

namespace {

NpuIdentity identity(unsigned rank, unsigned ranks) {
  NpuIdentity made{"npu" + std::to_string(rank),
                   static_cast<std::uint16_t>(kFirstNode + rank),
                   static_cast<std::uint16_t>(rank),
                   {}};
  for (unsigned i = 0; i < ranks; ++i) {
    made.peers.push_back(static_cast<std::uint16_t>(kFirstNode + i));
  }
  return made;
}

std::vector<std::uint8_t> read_app(const std::string& app) {
  std::ifstream in(std::string(WEFT_BUILD_DIR) + "/firmware/" + app + ".elf", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

std::span<std::uint64_t> HubPort::send(Cycle h, unsigned vc, unsigned slots) {
  busy_ = std::max(busy_, h) + (slots + 7) / 8;
  out.push_back({{busy_ + kDelay, vc, false, {}}, std::vector<std::uint64_t>(slots)});
  return out.back().slots;
}

RingNode::RingNode(const TxnFormat& format, const Clock& clock, unsigned rank, unsigned ranks)
    : sram_(config_.sram_size.bytes),
      memory_(config_),
      npu_(config_, identity(rank, ranks), format, port_, clock, *this),
      core_({}, sram_, npu_regs::kSramBase, *this) {}

void RingNode::load(const std::vector<std::uint8_t>& elf) {
  const ElfImage image = ElfImage::parse(elf, "firmware");
  image.load_into(sram_, npu_regs::kSramBase);
  core_.reset(image.entry());
}

void RingNode::run(Time until) {
  for (;;) {
    const Time device = npu_.next_event();
    const Time core = core_.next();
    now_ = std::min(device, core);
    if (now_ >= until) {
      break;
    }
    if (device <= core) {
      npu_.run(device + Time::from_fs(1));
      core_.set_external_irq(npu_.irq(), device);
    } else {
      core_.run(std::min(device, until));
      core_.set_external_irq(npu_.irq(), core);
    }
  }
  npu_.run(until);
  now_ = until;
}

void RingNode::give(std::uint64_t word) {
  npu_.mmio_write(now_, npu_regs::kHostTxOffset, 8, word);
  core_.set_external_irq(npu_.irq(), now_);
}

bool RingNode::take(std::uint64_t& word) {
  std::uint64_t count = 0;
  npu_.mmio_read(now_, npu_regs::kHostRxCountOffset, 8, count);
  return count != 0 && npu_.mmio_read(now_, npu_regs::kHostRxOffset, 8, word);
}

BusResult RingNode::load(std::uint64_t address, unsigned size, Time at, std::uint64_t& value) {
  const std::uint64_t offset = address - npu_regs::kRegsBase;
  npu_.run(at);
  const bool ok = offset < npu_regs::kRegsSize &&
                  npu_.mmio_read(at, static_cast<std::uint32_t>(offset), size, value);
  return {ok, config_.mmio_latency};
}

BusResult RingNode::store(std::uint64_t address, unsigned size, Time at, std::uint64_t value) {
  const std::uint64_t offset = address - npu_regs::kRegsBase;
  npu_.run(at);
  const bool ok = offset < npu_regs::kRegsSize &&
                  npu_.mmio_write(at, static_cast<std::uint32_t>(offset), size, value);
  return {ok, config_.mmio_latency};
}

std::uint8_t* RingNode::in_sram(std::uint64_t address, std::size_t bytes) {
  const std::uint64_t offset = address - npu_regs::kSramBase;
  return offset < sram_.size() && bytes <= sram_.size() - offset ? &sram_[offset] : nullptr;
}

Time RingNode::read(Time at, std::uint64_t address, std::span<std::uint8_t> bytes, bool& ok) {
  const std::uint8_t* from = in_sram(address, bytes.size());
  if (from == nullptr) {
    return memory_.read(at, address, bytes, ok);
  }
  ok = true;
  std::memcpy(bytes.data(), from, bytes.size());
  return at + config_.sram_latency;
}

Time RingNode::write(Time at, std::uint64_t address, std::span<const std::uint8_t> bytes,
                     bool& ok) {
  std::uint8_t* to = in_sram(address, bytes.size());
  if (to == nullptr) {
    return memory_.write(at, address, bytes, ok);
  }
  ok = true;
  std::memcpy(to, bytes.data(), bytes.size());
  core_.invalidate(address, bytes.size());
  return at + config_.sram_latency;
}

RingMachine::RingMachine(unsigned ranks, const std::string& app)
    : protocol_(Protocol::parse(ofl_text(), "ofl.toml")),
      format_(protocol_),
      clock_(Clock::for_beat(512, 800'000'000'000)) {
  for (unsigned rank = 0; rank < ranks; ++rank) {
    nodes_.push_back(std::make_unique<RingNode>(format_, clock_, rank, ranks));
    nodes_.back()->load(read_app(app));
  }
}

void RingMachine::step() {
  cycle_ += HubPort::kDelay;
  for (auto& node : nodes_) {
    node->run(clock_.edge(cycle_));
  }
  for (auto& node : nodes_) {
    for (HubPort::Packet& packet : node->port().out) {
      auto& in = nodes_.at(format_.dst(packet.slots[0]) - kFirstNode)->port().in;
      const auto later = std::find_if(in.begin(), in.end(), [&](const HubPort::Packet& other) {
        return other.arrival.visible > packet.arrival.visible;
      });
      const auto placed = in.insert(later, std::move(packet));
      placed->arrival.slots = placed->slots;
    }
    node->port().out.clear();
  }
}

std::vector<std::uint64_t> RingMachine::answers(Time longest) {
  std::vector<std::optional<std::uint64_t>> words(ranks());
  const Time end = now() + longest;
  while (!std::all_of(words.begin(), words.end(), [](const auto& word) { return word; })) {
    if (now() >= end) {
      throw std::runtime_error("no answer: " + nodes_[0]->npu().pending());
    }
    step();
    for (unsigned rank = 0; rank < ranks(); ++rank) {
      std::uint64_t word = 0;
      if (!words[rank] && nodes_[rank]->take(word)) {
        words[rank] = word;
      }
    }
  }
  std::vector<std::uint64_t> made;
  for (const auto& word : words) {
    made.push_back(*word);
  }
  return made;
}

}  // namespace weft::firmware_test
