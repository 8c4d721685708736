#include "data/bulletin.h"

#include <algorithm>
#include <stdexcept>

#include "data/bulletin_cells.h"
#include "data/csv.h"
#include "data/pick_columns.h"
#include "data/quakeml.h"
#include "data/trace_row.h"
#include "data/xml.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

namespace columns = pick_columns;

class Table {
 public:
  Table(const std::string& path, Bulletin& bulletin) : path_(path), csv_(path), bulletin_(bulletin) {
    const bool rows_of_picks = csv_.column(columns::phase) && csv_.column(columns::time);
    if (!csv_.column(columns::station) ||
        !(rows_of_picks || csv_.column(columns::p_time) || csv_.column(columns::s_time)))
      throw std::runtime_error(path + ": expected columns network,station,phase,time or network,station,p_time,s_time");
  }

  void read() {
    for (bool more = true; more;) try {
        more = csv_.next();
        if (more) read_row();
      } catch (const std::runtime_error& error) {
        const std::string what = error.what();
        bulletin_.unusable.push_back(what.rfind(path_, 0) == 0 ? what : joined(path_, ":", csv_.line(), ": ", what));
      }
  }

 private:
  std::string cell(std::span<const char* const> names) const {
    const std::string& text = csv_.cell(names);
    return says_nothing(text) ? "" : text;
  }

  StreamId stream() const {
    StreamId id{cell(columns::network), cell(columns::station), cell(columns::location), cell(columns::channel)};
    std::string* parts[] = {&id.network, &id.station, &id.location, &id.channel};
    const std::string name = id.station;
    std::size_t begin = 0, part = 0;
    for (std::size_t dot = name.find('.'); dot != std::string::npos && part < 3; dot = name.find('.', begin)) {
      *parts[part++] = name.substr(begin, dot - begin);
      begin = dot + 1;
    }
    if (part > 0) *parts[part] = name.substr(begin);
    if (id.station.empty()) throw std::runtime_error("no station");
    return id;
  }

  std::ptrdiff_t event() {
    const std::string id = cell(columns::event);
    if (id.empty()) return -1;
    if (const auto found = events_.find(id); found != events_.end()) return found->second;
    BulletinEvent made{.id = id};
    const std::string origin = cell(columns::origin_time);
    if (!origin.empty()) made.origin = time_of(origin);
    made.latitude = number_of(cell(columns::latitude));
    made.longitude = number_of(cell(columns::longitude));
    made.depth = number_of(cell(columns::depth));
    made.magnitude = number_of(cell(columns::magnitude));
    bulletin_.events.push_back(made);  // only a row that reads makes an event
    return events_[id] = static_cast<std::ptrdiff_t>(bulletin_.events.size()) - 1;
  }

  void read_row() {
    const StreamId id = stream();
    const auto add = [&](std::string phase, const std::string& time) {
      if (!is_phase(phase)) ++bulletin_.other_phases;
      else bulletin_.picks.push_back({id, phase, time_of(time), event()});
    };
    const std::string phase = cell(columns::phase);
    if (!phase.empty()) return add(phase, cell(columns::time));
    const std::string p = cell(columns::p_time), s = cell(columns::s_time);
    if (!p.empty()) add("P", p);
    if (!s.empty()) add("S", s);
    if (p.empty() && s.empty()) throw std::runtime_error("neither a phase nor p_time nor s_time");
  }

  const std::string& path_;
  CsvReader csv_;
  Bulletin& bulletin_;
  std::map<std::string, std::ptrdiff_t> events_;
};

}  // namespace

Bulletin read_bulletin(const std::string& path) {
  Bulletin bulletin;
  if (is_xml(path)) read_quakeml(path, bulletin);
  else Table(path, bulletin).read();
  if (bulletin.picks.empty())
    throw std::runtime_error(joined(path, ": no pick of a P or S phase",
                                    bulletin.unusable.empty() ? "" : "; the first row: " + bulletin.unusable[0]));
  std::stable_sort(bulletin.picks.begin(), bulletin.picks.end(),
                   [](const BulletinPick& a, const BulletinPick& b) { return a.time < b.time; });
  return bulletin;
}

}  // namespace seisgrad
