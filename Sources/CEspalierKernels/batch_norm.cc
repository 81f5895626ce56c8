#include "batch_norm.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "batch_norm.cc"
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

// Runs body(feature, index of its row, how many of its lanes are samples) for every row of a batch.
template <class Body>
HWY_INLINE void ForEachRow(const esp_batch& batch, const Body& body) {
  for (size_t tile = 0; tile < batch.tiles; ++tile) {
    const size_t first = tile * batch.lanes;
    const size_t valid = first >= batch.samples ? 0 : HWY_MIN(batch.lanes, batch.samples - first);
    for (size_t step = 0; step < batch.steps; ++step) {
      const size_t row = (tile * batch.steps + step) * batch.features;
      for (size_t f = 0; f < batch.features; ++f) body(f, row + f, valid);
    }
  }
}

// The value where the lane is a sample, 0 in the padding.
HWY_INLINE Vec IfSample(Vec value, size_t lane, size_t valid) {
  const Floats d;
  if (lane + hn::Lanes(d) <= valid) return value;
  return lane >= valid ? hn::Zero(d) : hn::IfThenElseZero(hn::FirstN(d, valid - lane), value);
}

HWY_INLINE Vec Masked(Vec value, const uint16_t* mask, size_t row, size_t lanes, size_t lane, Vec factor) {
  if (mask == nullptr) return value;
  return hn::IfThenElseZero(MaskAt(Floats(), mask + row * (lanes / 16), lane), hn::Mul(value, factor));
}

void BatchStatistics(esp_batch batch, const float* x, const float* y, const uint16_t* mask, float scale, float* sum,
                     float* mean, float* variance, double* totals) {
  const Floats d;
  const size_t n = hn::Lanes(d), lanes = batch.lanes;
  const Vec factor = hn::Set(d, scale);
  const double share = 1.0 / static_cast<double>(batch.steps * batch.samples);
  for (size_t f = 0; f < batch.features; ++f) totals[f] = 0.0;
  ForEachRow(batch, [&](size_t f, size_t row, size_t valid) HWY_ATTR {
    Vec total = hn::Zero(d);
    for (size_t lane = 0; lane < lanes; lane += n) {
      const size_t at = row * lanes + lane;
      Vec value = hn::Load(d, x + at);
      if (y != nullptr) {
        value = hn::Add(value, Masked(hn::Load(d, y + at), mask, row, lanes, lane, factor));
        hn::Store(value, d, sum + at);
      }
      total = hn::Add(total, IfSample(value, lane, valid));
    }
    totals[f] += hn::GetLane(hn::SumOfLanes(d, total));
  });
  for (size_t f = 0; f < batch.features; ++f) {
    mean[f] = static_cast<float>(totals[f] * share);
    totals[f] = 0.0;
  }
  const float* from = y != nullptr ? sum : x;
  ForEachRow(batch, [&](size_t f, size_t row, size_t valid) HWY_ATTR {
    const Vec center = hn::Set(d, mean[f]);
    Vec total = hn::Zero(d);
    for (size_t lane = 0; lane < lanes; lane += n) {
      const Vec off = IfSample(hn::Sub(hn::Load(d, from + row * lanes + lane), center), lane, valid);
      total = hn::MulAdd(off, off, total);
    }
    totals[f] += hn::GetLane(hn::SumOfLanes(d, total));
  });
  for (size_t f = 0; f < batch.features; ++f) variance[f] = static_cast<float>(totals[f] * share);
}

void AffineSum(size_t steps, size_t features, size_t lanes, const float* x, const float* y, const uint16_t* mask,
               float scale, const float* factor, const float* offset, float* out) {
  const Floats d;
  const Vec kept = hn::Set(d, scale);
  for (size_t row = 0; row < steps * features; ++row) {
    const Vec times = hn::Set(d, factor[row % features]), plus = hn::Set(d, offset[row % features]);
    for (size_t lane = 0; lane < lanes; lane += hn::Lanes(d)) {
      const size_t at = row * lanes + lane;
      Vec value = hn::Load(d, x + at);
      if (y != nullptr) value = hn::Add(value, Masked(hn::Load(d, y + at), mask, row, lanes, lane, kept));
      hn::Store(hn::MulAdd(value, times, plus), d, out + at);
    }
  }
}

