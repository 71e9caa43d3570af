// SPDX-License-Identifier: Apache-2.0
#include "testbench/regress/failure_buckets.h"

#include <algorithm>

namespace weft::tb {
namespace {

constexpr std::size_t kLeastHexDigits = 8;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Length of the hex word at the beginning of `text`, "0x" included; 0 when there is none.
std::size_t hex_length(std::string_view text) {
  const std::size_t prefix = text.starts_with("0x") ? 2 : 0;
  std::size_t end = prefix;
  bool digit = false;
  while (end < text.size() && is_hex(text[end])) digit |= is_digit(text[end++]);
  if (end < text.size() && is_word(text[end])) return 0;
  if (prefix != 0) return end > prefix ? end : 0;
  return digit && end >= kLeastHexDigits ? end : 0;
}

/// Length of the decimal number at the beginning of `text`; 0 when there is none.
std::size_t number_length(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  if (end == 0) return 0;
  while (end + 1 < text.size() && (text[end] == '.' || text[end] == ',') &&
         is_digit(text[end + 1])) {
    ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
  }
  return end;
}

}  // namespace

std::string normalised_message(std::string_view message) {
  std::string text;
  for (std::size_t i = 0; i < message.size();) {
    const std::string_view rest = message.substr(i);
    const bool word_begins = i == 0 || !is_word(message[i - 1]);
    std::size_t length = word_begins ? hex_length(rest) : 0;
    if (length == 0) length = number_length(rest);
    if (length == 0) {
      text += message[i++];
    } else {
      text += '*';
      i += length;
    }
  }
  return text;
}

std::vector<FailureBucket> failure_buckets(const std::vector<RunRecord>& records) {
  std::vector<FailureBucket> buckets;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const RunRecord& record = records[i];
    if (record.state != RunState::kFailed) continue;
    const std::string text = std::string(failure_kind_name(record.outcome.kind)) + ": " +
                             normalised_message(record.outcome.message);
    auto bucket = std::find_if(buckets.begin(), buckets.end(),
                               [&](const FailureBucket& one) { return one.text == text; });
    if (bucket == buckets.end()) bucket = buckets.insert(bucket, {text, {}});
    bucket->runs.push_back(i);
  }
  std::stable_sort(buckets.begin(), buckets.end(),
                   [](const auto& a, const auto& b) { return a.runs.size() > b.runs.size(); });
  return buckets;
}

}  // namespace weft::tb
