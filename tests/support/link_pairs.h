// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/link/link_model.h"
#include "testbench/conform/link_agreement.h"
#include "tests/support/rtl_objects.h"

namespace weft::test {

/// Every way to put the implementations of a link end at the two ends of a link. An implementation
/// added here runs the whole suite.
inline std::vector<tb::LinkPair> link_pairs(const Protocol& protocol) {
  const tb::LinkFactory model = [&protocol](const weft_link_straps& straps) {
    return std::make_unique<LinkModel>(protocol, straps);
  };
  const tb::LinkFactory rtl = [object = link_object("ofl")](const weft_link_straps& straps) {
    return sc::load_rtl_core(object, straps);
  };
  return {{"model_model", model, model}, {"rtl_rtl", rtl, rtl}, {"rtl_model", rtl, model}};
}

inline const std::vector<std::string>& link_pair_names() {
  static const std::vector<std::string> names{"model_model", "rtl_rtl", "rtl_model"};
  return names;
}

}  // namespace weft::test
