#include "sparse.h"

extern "C" {

void esp_reference_sparse_product(esp_pattern pattern, const float* value, const float* bias, size_t steps,
                                  size_t lanes, const float* x, size_t x_step, float* out, size_t out_step,
                                  bool accumulate) {
  for (size_t s = 0; s < steps; ++s) {
    for (size_t i = 0; i < pattern.rows; ++i) {
      for (size_t lane = 0; lane < lanes; ++lane) {
        float* to = out + s * out_step + i * lanes + lane;
        float sum = (bias != nullptr ? bias[i] : 0.0f) + (accumulate ? *to : 0.0f);
        for (size_t p = pattern.row_start[i]; p < pattern.row_start[i + 1]; ++p) {
          sum += value[p] * x[s * x_step + pattern.column[p] * lanes + lane];
        }
        *to = sum;
      }
    }
  }
}

void esp_reference_sparse_weight_gradient(esp_pattern pattern, size_t steps, size_t lanes, const float* g,
                                          const float* x, size_t x_step, float* gradient, float* bias_gradient) {
  for (size_t i = 0; i < pattern.rows; ++i) {
    for (size_t s = 0; s < steps; ++s) {
      for (size_t lane = 0; lane < lanes; ++lane) {
        const float above = g[(s * pattern.rows + i) * lanes + lane];
        if (bias_gradient != nullptr) bias_gradient[i] += above;
        for (size_t p = pattern.row_start[i]; p < pattern.row_start[i + 1]; ++p) {
          gradient[p] += above * x[s * x_step + pattern.column[p] * lanes + lane];
        }
      }
    }
  }
}

}  // extern "C"
