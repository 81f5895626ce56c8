#pragma once

/// Distribution functions over Boost.Math, as plain C functions of doubles.
///
/// Every function is pure and may be called from any thread. Nothing is thrown across this header: an argument
/// outside the stated domain, an evaluation that does not converge or a result that is no finite number gives NaN.

#ifdef __cplusplus
extern "C" {
#endif

/// The x below which a standard normal variable falls with `probability`, a number in (0, 1).
double esp_normal_quantile(double probability);

/// The probability that a Student t variable with `degrees` > 0 degrees of freedom is at most `x`, x finite.
double esp_student_t_cdf(double x, double degrees);

/// The x below which a Student t variable with `degrees` > 0 degrees of freedom falls with `probability` in (0, 1).
double esp_student_t_quantile(double probability, double degrees);

#ifdef __cplusplus
}
#endif
