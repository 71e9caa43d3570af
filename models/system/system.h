// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/base/params.h"

namespace weft {

enum class NodeKind { kGenerator, kNpu, kSwitch };
inline constexpr std::array kNodeKindNames{
    EnumName<NodeKind>{NodeKind::kGenerator, "generator"},
    EnumName<NodeKind>{NodeKind::kNpu, "npu"},
    EnumName<NodeKind>{NodeKind::kSwitch, "switch"},
};

inline constexpr auto kLinkRates = range(Rate{1'000'000'000}, Rate{100'000'000'000'000});

/// Anything with a place in the fabric.
struct SystemNode {
  std::string name;
  NodeKind kind = NodeKind::kGenerator;
  unsigned ports = 1;
  Rate rate{800'000'000'000};

  bool is_endpoint() const { return kind != NodeKind::kSwitch; }

  static constexpr auto params = std::tuple{
      param("name", &SystemNode::name, "name", "what scenarios and reports call the node"),
      param("kind", &SystemNode::kind, one_of(kNodeKindNames), "what the node is"),
      param("ports", &SystemNode::ports, "ports", range(1u, 1024u),
            "ports of the node: port0, port1 and so on"),
      param("rate", &SystemNode::rate, "Gb/s", kLinkRates,
            "bits per second and direction of each of its ports; left out: that of its links"),
  };
};

/// Both directions between two ports.
struct SystemLink {
  struct End {
    std::size_t node = 0;  ///< index into System::nodes
    unsigned port = 0;
  };

  std::string name;
  std::string a, b;            ///< as written: "gen0a.port0"
  Rate rate{800'000'000'000};  ///< that of the ports at both ends
  std::array<End, 2> ends;     ///< of a and b
  SourcePos pos;               ///< of the rate, or of the link where none is given

  static constexpr auto params = std::tuple{
      param("name", &SystemLink::name, "name", "what scenarios and reports call the link"),
      param("a", &SystemLink::a, "port", "one of the ports it joins, such as \"gen0a.port0\""),
      param("b", &SystemLink::b, "port", "the other one"),
      param("rate", &SystemLink::rate, "Gb/s", kLinkRates,
            "bits per second and direction that the link layer sends; left out: that of its ports"),
  };
};

/// Who is connected to whom, and how fast.
///
/// Names of nodes and links differ from each other and are also the names of a scenario's sections.
/// Every node has a link, a port has one link at most, and only switches have ports without.
/// There are either generators, each linked to another one, or npus and switches, where every npu
/// has a path to every other one. All ports of a node have one rate, and so have all parts that are
/// connected.
///
/// An entry with ranges stands for several: `{name = "npu[0..7]", kind = "npu"}` for eight nodes,
/// `{name = "link[0..7]", a = "npu[0..7].port0", b = "sw0.port[0..7]"}` for eight links. All ranges
/// of an entry are of one length and count in step.
struct System {
  static constexpr unsigned kSchema = 1;

  std::vector<SystemNode> nodes;  ///< in the order of the file
  std::vector<SystemLink> links;
  std::vector<std::size_t> endpoints;  ///< nodes by node id: generators and npus, in that order

  /// Node id of an endpoint: its place in `endpoints`.
  std::uint16_t node_id(std::size_t node) const { return node_ids_[node]; }
  /// Link of a port; nothing when it has none.
  std::optional<std::size_t> link_of(std::size_t node, unsigned port) const {
    const std::size_t link = port_links_[node][port];
    return link == kNoLink ? std::nullopt : std::optional(link);
  }
  bool has(NodeKind kind) const;

  /// Reads and checks a system file; throws InputError.
  static System parse(std::string_view text, const std::string& file);

 private:
  friend class SystemReader;
  static constexpr std::size_t kNoLink = ~std::size_t{0};

  std::vector<std::uint16_t> node_ids_;               // by node
  std::vector<std::vector<std::size_t>> port_links_;  // by node and port
};

}  // namespace weft
