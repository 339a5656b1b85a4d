/*
 * season.c
 *		Tests of src/math/stl.c, ranks.c, season.c and ets.c, against R.
 *
 *	cc -std=c11 -O2 -Isrc -Itest/math test/math/season.c src/math/{stl,ranks,chisq,season,ets}.c -lm
 */
#include "math/ets.h"
#include "math/ranks.h"
#include "math/season.h"
#include "math/stl.h"

#include <stdlib.h>
#include <time.h>

#include "tap.h"

#define MOST 100000
#define AHEAD 15

#define SERIES
#include "season.h"
#undef SERIES

static const struct
{
	const double *y;
	int			n;
	int			season;
	int			window;
	bool		robust;
	double		strength;
	double		trend[80];		/* every 7th */
	double		seasonal[80];
}			stls[] = {
#define STL
#include "season.h"
#undef STL
};

static const struct
{
	const double *y;
	int			n;
	int			season;
	double		scale;			/* what values are rounded to the reciprocal of */
	double		friedman[3];
	double		kruskal_wallis[3];
}			ranks[] = {
#define RANKS
#include "season.h"
#undef RANKS
};

static const struct
{
	const double *y;
	int			n;
	int			season;
	int			df;
	double		effect[12];
	double		stderr_[12];
}			fits[] = {
#define FIT
#include "season.h"
#undef FIT
};

static const struct
{
	const double *y;
	int			n;
	int			season;
	double		squares;
	double		parameters[3];
	double		aicc;
	double		variance;
	double		mean[AHEAD];
	double		weight[AHEAD];
}			models[] = {
#define ETS
#include "season.h"
#undef ETS
};

static double values[MOST];
static double trend[MOST];
static double seasonal[MOST];
static double detrended[MOST];
static CxRanked ranked[MOST];
static CxSeasonEffect effects[MOST / 2];
static double *work;

static void
no_pause(void)
{
}

/* Between 0 and 1, the same every time. */
static double
random_share(void)
{
	static unsigned long long state = 1;

	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (state >> 11) / 9007199254740992.0;
}

static double
random_normal(void)
{
	double		radius = sqrt(-2 * log(1 - random_share()));

	return radius * cos(2 * 3.14159265358979323846 * random_share());
}

static bool
near(double a, double b, double tolerance)
{
	bool		good = fabs(a - b) <= tolerance * fmax(fabs(b), 1e-3);

	if (!good)
		printf("# %.17g instead of %.17g\n", a, b);
	return good;
}

static const char *
named(const char *what, int i)
{
	static char name[100];

	snprintf(name, sizeof(name), "%s %d is that of R", what, i + 1);
	return name;
}

/* ---- STL ---- */

static void
test_stl(void)
{
	for (unsigned c = 0; c < sizeof(stls) / sizeof(stls[0]); c++)
	{
		CxStl		stl = {stls[c].season, stls[c].window, stls[c].robust};
		bool		good = true;

		cx_stl(&stl, stls[c].y, stls[c].n, trend, seasonal, work);
		for (int i = 0; i < stls[c].n; i += 7)
		{
			good &= near(trend[i], stls[c].trend[i / 7], 1e-9);
			good &= near(seasonal[i], stls[c].seasonal[i / 7], 1e-9);
		}
		good &= near(cx_seasonal_strength(stls[c].y, stls[c].n, trend, seasonal), stls[c].strength, 1e-9);
		ok(good, named("decomposition", c));
	}
}

/* A line and a season are found exactly, whatever is missing of them. */
static void
test_stl_gaps(void)
{
	CxStl		stl = {12, CX_STL_PERIODIC, false};
	const int	n = 120;

	for (int robust = 0; robust <= 1; robust++)
	{
		double		most = 0;
		int			places[12] = {0};

		stl.robust = robust;
		for (int i = 0; i < n; i++)
			values[i] = 40 + 0.25 * i + (i % 12 == 11 ? -11 : 1);
		for (int i = 0; i < n; i++)
		{
			bool		keep = i < 24 || i > 100 || random_share() < 0.5;

			if (i >= 50 && i < 80)	/* longer than any window */
				keep = false;
			if (!keep)
				values[i] = NAN;
			places[i % 12] += keep;
		}
		cx_stl(&stl, values, n, trend, seasonal, work);
		for (int i = 0; i < n; i++)
			most = fmax(most, fabs(trend[i] + seasonal[i] - (40 + 0.25 * i + (i % 12 == 11 ? -11 : 1))));
		ok(most < 1e-6, robust ? "missing values, robust" : "missing values");
		printf("# off by %g at most\n", most);
	}
}

