#include "loss.h"

#include <math.h>

namespace {

struct Term {
  double value;
  double slope;
};

Term Of(esp_loss_kind kind, double off, double delta) {
  const double size = fabs(off);
  const double sign = static_cast<double>(off > 0) - static_cast<double>(off < 0);
  switch (kind) {
    case ESP_LOSS_ABSOLUTE: return {size, isnan(off) ? off : sign};
    case ESP_LOSS_HUBER:
      if (size > delta) return {delta * (size - 0.5 * delta), delta * sign};
      return {0.5 * off * off, off};
    default: return {off * off, 2 * off};
  }
}

}  // namespace

extern "C" double esp_loss(esp_loss_kind kind, size_t rows, size_t lanes, size_t samples, double delta, double weight,
                           const float* unit, const float* forecast, const float* target, float* gradient) {
  double sum = 0;
  for (size_t row = 0; row < rows; ++row) {
    for (size_t lane = 0; lane < lanes; ++lane) {
      const size_t at = row * lanes + lane;
      if (lane >= samples) {
        gradient[at] = 0;
        continue;
      }
      const double scale = unit ? unit[lane] : 1;
      const Term term = Of(kind, scale * (static_cast<double>(forecast[at]) - target[at]), delta);
      sum += term.value;
      gradient[at] = static_cast<float>(weight * scale * term.slope);
    }
  }
  return weight * sum;
}

extern "C" double esp_quantile_loss(size_t levels, const double* level, size_t rows, size_t lanes, size_t samples,
                                    double weight, const float* unit, const float* forecast, const float* target,
                                    float* gradient) {
  double sum = 0;
  for (size_t index = 0; index < levels; ++index) {
    const double p = level[index];
    for (size_t row = 0; row < rows; ++row) {
      const float* y = target + row * lanes;
      const float* q = forecast + (index * rows + row) * lanes;
      float* slope = gradient + (index * rows + row) * lanes;
      for (size_t lane = 0; lane < samples; ++lane) {
        const double scale = unit ? unit[lane] : 1;
        const double off = scale * (static_cast<double>(y[lane]) - q[lane]);
        const double below = off < 0 ? 1 : off > 0 ? 0 : 0.5;
        sum += (p - below) * off;
        slope[lane] = static_cast<float>(isnan(off) ? off : weight * scale * (below - p));
      }
      for (size_t lane = samples; lane < lanes; ++lane) slope[lane] = 0;
    }
  }
  return weight * sum;
}
