// Which weights are small: the k-th smallest magnitude, counts below it, and masks cut at it.
//
// Magnitudes are compared by their bits, so results are exact, denormals count even where a thread flushes them, -0
// equals 0, infinity comes after every number, and NaN comes last.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One part of a list of weights that are ranked together; several parts need no copy.
typedef struct esp_weights {
  /// `count` numbers whose magnitudes are ranked.
  const float *value;
  /// Optional, `count` bytes: where it is 0 an element isn't in the list.
  const uint8_t *mask;
  size_t count;
} esp_weights;

/// The `rank`-th smallest magnitude (1 is the smallest) among the elements of all parts together.
///
/// `rank` is at least 1 and at most the number of elements that no mask leaves out, which is below 2^32. If `below` is
/// not null, the number of elements strictly below the result is stored there. Method: radix selection by histograms
/// of 11, 10 and 10 bits; three passes over the parts, no allocation, 32 KB of stack.
float esp_kth_magnitude(size_t parts, const esp_weights *part, size_t rank, size_t *below);

/// The number of elements of one part whose magnitude is strictly below `threshold`'s; if `equal` is not null, the
/// number of those that are equal to it is stored there.
size_t esp_count_below(const esp_weights *part, float threshold, size_t *equal);

/// Sets `mask[i]` to 0 where the magnitude of `value[i]` is strictly below `threshold`'s, for `count` elements.
///
/// Returns how many elements of the mask are not 0 afterwards. A mask element that is 0 stays 0.
size_t esp_prune_below(size_t count, const float *value, float threshold, uint8_t *mask);

/// Sets `mask[i]` to 0 for the first `limit` elements in order that are active and as large as `threshold`.
///
/// Returns how many were set, at most `limit`.
size_t esp_prune_equal(size_t count, const float *value, float threshold, size_t limit, uint8_t *mask);

/// The number of `count` mask elements that are not 0.
size_t esp_count_active(size_t count, const uint8_t *mask);

#ifdef __cplusplus
}
#endif
