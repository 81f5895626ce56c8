// Multi-head attention over patches, every lane on its own.
//
// `q`, `k`, `v`, `out` and their gradients are (patches, width, lanes); a head is `width / heads` rows of each patch.
// `probabilities` is (heads, patches, patches, lanes), the softmax over its third axis of q . k / sqrt(width / heads).
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  size_t patches, width, heads, lanes;
} esp_attention_shape;

/// How many floats of scratch both functions below need.
size_t esp_attention_scratch(esp_attention_shape shape);

/// out = dropout(probabilities) v, head by head. `mask`, (heads * patches * patches, lanes / 16), is optional;
/// probabilities are kept times `scale` where it has a 1. `scratch` holds `esp_attention_scratch` floats.
void esp_attention(esp_attention_shape shape, const float *q, const float *k, const float *v, const uint16_t *mask,
                   float scale, float *probabilities, float *out, float *scratch);

/// Attention without dropout for forecasts: `q`, `k`, `v` and `out` are (width, patches, lanes), so that every layer around
/// it sees one matrix of patches * lanes columns. `scratch` holds patches * patches * 16 floats.
void esp_token_attention(esp_attention_shape shape, const float *q, const float *k, const float *v, float *out,
                         float *scratch);

/// The gradients dq, dk and dv (all overwritten) from `g`, the gradient of `out`.
void esp_attention_backward(esp_attention_shape shape, const float *q, const float *k, const float *v,
                            const uint16_t *mask, float scale, const float *probabilities, const float *g, float *dq,
                            float *dk, float *dv, float *scratch);

/// Attention whose scores add those of the blocks before it (RealFormer: He, Ravula, Kanagal and Ainslie, arXiv:2012.11747).
///
/// Scores are sums over blocks of q . k / sqrt(depth), so they are computed from the blocks' queries and keys wherever they
/// are needed, in rows that stay in the first-level cache, and never stand in memory: for a few blocks that takes less time
/// than to write and read them. Probabilities are not dropped.
///
/// Arrays are (tiles, patches, heads * depth, lanes), or what the strides (in floats) make of that; each of `tiles` is a
/// group of samples of its own.
typedef struct {
  size_t tiles, patches, heads, depth, lanes;
  size_t tile_stride, patch_stride, row_stride;
} esp_lane_attention;

/// Where gradients go: each is overwritten, or added to where its flag is set. They may be one and the same memory when all
/// but the first (in the order of q and k block by block, then v) are added to.
typedef struct {
  float *const *q;
  float *const *k;
  float *v;
  const bool *adds_q;
  const bool *adds_k;
  bool adds_v;
} esp_attention_gradients;

/// How many floats of scratch the function below needs, or its backward pass.
size_t esp_residual_attention_scratch(esp_lane_attention shape, size_t blocks, bool backward);

/// out = softmax over patches of the sum over blocks b of q[b] . k[b] / sqrt(depth), times v.
///
/// `q` and `k` are `blocks` arrays, the own block's among them. `log_sums`, (tiles, heads, patches, lanes), is optional: the
/// logarithm of each softmax's denominator, for the backward pass.
void esp_residual_attention(esp_lane_attention shape, size_t blocks, const float *const *q, const float *const *k,
                            const float *v, float *log_sums, float *out, float *scratch);

/// The gradients of all blocks' queries and keys, and of `v`, from `g`, that of `out`.
void esp_residual_attention_backward(esp_lane_attention shape, size_t blocks, const float *const *q,
                                     const float *const *k, const float *v, const float *log_sums, const float *g,
                                     esp_attention_gradients into, float *scratch);

#ifdef __cplusplus
}
#endif
