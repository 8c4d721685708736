#include <doctest/doctest.h>

#include "tests/apps/packing.h"
#include "tests/shared.h"

using namespace seisgrad;

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
                                                       {"g_unlabelled", "no P or S arrival is known"},
                                                       {"h_zeros", "all its samples are zero"},
                                                       {"i_place", "source_latitude is 95"},
                                                       {"j_text", "not an array of numbers"},
                                                       {"k_link", "its data lie in another file"}};
  REQUIRE(result.rejected.size() == expected.size());
  for (const RejectedTrace& rejected : result.rejected) {
    INFO(rejected.id, ": ", rejected.reason);
    REQUIRE(expected.count(rejected.id) == 1);
    CHECK(mentions(rejected.reason, expected.at(rejected.id)));
    CHECK(mentions(text_of(folder.file("packed/rejected.csv")), rejected.id));
  }
}

TEST_CASE("pack: a trace with neither P nor S is not labelled") {
  const TemporaryFolder folder;
  {
    Hdf5Writer file(folder.file("a.hdf5"));
    const Attributes bare = {{"trace_category", "earthquake_local"}, {"receiver_code", "X"}};
    file.array("/data/depth", {100, 3}, ramp(300), with(bare, "phases", "pP:40;Lg:50"));
    file.array("/data/small", {100, 3}, ramp(300), with(bare, "phases", "pg:40;SN:50"));
  }
  const PackResult result = pack_quietly({folder.file("a.hdf5")}, folder.file("packed"));
  REQUIRE(result.rejected.size() == 1);
  CHECK(mentions(result.rejected[0].reason, "no P or S arrival"));
  CHECK(PackedDataset(folder.file("packed")).info(0).arrivals == std::vector<Arrival>{{"Pg", 40}, {"Sn", 50}});
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
