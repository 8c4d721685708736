#include <cmath>
#include <cstring>
#include <filesystem>

#include "data/half.h"
#include "data/packed.h"
#include "data/packed_format.h"
#include "tensor/atomic_file.h"
#include "tensor/crc32c.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

std::string path_in(const std::string& folder, std::string_view name) {
  return (std::filesystem::path(folder) / name).string();
}

// The rows of the components that are present.
std::vector<float> stored_rows(const LabelledTrace& trace) {
  std::vector<float> rows;
  for (std::size_t row = 0; row < 3; ++row) {
    if (trace.info.components.find("ENZ"[row]) == std::string::npos) continue;
    const auto begin = trace.samples.begin() + static_cast<std::ptrdiff_t>(row) * trace.info.samples;
    rows.insert(rows.end(), begin, begin + trace.info.samples);
  }
  return rows;
}

// The power of two that brings the largest sample to 16384..32768: far from overflow, and the smallest that keeps all
// of its 11 bits is 28 powers of two below.
float half_scale(const std::vector<float>& samples) {
  float largest = 0;
  for (const float x : samples) largest = std::max(largest, std::fabs(x));
  return largest > 0 ? std::ldexp(1.0f, std::max(std::ilogb(largest) - 14, -126)) : 1;
}

std::string sample_bytes(const std::vector<float>& samples, bool half, float scale) {
  std::string bytes(samples.size() * (half ? 2 : 4), '\0');
  if (!half) std::memcpy(bytes.data(), samples.data(), bytes.size());
  else
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const std::uint16_t value = half_from(samples[i] / scale);  // exact but for the rounding to half
      std::memcpy(bytes.data() + 2 * i, &value, 2);
    }
  return bytes;
}

}  // namespace

std::string why_unusable(const LabelledTrace& trace) {
  const TraceInfo& info = trace.info;
  if (info.samples < 1) return "it has no samples";
  if (!(info.rate > 0 && std::isfinite(info.rate))) return joined("its sampling rate is ", info.rate);
  const std::string& c = info.components;
  if (c != "ENZ" && c != "EN" && c != "EZ" && c != "NZ" && c != "E" && c != "N" && c != "Z")
    return joined("its components are \"", c, "\", not some of E, N, Z in this order");
  if (trace.samples.size() / 3 != static_cast<std::size_t>(info.samples) || trace.samples.size() % 3 != 0)
    return joined("it has ", trace.samples.size(), " values for 3 components of ", info.samples, " samples");
  for (std::size_t i = 0; i < trace.samples.size(); ++i)
    if (!std::isfinite(trace.samples[i]))
      return joined("sample ", i % static_cast<std::size_t>(info.samples), " of component ",
                    "ENZ"[i / static_cast<std::size_t>(info.samples)], " is ", trace.samples[i]);
  const double n = static_cast<double>(info.samples);
  // a P before the trace counts where its S lies inside
  double before = !info.arrivals.empty() && info.arrivals.back().sample >= 0 ? -HUGE_VAL : 0;
  for (const Arrival& arrival : info.arrivals) {
    if (!(arrival.sample < n && (arrival.sample >= 0 || before < 0)))
      return joined("its ", arrival.phase, " arrives at sample ", arrival.sample, ", outside 0..", info.samples - 1);
    if (arrival.sample < before)
      return joined("its ", arrival.phase, " is out of order: it arrives before the one before");
    before = arrival.sample;
  }
  if (info.noise && !info.arrivals.empty()) return "it is called noise and has arrivals";
  return "";
}

struct PackedWriter::Shard {
  explicit Shard(const std::string& path) : file(path) { file.append(std::string(packed::header_size, '\0')); }
  PartialFile file;
  std::string table;
};

PackedWriter::PackedWriter(std::string folder, PackedOptions options) : folder_(std::move(folder)), options_(options) {
  require(options_.traces_per_shard > 0, "PackedWriter: traces_per_shard must be positive, got ",
          options_.traces_per_shard);
  require(!is_packed(folder_), folder_, " already holds a data set; remove it or choose another folder");
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (!std::filesystem::is_directory(folder_))
    throw std::runtime_error(joined("cannot make the folder ", folder_, ": ", error.message(), "; choose another one"));
}

PackedWriter::~PackedWriter() {
  std::error_code ignored;
  if (finished_) return;
  for (std::size_t shard = 0; shard < lines_.size(); ++shard)
    std::filesystem::remove(path_in(folder_, packed::shard_name(static_cast<std::int64_t>(shard))), ignored);
}

void PackedWriter::add(const LabelledTrace& trace) {
  require(!finished_, "PackedWriter: add() after finish()");
  const std::string reason = why_unusable(trace);
  require(reason.empty(), "trace ", trace.info.id, ": ", reason);
  if (!shard_)
    shard_ = std::make_unique<Shard>(path_in(folder_, packed::shard_name(static_cast<std::int64_t>(lines_.size()))));
  const std::vector<float> rows = stored_rows(trace);
  const float scale = options_.half ? half_scale(rows) : 1;
  const std::string info = packed::encode(trace.info, scale), samples = sample_bytes(rows, options_.half, scale);
  const packed::Entry entry{.offset = shard_->file.size(),
                            .sample_bytes = samples.size(),
                            .info_bytes = static_cast<std::uint32_t>(info.size()),
                            .info_crc = crc32c(info),
                            .sample_crc = crc32c(samples)};
  shard_->file.append(info);
  shard_->file.append(samples);
  shard_->table += packed::encode(entry);
  ++size_;
  if (size_ % options_.traces_per_shard == 0) close_shard();
}

void PackedWriter::close_shard() {
  const packed::Header header{.half = options_.half,
                              .traces = shard_->table.size() / packed::entry_size,
                              .table_offset = shard_->file.size(),
                              .file_size = shard_->file.size() + shard_->table.size(),
                              .table_crc = crc32c(shard_->table)};
  const std::string bytes = packed::encode(header);
  shard_->file.append(shard_->table);
  shard_->file.overwrite_begin(bytes);
  shard_->file.commit();
  shard_.reset();
  lines_.push_back(joined(packed::shard_name(static_cast<std::int64_t>(lines_.size())), " ", header.traces, " ",
                          packed::hexadecimal(packed::identity(bytes)), "\n"));
}

void PackedWriter::finish() {
  require(!finished_, "PackedWriter: finish() twice");
  if (shard_) close_shard();
  std::string text = joined(packed::index_title, "\n");
  for (const std::string& line : lines_) text += line;
  text += packed::checksum_line(text);
  replace_file(path_in(folder_, packed::index_name), text);
  finished_ = true;
}

}  // namespace seisgrad
