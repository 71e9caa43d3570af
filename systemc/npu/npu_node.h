// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/base/clock.h"
#include "models/base/time.h"
#include "models/core/core.h"
#include "models/elf/elf.h"
#include "models/fabric/node_port.h"
#include "models/fabric/transaction.h"
#include "models/link/port_host.h"
#include "models/npu/node_agent.h"
#include "models/npu/npu.h"
#include "systemc/npu/npu_bus.h"
#include "systemc/npu/npu_memory.h"
#include "systemc/npu/npu_router.h"
#include "systemc/npu/tlm_access.h"

namespace weft::sc {

struct NpuNodeConfig {
  NpuConfig npu;
  CoreConfig core;
};

/// A whole NPU: device, management core, memories, and the TLM-2.0 bus between them, as one host
/// behind a fabric port.
///
///     core_bus --> router --> regs of the device (through the node), SRAM, HBM
///     mem -------> router --> SRAM, HBM
///     regs <------ the host
///
/// Windows. advance() does everything in [edge(from), edge(until)) of the link's clock, in exact
/// time order and without a quantum; at equal times the device goes first, then core, driver, host
/// agent. What is observable does not depend on the length of windows. It asks nothing of the
/// kernel but the time stamp, which must not be after the window's first event; so it may be called
/// on any thread, by one at a time.
///
/// Software. load() starts firmware on the core. Without it the core is held, and a driver
/// (set_driver) may do its work: it is told of the device's interrupt line. Beside either, a host
/// agent (set_host) is told whether the mailbox has words for the host. Both act at exact times.
///
/// The socket `regs` is for others, between windows: a process of the kernel that is not run by
/// windows. An access at time stamp + delay must not be before ready(), where the windows have come
/// to, nor after something that the node itself has to do before: TLM_GENERIC_ERROR_RESPONSE. What
/// it leads to depends on where windows end, unless they are known to end there; agents do not. 8
/// aligned bytes are accessed, or 4 aligned ones of a register for reading: another size is
/// answered with TLM_BURST_ERROR_RESPONSE, no such register with TLM_ADDRESS_ERROR_RESPONSE.
/// mmio_latency is added to the delay. Then the windows are told (set_windows). transport_dbg reads
/// without effect.
class NpuNode final : public sc_core::sc_module, public PortHost, private AgentBus {
 public:
  using RegsSocket = tlm_utils::simple_target_socket_optional<NpuNode, kBusWidth>;
  using Initiator = tlm_utils::simple_initiator_socket<NpuNode, kBusWidth>;

  RegsSocket regs{"regs"};         ///< the register page, from offset 0; need not be bound
  Initiator mem{"mem"};            ///< the device's accesses to memory
  Initiator core_bus{"core_bus"};  ///< the core's loads and stores outside SRAM and CLINT

  /// Format and port outlive the node. `link_clock` is that of the port.
  NpuNode(const sc_core::sc_module_name& name, const NpuNodeConfig& config,
          const NpuIdentity& identity, const TxnFormat& format, NodePort& port,
          const Clock& link_clock);

  // Before the first window.

  /// Puts firmware into SRAM and lets the core start at its entry at time `at`. `image` outlives
  /// the node, for the names in it. Throws InputError when it does not fit.
  void load(const ElfImage& image, Time at = Time());
  /// Not owned; nullptr for none.
  void set_driver(NodeAgent* driver) { driver_ = driver; }
  void set_host(NodeAgent* host) { host_ = host; }
  /// The core executes nothing that begins in [from, until); until never() for good. Once.
  void hang_core(Time from, Time until) { hang_ = {from, until, Time::never()}; }
  /// For who uses `regs`: where the windows that run the node have come to, also those in which it
  /// had nothing to do, and what to call after an access because it may have now.
  void set_windows(std::function<Time()> ran_until, std::function<void()> wake) {
    ran_until_ = std::move(ran_until);
    wake_ = std::move(wake);
  }

  void advance(Cycle from, Cycle until) override;
  Cycle next_work() const override;
  /// The earliest time of an access through `regs`, which may be before kernel time. Between
  /// windows.
  Time ready() const { return ran_until_ ? std::max(ready_, ran_until_()) : ready_; }

  // Between windows.

  /// When hang_core() first kept the core from executing; never() while it has not.
  Time hung_since() const { return hang_.since; }
  Npu& npu() { return npu_; }
  const Npu& npu() const { return npu_; }
  const Core& core() const { return core_; }

  /// Memory at a local address, without time, before the simulation too. False, and nothing done,
  /// unless all of it is in SRAM or all of it in HBM.
  bool peek(std::uint64_t address, std::span<std::uint8_t> bytes) const;
  bool poke(std::uint64_t address, std::span<const std::uint8_t> bytes);

  /// Why the software on the core will not go on, in one sentence without a full stop: the core
  /// halted, or the firmware said that it ran into a trap. Nothing while it may go on.
  std::optional<std::string> stopped() const;
  /// "0x80000012 (main+0x4)", without the name when the firmware has none there.
  std::string where(std::uint64_t pc) const;

  /// Of the node and all in it, without port and firmware image.
  std::size_t memory_bytes() const;
  /// Host memory that pages of the HBM take.
  std::uint64_t hbm_resident_bytes() const { return hbm_.resident_bytes(); }

 private:
  using RouterTarget = tlm_utils::simple_target_socket<NpuNode, kBusWidth>;

  // AgentBus: at the time now_.
  std::uint64_t read_reg(std::uint32_t offset) override;
  void write_reg(std::uint32_t offset, std::uint64_t value) override;
  void read_mem(std::uint64_t address, std::span<std::uint8_t> bytes) override;
  void write_mem(std::uint64_t address, std::span<const std::uint8_t> bytes) override;

  void host_transport(tlm::tlm_generic_payload& access, sc_core::sc_time& delay);
  void core_transport(tlm::tlm_generic_payload& access, sc_core::sc_time& delay);
  unsigned regs_debug(tlm::tlm_generic_payload& access);
  void access_regs(tlm::tlm_generic_payload& access, sc_core::sc_time& delay, Time at);

  struct Hang {
    Time from = Time::never();
    Time until = Time::never();
    Time since = Time::never();
  };

  void pause_core(Time at);
  Time next_event() const;
  Time next_of_agents() const;
  void run(Time until);
  void act(NodeAgent& agent, Time at);
  void tell_lines(Time at);

  Clock clock_;
  RouterTarget core_regs_{"core_regs"};
  NpuRouter router_;
  Sram sram_;
  Hbm hbm_;
  TlmMemoryBus<NpuNode> memory_bus_{mem};
  TlmCoreBus<NpuNode> core_data_{core_bus};
  Npu npu_;
  Core core_;
  NodeAgent* driver_ = nullptr;
  NodeAgent* host_ = nullptr;
  std::function<Time()> ran_until_;
  std::function<void()> wake_;
  const ElfImage* image_ = nullptr;
  Hang hang_;
  Time ready_;               // the node has run up to here, itself not included
  Time now_;                 // of the agent that acts
  bool irq_ = false;         // as core and driver were told
  bool host_words_ = false;  // as the host agent was told
};

}  // namespace weft::sc
