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

#ifdef __cplusplus
}
#endif
