/*-------------------------------------------------------------------------
 *
 * change_points.c
 *	  Since when a series has another level.
 *
 *-------------------------------------------------------------------------
 */
#include "trend/trend.h"

#include <math.h>

#include "miscadmin.h"

#include "base/args.h"
#include "base/result.h"
#include "math/changepoint.h"

/*
 * The variance of periods that their answers do not explain, as far as neighbours
 * differ by more than that.
 */
static double
natural_variance(const CxSeries *series, const CxLevelPoint *point, double variance)
{
	double		sum = 0;

	for (int i = 1; i < series->count; i++)
	{
		double		d = point[i].value - point[i - 1].value;

		sum += d * d - variance * (1 / series->point[i].size + 1 / series->point[i - 1].size);
	}
	return fmax(sum / (2 * (series->count - 1)), 0);
}

/*
 * Points weigh as much as they are certain: by the variance of their answers and
 * what they vary by nature, by their n where only that is known, else alike.
 */
static void
set_weights(const CxSeries *series, CxLevelPoint *point)
{
	double		variance = NAN;
	double		nature = 0;
	double		total = 0;

	if (cx_trend_has_answers(series->trend))
	{
		variance = cx_series_pooled(series, 0, series->count).variance;
		nature = natural_variance(series, point, variance);
	}
	else if (series->trend->holds == CX_HOLDS_COUNTED)
		variance = 1;
	for (int i = 0; i < series->count; i++)
	{
		point[i].weight = variance > 0 ? 1 / (nature + variance / series->point[i].size) : 1;
		total += point[i].weight;
	}
	for (int i = 0; i < series->count; i++)
		point[i].weight /= total / series->count;
}

static void
take_season_out(const CxSeries *series, int season, int scale, CxLevelPoint *point)
{
	double	   *places = cx_series_places(series);
	int			n = (int) series->periods;

	for (int i = 0; i < n; i++)
		places[i] = ldexp(places[i], -scale);
	cx_take_season_out(places, n, season, palloc(3 * n * sizeof(double)));
	for (int i = 0; i < series->count; i++)
		point[i].value = places[series->point[i].at];
}

/* The weight of those points [from, to) that are of this level. */
static double
weight_of(const CxLevelPoint *point, int from, int to, double level, double most)
{
	double		weight = 0;

	for (int i = from; i < to; i++)
	{
		double		off = point[i].value - level;

		if (point[i].weight * off * off <= most)
			weight += point[i].weight;
	}
	return weight;
}
/* A part of the series as it is reported: its level, and the weight of what is of it. */
typedef struct Level
{
	double		mean;
	double		weight;
} Level;

static void
add_change(FunctionCallInfo fcinfo, DateADT date, Level before, Level after, double variance,
		   double reach, int scale)
{
	double		margin = reach * sqrt(variance * (1 / before.weight + 1 / after.weight));
	double		difference = after.mean - before.mean;
	CxRow		row = {0};

	cx_row_put(&row, DateADTGetDatum(date), false);
	cx_row_real(&row, ldexp(before.mean, scale));
	cx_row_real(&row, ldexp(after.mean, scale));
	cx_row_real(&row, ldexp(difference, scale));
	cx_row_real(&row, ldexp(difference - margin, scale));
	cx_row_real(&row, ldexp(difference + margin, scale));
	cx_rows_add(fcinfo, &row);
}

/* The points as their level is looked for, divided by 2^scale and without a season. */
static CxLevelPoint *
level_points(const CxSeries *series, int season, int scale)
{
	CxLevelPoint *point = palloc(series->count * sizeof(CxLevelPoint));

	for (int i = 0; i < series->count; i++)
		point[i].value = ldexp(series->point[i].value, -scale);
	if (season > 0)
		take_season_out(series, season, scale, point);
	set_weights(series, point);
	return point;
}

/*
 * What answers make a point of weight 1 vary by: however alike the points are, the
 * next ones need not be.
 */
static double
sampling_variance(const CxSeries *series, const CxLevelPoint *point)
{
	double		sum = 0;

	if (!cx_trend_has_answers(series->trend))
		return 0;
	for (int i = 0; i < series->count; i++)
		sum += point[i].weight / series->point[i].size;
	return sum / series->count * cx_series_pooled(series, 0, series->count).variance;
}

static double
long_run_variance(const CxSeries *series, const CxLevelPoint *point, int season)
{
	int			count = series->count;
	double		variance = cx_long_run_variance(point, count, palloc(count * sizeof(double)));

	/* seasons fitted to the points leave them less to vary */
	if (season > 0 && count > season)
		variance *= count / (count - (season - 1.0));
	return fmax(variance, sampling_variance(series, point));
}

/*
 * change_points(t, season, penalty, level) -> (period, before, after, difference,
 * lower, upper): a row for every change, at the first period of the new level.
 */
PG_FUNCTION_INFO_V1(cx_trend_change_points);
Datum
cx_trend_change_points(PG_FUNCTION_ARGS)
{
	const CxSeries *series;
	CxLevelPoint *point;
	CxPart	   *part;
	CxChangeCosts costs;
	Level		before = {0};
	double		variance;
	double		penalty;
	double		reach;
	int			season;
	int			scale;
	int			parts;

	cx_rows_begin(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(3))
		return (Datum) 0;
	series = cx_series_arg(fcinfo, 0);
	season = cx_season_arg(fcinfo, 1);
	penalty = PG_ARGISNULL(2) ? 2 * log(series->count) :
		cx_number_arg(fcinfo, 2, "penalty", 0, INFINITY);
	reach = cx_normal_reach(cx_level_arg(fcinfo, 3));
	/* a season of which there are not two cannot be told from a change */
	if (series->count < CX_CHANGE_LEAST || series->periods < 2 * (int64) season)
		return (Datum) 0;
	scale = cx_series_scale(series);
	point = level_points(series, season, scale);
	variance = long_run_variance(series, point, season);
	costs = cx_change_costs(variance, penalty);
	part = palloc(series->count * sizeof(CxPart));
	parts = cx_change_points(point, series->count, costs,
							 palloc(CX_CHANGE_PIECES(series->count) * sizeof(CxLevels)),
							 palloc(series->count * sizeof(CxPart)), part);
	for (int i = 0; i < parts; i++)
	{
		int			end = i + 1 < parts ? part[i + 1].start : series->count;
		Level		after = {part[i].level, weight_of(point, part[i].start, end, part[i].level, costs.most)};

		CHECK_FOR_INTERRUPTS();
		if (i > 0)
			add_change(fcinfo, series->point[part[i].start].date, before, after, variance, reach, scale);
		before = after;
	}
	return (Datum) 0;
}
