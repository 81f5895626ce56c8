#include "products.h"

extern "C" {

void esp_reference_product(size_t rows, size_t inner, size_t steps, size_t lanes, const float* weight,
                           const float* bias, const float* x, size_t x_step, float* out, bool accumulate) {
  for (size_t s = 0; s < steps; ++s) {
    for (size_t i = 0; i < rows; ++i) {
      for (size_t lane = 0; lane < lanes; ++lane) {
        float* to = out + (s * rows + i) * lanes + lane;
        float sum = (bias != nullptr ? bias[i] : 0.0f) + (accumulate ? *to : 0.0f);
        for (size_t k = 0; k < inner; ++k) sum += weight[i * inner + k] * x[s * x_step + k * lanes + lane];
        *to = sum;
      }
    }
  }
}

void esp_reference_product_transposed(size_t rows, size_t inner, size_t steps, size_t lanes, const float* weight,
                                      const float* g, float* out, size_t out_step, bool accumulate) {
  for (size_t s = 0; s < steps; ++s) {
    for (size_t k = 0; k < inner; ++k) {
      for (size_t lane = 0; lane < lanes; ++lane) {
        float* to = out + s * out_step + k * lanes + lane;
        float sum = accumulate ? *to : 0.0f;
        for (size_t i = 0; i < rows; ++i) sum += weight[i * inner + k] * g[(s * rows + i) * lanes + lane];
        *to = sum;
      }
    }
  }
}

void esp_reference_weight_gradient(size_t rows, size_t inner, size_t steps, size_t lanes, const float* g,
                                   const float* x, size_t x_step, float* gradient) {
  for (size_t i = 0; i < rows; ++i) {
    for (size_t k = 0; k < inner; ++k) {
      float sum = 0.0f;
      for (size_t s = 0; s < steps; ++s) {
        for (size_t lane = 0; lane < lanes; ++lane) {
          sum += g[(s * rows + i) * lanes + lane] * x[s * x_step + k * lanes + lane];
        }
      }
      gradient[i * inner + k] += sum;
    }
  }
}

}  // extern "C"
