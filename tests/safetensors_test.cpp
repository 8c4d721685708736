#include "models/safetensors.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <new>
#include <random>

#include "tensor/atomic_file.h"
#include "tensor/crc32c.h"
#include "tensor/require.h"
#include "tests/allocations.h"

using namespace seisgrad;

namespace {

Safetensors example() {
  Safetensors contents;
  contents.metadata = {{"seisgrad.config", "{\"filters\":[8,16],\"name\":\"a \\\"b\\\" \\\\ \n\t\x01 \xC3\xA9\"}"},
                       {"empty", ""}};
  const float three[] = {1.5f, -2, std::numeric_limits<float>::denorm_min()};
  const double six[] = {1, 2, 3, 4, 5, 6e300};
  contents.tensors = {stored("encoder.0.weight", {3, 1}, three), stored("norm.gamma", {1, 2, 3}, six),
                      stored("nothing", {2, 0}, six), stored("scalar", {}, three)};
  contents.tensors.push_back({"steps", StoredType::i32, {1}, std::string("\x07\0\0\0", 4)});
  return contents;
}

std::string framed(const std::string& header, size_t data_bytes = 0) {
  const uint64_t length = header.size();
  return std::string(reinterpret_cast<const char*>(&length), 8) + header + std::string(data_bytes, '\x11');
}

std::string message(const std::string& bytes) {
  try {
    decode(bytes, "w.st");
  } catch (const std::runtime_error& error) { return error.what(); }
  return "accepted";
}

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / joined("seisgrad-test-", std::random_device()());
  Folder() { std::filesystem::create_directory(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const char* name) const { return (path / name).string(); }
};

}  // namespace

TEST_CASE("crc32c: published values") {
  CHECK(crc32c("") == 0);
  CHECK(crc32c("123456789") == 0xE3069283);            // the check value of CRC-32/ISCSI
  CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AA);  // RFC 3720, B.4
  CHECK(crc32c("6789", crc32c("12345")) == 0xE3069283);
}

TEST_CASE("safetensors: what is written is read, in equal bytes") {
  const Safetensors contents = example();
  const std::string bytes = encode(contents);
  Safetensors read = decode(bytes, "w.st");
  CHECK(read.verified);
  read.verified = false;
  CHECK(read == contents);
  CHECK(encode(read) == bytes);
  CHECK(values_of(read.tensors[1]) == std::vector<double>{1, 2, 3, 4, 5, 6e300});
  CHECK(values_of(read.tensors[4]) == std::vector<double>{7});
  uint64_t length;
  std::memcpy(&length, bytes.data(), 8);
  CHECK(length % 8 == 0);
}

TEST_CASE("safetensors: headers as others write them") {
  const std::string bytes = framed(
      "{ \"b\" : {\"shape\":[2],\"data_offsets\":[4, 12],\"dtype\":\"I32\"},\n"
      "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},\"__metadata__\":"
      "{\"k\":\"\\u0041\\u00e9\\u20ac\\ud83c\\udf0b\\/\\n\"}}   ",
      12);
  const Safetensors read = decode(bytes, "w.st");
  CHECK_FALSE(read.verified);
  CHECK(read.metadata.at("k") == "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8C\x8B/\n");
  CHECK(read.tensors[0].name == "b");
  CHECK(values_of(read.tensors[0]) == std::vector<double>{0x11111111, 0x11111111});
}

TEST_CASE("safetensors: every flipped bit and every truncation is refused") {
  const std::string bytes = encode(example());
  size_t refused = 0;
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {  // exhaustive
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    try {
      // A flip in the checksums' own key leaves a file without checksums, which weights.h refuses.
      refused += !decode(flipped, "w.st").verified;
    } catch (const std::runtime_error&) { ++refused; }
  }
  CHECK(refused == 8 * bytes.size());
  for (size_t size = 0; size < bytes.size(); ++size) REQUIRE(message(bytes.substr(0, size)) != "accepted");
  CHECK(message(bytes + '\0') != "accepted");
}

