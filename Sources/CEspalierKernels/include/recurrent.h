// The element-wise part of recurrent cells, one time step at a time, and its gradient.
//
// Every array is (hidden, lanes) or several such blocks one after the other. The products with the weights are done by
// the caller. Gates are stored activated and overwritten by their gradients, so a sequence needs no second copy.
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// h = tanh(h), in place: the sum of both products becomes the hidden state.
void esp_rnn_forward(size_t hidden, size_t lanes, float *h);

/// gradient = dh * (1 - h * h): the gradient of the sum of both products. `gradient` may be `dh`.
void esp_rnn_backward(size_t hidden, size_t lanes, const float *h, const float *dh, float *gradient);

/// One LSTM step. `gates` is (4 hidden, lanes), the sums for input, forget, cell and output gate in PyTorch's order, and
/// becomes the activated gates; `c` = f * c_before + i * g; `h` = o * tanh(c).
void esp_lstm_forward(size_t hidden, size_t lanes, float *gates, const float *c_before, float *c, float *h);

/// The gradient of one LSTM step. `dh` is the gradient of `h`; `dc` is that of `c` by later steps and becomes that of
/// `c_before`; the activated `gates` become the gradients of their sums.
void esp_lstm_backward(size_t hidden, size_t lanes, float *gates, const float *c_before, const float *c,
                       const float *dh, float *dc);

/// One GRU step. `gates` is (3 hidden, lanes), the input's part of reset, update and new gate, and becomes the activated
/// gates; `inner` is the hidden state's part, (3 hidden, lanes), whose last third is needed again by the backward pass;
/// `h` = (1 - z) * n + z * h_before.
void esp_gru_forward(size_t hidden, size_t lanes, float *gates, const float *inner, const float *h_before, float *h);

/// The gradient of one GRU step. `dh` is the gradient of `h` and becomes the part of that of `h_before` that passes by
/// the products; the activated `gates` become the gradients of the input's part, `inner` those of the hidden's part.
void esp_gru_backward(size_t hidden, size_t lanes, float *gates, float *inner, const float *h_before, float *dh);

#ifdef __cplusplus
}
#endif
