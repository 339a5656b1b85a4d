/*
 * student.c
 *		Student's t distribution, with any real degrees of freedom.
 *
 * df / (df + T^2) has a beta distribution with shapes df / 2 and 1/2
 * (Abramowitz and Stegun 1964, 26.5.27), so that T^2 / df is the odds of the
 * mirrored one.  Odds rather than a share, because near the centre, or for
 * many degrees of freedom, the share is so close to 1 that a double would keep
 * few digits of t.
 */
#include "math/student.h"

#include "math/beta.h"
#include "math/normal.h"

#include <math.h>

#define SMALLEST_DF	1e-99

/* Beyond this many the distribution is the normal one to the last digit. */
#define NORMAL_DF	1e22

/* Beyond this t / sqrt(df) the tail is a power of t to the last digit. */
#define FAR_OUT		1e20

double
cx_student_upper(double t, double df)
{
	double		power_law = FAR_OUT * sqrt(df);
	double		tail;

	if (isnan(t) || !(df >= SMALLEST_DF))
		return NAN;
	if (df > NORMAL_DF)
		return cx_normal_upper(t);

	if (fabs(t) <= power_law)
		tail = 0.5 * cx_beta_cdf_odds(df / fabs(t) / fabs(t), 0.5 * df, 0.5);
	else
		tail = 0.5 * cx_beta_cdf_odds(1.0 / (FAR_OUT * FAR_OUT), 0.5 * df, 0.5) *
			pow(power_law / fabs(t), df);
	return t >= 0.0 ? tail : 1.0 - tail;
}

double
cx_student_cdf(double t, double df)
{
	return cx_student_upper(-t, df);
}

double
cx_student_quantile(double p, double df)
{
	double		tail = p < 0.5 ? p : 1.0 - p;
	double		log_odds;

	if (!(p >= 0.0 && p <= 1.0) || !(df >= SMALLEST_DF))
		return NAN;
	if (df > NORMAL_DF)
		return cx_normal_quantile(p);

	/* P(|T| > t) or P(|T| <= t), whichever is smaller: both are exact here. */
	if (tail < 0.25)
		log_odds = -cx_beta_quantile_log_odds(2.0 * tail, 0.5 * df, 0.5);
	else
		log_odds = cx_beta_quantile_log_odds(2.0 * fabs(p - 0.5), 0.5, 0.5 * df);
	return copysign(sqrt(df) * exp(0.5 * log_odds), p - 0.5);
}
