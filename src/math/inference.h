/*-------------------------------------------------------------------------
 *
 * inference.h
 *	  What estimates, intervals and tests have in common.
 *
 * Undefined is NaN throughout; callers turn it into NULL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_INFERENCE_H
#define CX_MATH_INFERENCE_H

#include <math.h>
#include <stdbool.h>

#include "math/normal.h"
#include "math/rounding.h"

typedef struct CxRange
{
	double		lower;
	double		upper;
} CxRange;

typedef struct CxTest
{
	double		difference;
	double		stderr_;		/* stderr is a macro */
	double		statistic;
	double		df;				/* NaN where the statistic is normal */
	double		p_value;		/* two-sided */
	double		lower;
	double		upper;
} CxTest;

/* A test of "nothing differs" among any number of groups. */
typedef struct CxChisq
{
	double		statistic;
	double		df;
	double		p_value;
} CxChisq;

/* How far a two-sided interval of this level reaches, in standard errors. */
static inline double
cx_normal_reach(double level)
{
	/* 0 - x: a level of nearly nothing reaches 0, not -0 */
	return 0 - cx_normal_quantile((1 - level) / 2);
}

/* Rounding must not make an interval miss its estimate, nor leave the scale. */
static inline CxRange
cx_range_around(double lower, double upper, double estimate,
				double least, double most)
{
	return (CxRange) {fmin(fmax(lower, least), estimate),
			fmax(fmin(upper, most), estimate)};
}

/*
 * The two-sided test of "no difference" with a normal statistic.  The interval
 * lies around 'centre', which a method may have moved off the plain difference,
 * and stays within -most..most.  Moved off 0 that is no difference: the interval
 * holds 0, and so does the test.  Without any variation there is no statistic.
 */
static inline CxTest
cx_normal_test(double difference, double centre, double stderr_, double level,
			   double most)
{
	double		margin = cx_normal_reach(level) * stderr_;
	CxRange		range = cx_range_around(centre - margin, centre + margin,
										difference, -most, most);
	double		z = !(stderr_ > 0) ? NAN : fabs(difference) < CX_ROUNDING ? 0 : centre / stderr_;

	return (CxTest) {difference, stderr_, z, NAN,
			2 * cx_normal_upper(fabs(z)), range.lower, range.upper};
}

/*
 * The number of answers that a finite population makes of n: with it in place
 * of n, variances shrink by the finite-population correction (N - n) / (N - 1)
 * (Cochran 1977, 2.6).  'taken' is n before weighting.  Infinite when all were
 * asked.
 */
static inline double
cx_finite_n(double n, double taken, double population)
{
	return taken < population ?
		n * ((population - 1) / (population - taken)) : INFINITY;
}

/*
 * The answers needed for n of an infinite population when there are only
 * 'population': the inverse of cx_finite_n (Cochran 1977, 4.4).
 */
static inline double
cx_finite_sample(double n, double population)
{
	return population / (1 + (population - 1) / n);
}

#endif							/* CX_MATH_INFERENCE_H */
