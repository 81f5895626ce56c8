#include "sparse.h"

#include "products.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sparse.cc"
#include "simd.h"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Vec = hn::Vec<Floats>;

constexpr size_t kVectors = 4;

// All rows of V vectors of lanes of one step. U non-zeros are added at once into sums of their own: a single sum would
// wait for itself.
template <size_t V, size_t U>
HWY_NOINLINE void Panel(esp_pattern pattern, const float* HWY_RESTRICT value, const float* bias, size_t lanes,
                        const float* HWY_RESTRICT x, float* HWY_RESTRICT out, bool accumulate) {
  const Floats d;
  const size_t n = hn::Lanes(d);
  for (size_t r = 0; r < pattern.rows; ++r) {
    const size_t i = pattern.order[r];
    Vec sum[U][V];
    const Vec start = bias != nullptr ? hn::Set(d, bias[i]) : hn::Zero(d);
    HWY_UNROLL(V)
    for (size_t v = 0; v < V; ++v) {
      sum[0][v] = accumulate ? hn::Add(start, hn::Load(d, out + i * lanes + v * n)) : start;
      HWY_UNROLL(U)
      for (size_t u = 1; u < U; ++u) sum[u][v] = hn::Zero(d);
    }
    const size_t end = pattern.row_start[i + 1];
    size_t p = pattern.row_start[i];
    for (; p + U <= end; p += U) {
      HWY_UNROLL(U)
      for (size_t u = 0; u < U; ++u) {
        const Vec weight = hn::Set(d, value[p + u]);
        const float* row = x + pattern.column[p + u] * lanes;
        HWY_UNROLL(V)
        for (size_t v = 0; v < V; ++v) sum[u][v] = hn::MulAdd(weight, hn::Load(d, row + v * n), sum[u][v]);
      }
    }
    for (; p < end; ++p) {
      const Vec weight = hn::Set(d, value[p]);
      const float* row = x + pattern.column[p] * lanes;
      HWY_UNROLL(V)
      for (size_t v = 0; v < V; ++v) sum[0][v] = hn::MulAdd(weight, hn::Load(d, row + v * n), sum[0][v]);
    }
    HWY_UNROLL(V)
    for (size_t v = 0; v < V; ++v) {
      HWY_UNROLL(U)
      for (size_t u = 1; u < U; ++u) sum[0][v] = hn::Add(sum[0][v], sum[u][v]);
      hn::Store(sum[0][v], d, out + i * lanes + v * n);
    }
  }
}

void SparseProduct(esp_pattern pattern, const float* value, const float* bias, size_t steps, size_t lanes,
                   const float* x, size_t x_step, float* out, size_t out_step, bool accumulate) {
  const size_t n = hn::Lanes(Floats());
  for (size_t s = 0; s < steps; ++s) {
    const float* from = x + s * x_step;
    float* to = out + s * out_step;
    size_t lane = 0;
    // Vectors of 8 take 64 lanes at once where the rows of x for so many fit into the first-level cache: half as many
    // walks over the pattern.
    if (n == 8 && pattern.columns <= 96) {
      for (; lane + 8 * n <= lanes; lane += 8 * n) {
        Panel<8, 1>(pattern, value, bias, lanes, from + lane, to + lane, accumulate);
      }
    }
    for (; lane + kVectors * n <= lanes; lane += kVectors * n) {
      Panel<kVectors, 2>(pattern, value, bias, lanes, from + lane, to + lane, accumulate);
    }
    for (; lane + 2 * n <= lanes; lane += 2 * n) {
      Panel<2, 4>(pattern, value, bias, lanes, from + lane, to + lane, accumulate);
    }
    for (; lane < lanes; lane += n) Panel<1, 4>(pattern, value, bias, lanes, from + lane, to + lane, accumulate);
  }
}

// Adds the sums across four vectors to four numbers.
HWY_INLINE void AddSums(Vec a, Vec b, Vec c, Vec e, float* HWY_RESTRICT to, size_t count) {
  const Floats d;
  const hn::Repartition<double, Floats> pairs;
  const Vec ab = hn::Add(hn::InterleaveLower(d, a, b), hn::InterleaveUpper(d, a, b));
  const Vec ce = hn::Add(hn::InterleaveLower(d, c, e), hn::InterleaveUpper(d, c, e));
  const auto low = hn::InterleaveLower(pairs, hn::BitCast(pairs, ab), hn::BitCast(pairs, ce));
  const auto high = hn::InterleaveUpper(pairs, hn::BitCast(pairs, ab), hn::BitCast(pairs, ce));
  // Every block of four lanes now holds its part of the four sums.
  const Vec parts = hn::Add(hn::BitCast(d, low), hn::BitCast(d, high));
  const hn::FixedTag<float, 4> four;
  HWY_ALIGN float all[16];
  hn::Store(parts, d, all);
  auto total = hn::Load(four, all);
  for (size_t at = 4; at < hn::Lanes(d); at += 4) total = hn::Add(total, hn::Load(four, all + at));
  if (count >= 4) {
    hn::StoreU(hn::Add(hn::LoadU(four, to), total), four, to);
  } else {
    hn::Store(total, four, all);
    for (size_t k = 0; k < count; ++k) to[k] += all[k];
  }
}

