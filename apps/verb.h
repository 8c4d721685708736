// Verb: one verb of the program. Its options are filled by CLI11 while the command line is read, then run() does the
// work and gives the exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted. Each folder has its own verb.cpp.
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tensor/require.h"

namespace seisgrad {

struct Verb {
  CLI::App* command;
  std::function<int()> run;
};

// For transform() of an option: the words that it takes for the values of an enum.
template <typename Enum>
CLI::Validator one_of(const std::map<std::string, Enum>& words) {
  std::string list;
  for (const auto& word : words) list += (list.empty() ? "{" : ",") + word.first;
  list += "}";
  return CLI::Validator(
      [=](std::string& value) {
        const auto found = words.find(value);
        if (found == words.end()) return joined("expected one of ", list, ", got ", value);
        value = std::to_string(static_cast<int>(found->second));
        return std::string();
      },
      list);
}

// For check() of an option: a number within the two, both included. CLI11's own let NaN pass.
inline CLI::Validator number_from(double low, double high) {
  std::string text = joined(low, " to ", high);
  return CLI::Validator(
      [=](std::string& value) {
        double number = 0;
        const bool good = CLI::detail::lexical_cast(value, number) && number >= low && number <= high;
        return good ? std::string() : joined("expected a number from ", text, ", got ", value);
      },
      text);
}

std::vector<Verb> model_verbs(CLI::App& program);
std::vector<Verb> scan_verbs(CLI::App& program);
std::vector<Verb> evaluate_verbs(CLI::App& program);
std::vector<Verb> explain_verbs(CLI::App& program);
std::vector<Verb> train_verbs(CLI::App& program);
std::vector<Verb> experiment_verbs(CLI::App& program);
std::vector<Verb> data_verbs(CLI::App& program);
std::vector<Verb> gradcheck_verbs(CLI::App& program);

}  // namespace seisgrad
