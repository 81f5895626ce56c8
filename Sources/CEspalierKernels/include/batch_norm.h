// Batch normalization of a sum, over samples and steps of each feature (Ioffe and Szegedy, arXiv:1502.03167).
//
// Activations are (tiles, steps, features, lanes): each tile is a group of `lanes` samples, and of all tiles * lanes the
// first `samples` count; the others are padding, which statistics leave out and which gets gradient 0.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  size_t tiles, steps, features, lanes, samples;
} esp_batch;

/// sum = x + scale * y where the mask has a 1; mean and variance (of the batch, not unbiased) of `sum`, (features).
///
/// `y` is optional, and then `sum` is not written and may be null; `mask`, (tiles * steps * features, lanes / 16), is
/// optional. Rows are summed in single precision and added up in double. `scratch` holds `features` doubles.
void esp_batch_statistics(esp_batch batch, const float *x, const float *y, const uint16_t *mask, float scale,
                          float *sum, float *mean, float *variance, double *scratch);

/// out = (x + scale * y where the mask has a 1) * factor[feature] + offset[feature].
///
/// `x`, `y` and `out` are (steps, features, lanes); `y` and `mask` are optional. `out` may be `x`.
void esp_affine_sum(size_t steps, size_t features, size_t lanes, const float *x, const float *y, const uint16_t *mask,
                    float scale, const float *factor, const float *offset, float *out);

/// The gradient of `sum` into `dsum`, overwritten, and gain_gradient += and bias_gradient +=.
///
/// `inverse` is 1 / sqrt(variance + 1e-5). With `fixed`, mean and variance did not come from this batch, and nothing
/// flows through them. `dsum` may be `g`. `scratch` holds 2 * features doubles.
void esp_batch_norm_backward(esp_batch batch, const float *sum, const float *mean, const float *inverse,
                             const float *gain, const float *g, bool fixed, float *dsum, float *gain_gradient,
                             float *bias_gradient, double *scratch);

#ifdef __cplusplus
}
#endif
