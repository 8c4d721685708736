// A file or its bytes through read_file, with all that came of it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "data/reader.h"
#include "tests/temporary.h"

namespace seisgrad {

struct Reading {
  std::vector<Piece> pieces;
  ReadReport report;
};

inline Reading reading_of(const std::string& path) {
  Reading result;
  read_file(
      path, {}, [&](Piece piece) { result.pieces.push_back(std::move(piece)); }, result.report);
  return result;
}

inline Reading reading_of_bytes(const std::vector<std::uint8_t>& bytes) {
  const TemporaryFolder folder;
  return reading_of(folder.write("x", bytes));
}

inline bool accounts_for_every_byte(const ReadReport& report) {
  return report.bytes_used + report.bytes_without_samples + report.bytes_rejected == report.bytes;
}

}  // namespace seisgrad
