#include "apps/evaluate/record_source.h"

#include <algorithm>
#include <cmath>

#include "data/reader.h"

namespace seisgrad {
namespace {

bool is_of(const auto& id, const std::string& network, const std::string& station) {
  return id.station == station && (network.empty() || id.network == network);  // a bulletin may lack networks
}

// The part of `from` that lies inside `to`, both at the rate.
void paste(std::span<const float> from, Time from_begin, std::vector<float>& to, Time to_begin, double rate) {
  const auto shift = static_cast<std::int64_t>(std::llround(sample_position(to_begin, rate, from_begin)));
  const auto size = static_cast<std::int64_t>(to.size());
  for (std::int64_t i = std::max<std::int64_t>(0, -shift);
       i < static_cast<std::int64_t>(from.size()) && i + shift < size; ++i)
    to[i + shift] = from[i];
}

}  // namespace

RecordSource::RecordSource(const std::vector<std::string>& waveforms, const std::string& probabilities,
                           PreprocessingProfile profile)
    : profile_(std::move(profile)), archive_(waveforms, [](std::int64_t) { return true; }) {
  if (!probabilities.empty()) probability_files_ = find_files({probabilities});
}

std::optional<Archive::Coverage> RecordSource::coverage(const std::string& network, const std::string& station) const {
  for (const auto& entry : archive_.groups())
    if (is_of(entry.first, network, station)) return entry.second;
  return {};
}

Stretch RecordSource::read_record(const std::string& network, const std::string& station, Time begin,
                                  double seconds) const {
  constexpr double context = 25;  // of the filter: what lies beyond begin and end is felt inside
  const Time end = plus_seconds(begin, seconds);
  Stretch stretch;
  stretch.begin = begin;
  stretch.rate = profile_.rate;
  for (auto& channel : stretch.channels) channel.resize(static_cast<size_t>(std::llround(seconds * profile_.rate)));
  for (const auto& entry : archive_.groups()) {
    if (!is_of(entry.first, network, station)) continue;
    std::vector<Excluded> excluded;
    const auto segments =
        archive_.read(entry.first, plus_seconds(begin, -context), plus_seconds(end, context), &profile_, excluded);
    for (const ComponentSegment& segment : segments) {
      if (segment.start >= end || segment.end() <= begin) continue;
      stretch.recorded = true;
      for (size_t c = 0; c < 3; ++c)
        paste(segment.channels[c], segment.start, stretch.channels[c], begin, segment.rate);
    }
    if (stretch.recorded) break;
  }
  return stretch;
}

Stretch RecordSource::read(const std::string& network, const std::string& station, Time begin, double seconds) const {
  Stretch stretch = read_record(network, station, begin, seconds);
  const Time end = plus_seconds(begin, seconds);
  const auto wanted = [&](const StreamId& id, Time from, Time to) {
    return from < end && to > begin && is_of(id, network, station) && !id.channel.empty() &&
           probability_letters.find(id.channel.back()) != std::string_view::npos;
  };
  ReadReport report;
  for (const std::string& file : probability_files_)
    read_file(
        file, wanted,
        [&](const Piece& piece) {
          std::vector<float>& to = stretch.probability[probability_letters.find(piece.id.channel.back())];
          to.resize(static_cast<size_t>(std::llround(seconds * piece.rate)));
          paste(std::vector<float>(piece.samples.begin(), piece.samples.end()), piece.start, to, begin, piece.rate);
        },
        report);
  return stretch;
}

}  // namespace seisgrad
