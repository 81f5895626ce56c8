// Included by every kernel file before hwy/foreach_target.h.
//
// Which SIMD targets are compiled: SSSE3 is left out because no machine that runs a current Debian stops there;
// SVE because kernels hold arrays of vectors, whose size must be known. What is left (SSE4 or the compiler's baseline,
// AVX2, AVX-512, NEON) is chosen at run time.
#ifndef ESPALIER_SIMD_H_
#define ESPALIER_SIMD_H_
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#endif
