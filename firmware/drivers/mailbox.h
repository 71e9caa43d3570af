// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdbool.h>
#include <stdint.h>

/// Words to and from the host.

/// Takes a word from the host; false if there is none.
bool mailbox_receive(uint64_t* word);

/// Gives the host a reply, a code of FW_MSG with a code of STATUS. It is fatal when there is no
/// room because the host has not taken the earlier ones.
void mailbox_reply(unsigned message, unsigned status);
