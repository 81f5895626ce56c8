#include "products.h"

#include "blas_products.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "products.cc"
#include "simd.h"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace espalier {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Vec = hn::Vec<Floats>;

// Register blocks. AVX-512 has 32 registers, AVX2 has 16: the accumulators, the vectors of one row of x and one
// broadcast weight have to fit. Narrow panels take more rows, so that enough sums are under way at once.
constexpr size_t kVectors = HWY_TARGET <= HWY_AVX3 ? 4 : 2;
constexpr size_t kAccumulators = HWY_TARGET <= HWY_AVX3 ? 24 : 12;

template <size_t V>
constexpr size_t RowsOf() {
  return HWY_MIN(kAccumulators / V, size_t{16});
}

// A (rows, inner) matrix read through strides, so that the transposed product is the same kernel.
struct Matrix {
  const float* at;
  size_t row_stride;
  size_t column_stride;
};

// R rows by V vectors of one product, accumulators in registers along `inner`.
template <size_t R, size_t V>
HWY_INLINE void Block(size_t inner, Matrix w, const float* bias, const float* HWY_RESTRICT x, size_t x_stride,
                      float* HWY_RESTRICT out, size_t out_stride, bool accumulate) {
  const Floats d;
  const size_t n = hn::Lanes(d);
  Vec sum[R][V];
  HWY_UNROLL(R)
  for (size_t r = 0; r < R; ++r) {
    const Vec start = bias != nullptr ? hn::Set(d, bias[r]) : hn::Zero(d);
    HWY_UNROLL(V)
    for (size_t v = 0; v < V; ++v) {
      sum[r][v] = accumulate ? hn::Add(start, hn::Load(d, out + r * out_stride + v * n)) : start;
    }
  }
  for (size_t k = 0; k < inner; ++k) {
    Vec xs[V];
    HWY_UNROLL(V)
    for (size_t v = 0; v < V; ++v) xs[v] = hn::Load(d, x + k * x_stride + v * n);
    const float* weights = w.at + k * w.column_stride;
    HWY_UNROLL(R)
    for (size_t r = 0; r < R; ++r) {
      const Vec weight = hn::Set(d, weights[r * w.row_stride]);
      HWY_UNROLL(V)
      for (size_t v = 0; v < V; ++v) sum[r][v] = hn::MulAdd(weight, xs[v], sum[r][v]);
    }
  }
  HWY_UNROLL(R)
  for (size_t r = 0; r < R; ++r) {
    HWY_UNROLL(V)
    for (size_t v = 0; v < V; ++v) hn::Store(sum[r][v], d, out + r * out_stride + v * n);
  }
}

// A block of `count` rows, at most R.
template <size_t R, size_t V>
HWY_INLINE void BlockOf(size_t count, size_t inner, Matrix w, const float* bias, const float* x, size_t x_stride,
                        float* out, size_t out_stride, bool accumulate) {
  if constexpr (R > 1) {
    if (count < R) return BlockOf<R - 1, V>(count, inner, w, bias, x, x_stride, out, out_stride, accumulate);
  }
  Block<R, V>(inner, w, bias, x, x_stride, out, out_stride, accumulate);
}

// All rows of V vectors of lanes. Rows are dealt evenly so that no block is much smaller than the others.
template <size_t V>
HWY_NOINLINE void Panel(size_t rows, size_t inner, Matrix w, const float* bias, const float* x, size_t x_stride,
                        float* out, size_t out_stride, bool accumulate) {
  const size_t blocks = (rows + RowsOf<V>() - 1) / RowsOf<V>();
  size_t row = 0;
  for (size_t b = 0; b < blocks; ++b) {
    const size_t count = (rows - row + (blocks - b) - 1) / (blocks - b);
    const Matrix part{w.at + row * w.row_stride, w.row_stride, w.column_stride};
    BlockOf<RowsOf<V>(), V>(count, inner, part, bias != nullptr ? bias + row : nullptr, x, x_stride,
                            out + row * out_stride, out_stride, accumulate);
    row += count;
  }
}

// out (rows, width) (+)= bias + w * x, where `width` is a multiple of the vector's length.
HWY_INLINE void Multiply(size_t rows, size_t inner, size_t width, Matrix w, const float* bias, const float* x,
                         size_t x_stride, float* out, size_t out_stride, bool accumulate) {
  const size_t n = hn::Lanes(Floats());
  size_t lane = 0;
  for (; lane + kVectors * n <= width; lane += kVectors * n) {
    Panel<kVectors>(rows, inner, w, bias, x + lane, x_stride, out + lane, out_stride, accumulate);
  }
  for (; lane + 2 * n <= width; lane += 2 * n) {
    Panel<2>(rows, inner, w, bias, x + lane, x_stride, out + lane, out_stride, accumulate);
  }
  for (; lane < width; lane += n) {
    Panel<1>(rows, inner, w, bias, x + lane, x_stride, out + lane, out_stride, accumulate);
  }
}

