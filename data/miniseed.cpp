#include "data/miniseed.h"

#include <algorithm>
#include <cmath>

#include "data/miniseed_decode.h"
#include "data/miniseed_header.h"

namespace seisgrad {

namespace {

// A record and, when no blockette states its length, the next header after it.
constexpr std::size_t look_ahead = max_miniseed_record + 128;

Time end_of(const MiniseedHeader& header) { return time_of_sample(header.start, header.rate, header.samples); }

std::string name_of_garbage(std::span<const std::uint8_t> bytes) {
  if (bytes.size() >= 3 && bytes[0] == 'M' && bytes[1] == 'S' && bytes[2] == 3) return "miniSEED 3 is not supported";
  if (std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t c) { return c == 0; })) return "zero bytes";
  return "not a miniSEED record";
}

// The first offset after `offset` where an admissible record begins, or the end of the file.
std::int64_t next_record(FileWindow& file, std::int64_t offset) {
  for (++offset; offset < file.size(); ++offset) {
    const auto bytes = file.at(offset, look_ahead);
    if (bytes.empty()) break;
    // Unless the window reaches the end of the file, a record in its last look_ahead bytes may be cut off by it.
    const bool to_end = offset + static_cast<std::int64_t>(bytes.size()) >= file.size();
    const std::size_t whole = to_end ? bytes.size() : bytes.size() - look_ahead + 1;
    std::size_t i = 0;
    for (; i < whole; ++i) {
      const auto here = bytes.subspan(i);
      if (has_miniseed_signature(here) && check_miniseed_header(here).verdict == HeaderCheck::admitted)
        return offset + static_cast<std::int64_t>(i);
    }
    offset += static_cast<std::int64_t>(i) - 1;
  }
  return file.size();
}

void exclude(const MiniseedHeader& header, const std::string& reason, ReadReport& report) {
  report.excluded.push_back({header.id, header.start, end_of(header), reason});
}

struct Here {
  std::int64_t offset = 0;
  bool searched = false;  // found in garbage, byte by byte, rather than where the record before it ends
};

// Decodes one admitted record that has samples. A record found in garbage is believed only if all of it agrees.
// Returns whether it was used.
bool use_record(FileWindow& file, Here here, const MiniseedHeader& header, std::span<const std::uint8_t> bytes,
                const PieceSink& sink, ReadReport& report) {
  DecodedRecord decoded = decode_miniseed(header, bytes);
  const auto length = static_cast<std::int64_t>(header.record_length);
  const std::string mismatch = "Steim integrity: the last sample is not the one the record promises";
  if (decoded.integrity_mismatch) ++report.integrity_mismatches;
  if (decoded.integrity_mismatch && here.searched) decoded.error = mismatch;
  if (!decoded.error.empty()) {
    if (!here.searched) exclude(header, decoded.error, report);
    report.reject(file.path(), here.offset, length, decoded.error);
    return false;
  }
  if (decoded.integrity_mismatch) report.warn(file.path(), here.offset, length, mismatch);
  report.bytes_used += length;
  ++report.records_used;
  pass_finite({header.id, header.start, header.rate, std::move(decoded.samples)}, sink, report);
  return true;
}

// Where to go on after what was not admitted: a refused record is left by its own length if a header (or the end of
// the file) follows there, so that its neighbour is judged on its own.
Here after_refusal(FileWindow& file, std::int64_t offset, const HeaderCheck& check) {
  const std::int64_t next = offset + static_cast<std::int64_t>(check.header.record_length);
  if (next > offset && (next == file.size() || has_miniseed_signature(file.at(next, 64)))) return {next, false};
  return {next_record(file, offset), true};
}

// Reports what no header admits, up to where reading goes on, which it returns.
Here pass_garbage(FileWindow& file, Here here, const HeaderCheck& check, ReadReport& report) {
  const auto bytes = file.at(here.offset, 64);
  const bool control = has_control_signature(bytes);
  const std::string reason = check.verdict == HeaderCheck::refused
                                 ? check.reason
                                 : name_of_garbage(bytes.first(std::min<std::size_t>(64, bytes.size())));
  if (check.located && !here.searched) exclude(check.header, check.reason, report);
  Here next = after_refusal(file, here.offset, check);
  if (control) {
    report.bytes_without_samples += next.offset - here.offset;
    ++report.records_without_samples;
    next.searched = false;  // control records are no garbage
  } else {
    report.reject(file.path(), here.offset, next.offset - here.offset, reason);
  }
  return next;
}

}  // namespace

void read_miniseed(FileWindow& file, const PieceFilter& filter, const PieceSink& sink, ReadReport& report) {
  Here here;
  while (here.offset < file.size()) {
    const auto bytes = file.at(here.offset, look_ahead);
    if (bytes.empty()) break;
    const HeaderCheck check = check_miniseed_header(bytes);
    if (check.verdict != HeaderCheck::admitted) {
      here = pass_garbage(file, here, check, report);
      continue;
    }
    const auto length = static_cast<std::int64_t>(check.header.record_length);
    bool used = true;
    if (!check.header.has_waveform()) {
      report.bytes_without_samples += length;
      ++report.records_without_samples;
    } else if (filter && !filter(check.header.id, check.header.start, end_of(check.header))) {
      report.bytes_used += length;
      ++report.records_used;
    } else {
      used = use_record(file, here, check.header, bytes.first(check.header.record_length), sink, report);
    }
    here = {here.offset + length, here.searched && !used};
  }
}

bool looks_like_miniseed(FileWindow& file) {
  if (has_control_signature(file.at(0, 64))) return true;
  const auto bytes = file.at(0, look_ahead);
  const std::size_t searched = std::min<std::size_t>(bytes.size(), 1 << 20);
  for (std::size_t i = 0; i < searched; ++i)
    if (check_miniseed_header(bytes.subspan(i)).verdict != HeaderCheck::not_a_header) return true;
  return false;
}

bool looks_like_miniseed3(FileWindow& file) {
  const auto bytes = file.at(0, 3);
  return bytes.size() >= 3 && bytes[0] == 'M' && bytes[1] == 'S' && bytes[2] == 3;
}

void pass_finite(Piece whole, const PieceSink& sink, ReadReport& report) {
  const auto is_finite = [](double x) { return std::isfinite(x); };
  const auto& x = whole.samples;
  if (std::all_of(x.begin(), x.end(), is_finite)) {
    report.samples += static_cast<std::int64_t>(x.size());
    sink(std::move(whole));
    return;
  }
  const auto time_of = [&](auto at) { return time_of_sample(whole.start, whole.rate, at - x.begin()); };
  for (auto begin = x.begin(); begin != x.end();) {
    const bool finite = is_finite(*begin);
    const auto end = std::find_if(begin, x.end(), [&](double v) { return is_finite(v) != finite; });
    if (finite) {
      report.samples += end - begin;
      sink({whole.id, time_of(begin), whole.rate, std::vector<double>(begin, end)});
    } else {
      report.samples_not_finite += end - begin;
      report.excluded.push_back({whole.id, time_of(begin), time_of(end), "not finite"});
    }
    begin = end;
  }
}

}  // namespace seisgrad
