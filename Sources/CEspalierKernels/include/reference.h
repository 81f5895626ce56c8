// Plain references: the same contracts as the fast kernels, one element after the other, with the C library's functions.
//
// They judge the fast ones in tests and stay forever. Those of the products stand in products.h.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attention.h"
#include "elementwise.h"
#include "normalization.h"
#include "reference_updates.h"

#ifdef __cplusplus
extern "C" {
#endif

void esp_reference_rnn_forward(size_t hidden, size_t lanes, float *h);
void esp_reference_rnn_backward(size_t hidden, size_t lanes, const float *h, const float *dh, float *gradient);
void esp_reference_lstm_forward(size_t hidden, size_t lanes, float *gates, const float *c_before, float *c, float *h);
void esp_reference_lstm_backward(size_t hidden, size_t lanes, float *gates, const float *c_before, const float *c,
                                 const float *dh, float *dc);
void esp_reference_gru_forward(size_t hidden, size_t lanes, float *gates, const float *inner, const float *h_before,
                               float *h);
void esp_reference_gru_backward(size_t hidden, size_t lanes, float *gates, float *inner, const float *h_before,
                                float *dh);
void esp_reference_layer_norm(size_t steps, size_t features, size_t lanes, const float *x, const float *y,
                              const uint16_t *mask, float scale, const float *gain, const float *bias, float *sum,
                              float *mean, float *inverse, float *out);
void esp_reference_layer_norm_backward(size_t steps, size_t features, size_t lanes, const float *sum,
                                       const float *mean, const float *inverse, const float *gain, const float *g,
                                       esp_gradient_target dx, esp_gradient_target dy, const uint16_t *mask,
                                       float scale, float *gain_gradient, float *bias_gradient);
void esp_reference_attention(esp_attention_shape shape, const float *q, const float *k, const float *v,
                             const uint16_t *mask, float scale, float *probabilities, float *out);
void esp_reference_attention_backward(esp_attention_shape shape, const float *q, const float *k, const float *v,
                                      const uint16_t *mask, float scale, const float *probabilities, const float *g,
                                      float *dq, float *dk, float *dv);
void esp_reference_dropout_mask(size_t rows, size_t lanes, esp_dropout_stream stream, float rate, uint16_t *mask);

#ifdef __cplusplus
}
#endif
