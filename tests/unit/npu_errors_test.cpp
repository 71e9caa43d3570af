// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/npu_pair.h"

namespace weft {
namespace {

using namespace npu_regs;
using test::descriptor;
using test::kHbm;
using test::kToken;
using test::NpuPair;
using test::pattern;

struct Refused {
  const char* what;
  Descriptor descriptor;
  Status status;
};

Descriptor good() { return descriptor(Op::kWrite, kHbm, NpuPair::remote(1, 0), 64, 5); }

template <typename F>
Descriptor but(F change) {
  Descriptor d = good();
  change(d);
  return d;
}

std::vector<Refused> refused_by_the_requester() {
  const auto reduce = [](std::uint64_t a, std::uint64_t b, std::uint64_t bytes) {
    return descriptor(Op::kReduce, a, b, bytes, 5);
  };
  constexpr std::uint64_t kEnd = std::uint64_t{16} << 30;
  return {
      {"op 0", but([](Descriptor& d) { d.set_op(0); }), Status::kBadDescriptor},
      {"op 6", but([](Descriptor& d) { d.set_op(6); }), Status::kBadDescriptor},
      {"flag 2", but([](Descriptor& d) { d.words[0] |= 1u << 10; }), Status::kBadDescriptor},
      {"dtype 2", but([](Descriptor& d) { d.set_dtype(2); }), Status::kBadDescriptor},
      {"notify 64", but([](Descriptor& d) { d.set_notify(64); }), Status::kBadDescriptor},
      {"token bit 32", but([](Descriptor& d) { d.words[4] |= std::uint64_t{1} << 32; }),
       Status::kBadDescriptor},
      {"word 5", but([](Descriptor& d) { d.words[5] = 1; }), Status::kBadDescriptor},
      {"word 7", but([](Descriptor& d) { d.words[7] = 1; }), Status::kBadDescriptor},
      {"length 0", but([](Descriptor& d) { d.set_bytes(0); }), Status::kBadLength},
      {"length", but([](Descriptor& d) { d.set_bytes(kMaxTransfer + 1); }), Status::kBadLength},
      {"odd reduce", reduce(kHbm, kHbm + 4096, 6), Status::kBadLength},
      {"address 0", but([](Descriptor& d) { d.set_local(0); }), Status::kBadAddress},
      {"registers", but([](Descriptor& d) { d.set_local(kRegsBase); }), Status::kBadAddress},
      {"end of HBM", but([](Descriptor& d) { d.set_local(kHbm + kEnd - 63); }),
       Status::kBadAddress},
      {"end of SRAM", but([](Descriptor& d) { d.set_local(kSramBase + 256 * 1024 - 1); }),
       Status::kBadAddress},
      {"wraps", but([](Descriptor& d) { d.set_local(~std::uint64_t{0} - 8); }),
       Status::kBadAddress},
      {"reduce from nowhere", reduce(kHbm, 64, 8), Status::kBadAddress},
      {"reduce half over itself", reduce(kHbm, kHbm + 4, 8), Status::kBadAddress},
      {"no such node", but([](Descriptor& d) {
         d.set_remote(weft::FabricAddress{99, 0}.pack());
       }),
       Status::kRemoteAddress},
      {"itself", but([](Descriptor& d) { d.set_remote(NpuPair::remote(0, 0)); }),
       Status::kRemoteAddress},
      {"end of offsets", but([](Descriptor& d) {
         d.set_remote(NpuPair::remote(1, weft::FabricAddress::kOffsetMask));
       }),
       Status::kRemoteAddress},
  };
}

TEST(NpuErrors, RefuseABadDescriptorBeforeAnythingIsSent) {
  NpuPair pair;
  pair.write_reg(0, kIrqEnableOffset, kIrqPendingErrorMask);
  for (const Refused& one : refused_by_the_requester()) {
    SCOPED_TRACE(one.what);
    pair.post(0, {one.descriptor});
    ASSERT_TRUE(pair.run());
    const auto done = pair.completions(0);
    ASSERT_EQ(done.size(), 1u);
    EXPECT_EQ(done[0].status(), static_cast<unsigned>(one.status));
    EXPECT_EQ(done[0].cookie(), 5u);
    EXPECT_EQ(done[0].bytes(), 0u);
    EXPECT_TRUE(pair.npu(0).irq());
    pair.write_reg(0, kIrqPendingOffset, kIrqPendingErrorMask);
    EXPECT_FALSE(pair.npu(0).irq());
  }
  EXPECT_EQ(pair.npu(0).counters().issued, 0u);
  EXPECT_EQ(pair.npu(0).counters().failed_descriptors, refused_by_the_requester().size());
}

TEST(NpuErrors, ComeBackFromTheOwner) {
  struct Case {
    Op op;
    std::uint64_t offset;
    std::uint32_t token;
    Status status;
  };
  NpuPair pair;
  pair.set_segment(1, 0, 0, 0, kHbm, 0);  // gone
  pair.set_segment(1, 3, 0x1000, 0x1000, kHbm, kSegCtrlValidMask | kSegCtrlReadMask);
  pair.set_segment(1, 4, 0x2000, 0x1000, kHbm, kSegCtrlValidMask | kSegCtrlWriteMask);
  pair.set_segment(1, 5, 0x3000, 0x1000, kSramBase + 256 * 1024 - 16);  // beyond memory
  for (const Case& one : {Case{Op::kRead, 0x0, kToken, Status::kRemoteAddress},
                          Case{Op::kWrite, 0xFF0, kToken, Status::kRemoteAddress},
                          Case{Op::kRead, 0x1000, kToken, Status::kOk},
                          Case{Op::kWrite, 0x1000, kToken, Status::kNoPermission},
                          Case{Op::kWriteNotify, 0x1000, kToken, Status::kNoPermission},
                          Case{Op::kWrite, 0x2000, kToken, Status::kOk},
                          Case{Op::kRead, 0x2FF0, kToken, Status::kNoPermission},
                          Case{Op::kRead, 0x1000, kToken + 1, Status::kBadToken},
                          Case{Op::kWrite, 0x3000, kToken, Status::kRemoteAddress},
                          Case{Op::kRead, 0x3000, kToken, Status::kRemoteAddress}}) {
    SCOPED_TRACE(testing::Message() << std::hex << one.offset << " op " << int(one.op));
    Descriptor d = descriptor(one.op, kHbm, NpuPair::remote(1, one.offset), 16);
    if (one.op == Op::kWrite && one.offset == 0x3000) d.set_bytes(17);
    if (one.op == Op::kRead && one.offset == 0x3000) d.set_bytes(17);
    d.set_token(one.token);
    pair.post(0, {d});
    ASSERT_TRUE(pair.run());
    const auto done = pair.completions(0);
    ASSERT_EQ(done.size(), 1u);
    EXPECT_EQ(done[0].status(), static_cast<unsigned>(one.status));
    EXPECT_EQ(done[0].bytes(), one.status == Status::kOk ? 16u : 0u);
  }
  EXPECT_EQ(pair.npu(1).counters().notifications, 0u);
  EXPECT_EQ(pair.npu(1).counters().refused, 8u);
  EXPECT_EQ(pair.npu(0).counters().failed, 8u);
}

TEST(NpuErrors, StopANotificationWhoseDataIsNotAllThere) {
  NpuPair pair;
  pair.set_segment(1, 0, 0x1000, 0x100000, kHbm);
  Descriptor d = descriptor(Op::kWriteNotify, kHbm, NpuPair::remote(1, 0), 3 * 4096);
  pair.post(0, {d});  // the first packet is outside
  ASSERT_TRUE(pair.run());
  auto done = pair.completions(0);
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done[0].status(), static_cast<unsigned>(Status::kRemoteAddress));
  EXPECT_EQ(done[0].bytes(), 4096u);  // the middle one; the last one carried the notification
  EXPECT_EQ(pair.npu(1).counters().notifications, 0u);
  d.set_remote(NpuPair::remote(1, 0x1000));
  pair.post(0, {d});  // the next transfer is whole
  ASSERT_TRUE(pair.run());
  done = pair.completions(0);
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done[0].status(), static_cast<unsigned>(Status::kOk));
  EXPECT_EQ(pair.npu(1).counters().notifications, 1u);
}

