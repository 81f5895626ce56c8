// Dropout masks as bits, sixteen lanes a word. Included once a SIMD target.
#if defined(ESPALIER_MASKS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ESPALIER_MASKS_INL_H_
#undef ESPALIER_MASKS_INL_H_
#else
#define ESPALIER_MASKS_INL_H_
#endif

#include <stdint.h>
#include <string.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The mask of the vector that begins at `lane`, out of a row of mask words.
template <class D>
HWY_INLINE hn::Mask<D> MaskAt(D d, const uint16_t* row, size_t lane) {
  const uint64_t word = static_cast<uint64_t>(row[lane / 16]) >> (lane % 16);
  uint8_t bits[8];
  memcpy(bits, &word, sizeof(bits));
  return hn::LoadMaskBits(d, bits);
}

// Sets the bits of the vector that begins at `lane`; the words' bits beyond it must be 0 or set by earlier calls.
template <class D>
HWY_INLINE void SetMaskAt(D d, hn::Mask<D> mask, uint16_t* row, size_t lane) {
  uint8_t bits[8] = {0};
  hn::StoreMaskBits(d, mask, bits);
  const uint64_t keep = (uint64_t{1} << hn::Lanes(d)) - 1;
  uint64_t word;
  memcpy(&word, bits, sizeof(word));
  const uint16_t shifted = static_cast<uint16_t>((word & keep) << (lane % 16));
  row[lane / 16] = lane % 16 == 0 ? shifted : static_cast<uint16_t>(row[lane / 16] | shifted);
}

}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#endif
