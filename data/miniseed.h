// miniSEED 2, read record by record in bounded memory, whatever the size of the file.
//
// Every record passes check_miniseed_header before libmseed decodes its payload; libmseed never sees a header or a
// blockette chain that somebody else wrote. What does not pass is reported and becomes a gap; after garbage the reader
// finds the next header, at any byte. miniSEED 3 is recognised and refused as a whole.
#pragma once
#include <functional>

#include "data/file_window.h"
#include "data/waveform.h"

namespace seisgrad {

// Which records to decode, decided from the header alone: returning false passes over the record (it counts as used).
using PieceFilter = std::function<bool(const StreamId& id, Time start, Time end)>;

// Decodes the admitted records in file order into `sink`. `filter` may be empty.
void read_miniseed(FileWindow& file, const PieceFilter& filter, const PieceSink& sink, ReadReport& report);

// Whether the first MiB holds an admissible record or begins with a SEED control record.
bool looks_like_miniseed(FileWindow& file);
bool looks_like_miniseed3(FileWindow& file);

// Hands the runs of finite samples of `whole` to the sink; the others are excluded with the reason "not finite".
// Used by every reader.
void pass_finite(Piece whole, const PieceSink& sink, ReadReport& report);

}  // namespace seisgrad
