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

/* NaN below two individuals; not below 0, not above 'most'. */
CxRange
cx_ratio_interval(const CxRatio *r, double level, double most)
{
	double		q = r->ratio - 1;
	double		residuals = r->change_squared - 2 * q * r->change_base +
		q * q * r->base_squared;
	double		margin;

	if (!(r->n > 1) || !(r->base > 0))
		return (CxRange) {NAN, NAN};
	margin = cx_normal_reach(level) *
		sqrt(fmax(residuals, 0) * r->n / (r->n - 1)) / r->base;
	return cx_range_around(r->ratio - margin, r->ratio + margin, r->ratio, 0, most);
}
