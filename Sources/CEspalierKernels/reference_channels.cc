#include "reference_channels.h"

#include <math.h>

#include <vector>

namespace {

// What a kept or dropped value is multiplied by.
double Factor(const uint16_t* mask, size_t lanes, size_t row, size_t lane, float scale) {
  if (mask == nullptr) return 1;
  return (mask[row * (lanes / 16) + lane / 16] >> (lane % 16) & 1) != 0 ? scale : 0;
}

size_t At(const esp_lane_attention& s, size_t tile, size_t patch, size_t row, size_t lane) {
  return tile * s.tile_stride + patch * s.patch_stride + row * s.row_stride + lane;
}

// The probabilities of one patch of one head and lane; returns the logarithm of their denominator.
double Softmax(const esp_lane_attention& s, size_t blocks, const float* const* q, const float* const* k, size_t tile,
               size_t head, size_t lane, size_t i, std::vector<double>& p) {
  double largest = -INFINITY, total = 0;
  p.assign(s.patches, 0.0);
  for (size_t j = 0; j < s.patches; ++j) {
    for (size_t b = 0; b < blocks; ++b) {
      for (size_t r = head * s.depth; r < (head + 1) * s.depth; ++r) {
        p[j] += static_cast<double>(q[b][At(s, tile, i, r, lane)]) * k[b][At(s, tile, j, r, lane)];
      }
    }
    p[j] /= sqrt(static_cast<double>(s.depth));
    largest = fmax(largest, p[j]);
  }
  for (double& score : p) total += score = exp(score - largest);
  for (double& share : p) share /= total;
  return largest + log(total);
}

template <class Body>
void ForEachPatch(const esp_lane_attention& s, const Body& body) {
  for (size_t tile = 0; tile < s.tiles; ++tile) {
    for (size_t head = 0; head < s.heads; ++head) {
      for (size_t lane = 0; lane < s.lanes; ++lane) {
        for (size_t i = 0; i < s.patches; ++i) body(tile, head, lane, i);
      }
    }
  }
}

// Runs body(feature, row, lane) for every number that belongs to a sample, or to the padding.
template <class Body>
void ForEach(const esp_batch& b, bool padding, const Body& body) {
  for (size_t row = 0; row < b.tiles * b.steps * b.features; ++row) {
    const size_t tile = row / (b.steps * b.features);
    for (size_t lane = 0; lane < b.lanes; ++lane) {
      if ((tile * b.lanes + lane >= b.samples) == padding) body(row % b.features, row, lane);
    }
  }
}

}  // namespace

