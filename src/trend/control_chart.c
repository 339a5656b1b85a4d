/*-------------------------------------------------------------------------
 *
 * control_chart.c
 *	  Which periods of a series are signals, and which are noise.
 *
 *-------------------------------------------------------------------------
 */
#include "trend/trend.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "base/args.h"
#include "base/result.h"
#include "math/controlchart.h"

static const char *const methods[] = {"auto", "shewhart", "laney", "xmr", "ewma", "cusum", NULL};

typedef enum Method
{
	AUTO, SHEWHART, LANEY, XMR, EWMA, CUSUM
} Method;

/* In the order of CxChartSignal, and what stands for several. */
static const char *const signals[] = {
	"beyond_limits", "moving_range",
	"western_electric_1", "western_electric_2", "western_electric_3", "western_electric_4",
	"nelson_1", "nelson_2", "nelson_3", "nelson_4", "nelson_5", "nelson_6", "nelson_7", "nelson_8",
	"western_electric", "nelson",
	NULL
};

#define ALL_WESTERN_ELECTRIC CX_CHART_SIGNALS
#define ALL_NELSON (CX_CHART_SIGNALS + 1)

/* ---- arguments ---- */

static unsigned
rules_arg(FunctionCallInfo fcinfo, int argno)
{
	Datum	   *elements;
	bool	   *nulls;
	int			count;
	unsigned	rules = 0;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		const char *name = nulls[i] ? "NULL" : TextDatumGetCString(elements[i]);
		int			rule = CX_MOVING_RANGE + cx_choice(name, "rule", &signals[CX_MOVING_RANGE]);

		CHECK_FOR_INTERRUPTS();
		if (rule == ALL_WESTERN_ELECTRIC)
			rules |= (1u << CX_NELSON_1) - (1u << CX_WESTERN_ELECTRIC_1);
		else if (rule == ALL_NELSON)
			rules |= (1u << CX_CHART_SIGNALS) - (1u << CX_NELSON_1);
		else
			rules |= 1u << rule;
	}
	return rules;
}

/* How many points the limits are fixed by: those up to a date, or all. */
static int
baseline_arg(FunctionCallInfo fcinfo, int argno, const CxSeries *series)
{
	int			count = series->count;

	if (PG_ARGISNULL(argno))
		return count;
	while (count > 0 && series->point[count - 1].date > PG_GETARG_DATEADT(argno))
		count--;
	return count;
}

/* ---- the baseline ---- */

/* Mean of values, of the same weight each or as many answers as they are of. */
static double
mean_value(const CxSeries *series, int count, bool by_size)
{
	double		total = 0;
	double		mean = 0;

	for (int i = 0; i < count; i++)
	{
		double		weight = by_size ? series->point[i].size : 1;

		total += weight;
		mean += (series->point[i].value - mean) * (weight / total);
	}
	return count > 0 ? mean : NAN;
}

static void
require_sizes(const CxSeries *series, Method method)
{
	bool		possible = series->trend->holds >= CX_HOLDS_NPS ||
		(series->trend->holds == CX_HOLDS_COUNTED && method == LANEY);

	if (!possible && series->count > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("method \"%s\" needs to know %s", methods[method],
						method == LANEY ? "how many answers a value is of" : "the answers"),
				 errhint("Make the series of summaries: trend_agg(period, s)%s. Or use the method xmr.",
						 method == LANEY ? ", or of values and n: trend_agg(period, value, n)" : "")));
}

/* What values may be, for limits. */
static void
set_scale(CxChart *chart, const CxTrend *trend)
{
	chart->least = trend->holds == CX_HOLDS_NPS ? -100 : trend->holds == CX_HOLDS_CSAT ? 0 :
		trend->holds == CX_HOLDS_CES ? 1 : -INFINITY;
	chart->most = trend->holds == CX_HOLDS_NPS || trend->holds == CX_HOLDS_CSAT ? 100 :
		trend->holds == CX_HOLDS_CES ? trend->scale : INFINITY;
}

