/*
 * controlchart.c
 *		Tests of src/math/controlchart.c: stable series are left alone, series that
 *		change are not, rules by their definitions.
 *
 *	cc -std=c11 -O2 -Isrc -Itest/math test/math/controlchart.c src/math/controlchart.c src/math/normal.c -lm
 */
#include "math/controlchart.h"

#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "tap.h"

#define SERIES 2000
#define MONTHS 36

typedef struct World
{
	const char *name;
	double		promoters;
	double		detractors;
	int			least;			/* answers a month */
	int			most;
	double		nature;			/* standard deviation of the true score, in points */
	double		change;			/* of the share of promoters from month 25 on */
} World;

/* One series of NPS, charted; true where there is a signal. */
static bool
alarms(const World *world, CxChartSpread spread, unsigned rules)
{
	CxChartPoint point[MONTHS];
	CxChart		chart = {
		.kind = CX_CHART_VALUES, .spread = spread, .baseline = world->change != 0 ? 24 : MONTHS,
		.least = -100, .most = 100, .rules = rules
	};
	double		up = 0;
	double		down = 0;
	double		all = 0;

	for (int i = 0; i < MONTHS; i++)
	{
		int			n = world->least + (int) (uniform() * (world->most - world->least + 1));
		double		shift = world->nature / 100 * normal() / 2 + (i >= 24 ? world->change : 0);
		int			promoters = 0;
		int			detractors = 0;

		for (int j = 0; j < n; j++)
		{
			double		u = uniform();

			promoters += u < world->promoters + shift;
			detractors += u >= 1 - world->detractors + shift;
		}
		point[i] = (CxChartPoint) {.value = 100.0 * (promoters - detractors) / n, .size = n};
		if (i < chart.baseline)
		{
			up += promoters;
			down += detractors;
			all += n;
		}
	}
	chart.center = 100 * (up - down) / all;
	up /= all;
	down /= all;
	chart.variance = 1e4 * (up + down - (up - down) * (up - down));
	chart.skewness = 1e6 * (up * pow(1 - up + down, 3) - down * pow(1 + up - down, 3) -
							(1 - up - down) * pow(up - down, 3)) / pow(chart.variance, 1.5);
	cx_control_chart(&chart, point, MONTHS);
	for (int i = 0; i < MONTHS; i++)
	{
		if (point[i].signals != 0)
			return true;
	}
	return false;
}

static double
alarm_rate(const World *world, CxChartSpread spread, unsigned rules)
{
	int			found = 0;

	for (int i = 0; i < SERIES; i++)
		found += alarms(world, spread, rules);
	return (double) found / SERIES;
}

static void
check_rate(const World *world, CxChartSpread spread, double least, double most)
{
	double		rate = alarm_rate(world, spread, 0);
	char		what[200];

	snprintf(what, sizeof(what), "%s%s, %d to %d answers: %.1f %% of charts alarm",
			 world->name, spread == CX_SPREAD_SHEWHART ? ", shewhart" : "", world->least, world->most, 100 * rate);
	ok(rate >= least && rate <= most, what);
}

static void
test_alarms(void)
{
	static const int sizes[][2] = {{8, 25}, {30, 60}, {100, 200}};
	static const World stable[] = {
		{.name = "stable, half promoters", .promoters = 0.5, .detractors = 0.2},
		{.name = "stable, software", .promoters = 0.35, .detractors = 0.35},
		{.name = "stable, loved", .promoters = 0.7, .detractors = 0.1},
		{.name = "stable, hated", .promoters = 0.15, .detractors = 0.6},
		{.name = "stable, adored", .promoters = 0.9, .detractors = 0.02},
		{.name = "stable, CSAT of 80 %", .promoters = 0.8, .detractors = 0.2},
		{.name = "stable, CSAT of 90 %", .promoters = 0.9, .detractors = 0.1},
		{.name = "stable, CSAT of 97 %", .promoters = 0.97, .detractors = 0.03}
	};

	for (unsigned w = 0; w < sizeof(stable) / sizeof(stable[0]); w++)
	{
		for (int s = 0; s < 3; s++)
		{
			World		world = stable[w];

			world.least = sizes[s][0];
			world.most = sizes[s][1];
			check_rate(&world, CX_SPREAD_AUTO, 0, 0.12);
			/* which knows nothing of skewness */
			check_rate(&world, CX_SPREAD_SHEWHART, 0, world.promoters < 0.8 ? 0.12 : 0.5);
		}
	}
	/* 20,000 answers a month, whose true score moves by three points as it always has */
	check_rate(&(World) {"varies by nature", 0.5, 0.2, 20000, 20400, 3, 0}, CX_SPREAD_AUTO, 0, 0.20);
	check_rate(&(World) {"varies by nature, shewhart", 0.5, 0.2, 20000, 20400, 3, 0}, CX_SPREAD_SHEWHART, 0.99, 1);
	check_rate(&(World) {"falls by 20 points", 0.5, 0.2, 100, 200, 0, -0.1}, CX_SPREAD_AUTO, 0.97, 1);
}

