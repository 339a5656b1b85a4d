/*
 * survival.c
 *		Tests of src/math/survival.c: against closed forms, each other, and R's
 *		survival where no closed form is (test/R/survival.R; test/sql/survival.sql
 *		holds the extension to many more of its figures).
 *
 *	cc -std=c11 -O2 -Isrc -Itest/math test/math/survival.c src/math/{survival,chisq,normal}.c -lm
 */
#include "math/chisq.h"
#include "math/survival.h"

#include <math.h>
#include <string.h>

#include "tap.h"

#define MOST 6

static bool
near(double a, double b)
{
	return fabs(a - b) <= 1e-12 * fmax(fabs(a), fabs(b));
}

/* Chance that is the same everywhere. */
static unsigned int seed;

static int
below(int n)
{
	seed = seed * 1103515245u + 12345u;
	return (int) (seed >> 16) % n;
}

/* Without censoring all is the share that is left, and its binomial variance. */
static void
test_uncensored(void)
{
	double		n = 1000;
	double		left = n;
	CxSurvival	curve = cx_survival_start();
	CxSurvivalMean mean = {.time = 0};
	double		sum = 0;
	double		squares = 0;
	bool		shares = true;
	bool		errors = true;

	seed = 1;
	for (int t = 1; left > 0; t++)
	{
		double		events = fmin(below(60), left);

		cx_survival_mean_advance(&mean, t, curve.survival);
		cx_survival_mean_event(&mean, left, events);
		cx_survival_step(&curve, left, events);
		left -= events;
		sum += events * t;
		squares += events * t * (double) t;
		shares = shares && near(curve.survival, left / n);
		if (left > 0)
			errors = errors && near(cx_survival_stderr(&curve), sqrt(left / n * (1 - left / n) / n));
	}
	ok(shares, "curve: without censoring it is the share that is left");
	ok(errors, "curve: and its error is binomial");
	ok(curve.survival == 0 && isnan(cx_survival_stderr(&curve)) &&
	   isnan(cx_survival_range(&curve, 1.96).lower), "curve: where nobody is left there is no error");
	ok(near(mean.area, sum / n), "mean: without censoring it is the mean");
	ok(fabs(mean.variance / ((squares / n - sum / n * sum / n) / n) - 1) < 1e-10,
	   "mean: and its variance the variance over n");
}

/* A curve of many steps does not drift. */
static void
test_long(void)
{
	CxSurvival	curve = cx_survival_start();
	double		at_risk = 3e6;
	double		logarithm = 0;
	double		lost = 0;

	for (int t = 0; t < 1000000; t++)
	{
		double		part = log1p(-1 / at_risk) - lost;
		double		sum = logarithm + part;

		lost = (sum - logarithm) - part;
		logarithm = sum;
		cx_survival_step(&curve, at_risk, 1);
		at_risk -= 1 + t % 2;
	}
	ok(fabs(curve.survival / exp(logarithm) - 1) < 1e-11, "curve: a million steps keep eleven digits");
}

static void
test_range(void)
{
	CxSurvival	curve = cx_survival_start();
	CxRange		range;

	range = cx_survival_range(&curve, 2);
	ok(range.lower == 1 && range.upper == 1, "limits: before anything happens all is 1");
	/* aml, maintained, until t = 13: R's summary(survfit(Surv(time, status) ~ x, aml)) */
	cx_survival_step(&curve, 11, 1);
	cx_survival_step(&curve, 10, 1);
	range = cx_survival_range(&curve, 1.959963984540054);
	ok(fabs(curve.survival - 0.818181818181818) < 1e-14 && fabs(cx_survival_stderr(&curve) - 0.116291299830333) < 1e-14 &&
	   fabs(range.lower - 0.619248987399364) < 1e-14 && range.upper == 1, "limits: those of R");
}

static double
crossing(double level, int steps, const double *height)
{
	CxCrossing	c = cx_crossing_of(level);

	for (int t = 0; t < steps; t++)
		cx_crossing_step(&c, t + 1, height[t]);
	return c.time;
}

static void
test_crossing(void)
{
	ok(crossing(0.5, 4, (double[]) {0.9, 0.6, 0.4, 0.3}) == 3, "crossing: the first step below");
	ok(crossing(0.5, 5, (double[]) {0.9, 0.5, 0.5, 0.3, 0.1}) == 3, "crossing: between two steps where it stands at the level");
	ok(crossing(0.5, 3, (double[]) {0.9, 0.5, 0.5}) == 2, "crossing: at the last step where it ends at the level");
	ok(crossing(0.5, 3, (double[]) {0.9, 0.5 + 1e-12, 0.3}) == 2.5, "crossing: rounding does not matter");
	ok(isnan(crossing(0.5, 3, (double[]) {0.9, 0.7, 0.6})), "crossing: never");
	ok(isnan(crossing(0.5, 3, (double[]) {0.9, 0.7, NAN})), "crossing: not where the limit is not known");
	ok(crossing(0.5, 1, (double[]) {0}) == 1, "crossing: at once");
}

/* A test of groups, of which some may be left out, and from some time on. */
typedef struct Groups
{
	int			groups;
	double		difference[MOST];
	double		expected[MOST];
	double		variance[MOST * MOST];
} Groups;

static CxLogRank
begin(Groups *g, int groups)
{
	memset(g, 0, sizeof(*g));
	g->groups = groups;
	return (CxLogRank) {groups, g->difference, g->expected, g->variance};
}

