// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "models/fabric/node_port.h"

namespace weft::tb {

/// A port whose node does not see the packets that arrive in some spans of cycles before those are
/// over; it can send.
class HeldPort final : public NodePort {
 public:
  struct Span {
    Cycle from = 0;
    Cycle until = kNever;
    Cycle held = kNever;  ///< seen: when the first packet was held up
  };

  HeldPort(std::unique_ptr<NodePort> port, std::vector<Span> spans);

  bool can_send(Cycle h, unsigned vc, unsigned slots) override;
  Cycle next_room() const override { return port_->next_room(); }
  std::span<std::uint64_t> send(Cycle h, unsigned vc, unsigned slots) override;
  const Arrival* arrival() override;
  void take() override { port_->take(); }
  void free(Cycle h, unsigned vc, unsigned slots) override { port_->free(h, vc, slots); }

  const std::vector<Span>& spans() const { return spans_; }

 private:
  std::unique_ptr<NodePort> port_;
  std::vector<Span> spans_;
  Arrival arrival_;
};

}  // namespace weft::tb
