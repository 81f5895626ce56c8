#include <math.h>

#include <vector>

#include "reference.h"

namespace {

// What a kept or dropped value is multiplied by.
double Factor(const uint16_t* mask, size_t lanes, size_t row, size_t lane, float scale) {
  if (mask == nullptr) return 1;
  return (mask[row * (lanes / 16) + lane / 16] >> (lane % 16) & 1) != 0 ? scale : 0;
}

}  // namespace

extern "C" {

void esp_reference_layer_norm(size_t steps, size_t features, size_t lanes, const float* x, const float* y,
                              const uint16_t* mask, float scale, const float* gain, const float* bias, float* sum,
                              float* mean, float* inverse, float* out) {
  for (size_t s = 0; s < steps; ++s) {
    for (size_t lane = 0; lane < lanes; ++lane) {
      const auto at = [&](size_t f) { return (s * features + f) * lanes + lane; };
      const auto value = [&](size_t f) {
        if (y == nullptr) return static_cast<double>(x[at(f)]);
        return x[at(f)] + Factor(mask, lanes, s * features + f, lane, scale) * y[at(f)];
      };
      double total = 0, squares = 0;
      for (size_t f = 0; f < features; ++f) total += value(f);
      const double center = total / features;
      for (size_t f = 0; f < features; ++f) squares += (value(f) - center) * (value(f) - center);
      const double rate = 1 / sqrt(squares / features + 1e-5);
      mean[s * lanes + lane] = static_cast<float>(center);
      inverse[s * lanes + lane] = static_cast<float>(rate);
      for (size_t f = 0; f < features; ++f) {
        const double kept = value(f);
        if (y != nullptr) sum[at(f)] = static_cast<float>(kept);
        out[at(f)] = static_cast<float>((kept - center) * rate * gain[f] + bias[f]);
      }
    }
  }
}

void esp_reference_layer_norm_backward(size_t steps, size_t features, size_t lanes, const float* sum,
                                       const float* mean, const float* inverse, const float* gain, const float* g,
                                       esp_gradient_target dx, esp_gradient_target dy, const uint16_t* mask,
                                       float scale, float* gain_gradient, float* bias_gradient) {
  for (size_t s = 0; s < steps; ++s) {
    for (size_t lane = 0; lane < lanes; ++lane) {
      const auto at = [&](size_t f) { return (s * features + f) * lanes + lane; };
      const double center = mean[s * lanes + lane], rate = inverse[s * lanes + lane];
      double total = 0, along = 0;
      for (size_t f = 0; f < features; ++f) {
        const double normal = (sum[at(f)] - center) * rate;
        total += g[at(f)] * gain[f];
        along += g[at(f)] * gain[f] * normal;
        gain_gradient[f] += static_cast<float>(g[at(f)] * normal);
        bias_gradient[f] += g[at(f)];
      }
      for (size_t f = 0; f < features; ++f) {
        const double normal = (sum[at(f)] - center) * rate;
        const double value = rate * (g[at(f)] * gain[f] - total / features - normal * along / features);
        const auto add_to = [&](esp_gradient_target target, double gradient) {
          if (target.gradient == nullptr) return;
          float& to = target.gradient[at(f)];
          to = static_cast<float>(gradient + (target.accumulate ? to : 0));
        };
        add_to(dx, value);
        add_to(dy, value * Factor(mask, lanes, s * features + f, lane, scale));
      }
    }
  }
}

void esp_reference_attention(esp_attention_shape shape, const float* q, const float* k, const float* v,
                             const uint16_t* mask, float scale, float* probabilities, float* out) {
  const size_t depth = shape.width / shape.heads, patches = shape.patches, lanes = shape.lanes;
  const auto at = [&](size_t patch, size_t row, size_t lane) { return (patch * shape.width + row) * lanes + lane; };
  for (size_t head = 0; head < shape.heads; ++head) {
    for (size_t lane = 0; lane < lanes; ++lane) {
      for (size_t i = 0; i < patches; ++i) {
        std::vector<double> scores(patches);
        double largest = -INFINITY, total = 0;
        for (size_t j = 0; j < patches; ++j) {
          for (size_t r = head * depth; r < (head + 1) * depth; ++r) {
            scores[j] += static_cast<double>(q[at(i, r, lane)]) * k[at(j, r, lane)];
          }
          scores[j] /= sqrt(static_cast<double>(depth));
          largest = fmax(largest, scores[j]);
        }
        for (double& score : scores) total += score = exp(score - largest);
        for (size_t j = 0; j < patches; ++j) {
          probabilities[((head * patches + i) * patches + j) * lanes + lane] = static_cast<float>(scores[j] / total);
        }
        for (size_t r = head * depth; r < (head + 1) * depth; ++r) {
          double sum = 0;
          for (size_t j = 0; j < patches; ++j) {
            const size_t row = (head * patches + i) * patches + j;
            sum += scores[j] / total * Factor(mask, lanes, row, lane, scale) * v[at(j, r, lane)];
          }
          out[at(i, r, lane)] = static_cast<float>(sum);
        }
      }
    }
  }
}

void esp_reference_attention_backward(esp_attention_shape shape, const float* q, const float* k, const float* v,
                                      const uint16_t* mask, float scale, const float* probabilities, const float* g,
                                      float* dq, float* dk, float* dv) {
  const size_t depth = shape.width / shape.heads, patches = shape.patches, lanes = shape.lanes;
  const auto at = [&](size_t patch, size_t row, size_t lane) { return (patch * shape.width + row) * lanes + lane; };
  for (size_t i = 0; i < patches * shape.width * lanes; ++i) dq[i] = dk[i] = dv[i] = 0;
  for (size_t head = 0; head < shape.heads; ++head) {
    for (size_t lane = 0; lane < lanes; ++lane) {
      for (size_t i = 0; i < patches; ++i) {
        std::vector<double> slopes(patches);
        double along = 0;
        for (size_t j = 0; j < patches; ++j) {
          const size_t row = (head * patches + i) * patches + j;
          const double factor = Factor(mask, lanes, row, lane, scale), p = probabilities[row * lanes + lane];
          for (size_t r = head * depth; r < (head + 1) * depth; ++r) {
            slopes[j] += static_cast<double>(g[at(i, r, lane)]) * v[at(j, r, lane)] * factor;
            dv[at(j, r, lane)] += static_cast<float>(p * factor * g[at(i, r, lane)]);
          }
          along += slopes[j] * p;
        }
        for (size_t j = 0; j < patches; ++j) {
          const double p = probabilities[((head * patches + i) * patches + j) * lanes + lane];
          const double slope = (slopes[j] - along) * p / sqrt(static_cast<double>(depth));
          for (size_t r = head * depth; r < (head + 1) * depth; ++r) {
            dq[at(i, r, lane)] += static_cast<float>(slope * k[at(j, r, lane)]);
            dk[at(j, r, lane)] += static_cast<float>(slope * q[at(i, r, lane)]);
          }
        }
      }
    }
  }
}

}  // extern "C"