// The gradients of C non-zeros of one row, over a chunk of steps: their sums stay in registers along steps and lanes.
template <size_t C>
HWY_INLINE void Columns(const uint32_t* HWY_RESTRICT column, size_t steps, size_t lanes, const float* HWY_RESTRICT g,
                        size_t g_step, const float* HWY_RESTRICT x, size_t x_step, float* HWY_RESTRICT gradient) {
  const Floats d;
  const size_t n = hn::Lanes(d);
  constexpr size_t kRounded = (C + 3) / 4 * 4;
  Vec sum[kRounded];
  const float* rows[C];
  HWY_UNROLL(kRounded)
  for (size_t c = 0; c < kRounded; ++c) sum[c] = hn::Zero(d);
  HWY_UNROLL(C)
  for (size_t c = 0; c < C; ++c) rows[c] = x + column[c] * lanes;
  for (size_t s = 0; s < steps; ++s) {
    for (size_t lane = 0; lane < lanes; lane += n) {
      const Vec above = hn::Load(d, g + s * g_step + lane);
      HWY_UNROLL(C)
      for (size_t c = 0; c < C; ++c) sum[c] = hn::MulAdd(above, hn::Load(d, rows[c] + s * x_step + lane), sum[c]);
    }
  }
  HWY_UNROLL(kRounded)
  for (size_t c = 0; c < kRounded; c += 4) {
    AddSums(sum[c], sum[c + 1], sum[c + 2], sum[c + 3], gradient + c, C - c);
  }
}

template <size_t C>
HWY_INLINE void ColumnsUpTo(size_t count, const uint32_t* column, size_t steps, size_t lanes, const float* g,
                            size_t g_step, const float* x, size_t x_step, float* gradient) {
  if constexpr (C > 1) {
    if (count < C) return ColumnsUpTo<C - 1>(count, column, steps, lanes, g, g_step, x, x_step, gradient);
  }
  Columns<C>(column, steps, lanes, g, g_step, x, x_step, gradient);
}

// Steps at once: x of so many should stay in the first-level cache while all rows pass over it.
size_t StepsAtOnce(size_t columns, size_t steps, size_t lanes) {
  constexpr size_t kFloats = 8 * 1024;
  const size_t fit = kFloats / (HWY_MAX(columns, size_t{1}) * lanes);
  return HWY_MAX(size_t{1}, HWY_MIN(steps, fit));
}

void SparseWeightGradient(esp_pattern pattern, size_t steps, size_t lanes, const float* g, const float* x,
                          size_t x_step, float* gradient) {
  constexpr size_t kColumns = 8;
  const size_t chunk = StepsAtOnce(pattern.columns, steps, lanes);
  const size_t g_step = pattern.rows * lanes;
  for (size_t begin = 0; begin < steps; begin += chunk) {
    const size_t count = HWY_MIN(chunk, steps - begin);
    for (size_t r = 0; r < pattern.rows; ++r) {
      const size_t i = pattern.order[r];
      const size_t end = pattern.row_start[i + 1];
      for (size_t p = pattern.row_start[i]; p < end; p += kColumns) {
        ColumnsUpTo<kColumns>(HWY_MIN(end - p, kColumns), pattern.column + p, count, lanes,
                              g + begin * g_step + i * lanes, g_step, x + begin * x_step, x_step, gradient + p);
      }
    }
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace espalier {
HWY_EXPORT(SparseProduct);
HWY_EXPORT(SparseWeightGradient);
}  // namespace espalier

extern "C" {

void esp_sparse_product(esp_pattern pattern, const float* value, const float* bias, size_t steps, size_t lanes,
                        const float* x, size_t x_step, float* out, size_t out_step, bool accumulate) {
  HWY_DYNAMIC_DISPATCH(espalier::SparseProduct)
  (pattern, value, bias, steps, lanes, x, x_step, out, out_step, accumulate);
}

void esp_sparse_weight_gradient(esp_pattern pattern, size_t steps, size_t lanes, const float* g, const float* x,
                                size_t x_step, float* gradient, float* bias_gradient) {
  HWY_DYNAMIC_DISPATCH(espalier::SparseWeightGradient)(pattern, steps, lanes, g, x, x_step, gradient);
  if (bias_gradient != nullptr) esp_bias_gradient(pattern.rows, steps, lanes, g, bias_gradient);
}

}  // extern "C"
#endif  // HWY_ONCE
