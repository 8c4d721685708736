#include "data/bulletin.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "data/csv.h"
#include "data/pick_columns.h"
#include "data/trace_row.h"
#include "data/xml.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

namespace columns = pick_columns;

double number_of(const std::string& text) {
  double value = unknown;
  if (says_nothing(text)) return value;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value).ptr;
  if (end != text.data() + text.size()) throw std::runtime_error("\"" + text + "\" is not a number");
  return value;
}

Time time_of(const std::string& text) {
  try {
    return time_from_iso(text);
  } catch (const std::invalid_argument& error) { throw std::runtime_error(error.what()); }
}

// Whether a phase is one; its name is put as phase_name has it.
bool is_phase(std::string& phase) {
  phase = phase_name(phase);
  return !phase.empty() && std::string("PSps").find(phase[0]) != std::string::npos;
}

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

// The child `kind` that the event prefers, or its first.
const XmlNode* preferred(const XmlNode& event, const char* preference, const char* kind) {
  const std::string id = event.at(preference);
  for (const XmlNode& node : event.children)
    if (node.name == kind && (id.empty() || node.attribute("publicID") == id)) return &node;
  return event.child(kind);
}

void read_event(const XmlNode& node, Bulletin& bulletin) {
  BulletinEvent event{.id = node.attribute("publicID")};
  std::map<std::string, std::string> phases;  // of picks, as the preferred origin names them
  if (const XmlNode* origin = preferred(node, "preferredOriginID", "origin")) {
    event.latitude = number_of(origin->at("latitude/value"));
    event.longitude = number_of(origin->at("longitude/value"));
    event.depth = number_of(origin->at("depth/value")) / 1000;
    if (const std::string time = origin->at("time/value"); !time.empty()) event.origin = time_of(time);
    for (const XmlNode& arrival : origin->children)
      if (arrival.name == "arrival") phases[arrival.at("pickID")] = arrival.at("phase");
  }
  if (const XmlNode* magnitude = preferred(node, "preferredMagnitudeID", "magnitude"))
    event.magnitude = number_of(magnitude->at("mag/value"));
  for (const XmlNode& pick : node.children) {
    if (pick.name != "pick") continue;
    const std::string id = pick.attribute("publicID");
    std::string phase = phases.count(id) > 0 && !phases[id].empty() ? phases[id] : pick.at("phaseHint");
    const XmlNode* stream = pick.child("waveformID");
    try {
      if (phase.empty()) throw std::runtime_error("no phase");
      if (stream == nullptr || stream->attribute("stationCode").empty()) throw std::runtime_error("no station");
      if (!is_phase(phase)) {
        ++bulletin.other_phases;
        continue;
      }
      bulletin.picks.push_back({{stream->attribute("networkCode"), stream->attribute("stationCode"),
                                 stream->attribute("locationCode"), stream->attribute("channelCode")},
                                phase,
                                time_of(pick.at("time/value")),
                                static_cast<std::ptrdiff_t>(bulletin.events.size())});
    } catch (const std::runtime_error& error) { bulletin.unusable.push_back(joined("pick ", id, ": ", error.what())); }
  }
  bulletin.events.push_back(std::move(event));
}

}  // namespace

Bulletin read_bulletin(const std::string& path) {
  Bulletin bulletin;
  if (!is_xml(path)) Table(path, bulletin).read();
  else {
    const XmlNode root = read_xml(path);
    const XmlNode* parameters = root.child("eventParameters");
    if (parameters == nullptr) throw std::runtime_error(path + ": no eventParameters; this is no QuakeML");
    for (const XmlNode& node : parameters->children)
      if (node.name == "event") try {
          read_event(node, bulletin);
        } catch (const std::runtime_error& error) {
          bulletin.unusable.push_back(joined("event ", node.attribute("publicID"), ": ", error.what()));
        }
  }
  if (bulletin.picks.empty())
    throw std::runtime_error(joined(path, ": no pick of a P or S phase",
                                    bulletin.unusable.empty() ? "" : "; the first row: " + bulletin.unusable[0]));
  std::stable_sort(bulletin.picks.begin(), bulletin.picks.end(),
                   [](const BulletinPick& a, const BulletinPick& b) { return a.time < b.time; });
  return bulletin;
}

std::map<std::string, StationPlace> read_stations(const std::string& path) {
  const XmlNode root = read_xml(path);
  std::map<std::string, StationPlace> places;
  for (const XmlNode& network : root.children)
    for (const XmlNode& station : network.children)
      if (network.name == "Network" && station.name == "Station")
        places[network.attribute("code") + "." + station.attribute("code")] = {
            number_of(station.at("Latitude")), number_of(station.at("Longitude")), number_of(station.at("Elevation"))};
  if (places.empty()) throw std::runtime_error(path + ": no Station in a Network; this is no FDSN StationXML");
  return places;
}

}  // namespace seisgrad