static void
set_baseline(CxChart *chart, const CxSeries *series, Method method)
{
	bool		answers = cx_trend_has_answers(series->trend);

	set_scale(chart, series->trend);
	if (method == SHEWHART || method == LANEY)
		require_sizes(series, method);
	if (method == XMR || series->trend->holds == CX_HOLDS_VALUES)
		chart->spread = CX_SPREAD_XMR;
	else if (method == SHEWHART)
		chart->spread = CX_SPREAD_SHEWHART;
	else
		chart->spread = method == LANEY || !answers ? CX_SPREAD_LANEY : CX_SPREAD_AUTO;
	if (chart->spread != CX_SPREAD_XMR && answers)
	{
		CxPoint		pooled = cx_series_pooled(series, 0, chart->baseline);

		chart->center = pooled.value;
		chart->variance = pooled.variance;
		chart->skewness = pooled.skewness;
		return;
	}
	chart->center = mean_value(series, chart->baseline, chart->spread != CX_SPREAD_XMR);
	chart->variance = 1;
}

/* ---- the chart ---- */

static Datum
signals_array(unsigned found)
{
	Datum		names[CX_CHART_SIGNALS];
	int			count = 0;

	for (int i = 0; i < CX_CHART_SIGNALS; i++)
	{
		if (found & 1u << i)
			names[count++] = CStringGetTextDatum(signals[i]);
	}
	return PointerGetDatum(construct_array(names, count, TEXTOID, -1, false, TYPALIGN_INT));
}

static Method
read_chart(FunctionCallInfo fcinfo, CxSeries *series, int scale, CxChart *chart)
{
	Method		method = cx_choice_arg(fcinfo, 1, "method", methods);

	chart->kind = method == EWMA ? CX_CHART_EWMA : method == CUSUM ? CX_CHART_CUSUM : CX_CHART_VALUES;
	chart->baseline = baseline_arg(fcinfo, 2, series);
	chart->rules = rules_arg(fcinfo, 3);
	chart->lambda = cx_number_arg(fcinfo, 4, "lambda", 0, 1);
	chart->reach = cx_number_arg(fcinfo, 5, "l", 0, INFINITY);
	chart->k = cx_number_arg(fcinfo, 6, "k", 0, INFINITY);
	chart->h = cx_number_arg(fcinfo, 7, "h", 0, INFINITY);
	if (chart->rules != 0 && chart->kind != CX_CHART_VALUES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("method \"%s\" has no rules", methods[method]),
				 errhint("Rules are about points that do not remember those before: use shewhart, laney or xmr.")));
	for (int i = 0; i < series->count; i++)
		series->point[i].value = ldexp(series->point[i].value, -scale);
	set_baseline(chart, series, method);
	if ((chart->rules & 1u << CX_MOVING_RANGE) != 0 && chart->spread != CX_SPREAD_XMR)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rule \"moving_range\" is of the method xmr"),
				 errhint("Where n is known, its limits take the place of it: ask for method => 'xmr', or leave the rule out.")));
	return method;
}

static void
put_point(CxRow *row, const CxPoint *given, const CxChartPoint *charted, int scale)
{
	cx_row_put(row, DateADTGetDatum(given->date), false);
	cx_row_put(row, Int64GetDatum(given->n), given->n == 0);
	cx_row_real(row, ldexp(charted->value, scale));
	cx_row_real(row, ldexp(charted->center, scale));
	cx_row_real(row, ldexp(charted->lower, scale));
	cx_row_real(row, ldexp(charted->upper, scale));
	cx_row_put(row, signals_array(charted->signals), false);
}

/*
 * control_chart(t, method, baseline_until, rules, lambda, l, k, h) ->
 * (period, n, value, center, lower, upper, signals): a row for every point.
 */
PG_FUNCTION_INFO_V1(cx_trend_control_chart);
Datum
cx_trend_control_chart(PG_FUNCTION_ARGS)
{
	CxSeries   *series;
	CxChart		chart = {0};
	CxChartPoint *point;
	int			scale;

	cx_rows_begin(fcinfo);
	for (int i = 0; i < 8; i++)
	{
		if (i != 2 && PG_ARGISNULL(i))
			return (Datum) 0;
	}
	series = cx_series_arg(fcinfo, 0);
	scale = cx_series_scale(series);
	/* sums are in standard deviations */
	if (read_chart(fcinfo, series, scale, &chart) == CUSUM)
		scale = 0;
	point = palloc(Max(series->count, 1) * sizeof(CxChartPoint));
	for (int i = 0; i < series->count; i++)
		point[i] = (CxChartPoint) {.value = series->point[i].value, .size = series->point[i].size};
	cx_control_chart(&chart, point, series->count);
	for (int i = 0; i < series->count; i++)
	{
		CxRow		row = {0};

		CHECK_FOR_INTERRUPTS();
		put_point(&row, &series->point[i], &point[i], scale);
		cx_rows_add(fcinfo, &row);
	}
	return (Datum) 0;
}
