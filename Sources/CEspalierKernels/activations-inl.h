// Smooth activations on vectors. Included once a SIMD target, by files that define HWY_TARGET_INCLUDE.
#if defined(ESPALIER_ACTIVATIONS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ESPALIER_ACTIVATIONS_INL_H_
#undef ESPALIER_ACTIVATIONS_INL_H_
#else
#define ESPALIER_ACTIVATIONS_INL_H_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// tanh(x) = x P(x^2) / Q(x^2) on [-8, 8], beyond which it is 1 within 2.3e-7. The coefficients minimize the largest
// relative error in exact arithmetic (6.5e-9); in 32 bits the error stays below 4e-7.
template <class D, class V>
HWY_INLINE V Tanh(D d, V x) {
  // In this order of arguments NaN passes through on every target.
  const V bounded = hn::Max(hn::Set(d, -8.0f), hn::Min(hn::Set(d, 8.0f), x));
  const V t = hn::Mul(bounded, bounded);
  V p = hn::Set(d, 1.52303200692893e-08f);
  p = hn::MulAdd(p, t, hn::Set(d, 2.189459467051873e-05f));
  p = hn::MulAdd(p, t, hn::Set(d, 0.0035715940336918904f));
  p = hn::MulAdd(p, t, hn::Set(d, 0.13444494644506846f));
  p = hn::MulAdd(p, t, hn::Set(d, 0.9999999935713004f));
  V q = hn::Set(d, 8.522407681990508e-07f);
  q = hn::MulAdd(q, t, hn::Set(d, 0.0003411285428633987f));
  q = hn::MulAdd(q, t, hn::Set(d, 0.02616442783395705f));
  q = hn::MulAdd(q, t, hn::Set(d, 0.467778219639394f));
  q = hn::MulAdd(q, t, hn::Set(d, 1.0f));
  return hn::Div(hn::Mul(bounded, p), q);
}

// 1 / (1 + exp(-x)), as (1 + tanh(x / 2)) / 2.
template <class D, class V>
HWY_INLINE V Sigmoid(D d, V x) {
  const V half = hn::Set(d, 0.5f);
  return hn::MulAdd(half, Tanh(d, hn::Mul(half, x)), half);
}

}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#endif
