// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/fabric/packet_link.h"
#include "models/fabric/packet_pool.h"
#include "models/protocol/protocol.h"
#include "models/switch/packet_switch.h"
#include "systemc/link/link_windows.h"
#include "tests/support/packet_node.h"

namespace weft::test {

/// Nodes under uniform traffic around one switch, all at packet level.
class PacketStar {
 public:
  struct Config {
    unsigned nodes = 64;
    double load = 0.9;      ///< data, of the line
    unsigned credits = 32;  ///< packets of buffer per port and VC
    Cycle latency = 303;    ///< of a link: 20 m of fibre with modules and FEC, two port pipelines
    SwitchConfig center;    ///< its buffer is set from credits
    Cycle stop = kNever;    ///< no packet arrives from then on
    std::uint64_t seed = 1;
  };
  static constexpr Cycle kPipeline = 16;

  PacketStar(const Protocol& protocol, const Config& config)
      : clock_(Clock::for_beat(512, 800'000'000'000)) {
    const Pace pace = Pace::of_line(protocol);
    const std::uint32_t data_slots = protocol.max_packet_slots();
    const std::uint32_t buffer =
        config.credits * protocol.units(data_slots) * protocol.unit_slots();
    PacketNode::Config node;
    node.nodes = config.nodes;
    node.vcs = protocol.vcs;
    node.data_slots = data_slots;
    gaps_ = std::make_unique<GapTable>(config.load * protocol.data_slots() / protocol.flit.beats /
                                       data_slots);
    node.credit_slots = buffer;
    node.unit_slots = protocol.unit_slots();
    node.seed = config.seed;
    node.stop = config.stop;
    std::vector<PacketEnd*> ends;
    std::vector<std::uint16_t> table;
    for (unsigned i = 0; i < config.nodes; ++i) {
      links_.push_back(std::make_unique<PacketLink>(pace, config.latency));
      node.node = i;
      nodes_.push_back(std::make_unique<PacketNode>(node, *gaps_, links_[i]->ends[0], pool_));
      ends.push_back(&links_[i]->ends[1]);
      table.push_back(static_cast<std::uint16_t>(i));
    }
    SwitchConfig center = config.center;
    center.buffer.bytes = std::uint64_t{buffer} * protocol.flit.slot;
    center_ =
        std::make_unique<PacketSwitch>("sw0", center, protocol, kPipeline, ends,
                                       std::vector<std::uint32_t>(config.nodes, buffer), table);
  }

  void add_to(sc::LinkWindows& windows) {
    const auto center = windows.add_actor(*center_, clock_, &center_->inbox());
    for (unsigned i = 0; i < nodes_.size(); ++i) {
      const auto node = windows.add_actor(*nodes_[i], clock_, &nodes_[i]->inbox());
      windows.join(*links_[i], node, 0, center, static_cast<std::uint16_t>(i));
    }
  }
  static Time run(sc::LinkWindows& windows, Time now, Time end) {
    windows.set_end(end);
    while (!now.is_never()) now = windows.run(now);
    return end;
  }

  const Clock& clock() const { return clock_; }
  const PacketSwitch& center() const { return *center_; }
  const PacketNode& node(std::size_t i) const { return *nodes_[i]; }
  PacketEnd& node_end(std::size_t i) { return links_[i]->ends[0]; }
  PacketNode::Counters counters() const {
    PacketNode::Counters sum;
    for (const auto& node : nodes_) {
      sum.sent += node->counters().sent;
      sum.received += node->counters().received;
      sum.acked += node->counters().acked;
      sum.errors += node->counters().errors;
    }
    sum.errors += center_->core().faults() + center_->unroutable();
    return sum;
  }
  tb::LatencyHistogram latency() const {
    tb::LatencyHistogram all;
    for (const auto& node : nodes_) all.merge(node->latency());
    return all;
  }
  Hash128 digest() const {
    Digest digest;
    for (const auto& node : nodes_) node->add_to(digest);
    digest.add(center_->core().packets());
    return digest.value();
  }
  std::size_t memory_bytes() const { return center_->memory_bytes() + pool_.memory_bytes(); }

 private:
  Clock clock_;
  PacketPool pool_;
  std::unique_ptr<GapTable> gaps_;
  std::vector<std::unique_ptr<PacketLink>> links_;
  std::vector<std::unique_ptr<PacketNode>> nodes_;
  std::unique_ptr<PacketSwitch> center_;
};

}  // namespace weft::test
