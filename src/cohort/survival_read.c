/*-------------------------------------------------------------------------
 *
 * survival_read.c
 *	  Reading a survival_summary: the curve, its quantiles and its mean, and
 *	  whether groups differ.
 *
 *-------------------------------------------------------------------------
 */
#include "cohort/survival.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/float.h"

#include "base/args.h"
#include "base/result.h"
#include "math/survival.h"

/* Every pair of groups is looked at once for every time, and every three once. */
#define MOST_GROUPS 500

/* ---- going through the times at which somebody leaves ---- */

typedef struct Walk
{
	const CxSurvivalSummary *summary;
	int64		next;
	int64		at_risk;		/* at 'time' */
	int64		left;			/* after it */
	const CxSurvivalTime *time;
	CxSurvival	curve;			/* at and after it */
} Walk;

static Walk
walk_begin(const CxSurvivalSummary *summary)
{
	return (Walk) {
		.summary = summary,
		.left = cx_survival_at_start(summary),
		.curve = cx_survival_start()
	};
}

/* To the next time at which somebody has the event or is seen last. */
static bool
walk(Walk *w)
{
	while (w->next < w->summary->list.count)
	{
		w->time = &w->summary->time[w->next++];
		w->at_risk = w->left;
		w->left = cx_survival_left(w->at_risk, w->time);
		if (w->time->events > 0 || w->time->censored > 0)
		{
			CHECK_FOR_INTERRUPTS();
			cx_survival_step(&w->curve, (double) w->at_risk, (double) w->time->events);
			return true;
		}
	}
	return false;
}

/* The time at which somebody was seen last of all; somebody always leaves last. */
static double
last_time(const CxSurvivalSummary *summary)
{
	return summary->n > 0 ? summary->time[summary->list.count - 1].time : NAN;
}

/*
 * The curve at a time.  False where it is not known: after the last one, unless
 * all have had the event by then.
 */
static bool
walk_to(Walk *w, double time)
{
	double		last = last_time(w->summary);

	if (isnan(last))
		return false;
	for (;;)
	{
		Walk		before = *w;

		if (!walk(w))
			break;
		if (w->time->time > time)
		{
			*w = before;
			break;
		}
	}
	return time <= last || w->curve.survival == 0;
}

/* ---- arguments ---- */

