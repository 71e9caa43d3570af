// SPDX-License-Identifier: Apache-2.0
#pragma once

// Bodies of the templates in params.h, which includes this file.

namespace weft {
namespace params_detail {

void read_value(const ConfigValue& value, std::string_view unit, Time& target);
void read_value(const ConfigValue& value, std::string_view unit, Rate& target);
void read_value(const ConfigValue& value, std::string_view unit, Bytes& target);
void read_value(const ConfigValue& value, std::string_view unit, Length& target);
void read_value(const ConfigValue& value, std::string_view unit, Cycles& target);
void read_value(const ConfigValue& value, std::string_view unit, Frequency& target);
void read_value(const ConfigValue& value, std::string_view unit, bool& target);
void read_value(const ConfigValue& value, std::string_view unit, double& target);
void read_value(const ConfigValue& value, std::string_view unit, std::string& target);
/// A count, or a quantity when `unit` is the base unit of one.
std::uint64_t read_unsigned(const ConfigValue& value, std::string_view unit, std::uint64_t most);
std::int64_t read_signed(const ConfigValue& value, std::int64_t least, std::int64_t most);

template <class T>
requires kIsInteger<T>
void read_value(const ConfigValue& value, std::string_view unit, T& target) {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_signed_v<T>) {
    target = static_cast<T>(read_signed(value, Limits::min(), Limits::max()));
  } else {
    target = static_cast<T>(read_unsigned(value, unit, Limits::max()));
  }
}

std::string value_toml(Time value, std::string_view unit);
std::string value_toml(Rate value, std::string_view unit);
std::string value_toml(Bytes value, std::string_view unit);
std::string value_toml(Length value, std::string_view unit);
std::string value_toml(Cycles value, std::string_view unit);
std::string value_toml(Frequency value, std::string_view unit);
std::string value_toml(bool value, std::string_view unit);
std::string value_toml(double value, std::string_view unit);
std::string value_toml(const std::string& value, std::string_view unit);
std::string unsigned_toml(std::uint64_t value, std::string_view unit);

template <class T>
requires kIsInteger<T> std::string value_toml(T value, std::string_view unit) {
  if constexpr (std::is_signed_v<T>) {
    return std::to_string(value);
  } else {
    return unsigned_toml(value, unit);
  }
}

template <class T>
constexpr std::string_view kind_of() {
  if constexpr (std::is_same_v<T, Time>) return "time";
  if constexpr (std::is_same_v<T, Rate>) return "rate";
  if constexpr (std::is_same_v<T, Bytes>) return "size";
  if constexpr (std::is_same_v<T, Length>) return "length";
  if constexpr (std::is_same_v<T, Cycles>) return "cycles";
  if constexpr (std::is_same_v<T, Frequency>) return "frequency";
  if constexpr (std::is_same_v<T, bool>) return "flag";
  if constexpr (std::is_same_v<T, double>) return "number";
  if constexpr (kIsInteger<T>) return "integer";
  return "text";
}

std::string child_key(std::string_view prefix, std::string_view name);
/// "[0ns, 10us]" from two values as TOML.
std::string range_text(const std::string& lo, const std::string& hi);
/// "a | b | c"
std::string choice_text(std::span<const std::string_view> names);
[[noreturn]] void refuse_range(const ConfigValue& value, const std::string& range,
                               std::string_view unit, std::string_view sentence,
                               const std::string& default_toml);
/// The value given for `key`, if any; `default_toml` is what it is otherwise.
const ConfigValue* look_up(const Config& config, const std::string& key, std::string default_toml);
/// Throws `error` anew, for the concrete key that was asked for.
[[noreturn]] void refuse_key(const Config& config, const std::string& key, const InputError& error);

template <class E>
std::vector<std::string_view> words(std::span<const EnumName<E>> names) {
  std::vector<std::string_view> result;
  for (const EnumName<E>& name : names) result.push_back(name.name);
  return result;
}
template <class E>
std::string enum_toml(std::span<const EnumName<E>> names, E value) {
  for (const EnumName<E>& name : names) {
    if (name.value == value) return json_string(name.name);
  }
  throw std::logic_error("a parameter holds a value that has no name");
}

// Text of a value, one overload per kind of parameter.
template <class Owner, class T>
std::string toml_of(const Param<Owner, T>& p, const Owner& values) {
  return value_toml(values.*p.member, p.unit);
}
template <class Owner, class E>
std::string toml_of(const EnumParam<Owner, E>& p, const Owner& values) {
  return enum_toml(p.names, values.*p.member);
}
template <class Owner>
std::string toml_of(const WordParam<Owner>& p, const Owner& values) {
  return json_string(values.*p.member);
}

// Setting a value, one overload per kind.
template <class Owner, class T>
void assign(const Param<Owner, T>& p, const ConfigValue& value, Owner& target) {
  T read{};
  read_value(value, p.unit, read);
  if constexpr (kIsRanged<T>) {
    if (p.ranged && (read < p.lo || p.hi < read)) {
      refuse_range(value, range_text(value_toml(p.lo, p.unit), value_toml(p.hi, p.unit)), p.unit,
                   p.sentence, toml_of(p, Owner{}));
    }
  }
  target.*p.member = std::move(read);
}
template <class Owner, class E>
void assign(const EnumParam<Owner, E>& p, const ConfigValue& value, Owner& target) {
  target.*p.member = p.names[value.as_choice(words(p.names))].value;
}
template <class Owner>
void assign(const WordParam<Owner>& p, const ConfigValue& value, Owner& target) {
  target.*p.member = std::string(p.names[value.as_choice(p.names)]);
}

// What describes a parameter, one overload per kind.
template <class Owner, class T>
ParamInfo info_of(const Param<Owner, T>& p) {
  ParamInfo info{{}, std::string(kind_of<T>()), std::string(p.unit), {}, {}, {}};
  if constexpr (kIsRanged<T>) {
    if (p.ranged) info.range = range_text(value_toml(p.lo, p.unit), value_toml(p.hi, p.unit));
  }
  return info;
}
template <class Owner, class E>
ParamInfo info_of(const EnumParam<Owner, E>& p) {
  return {{}, "choice", {}, {}, choice_text(words(p.names)), {}};
}
template <class Owner>
ParamInfo info_of(const WordParam<Owner>& p) {
  return {{}, "choice", {}, {}, choice_text(p.names), {}};
}

/// Calls visit(name, parameter, struct that holds it) for each parameter, groups opened.
template <class T, class Visitor>
void each_param(std::string_view prefix, T& values, Visitor& visit);

template <class T, class P, class Visitor>
void one_param(std::string_view prefix, const P& p, T& values, Visitor& visit) {
  visit(child_key(prefix, p.name), p, values);
}
template <class T, class Owner, class Inner, class Visitor>
void one_param(std::string_view prefix, const ParamGroup<Owner, Inner>& p, T& values,
               Visitor& visit) {
  each_param(child_key(prefix, p.name), values.*p.member, visit);
}
template <class T, class Visitor>
void each_param(std::string_view prefix, T& values, Visitor& visit) {
  std::apply([&](const auto&... p) { (one_param(prefix, p, values, visit), ...); },
             std::remove_const_t<T>::params);
}

}  // namespace params_detail