static void
test_stl_outlier(void)
{
	CxStl		stl = {12, CX_STL_PERIODIC, true};

	for (int i = 0; i < 96; i++)
		values[i] = 10 + i % 12 + 0.1 * random_normal();
	values[40] += 1000;
	cx_stl(&stl, values, 96, trend, seasonal, work);
	ok(fabs(trend[40] + seasonal[40] - 14) < 0.2, "an outlier moves nothing where robust");
	for (int i = 0; i < 96; i++)
		values[i] = 7.25;
	cx_stl(&stl, values, 96, trend, seasonal, work);
	ok(fabs(trend[50] - 7.25) < 1e-12 && fabs(seasonal[50]) < 1e-12, "a constant is its trend");
	for (int i = 0; i < 4; i++)
		values[i] = i;
	stl.season = 2;
	cx_stl(&stl, values, 4, trend, seasonal, work);
	ok(isfinite(trend[0]) && isfinite(seasonal[3]), "two seasons of two");
}

static double
seconds_of_stl(int n, bool robust)
{
	CxStl		stl = {12, CX_STL_PERIODIC, robust};
	clock_t		start = clock();

	for (int i = 0; i < n; i++)
		values[i] = i % 12 + random_normal();
	cx_stl(&stl, values, n, trend, seasonal, work);
	return (clock() - start) / (double) CLOCKS_PER_SEC;
}

static void
test_stl_time(void)
{
	double		plain = seconds_of_stl(MOST, false);
	double		robust = seconds_of_stl(MOST, true);

	printf("# %d values: %.3f s, robust %.3f s\n", MOST, plain, robust);
	ok(plain < 1 && robust < 10, "100,000 values in no time");
}

/* ---- ranks ---- */

static bool
same_test(CxChisq test, const double *expected)
{
	return near(test.statistic, expected[0], 1e-11) && near(test.df, expected[1], 0) &&
		fabs(test.p_value - expected[2]) <= 1e-9 * expected[2];
}

static void
rank(const double *y, int n, int season, double scale)
{
	for (int i = 0; i < n; i++)
		ranked[i] = (CxRanked) {rint(y[i] * scale) / scale, i % season};
}

static void
test_ranks(void)
{
	for (unsigned c = 0; c < sizeof(ranks) / sizeof(ranks[0]); c++)
	{
		int			season = ranks[c].season;

		rank(ranks[c].y, ranks[c].n, season, ranks[c].scale);
		ok(same_test(cx_friedman(ranked, ranks[c].n / season, season, work), ranks[c].friedman),
		   named("Friedman's test", c));
		rank(ranks[c].y, ranks[c].n, season, ranks[c].scale);
		ok(same_test(cx_kruskal_wallis(ranked, ranks[c].n, season, work), ranks[c].kruskal_wallis),
		   named("the test of Kruskal and Wallis", c));
	}
	for (int i = 0; i < 24; i++)
		ranked[i] = (CxRanked) {1, i % 12};
	ok(isnan(cx_friedman(ranked, 2, 12, work).p_value) &&
	   isnan(cx_kruskal_wallis(ranked, 24, 12, work).p_value), "equal values have no order");
}

/* ---- season and trend ---- */

static void
test_fit(void)
{
	for (unsigned c = 0; c < sizeof(fits) / sizeof(fits[0]); c++)
	{
		bool		good = fits[c].df == cx_season_fit(fits[c].y, fits[c].n, fits[c].season,
													   effects, detrended, work);

		for (int p = 0; p < fits[c].season; p++)
			good &= near(effects[p].effect, fits[c].effect[p], 1e-9) &&
				near(effects[p].stderr_, fits[c].stderr_[p], 1e-9);
		ok(good, named("season beside a trend", c));
	}
}

/* The p-values of both tests of what is left without the trend. */
static void
test_seasonality(int n, int season, double *friedman, double *kruskal_wallis)
{
	cx_season_fit(values, n, season, effects, detrended, work);
	rank(detrended, n, season, 1e9);
	*friedman = cx_friedman(ranked, n / season, season, work).p_value;
	rank(detrended, n, season, 1e9);
	*kruskal_wallis = cx_kruskal_wallis(ranked, n, season, work).p_value;
}

