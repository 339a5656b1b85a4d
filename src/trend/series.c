/*-------------------------------------------------------------------------
 *
 * series.c
 *	  A series as it is read: its points, their places in the calendar, and the
 *	  picture of it (see trend.h).
 *
 *-------------------------------------------------------------------------
 */
#include "trend/trend.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "base/band.h"
#include "base/result.h"
#include "math/mean.h"
#include "math/net.h"
#include "math/proportion.h"
#include "math/rounding.h"

#define PERCENT 100.0

/* ---- points ---- */

CxPoint
cx_point_of_tally(const CxTally *tally)
{
	CxPoint		point = {.n = tally->n};
	CxAnswers	answers;

	cx_tally_answers(tally, &answers);
	point.size = answers.n;
	if (tally->header.kind == CX_TALLY_NPS)
	{
		CxNet		net = cx_net_of_answers(&answers, CX_LOWEST_PASSIVE, CX_LOWEST_PROMOTER);

		point.value = cx_net_percentage(&answers, CX_LOWEST_PASSIVE, CX_LOWEST_PROMOTER);
		point.variance = PERCENT * PERCENT * cx_net_variance(&net);
	}
	else if (tally->header.kind == CX_TALLY_CSAT)
	{
		int			lowest = cx_lowest_satisfied(tally);
		CxProportion satisfied = cx_proportion_of_answers(&answers, lowest);

		point.value = cx_percentage(cx_answers_sum(&answers, lowest, tally->scale), answers.total);
		point.variance = PERCENT * PERCENT * satisfied.share * satisfied.rest;
	}
	else
	{
		double		stddev = cx_answers_stddev(&answers);

		point.value = cx_answers_mean(&answers);
		point.variance = stddev * stddev;
	}
	return point;
}

/*
 * The variance of an answer where nobody differs, or only one was asked.  That says
 * that variation is small, not that there is none: two of four more answers would
 * be a step away (Agresti & Coull 1998, The American Statistician 52), and for a
 * net score those of Rocks (2016, ibid. 70).
 */
static double
pilot_variance(const CxTally *tally)
{
	CxAnswers	answers;
	double		step = tally->header.kind == CX_TALLY_CSAT ? PERCENT : 1;
	double		share;

	cx_tally_answers(tally, &answers);
	share = 2 / (answers.n + 4);
	if (tally->header.kind == CX_TALLY_NPS)
	{
		CxNet		net = cx_net_of_answers(&answers, CX_LOWEST_PASSIVE, CX_LOWEST_PROMOTER);

		return PERCENT * PERCENT * cx_net_pilot_variance(&net);
	}
	return step * step * share * (1 - share);
}

/* What an answer counts for, in any unit. */
static double
worth(const CxTally *tally, int answer)
{
	if (tally->header.kind == CX_TALLY_NPS)
		return (answer >= CX_LOWEST_PROMOTER) - (answer < CX_LOWEST_PASSIVE);
	if (tally->header.kind == CX_TALLY_CSAT)
		return answer >= cx_lowest_satisfied(tally);
	return answer;
}

/* The mean of the k-th power of how far answers are from here. */
static double
moment(const CxTally *tally, const CxAnswers *answers, int k, double from)
{
	double		sum = 0;

	for (int i = 0; i < answers->count; i++)
		sum += answers->weight[i] / answers->total * pow(worth(tally, answers->lowest + i) - from, k);
	return sum;
}

/* The skewness of one answer; 0 where nobody differs, of which nothing is known. */
static double
skewness_of(const CxTally *tally)
{
	CxAnswers	answers;
	double		mean;
	double		variance;

	cx_tally_answers(tally, &answers);
	mean = moment(tally, &answers, 1, 0);
	variance = moment(tally, &answers, 2, mean);
	return variance > 0 ? moment(tally, &answers, 3, mean) / pow(variance, 1.5) : 0;
}

CxPoint
cx_series_pooled(const CxSeries *series, int from, int to)
{
	CxWeightedTally room;
	CxTally    *pooled;
	CxPoint		point;

	if (from >= to)
		return (CxPoint) {.size = NAN, .value = NAN, .variance = NAN};
	pooled = (CxTally *) cx_summary_copy(&cx_trend_tally(series->trend, from, &room)->header);
	for (int i = from + 1; i < to; i++)
		pooled = cx_tally_merge(pooled, cx_trend_tally(series->trend, i, &room));
	point = cx_point_of_tally(pooled);
	if (!(point.variance > 0))
		point.variance = pilot_variance(pooled);
	else
		point.skewness = skewness_of(pooled);
	return point;
}

static CxPoint
point_of(const CxTrend *trend, int i)
{
	const CxTrendValue *entry = cx_trend_entry(trend, i);
	CxPoint		point;

	if (cx_trend_has_answers(trend))
	{
		CxWeightedTally room;

		point = cx_point_of_tally(cx_trend_tally(trend, i, &room));
	}
	else
		point = (CxPoint) {
			.n = entry->n, .size = entry->n > 0 ? entry->n : NAN,
			.value = entry->value, .variance = NAN
		};
	point.date = entry->date;
	return point;
}

