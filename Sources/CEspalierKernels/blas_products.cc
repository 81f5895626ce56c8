#include "blas_products.h"

#include "products.h"

#if defined(__APPLE__)
#include <Accelerate/Accelerate.h>
#else
#include <cblas.h>
extern "C" void openblas_set_num_threads(int);
#endif

namespace espalier {
namespace {

// Our threads work side by side on whole runs; threads inside a product would only get in their way, and their
// number would change the order of summation.
void UseOneThread() {
#if !defined(__APPLE__)
  static const bool done = [] {
    openblas_set_num_threads(1);
    return true;
  }();
  (void)done;
#endif
}

}  // namespace

void BlasProduct(size_t rows, size_t inner, size_t steps, size_t lanes, const float* weight, const float* bias,
                 const float* x, size_t x_step, float* out, bool accumulate) {
  UseOneThread();
  for (size_t s = 0; s < steps; ++s) {
    float* to = out + s * rows * lanes;
    if (bias != nullptr) {
      for (size_t i = 0; i < rows; ++i) {
        for (size_t lane = 0; lane < lanes; ++lane) {
          to[i * lanes + lane] = bias[i] + (accumulate ? to[i * lanes + lane] : 0.0f);
        }
      }
    }
    const float beta = accumulate || bias != nullptr ? 1.0f : 0.0f;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, lanes, inner, 1.0f, weight, inner, x + s * x_step,
                lanes, beta, to, lanes);
  }
}

void BlasProductTransposed(size_t rows, size_t inner, size_t steps, size_t lanes, const float* weight, const float* g,
                           float* out, size_t out_step, bool accumulate) {
  UseOneThread();
  for (size_t s = 0; s < steps; ++s) {
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, inner, lanes, rows, 1.0f, weight, inner, g + s * rows * lanes,
                lanes, accumulate ? 1.0f : 0.0f, out + s * out_step, lanes);
  }
}

void BlasWeightGradient(size_t rows, size_t inner, size_t steps, size_t lanes, const float* g, const float* x,
                        size_t x_step, float* gradient) {
  UseOneThread();
  for (size_t s = 0; s < steps; ++s) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, inner, lanes, 1.0f, g + s * rows * lanes, lanes,
                x + s * x_step, lanes, 1.0f, gradient, inner);
  }
}

}  // namespace espalier

extern "C" void esp_blas_product(size_t rows, size_t inner, size_t steps, size_t lanes, const float* weight,
                                 const float* bias, const float* x, size_t x_step, float* out, bool accumulate) {
  espalier::BlasProduct(rows, inner, steps, lanes, weight, bias, x, x_step, out, accumulate);
}
