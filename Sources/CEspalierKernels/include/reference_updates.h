// Plain scalar kernels that judge the fast ones in tests: same contracts, no SIMD, no cleverness.
#pragma once
#include "optimizer.h"
#include "selection.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Judges `esp_adam_step`.
void esp_reference_adam_step(size_t count, const esp_adam *settings, const float *gradient, const uint8_t *mask,
                             float *value, float *first, float *second);

/// Judges `esp_sgd_step`.
void esp_reference_sgd_step(size_t count, float rate, float momentum, float weight_decay, bool nesterov,
                            const float *gradient, const uint8_t *mask, float *value, float *velocity);

/// Judges `esp_squared_norm`.
double esp_reference_squared_norm(size_t count, const float *gradient, const uint8_t *mask);

/// Judges `esp_kth_magnitude`: sorts a copy of the list. Allocates.
float esp_reference_kth_magnitude(size_t parts, const esp_weights *part, size_t rank, size_t *below);

/// Judges `esp_count_below`.
size_t esp_reference_count_below(const esp_weights *part, float threshold, size_t *equal);

/// Judges `esp_prune_below`.
size_t esp_reference_prune_below(size_t count, const float *value, float threshold, uint8_t *mask);

/// Judges `esp_prune_equal`.
size_t esp_reference_prune_equal(size_t count, const float *value, float threshold, size_t limit, uint8_t *mask);

#ifdef __cplusplus
}
#endif
