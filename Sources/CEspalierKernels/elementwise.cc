#include "elementwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "elementwise.cc"
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

void Copy(size_t count, const float* x, float* out, bool accumulate) {
  const Floats d;
  for (size_t at = 0; at < count; at += hn::Lanes(d)) {
    const Vec value = hn::Load(d, x + at);
    hn::Store(accumulate ? hn::Add(value, hn::Load(d, out + at)) : value, d, out + at);
  }
}

void AddRows(size_t rows, size_t lanes, const float* x, const float* values, float* out) {
  const Floats d;
  for (size_t row = 0; row < rows; ++row) {
    const Vec value = hn::Set(d, values[row]);
    for (size_t at = row * lanes; at < (row + 1) * lanes; at += hn::Lanes(d)) {
      hn::Store(hn::Add(hn::Load(d, x + at), value), d, out + at);
    }
  }
}

void MeanSteps(size_t steps, size_t rows, size_t lanes, const float* HWY_RESTRICT x, float* HWY_RESTRICT out) {
  const Floats d;
  const size_t block = rows * lanes;
  const Vec share = hn::Set(d, 1.0f / static_cast<float>(steps));
  for (size_t at = 0; at < block; at += hn::Lanes(d)) {
    Vec sum = hn::Zero(d);
    for (size_t s = 0; s < steps; ++s) sum = hn::Add(sum, hn::Load(d, x + s * block + at));
    hn::Store(hn::Mul(sum, share), d, out + at);
  }
}

void MeanStepsBackward(size_t steps, size_t rows, size_t lanes, const float* HWY_RESTRICT g, float* HWY_RESTRICT out,
                       bool accumulate) {
  const Floats d;
  const size_t block = rows * lanes;
  const Vec share = hn::Set(d, 1.0f / static_cast<float>(steps));
  for (size_t at = 0; at < block; at += hn::Lanes(d)) {
    const Vec value = hn::Mul(hn::Load(d, g + at), share);
    for (size_t s = 0; s < steps; ++s) {
      float* to = out + s * block + at;
      hn::Store(accumulate ? hn::Add(value, hn::Load(d, to)) : value, d, to);
    }
  }
}

using Words = hn::CappedTag<uint32_t, 16>;
using WordVec = hn::Vec<Words>;

// The upper and lower halves of the 64-bit products of each lane with a constant.
HWY_INLINE void Multiply(WordVec x, WordVec constant, WordVec& high, WordVec& low) {
  const Words d;
  const hn::Repartition<uint64_t, Words> wide;
  const auto even = hn::MulEven(x, constant);
  const auto odd = hn::MulEven(hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, x))), constant);
  high = hn::OddEven(hn::BitCast(d, odd), hn::BitCast(d, hn::ShiftRight<32>(even)));
  low = hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(odd)), hn::BitCast(d, even));
}

void DropoutMask(size_t rows, size_t lanes, esp_dropout_stream stream, float rate, uint16_t* HWY_RESTRICT mask) {
  const Words d;
  const size_t n = hn::Lanes(d);
  const size_t words = lanes / 16;
  const WordVec limit = hn::Set(d, esp_dropout_limit(rate)), half = hn::Set(d, 0xFFFFu);
  const WordVec m0 = hn::Set(d, 0xD2511F53u), m1 = hn::Set(d, 0xCD9E8D57u);
  for (size_t row = 0; row < rows; row += 8) {
    for (size_t lane = 0; lane < lanes; lane += n) {
      WordVec c0 = hn::Iota(d, static_cast<uint32_t>(stream.first_lane + lane));
      WordVec c1 = hn::Set(d, static_cast<uint32_t>(row / 8));
      WordVec c2 = hn::Set(d, stream.step);
      WordVec c3 = hn::Set(d, stream.site);
      uint32_t key0 = stream.key0, key1 = stream.key1;
      for (int round = 0; round < ESP_DROPOUT_ROUNDS; ++round) {
        WordVec high0, low0, high1, low1;
        Multiply(c0, m0, high0, low0);
        Multiply(c2, m1, high1, low1);
        c0 = hn::Xor(hn::Xor(high1, c1), hn::Set(d, key0));
        c1 = low1;
        c2 = hn::Xor(hn::Xor(high0, c3), hn::Set(d, key1));
        c3 = low0;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
      }
      const WordVec drawn[4] = {c0, c1, c2, c3};
      const size_t last = HWY_MIN(rows - row, size_t{8});
      for (size_t r = 0; r < last; ++r) {
        const WordVec number = r % 2 == 0 ? hn::And(drawn[r / 2], half) : hn::ShiftRight<16>(drawn[r / 2]);
        SetMaskAt(d, hn::Not(hn::Lt(number, limit)), mask + (row + r) * words, lane);
      }
    }
  }
}

