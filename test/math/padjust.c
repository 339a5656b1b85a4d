/*
 * padjust.c
 *		Tests of src/math/padjust.c: against R's p.adjust, and of many p-values
 *		against the definition of Hommel's procedure.
 *
 *	cc -std=c11 -O2 -Isrc -Itest/math test/math/padjust.c src/math/padjust.c -lm
 */
#include "math/padjust.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

#define MOST 3000

static const struct
{
	const char *name;
	CxAdjustMethod method;
	int			n;
	double		p[30];
	double		adjusted[30];
}			cases[] = {
#include "padjust.h"
};

static CxAdjusted work[MOST];

static bool
near(double a, double b)
{
	return isnan(a) ? isnan(b) : fabs(a - b) <= 1e-14 * fabs(b);
}

static bool
all_near(const double *a, const double *b, int n)
{
	for (int i = 0; i < n; i++)
	{
		if (!near(a[i], b[i]))
		{
			printf("# at %d: %.17g instead of %.17g\n", i, a[i], b[i]);
			return false;
		}
	}
	return true;
}

static void
test_reference(void)
{
	for (unsigned c = 0; c < sizeof(cases) / sizeof(cases[0]); c++)
	{
		double		p[MOST];
		char		what[100];

		memcpy(p, cases[c].p, sizeof(cases[c].p));
		cx_p_adjust(p, cases[c].n, cases[c].method, work);
		snprintf(what, sizeof(what), "%s, method %d, as R", cases[c].name, cases[c].method);
		ok(all_near(p, cases[c].adjusted, cases[c].n), what);
	}
}

/*
 * Closed testing by its definition, of p-values in order: a test is rejected when
 * every subset it is in is, of which those that count are it and the i - 1 largest
 * others.
 */
static double
hommel_of(const double *p, int m, int place)
{
	double		adjusted = 0;

	for (int i = 1; i <= m; i++)
	{
		double		simes = INFINITY;

		/* the i - 1 largest of the others, and this one where it belongs */
		for (int j = 1; j <= i; j++)
		{
			int			k = m - i + j - 1;

			if (place < m - i)
				k = j == 1 ? place : k;
			simes = fmin(simes, i * p[k] / j);
		}
		adjusted = fmax(adjusted, simes);
	}
	return adjusted;
}

static int
compare(const void *a, const void *b)
{
	return *(const double *) a < *(const double *) b ? -1 : 1;
}

/* Many p-values that are small here and there, out of order. */
static void
test_many(void)
{
	double		given[MOST];
	double		sorted[MOST];
	double		adjusted[MOST];
	unsigned	seed = 1;

	for (int m = 3; m <= 300; m += m / 2)
	{
		bool		good = true;
		char		what[100];

		for (int i = 0; i < m; i++)
		{
			seed = seed * 1664525 + 1013904223;
			given[i] = pow((seed >> 8) / 16777216.0, 1 + i % 5);
		}
		memcpy(sorted, given, sizeof(given));
		qsort(sorted, m, sizeof(double), compare);
		memcpy(adjusted, sorted, sizeof(sorted));
		cx_p_adjust(adjusted, m, CX_ADJUST_HOMMEL, work);
		for (int i = 0; i < m; i++)
			good &= near(adjusted[i], hommel_of(sorted, m, i));
		snprintf(what, sizeof(what), "hommel of %d is that of closed testing", m);
		ok(good, what);

		cx_p_adjust(given, m, CX_ADJUST_HOMMEL, work);
		qsort(given, m, sizeof(double), compare);
		ok(memcmp(given, adjusted, m * sizeof(double)) == 0, "in whatever order they come");
	}
}

/* What is adjusted is never less than it was, and Hommel rejects where Holm does. */
static void
test_order(void)
{
	double		of[5][MOST];
	double		p[MOST];
	bool		more = true;
	bool		ordered = true;

	for (int i = 0; i < MOST; i++)
		p[i] = fmod(i * 0.6180339887498949, 1) * fmod(i * 0.7548776662466927, 1);
	for (int method = 0; method < 5; method++)
	{
		memcpy(of[method], p, sizeof(p));
		cx_p_adjust(of[method], MOST, method, work);
		for (int i = 0; i < MOST; i++)
			more &= of[method][i] >= p[i] && of[method][i] <= 1;
	}
	for (int i = 0; i < MOST; i++)
		ordered &= of[CX_ADJUST_BH][i] <= of[CX_ADJUST_HOMMEL][i] * (1 + 1e-15) &&
			of[CX_ADJUST_HOMMEL][i] <= of[CX_ADJUST_HOLM][i] * (1 + 1e-15) &&
			of[CX_ADJUST_HOLM][i] <= of[CX_ADJUST_BONFERRONI][i] * (1 + 1e-15) &&
			of[CX_ADJUST_BH][i] <= of[CX_ADJUST_BY][i];
	ok(more, "adjusted is more, and not more than 1");
	ok(ordered, "BH <= hommel <= holm <= bonferroni, BH <= BY");
}

int
main(void)
{
	test_reference();
	test_many();
	test_order();
	return done_testing();
}
