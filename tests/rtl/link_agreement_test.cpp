// SPDX-License-Identifier: Apache-2.0
// RTL and model do the same: latency, throughput, replays. Prints the table.
#include "testbench/conform/link_agreement.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "tests/support/link_pairs.h"

namespace weft::test {
namespace {

TEST(LinkAgreement, RtlAndModelAreTheSameLink) {
  const Protocol protocol = ofl();
  const auto rows =
      tb::compare_links(protocol, link_pairs(protocol), tb::agreement_runs(protocol, 40'000));
  std::printf("%s", tb::agreement_table(rows).c_str());
  std::uint64_t replays = 0;
  for (const tb::AgreementRow& row : rows) {
    replays += row.replays;
    for (const std::string& complaint : row.complaints) {
      ADD_FAILURE() << row.run << ", " << row.pair << ": " << complaint;
    }
    // More than is asked for: the model is meant to be exact.
    EXPECT_TRUE(row.same_wire) << row.run << ", " << row.pair;
  }
  EXPECT_GT(replays, 100u);
}

}  // namespace
}  // namespace weft::test