void BatchNormBackward(esp_batch batch, const float* sum, const float* mean, const float* inverse, const float* gain,
                       const float* g, bool fixed, float* dsum, float* gain_gradient, float* bias_gradient,
                       double* totals) {
  const Floats d;
  const size_t n = hn::Lanes(d), lanes = batch.lanes;
  double* const along = totals + batch.features;
  for (size_t f = 0; f < 2 * batch.features; ++f) totals[f] = 0.0;
  ForEachRow(batch, [&](size_t f, size_t row, size_t valid) HWY_ATTR {
    const Vec center = hn::Set(d, mean[f]);
    Vec total = hn::Zero(d), product = hn::Zero(d);
    for (size_t lane = 0; lane < lanes; lane += n) {
      const size_t at = row * lanes + lane;
      const Vec above = IfSample(hn::Load(d, g + at), lane, valid);
      total = hn::Add(total, above);
      product = hn::MulAdd(above, hn::Sub(hn::Load(d, sum + at), center), product);
    }
    totals[f] += hn::GetLane(hn::SumOfLanes(d, total));
    along[f] += hn::GetLane(hn::SumOfLanes(d, product));
  });
  for (size_t f = 0; f < batch.features; ++f) {
    gain_gradient[f] += static_cast<float>(along[f] * inverse[f]);
    bias_gradient[f] += static_cast<float>(totals[f]);
  }
  const double share = fixed ? 0.0 : 1.0 / static_cast<double>(batch.steps * batch.samples);
  ForEachRow(batch, [&](size_t f, size_t row, size_t valid) HWY_ATTR {
    const double rate = static_cast<double>(gain[f]) * inverse[f];
    const Vec times = hn::Set(d, static_cast<float>(rate)), center = hn::Set(d, mean[f]);
    const Vec plus = hn::Set(d, static_cast<float>(-rate * totals[f] * share));
    const Vec slope = hn::Set(d, static_cast<float>(-rate * along[f] * share * inverse[f] * inverse[f]));
    for (size_t lane = 0; lane < lanes; lane += n) {
      const size_t at = row * lanes + lane;
      const Vec off = hn::Sub(hn::Load(d, sum + at), center);
      const Vec value = hn::MulAdd(hn::Load(d, g + at), times, hn::MulAdd(off, slope, plus));
      hn::Store(IfSample(value, lane, valid), d, dsum + at);
    }
  });
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace espalier {
HWY_EXPORT(BatchStatistics);
HWY_EXPORT(AffineSum);
HWY_EXPORT(BatchNormBackward);
}  // namespace espalier

extern "C" {

void esp_batch_statistics(esp_batch batch, const float* x, const float* y, const uint16_t* mask, float scale,
                          float* sum, float* mean, float* variance, double* scratch) {
  HWY_DYNAMIC_DISPATCH(espalier::BatchStatistics)(batch, x, y, mask, scale, sum, mean, variance, scratch);
}

void esp_affine_sum(size_t steps, size_t features, size_t lanes, const float* x, const float* y, const uint16_t* mask,
                    float scale, const float* factor, const float* offset, float* out) {
  HWY_DYNAMIC_DISPATCH(espalier::AffineSum)(steps, features, lanes, x, y, mask, scale, factor, offset, out);
}

void esp_batch_norm_backward(esp_batch batch, const float* sum, const float* mean, const float* inverse,
                             const float* gain, const float* g, bool fixed, float* dsum, float* gain_gradient,
                             float* bias_gradient, double* scratch) {
  HWY_DYNAMIC_DISPATCH(espalier::BatchNormBackward)
  (batch, sum, mean, inverse, gain, g, fixed, dsum, gain_gradient, bias_gradient, scratch);
}

}  // extern "C"
#endif  // HWY_ONCE
