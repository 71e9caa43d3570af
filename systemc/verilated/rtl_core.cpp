// SPDX-License-Identifier: Apache-2.0
#include "systemc/verilated/rtl_core.h"

#include <dlfcn.h>

#include <new>
#include <sstream>
#include <stdexcept>

#include "models/base/error.h"
#include "models/protocol/emit_sv.h"

namespace weft::sc {

std::shared_ptr<RtlObject> RtlObject::load(const std::string& path) {
  std::shared_ptr<RtlObject> object(new RtlObject);
  object->path_ = path;
  object->handle_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (object->handle_ == nullptr) {
    const char* reason = dlerror();
    throw InputError({path}, "",
                     std::string("cannot load the link object: ") + (reason ? reason : "?"),
                     "scripts/build_link builds it");
  }
  const auto get =
      reinterpret_cast<weft_link_face_get_fn>(dlsym(object->handle_, "weft_link_face_get"));
  if (get == nullptr) {
    throw InputError({path}, "", "this shared object is not a link object",
                     "scripts/build_link builds one");
  }
  object->face_ = get();
  if (object->face_->abi != WEFT_LINK_ABI) {
    throw InputError({path}, "",
                     "link object of face version " + std::to_string(object->face_->abi) +
                         ", version " + std::to_string(WEFT_LINK_ABI) + " is wanted",
                     "build it again with scripts/build_link");
  }
  return object;
}

RtlObject::~RtlObject() {
  if (handle_ != nullptr) dlclose(handle_);
}

namespace {

/// The lines of a protocol package that are structure: registers hold the rest, whose reset values
/// are left out.
std::string structure(const std::string& package) {
  std::istringstream lines(package);
  std::string line, kept;
  bool in_timers = false;
  while (std::getline(lines, line)) {
    if (line.starts_with("  // ")) in_timers = line.starts_with("  // Timers");
    if (!in_timers && line.find(" RxBufUnits ") == std::string::npos) kept += line + '\n';
  }
  return kept;
}

}  // namespace

void RtlObject::check_protocol(const Protocol& protocol) const {
  if (structure(emit_sv_package(protocol)) == structure(face_->package_text)) return;
  throw InputError(
      {path_}, "",
      "the link object was built from other numbers than protocol '" + protocol.name + "'",
      "scripts/build_link --protocol FILE --out DIR builds one from them");
}

RtlCore::RtlCore(std::shared_ptr<RtlObject> object, const weft_link_straps& straps,
                 std::string name)
    : object_(std::move(object)),
      face_(&object_->face()),
      end_(face_->create(&straps)),
      name_(std::move(name)) {
  if (end_ == nullptr) throw std::bad_alloc();
}

RtlCore::~RtlCore() { face_->destroy(end_); }

void RtlCore::step(const weft_link_in& in, weft_link_out& out) {
  face_->step(end_, &in, &out);
  if ((out.flags & WEFT_OUT_FAULT) != 0) [[unlikely]] {
    const std::string fault = face_->fault(end_);
    throw RtlFault(name_.empty() ? fault : fault + " in " + name_);
  }
}

void RtlCore::check_waves() const {
  if (face_->traceable != 0) return;
  throw InputError({object_->path()}, "", "this link object was built without waves",
                   "scripts/build_link --trace builds one with them");
}

void RtlCore::open_waves(const std::string& path, const Clock& clock) {
  check_waves();
  if (face_->trace_open(end_, path.c_str(), clock.num(), clock.den()) != 0) {
    throw InputError({path}, "", "cannot write waves to this file", "");
  }
}

std::unique_ptr<LinkCore> load_rtl_core(const std::shared_ptr<RtlObject>& object,
                                        const weft_link_straps& straps) {
  return std::make_unique<RtlCore>(object, straps);
}

}  // namespace weft::sc
