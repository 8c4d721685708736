#include "kernels/philox.h"

#include <doctest/doctest.h>

using namespace seisgrad;

static void check_block(PhiloxBlock got, PhiloxBlock expected) {
  for (int i = 0; i < 4; ++i) CHECK(got.word[i] == expected.word[i]);
}

// The known answers published with Random123, the authors' library.
TEST_CASE("philox4x32_10: known answers") {
  check_block(philox4x32_10({{0, 0, 0, 0}}, 0), {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}});
  check_block(philox4x32_10({{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}}, 0xffffffffffffffff),
              {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}});
  check_block(philox4x32_10({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, 0x299f31d0a4093822),
              {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}});
}

TEST_CASE("random_word: where seed, purpose, stream, step and element go") {
  const RandomKey key{.seed = 7, .purpose = Purpose::spatial_dropout, .step = 5, .stream = 9};
  const uint64_t element = (uint64_t{3} << 34) + 4 * 11 + 2;  // over 32 bits
  const PhiloxBlock words = philox4x32_10({{3 << 16 | 9, 5, 11, 3}}, 7);
  CHECK(random_word(key, element) == words.word[2]);
  check_block(random_words(key, element / 4), words);
}

TEST_CASE("random numbers: the numbers of purposes never change") {
  CHECK(static_cast<int>(Purpose::initial_weights) == 1);
  CHECK(static_cast<int>(Purpose::dropout) == 2);
  CHECK(static_cast<int>(Purpose::spatial_dropout) == 3);
  CHECK(static_cast<int>(Purpose::lstm_input_dropout) == 4);
  CHECK(static_cast<int>(Purpose::lstm_recurrent_dropout) == 5);
}
