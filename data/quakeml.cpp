#include "data/quakeml.h"

#include <map>
#include <stdexcept>

#include "data/bulletin_cells.h"
#include "data/xml.h"
#include "tensor/require.h"

namespace seisgrad {

namespace {

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

void read_quakeml(const std::string& path, Bulletin& bulletin) {
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

}  // namespace seisgrad
