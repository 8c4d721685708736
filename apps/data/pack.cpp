#include "apps/data/pack.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <unordered_set>

#include "apps/report/interrupt.h"
#include "apps/report/progress.h"
#include "data/csv.h"
#include "data/labels.h"
#include "tensor/atomic_file.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

// Without control characters: names and values of a damaged file go to the terminal and into a table.
std::string printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }, '?');
  return text;
}

std::string table_of(const std::vector<RejectedTrace>& rejected) {
  std::string table = "source,trace,reason\n";
  for (const RejectedTrace& r : rejected)
    table += csv_cell(r.source) + "," + csv_cell(r.id) + "," + csv_cell(r.reason) + "\n";
  return table;
}

class Packing {
 public:
  Packing(const PackOptions& options, const std::function<bool()>& stop)
      : options_(options), stop_(stop), writer_(options.out, {.half = options.half}) {}

  PackResult run() {
    for (const std::string& input : options_.inputs) {
      source_ = input;
      const std::int64_t before = writer_.size();
      read_traces(input,
                  {.total = [&](std::int64_t n) { expect(n); },
                   .trace = [&](LabelledTrace trace) { add(std::move(trace)); },
                   .bad = [&](const std::string& id, const std::string& reason) { reject(id, reason); }},
                  options_.child);
      if (writer_.size() == before)
        throw std::runtime_error(
            joined(input, ": none of its traces can be used",
                   result_.rejected.empty() ? "" : "; the last one: " + result_.rejected.back().reason));
    }
    progress_.reset();
    if (!result_.rejected.empty())
      replace_file((std::filesystem::path(options_.out) / "rejected.csv").string(), table_of(result_.rejected));
    writer_.finish();
    return std::move(result_);
  }

 private:
  void expect(std::int64_t traces) {
    if (!options_.quiet) progress_.emplace("packing " + source_, "traces", traces);
  }

  void advance() {
    if (progress_) progress_->advance();
    if (stop_()) throw Interrupted("interrupted; nothing of " + options_.out + " is kept");
  }

  void reject(const std::string& id, const std::string& reason) {
    result_.rejected.push_back({source_, printable(id), printable(reason)});
    advance();
  }

  void add(LabelledTrace trace) {
    const TraceInfo& info = trace.info;
    std::string reason = why_unusable(trace);
    const bool labelled = info.noise || !events_of(info).empty();
    if (reason.empty() && !labelled && !options_.unlabelled)
      reason = "no P or S arrival is known and nobody calls it noise; --unlabelled keeps such traces";
    if (reason.empty() && !ids_.insert(info.id).second) reason = "there is a trace of this name already";
    if (!reason.empty()) return reject(info.id, reason);
    writer_.add(trace);
    ++(info.noise ? result_.noise : labelled ? result_.events : result_.unlabelled);
    advance();
  }

  const PackOptions& options_;
  const std::function<bool()>& stop_;
  PackedWriter writer_;
  PackResult result_;
  std::string source_;
  std::unordered_set<std::string> ids_;
  std::optional<Progress> progress_;
};

void print_rejected(const std::vector<RejectedTrace>& rejected, const std::string& folder) {
  constexpr std::size_t shown = 5;
  if (rejected.empty()) return;
  std::fprintf(stderr, "%zu traces cannot be used, listed in %s/rejected.csv:\n", rejected.size(), folder.c_str());
  for (std::size_t i = 0; i < std::min(shown, rejected.size()); ++i)
    std::fprintf(stderr, "  %s: %s\n", rejected[i].id.c_str(), rejected[i].reason.c_str());
  if (rejected.size() > shown) std::fprintf(stderr, "  and %zu more\n", rejected.size() - shown);
}

}  // namespace

PackResult pack(const PackOptions& options, const std::function<bool()>& stop) {
  require(!options.inputs.empty(), "pack: no data set is named");
  return Packing(options, stop).run();
}

int data_pack(const PackOptions& options) {
  const InterruptGuard guard;
  const PackResult result = pack(options, [&] { return guard.interrupted(); });
  print_rejected(result.rejected, options.out);
  std::printf("%s: %lld traces with arrivals, %lld of noise", options.out.c_str(),
              static_cast<long long>(result.events), static_cast<long long>(result.noise));
  if (result.unlabelled > 0) std::printf(", %lld unlabelled", static_cast<long long>(result.unlabelled));
  std::printf(options.half ? ", float16\n" : ", float32\n");
  return 0;
}

}  // namespace seisgrad
