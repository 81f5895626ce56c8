// What the processor is, and how it treats tiny numbers.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The name of the SIMD target that the kernels run on, such as "AVX3" (AVX-512) or "AVX2". Static storage.
const char *esp_simd_target(void);

/// Floats in a vector of that target: 4, 8 or 16.
size_t esp_vector_floats(void);

/// Writes the targets that are compiled in and that this machine has into `targets`, best first, at most `capacity`.
/// Returns how many there are.
size_t esp_simd_targets(int64_t *targets, size_t capacity);

/// For tests: runs the kernels on one target of `esp_simd_targets`, on all threads, until called again; 0 restores
/// the best one.
void esp_force_simd_target(int64_t target);

/// Makes the calling thread treat denormal numbers as 0 and returns its state before, for `esp_restore_denormals`.
uint64_t esp_flush_denormals(void);

/// Gives the calling thread the state back that `esp_flush_denormals` returned.
void esp_restore_denormals(uint64_t state);

#ifdef __cplusplus
}
#endif
