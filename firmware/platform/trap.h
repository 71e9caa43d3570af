// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

/// Called by the trap vector with the three CSRs; returns to resume at mepc.
void trap_handler(uint64_t cause, uint64_t pc, uint64_t value);

/// Ends the firmware: one console line, then FW_CAUSE, FW_PC and FW_TVAL, then FW_STATE = fatal,
/// then sleeps for ever with all interrupts off. `what` says what happened, without a newline.
__attribute__((noreturn)) void trap_fatal(const char* what, uint64_t cause, uint64_t pc,
                                          uint64_t value);
