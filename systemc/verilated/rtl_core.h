// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "models/base/clock.h"
#include "models/link/core.h"
#include "models/protocol/protocol.h"
#include "systemc/verilated/link_face.h"

namespace weft::sc {

/// A Verilated link object in memory: a shared object with the face of link_face.h.
///
/// Several objects, built from different protocols or RTL, live side by side: each is loaded with
/// its symbols to itself. The object stays loaded as long as a core made from it lives.
class RtlObject : public std::enable_shared_from_this<RtlObject> {
 public:
  /// Loads `path`. Throws InputError if the file is missing, is not a link object or has another
  /// face version.
  static std::shared_ptr<RtlObject> load(const std::string& path);

  ~RtlObject();
  RtlObject(const RtlObject&) = delete;
  RtlObject& operator=(const RtlObject&) = delete;

  const weft_link_face& face() const { return *face_; }
  const std::string& path() const { return path_; }

  /// Throws InputError unless the object was built from the structural numbers of `protocol`
  /// (its package is compared as a whole); the hint is the command that builds the right one.
  void check_protocol(const Protocol& protocol) const;

 private:
  RtlObject() = default;

  std::string path_;
  void* handle_ = nullptr;
  const weft_link_face* face_ = nullptr;
};

/// An assertion of the RTL failed: the design, not the emulator, is wrong.
class RtlFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One RTL link end. Every end has its own Verilated context, so ends may be evaluated in different
/// threads.
class RtlCore final : public LinkCore {
 public:
  /// `name` is in the text of a fault; empty: a fault names no end.
  RtlCore(std::shared_ptr<RtlObject> object, const weft_link_straps& straps, std::string name = {});
  ~RtlCore() override;

  /// Throws RtlFault if an assertion of the RTL fails.
  void step(const weft_link_in& in, weft_link_out& out) override;
  std::uint64_t wake_at() const override { return face_->wake_at(end_); }

  /// What the first assertion that failed said, or nullptr.
  const char* fault() const { return face_->fault(end_); }

  /// Writes FST waves to `path` from the next clock on. Throws InputError if the object was built
  /// without tracing or the file cannot be written.
  void open_waves(const std::string& path, const Clock& clock);
  /// Throws InputError if the object was built without tracing.
  void check_waves() const;
  void close_waves() { face_->trace_close(end_); }

 private:
  std::shared_ptr<RtlObject> object_;
  const weft_link_face* face_;
  void* end_;
  std::string name_;
};

/// An RTL link end made from `object`.
std::unique_ptr<LinkCore> load_rtl_core(const std::shared_ptr<RtlObject>& object,
                                        const weft_link_straps& straps);

}  // namespace weft::sc
