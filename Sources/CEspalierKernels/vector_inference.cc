#include <math.h>

#include "inference.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "vector_inference.cc"
#include "simd.h"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "cells-inl.h"

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Vec = hn::Vec<Floats>;

constexpr size_t kGroup = 16;  // rows
constexpr size_t kBlock = 32;  // columns
constexpr size_t kStrip = 8;   // rows

// 32 columns of x, from which every lane can take one.
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
constexpr bool kFastSlots = true;
struct Table {
  Vec low, high;
  explicit Table(const float* x) : low(hn::Load(Floats(), x)), high(hn::Load(Floats(), x + kGroup)) {}
  HWY_INLINE Vec At(const uint8_t* index) const {
    const hn::Rebind<int32_t, Floats> words;
    const hn::Rebind<uint8_t, Floats> bytes;
    // Highway 1.0 has no look-up in two vectors.
    return Vec{_mm512_permutex2var_ps(low.raw, hn::PromoteTo(words, hn::LoadU(bytes, index)).raw, high.raw)};
  }
};
#else
constexpr bool kFastSlots = false;
struct Table {
  const float* from;
  explicit Table(const float* x) : from(x) {}
  HWY_INLINE Vec At(const uint8_t* index) const {
    const Floats d;
    const hn::Rebind<int32_t, Floats> words;
    const hn::Rebind<uint8_t, Floats> bytes;
    return hn::GatherIndex(d, from, hn::PromoteTo(words, hn::LoadU(bytes, index)));
  }
};
#endif

// Adds the products of G gates of one group of units to their sums: the vector that begins with row `part` of each group.
template <size_t G>
HWY_INLINE void AddDense(esp_vector_matrix w, size_t group, size_t part, const float* HWY_RESTRICT x, Vec (&sum)[G]) {
  const Floats d;
  const float* value = w.value + group * w.columns * G * kGroup + part;
  // A second set of sums: a single one would wait for itself.
  Vec odd[G];
  HWY_UNROLL(G)
  for (size_t g = 0; g < G; ++g) odd[g] = hn::Zero(d);
  size_t k = 0;
  for (; k + 2 <= w.columns; k += 2, value += 2 * G * kGroup) {
    const Vec a = hn::Set(d, x[k]), b = hn::Set(d, x[k + 1]);
    HWY_UNROLL(G)
    for (size_t g = 0; g < G; ++g) sum[g] = hn::MulAdd(a, hn::Load(d, value + g * kGroup), sum[g]);
    HWY_UNROLL(G)
    for (size_t g = 0; g < G; ++g) odd[g] = hn::MulAdd(b, hn::Load(d, value + (G + g) * kGroup), odd[g]);
  }
  if (k < w.columns) {
    const Vec a = hn::Set(d, x[k]);
    HWY_UNROLL(G)
    for (size_t g = 0; g < G; ++g) sum[g] = hn::MulAdd(a, hn::Load(d, value + g * kGroup), sum[g]);
  }
  HWY_UNROLL(G)
  for (size_t g = 0; g < G; ++g) sum[g] = hn::Add(sum[g], odd[g]);
}

template <size_t G>
HWY_INLINE void AddSlots(esp_vector_matrix w, size_t group, size_t part, const float* HWY_RESTRICT x, Vec (&sum)[G]) {
  const Floats d;
  const size_t blocks = (w.columns + kBlock - 1) / kBlock;
  for (size_t b = 0; b < blocks; ++b) {
    const Table table(x + b * kBlock);
    HWY_UNROLL(G)
    for (size_t g = 0; g < G; ++g) {
      const uint32_t* start = w.start + (group * G + g) * blocks + b;
      for (size_t s = start[0]; s < start[1]; ++s) {
        const Vec taken = table.At(w.index + s * kGroup + part);
        sum[g] = hn::MulAdd(hn::Load(d, w.value + s * kGroup + part), taken, sum[g]);
      }
    }
  }
}

// The vectors of a strip or of half of one; wider vectors take strip after strip.
using StripFloats = hn::CappedTag<float, kStrip>;

