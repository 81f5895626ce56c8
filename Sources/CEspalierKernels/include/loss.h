// Losses of forecasts and their gradients. Only the first `samples` of the lanes count; the others get gradient 0.
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { ESP_LOSS_SQUARED = 0, ESP_LOSS_ABSOLUTE = 1, ESP_LOSS_HUBER = 2 } esp_loss_kind;

/// Returns weight * the sum of the loss over (rows, samples) and writes its derivative to `gradient`, (rows, lanes).
///
/// `forecast` and `target` are (rows, lanes), and d is their difference times the lane's `unit`; NULL stands for units of 1.
/// `delta` is where the Huber loss turns linear; other kinds ignore it. The loss is d^2, |d|, or 0.5 d^2 for |d| <= delta
/// and delta (|d| - 0.5 delta) beyond. The sum is made in double precision, row by row.
double esp_loss(esp_loss_kind kind, size_t rows, size_t lanes, size_t samples, double delta, double weight,
                const float *unit, const float *forecast, const float *target, float *gradient);

/// Returns weight * the sum of the pinball losses over (levels, rows, samples) and writes its derivative.
///
/// `forecast` and `gradient` are (levels, rows, lanes), `target` is (rows, lanes). With d = target - forecast, times the
/// lane's `unit` (NULL for units of 1), the loss at level p is p d for d >= 0 and (p - 1) d below. Where d is 0 the
/// derivative is 0.5 - p, the middle of its two sides. NaN passes through. The sum is made in double precision.
double esp_quantile_loss(size_t levels, const double *level, size_t rows, size_t lanes, size_t samples, double weight,
                         const float *unit, const float *forecast, const float *target, float *gradient);

typedef enum { ESP_LIKELIHOOD_NORMAL = 0, ESP_LIKELIHOOD_STUDENT_T = 1 } esp_likelihood_kind;

/// Returns weight * the sum of negative log-densities over (rows, samples) and writes its derivative.
///
/// `forecast` and `gradient` are (2, rows, lanes) for the normal and (3, rows, lanes) for Student's t distribution:
/// the location, then what `esp_likelihood_scale` and `esp_likelihood_degrees` map to scale and degrees of freedom.
/// `target` is (rows, lanes). Computed in double precision; a NaN or an infinity gives a value that is not finite.
double esp_likelihood_loss(esp_likelihood_kind kind, size_t rows, size_t lanes, size_t samples, double weight,
                           const float *forecast, const float *target, float *gradient);

/// The scale that an output stands for: softplus(output) + 1e-4, above 0.
double esp_likelihood_scale(double output);

/// The degrees of freedom that an output stands for: 2 + softplus(output) + 1e-4, above 2.
double esp_likelihood_degrees(double output);

#ifdef __cplusplus
}
#endif
