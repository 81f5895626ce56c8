// Products with a sparse weight matrix, and the gradient of its non-zeros.
//
// A matrix of (rows, columns) is stored in compressed rows: the columns and values of row i are those at row_start[i] ..<
// row_start[i + 1], columns rising. Rows and columns may be empty. The transposed product is the product with the
// transposed pattern. `x` is (steps, columns, lanes) with `x_step` floats from one step to the next, `out` and `g` are
// (steps, rows, lanes); products take `out_step` too, so that steps may overlap when they accumulate.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  size_t rows, columns;
  const uint32_t *row_start;  // rows + 1
  const uint32_t *column;     // row_start[rows]
  const uint32_t *order;      // all rows, those with equally many non-zeros together: loops of one length after another
} esp_pattern;

/// out[s][i][lane] (+)= bias[i] + sum over the non-zeros p of row i of value[p] * x[s][column[p]][lane].
///
/// `bias` is optional. A row is summed in its order, in one to four sums that are added at the end; how many depends on the
/// lane's place in the batch.
void esp_sparse_product(esp_pattern pattern, const float *value, const float *bias, size_t steps, size_t lanes,
                        const float *x, size_t x_step, float *out, size_t out_step, bool accumulate);

/// gradient[p] += sum over s and lane of g[s][i][lane] * x[s][column[p]][lane] for the non-zeros p of every row i, and,
/// where `bias_gradient` is given (optional), bias_gradient[i] += sum over s and lane of g[s][i][lane].
void esp_sparse_weight_gradient(esp_pattern pattern, size_t steps, size_t lanes, const float *g, const float *x,
                                size_t x_step, float *gradient, float *bias_gradient);

/// The same, one multiply-add after the other: the judges of the fast ones.
void esp_reference_sparse_product(esp_pattern pattern, const float *value, const float *bias, size_t steps,
                                  size_t lanes, const float *x, size_t x_step, float *out, size_t out_step,
                                  bool accumulate);
void esp_reference_sparse_weight_gradient(esp_pattern pattern, size_t steps, size_t lanes, const float *g,
                                          const float *x, size_t x_step, float *gradient, float *bias_gradient);

#ifdef __cplusplus
}
#endif
