#include <string.h>

#include <algorithm>
#include <vector>

#include "reference_updates.h"

namespace {

uint32_t Bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits & 0x7FFFFFFF;
}

}  // namespace

extern "C" {

float esp_reference_kth_magnitude(size_t parts, const esp_weights* part, size_t rank, size_t* below) {
  std::vector<uint32_t> list;
  for (size_t p = 0; p < parts; ++p) {
    for (size_t i = 0; i < part[p].count; ++i) {
      if (!part[p].mask || part[p].mask[i]) list.push_back(Bits(part[p].value[i]));
    }
  }
  std::sort(list.begin(), list.end());
  const uint32_t bits = list[rank - 1];
  if (below) *below = static_cast<size_t>(std::lower_bound(list.begin(), list.end(), bits) - list.begin());
  float result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

size_t esp_reference_count_below(const esp_weights* part, float threshold, size_t* equal) {
  size_t below = 0;
  size_t same = 0;
  for (size_t i = 0; i < part->count; ++i) {
    if (part->mask && !part->mask[i]) continue;
    below += Bits(part->value[i]) < Bits(threshold);
    same += Bits(part->value[i]) == Bits(threshold);
  }
  if (equal) *equal = same;
  return below;
}

size_t esp_reference_prune_below(size_t count, const float* value, float threshold, uint8_t* mask) {
  size_t active = 0;
  for (size_t i = 0; i < count; ++i) {
    mask[i] = mask[i] && Bits(value[i]) >= Bits(threshold);
    active += mask[i];
  }
  return active;
}

size_t esp_reference_prune_equal(size_t count, const float* value, float threshold, size_t limit, uint8_t* mask) {
  size_t pruned = 0;
  for (size_t i = 0; i < count && pruned < limit; ++i) {
    if (!mask[i] || Bits(value[i]) != Bits(threshold)) continue;
    mask[i] = 0;
    ++pruned;
  }
  return pruned;
}

}  // extern "C"
