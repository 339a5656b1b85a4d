/*
 * changepoint.c
 *		Tests of src/math/changepoint.c: against the definition, every division of a
 *		series; and of series that do not change, how many are said to.
 *
 *	cc -std=c11 -O2 -Isrc -Itest/math test/math/changepoint.c src/math/changepoint.c src/math/rounding.c src/math/normal.c -lm
 */
#include "math/changepoint.h"

#include <stdlib.h>

#include "random.h"
#include "tap.h"

#define MOST 1000
#define SERIES 2000
#define PI 3.14159265358979323846

static CxLevelPoint point[MOST];
static CxLevels work[CX_CHANGE_PIECES(MOST)];
static double room[3 * MOST];
static int	last[MOST];
static int	start[MOST];
/* The sum of squares of [from, to) about its mean. */
static double
cost_of(int from, int to)
{
	double		weight = 0;
	double		sum = 0;
	double		squares = 0;

	for (int i = from; i < to; i++)
	{
		weight += point[i].weight;
		sum += point[i].weight * point[i].value;
	}
	for (int i = from; i < to; i++)
		squares += point[i].weight * pow(point[i].value - sum / weight, 2);
	return squares;
}

/* The cost of the best division, by trying every last part of every beginning. */
static double
best_cost(int n, double penalty)
{
	static double best[MOST + 1];

	best[0] = -penalty;
	for (int to = 1; to <= n; to++)
	{
		best[to] = INFINITY;
		for (int from = 0; from < to; from++)
			best[to] = fmin(best[to], best[from] + penalty + cost_of(from, to));
	}
	return best[n];
}

static void
test_definition(void)
{
	int			same = 0;
	int			divided = 0;
	int			tried = 0;

	for (int n = 1; n <= 120; n += n < 12 ? 1 : 9)
	{
		for (int kind = 0; kind < 12; kind++)
		{
			double		penalty = kind % 3 == 0 ? 0.5 : kind % 3 == 1 ? 4 : 12;
			double		found;
			int			changes;

			for (int i = 0; i < n; i++)
			{
				double		value = kind < 3 ? normal() : kind < 6 ? floor(3 * uniform()) :
					kind < 9 ? i * 0.3 : 1e6 + normal() + 3 * (i / 10 % 2);

				point[i] = (CxLevelPoint) {value, kind % 2 ? 0.2 + uniform() : 1};
			}
			changes = cx_change_points(point, n, 2, penalty / 2, work, last, start);
			found = changes * penalty + cost_of(changes > 0 ? start[changes - 1] : 0, n);
			for (int i = 0; i < changes; i++)
				found += cost_of(i > 0 ? start[i - 1] : 0, start[i]);
			same += fabs(found - best_cost(n, penalty)) < 1e-6;
			divided += changes > 0;
			tried++;
		}
	}
	ok(same == tried, "the best of all divisions is found");
	ok(divided > tried / 4 && divided < tried, "of series with changes and without");
}

/* Of series that remember r of their last value, the share with a change. */
static double
alarm_rate(int n, double r, bool seasonal)
{
	int			alarms = 0;

	for (int series = 0; series < SERIES; series++)
	{
		static double value[MOST];
		double		x = normal() / sqrt(1 - r * r);
		double		variance;

		for (int i = 0; i < n; i++)
		{
			x = r * x + normal();
			value[i] = x + (seasonal ? 5 * sin(2 * PI * i / 12) : 0);
		}
		if (seasonal)
			cx_take_season_out(value, n, 12, room);
		for (int i = 0; i < n; i++)
			point[i] = (CxLevelPoint) {value[i], 1};
		variance = cx_long_run_variance(point, n, room) * (seasonal ? n / (n - 11.0) : 1);
		alarms += cx_change_points(point, n, variance, 2 * log(n), work, last, start) > 0;
	}
	return (double) alarms / SERIES;
}

static void
check_rate(int n, double r, bool seasonal, double most)
{
	double		rate = alarm_rate(n, r, seasonal);
	char		what[100];

	snprintf(what, sizeof(what), "%d points, r = %g%s: %.1f %% false alarms", n, r, seasonal ? ", a season" : "", 100 * rate);
	ok(rate < most, what);
}

static void
test_found(void)
{
	int			found = 0;

	for (int series = 0; series < 200; series++)
	{
		double		variance;
		int			changes;

		for (int i = 0; i < 60; i++)
			point[i] = (CxLevelPoint) {normal() + (i >= 40 ? 3 : 0), 1};
		variance = cx_long_run_variance(point, 60, room);
		changes = cx_change_points(point, 60, variance, 2 * log(60), work, last, start);
		found += changes == 1 && abs(start[0] - 40) <= 1;
	}
	ok(found > 170, "a change of three standard deviations is found, and dated");
}

/* A season without noise leaves one level, to the last bit; and so does none at all. */
static void
test_no_noise(void)
{
	static double value[200];
	bool		level = true;

	for (int n = 24; n <= 200; n++)
	{
		for (int gap = 0; gap <= 1; gap++)
		{
			int			length = n >= 104 && n % 2 ? 52 : 12;

			for (int i = 0; i < n; i++)
				value[i] = gap && i == n / 2 ? NAN : n % 3 ? 0.1 + 3.3 * (i % length) : 5.1;
			cx_take_season_out(value, n, length, room);
			for (int i = 0; i < n; i++)
				level &= isnan(value[i]) || value[i] == value[0];
		}
	}
	ok(level, "a season without noise leaves a level that never varies");
}

static void
test_season(void)
{
	static double value[144];
	bool		level = true;

	/* a season, a change, and gaps */
	for (int i = 0; i < 144; i++)
		value[i] = i % 11 == 3 ? NAN : 10 + (i >= 72 ? 4 : 0) + i % 12;
	cx_take_season_out(value, 144, 12, room);
	for (int i = 0; i < 144; i++)
		level &= i % 11 == 3 ? isnan(value[i]) : fabs(value[i] - (i >= 72 ? 19.5 : 15.5)) < 0.3;
	ok(level, "what is left without the season is the level");
	test_no_noise();
}

static void
test_edges(void)
{
	for (int i = 0; i < 8; i++)
		point[i] = (CxLevelPoint) {7, 1};
	ok(isnan(cx_long_run_variance(point, 4, room)), "four points have no long-run variance");
	ok(cx_long_run_variance(point, 8, room) == 0 &&
	   cx_change_points(point, 8, 0, 4, work, last, start) == 0, "nothing varies: nothing changes");
	for (int i = 4; i < 8; i++)
		point[i].value = 9;
	ok(cx_change_points(point, 8, cx_long_run_variance(point, 8, room), 2 * log(8), work, last, start) == 1 &&
	   start[0] == 4, "a step without noise is found");
	for (int i = 0; i < 8; i++)
		point[i].value = (i < 4 ? 40 : 60) + i % 3;
	ok(cx_change_points(point, 8, cx_long_run_variance(point, 8, room), 2 * log(8), work, last, start) == 1 &&
	   start[0] == 4, "so is a large one with little noise, of eight points");
}

int
main(void)
{
	static const int sizes[] = {8, 12, 24, 36, 60, 100, 200};

	test_definition();
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
	{
		check_rate(sizes[i], 0, false, 0.10);
		check_rate(sizes[i], 0.3, false, 0.15);
		if (sizes[i] >= 24)
			check_rate(sizes[i], 0, true, 0.10);
	}
	test_found();
	test_season();
	test_edges();
	return done_testing();
}
