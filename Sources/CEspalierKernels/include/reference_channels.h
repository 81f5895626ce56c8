// Plain references of what channel-independent and linear forecasters add; the same contracts as the fast kernels.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attention.h"
#include "batch_norm.h"

#ifdef __cplusplus
extern "C" {
#endif

void esp_reference_residual_attention(esp_lane_attention shape, size_t blocks, const float *const *q,
                                      const float *const *k, const float *v, float *log_sums, float *out);
void esp_reference_residual_attention_backward(esp_lane_attention shape, size_t blocks, const float *const *q,
                                               const float *const *k, const float *v, const float *g,
                                               esp_attention_gradients into);
void esp_reference_batch_statistics(esp_batch batch, const float *x, const float *y, const uint16_t *mask, float scale,
                                    float *sum, float *mean, float *variance);
void esp_reference_affine_sum(size_t steps, size_t features, size_t lanes, const float *x, const float *y,
                              const uint16_t *mask, float scale, const float *factor, const float *offset, float *out);
void esp_reference_batch_norm_backward(esp_batch batch, const float *sum, const float *mean, const float *inverse,
                                       const float *gain, const float *g, bool fixed, float *dsum, float *gain_gradient,
                                       float *bias_gradient);
void esp_reference_gelu(size_t rows, size_t lanes, const uint16_t *mask, float scale, const float *x, float *out);
void esp_reference_gelu_backward(size_t rows, size_t lanes, const uint16_t *mask, float scale, const float *x,
                                 const float *g, float *dx);
void esp_reference_moving_average(size_t steps, size_t rows, size_t lanes, size_t window, const float *x, float *trend,
                                  float *rest);
void esp_reference_subtract_last(size_t steps, size_t rows, size_t lanes, const float *x, float *out);
void esp_reference_add_level(size_t rows, size_t lanes, const float *x, const float *level, float *out);

#ifdef __cplusplus
}
#endif
