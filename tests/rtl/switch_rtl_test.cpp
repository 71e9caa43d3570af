// SPDX-License-Identifier: Apache-2.0
/// A switch between link ends in RTL does what it does between models of them.
#include <gtest/gtest.h>

#include "models/link/link_model.h"
#include "tests/support/rtl_objects.h"
#include "tests/support/switch_star.h"

namespace weft {
namespace {

using test::FabricHost;
using test::SwitchStar;

Hash128 digest_of(const Protocol& protocol, const SwitchStar::CoreFactory& core, unsigned threads) {
  FabricHost::Traffic traffic;
  traffic.packets = 60;
  traffic.mean_gap = 25;
  SwitchStar star(protocol, 4, core, {}, traffic);
  sc::LinkWindowsConfig config;
  config.threads = threads;
  sc::LinkWindows windows(config);
  star.add_to(windows);
  SwitchStar::run(windows, Time::us(50));
  EXPECT_EQ(star.received(), 240u);
  EXPECT_EQ(star.errors(), 0u);
  EXPECT_EQ(star.center().inside(), 0u);
  return star.digest();
}

TEST(RtlSwitch, ForwardsBetweenRtlEndsAsBetweenModels) {
  const Protocol protocol = test::ofl();
  const SwitchStar::CoreFactory rtl = [object = test::link_object("ofl")](const auto& straps) {
    return sc::load_rtl_core(object, straps);
  };
  const SwitchStar::CoreFactory model = [&](const weft_link_straps& straps) {
    return std::make_unique<LinkModel>(protocol, straps);
  };
  const Hash128 expected = digest_of(protocol, model, 1);
  EXPECT_EQ(digest_of(protocol, rtl, 1), expected);
  EXPECT_EQ(digest_of(protocol, rtl, 2), expected);
}

}  // namespace
}  // namespace weft
