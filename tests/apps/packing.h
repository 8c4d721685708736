// What the tests of data sets share: a small file of STEAD's layout, and packing it.
#pragma once
#include <cmath>

#include "apps/data/pack.h"
#include "tests/apps/hdf5_files.h"
#include "tests/messages.h"
#include "tests/temporary.h"

namespace seisgrad {

inline const TracesChild child{.program = KERAS_CHILD, .longest_silence = std::chrono::seconds(30)};

inline std::vector<float> ramp(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i) + 0.5f;
  return values;
}

using Attributes = std::map<std::string, std::string>;

inline Attributes event(const std::string& name) {
  return {{"trace_name", name},
          {"network_code", "TA"},
          {"receiver_code", "109C"},
          {"receiver_type", "HH"},
          {"receiver_latitude", "#32.9"},
          {"receiver_longitude", "#-117.1"},
          {"receiver_elevation_m", "#150"},
          {"p_arrival_sample", "#40"},
          {"s_arrival_sample", "#70.5"},
          {"coda_end_sample", "[[90.]]"},
          {"snr_db", "#56.5 55.25 47"},
          {"trace_category", "earthquake_local"},
          {"trace_start_time", "2006-07-23 15:58:50.380000"},
          {"source_id", "10202043"},
          {"source_origin_time", "2006-07-23 15:58:50.88"},
          {"source_latitude", "33.9"},
          {"source_longitude", "-117.1"},
          {"source_depth_km", "None"},
          {"source_magnitude", "#3.6"},
          {"back_azimuth_deg", ""}};
}

inline Attributes with(Attributes attributes, const std::string& name, const std::string& value) {
  attributes[name] = value;
  return attributes;
}

inline PackResult pack_quietly(const std::vector<std::string>& inputs, const std::string& out,
                               bool unlabelled = false) {
  return pack({.inputs = inputs, .out = out, .unlabelled = unlabelled, .quiet = true, .child = child},
              [] { return false; });
}

// Two good traces and one of each kind of bad ones.
inline std::string stead_file(const TemporaryFolder& folder, const std::string& name) {
  Hdf5Writer file(folder.file(name));
  const std::vector<float> samples = ramp(300);
  file.array("/data/a_EV", {100, 3}, samples, event("a_EV"));
  file.array("/data/b_NO", {100, 3}, samples, {{"trace_category", "noise"}, {"receiver_code", "X"}}, H5T_NATIVE_INT);
  file.array("/data/c_shape", {3, 100}, samples, event("c_shape"));
  std::vector<float> nan = samples;
  nan[31] = std::nanf("");
  file.array("/data/d_nan", {100, 3}, nan, event("d_nan"));
  file.array("/data/e_outside", {100, 3}, samples, with(event("e_outside"), "s_arrival_sample", "#100"));
  file.array("/data/f_wrong", {100, 3}, samples, with(event("f_wrong"), "p_arrival_sample", "early"));
  file.array("/data/g_unlabelled", {100, 3}, samples, {{"receiver_code", "X"}});
  file.array("/data/h_zeros", {100, 3}, std::vector<float>(300, 0), event("h_zeros"));
  file.array("/data/i_place", {100, 3}, samples, with(event("i_place"), "source_latitude", "#95"));
  file.text("/data/j_text", "not samples");
  file.link_to_other_file("/data/k_link", folder.file("other.hdf5"), "/data/a_EV");
  return folder.file(name);
}

}  // namespace seisgrad
