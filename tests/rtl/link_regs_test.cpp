// SPDX-License-Identifier: Apache-2.0
// The register block and the model's registers, generated from one page, under the same random
// accesses and events: every read and every pin of one is that of the other, clock by clock.
#include "models/link/link_regs.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "Vlink_regs.h"

namespace weft {
namespace {

using namespace link_regs;

/// Both sides, and the one access that is in the block's input flops.
class Pair {
 public:
  Pair() {
    top_.rst_ni = 0;
    clock();
    top_.rst_ni = 1;
  }

  struct Access {
    bool request = false, write = false;
    std::uint16_t addr = 0;
    std::uint64_t data = 0;
  };

  /// One rising edge: `access` is sampled, the one before it takes effect.
  void step(const Access& access, std::uint64_t seed) {
    top_.csr_req_i = access.request;
    top_.csr_we_i = access.write;
    top_.csr_addr_i = access.addr;
    top_.csr_wdata_i = access.data;
    drive(seed);
    const bool read = pending_.request && !pending_.write;
    const std::uint64_t expected = read ? model_.read(pending_.addr) : 0;
    model_.ctrl_retrain_p = model_.ctrl_hot_reset_p = model_.ctrl_clear_p = false;
    const bool write = pending_.request && pending_.write;
    top_.eval();  // pulses of the pending access stand before the edge
    if (write) model_.write(pending_.addr, pending_.data);
    EXPECT_EQ(top_.ctrl_retrain_p_o != 0, model_.ctrl_retrain_p);
    EXPECT_EQ(top_.ctrl_hot_reset_p_o != 0, model_.ctrl_hot_reset_p);
    EXPECT_EQ(top_.ctrl_clear_p_o != 0, model_.ctrl_clear_p);
    EXPECT_EQ(top_.busy_o != 0, pending_.request);
    happen(seed);
    clock();
    EXPECT_EQ(top_.csr_rvalid_o != 0, read);
    if (read) {
      EXPECT_EQ(top_.csr_rdata_o, expected) << "offset " << pending_.addr;
    }
    compare_pins();
    pending_ = access;
  }

  std::uint64_t read(std::uint16_t addr) {
    step({true, false, addr, 0}, 0);
    step({}, 0);
    return top_.csr_rdata_o;
  }

 private:
  void clock() {
    top_.clk_i = 0;
    top_.eval();
    top_.clk_i = 1;
    top_.eval();
  }

  static bool bit(std::uint64_t seed, unsigned n) { return ((seed >> n) & 1) != 0; }
  /// Amount of a stall: now and then so large that the counter fills.
  static std::uint64_t stall(std::uint64_t seed, unsigned vc) {
    return seed % 13 == 0 ? RegCounter::kMax - vc : (seed >> vc) & 0xFFFFF;
  }

