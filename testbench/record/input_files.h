// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "models/scenario/scenario.h"

namespace weft::tb {

/// Hands a scenario the files of `files`, and keeps the texts that its run directory shall hold.
class InputFiles final : public ScenarioFiles {
 public:
  /// `files` lives longer.
  explicit InputFiles(ScenarioFiles& files) : files_(files) {}

  Text read(Kind kind, const std::string& name, const Config& config,
            const std::string& key) override {
    Text text = files_.read(kind, name, config, key);
    if (kind == Kind::kSystem) system_ = text.text;
    if (kind == Kind::kProtocol) protocol_ = text.text;
    return text;
  }

  const std::string& system() const { return system_; }
  const std::string& protocol() const { return protocol_; }

 private:
  ScenarioFiles& files_;
  std::string system_, protocol_;
};

}  // namespace weft::tb
