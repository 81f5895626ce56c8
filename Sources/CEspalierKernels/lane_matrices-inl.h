// Products of small matrices whose elements are vectors of lanes. Included once a SIMD target.
#if defined(ESPALIER_LANE_MATRICES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ESPALIER_LANE_MATRICES_INL_H_
#undef ESPALIER_LANE_MATRICES_INL_H_
#else
#define ESPALIER_LANE_MATRICES_INL_H_
#endif

#include <stddef.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Vec = hn::Vec<Floats>;

// A matrix of vectors, one lane group of a larger array, read through strides (in floats).
struct Lanes {
  float* at;
  size_t row_stride;
  size_t column_stride;
};

struct ConstLanes {
  const float* at;
  size_t row_stride;
  size_t column_stride;
  ConstLanes(const float* from, size_t row, size_t column) : at(from), row_stride(row), column_stride(column) {}
  ConstLanes(Lanes other) : at(other.at), row_stride(other.row_stride), column_stride(other.column_stride) {}
  ConstLanes Transposed() const { return ConstLanes(at, column_stride, row_stride); }
};

// R by C vectors of out (+)= a b, accumulators in registers.
template <size_t R, size_t C, bool kAdd>
HWY_INLINE void Block(size_t inner, ConstLanes a, ConstLanes b, Lanes out) {
  const Floats d;
  Vec sum[R][C];
  HWY_UNROLL(R)
  for (size_t r = 0; r < R; ++r) {
    HWY_UNROLL(C)
    for (size_t c = 0; c < C; ++c) {
      sum[r][c] = kAdd ? hn::Load(d, out.at + r * out.row_stride + c * out.column_stride) : hn::Zero(d);
    }
  }
  for (size_t k = 0; k < inner; ++k) {
    Vec right[C];
    HWY_UNROLL(C)
    for (size_t c = 0; c < C; ++c) right[c] = hn::Load(d, b.at + k * b.row_stride + c * b.column_stride);
    HWY_UNROLL(R)
    for (size_t r = 0; r < R; ++r) {
      const Vec left = hn::Load(d, a.at + r * a.row_stride + k * a.column_stride);
      HWY_UNROLL(C)
      for (size_t c = 0; c < C; ++c) sum[r][c] = hn::MulAdd(left, right[c], sum[r][c]);
    }
  }
  HWY_UNROLL(R)
  for (size_t r = 0; r < R; ++r) {
    HWY_UNROLL(C)
    for (size_t c = 0; c < C; ++c) hn::Store(sum[r][c], d, out.at + r * out.row_stride + c * out.column_stride);
  }
}

template <size_t R, bool kAdd>
HWY_INLINE void RowsOf(size_t columns, size_t inner, ConstLanes a, ConstLanes b, Lanes out) {
  size_t column = 0;
  for (; column + 4 <= columns; column += 4) {
    Block<R, 4, kAdd>(inner, a, ConstLanes(b.at + column * b.column_stride, b.row_stride, b.column_stride),
                      Lanes{out.at + column * out.column_stride, out.row_stride, out.column_stride});
  }
  for (; column + 2 <= columns; column += 2) {
    Block<R, 2, kAdd>(inner, a, ConstLanes(b.at + column * b.column_stride, b.row_stride, b.column_stride),
                      Lanes{out.at + column * out.column_stride, out.row_stride, out.column_stride});
  }
  for (; column < columns; ++column) {
    Block<R, 1, kAdd>(inner, a, ConstLanes(b.at + column * b.column_stride, b.row_stride, b.column_stride),
                      Lanes{out.at + column * out.column_stride, out.row_stride, out.column_stride});
  }
}

// out (rows, columns) (+)= a (rows, inner) b (inner, columns), every element a vector of lanes.
template <bool kAdd = false>
HWY_INLINE void MultiplyLanes(size_t rows, size_t columns, size_t inner, ConstLanes a, ConstLanes b, Lanes out) {
  constexpr size_t kRows = HWY_TARGET <= HWY_AVX3 ? 4 : 2;
  size_t row = 0;
  for (; row + kRows <= rows; row += kRows) {
    RowsOf<kRows, kAdd>(columns, inner, ConstLanes(a.at + row * a.row_stride, a.row_stride, a.column_stride), b,
                        Lanes{out.at + row * out.row_stride, out.row_stride, out.column_stride});
  }
  for (; row < rows; ++row) {
    RowsOf<1, kAdd>(columns, inner, ConstLanes(a.at + row * a.row_stride, a.row_stride, a.column_stride), b,
                    Lanes{out.at + row * out.row_stride, out.row_stride, out.column_stride});
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#endif
