/*-------------------------------------------------------------------------
 *
 * season.c
 *	  Does it happen every year: tests for a season, what each of its places
 *	  adds, and a series taken apart into trend, season and remainder.
 *
 * All of this needs a place for every period, and of each place of the season two
 * values at least.  Where there are fewer, nothing is known of the season.
 *
 *-------------------------------------------------------------------------
 */
#include "trend/trend.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/args.h"
#include "base/result.h"
#include "math/ranks.h"
#include "math/season.h"
#include "math/stl.h"
#include "math/student.h"

/* The window of an STL season that changes: fewer years are noise (Cleveland 1990, 4.3). */
#define LEAST_WINDOW 7

/* A share of the values so small is what rounding left of 0. */
#define ROUNDING 1e-12

/* A series with a season. */
typedef struct Seasonal
{
	const CxSeries *series;
	int			season;
	int			scale;			/* values are divided by 2^scale, */
	double		centre;			/* and taken from here: the first is 0 */
	double	   *value;			/* of every period; NaN where it is missing */
	int			n;				/* periods */
	int			first;			/* place of the first, from 0 */
	const char *lacking;		/* why nothing is known; NULL: it is */
} Seasonal;

/* ---- the season in the calendar ---- */

/*
 * The place of the first period in its season, from 0: that of the calendar where
 * the season is one of it.
 */
static int
first_place(const CxSeries *series, int season)
{
	DateADT		date = series->point[0].date;
	int			month = (cx_month_of(date) + CX_CALENDAR_MONTHS + 2) % 12;
	int			year_start = cx_period_start(CX_YEAR, cx_period_of(CX_YEAR, date));

	if (series->period == CX_MONTH && season == 12)
		return month;
	if (series->period == CX_QUARTER && season == 4)
		return month / 3;
	/* 1 January 2000 was a Saturday */
	if (series->period == CX_DAY && season == 7)
		return ((date + 5) % 7 + 7) % 7;
	/* counted on from there: years have a day or two more than 52 weeks */
	if (series->period == CX_WEEK && season == 52)
		return Min((date - year_start) / 7, 51);
	if (series->period == CX_DAY && (season == 365 || season == 366))
		return Min(date - year_start, season - 1);
	return 0;
}

static bool
is_year(const CxSeries *series, int season)
{
	switch (series->period)
	{
		case CX_MONTH:
			return season == 12;
		case CX_QUARTER:
			return season == 4;
		case CX_WEEK:
			return season == 52 || season == 53;
		case CX_DAY:
			return season == 365 || season == 366;
		default:
			return false;
	}
}

/* What values are missing to know the season, or NULL. */
static const char *
lacking(const Seasonal *s)
{
	const char *whole = is_year(s->series, s->season) ? "year" : "season";
	int		   *count;

	if (s->n == 0)
		return "no values";
	if (s->n < 2 * (int64) s->season)
		return psprintf("fewer than two full %ss", whole);
	count = palloc0(s->season * sizeof(int));
	for (int i = 0; i < s->n; i++)
		count[(s->first + i) % s->season] += !isnan(s->value[i]);
	for (int p = 0; p < s->season; p++)
	{
		if (count[p] < 2)
			return psprintf("fewer than two values in period %d of the %s", p + 1, whole);
	}
	return NULL;
}

static Seasonal
seasonal_args(FunctionCallInfo fcinfo)
{
	Seasonal	s = {.series = cx_series_arg(fcinfo, 0), .season = cx_season_arg(fcinfo, 1)};

	s.value = cx_series_places(s.series);
	s.n = (int) s.series->periods;
	s.scale = cx_series_scale(s.series);
	if (s.n > 0)
	{
		s.centre = ldexp(s.value[0], -s.scale);
		s.first = first_place(s.series, s.season);
	}
	for (int i = 0; i < s.n; i++)
		s.value[i] = ldexp(s.value[i], -s.scale) - s.centre;
	s.lacking = lacking(&s);
	return s;
}

static void *
numbers(size_t count)
{
	return palloc_extended(count * sizeof(double), MCXT_ALLOC_HUGE);
}

/* The effects in the order of values, and the values without trend. */
static int
fit(const Seasonal *s, CxSeasonEffect **effects, double **detrended)
{
	int			df;
	double	   *work = numbers(cx_season_room(s->season));

	*effects = palloc(s->season * sizeof(CxSeasonEffect));
	*detrended = numbers(s->n);
	df = cx_season_fit(s->value, s->n, s->season, *effects, *detrended, work);
	pfree(work);
	return df;
}

/* ---- tests ---- */

