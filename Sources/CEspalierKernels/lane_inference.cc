#include <math.h>

#include "inference.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "lane_inference.cc"
#include "simd.h"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
#include "cells-inl.h"

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Vec = hn::Vec<Floats>;

constexpr size_t kVectors = HWY_TARGET <= HWY_AVX3 ? 4 : 2;

struct SparseRows {
  esp_pattern pattern;
  const float* value;
};

struct Layer {
  SparseRows input, hidden;
  const float* bias;
  const float* hidden_bias;
};

// Adds one row's product on V vectors of lanes.
template <size_t V>
HWY_INLINE void AddRow(SparseRows w, size_t row, size_t lanes, const float* HWY_RESTRICT x, Vec (&sum)[V]) {
  const Floats d;
  const size_t n = hn::Lanes(d);
  for (size_t p = w.pattern.row_start[row]; p < w.pattern.row_start[row + 1]; ++p) {
    const Vec weight = hn::Set(d, w.value[p]);
    const float* from = x + w.pattern.column[p] * lanes;
    HWY_UNROLL(V)
    for (size_t v = 0; v < V; ++v) sum[v] = hn::MulAdd(weight, hn::Load(d, from + v * n), sum[v]);
  }
}

template <esp_cell kCell>
constexpr size_t GatesOf() {
  return kCell == ESP_CELL_LSTM ? 4 : kCell == ESP_CELL_GRU ? 3 : 1;
}

// One step of V vectors of lanes: each unit's gates live in registers until its state is known.
template <esp_cell kCell, size_t V>
HWY_NOINLINE void Step(const Layer& layer, size_t lanes, const float* HWY_RESTRICT x,
                       const float* HWY_RESTRICT before, float* HWY_RESTRICT after, float* HWY_RESTRICT c) {
  constexpr size_t G = GatesOf<kCell>();
  const Floats d;
  const size_t n = hn::Lanes(d);
  for (size_t unit = 0; unit < layer.hidden.pattern.columns; ++unit) {
    const size_t place = unit * lanes;
    Vec sum[G][V];
    Vec own[V];
    HWY_UNROLL(G)
    for (size_t g = 0; g < G; ++g) {
      const size_t row = unit * G + g;
      HWY_UNROLL(V)
      for (size_t v = 0; v < V; ++v) sum[g][v] = hn::Set(d, layer.bias[row]);
      AddRow<V>(layer.input, row, lanes, x, sum[g]);
      if constexpr (kCell == ESP_CELL_GRU) {
        if (g == 2) {
          HWY_UNROLL(V)
          for (size_t v = 0; v < V; ++v) own[v] = hn::Set(d, layer.hidden_bias[unit]);
          AddRow<V>(layer.hidden, row, lanes, before, own);
          continue;
        }
      }
      AddRow<V>(layer.hidden, row, lanes, before, sum[g]);
    }
    HWY_UNROLL(V)
    for (size_t v = 0; v < V; ++v) {
      const size_t at = place + v * n;
      if constexpr (kCell == ESP_CELL_LSTM) {
        Vec cell = hn::Load(d, c + at);
        hn::Store(LstmCell(d, sum[0][v], sum[1][v], sum[2][v], sum[3][v], cell), d, after + at);
        hn::Store(cell, d, c + at);
      } else if constexpr (kCell == ESP_CELL_GRU) {
        hn::Store(GruCell(d, sum[0][v], sum[1][v], sum[2][v], own[v], hn::Load(d, before + at)), d, after + at);
      } else {
        hn::Store(RnnCell(d, sum[0][v]), d, after + at);
      }
    }
  }
}

