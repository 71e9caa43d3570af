// SPDX-License-Identifier: Apache-2.0
#include "testbench/conform/link_conform.h"

#include <algorithm>

#include "models/link/link_regs.h"

namespace weft::tb {

namespace {

constexpr std::uint64_t kNever = UINT64_MAX;
constexpr std::uint64_t kHostsStart = 4;  // the first clock is the end of reset

struct End {
  std::unique_ptr<LinkCore> core;
  std::unique_ptr<ConformHost> host;
  std::unique_ptr<FaultyWire> wire;  // from this end
  weft_link_out out{};
  bool quiet = false;
  std::uint64_t wake = 0;
  std::size_t poke = 0;
  std::uint64_t locked_again = 0;
  std::vector<ConformPoke> pokes;
  Digest wire_hash, resent_hash;
  std::uint8_t last_ep = 0;
  bool any_data = false;
};

class Runner {
 public:
  Runner(const Protocol& protocol, const LinkFactory& first, const LinkFactory& second,
         const ConformRun& run);
  ConformResult run();

 private:
  static LinkRulesConfig config(const Protocol& protocol, const ConformRun& run);
  void clock(unsigned index);
  void sent(unsigned index);
  bool drained() const;
  std::uint64_t next_cycle() const;
  void conclude(bool hung);

