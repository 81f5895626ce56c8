// Counts the calling thread's heap allocations, by standing in front of glibc's functions in the test program.
#pragma once
#include <stdbool.h>
#include <stddef.h>

/// Whether allocations are counted on this platform: with glibc only.
bool allocation_counter_works(void);

/// How often the calling thread has called malloc, calloc, realloc, posix_memalign or aligned_alloc.
size_t allocation_count(void);
