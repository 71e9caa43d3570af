// SPDX-License-Identifier: Apache-2.0
// The short cases of the link's conformance suite, on every pair of implementations.
#include "tests/support/conform_suite.h"

namespace weft::test {
namespace {

class LinkConform : public ConformSuite {};

TEST_P(LinkConform, KeepsEveryRule) { run_case(); }

INSTANTIATE_TEST_SUITE_P(Quick, LinkConform,
                         testing::Combine(testing::ValuesIn(conform_case_names(true)),
                                          testing::ValuesIn(link_pair_names())),
                         conform_test_name);

}  // namespace
}  // namespace weft::test
