// Recurrent cells on vectors, for forecasting: nothing but the new state is needed, so quotients are put together and each
// cell divides half as often as its activations would one by one. Included once a SIMD target.
#if defined(ESPALIER_CELLS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ESPALIER_CELLS_INL_H_
#undef ESPALIER_CELLS_INL_H_
#else
#define ESPALIER_CELLS_INL_H_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class V>
struct Quotient {
  V over;
  V under;
};

// tanh as a quotient, with the coefficients of `Tanh` in activations-inl.h. |over| <= under <= 243, under >= 1.
template <class D, class V>
HWY_INLINE Quotient<V> TanhQuotient(D d, V x) {
  const V bounded = hn::Max(hn::Set(d, -8.0f), hn::Min(hn::Set(d, 8.0f), x));
  const V t = hn::Mul(bounded, bounded);
  V p = hn::Set(d, 1.52303200692893e-08f);
  p = hn::MulAdd(p, t, hn::Set(d, 2.189459467051873e-05f));
  p = hn::MulAdd(p, t, hn::Set(d, 0.0035715940336918904f));
  p = hn::MulAdd(p, t, hn::Set(d, 0.13444494644506846f));
  p = hn::MulAdd(p, t, hn::Set(d, 0.9999999935713004f));
  V q = hn::Set(d, 8.522407681990508e-07f);
  q = hn::MulAdd(q, t, hn::Set(d, 0.0003411285428633987f));
  q = hn::MulAdd(q, t, hn::Set(d, 0.02616442783395705f));
  q = hn::MulAdd(q, t, hn::Set(d, 0.467778219639394f));
  q = hn::MulAdd(q, t, hn::Set(d, 1.0f));
  return {hn::Mul(bounded, p), q};
}

// The logistic function as a quotient: (q + p) / 2q.
template <class D, class V>
HWY_INLINE Quotient<V> SigmoidQuotient(D d, V x) {
  const Quotient<V> t = TanhQuotient(d, hn::Mul(hn::Set(d, 0.5f), x));
  return {hn::Add(t.under, t.over), hn::Add(t.under, t.under)};
}

template <class D, class V>
HWY_INLINE V RnnCell(D d, V sum) {
  const Quotient<V> t = TanhQuotient(d, sum);
  return hn::Div(t.over, t.under);
}

// Updates the cell and returns the hidden state. No product of quotients overflows: each is below 500.
template <class D, class V>
HWY_INLINE V LstmCell(D d, V i, V f, V g, V o, V& c) {
  const Quotient<V> in = SigmoidQuotient(d, i), forget = SigmoidQuotient(d, f), next = TanhQuotient(d, g);
  const V under = hn::Mul(in.under, next.under);
  const V kept = hn::Mul(hn::Mul(forget.over, c), under);
  const V over = hn::MulAdd(hn::Mul(in.over, next.over), forget.under, kept);
  c = hn::Div(over, hn::Mul(under, forget.under));
  const Quotient<V> out = SigmoidQuotient(d, o), cell = TanhQuotient(d, c);
  return hn::Div(hn::Mul(out.over, cell.over), hn::Mul(out.under, cell.under));
}

// (1 - z) n + z h, where n = tanh(n_input + r * n_hidden).
template <class D, class V>
HWY_INLINE V GruCell(D d, V r, V z, V n_input, V n_hidden, V h) {
  const Quotient<V> reset = SigmoidQuotient(d, r), update = SigmoidQuotient(d, z);
  const V factor = hn::Div(reset.over, reset.under);
  const Quotient<V> next = TanhQuotient(d, hn::MulAdd(factor, n_hidden, n_input));
  const V kept = hn::Mul(hn::Mul(update.over, h), next.under);
  const V over = hn::MulAdd(hn::Sub(update.under, update.over), next.over, kept);
  return hn::Div(over, hn::Mul(update.under, next.under));
}

}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#endif
