// SPDX-License-Identifier: Apache-2.0
#include "systemc/link/link_domain.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <vector>

#include "models/base/digest.h"
#include "systemc/link/kernel_time.h"
#include "tests/support/echo_link.h"

namespace weft::sc {
namespace {

using test::echo_traffic;
using test::EchoCore;
using test::EchoLink;

constexpr Time kEnd = Time::us(20);

std::vector<std::unique_ptr<EchoLink>> some_links() {
  const Clock clocks[] = {Clock(640'000, 1), Clock::for_beat(512, 398'437'500'000)};
  std::vector<std::unique_ptr<EchoLink>> links;
  for (unsigned i = 0; i < 6; ++i) {
    tb::StreamConfig traffic = echo_traffic();
    traffic.load = 0.05 * i;
    traffic.burst_flits = 4 * i;
    links.push_back(EchoLink::make(EchoCore::config(clocks[i % 2]), 40 + i, traffic,
                                   "link" + std::to_string(i)));
  }
  return links;
}

Hash128 digest_of(const std::vector<std::unique_ptr<EchoLink>>& links) {
  Digest digest;
  for (const auto& link : links) digest.add(link->digest());
  return digest.value();
}

/// What the links do in plain loops of their own, one cycle at a time.
Hash128 expected_digest() {
  const auto links = some_links();
  for (const auto& link : links) link->run(0, link->link.clock().edges_before(kEnd), 1);
  return digest_of(links);
}

void expect_same_in_the_kernel(const LinkWindowsConfig& config) {
  use_femtoseconds();
  const auto links = some_links();
  LinkDomain domain("links", config);
  for (const auto& link : links) domain.links().add(link->link, link->a, link->b);
  domain.links().set_end(kEnd);
  sc_core::sc_start(to_sc(kEnd));
  EXPECT_EQ(digest_of(links), expected_digest());
  std::uint64_t packets = 0;
  for (const auto& link : links) {
    packets += link->b.counters().packets_received;
    EXPECT_EQ(link->a.counters().errors() + link->b.counters().errors(), 0u);
  }
  EXPECT_GT(packets, 1000u);
}

TEST(LinkDomain, DoesInTheKernelWhatAPlainLoopDoes) { expect_same_in_the_kernel({}); }

TEST(LinkDomain, DoesTheSameInBurstsOfOneCycle) {
  LinkWindowsConfig config;
  config.burst = 1;
  expect_same_in_the_kernel(config);
}

TEST(LinkDomain, DoesTheSameOnTwoThreads) {
  LinkWindowsConfig config;
  config.threads = 2;
  expect_same_in_the_kernel(config);
}

TEST(LinkDomain, DoesTheSameWithTheHostsApartOnTwoThreads) {
  LinkWindowsConfig config;
  config.burst = 7;
  config.threads = 2;
  config.hosts_apart = true;
  expect_same_in_the_kernel(config);
}

TEST(LinkDomain, WakesTheKernelOnlyWhenALinkHasWork) {
  use_femtoseconds();
  tb::StreamConfig idle = echo_traffic();
  idle.load = 0;
  const auto pair = EchoLink::make(EchoCore::config(), 40, idle);
  LinkDomain domain("links", {});
  domain.links().add(pair->link, pair->a, pair->b);
  sc_core::sc_start(to_sc(Time::ns(1)));
  EXPECT_FALSE(sc_core::sc_pending_activity());
  EXPECT_EQ(domain.links().counters().windows, 1u);
}

/// Another part of the platform, with something to do for a host now and then.
struct Visitor : sc_core::sc_module {
  Visitor(const sc_core::sc_module_name& name, LinkDomain& links, EchoLink& pair)
      : sc_module(name), domain(links), link(pair) {
    SC_HAS_PROCESS(Visitor);
    SC_METHOD(visit);
    dont_initialize();
    sensitive << due;
    due.notify(to_sc(Time::us(3)));
  }
  void visit() {
    const Time now = from_sc(sc_core::sc_time_stamp());
    const Cycle h = link.link.clock().first_edge_at_or_after(now);
    link.link.port(0).csr_read(h, 0x30);
    asked = h;
    domain.wake(0);
  }
  LinkDomain& domain;
  EchoLink& link;
  sc_core::sc_event due{"due"};
  Cycle asked = 0;
};

TEST(LinkDomain, IsWokenByAnotherProcess) {
  use_femtoseconds();
  tb::StreamConfig idle = echo_traffic();
  idle.load = 0;
  const auto pair = EchoLink::make(EchoCore::config(), 40, idle);
  LinkDomain domain("links", {});
  domain.links().add(pair->link, pair->a, pair->b);
  Visitor visitor("visitor", domain, *pair);
  sc_core::sc_start(to_sc(Time::us(4)));
  ASSERT_NE(pair->link.port(0).csr_reply(), nullptr);
  EXPECT_EQ(pair->link.port(0).csr_reply()->visible, visitor.asked + 32);
}

TEST(LinkDomain, RefusesAKernelThatCountsPicoseconds) {
  EXPECT_THROW(LinkDomain("links", {}), std::logic_error);
}

}  // namespace
}  // namespace weft::sc
