// Configurations of models as JSON objects of one level, with exactly the fields of the struct; keys sorted, no blanks,
// so that equal configurations give equal text.
#pragma once
#include <string>

#include "models/eqtransformer.h"
#include "models/phase_classifier.h"

namespace SEISGRAD {

std::string to_json(const EQTransformerConfig& config);
std::string to_json(const PhaseClassifierConfig& config);

// Throw std::invalid_argument naming the field that is missing, unknown, of the wrong kind or too large, and what
// validate() finds. Sizes are limited (4096; 2^18 samples; 16 blocks or entries of a list) so that products of them
// cannot overflow.
EQTransformerConfig eqtransformer_config(const std::string& json);
PhaseClassifierConfig phase_classifier_config(const std::string& json);

// Throws std::invalid_argument, naming `what`, unless the text is one JSON object.
void require_json_object(const std::string& text, const std::string& what);

}  // namespace SEISGRAD
