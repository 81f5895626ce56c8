#include "attention.h"

#include <math.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "residual_attention.cc"
#include "simd.h"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
#include "lane_matrices-inl.h"

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// Rows of scores that are computed at once: they stay in the first-level cache until they have been used up.
constexpr size_t kScoreRows = 4;

// exp(x) for x <= 0 within 2e-7 of its size, and next to nothing below -87; NaN passes through. A polynomial of degree 5 on
// half a power of two to either side, whose coefficients minimize the largest relative error (7.5e-8 in exact arithmetic).
HWY_INLINE Vec Exponential(Vec x) {
  const Floats d;
  const hn::RebindToSigned<Floats> di;
  const Vec bounded = hn::Max(hn::Set(d, -87.0f), x);
  // A number this large has no room for a fraction: the sum's last bits are the nearest whole number.
  const Vec large = hn::Set(d, 12582912.0f);
  const Vec sum = hn::MulAdd(bounded, hn::Set(d, 1.44269504f), large);
  const Vec power = hn::Sub(sum, large);
  // ln 2 in two parts, so that the product with a whole number is exact.
  Vec rest = hn::NegMulAdd(power, hn::Set(d, 0.693359375f), bounded);
  rest = hn::NegMulAdd(power, hn::Set(d, -2.12194440e-4f), rest);
  Vec p = hn::Set(d, 0.008297648281f);
  p = hn::MulAdd(p, rest, hn::Set(d, 0.04191543162f));
  p = hn::MulAdd(p, rest, hn::Set(d, 0.1666757464f));
  p = hn::MulAdd(p, rest, hn::Set(d, 0.4999889433f));
  p = hn::MulAdd(p, rest, hn::Set(d, 0.999999702f));
  p = hn::MulAdd(p, rest, hn::Set(d, 1.000000119f));
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), hn::ShiftLeft<23>(hn::BitCast(di, sum))));
}

// One head of one group of lanes, copied together as (patches, blocks * depth) vectors, because lines that lie a whole patch
// apart would push each other out of the cache. The blocks of a patch stand side by side: sums over them are one product.
struct Head {
  const esp_lane_attention& shape;
  size_t begin;

  void Pack(const float* from, float* to, size_t width) const {
    const Floats d;
    const size_t n = hn::Lanes(d);
    for (size_t patch = 0; patch < shape.patches; ++patch) {
      const float* source = from + begin + patch * shape.patch_stride;
      for (size_t row = 0; row < shape.depth; ++row) {
        hn::Store(hn::Load(d, source + row * shape.row_stride), d, to + (patch * width + row) * n);
      }
    }
  }

  void Unpack(const float* from, float* to, size_t width, bool accumulate) const {
    const Floats d;
    const size_t n = hn::Lanes(d);
    for (size_t patch = 0; patch < shape.patches; ++patch) {
      float* target = to + begin + patch * shape.patch_stride;
      for (size_t row = 0; row < shape.depth; ++row) {
        const Vec value = hn::Load(d, from + (patch * width + row) * n);
        float* at = target + row * shape.row_stride;
        hn::Store(accumulate ? hn::Add(value, hn::Load(d, at)) : value, d, at);
      }
    }
  }
};

// The rows of a packed matrix of `width` vectors a patch.
HWY_INLINE ConstLanes Rows(const float* packed, size_t row, size_t width) {
  const size_t n = hn::Lanes(Floats());
  return ConstLanes(packed + row * width * n, width * n, n);
}

// Runs body(head, first of its log sums) for every head of every group of lanes.
template <class Body>
HWY_INLINE void ForEachHead(const esp_lane_attention& shape, const Body& body) {
  const size_t n = hn::Lanes(Floats());
  for (size_t tile = 0; tile < shape.tiles; ++tile) {
    for (size_t head = 0; head < shape.heads; ++head) {
      for (size_t lane = 0; lane < shape.lanes; lane += n) {
        const size_t begin = tile * shape.tile_stride + head * shape.depth * shape.row_stride + lane;
        body(Head{shape, begin},
             (tile * shape.heads + head) * shape.patches * shape.lanes + lane);
      }
    }
  }
}

