// What `seisgrad explain` was asked to do.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/explain/attribution.h"
#include "apps/explain/class_model.h"

namespace seisgrad {

struct ExplainOptions {
  std::string model;  // as in ScanOptions
  std::string out = "seisgrad-explain";
  std::string device = "auto";
  int threads = 0;  // 0: all of the machine
  bool quiet = false;
};

struct ExplainWindowOptions {
  ExplainOptions common;
  std::vector<std::string> files, times;  // ISO-8601; or
  std::string data;                       // a data set, or synthetic:KIND:SEED:COUNT
  std::vector<std::string> traces;        // of it: numbers from 0, or names
  bool filter = false, filtered = false;  // as in EvaluateOptions
  std::vector<std::string> targets;       // none: the class that the model prefers, or detection, P and S
  MapOptions maps;
};

struct ExplainClassOptions {
  ExplainOptions common;
  std::vector<std::string> classes;  // none: all
  ClassModelOptions ascent;
};

struct ExplainCheckOptions {
  ExplainOptions common;
  std::string data, part = "test";  // as in EvaluateOptions
  bool filtered = false;
  int64_t windows = 200;  // correctly classified ones
  MapOptions maps;
};

// Each writes index.html, figures, tables and explain.json into `out` and returns the exit status. Throw
// std::invalid_argument for what the user got wrong, another std::exception for what the machine did.
int explain_window(const ExplainWindowOptions& options);
int explain_class(const ExplainClassOptions& options);
int explain_check(const ExplainCheckOptions& options);

}  // namespace seisgrad
