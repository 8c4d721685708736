// The naming rules of data/components.h.
#include <algorithm>

#include "data/components.h"

namespace seisgrad {

namespace {

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

bool is_kik_net(const std::string& channel) {
  const std::string axis = channel.substr(0, 2);
  const bool numbered = channel.size() == 3 && channel[2] >= '0' && channel[2] <= '9';
  return (axis == "EW" || axis == "NS" || axis == "UD") && (channel.size() == 2 || numbered);
}

}  // namespace

Orientation orientation_of(const StreamId& id) {
  const std::string channel = upper(id.channel);
  Orientation result{{id.network, id.station, id.location, {}}, {}};
  if (is_kik_net(channel)) {
    result.code = channel.substr(0, 2);
    result.group.band = channel.substr(2);
  } else if (!channel.empty()) {
    result.code = channel.substr(channel.size() - 1);
    result.group.band = channel.substr(0, channel.size() - 1);
  }
  return result;
}

std::optional<ComponentRule> component_of(const std::string& code, const std::vector<std::string>& codes_of_group) {
  const auto has = [&](const char* wanted) {
    return std::find(codes_of_group.begin(), codes_of_group.end(), wanted) != codes_of_group.end();
  };
  if (code == "E" || code == "EW") return ComponentRule{east, 0};
  if (code == "N" || code == "NS") return ComponentRule{north, 0};
  if (code == "Z" || code == "UD") return ComponentRule{up, 0};
  if (code == "1") return ComponentRule{east, 1};
  if (code == "2") return ComponentRule{north, 1};
  const bool galperin = has("V") || has("W");
  if (code == "U" && !galperin) return ComponentRule{up, 1};
  if (code == "D") return ComponentRule{up, 2};
  const bool has_vertical = has("Z") || has("D") || (has("U") && !galperin);
  if (code == "3" && has_vertical && !has("1")) return ComponentRule{east, 2};
  if (code == "3" && !has_vertical) return ComponentRule{up, 3};
  return std::nullopt;
}

}  // namespace seisgrad
