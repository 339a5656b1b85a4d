/*
 * distributions.c
 *		Tests of src/math: the distributions agree with reference.h, and keep
 *		the laws that hold whatever the reference says.
 *
 *	cc -std=c11 -O2 -Isrc -Itest/math test/math/distributions.c src/math/{normal,beta,student,chisq}.c -lm
 *
 * Prints TAP; the exit status is 1 if a test failed.
 */
#include "math/beta.h"
#include "math/chisq.h"
#include "math/normal.h"
#include "math/student.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tap.h"

#define TOLERANCE	1e-12

#define COUNT(array)	((int) (sizeof(array) / sizeof((array)[0])))

typedef enum Function
{
	NORMAL_CDF,
	NORMAL_UPPER,
	NORMAL_QUANTILE,
	BETA_CDF,
	BETA_UPPER,
	BETA_QUANTILE,
	STUDENT_CDF,
	STUDENT_UPPER,
	STUDENT_QUANTILE,
	CHISQ_UPPER,
	FUNCTIONS
} Function;

typedef struct Row
{
	Function	function;
	const char *region;
	double		argument[3];
	double		value;
} Row;

static const Row reference[] = {
#include "reference.h"
};

static const char *const function_names[FUNCTIONS] = {
	"cx_normal_cdf", "cx_normal_upper", "cx_normal_quantile",
	"cx_beta_cdf", "cx_beta_upper", "cx_beta_quantile",
	"cx_student_cdf", "cx_student_upper", "cx_student_quantile",
	"cx_chisq_upper"
};

/* Small and large, whole and not; the required range is 1e-3 to 1e13. */
static const double shapes[] = {
	1e-3, 0.04, 0.5, 1.0, 1.5, 7.0, 42.5, 999.5, 9999.0, 10001.0, 3e5, 1e8, 1e12 + 0.5, 1e13
};

/* Nothing that anyone means to ask. */
static const double hostile[] = {
	-INFINITY, -1e300, -1.0, -5e-324, -0.0, 0.0, 5e-324, 1e-310, DBL_MIN, 1e-300, 1e-100, 1e-99,
	1e-20, 1e-3, 0.2, 0.5, 0.5 + DBL_EPSILON, 1.0 - DBL_EPSILON / 2, 1.0, 1.0 + DBL_EPSILON, 3.0,
	1e4, 1e13, 1e16, 1e22, 1e23, 1e100, 1e101, 1e300, DBL_MAX, INFINITY, NAN
};

/* NaN, which passes no comparison, where one of the two is. */
static double
relative_error(double got, double wanted)
{
	return got == wanted ? 0.0 : fabs(got / wanted - 1.0);
}

static double
evaluate(Function function, const double *argument)
{
	switch (function)
	{
		case NORMAL_CDF:
			return cx_normal_cdf(argument[0]);
		case NORMAL_UPPER:
			return cx_normal_upper(argument[0]);
		case NORMAL_QUANTILE:
			return cx_normal_quantile(argument[0]);
		case BETA_CDF:
			return cx_beta_cdf(argument[0], argument[1], argument[2]);
		case BETA_UPPER:
			return cx_beta_upper(argument[0], argument[1], argument[2]);
		case BETA_QUANTILE:
			return cx_beta_quantile(argument[0], argument[1], argument[2]);
		case STUDENT_CDF:
			return cx_student_cdf(argument[0], argument[1]);
		case STUDENT_UPPER:
			return cx_student_upper(argument[0], argument[1]);
		case STUDENT_QUANTILE:
			return cx_student_quantile(argument[0], argument[1]);
		case CHISQ_UPPER:
			return cx_chisq_upper(argument[0], argument[1]);
		case FUNCTIONS:
			break;
	}
	return NAN;
}

/* One test for each run of rows with the same function and region. */
static void
test_reference(void)
{
	int			row = 0;

	while (row < COUNT(reference))
	{
		const Row  *first = &reference[row];
		double		worst = 0.0;
		int			rows = 0;
		bool		passed = true;
		char		what[200];

		for (; row < COUNT(reference) && reference[row].function == first->function &&
			 strcmp(reference[row].region, first->region) == 0; row++)
		{
			const Row  *r = &reference[row];
			double		got = evaluate(r->function, r->argument);
			double		error = relative_error(got, r->value);

			if (!(error <= TOLERANCE))
			{
				passed = false;
				printf("# %s(%.17g, %.17g, %.17g) = %.17g, not %.17g\n", function_names[r->function],
					   r->argument[0], r->argument[1], r->argument[2], got, r->value);
			}
			worst = fmax(worst, error);
			rows++;
		}
		snprintf(what, sizeof(what), "%s, %s: %d values, worst relative error %.1e",
				 function_names[first->function], first->region, rows, worst);
		ok(passed, what);
	}
}

