// Byte masks as SIMD masks; included once per SIMD target.
#if defined(ESPALIER_BYTE_MASK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ESPALIER_BYTE_MASK_INL_H_
#undef ESPALIER_BYTE_MASK_INL_H_
#else
#define ESPALIER_BYTE_MASK_INL_H_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {

// One lane for each byte, true where the byte is not 0.
template <class D>
HWY_INLINE hwy::HWY_NAMESPACE::Mask<D> LoadByteMask(D d, const uint8_t* mask) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::RebindToUnsigned<D> words;
  const hn::Rebind<uint8_t, D> bytes;
  return hn::RebindMask(d, hn::Ne(hn::PromoteTo(words, hn::LoadU(bytes, mask)), hn::Zero(words)));
}

// Runs body(tag, index) over whole vectors, then over the elements that are left with a tag of one lane, so that
// every element goes through the same arithmetic.
template <class T, class Body>
HWY_INLINE void ForEachVector(size_t count, const Body& body) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::ScalableTag<T> whole;
  const hn::CappedTag<T, 1> single;
  const size_t lanes = hn::Lanes(whole);
  size_t index = 0;
  for (; index + lanes <= count; index += lanes) body(whole, index);
  for (; index < count; ++index) body(single, index);
}

}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();
#endif  // per-target guard
