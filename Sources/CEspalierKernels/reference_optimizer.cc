#include <math.h>

#include "reference_updates.h"

extern "C" {

void esp_reference_adam_step(size_t count, const esp_adam* settings, const float* gradient, const uint8_t* mask,
                             float* value, float* first, float* second) {
  const esp_adam& s = *settings;
  for (size_t i = 0; i < count; ++i) {
    if (mask && !mask[i]) {
      value[i] = first[i] = second[i] = 0;
      continue;
    }
    const float w = value[i] * s.shrink;
    const float g = gradient[i] + s.weight_decay * w;
    first[i] += s.beta1_complement * (g - first[i]);
    second[i] = s.beta2 * second[i] + s.beta2_complement * g * g;
    value[i] = w - s.step_size * first[i] / (sqrtf(second[i]) * s.correction2 + s.epsilon);
  }
}

void esp_reference_sgd_step(size_t count, float rate, float momentum, float weight_decay, bool nesterov,
                            const float* gradient, const uint8_t* mask, float* value, float* velocity) {
  for (size_t i = 0; i < count; ++i) {
    if (mask && !mask[i]) {
      value[i] = 0;
      if (velocity) velocity[i] = 0;
      continue;
    }
    const float g = gradient[i] + weight_decay * value[i];
    float direction = g;
    if (velocity) {
      velocity[i] = momentum * velocity[i] + g;
      direction = nesterov ? g + momentum * velocity[i] : velocity[i];
    }
    value[i] -= rate * direction;
  }
}

double esp_reference_squared_norm(size_t count, const float* gradient, const uint8_t* mask) {
  double sums[16] = {};
  for (size_t i = 0; i < count; ++i) {
    const double g = !mask || mask[i] ? static_cast<double>(gradient[i]) : 0.0;
    sums[i % 16] += g * g;
  }
  double total = 0;
  for (double sum : sums) total += sum;
  return total;
}

}  // extern "C"
