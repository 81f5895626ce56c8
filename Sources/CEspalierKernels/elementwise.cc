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

using Bytes = hn::CappedTag<uint8_t, 32>;
using Numbers = hn::RepartitionToWide<hn::Repartition<int8_t, Bytes>>;
using Words = hn::Repartition<uint32_t, Bytes>;

// The keys of ARS's rounds, one for the counter as it comes and one a round.
struct RoundKeys {
  alignas(16) uint64_t at[ESP_DROPOUT_ROUNDS + 1][2];

  explicit RoundKeys(esp_dropout_stream stream) {
    at[0][0] = stream.key0 | static_cast<uint64_t>(stream.key1) << 32;
    at[0][1] = 0;
    for (size_t round = 1; round <= ESP_DROPOUT_ROUNDS; ++round) {
      at[round][0] = at[round - 1][0] + ESP_DROPOUT_KEY_STEP_LOW;
      at[round][1] = at[round - 1][1] + ESP_DROPOUT_KEY_STEP_HIGH;
    }
  }

  HWY_INLINE hn::Vec<Bytes> Round(size_t round) const {
    return hn::LoadDup128(Bytes(), reinterpret_cast<const uint8_t*>(at[round]));
  }
};

// Sixteen random bits for every lane of a vector and each of `kRows` rows, from counters that are one row apart. Several rows at
// once, because every round waits for the one before.
template <size_t kRows>
HWY_INLINE void DrawRows(const RoundKeys& keys, hn::Vec<Words> counter, hn::Vec<Words> next_row,
                         hn::Vec<Numbers> (&drawn)[kRows]) {
  const Bytes d;
  hn::Vec<Bytes> state[kRows];
  for (size_t r = 0; r < kRows; ++r) {
    state[r] = hn::Xor(hn::BitCast(d, counter), keys.Round(0));
    counter = hn::Add(counter, next_row);
  }
  for (size_t round = 1; round < ESP_DROPOUT_ROUNDS; ++round) {
    for (size_t r = 0; r < kRows; ++r) state[r] = hn::AESRound(state[r], keys.Round(round));
  }
  for (size_t r = 0; r < kRows; ++r) {
    drawn[r] = hn::BitCast(Numbers(), hn::AESLastRound(state[r], keys.Round(ESP_DROPOUT_ROUNDS)));
  }
}

void DropoutMask(size_t rows, size_t lanes, esp_dropout_stream stream, float rate, uint16_t* HWY_RESTRICT mask) {
  constexpr size_t kRows = 4;
  const Numbers d;
  const Words dw;
  const size_t n = hn::Lanes(d);
  const size_t words = lanes / 16;
  // Numbers are compared as signed ones, which is what flipping their highest bit is for.
  const auto limit = hn::Set(d, static_cast<int16_t>(static_cast<int32_t>(esp_dropout_limit(rate)) - 0x8000));
  const RoundKeys keys(stream);
  alignas(32) const uint32_t first[8] = {0, 0, stream.step, stream.site, 1, 0, stream.step, stream.site};
  alignas(16) const uint32_t one_row[4] = {0, 1, 0, 0};
  const auto next_row = hn::LoadDup128(dw, one_row);
  for (size_t row = 0; row < rows; row += kRows) {
    const size_t last = HWY_MIN(rows - row, kRows);
    for (size_t lane = 0; lane < lanes; lane += n) {
      alignas(16) const uint32_t place[4] = {static_cast<uint32_t>((stream.first_lane + lane) / 8),
                                             static_cast<uint32_t>(row), 0, 0};
      hn::Vec<Numbers> drawn[kRows];
      DrawRows(keys, hn::Add(hn::Load(dw, first), hn::LoadDup128(dw, place)), next_row, drawn);
      for (size_t r = 0; r < last; ++r) {
        SetMaskAt(d, hn::Not(hn::Lt(drawn[r], limit)), mask + (row + r) * words, lane);
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
