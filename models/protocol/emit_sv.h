// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "models/protocol/protocol.h"

namespace weft {

/// A file made from a protocol; `name` has no folder.
struct EmittedFile {
  std::string name;
  std::string text;
};

/// weft_link_pkg: every number of constants() and ProtoHash as localparams. No functions, no
/// structs, so that yosys reads it as `weft_link_pkg::Name`.
std::string emit_sv_package(const Protocol& protocol);

/// The flit CRC as lookup tables, for simulation: SliceTab, Adv32, Adv64, Inv4.
std::string emit_crc_tables(const Protocol& protocol);

/// The flit CRC as XOR masks, for synthesis: MaskD0.., MaskA0.., MaskInv0...
std::string emit_crc_matrix(const Protocol& protocol);

/// The head check as XOR masks: MaskHcs0...
std::string emit_hcs_matrix(const Protocol& protocol);

/// All of them, for rtl/link.
std::vector<EmittedFile> emit_sv(const Protocol& protocol);

/// The page a person reads, Markdown: every number, the must-match hash, what follows from them.
EmittedFile emit_page(const Protocol& protocol);

}  // namespace weft
