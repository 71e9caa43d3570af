// SPDX-License-Identifier: Apache-2.0
// The sweeps and the long random cases of the link's conformance suite, on every pair of
// implementations: each of the first flits of each kind in each direction is hit with each fault.
#include "tests/support/conform_suite.h"

namespace weft::test {
namespace {

class LinkConform : public ConformSuite {};

TEST_P(LinkConform, KeepsEveryRule) { run_case(); }

INSTANTIATE_TEST_SUITE_P(Full, LinkConform,
                         testing::Combine(testing::ValuesIn(conform_case_names(false)),
                                          testing::ValuesIn(link_pair_names())),
                         conform_test_name);

}  // namespace
}  // namespace weft::test
