#include "recurrent.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "recurrent.cc"
#include "simd.h"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "activations-inl.h"

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Vec = hn::Vec<Floats>;

void RnnForward(size_t hidden, size_t lanes, float* HWY_RESTRICT h) {
  const Floats d;
  for (size_t at = 0; at < hidden * lanes; at += hn::Lanes(d)) {
    hn::Store(Tanh(d, hn::Load(d, h + at)), d, h + at);
  }
}

void RnnBackward(size_t hidden, size_t lanes, const float* h, const float* dh, float* gradient) {
  const Floats d;
  const Vec one = hn::Set(d, 1.0f);
  for (size_t at = 0; at < hidden * lanes; at += hn::Lanes(d)) {
    const Vec state = hn::Load(d, h + at);
    hn::Store(hn::Mul(hn::Load(d, dh + at), hn::NegMulAdd(state, state, one)), d, gradient + at);
  }
}

void LstmForward(size_t hidden, size_t lanes, float* HWY_RESTRICT gates, const float* HWY_RESTRICT c_before,
                 float* HWY_RESTRICT c, float* HWY_RESTRICT h) {
  const Floats d;
  const size_t block = hidden * lanes;
  for (size_t at = 0; at < block; at += hn::Lanes(d)) {
    const Vec i = Sigmoid(d, hn::Load(d, gates + at));
    const Vec f = Sigmoid(d, hn::Load(d, gates + block + at));
    const Vec g = Tanh(d, hn::Load(d, gates + 2 * block + at));
    const Vec o = Sigmoid(d, hn::Load(d, gates + 3 * block + at));
    const Vec cell = hn::MulAdd(f, hn::Load(d, c_before + at), hn::Mul(i, g));
    hn::Store(i, d, gates + at);
    hn::Store(f, d, gates + block + at);
    hn::Store(g, d, gates + 2 * block + at);
    hn::Store(o, d, gates + 3 * block + at);
    hn::Store(cell, d, c + at);
    hn::Store(hn::Mul(o, Tanh(d, cell)), d, h + at);
  }
}

// x * (1 - x) * scale: the gradient through a sigmoid whose value is x.
HWY_INLINE Vec ThroughSigmoid(Vec x, Vec scale) { return hn::Mul(hn::NegMulAdd(x, x, x), scale); }

void LstmBackward(size_t hidden, size_t lanes, float* HWY_RESTRICT gates, const float* HWY_RESTRICT c_before,
                  const float* HWY_RESTRICT c, const float* HWY_RESTRICT dh, float* HWY_RESTRICT dc) {
  const Floats d;
  const Vec one = hn::Set(d, 1.0f);
  const size_t block = hidden * lanes;
  for (size_t at = 0; at < block; at += hn::Lanes(d)) {
    const Vec i = hn::Load(d, gates + at);
    const Vec f = hn::Load(d, gates + block + at);
    const Vec g = hn::Load(d, gates + 2 * block + at);
    const Vec o = hn::Load(d, gates + 3 * block + at);
    // The hyperbolic tangent of the cell is computed again: that costs less than keeping it.
    const Vec squashed = Tanh(d, hn::Load(d, c + at));
    const Vec h_gradient = hn::Load(d, dh + at);
    const Vec through = hn::Mul(hn::Mul(h_gradient, o), hn::NegMulAdd(squashed, squashed, one));
    const Vec cell = hn::Add(hn::Load(d, dc + at), through);
    hn::Store(ThroughSigmoid(i, hn::Mul(cell, g)), d, gates + at);
    hn::Store(ThroughSigmoid(f, hn::Mul(cell, hn::Load(d, c_before + at))), d, gates + block + at);
    hn::Store(hn::Mul(hn::Mul(cell, i), hn::NegMulAdd(g, g, one)), d, gates + 2 * block + at);
    hn::Store(ThroughSigmoid(o, hn::Mul(h_gradient, squashed)), d, gates + 3 * block + at);
    hn::Store(hn::Mul(cell, f), d, dc + at);
  }
}