/* ---- the calendar ---- */

static inline DateADT
month_end(int32 month)
{
	return cx_period_end(CX_MONTH, month);
}

static int32
months_in(CxPeriodKind period)
{
	return period == CX_YEAR ? 12 : period == CX_QUARTER ? 3 : 1;
}

/*
 * How far apart points are, as the longest period that all their distances are
 * multiples of.  Months need not begin on the first: they are on the same day of
 * the month, or all on the last.  A single point is a month's or a day's.
 */
static void
find_period(CxSeries *series)
{
	DateADT		first = series->point[0].date;
	int32		month = cx_month_of(first);
	int32		day = first - cx_period_start(CX_MONTH, month);
	bool		same_day = true;
	bool		month_ends = true;
	int32		common = series->count == 1 ? 1 : 0;
	bool		weeks = true;

	for (int i = 0; i < series->count; i++)
	{
		DateADT		date = series->point[i].date;
		int32		its_month = cx_month_of(date);
		int32		distance = its_month - month;

		same_day &= date - cx_period_start(CX_MONTH, its_month) == day;
		month_ends &= date == month_end(its_month);
		weeks &= (date - (int64) first) % 7 == 0;
		if (distance % 12 != 0)
			common = common == 1 || distance % 3 != 0 ? 1 : 3;
	}
	series->month_ends = month_ends && !(same_day && day < 28);
	if (series->count == 1)
		series->period = day == 0 || month_ends ? CX_MONTH : CX_DAY;
	else if (same_day || month_ends)
		series->period = common == 0 ? CX_YEAR : common == 3 ? CX_QUARTER : CX_MONTH;
	else
		series->period = weeks ? CX_WEEK : CX_DAY;
}

static int32
place_of(const CxSeries *series, DateADT date)
{
	DateADT		first = series->point[0].date;

	if (series->period == CX_DAY)
		return date - first;
	if (series->period == CX_WEEK)
		return (date - first) / 7;
	return (cx_month_of(date) - cx_month_of(first)) / months_in(series->period);
}

DateADT
cx_series_date(const CxSeries *series, int64 at)
{
	DateADT		first = series->point[0].date;
	int32		month = cx_month_of(first);
	int64		date;

	if (series->period == CX_DAY || series->period == CX_WEEK)
		date = first + at * (series->period == CX_WEEK ? 7 : 1);
	else if (at * months_in(series->period) > (int64) 12 * 6000000)
		date = PG_INT64_MAX;
	else
	{
		int32		its_month = month + (int32) at * months_in(series->period);
		int64		start = cx_period_start(CX_MONTH, its_month);

		date = series->month_ends ? month_end(its_month) :
			Min(start + first - cx_period_start(CX_MONTH, month), month_end(its_month));
	}
	if (date >= DATE_END_JULIAN - POSTGRES_EPOCH_JDATE)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("date out of range")));
	return (DateADT) date;
}

/* The series in an argument as it is stored. */
static CxSeries *
stored_series(FunctionCallInfo fcinfo, int argno)
{
	CxSeries   *series = palloc0(sizeof(CxSeries));

	series->trend = cx_trend_arg(fcinfo, argno);
	series->count = (int) series->trend->list.count;
	series->point = palloc(Max(series->count, 1) * sizeof(CxPoint));
	for (int i = 0; i < series->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		series->point[i] = point_of(series->trend, i);
	}
	if (series->count == 0)
		return series;
	find_period(series);
	for (int i = 0; i < series->count; i++)
		series->point[i].at = place_of(series, series->point[i].date);
	series->periods = (int64) series->point[series->count - 1].at + 1;
	return series;
}

/* Numbers that rounding alone keeps apart are the same to every question. */
static void
level_rounding(double *value, int count)
{
	double	   *work = palloc(Max(count, 1) * sizeof(double));

	cx_level_rounding(value, count, -1, work);
	pfree(work);
}

CxSeries *
cx_series_arg(FunctionCallInfo fcinfo, int argno)
{
	CxSeries   *series = stored_series(fcinfo, argno);
	double	   *value = palloc(Max(series->count, 1) * sizeof(double));

	for (int i = 0; i < series->count; i++)
		value[i] = series->point[i].value;
	level_rounding(value, series->count);
	for (int i = 0; i < series->count; i++)
		series->point[i].value = value[i];
	pfree(value);
	return series;
}

int
cx_season_arg(FunctionCallInfo fcinfo, int argno)
{
	int32		season;

	if (PG_ARGISNULL(argno))
		return 0;
	season = PG_GETARG_INT32(argno);
	if (season < 2 || season > CX_TREND_MOST)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a season cannot have %d periods", season),
				 errhint("It has 2 or more: 12 where points are months, 4 quarters, 7 days, 52 weeks.")));
	return season;
}

double
cx_number_arg(FunctionCallInfo fcinfo, int argno, const char *name, double above, double most)
{
	double		number = PG_GETARG_FLOAT8(argno);

	if (!(number > above && number <= most && isfinite(number)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s cannot be %s", name, float8out_internal(number)),
				 isinf(most) ? errdetail("It is finite, and more than %g.", above) :
				 errdetail("It is more than %g, and %g at most.", above, most)));
	return number;
}

