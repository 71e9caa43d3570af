// SPDX-License-Identifier: Apache-2.0
#include "models/base/config_scan.h"

#include "models/base/config.h"
#include "models/base/text.h"

namespace weft {
namespace {

/// Walks over text that is valid TOML up to its first mistake; behind that its findings do not
/// matter, for the parser stops there.
class Scanner {
 public:
  Scanner(std::string_view text, const std::string& file_name)
      : text_(text), file_name_(file_name) {}

  void check_bytes() const {
    if (const std::size_t bad = find_invalid_utf8(text_); bad != std::string_view::npos) {
      refuse(bad, "not valid UTF-8", "save the file as UTF-8");
    }
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const auto byte = static_cast<unsigned char>(text_[i]);
      if ((byte >= 0x20 && byte != 0x7f) || byte == '\t' || byte == '\n') continue;
      if (byte == '\r' && i + 1 < text_.size() && text_[i + 1] == '\n') continue;
      refuse(i, "a control character (" + printable(text_.substr(i, 1)) + ")",
             "in a quoted text write it as an escape, \"\\u0000\"");
    }
  }

  void check_structure() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      switch (c) {
        case '#':
          skip_comment();
          continue;
        case '"':
        case '\'':
          skip_string(c);
          break;
        case '.':
          if (++dots_ >= Config::kMaxKeyParts) {
            refuse(at_, "a key of more than " + std::to_string(Config::kMaxKeyParts) + " parts",
                   "");
          }
          ++at_;
          break;
        case '[':
        case '{':
          open();
          break;
        case ']':
        case '}':
          if (depth_ != 0) --depth_;
          dots_ = 0;
          ++at_;
          break;
        case '\n':
          line_begins_ = true;
          dots_ = 0;
          ++at_;
          continue;
        case ',':
        case '=':
          dots_ = 0;
          ++at_;
          break;
        case ' ':
        case '\t':
        case '\r':
          ++at_;
          continue;
        default:
          ++at_;
          break;
      }
      line_begins_ = false;
    }
  }

 private:
  [[noreturn]] void refuse(std::size_t offset, std::string message, std::string hint) const {
    throw InputError(position_of(text_, offset, file_name_), "", std::move(message),
                     std::move(hint));
  }

  bool looking_at(std::string_view what) const { return text_.substr(at_, what.size()) == what; }

  void skip_comment() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  }

  void skip_string(char quote) {
    const std::string three(3, quote);
    const bool escapes = quote == '"';
    const bool multi_line = looking_at(three);
    at_ += multi_line ? 3 : 1;
    while (at_ < text_.size()) {
      if (escapes && text_[at_] == '\\') {
        // The escaped character belongs to the text, unless the line ends a one-line text.
        at_ += at_ + 1 < text_.size() && (multi_line || text_[at_ + 1] != '\n') ? 2 : 1;
      } else if (multi_line && looking_at(three)) {
        at_ += 3;
        // The text may end in one or two quotes of its own.
        for (int own = 0; own < 2 && at_ < text_.size() && text_[at_] == quote; ++own) ++at_;
        return;
      } else if (!multi_line && text_[at_] == quote) {
        ++at_;
        return;
      } else if (!multi_line && text_[at_] == '\n') {
        return;
      } else {
        ++at_;
      }
    }
  }

  void open() {
    if (line_begins_ && depth_ == 0 && text_[at_] == '[') check_header();
    if (++depth_ > Config::kMaxNesting) {
      refuse(at_,
             "lists or inline tables nested deeper than " + std::to_string(Config::kMaxNesting),
             "is a closing bracket missing?");
    }
    dots_ = 0;
    ++at_;
  }

  void check_header() const {
    std::size_t at = at_ + 1;
    if (at < text_.size() && text_[at] == '[') ++at;
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) ++at;
    const char c = at < text_.size() ? text_[at] : '\n';
    const bool key = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '_' || c == '-' || c == '"' || c == '\'';
    if (key) return;
    refuse(at_, "a section header without a name",
           c == '*' ? "a name with \"*\" needs quotes: [\"link*\"]" : "for example [sim]");
  }

  std::string_view text_;
  const std::string& file_name_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t dots_ = 0;     // in the key so far
  bool line_begins_ = true;  // nothing but blanks yet
};

}  // namespace

SourcePos position_of(std::string_view text, std::size_t offset, const std::string& file_name) {
  SourcePos pos{file_name, 1, 1};
  for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++pos.line;
      pos.column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xc0u) != 0x80u) {
      ++pos.column;
    }
  }
  return pos;
}

void scan_toml(std::string_view text, const std::string& file_name) {
  if (text.size() > Config::kMaxTextBytes) {
    throw InputError({file_name, 0, 0}, "",
                     "the text has " + std::to_string(text.size()) + " bytes, at most " +
                         std::to_string(Config::kMaxTextBytes) + " are read",
                     "");
  }
  Scanner scanner(text, file_name);
  scanner.check_bytes();
  scanner.check_structure();
}

}  // namespace weft
