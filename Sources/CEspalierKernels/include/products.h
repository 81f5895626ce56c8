// Products of a weight matrix with activations, and their two gradients.
//
// `weight` is (rows, inner). `x` is (steps, inner, lanes) with `x_step` floats from one step to the next, so that steps
// may overlap (patches). `out` and `g` are (steps, rows, lanes), contiguous.
// On AVX2 and AVX-512 the kernels are our own: they need no packing because lanes are contiguous, and run at more than
// twice the rate of OpenBLAS on these shapes (Documentation/performance.md). Elsewhere every step is one CBLAS call.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// out[s][i][lane] (+)= bias[i] + sum over k of weight[i][k] * x[s][k][lane].
///
/// `bias` is optional, (rows). With `accumulate`, the sum is added to `out`.
void esp_product(size_t rows, size_t inner, size_t steps, size_t lanes, const float *weight, const float *bias,
                 const float *x, size_t x_step, float *out, bool accumulate);

/// out[s][k][lane] (+)= sum over i of weight[i][k] * g[s][i][lane]: the gradient of `x`.
///
/// `out` is (steps, inner, lanes) with `out_step` floats from one step to the next; steps that overlap need `accumulate`.
void esp_product_transposed(size_t rows, size_t inner, size_t steps, size_t lanes, const float *weight, const float *g,
                            float *out, size_t out_step, bool accumulate);

/// How many floats of scratch `esp_weight_gradient` needs.
size_t esp_weight_gradient_scratch(size_t rows, size_t inner, size_t steps, size_t lanes);

/// gradient[i][k] += sum over s and lane of g[s][i][lane] * x[s][k][lane], and, where `bias_gradient` is given
/// (optional), bias_gradient[i] += sum over s and lane of g[s][i][lane].
///
/// `scratch` holds `esp_weight_gradient_scratch` floats, aligned to 64 bytes; its contents are lost.
void esp_weight_gradient(size_t rows, size_t inner, size_t steps, size_t lanes, const float *g, const float *x,
                         size_t x_step, float *gradient, float *bias_gradient, float *scratch);

/// gradient[i] += sum over s and lane of g[s][i][lane].
void esp_bias_gradient(size_t rows, size_t steps, size_t lanes, const float *g, float *gradient);

/// The same as `esp_product`, `esp_product_transposed` and `esp_weight_gradient`, one multiply-add after the other:
/// the judge of the fast ones.
void esp_reference_product(size_t rows, size_t inner, size_t steps, size_t lanes, const float *weight,
                           const float *bias, const float *x, size_t x_step, float *out, bool accumulate);
void esp_reference_product_transposed(size_t rows, size_t inner, size_t steps, size_t lanes, const float *weight,
                                      const float *g, float *out, size_t out_step, bool accumulate);
void esp_reference_weight_gradient(size_t rows, size_t inner, size_t steps, size_t lanes, const float *g,
                                   const float *x, size_t x_step, float *gradient);

/// The same as `esp_product` through CBLAS on one thread: the bound that benchmarks print.
void esp_blas_product(size_t rows, size_t inner, size_t steps, size_t lanes, const float *weight, const float *bias,
                      const float *x, size_t x_step, float *out, bool accumulate);

#ifdef __cplusplus
}
#endif
