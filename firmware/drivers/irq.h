// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

/// The NPU's interrupt sources. A source is either waited for with irq_sleep, or served by a
/// handler from the trap.

enum irq_source { kIrqCompletion = 0, kIrqNotify = 1, kIrqMailbox = 2, kIrqError = 3 };
enum { kIrqSources = 4 };

/// Called with traps off. It must take the cause away (read the mailbox empty, clear the notify
/// bits), except that completion and error are cleared before it is called.
typedef void (*irq_handler)(void);

/// All sources off, external interrupts on.
void irq_init(void);

void irq_set_handler(enum irq_source source, irq_handler handler);

/// Enables exactly the sources of `mask` (bit = irq_source).
void irq_enable(uint32_t mask);

/// Enabled sources that are pending; completion and error are cleared with it.
uint32_t irq_take(void);

/// With traps off: sleeps until an enabled source is pending, then as irq_take. Never loses one
/// that came just before.
uint32_t irq_sleep(void);

/// With traps off: sleeps until an enabled source is pending, and lets its handler run.
void irq_sleep_and_serve(void);

/// From the trap handler: calls the handlers of what is pending and enabled.
void irq_handle(void);