/*
 * The values of whole seasons, which may begin at any place: where that gives the
 * most of them.  Returns how many there are.
 */
static int
whole_seasons(const Seasonal *s, const double *value, CxRanked *ranked)
{
	int		   *count = palloc0(s->season * sizeof(int));
	int		   *run = palloc((s->n + 1) * sizeof(int));
	int			best = 0;
	int			filled = 0;

	/* how many values there are from here on without a gap */
	run[s->n] = 0;
	for (int i = s->n - 1; i >= 0; i--)
	{
		run[i] = isnan(value[i]) ? 0 : run[i + 1] + 1;
		count[i % s->season] += run[i] >= s->season;
	}
	for (int p = 1; p < s->season; p++)
	{
		if (count[p] > count[best])
			best = p;
	}
	for (int from = best; from < s->n; from += s->season)
	{
		if (run[from] < s->season)
			continue;
		for (int i = from; i < from + s->season; i++)
			ranked[filled++] = (CxRanked) {value[i], i % s->season};
	}
	return filled / s->season;
}

static void
put_test(FunctionCallInfo fcinfo, const char *name, CxChisq test, const char *reason, double level)
{
	CxRow		row = {0};
	const char *conclusion = reason ? reason :
		isnan(test.p_value) ? "nothing varies" :
		test.p_value <= 1 - level ? "seasonal" : "unproven";

	cx_row_put(&row, CStringGetTextDatum(name), false);
	cx_row_real(&row, reason ? NAN : test.statistic);
	cx_row_real(&row, reason ? NAN : test.df);
	cx_row_real(&row, reason ? NAN : test.p_value);
	cx_row_put(&row, CStringGetTextDatum(conclusion), false);
	cx_rows_add(fcinfo, &row);
}

/*
 * seasonality_test(t, season, detrend, level) -> (test, statistic, df, p_value,
 * conclusion): a row for each test, which says what it lacks where it is not made.
 */
PG_FUNCTION_INFO_V1(cx_seasonality_test);
Datum
cx_seasonality_test(PG_FUNCTION_ARGS)
{
	Seasonal	s = seasonal_args(fcinfo);
	bool		detrend = PG_GETARG_BOOL(2);
	double		level = cx_level_arg(fcinfo, 3);
	const char *reason = s.lacking;
	CxChisq		friedman = {NAN, NAN, NAN};
	CxChisq		kruskal_wallis = {NAN, NAN, NAN};

	if (s.lacking == NULL)
	{
		CxSeasonEffect *effects;
		double	   *value = s.value;
		CxRanked   *ranked = palloc(s.n * sizeof(CxRanked));
		double	   *work = numbers(2 * s.season);
		int			filled = 0;
		int			blocks;

		if (detrend)
			fit(&s, &effects, &value);
		blocks = whole_seasons(&s, value, ranked);
		if (blocks < 2)
			reason = psprintf("fewer than two %ss without a gap",
							  is_year(s.series, s.season) ? "year" : "season");
		else
			friedman = cx_friedman(ranked, blocks, s.season, work);
		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < s.n; i++)
		{
			if (!isnan(value[i]))
				ranked[filled++] = (CxRanked) {value[i], i % s.season};
		}
		kruskal_wallis = cx_kruskal_wallis(ranked, filled, s.season, work);
	}
	cx_rows_begin(fcinfo);
	put_test(fcinfo, "friedman", friedman, reason, level);
	put_test(fcinfo, "kruskal_wallis", kruskal_wallis, s.lacking, level);
	return (Datum) 0;
}

/* ---- what each place adds ---- */

/* A number on the scale of the series; -0 is 0. */
static void
put_number(CxRow *row, double number, int scale)
{
	cx_row_real(row, ldexp(number, scale) + 0.0);
}

static void
put_effect(CxRow *row, const CxSeasonEffect *effect, int season, int df, double level, int scale)
{
	double		t = effect->effect / effect->stderr_;
	double		reach = cx_student_quantile(1 - (1 - level) / season / 2, df) * effect->stderr_;

	put_number(row, effect->effect, scale);
	put_number(row, effect->effect - reach, scale);
	put_number(row, effect->effect + reach, scale);
	/* of the largest of so many tests (Bonferroni), as the limits are */
	cx_row_real(row, isnan(t) ? NAN : fmin(1, 2 * season * cx_student_upper(fabs(t), df)));
}

/*
 * seasonal_profile(t, season, level) -> (season, effect, lower, upper, p_adjusted):
 * a row for each place of the season.
 */
