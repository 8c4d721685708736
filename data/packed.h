// Packed data sets: what training reads. A folder of shards, which are memory-mapped, and an index of them.
//
//   FOLDER/packed.index      text: the shards in order, how many traces each holds, their checksums
//   FOLDER/shard-00000.packed, ...   header, records, table of records; docs/datasets.md has every byte
//
// Samples are float32, or float16 with a power of two for each trace so that none overflows: half the size, values
// within 2^-11 of themselves. Every trace has checksums (CRC32C), which each read verifies. A shard and the index are
// written beside and renamed, the index last: a folder is a whole data set or, without an index, none.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/labelled_trace.h"

namespace seisgrad {

// Why a trace cannot be trained on: no samples, a wrong count of them, NaN or infinite samples, an impossible rate,
// components other than some of E, N, Z in this order, arrivals outside the trace (but a P before it may be, where the
// last arrival is inside) or out of order. "" if it can.
std::string why_unusable(const LabelledTrace& trace);

struct PackedOptions {
  bool half = false;                     // float16 samples
  std::int64_t traces_per_shard = 4096;  // about 300 MB of STEAD's minutes
};

class PackedWriter {
 public:
  // Makes the folder where there is none. Throws std::invalid_argument where it holds a data set.
  explicit PackedWriter(std::string folder, PackedOptions options = {});
  // Without finish(), for instance after an exception, nothing is left of the data set.
  ~PackedWriter();
  PackedWriter(const PackedWriter&) = delete;
  PackedWriter& operator=(const PackedWriter&) = delete;

  // From one thread at a time. Rows of absent components are not stored. Throws std::invalid_argument saying
  // why_unusable, std::runtime_error where the disk refuses.
  void add(const LabelledTrace& trace);
  void finish();
  std::int64_t size() const { return size_; }

 private:
  struct Shard;
  void close_shard();

  std::string folder_;
  PackedOptions options_;
  std::unique_ptr<Shard> shard_;
  std::vector<std::string> lines_;  // of the index
  std::int64_t size_ = 0;
  bool finished_ = false;
};

// Any number of threads may read at once. Shards must not be written into meanwhile, which PackedWriter never does.
class PackedDataset {
 public:
  // A folder that PackedWriter finished. Throws std::runtime_error naming the file, the offset and the remedy where one
  // is missing, cut short, damaged or not ours.
  explicit PackedDataset(const std::string& path);
  ~PackedDataset();
  PackedDataset(PackedDataset&&) noexcept;
  PackedDataset& operator=(PackedDataset&&) noexcept;

  std::int64_t size() const { return size_; }
  // Both verify the checksum of what they read; std::runtime_error where it does not hold. 0 <= i < size().
  TraceInfo info(std::int64_t i) const;
  LabelledTrace read(std::int64_t i) const;
  // Equal for equal traces in equal order, however they are cut into shards.
  std::uint64_t hash() const { return hash_; }
  const std::string& path() const { return path_; }

 private:
  struct Shard;
  const Shard& shard_of(std::int64_t i) const;

  std::string path_;
  std::vector<Shard> shards_;
  std::int64_t size_ = 0;
  std::uint64_t hash_ = 0;
};

// Whether a folder holds a finished packed data set.
bool is_packed(const std::string& path);

}  // namespace seisgrad