TEST_CASE("safetensors: crafted headers are refused with a reason, without allocating what they claim") {
  const std::string a = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
  const auto tensor = [](const std::string& shape, const std::string& offsets, const std::string& type = "F32") {
    return "{\"a\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
  };
  std::vector<std::pair<std::string, std::string>> crafted = {
      {"", "expected '{'"},
      {"[]", "expected '{'"},
      {"{", "expected '\"'"},
      {"{}x", "after the header's last brace"},
      {"{}{}", "after the header's last brace"},
      {"{\"a\"}", "expected ':'"},
      {"{\"a", "without end"},
      {"{\"a\\\"", "without end"},
      {"{\"a\\", "without end"},
      {"{\"a\n\":1}", "control character"},
      {"{\"\\u0061\":1}", "escape"},
      {"{\"" + std::string(257, 'n') + "\":1}", "256 bytes"},
      {"{\"a\":1}", "expected '{'"},
      {"{\"a\":{}}", "without dtype"},
      {"{\"a\":{\"dtype\":\"F32\"}}", "without dtype"},
      {"{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", "twice"},
      {"{\"a\":{\"size\":1}}", "unknown field"},
      {tensor("[1]", "[0,4]", "BF16"), "type 'BF16'"},
      {tensor("[1]", "[0,4]", "f32"), "type 'f32'"},
      {tensor("[-1]", "[0,4]"), "whole number"},
      {tensor("[1.0]", "[0,4]"), "expected ']'"},
      {tensor("[1e3]", "[0,4]"), "expected ']'"},
      {tensor("[01]", "[0,4]"), "whole number"},
      {tensor("[\"1\"]", "[0,4]"), "whole number"},
      {tensor("[1", "[0,4]"), "whole number"},
      {tensor("[1]", "[0]"), "expected ','"},
      {tensor("[1]", "[0,4,8]"), "expected ']'"},
      {tensor("[1]", "[4,0]"), "between the offsets"},
      {tensor("[1]", "[0,8]"), "between the offsets"},
      {tensor("[2]", "[0,4]"), "between the offsets"},
      {tensor("[1]", "[1,5]"), "begins elsewhere"},
      {tensor("[1]", "[18446744073709551615,3]"), "does not fit"},
      {tensor("[9223372036854775807]", "[0,4]"), "overflows"},
      {tensor("[4294967296,4294967296]", "[0,4]"), "overflows"},
      {tensor("[4294967296,1073741824]", "[0,4]"), "overflows"},
      {tensor("[99999999999999999999]", "[0,4]"), "does not fit"},
      {tensor("[1,1,1,1,1,1,1,1,1]", "[0,4]"), "8 axes"},
      {tensor("[1000000000000]", "[0,4000000000000]"), "do not fill"},
      {tensor("[0]", "[0,0]"), "do not fill"},
      {a + ",\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,4]}}", "of the name 'a'"},
      {a + ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "begins elsewhere"},
      {a + ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}", "begins elsewhere"},
      {"{\"__metadata__\":{\"k\":\"v\",\"k\":\"v\"}}", "twice"},
      {"{\"__metadata__\":{},\"__metadata__\":{}}", "twice"},
      {"{\"__metadata__\":{\"k\":1}}", "expected '\"'"},
      {"{\"__metadata__\":{\"k\":\"\\q\"}}", "unknown escape"},
      {"{\"__metadata__\":{\"k\":\"\\u12\"}}", "unknown escape"},
      {"{\"__metadata__\":{\"k\":\"\\ud800\"}}", "half a character"},
      {"{\"__metadata__\":{\"k\":\"\\udc00x\"}}", "half a character"},
      {"{\"__metadata__\":{\"k\":\"\\ud800\\u0041\"}}", "half a character"},
      {"{\"__metadata__\":{\"seisgrad.crc32c\":\"\"}}", "wrong length"},
      {"{\"__metadata__\":{\"seisgrad.crc32c\":\"00000000\"}}", "checksum does not hold"},
  };
  std::string many = "{", metadata = "{\"__metadata__\":{";
  for (int i = 0; i <= 4096; ++i)
    many += joined(i ? "," : "", "\"t", i, "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}");
  for (int i = 0; i <= 256; ++i) metadata += joined(i ? "," : "", "\"k", i, "\":\"\"");
  crafted.push_back({many + "}", "more than 4096 tensors"});
  crafted.push_back({metadata + "}}", "more than 256 entries"});
  for (int shift = 0; shift < 150; ++shift) {  // sizes around every power of two, as size and as offset
    const std::string size = joined((uint64_t{1} << (shift / 3 + 13)) + static_cast<uint64_t>(shift % 3) - 1);
    crafted.push_back({tensor("[" + size + "]", "[0," + size + "]"), ""});
  }
  REQUIRE(crafted.size() >= 200);

  for (const auto& [header, reason] : crafted) {
    const std::string bytes = framed(header, reason == "do not fill" ? 2 : 0), shown = header.substr(0, 200);
    CAPTURE(shown);
    const AllocationPeak peak;
    const std::string said = message(bytes);
    CHECK(peak.bytes() <= static_cast<int64_t>(bytes.size()) + (1 << 20));
    CHECK(said != "accepted");
    CHECK(said.find(reason) != said.npos);
    CHECK(said.rfind("w.st: byte ", 0) == 0);
    CHECK(said.find('\n') == said.npos);
  }
}

