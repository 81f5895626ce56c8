#include <math.h>

#include "loss.h"

namespace {

// Added to the softplus: a scale of 0 has no density, and 2 degrees of freedom have no variance.
constexpr double kFloor = 1e-4;
constexpr double kHalfLogTwoPi = 0.91893853320467274178;
constexpr double kHalfLogPi = 0.57236494292470008707;

double Softplus(double x) { return fmax(x, 0) + log1p(exp(-fabs(x))); }

double Sigmoid(double x) { return 1 / (1 + exp(-x)); }

struct GammaStep {
  double value;
  double slope;
};

// log(Gamma(x + 1/2) / Gamma(x)) and its derivative for x >= 1, both within 1e-12: Stirling's series of the two,
// subtracted term by term so that nothing cancels, after steps up to x >= 10, where five terms are enough.
GammaStep LogGammaStep(double x) {
  double product = 1, slope = 0;
  while (x < 10) {
    product *= x / (x + 0.5);
    slope += 1 / x - 1 / (x + 0.5);
    x += 1;
  }
  const double u = 1 / x, v = u * u;
  const double series =
      u * (-1.0 / 8 + v * (1.0 / 192 + v * (-1.0 / 640 + v * (17.0 / 14336 - v * (31.0 / 18432)))));
  const double derivative =
      v * (1.0 / 8 + v * (-1.0 / 64 + v * (1.0 / 128 + v * (-17.0 / 2048 + v * (31.0 / 2048)))));
  return {log(product) + 0.5 * log(x) + series, slope + 0.5 * u + derivative};
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
  const GammaStep gamma = LogGammaStep(0.5 * degrees);
  const double logarithm = log1p(square / degrees);
  const double pull = (degrees + 1) / (degrees + square);
  return {kHalfLogPi + 0.5 * log(degrees) - gamma.value + log(scale) + 0.5 * (degrees + 1) * logarithm,
          -pull * z / scale, (1 - pull * square) / scale,
          0.5 * (1 / degrees - gamma.slope + logarithm - pull * square / degrees)};
}

}  // namespace

extern "C" double esp_likelihood_scale(double output) { return Softplus(output) + kFloor; }

extern "C" double esp_likelihood_degrees(double output) { return 2 + Softplus(output) + kFloor; }

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
      const double raw = forecast[part + at];
      const double scale = esp_likelihood_scale(raw);
      const Term term = has_degrees ? StudentT(off, scale, esp_likelihood_degrees(forecast[2 * part + at]))
                                    : Normal(off, scale);
      sum += term.value;
      gradient[at] = static_cast<float>(weight * term.location);
      gradient[part + at] = static_cast<float>(weight * term.scale * Sigmoid(raw));
      if (has_degrees) {
        gradient[2 * part + at] = static_cast<float>(weight * term.degrees * Sigmoid(forecast[2 * part + at]));
      }
    }
  }
  return weight * sum;
}
