/*
 * chisq.c
 *		The chi-squared distribution, with any real degrees of freedom.
 *
 * x / 2 has a gamma distribution of shape a = df / 2, which is what b X becomes
 * for an X that has a beta distribution with shapes a and b, once b is large.
 * What the beta distribution of the largest b has left to go is a^2 / b and
 * x^2 / b, far below the last digit; and b is a power of two, so that nothing is
 * rounded on the way there.
 */
#include "math/chisq.h"

#include "math/beta.h"

#include <math.h>

#define SMALLEST_DF		1e-99
#define LARGEST_DF		1e40

/* 2 to this power is the largest there is below the largest shape, 1e100. */
#define LOG2_B			332

double
cx_chisq_upper(double x, double df)
{
	if (!(df >= SMALLEST_DF && df <= LARGEST_DF))
		return NAN;
	return cx_beta_upper(ldexp(x, -LOG2_B - 1), 0.5 * df, ldexp(1.0, LOG2_B));
}
