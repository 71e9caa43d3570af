// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include "models/base/params.h"
#include "models/workload/collective_data.h"
#include "models/workload/element_type.h"

namespace weft {

enum class WorkloadKind { kStream, kAllReduce };
inline constexpr std::array kWorkloadNames{
    EnumName<WorkloadKind>{WorkloadKind::kStream, "stream"},
    EnumName<WorkloadKind>{WorkloadKind::kAllReduce, "all_reduce"},
};

enum class AllReduceAlgorithm { kRing };
inline constexpr std::array kAlgorithmNames{
    EnumName<AllReduceAlgorithm>{AllReduceAlgorithm::kRing, "ring"},
};

inline constexpr std::array kElementTypeNames{
    EnumName<ElementType>{ElementType::kFp32, "fp32"},
    EnumName<ElementType>{ElementType::kInt32, "int32"},
};

enum class AllReduceDriver { kFirmware, kEngine };
inline constexpr std::array kDriverNames{
    EnumName<AllReduceDriver>{AllReduceDriver::kFirmware, "firmware"},
    EnumName<AllReduceDriver>{AllReduceDriver::kEngine, "engine"},
};

/// Keys of every [workload].
struct WorkloadKeys {
  WorkloadKind kind = WorkloadKind::kStream;
  Time begin;

  static constexpr auto params = std::tuple{
      param("kind", &WorkloadKeys::kind, one_of(kWorkloadNames), "what the nodes do"),
      param("begin", &WorkloadKeys::begin, "us", range(Time{}, Time::s(1)),
            "when it begins; links that start with training need about 2us"),
  };
};

/// [workload] of kind "stream": every generator sends packets to the node at the other end.
struct StreamKeys {
  Time duration = Time::us(20);
  std::vector<std::uint64_t> sizes{256};     ///< bytes, header not included
  std::vector<std::uint64_t> vc_weights{1};  ///< of VC 0, 1, ...
  static constexpr std::size_t kMostSizes = 256;

  static constexpr auto params = std::tuple{
      param("duration", &StreamKeys::duration, "us", range(Time::ns(1), Time::s(3600)),
            "how long generators offer packets; then what is under way is waited for"),
  };
};

/// [workload] of kind "all_reduce": in the end every npu has the sum of the buffers of all.
struct AllReduceKeys {
  AllReduceAlgorithm algorithm = AllReduceAlgorithm::kRing;
  Bytes bytes{std::uint64_t{1} << 20};
  ElementType type = ElementType::kFp32;
  AllReduceDriver driver = AllReduceDriver::kFirmware;
  unsigned pieces = 4;

  static constexpr std::uint64_t kElementBytes = 4;
  std::uint64_t elements() const { return bytes.bytes / kElementBytes; }
  /// The buffer begins where the HBM does; the staging area at the next multiple of 4 KiB.
  std::uint64_t staging_offset() const { return (bytes.bytes + 4095) / 4096 * 4096; }
  /// Bytes of HBM that an npu needs among `ranks` of them.
  std::uint64_t hbm_bytes(unsigned ranks) const;

  static constexpr auto params = std::tuple{
      param("algorithm", &AllReduceKeys::algorithm, one_of(kAlgorithmNames),
            "who sends what to whom"),
      param("bytes", &AllReduceKeys::bytes, "MiB",
            range(Bytes{kElementBytes}, Bytes{std::uint64_t{1} << 40}),
            "buffer of each npu; a multiple of 4B, and at least 4B per npu"),
      param("type", &AllReduceKeys::type, one_of(kElementTypeNames), "type of an element"),
      param("driver", &AllReduceKeys::driver, one_of(kDriverNames),
            "who posts descriptors: the firmware on each npu's core, or the testbench in its "
            "place"),
      param("pieces", &AllReduceKeys::pieces, "pieces", range(1u, 64u),
            "parts of a chunk that are sent on as soon as they are there"),
  };
};

inline std::uint64_t AllReduceKeys::hbm_bytes(unsigned ranks) const {
  const RingAllReduce ring(ranks, elements(), pieces);
  return staging_offset() + ring.staging_elements() * kElementBytes;
}

/// [workload]: those of its keys that belong to its kind have been read.
struct Workload : WorkloadKeys, StreamKeys {
  AllReduceKeys all_reduce;
};

}  // namespace weft
