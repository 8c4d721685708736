// SAC binary files (evenly sampled time series), both byte orders, header versions 6 and 7.
//
//     start = nzyear, nzjday, nzhour … nzmsec + b        rate = 1 / delta        name = knetwk.kstnm.khole.kcmpnm
//
// Source: SAC user manual, "SAC data file format": 70 floats, 40 integers, 24 texts of 8 bytes, then the samples.
#pragma once
#include "data/file_window.h"
#include "data/miniseed.h"
#include "data/waveform.h"

namespace seisgrad {

// Whether the header version, the number of samples and the size of the file agree in one of the byte orders.
bool looks_like_sac(FileWindow& file);

// Passes the trace to `sink` if `filter` (which may be empty) wants it. A header that contradicts itself or the size
// of the file is reported, not thrown.
void read_sac(FileWindow& file, const PieceFilter& filter, const PieceSink& sink, ReadReport& report);

}  // namespace seisgrad