void ResidualAttention(esp_lane_attention shape, size_t blocks, const float* const* q, const float* const* k,
                       const float* v, float* log_sums, float* out, float* scratch) {
  const Floats d;
  const size_t n = hn::Lanes(d), patches = shape.patches, depth = shape.depth, width = blocks * depth;
  const float temperature = 1.0f / sqrtf(static_cast<float>(depth));
  const Vec factor = hn::Set(d, temperature);
  ForEachHead(shape, [&](const Head& head, size_t sums) HWY_ATTR {
    float* const queries = scratch;
    float* const keys = queries + patches * width * n;
    float* const values = keys + patches * width * n;
    float* const scores = values + patches * depth * n;
    for (size_t b = 0; b < blocks; ++b) {
      head.Pack(q[b], queries + b * depth * n, width);
      head.Pack(k[b], keys + b * depth * n, width);
    }
    head.Pack(v, values, depth);
    for (size_t row = 0; row < patches; row += kScoreRows) {
      const size_t rows = HWY_MIN(kScoreRows, patches - row);
      MultiplyLanes<false>(rows, patches, width, Rows(queries, row, width), Rows(keys, 0, width).Transposed(),
                           Lanes{scores, patches * n, n});
      float* const result = out + head.begin + row * shape.patch_stride;
      Vec share[kScoreRows];
      for (size_t r = 0; r < rows; ++r) {
        float* const line = scores + r * patches * n;
        Vec largest = hn::Load(d, line);
        for (size_t j = 1; j < patches; ++j) largest = hn::Max(largest, hn::Load(d, line + j * n));
        Vec total = hn::Zero(d);
        for (size_t j = 0; j < patches; ++j) {
          const Vec value = Exponential(hn::Mul(hn::Sub(hn::Load(d, line + j * n), largest), factor));
          hn::Store(value, d, line + j * n);
          total = hn::Add(total, value);
        }
        share[r] = hn::Div(hn::Set(d, 1.0f), total);
        if (log_sums != nullptr) {
          hn::Store(hn::MulAdd(largest, factor, hn::Log(d, total)), d, log_sums + sums + (row + r) * shape.lanes);
        }
      }
      MultiplyLanes<false>(rows, depth, patches, ConstLanes(scores, patches * n, n), Rows(values, 0, depth),
                           Lanes{result, shape.patch_stride, shape.row_stride});
      for (size_t r = 0; r < rows; ++r) {
        for (size_t c = 0; c < depth; ++c) {
          float* const at = result + r * shape.patch_stride + c * shape.row_stride;
          hn::Store(hn::Mul(hn::Load(d, at), share[r]), d, at);
        }
      }
    }
  });
}

// Turns scores into probabilities and `slopes`, the gradients of those, into the gradients of q . k.
HWY_INLINE void SoftmaxBackwardRow(size_t count, float temperature, Vec log_sum, float* scores, float* slopes) {
  const Floats d;
  const size_t n = hn::Lanes(d);
  const Vec factor = hn::Set(d, temperature);
  Vec along = hn::Zero(d);
  for (size_t j = 0; j < count; ++j) {
    const Vec value = Exponential(hn::MulSub(hn::Load(d, scores + j * n), factor, log_sum));
    hn::Store(value, d, scores + j * n);
    along = hn::MulAdd(value, hn::Load(d, slopes + j * n), along);
  }
  for (size_t j = 0; j < count; ++j) {
    const Vec off = hn::Mul(hn::Sub(hn::Load(d, slopes + j * n), along), factor);
    hn::Store(hn::Mul(off, hn::Load(d, scores + j * n)), d, slopes + j * n);
  }
}

