// cuDNN's LSTM: the adapter of bench/cudnn.h that has most to say.
#include <cudnn.h>

#include <stdexcept>

#include "bench/cuda/harness.h"
#include "bench/cudnn.h"
#include "kernels/device.h"

namespace SEISGRAD::cudnn {
namespace {

void check(cudnnStatus_t status, const char* call) {
  if (status != CUDNN_STATUS_SUCCESS) throw std::runtime_error(std::string(call) + ": " + cudnnGetErrorString(status));
}

cudnnRNNAlgo_t algorithm_of(LstmAlgorithm a) {
  return a == LstmAlgorithm::standard     ? CUDNN_RNN_ALGO_STANDARD
         : a == LstmAlgorithm::persistent ? CUDNN_RNN_ALGO_PERSIST_STATIC
                                          : CUDNN_RNN_ALGO_PERSIST_STATIC_SMALL_H;
}

class CudnnLstm {
 public:
  CudnnLstm(std::shared_ptr<LstmProblem> p, LstmAlgorithm algorithm)
      : p_(std::move(p)), x_(p_->x.size()), h_(p_->h.size()) {
    const int N = static_cast<int>(p_->N), T = static_cast<int>(p_->s.steps), I = static_cast<int>(p_->s.in),
              H = static_cast<int>(p_->s.units);
    check(cudnnCreate(&handle_), "cudnnCreate");
    check(cudnnCreateDropoutDescriptor(&dropout_), "cudnnCreateDropoutDescriptor");
    check(cudnnSetDropoutDescriptor(dropout_, handle_, 0, nullptr, 0, 0), "cudnnSetDropoutDescriptor");
    check(cudnnCreateRNNDescriptor(&rnn_), "cudnnCreateRNNDescriptor");
    check(cudnnSetRNNDescriptor_v8(rnn_, algorithm_of(algorithm), CUDNN_LSTM, CUDNN_RNN_SINGLE_INP_BIAS,
                                   CUDNN_UNIDIRECTIONAL, CUDNN_LINEAR_INPUT, CUDNN_DATA_FLOAT, CUDNN_DATA_FLOAT,
                                   CUDNN_FMA_MATH, I, H, H, 1, dropout_, CUDNN_RNN_PADDED_IO_DISABLED),
          "cudnnSetRNNDescriptor_v8");
    check(cudnnCreateRNNDataDescriptor(&x_desc_), "cudnnCreateRNNDataDescriptor");
    check(cudnnCreateRNNDataDescriptor(&h_desc_), "cudnnCreateRNNDataDescriptor");
    const std::vector<int> lengths(p_->N, T);
    const auto sequence = [&](cudnnRNNDataDescriptor_t desc, int channels) {
      check(cudnnSetRNNDataDescriptor(desc, CUDNN_DATA_FLOAT, CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED, T, N, channels,
                                      lengths.data(), nullptr),
            "cudnnSetRNNDataDescriptor");
    };
    sequence(x_desc_, I);
    sequence(h_desc_, H);
    check(cudnnCreateTensorDescriptor(&state_), "cudnnCreateTensorDescriptor");
    const int state[] = {1, N, H}, strides[] = {N * H, H, 1};
    check(cudnnSetTensorNdDescriptor(state_, CUDNN_DATA_FLOAT, 3, state, strides), "cudnnSetTensorNdDescriptor");
    check(cudnnGetRNNWeightSpaceSize(handle_, rnn_, &weight_bytes_), "cudnnGetRNNWeightSpaceSize");
    check(cudnnGetRNNTempSpaceSizes(handle_, rnn_, CUDNN_FWD_MODE_TRAINING, x_desc_, &work_bytes_, &reserve_bytes_),
          "cudnnGetRNNTempSpaceSizes");
    weights_ = gpu_memory(weight_bytes_), work_ = gpu_memory(work_bytes_), reserve_ = gpu_memory(reserve_bytes_);
    x_on_gpu_ = gpu_.of(x_), h_on_gpu_ = gpu_.of(h_);
  }
  CudnnLstm(const CudnnLstm&) = delete;
  CudnnLstm& operator=(const CudnnLstm&) = delete;
  ~CudnnLstm() {
    cudnnDestroyTensorDescriptor(state_);
    cudnnDestroyRNNDataDescriptor(h_desc_);
    cudnnDestroyRNNDataDescriptor(x_desc_);
    cudnnDestroyRNNDescriptor(rnn_);
    cudnnDestroyDropoutDescriptor(dropout_);
    cudnnDestroy(handle_);
  }

