#include "data/order.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/philox.h"
#include "tensor/require.h"

namespace seisgrad {
namespace {

// Whole numbers that sum to `total`, in proportion to `shares`, by largest remainder.
std::vector<std::int64_t> apportioned(std::int64_t total, const std::vector<double>& shares) {
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  std::vector<std::int64_t> counts;
  std::vector<std::pair<double, std::size_t>> remainders;
  std::int64_t given = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double exact = static_cast<double>(total) * shares[i] / sum;
    counts.push_back(static_cast<std::int64_t>(exact));
    given += counts.back();
    remainders.emplace_back(static_cast<double>(counts.back()) - exact, i);
  }
  std::sort(remainders.begin(), remainders.end());
  for (std::size_t i = 0; given < total; ++i, ++given) ++counts[remainders[i % remainders.size()].second];
  return counts;
}

constexpr std::uint16_t whole_epoch = 0xFFFF;  // the stream of the last shuffle; groups count from 0
constexpr std::size_t kept_epochs = 2;         // threads may be in two at once

}  // namespace

Order::Order(std::vector<ExampleRef> examples, Options options)
    : examples_(std::move(examples)),
      options_(std::move(options)),
      positions_(options_.positions > 0 ? options_.positions : static_cast<std::int64_t>(examples_.size())) {
  require(!examples_.empty(), "training: no example in the data");
  std::int32_t sources = 1, categories = 1;
  for (const ExampleRef& e : examples_) {
    sources = std::max(sources, e.source + 1);
    categories = std::max(categories, e.category + 1);
  }
  require(options_.weights.empty() || static_cast<std::int32_t>(options_.weights.size()) >= sources,
          "training: ", options_.weights.size(), " weights for ", sources, " data sets");
  for (const double w : options_.weights)
    require(std::isfinite(w) && w > 0, "training: a data set has weight ", w, "; it must be positive");
  categories_.assign(static_cast<std::size_t>(categories), std::vector<Group>(static_cast<std::size_t>(sources)));
  for (std::size_t i = 0; i < examples_.size(); ++i) {
    const ExampleRef& e = examples_[i];
    categories_[static_cast<std::size_t>(e.category)][static_cast<std::size_t>(e.source)].members.push_back(
        static_cast<std::int64_t>(i));
  }
  divide_positions();
}

void Order::divide_positions() {
  std::vector<double> shares;
  std::vector<Group*> groups;
  const std::size_t sources = categories_[0].size();
  for (std::size_t s = 0; s < sources; ++s) {
    double members = 0, present = 0;
    for (const auto& category : categories_) {
      members += static_cast<double>(category[s].members.size());
      present += !category[s].members.empty();
    }
    const double weight = options_.weights.empty() ? members : options_.weights[s];
    for (auto& category : categories_) {
      if (category[s].members.empty()) continue;
      const double part = options_.balance ? 1 / present : static_cast<double>(category[s].members.size()) / members;
      shares.push_back(weight * part);
      groups.push_back(&category[s]);
    }
  }
  const std::vector<std::int64_t> quotas = apportioned(positions_, shares);
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i]->quota = quotas[i];
}

// Fisher & Yates, the number of each step a word of its own.
std::vector<std::int64_t> Order::shuffled(std::vector<std::int64_t> items, std::uint32_t step,
                                          std::uint16_t stream) const {
  const RandomKey key{options_.seed, Purpose::order, step, stream};
  for (std::size_t i = items.size(); i > 1; --i) {
    const std::uint64_t word = random_word(key, i);
    std::swap(items[i - 1], items[static_cast<std::size_t>(word * i >> 32)]);
  }
  return items;
}

Order::Positions Order::make(std::uint32_t epoch) const {
  std::vector<std::vector<std::int64_t>> lists;  // one a category, or one in all
  std::uint16_t stream = 0;
  for (const auto& category : categories_) {
    std::vector<std::int64_t> list;
    for (const Group& group : category) {
      const auto size = static_cast<std::int64_t>(group.members.size());
      const std::uint16_t of_group = stream++;
      // the group's own sequence of permutations, walked on from where the last epoch ended
      for (std::int64_t at = size == 0 ? 0 : epoch * group.quota, end = at + (size == 0 ? 0 : group.quota); at < end;) {
        const auto round = shuffled(group.members, static_cast<std::uint32_t>(at / size), of_group);
        const std::int64_t first = at % size, last = std::min(size, first + end - at);
        list.insert(list.end(), round.begin() + first, round.begin() + last);
        at += last - first;
      }
    }
    lists.push_back(shuffled(std::move(list), epoch, static_cast<std::uint16_t>(whole_epoch - stream)));
  }
  auto all = std::make_shared<std::vector<std::int64_t>>();
  if (!options_.balance) {
    for (const auto& list : lists) all->insert(all->end(), list.begin(), list.end());
    *all = shuffled(std::move(*all), epoch, whole_epoch);
    return all;
  }
  std::vector<std::size_t> taken(lists.size(), 0);
  const auto part_taken = [&](std::size_t c) {  // with one more
    return lists[c].empty() ? 2 : static_cast<double>(taken[c] + 1) / static_cast<double>(lists[c].size());
  };
  while (all->size() < static_cast<std::size_t>(positions_)) {
    std::size_t next = 0;
    for (std::size_t c = 1; c < lists.size(); ++c)
      if (part_taken(c) < part_taken(next)) next = c;
    all->push_back(lists[next][taken[next]++]);
  }
  return all;
}

const ExampleRef& Order::at(std::uint32_t epoch, std::int64_t position) const {
  const std::lock_guard lock(mutex_);
  const auto find = [&] {
    return std::find_if(kept_.begin(), kept_.end(), [&](const auto& k) { return k.first == epoch; });
  };
  if (find() == kept_.end()) {
    if (kept_.size() == kept_epochs) kept_.erase(kept_.begin());
    kept_.emplace_back(epoch, make(epoch));
  }
  return examples_[static_cast<std::size_t>((*find()->second)[static_cast<std::size_t>(position)])];
}

}  // namespace seisgrad
