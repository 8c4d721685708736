// Order: which example stands at which position of which epoch, as a function of the seed alone. Examples have a
// source and a category (noise or event; a phase), and an epoch has as many positions as there are examples.
//
// Without weights and balance an epoch is one permutation of all examples. With weights, source i gives
// weight_i / (sum of weights) of the positions, and with balance each category of it an equal part; who has fewer
// examples than positions gives each again, who has more gives others in the next epoch. Balanced categories take
// turns, so that every batch has its share of each.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace seisgrad {

struct ExampleRef {
  std::int32_t source = 0;
  std::int32_t category = 0;  // from 0
  std::int64_t trace = 0;
  std::int32_t arrival = -1;  // of the trace, where the example is about one
};

class Order {
 public:
  struct Options {
    std::uint64_t seed = 0;
    std::vector<double> weights;  // one a source; empty: as many as there are
    bool balance = false;
    std::int64_t positions = 0;  // of an epoch; 0: one for each example
  };
  // Throws std::invalid_argument for no examples, or weights that are not positive.
  Order(std::vector<ExampleRef> examples, Options options);

  std::int64_t size() const { return positions_; }  // of an epoch
  const std::vector<ExampleRef>& refs() const { return examples_; }
  // From any thread; the last epochs asked for are kept.
  const ExampleRef& at(std::uint32_t epoch, std::int64_t position) const;

 private:
  struct Group {  // of one source and category
    std::vector<std::int64_t> members;
    std::int64_t quota = 0;  // positions of an epoch
  };
  using Positions = std::shared_ptr<const std::vector<std::int64_t>>;
  void divide_positions();
  std::vector<std::int64_t> shuffled(std::vector<std::int64_t> items, std::uint32_t step, std::uint16_t stream) const;
  Positions make(std::uint32_t epoch) const;

  std::vector<ExampleRef> examples_;
  Options options_;
  std::int64_t positions_;
  std::vector<std::vector<Group>> categories_;  // [category][source]
  mutable std::mutex mutex_;
  mutable std::vector<std::pair<std::uint32_t, Positions>> kept_;
};

}  // namespace seisgrad
