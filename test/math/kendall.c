/*
 * kendall.c
 *		Tests of src/math/kendall.c against its definitions: all pairs of points,
 *		one by one.
 *
 *	cc -std=c11 -O2 -Isrc -Itest/math test/math/kendall.c src/math/kendall.c src/math/normal.c -lm
 */
#include "math/kendall.h"

#include <math.h>
#include <stdlib.h>

#include "random.h"
#include "tap.h"

#define MOST 3000

static CxTimed point[MOST];
static int	start[64];
static CxSorted sorted[CX_KENDALL_SORTED(MOST)];
static double slope[CX_KENDALL_SLOPES(MOST)];
static double all[MOST * (MOST - 1) / 2];

static int
compare(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

static bool
near(double a, double b)
{
	return isnan(a) ? isnan(b) : fabs(a - b) <= 1e-9 * fmax(fabs(b), 1e-12);
}

/* Values of a series of any kind: few different ones, all alike, a steep trend, huge. */
static double
value_of(int kind, int i)
{
	double		noise = uniform();

	switch (kind)
	{
		case 0:
			return noise;
		case 1:
			return floor(5 * noise);
		case 2:
			return 7;
		case 3:
			return 3 * i + (noise > 0.9 ? 100 * noise : 0);
		case 4:
			return 1e9 + floor(3 * noise) - i / 500;
		default:
			return 1e150 * (noise - 0.5);
	}
}

static void
check(int kind, int n, int seasons, double level)
{
	CxSeasons	grouped = {seasons, start, point};
	CxKendallWork work = {sorted, slope};
	CxKendall	test;
	double		score = 0;
	double		reach;
	int			pairs = 0;
	char		what[100];

	for (int g = 0; g <= seasons; g++)
		start[g] = (int) ((long) n * g / seasons);
	for (int g = 0; g < seasons; g++)
	{
		int			at = 0;

		for (int i = start[g]; i < start[g + 1]; i++)
		{
			point[i] = (CxTimed) {at, value_of(kind, at)};
			at += 1 + (uniform() < 0.2);
		}
		for (int j = start[g]; j < start[g + 1]; j++)
		{
			for (int i = start[g]; i < j; i++)
			{
				double		rise = point[j].value - point[i].value;

				score += (rise > 0) - (rise < 0);
				all[pairs++] = rise / (point[j].at - point[i].at);
			}
		}
	}
	qsort(all, pairs, sizeof(double), compare);
	test = cx_kendall(&grouped, level, work);
	reach = cx_normal_reach(level) * sqrt(test.variance);
	snprintf(what, sizeof(what), "%d points of kind %d in %d seasons", n, kind, seasons);
	ok(test.score == score &&
	   near(test.slope, pairs == 0 ? NAN : (all[pairs / 2] + all[(pairs - 1) / 2]) / 2) &&
	   near(test.limits.lower, rint((pairs - reach) / 2) < 1 ? NAN : all[(int) rint((pairs - reach) / 2) - 1]) &&
	   near(test.limits.upper, rint((pairs + reach) / 2 + 1) > pairs ? NAN : all[(int) rint((pairs + reach) / 2 + 1) - 1]),
	   what);
	if (kind == 2)
		ok(isnan(test.tau) && isnan(test.statistic) && isnan(test.p_value), "constant: no test");
}

/* All points but a few in one of very many seasons. */
static void
test_uneven(void)
{
	static int	starts[40001];
	CxSeasons	seasons = {40000, starts, point};
	double		one;
	double		other;

	for (int i = 0; i < MOST; i++)
		point[i] = (CxTimed) {i, value_of(0, i)};
	for (int g = 0; g <= 40000; g++)
		starts[g] = g < 20000 ? 0 : MOST;
	one = cx_kendall(&seasons, 0.95, (CxKendallWork) {sorted, slope}).slope;
	seasons = (CxSeasons) {1, (const int[]) {0, MOST}, point};
	other = cx_kendall(&seasons, 0.95, (CxKendallWork) {sorted, slope}).slope;
	ok(one == other, "empty seasons change nothing");
}

int
main(void)
{
	static const int sizes[] = {1, 2, 3, 4, 7, 8, 9, 17, 100, 500, 2000, 2999, 3000};

	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
	{
		for (int kind = 0; kind < 6; kind++)
		{
			check(kind, sizes[i], 1, 0.95);
			check(kind, sizes[i], 3, 0.8);
		}
	}
	test_uneven();
	return done_testing();
}
