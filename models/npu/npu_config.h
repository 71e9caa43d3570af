// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tuple>

#include "models/base/params.h"
#include "models/base/time.h"
#include "models/base/units.h"

namespace weft {

/// What an NPU is made of. All figures are parameters of the model, not those of a product.
struct NpuConfig {
  Bytes hbm_size{std::uint64_t{16} << 30};
  Rate hbm_bandwidth{25'600'000'000'000};
  Time hbm_latency = Time::ns(120);
  Bytes sram_size{256 * 1024};
  Rate sram_bandwidth{4'096'000'000'000};
  Time sram_latency = Time::ns(4);
  Time mmio_latency = Time::ns(20);
  unsigned dma_tags = 256;
  unsigned dma_descriptors = 64;
  unsigned dma_prefetch = 8;
  unsigned dma_read_ahead = 16;
  unsigned owner_responses = 32;
  Rate reduce_rate{8'000'000'000'000};
  unsigned reduce_read_ahead = 32;

  static constexpr auto params = std::tuple{
      param("hbm_size", &NpuConfig::hbm_size, "GiB",
            range(Bytes{65'536}, Bytes{std::uint64_t{1} << 40}), "size of the HBM"),
      param("hbm_bandwidth", &NpuConfig::hbm_bandwidth, "TB/s",
            range(Rate{1'000'000'000}, Rate{1'000'000'000'000'000}),
            "rate of the HBM's data bus, reads and writes together"),
      param("hbm_latency", &NpuConfig::hbm_latency, "ns", range(Time::ns(0), Time::us(100)),
            "from the last byte on the HBM's data bus to the end of an access"),
      param("sram_size", &NpuConfig::sram_size, "KiB", range(Bytes{16'384}, Bytes{1u << 30}),
            "size of the SRAM that holds the firmware and the rings"),
      param("sram_bandwidth", &NpuConfig::sram_bandwidth, "GB/s",
            range(Rate{1'000'000'000}, Rate{1'000'000'000'000'000}),
            "rate at which devices read and write the SRAM"),
      param("sram_latency", &NpuConfig::sram_latency, "ns", range(Time::ns(0), Time::us(100)),
            "the same as hbm_latency for a device's access to the SRAM"),
      param("mmio_latency", &NpuConfig::mmio_latency, "ns", range(Time::ns(0), Time::us(100)),
            "how long the core waits for a register access"),
      param("dma_tags", &NpuConfig::dma_tags, "packets", range(1u, 4'096u),
            "requests of the DMA engine that may wait for their response"),
      param("dma_descriptors", &NpuConfig::dma_descriptors, "descriptors", range(1u, 1'024u),
            "descriptors that may be in work at a time"),
      param("dma_prefetch", &NpuConfig::dma_prefetch, "descriptors", range(1u, 64u),
            "descriptors fetched by one read of the ring, at most"),
      param("dma_read_ahead", &NpuConfig::dma_read_ahead, "packets", range(1u, 256u),
            "packets read from memory before the port takes them, at most"),
      param("owner_responses", &NpuConfig::owner_responses, "packets", range(1u, 256u),
            "requests of other nodes that may be in work at a time"),
      param("reduce_rate", &NpuConfig::reduce_rate, "TB/s",
            range(Rate{1'000'000'000}, Rate{1'000'000'000'000'000}),
            "rate at which REDUCE makes results"),
      param("reduce_read_ahead", &NpuConfig::reduce_read_ahead, "blocks", range(1u, 256u),
            "blocks of 4 KiB that REDUCE reads before the first is written, at most"),
  };
};

}  // namespace weft
