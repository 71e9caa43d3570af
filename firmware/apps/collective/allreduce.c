// SPDX-License-Identifier: Apache-2.0
#include "firmware/apps/collective/allreduce.h"

#include <stdbool.h>
#include <stddef.h>

#include "firmware/drivers/dma.h"
#include "firmware/drivers/irq.h"
#include "firmware/drivers/notify.h"
#include "firmware/drivers/npu.h"
#include "firmware/drivers/segment.h"
#include "firmware/platform/cpu.h"
#include "firmware/platform/trap.h"

enum {
  kElementBytes = 4,
  kReducedId = 0,   // a piece to add is in staging
  kFinishedId = 1,  // a piece of the result is in the buffer
  kNotifyIds = 2,
  kNotifyMask = 1 << kReducedId | 1 << kFinishedId,
  kBatch = 4,  // descriptors for which the engine waits at most
  kWaitSources = 1 << kIrqNotify | 1 << kIrqError,
};

// Notifications that jobs have used since reset, and the counters as last read.
static uint64_t used[kNotifyIds];
static uint64_t seen[kNotifyIds];
static bool out_of_step;  // a job failed: notifications of it may still come

struct run {
  const struct allreduce_group* group;
  const struct allreduce_job* job;
  uint64_t elements;
  uint64_t slot_bytes;
  uint64_t next_base;  // what a local HBM address has to be added to, for the same place in next
  uint64_t reduce_head;
  uint32_t posted;     // cookie of the next descriptor
  uint32_t completed;  // cookie of the next completion
  uint8_t status;      // the first bad one
};

// A step sends one chunk, as far as it has come.
struct step {
  uint32_t chunk;
  bool awaits;          // pieces have to arrive first
  unsigned awaited_id;  // by this id
  bool reduces;         // then they are added from `staged`
  uint64_t staged;      // address of the chunk in staging
  uint64_t target;      // fabric address of next's copy of the chunk
  uint64_t write_head;
};

static uint64_t chunk_begin(const struct run* run, uint32_t chunk) {
  return run->elements * chunk / run->group->ranks;
}

static void take_completions(struct run* run) {
  uint64_t word;
  while (dma_take(&word)) {
    const uint32_t cookie = (uint32_t)NPU_GET(word, COMPLETION_COOKIE);
    if (cookie != run->completed) {
      trap_fatal("completion out of order", cookie, 0, run->completed);
    }
    ++run->completed;
    if (run->status == WEFT_NPU_STATUS_OK) {
      run->status = (uint8_t)NPU_GET(word, COMPLETION_STATUS);
    }
  }
}

static void serve(const struct run* run, uint32_t sources) {
  if (sources & 1u << kIrqNotify) {
    notify_clear(kNotifyMask);
  }
  if (sources & 1u << kIrqError && dma_has_failed()) {
    trap_fatal("DMA ring refused", sources, 0, run->posted);
  }
}

// Until all that was posted, or all but `rest`, is complete.
static void await_completions(struct run* run, uint32_t rest) {
  if (dma_unrung() != 0) {
    dma_ring();
  }
  irq_enable(kWaitSources | 1u << kIrqCompletion);
  for (take_completions(run); dma_outstanding() > rest; take_completions(run)) {
    serve(run, irq_sleep());
  }
  irq_enable(kWaitSources);
}

static bool has_come(unsigned id, uint64_t wanted) {
  seen[id] = notify_count(id);
  return seen[id] >= wanted;
}

// Until the next notification of `id` that no piece has used. False after a failure.
static bool await_piece(struct run* run, unsigned id) {
  const uint64_t wanted = ++used[id];
  if (seen[id] >= wanted) {
    return true;
  }
  if (dma_unrung() != 0) {
    dma_ring();
  }
  for (;;) {
    if (has_come(id, wanted)) {
      return true;
    }
    take_completions(run);
    if (run->status != WEFT_NPU_STATUS_OK) {
      return false;
    }
    cpu_wait();  // ends at once if a notification has come since
    notify_clear(kNotifyMask);
    if (has_come(id, wanted)) {
      return true;
    }
    serve(run, irq_take());
  }
}

static void send_piece(struct run* run, const struct step* step, uint64_t local, uint64_t offset,
                       uint64_t bytes) {
  if (dma_outstanding() > kDmaEntries - 2) {
    await_completions(run, kDmaEntries / 2);
  }
  if (step->reduces) {
    dma_post(run->reduce_head, run->posted++, local + offset, step->staged + offset, bytes, 0);
  }
  dma_post(step->write_head, run->posted++, local + offset, step->target + offset, bytes,
           run->job->token);
  if (dma_unrung() >= kBatch) {
    dma_ring();
  }
}