extern "C" {

void esp_reference_residual_attention(esp_lane_attention s, size_t blocks, const float* const* q,
                                      const float* const* k, const float* v, float* log_sums, float* out) {
  std::vector<double> p;
  ForEachPatch(s, [&](size_t tile, size_t head, size_t lane, size_t i) {
    const double sum = Softmax(s, blocks, q, k, tile, head, lane, i, p);
    if (log_sums != nullptr) {
      log_sums[((tile * s.heads + head) * s.patches + i) * s.lanes + lane] = static_cast<float>(sum);
    }
    for (size_t r = head * s.depth; r < (head + 1) * s.depth; ++r) {
      double mixed = 0;
      for (size_t j = 0; j < s.patches; ++j) mixed += p[j] * v[At(s, tile, j, r, lane)];
      out[At(s, tile, i, r, lane)] = static_cast<float>(mixed);
    }
  });
}

void esp_reference_residual_attention_backward(esp_lane_attention s, size_t blocks, const float* const* q,
                                               const float* const* k, const float* v, const float* g,
                                               esp_attention_gradients into) {
  ForEachPatch(s, [&](size_t tile, size_t head, size_t lane, size_t i) {
    for (size_t r = head * s.depth; r < (head + 1) * s.depth; ++r) {
      const size_t at = At(s, tile, i, r, lane);
      for (size_t b = 0; b < blocks; ++b) {
        if (!into.adds_q[b]) into.q[b][at] = 0;
        if (!into.adds_k[b]) into.k[b][at] = 0;
      }
      if (!into.adds_v) into.v[at] = 0;
    }
  });
  std::vector<double> p, slopes;
  ForEachPatch(s, [&](size_t tile, size_t head, size_t lane, size_t i) {
    Softmax(s, blocks, q, k, tile, head, lane, i, p);
    slopes.assign(s.patches, 0.0);
    double along = 0;
    for (size_t j = 0; j < s.patches; ++j) {
      for (size_t r = head * s.depth; r < (head + 1) * s.depth; ++r) {
        const double above = g[At(s, tile, i, r, lane)];
        slopes[j] += above * v[At(s, tile, j, r, lane)];
        into.v[At(s, tile, j, r, lane)] += static_cast<float>(p[j] * above);
      }
      along += slopes[j] * p[j];
    }
    for (size_t j = 0; j < s.patches; ++j) {
      const double slope = (slopes[j] - along) * p[j] / sqrt(static_cast<double>(s.depth));
      for (size_t b = 0; b < blocks; ++b) {
        for (size_t r = head * s.depth; r < (head + 1) * s.depth; ++r) {
          into.q[b][At(s, tile, i, r, lane)] += static_cast<float>(slope * k[b][At(s, tile, j, r, lane)]);
          into.k[b][At(s, tile, j, r, lane)] += static_cast<float>(slope * q[b][At(s, tile, i, r, lane)]);
        }
      }
    }
  });
}

void esp_reference_batch_statistics(esp_batch batch, const float* x, const float* y, const uint16_t* mask, float scale,
                                    float* sum, float* mean, float* variance) {
  std::vector<double> totals(batch.features), squares(batch.features);
  const double count = static_cast<double>(batch.steps * batch.samples);
  const auto value = [&](size_t row, size_t lane) {
    const size_t at = row * batch.lanes + lane;
    return y == nullptr ? x[at] : x[at] + Factor(mask, batch.lanes, row, lane, scale) * y[at];
  };
  const auto store = [&](size_t, size_t row, size_t lane) {
    if (y != nullptr) sum[row * batch.lanes + lane] = static_cast<float>(value(row, lane));
  };
  ForEach(batch, false, store);
  ForEach(batch, true, store);
  ForEach(batch, false, [&](size_t f, size_t row, size_t lane) { totals[f] += value(row, lane); });
  ForEach(batch, false, [&](size_t f, size_t row, size_t lane) {
    const double off = value(row, lane) - totals[f] / count;
    squares[f] += off * off;
  });
  for (size_t f = 0; f < batch.features; ++f) {
    mean[f] = static_cast<float>(totals[f] / count);
    variance[f] = static_cast<float>(squares[f] / count);
  }
}

void esp_reference_affine_sum(size_t steps, size_t features, size_t lanes, const float* x, const float* y,
                              const uint16_t* mask, float scale, const float* factor, const float* offset,
                              float* out) {
  for (size_t row = 0; row < steps * features; ++row) {
    for (size_t lane = 0; lane < lanes; ++lane) {
      const size_t at = row * lanes + lane;
      const double value = y == nullptr ? x[at] : x[at] + Factor(mask, lanes, row, lane, scale) * y[at];
      out[at] = static_cast<float>(value * factor[row % features] + offset[row % features]);
    }
  }
}

void esp_reference_batch_norm_backward(esp_batch batch, const float* sum, const float* mean, const float* inverse,
                                       const float* gain, const float* g, bool fixed, float* dsum, float* gain_gradient,
                                       float* bias_gradient) {
  std::vector<double> totals(batch.features), along(batch.features);
  const double count = static_cast<double>(batch.steps * batch.samples);
  const auto normal = [&](size_t f, size_t at) { return (static_cast<double>(sum[at]) - mean[f]) * inverse[f]; };
  ForEach(batch, false, [&](size_t f, size_t row, size_t lane) {
    const size_t at = row * batch.lanes + lane;
    totals[f] += g[at];
    along[f] += g[at] * normal(f, at);
  });
  ForEach(batch, false, [&](size_t f, size_t row, size_t lane) {
    const size_t at = row * batch.lanes + lane;
    const double through = fixed ? 0 : (totals[f] + normal(f, at) * along[f]) / count;
    dsum[at] = static_cast<float>(static_cast<double>(gain[f]) * inverse[f] * (g[at] - through));
  });
  ForEach(batch, true, [&](size_t, size_t row, size_t lane) { dsum[row * batch.lanes + lane] = 0; });
  for (size_t f = 0; f < batch.features; ++f) {
    gain_gradient[f] += static_cast<float>(along[f]);
    bias_gradient[f] += static_cast<float>(totals[f]);
  }
}

void esp_reference_gelu(size_t rows, size_t lanes, const uint16_t* mask, float scale, const float* x, float* out) {
  for (size_t at = 0; at < rows * lanes; ++at) {
    const double value = x[at], share = 0.5 * erfc(-value / sqrt(2.0));
    out[at] = static_cast<float>(value * share * Factor(mask, lanes, at / lanes, at % lanes, scale));
  }
}

void esp_reference_gelu_backward(size_t rows, size_t lanes, const uint16_t* mask, float scale, const float* x,
                                 const float* g, float* dx) {
  for (size_t at = 0; at < rows * lanes; ++at) {
    const double value = x[at];
    const double density = exp(-0.5 * value * value) / sqrt(2.0 * 3.14159265358979323846);
    const double slope = 0.5 * erfc(-value / sqrt(2.0)) + value * density;
    dx[at] = static_cast<float>(slope * g[at] * Factor(mask, lanes, at / lanes, at % lanes, scale));
  }
}

void esp_reference_moving_average(size_t steps, size_t rows, size_t lanes, size_t window, const float* x, float* trend,
                                  float* rest) {
  const size_t block = rows * lanes, side = window / 2;
  for (size_t at = 0; at < steps * block; ++at) {
    double sum = 0;
    for (size_t i = 0; i < window; ++i) {
      const size_t step = at / block + i;
      const size_t source = step < side ? 0 : step - side >= steps ? steps - 1 : step - side;
      sum += x[source * block + at % block];
    }
    trend[at] = static_cast<float>(sum / static_cast<double>(window));
    rest[at] = static_cast<float>(x[at] - sum / static_cast<double>(window));
  }
}

void esp_reference_subtract_last(size_t steps, size_t rows, size_t lanes, const float* x, float* out) {
  const size_t block = rows * lanes;
  for (size_t at = 0; at < steps * block; ++at) out[at] = x[at] - x[(steps - 1) * block + at % block];
}

void esp_reference_add_level(size_t rows, size_t lanes, const float* x, const float* level, float* out) {
  for (size_t at = 0; at < rows * lanes; ++at) out[at] = x[at] + level[at % lanes];
}

}  // extern "C"
