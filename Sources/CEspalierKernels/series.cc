#include "series.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "series.cc"
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

void MovingAverage(size_t steps, size_t rows, size_t lanes, size_t window, const float* HWY_RESTRICT x,
                   float* HWY_RESTRICT trend, float* HWY_RESTRICT rest) {
  const Floats d;
  const size_t block = rows * lanes, side = window / 2;
  const Vec share = hn::Set(d, 1.0f / static_cast<float>(window));
  for (size_t at = 0; at < block; at += hn::Lanes(d)) {
    const Vec first = hn::Load(d, x + at), last = hn::Load(d, x + (steps - 1) * block + at);
    // Every window is summed anew: a sum that moves on collects rounding.
    for (size_t s = 0; s < steps; ++s) {
      const size_t begin = s < side ? 0 : s - side, end = HWY_MIN(s + side, steps - 1);
      Vec sum = hn::Zero(d);
      for (size_t t = begin; t <= end; ++t) sum = hn::Add(sum, hn::Load(d, x + t * block + at));
      const size_t before = s < side ? side - s : 0, after = s + side - end;
      sum = hn::MulAdd(first, hn::Set(d, static_cast<float>(before)), sum);
      sum = hn::MulAdd(last, hn::Set(d, static_cast<float>(after)), sum);
      const Vec mean = hn::Mul(sum, share);
      hn::Store(mean, d, trend + s * block + at);
      hn::Store(hn::Sub(hn::Load(d, x + s * block + at), mean), d, rest + s * block + at);
    }
  }
}

void SubtractLast(size_t steps, size_t rows, size_t lanes, const float* x, float* out) {
  const Floats d;
  const size_t block = rows * lanes;
  for (size_t at = 0; at < block; at += hn::Lanes(d)) {
    const Vec last = hn::Load(d, x + (steps - 1) * block + at);
    for (size_t s = 0; s < steps; ++s) {
      hn::Store(hn::Sub(hn::Load(d, x + s * block + at), last), d, out + s * block + at);
    }
  }
}

void AddLevel(size_t rows, size_t lanes, const float* x, const float* level, float* out) {
  const Floats d;
  for (size_t row = 0; row < rows; ++row) {
    for (size_t lane = 0; lane < lanes; lane += hn::Lanes(d)) {
      const size_t at = row * lanes + lane;
      hn::Store(hn::Add(hn::Load(d, x + at), hn::Load(d, level + lane)), d, out + at);
    }
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace espalier {
HWY_EXPORT(MovingAverage);
HWY_EXPORT(SubtractLast);
HWY_EXPORT(AddLevel);
}  // namespace espalier

extern "C" {

void esp_moving_average(size_t steps, size_t rows, size_t lanes, size_t window, const float* x, float* trend,
                        float* rest) {
  HWY_DYNAMIC_DISPATCH(espalier::MovingAverage)(steps, rows, lanes, window, x, trend, rest);
}

void esp_subtract_last(size_t steps, size_t rows, size_t lanes, const float* x, float* out) {
  HWY_DYNAMIC_DISPATCH(espalier::SubtractLast)(steps, rows, lanes, x, out);
}

void esp_add_level(size_t rows, size_t lanes, const float* x, const float* level, float* out) {
  HWY_DYNAMIC_DISPATCH(espalier::AddLevel)(rows, lanes, x, level, out);
}

}  // extern "C"
#endif  // HWY_ONCE