TEST(NpuErrors, DoNotWritePoisonedData) {
  NpuPair pair;
  const auto data = pattern(2 * 4096, 8);
  pair.poke(0, kHbm, data);
  int packets = 0;
  pair.port(0).tamper = [&](test::WirePort::Packet& packet) {
    packet.arrival.poisoned = packets++ == 0;
    return true;
  };
  Descriptor d = descriptor(Op::kWriteNotify, kHbm, NpuPair::remote(1, 0), data.size());
  pair.post(0, {d});
  ASSERT_TRUE(pair.run());
  const auto done = pair.completions(0);
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done[0].status(), static_cast<unsigned>(Status::kPoisoned));
  EXPECT_EQ(pair.peek(1, kHbm, 4096), std::vector<std::uint8_t>(4096));
  EXPECT_EQ(pair.npu(1).counters().notifications, 0u);
  EXPECT_EQ(pair.npu(1).counters().refused, 2u);
}

TEST(NpuErrors, DoNotTakePoisonedDataFromARead) {
  NpuPair pair;
  pair.poke(1, kHbm, pattern(4096, 9));
  pair.port(1).tamper = [&](test::WirePort::Packet& packet) {
    packet.arrival.poisoned = true;
    return true;
  };
  pair.post(0, {descriptor(Op::kRead, kHbm, NpuPair::remote(1, 0), 4096)});
  ASSERT_TRUE(pair.run());
  const auto done = pair.completions(0);
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done[0].status(), static_cast<unsigned>(Status::kPoisoned));
  EXPECT_EQ(pair.peek(0, kHbm, 4096), std::vector<std::uint8_t>(4096));
}

