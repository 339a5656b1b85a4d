/*
 * normal.h
 *		The standard normal distribution.
 *
 * NaN in gives NaN out; a probability outside 0 to 1 gives NaN.
 */
#ifndef CX_MATH_NORMAL_H
#define CX_MATH_NORMAL_H

/* P(Z <= z) */
extern double cx_normal_cdf(double z);

/* P(Z > z), as exact for z = 30 as for z = -30 */
extern double cx_normal_upper(double z);

/* the z with P(Z <= z) = p; minus infinity for p = 0, infinity for p = 1 */
extern double cx_normal_quantile(double p);

#endif							/* CX_MATH_NORMAL_H */
