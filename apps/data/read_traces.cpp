#include "apps/data/read_traces.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <new>

#include "apps/model/child.h"
#include "data/packed.h"
#include "data/packed_format.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t child_memory = std::size_t{4} << 30, most_frame = std::size_t{2} << 30;
constexpr unsigned child_cpu_seconds = 7 * 24 * 3600;  // a large data set takes hours; the parent limits each trace
constexpr int most_deaths = 20;                        // of children, on one file

// What the child says: a kind, the payload's length, the payload.
enum class Frame : char { total = 'n', trace = 't', bad = 'b', end = 'e' };
constexpr std::size_t frame_header = 9;

void write_frame(Frame kind, const std::string& payload) {
  char header[frame_header] = {static_cast<char>(kind)};
  const std::uint64_t length = payload.size();
  std::memcpy(header + 1, &length, 8);
  if (std::fwrite(header, 1, frame_header, stdout) != frame_header ||
      std::fwrite(payload.data(), 1, payload.size(), stdout) != payload.size() ||
      std::fflush(stdout) != 0)  // what a crash finds in the buffer would be lost
    throw std::runtime_error("the reading process cannot write to its parent");
}

// information's length, information, samples
std::string payload_of(const LabelledTrace& trace) {
  const std::string info = packed::encode(trace.info, 1);
  const auto length = static_cast<std::uint32_t>(info.size());
  std::string payload(reinterpret_cast<const char*>(&length), 4);
  payload += info;
  payload.append(reinterpret_cast<const char*>(trace.samples.data()), 4 * trace.samples.size());
  return payload;
}

LabelledTrace trace_of(std::string_view payload) {
  std::uint32_t length = 0;
  if (payload.size() >= 4) std::memcpy(&length, payload.data(), 4);
  if (payload.size() < 4 || length > payload.size() - 4) throw std::runtime_error("the reading process gave nonsense");
  LabelledTrace trace;
  float scale;
  trace.info = packed::decode_info(payload.substr(4, length), 0, scale);
  const std::string_view samples = payload.substr(4 + length);
  trace.samples.resize(samples.size() / 4);
  std::memcpy(trace.samples.data(), samples.data(), 4 * trace.samples.size());
  return trace;
}

// Puts the pieces of the pipe together to frames.
class Frames {
 public:
  void add(std::string_view bytes) { bytes_ += bytes; }

  bool next(Frame& kind, std::string_view& payload) {
    if (bytes_.size() - at_ < frame_header) return compact();
    std::uint64_t length = 0;
    std::memcpy(&length, bytes_.data() + at_ + 1, 8);
    if (length > most_frame) throw std::runtime_error("the reading process gave more than a trace can hold");
    if (bytes_.size() - at_ - frame_header < length) return compact();
    kind = static_cast<Frame>(bytes_[at_]);
    payload = std::string_view(bytes_).substr(at_ + frame_header, length);
    at_ += frame_header + length;
    return true;
  }

 private:
  bool compact() {
    bytes_.erase(0, at_);
    at_ = 0;
    return false;
  }

  std::string bytes_;
  std::size_t at_ = 0;
};

struct Reading {
  std::int64_t next = 0;  // trace
  bool opened = false, ended = false;
};

// One child from the trace `at.next` on; counts those it gave.
void read_in_child(const DataFiles& files, Reading& at, const TraceSink& sink, const TracesChild& child) {
  Frames frames;
  const auto take = [&](std::string_view bytes) {
    frames.add(bytes);
    Frame kind;
    std::string_view payload;
    while (frames.next(kind, payload)) {
      if (kind == Frame::total) {
        if (!at.opened) sink.total(std::stoll(std::string(payload)));
        at.opened = true;
        continue;
      }
      at.ended = kind == Frame::end;
      if (at.ended) continue;
      ++at.next;
      const std::size_t zero = payload.find('\0');
      if (kind == Frame::trace) sink.trace(trace_of(payload));
      else if (zero == std::string_view::npos) throw std::runtime_error("the reading process gave nonsense");
      else sink.bad(std::string(payload.substr(0, zero)), std::string(payload.substr(zero + 1)));
    }
  };
  stream_from_child(child.program, {traces_child_argument, files.waveforms, files.table, std::to_string(at.next)},
                    child.longest_silence, take);
}

void read_hdf5(const DataFiles& files, const TraceSink& sink, const TracesChild& child) {
  Reading at;
  for (int deaths = 0; !at.ended;) {
    try {
      read_in_child(files, at, sink, child);
      if (!at.ended) throw std::runtime_error(files.waveforms + ": the reading process ended too early");
    } catch (const ChildDied& death) {
      if (at.ended) return;  // while it closed the file: all is here
      if (!at.opened || ++deaths > most_deaths) throw std::runtime_error(files.waveforms + ": " + death.what());
      sink.bad(joined("trace ", at.next, " of ", files.waveforms), death.what());
      ++at.next;
    }
  }
}

