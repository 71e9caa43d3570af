// SPDX-License-Identifier: Apache-2.0
// Compiled with the Verilated top into one shared object by scripts/build_link; never part of the
// program itself.

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <string>

#include "Vlink.h"
#include "systemc/verilated/link_face.h"
#include "verilated.h"
#ifdef WEFT_TRACE
#include "verilated_fst_c.h"
#endif
#ifdef WEFT_COVERAGE
#include "verilated_cov.h"
#endif

namespace {

/// The message of the assertion that failed in this thread's evaluation, if one did.
thread_local std::string fault_message;
thread_local bool fault_seen = false;

struct End {
  VerilatedContext context;
  std::unique_ptr<Vlink> top;
  std::string fault;
  alignas(64) std::uint64_t lo_data[8];  // Verilator's words are aligned to 4 bytes only
  alignas(64) std::uint64_t hr_data[8];
#ifdef WEFT_TRACE
  std::unique_ptr<VerilatedFstC> trace;
  std::uint64_t period_num = 0, period_den = 1;
#endif

  End() {
    context.traceEverOn(true);
    context.fatalOnError(false);
    top = std::make_unique<Vlink>(&context, "link");
  }
  ~End() {
    // Verilator 5.006: scopes are torn down through the thread's current context, not the model's
    // own.
    Verilated::threadContextp(&context);
#ifdef WEFT_TRACE
    if (trace) trace->close();
#endif
    top->final();
#ifdef WEFT_COVERAGE
    static int serial = 0;
    if (const char* dir = std::getenv("WEFT_RTL_COVERAGE")) {
      context.coveragep()->write((std::string(dir) + "/link-" + std::to_string(getpid()) + "-" +
                                  std::to_string(serial++) + ".dat")
                                     .c_str());
    }
#endif
    top.reset();
  }

#ifdef WEFT_TRACE
  std::uint64_t time_of(std::uint64_t cycle) const {
    return static_cast<std::uint64_t>(static_cast<unsigned __int128>(cycle) * period_num /
                                      period_den);
  }
#endif
};

void* create(const weft_link_straps* straps) {
  auto* end = new (std::nothrow) End;
  if (end == nullptr) return nullptr;
  Vlink& top = *end->top;
  top.clk_i = 0;
  top.rst_ni = 0;
  top.session_i = straps->session;
  top.strap_up_i = straps->start_up != 0;
  top.eval();
  top.clk_i = 1;
  top.eval();
  top.clk_i = 0;
  top.eval();
  top.rst_ni = 1;
  top.eval();
  return end;
}

void destroy(void* handle) { delete static_cast<End*>(handle); }

void step(void* handle, const weft_link_in* in, weft_link_out* out) {
  End& end = *static_cast<End*>(handle);
  Vlink& top = *end.top;
  const std::uint32_t flags = in->flags;
  top.now_i = in->now;
  top.phy_lock_i = (flags & WEFT_IN_PHY_LOCK) != 0;
  top.tx_slot_i = (flags & WEFT_IN_TX_SLOT) != 0;
  top.li_valid_i = (flags & WEFT_IN_LI) != 0;
  if (flags & WEFT_IN_LI) {
    top.li_sof_i = (flags & WEFT_IN_LI_SOF) != 0;
    top.li_eof_i = (flags & WEFT_IN_LI_EOF) != 0;
    top.li_bad_i = (flags & WEFT_IN_LI_BAD) != 0;
    std::memcpy(top.li_data_i.data(), in->li_data, 64);
  }
  top.ht_valid_i = (flags & WEFT_IN_HT) != 0;
  if (flags & WEFT_IN_HT) {
    top.ht_vc_i = in->ht_vc;
    top.ht_slots_i = in->ht_slots;
    std::memcpy(top.ht_data_i.data(), in->ht_data, 64);
  }
  top.free_valid_i = (flags & WEFT_IN_FREE) != 0;
  if (flags & WEFT_IN_FREE) {
    top.free_vc_i = in->free_vc;
    top.free_units_i = in->free_units;
  }
  top.csr_req_i = (flags & WEFT_IN_CSR) != 0;
  if (flags & WEFT_IN_CSR) {
    top.csr_we_i = (flags & WEFT_IN_CSR_WE) != 0;
    top.csr_addr_i = in->csr_addr;
    top.csr_wdata_i = in->csr_wdata;
  }
  top.clk_i = 1;
  top.eval();
#ifdef WEFT_TRACE
  if (end.trace) end.trace->dump(end.time_of(in->now));
#endif

  std::uint32_t seen = 0;
  if (top.quiescent_o) seen |= WEFT_OUT_QUIESCENT;
  if (top.up_o) seen |= WEFT_OUT_UP;
  if (top.irq_o) seen |= WEFT_OUT_IRQ;
  if (top.flush_o) seen |= WEFT_OUT_FLUSH;
  if (top.lo_valid_o) {
    seen |= WEFT_OUT_LO;
    if (top.lo_sof_o) seen |= WEFT_OUT_LO_SOF;
    if (top.lo_eof_o) seen |= WEFT_OUT_LO_EOF;
    std::memcpy(end.lo_data, top.lo_data_o.data(), 64);
    out->lo_data = end.lo_data;
  }
  if (top.hr_valid_o) {
    seen |= WEFT_OUT_HR;
    std::memcpy(end.hr_data, top.hr_data_o.data(), 64);
    out->hr_data = end.hr_data;
    out->hr_mask = top.hr_mask_o;
    out->hr_sop = top.hr_sop_o;
    out->hr_eop = top.hr_eop_o;
    out->hr_vc = top.hr_vc_o;
    if (top.hr_commit_o && top.hr_poison_o) seen |= WEFT_OUT_HR_POISON;
  }
  if (top.hr_commit_o) seen |= WEFT_OUT_HR_COMMIT;
  if (top.hr_abort_o) seen |= WEFT_OUT_HR_ABORT;
  out->ht_space = top.ht_space_o;
  if (top.csr_rvalid_o) {
    seen |= WEFT_OUT_CSR;
    out->csr_rdata = top.csr_rdata_o;
  }

  top.clk_i = 0;
  top.eval();
#ifdef WEFT_TRACE
  if (end.trace) end.trace->dump(end.time_of(in->now) + end.period_num / end.period_den / 2);
#endif
  if (fault_seen) {
    if (end.fault.empty()) end.fault = fault_message;
    fault_seen = false;
  }
  if (!end.fault.empty()) seen |= WEFT_OUT_FAULT;
  out->flags = seen;
}

std::uint64_t wake_at(const void* handle) {
  const Vlink& top = *static_cast<const End*>(handle)->top;
  std::uint64_t wake = WEFT_LINK_NEVER;
  const auto take = [&](unsigned bit, std::uint64_t deadline) {
    if (((top.dl_valid_o >> bit) & 1u) != 0 && deadline < wake) wake = deadline;
  };
  take(0, top.dl_ack_o);
  take(1, top.dl_replay_o);
  take(2, top.dl_ret_o);
  take(3, top.dl_stall_o);
  take(4, top.dl_boot_o);
  take(5, top.dl_state_o);
  return wake;
}

const char* fault(const void* handle) {
  const std::string& message = static_cast<const End*>(handle)->fault;
  return message.empty() ? nullptr : message.c_str();
}

int trace_open(void* handle, const char* path, std::uint64_t period_num, std::uint64_t period_den) {
#ifdef WEFT_TRACE
  End& end = *static_cast<End*>(handle);
  Verilated::threadContextp(&end.context);
  end.trace = std::make_unique<VerilatedFstC>();
  end.trace->set_time_unit("1fs");
  end.trace->set_time_resolution("1fs");
  end.top->trace(end.trace.get(), 99);
  end.period_num = period_num;
  end.period_den = period_den;
  end.trace->open(path);
  if (!end.trace->isOpen()) {
    end.trace.reset();
    return 1;
  }
  return 0;
#else
  (void)handle, (void)path, (void)period_num, (void)period_den;
  return 1;
#endif
}

void trace_close(void* handle) {
#ifdef WEFT_TRACE
  End& end = *static_cast<End*>(handle);
  if (end.trace) {
    end.trace->close();
    end.trace.reset();
  }
#else
  (void)handle;
#endif
}

const char package_text[] =
#include "package_text.inc"
    ;

const weft_link_face face = {
    WEFT_LINK_ABI,
#ifdef WEFT_TRACE
    1,
#else
    0,
#endif
    WEFT_NUM_VCS,
    WEFT_BEATS,
    sizeof(End) + WEFT_STATE_BYTES,
    WEFT_TOP,
    WEFT_BUILD,
    package_text,
    create,
    destroy,
    step,
    wake_at,
    fault,
    trace_open,
    trace_close,
};

}  // namespace

extern "C" __attribute__((visibility("default"))) const weft_link_face* weft_link_face_get(void) {
  return &face;
}

// Verilator calls these when an assertion or $fatal stops the model; the run decides what to do
// about it.
void vl_stop(const char* file, int line, const char*) VL_MT_UNSAFE {
  if (!fault_seen) {
    const char* name = std::strrchr(file, '/');
    fault_message = std::string("RTL assertion failed at ") + (name ? name + 1 : file) + ":" +
                    std::to_string(line);
  }
  fault_seen = true;
}
void vl_fatal(const char* file, int line, const char* hier, const char* message) VL_MT_UNSAFE {
  vl_stop(file, line, hier);
  fault_message += std::string(": ") + message;
}