  void upload() {
    swap_axes(p_->x, x_, p_->N, p_->s.steps, p_->s.in);
    swap_axes(p_->h, h_, p_->N, p_->s.steps, p_->s.units);
    gpu_.upload();
    upload_weights();
  }
  void download() {
    gpu_.download();
    swap_axes(h_, p_->h, p_->s.steps, p_->N, p_->s.units);
  }
  void run() {
    check(cudnnRNNForward(handle_, rnn_, CUDNN_FWD_MODE_TRAINING, nullptr, x_desc_, x_on_gpu_, h_desc_, h_on_gpu_,
                          state_, nullptr, nullptr, state_, nullptr, nullptr, weight_bytes_, weights_.get(),
                          work_bytes_, work_.get(), reserve_bytes_, reserve_.get()),
          "cudnnRNNForward");
  }

 private:
  // (A,B,C) to (B,A,C)
  static void swap_axes(const std::vector<real>& from, std::vector<real>& to, int64_t A, int64_t B, int64_t C) {
    for (int64_t a = 0; a < A; ++a)
      for (int64_t b = 0; b < B; ++b)
        for (int64_t c = 0; c < C; ++c) to[(b * A + a) * C + c] = from[(a * B + b) * C + c];
  }

  // cuDNN counts the gates i, f, g, o of the input's weights as 0 to 3, of the recurrent ones as 4 to 7. A single bias
  // belongs to the former.
  void upload_weights() {
    cudnnTensorDescriptor_t matrix, bias;
    check(cudnnCreateTensorDescriptor(&matrix), "cudnnCreateTensorDescriptor");
    check(cudnnCreateTensorDescriptor(&bias), "cudnnCreateTensorDescriptor");
    const int64_t I = p_->s.in, H = p_->s.units;
    for (int id = 0; id < 8; ++id) {
      void *matrix_at = nullptr, *bias_at = nullptr;
      check(cudnnGetRNNWeightParams(handle_, rnn_, 0, weight_bytes_, weights_.get(), id, matrix, &matrix_at, bias,
                                    &bias_at),
            "cudnnGetRNNWeightParams");
      const bool recurrent = id >= 4;
      const int64_t gate = id % 4, columns = recurrent ? H : I;
      const std::vector<real>& rows = recurrent ? p_->recurrent : p_->weight;
      device::copy_to_device(matrix_at, rows.data() + gate * H * columns, sizeof(real) * H * columns);
      if (bias_at) device::copy_to_device(bias_at, p_->bias.data() + gate * H, sizeof(real) * H);
    }
    cudnnDestroyTensorDescriptor(matrix);
    cudnnDestroyTensorDescriptor(bias);
  }

  std::shared_ptr<LstmProblem> p_;
  std::vector<real> x_, h_;  // time first
  OnGpu gpu_;
  real *x_on_gpu_ = nullptr, *h_on_gpu_ = nullptr;
  cudnnHandle_t handle_ = nullptr;
  cudnnDropoutDescriptor_t dropout_ = nullptr;
  cudnnRNNDescriptor_t rnn_ = nullptr;
  cudnnRNNDataDescriptor_t x_desc_ = nullptr, h_desc_ = nullptr;
  cudnnTensorDescriptor_t state_ = nullptr;
  size_t weight_bytes_ = 0, work_bytes_ = 0, reserve_bytes_ = 0;
  std::shared_ptr<void> weights_, work_, reserve_;
};

}  // namespace

std::string name_of(LstmAlgorithm algorithm) {
  return algorithm == LstmAlgorithm::standard     ? "standard"
         : algorithm == LstmAlgorithm::persistent ? "persistent"
                                                  : "persistent, small H";
}

Case lstm(std::shared_ptr<LstmProblem> p, LstmAlgorithm algorithm) {
  const auto theirs = std::make_shared<CudnnLstm>(p, algorithm);
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); },
          .call = [theirs] { theirs->run(); },
          .upload = [theirs] { theirs->upload(); },
          .download = [theirs] { theirs->download(); },
          .work = p->work()};
}

}  // namespace SEISGRAD::cudnn