TEST_CASE("safetensors: lengths of the header, and files of other kinds") {
  std::string bytes = encode(example());
  for (const uint64_t length : {uint64_t{0}, uint64_t{1}, uint64_t{16 << 20}, uint64_t{(16 << 20) + 1},
                                uint64_t{1} << 40, uint64_t{bytes.size() - 7}, ~uint64_t{0}}) {
    std::memcpy(bytes.data(), &length, 8);
    CAPTURE(length);
    CHECK(message(bytes) != "accepted");
  }
  CHECK(message("\x89HDF\r\n\x1a\n----------").find("seisgrad model convert") != std::string::npos);
  CHECK(message("PK\x03\x04------").find("zip") != std::string::npos);
}

TEST_CASE("safetensors: files are replaced at once, and reading says what is wrong") {
  const Folder folder;
  write_safetensors(folder / "w.st", example());
  Safetensors more = example();
  more.metadata["more"] = std::string(100000, '"');
  write_safetensors(folder / "w.st", more);
  Safetensors read = read_safetensors(folder / "w.st");
  read.verified = false;
  CHECK(read == more);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path), {}) == 1);  // no temporary file is left

  CHECK_THROWS_AS(read_safetensors(folder / "absent.st"), std::runtime_error);
  CHECK_THROWS_AS(read_safetensors(folder.path.string()), std::runtime_error);
  CHECK_THROWS_AS(replace_file(folder / "no/such/folder.st", "x"), std::runtime_error);
  std::filesystem::create_directory(folder / "occupied");
  CHECK_THROWS_AS(replace_file(folder / "occupied", "x"), std::runtime_error);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path), {}) == 2);

  // A sparse file that claims a terabyte is refused by its first bytes.
  const std::string huge = folder / "huge.st";
  std::ofstream(huge) << std::string(8, '\x7f');
  std::filesystem::resize_file(huge, uint64_t{1} << 40);
  const AllocationPeak peak;
  CHECK_THROWS_AS(read_safetensors(huge), std::runtime_error);
  CHECK(peak.bytes() < 1 << 20);
}

TEST_CASE("safetensors: what cannot be encoded") {
  Safetensors contents = example();
  contents.tensors[0].bytes.pop_back();
  CHECK_THROWS_AS(encode(contents), std::invalid_argument);
  contents = example();
  contents.tensors[0].name = contents.tensors[1].name;
  CHECK_THROWS_AS(encode(contents), std::invalid_argument);
  contents.tensors[0].name = "a\"b";
  CHECK_THROWS_AS(encode(contents), std::invalid_argument);
}