TEST(NpuErrors, CountADamagedPacketAndGoOn) {
  NpuPair pair;
  int packets = 0;
  pair.port(0).tamper = [&](test::WirePort::Packet& packet) {
    if (packets++ == 0) packet.slots[0] ^= std::uint64_t{1} << 20;
    return true;
  };
  pair.post(0, {descriptor(Op::kWrite, kHbm, NpuPair::remote(1, 0), 64),
                descriptor(Op::kWrite, kHbm, NpuPair::remote(1, 64), 64)});
  EXPECT_FALSE(pair.run(20'000));
  EXPECT_EQ(pair.npu(1).counters().bad_packets, 1u);
  EXPECT_EQ(pair.npu(1).counters().misordered, 1u);  // the second one: the first is missing
  EXPECT_EQ(pair.npu(1).counters().performed, 1u);
  EXPECT_EQ(pair.npu(0).counters().retired, 1u);
  EXPECT_EQ(pair.npu(0).outstanding(), 1u);
  EXPECT_EQ(pair.port(1).held(), 0u);
  EXPECT_NE(pair.npu(0).pending().find("1 requests wait for their response, the oldest is tag 0 "
                                       "to node 17"),
            std::string::npos)
      << pair.npu(0).pending();
}

/// A write, whose packet from NPU `from` arrives twice.
void send_twice(NpuPair& pair, unsigned from) {
  test::WirePort::Packet copy;
  pair.port(from).tamper = [&](test::WirePort::Packet& packet) {
    copy = packet;
    return true;
  };
  pair.post(0, {descriptor(Op::kWrite, kHbm, NpuPair::remote(1, 0), 64)});
  EXPECT_TRUE(pair.run());
  copy.arrival.visible = pair.cycle() + 100;
  pair.port(from).inject(copy);
  pair.run_cycles(2'000);
  pair.port(from).tamper = nullptr;
}

TEST(NpuErrors, CountAResponseThatComesTwice) {
  NpuPair pair;
  send_twice(pair, 1);
  EXPECT_EQ(pair.npu(0).counters().retired, 1u);
  EXPECT_EQ(pair.npu(0).counters().duplicated, 1u);
  EXPECT_TRUE(pair.npu(0).idle());
}

TEST(NpuErrors, CountARequestThatComesTwice) {
  NpuPair pair;
  send_twice(pair, 0);
  EXPECT_EQ(pair.npu(1).counters().misordered, 1u);
  EXPECT_EQ(pair.npu(0).counters().duplicated, 1u);
}

TEST(NpuErrors, EndATransactionWhoseResponseIsOfTheWrongKind) {
  NpuPair pair;
  pair.port(1).tamper = [&](test::WirePort::Packet& packet) {
    TxnHeader header;
    EXPECT_TRUE(pair.format().decode(packet.slots, header));
    header.bytes -= 1;
    pair.format().encode(header, packet.slots);
    return true;
  };
  pair.post(0, {descriptor(Op::kWrite, kHbm, NpuPair::remote(1, 0), 64)});
  ASSERT_TRUE(pair.run());
  EXPECT_EQ(pair.npu(0).counters().mismatched, 1u);
  const auto done = pair.completions(0);
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(done[0].status(), static_cast<unsigned>(Status::kUnsupported));
}

}  // namespace
}  // namespace weft
