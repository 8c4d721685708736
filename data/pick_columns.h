// The columns of tables of picks, events and stations, by the names that programs and bulletins give them: ours first,
// then those of SeisBench, PhaseNet, GaMMA, EQTransformer and others. The first that a table has is meant.
#pragma once

namespace seisgrad::pick_columns {

inline constexpr const char* network[] = {"network", "network_code", "net"};
inline constexpr const char* station[] = {"station", "station_id", "station_code", "sta", "trace_id", "id"};
inline constexpr const char* location[] = {"location", "location_code"};
inline constexpr const char* channel[] = {"channel", "channel_code"};

// A row for each pick,
inline constexpr const char* phase[] = {"phase", "phase_type", "phase_hint", "phaseHint", "type"};
inline constexpr const char* time[] = {"time", "phase_time", "peak_time", "arrival_time", "timestamp"};
inline constexpr const char* probability[] = {"probability", "phase_score", "peak_value", "prob",
                                              "phase_prob",  "score",       "confidence"};
// or one for both phases.
inline constexpr const char* p_time[] = {"p_time", "p_arrival_time", "predicted_P"};
inline constexpr const char* s_time[] = {"s_time", "s_arrival_time", "predicted_S"};
inline constexpr const char* p_probability[] = {"p_probability", "p_prob"};
inline constexpr const char* s_probability[] = {"s_probability", "s_prob"};

inline constexpr const char* event[] = {"event", "event_id", "evid", "source_id", "record"};
inline constexpr const char* origin_time[] = {"origin_time", "source_origin_time"};
inline constexpr const char* latitude[] = {"latitude", "source_latitude", "lat"};
inline constexpr const char* longitude[] = {"longitude", "source_longitude", "lon"};
inline constexpr const char* depth[] = {"depth", "depth_km", "source_depth_km"};
inline constexpr const char* magnitude[] = {"magnitude", "source_magnitude", "mag"};

// Of a catalogue, whose rows are events,
inline constexpr const char* catalogue_event[] = {"event", "event_id", "evid", "source_id", "id"};
inline constexpr const char* catalogue_time[] = {"origin_time", "source_origin_time", "time"};
// and of a list of stations.
inline constexpr const char* station_latitude[] = {"latitude", "station_latitude", "lat"};
inline constexpr const char* station_longitude[] = {"longitude", "station_longitude", "lon"};
inline constexpr const char* elevation[] = {"elevation", "elevation_m", "station_elevation_m"};

}  // namespace seisgrad::pick_columns
