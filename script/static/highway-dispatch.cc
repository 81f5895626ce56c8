// The part of libhwy that dispatch at run time needs, for script/build-static: Debian has libhwy as a shared library only.
//
// Declarations, bits and layout are those of hwy/targets.h; which features a target needs is stated there too.
#include <atomic>
#include <cstdint>

#include <hwy/targets.h>

namespace hwy {
namespace {

// What a test forced, or 0.
std::atomic<int64_t> forced{0};

int64_t Detect() {
  int64_t targets = HWY_SCALAR | HWY_EMU128 | HWY_STATIC_TARGET;
#if HWY_ARCH_X86
  const auto all = [](std::initializer_list<bool> features) {
    for (const bool has : features) {
      if (!has) return false;
    }
    return true;
  };
  __builtin_cpu_init();
#define ESP_HAS(feature) (__builtin_cpu_supports(feature) != 0)
  // Each target builds on the one before. The builtins ask the operating system too, whether it keeps wide registers.
  if (!ESP_HAS("ssse3")) return targets;
  targets |= HWY_SSSE3;
  if (!all({ESP_HAS("sse4.1"), ESP_HAS("sse4.2"), ESP_HAS("pclmul"), ESP_HAS("aes")})) return targets;
  targets |= HWY_SSE4;
  if (!all({ESP_HAS("avx"), ESP_HAS("avx2"), ESP_HAS("bmi"), ESP_HAS("bmi2"), ESP_HAS("fma"), ESP_HAS("f16c"),
            ESP_HAS("lzcnt")})) {
    return targets;
  }
  targets |= HWY_AVX2;
  if (!all({ESP_HAS("avx512f"), ESP_HAS("avx512vl"), ESP_HAS("avx512dq"), ESP_HAS("avx512bw"), ESP_HAS("avx512cd")})) {
    return targets;
  }
  targets |= HWY_AVX3;
  if (!all({ESP_HAS("avx512vnni"), ESP_HAS("vpclmulqdq"), ESP_HAS("avx512vbmi"), ESP_HAS("avx512vbmi2"),
            ESP_HAS("vaes"), ESP_HAS("avx512vpopcntdq"), ESP_HAS("avx512bitalg"), ESP_HAS("gfni")})) {
    return targets;
  }
  targets |= HWY_AVX3_DL;
#undef ESP_HAS
#endif
  return targets;
}

}  // namespace

int64_t SupportedTargets() {
  static const int64_t detected = Detect();
  const int64_t chosen = forced.load();
  return chosen == 0 ? detected : chosen;
}

void SetSupportedTargetsForTest(int64_t targets) { forced.store(targets); }

ChosenTarget& GetChosenTarget() {
  static ChosenTarget chosen;
  return chosen;
}

}  // namespace hwy
