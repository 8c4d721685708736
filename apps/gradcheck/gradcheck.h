// `seisgrad gradcheck`. Declared apart from the cases, which exist in double only.
#pragma once
#include <string>

namespace seisgrad {

struct GradcheckOptions {
  std::string what;  // operator or model; empty: everything
  int cases = 20;
  bool list = false;
};

// Prints a line an operator and explains the first failure; 0 if all agree, 1 if not. Throws std::invalid_argument for
// an unknown name.
int gradcheck_command(const GradcheckOptions& options);

}  // namespace seisgrad
