// What linear forecasters do to a look-back, (steps, rows, lanes): a row is a feature.
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// trend[s] = the mean of x[s - side] ... x[s + side], the first and the last step repeated beyond the ends;
/// rest = x - trend.
///
/// `window` = 2 * side + 1 is odd. All three are (steps, rows, lanes) and don't overlap.
void esp_moving_average(size_t steps, size_t rows, size_t lanes, size_t window, const float *x, float *trend,
                        float *rest);

/// out[s] = x[s] - x[steps - 1], row by row. `out` may be `x`.
void esp_subtract_last(size_t steps, size_t rows, size_t lanes, const float *x, float *out);

/// out[row][lane] = x[row][lane] + level[lane]. `out` may be `x`.
void esp_add_level(size_t rows, size_t lanes, const float *x, const float *level, float *out);

#ifdef __cplusplus
}
#endif
