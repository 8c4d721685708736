#include "bench/cuda/cudnn_graph.h"

#include <algorithm>

#include "kernels/device.h"

namespace SEISGRAD::cudnn {

Descriptor::Descriptor(cudnnBackendDescriptorType_t type) {
  cudnnBackendDescriptor_t made = nullptr;
  check(cudnnBackendCreateDescriptor(type, &made), "cudnnBackendCreateDescriptor");
  owned_ = {made, cudnnBackendDestroyDescriptor};
}

Descriptor& Descriptor::set(cudnnBackendAttributeName_t name, const std::vector<Descriptor>& others) {
  std::vector<cudnnBackendDescriptor_t> raws;
  for (const Descriptor& other : others) raws.push_back(other.raw());
  check(cudnnBackendSetAttribute(raw(), name, CUDNN_TYPE_BACKEND_DESCRIPTOR, static_cast<int64_t>(raws.size()),
                                 raws.data()),
        "cudnnBackendSetAttribute");
  others_.insert(others_.end(), others.begin(), others.end());
  return *this;
}

Descriptor& Descriptor::finalize() {
  check(cudnnBackendFinalize(raw()), "cudnnBackendFinalize");
  return *this;
}

std::vector<Descriptor> Descriptor::get(cudnnBackendAttributeName_t name, cudnnBackendDescriptorType_t type) const {
  int64_t count = 0;
  check(cudnnBackendGetAttribute(raw(), name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 0, &count, nullptr),
        "cudnnBackendGetAttribute");
  std::vector<Descriptor> found;
  std::vector<cudnnBackendDescriptor_t> raws;
  for (int64_t i = 0; i < count; ++i) raws.push_back(found.emplace_back(type).raw());
  check(cudnnBackendGetAttribute(raw(), name, CUDNN_TYPE_BACKEND_DESCRIPTOR, count, &count, raws.data()),
        "cudnnBackendGetAttribute");
  found.erase(found.begin() + count, found.end());
  for (Descriptor& d : found) d.others_.push_back(*this);
  return found;
}

Descriptor tensor(int64_t id, const Axes& axes, bool is_virtual) {
  return Descriptor(CUDNN_BACKEND_TENSOR_DESCRIPTOR)
      .set(CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, {CUDNN_DATA_FLOAT})
      .set(CUDNN_ATTR_TENSOR_DIMENSIONS, CUDNN_TYPE_INT64, axes.dimensions)
      .set(CUDNN_ATTR_TENSOR_STRIDES, CUDNN_TYPE_INT64, axes.strides)
      .set(CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, {id})
      .set(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, {int64_t{16}})
      .set(CUDNN_ATTR_TENSOR_IS_VIRTUAL, CUDNN_TYPE_BOOLEAN, {is_virtual})
      .finalize();
}

Descriptor graph_of(const std::vector<Descriptor>& operations) {
  return Descriptor(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR)
      .set(CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, {handle()})
      .set(CUDNN_ATTR_OPERATIONGRAPH_OPS, operations)
      .finalize();
}

namespace {

constexpr size_t most_plans = 5;  // an engine that compiles takes up to a second to be tried

std::vector<Descriptor> configurations(const Descriptor& graph, cudnnBackendHeurMode_t mode) {
  try {
    return Descriptor(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR)
        .set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, {graph})
        .set(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, {mode})
        .finalize()
        .get(CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
  } catch (const Absent&) { return {}; }  // its way of saying none
}

struct Notes {
  std::vector<cudnnBackendNumericalNote_t> all;
  bool has(std::initializer_list<cudnnBackendNumericalNote_t> wanted) const {
    return std::find_first_of(all.begin(), all.end(), wanted.begin(), wanted.end()) != all.end();
  }
  // In float32 a tensor core means TF32; what converts further down is of neither class.
  bool allow(Precision precision) const {
    if (has({CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS, CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION})) return false;
    return precision == Precision::tf32 || !has({CUDNN_NUMERICAL_NOTE_TENSOR_CORE});
  }
  bool fewer_products() const {
    return has({CUDNN_NUMERICAL_NOTE_FFT, CUDNN_NUMERICAL_NOTE_WINOGRAD, CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_4x4,
                CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_6x6, CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_13x13});
  }
};

Plan plan_of(const Descriptor& configuration, const std::vector<std::pair<int64_t, void*>>& memory) {
  const Descriptor plan = Descriptor(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR)
                              .set(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, {handle()})
                              .set(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, {configuration})
                              .finalize();
  const auto bytes = plan.get<int64_t>(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64, 1).at(0);
  const std::shared_ptr<void> workspace = gpu_memory(static_cast<size_t>(bytes));
  Descriptor arguments(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
  std::vector<int64_t> ids;
  std::vector<void*> pointers;
  for (const auto& [id, pointer] : memory) ids.push_back(id), pointers.push_back(pointer);
  arguments.set(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, CUDNN_TYPE_INT64, ids)
      .set(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, pointers)
      .set(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, {workspace.get()})
      .finalize();
  return {plan, arguments, workspace};
}

}  // namespace

Plan fastest_plan(const Descriptor& graph, Precision precision, const std::vector<std::pair<int64_t, void*>>& memory) {
  std::vector<Plan> plans;
  int of_another_class = 0, failed = 0;
  std::string failure;
  for (const cudnnBackendHeurMode_t mode : {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_FALLBACK})
    for (const Descriptor& configuration : configurations(graph, mode)) {
      if (plans.size() == most_plans) break;
      const Descriptor engine = configuration.get(CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_BACKEND_ENGINE_DESCRIPTOR).at(0);
      const Notes notes{engine.get<cudnnBackendNumericalNote_t>(
          CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE, CUDNN_NUMERICAL_NOTE_TYPE_COUNT)};
      if (!notes.allow(precision)) {
        ++of_another_class;
        continue;
      }
      try {
        Plan plan = plan_of(configuration, memory);
        plan.label =
            "engine " + std::to_string(engine.get<int64_t>(CUDNN_ATTR_ENGINE_GLOBAL_INDEX, CUDNN_TYPE_INT64, 1).at(0));
        plan.other_arithmetic = notes.fewer_products();
        plan.seconds = fastest_of_three([&] { plan.run(); });
        plans.push_back(std::move(plan));
      } catch (const device::Lost&) { throw; } catch (const std::runtime_error& e) {
        ++failed;
        failure = e.what();
      }
    }
  if (plans.empty())
    throw Absent("no engine of cuDNN runs this graph in this class of precision: " + std::to_string(of_another_class) +
                 " are of another, " + std::to_string(failed) + " failed" +
                 (failed ? ", the last with " + failure : ""));
  return *std::min_element(plans.begin(), plans.end(),
                           [](const Plan& a, const Plan& b) { return a.seconds < b.seconds; });
}

}  // namespace SEISGRAD::cudnn