  const ConformRun& run_;
  std::uint64_t beats_;
  LinkRulesConfig config_;
  LinkRules rules_;
  std::array<End, 2> ends_;
  std::uint64_t now_ = 0;
  ConformResult result_;
};

LinkRulesConfig Runner::config(const Protocol& protocol, const ConformRun& run) {
  LinkRulesConfig config = rules_config(protocol);
  config.start_up = run.start_up;
  const Random random(run.seed, "link", "session");
  for (unsigned i = 0; i < 2; ++i)
    config.sessions[i] = static_cast<std::uint32_t>(random.draw(i)) | 1;
  return config;
}

Runner::Runner(const Protocol& protocol, const LinkFactory& first, const LinkFactory& second,
               const ConformRun& run)
    : run_(run), beats_(protocol.flit.beats), config_(config(protocol, run)), rules_(config_) {
  const ConformHost::Shape shape{protocol.vcs, protocol.credits.skid, protocol.unit_slots()};
  for (unsigned i = 0; i < 2; ++i) {
    End& end = ends_[i];
    end.core = (i == 0 ? first : second)({config_.sessions[i], run.start_up ? 1u : 0u});
    end.host =
        std::make_unique<ConformHost>(shape, run.traffic[i], run.traffic[1 - i], run.keep_latency);
    end.wire = std::make_unique<FaultyWire>(
        run.delay[i], run.faults[i], FlitNamer(protocol.sequence.width, protocol.sequence.window),
        run.seed * 2 + i);
    for (const ConformPoke& poke : run.pokes) {
      if (poke.end == i) end.pokes.push_back(poke);
    }
    std::stable_sort(end.pokes.begin(), end.pokes.end(),
                     [](const ConformPoke& a, const ConformPoke& b) { return a.cycle < b.cycle; });
  }
  for (unsigned i = 0; i < 2; ++i) ends_[i].host->set_peer(ends_[1 - i].host.get());
  result_.name = run.name;
}

void Runner::clock(unsigned index) {
  End& end = ends_[index];
  FaultyWire& from_peer = *ends_[1 - index].wire;
  weft_link_in in{};
  in.now = now_;
  if (end.poke < end.pokes.size() && end.pokes[end.poke].cycle <= now_) {
    const ConformPoke& poke = end.pokes[end.poke++];
    if (poke.kind == ConformPoke::Kind::kUnlock) {
      end.locked_again = now_ + poke.cycles;
      rules_.asked(index, now_, LinkAsk::kPhyUnlock);
    } else {
      const bool reset = poke.kind == ConformPoke::Kind::kHotReset;
      in.flags |= WEFT_IN_CSR | WEFT_IN_CSR_WE;
      in.csr_addr = link_regs::kCtrlOffset;
      in.csr_wdata = std::uint64_t{1} << link_regs::kCtrlEnableLsb |
                     std::uint64_t{1}
                         << (reset ? link_regs::kCtrlHotResetLsb : link_regs::kCtrlRetrainLsb);
      rules_.asked(index, now_, reset ? LinkAsk::kHotReset : LinkAsk::kRetrain);
    }
    end.quiet = false;
  }
  if (now_ == end.locked_again) end.quiet = false;
  if (now_ >= end.locked_again) in.flags |= WEFT_IN_PHY_LOCK;
  if (from_peer.next() <= now_) {
    const FaultyWire::Beat& beat = from_peer.front();
    in.flags |= WEFT_IN_LI | (beat.sof ? WEFT_IN_LI_SOF : 0) | (beat.eof ? WEFT_IN_LI_EOF : 0) |
                (beat.bad ? WEFT_IN_LI_BAD : 0);
    in.li_data = beat.slots.data();
    rules_.received(index, now_, in.li_data, beat.sof, beat.eof, beat.bad, beat.origin);
  }
  if (now_ >= kHostsStart) end.host->drive(now_, in);
  const bool idle = (in.flags & ~std::uint32_t{WEFT_IN_PHY_LOCK}) == 0;
  if (run_.skip && end.quiet && idle && now_ < end.wake) return;
  if (in.flags & WEFT_IN_HT)
    rules_.offered(index, now_, in.ht_vc, in.ht_slots, in.ht_sop, in.ht_data);
  if (in.flags & WEFT_IN_FREE) rules_.freed(index, now_, in.free_vc, in.free_units);
  if (now_ % beats_ == 0) in.flags |= WEFT_IN_TX_SLOT;
  end.core->step(in, end.out);
  ++result_.steps;
  if (in.flags & WEFT_IN_LI) from_peer.pop();
  const weft_link_out& out = end.out;
  if (out.flags & WEFT_OUT_FLUSH) rules_.flushed(index, now_);
  if (out.flags & WEFT_OUT_LO) sent(index);
  if (out.ht_space != 0) rules_.space(index, now_, out.ht_space);
  if (out.flags & (WEFT_OUT_HR | WEFT_OUT_HR_COMMIT | WEFT_OUT_HR_ABORT)) {
    const bool beat = (out.flags & WEFT_OUT_HR) != 0;
    rules_.delivered(index, now_, beat ? out.hr_mask : 0, beat ? out.hr_sop : 0,
                     beat ? out.hr_eop : 0, out.hr_vc, (out.flags & WEFT_OUT_HR_COMMIT) != 0,
                     (out.flags & WEFT_OUT_HR_ABORT) != 0, out.hr_data);
  }
  end.host->collect(now_, out);
  end.quiet = (out.flags & WEFT_OUT_QUIESCENT) != 0;
  if (end.quiet) end.wake = end.core->wake_at();
}

void Runner::sent(unsigned index) {
  End& end = ends_[index];
  const weft_link_out& out = end.out;
  const bool sof = (out.flags & WEFT_OUT_LO_SOF) != 0;
  rules_.sent(index, now_, out.lo_data, sof, (out.flags & WEFT_OUT_LO_EOF) != 0);
  end.wire->send(now_, out.lo_data, sof, (out.flags & WEFT_OUT_LO_EOF) != 0);
  end.wire_hash.add(now_);
  end.wire_hash.add({out.lo_data, 8});
  if (!sof || end.wire->name().kind != FlitKind::kData) return;
  ConformResult::Direction& direction = result_.directions[index];
  const FlitName& name = end.wire->name();
  const std::uint8_t ep = out.lo_data[0] >> 24 & 3;
  if (name.attempt != 0) {
    ++direction.resent;
    end.resent_hash.add(name.ordinal);
    end.resent_hash.add(name.attempt);
    if (ep != end.last_ep) direction.replays.push_back(name);
  }
  end.last_ep = ep;
}

bool Runner::drained() const {
  for (const End& end : ends_) {
    if (!end.host->all_offered() || !end.host->all_received() || end.wire->next() != kNever ||
        end.poke < end.pokes.size() || now_ < end.locked_again) {
      return false;
    }
  }
  return rules_.at_rest();
}

// The next cycle in which anything can happen, when both ends rest.
std::uint64_t Runner::next_cycle() const {
  if (!run_.skip || !ends_[0].quiet || !ends_[1].quiet) return now_ + 1;
  std::uint64_t next = kNever;
  for (const End& end : ends_) {
    next = std::min({next, end.wake, end.wire->next(), end.host->next(now_ + 1)});
    if (now_ < kHostsStart) next = now_ + 1;
    if (end.poke < end.pokes.size()) next = std::min(next, end.pokes[end.poke].cycle);
    if (now_ < end.locked_again) next = std::min(next, end.locked_again);
  }
  return std::max(next, now_ + 1);
}

ConformResult Runner::run() {
  std::uint64_t progress = 0, progress_at = 0;
  std::uint64_t last_poke = 0;
  for (const ConformPoke& poke : run_.pokes)
    last_poke = std::max(last_poke, poke.cycle + poke.cycles);
  bool hung = false;
  for (;;) {
    clock(0);
    clock(1);
    const std::uint64_t received =
        ends_[0].host->slots_received() + ends_[1].host->slots_received();
    if (received != progress) {
      progress = received;
      progress_at = now_;
    }
    const bool hosts_done = ends_[0].host->all_received() && ends_[1].host->all_received();
    if (hosts_done && drained()) break;
    const std::uint64_t next = next_cycle();
    if (next == kNever || next > std::max(progress_at, last_poke) + run_.quiet_limit) {
      hung = !drained();
      break;
    }
    now_ = next;
  }
  // What is at rest stays at rest: nothing more may come.
  const std::uint64_t until =
      now_ + 2 * std::uint64_t{run_.delay[0] + run_.delay[1]} + 4 * config_.ack_t;
  if (!hung) {
    for (++now_; now_ < until; ++now_) {
      clock(0);
      clock(1);
    }
  }
  conclude(hung);
  return std::move(result_);
}

void Runner::conclude(bool hung) {
  auto& complaints = result_.complaints;
  if (hung) {
    complaints.push_back("no progress until cycle " + std::to_string(now_) +
                         ". End 0: " + rules_.owed(0) + ". End 1: " + rules_.owed(1));
  }
  rules_.finish(now_, !hung);
  std::uint64_t faults = 0;
  bool planned = false;
  for (unsigned i = 0; i < 2; ++i) {
    End& end = ends_[i];
    ConformResult::Direction& direction = result_.directions[i];
    const ConformHost& receiver = *ends_[1 - i].host;
    direction.packets = receiver.received();
    direction.slots = receiver.slots_received();
    direction.first_commit = receiver.first_commit();
    direction.last_commit = receiver.last_commit();
    direction.latency = receiver.latency();
    direction.wire = end.wire->counts();
    direction.resent_hash = end.resent_hash.value();
    direction.wire_hash = end.wire_hash.value();
    faults += direction.wire.faults();
    planned = planned || !run_.faults[i].empty();
    if (receiver.wrong_slots() != 0) {
      complaints.push_back("end " + std::to_string(1 - i) + " received " +
                           std::to_string(receiver.wrong_slots()) + " wrong slots, first " +
                           receiver.first_wrong());
    }
    if (!hung && direction.packets != run_.traffic[i].packets) {
      complaints.push_back("end " + std::to_string(1 - i) + " received " +
                           std::to_string(direction.packets) + " packets of " +
                           std::to_string(run_.traffic[i].packets));
    }
  }
  if (planned && run_.expect_faults && faults == 0)
    complaints.push_back("the fault plan hit nothing");
  if (!planned && run_.pokes.empty()) {
    for (const ConformResult::Direction& direction : result_.directions) {
      if (direction.resent == 0) continue;
      complaints.push_back(std::to_string(direction.resent) +
                           " flits repeated though nothing was lost");
    }
  }
  result_.violations = rules_.violations();
  result_.violation_count = rules_.violation_count();
  result_.counts = rules_.counts();
  result_.cycles = now_;
}

}  // namespace

double ConformResult::Direction::rate() const {
  return last_commit > first_commit
             ? static_cast<double>(slots) / static_cast<double>(last_commit - first_commit)
             : 0;
}

std::string ConformResult::text() const {
  std::string text;
  for (const std::string& complaint : complaints) text += name + ": " + complaint + "\n";
  for (std::size_t i = 0; i < violations.size() && i < 8; ++i) {
    text += name + ": " + violations[i].text() + "\n";
  }
  if (violation_count > 8) text += name + ": " + std::to_string(violation_count) + " violations\n";
  return text;
}

LinkRulesConfig rules_config(const Protocol& protocol) {
  LinkRulesConfig config;
  config.seq_bits = protocol.sequence.width;
  config.window = protocol.sequence.window;
  config.vcs = protocol.vcs;
  config.max_packet_slots = protocol.max_packet_slots();
  config.credit_unit_bytes = protocol.credits.unit;
  for (unsigned vc = 0; vc < protocol.vcs; ++vc)
    config.buffer_units[vc] = protocol.credits.rx_units;
  const Protocol::Timers& timers = protocol.timers;
  config.ack_n = timers.ack_n;
  config.ack_t = timers.ack_t;
  config.ret_n = timers.ret_n;
  config.ret_t = timers.ret_t;
  config.stall_t = timers.stall_t;
  config.replay_t = timers.replay_t;
  config.boot_t = timers.boot_t;
  config.train_t = timers.train_t;
  config.retrain_t = timers.retrain_t;
  config.hrst_t = timers.hrst_t;
  config.replay_num = timers.replay_num;
  config.retrain_num = timers.retrain_num;
  config.param_hash = protocol.hash();
  config.fec_id = protocol.fec_id;
  config.timer_class = timers.timer_class;
  config.version = protocol.version;
  return config;
}

ConformResult run_conform(const Protocol& protocol, const LinkFactory& first,
                          const LinkFactory& second, const ConformRun& run) {
  return Runner(protocol, first, second, run).run();
}

}  // namespace weft::tb
