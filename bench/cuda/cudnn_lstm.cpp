// cuDNN's LSTM: the adapter that has most to say.
#include "bench/cuda/cudnn.h"
#include "bench/cuda/peers.h"
#include "bench/cuda/stopwatch.h"
#include "kernels/device.h"

namespace SEISGRAD::cudnn {
namespace {

cudnnRNNAlgo_t algorithm_of(LstmAlgorithm a) {
  return a == LstmAlgorithm::standard     ? CUDNN_RNN_ALGO_STANDARD
         : a == LstmAlgorithm::persistent ? CUDNN_RNN_ALGO_PERSIST_STATIC
                                          : CUDNN_RNN_ALGO_PERSIST_STATIC_SMALL_H;
}

class CudnnLstm {
 public:
  CudnnLstm(std::shared_ptr<LstmProblem> p, LstmAlgorithm algorithm)
      : p_(std::move(p)), x_(p_->x.size()), h_(p_->h.size()), dx_(x_), dh_(h_) {
    const int N = static_cast<int>(p_->N), T = static_cast<int>(p_->s.steps), I = static_cast<int>(p_->s.in),
              H = static_cast<int>(p_->s.units);
    check(cudnnCreateDropoutDescriptor(&dropout_), "cudnnCreateDropoutDescriptor");
    check(cudnnSetDropoutDescriptor(dropout_, handle(), 0, nullptr, 0, 0), "cudnnSetDropoutDescriptor");
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
    check(cudnnGetRNNWeightSpaceSize(handle(), rnn_, &weight_bytes_), "cudnnGetRNNWeightSpaceSize");
    check(cudnnGetRNNTempSpaceSizes(handle(), rnn_, CUDNN_FWD_MODE_TRAINING, x_desc_, &work_bytes_, &reserve_bytes_),
          "cudnnGetRNNTempSpaceSizes");
    weights_ = gpu_memory(weight_bytes_), dweights_ = gpu_memory(weight_bytes_);
    work_ = gpu_memory(work_bytes_), reserve_ = gpu_memory(reserve_bytes_), lengths_ = gpu_memory(sizeof(int) * N);
    device::copy_to_device(lengths_.get(), lengths.data(), sizeof(int) * N);
    x_on_gpu_ = gpu_.of(x_), h_on_gpu_ = gpu_.of(h_), dx_on_gpu_ = gpu_.of(dx_), dh_on_gpu_ = gpu_.of(dh_);
  }
  CudnnLstm(const CudnnLstm&) = delete;
  CudnnLstm& operator=(const CudnnLstm&) = delete;
  ~CudnnLstm() {
    cudnnDestroyTensorDescriptor(state_);
    cudnnDestroyRNNDataDescriptor(h_desc_);
    cudnnDestroyRNNDataDescriptor(x_desc_);
    cudnnDestroyRNNDescriptor(rnn_);
    cudnnDestroyDropoutDescriptor(dropout_);
  }

  void upload() {
    swap_axes(p_->x, x_, p_->N, p_->s.steps, p_->s.in);
    swap_axes(p_->h, h_, p_->N, p_->s.steps, p_->s.units);
    swap_axes(p_->dx, dx_, p_->N, p_->s.steps, p_->s.in);
    swap_axes(p_->dh, dh_, p_->N, p_->s.steps, p_->s.units);
    gpu_.upload();
    exchange_weights(weights_.get(), p_->weight, p_->recurrent, p_->bias, true);
    exchange_weights(dweights_.get(), p_->dweight, p_->drecurrent, p_->dbias, true);
  }
  void download() {
    gpu_.download();
    swap_axes(h_, p_->h, p_->s.steps, p_->N, p_->s.units);
    swap_axes(dx_, p_->dx, p_->s.steps, p_->N, p_->s.in);
    exchange_weights(dweights_.get(), p_->dweight, p_->drecurrent, p_->dbias, false);
  }
  void run() {
    const auto lengths = static_cast<const int*>(lengths_.get());
    check(cudnnRNNForward(handle(), rnn_, CUDNN_FWD_MODE_TRAINING, lengths, x_desc_, x_on_gpu_, h_desc_, h_on_gpu_,
                          state_, nullptr, nullptr, state_, nullptr, nullptr, weight_bytes_, weights_.get(),
                          work_bytes_, work_.get(), reserve_bytes_, reserve_.get()),
          "cudnnRNNForward");
    if (p_->pass == LstmPass::forward) return;
    check(cudnnRNNBackwardData_v8(handle(), rnn_, lengths, h_desc_, h_on_gpu_, dh_on_gpu_, x_desc_, dx_on_gpu_, state_,
                                  nullptr, nullptr, nullptr, state_, nullptr, nullptr, nullptr, weight_bytes_,
                                  weights_.get(), work_bytes_, work_.get(), reserve_bytes_, reserve_.get()),
          "cudnnRNNBackwardData_v8");
    // it can only add
    device::fill(static_cast<float*>(dweights_.get()), weight_bytes_ / sizeof(float), 0.0f);
    check(cudnnRNNBackwardWeights_v8(handle(), rnn_, CUDNN_WGRAD_MODE_ADD, lengths, x_desc_, x_on_gpu_, state_, nullptr,
                                     h_desc_, h_on_gpu_, weight_bytes_, dweights_.get(), work_bytes_, work_.get(),
                                     reserve_bytes_, reserve_.get()),
          "cudnnRNNBackwardWeights_v8");
  }

