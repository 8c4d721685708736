// The traces of a data set on disk, whatever its layout. libhdf5 runs in a limited child process, which hands each
// trace over through a pipe: where it crashes or hangs on a trace, that one is bad and a new child goes on with the
// next.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "apps/data/hdf5_traces.h"

namespace seisgrad {

// One HDF5 file and the table beside it ("" for none).
struct DataFiles {
  std::string waveforms, table;
};

// Those of a data set: an HDF5 file (and the .csv of its name, or metadataX.csv beside waveformsX.hdf5), such a .csv,
// or a folder of them: those that a file `chunks` lists, or all. Throws std::runtime_error where there are none.
std::vector<DataFiles> data_files(const std::string& path);

// How the child is started: the program must call traces_child() where its first argument is this.
constexpr const char* traces_child_argument = "--read-traces-for-parent";
struct TracesChild {
  std::string program = "/proc/self/exe";
  std::chrono::seconds longest_silence = std::chrono::seconds(60);
};
int traces_child(int argc, char** argv);

// Of a packed data set, or of all data_files(path). Throws std::runtime_error where a file cannot be read at all.
void read_traces(const std::string& path, const TraceSink& sink, const TracesChild& child = {});

// Opens every file that read_traces() would, and throws as it does; reads no trace.
void check_readable(const std::string& path, const TracesChild& child = {});

}  // namespace seisgrad
