#include "apps/verb.h"

#include <memory>

#include "apps/gradcheck/gradcheck.h"

namespace seisgrad {

std::vector<Verb> gradcheck_verbs(CLI::App& program) {
  auto o = std::make_shared<GradcheckOptions>();
  CLI::App* c = program.add_subcommand("gradcheck", "Compare gradients with finite differences, in double");
  c->footer("Examples:\n  seisgrad gradcheck\n  seisgrad gradcheck lstm\n  seisgrad gradcheck eqtransformer");
  c->add_option("what", o->what, "An operator or a model [everything]");
  c->add_option("--cases", o->cases, "Random cases of each")->check(CLI::Range(1, 100000))->capture_default_str();
  c->add_flag("--list", o->list, "Only list what can be checked");
  return {{c, [o] { return gradcheck_command(*o); }}};
}

}  // namespace seisgrad