void read_packed(const std::string& path, const TraceSink& sink) {
  const PackedDataset data(path);
  sink.total(data.size());
  for (std::int64_t i = 0; i < data.size(); ++i) {
    LabelledTrace trace;
    try {
      trace = data.read(i);
    } catch (const std::runtime_error& error) {
      sink.bad(joined("trace ", i), error.what());
      continue;
    }
    sink.trace(std::move(trace));
  }
}

bool is_hdf5(const fs::path& path) {
  return path.extension() == ".hdf5" || path.extension() == ".h5" || path.extension() == ".hdf";
}

// waveformsX.hdf5 for metadataX.csv, otherwise the same name; "" where there is none.
std::string partner(const fs::path& path, const char* from, const char* to,
                    std::initializer_list<const char*> endings) {
  std::string stem = path.stem().string();
  std::vector<std::string> stems = {stem};
  if (stem.rfind(from, 0) == 0) stems.insert(stems.begin(), to + stem.substr(std::strlen(from)));
  for (const std::string& name : stems)
    for (const char* ending : endings)
      if (const fs::path found = path.parent_path() / (name + ending); fs::exists(found)) return found.string();
  return "";
}

DataFiles files_of(const fs::path& path) {
  if (path.extension() != ".csv") return {path.string(), partner(path, "waveforms", "metadata", {".csv"})};
  const DataFiles files{partner(path, "metadata", "waveforms", {".hdf5", ".h5", ".hdf"}), path.string()};
  if (files.waveforms.empty())
    throw std::runtime_error(path.string() + ": there is no .hdf5 file of its name beside this table");
  return files;
}

std::vector<DataFiles> files_of_folder(const fs::path& folder) {
  std::vector<DataFiles> found;
  std::ifstream chunks(folder / "chunks");
  for (std::string chunk; std::getline(chunks, chunk);) {
    chunk.erase(chunk.find_last_not_of(" \r\t") + 1);
    if (chunk.empty()) continue;
    fs::path table = folder / ("metadata" + chunk + ".csv");
    if (!fs::exists(table)) table = folder / ("metadata_" + chunk + ".csv");
    if (!fs::exists(table))
      throw std::runtime_error(
          joined((folder / "chunks").string(), " lists \"", chunk, "\", but there is no ", table.string()));
    found.push_back(files_of(table));
  }
  if (!found.empty()) return found;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file() && is_hdf5(entry.path())) found.push_back(files_of(entry.path()));
  std::sort(found.begin(), found.end(),
            [](const DataFiles& a, const DataFiles& b) { return a.waveforms < b.waveforms; });
  return found;
}

}  // namespace

std::vector<DataFiles> data_files(const std::string& path) {
  std::vector<DataFiles> found;
  if (fs::is_directory(path)) found = files_of_folder(path);
  else if (!fs::exists(path)) throw std::runtime_error(path + ": there is no such file or folder");
  else if (!fs::is_regular_file(path)) throw std::runtime_error(path + ": neither a file nor a folder");
  else found.push_back(files_of(path));
  if (found.empty()) throw std::runtime_error(path + ": holds neither a packed data set nor an HDF5 file (.hdf5, .h5)");
  return found;
}

int traces_child(int argc, char** argv) {
  try {
    limit_this_process(child_memory, child_cpu_seconds);
    std::signal(SIGINT, SIG_IGN);  // Ctrl-C is the parent's affair
    require(argc == 5, "expected two paths and a number");
    const TraceSink sink = {
        .total = [](std::int64_t traces) { write_frame(Frame::total, std::to_string(traces)); },
        .trace = [](LabelledTrace trace) { write_frame(Frame::trace, payload_of(trace)); },
        .bad = [](const std::string& id, const std::string& reason) { write_frame(Frame::bad, id + '\0' + reason); }};
    read_hdf5_traces(argv[2], argv[3], std::stoll(argv[4]), sink);
    write_frame(Frame::end, "");
    return 0;
  } catch (const std::bad_alloc&) {
    std::fputs("the file asks for more than 4 GiB of memory\n", stderr);
  } catch (const std::exception& error) { std::fprintf(stderr, "%s\n", error.what()); }
  return 1;
}

void check_readable(const std::string& path, const TracesChild& child) {
  if (is_packed(path)) {
    const PackedDataset opened(path);
    return;
  }
  const TraceSink nothing = {.total = [](std::int64_t) {},
                             .trace = [](LabelledTrace) {},
                             .bad = [](const std::string&, const std::string&) {}};
  for (const DataFiles& files : data_files(path)) {
    Reading beyond_the_last{.next = std::numeric_limits<std::int64_t>::max()};
    try {
      read_in_child(files, beyond_the_last, nothing, child);
    } catch (const ChildDied& death) { throw std::runtime_error(files.waveforms + ": " + death.what()); }
  }
}

void read_traces(const std::string& path, const TraceSink& sink, const TracesChild& child) {
  if (is_packed(path)) return read_packed(path, sink);
  for (const DataFiles& files : data_files(path)) read_hdf5(files, sink, child);
}

}  // namespace seisgrad
