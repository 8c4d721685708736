#include "apps/model/convert.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <new>
#include <nlohmann/json.hpp>

#include "apps/model/child.h"
#include "apps/model/hdf5.h"
#include "apps/model/keras.h"
#include "apps/model/parity.h"
#include "tensor/atomic_file.h"
#include "tensor/crc32c.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

constexpr size_t child_memory = size_t{2} << 30, most_output = size_t{1} << 30;
constexpr unsigned child_cpu_seconds = 60;

Safetensors read_in_child(const char* what, const std::string& path, const ChildLimits& limits) {
  std::string bytes;
  try {
    bytes = output_of_child(limits.program, {keras_child_argument, what, path}, limits.wall, most_output);
  } catch (const std::runtime_error& error) {
    const std::string text = error.what();
    throw std::runtime_error(text.rfind(path, 0) == 0 ? text : path + ": " + text);
  }
  return decode(bytes, path + " (converted)");
}

// The file's name without its folder, its size and its checksum.
nlohmann::json identity(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string block(1 << 20, '\0');
  uint32_t crc = 0;
  uint64_t size = 0;
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())), file.gcount() > 0) {
    crc = crc32c(std::string_view(block.data(), static_cast<size_t>(file.gcount())), crc);
    size += static_cast<uint64_t>(file.gcount());
  }
  char hexadecimal[9];
  std::snprintf(hexadecimal, sizeof hexadecimal, "%08x", crc);
  return {{"name", std::filesystem::path(path).filename().string()}, {"bytes", size}, {"crc32c", hexadecimal}};
}

std::string text_of(const nlohmann::json& json, int indent = -1) {
  return json.dump(indent, ' ', true, nlohmann::json::error_handler_t::replace);  // file names may be no UTF-8
}

// The certificate as JSON; prints it, too.
nlohmann::json certificate(const Parity& parity, const std::string& golden) {
  nlohmann::json rows = nlohmann::json::array();
  for (const ParityRow& row : parity.rows) {
    rows.push_back({{"value", row.ours},
                    {"golden", row.golden},
                    {"largest_error", row.error},
                    {"largest_magnitude", row.magnitude}});
    std::printf("%-32s %-20s error %.2e  of %.3g\n", row.ours.c_str(), row.golden.c_str(), row.error, row.magnitude);
  }
  return {{"golden", identity(golden)},
          {"precision", sizeof(real) == 4 ? "float32" : "float64"},
          {"output_tolerance", Parity::output_tolerance},
          {"activation_tolerance", Parity::activation_tolerance},
          {"largest_output_error", parity.largest_output_error()},
          {"largest_relative_activation_error", parity.largest_activation_error()},
          {"holds", parity.holds()},
          {"values", rows}};
}

}  // namespace

int keras_child(int argc, char** argv) {
  try {
    limit_this_process(child_memory, child_cpu_seconds);
    require(argc == 4, "expected what to read and a path");
    const std::string what = argv[2], path = argv[3];
    Safetensors contents;
    if (what == "weights") contents = import_keras(path);
    else contents.tensors = Hdf5File(path).arrays();
    const std::string bytes = encode(contents);
    return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() && std::fflush(stdout) == 0 ? 0 : 1;
  } catch (const std::bad_alloc&) {
    std::fputs("the file asks for more than 2 GiB of memory\n", stderr);
  } catch (const std::exception& error) { std::fprintf(stderr, "%s\n", error.what()); }
  return 1;
}

Safetensors read_keras(const std::string& path, const ChildLimits& limits) {
  return read_in_child("weights", path, limits);
}
Safetensors read_hdf5_arrays(const std::string& path, const ChildLimits& limits) {
  return read_in_child("arrays", path, limits);
}

Loaded<EQTransformer> load_keras(const std::string& path, const ChildLimits& limits) {
  Loaded<EQTransformer> loaded = unpack_eqtransformer(read_keras(path, limits), path);
  nlohmann::json provenance = nlohmann::json::parse(loaded.notes.provenance);
  provenance["source"] = identity(path);
  provenance["converter"] = "seisgrad keras 1";  // raised when the same file would give other weights
  loaded.notes.provenance = text_of(provenance);
  return loaded;
}

int model_convert(const ConvertOptions& options, const ChildLimits& limits) {
  const Loaded<EQTransformer> loaded = load_keras(options.in, limits);
  if (!options.golden.empty()) {
    const Parity parity = compare(loaded.model, read_hdf5_arrays(options.golden, limits), options.golden);
    const nlohmann::json json = certificate(parity, options.golden);
    std::printf("outputs within %.2e (allowed %.0e), activations within %.2e of their magnitude (allowed %.0e)\n",
                parity.largest_output_error(), Parity::output_tolerance, parity.largest_activation_error(),
                Parity::activation_tolerance);
    if (!parity.holds()) {
      std::fprintf(stderr, "seisgrad: %s: the golden values of %s are not met; nothing is written\n",
                   options.in.c_str(), options.golden.c_str());
      return 1;
    }
    replace_file(options.out + ".parity.json", text_of(json, 2) + "\n");
  }
  save(options.out, loaded.model, loaded.notes);
  std::printf("%s: EQTransformer, %lld + %lld values\n", options.out.c_str(),
              static_cast<long long>(parameter_count(loaded.model, true)),
              static_cast<long long>(parameter_count(loaded.model, false)));
  return 0;
}

}  // namespace seisgrad
