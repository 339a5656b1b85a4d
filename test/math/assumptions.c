/*
 * assumptions.c
 *		What becomes of levels where the noise is not what a method supposes: the
 *		figures of doc/seasons.md.
 *
 *	cc -std=c11 -O2 -Isrc -Itest/math test/math/assumptions.c src/math/{ets,season,student,beta,normal}.c -lm
 */
#include "math/ets.h"
#include "math/season.h"
#include "math/student.h"

#include "random.h"
#include "tap.h"

#define SERIES 2000
#define MONTHS 36
#define SEASON 12

static double work[(SEASON + CX_TREND_TERMS + 2) * (CX_TREND_TERMS + 1)];

/* Normal noise, lognormal noise of two shapes, rare counts. */
static double
draw(int kind)
{
	double		limit = exp(-0.3);
	int			count = -1;

	if (kind < 3)
		return kind == 0 ? normal() : exp((kind == 1 ? 1 : 1.5) * normal());
	for (double p = 1; p > limit; p *= uniform())
		count++;
	return count;
}

static bool
called_seasonal(int kind)
{
	double		value[MONTHS];
	double		detrended[MONTHS];
	CxSeasonEffect effect[SEASON];
	int			df;

	for (int i = 0; i < MONTHS; i++)
		value[i] = draw(kind);
	df = cx_season_fit(value, MONTHS, SEASON, effect, detrended, work);
	for (int p = 0; p < SEASON; p++)
	{
		double		t = effect[p].effect / effect[p].stderr_;

		if (2 * SEASON * cx_student_upper(fabs(t), df) < 0.05)
			return true;
	}
	return false;
}

static void
check_profiles(int kind, const char *name, double most)
{
	int			called = 0;
	char		what[100];

	for (int i = 0; i < SERIES; i++)
		called += called_seasonal(kind);
	snprintf(what, sizeof(what), "%s: %.1f %% of profiles have a month at 5 %%", name, 100.0 * called / SERIES);
	ok(called <= most * SERIES, what);
}

static void
pause_(void)
{
}

/* A random walk: how often the limits of the next value hold it. */
static void
check_walk(int n, double least)
{
	int			held = 0;
	char		what[100];

	for (int i = 0; i < SERIES; i++)
	{
		double		value[MONTHS];
		double		x = 0;
		CxEts		ets;

		for (int j = 0; j < n; j++)
			value[j] = x += normal();
		ets = cx_ets_fit(value, n, 0, pause_);
		x += normal();
		held += fabs(x - cx_ets_mean(&ets, 1)) <= 1.959963984540054 * sqrt(ets.variance);
	}
	snprintf(what, sizeof(what), "a walk of %d: limits of 95 %% hold %.1f %%", n, 100.0 * held / SERIES);
	ok(held >= least * SERIES, what);
}

int
main(void)
{
	check_profiles(0, "normal", 0.06);
	check_profiles(1, "lognormal (1)", 0.17);
	check_profiles(2, "lognormal (1.5)", 0.22);
	check_profiles(3, "counts of mean 0.3", 0.13);
	check_walk(6, 0.80);
	check_walk(12, 0.87);
	check_walk(36, 0.92);
	return done_testing();
}