// AVX2 and all of AVX-512: better targets have smaller numbers.
bool WideVectors() { return HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2; }

void Product(size_t rows, size_t inner, size_t steps, size_t lanes, const float* weight, const float* bias,
             const float* x, size_t x_step, float* out, bool accumulate) {
  for (size_t s = 0; s < steps; ++s) {
    Multiply(rows, inner, lanes, Matrix{weight, inner, 1}, bias, x + s * x_step, lanes, out + s * rows * lanes, lanes,
             accumulate);
  }
}

void ProductTransposed(size_t rows, size_t inner, size_t steps, size_t lanes, const float* weight, const float* g,
                       float* out, size_t out_step, bool accumulate) {
  for (size_t s = 0; s < steps; ++s) {
    Multiply(inner, rows, lanes, Matrix{weight, 1, inner}, nullptr, g + s * rows * lanes, lanes, out + s * out_step,
             lanes, accumulate);
  }
}

// Writes (rows, lanes) as (lanes, width): width >= rows, what is beyond stays untouched. Four by four at a time.
HWY_INLINE void Transpose(size_t rows, size_t lanes, const float* HWY_RESTRICT from, float* HWY_RESTRICT to,
                          size_t width) {
  const hn::FixedTag<float, 4> d;
  size_t row = 0;
  for (; row + 4 <= rows; row += 4) {
    const float* source = from + row * lanes;
    for (size_t lane = 0; lane < lanes; lane += 4) {
      const auto r0 = hn::Load(d, source + lane), r1 = hn::Load(d, source + lanes + lane);
      const auto r2 = hn::Load(d, source + 2 * lanes + lane), r3 = hn::Load(d, source + 3 * lanes + lane);
      const auto even_low = hn::InterleaveLower(d, r0, r2), odd_low = hn::InterleaveLower(d, r1, r3);
      const auto even_high = hn::InterleaveUpper(d, r0, r2), odd_high = hn::InterleaveUpper(d, r1, r3);
      float* target = to + lane * width + row;
      hn::Store(hn::InterleaveLower(d, even_low, odd_low), d, target);
      hn::Store(hn::InterleaveUpper(d, even_low, odd_low), d, target + width);
      hn::Store(hn::InterleaveLower(d, even_high, odd_high), d, target + 2 * width);
      hn::Store(hn::InterleaveUpper(d, even_high, odd_high), d, target + 3 * width);
    }
  }
  for (; row < rows; ++row) {
    for (size_t lane = 0; lane < lanes; ++lane) to[lane * width + row] = from[row * lanes + lane];
  }
}

void BiasGradient(size_t rows, size_t steps, size_t lanes, const float* HWY_RESTRICT g, float* HWY_RESTRICT gradient) {
  const Floats d;
  const size_t n = hn::Lanes(d);
  for (size_t i = 0; i < rows; ++i) {
    Vec sum = hn::Zero(d);
    for (size_t s = 0; s < steps; ++s) {
      const float* row = g + (s * rows + i) * lanes;
      for (size_t lane = 0; lane < lanes; lane += n) sum = hn::Add(sum, hn::Load(d, row + lane));
    }
    gradient[i] += hn::GetLane(hn::SumOfLanes(d, sum));
  }
}

// Activations as (steps, rows, lanes) with `step` floats from one step to the next.
struct Sequence {
  const float* at;
  size_t rows;
  size_t step;
};

size_t Width(size_t rows) { return (rows + 15) / 16 * 16; }

// Steps that are kept transposed at once: they should stay in the second-level cache while all rows pass over them.
size_t StepsAtOnce(size_t width, size_t steps, size_t lanes) {
  constexpr size_t kFloats = 64 * 1024;
  const size_t fit = kFloats / (width * lanes);
  return HWY_MAX(size_t{1}, HWY_MIN(steps, fit));
}

size_t WeightGradientScratch(size_t rows, size_t inner, size_t steps, size_t lanes) {
  const size_t width = Width(HWY_MIN(rows, inner));
  return (StepsAtOnce(width, steps, lanes) * lanes + HWY_MAX(rows, inner)) * width;
}