// Two sets of sums at least, and so many that a fused multiply-add never waits for another.
template <size_t G>
HWY_INLINE void AddStrip(esp_vector_matrix w, size_t strip, size_t part, const float* HWY_RESTRICT x,
                         hn::Vec<StripFloats> (&sum)[G]) {
  const StripFloats d;
  constexpr size_t kSets = G == 1 ? 4 : 2;
  hn::Vec<StripFloats> more[kSets][G];
  HWY_UNROLL(kSets)
  for (size_t u = 1; u < kSets; ++u) {
    HWY_UNROLL(G)
    for (size_t g = 0; g < G; ++g) more[u][g] = hn::Zero(d);
  }
  HWY_UNROLL(G)
  for (size_t g = 0; g < G; ++g) more[0][g] = sum[g];
  const uint16_t* column = w.column + w.start[strip] * G;
  const float* value = w.value + w.start[strip] * G * kStrip + part;
  size_t left = w.start[strip + 1] - w.start[strip];
  for (; left >= kSets; left -= kSets, column += kSets * G, value += kSets * G * kStrip) {
    HWY_UNROLL(kSets)
    for (size_t u = 0; u < kSets; ++u) {
      HWY_UNROLL(G)
      for (size_t g = 0; g < G; ++g) {
        const size_t at = u * G + g;
        more[u][g] = hn::MulAdd(hn::Set(d, x[column[at]]), hn::Load(d, value + at * kStrip), more[u][g]);
      }
    }
  }
  for (; left > 0; --left, column += G, value += G * kStrip) {
    HWY_UNROLL(G)
    for (size_t g = 0; g < G; ++g) {
      more[0][g] = hn::MulAdd(hn::Set(d, x[column[g]]), hn::Load(d, value + g * kStrip), more[0][g]);
    }
  }
  HWY_UNROLL(G)
  for (size_t g = 0; g < G; ++g) {
    HWY_UNROLL(kSets)
    for (size_t u = 1; u < kSets; ++u) more[0][g] = hn::Add(more[0][g], more[u][g]);
    sum[g] = more[0][g];
  }
}

// Strips on vectors of at most 8; on wider ones, which are there to be complete, through memory.
template <size_t G>
HWY_INLINE void AddStrips(esp_vector_matrix w, size_t group, size_t part, const float* HWY_RESTRICT x, Vec (&sum)[G]) {
  const Floats d;
  const StripFloats narrow;
  if constexpr (HWY_MAX_BYTES <= 32) {
    AddStrip<G>(w, 2 * group + part / kStrip, part % kStrip, x, sum);
  } else {
    HWY_ALIGN float lanes[G][kGroup];
    for (size_t g = 0; g < G; ++g) hn::Store(sum[g], d, lanes[g]);
    for (size_t at = 0; at < hn::Lanes(d); at += hn::Lanes(narrow)) {
      hn::Vec<StripFloats> own[G];
      for (size_t g = 0; g < G; ++g) own[g] = hn::Load(narrow, lanes[g] + at);
      AddStrip<G>(w, 2 * group + (part + at) / kStrip, (part + at) % kStrip, x, own);
      for (size_t g = 0; g < G; ++g) hn::Store(own[g], narrow, lanes[g] + at);
    }
    for (size_t g = 0; g < G; ++g) sum[g] = hn::Load(d, lanes[g]);
  }
}

// `group` counts groups of units: that of gate g is group * G + g.
template <size_t G>
HWY_INLINE void AddProduct(esp_vector_matrix w, size_t group, size_t part, const float* x, Vec (&sum)[G]) {
  if (w.column != nullptr) return AddStrips<G>(w, group, part, x, sum);
  if (w.start != nullptr) return AddSlots<G>(w, group, part, x, sum);
  AddDense<G>(w, group, part, x, sum);
}

bool HasFastSlots() { return kFastSlots; }

void VectorProduct(esp_vector_matrix w, const float* bias, const float* HWY_RESTRICT x, float* HWY_RESTRICT out) {
  const Floats d;
  for (size_t group = 0; group < w.groups; ++group) {
    for (size_t part = 0; part < kGroup; part += hn::Lanes(d)) {
      Vec sum[1] = {hn::Load(d, bias + group * kGroup + part)};
      AddProduct<1>(w, group, part, x, sum);
      hn::Store(sum[0], d, out + group * kGroup + part);
    }
  }
}

