# SPDX-License-Identifier: Apache-2.0
# Assembled for elf_fuzz: a whole program in about a kilobyte.
  .text
  .globl _start
_start:
  la sp, stack
  call work
  wfi
work:
  la t0, value
  ld t1, 0(t0)
  addi t1, t1, 1
  sd t1, 0(t0)
  ret
  .data
  .balign 8
value:
  .dword 41
  .bss
  .balign 16
  .skip 256
stack:
