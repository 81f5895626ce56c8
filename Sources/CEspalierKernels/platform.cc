#include "platform.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "platform.cc"
#include "simd.h"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {
const char* TargetName() { return hwy::TargetName(HWY_TARGET); }
size_t VectorFloats() { return hwy::HWY_NAMESPACE::Lanes(hwy::HWY_NAMESPACE::CappedTag<float, 16>()); }
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace espalier {
HWY_EXPORT(TargetName);
HWY_EXPORT(VectorFloats);
}

extern "C" {

const char* esp_simd_target(void) { return HWY_DYNAMIC_DISPATCH(espalier::TargetName)(); }

size_t esp_vector_floats(void) { return HWY_DYNAMIC_DISPATCH(espalier::VectorFloats)(); }

size_t esp_simd_targets(int64_t* targets, size_t capacity) {
  size_t count = 0;
  for (int64_t target : hwy::SupportedAndGeneratedTargets()) {
    if (count < capacity) targets[count] = target;
    ++count;
  }
  return count;
}

void esp_force_simd_target(int64_t target) {
  hwy::SetSupportedTargetsForTest(target);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

uint64_t esp_flush_denormals(void) {
#if defined(__x86_64__)
  const unsigned before = _mm_getcsr();
  _mm_setcsr(before | 0x8040);  // flush to zero, denormals are zero
  return before;
#elif defined(__aarch64__)
  uint64_t before;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" : : "r"(before | (uint64_t{1} << 24)));
  return before;
#else
  return 0;
#endif
}

void esp_restore_denormals(uint64_t state) {
#if defined(__x86_64__)
  _mm_setcsr(static_cast<unsigned>(state));
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(state));
#endif
}

}  // extern "C"
#endif  // HWY_ONCE
