#include "attention.h"

#include <math.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "attention.cc"
#include "simd.h"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
#include "lane_matrices-inl.h"
#include "masks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// exp(x) for x <= 0; NaN passes through.
HWY_INLINE Vec Exponential(Vec x) { return hn::Exp(Floats(), x); }

// row := softmax(scale * row), over `count` vectors that are `stride` floats apart.
HWY_INLINE void SoftmaxRow(size_t count, size_t stride, float scale, float* row) {
  const Floats d;
  const Vec factor = hn::Set(d, scale);
  Vec largest = hn::Load(d, row);
  for (size_t j = 1; j < count; ++j) largest = hn::Max(largest, hn::Load(d, row + j * stride));
  Vec total = hn::Zero(d);
  for (size_t j = 0; j < count; ++j) {
    const Vec value = Exponential(hn::Mul(hn::Sub(hn::Load(d, row + j * stride), largest), factor));
    hn::Store(value, d, row + j * stride);
    total = hn::Add(total, value);
  }
  const Vec share = hn::Div(hn::Set(d, 1.0f), total);
  for (size_t j = 0; j < count; ++j) {
    hn::Store(hn::Mul(hn::Load(d, row + j * stride), share), d, row + j * stride);
  }
}

// to (count vectors, 16 floats apart) = dropout of the probabilities of one head and lane group.
HWY_INLINE void Drop(size_t count, size_t lanes, size_t lane, const uint16_t* mask, float scale, const float* from,
                     size_t from_stride, float* to) {
  const Floats d;
  const Vec factor = hn::Set(d, scale);
  for (size_t at = 0; at < count; ++at) {
    const Vec value = hn::Mul(hn::Load(d, from + at * from_stride), factor);
    hn::Store(hn::IfThenElseZero(MaskAt(d, mask + at * (lanes / 16), lane), value), d, to + at * 16);
  }
}

void Attention(esp_attention_shape shape, const float* q, const float* k, const float* v, const uint16_t* mask,
               float scale, float* probabilities, float* out, float* scratch) {
  const size_t n = hn::Lanes(Floats());
  const size_t patches = shape.patches, lanes = shape.lanes, depth = shape.width / shape.heads;
  const size_t patch = shape.width * lanes;
  const float temperature = 1.0f / sqrtf(static_cast<float>(depth));
  for (size_t head = 0; head < shape.heads; ++head) {
    float* const scores = probabilities + head * patches * patches * lanes;
    const uint16_t* bits = mask == nullptr ? nullptr : mask + head * patches * patches * (lanes / 16);
    for (size_t lane = 0; lane < lanes; lane += n) {
      const size_t begin = head * depth * lanes + lane;
      const ConstLanes queries(q + begin, patch, lanes), keys(k + begin, patch, lanes), values(v + begin, patch, lanes);
      const Lanes score{scores + lane, patches * lanes, lanes};
      MultiplyLanes(patches, patches, depth, queries, keys.Transposed(), score);
      for (size_t row = 0; row < patches; ++row) {
        SoftmaxRow(patches, lanes, temperature, score.at + row * score.row_stride);
      }
      ConstLanes weights(score);
      if (bits != nullptr) {
        Drop(patches * patches, lanes, lane, bits, scale, scores + lane, lanes, scratch);
        weights = ConstLanes(scratch, patches * 16, 16);
      }
      MultiplyLanes(patches, depth, patches, weights, values, Lanes{out + begin, patch, lanes});
    }
  }
}

void TokenAttention(esp_attention_shape shape, const float* q, const float* k, const float* v, float* out,
                    float* scratch) {
  const size_t n = hn::Lanes(Floats());
  const size_t patches = shape.patches, lanes = shape.lanes, depth = shape.width / shape.heads;
  const size_t row = patches * lanes;
  const float temperature = 1.0f / sqrtf(static_cast<float>(depth));
  const Lanes score{scratch, patches * 16, 16};
  for (size_t head = 0; head < shape.heads; ++head) {
    for (size_t lane = 0; lane < lanes; lane += n) {
      const size_t begin = head * depth * row + lane;
      const ConstLanes queries(q + begin, lanes, row), keys(k + begin, lanes, row), values(v + begin, lanes, row);
      MultiplyLanes(patches, patches, depth, queries, keys.Transposed(), score);
      for (size_t at = 0; at < patches; ++at) SoftmaxRow(patches, 16, temperature, scratch + at * score.row_stride);
      MultiplyLanes(patches, depth, patches, score, values, Lanes{out + begin, lanes, row});
    }
  }
}