int
cx_series_scale(const CxSeries *series)
{
	double		most = 0;
	int			exponent;

	for (int i = 0; i < series->count; i++)
		most = fmax(most, fabs(series->point[i].value));
	frexp(most, &exponent);
	return most == 0 || abs(exponent) < 200 ? 0 : exponent;
}

void
cx_series_require_places(const CxSeries *series)
{
	if (series->periods > CX_TREND_MOST)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a series from its first to its last %s has %lld of them, more than %d",
						cx_period_names[series->period], (long long) series->periods, CX_TREND_MOST),
				 errhint("Is one of the dates wrong? Or truncate dates to longer periods.")));
}

double *
cx_series_places(const CxSeries *series)
{
	double	   *places;

	cx_series_require_places(series);
	places = palloc(Max(series->periods, 1) * sizeof(double));
	for (int i = 0; i < series->periods; i++)
		places[i] = NAN;
	for (int i = 0; i < series->count; i++)
		places[series->point[i].at] = series->point[i].value;
	return places;
}

/* trend_points(t) -> (period, n, value, stderr): a row for every point, in order. */
PG_FUNCTION_INFO_V1(cx_trend_points);
Datum
cx_trend_points(PG_FUNCTION_ARGS)
{
	const CxSeries *series = stored_series(fcinfo, 0);

	cx_rows_begin(fcinfo);
	for (int i = 0; i < series->count; i++)
	{
		const CxPoint *point = &series->point[i];
		CxRow		row = {0};

		CHECK_FOR_INTERRUPTS();
		cx_row_put(&row, DateADTGetDatum(point->date), false);
		cx_row_put(&row, Int64GetDatum(point->n), point->n == 0);
		cx_row_real(&row, point->value);
		cx_row_real(&row, cx_point_stderr(point));
		cx_rows_add(fcinfo, &row);
	}
	return (Datum) 0;
}

/* ---- sparklines ---- */

#define LEVELS 8

/* What a picture is made of: for a gap, and for 1 to 8 eighths of the height. */
typedef const char Marks[LEVELS + 1][4];

static Marks blocks = {
	"\xC2\xB7", "\xE2\x96\x81", "\xE2\x96\x82", "\xE2\x96\x83", "\xE2\x96\x84",
	"\xE2\x96\x85", "\xE2\x96\x86", "\xE2\x96\x87", "\xE2\x96\x88"
};
static Marks digits = {".", "1", "2", "3", "4", "5", "6", "7", "8"};

/* Other encodings than UTF-8 have no blocks; one that is not known takes all bytes. */
static Marks *
marks(void)
{
	int			encoding = GetDatabaseEncoding();

	return encoding == PG_UTF8 || encoding == PG_SQL_ASCII ? &blocks : &digits;
}

/* Values from least to most as blocks; what never varies is in the middle. */
static Datum
sparkline(const double *value, int64 count)
{
	double		least = INFINITY;
	double		most = -INFINITY;
	Marks	   *mark = marks();
	StringInfoData line;

	for (int64 i = 0; i < count; i++)
	{
		/* NaN changes neither */
		least = fmin(least, value[i]);
		most = fmax(most, value[i]);
	}
	initStringInfo(&line);
	for (int64 i = 0; i < count; i++)
	{
		/* halves, so that the difference of huge numbers is none too large */
		double		share = (value[i] / 2 - least / 2) / (most / 2 - least / 2);

		CHECK_FOR_INTERRUPTS();
		if (isnan(value[i]))
			appendStringInfoString(&line, (*mark)[0]);
		else if (!(share >= 0))
			appendStringInfoString(&line, (*mark)[LEVELS / 2]);
		else
			appendStringInfoString(&line, (*mark)[1 + (int) fmin(share * LEVELS, LEVELS - 1)]);
	}
	return PointerGetDatum(cstring_to_text_with_len(line.data, line.len));
}

/* sparkline(t) -> text: a block for every period, a dot for a missing one. */
PG_FUNCTION_INFO_V1(cx_trend_sparkline);
Datum
cx_trend_sparkline(PG_FUNCTION_ARGS)
{
	const CxSeries *series = cx_series_arg(fcinfo, 0);

	return sparkline(cx_series_places(series), series->periods);
}

/* sparkline(float8[]) -> text: a block for every number, a dot for NULL. */
PG_FUNCTION_INFO_V1(cx_array_sparkline);
Datum
cx_array_sparkline(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	Datum	   *elements;
	bool	   *nulls;
	double	   *value;
	int			count;

	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE,
					  &elements, &nulls, &count);
	if (count > CX_TREND_MOST)
		cx_trend_refuse_length();
	value = palloc(Max(count, 1) * sizeof(double));
	for (int i = 0; i < count; i++)
	{
		value[i] = nulls[i] ? NAN : DatumGetFloat8(elements[i]);
		if (!nulls[i] && !isfinite(value[i]))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("a sparkline cannot show %s", float8out_internal(value[i])),
					 errhint("A number that is not known is NULL, and shown as a dot.")));
	}
	level_rounding(value, count);
	return sparkline(value, count);
}
