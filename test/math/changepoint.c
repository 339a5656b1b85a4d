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
static CxPart last[MOST];
static CxPart part[MOST];

/* The cost of the points [from, to) at a level. */
static double
cost_at(int from, int to, double level, double most)
{
	double		cost = 0;

	for (int i = from; i < to; i++)
		cost += fmin(point[i].weight * pow(point[i].value - level, 2), most);
	return cost;
}

/* The mean of those points [from, to) that a level of x reaches. */
static double
mean_about(int from, int to, double x, double most)
{
	double		weight = 0;
	double		sum = 0;

	for (int i = from; i < to; i++)
	{
		if (point[i].weight * pow(point[i].value - x, 2) <= most)
		{
			weight += point[i].weight;
			sum += point[i].weight * point[i].value;
		}
	}
	return weight > 0 ? sum / weight : x;
}

/*
 * The cost of the best level of [from, to): which points count changes where one of
 * them is just reached, and between such levels the best one is the mean.
 */
static double
cost_of(int from, int to, double most)
{
	double		best = INFINITY;

	for (int i = from; i < to; i++)
	{
		double		reach = sqrt(most / point[i].weight);

		for (int side = -1; side <= 1; side++)
		{
			for (int beyond = -1; beyond <= 1; beyond += 2)
			{
				double		x = point[i].value + side * reach * (1 + beyond * 1e-9);

				best = fmin(best, cost_at(from, to, mean_about(from, to, x, most), most));
			}
		}
	}
	return best;
}

/* The cost of the best division, by trying every last part of every beginning. */
static double
best_cost(int n, CxChangeCosts costs)
{
	static double best[MOST + 1];

	best[0] = -costs.change;
	for (int to = 1; to <= n; to++)
	{
		best[to] = INFINITY;
		for (int from = 0; from < to; from++)
			best[to] = fmin(best[to], best[from] + costs.change + cost_of(from, to, costs.most));
	}
	return best[n];
}

static void
test_definition(void)
{
	int			same = 0;
	int			divided = 0;
	int			tried = 0;

	for (int n = 1; n <= 57; n += n < 12 ? 1 : 9)
	{
		for (int kind = 0; kind < 24; kind++)
		{
			CxChangeCosts costs = cx_change_costs(2, kind % 3 == 0 ? 0.25 : kind % 3 == 1 ? 2 : 6);
			double		found;
			int			parts;

			for (int i = 0; i < n; i++)
			{
				double		value = kind / 3 % 4 == 0 ? normal() : kind / 3 % 4 == 1 ? floor(3 * uniform()) :
					kind / 3 % 4 == 2 ? i * 0.3 : 1e6 + normal() / uniform() + 3 * (i / 10 % 2);

				point[i] = (CxLevelPoint) {value, kind % 2 ? 0.2 + uniform() : 1};
			}
			if (kind >= 12)
				costs.most = 1e6;	/* of squares without a limit */
			parts = cx_change_points(point, n, costs, work, last, part);
			found = (parts - 1) * costs.change;
			for (int i = 0; i < parts; i++)
				found += cost_at(part[i].start, i + 1 < parts ? part[i + 1].start : n, part[i].level, costs.most);
			same += fabs(found - best_cost(n, costs)) < 1e-6;
			divided += parts > 1;
			tried++;
		}
	}
	ok(same == tried, "the best of all divisions is found");
	ok(divided > tried / 4 && divided < tried, "of series with changes and without");
}

/* The parts of a series with the penalty that is usual. */
static int
find_parts(int n, double variance)
{
	return cx_change_points(point, n, cx_change_costs(variance, 2 * log(n)), work, last, part);
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
		alarms += find_parts(n, variance) > 1;
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

/* Noise of other kinds: heavy tails, on one side or both, and rare counts. */
static double
draw(int kind)
{
	double		z = normal();
	double		limit = exp(-0.3);
	int			count = -1;

	switch (kind)
	{
		case 0:
			return exp(1.5 * z);
		case 1:
			return z / sqrt(-log(1 - uniform()));
		case 2:
			return exp(0.5 * z);
		case 3:
			return -log(1 - uniform());
		case 4:
			for (double p = 1; p > limit; p *= uniform())
				count++;
			return count;
		default:
			return uniform() < 0.1;
	}
}

static void
test_other_noise(int n)
{
	static const char *const names[] = {
		"lognormal (1.5)", "Student's t of 2", "lognormal (0.5)", "exponential",
		"counts of mean 0.3", "one in ten"
	};

	for (int kind = 0; kind < 6; kind++)
	{
		int			alarms = 0;
		double		rate;
		char		what[100];

		for (int series = 0; series < SERIES; series++)
		{
			for (int i = 0; i < n; i++)
				point[i] = (CxLevelPoint) {draw(kind), 1};
			alarms += find_parts(n, cx_long_run_variance(point, n, room)) > 1;
		}
		rate = (double) alarms / SERIES;
		snprintf(what, sizeof(what), "%d points, %s: %.1f %% false alarms", n, names[kind], 100 * rate);
		ok(rate < 0.10, what);
	}
}

static void
test_found(void)
{
	int			found = 0;

	for (int series = 0; series < 200; series++)
	{
		int			parts;

		for (int i = 0; i < 60; i++)
			point[i] = (CxLevelPoint) {normal() + (i >= 40 ? 3 : 0), 1};
		parts = find_parts(60, cx_long_run_variance(point, 60, room));
		found += parts == 2 && abs(part[1].start - 40) <= 1;
	}
	ok(found > 170, "a change of three standard deviations is found, and dated");
}

/*
 * An outlier is no lasting change, wherever it is, nor are two but at an end; three
 * are.
 */
static void
test_outliers(void)
{
	bool		none = true;
	bool		three = true;

	for (int n = 8; n <= 60; n++)
	{
		for (int at = 0; at < n; at++)
		{
			for (int i = 0; i < n; i++)
				point[i] = (CxLevelPoint) {i == at ? 30 : 10, 1};
			none &= find_parts(n, cx_long_run_variance(point, n, room)) == 1;
			for (int i = 0; i < n; i++)
				point[i].value = (i == at || (i == at + 1 && at > 0 && i < n - 1) ? 1e6 : 10) + i % 3;
			none &= find_parts(n, cx_long_run_variance(point, n, room)) == 1;
		}
		for (int i = 0; i < n; i++)
			point[i].value = (i >= n - 3 ? 30 : 10) + i % 3;
		three &= n < 12 || find_parts(n, cx_long_run_variance(point, n, room)) == 2;
	}
	ok(none, "outliers are no change");
	ok(three, "three at the end are");
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
	ok(cx_long_run_variance(point, 8, room) == 0 && find_parts(8, 0) == 1, "nothing varies: nothing changes");
	for (int i = 4; i < 8; i++)
		point[i].value = 9;
	ok(find_parts(8, cx_long_run_variance(point, 8, room)) == 2 && part[1].start == 4 &&
	   part[0].level == 7 && part[1].level == 9, "a step without noise is found");
	for (int i = 0; i < 8; i++)
		point[i].value = (i < 4 ? 40 : 60) + i % 3;
	ok(find_parts(8, cx_long_run_variance(point, 8, room)) == 2 && part[1].start == 4,
	   "so is a large one with little noise, of eight points");
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
	test_other_noise(24);
	test_other_noise(36);
	test_other_noise(100);
	test_found();
	test_outliers();
	test_season();
	test_edges();
	return done_testing();
}
