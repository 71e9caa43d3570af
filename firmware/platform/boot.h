// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Runs first, on the stack: tells the host that the firmware boots, then runs main.
void boot(void);

/// For the app, when it can take messages: state ready, and READY to the host.
void boot_done(void);

/// The app. When it returns the core sleeps.
int main(void);
