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

/// Rounds of ARS for dropout masks: 5 are the fewest that pass every test of BigCrush (Salmon et al., "Parallel random
/// numbers: as easy as 1, 2, 3", SC 2011, table 2).
enum { ESP_DROPOUT_ROUNDS = 5 };

/// Which random numbers a dropout mask is made of: ARS-5, rounds of AES whose keys are (key0, key1, 0, 0) and then that plus
/// multiples of two odd constants, of the counter ((first_lane + lane) / 8, row, step, site). Its 128 bits are the
/// numbers of eight neighbouring lanes, 16 bits each, lowest first, with their highest bit flipped.
/// `first_lane` is a multiple of 8.
typedef struct {
  uint32_t key0, key1;
  uint32_t step, site;
  uint32_t first_lane;
} esp_dropout_stream;

/// What is added to the lower and the upper 64 bits of the key from round to round: the digits of the golden ratio and of
/// the square root of 3.
#define ESP_DROPOUT_KEY_STEP_LOW 0x9E3779B97F4A7C15u
#define ESP_DROPOUT_KEY_STEP_HIGH 0xBB67AE8584CAA73Bu

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