  /// Inputs that follow from `seed`, on both sides; 0 is no event.
  void drive(std::uint64_t seed) {
    top_.status_state_i = static_cast<CData>(model_.status_state = seed >> 7 & 15);
    top_.status_refuse_reason_i =
        static_cast<CData>(model_.status_refuse_reason = seed >> 11 & 255);
    top_.status_disc_i = model_.status_disc = bit(seed, 19);
    top_.status_stalled_i = static_cast<CData>(model_.status_stalled = seed >> 20 & 15);
    top_.epoch_epoch_i = static_cast<CData>(model_.epoch_epoch = seed >> 2 & 3);
    top_.exp_seq_i = static_cast<SData>(model_.exp_seq = seed >> 3 & 0xFFFF);
    top_.base_seq_i = static_cast<SData>(model_.base_seq = seed >> 4 & 0xFFFF);
    top_.next_seq_i = static_cast<SData>(model_.next_seq = seed >> 5 & 0xFFFF);
    top_.top_seq_i = static_cast<SData>(model_.top_seq = seed >> 6 & 0xFFFF);
    std::uint64_t limits = 0, used = 0;
    for (unsigned vc = 0; vc < kLimitCount; ++vc) {
      limits |= (model_.limit_units[vc] = seed >> vc & 0x7FFF) << (15 * vc);
      used |= (model_.used_units[vc] = seed >> (vc + 9) & 0x7FFF) << (15 * vc);
    }
    top_.limit_units_i = limits;
    top_.used_units_i = used;
    top_.irq_stat_down_set_i = bit(seed, 40);
    top_.irq_stat_retrain_set_i = bit(seed, 41);
    top_.irq_stat_refuse_set_i = bit(seed, 42);
    top_.irq_stat_replay_thr_set_i = bit(seed, 43);
    top_.irq_stat_proto_err_set_i = bit(seed, 44);
    top_.irq_stat_ram_err_set_i = bit(seed, 45);
    top_.tx_data_ev_i = bit(seed, 0);
    top_.tx_ctrl_ev_i = bit(seed, 1);
    top_.tx_boot_ev_i = bit(seed, 2);
    top_.rx_data_ev_i = bit(seed, 3);
    top_.rx_ctrl_ev_i = bit(seed, 4);
    top_.rx_boot_ev_i = bit(seed, 5);
    top_.rx_bad_ev_i = bit(seed, 6);
    top_.rx_bad_add_i = seed >> 30 & 3;
    top_.rx_dup_ev_i = bit(seed, 7);
    top_.rx_gap_ev_i = bit(seed, 8);
    top_.tx_replay_events_ev_i = bit(seed, 9);
    top_.tx_replay_flits_ev_i = bit(seed, 10);
    top_.nak_rx_ev_i = bit(seed, 11);
    top_.nak_stale_ev_i = bit(seed, 12);
    top_.ack_stale_ev_i = bit(seed, 13);
    top_.timer_replay_ev_i = bit(seed, 14);
    top_.retrains_ev_i = bit(seed, 15);
    top_.lost_flits_ev_i = bit(seed, 16);
    top_.lost_flits_add_i = seed >> 32 & 0xFFFF;
    top_.limit_backwards_ev_i = bit(seed, 17);
    top_.limit_backwards_add_i = seed >> 33 & 31;
    top_.ram_err_ev_i = bit(seed, 18);
    top_.proto_err_ev_i = bit(seed, 19);
    top_.pkts_tx_ev_i = seed >> 20 & 15;
    top_.pkts_tx_add_i = seed >> 24 & 0xFFFFFF;
    top_.stall_cycles_ev_i = seed >> 48 & 15;
    for (auto& word : top_.stall_cycles_add_i.m_storage) word = 0;
    for (unsigned i = 0; i < 48 * 4; ++i) {
      const std::uint64_t amount = stall(seed, i / 48);
      top_.stall_cycles_add_i[i / 32] |= static_cast<EData>(amount >> (i % 48) & 1) << (i % 32);
    }
  }

  /// The same events on the model.
  void happen(std::uint64_t seed) {
    model_.irq_stat_down |= bit(seed, 40);
    model_.irq_stat_retrain |= bit(seed, 41);
    model_.irq_stat_refuse |= bit(seed, 42);
    model_.irq_stat_replay_thr |= bit(seed, 43);
    model_.irq_stat_proto_err |= bit(seed, 44);
    model_.irq_stat_ram_err |= bit(seed, 45);
    RegCounter* const ones[] = {&model_.tx_data,
                                &model_.tx_ctrl,
                                &model_.tx_boot,
                                &model_.rx_data,
                                &model_.rx_ctrl,
                                &model_.rx_boot,
                                nullptr,
                                &model_.rx_dup,
                                &model_.rx_gap,
                                &model_.tx_replay_events,
                                &model_.tx_replay_flits,
                                &model_.nak_rx,
                                &model_.nak_stale,
                                &model_.ack_stale,
                                &model_.timer_replay,
                                &model_.retrains,
                                nullptr,
                                nullptr,
                                &model_.ram_err,
                                &model_.proto_err};
    for (unsigned i = 0; i < std::size(ones); ++i) {
      if (ones[i] != nullptr && bit(seed, i)) ones[i]->add();
    }
    if (bit(seed, 6)) model_.rx_bad.add(seed >> 30 & 3);
    if (bit(seed, 16)) model_.lost_flits.add(seed >> 32 & 0xFFFF);
    if (bit(seed, 17)) model_.limit_backwards.add(seed >> 33 & 31);
    for (unsigned vc = 0; vc < kPktsTxCount; ++vc) {
      if (bit(seed, 20 + vc)) model_.pkts_tx[vc].add(seed >> (24 + 6 * vc) & 63);
      if (bit(seed, 48 + vc)) model_.stall_cycles[vc].add(stall(seed, vc));
    }
  }