/* The point so many standard deviations of the log-odds away from the mean. */
static double
beta_point(double a, double b, double deviations)
{
	return 1.0 / (1.0 + b / a * exp(-deviations * sqrt(1.0 / a + 1.0 / b)));
}

static void
test_normal_laws(void)
{
	bool		sums = true;
	bool		mirrors = true;
	bool		rises = true;
	bool		returns = true;
	double		before = 0.0;

	for (int i = -1480; i <= 1480; i++)
	{
		double		z = i / 40.0;
		double		lower = cx_normal_cdf(z);
		double		upper = cx_normal_upper(z);

		sums = sums && fabs(lower + upper - 1.0) <= DBL_EPSILON;
		mirrors = mirrors && lower == cx_normal_upper(-z);
		rises = rises && (z > 8.0 ? lower >= before : lower > before);
		before = lower;

		/* above one half the lower tail has not the digits to return from */
		if (z < 0.0)
			returns = returns && relative_error(cx_normal_quantile(lower), z) <= TOLERANCE;
		else if (z < 5.0)
			returns = returns && fabs(cx_normal_quantile(lower) - z) <= 1e-9;
	}
	ok(sums, "normal: both tails add up to 1");
	ok(mirrors, "normal: symmetric");
	ok(rises, "normal: monotone");
	ok(returns, "normal: the quantile of the lower tail is the point it was taken at");
}

static void
test_beta_laws(void)
{
	bool		sums = true;
	bool		mirrors = true;
	bool		rises = true;
	bool		returns = true;

	for (int i = 0; i < COUNT(shapes); i++)
	{
		for (int j = 0; j < COUNT(shapes); j++)
		{
			double		a = shapes[i];
			double		b = shapes[j];
			double		before = 0.0;

			for (double deviations = -12.0; deviations <= 12.0; deviations += 0.25)
			{
				double		x = beta_point(a, b, deviations);
				double		lower = cx_beta_cdf(x, a, b);
				double		upper = cx_beta_upper(x, a, b);

				sums = sums && fabs(lower + upper - 1.0) <= DBL_EPSILON;
				rises = rises && lower >= before * (1.0 - 1e-13);
				before = lower;

				/* only from one half on is 1 - x exact, and with it the mirrored point the same */
				if (x > 0.5)
				{
					mirrors = mirrors && relative_error(cx_beta_upper(1.0 - x, b, a), lower) <= TOLERANCE;
					mirrors = mirrors && relative_error(cx_beta_cdf(1.0 - x, b, a), upper) <= TOLERANCE;
				}

				/*
				 * The way back can be no better than the tail it starts from: an error of some ulps in it,
				 * over how fast its logarithm changes with that of x, which is at least min(a, 1).
				 */
				if (x > 0.0 && x < 1.0 && lower > 1e-290 && lower < 0.9)
				{
					double		again = cx_beta_quantile(lower, a, b);

					returns = returns && relative_error(again, x) <= 1e-12 + 1e-15 / fmin(a, b);
				}
			}
		}
	}
	ok(sums, "beta: both tails add up to 1");
	ok(mirrors, "beta: I_x(a, b) = 1 - I_{1-x}(b, a)");
	ok(rises, "beta: monotone");
	ok(returns, "beta: the quantile of the lower tail is the point it was taken at");
}

/* Shapes for which the integral has a closed form. */
static void
test_beta_closed_forms(void)
{
	bool		powers = true;
	bool		arcsine = true;

	for (int i = 1; i < 100; i++)
	{
		double		x = i / 100.0;

		for (int j = 0; j < COUNT(shapes); j++)
		{
			double		a = shapes[j];

			if (a * log(x) > -690.0)
				powers = powers && relative_error(cx_beta_cdf(x, a, 1.0), pow(x, a)) <= TOLERANCE;
			if (a * log1p(-x) > -690.0)
				powers = powers && relative_error(cx_beta_upper(x, 1.0, a), exp(a * log1p(-x))) <= TOLERANCE;
		}
		arcsine = arcsine && relative_error(cx_beta_cdf(x, 0.5, 0.5), 2.0 / acos(-1.0) * asin(sqrt(x))) <= TOLERANCE;
	}
	ok(powers, "beta: a power of x for b = 1, of 1 - x for a = 1");
	ok(arcsine, "beta: the arcsine law for a = b = 1/2");
}

