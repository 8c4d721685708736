// Counter-based random numbers: Philox 4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
// 1, 2, 3", SC 2011. A number is a function of a key and a position, so there is no state to save or to share: the
// same key gives the same numbers on every device, in either precision, for any number of threads and any order.
//
//   key = the seed     counter = (purpose and stream, step, element / 4)     word = element mod 4
#pragma once
#include <cstdint>

#include "kernels/view.h"

namespace seisgrad {

struct PhiloxBlock {
  uint32_t word[4];
};

HOST_DEVICE inline PhiloxBlock philox4x32_10(PhiloxBlock counter, uint64_t key) {
  uint32_t k0 = static_cast<uint32_t>(key), k1 = static_cast<uint32_t>(key >> 32);
  uint32_t* c = counter.word;
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t{0xD2511F53} * c[0], b = uint64_t{0xCD9E8D57} * c[2];
    const uint32_t c1 = c[1], c3 = c[3];
    c[0] = static_cast<uint32_t>(b >> 32) ^ c1 ^ k0;
    c[1] = static_cast<uint32_t>(b);
    c[2] = static_cast<uint32_t>(a >> 32) ^ c3 ^ k1;
    c[3] = static_cast<uint32_t>(a);
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return counter;
}

// What random numbers are for. A number here is never changed or used again: results would change with it.
enum class Purpose : uint16_t {
  initial_weights = 1,
  dropout = 2,
  spatial_dropout = 3,
  lstm_input_dropout = 4,
  lstm_recurrent_dropout = 5,
  toy_record = 6,
  split = 7,         // training, validation or test: element = hash of the event's or trace's name
  order = 8,         // of examples, step = epoch
  augmentation = 9,  // step = epoch, element = example and draw
  synthetic_event = 10,
  synthetic_path = 11,  // codas, site effects
  synthetic_noise = 12,
  explanation = 13,  // noise on a window, step = name of the window; shifts of class models
};

// Names one sequence of 2^66 random words.
struct RandomKey {
  uint64_t seed;
  Purpose purpose;
  uint32_t step = 0;    // of training, or the epoch
  uint16_t stream = 0;  // tells users of one purpose apart, such as the layers of a model
};

// The words of elements 4 block, ..., 4 block + 3.
HOST_DEVICE inline PhiloxBlock random_words(RandomKey key, uint64_t block) {
  const uint32_t user = static_cast<uint32_t>(key.purpose) << 16 | key.stream;
  return philox4x32_10({{user, key.step, static_cast<uint32_t>(block), static_cast<uint32_t>(block >> 32)}}, key.seed);
}

// One word alone.
HOST_DEVICE inline uint32_t random_word(RandomKey key, uint64_t element) {
  return random_words(key, element / 4).word[element % 4];
}

}  // namespace seisgrad
