#include "tensor/tensor.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

#include "kernels/device.h"
#include "kernels/sanitizers.h"
#include "tests/agree.h"

using namespace seisgrad;

TEST_CASE("Shape: sizes, products, changes") {
  const Shape shape{2, 3, 5};
  CHECK(shape.rank() == 3);
  CHECK(shape.size() == 30);
  CHECK(Shape{}.size() == 1);
  CHECK(Shape{4, 0}.size() == 0);
  CHECK(shape.size(0, 1) == 2);
  CHECK(shape.size(1, 3) == 15);
  CHECK(shape.size(2, 2) == 1);
  CHECK(shape.with(1, 7) == Shape{2, 7, 5});
  CHECK(shape.without(0, 2) == Shape{5});
  CHECK(shape.without(1, 1) == shape);
  CHECK(Shape{2, 3} != Shape{2, 3, 1});
  CHECK(Shape{1, 2, 3, 4}.without(2, 4) == Shape{1, 2});  // nothing left behind that equality would see
  CHECK(joined(shape, Shape{}) == "(2,3,5)()");
  CHECK_THROWS_WITH((Shape{1, 1, 1, 1, 1}), "Shape: rank 5 exceeds 4");
  CHECK_THROWS_WITH((Shape{2, -1}), "Shape: size -1 of axis 1 is negative");
}

TEST_CASE("Tensor: made of values") {
  const Tensor x = Tensor::from({2, 2}, std::vector<real>{1, 2, 3, 4});
  CHECK(x.dtype() == DType::floating);
  CHECK(x.device() == Device::cpu);
  CHECK(x.values()[3] == 4);
  CHECK(Tensor::full({}, 3).item() == 3);
  CHECK(Tensor::zeros({0, 5}).size() == 0);
  const std::vector<int32_t> labels = {7, 8, 9};
  const Tensor indices = Tensor::from({3}, std::span<const int32_t>(labels));
  CHECK(indices.dtype() == DType::int32);
  CHECK(indices.flat<const int32_t>()(2) == 9);
  CHECK(reinterpret_cast<uintptr_t>(x.values().data()) % 64 == 0);
}

TEST_CASE("Tensor: copies of the handle, of the values, and shared memory") {
  const Tensor x = Tensor::full({2, 3}, 1), same = x, twin = x.clone(), flat = x.reshape({6}), cut_off = x.detach();
  x.set_requires_grad();
  x.write()[5] = 2;
  CHECK(same.is(x));
  CHECK(same.requires_grad());
  CHECK(!twin.is(x));
  CHECK(twin.values()[5] == 1);
  CHECK(flat.values()[5] == 2);
  CHECK(flat.shape() == Shape{6});
  CHECK(!flat.is(x));
  CHECK(cut_off.values()[5] == 2);
  CHECK(!cut_off.requires_grad());
  CHECK(!Tensor().is(x));
  CHECK(!x.is(Tensor()));
}

TEST_CASE("Tensor: writes in place are counted, for all that share the memory") {
  const Tensor x = Tensor::full({2, 3}, 1), flat = x.reshape({6});
  const auto version = [&] { return x.memory()->version(); };
  uint64_t before = version();
  x.values();
  x.view<const real, 2>();
  flat.flat<const real>();
  CHECK(version() == before);
  x.write();
  CHECK(version() > before);
  before = version();
  flat.view<real, 1>();
  CHECK(version() > before);
  before = version();
  x.copy_from(Tensor::full({2, 3}, 5));
  CHECK(version() > before);
  CHECK(flat.values()[0] == 5);
}

TEST_CASE("Tensor: to another device and back") {
  on_each_device([](Device device) {
    const Tensor x = Tensor::from({2, 2}, std::vector<real>{1, 2, 3, 4});
    x.set_requires_grad();
    const Tensor there = x.to(device), back = there.to(Device::cpu);
    CHECK(there.device() == device);
    CHECK(there.is(x) == (device == Device::cpu));
    CHECK(there.requires_grad());
    check_agrees("there and back", back, {1, 2, 3, 4}, 0);
    const Tensor target = Tensor::zeros({2, 2}, device);
    target.copy_from(x);
    check_agrees("copied", target, {1, 2, 3, 4}, 0);
    check_agrees("cloned", there.clone(), {1, 2, 3, 4}, 0);
    CHECK(Tensor::full({1}, 7, device).item() == 7);
  });
}

TEST_CASE("Tensor: large blocks are used again, by one tensor at a time") {
  const int64_t n = 1 << 20;
  const auto address = [](const Tensor& t) { return static_cast<const void*>(t.values().data()); };
  Tensor first({n}), second({n});
  const void *last = address(second), *before = address(first);
  CHECK(last != before);
  first = {};
  second = {};
  const Tensor other({n + 1}), a({n}), b({n}), c({n});
  CHECK(address(a) != address(b));
  CHECK(address(other) != address(a));
  CHECK((address(c) != address(a) && address(c) != address(b)));
  if (address_sanitizer) return;  // it is to see the end of each block
  CHECK(address(a) == last);
  CHECK(address(b) == before);
}

TEST_CASE("Tensor: blocks kept for later are given up before memory is said to be out") {
  if (address_sanitizer || thread_sanitizer) return;  // which cannot live without address space
  const auto megabytes = [](int64_t n) { return Tensor({n * (int64_t{1} << 20) / int64_t{sizeof(real)}}); };
  megabytes(200);  // and back at once
  int64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_AS, &limit) == 0);
  const rlimit little{static_cast<rlim_t>(pages * sysconf(_SC_PAGESIZE)) + (50 << 20), limit.rlim_max};
  setrlimit(RLIMIT_AS, &little);
  bool fits = true;
  std::string message;
  try {
    megabytes(210);
  } catch (const std::bad_alloc&) { fits = false; }
  try {
    megabytes(2000);
  } catch (const device::OutOfMemory& error) { message = error.what(); }
  setrlimit(RLIMIT_AS, &limit);
  CHECK(fits);
  CHECK(message == "out of memory: a tensor of 2097152000 bytes does not fit");
}

TEST_CASE("Tensor: what it refuses") {
  const Tensor x = Tensor::zeros({2, 3});
  CHECK_THROWS_WITH(x.reshape({5}), "reshape: cannot make (5) of (2,3)");
  CHECK_THROWS_WITH(x.item(), "item: expected one element, got shape (2,3)");
  CHECK_THROWS_WITH((x.view<real, 3>()), "view: expected rank 3, got (2,3)");
  CHECK_THROWS_WITH(x.flat<const int32_t>(), "expected a tensor of int32, got real");
  CHECK_THROWS_WITH(Tensor({2}, DType::int32).values(), "expected a tensor of real, got int32");
  CHECK_THROWS_WITH(Tensor::from({2}, std::vector<real>{1}), "Tensor::from: 1 values for shape (2)");
  CHECK_THROWS_WITH(x.copy_from(Tensor::zeros({3, 2})), "copy_from: cannot copy real (3,2) into real (2,3)");
  CHECK_THROWS_WITH(Tensor().shape(), "the tensor is absent");
  CHECK_THROWS_WITH(Tensor().values(), "the tensor is absent");
  const int64_t large = int64_t{1} << 40;
  CHECK_THROWS_WITH(Tensor({large, large}), "Tensor: shape (1099511627776,1099511627776) has too many elements");
  if (has_cuda())
    CHECK_THROWS_WITH(x.to(Device::cuda).values(), "values of a tensor on cuda: copy it with to(Device::cpu) first");
}