void Dropout(size_t rows, size_t lanes, const uint16_t* mask, float scale, const float* x, float* out,
             bool accumulate) {
  const Floats d;
  const Vec factor = hn::Set(d, scale);
  for (size_t row = 0; row < rows; ++row) {
    const uint16_t* bits = mask + row * (lanes / 16);
    for (size_t lane = 0; lane < lanes; lane += hn::Lanes(d)) {
      const size_t at = row * lanes + lane;
      const Vec value = hn::IfThenElseZero(MaskAt(d, bits, lane), hn::Mul(hn::Load(d, x + at), factor));
      hn::Store(accumulate ? hn::Add(value, hn::Load(d, out + at)) : value, d, out + at);
    }
  }
}

void Relu(size_t rows, size_t lanes, const uint16_t* mask, float scale, const float* x, float* out) {
  const Floats d;
  const Vec zero = hn::Zero(d), factor = hn::Set(d, scale);
  for (size_t row = 0; row < rows; ++row) {
    for (size_t lane = 0; lane < lanes; lane += hn::Lanes(d)) {
      const size_t at = row * lanes + lane;
      Vec value = hn::Max(zero, hn::Load(d, x + at));
      if (mask != nullptr) {
        value = hn::IfThenElseZero(MaskAt(d, mask + row * (lanes / 16), lane), hn::Mul(value, factor));
      }
      hn::Store(value, d, out + at);
    }
  }
}

void ReluBackward(size_t rows, size_t lanes, float scale, const float* out, const float* g, float* dx) {
  const Floats d;
  const Vec zero = hn::Zero(d), factor = hn::Set(d, scale);
  for (size_t at = 0; at < rows * lanes; at += hn::Lanes(d)) {
    const auto active = hn::Gt(hn::Load(d, out + at), zero);
    hn::Store(hn::IfThenElseZero(active, hn::Mul(hn::Load(d, g + at), factor)), d, dx + at);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace espalier {
HWY_EXPORT(Copy);
HWY_EXPORT(AddRows);
HWY_EXPORT(MeanSteps);
HWY_EXPORT(MeanStepsBackward);
HWY_EXPORT(DropoutMask);
HWY_EXPORT(Dropout);
HWY_EXPORT(Relu);
HWY_EXPORT(ReluBackward);
}  // namespace espalier

extern "C" {

void esp_copy(size_t count, const float* x, float* out, bool accumulate) {
  HWY_DYNAMIC_DISPATCH(espalier::Copy)(count, x, out, accumulate);
}

void esp_add_rows(size_t rows, size_t lanes, const float* x, const float* values, float* out) {
  HWY_DYNAMIC_DISPATCH(espalier::AddRows)(rows, lanes, x, values, out);
}

void esp_mean_steps(size_t steps, size_t rows, size_t lanes, const float* x, float* out) {
  HWY_DYNAMIC_DISPATCH(espalier::MeanSteps)(steps, rows, lanes, x, out);
}

void esp_mean_steps_backward(size_t steps, size_t rows, size_t lanes, const float* g, float* out, bool accumulate) {
  HWY_DYNAMIC_DISPATCH(espalier::MeanStepsBackward)(steps, rows, lanes, g, out, accumulate);
}

void esp_dropout_mask(size_t rows, size_t lanes, esp_dropout_stream stream, float rate, uint16_t* mask) {
  HWY_DYNAMIC_DISPATCH(espalier::DropoutMask)(rows, lanes, stream, rate, mask);
}

void esp_dropout(size_t rows, size_t lanes, const uint16_t* mask, float scale, const float* x, float* out,
                 bool accumulate) {
  HWY_DYNAMIC_DISPATCH(espalier::Dropout)(rows, lanes, mask, scale, x, out, accumulate);
}

void esp_relu(size_t rows, size_t lanes, const uint16_t* mask, float scale, const float* x, float* out) {
  HWY_DYNAMIC_DISPATCH(espalier::Relu)(rows, lanes, mask, scale, x, out);
}

void esp_relu_backward(size_t rows, size_t lanes, float scale, const float* out, const float* g, float* dx) {
  HWY_DYNAMIC_DISPATCH(espalier::ReluBackward)(rows, lanes, scale, out, g, dx);
}

}  // extern "C"
#endif  // HWY_ONCE
