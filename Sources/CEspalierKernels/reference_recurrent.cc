#include <math.h>

#include "reference.h"

namespace {
double Sigmoid(double x) { return 1 / (1 + exp(-x)); }
}  // namespace

extern "C" {

void esp_reference_rnn_forward(size_t hidden, size_t lanes, float* h) {
  for (size_t at = 0; at < hidden * lanes; ++at) h[at] = static_cast<float>(tanh(h[at]));
}

void esp_reference_rnn_backward(size_t hidden, size_t lanes, const float* h, const float* dh, float* gradient) {
  for (size_t at = 0; at < hidden * lanes; ++at) gradient[at] = dh[at] * (1 - h[at] * h[at]);
}

void esp_reference_lstm_forward(size_t hidden, size_t lanes, float* gates, const float* c_before, float* c, float* h) {
  const size_t block = hidden * lanes;
  for (size_t at = 0; at < block; ++at) {
    const double i = Sigmoid(gates[at]), f = Sigmoid(gates[block + at]);
    const double g = tanh(gates[2 * block + at]), o = Sigmoid(gates[3 * block + at]);
    const double cell = f * c_before[at] + i * g;
    gates[at] = static_cast<float>(i);
    gates[block + at] = static_cast<float>(f);
    gates[2 * block + at] = static_cast<float>(g);
    gates[3 * block + at] = static_cast<float>(o);
    c[at] = static_cast<float>(cell);
    h[at] = static_cast<float>(o * tanh(cell));
  }
}

void esp_reference_lstm_backward(size_t hidden, size_t lanes, float* gates, const float* c_before, const float* c,
                                 const float* dh, float* dc) {
  const size_t block = hidden * lanes;
  for (size_t at = 0; at < block; ++at) {
    const double i = gates[at], f = gates[block + at], g = gates[2 * block + at], o = gates[3 * block + at];
    const double squashed = tanh(c[at]);
    const double cell = dc[at] + dh[at] * o * (1 - squashed * squashed);
    gates[at] = static_cast<float>(cell * g * i * (1 - i));
    gates[block + at] = static_cast<float>(cell * c_before[at] * f * (1 - f));
    gates[2 * block + at] = static_cast<float>(cell * i * (1 - g * g));
    gates[3 * block + at] = static_cast<float>(dh[at] * squashed * o * (1 - o));
    dc[at] = static_cast<float>(cell * f);
  }
}

void esp_reference_gru_forward(size_t hidden, size_t lanes, float* gates, const float* inner, const float* h_before,
                               float* h) {
  const size_t block = hidden * lanes;
  for (size_t at = 0; at < block; ++at) {
    const double r = Sigmoid(static_cast<double>(gates[at]) + inner[at]);
    const double z = Sigmoid(static_cast<double>(gates[block + at]) + inner[block + at]);
    const double n = tanh(gates[2 * block + at] + r * inner[2 * block + at]);
    gates[at] = static_cast<float>(r);
    gates[block + at] = static_cast<float>(z);
    gates[2 * block + at] = static_cast<float>(n);
    h[at] = static_cast<float>((1 - z) * n + z * h_before[at]);
  }
}

void esp_reference_gru_backward(size_t hidden, size_t lanes, float* gates, float* inner, const float* h_before,
                                float* dh) {
  const size_t block = hidden * lanes;
  for (size_t at = 0; at < block; ++at) {
    const double r = gates[at], z = gates[block + at], n = gates[2 * block + at], g = dh[at];
    const double dn = g * (1 - z) * (1 - n * n);
    const double dz = g * (h_before[at] - n) * z * (1 - z);
    const double dr = dn * inner[2 * block + at] * r * (1 - r);
    gates[at] = inner[at] = static_cast<float>(dr);
    gates[block + at] = inner[block + at] = static_cast<float>(dz);
    gates[2 * block + at] = static_cast<float>(dn);
    inner[2 * block + at] = static_cast<float>(dn * r);
    dh[at] = static_cast<float>(g * z);
  }
}

}  // extern "C"
