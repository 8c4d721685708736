// An archive of waveform files of any size, read one station and one day at a time.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "data/components.h"
#include "data/preprocess.h"

namespace seisgrad {

class Archive {
 public:
  // Reads the headers of all files that the inputs name (data/reader.h). `progress` is called after each file and says
  // whether to go on.
  Archive(const std::vector<std::string>& inputs, const std::function<bool(std::int64_t files)>& progress);

  struct Coverage {
    Time begin, end;
  };
  // What each sensor recorded, from its first to its last sample.
  const std::map<Group, Coverage>& groups() const { return groups_; }
  const ReadReport& report() const { return report_; }

  // The group's records that touch begin..end, merged, put through the profile (none: as they are) and brought to three
  // components. Spans that cannot be used are appended to `excluded`.
  std::vector<ComponentSegment> read(const Group& group, Time begin, Time end, const PreprocessingProfile* profile,
                                     std::vector<Excluded>& excluded) const;

 private:
  struct Part {
    std::size_t file;
    Time begin, end;
  };
  std::vector<std::string> files_;
  std::map<Group, std::vector<Part>> parts_;
  std::map<Group, Coverage> groups_;
  ReadReport report_;
};

}  // namespace seisgrad
