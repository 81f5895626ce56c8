// Optimizer steps over one parameter, its gradient's norm, and scaling.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What one step of Adam or AdamW needs to know; the caller computes the corrections in double precision.
typedef struct esp_adam {
  /// Learning rate over the first moment's bias correction, `rate / (1 - beta1^t)`.
  float step_size;
  /// `1 - beta1`, the weight of the new gradient in the first moment.
  float beta1_complement;
  /// `beta2` and `1 - beta2`, the weights of the old and the new square in the second moment.
  float beta2, beta2_complement;
  /// `1 / sqrt(1 - beta2^t)`.
  float correction2;
  /// Added to the denominator.
  float epsilon;
  /// Added to the gradient times the value (L2, plain Adam); 0 for AdamW.
  float weight_decay;
  /// What values are multiplied by first: `1 - rate * decay` for AdamW, 1 for plain Adam.
  float shrink;
} esp_adam;

/// One fused step of Adam or AdamW, as PyTorch's fused optimizer computes it:
///   value *= shrink; g = gradient + weight_decay * value;
///   first += (1 - beta1) * (g - first); second = beta2 * second + (1 - beta2) * g * g;
///   value -= step_size * first / (sqrt(second) * correction2 + epsilon).
///
/// All arrays hold `count` elements, any count, any alignment; `mask` is optional. Where `mask` is 0 the value and
/// both moments become 0, whatever the gradient is. Every element's result depends on that element alone. Nothing
/// overlaps.
void esp_adam_step(size_t count, const esp_adam *settings, const float *gradient, const uint8_t *mask, float *value,
                   float *first, float *second);

/// One fused step of stochastic gradient descent with momentum, as PyTorch's with dampening 0:
///   g = gradient + weight_decay * value; velocity = momentum * velocity + g;
///   value -= rate * (nesterov ? g + momentum * velocity : velocity).
///
/// All arrays hold `count` elements, any count, any alignment; `mask` is optional, and so is `velocity`, without which
/// momentum counts as 0. Where `mask` is 0 the value and the velocity become 0. Nothing overlaps.
void esp_sgd_step(size_t count, float rate, float momentum, float weight_decay, bool nesterov, const float *gradient,
                  const uint8_t *mask, float *value, float *velocity);

/// The sum of squares of `count` elements, in double precision; where the optional `mask` is 0 an element counts as 0.
///
/// Element i is added to partial sum i % 16 in order, and the 16 sums are added up in order, so the bits are the same
/// on every SIMD target. NaN and infinity of elements that are not masked show in the result.
double esp_squared_norm(size_t count, const float *gradient, const uint8_t *mask);

/// x[i] *= factor for `count` elements.
void esp_scale(size_t count, float factor, float *x);

/// x[i] = 0 where `mask` is 0, for `count` elements; NaN and infinity too.
void esp_apply_mask(size_t count, const uint8_t *mask, float *x);

#ifdef __cplusplus
}
#endif
