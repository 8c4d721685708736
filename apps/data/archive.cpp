#include "apps/data/archive.h"

#include <algorithm>

#include "data/reader.h"

namespace seisgrad {

Archive::Archive(const std::vector<std::string>& inputs, const std::function<bool(std::int64_t)>& progress)
    : files_(find_files(inputs)) {
  for (std::size_t file = 0; file < files_.size(); ++file) {
    std::map<Group, Part> here;
    const auto note = [&](const StreamId& id, Time begin, Time end) {
      const auto [part, is_new] = here.try_emplace(orientation_of(id).group, Part{file, begin, end});
      if (!is_new) part->second = {file, std::min(part->second.begin, begin), std::max(part->second.end, end)};
      return false;  // the header is enough
    };
    read_file(
        files_[file], note, [](Piece) {}, report_);
    for (const auto& [group, part] : here) {
      parts_[group].push_back(part);
      const auto [all, is_new] = groups_.try_emplace(group, Coverage{part.begin, part.end});
      if (!is_new) all->second = {std::min(all->second.begin, part.begin), std::max(all->second.end, part.end)};
    }
    if (!progress(static_cast<std::int64_t>(files_.size()))) return;
  }
}

std::vector<ComponentSegment> Archive::read(const Group& group, Time begin, Time end,
                                            const PreprocessingProfile* profile,
                                            std::vector<Excluded>& excluded) const {
  std::vector<Piece> pieces;
  ReadReport again;  // what is wrong with the files is in report_ already
  const auto wanted = [&](const StreamId& id, Time from, Time to) {
    return from < end && to > begin && orientation_of(id).group == group;
  };
  const auto found = parts_.find(group);
  if (found == parts_.end()) return {};
  for (const Part& part : found->second)
    if (part.begin < end && part.end > begin)
      read_file(
          files_[part.file], wanted, [&](Piece piece) { pieces.push_back(std::move(piece)); }, again);
  MergeReport merged;
  std::vector<Segment> segments = merge_pieces(std::move(pieces), merged);
  if (profile != nullptr) segments = preprocess(std::move(segments), *profile, excluded);
  std::map<double, std::vector<Segment>> by_rate;  // components must have one
  for (Segment& segment : segments) by_rate[segment.rate].push_back(std::move(segment));
  std::vector<ComponentSegment> all;
  for (const auto& [rate, of_rate] : by_rate) {
    Components components = group_components(of_rate);
    for (ComponentSegment& segment : components.segments) all.push_back(std::move(segment));
    excluded.insert(excluded.end(), components.excluded.begin(), components.excluded.end());
  }
  return all;
}

}  // namespace seisgrad
