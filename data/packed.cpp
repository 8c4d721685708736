#include "data/packed.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "data/half.h"
#include "data/packed_format.h"
#include "tensor/crc32c.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

[[noreturn]] void fail(const std::string& file, const auto&... what) {
  throw std::runtime_error(joined(file, ": ", what...));
}

// The bytes of a file, as long as this lives.
class Mapped {
 public:
  explicit Mapped(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (file < 0 || ::fstat(file, &status) != 0) {
      const int reason = errno;
      if (file >= 0) ::close(file);
      fail(path, "cannot open: ", std::strerror(reason), "; a shard of the data set, pack the data again");
    }
    size_ = static_cast<std::size_t>(status.st_size);
    data_ = size_ == 0 ? nullptr : ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file, 0);
    const int reason = errno;
    ::close(file);
    if (data_ == MAP_FAILED) fail(path, "cannot map into memory: ", std::strerror(reason));
  }
  ~Mapped() {
    if (data_ != nullptr) ::munmap(data_, size_);
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;

  std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

struct IndexLine {
  std::string name;
  std::int64_t traces = 0;
  std::uint32_t header_crc = 0;
};

std::vector<IndexLine> read_index(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    fail(path, "cannot open; ", std::filesystem::path(path).parent_path().string(),
         " is no finished packed data set; make one with `seisgrad data pack`");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  if (text.rfind(std::string(packed::index_title) + "\n", 0) != 0)
    fail(path, "not an index of a packed data set of this version; pack the data again");
  constexpr std::size_t last_line = 18;  // "checksum 01234567\n"
  const std::size_t end = text.size() < last_line ? 0 : text.size() - last_line;
  const std::string checksum = packed::checksum_line(std::string_view(text).substr(0, end));
  if (text.substr(end) != checksum) fail(path, "cut short or damaged: its checksum does not hold; pack the data again");
  std::istringstream lines(text.substr(packed::index_title.size() + 1, end - packed::index_title.size() - 1));
  std::vector<IndexLine> shards;
  for (IndexLine line; lines >> line.name >> line.traces >> std::hex >> line.header_crc >> std::dec;)
    shards.push_back(line);
  return shards;
}

}  // namespace

struct PackedDataset::Shard {
  std::string path;
  std::int64_t first = 0;  // trace of the data set
  bool half = false;
  std::unique_ptr<Mapped> file;
  std::vector<packed::Entry> entries;

  Shard(std::string shard_path, std::int64_t first_trace, const IndexLine& line)
      : path(std::move(shard_path)), first(first_trace), file(std::make_unique<Mapped>(path)) {
    const std::string_view bytes = file->bytes();
    packed::Header header;
    try {
      header = packed::decode_header(bytes);
    } catch (const std::runtime_error& error) { fail(path, error.what()); }
    if (packed::identity(bytes) != line.header_crc)
      fail(path, "at byte 0: a shard of another data set than ", packed::index_name, " names; pack the data again");
    if (bytes.size() != header.file_size)
      fail(path, "has ", bytes.size(), " bytes instead of ", header.file_size,
           ", it is cut short; pack the data again");
    if (header.table_offset > bytes.size() || (bytes.size() - header.table_offset) / packed::entry_size < header.traces)
      fail(path, "at byte 32: its table lies outside the file; pack the data again");
    const std::string_view table = bytes.substr(header.table_offset, header.traces * packed::entry_size);
    if (crc32c(table) != header.table_crc)
      fail(path, "at byte ", header.table_offset, ": the table's checksum does not hold; pack the data again");
    half = header.half;
    for (std::size_t i = 0; i < header.traces; ++i)
      entries.push_back(checked(packed::decode_entry(table.substr(i * packed::entry_size, packed::entry_size))));
  }

  packed::Entry checked(const packed::Entry& entry) const {
    const std::uint64_t size = file->bytes().size();
    if (entry.offset > size || entry.info_bytes > size - entry.offset ||
        entry.sample_bytes > size - entry.offset - entry.info_bytes)
      fail(path, "at byte ", entry.offset, ": a record lies outside the file; pack the data again");
    return entry;
  }

