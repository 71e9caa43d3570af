/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The pins of a link end for one clock, as plain C so that they can cross the border of a
 * shared object. One clock is: the caller fills weft_link_in, the end is evaluated at the rising
 * edge, weft_link_out holds what its flops show afterwards. Data pins are pointers to eight
 * 64-bit slots (slot 0 first, little-endian), valid only while the matching flag is set;
 * pointers in weft_link_out stay valid until the next clock of the same end.
 */

/** Bits of weft_link_in.flags. */
enum {
  WEFT_IN_PHY_LOCK = 1u << 0, /**< the PHY has lock (level) */
  WEFT_IN_TX_SLOT = 1u << 1,  /**< a flit may start: strobe every N cycles */
  WEFT_IN_LI = 1u << 2,       /**< a beat arrives from the PHY */
  WEFT_IN_LI_SOF = 1u << 3,
  WEFT_IN_LI_EOF = 1u << 4,
  WEFT_IN_LI_BAD = 1u << 5, /**< the PHY flagged the beat */
  WEFT_IN_HT = 1u << 6,     /**< the host offers a beat of packet slots */
  WEFT_IN_FREE = 1u << 7,   /**< the host frees receive buffer */
  WEFT_IN_CSR = 1u << 8,    /**< register access */
  WEFT_IN_CSR_WE = 1u << 9
};

/** Inputs of one clock. Zero-initialised with `now` set it is the null input. */
typedef struct weft_link_in {
  uint64_t now;   /**< link cycle, 48 bits, +1 per cycle (skipped cycles count) */
  uint32_t flags; /**< WEFT_IN_* */
  uint8_t ht_vc;
  uint8_t ht_slots; /**< 1 to 8 */
  uint8_t ht_sop;   /**< bit i: slot i is a packet header */
  uint8_t free_vc;
  uint16_t free_units; /**< receive buffer units given back */
  uint16_t csr_addr;   /**< byte offset in the register page, multiple of 8 */
  const uint64_t* li_data;
  const uint64_t* ht_data;
  uint64_t csr_wdata;
} weft_link_in;

/** Bits of weft_link_out.flags. */
enum {
  WEFT_OUT_QUIESCENT = 1u << 0, /**< nothing changes before wake_at if inputs stay null */
  WEFT_OUT_LO = 1u << 1,        /**< a beat leaves for the PHY */
  WEFT_OUT_LO_SOF = 1u << 2,
  WEFT_OUT_LO_EOF = 1u << 3,
  WEFT_OUT_HR = 1u << 4,        /**< a beat of packet slots for the host */
  WEFT_OUT_HR_COMMIT = 1u << 5, /**< with the last beat: the flit was good */
  WEFT_OUT_HR_ABORT = 1u << 6,  /**< the flit was bad: forget it */
  WEFT_OUT_HR_POISON = 1u << 7, /**< with commit: the continued packet is poisoned */
  WEFT_OUT_IRQ = 1u << 8,
  WEFT_OUT_UP = 1u << 9,   /**< state is ACTIVE */
  WEFT_OUT_CSR = 1u << 10, /**< csr_rdata answers the read of the clock before */
  WEFT_OUT_FLUSH =
      1u << 11 /**< the link restarts: the skid is empty again, packets on the way are lost */
};

/** Outputs after one clock. Fields are meaningful only under their flag. */
typedef struct weft_link_out {
  uint32_t flags;    /**< WEFT_OUT_* */
  uint8_t hr_mask;   /**< bit i: slot i belongs to a packet */
  uint8_t hr_sop;    /**< bit i: slot i is a packet header */
  uint8_t hr_eop;    /**< bit i: slot i ends a packet */
  uint8_t hr_vc;     /**< VC of the packet continued into this beat */
  uint64_t ht_space; /**< 4 bits per VC: slots that left the skid at this edge */
  const uint64_t* lo_data;
  const uint64_t* hr_data;
  uint64_t csr_rdata;
} weft_link_out;

/** What an end is told before its first clock; all zero is a usable default but for the session. */
typedef struct weft_link_straps {
  uint32_t session;  /**< keyed random per reset; both ends of a link must differ from run to run */
  uint32_t start_up; /**< 1: begin in ACTIVE with initial credits, as if trained */
} weft_link_straps;

/** Cycle that never comes: wake_at of an end without an armed timer. */
#define WEFT_LINK_NEVER UINT64_MAX

#ifdef __cplusplus
}
#endif
