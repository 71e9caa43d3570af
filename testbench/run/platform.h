// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/link/link.h"
#include "models/phy/error_profile.h"
#include "models/scenario/scenario.h"
#include "systemc/link/link_domain.h"
#include "testbench/run/fault_play.h"
#include "testbench/run/link_objects.h"
#include "testbench/run/nodes.h"
#include "testbench/run/register_page.h"

namespace weft::tb {

/// A link end whose pins and flops are written to a file.
struct WaveRequest {
  std::size_t link = 0;
  unsigned side = 0;
  std::string file;
  Time from;  ///< nothing before it is needed; they may begin some microseconds earlier
  bool in_run_directory = false;  ///< the folder of `file` is there only once the run starts
};

/// The system of a scenario, built and ready to run: one per process, because the kernel is.
class Platform {
 public:
  /// Throws InputError for what the parts refuse and MachineError for what the machine lacks. The
  /// scenario lives longer.
  Platform(const Scenario& scenario, LinkObjects& objects, const std::vector<WaveRequest>& waves);
  ~Platform();
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  const Scenario& scenario() const { return scenario_; }
  std::size_t links() const { return links_.size(); }
  Link& link(std::size_t i) { return *links_[i].link; }
  const Link& link(std::size_t i) const { return *links_[i].link; }
  Nodes& nodes() { return *nodes_; }
  const Nodes& nodes() const { return *nodes_; }
  /// As last read.
  const RegisterPage& registers(std::size_t link, unsigned side) const {
    return links_[link].registers[side];
  }
  /// Tools that a link's RTL was built with; empty for a model.
  const std::string& build(std::size_t link) const { return links_[link].build; }

  Time now() const { return now_; }
  /// Runs every link to exactly that time; what is there at that time or later is not run.
  void run_until(Time until);

  /// Writes the protocol's timers into link ends whose RTL was built with others. Before anything
  /// is run.
  void program_timers();
  /// Asks all link ends for their registers. The answers are there after register_turnaround().
  void request_registers();
  Time register_turnaround() const;
  /// Throws MachineError when a link end did not answer.
  void take_registers();

  /// What became of the scenario's faults; the run is over.
  std::vector<FaultScore> fault_scores(Ending ending) const {
    return faults_->scores(*nodes_, ending);
  }

  /// Clocks of link ends evaluated so far.
  std::uint64_t evaluated() const;
  /// Of all links with their ends, ports, wires and nodes.
  std::size_t memory_bytes() const;

 private:
  struct Part {
    std::unique_ptr<Link> link;
    std::vector<RegisterPage> registers;
    std::string build;
    std::size_t core_bytes = 0;  // of both ends
    bool other_timers = false;   // the RTL's reset values are not the protocol's
  };

  void add_link(std::size_t i, LinkObjects& objects, const std::vector<WaveRequest>& waves);
  std::unique_ptr<LinkCore> make_core(std::size_t i, unsigned side, LinkObjects& objects,
                                      const std::vector<WaveRequest>& waves, Part& part);
  struct LaterWaves {
    WaveRequest request;
    sc::RtlCore* core;
  };

  void add_waves(const WaveRequest& request, sc::RtlCore& core);
  void open_later_waves(Time until);
  Wire make_wire(std::size_t i, unsigned from);
  std::vector<Link*> all_links() const;
  std::unique_ptr<Nodes> make_nodes();

  const Scenario& scenario_;
  ErrorProfiles profiles_;
  std::vector<Part> links_;
  std::vector<LaterWaves> later_waves_;  // that have not begun
  std::unique_ptr<sc::LinkDomain> domain_;
  std::unique_ptr<Nodes> nodes_;
  std::unique_ptr<FaultPlay> faults_;
  Time now_;
};

/// Name of a link end: "link3.a".
std::string end_name(const Scenario& scenario, std::size_t link, unsigned side);

}  // namespace weft::tb
