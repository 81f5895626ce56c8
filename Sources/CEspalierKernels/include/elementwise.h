// Small operations over (rows, lanes), and dropout.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// out (+)= x, over `count` floats, a multiple of 16. `out` may be `x` unless `accumulate`.
void esp_copy(size_t count, const float *x, float *out, bool accumulate);

/// out[row][lane] = x[row][lane] + values[row]. `out` may be `x`.
void esp_add_rows(size_t rows, size_t lanes, const float *x, const float *values, float *out);

/// out[row][lane] = mean over s of x[s][row][lane].
void esp_mean_steps(size_t steps, size_t rows, size_t lanes, const float *x, float *out);

/// out[s][row][lane] (+)= g[row][lane] / steps: the gradient of `esp_mean_steps`.
void esp_mean_steps_backward(size_t steps, size_t rows, size_t lanes, const float *g, float *out, bool accumulate);

/// Rounds of Philox for dropout masks: 7 are the fewest that pass every test of BigCrush (Salmon et al., "Parallel random
/// numbers: as easy as 1, 2, 3", SC 2011, table 2).
enum { ESP_DROPOUT_ROUNDS = 7 };

/// Which random numbers a dropout mask is made of: Philox 4x32-7 with key (key0, key1) and counter
/// (first_lane + lane, row / 8, step, site); the number of a row are the 16 bits r % 2 of word r / 2, where r = row % 8.
typedef struct {
  uint32_t key0, key1;
  uint32_t step, site;
  uint32_t first_lane;
} esp_dropout_stream;

/// A number of 16 bits is dropped when it is below this: rate rounded to a multiple of 2^-16, at most 1 - 2^-16.
static inline uint32_t esp_dropout_limit(float rate) {
  const uint32_t limit = (uint32_t)(rate * 65536.0f + 0.5f);
  return limit > 0xFFFFu ? 0xFFFFu : limit;
}

/// Draws a mask: bit lane % 16 of mask[row][lane / 16] is 1 with probability 1 - rate. `mask` is (rows, lanes / 16).
void esp_dropout_mask(size_t rows, size_t lanes, esp_dropout_stream stream, float rate, uint16_t *mask);

/// out (+)= x where the mask has a 1, times scale; 0 elsewhere. `out` may be `x` unless `accumulate`.
void esp_dropout(size_t rows, size_t lanes, const uint16_t *mask, float scale, const float *x, float *out,
                 bool accumulate);

/// out = max(x, 0), and where `mask` is given (optional) times scale where it has a 1 and 0 elsewhere. `out` may be `x`.
void esp_relu(size_t rows, size_t lanes, const uint16_t *mask, float scale, const float *x, float *out);

/// dx = scale * g where out > 0, else 0: the gradient of `esp_relu` with or without a mask. `dx` may be `g`.
void esp_relu_backward(size_t rows, size_t lanes, float scale, const float *out, const float *g, float *dx);

/// out = x Phi(x), where Phi is the normal distribution function, and where `mask` is given (optional) times scale where it
/// has a 1 and 0 elsewhere. `out` may be `x`. Within 7e-7 absolute (Hendrycks and Gimpel, arXiv:1606.08415).
void esp_gelu(size_t rows, size_t lanes, const uint16_t *mask, float scale, const float *x, float *out);

/// dx = g times the derivative of `esp_gelu` at x, mask and scale included. `dx` may be `g`.
void esp_gelu_backward(size_t rows, size_t lanes, const uint16_t *mask, float scale, const float *x, const float *g,
                       float *dx);

#ifdef __cplusplus
}
#endif