static void
test_student_laws(void)
{
	bool		sums = true;
	bool		mirrors = true;
	bool		rises = true;
	bool		returns = true;
	bool		cauchy = true;
	bool		normal = true;

	for (int i = 0; i < COUNT(shapes); i++)
	{
		double		df = shapes[i] * 2.0;
		double		before = 0.0;

		for (int j = -720; j <= 720; j++)
		{
			double		t = j / 20.0;
			double		lower = cx_student_cdf(t, df);
			double		upper = cx_student_upper(t, df);

			sums = sums && fabs(lower + upper - 1.0) <= DBL_EPSILON;
			mirrors = mirrors && lower == cx_student_upper(-t, df);
			rises = rises && lower >= before * (1.0 - 1e-13);
			before = lower;
			if (t < 0.0)
			{
				/* as in beta; near the centre, an ulp of one half is more than one of t */
				double		again = cx_student_quantile(lower, df);

				returns = returns && relative_error(again, t) <= 1e-12 + 2e-15 / fmin(df, 1.0);
			}
		}
	}
	for (double t = -1e6; t < -1e-6; t *= 0.7)
	{
		cauchy = cauchy && relative_error(cx_student_cdf(t, 1.0), atan(-1.0 / t) / acos(-1.0)) <= TOLERANCE;
		if (t > -37.0)
			normal = normal && relative_error(cx_student_cdf(t, 1e21), cx_normal_cdf(t)) <= TOLERANCE &&
				cx_student_cdf(t, INFINITY) == cx_normal_cdf(t);
	}
	ok(sums, "student: both tails add up to 1");
	ok(mirrors, "student: symmetric");
	ok(rises, "student: monotone");
	ok(returns, "student: the quantile of the lower tail is the point it was taken at");
	ok(cauchy, "student: the Cauchy distribution for df = 1");
	ok(normal, "student: the normal distribution for infinite df, and as good as that for 1e21");
}

/* One or two degrees of freedom have a closed form, and two more add a term to any number. */
static void
test_chisq_laws(void)
{
	bool		normal = true;
	bool		exponential = true;
	bool		recurs = true;
	bool		falls = true;

	for (double x = 1e-12; x < 1300.0; x *= 1.03)
	{
		normal = normal && relative_error(cx_chisq_upper(x, 1.0), 2.0 * cx_normal_upper(sqrt(x))) <= TOLERANCE;
		exponential = exponential && relative_error(cx_chisq_upper(x, 2.0), exp(-0.5 * x)) <= TOLERANCE;
		for (double df = 0.01; df < 150.0; df *= 1.7)
		{
			double		term = exp(0.5 * df * log(0.5 * x) - 0.5 * x - lgamma(0.5 * df + 1.0));
			double		tail = cx_chisq_upper(x, df);

			falls = falls && cx_chisq_upper(1.03 * x, df) <= tail;
			if (tail > 1e-290)
				recurs = recurs && relative_error(cx_chisq_upper(x, df + 2.0), tail + term) <= TOLERANCE;
		}
	}
	ok(normal, "chi-squared: the square of a normal for df = 1");
	ok(exponential, "chi-squared: exponential for df = 2");
	ok(recurs, "chi-squared: df + 2 adds the density");
	ok(falls, "chi-squared: monotone");
}

