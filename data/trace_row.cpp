#include "data/trace_row.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <stdexcept>

#include "data/geodesy.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

[[noreturn]] void fail(const auto&... what) { throw std::runtime_error(joined(what...)); }

// The first of the columns that says something.
std::string text_of(const TraceRow& row, std::initializer_list<const char*> columns) {
  for (const char* column : columns) {
    const auto found = row.find(column);
    if (found != row.end() && !says_nothing(found->second)) return found->second;
  }
  return "";
}

// The numbers in "12.5", "[[2280.]]", "[56.7 55.4 47.4]" or "56.7, 55.4".
std::vector<double> numbers_in(const std::string& name, const std::string& text) {
  std::string plain = text;
  for (char& c : plain)
    if (c == '[' || c == ']' || c == ',' || c == '\n') c = ' ';
  std::vector<double> numbers;
  for (const char *at = plain.data(), *end = at + plain.size(); at != end;) {
    if (*at == ' ') {
      ++at;
      continue;
    }
    double number = 0;
    const auto [after, error] = std::from_chars(at, end, number);
    if (error != std::errc() || (after != end && *after != ' ')) fail(name, " is \"", text, "\", not a number");
    numbers.push_back(number);
    at = after;
  }
  return numbers;
}

double number_of(const TraceRow& row, std::initializer_list<const char*> columns) {
  const std::string text = text_of(row, columns);
  if (text.empty()) return unknown;
  const std::vector<double> numbers = numbers_in(*columns.begin(), text);
  if (numbers.size() != 1) fail(*columns.begin(), " is \"", text, "\", not one number");
  return numbers[0];
}

double angle_of(const TraceRow& row, double most, std::initializer_list<const char*> columns) {
  const double angle = number_of(row, columns);
  if (angle < -most || angle > most) fail(*columns.begin(), " is ", angle, ", not within -", most, "..", most);
  return angle;
}

Time time_of(const TraceRow& row, const char* column) {
  std::string text = text_of(row, {column});
  if (text.empty()) return {};
  std::replace(text.begin(), text.end(), '/', '-');
  try {
    return time_from_iso(text);
  } catch (const std::invalid_argument&) { fail(column, " is \"", text, "\", not a time"); }
}

void add_arrival(std::vector<Arrival>& arrivals, const std::string& phase, const std::string& text) {
  const std::vector<double> numbers = numbers_in(phase + "_arrival_sample", text);
  if (numbers.size() != 1) fail(phase, "_arrival_sample is \"", text, "\", not one number");
  arrivals.push_back({phase_name(phase), numbers[0]});
}

// "PN:4939;PG:5215;SG:7061"
void add_phase_list(std::vector<Arrival>& arrivals, const std::string& list) {
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find(';', begin), list.size());
    const std::string item = list.substr(begin, end - begin);
    const std::size_t colon = item.find(':');
    if (colon == std::string::npos) fail("phases is \"", list, "\", not PHASE:SAMPLE;...");
    add_arrival(arrivals, item.substr(0, colon), item.substr(colon + 1));
    begin = end + 1;
  }
}

// Columns p_arrival_sample, trace_Pn_arrival_sample ...; a list of phases says more and comes first.
std::vector<Arrival> arrivals_of(const TraceRow& row) {
  std::vector<Arrival> arrivals;
  add_phase_list(arrivals, text_of(row, {"phases"}));
  if (arrivals.empty())
    for (const auto& [column, text] : row) {
      const std::size_t end = column.rfind("_arrival_sample");
      if (end == std::string::npos || end + 15 != column.size() || says_nothing(text)) continue;
      const std::size_t begin = column.rfind("trace_", 0) == 0 ? 6 : 0;
      if (end > begin) add_arrival(arrivals, column.substr(begin, end - begin), text);
    }
  std::stable_sort(arrivals.begin(), arrivals.end(),
                   [](const Arrival& a, const Arrival& b) { return a.sample < b.sample; });
  arrivals.erase(std::unique(arrivals.begin(), arrivals.end()), arrivals.end());
  return arrivals;
}

bool is_noise(const TraceRow& row, const std::string& id) {
  const std::string category = text_of(row, {"trace_category", "source_type"});
  if (!category.empty()) return category.rfind("noise", 0) == 0;
  return id.size() > 3 && id.ends_with("_NO");
}

