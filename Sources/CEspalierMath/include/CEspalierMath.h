#pragma once

/// Distribution functions over Boost.Math, as plain C functions of doubles.
///
/// Every function is pure and may be called from any thread. Nothing is thrown across this header: an argument
/// outside the stated domain, an evaluation that does not converge or a result that is no finite number gives NaN.

#ifdef __cplusplus
extern "C" {
#endif

/// The probability that a standard normal variable is at most `x`, x finite.
double esp_normal_cdf(double x);

/// The x below which a standard normal variable falls with `probability`, a number in (0, 1).
double esp_normal_quantile(double probability);

/// The probability that a Student t variable with `degrees` > 0 degrees of freedom is at most `x`, x finite.
double esp_student_t_cdf(double x, double degrees);

/// The x below which a Student t variable with `degrees` > 0 degrees of freedom falls with `probability` in (0, 1).
double esp_student_t_quantile(double probability, double degrees);

/// The density of a chi-squared variable with `degrees` > 0 degrees of freedom at a finite `x` > 0.
double esp_chi_squared_density(double x, double degrees);

/// The probability that a chi-squared variable with `degrees` > 0 degrees of freedom is above a finite `x` >= 0.
double esp_chi_squared_tail(double x, double degrees);

/// The probability that an F variable with `numerator` > 0 and `denominator` > 0 degrees of freedom is above a finite
/// `x` >= 0.
double esp_f_tail(double x, double numerator, double denominator);

/// Gamma(a) / Gamma(b) for finite `a` > 0 and `b` > 0, without overflow where the ratio has none.
double esp_gamma_ratio(double a, double b);

#ifdef __cplusplus
}
#endif
