/*
 * chisq.h
 *		The chi-squared distribution, with any real degrees of freedom.
 *
 * The degrees of freedom df lie between 1e-99 and 1e40; anything else, and NaN,
 * gives NaN.
 */
#ifndef CX_MATH_CHISQ_H
#define CX_MATH_CHISQ_H

#include "math/inference.h"

/* P(X > x): 1e-12 of it is the most that is wrong, however small, for df >= 1e-3 */
extern double cx_chisq_upper(double x, double df);

/* The test whose statistic has this distribution where there is no difference. */
static inline CxChisq
cx_chisq_test(double statistic, double df)
{
	return (CxChisq) {statistic, df, cx_chisq_upper(statistic, df)};
}

#endif							/* CX_MATH_CHISQ_H */
