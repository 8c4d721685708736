#include "apps/data/pack.h"

#include <doctest/doctest.h>

#include <cmath>
#include <thread>

#include "tests/apps/hdf5_files.h"
#include "tests/shared.h"
#include "tests/temporary.h"

using namespace seisgrad;

namespace {

const TracesChild child{.program = KERAS_CHILD, .longest_silence = std::chrono::seconds(30)};

std::vector<float> ramp(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i) + 0.5f;
  return values;
}

using Attributes = std::map<std::string, std::string>;

Attributes event(const std::string& name) {
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

Attributes with(Attributes attributes, const std::string& name, const std::string& value) {
  attributes[name] = value;
  return attributes;
}

PackResult pack_quietly(const std::vector<std::string>& inputs, const std::string& out, bool unlabelled = false) {
  return pack({.inputs = inputs, .out = out, .unlabelled = unlabelled, .quiet = true, .child = child},
              [] { return false; });
}

std::string message_of(const auto& f) {
  try {
    f();
  } catch (const std::exception& error) { return error.what(); }
  return "";
}

bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Two good traces and one of each kind of bad ones.
std::string stead_file(const TemporaryFolder& folder, const std::string& name) {
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

}  // namespace

TEST_CASE("pack: STEAD's layout; each bad trace is listed with its reason") {
  const TemporaryFolder folder;
  stead_file(folder, "other.hdf5");
  const PackResult result = pack_quietly({stead_file(folder, "stead.hdf5")}, folder.file("packed"));
  CHECK(result.events == 1);
  CHECK(result.noise == 1);
  const PackedDataset data(folder.file("packed"));
  REQUIRE(data.size() == 2);

  const LabelledTrace a = data.read(0);
  CHECK(a.info.id == "a_EV");
  CHECK(a.info.event == "10202043");
  CHECK(to_string(a.info.stream) == "TA.109C..HH");
  CHECK(to_iso(a.info.start) == "2006-07-23T15:58:50.380000Z");
  CHECK(to_iso(a.info.origin) == "2006-07-23T15:58:50.880000Z");
  CHECK(a.info.rate == 100);
  CHECK(a.info.components == "ENZ");
  CHECK(a.info.arrivals == std::vector<Arrival>{{"P", 40}, {"S", 70.5}});
  CHECK(a.info.coda_end == 90);
  CHECK(a.info.snr_db[1] == 55.25);
  CHECK(a.info.station_elevation == 150);
  CHECK(std::isnan(a.info.depth));
  CHECK(a.info.magnitude == 3.6);
  CHECK(a.info.distance == doctest::Approx(111.19).epsilon(1e-4));  // a degree of latitude to the north
  CHECK(a.info.back_azimuth == doctest::Approx(0));
  CHECK(a.samples[0] == 0.5f);
  CHECK(a.samples[1] == 3.5f);
  CHECK(a.samples[100] == 1.5f);  // N
  CHECK(a.samples[299] == 299.5f);
  const LabelledTrace b = data.read(1);
  CHECK(b.info.noise);
  CHECK(b.samples[299] == 299);

  const std::map<std::string, std::string> expected = {{"c_shape", "its shape is (3, 100), expected (samples, 3)"},
                                                       {"d_nan", "sample 10 of component N is nan"},
                                                       {"e_outside", "its S arrives at sample 100, outside 0..99"},
                                                       {"f_wrong", "p_arrival_sample is \"early\", not a number"},
                                                       {"g_unlabelled", "no arrival is known"},
                                                       {"h_zeros", "all its samples are zero"},
                                                       {"i_place", "source_latitude is 95"},
                                                       {"j_text", "not an array of numbers"},
                                                       {"k_link", "its data lie in another file"}};
  REQUIRE(result.rejected.size() == expected.size());
  for (const RejectedTrace& rejected : result.rejected) {
    INFO(rejected.id, ": ", rejected.reason);
    REQUIRE(expected.count(rejected.id) == 1);
    CHECK(mentions(rejected.reason, expected.at(rejected.id)));
    CHECK(mentions(contents(folder.file("packed/rejected.csv")), rejected.id));
  }
}

TEST_CASE("pack: a table chooses traces and their order, and says what attributes do not") {
  const TemporaryFolder folder;
  const std::string path = stead_file(folder, "stead.hdf5");
  folder.write(
      "stead.csv",
      std::string("trace_name,trace_category,source_magnitude,s_arrival_sample\nb_NO,noise,,\nmissing_EV,earthquake_"
                  "local,1,2\na_EV,earthquake_local,9.9,None\ntoo,few\nb_NO,noise,,\n"));
  const PackResult result = pack_quietly({folder.file("stead.csv")}, folder.file("packed"));
  const PackedDataset data(folder.file("packed"));
  REQUIRE(data.size() == 2);
  CHECK(data.info(0).id == "b_NO");
  CHECK(data.info(1).id == "a_EV");
  CHECK(data.info(1).magnitude == 3.6);  // the attribute's
  REQUIRE(result.rejected.size() == 3);
  CHECK(mentions(result.rejected[0].reason, "there is no such array"));
  CHECK(mentions(result.rejected[1].reason, "stead.csv:5: 2 cells for 4 columns"));
  CHECK(mentions(result.rejected[2].reason, "already"));
}

TEST_CASE("pack: SeisBench's layout: blocks, chunks, orders, phases of any name") {
  const TemporaryFolder folder;
  for (const std::string chunk : {"_a", "_b"}) {
    Hdf5Writer file(folder.file("waveforms" + chunk + ".hdf5"));
    file.text("/data_format/dimension_order", chunk == "_a" ? "CW" : "WC");
    file.text("/data_format/component_order", chunk == "_a" ? "ZNE" : "Z12");
    file.array("/data_format/sampling_rate", {}, {40});
    if (chunk == "_a") file.array("/data/bucket0", {2, 3, 50}, ramp(300));
    else file.array("/data/alone", {50, 3}, ramp(150));
  }
  folder.write("chunks", std::string("a\n_b\n"));
  folder.write("metadata_a.csv",
               std::string("trace_name,trace_Pn_arrival_sample,trace_S_arrival_sample,station_code,source_id\n"
                           "\"bucket0$1,:3,:40\",10.5,30,HAMS,e1\n\"bucket0$0,:3,:51\",1,2,HAMS,e1\n"
                           "\"bucket0$2,:3,:40\",1,2,HAMS,e1\n\"bucket0$x\",1,2,HAMS,e1\n"));
  folder.write("metadata_b.csv", std::string("trace_name,trace_category,trace_sampling_rate_hz\nalone,noise,20\n"));
  const PackResult result = pack_quietly({folder.file(".")}, folder.file("packed"));
  CHECK(result.events == 1);
  CHECK(result.noise == 1);
  REQUIRE(result.rejected.size() == 3);
  CHECK(mentions(result.rejected[0].reason, "lie outside the 50"));
  CHECK(mentions(result.rejected[1].reason, "lie outside the 2"));
  CHECK(mentions(result.rejected[2].reason, "\"x\" is not a number"));
  const PackedDataset data(folder.file("packed"));
  const LabelledTrace first = data.read(0), second = data.read(1);
  CHECK(first.info.rate == 40);
  CHECK(first.info.samples == 40);
  CHECK(first.info.arrivals == std::vector<Arrival>{{"Pn", 10.5}, {"S", 30}});
  CHECK(first.samples[0] == 250.5f);       // E: the third channel of the second trace
  CHECK(first.samples[40 + 1] == 201.5f);  // N
  CHECK(first.samples[80] == 150.5f);      // Z
  CHECK(second.info.rate == 20);
  CHECK(second.samples[0] == 1.5f);  // "1" is E
  CHECK(second.samples[100] == 0.5f);
}

TEST_CASE("pack: files cut short, foreign or missing; data sets without a usable trace") {
  const TemporaryFolder folder;
  const auto reason = [&](const std::string& path) {
    const std::string message = message_of([&] { pack_quietly({path}, folder.file("packed")); });
    CHECK(!is_packed(folder.file("packed")));
    return message;
  };
  const std::string whole = contents(stead_file(folder, "stead.hdf5"));
  folder.write("cut.hdf5", whole.substr(0, whole.size() / 2));
  CHECK(mentions(reason(folder.file("cut.hdf5")), "cut.hdf5: cannot be opened as an HDF5 file"));
  folder.write("text.h5", std::string("hello"));
  CHECK(mentions(reason(folder.file("text.h5")), "cannot be opened as an HDF5 file"));
  CHECK(mentions(reason(folder.file("none.h5")), "no such file"));
  folder.write("lonely.csv", std::string("trace_name\n"));
  CHECK(mentions(reason(folder.file("lonely.csv")), "no .hdf5 file of its name"));
  std::filesystem::create_directory(folder.file("empty"));
  CHECK(mentions(reason(folder.file("empty")), "neither a packed data set nor an HDF5 file"));
  { Hdf5Writer(folder.file("keras.h5")).array("/weights", {2}, {1, 2}); }
  CHECK(mentions(reason(folder.file("keras.h5")), "no group \"data\""));
  { Hdf5Writer(folder.file("bad.h5")).array("/data/x", {2}, {1, 2}); }
  CHECK(mentions(reason(folder.file("bad.h5")), "none of its traces can be used; the last one: its shape is (2)"));
}

TEST_CASE("pack: where libhdf5 crashes or hangs on a trace, that one is bad and the others are read") {
  const TemporaryFolder folder;
  {
    Hdf5Writer file(folder.file("set.hdf5"));
    for (const std::string name : {"a_NO", "b_NO", "c_NO", "d_NO"}) file.array("/data/" + name, {9000, 3}, ramp(27000));
  }
  // each trace is 108 kB: the first child gives one and a part of the next
  const auto script = [&](const std::string& end) {
    const std::string path = folder.write(end.substr(0, 4) + ".sh", "#!/bin/sh\nif [ \"$4\" = 0 ]; then " KERAS_CHILD
                                                                    " \"$@\" | head -c 150000; " +
                                                                        end + "; fi\nexec " KERAS_CHILD " \"$@\"\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  };
  for (const std::string end : {"kill -SEGV $$", "sleep 20"}) {
    const TracesChild dying{.program = script(end), .longest_silence = std::chrono::seconds(end[0] == 's' ? 2 : 30)};
    const PackResult result = pack({.inputs = {folder.file("set.hdf5")},
                                    .out = folder.file("packed " + end.substr(0, 4)),
                                    .quiet = true,
                                    .child = dying},
                                   [] { return false; });
    CHECK(result.noise == 3);
    REQUIRE(result.rejected.size() == 1);
    CHECK(mentions(result.rejected[0].id, "trace 1 of "));
    CHECK(mentions(result.rejected[0].reason, end[0] == 's' ? "took too long" : "crashed"));
  }
}

TEST_CASE("pack: stopped, nothing is left") {
  const TemporaryFolder folder;
  const std::string path = stead_file(folder, "stead.hdf5");
  int asked = 0;
  CHECK_THROWS_AS(pack({.inputs = {path}, .out = folder.file("packed"), .quiet = true, .child = child},
                       [&] { return ++asked == 2; }),
                  PackStopped);
  CHECK(std::filesystem::is_empty(folder.file("packed")));
}

TEST_CASE("pack: for training, packed once and again when the file has changed") {
  const TemporaryFolder folder;
  const std::string path = stead_file(folder, "stead.hdf5");
  const CacheOptions options{.cache = folder.file("cache"), .quiet = true, .child = child};
  int packings = 0;
  const auto open = [&](const std::string& of) {
    bool read = false;
    const PackedDataset data = packed_for_training(
        of,
        [&] {
          read = true;
          return false;
        },
        options);
    packings += read;
    return data.hash();
  };
  const std::uint64_t hash = open(path);
  CHECK(packings == 1);
  CHECK(open(path) == hash);
  CHECK(packings == 1);
  std::filesystem::last_write_time(path, std::filesystem::last_write_time(path) + std::chrono::seconds(1));
  CHECK(open(path) == hash);
  CHECK(packings == 2);
  folder.write("stead.csv", std::string("trace_name\na_EV\n"));
  CHECK(open(path) != hash);
  CHECK(packings == 3);
  pack_quietly({path}, folder.file("packed"));
  open(folder.file("packed"));
  CHECK(packings == 3);
  for (const auto& entry : std::filesystem::directory_iterator(folder.file("cache")))
    CHECK(!mentions(entry.path().string(), "partial"));
}

TEST_CASE("pack: real data sets") {
  const TemporaryFolder folder;
  if (const auto path = shared_path("data/labelled_local/ncedc_public.hdf5")) {
    const PackResult result = pack_quietly({*path}, folder.file("ncedc"));
    CHECK(result.events == 60);
    CHECK(result.rejected.empty());
    const PackedDataset data(folder.file("ncedc"));
    int three = 0;
    for (std::int64_t i = 0; i < data.size(); ++i) {
      three += data.info(i).components == "ENZ";
      CHECK(data.info(i).first('P') == 3000);
      CHECK(data.info(i).first('S') > 3000);
    }
    CHECK(three == 45);
  }
  if (const auto path = shared_path("data/labelled_regional/norsar_regional_40hz.csv")) {
    const PackResult result = pack_quietly({*path}, folder.file("norsar"));
    CHECK(result.events == 124);
    const PackedDataset data(folder.file("norsar"));
    CHECK(data.info(0).arrivals == std::vector<Arrival>{{"Pn", 4939}, {"Pg", 5215}, {"Sg", 7061}});
    CHECK(data.info(0).rate == 40);
  }
  if (const auto path = shared_path("data/seisbench_format")) {
    CHECK(mentions(message_of([&] { pack_quietly({*path}, folder.file("no")); }), "--unlabelled"));
    const PackResult result = pack_quietly({*path}, folder.file("seisbench"), true);
    CHECK(result.unlabelled == 100);
    const LabelledTrace first = PackedDataset(folder.file("seisbench")).read(0);
    CHECK(first.info.samples == 1200);
    CHECK(first.info.rate == 20);
    CHECK(to_iso(first.info.start) == "2007-01-01T01:42:45.080000Z");
    CHECK(first.info.distance == doctest::Approx(71).epsilon(0.02));
  }
}
