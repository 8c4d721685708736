// From recorded segments to what a model was trained on: resample, band-pass, taper.
//
// Everything is local. A sample of the result depends on the recorded samples within context_seconds around its block
// of block_seconds (absolute times: a block begins at a multiple of block_seconds since 1970) and on nothing else: no
// mean, trend or scale of a whole segment. So the results are the same, bit by bit, however the data are cut into
// files or requests, and a true segment end is felt only near it.
//
// Demeaning and detrending: a straight line is fitted to each block with its context and subtracted before filtering.
// The band-pass removes constants and lines by itself (its zeros at 0 Hz); subtracting them first only keeps the
// filter's start-up at a true segment end from ringing with the offset, which is why no whole-trace line is needed:
// away from the ends both differ by less than 1e-10 of the largest sample (tests/data/preprocess_test.cpp). Without a
// band-pass nothing is subtracted here; the normalisation of each window does that.
//
// Segments already at the profile's rate keep their own sample times exactly; others come out on the absolute grid of
// data/resample.h. Filtering follows resampling, so that one digital filter serves every input rate.
#pragma once
#include "data/profile.h"
#include "data/segments.h"

namespace seisgrad {

inline constexpr double block_seconds = 200;

// 20 s, or more for corners so low that the filter's memory is longer.
double context_seconds(const PreprocessingProfile& profile);

// Weight i of the `length` of a taper, half a period of a cosine that is 0 at the record's very end, i = 0.
double taper_weight(std::int64_t i, std::int64_t length);

// Why streams of this rate cannot be used with the profile; empty if they can.
std::string rate_objection(const PreprocessingProfile& profile, double rate);

// One segment. Throws std::invalid_argument for a rate with an objection or an impossible profile.
Segment preprocess(Segment segment, const PreprocessingProfile& profile);

// All of them, in order; those with an objection, and those without a sample on the new grid, are added to `excluded`.
std::vector<Segment> preprocess(std::vector<Segment> segments, const PreprocessingProfile& profile,
                                std::vector<Excluded>& excluded);

}  // namespace seisgrad
