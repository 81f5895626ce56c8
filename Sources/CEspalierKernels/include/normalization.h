// Layer normalization of a sum, over the feature axis.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// sum = x + scale * y where the mask has a 1; out = gain * (sum - mean) / sqrt(variance + 1e-5) + bias.
///
/// `x`, `y`, `sum` and `out` are (steps, features, lanes); `gain` and `bias` are (features). `y` is optional, and
/// then `sum` is not written and may be null; `mask`, (steps * features, lanes / 16), is optional. `mean` and `inverse`, the reciprocal
/// of the deviation, are (steps, lanes) and are written for the backward pass.
void esp_layer_norm(size_t steps, size_t features, size_t lanes, const float *x, const float *y, const uint16_t *mask,
                    float scale, const float *gain, const float *bias, float *sum, float *mean, float *inverse,
                    float *out);

/// Where a gradient goes: it is added to what is there, or overwrites it. A null pointer leaves it out.
typedef struct {
  float *gradient;
  bool accumulate;
} esp_gradient_target;

/// The gradients of `x` and of `y`, and gain_gradient += and bias_gradient +=.
///
/// `sum` is what was normalized; `mask` and `scale` are those of the forward pass. `dx` and `dy` may be the same memory
/// when `dy` accumulates. `scratch` holds 32 * features floats, aligned to 64 bytes; its contents are lost.
void esp_layer_norm_backward(size_t steps, size_t features, size_t lanes, const float *sum, const float *mean,
                             const float *inverse, const float *gain, const float *g, esp_gradient_target dx,
                             esp_gradient_target dy, const uint16_t *mask, float scale, float *gain_gradient,
                             float *bias_gradient, float *scratch);

#ifdef __cplusplus
}
#endif