void ResidualAttentionBackward(esp_lane_attention shape, size_t blocks, const float* const* q, const float* const* k,
                               const float* v, const float* log_sums, const float* g, esp_attention_gradients into,
                               float* scratch) {
  const Floats d;
  const size_t n = hn::Lanes(d), patches = shape.patches, depth = shape.depth, width = blocks * depth;
  const float temperature = 1.0f / sqrtf(static_cast<float>(depth));
  ForEachHead(shape, [&](const Head& head, size_t sums) HWY_ATTR {
    const size_t wide = patches * width * n, narrow = patches * depth * n;
    float* const queries = scratch;
    float* const keys = queries + wide;
    float* const query_slopes = keys + wide;
    float* const key_slopes = query_slopes + wide;
    float* const values = key_slopes + wide;
    float* const value_slopes = values + narrow;
    float* const above = value_slopes + narrow;
    float* const scores = above + narrow;
    float* const slopes = scores + kScoreRows * patches * n;
    for (size_t b = 0; b < blocks; ++b) {
      head.Pack(q[b], queries + b * depth * n, width);
      head.Pack(k[b], keys + b * depth * n, width);
    }
    head.Pack(v, values, depth);
    head.Pack(g, above, depth);
    for (size_t at = 0; at < wide; at += n) hn::Store(hn::Zero(d), d, key_slopes + at);
    for (size_t at = 0; at < narrow; at += n) hn::Store(hn::Zero(d), d, value_slopes + at);
    const ConstLanes probability(scores, patches * n, n), slope(slopes, patches * n, n);
    for (size_t row = 0; row < patches; row += kScoreRows) {
      const size_t rows = HWY_MIN(kScoreRows, patches - row);
      MultiplyLanes<false>(rows, patches, width, Rows(queries, row, width), Rows(keys, 0, width).Transposed(),
                           Lanes{scores, patches * n, n});
      MultiplyLanes<false>(rows, patches, depth, Rows(above, row, depth), Rows(values, 0, depth).Transposed(),
                           Lanes{slopes, patches * n, n});
      for (size_t r = 0; r < rows; ++r) {
        SoftmaxBackwardRow(patches, temperature, hn::Load(d, log_sums + sums + (row + r) * shape.lanes),
                           scores + r * patches * n, slopes + r * patches * n);
      }
      MultiplyLanes<true>(patches, depth, rows, probability.Transposed(), Rows(above, row, depth),
                          Lanes{value_slopes, depth * n, n});
      MultiplyLanes<false>(rows, width, patches, slope, Rows(keys, 0, width),
                           Lanes{query_slopes + row * width * n, width * n, n});
      MultiplyLanes<true>(patches, width, rows, slope.Transposed(), Rows(queries, row, width),
                          Lanes{key_slopes, width * n, n});
    }
    for (size_t b = 0; b < blocks; ++b) {
      head.Unpack(query_slopes + b * depth * n, into.q[b], width, into.adds_q[b]);
      head.Unpack(key_slopes + b * depth * n, into.k[b], width, into.adds_k[b]);
    }
    head.Unpack(value_slopes, into.v, depth, into.adds_v);
  });
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace espalier {
HWY_EXPORT(ResidualAttention);
HWY_EXPORT(ResidualAttentionBackward);
}  // namespace espalier

extern "C" {

size_t esp_residual_attention_scratch(esp_lane_attention shape, size_t blocks, bool backward) {
  const size_t head = shape.patches * shape.depth * 16, rows = 4 * shape.patches * 16;
  return backward ? (4 * blocks + 3) * head + 2 * rows : (2 * blocks + 1) * head + rows;
}

void esp_residual_attention(esp_lane_attention shape, size_t blocks, const float* const* q, const float* const* k,
                            const float* v, float* log_sums, float* out, float* scratch) {
  HWY_DYNAMIC_DISPATCH(espalier::ResidualAttention)(shape, blocks, q, k, v, log_sums, out, scratch);
}

void esp_residual_attention_backward(esp_lane_attention shape, size_t blocks, const float* const* q,
                                     const float* const* k, const float* v, const float* log_sums, const float* g,
                                     esp_attention_gradients into, float* scratch) {
  HWY_DYNAMIC_DISPATCH(espalier::ResidualAttentionBackward)(shape, blocks, q, k, v, log_sums, g, into, scratch);
}

}  // extern "C"
#endif  // HWY_ONCE