static void
test_ends(void)
{
	ok(cx_normal_cdf(-INFINITY) == 0.0 && cx_normal_cdf(INFINITY) == 1.0 &&
	   cx_normal_upper(-INFINITY) == 1.0 && cx_normal_upper(INFINITY) == 0.0 &&
	   cx_normal_cdf(0.0) == 0.5, "normal: ends and centre");
	ok(cx_normal_quantile(0.0) == -INFINITY && cx_normal_quantile(1.0) == INFINITY &&
	   cx_normal_quantile(0.5) == 0.0, "normal: quantiles of 0, 1 and 1/2");
	ok(cx_beta_cdf(0.0, 2.0, 3.0) == 0.0 && cx_beta_cdf(1.0, 2.0, 3.0) == 1.0 &&
	   cx_beta_cdf(-1.0, 2.0, 3.0) == 0.0 && cx_beta_cdf(INFINITY, 2.0, 3.0) == 1.0 &&
	   cx_beta_upper(0.0, 2.0, 3.0) == 1.0 && cx_beta_upper(1.0, 2.0, 3.0) == 0.0, "beta: ends and beyond");
	ok(cx_beta_quantile(0.0, 2.0, 3.0) == 0.0 && cx_beta_quantile(1.0, 2.0, 3.0) == 1.0, "beta: quantiles of 0 and 1");
	ok(cx_beta_cdf_odds(0.0, 2.0, 3.0) == 0.0 && cx_beta_cdf_odds(INFINITY, 2.0, 3.0) == 1.0 &&
	   relative_error(cx_beta_cdf_odds(0.25, 2.0, 3.0), cx_beta_cdf(0.2, 2.0, 3.0)) <= TOLERANCE &&
	   cx_beta_quantile_log_odds(0.0, 2.0, 3.0) == -INFINITY &&
	   cx_beta_quantile_log_odds(1.0, 2.0, 3.0) == INFINITY, "beta: the same in terms of odds");
	ok(cx_student_cdf(-INFINITY, 3.0) == 0.0 && cx_student_cdf(INFINITY, 3.0) == 1.0 &&
	   cx_student_upper(INFINITY, 3.0) == 0.0 && cx_student_cdf(0.0, 3.0) == 0.5, "student: ends and centre");
	ok(cx_student_quantile(0.0, 3.0) == -INFINITY && cx_student_quantile(1.0, 3.0) == INFINITY &&
	   cx_student_quantile(0.5, 3.0) == 0.0, "student: quantiles of 0, 1 and 1/2");
	ok(cx_chisq_upper(0.0, 3.0) == 1.0 && cx_chisq_upper(-1.0, 3.0) == 1.0 && cx_chisq_upper(1e5, 3.0) == 0.0 &&
	   cx_chisq_upper(INFINITY, 3.0) == 0.0, "chi-squared: ends and beyond");
}

static bool
valid_shape(double a)
{
	return a >= 1e-100 && a <= 1e100;
}

static bool
valid_probability(double p)
{
	return p >= 0.0 && p <= 1.0;
}

/* A probability, or NaN, as the arguments ask for. */
static bool
sane_tails(double lower, double upper, bool valid)
{
	if (!valid)
		return isnan(lower) && isnan(upper);
	return valid_probability(lower) && valid_probability(upper) && fabs(lower + upper - 1.0) <= DBL_EPSILON;
}

/* What matters here is as much that it ends. */
static void
test_hostile_arguments(void)
{
	bool		normal = true;
	bool		beta = true;
	bool		student = true;
	bool		chisq = true;

	for (int i = 0; i < COUNT(hostile); i++)
	{
		double		x = hostile[i];
		bool		probability = valid_probability(x);

		normal = normal && sane_tails(cx_normal_cdf(x), cx_normal_upper(x), !isnan(x));
		normal = normal && isnan(cx_normal_quantile(x)) == !probability;

		for (int j = 0; j < COUNT(hostile); j++)
		{
			double		a = hostile[j];
			bool		valid_df = a >= 1e-99;

			student = student && sane_tails(cx_student_cdf(x, a), cx_student_upper(x, a), !isnan(x) && valid_df);
			student = student && isnan(cx_student_quantile(x, a)) == !(probability && valid_df);
			chisq = chisq && (isnan(x) || !valid_df || a > 1e40 ? isnan(cx_chisq_upper(x, a)) :
							  valid_probability(cx_chisq_upper(x, a)));

			for (int k = 0; k < COUNT(hostile); k++)
			{
				double		b = hostile[k];
				double		quantile = cx_beta_quantile(x, a, b);
				bool		valid = valid_shape(a) && valid_shape(b);

				beta = beta && sane_tails(cx_beta_cdf(x, a, b), cx_beta_upper(x, a, b), !isnan(x) && valid);
				beta = beta && (probability && valid ? valid_probability(quantile) : isnan(quantile));
			}
		}
	}
	ok(normal, "normal: hostile arguments give a probability or NaN");
	ok(beta, "beta: hostile arguments give a probability or NaN");
	ok(student, "student: hostile arguments give a probability or NaN");
	ok(chisq, "chi-squared: hostile arguments give a probability or NaN");
}

int
main(void)
{
	test_reference();
	test_normal_laws();
	test_beta_laws();
	test_beta_closed_forms();
	test_student_laws();
	test_chisq_laws();
	test_ends();
	test_hostile_arguments();
	return done_testing();
}
