// The products of products.h through CBLAS, for targets without wide vectors and as a bound in benchmarks.
#ifndef ESPALIER_BLAS_PRODUCTS_H_
#define ESPALIER_BLAS_PRODUCTS_H_
#include <stddef.h>

namespace espalier {
void BlasProduct(size_t rows, size_t inner, size_t steps, size_t lanes, const float* weight, const float* bias,
                 const float* x, size_t x_step, float* out, bool accumulate);
void BlasProductTransposed(size_t rows, size_t inner, size_t steps, size_t lanes, const float* weight, const float* g,
                           float* out, size_t out_step, bool accumulate);
void BlasWeightGradient(size_t rows, size_t inner, size_t steps, size_t lanes, const float* g, const float* x,
                        size_t x_step, float* gradient);
}  // namespace espalier
#endif
