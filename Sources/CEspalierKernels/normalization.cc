#include "normalization.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "normalization.cc"
#include "simd.h"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "masks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Vec = hn::Vec<Floats>;

constexpr float kEpsilon = 1e-5f;

void LayerNorm(size_t steps, size_t features, size_t lanes, const float* x, const float* y, const uint16_t* mask,
               float scale, const float* gain, const float* bias, float* sum, float* mean, float* inverse,
               float* out) {
  const Floats d;
  const size_t n = hn::Lanes(d);
  const Vec factor = hn::Set(d, scale), share = hn::Set(d, 1.0f / static_cast<float>(features));
  for (size_t s = 0; s < steps; ++s) {
    for (size_t lane = 0; lane < lanes; lane += n) {
      Vec total = hn::Zero(d);
      const float* from = x + s * features * lanes + lane;
      if (y != nullptr) {
        const float* added = y + s * features * lanes + lane;
        float* to = sum + s * features * lanes + lane;
        for (size_t f = 0; f < features; ++f) {
          Vec part = hn::Load(d, added + f * lanes);
          if (mask != nullptr) {
            const uint16_t* bits = mask + (s * features + f) * (lanes / 16);
            part = hn::IfThenElseZero(MaskAt(d, bits, lane), hn::Mul(part, factor));
          }
          part = hn::Add(part, hn::Load(d, from + f * lanes));
          hn::Store(part, d, to + f * lanes);
          total = hn::Add(total, part);
        }
        from = to;
      } else {
        for (size_t f = 0; f < features; ++f) total = hn::Add(total, hn::Load(d, from + f * lanes));
      }
      const Vec center = hn::Mul(total, share);
      Vec squares = hn::Zero(d);
      for (size_t f = 0; f < features; ++f) {
        const Vec off = hn::Sub(hn::Load(d, from + f * lanes), center);
        squares = hn::MulAdd(off, off, squares);
      }
      const Vec rate =
          hn::Div(hn::Set(d, 1.0f), hn::Sqrt(hn::MulAdd(squares, share, hn::Set(d, kEpsilon))));
      hn::Store(center, d, mean + s * lanes + lane);
      hn::Store(rate, d, inverse + s * lanes + lane);
      float* result = out + s * features * lanes + lane;
      for (size_t f = 0; f < features; ++f) {
        const Vec normal = hn::Mul(hn::Sub(hn::Load(d, from + f * lanes), center), rate);
        hn::Store(hn::MulAdd(normal, hn::Set(d, gain[f]), hn::Set(d, bias[f])), d, result + f * lanes);
      }
    }
  }
}

HWY_INLINE void AddTo(esp_gradient_target target, size_t at, Vec value) {
  const Floats d;
  float* to = target.gradient + at;
  hn::Store(target.accumulate ? hn::Add(value, hn::Load(d, to)) : value, d, to);
}

void LayerNormBackward(size_t steps, size_t features, size_t lanes, const float* sum, const float* mean,
                       const float* inverse, const float* gain, const float* g, esp_gradient_target dx,
                       esp_gradient_target dy, const uint16_t* mask, float scale, float* gain_gradient,
                       float* bias_gradient, float* scratch) {
  const Floats d;
  const size_t n = hn::Lanes(d);
  const Vec factor = hn::Set(d, scale);
  const Vec share = hn::Set(d, 1.0f / static_cast<float>(features));
  float* gains = scratch;
  float* biases = scratch + 16 * features;
  for (size_t at = 0; at < 32 * features; ++at) scratch[at] = 0.0f;
  for (size_t s = 0; s < steps; ++s) {
    for (size_t lane = 0; lane < lanes; lane += n) {
      const size_t begin = s * features * lanes + lane;
      const Vec center = hn::Load(d, mean + s * lanes + lane), rate = hn::Load(d, inverse + s * lanes + lane);
      Vec along = hn::Zero(d), total = hn::Zero(d);
      for (size_t f = 0; f < features; ++f) {
        const Vec normal = hn::Mul(hn::Sub(hn::Load(d, sum + begin + f * lanes), center), rate);
        const Vec above = hn::Load(d, g + begin + f * lanes);
        hn::Store(hn::MulAdd(above, normal, hn::Load(d, gains + 16 * f)), d, gains + 16 * f);
        hn::Store(hn::Add(above, hn::Load(d, biases + 16 * f)), d, biases + 16 * f);
        const Vec scaled = hn::Mul(above, hn::Set(d, gain[f]));
        total = hn::Add(total, scaled);
        along = hn::MulAdd(scaled, normal, along);
      }
      total = hn::Mul(total, share);
      along = hn::Mul(along, share);
      for (size_t f = 0; f < features; ++f) {
        const Vec normal = hn::Mul(hn::Sub(hn::Load(d, sum + begin + f * lanes), center), rate);
        const Vec scaled = hn::Mul(hn::Load(d, g + begin + f * lanes), hn::Set(d, gain[f]));
        const Vec value = hn::Mul(hn::Sub(hn::NegMulAdd(normal, along, scaled), total), rate);
        const size_t at = begin + f * lanes;
        if (dx.gradient != nullptr) AddTo(dx, at, value);
        if (dy.gradient == nullptr) continue;
        if (mask == nullptr) {
          AddTo(dy, at, value);
        } else {
          const uint16_t* bits = mask + (s * features + f) * (lanes / 16);
          AddTo(dy, at, hn::IfThenElseZero(MaskAt(d, bits, lane), hn::Mul(value, factor)));
        }
      }
    }
  }
  for (size_t f = 0; f < features; ++f) {
    gain_gradient[f] += hn::GetLane(hn::SumOfLanes(d, hn::Load(d, gains + 16 * f)));
    bias_gradient[f] += hn::GetLane(hn::SumOfLanes(d, hn::Load(d, biases + 16 * f)));
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace espalier {
HWY_EXPORT(LayerNorm);
HWY_EXPORT(LayerNormBackward);
}  // namespace espalier

extern "C" {

void esp_layer_norm(size_t steps, size_t features, size_t lanes, const float* x, const float* y, const uint16_t* mask,
                    float scale, const float* gain, const float* bias, float* sum, float* mean, float* inverse,
                    float* out) {
  HWY_DYNAMIC_DISPATCH(espalier::LayerNorm)
  (steps, features, lanes, x, y, mask, scale, gain, bias, sum, mean, inverse, out);
}

void esp_layer_norm_backward(size_t steps, size_t features, size_t lanes, const float* sum, const float* mean,
                             const float* inverse, const float* gain, const float* g, esp_gradient_target dx,
                             esp_gradient_target dy, const uint16_t* mask, float scale, float* gain_gradient,
                             float* bias_gradient, float* scratch) {
  HWY_DYNAMIC_DISPATCH(espalier::LayerNormBackward)
  (steps, features, lanes, sum, mean, inverse, gain, g, dx, dy, mask, scale, gain_gradient, bias_gradient, scratch);
}

}  // extern "C"
#endif  // HWY_ONCE
