// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace weft::firmware_test {

/// The firmware gave up: what trap_fatal throws on the host.
struct Fatal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A descriptor as the doorbell showed it, and the notifications the firmware could know of.
struct Posted {
  std::array<std::uint64_t, 8> words;
  std::uint64_t reduced = 0;   ///< notify id 0
  std::uint64_t finished = 0;  ///< notify id 1
};

/// An NPU's registers and CLINT for drivers that run on the host. Things happen while the firmware
/// sleeps, one at a time and no more than it takes to wake it; with `eager` also at register
/// accesses, by chance.
///
/// There is one at a time: the accesses of the firmware go to the one made last.
class MockNpu {
 public:
  struct Access {
    bool is_write;
    std::uint64_t address;
    std::uint64_t value;
    bool operator==(const Access&) const = default;
  };

  explicit MockNpu(bool eager = false);
  ~MockNpu();
  MockNpu(const MockNpu&) = delete;
  MockNpu& operator=(const MockNpu&) = delete;

  static MockNpu& current();

  /// std::out_of_range where there is no register.
  std::uint64_t read(std::uint64_t address);
  void write(std::uint64_t address, std::uint64_t value);
  /// One thing happens, a completion or a notification; false if there is nothing left.
  bool something_happens();
  /// The level of the external interrupt.
  bool irq();

  void wait();
  void enable(unsigned interrupt, bool on);
  void open_traps();
  bool is_eager() const { return eager_; }
  std::uint64_t notified(unsigned id) const { return notify_count_[id]; }

  std::map<std::uint64_t, std::uint64_t> registers;  ///< by address; what a plain register holds
  std::vector<std::uint16_t> peers;                  ///< node by rank
  std::vector<Access> writes;                        ///< all writes, in order
  std::string console;
  std::deque<std::uint64_t> from_host;
  std::deque<std::uint64_t> to_host;
  std::deque<unsigned> notifications;  ///< ids still to come
  std::vector<Posted> posted;          ///< all descriptors rung
  std::size_t completed = 0;           ///< of them
  std::size_t doorbells = 0;
  std::size_t register_accesses = 0;
  std::uint64_t time = 0;                              ///< nanoseconds
  std::map<std::size_t, std::uint8_t> bad_status;      ///< by number of the descriptor
  std::function<std::uint8_t*(std::uint64_t)> memory;  ///< at a DMA address; a pointer without it
  std::function<void()> on_sleep;                      ///< looks at the state before each wait()

 private:
  std::uint64_t read_npu(std::uint64_t offset);
  void write_npu(std::uint64_t offset, std::uint64_t value);
  std::uint8_t* at(std::uint64_t address) const;
  void reset_dma();
  void take_descriptors(std::uint32_t producer);
  void complete_next();
  void notify_next();
  std::uint64_t irq_pending();
  bool is_awake();

  bool eager_;
  std::mt19937_64 chance_{7};
  std::uint64_t mie_ = 0;
  std::uint64_t sticky_ = 0;
  std::uint64_t notify_pending_ = 0;
  std::array<std::uint64_t, 64> notify_count_{};
  std::uint32_t fetched_ = 0;  // descriptors since the last reset of the engine
  std::uint32_t tail_ = 0;     // completions since then
};

}  // namespace weft::firmware_test