 private:
  // (A,B,C) to (B,A,C)
  static void swap_axes(const std::vector<real>& from, std::vector<real>& to, int64_t A, int64_t B, int64_t C) {
    for (int64_t a = 0; a < A; ++a)
      for (int64_t b = 0; b < B; ++b)
        for (int64_t c = 0; c < C; ++c) to[(b * A + a) * C + c] = from[(a * B + b) * C + c];
  }

  // Between our arrays and cuDNN's space of weights, or of their gradients. It counts the gates i, f, g, o of the
  // input's weights as 0 to 3, of the recurrent ones as 4 to 7. A single bias belongs to the former.
  void exchange_weights(void* space, std::vector<real>& weight, std::vector<real>& recurrent, std::vector<real>& bias,
                        bool to_gpu) {
    const auto matrix = owned(cudnnCreateTensorDescriptor, cudnnDestroyTensorDescriptor);
    const auto vector = owned(cudnnCreateTensorDescriptor, cudnnDestroyTensorDescriptor);
    const auto copy = [&](void* there, real* here, int64_t count) {
      to_gpu ? device::copy_to_device(there, here, sizeof(real) * count)
             : device::copy_to_host(here, there, sizeof(real) * count);
    };
    const int64_t I = p_->s.in, H = p_->s.units;
    for (int id = 0; id < 8; ++id) {
      void *matrix_at = nullptr, *bias_at = nullptr;
      check(cudnnGetRNNWeightParams(handle(), rnn_, 0, weight_bytes_, space, id, matrix.get(), &matrix_at, vector.get(),
                                    &bias_at),
            "cudnnGetRNNWeightParams");
      const int64_t gate = id % 4, columns = id < 4 ? I : H;
      copy(matrix_at, (id < 4 ? weight : recurrent).data() + gate * H * columns, H * columns);
      if (bias_at) copy(bias_at, bias.data() + gate * H, H);
    }
  }

  std::shared_ptr<LstmProblem> p_;
  std::vector<real> x_, h_, dx_, dh_;  // time first
  OnGpu gpu_;
  real *x_on_gpu_ = nullptr, *h_on_gpu_ = nullptr, *dx_on_gpu_ = nullptr, *dh_on_gpu_ = nullptr;
  cudnnDropoutDescriptor_t dropout_ = nullptr;
  cudnnRNNDescriptor_t rnn_ = nullptr;
  cudnnRNNDataDescriptor_t x_desc_ = nullptr, h_desc_ = nullptr;
  cudnnTensorDescriptor_t state_ = nullptr;
  size_t weight_bytes_ = 0, work_bytes_ = 0, reserve_bytes_ = 0;
  std::shared_ptr<void> weights_, dweights_, work_, reserve_, lengths_;
};

}  // namespace

Case lstm(std::shared_ptr<LstmProblem> p, LstmAlgorithm algorithm) {
  const auto theirs = std::make_shared<CudnnLstm>(p, algorithm);
  return {.prepare = [p](uint64_t seed) { return p->prepare(seed); },
          .call = [theirs] { theirs->run(); },
          .upload = [theirs] { theirs->upload(); },
          .download = [theirs] { theirs->download(); },
          .work = p->work()};
}

}  // namespace SEISGRAD::cudnn
