/*
 * normal.c
 *		The standard normal distribution.
 *
 * The tails are the complementary error function of the C library, which
 * keeps its relative accuracy however far out it is asked.  The quantile is
 * the minimax rational approximation of
 *
 *		Wichura, M. J. (1988). Algorithm AS 241: The percentage points of the
 *		normal distribution. Applied Statistics 37, 477-484.
 *
 * whose sixteen digits leave nothing for a further iteration to improve.
 */
#include "math/normal.h"

#include <math.h>

#define SQRT_HALF	0.70710678118654752440

/* A polynomial of degree 7, constant term first. */
static double
polynomial(const double c[8], double x)
{
	double		sum = c[7];

	for (int i = 6; i >= 0; i--)
		sum = sum * x + c[i];
	return sum;
}

double
cx_normal_cdf(double z)
{
	return 0.5 * erfc(-z * SQRT_HALF);
}

double
cx_normal_upper(double z)
{
	return 0.5 * erfc(z * SQRT_HALF);
}

double
cx_normal_quantile(double p)
{
	/* |p - 1/2| <= 0.425, in terms of 0.425^2 - (p - 1/2)^2 */
	static const double centre_over[8] = {
		3.3871328727963666080e0, 1.3314166789178437745e2,
		1.9715909503065514427e3, 1.3731693765509461125e4,
		4.5921953931549871457e4, 6.7265770927008700853e4,
		3.3430575583588128105e4, 2.5090809287301226727e3
	};
	static const double centre_under[8] = {
		1.0, 4.2313330701600911252e1,
		6.8718700749205790830e2, 5.3941960214247511077e3,
		2.1213794301586595867e4, 3.9307895800092710610e4,
		2.8729085735721942674e4, 5.2264952788528545610e3
	};

	/* nearer 0 or 1, in terms of r = sqrt(-log(tail)): r - 1.6 for r <= 5 */
	static const double tail_over[8] = {
		1.42343711074968357734e0, 4.63033784615654529590e0,
		5.76949722146069140550e0, 3.64784832476320460504e0,
		1.27045825245236838258e0, 2.41780725177450611770e-1,
		2.27238449892691845833e-2, 7.74545014278341407640e-4
	};
	static const double tail_under[8] = {
		1.0, 2.05319162663775882187e0,
		1.67638483018380384940e0, 6.89767334985100004550e-1,
		1.48103976427480074590e-1, 1.51986665636164571966e-2,
		5.47593808499534494600e-4, 1.05075007164441684324e-9
	};

	/* and r - 5 beyond, to the smallest double */
	static const double far_over[8] = {
		6.65790464350110377720e0, 5.46378491116411436990e0,
		1.78482653991729133580e0, 2.96560571828504891230e-1,
		2.65321895265761230930e-2, 1.24266094738807843860e-3,
		2.71155556874348757815e-5, 2.01033439929228813265e-7
	};
	static const double far_under[8] = {
		1.0, 5.99832206555887937690e-1,
		1.36929880922735805310e-1, 1.48753612908506148525e-2,
		7.86869131145613259100e-4, 1.84631831751005468180e-5,
		1.42151175831644588870e-7, 2.04426310338993978564e-15
	};
	double		from_centre = p - 0.5;
	double		r;
	double		z;

	if (!(p >= 0.0 && p <= 1.0))
		return NAN;
	if (p == 0.0 || p == 1.0)
		return copysign(INFINITY, from_centre);

	if (fabs(from_centre) <= 0.425)
	{
		r = 0.425 * 0.425 - from_centre * from_centre;
		return from_centre * polynomial(centre_over, r) / polynomial(centre_under, r);
	}

	/* 1 - p is exact for p above one half, so both tails are equally good. */
	r = sqrt(-log(from_centre < 0.0 ? p : 1.0 - p));
	if (r <= 5.0)
		z = polynomial(tail_over, r - 1.6) / polynomial(tail_under, r - 1.6);
	else
		z = polynomial(far_over, r - 5.0) / polynomial(far_under, r - 5.0);
	return copysign(z, from_centre);
}
