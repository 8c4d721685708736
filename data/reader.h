// Any waveform files, folders and patterns to pieces of streams.
#pragma once
#include <string>
#include <vector>

#include "data/miniseed.h"
#include "data/waveform.h"

namespace seisgrad {

// The regular files that the inputs name, in the order of the inputs, each once: a file is itself, a folder is all
// files below it in the order of their names, a pattern ("day/*.mseed", quoted from the shell) is its matches, sorted.
// Throws std::invalid_argument for an input that names nothing or a folder that cannot be read.
std::vector<std::string> find_files(const std::vector<std::string>& inputs);

// Reads one file, its format told by its content: miniSEED 2 or SAC. Whatever is wrong with it goes to the report.
void read_file(const std::string& path, const PieceFilter& filter, const PieceSink& sink, ReadReport& report);

// find_files, then read_file for each.
void read_waveforms(const std::vector<std::string>& inputs, const PieceSink& sink, ReadReport& report);

}  // namespace seisgrad