static double
time_arg(FunctionCallInfo fcinfo, int argno, const char *what)
{
	double		time = PG_GETARG_FLOAT8(argno);

	if (!(time >= 0 && isfinite(time)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s %s is not a time from 0 on", what, float8out_internal(time))));
	return time;
}

static double
quantile_arg(FunctionCallInfo fcinfo, int argno)
{
	return cx_quantile_arg(fcinfo, argno, "The time until a quarter have had the event is the quantile 0.25.");
}

/* ---- the curve ---- */

/* survival_curve(s, level) -> a row for every time at which somebody leaves */
PG_FUNCTION_INFO_V1(cx_survival_curve);
Datum
cx_survival_curve(PG_FUNCTION_ARGS)
{
	Walk		w = walk_begin(cx_survival_arg(fcinfo, 0));
	double		reach = cx_normal_reach(cx_level_arg(fcinfo, 1));

	cx_rows_begin(fcinfo);
	while (walk(&w))
	{
		CxRow		row = {0};

		cx_row_real(&row, w.time->time);
		cx_row_put(&row, Int64GetDatum(w.at_risk), false);
		cx_row_put(&row, Int64GetDatum(w.time->events), false);
		cx_row_put(&row, Int64GetDatum(w.time->censored), false);
		cx_row_real(&row, w.curve.survival);
		cx_row_real(&row, cx_survival_stderr(&w.curve));
		cx_row_range(&row, cx_survival_range(&w.curve, reach));
		cx_rows_add(fcinfo, &row);
	}
	return (Datum) 0;
}

/* survival_at(s, time) -> float8; NULL after the last time that was observed */
PG_FUNCTION_INFO_V1(cx_survival_at);
Datum
cx_survival_at(PG_FUNCTION_ARGS)
{
	Walk		w = walk_begin(cx_survival_arg(fcinfo, 0));
	double		time = time_arg(fcinfo, 1, "time");

	CX_RETURN_REAL(walk_to(&w, time) ? w.curve.survival : NAN);
}

/* survival_at_interval(s, time, level) -> (lower, upper); NULL likewise, and at 0 */
PG_FUNCTION_INFO_V1(cx_survival_at_interval);
Datum
cx_survival_at_interval(PG_FUNCTION_ARGS)
{
	Walk		w = walk_begin(cx_survival_arg(fcinfo, 0));
	double		time = time_arg(fcinfo, 1, "time");
	double		reach = cx_normal_reach(cx_level_arg(fcinfo, 2));

	if (!walk_to(&w, time) || w.curve.survival == 0)
		PG_RETURN_NULL();
	return cx_interval_datum(fcinfo, cx_survival_range(&w.curve, reach));
}

/* ---- quantiles ---- */

/* The time at which the curve, and at which its limits, fall to a level. */
static double
quantile(const CxSurvivalSummary *summary, double level)
{
	Walk		w = walk_begin(summary);
	CxCrossing	crossing = cx_crossing_of(level);

	while (walk(&w))
		cx_crossing_step(&crossing, w.time->time, w.curve.survival);
	return crossing.time;
}

static CxRange
quantile_range(const CxSurvivalSummary *summary, double level, double reach)
{
	Walk		w = walk_begin(summary);
	CxCrossing	lower = cx_crossing_of(level);
	CxCrossing	upper = cx_crossing_of(level);

	while (walk(&w))
	{
		CxRange		limits = cx_survival_range(&w.curve, reach);

		cx_crossing_step(&lower, w.time->time, limits.lower);
		cx_crossing_step(&upper, w.time->time, limits.upper);
	}
	return (CxRange) {lower.time, upper.time};
}

double
cx_survival_median(const CxSurvivalSummary *summary)
{
	return quantile(summary, 0.5);
}

static Datum
range_datum(FunctionCallInfo fcinfo, CxRange range)
{
	if (isnan(range.lower))
		PG_RETURN_NULL();
	return cx_interval_datum(fcinfo, range);
}

/* median_survival(s) -> float8; NULL where it is not reached */
PG_FUNCTION_INFO_V1(cx_median_survival);
Datum
cx_median_survival(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(cx_survival_median(cx_survival_arg(fcinfo, 0)));
}

/* median_survival_interval(s, level) -> (lower, upper); NULL where neither is reached */
PG_FUNCTION_INFO_V1(cx_median_survival_interval);
Datum
cx_median_survival_interval(PG_FUNCTION_ARGS)
{
	double		reach = cx_normal_reach(cx_level_arg(fcinfo, 1));

	return range_datum(fcinfo, quantile_range(cx_survival_arg(fcinfo, 0), 0.5, reach));
}

/* survival_quantile(s, q) -> float8: the time until a share q have had the event */
PG_FUNCTION_INFO_V1(cx_survival_quantile);
Datum
cx_survival_quantile(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(quantile(cx_survival_arg(fcinfo, 0), 1 - quantile_arg(fcinfo, 1)));
}

/* survival_quantile_interval(s, q, level) -> (lower, upper) */
PG_FUNCTION_INFO_V1(cx_survival_quantile_interval);
Datum
cx_survival_quantile_interval(PG_FUNCTION_ARGS)
{
	double		q = quantile_arg(fcinfo, 1);
	double		reach = cx_normal_reach(cx_level_arg(fcinfo, 2));

	return range_datum(fcinfo, quantile_range(cx_survival_arg(fcinfo, 0), 1 - q, reach));
}

/* ---- the mean until a horizon ---- */

typedef struct Restricted
{
	double		mean;			/* NaN where the curve is not known until then */
	double		stderr_;
} Restricted;

static Restricted
restricted_mean(const CxSurvivalSummary *summary, double horizon)
{
	Walk		w = walk_begin(summary);
	CxSurvivalMean mean = {.time = 0};
	double		survival = 1;

	while (walk(&w) && w.time->time <= horizon)
	{
		cx_survival_mean_advance(&mean, w.time->time, survival);
		cx_survival_mean_event(&mean, (double) w.at_risk, (double) w.time->events);
		survival = w.curve.survival;
	}
	if (!(horizon <= last_time(summary) || survival == 0))
		return (Restricted) {NAN, NAN};
	cx_survival_mean_advance(&mean, horizon, survival);
	return (Restricted) {mean.area, sqrt(mean.variance)};
}

/* restricted_mean_survival(s, horizon) -> float8 */
PG_FUNCTION_INFO_V1(cx_restricted_mean_survival);
Datum
cx_restricted_mean_survival(PG_FUNCTION_ARGS)
{
	double		horizon = time_arg(fcinfo, 1, "horizon");

	CX_RETURN_REAL(restricted_mean(cx_survival_arg(fcinfo, 0), horizon).mean);
}

/* restricted_mean_survival_interval(s, horizon, level) -> (lower, upper) */
PG_FUNCTION_INFO_V1(cx_restricted_mean_survival_interval);
Datum
cx_restricted_mean_survival_interval(PG_FUNCTION_ARGS)
{
	double		horizon = time_arg(fcinfo, 1, "horizon");
	double		reach = cx_normal_reach(cx_level_arg(fcinfo, 2));
	Restricted	r = restricted_mean(cx_survival_arg(fcinfo, 0), horizon);

	if (!isfinite(r.stderr_))
		PG_RETURN_NULL();
	return cx_interval_datum(fcinfo, cx_range_around(r.mean - reach * r.stderr_,
													 r.mean + reach * r.stderr_,
													 r.mean, 0, horizon));
}

/*
 * restricted_mean_survival_compare(a, b, horizon, level) -> cx_test: mean of a
 * less mean of b; NULL where one of them is
 */
PG_FUNCTION_INFO_V1(cx_restricted_mean_survival_compare);
Datum
cx_restricted_mean_survival_compare(PG_FUNCTION_ARGS)
{
	double		horizon = time_arg(fcinfo, 2, "horizon");
	double		level = cx_level_arg(fcinfo, 3);
	Restricted	a = restricted_mean(cx_survival_arg(fcinfo, 0), horizon);
	Restricted	b = restricted_mean(cx_survival_arg(fcinfo, 1), horizon);
	double		difference = a.mean - b.mean;

	if (!isfinite(difference))
		PG_RETURN_NULL();
	return cx_test_datum(fcinfo, cx_normal_test(difference, difference,
												hypot(a.stderr_, b.stderr_), level, horizon));
}

/* ---- the usual row ---- */

static int64
count_events(const CxSurvivalSummary *summary)
{
	int64		events = 0;

	for (int64 i = 0; i < summary->list.count; i++)
		events += summary->time[i].events;
	return events;
}

/*
 * survival_report(s, level) -> one row: customers, events, censored, longest,
 * median, lower, upper, restricted_mean, restricted_mean_stderr.
 */
PG_FUNCTION_INFO_V1(cx_survival_report);
Datum
cx_survival_report(PG_FUNCTION_ARGS)
{
	const CxSurvivalSummary *summary = cx_survival_arg(fcinfo, 0);
	double		reach = cx_normal_reach(cx_level_arg(fcinfo, 1));
	int64		events = count_events(summary);
	double		last = last_time(summary);
	Restricted	r = restricted_mean(summary, last);
	CxRow		row = {0};

	cx_row_put(&row, Int64GetDatum(summary->n), false);
	cx_row_put(&row, Int64GetDatum(events), false);
	cx_row_put(&row, Int64GetDatum(summary->n - events), false);
	cx_row_real(&row, last);
	cx_row_real(&row, cx_survival_median(summary));
	cx_row_range(&row, quantile_range(summary, 0.5, reach));
	cx_row_real(&row, r.mean);
	cx_row_real(&row, r.stderr_);
	return cx_row_datum(fcinfo, &row);
}

/* ---- the log-rank test ---- */

/* A group that is compared, at the time that all of them have come to. */
typedef struct Group
{
	const CxSurvivalTime *next;	/* the first that is not before it */
	const CxSurvivalTime *end;
	int64		at_risk;
} Group;

static Group
group_of(const CxSurvivalSummary *summary)
{
	return (Group) {
		.next = summary->time,
		.end = summary->time + summary->list.count,
		.at_risk = cx_survival_at_start(summary)
	};
}

/* The first time of any group that is still to come; infinity after the last. */
static double
next_time(const Group *group, int groups)
{
	double		time = INFINITY;

	for (int g = 0; g < groups; g++)
	{
		if (group[g].next < group[g].end && group[g].next->time < time)
			time = group[g].next->time;
	}
	return time;
}

static CxChisq
logrank(Group *group, int groups)
{
	double	   *at_risk = palloc(groups * sizeof(double));
	double	   *events = palloc(groups * sizeof(double));
	CxLogRank	test = {
		.groups = groups,
		.difference = palloc0(groups * sizeof(double)),
		.expected = palloc0(groups * sizeof(double)),
		.variance = palloc0((Size) groups * groups * sizeof(double))
	};
	double		time;

	while (isfinite(time = next_time(group, groups)))
	{
		bool		any = false;

		CHECK_FOR_INTERRUPTS();
		for (int g = 0; g < groups; g++)
		{
			at_risk[g] = (double) group[g].at_risk;
			events[g] = 0;
			if (group[g].next < group[g].end && group[g].next->time == time)
			{
				events[g] = (double) group[g].next->events;
				any = any || events[g] > 0;
				group[g].at_risk = cx_survival_left(group[g].at_risk, group[g].next++);
			}
		}
		if (any)
			cx_logrank_step(&test, at_risk, events);
	}
	return cx_logrank_test(&test);
}

/* logrank_test(a, b) -> cx_chisq */
PG_FUNCTION_INFO_V1(cx_logrank_two);
Datum
cx_logrank_two(PG_FUNCTION_ARGS)
{
	Group		group[] = {group_of(cx_survival_arg(fcinfo, 0)), group_of(cx_survival_arg(fcinfo, 1))};

	return cx_chisq_datum(fcinfo, logrank(group, lengthof(group)));
}

/* logrank_test(summaries) -> cx_chisq: NULL summaries are left out. */
PG_FUNCTION_INFO_V1(cx_logrank_many);
Datum
cx_logrank_many(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	Group	   *group;
	Datum	   *elements;
	bool	   *nulls;
	int			count;
	int			groups = 0;

	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE,
					  &elements, &nulls, &count);
	group = palloc(Max(count, 1) * sizeof(Group));
	for (int i = 0; i < count; i++)
	{
		if (!nulls[i])
			group[groups++] = group_of(cx_survival_of(elements[i]));
	}
	if (groups > MOST_GROUPS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("cannot compare %d groups", groups),
				 errdetail("The most is %d.", MOST_GROUPS)));
	return cx_chisq_datum(fcinfo, logrank(group, groups));
}