// dscores := the gradient of the scores before the softmax, times the temperature, from that of the probabilities.
HWY_INLINE void SoftmaxBackwardRow(size_t count, size_t stride, float temperature, const float* row, float* gradient) {
  const Floats d;
  Vec along = hn::Zero(d);
  for (size_t j = 0; j < count; ++j) {
    along = hn::MulAdd(hn::Load(d, row + j * stride), hn::Load(d, gradient + j * 16), along);
  }
  const Vec factor = hn::Set(d, temperature);
  for (size_t j = 0; j < count; ++j) {
    const Vec off = hn::Sub(hn::Load(d, gradient + j * 16), along);
    hn::Store(hn::Mul(hn::Mul(off, hn::Load(d, row + j * stride)), factor), d, gradient + j * 16);
  }
}

void AttentionBackward(esp_attention_shape shape, const float* q, const float* k, const float* v, const uint16_t* mask,
                       float scale, const float* probabilities, const float* g, float* dq, float* dk, float* dv,
                       float* scratch) {
  const Floats d;
  const size_t n = hn::Lanes(d);
  const size_t patches = shape.patches, lanes = shape.lanes, depth = shape.width / shape.heads;
  const size_t patch = shape.width * lanes;
  const float temperature = 1.0f / sqrtf(static_cast<float>(depth));
  const Vec factor = hn::Set(d, scale);
  float* dscores = scratch;
  float* dropped = scratch + patches * patches * 16;
  const Lanes dscore{dscores, patches * 16, 16};
  for (size_t head = 0; head < shape.heads; ++head) {
    const float* const head_scores = probabilities + head * patches * patches * lanes;
    const uint16_t* bits = mask == nullptr ? nullptr : mask + head * patches * patches * (lanes / 16);
    for (size_t lane = 0; lane < lanes; lane += n) {
      const size_t begin = head * depth * lanes + lane;
      const ConstLanes queries(q + begin, patch, lanes), keys(k + begin, patch, lanes), values(v + begin, patch, lanes);
      const ConstLanes above(g + begin, patch, lanes);
      ConstLanes weights(head_scores + lane, patches * lanes, lanes);
      if (bits != nullptr) {
        Drop(patches * patches, lanes, lane, bits, scale, head_scores + lane, lanes, dropped);
        weights = ConstLanes(dropped, patches * 16, 16);
      }
      MultiplyLanes(patches, depth, patches, weights.Transposed(), above, Lanes{dv + begin, patch, lanes});
      MultiplyLanes(patches, patches, depth, above, values.Transposed(), dscore);
      if (bits != nullptr) {
        for (size_t at = 0; at < patches * patches; ++at) {
          const Vec value = hn::Mul(hn::Load(d, dscores + at * 16), factor);
          hn::Store(hn::IfThenElseZero(MaskAt(d, bits + at * (lanes / 16), lane), value), d, dscores + at * 16);
        }
      }
      for (size_t row = 0; row < patches; ++row) {
        SoftmaxBackwardRow(patches, lanes, temperature, head_scores + row * patches * lanes + lane,
                           dscores + row * patches * 16);
      }
      MultiplyLanes(patches, depth, patches, ConstLanes(dscore), keys, Lanes{dq + begin, patch, lanes});
      MultiplyLanes(patches, depth, patches, ConstLanes(dscore).Transposed(), queries, Lanes{dk + begin, patch, lanes});
    }
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace espalier {
HWY_EXPORT(Attention);
HWY_EXPORT(TokenAttention);
HWY_EXPORT(AttentionBackward);
}  // namespace espalier

extern "C" {

size_t esp_attention_scratch(esp_attention_shape shape) { return 2 * shape.patches * shape.patches * 16; }

void esp_attention(esp_attention_shape shape, const float* q, const float* k, const float* v, const uint16_t* mask,
                   float scale, float* probabilities, float* out, float* scratch) {
  HWY_DYNAMIC_DISPATCH(espalier::Attention)(shape, q, k, v, mask, scale, probabilities, out, scratch);
}

void esp_token_attention(esp_attention_shape shape, const float* q, const float* k, const float* v, float* out,
                         float* scratch) {
  HWY_DYNAMIC_DISPATCH(espalier::TokenAttention)(shape, q, k, v, out, scratch);
}

void esp_attention_backward(esp_attention_shape shape, const float* q, const float* k, const float* v,
                            const uint16_t* mask, float scale, const float* probabilities, const float* g, float* dq,
                            float* dk, float* dv, float* scratch) {
  HWY_DYNAMIC_DISPATCH(espalier::AttentionBackward)
  (shape, q, k, v, mask, scale, probabilities, g, dq, dk, dv, scratch);
}

}  // extern "C"
#endif  // HWY_ONCE