/* Individual values of stable noise, with the signal of the moving range or without. */
static void
test_individuals(void)
{
	int			beyond = 0;
	int			either = 0;
	char		what[200];

	for (int series = 0; series < SERIES; series++)
	{
		CxChartPoint point[MONTHS];
		CxChart		chart = {
			.spread = CX_SPREAD_XMR, .baseline = MONTHS, .variance = 1, .least = -INFINITY,
			.most = INFINITY, .rules = 1u << CX_MOVING_RANGE
		};
		unsigned	signals = 0;

		for (int i = 0; i < MONTHS; i++)
		{
			point[i] = (CxChartPoint) {.value = normal()};
			chart.center += point[i].value / MONTHS;
		}
		cx_control_chart(&chart, point, MONTHS);
		for (int i = 0; i < MONTHS; i++)
			signals |= point[i].signals;
		beyond += (signals & 1u << CX_BEYOND_LIMITS) != 0;
		either += signals != 0;
	}
	snprintf(what, sizeof(what), "individuals: %.1f %% of charts alarm, with moving ranges %.1f %%",
			 100.0 * beyond / SERIES, 100.0 * either / SERIES);
	ok(beyond < 0.12 * SERIES && either > beyond, what);
}

/* Whether a rule finds something at exactly these places, '.' or 'x', of points given as z. */
static bool
found_at(CxChartSignal rule, const double *z, int count, const char *places)
{
	CxChart		chart = {
		.spread = CX_SPREAD_SHEWHART, .baseline = count, .variance = 1, .least = -INFINITY,
		.most = INFINITY, .rules = 1u << rule
	};
	CxChartPoint point[64];

	for (int i = 0; i < count; i++)
		point[i] = (CxChartPoint) {.value = z[i], .size = 1};
	cx_control_chart(&chart, point, count);
	for (int i = 0; i < count; i++)
	{
		if (((point[i].signals & 1u << rule) != 0) != (places[i] == 'x'))
		{
			printf("# rule %d at %d\n", rule, i);
			return false;
		}
	}
	return true;
}

#define RULE(rule, places, ...) \
	ok(found_at(rule, (const double[]) {__VA_ARGS__}, (int) strlen(places), places), #rule)

static void
test_rules(void)
{
	RULE(CX_WESTERN_ELECTRIC_1, ".x.x", 2.9, 3.1, 3, -3.1);
	RULE(CX_NELSON_1, ".x.x", 2.9, 3.1, 3, -3.1);
	RULE(CX_WESTERN_ELECTRIC_2, "..x...x", 2.1, 0, 2.2, 0, -2.1, 0, -2.5);
	RULE(CX_NELSON_5, ".....x", 2.1, -2.1, 0, 0, 2.1, 2.1);
	RULE(CX_WESTERN_ELECTRIC_3, "....x...", 1.1, 1.1, -1, 1.1, 1.1, 0, -1.1, 1.1);
	RULE(CX_NELSON_6, "...x..", -1.1, -1.1, -1.1, -1.1, -0.9, 1.2);
	RULE(CX_WESTERN_ELECTRIC_4, ".......xx.", 1, 2, 1, 2, 1, 1, 1, 0.1, 0.1, 0);
	RULE(CX_NELSON_2, "........x.", 1, 2, 1, 2, 1, 1, 1, 0.1, 0.1, 0);
	RULE(CX_NELSON_3, ".....xx.....xx", 0, 1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1, 0);
	RULE(CX_NELSON_4, ".............xx.", 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0);
	RULE(CX_NELSON_7, "..............x.", 0, .9, 0, -.9, 0, .1, 0, .1, 0, .1, 0, .1, 0, .1, .5, 1);
	RULE(CX_NELSON_8, ".......x.", 1.1, -1.1, 1.1, 1.1, 1.1, -2, 1.1, 1.1, 1);
}

static void
test_edges(void)
{
	CxChart		chart = {.spread = CX_SPREAD_XMR, .baseline = 1, .least = -INFINITY, .most = INFINITY};
	CxChartPoint point[3] = {{.value = 7}, {.value = 7}, {.value = 8}};

	chart.center = 7;
	cx_control_chart(&chart, point, 1);
	ok(isnan(point[0].lower) && isnan(point[0].upper) && point[0].signals == 0, "one point: no limits");
	chart.baseline = 0;
	chart.center = NAN;
	cx_control_chart(&chart, point, 1);
	ok(isnan(point[0].lower) && isnan(point[0].center) && point[0].signals == 0, "no baseline: no limits");
	chart.baseline = 2;
	chart.center = 7;
	cx_control_chart(&chart, point, 3);
	ok(point[0].lower == 7 && point[1].upper == 7 && point[1].signals == 0, "nothing varies: the limits are the centre");
	ok(point[2].signals == 1u << CX_BEYOND_LIMITS, "and anything else is beyond them");
	chart.rules = 1u << CX_MOVING_RANGE;
	cx_control_chart(&chart, point, 3);
	ok(point[1].signals == 0 && point[2].signals == (1u << CX_BEYOND_LIMITS | 1u << CX_MOVING_RANGE),
	   "and a jump, where that is asked for");
}

int
main(void)
{
	test_alarms();
	test_individuals();
	test_rules();
	test_edges();
	return done_testing();
}
