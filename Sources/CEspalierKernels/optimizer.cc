#include "optimizer.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "optimizer.cc"
#include "simd.h"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "byte_mask-inl.h"

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {  // other files have functions of the same name

template <bool kMasked, class D, class V = hn::Vec<D>>
HWY_INLINE void StoreKept(D d, V v, const uint8_t* mask, float* to) {
  if constexpr (kMasked) v = hn::IfThenElseZero(LoadByteMask(d, mask), v);
  hn::StoreU(v, d, to);
}

template <bool kMasked, class D>
HWY_INLINE void AdamVector(D d, const esp_adam& s, const float* gradient, const uint8_t* mask, float* value,
                           float* first, float* second) {
  const auto w = hn::Mul(hn::LoadU(d, value), hn::Set(d, s.shrink));
  const auto g = hn::MulAdd(hn::Set(d, s.weight_decay), w, hn::LoadU(d, gradient));
  const auto m0 = hn::LoadU(d, first);
  const auto m = hn::MulAdd(hn::Set(d, s.beta1_complement), hn::Sub(g, m0), m0);
  const auto v = hn::MulAdd(hn::Mul(g, g), hn::Set(d, s.beta2_complement),
                            hn::Mul(hn::LoadU(d, second), hn::Set(d, s.beta2)));
  const auto denominator = hn::MulAdd(hn::Sqrt(v), hn::Set(d, s.correction2), hn::Set(d, s.epsilon));
  const auto next = hn::NegMulAdd(hn::Set(d, s.step_size), hn::Div(m, denominator), w);
  StoreKept<kMasked>(d, next, mask, value);
  StoreKept<kMasked>(d, m, mask, first);
  StoreKept<kMasked>(d, v, mask, second);
}

void AdamStep(size_t count, const esp_adam& s, const float* gradient, const uint8_t* mask, float* value, float* first,
              float* second) {
  if (mask) {
    ForEachVector<float>(count, [&](auto d, size_t i) HWY_ATTR {
      AdamVector<true>(d, s, gradient + i, mask + i, value + i, first + i, second + i);
    });
  } else {
    ForEachVector<float>(count, [&](auto d, size_t i) HWY_ATTR {
      AdamVector<false>(d, s, gradient + i, nullptr, value + i, first + i, second + i);
    });
  }
}

template <bool kMasked>
HWY_INLINE void SgdLoop(size_t count, float rate, float momentum, float decay, bool nesterov, const float* gradient,
                        const uint8_t* mask, float* value, float* velocity) {
  ForEachVector<float>(count, [&](auto d, size_t i) HWY_ATTR {
    const uint8_t* kept = kMasked ? mask + i : nullptr;
    const auto w = hn::LoadU(d, value + i);
    const auto g = hn::MulAdd(hn::Set(d, decay), w, hn::LoadU(d, gradient + i));
    auto direction = g;
    if (velocity) {
      const auto speed = hn::MulAdd(hn::Set(d, momentum), hn::LoadU(d, velocity + i), g);
      direction = nesterov ? hn::MulAdd(hn::Set(d, momentum), speed, g) : speed;
      StoreKept<kMasked>(d, speed, kept, velocity + i);
    }
    StoreKept<kMasked>(d, hn::NegMulAdd(hn::Set(d, rate), direction, w), kept, value + i);
  });
}

void SgdStep(size_t count, float rate, float momentum, float decay, bool nesterov, const float* gradient,
             const uint8_t* mask, float* value, float* velocity) {
  if (mask) {
    SgdLoop<true>(count, rate, momentum, decay, nesterov, gradient, mask, value, velocity);
  } else {
    SgdLoop<false>(count, rate, momentum, decay, nesterov, gradient, nullptr, value, velocity);
  }
}

// Squares of floats are exact in double, so a fused and a separate addition round alike on every target.
template <bool kMasked>
HWY_INLINE double SquaredNormOf(size_t count, const float* x, const uint8_t* mask) {
  constexpr size_t kSums = 16;
  constexpr size_t kChunk = 1024;  // stays in the first-level cache while lane groups take turns
  const hn::CappedTag<double, kSums / 2> d;
  const hn::Rebind<float, decltype(d)> narrow;
  const size_t lanes = hn::Lanes(d);
  HWY_ALIGN double sums[kSums] = {};
  const auto load = [&](size_t i) HWY_ATTR {
    auto v = hn::LoadU(narrow, x + i);
    if constexpr (kMasked) v = hn::IfThenElseZero(LoadByteMask(narrow, mask + i), v);
    return hn::PromoteTo(d, v);
  };
  const size_t whole = count - count % kSums;
  for (size_t start = 0; start < whole; start += kChunk) {
    const size_t end = HWY_MIN(whole, start + kChunk);
    for (size_t group = 0; group < kSums; group += 2 * lanes) {
      auto a = hn::LoadU(d, sums + group);
      auto b = hn::LoadU(d, sums + group + lanes);
      for (size_t i = start + group; i < end; i += kSums) {
        const auto u = load(i);
        const auto v = load(i + lanes);
        a = hn::MulAdd(u, u, a);
        b = hn::MulAdd(v, v, b);
      }
      hn::StoreU(a, d, sums + group);
      hn::StoreU(b, d, sums + group + lanes);
    }
  }
  for (size_t i = whole; i < count; ++i) {
    const double v = !kMasked || mask[i] ? static_cast<double>(x[i]) : 0.0;
    sums[i % kSums] += v * v;
  }
  double total = 0;
  for (double sum : sums) total += sum;
  return total;
}

double SquaredNorm(size_t count, const float* x, const uint8_t* mask) {
  return mask ? SquaredNormOf<true>(count, x, mask) : SquaredNormOf<false>(count, x, nullptr);
}

void Scale(size_t count, float factor, float* x) {
  ForEachVector<float>(count, [&](auto d, size_t i) HWY_ATTR {
    hn::StoreU(hn::Mul(hn::LoadU(d, x + i), hn::Set(d, factor)), d, x + i);
  });
}

void ApplyMask(size_t count, const uint8_t* mask, float* x) {
  ForEachVector<float>(count, [&](auto d, size_t i) HWY_ATTR {
    StoreKept<true>(d, hn::LoadU(d, x + i), mask + i, x + i);
  });
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace espalier {
HWY_EXPORT(AdamStep);
HWY_EXPORT(SgdStep);
HWY_EXPORT(SquaredNorm);
HWY_EXPORT(Scale);
HWY_EXPORT(ApplyMask);
}  // namespace espalier

extern "C" {

void esp_adam_step(size_t count, const esp_adam* settings, const float* gradient, const uint8_t* mask, float* value,
                   float* first, float* second) {
  HWY_DYNAMIC_DISPATCH(espalier::AdamStep)(count, *settings, gradient, mask, value, first, second);
}

void esp_sgd_step(size_t count, float rate, float momentum, float weight_decay, bool nesterov, const float* gradient,
                  const uint8_t* mask, float* value, float* velocity) {
  HWY_DYNAMIC_DISPATCH(espalier::SgdStep)
  (count, rate, momentum, weight_decay, nesterov, gradient, mask, value, velocity);
}

double esp_squared_norm(size_t count, const float* gradient, const uint8_t* mask) {
  return HWY_DYNAMIC_DISPATCH(espalier::SquaredNorm)(count, gradient, mask);
}

void esp_scale(size_t count, float factor, float* x) { HWY_DYNAMIC_DISPATCH(espalier::Scale)(count, factor, x); }

void esp_apply_mask(size_t count, const uint8_t* mask, float* x) {
  HWY_DYNAMIC_DISPATCH(espalier::ApplyMask)(count, mask, x);
}

}  // extern "C"
#endif  // HWY_ONCE
