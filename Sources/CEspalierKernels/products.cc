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
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Vec = hn::Vec<Floats>;

// Register blocks. AVX-512 has 32 registers, AVX2 has 16: the accumulators, the vectors of one row of x and one
// broadcast weight have to fit.
constexpr size_t kVectors = HWY_TARGET <= HWY_AVX3 ? 4 : 2;
constexpr size_t kRows = 6;

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

// All rows of V vectors of lanes. Rows are dealt evenly so that no block is much smaller than the others.
template <size_t V>
HWY_INLINE void Panel(size_t rows, size_t inner, Matrix w, const float* bias, const float* x, size_t x_stride,
                      float* out, size_t out_stride, bool accumulate) {
  const size_t blocks = (rows + kRows - 1) / kRows;
  size_t row = 0;
  for (size_t b = 0; b < blocks; ++b) {
    const size_t count = (rows - row + (blocks - b) - 1) / (blocks - b);
    const Matrix part{w.at + row * w.row_stride, w.row_stride, w.column_stride};
    const float* part_bias = bias != nullptr ? bias + row : nullptr;
    float* to = out + row * out_stride;
    switch (count) {
      case 6: Block<6, V>(inner, part, part_bias, x, x_stride, to, out_stride, accumulate); break;
      case 5: Block<5, V>(inner, part, part_bias, x, x_stride, to, out_stride, accumulate); break;
      case 4: Block<4, V>(inner, part, part_bias, x, x_stride, to, out_stride, accumulate); break;
      case 3: Block<3, V>(inner, part, part_bias, x, x_stride, to, out_stride, accumulate); break;
      case 2: Block<2, V>(inner, part, part_bias, x, x_stride, to, out_stride, accumulate); break;
      default: Block<1, V>(inner, part, part_bias, x, x_stride, to, out_stride, accumulate); break;
    }
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

bool WideVectors() { return HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL; }

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

// Writes (rows, lanes) as (lanes, width): width >= rows, what is beyond stays untouched.
HWY_INLINE void Transpose(size_t rows, size_t lanes, const float* HWY_RESTRICT from, float* HWY_RESTRICT to,
                          size_t width) {
  constexpr size_t kTile = 8;
  for (size_t row = 0; row < rows; row += kTile) {
    const size_t row_end = HWY_MIN(rows, row + kTile);
    for (size_t lane = 0; lane < lanes; lane += kTile) {
      for (size_t l = lane; l < lane + kTile; ++l) {
        for (size_t r = row; r < row_end; ++r) to[l * width + r] = from[r * lanes + l];
      }
    }
  }
}

// Steps whose transposed x is kept at once: it should stay in the second-level cache while all rows pass over it.
size_t StepsAtOnce(size_t width, size_t steps, size_t lanes) {
  constexpr size_t kFloats = 64 * 1024;
  const size_t fit = kFloats / (width * lanes);
  return HWY_MAX(size_t{1}, HWY_MIN(steps, fit));
}

size_t Width(size_t inner) { return (inner + 15) / 16 * 16; }

size_t WeightGradientScratch(size_t rows, size_t inner, size_t steps, size_t lanes) {
  return StepsAtOnce(Width(inner), steps, lanes) * lanes * Width(inner) + rows * Width(inner);
}

// With x transposed, the sum over lanes and steps is an ordinary product: no sums across a vector.
void WeightGradient(size_t rows, size_t inner, size_t steps, size_t lanes, const float* g, const float* x,
                    size_t x_step, float* gradient, float* scratch) {
  const size_t width = Width(inner);
  const size_t chunk = StepsAtOnce(width, steps, lanes);
  float* turned = scratch;
  float* sums = scratch + chunk * lanes * width;
  for (size_t i = 0; i < chunk * lanes * width; ++i) turned[i] = 0.0f;
  bool accumulate = false;
  for (size_t begin = 0; begin < steps; begin += chunk) {
    const size_t end = HWY_MIN(steps, begin + chunk);
    for (size_t s = begin; s < end; ++s) {
      Transpose(inner, lanes, x + s * x_step, turned + (s - begin) * lanes * width, width);
    }
    for (size_t s = begin; s < end; ++s) {
      Multiply(rows, lanes, width, Matrix{g + s * rows * lanes, lanes, 1}, nullptr,
               turned + (s - begin) * lanes * width, width, sums, width, accumulate);
      accumulate = true;
    }
  }
  for (size_t i = 0; i < rows; ++i) {
    for (size_t k = 0; k < inner; ++k) gradient[i * inner + k] += sums[i * width + k];
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
                         size_t x_step, float* gradient, float* scratch) {
  if (HWY_DYNAMIC_DISPATCH(espalier::WideVectors)()) {
    HWY_DYNAMIC_DISPATCH(espalier::WeightGradient)(rows, inner, steps, lanes, g, x, x_step, gradient, scratch);
  } else {
    espalier::BlasWeightGradient(rows, inner, steps, lanes, g, x, x_step, gradient);
  }
}

void esp_bias_gradient(size_t rows, size_t steps, size_t lanes, const float* g, float* gradient) {
  HWY_DYNAMIC_DISPATCH(espalier::BiasGradient)(rows, steps, lanes, g, gradient);
}

}  // extern "C"
#endif  // HWY_ONCE