  void compare_pins() {
    EXPECT_EQ(top_.ctrl_enable_o != 0, model_.ctrl_enable);
    EXPECT_EQ(top_.irq_stat_irq_o != 0, model_.irq_stat_irq());
    EXPECT_EQ(top_.irq_stat_down_o != 0, model_.irq_stat_down);
    EXPECT_EQ(top_.irq_stat_retrain_o != 0, model_.irq_stat_retrain);
    EXPECT_EQ(top_.irq_stat_refuse_o != 0, model_.irq_stat_refuse);
    EXPECT_EQ(top_.irq_stat_replay_thr_o != 0, model_.irq_stat_replay_thr);
    EXPECT_EQ(top_.irq_stat_proto_err_o != 0, model_.irq_stat_proto_err);
    EXPECT_EQ(top_.irq_stat_ram_err_o != 0, model_.irq_stat_ram_err);
    EXPECT_EQ(top_.ack_n_flits_o, model_.ack_n_flits);
    EXPECT_EQ(top_.ack_t_cycles_o, model_.ack_t_cycles);
    EXPECT_EQ(top_.ret_n_units_o, model_.ret_n_units);
    EXPECT_EQ(top_.ret_t_cycles_o, model_.ret_t_cycles);
    EXPECT_EQ(top_.stall_t_cycles_o, model_.stall_t_cycles);
    EXPECT_EQ(top_.replay_t_cycles_o, model_.replay_t_cycles);
    EXPECT_EQ(top_.replay_num_replays_o, model_.replay_num_replays);
    EXPECT_EQ(top_.retrain_num_retrains_o, model_.retrain_num_retrains);
    EXPECT_EQ(top_.boot_t_cycles_o, model_.boot_t_cycles);
    EXPECT_EQ(top_.train_t_cycles_o, model_.train_t_cycles);
    EXPECT_EQ(top_.retrain_t_cycles_o, model_.retrain_t_cycles);
    EXPECT_EQ(top_.hrst_t_cycles_o, model_.hrst_t_cycles);
    EXPECT_EQ(top_.window_flits_o, model_.window_flits);
    for (unsigned vc = 0; vc < kRxBufCount; ++vc) {
      EXPECT_EQ(top_.rx_buf_units_o >> (15 * vc) & 0x7FFF, model_.rx_buf_units[vc]);
    }
  }

  Vlink_regs top_;
  LinkRegs model_;
  Access pending_;
};

TEST(LinkRegsRtl, ResetAsTheModelDoes) {
  Pair pair;
  const LinkRegs fresh;
  for (unsigned at = 0; at < 4096; at += 8) {
    const auto addr = static_cast<std::uint16_t>(at);
    EXPECT_EQ(pair.read(addr), fresh.read(addr)) << at;
  }
}

/// Just in and just out of the ranges of the page.
constexpr std::array<std::uint64_t, 8> kEdges{0, 1, 255, 256, 257, 64, 16384, 16385};
constexpr std::uint64_t kIrqEvents = std::uint64_t{0x3F} << 40;

/// Mostly a register that exists, often one of those whose accesses act, now and then a hole or an
/// odd offset.
std::uint16_t address(std::uint64_t random) {
  static constexpr std::array<std::uint16_t, 4> kActing{kCtrlOffset, kIrqStatOffset, kIrqEnOffset,
                                                        kWindowOffset};
  const std::uint64_t place = random >> 8;
  if (random % 4 == 0) return kActing[place % kActing.size()];
  return static_cast<std::uint16_t>(place % 0x530 & (random % 16 == 1 ? 0xFFF : 0xFF8));
}

TEST(LinkRegsRtl, BehaveAsTheModelDoes) {
  Pair pair;
  std::mt19937_64 random(20250601);
  unsigned full = 0;
  for (unsigned cycle = 0; cycle < 100000 && !testing::Test::HasFailure(); ++cycle) {
    Pair::Access access;
    access.request = random() % 2 == 0;
    access.write = random() % 2 == 0;
    access.addr = address(random());
    access.data = random() >> (random() % 64);
    if (random() % 4 == 0) access.data = kEdges[random() % kEdges.size()];
    if (access.addr == kCtrlOffset && random() % 8 != 0) access.data &= ~std::uint64_t{8};
    std::uint64_t seed = random() % 3 == 0 ? 0 : random();
    if (random() % 8 != 0) seed &= ~kIrqEvents;
    pair.step(access, seed);
    if (cycle % 997 == 0 && pair.read(kStallCyclesOffset + 8) == RegCounter::kMax) ++full;
  }
  EXPECT_GT(full, 0u) << "no counter was ever full";
}

}  // namespace
}  // namespace weft
