// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/base/params.h"

namespace weft {

enum class NodeKind { kGenerator };
inline constexpr std::array kNodeKindNames{
    EnumName<NodeKind>{NodeKind::kGenerator, "generator"},
};

/// Anything with a place in the fabric.
struct SystemNode {
  std::string name;
  NodeKind kind = NodeKind::kGenerator;
  unsigned ports = 1;

  static constexpr auto params = std::tuple{
      param("name", &SystemNode::name, "name", "what scenarios and reports call the node"),
      param("kind", &SystemNode::kind, one_of(kNodeKindNames), "what the node is"),
      param("ports", &SystemNode::ports, "ports", range(1u, 1024u),
            "ports of the node: port0, port1 and so on"),
  };
};

/// Both directions between two ports.
struct SystemLink {
  struct End {
    std::size_t node = 0;  ///< index into System::nodes
    unsigned port = 0;
  };

  std::string name;
  std::string a, b;  ///< as written: "gen0a.port0"
  Rate rate{800'000'000'000};
  std::array<End, 2> ends;  ///< of a and b
  SourcePos pos;            ///< of the rate, or of the link where none is given

  static constexpr auto params = std::tuple{
      param("name", &SystemLink::name, "name", "what scenarios and reports call the link"),
      param("a", &SystemLink::a, "port", "one of the ports it joins, such as \"gen0a.port0\""),
      param("b", &SystemLink::b, "port", "the other one"),
      param("rate", &SystemLink::rate, "Gb/s",
            range(Rate{1'000'000'000}, Rate{100'000'000'000'000}),
            "bits per second and direction that the link layer sends"),
  };
};

/// Who is connected to whom, and how fast.
///
/// Names of nodes and links differ from each other and are also the names of a scenario's sections.
/// Every node has a link, and a port has one link at most.
struct System {
  static constexpr unsigned kSchema = 1;

  std::vector<SystemNode> nodes;  ///< in the order of the file
  std::vector<SystemLink> links;

  /// Reads and checks a system file; throws InputError.
  static System parse(std::string_view text, const std::string& file);
};

}  // namespace weft