static void
test_two_groups(void)
{
	Groups		room;
	CxLogRank	test = begin(&room, 2);
	double		left[2] = {40, 60};
	double		observed = 0;
	double		expected = 0;
	double		variance = 0;
	CxChisq		result;

	seed = 2;
	for (int t = 0; t < 30; t++)
	{
		double		events[2];
		double		d = 0;
		double		n = left[0] + left[1];

		for (int g = 0; g < 2; g++)
		{
			events[g] = fmin(below(3), left[g]);
			d += events[g];
		}
		if (d == 0 || n == 0)
			continue;
		observed += events[0];
		expected += d * left[0] / n;
		if (n > 1)
			variance += d * (left[0] / n) * (1 - left[0] / n) * (n - d) / (n - 1);
		cx_logrank_step(&test, left, events);
		for (int g = 0; g < 2; g++)
			left[g] = fmax(0, left[g] - events[g] - below(2));
	}
	result = cx_logrank_test(&test);
	ok(result.df == 1 && near(result.statistic, (observed - expected) * (observed - expected) / variance) &&
	   near(result.p_value, cx_chisq_upper(result.statistic, 1)), "log-rank: of two groups, (O - E)^2 / V");
}

/* The same history with its groups in another order, some of them put together. */
static CxChisq
history(const int *place, int groups, double scale)
{
	Groups		room;
	CxLogRank	test = begin(&room, groups);
	double		left[4] = {50, 1000, 7, 200};

	seed = 3;
	for (int t = 0; t < 40; t++)
	{
		double		at_risk[MOST] = {0};
		double		happen[MOST] = {0};
		double		events[4];

		for (int g = 0; g < 4; g++)
		{
			events[g] = fmin(below(g == 1 ? 20 : 3), left[g]);
			if (place[g] >= 0)
			{
				at_risk[place[g]] += left[g] * scale;
				happen[place[g]] += events[g] * scale;
			}
		}
		cx_logrank_step(&test, at_risk, happen);
		for (int g = 0; g < 4; g++)
			left[g] = fmax(0, left[g] - events[g] - below(2));
	}
	return cx_logrank_test(&test);
}

static void
test_many_groups(void)
{
	CxChisq		four = history((int[]) {0, 1, 2, 3}, 4, 1);
	CxChisq		other = history((int[]) {3, 0, 1, 2}, 4, 1);
	CxChisq		spaced = history((int[]) {5, 0, 2, 1}, 6, 1);
	CxChisq		two = history((int[]) {0, 1, 1, 0}, 2, 1);
	CxChisq		swapped = history((int[]) {1, 0, 0, 1}, 2, 1);
	CxChisq		alone = history((int[]) {-1, 0, -1, -1}, 1, 1);

	ok(four.df == 3 && fabs(four.statistic / other.statistic - 1) < 1e-11, "log-rank: whatever the order of groups");
	ok(spaced.df == 3 && fabs(four.statistic / spaced.statistic - 1) < 1e-11, "log-rank: groups of nobody do not count");
	ok(two.df == 1 && near(two.statistic, swapped.statistic) && two.statistic < four.statistic, "log-rank: put together, less is to be seen");
	ok(isnan(alone.statistic) && alone.df == 0 && isnan(alone.p_value), "log-rank: one group is none to compare");
}

/* Groups that are at risk in pairs, and the pairs at different times: two tests. */
static void
test_pairs(void)
{
	Groups		room;
	CxLogRank	test = begin(&room, 4);
	Groups		pair_room;
	CxLogRank	pair = begin(&pair_room, 2);
	CxChisq		both;
	CxChisq		one;

	for (int later = 0; later < 2; later++)
	{
		double		left[2] = {20, 30};

		for (int t = 0; t < 8; t++)
		{
			double		at_risk[4] = {0};
			double		events[4] = {0};

			for (int g = 0; g < 2; g++)
			{
				at_risk[2 * later + g] = left[g];
				events[2 * later + g] = 1 + g * (t % 2);
			}
			cx_logrank_step(&test, at_risk, events);
			if (later == 0)
				cx_logrank_step(&pair, at_risk, events);
			left[0] -= 1;
			left[1] -= 1 + t % 2;
		}
	}
	both = cx_logrank_test(&test);
	one = cx_logrank_test(&pair);
	ok(both.df == 2 && fabs(both.statistic / (2 * one.statistic) - 1) < 1e-12, "log-rank: pairs that never meet are two tests");
}

static void
test_degenerate(void)
{
	Groups		room;
	CxLogRank	test = begin(&room, 2);
	CxChisq		result = cx_logrank_test(&test);

	ok(isnan(result.statistic) && result.df == 0, "log-rank: nothing happens");
	test = begin(&room, 2);
	cx_logrank_step(&test, (double[]) {3, 4}, (double[]) {3, 4});
	result = cx_logrank_test(&test);
	ok(isnan(result.statistic) && result.df == 0, "log-rank: all at once says nothing");
	test = begin(&room, 2);
	cx_logrank_step(&test, (double[]) {5, 0}, (double[]) {2, 0});
	cx_logrank_step(&test, (double[]) {0, 5}, (double[]) {0, 2});
	result = cx_logrank_test(&test);
	ok(isnan(result.statistic) && result.df == 0, "log-rank: never at risk together");
	test = begin(&room, 2);
	cx_logrank_step(&test, (double[]) {1e15, 1}, (double[]) {1e14, 1});
	result = cx_logrank_test(&test);
	ok(result.df == 1 && isfinite(result.statistic) && result.statistic > 0, "log-rank: one among very many");
}

int
main(void)
{
	test_uncensored();
	test_long();
	test_range();
	test_crossing();
	test_two_groups();
	test_many_groups();
	test_pairs();
	test_degenerate();
	return done_testing();
}