PG_FUNCTION_INFO_V1(cx_seasonal_profile);
Datum
cx_seasonal_profile(PG_FUNCTION_ARGS)
{
	Seasonal	s = seasonal_args(fcinfo);
	double		level = cx_level_arg(fcinfo, 2);
	CxSeasonEffect *effects = NULL;
	double	   *detrended;
	int			df = 0;

	if (s.lacking == NULL)
		df = fit(&s, &effects, &detrended);
	cx_rows_begin(fcinfo);
	for (int p = 0; p < s.season && s.n > 0; p++)
	{
		CxSeasonEffect unknown = {0, NAN, NAN};
		int			from_first = (p - s.first + s.season) % s.season;
		CxRow		row = {0};

		CHECK_FOR_INTERRUPTS();
		cx_row_put(&row, Int32GetDatum(p + 1), false);
		put_effect(&row, effects ? &effects[from_first] : &unknown, s.season, df, level, s.scale);
		cx_rows_add(fcinfo, &row);
	}
	return (Datum) 0;
}

/* ---- decomposition ---- */

/* Trend and season of every period; NaN where nothing is known of them. */
typedef struct Parts
{
	double	   *trend;
	double	   *seasonal;
} Parts;

static Parts
decompose(const Seasonal *s, bool robust, int window)
{
	CxStl		stl = {s->season, window, robust};
	Parts		parts = {numbers(Max(s->n, 1)), numbers(Max(s->n, 1))};

	if (s->lacking == NULL)
	{
		double	   *work = numbers(cx_stl_room(&stl, s->n));

		cx_stl(&stl, s->value, s->n, parts.trend, parts.seasonal, work);
		pfree(work);
		return parts;
	}
	for (int i = 0; i < s->n; i++)
		parts.trend[i] = parts.seasonal[i] = NAN;
	return parts;
}

static int
window_arg(FunctionCallInfo fcinfo, int argno)
{
	int			window;

	if (PG_ARGISNULL(argno))
		return CX_STL_PERIODIC;
	window = PG_GETARG_INT32(argno);
	if (window < LEAST_WINDOW || window % 2 == 0 || window > CX_TREND_MOST)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a season cannot change over %d years", window),
				 errhint("seasonal_window is odd and from %d to %d; NULL is a season that does not change.",
						 LEAST_WINDOW, CX_TREND_MOST - 1)));
	return window;
}

/*
 * decompose(t, season, robust, seasonal_window) -> (period, value, trend,
 * seasonal, remainder): a row for every period, missing ones too.
 */
PG_FUNCTION_INFO_V1(cx_decompose);
Datum
cx_decompose(PG_FUNCTION_ARGS)
{
	Seasonal	s;
	Parts		parts;
	int			window;

	if (cx_any_null(fcinfo, 3))
	{
		cx_rows_begin(fcinfo);
		return (Datum) 0;
	}
	window = window_arg(fcinfo, 3);
	s = seasonal_args(fcinfo);
	parts = decompose(&s, PG_GETARG_BOOL(2), window);
	cx_rows_begin(fcinfo);
	for (int i = 0; i < s.n; i++)
	{
		double		value = s.value[i];
		CxRow		row = {0};

		CHECK_FOR_INTERRUPTS();
		cx_row_put(&row, DateADTGetDatum(cx_series_date(s.series, i)), false);
		put_number(&row, value + s.centre, s.scale);
		put_number(&row, parts.trend[i] + s.centre, s.scale);
		put_number(&row, parts.seasonal[i], s.scale);
		put_number(&row, value - parts.trend[i] - parts.seasonal[i], s.scale);
		cx_rows_add(fcinfo, &row);
	}
	return (Datum) 0;
}

/* Whether the values vary beside their trend by more than rounding. */
static bool
varies(const Seasonal *s, const double *trend)
{
	double		size = 0;
	double		most = 0;

	for (int i = 0; i < s->n; i++)
	{
		/* NaN changes neither */
		size = fmax(size, fabs(s->value[i]));
		most = fmax(most, fabs(s->value[i] - trend[i]));
	}
	return most > size * ROUNDING;
}

/* seasonal_strength(t, season) -> how much of what is not trend is season. */
PG_FUNCTION_INFO_V1(cx_seasonal_strength_of);
Datum
cx_seasonal_strength_of(PG_FUNCTION_ARGS)
{
	Seasonal	s = seasonal_args(fcinfo);
	Parts		parts = decompose(&s, false, CX_STL_PERIODIC);

	if (s.lacking != NULL || !varies(&s, parts.trend))
		PG_RETURN_NULL();
	CX_RETURN_REAL(cx_seasonal_strength(s.value, s.n, parts.trend, parts.seasonal));
}