static bool do_step(struct run* run, const struct step* step) {
  const uint64_t first = chunk_begin(run, step->chunk);
  const uint64_t count = chunk_begin(run, step->chunk + 1) - first;
  const uint64_t local = run->job->buffer + first * kElementBytes;
  uint64_t begin = 0;
  uint64_t product = 0;
  for (unsigned piece = 0; piece < run->job->pieces; ++piece) {
    product += count;
    const uint64_t end = product / run->job->pieces;
    if (end != begin) {
      if (step->awaits && !await_piece(run, step->awaited_id)) {
        return false;
      }
      send_piece(run, step, local, begin * kElementBytes, (end - begin) * kElementBytes);
    }
    begin = end;
  }
  return run->status == WEFT_NPU_STATUS_OK;
}

// Chunk `rank` + `ahead`, counted round the ring; `ahead` from -ranks to ranks.
static uint32_t chunk_at(const struct run* run, int32_t ahead) {
  const int32_t ranks = run->group->ranks;
  const int32_t chunk = run->group->rank + ahead;
  return (uint32_t)(chunk < 0 ? chunk + ranks : chunk >= ranks ? chunk - ranks : chunk);
}

static bool reduce_scatter(struct run* run) {
  const unsigned steps = run->group->ranks - 1;
  for (unsigned s = 0; s < steps; ++s) {
    const uint64_t slot = run->job->staging + s * run->slot_bytes;
    const struct step step = {.chunk = chunk_at(run, -(int32_t)s),
                              .awaits = s > 0,
                              .awaited_id = kReducedId,
                              .reduces = s > 0,
                              .staged = slot - run->slot_bytes,
                              .target = run->next_base + slot,
                              .write_head = dma_head(WEFT_NPU_OP_WRITE_NOTIFY, 0, kReducedId)};
    if (!do_step(run, &step)) {
      return false;
    }
  }
  return true;
}

static bool all_gather(struct run* run) {
  const unsigned steps = run->group->ranks - 1;
  for (unsigned s = 0; s < steps; ++s) {
    const uint32_t chunk = chunk_at(run, 1 - (int32_t)s);
    const struct step step = {
        .chunk = chunk,
        .awaits = true,
        .awaited_id = s == 0 ? kReducedId : kFinishedId,
        .reduces = s == 0,
        .staged = run->job->staging + (steps - 1) * run->slot_bytes,
        .target = run->next_base + run->job->buffer + chunk_begin(run, chunk) * kElementBytes,
        .write_head = dma_head(WEFT_NPU_OP_WRITE_NOTIFY, 0, kFinishedId)};
    if (!do_step(run, &step)) {
      return false;
    }
  }
  return true;
}

// The chunk that is sent no further.
static bool await_last_chunk(struct run* run) {
  const uint32_t chunk = chunk_at(run, 2);
  const uint64_t count = chunk_begin(run, chunk + 1) - chunk_begin(run, chunk);
  const uint64_t pieces = count < run->job->pieces ? count : run->job->pieces;
  for (uint64_t i = 0; i < pieces; ++i) {
    if (!await_piece(run, kFinishedId)) {
      return false;
    }
  }
  return true;
}

static uint8_t check(const struct allreduce_job* job) {
  if (job->dtype > WEFT_NPU_DTYPE_INT32 || job->pieces == 0) {
    return WEFT_NPU_STATUS_BAD_DESCRIPTOR;
  }
  if (job->bytes == 0 || job->bytes % kElementBytes != 0) {
    return WEFT_NPU_STATUS_BAD_LENGTH;
  }
  return WEFT_NPU_STATUS_OK;
}

static void show_memory(uint32_t token) {
  const struct segment all = {.offset = 0,
                              .size = npu_hbm_size(),
                              .local = WEFT_NPU_HBM_BASE,
                              .token = token,
                              .rights = kSegmentRead | kSegmentWrite};
  segment_set(0, &all);
}

static void resynchronize(void) {
  for (unsigned id = 0; id < kNotifyIds; ++id) {
    used[id] = seen[id] = notify_count(id);
  }
  out_of_step = false;
}

void allreduce_init(void) {
  dma_init();
  notify_clear(kNotifyMask);
  notify_enable(kNotifyMask);
  resynchronize();
}

uint8_t allreduce_arm(const struct allreduce_job* job) {
  const uint8_t refused = check(job);
  if (refused == WEFT_NPU_STATUS_OK) {
    show_memory(job->token);
    if (out_of_step) {
      resynchronize();
    }
  }
  return refused;
}

uint8_t allreduce_run(const struct allreduce_group* group, const struct allreduce_job* job) {
  if (group->ranks == 1) {
    return WEFT_NPU_STATUS_OK;
  }
  const uint64_t elements = job->bytes / kElementBytes;
  struct run run = {.group = group,
                    .job = job,
                    .elements = elements,
                    .slot_bytes = (elements + group->ranks - 1) / group->ranks * kElementBytes,
                    .reduce_head = dma_head(WEFT_NPU_OP_REDUCE, job->dtype, 0),
                    .next_base = dma_fabric_address(group->next, 0) - WEFT_NPU_HBM_BASE};
  irq_enable(kWaitSources);
  out_of_step = !(reduce_scatter(&run) && all_gather(&run) && await_last_chunk(&run));
  await_completions(&run, 0);
  irq_enable(0);
  out_of_step = out_of_step || run.status != WEFT_NPU_STATUS_OK;
  return run.status;
}
