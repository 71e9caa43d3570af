/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "models/link/pins.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Version of this face; a shared object of another version is refused. */
#define WEFT_LINK_ABI 1u

/** What a Verilated link object offers: the only thing it exports (weft_link_face_get). */
typedef struct weft_link_face {
  uint32_t abi;       /**< WEFT_LINK_ABI it was built with */
  uint32_t traceable; /**< 1 if trace_open works */
  uint32_t num_vcs;
  uint32_t beats;           /**< beats of a DATA flit: the slot strobe's period */
  uint32_t state_bytes;     /**< memory of one end */
  const char* top;          /**< top module */
  const char* build;        /**< tools and options it was built with, for the run's header */
  const char* package_text; /**< the protocol package it was built from, whole */

  /** A new end in reset, or NULL when memory is out. */
  void* (*create)(const weft_link_straps* straps);
  void (*destroy)(void* end);
  /** One clock. An assertion of the RTL that fails sets WEFT_OUT_FAULT, now and for ever. */
  void (*step)(void* end, const weft_link_in* in, weft_link_out* out);
  /** Earliest armed deadline, WEFT_LINK_NEVER if none. */
  uint64_t (*wake_at)(const void* end);
  /** Message of the first failed assertion, or NULL. */
  const char* (*fault)(const void* end);
  /** Starts writing FST waves; cycle n stands at floor(n * period_num / period_den) fs. 0 on
   * success. */
  int (*trace_open)(void* end, const char* path, uint64_t period_num, uint64_t period_den);
  /** Ends the waves; the file is whole afterwards. Also done by destroy. */
  void (*trace_close)(void* end);
} weft_link_face;

/** Bit of weft_link_out.flags set by the wrapper. */
#define WEFT_OUT_FAULT (1u << 31)

typedef const weft_link_face* (*weft_link_face_get_fn)(void);

#ifdef __cplusplus
}
#endif