// sums (outer.rows, Width(turned.rows)) = the sum over steps and lanes of outer times turned, row by row. With one side
// transposed this is an ordinary product, without sums across a vector. Columns beyond turned.rows are sums of `pad`
// times outer.
HWY_INLINE void SumOfOuterProducts(Sequence outer, Sequence turned, size_t steps, size_t lanes, float pad,
                                   float* sums, float* scratch) {
  const size_t width = Width(turned.rows);
  const size_t chunk = StepsAtOnce(width, steps, lanes);
  for (size_t lane = 0; lane < chunk * lanes; ++lane) {
    for (size_t column = turned.rows; column < width; ++column) scratch[lane * width + column] = pad;
  }
  for (size_t begin = 0; begin < steps; begin += chunk) {
    const size_t end = HWY_MIN(steps, begin + chunk);
    for (size_t s = begin; s < end; ++s) {
      Transpose(turned.rows, lanes, turned.at + s * turned.step, scratch + (s - begin) * lanes * width, width);
    }
    for (size_t s = begin; s < end; ++s) {
      Multiply(outer.rows, lanes, width, Matrix{outer.at + s * outer.step, lanes, 1}, nullptr,
               scratch + (s - begin) * lanes * width, width, sums, width, s > 0);
    }
  }
}

void WeightGradient(size_t rows, size_t inner, size_t steps, size_t lanes, const float* g, const float* x,
                    size_t x_step, float* gradient, float* bias_gradient, float* scratch) {
  const Sequence above{g, rows, rows * lanes}, below{x, inner, x_step};
  const size_t width = Width(HWY_MIN(rows, inner));
  float* sums = scratch;
  float* turned = scratch + HWY_MAX(rows, inner) * width;
  if (inner <= rows) {
    // Spare columns take a factor of 1 instead of x: they are the gradient of the bias, for nothing.
    SumOfOuterProducts(above, below, steps, lanes, 1.0f, sums, turned);
    for (size_t i = 0; i < rows; ++i) {
      for (size_t k = 0; k < inner; ++k) gradient[i * inner + k] += sums[i * width + k];
      if (bias_gradient != nullptr && width > inner) bias_gradient[i] += sums[i * width + inner];
    }
    if (width > inner) return;
  } else {
    SumOfOuterProducts(below, above, steps, lanes, 0.0f, sums, turned);
    for (size_t i = 0; i < rows; ++i) {
      for (size_t k = 0; k < inner; ++k) gradient[i * inner + k] += sums[k * width + i];
    }
  }
  if (bias_gradient != nullptr) BiasGradient(rows, steps, lanes, g, bias_gradient);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace espalier
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace espalier {
HWY_EXPORT(WideVectors);
HWY_EXPORT(Product);
HWY_EXPORT(ProductTransposed);
HWY_EXPORT(WeightGradientScratch);
HWY_EXPORT(WeightGradient);
HWY_EXPORT(BiasGradient);
}  // namespace espalier

extern "C" {

void esp_product(size_t rows, size_t inner, size_t steps, size_t lanes, const float* weight, const float* bias,
                 const float* x, size_t x_step, float* out, bool accumulate) {
  if (HWY_DYNAMIC_DISPATCH(espalier::WideVectors)()) {
    HWY_DYNAMIC_DISPATCH(espalier::Product)(rows, inner, steps, lanes, weight, bias, x, x_step, out, accumulate);
  } else {
    espalier::BlasProduct(rows, inner, steps, lanes, weight, bias, x, x_step, out, accumulate);
  }
}

void esp_product_transposed(size_t rows, size_t inner, size_t steps, size_t lanes, const float* weight, const float* g,
                            float* out, size_t out_step, bool accumulate) {
  if (HWY_DYNAMIC_DISPATCH(espalier::WideVectors)()) {
    HWY_DYNAMIC_DISPATCH(espalier::ProductTransposed)(rows, inner, steps, lanes, weight, g, out, out_step, accumulate);
  } else {
    espalier::BlasProductTransposed(rows, inner, steps, lanes, weight, g, out, out_step, accumulate);
  }
}

size_t esp_weight_gradient_scratch(size_t rows, size_t inner, size_t steps, size_t lanes) {
  return HWY_DYNAMIC_DISPATCH(espalier::WeightGradientScratch)(rows, inner, steps, lanes);
}

void esp_weight_gradient(size_t rows, size_t inner, size_t steps, size_t lanes, const float* g, const float* x,
                         size_t x_step, float* gradient, float* bias_gradient, float* scratch) {
  if (HWY_DYNAMIC_DISPATCH(espalier::WideVectors)()) {
    HWY_DYNAMIC_DISPATCH(espalier::WeightGradient)
    (rows, inner, steps, lanes, g, x, x_step, gradient, bias_gradient, scratch);
  } else {
    espalier::BlasWeightGradient(rows, inner, steps, lanes, g, x, x_step, gradient);
    if (bias_gradient != nullptr) esp_bias_gradient(rows, steps, lanes, g, bias_gradient);
  }
}

void esp_bias_gradient(size_t rows, size_t steps, size_t lanes, const float* g, float* gradient) {
  HWY_DYNAMIC_DISPATCH(espalier::BiasGradient)(rows, steps, lanes, g, gradient);
}

}  // extern "C"
#endif  // HWY_ONCE