void GruForward(size_t hidden, size_t lanes, float* HWY_RESTRICT gates, const float* HWY_RESTRICT inner,
                const float* HWY_RESTRICT h_before, float* HWY_RESTRICT h) {
  const Floats d;
  const size_t block = hidden * lanes;
  for (size_t at = 0; at < block; at += hn::Lanes(d)) {
    const Vec r = Sigmoid(d, hn::Add(hn::Load(d, gates + at), hn::Load(d, inner + at)));
    const Vec z = Sigmoid(d, hn::Add(hn::Load(d, gates + block + at), hn::Load(d, inner + block + at)));
    const Vec n = Tanh(d, hn::MulAdd(r, hn::Load(d, inner + 2 * block + at), hn::Load(d, gates + 2 * block + at)));
    hn::Store(r, d, gates + at);
    hn::Store(z, d, gates + block + at);
    hn::Store(n, d, gates + 2 * block + at);
    hn::Store(hn::MulAdd(z, hn::Sub(hn::Load(d, h_before + at), n), n), d, h + at);
  }
}

void GruBackward(size_t hidden, size_t lanes, float* HWY_RESTRICT gates, float* HWY_RESTRICT inner,
                 const float* HWY_RESTRICT h_before, float* HWY_RESTRICT dh) {
  const Floats d;
  const Vec one = hn::Set(d, 1.0f);
  const size_t block = hidden * lanes;
  for (size_t at = 0; at < block; at += hn::Lanes(d)) {
    const Vec r = hn::Load(d, gates + at);
    const Vec z = hn::Load(d, gates + block + at);
    const Vec n = hn::Load(d, gates + 2 * block + at);
    const Vec g = hn::Load(d, dh + at);
    const Vec dn = hn::Mul(hn::NegMulAdd(z, g, g), hn::NegMulAdd(n, n, one));
    const Vec dz = ThroughSigmoid(z, hn::Mul(g, hn::Sub(hn::Load(d, h_before + at), n)));
    const Vec dr = ThroughSigmoid(r, hn::Mul(dn, hn::Load(d, inner + 2 * block + at)));
    hn::Store(dr, d, gates + at);
    hn::Store(dz, d, gates + block + at);
    hn::Store(dn, d, gates + 2 * block + at);
    hn::Store(dr, d, inner + at);
    hn::Store(dz, d, inner + block + at);
    hn::Store(hn::Mul(dn, r), d, inner + 2 * block + at);
    hn::Store(hn::Mul(g, z), d, dh + at);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace espalier {
HWY_EXPORT(RnnForward);
HWY_EXPORT(RnnBackward);
HWY_EXPORT(LstmForward);
HWY_EXPORT(LstmBackward);
HWY_EXPORT(GruForward);
HWY_EXPORT(GruBackward);
}  // namespace espalier

extern "C" {

void esp_rnn_forward(size_t hidden, size_t lanes, float* h) {
  HWY_DYNAMIC_DISPATCH(espalier::RnnForward)(hidden, lanes, h);
}

void esp_rnn_backward(size_t hidden, size_t lanes, const float* h, const float* dh, float* gradient) {
  HWY_DYNAMIC_DISPATCH(espalier::RnnBackward)(hidden, lanes, h, dh, gradient);
}

void esp_lstm_forward(size_t hidden, size_t lanes, float* gates, const float* c_before, float* c, float* h) {
  HWY_DYNAMIC_DISPATCH(espalier::LstmForward)(hidden, lanes, gates, c_before, c, h);
}

void esp_lstm_backward(size_t hidden, size_t lanes, float* gates, const float* c_before, const float* c,
                       const float* dh, float* dc) {
  HWY_DYNAMIC_DISPATCH(espalier::LstmBackward)(hidden, lanes, gates, c_before, c, dh, dc);
}

void esp_gru_forward(size_t hidden, size_t lanes, float* gates, const float* inner, const float* h_before, float* h) {
  HWY_DYNAMIC_DISPATCH(espalier::GruForward)(hidden, lanes, gates, inner, h_before, h);
}

void esp_gru_backward(size_t hidden, size_t lanes, float* gates, float* inner, const float* h_before, float* dh) {
  HWY_DYNAMIC_DISPATCH(espalier::GruBackward)(hidden, lanes, gates, inner, h_before, dh);
}

}  // extern "C"
#endif  // HWY_ONCE
