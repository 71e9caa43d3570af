// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "models/base/digest.h"
#include "models/fabric/flit_node_port.h"
#include "models/link/link.h"
#include "models/link/link_model.h"
#include "systemc/link/kernel_time.h"
#include "systemc/link/link_domain.h"
#include "systemc/npu/npu_node.h"
#include "tests/support/rtl_objects.h"

namespace weft::test {

/// Two NPUs at the ends of one link of 800 Gb/s, in a domain of their own. Local memory is small.
/// The kernel counts femtoseconds from here on.
class NpuPair {
 public:
  static constexpr Cycle kPipeline = 16;
  static constexpr Cycle kFlight = 40;

  /// `actors`: the nodes are actors that own ports, instead of the link's own hosts.
  explicit NpuPair(const std::string& name, const sc::LinkWindowsConfig& windows = {},
                   bool actors = false, sc::NpuNodeConfig config = {})
      : clock_(Clock::for_beat(512, 800'000'000'000)),
        link_(LinkConfig::of(protocol_, clock_, kPipeline), core(1), core(2), Wire(kFlight),
              Wire(kFlight)),
        domain_(femtoseconds((name + "_links").c_str()), windows) {
    config.npu.hbm_size = Bytes{64 << 20};
    for (unsigned side = 0; side < 2; ++side) {
      const std::string part = name + "_npu" + std::to_string(side);
      ports_[side] = std::make_unique<FlitNodePort>(link_.port(side), 1100);
      const auto id = static_cast<std::uint16_t>(side);
      nodes_[side] = std::make_unique<sc::NpuNode>(
          part.c_str(), config, NpuIdentity{part, id, id, {0, 1}}, format_, *ports_[side], clock_);
    }
    actors ? add_as_actors() : add_as_hosts();
  }

  sc::NpuNode& node(unsigned side) { return *nodes_[side]; }
  sc::LinkDomain& domain() { return domain_; }
  const Clock& clock() const { return clock_; }

  /// Of what happened on the link and in both devices.
  Hash128 digest() const {
    Digest digest;
    link_.add_to(digest);
    for (const auto& node : nodes_) node->npu().add_to_digest(digest);
    return digest.value();
  }

 private:
  void add_as_hosts() {
    const std::size_t index = domain_.links().add(link_, *nodes_[0], *nodes_[1]);
    for (auto& node : nodes_) {
      node->set_windows([this] { return domain_.links().ran_until(); },
                        [this, index] { domain_.wake(index); });
    }
  }
  void add_as_actors() {
    sc::LinkWindows& links = domain_.links();
    const auto a = links.add_actor(*nodes_[0], clock_);
    const auto b = links.add_actor(*nodes_[1], clock_);
    links.join(link_, a, b);
  }
  std::unique_ptr<LinkCore> core(unsigned token) {
    return std::make_unique<LinkModel>(protocol_, weft_link_straps{token, 1});
  }
  static const char* femtoseconds(const char* name) {
    sc::use_femtoseconds();
    return name;
  }

  const Protocol protocol_ = ofl();
  const TxnFormat format_{protocol_};
  const Clock clock_;
  Link link_;
  sc::LinkDomain domain_;
  std::array<std::unique_ptr<FlitNodePort>, 2> ports_;
  std::array<std::unique_ptr<sc::NpuNode>, 2> nodes_;
};

}  // namespace weft::test