template <class T, class Visitor>
void describe_params(Visitor&& visit) {
  const T defaults{};
  auto describe = [&](std::string name, const auto& p, const auto& holder) {
    ParamInfo info = params_detail::info_of(p);
    info.name = std::move(name);
    info.default_value = params_detail::toml_of(p, holder);
    info.sentence = std::string(p.sentence);
    visit(static_cast<const ParamInfo&>(info));
  };
  params_detail::each_param("", defaults, describe);
}

template <class T>
void read_params(const Config& config, std::string_view prefix, T& target) {
  auto read = [&](const std::string& key, const auto& p, auto& holder) {
    const ConfigValue* value =
        params_detail::look_up(config, key, params_detail::toml_of(p, holder));
    if (value == nullptr) return;
    try {
      params_detail::assign(p, *value, holder);
    } catch (const InputError& error) {
      params_detail::refuse_key(config, key, error);
    }
  };
  params_detail::each_param(prefix, target, read);
}

template <class T, class Visitor>
void visit_params(const T& values, Visitor&& visit) {
  auto dump = [&](const std::string& name, const auto& p, const auto& holder) {
    visit(name, params_detail::toml_of(p, holder));
  };
  params_detail::each_param("", values, dump);
}

template <class T>
std::string params_toml(std::string_view prefix, const T& values) {
  std::string text;
  visit_params(values, [&](const std::string& name, const std::string& value) {
    text += params_detail::child_key(prefix, name) + " = " + value + '\n';
  });
  return text;
}

}  // namespace weft
