// Forecasting with weights that no longer change: one series at a time, and lanes of samples through a sparse recurrent
// layer.
//
// For one series there are no lanes, so vectors run along rows: a packed matrix has its rows in groups of 16, the last one
// filled up with zeros. Gates of one unit stand in neighbouring groups: group `unit / 16 * gates + gate`.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparse.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A matrix packed for products with one vector, in one of three layouts.
///
/// Dense, when `start` is null: `value` is (groups / gates, columns, gates, 16).
///
/// Slots, when `index` is not: columns are cut into blocks of 32, the last one possibly shorter; the slots of block b of
/// group g are start[g * blocks + b] ..< start[g * blocks + b + 1]; slot s holds for each of the 16 rows a weight,
/// value[16 s + row], and its column within the block, index[16 s + row], at most 31. A row with fewer non-zeros than
/// others of its group is filled up with zeros at column 0. For targets that look 16 numbers up in registers.
///
/// Strips, when `column` is not: rows are cut into strips of 8, two a group, and a column of a strip is stored where any of
/// its 8 weights is left. The gates of a strip go in step: strip s has the slots start[s] ..< start[s + 1], and slot k
/// holds for each gate a column, column[gates * k + gate], and its weights, value[(gates * k + gate) * 8 + row]. A gate with
/// fewer columns than others of its strip is filled up with zeros at column 0.
typedef struct {
  size_t groups, gates, columns;
  const uint32_t *start;
  const uint8_t *index;
  const uint16_t *column;
  const float *value;
} esp_vector_matrix;

/// Whether the kernels' target looks numbers up in registers, so that slots are faster than strips.
bool esp_has_fast_slots(void);

/// The cell of a recurrent layer: 1, 3 or 4 gates, in PyTorch's order.
typedef enum { ESP_CELL_RNN, ESP_CELL_GRU, ESP_CELL_LSTM } esp_cell;

/// out[row] = bias[row] + sum over k of w[row][k] * x[k].
///
/// `w` has one gate; `out` and `bias` hold 16 * groups floats, `x` as many as columns rounded up to a multiple of 32, those
/// beyond the columns finite. All are aligned to 64 bytes.
void esp_vector_product(esp_vector_matrix w, const float *bias, const float *x, float *out);

/// Runs a recurrent layer over one series from a zero state.
///
/// `x` is (steps, x_stride) with the features first and finite numbers after them; x_stride is a multiple of 32. `bias` has
/// 16 floats a group: both biases of a gate added up, but for the GRU's new gate, whose hidden part is in `hidden_bias`,
/// (16 * units' groups). `state` holds 3 * width floats, where width is the number of units rounded up to a multiple of 32;
/// the hidden state after the last step is left in its first `width`, 0 beyond the last group. Nothing is allocated.
void esp_vector_recurrence(esp_cell cell, size_t steps, esp_vector_matrix input, esp_vector_matrix hidden,
                           const float *bias, const float *hidden_bias, const float *x, size_t x_stride,
                           float *state, size_t width);

/// Runs a sparse recurrent layer over lanes of samples from a zero state, without storing gates.
///
/// Rows of both patterns stand unit after unit: row `unit * gates + gate`, and so do those of `bias`, with `hidden_bias`
/// (units) as above. `x` is (steps, features, lanes) with `x_step` floats from one step to the next; `state` holds
/// 3 * units * lanes floats, and the hidden state after the last step, (units, lanes), is left in its beginning.
void esp_sparse_recurrence(esp_cell cell, size_t steps, size_t lanes, esp_pattern input, const float *input_value,
                           esp_pattern hidden, const float *hidden_value, const float *bias, const float *hidden_bias,
                           const float *x, size_t x_step, float *state);

/// out = gain * (z - mean) / sqrt(variance + 1e-5) + bias over features, where z = x + y and `y` is optional.
///
/// All are (features, lanes); `out` may be `x`.
void esp_normalize_sum(size_t features, size_t lanes, const float *x, const float *y, const float *gain,
                       const float *bias, float *out);

/// Softmax of scale * scores over rows, lane by lane, in place: (rows, lanes).
void esp_softmax_rows(size_t rows, size_t lanes, float scale, float *scores);

/// out[k][lane] = x[lane][k] for `lane` < samples, else 0: samples one after the other become lanes.
///
/// `x` is (samples, count) with `stride` floats from one sample to the next and any alignment; `out` is (count, lanes).
void esp_lanes_from_samples(size_t samples, size_t count, const float *x, size_t stride, size_t lanes, float *out);

/// The same, one multiply-add after the other with the C library's functions: the judges of the fast ones.
void esp_reference_vector_product(esp_vector_matrix w, const float *bias, const float *x, float *out);
void esp_reference_vector_recurrence(esp_cell cell, size_t steps, esp_vector_matrix input, esp_vector_matrix hidden,
                                     const float *bias, const float *hidden_bias, const float *x, size_t x_stride,
                                     float *state, size_t width);
void esp_reference_sparse_recurrence(esp_cell cell, size_t steps, size_t lanes, esp_pattern input,
                                     const float *input_value, esp_pattern hidden, const float *hidden_value,
                                     const float *bias, const float *hidden_bias, const float *x, size_t x_step,
                                     float *state);
void esp_reference_normalize_sum(size_t features, size_t lanes, const float *x, const float *y, const float *gain,
                                 const float *bias, float *out);
void esp_reference_softmax_rows(size_t rows, size_t lanes, float scale, float *scores);

#ifdef __cplusplus
}
#endif
