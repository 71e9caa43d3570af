// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

/// The CLINT's timer; time is in nanoseconds.

uint64_t timer_now(void);

/// Calls `handler` once from the timer trap when the time is `at` or later. A new call replaces the
/// one that is waiting.
void timer_start(uint64_t at, void (*handler)(void));

/// From the trap handler: stops the timer, then calls its handler.
void timer_handle(void);
