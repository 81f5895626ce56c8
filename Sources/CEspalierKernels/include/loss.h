// Losses of forecasts and their gradients. Only the first `samples` of the lanes count; the others get gradient 0.
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { ESP_LOSS_SQUARED = 0, ESP_LOSS_ABSOLUTE = 1, ESP_LOSS_HUBER = 2 } esp_loss_kind;

/// Returns weight * the sum of the loss over (rows, samples) and writes its derivative to `gradient`, (rows, lanes).
///
/// `forecast` and `target` are (rows, lanes). `delta` is where the Huber loss turns linear; other kinds ignore it. The
/// loss is d^2, |d|, or 0.5 d^2 for |d| <= delta and delta (|d| - 0.5 delta) beyond. The sum is made in double precision, row by row.
double esp_loss(esp_loss_kind kind, size_t rows, size_t lanes, size_t samples, double delta, double weight,
                const float *forecast, const float *target, float *gradient);

#ifdef __cplusplus
}
#endif