  const packed::Entry& entry(std::int64_t i) const { return entries[static_cast<std::size_t>(i - first)]; }

  TraceInfo info(const packed::Entry& entry, float& scale) const {
    const std::string_view bytes = file->bytes().substr(entry.offset, entry.info_bytes);
    if (crc32c(bytes) != entry.info_crc)
      fail(path, "at byte ", entry.offset,
           ": the checksum of a trace's information does not hold; pack the data again");
    try {
      return packed::decode_info(bytes, static_cast<std::int64_t>(entry.offset), scale);
    } catch (const std::runtime_error& error) { fail(path, "a trace's information ", error.what()); }
  }
};

PackedDataset::PackedDataset(const std::string& path) : path_(path) {
  const std::filesystem::path folder(path);
  hash_ = 0xCBF29CE484222325;  // FNV-1a of the traces' checksums
  for (const IndexLine& line : read_index((folder / packed::index_name).string())) {
    shards_.emplace_back((folder / line.name).string(), size_, line);
    const Shard& shard = shards_.back();
    size_ += static_cast<std::int64_t>(shard.entries.size());
    for (const packed::Entry& entry : shard.entries)
      for (const std::uint32_t crc : {entry.info_crc, entry.sample_crc}) hash_ = (hash_ ^ crc) * 0x100000001B3;
  }
}

PackedDataset::~PackedDataset() = default;
PackedDataset::PackedDataset(PackedDataset&&) noexcept = default;
PackedDataset& PackedDataset::operator=(PackedDataset&&) noexcept = default;

const PackedDataset::Shard& PackedDataset::shard_of(std::int64_t i) const {
  require(i >= 0 && i < size_, path_, ": there is no trace ", i, " of ", size_);
  const auto after = std::upper_bound(shards_.begin(), shards_.end(), i,
                                      [](std::int64_t trace, const Shard& shard) { return trace < shard.first; });
  return *std::prev(after);
}

TraceInfo PackedDataset::info(std::int64_t i) const {
  const Shard& shard = shard_of(i);
  float scale;
  return shard.info(shard.entry(i), scale);
}

LabelledTrace PackedDataset::read(std::int64_t i) const {
  const Shard& shard = shard_of(i);
  const packed::Entry& entry = shard.entry(i);
  float scale;
  LabelledTrace trace;
  trace.info = shard.info(entry, scale);
  const std::uint64_t offset = entry.offset + entry.info_bytes;
  const std::string_view bytes = shard.file->bytes().substr(offset, entry.sample_bytes);
  if (crc32c(bytes) != entry.sample_crc)
    fail(shard.path, "at byte ", offset, ": the checksum of trace ", trace.info.id,
         "'s samples does not hold; pack the data again");
  const auto length = static_cast<std::size_t>(trace.info.samples);
  const std::size_t width = shard.half ? 2 : 4, row_bytes = length * width;
  if (length > bytes.size() || row_bytes * trace.info.components.size() != bytes.size())
    fail(shard.path, "at byte ", offset, ": trace ", trace.info.id, " has ", bytes.size(), " bytes for ",
         trace.info.components.size(), " components of ", trace.info.samples, " samples; pack the data again");
  trace.samples.assign(3 * length, 0);
  std::size_t stored = 0;
  for (std::size_t row = 0; row < 3; ++row) {
    if (trace.info.components.find("ENZ"[row]) == std::string::npos) continue;
    const std::string_view from = bytes.substr(row_bytes * stored++, row_bytes);
    float* to = trace.samples.data() + row * length;
    if (shard.half) floats_from_halves(from, scale, {to, length});
    else std::memcpy(to, from.data(), row_bytes);
  }
  return trace;
}

bool is_packed(const std::string& path) {
  return std::filesystem::exists(std::filesystem::path(path) / packed::index_name);
}

}  // namespace seisgrad
