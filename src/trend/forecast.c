/*-------------------------------------------------------------------------
 *
 * forecast.c
 *	  What comes next: exponential smoothing.
 *
 *-------------------------------------------------------------------------
 */
#include "trend/trend.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/args.h"
#include "base/result.h"
#include "math/ets.h"

/* What is further back says nothing of what comes, and takes its time. */
#define MOST_VALUES 2000

#define MOST_AHEAD 10000

static void
pause_(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* The values that a forecast is made of: the last ones. */
typedef struct Recent
{
	const double *value;		/* the first is there, others may be missing */
	int			n;
} Recent;

static Recent
recent_of(const CxSeries *series, int scale)
{
	double	   *value = cx_series_places(series);
	int			from = Max((int) series->periods - MOST_VALUES, 0);

	while (isnan(value[from]))
		from++;
	for (int i = from; i < series->periods; i++)
		value[i] = ldexp(value[i], -scale);
	return (Recent) {value + from, (int) series->periods - from};
}

static bool
has_season(const Recent *recent, int season)
{
	int			count[CX_ETS_SEASON] = {0};

	for (int i = 0; i < recent->n; i++)
		count[i % season] += !isnan(recent->value[i]);
	for (int p = 0; p < season; p++)
	{
		if (count[p] < 2)
			return false;
	}
	return true;
}

typedef enum Model
{
	AUTO,
	ANN,
	AAA
} Model;

static const char *const model_names[] = {"auto", "ANN", "AAA", NULL};

/* The model asked for, or the better of both; without two seasons there is one. */
static CxEts
fit(const Recent *recent, int season, Model model)
{
	CxEts		level;
	CxEts		seasonal;

	if (season == 0 || !has_season(recent, season))
		model = ANN;
	if (model != AAA)
		level = cx_ets_fit(recent->value, recent->n, 0, pause_);
	if (model == ANN)
		return level;
	seasonal = cx_ets_fit(recent->value, recent->n, season, pause_);
	return model == AAA || seasonal.aicc < level.aicc ? seasonal : level;
}

/* The ends of the scale that values are on. */
static CxRange
scale_of(const CxTrend *trend)
{
	switch (trend->holds)
	{
		case CX_HOLDS_NPS:
			return (CxRange) {-100, 100};
		case CX_HOLDS_CSAT:
			return (CxRange) {0, 100};
		case CX_HOLDS_CES:
			return (CxRange) {1, trend->scale};
		default:
			return (CxRange) {-INFINITY, INFINITY};
	}
}

static double
within(double value, CxRange range)
{
	/* fmin and fmax take the other one for NaN */
	return isnan(value) ? NAN : fmin(fmax(value, range.lower), range.upper);
}

static int
season_arg(FunctionCallInfo fcinfo, int argno)
{
	int			season = cx_season_arg(fcinfo, argno);

	if (season > CX_ETS_SEASON)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a forecast cannot have a season of %d periods, more than %d",
						season, CX_ETS_SEASON),
				 errhint("Truncate dates to longer periods, or give the season of a week (7) or none (NULL).")));
	return season;
}

static int
horizon_arg(FunctionCallInfo fcinfo, int argno)
{
	int			horizon = PG_GETARG_INT32(argno);

	if (horizon < 1 || horizon > MOST_AHEAD)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a forecast cannot reach %d periods ahead", horizon),
				 errhint("The horizon is from 1 to %d.", MOST_AHEAD)));
	return horizon;
}

/*
 * The variance of an error, no less than what the answers of a period make its score
 * vary by: what will be measured is measured by asking as many.
 */
static double
error_variance(const CxSeries *series, const CxEts *ets)
{
	double		sum = 0;

	if (!cx_trend_has_answers(series->trend) || isnan(ets->variance))
		return ets->variance;
	for (int i = 0; i < series->count; i++)
		sum += 1 / series->point[i].size;
	return fmax(ets->variance, sum / series->count * cx_series_pooled(series, 0, series->count).variance);
}

/*
 * forecast(t, horizon, season, level, model) -> (period, value, lower, upper, model): a
 * row for each of the next periods; none after an empty series.
 */
PG_FUNCTION_INFO_V1(cx_forecast);
Datum
cx_forecast(PG_FUNCTION_ARGS)
{
	const CxSeries *series;
	CxRange		range;
	Recent		recent;
	CxEts		ets;
	int			horizon;
	int			season;
	int			scale;
	Model		model;
	double		reach;
	double		variance;
	double		spread = 1;

	cx_rows_begin(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
		return (Datum) 0;
	horizon = horizon_arg(fcinfo, 1);
	season = season_arg(fcinfo, 2);
	reach = cx_normal_reach(cx_level_arg(fcinfo, 3));
	model = cx_choice_arg(fcinfo, 4, "model", model_names);
	series = cx_series_arg(fcinfo, 0);
	if (series->count == 0)
		return (Datum) 0;
	scale = cx_series_scale(series);
	range = scale_of(series->trend);
	recent = recent_of(series, scale);
	ets = fit(&recent, season, model);
	variance = error_variance(series, &ets);
	for (int ahead = 1; ahead <= horizon; ahead++)
	{
		double		mean = cx_ets_mean(&ets, ahead);
		double		weight = cx_ets_weight(&ets, ahead);
		double		margin = reach * sqrt(variance * spread);
		CxRow		row = {0};

		CHECK_FOR_INTERRUPTS();
		cx_row_put(&row, DateADTGetDatum(cx_series_date(series, series->periods - 1 + ahead)), false);
		cx_row_real(&row, within(ldexp(mean, scale), range));
		cx_row_real(&row, within(ldexp(mean - margin, scale), range));
		cx_row_real(&row, within(ldexp(mean + margin, scale), range));
		cx_row_put(&row, CStringGetTextDatum(model_names[ets.season > 0 ? AAA : ANN]), false);
		cx_rows_add(fcinfo, &row);
		spread += weight * weight;
	}
	return (Datum) 0;
}
