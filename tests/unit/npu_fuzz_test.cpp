// SPDX-License-Identifier: Apache-2.0
// Whatever arrives at an NPU's port: it counts, answers or drops it, and keeps its books.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/npu_pair.h"

namespace weft {
namespace {

using namespace npu_regs;
using test::descriptor;
using test::kHbm;
using test::NpuPair;

TxnHeader any_header() {
  TxnHeader header;
  header.type = static_cast<TxnType>(*rc::gen::inRange(1, 6));
  header.dst = *rc::gen::element<std::uint16_t>(NpuPair::node(1), NpuPair::node(1), 3);
  header.src = *rc::gen::element<std::uint16_t>(NpuPair::node(0), NpuPair::node(1), 0xFFFF, 5);
  header.tag = *rc::gen::element<std::uint16_t>(0, 1, 2, 0xFFFF);
  header.offset = *rc::gen::element<std::uint64_t>(0, 4095, weft::FabricAddress::kOffsetMask);
  header.bytes = *rc::gen::element(1u, 7u, 4096u);
  header.token = *rc::gen::element(test::kToken, 0u);
  header.status = static_cast<TxnStatus>(*rc::gen::inRange(0, 9));
  header.notify = *rc::gen::inRange<std::uint8_t>(0, 64);
  header.last = *rc::gen::arbitrary<bool>();
  header.poison = *rc::gen::arbitrary<bool>();
  return header;
}

test::WirePort::Packet any_packet(const NpuPair& pair) {
  test::WirePort::Packet packet;
  const TxnHeader header = any_header();
  packet.slots.assign(pair.format().slots(header), 0x0123456789ABCDEFu);
  pair.format().encode(header, packet.slots);
  const int damage = *rc::gen::inRange(0, 4);
  if (damage == 1) {
    const auto slot = *rc::gen::inRange<std::size_t>(0, packet.slots.size());
    packet.slots[slot] ^= std::uint64_t{1} << *rc::gen::inRange(0, 64);
  } else if (damage == 2) {
    packet.slots.resize(*rc::gen::inRange<std::size_t>(1, 520));
  }
  packet.arrival.vc = *rc::gen::inRange(0u, 2u);
  packet.arrival.poisoned = *rc::gen::inRange(0, 8) == 0;
  return packet;
}

RC_GTEST_PROP(NpuFuzz, TakesAnyPacketAndKeepsItsBooks, ()) {
  test::PairOptions options;
  options.config.owner_responses = *rc::gen::element(1u, 32u);
  NpuPair pair(options);
  // Transactions of its own are under way, to tags that packets may name.
  pair.post(1, {descriptor(Op::kRead, kHbm, NpuPair::remote(0, 0), 10'000),
                descriptor(Op::kWrite, kHbm + (1 << 20), NpuPair::remote(0, 1 << 20), 10'000)});
  pair.run_cycles(16);
  const auto packets = *rc::gen::inRange<std::uint64_t>(1, 40);
  std::uint64_t slots = 0;
  for (std::uint64_t i = 0; i < packets; ++i) {
    test::WirePort::Packet packet = any_packet(pair);
    packet.arrival.visible = pair.cycle() + 60;
    slots += packet.slots.size();
    pair.port(0).inject(packet);
    if (*rc::gen::arbitrary<bool>()) pair.run_cycles(16);
  }
  RC_ASSERT(slots > 0u);
  pair.run_cycles(40'000);
  const NpuCounters& counters = pair.npu(1).counters();
  RC_ASSERT(pair.port(1).held() == 0u);
  RC_ASSERT(pair.npu(1).idle());
  RC_ASSERT(counters.issued == counters.retired + counters.failed);
  // What came: the six answers (or others in their place), and what was injected.
  RC_ASSERT(counters.retired + counters.failed + counters.duplicated + counters.performed +
                counters.refused + counters.bad_packets ==
            packets + counters.issued);
}

}  // namespace
}  // namespace weft
