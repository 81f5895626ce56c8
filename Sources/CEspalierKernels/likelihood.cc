#include <math.h>

#include "loss.h"

namespace {

// Added to the softplus: a scale of 0 has no density, and 2 degrees of freedom have no variance.
constexpr double kFloor = 1e-4;
constexpr double kHalfLogTwoPi = 0.91893853320467274178;
constexpr double kHalfLogPi = 0.57236494292470008707;

// A function's value with its derivative.
struct Point {
  double value;
  double slope;
};

// log(1 + exp(x)), and 1 / (1 + exp(-x)) from the same exponential.
Point Softplus(double x) {
  const double small = exp(-fabs(x));
  return {fmax(x, 0) + log1p(small), (x < 0 ? small : 1) / (1 + small)};
}

// Gamma(x + 1/2) / Gamma(x) = factor * exp(exponent), with the slope of its logarithm.
struct GammaRatio {
  double factor;
  double exponent;
  double slope;
};

// The ratio for x >= 1, its logarithm and slope within 1e-12: Stirling's series of the two, subtracted term by term so
// that nothing cancels, after steps up to x >= 10, where five terms are enough.
GammaRatio RatioOfGammas(double x) {
  double product = 1, slope = 0;
  while (x < 10) {
    const double inverse = 1 / (x * (x + 0.5));
    product *= x * x * inverse;
    slope += 0.5 * inverse;
    x += 1;
  }
  const double u = 1 / x, v = u * u;
  const double series =
      u * (-1.0 / 8 + v * (1.0 / 192 + v * (-1.0 / 640 + v * (17.0 / 14336 - v * (31.0 / 18432)))));
  const double derivative =
      v * (1.0 / 8 + v * (-1.0 / 64 + v * (1.0 / 128 + v * (-17.0 / 2048 + v * (31.0 / 2048)))));
  return {product * sqrt(x), series, slope + 0.5 * u + derivative};
}

// A negative log-density with its derivatives by location, scale and degrees of freedom.
struct Term {
  double value;
  double location;
  double scale;
  double degrees;
};

Term Normal(double off, double scale) {
  const double z = off / scale;
  return {0.5 * z * z + log(scale) + kHalfLogTwoPi, -z / scale, (1 - z * z) / scale, 0};
}

Term StudentT(double off, double scale, double degrees) {
  const double z = off / scale, square = z * z;
  const GammaRatio gamma = RatioOfGammas(0.5 * degrees);
  const double logarithm = log1p(square / degrees);
  const double pull = (degrees + 1) / (degrees + square);
  return {kHalfLogPi + log(scale * sqrt(degrees) / gamma.factor) - gamma.exponent + 0.5 * (degrees + 1) * logarithm,
          -pull * z / scale, (1 - pull * square) / scale,
          0.5 * (1 / degrees - gamma.slope + logarithm - pull * square / degrees)};
}

}  // namespace

extern "C" double esp_likelihood_scale(double output) { return Softplus(output).value + kFloor; }

extern "C" double esp_likelihood_degrees(double output) { return 2 + Softplus(output).value + kFloor; }

extern "C" double esp_likelihood_loss(esp_likelihood_kind kind, size_t rows, size_t lanes, size_t samples,
                                      double weight, const float* forecast, const float* target, float* gradient) {
  const size_t part = rows * lanes;
  const bool has_degrees = kind == ESP_LIKELIHOOD_STUDENT_T;
  const size_t parts = has_degrees ? 3 : 2;
  double sum = 0;
  for (size_t row = 0; row < rows; ++row) {
    for (size_t lane = 0; lane < lanes; ++lane) {
      const size_t at = row * lanes + lane;
      if (lane >= samples) {
        for (size_t index = 0; index < parts; ++index) gradient[index * part + at] = 0;
        continue;
      }
      const double off = static_cast<double>(target[at]) - forecast[at];
      const Point scale = Softplus(forecast[part + at]);
      const Point degrees = has_degrees ? Softplus(forecast[2 * part + at]) : Point{};
      const Term term = has_degrees ? StudentT(off, scale.value + kFloor, 2 + degrees.value + kFloor)
                                    : Normal(off, scale.value + kFloor);
      sum += term.value;
      gradient[at] = static_cast<float>(weight * term.location);
      gradient[part + at] = static_cast<float>(weight * term.scale * scale.slope);
      if (has_degrees) gradient[2 * part + at] = static_cast<float>(weight * term.degrees * degrees.slope);
    }
  }
  return weight * sum;
}
