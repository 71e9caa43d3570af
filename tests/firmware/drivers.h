// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The firmware's drivers as C++ sees them, built for the host.
extern "C" {
#include "firmware/drivers/console.h"
#include "firmware/drivers/dma.h"
#include "firmware/drivers/irq.h"
#include "firmware/drivers/mailbox.h"
#include "firmware/drivers/notify.h"
#include "firmware/drivers/npu.h"
#include "firmware/drivers/segment.h"
#include "firmware/drivers/timer.h"
#include "firmware/platform/cpu.h"
}