double rate_of(const TraceRow& row, double default_rate) {
  const double rate = number_of(row, {"sampling_rate", "trace_sampling_rate_hz"}), dt = number_of(row, {"trace_dt_s"});
  return !std::isnan(rate) ? rate : !std::isnan(dt) ? 1 / dt : default_rate;
}

void read_snr(const TraceRow& row, double (&snr)[3]) {
  const std::string text = text_of(row, {"snr_db", "trace_snr_db"});
  const std::vector<double> numbers = says_nothing(text) ? std::vector<double>{} : numbers_in("snr_db", text);
  for (std::size_t i = 0; i < 3 && numbers.size() == 3; ++i) snr[i] = numbers[i];
  const char* single[] = {"trace_E_snr_db", "trace_N_snr_db", "trace_Z_snr_db"};
  for (std::size_t i = 0; i < 3; ++i)
    if (std::isnan(snr[i])) snr[i] = number_of(row, {single[i]});
}

}  // namespace

std::string phase_name(std::string name) {
  const std::string firsts = "PpSs", seconds = "NnGgBb";
  if (name.empty() || name.size() > 2 || firsts.find(name[0]) == std::string::npos) return name;
  if (name.size() == 2 && seconds.find(name[1]) == std::string::npos) return name;
  name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  if (name.size() == 2) name[1] = static_cast<char>(std::tolower(static_cast<unsigned char>(name[1])));
  return name;
}

bool says_nothing(const std::string& text) {
  std::string lower;
  for (const char c : text)
    if (c != ' ') lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower.empty() || lower == "none" || lower == "nan" || lower == "null" || lower == "n/a" || lower == "[]";
}

TraceInfo info_of(const TraceRow& row, double default_rate) {
  TraceInfo info;
  info.id = text_of(row, {"trace_name"});
  info.stream.network = text_of(row, {"network_code", "station_network_code"});
  info.stream.station = text_of(row, {"receiver_code", "station_code"});
  info.stream.location = text_of(row, {"station_location_code"});
  info.stream.channel = text_of(row, {"receiver_type", "trace_channel", "station_type"}).substr(0, 2);
  info.start = time_of(row, "trace_start_time");
  info.rate = rate_of(row, default_rate);
  info.noise = is_noise(row, info.id);
  info.arrivals = arrivals_of(row);
  info.coda_end = number_of(row, {"coda_end_sample", "trace_coda_end_sample"});
  read_snr(row, info.snr_db);

  info.station_latitude = angle_of(row, 90, {"receiver_latitude", "station_latitude_deg"});
  info.station_longitude = angle_of(row, 360, {"receiver_longitude", "station_longitude_deg"});
  info.station_elevation = number_of(row, {"receiver_elevation_m", "station_elevation_m"});
  if (info.noise) return info;
  info.origin = time_of(row, "source_origin_time");
  info.latitude = angle_of(row, 90, {"source_latitude", "source_latitude_deg"});
  info.longitude = angle_of(row, 360, {"source_longitude", "source_longitude_deg"});
  info.depth = number_of(row, {"source_depth_km"});
  info.magnitude = number_of(row, {"source_magnitude"});
  info.distance = number_of(row, {"source_distance_km", "path_ep_distance_km"});
  info.back_azimuth = angle_of(row, 360, {"back_azimuth_deg", "path_back_azimuth_deg"});
  if (std::isnan(info.distance)) info.distance = km_per_degree * number_of(row, {"source_distance_deg"});
  if (std::isnan(info.distance))
    info.distance = distance_km(info.station_latitude, info.station_longitude, info.latitude, info.longitude);
  if (std::isnan(info.back_azimuth))
    info.back_azimuth = azimuth_degrees(info.station_latitude, info.station_longitude, info.latitude, info.longitude);
  info.event = text_of(row, {"source_id"});
  if (info.event.empty())  // traces of one source share its time and place
    for (const char* column :
         {"source_origin_time", "source_latitude", "source_latitude_deg", "source_longitude", "source_longitude_deg"}) {
      const std::string text = text_of(row, {column});
      if (!text.empty()) info.event += (info.event.empty() ? "" : " ") + text;
    }
  return info;
}

}  // namespace seisgrad