template <esp_cell kCell>
HWY_INLINE void AllSteps(size_t steps, size_t lanes, const Layer& layer, const float* x, size_t x_step,
                         float* state) {
  const Floats d;
  const size_t n = hn::Lanes(d), count = layer.hidden.pattern.columns * lanes;
  for (size_t at = 0; at < 3 * count; at += n) hn::Store(hn::Zero(d), d, state + at);
  float* const c = state + 2 * count;
  for (size_t s = 0; s < steps; ++s) {
    const float* now = x + s * x_step;
    const float* before = state + ((steps - s) % 2) * count;
    float* after = state + ((steps - s - 1) % 2) * count;
    size_t lane = 0;
    for (; lane + kVectors * n <= lanes; lane += kVectors * n) {
      Step<kCell, kVectors>(layer, lanes, now + lane, before + lane, after + lane, c + lane);
    }
    for (; lane + 2 * n <= lanes; lane += 2 * n) {
      Step<kCell, 2>(layer, lanes, now + lane, before + lane, after + lane, c + lane);
    }
    for (; lane < lanes; lane += n) {
      Step<kCell, 1>(layer, lanes, now + lane, before + lane, after + lane, c + lane);
    }
  }
}

void SparseRecurrence(esp_cell cell, size_t steps, size_t lanes, esp_pattern input, const float* input_value,
                      esp_pattern hidden, const float* hidden_value, const float* bias, const float* hidden_bias,
                      const float* x, size_t x_step, float* state) {
  const Layer layer{{input, input_value}, {hidden, hidden_value}, bias, hidden_bias};
  switch (cell) {
    case ESP_CELL_RNN: return AllSteps<ESP_CELL_RNN>(steps, lanes, layer, x, x_step, state);
    case ESP_CELL_GRU: return AllSteps<ESP_CELL_GRU>(steps, lanes, layer, x, x_step, state);
    case ESP_CELL_LSTM: return AllSteps<ESP_CELL_LSTM>(steps, lanes, layer, x, x_step, state);
  }
}

void NormalizeSum(size_t features, size_t lanes, const float* x, const float* y, const float* gain,
                  const float* bias, float* out) {
  constexpr size_t kSums = 4;
  const Floats d;
  const size_t n = hn::Lanes(d);
  const Vec share = hn::Set(d, 1.0f / static_cast<float>(features));
  for (size_t lane = 0; lane < lanes; lane += n) {
    const auto add = [&](size_t f) HWY_ATTR {
      Vec value = hn::Load(d, x + f * lanes + lane);
      if (y != nullptr) value = hn::Add(value, hn::Load(d, y + f * lanes + lane));
      hn::Store(value, d, out + f * lanes + lane);
      return value;
    };
    Vec total[kSums] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    size_t f = 0;
    for (; f + kSums <= features; f += kSums) {
      HWY_UNROLL(kSums)
      for (size_t u = 0; u < kSums; ++u) total[u] = hn::Add(total[u], add(f + u));
    }
    for (; f < features; ++f) total[0] = hn::Add(total[0], add(f));
    const Vec center = hn::Mul(hn::Add(hn::Add(total[0], total[1]), hn::Add(total[2], total[3])), share);
    Vec square[kSums] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    const auto off = [&](size_t at) HWY_ATTR { return hn::Sub(hn::Load(d, out + at * lanes + lane), center); };
    for (f = 0; f + kSums <= features; f += kSums) {
      HWY_UNROLL(kSums)
      for (size_t u = 0; u < kSums; ++u) {
        const Vec value = off(f + u);
        square[u] = hn::MulAdd(value, value, square[u]);
      }
    }
    for (; f < features; ++f) {
      const Vec value = off(f);
      square[0] = hn::MulAdd(value, value, square[0]);
    }
    const Vec squares = hn::Add(hn::Add(square[0], square[1]), hn::Add(square[2], square[3]));
    const Vec rate = hn::Div(hn::Set(d, 1.0f), hn::Sqrt(hn::MulAdd(squares, share, hn::Set(d, 1e-5f))));
    for (f = 0; f < features; ++f) {
      const Vec scaled = hn::Mul(off(f), rate);
      hn::Store(hn::MulAdd(scaled, hn::Set(d, gain[f]), hn::Set(d, bias[f])), d, out + f * lanes + lane);
    }
  }
}

