#include <doctest/doctest.h>
#include <sys/stat.h>

#include <random>

#include "apps/report/interrupt.h"
#include "kernels/sanitizers.h"
#include "tests/apps/packing.h"

using namespace seisgrad;

TEST_CASE("pack: files cut short, foreign or missing; data sets without a usable trace") {
  const TemporaryFolder folder;
  const auto reason = [&](const std::string& path) {
    const std::string message = message_of([&] { pack_quietly({path}, folder.file("packed")); });
    CHECK(!is_packed(folder.file("packed")));
    return message;
  };
  const std::string whole = text_of(stead_file(folder, "stead.hdf5"));
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

TEST_CASE("pack: what is neither a file nor a folder") {
  const TemporaryFolder folder;
  REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  CHECK(mentions(message_of([&] { data_files(folder.file("pipe")); }), "neither a file nor a folder"));
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

TEST_CASE("pack: files with random damage: an error or a data set that reads") {
  const TemporaryFolder folder;
  {
    Hdf5Writer file(folder.file("whole.hdf5"));
    for (const std::string name : {"a_EV", "b_EV", "c_EV"})
      file.array("/data/" + name, {100, 3}, ramp(300), event(name));
  }
  const std::string whole = text_of(folder.file("whole.hdf5"));
  std::mt19937 random(5);
  int packed = 0;
  for (int trial = 0; trial < (std::getenv("SEISGRAD_FULL") ? 400 : 25); ++trial) {
    std::string damaged = whole;
    for (unsigned flips = 1 + random() % 8; flips > 0; --flips) damaged[random() % damaged.size()] = char(random());
    const std::string path = folder.write("damaged.hdf5", damaged), out = folder.file(std::to_string(trial));
    try {
      pack({.inputs = {path}, .out = out, .quiet = true, .child = child}, [] { return false; });
      const PackedDataset data(out);
      for (std::int64_t i = 0; i < data.size(); ++i) data.read(i);
      ++packed;
    } catch (const std::runtime_error& error) {
      const bool sanitized = address_sanitizer || thread_sanitizer;  // they report a crash in words of their own
      CHECK((mentions(error.what(), "damaged.hdf5: ") || sanitized));
    }
  }
  CHECK(packed > 5);
}

TEST_CASE("pack: stopped, nothing is left") {
  const TemporaryFolder folder;
  const std::string path = stead_file(folder, "stead.hdf5");
  int asked = 0;
  CHECK_THROWS_AS(pack({.inputs = {path}, .out = folder.file("packed"), .quiet = true, .child = child},
                       [&] { return ++asked == 2; }),
                  Interrupted);
  CHECK(std::filesystem::is_empty(folder.file("packed")));
}

TEST_CASE("pack: for training, packed once and again when the file has changed") {
  const TemporaryFolder folder;
  const std::string path = stead_file(folder, "stead.hdf5");
  const CacheOptions options{.cache = folder.file("cache"), .quiet = true, .child = child};
  const auto open = [&](const std::string& of) { return packed_for_training(of, options).hash(); };
  const auto packings = [&] {
    int folders = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.file("cache"))) {
      CHECK(!mentions(entry.path().string(), "partial"));
      ++folders;
    }
    return folders;
  };
  const std::uint64_t hash = open(path);
  CHECK(packings() == 1);
  CHECK(open(path) == hash);
  CHECK(packings() == 1);
  std::filesystem::last_write_time(path, std::filesystem::last_write_time(path) + std::chrono::seconds(1));
  CHECK(open(path) == hash);
  CHECK(packings() == 2);
  folder.write("stead.csv", std::string("trace_name\na_EV\n"));
  CHECK(open(path) != hash);
  CHECK(packings() == 3);
  std::filesystem::create_directory(folder.file("cache/stead-0.partial-1-2"));  // of a run that was killed
  const std::string looks = "SEISGRAD_CACHE=" + options.cache + " " KERAS_CHILD " data info " + path + " >/dev/null";
  folder.write("stead.csv", std::string("trace_name\nb_NO\n"));
  CHECK(std::system(looks.c_str()) == 0);  // another process, which has not looked into the folder yet
  CHECK(packings() == 4);
  pack_quietly({path}, folder.file("packed"));
  open(folder.file("packed"));
  CHECK(packings() == 4);
}
