#include "selection.h"

#include <string.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "selection.cc"
#include "simd.h"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "byte_mask-inl.h"

#ifndef ESPALIER_SELECTION_ONCE
#define ESPALIER_SELECTION_ONCE
namespace espalier {

constexpr uint32_t kMagnitude = 0x7FFFFFFF;  // all bits but the sign
constexpr size_t kBins = 2048;
constexpr size_t kTables = 4;  // neighbours often share a bin: counting in turns avoids waiting for the last store

struct Histogram {
  alignas(64) uint32_t count[kTables][kBins];
};

// The bits of a magnitude are cut into digits, the most significant first.
struct Digit {
  int shift;
  uint32_t bins;
};
constexpr Digit kDigits[] = {{20, 2048}, {10, 1024}, {0, 1024}};

inline uint32_t MagnitudeBits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits & kMagnitude;
}

}  // namespace espalier
#endif  // ESPALIER_SELECTION_ONCE

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace {  // other files have functions of the same name

template <class D>
HWY_INLINE hn::Vec<D> LoadMagnitudes(D d, const float* value) {
  const hn::Rebind<float, D> floats;
  return hn::And(hn::BitCast(d, hn::LoadU(floats, value)), hn::Set(d, static_cast<int32_t>(kMagnitude)));
}

// Counts the first digit of every active element.
void CountFirstDigit(const esp_weights& part, Histogram& histogram) {
  const auto add = [&](size_t table, size_t i) {
    histogram.count[table][MagnitudeBits(part.value[i]) >> kDigits[0].shift] += !part.mask || part.mask[i];
  };
  size_t i = 0;
  for (; i + kTables <= part.count; i += kTables) {
    add(0, i);
    add(1, i + 1);
    add(2, i + 2);
    add(3, i + 3);
  }
  for (; i < part.count; ++i) add(0, i);
}

// Counts one of the later digits, of the active elements whose digits before it are `prefix`.
void CountDigit(const esp_weights& part, Digit before, Digit digit, uint32_t prefix, Histogram& histogram) {
  HWY_ALIGN int32_t found[hn::MaxLanes(hn::ScalableTag<int32_t>())];
  const int32_t low = static_cast<int32_t>(prefix << before.shift);
  const int32_t span = 1 << before.shift;
  ForEachVector<int32_t>(part.count, [&](auto d, size_t i) HWY_ATTR {
    const auto bits = LoadMagnitudes(d, part.value + i);
    auto match = hn::Lt(hn::Xor(bits, hn::Set(d, low)), hn::Set(d, span));
    if (part.mask) match = hn::And(match, LoadByteMask(d, part.mask + i));
    const size_t count = hn::CompressStore(bits, match, d, found);
    for (size_t j = 0; j < count; ++j) {
      ++histogram.count[0][(static_cast<uint32_t>(found[j]) >> digit.shift) & (digit.bins - 1)];
    }
  });
}

float KthMagnitude(size_t parts, const esp_weights* part, size_t rank, size_t* below) {
  Histogram histogram;
  uint32_t prefix = 0;
  size_t left = rank;  // the rank among the elements that share the prefix
  for (size_t level = 0; level < 3; ++level) {
    const Digit digit = kDigits[level];
    const size_t tables = level == 0 ? kTables : 1;
    memset(histogram.count, 0, tables * sizeof histogram.count[0]);
    for (size_t i = 0; i < parts; ++i) {
      if (level == 0) {
        CountFirstDigit(part[i], histogram);
      } else {
        CountDigit(part[i], kDigits[level - 1], digit, prefix, histogram);
      }
    }
    uint32_t bin = 0;
    for (; bin + 1 < digit.bins; ++bin) {
      size_t count = 0;
      for (size_t table = 0; table < tables; ++table) count += histogram.count[table][bin];
      if (left <= count) break;
      left -= count;
    }
    // The prefix holds all digits so far; the next level compares it after shifting by this level's shift.
    prefix = level == 0 ? bin : (prefix << 10) | bin;
  }
  if (below) *below = rank - left;
  float result;
  memcpy(&result, &prefix, sizeof result);
  return result;
}

size_t CountBelow(const esp_weights& part, float threshold, size_t* equal) {
  const int32_t limit = static_cast<int32_t>(MagnitudeBits(threshold));
  size_t smaller = 0;
  size_t same = 0;
  ForEachVector<int32_t>(part.count, [&](auto d, size_t i) HWY_ATTR {
    const auto bits = LoadMagnitudes(d, part.value + i);
    auto less = hn::Lt(bits, hn::Set(d, limit));
    auto as_large = hn::Eq(bits, hn::Set(d, limit));
    if (part.mask) {
      const auto active = LoadByteMask(d, part.mask + i);
      less = hn::And(less, active);
      as_large = hn::And(as_large, active);
    }
    smaller += hn::CountTrue(d, less);
    same += hn::CountTrue(d, as_large);
  });
  if (equal) *equal = same;
  return smaller;
}

size_t PruneBelow(size_t count, const float* value, float threshold, uint8_t* mask) {
  const int32_t pruned = static_cast<int32_t>(MagnitudeBits(threshold)) - 1;  // the largest that goes
  size_t active = 0;
  ForEachVector<int32_t>(count, [&](auto d, size_t i) HWY_ATTR {
    const hn::Rebind<uint8_t, decltype(d)> bytes;
    const auto kept = hn::And(hn::Gt(LoadMagnitudes(d, value + i), hn::Set(d, pruned)), LoadByteMask(d, mask + i));
    hn::StoreU(hn::DemoteTo(bytes, hn::IfThenElseZero(kept, hn::Set(d, 1))), bytes, mask + i);
    active += hn::CountTrue(d, kept);
  });
  return active;
}

size_t PruneEqual(size_t count, const float* value, float threshold, size_t limit, uint8_t* mask) {
  const hn::ScalableTag<int32_t> d;
  const uint32_t bits = MagnitudeBits(threshold);
  const auto wanted = hn::Set(d, static_cast<int32_t>(bits));
  const size_t lanes = hn::Lanes(d);
  size_t pruned = 0;
  for (size_t start = 0; start < count && pruned < limit; start += lanes) {
    const size_t end = HWY_MIN(count, start + lanes);
    if (end == start + lanes && hn::AllFalse(d, hn::Eq(LoadMagnitudes(d, value + start), wanted))) continue;
    for (size_t i = start; i < end && pruned < limit; ++i) {
      if (mask[i] && MagnitudeBits(value[i]) == bits) {
        mask[i] = 0;
        ++pruned;
      }
    }
  }
  return pruned;
}

size_t CountActive(size_t count, const uint8_t* mask) {
  size_t active = 0;
  ForEachVector<uint8_t>(count, [&](auto d, size_t i) HWY_ATTR {
    active += hn::CountTrue(d, hn::Ne(hn::LoadU(d, mask + i), hn::Zero(d)));
  });
  return active;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace espalier {
HWY_EXPORT(KthMagnitude);
HWY_EXPORT(CountBelow);
HWY_EXPORT(PruneBelow);
HWY_EXPORT(PruneEqual);
HWY_EXPORT(CountActive);
}  // namespace espalier

extern "C" {

float esp_kth_magnitude(size_t parts, const esp_weights* part, size_t rank, size_t* below) {
  return HWY_DYNAMIC_DISPATCH(espalier::KthMagnitude)(parts, part, rank, below);
}

size_t esp_count_below(const esp_weights* part, float threshold, size_t* equal) {
  return HWY_DYNAMIC_DISPATCH(espalier::CountBelow)(*part, threshold, equal);
}

size_t esp_prune_below(size_t count, const float* value, float threshold, uint8_t* mask) {
  return HWY_DYNAMIC_DISPATCH(espalier::PruneBelow)(count, value, threshold, mask);
}

size_t esp_prune_equal(size_t count, const float* value, float threshold, size_t limit, uint8_t* mask) {
  return HWY_DYNAMIC_DISPATCH(espalier::PruneEqual)(count, value, threshold, limit, mask);
}

size_t esp_count_active(size_t count, const uint8_t* mask) {
  return HWY_DYNAMIC_DISPATCH(espalier::CountActive)(count, mask);
}

}  // extern "C"
#endif  // HWY_ONCE
