/*
 * beta.h
 *		The beta distribution, for a handful of answers or for 10^13.
 *
 * The shapes a and b lie between 1e-100 and 1e100 and probabilities between 0
 * and 1; anything else, and NaN, gives NaN.  Below x = 0 lies nothing, above
 * x = 1 everything.  The time of a call does not grow with a and b.
 */
#ifndef CX_MATH_BETA_H
#define CX_MATH_BETA_H

/* P(X <= x), the regularised incomplete beta function I_x(a, b) */
extern double cx_beta_cdf(double x, double a, double b);

/* P(X > x), exact also where it is small */
extern double cx_beta_upper(double x, double a, double b);

/* the x with P(X <= x) = p */
extern double cx_beta_quantile(double p, double a, double b);

/*
 * The same for distributions that are a beta distribution in disguise and
 * know both x and 1 - x better than one double can tell: odds = x / (1 - x).
 */
extern double cx_beta_cdf_odds(double odds, double a, double b);
extern double cx_beta_quantile_log_odds(double p, double a, double b);

#endif							/* CX_MATH_BETA_H */
