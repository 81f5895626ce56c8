#include "CEspalierMath.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>

namespace {

namespace policies = boost::math::policies;

// Boost reports every error by a return value instead of an exception, so that none can reach the C boundary; float
// and double are not promoted to long double, which gives the same figures on every processor.
using Policy = policies::policy<policies::domain_error<policies::ignore_error>,
                                policies::pole_error<policies::ignore_error>,
                                policies::overflow_error<policies::ignore_error>,
                                policies::underflow_error<policies::ignore_error>,
                                policies::denorm_error<policies::ignore_error>,
                                policies::rounding_error<policies::ignore_error>,
                                policies::evaluation_error<policies::ignore_error>,
                                policies::indeterminate_result_error<policies::ignore_error>,
                                policies::promote_double<false>>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool isProbability(double value) { return value > 0 && value < 1; }
bool isDegrees(double value) { return value > 0 && std::isfinite(value); }

// Runs a computation; whatever goes wrong in it, a NaN comes out.
template <typename Computation>
double finiteOrNaN(Computation computation) noexcept {
  try {
    const double value = computation();
    return std::isfinite(value) ? value : kNaN;
  } catch (...) {
    return kNaN;
  }
}

}  // namespace

double esp_normal_cdf(double x) {
  if (!std::isfinite(x)) return kNaN;
  return finiteOrNaN([&] { return cdf(boost::math::normal_distribution<double, Policy>(), x); });
}

double esp_normal_quantile(double probability) {
  if (!isProbability(probability)) return kNaN;
  return finiteOrNaN([&] { return quantile(boost::math::normal_distribution<double, Policy>(), probability); });
}

double esp_student_t_cdf(double x, double degrees) {
  if (!std::isfinite(x) || !isDegrees(degrees)) return kNaN;
  return finiteOrNaN([&] { return cdf(boost::math::students_t_distribution<double, Policy>(degrees), x); });
}

double esp_student_t_quantile(double probability, double degrees) {
  if (!isProbability(probability) || !isDegrees(degrees)) return kNaN;
  return finiteOrNaN([&] {
    return quantile(boost::math::students_t_distribution<double, Policy>(degrees), probability);
  });
}

double esp_chi_squared_density(double x, double degrees) {
  if (!(x > 0) || !std::isfinite(x) || !isDegrees(degrees)) return kNaN;
  return finiteOrNaN([&] { return pdf(boost::math::chi_squared_distribution<double, Policy>(degrees), x); });
}

double esp_chi_squared_tail(double x, double degrees) {
  if (!(x >= 0) || !std::isfinite(x) || !isDegrees(degrees)) return kNaN;
  return finiteOrNaN(
      [&] { return cdf(complement(boost::math::chi_squared_distribution<double, Policy>(degrees), x)); });
}

double esp_f_tail(double x, double numerator, double denominator) {
  if (!(x >= 0) || !std::isfinite(x) || !isDegrees(numerator) || !isDegrees(denominator)) return kNaN;
  return finiteOrNaN([&] {
    return cdf(complement(boost::math::fisher_f_distribution<double, Policy>(numerator, denominator), x));
  });
}

double esp_gamma_ratio(double a, double b) {
  if (!isDegrees(a) || !isDegrees(b)) return kNaN;
  return finiteOrNaN([&] { return boost::math::tgamma_ratio(a, b, Policy()); });
}
