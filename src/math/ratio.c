/*-------------------------------------------------------------------------
 *
 * ratio.c
 *	  Uncertainty of a ratio of sums by the delta method (Cochran 1977,
 *	  Sampling Techniques, 2.11): the residuals y - R x have variance
 *	  s^2 = sum (y - R x)^2 / (n - 1), and R the standard error
 *	  sqrt(n) s / sum x.
 *
 * Assumes that the individuals are independent and many, and that none of them
 * carries the sums alone.
 *
 *-------------------------------------------------------------------------
 */
#include "math/ratio.h"

#include <float.h>

/*
 * sum (y - R x)^2 from its parts.  What rounding leaves of nothing is nothing:
 * prices raised by the same factor for all make an interval of no width.
 */
static double
residual_sum(const CxRatio *r)
{
	double		q = r->ratio - 1;
	double		plus = r->change_squared + q * q * r->base_squared;
	double		residuals = plus - 2 * q * r->change_base;

	return residuals > 16 * DBL_EPSILON * plus ? residuals : 0;
}

/* NaN below two individuals; not below 0, not above 'most'. */
CxRange
cx_ratio_interval(const CxRatio *r, double level, double most)
{
	double		margin;

	if (!(r->n > 1) || !(r->base > 0))
		return (CxRange) {NAN, NAN};
	margin = cx_normal_reach(level) *
		sqrt(residual_sum(r) * r->n / (r->n - 1)) / r->base;
	return cx_range_around(r->ratio - margin, r->ratio + margin, r->ratio, 0, most);
}