/* Trends without a season, and without noise. */
static void
test_pure_trend(void)
{
	for (int years = 2; years <= 12; years++)
	{
		double		friedman;
		double		kruskal_wallis;
		int			n = 12 * years;

		for (int i = 0; i < n; i++)
			values[i] = 0.1 * i + 17;
		test_seasonality(n, 12, &friedman, &kruskal_wallis);
		ok(isnan(friedman) && isnan(kruskal_wallis), "nothing is left of a line");
		for (int i = 0; i < n; i++)
			values[i] = 0.1 * i - 0.0003 * i * i;
		test_seasonality(n, 12, &friedman, &kruskal_wallis);
		ok(years < 3 || (isnan(friedman) && isnan(kruskal_wallis)), "nothing is left of a parabola");
	}
}

/* How often tests at 5 % find a season in noise around a trend that bends. */
static void
test_false_alarms(void)
{
	const int	trials = 2000;

	for (int years = 2; years <= 10; years += 2)
	{
		int			alarms[2] = {0, 0};
		int			beyond[12] = {0};

		for (int trial = 0; trial < trials; trial++)
		{
			double		p[2];

			for (int i = 0; i < 12 * years; i++)
				values[i] = 3 * sin(i / 17.0) + 0.1 * i + random_normal();
			test_seasonality(12 * years, 12, &p[0], &p[1]);
			alarms[0] += p[0] < 0.05;
			alarms[1] += p[1] < 0.05;
			for (int k = 0; k < 12; k++)
				beyond[k] += fabs(effects[k].effect) > 2 * effects[k].stderr_;
		}
		printf("# %d years: %.3f and %.3f; effects %.3f\n", years, alarms[0] / (double) trials,
			   alarms[1] / (double) trials, beyond[3] / (double) trials);
		ok(alarms[0] < 0.08 * trials && alarms[1] < 0.08 * trials, "noise around a trend is no season");
	}
}

/* ---- exponential smoothing ---- */

static void
test_models(void)
{
	for (unsigned c = 0; c < sizeof(models) / sizeof(models[0]); c++)
	{
		CxEts		ets = cx_ets_fit(models[c].y, models[c].n, models[c].season, no_pause);
		double		variance = 1;
		bool		good = ets.squares <= models[c].squares * (1 + 1e-9) &&
			near(ets.alpha, models[c].parameters[0], 1e-3) &&
			near(ets.beta, models[c].parameters[1], 1e-3) &&
			near(ets.gamma, models[c].parameters[2], 1e-4) &&
			near(ets.squares, models[c].squares, 1e-7) &&
			near(ets.aicc, models[c].aicc, 1e-7) && near(ets.variance, models[c].variance, 1e-7);

		for (int h = 1; h <= AHEAD; h++)
		{
			good &= near(cx_ets_mean(&ets, h), models[c].mean[h - 1], 1e-4) &&
				near(variance, models[c].weight[h - 1], 1e-3);
			variance += cx_ets_weight(&ets, h) * cx_ets_weight(&ets, h);
		}
		ok(good, named("exponential smoothing", c));
	}
}

static void
test_model_edges(void)
{
	CxEts		ets;

	values[0] = 3;
	ets = cx_ets_fit(values, 1, 0, no_pause);
	ok(ets.level == 3 && isnan(ets.variance) && isnan(ets.aicc), "one value goes on, nobody knows how far");
	for (int i = 0; i < 60; i++)
		values[i] = 0.1;
	ets = cx_ets_fit(values, 60, 0, no_pause);
	ok(ets.level == 0.1 && ets.squares == 0, "a constant goes on");
	for (int i = 0; i < 60; i++)
		values[i] = i + (i % 12) * (i % 12);
	ets = cx_ets_fit(values, 60, 12, no_pause);
	ok(near(cx_ets_mean(&ets, 1), 60, 1e-9) && near(cx_ets_mean(&ets, 24), 83 + 121, 1e-9),
	   "trend and season go on");
}

int
main(void)
{
	CxStl		stl = {MOST / 2, CX_STL_PERIODIC, false};
	size_t		room = cx_stl_room(&stl, MOST);

	if (cx_season_room(MOST / 2) > room)
		room = cx_season_room(MOST / 2);
	work = malloc(room * sizeof(double));
	test_stl();
	test_stl_gaps();
	test_stl_outlier();
	test_stl_time();
	test_ranks();
	test_fit();
	test_pure_trend();
	test_false_alarms();
	test_models();
	test_model_edges();
	free(work);
	return done_testing();
}