template <esp_cell kCell>
constexpr size_t GatesOf() {
  return kCell == ESP_CELL_LSTM ? 4 : kCell == ESP_CELL_GRU ? 3 : 1;
}

template <esp_cell kCell>
HWY_NOINLINE void Recurrence(size_t steps, esp_vector_matrix input, esp_vector_matrix hidden, const float* bias,
                             const float* hidden_bias, const float* x, size_t x_stride, float* state, size_t width) {
  constexpr size_t G = GatesOf<kCell>();
  const Floats d;
  for (size_t at = 0; at < 3 * width; at += hn::Lanes(d)) hn::Store(hn::Zero(d), d, state + at);
  float* const c = state + 2 * width;
  for (size_t s = 0; s < steps; ++s) {
    const float* HWY_RESTRICT before = state + ((steps - s) % 2) * width;
    float* HWY_RESTRICT after = state + ((steps - s - 1) % 2) * width;
    for (size_t group = 0; group * G < hidden.groups; ++group) {
      for (size_t part = 0; part < kGroup; part += hn::Lanes(d)) {
        const size_t unit = group * kGroup + part;
        Vec sum[G];
        HWY_UNROLL(G)
        for (size_t g = 0; g < G; ++g) sum[g] = hn::Load(d, bias + (group * G + g) * kGroup + part);
        AddProduct<G>(input, group, part, x + s * x_stride, sum);
        if constexpr (kCell == ESP_CELL_GRU) {
          Vec own[G] = {sum[0], sum[1], hn::Load(d, hidden_bias + unit)};
          AddProduct<G>(hidden, group, part, before, own);
          hn::Store(GruCell(d, own[0], own[1], sum[2], own[2], hn::Load(d, before + unit)), d, after + unit);
        } else {
          AddProduct<G>(hidden, group, part, before, sum);
          if constexpr (kCell == ESP_CELL_LSTM) {
            Vec cell = hn::Load(d, c + unit);
            hn::Store(LstmCell(d, sum[0], sum[1], sum[2], sum[3], cell), d, after + unit);
            hn::Store(cell, d, c + unit);
          } else {
            hn::Store(RnnCell(d, sum[0]), d, after + unit);
          }
        }
      }
    }
  }
}

void VectorRecurrence(esp_cell cell, size_t steps, esp_vector_matrix input, esp_vector_matrix hidden,
                      const float* bias, const float* hidden_bias, const float* x, size_t x_stride, float* state,
                      size_t width) {
  switch (cell) {
    case ESP_CELL_RNN:
      return Recurrence<ESP_CELL_RNN>(steps, input, hidden, bias, hidden_bias, x, x_stride, state, width);
    case ESP_CELL_GRU:
      return Recurrence<ESP_CELL_GRU>(steps, input, hidden, bias, hidden_bias, x, x_stride, state, width);
    case ESP_CELL_LSTM:
      return Recurrence<ESP_CELL_LSTM>(steps, input, hidden, bias, hidden_bias, x, x_stride, state, width);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace espalier {
HWY_EXPORT(HasFastSlots);
HWY_EXPORT(VectorProduct);
HWY_EXPORT(VectorRecurrence);
}  // namespace espalier

extern "C" {

bool esp_has_fast_slots(void) { return HWY_DYNAMIC_DISPATCH(espalier::HasFastSlots)(); }

void esp_vector_product(esp_vector_matrix w, const float* bias, const float* x, float* out) {
  HWY_DYNAMIC_DISPATCH(espalier::VectorProduct)(w, bias, x, out);
}

void esp_vector_recurrence(esp_cell cell, size_t steps, esp_vector_matrix input, esp_vector_matrix hidden,
                           const float* bias, const float* hidden_bias, const float* x, size_t x_stride,
                           float* state, size_t width) {
  HWY_DYNAMIC_DISPATCH(espalier::VectorRecurrence)
  (cell, steps, input, hidden, bias, hidden_bias, x, x_stride, state, width);
}

}  // extern "C"
#endif  // HWY_ONCE
