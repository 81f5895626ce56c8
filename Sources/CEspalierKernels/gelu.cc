#include "elementwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gelu.cc"
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

// x P(t) with t = scale * x^2 - 1, for |x| up to the bound where t is 1; beyond it x stands still, NaN passes through.
// `coefficient` has the highest power first. A division costs more than the terms that a rational function would save.
template <size_t N>
HWY_INLINE Vec OddPolynomial(Vec x, float bound, const float (&coefficient)[N]) {
  const Floats d;
  const Vec bounded = hn::Max(hn::Set(d, -bound), hn::Min(hn::Set(d, bound), x));
  const Vec t = hn::MulSub(hn::Mul(bounded, bounded), hn::Set(d, 2.0f / (bound * bound)), hn::Set(d, 1.0f));
  Vec p = hn::Set(d, coefficient[0]);
  HWY_UNROLL(N)
  for (size_t i = 1; i < N; ++i) p = hn::MulAdd(p, t, hn::Set(d, coefficient[i]));
  return hn::Mul(bounded, p);
}

// Phi(x) - 1/2. The coefficients minimize the largest absolute error (1.3e-8 in exact arithmetic, 1.2e-7 in 32 bits).
constexpr float kPhi[] = {
    0.0002023936977f, -0.0005622919416f, 0.0006007469492f, -0.0009785109432f, 0.002662459156f,
    -0.00506737316f,  0.008010079153f,   -0.01235335693f,  0.01813392527f,    -0.02476345003f,
    0.03196232393f,   -0.03992539644f,   0.0500261113f,    -0.06774380803f,   0.1359499842f};
constexpr float kPhiBound = 5.2f;

// The derivative of x Phi(x), less 1/2: Phi(x) - 1/2 + x phi(x). Largest absolute error 8.9e-8, 2.8e-7 in 32 bits.
constexpr float kSlope[] = {
    0.004457493778f, -0.01094435342f, 0.004550082609f, -0.0009592254646f, 0.02419240214f, -0.0453729704f,
    0.04591990262f,  -0.05222844705f, 0.06737899035f,  -0.0730830133f,    0.06872368604f, -0.06109899282f,
    0.05327432975f,  -0.04846972227f, 0.05013947934f,  -0.06292559952f,   0.1241653115f};
constexpr float kSlopeBound = 5.7f;

void Gelu(size_t rows, size_t lanes, const uint16_t* mask, float scale, const float* x, float* out) {
  const Floats d;
  const Vec half = hn::Set(d, 0.5f), factor = hn::Set(d, scale), lowest = hn::Set(d, -kPhiBound);
  for (size_t row = 0; row < rows; ++row) {
    for (size_t lane = 0; lane < lanes; lane += hn::Lanes(d)) {
      const size_t at = row * lanes + lane;
      const Vec value = hn::Load(d, x + at);
      const Vec share = hn::Add(half, OddPolynomial(value, kPhiBound, kPhi));
      // What is left of the share far below 0 is rounding, which a large number would make something of.
      Vec result = hn::IfThenZeroElse(hn::Lt(value, lowest), hn::Mul(value, share));
      if (mask != nullptr) {
        result = hn::IfThenElseZero(MaskAt(d, mask + row * (lanes / 16), lane), hn::Mul(result, factor));
      }
      hn::Store(result, d, out + at);
    }
  }
}

void GeluBackward(size_t rows, size_t lanes, const uint16_t* mask, float scale, const float* x, const float* g,
                  float* dx) {
  const Floats d;
  const Vec half = hn::Set(d, 0.5f), factor = hn::Set(d, scale);
  for (size_t row = 0; row < rows; ++row) {
    for (size_t lane = 0; lane < lanes; lane += hn::Lanes(d)) {
      const size_t at = row * lanes + lane;
      const Vec slope = hn::Add(half, OddPolynomial(hn::Load(d, x + at), kSlopeBound, kSlope));
      Vec result = hn::Mul(slope, hn::Load(d, g + at));
      if (mask != nullptr) {
        result = hn::IfThenElseZero(MaskAt(d, mask + row * (lanes / 16), lane), hn::Mul(result, factor));
      }
      hn::Store(result, d, dx + at);
    }
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace espalier {
HWY_EXPORT(Gelu);
HWY_EXPORT(GeluBackward);
}  // namespace espalier

extern "C" {

void esp_gelu(size_t rows, size_t lanes, const uint16_t* mask, float scale, const float* x, float* out) {
  HWY_DYNAMIC_DISPATCH(espalier::Gelu)(rows, lanes, mask, scale, x, out);
}

void esp_gelu_backward(size_t rows, size_t lanes, const uint16_t* mask, float scale, const float* x, const float* g,
                       float* dx) {
  HWY_DYNAMIC_DISPATCH(espalier::GeluBackward)(rows, lanes, mask, scale, x, g, dx);
}

}  // extern "C"
#endif  // HWY_ONCE