void SoftmaxRows(size_t rows, size_t lanes, float scale, float* scores) {
  const Floats d;
  const Vec factor = hn::Set(d, scale);
  for (size_t lane = 0; lane < lanes; lane += hn::Lanes(d)) {
    float* column = scores + lane;
    Vec largest = hn::Load(d, column);
    for (size_t j = 1; j < rows; ++j) largest = hn::Max(largest, hn::Load(d, column + j * lanes));
    Vec total = hn::Zero(d);
    for (size_t j = 0; j < rows; ++j) {
      const Vec value = hn::Exp(d, hn::Mul(hn::Sub(hn::Load(d, column + j * lanes), largest), factor));
      hn::Store(value, d, column + j * lanes);
      total = hn::Add(total, value);
    }
    const Vec share = hn::Div(hn::Set(d, 1.0f), total);
    for (size_t j = 0; j < rows; ++j) {
      hn::Store(hn::Mul(hn::Load(d, column + j * lanes), share), d, column + j * lanes);
    }
  }
}

// Four samples by four numbers at a time.
void LanesFromSamples(size_t samples, size_t count, const float* HWY_RESTRICT x, size_t stride, size_t lanes,
                      float* HWY_RESTRICT out) {
  const hn::FixedTag<float, 4> d;
  size_t lane = 0;
  for (; lane + 4 <= samples; lane += 4) {
    const float* from = x + lane * stride;
    size_t k = 0;
    for (; k + 4 <= count; k += 4) {
      const auto r0 = hn::LoadU(d, from + k), r1 = hn::LoadU(d, from + stride + k);
      const auto r2 = hn::LoadU(d, from + 2 * stride + k), r3 = hn::LoadU(d, from + 3 * stride + k);
      const auto even_low = hn::InterleaveLower(d, r0, r2), odd_low = hn::InterleaveLower(d, r1, r3);
      const auto even_high = hn::InterleaveUpper(d, r0, r2), odd_high = hn::InterleaveUpper(d, r1, r3);
      float* to = out + k * lanes + lane;
      hn::Store(hn::InterleaveLower(d, even_low, odd_low), d, to);
      hn::Store(hn::InterleaveUpper(d, even_low, odd_low), d, to + lanes);
      hn::Store(hn::InterleaveLower(d, even_high, odd_high), d, to + 2 * lanes);
      hn::Store(hn::InterleaveUpper(d, even_high, odd_high), d, to + 3 * lanes);
    }
    for (; k < count; ++k) {
      for (size_t l = 0; l < 4; ++l) out[k * lanes + lane + l] = from[l * stride + k];
    }
  }
  for (; lane < lanes; ++lane) {
    for (size_t k = 0; k < count; ++k) out[k * lanes + lane] = lane < samples ? x[lane * stride + k] : 0.0f;
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace espalier {
HWY_EXPORT(SparseRecurrence);
HWY_EXPORT(NormalizeSum);
HWY_EXPORT(SoftmaxRows);
HWY_EXPORT(LanesFromSamples);
}  // namespace espalier

extern "C" {

void esp_sparse_recurrence(esp_cell cell, size_t steps, size_t lanes, esp_pattern input, const float* input_value,
                           esp_pattern hidden, const float* hidden_value, const float* bias, const float* hidden_bias,
                           const float* x, size_t x_step, float* state) {
  HWY_DYNAMIC_DISPATCH(espalier::SparseRecurrence)
  (cell, steps, lanes, input, input_value, hidden, hidden_value, bias, hidden_bias, x, x_step, state);
}

void esp_normalize_sum(size_t features, size_t lanes, const float* x, const float* y, const float* gain,
                       const float* bias, float* out) {
  HWY_DYNAMIC_DISPATCH(espalier::NormalizeSum)(features, lanes, x, y, gain, bias, out);
}

void esp_softmax_rows(size_t rows, size_t lanes, float scale, float* scores) {
  HWY_DYNAMIC_DISPATCH(espalier::SoftmaxRows)(rows, lanes, scale, scores);
}

void esp_lanes_from_samples(size_t samples, size_t count, const float* x, size_t stride, size_t lanes, float* out) {
  HWY_DYNAMIC_DISPATCH(espalier::LanesFromSamples)(samples, count, x, stride, lanes, out);
}

}  // extern "C"
#endif  // HWY_ONCE
