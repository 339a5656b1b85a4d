/*-------------------------------------------------------------------------
 *
 * survival.c
 *	  The type survival_summary, and the aggregates that make it (see
 *	  survival.h).
 *
 *-------------------------------------------------------------------------
 */
#include "cohort/survival.h"

#include <math.h>

#include "common/int.h"
#include "miscadmin.h"
#include "utils/float.h"
#include "utils/fmgrprotos.h"

#include "base/decimal.h"

/* ---- the list of times ---- */

static int
compare_times(const void *a, const void *b)
{
	double		x = ((const CxSurvivalTime *) a)->time;
	double		y = ((const CxSurvivalTime *) b)->time;

	return (x > y) - (x < y);
}

/* No count is larger than the number of customers, which is checked. */
static void
merge_times(void *into, const void *entry)
{
	CxSurvivalTime *time = into;
	const CxSurvivalTime *other = entry;

	time->events += other->events;
	time->censored += other->censored;
	time->entered += other->entered;
}

static void
refuse_times(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a survival summary cannot hold more than %d distinct times", CX_SURVIVAL_TIMES),
			 errhint("Round durations, to days or hours for example: round(x)")));
}

const CxListType cx_survival_list = {
	.head = offsetof(CxSurvivalSummary, time),
	.entry = sizeof(CxSurvivalTime),
	.most = CX_SURVIVAL_TIMES,
	.compare = compare_times,
	.merge = merge_times,
	.refuse_length = refuse_times
};

static Size
survival_size(const CxHeader *value)
{
	return cx_list_size((const CxList *) value, &cx_survival_list);
}

CxSurvivalSummary *
cx_survival_of(Datum datum)
{
	CxHeader   *value = cx_summary_of(datum);

	cx_summary_check(value, CX_SURVIVAL_VERSION, survival_size(value));
	return (CxSurvivalSummary *) value;
}

int64
cx_survival_at_start(const CxSurvivalSummary *summary)
{
	int64		at_risk = summary->n;

	if (summary->list.header.flags & CX_SURVIVAL_LATE)
	{
		for (int64 i = 0; i < summary->list.count; i++)
			at_risk -= summary->time[i].entered;
	}
	return at_risk;
}

/* ---- the type ---- */

static bool
has_customers(const CxHeader *value)
{
	return ((const CxSurvivalSummary *) value)->n > 0;
}

static bool
has_late_entries(const CxHeader *value)
{
	return has_customers(value) && (value->flags & CX_SURVIVAL_LATE) != 0;
}

static int
times_length(const CxHeader *value)
{
	return cx_length(((const CxSurvivalSummary *) value)->list.count);
}

/*
 * Sums of counts, none of which may be larger than the number of customers: false
 * where they are.
 */
static bool
add_within(int64 *sum, int64 count, int64 most)
{
	if (count > most - *sum)
		return false;
	*sum += count;
	return true;
}

static const char *
survival_fault(const CxHeader *value)
{
	const CxSurvivalSummary *summary = (const CxSurvivalSummary *) value;
	int64		left = 0;
	int64		entered = 0;
	int64		at_risk;

	if (summary->n == 0)
		return NULL;
	if (!cx_list_is_sorted(&summary->list, &cx_survival_list))
		return "Its times are not sorted.";
	for (int64 i = 0; i < summary->list.count; i++)
	{
		const CxSurvivalTime *time = &summary->time[i];

		CHECK_FOR_INTERRUPTS();
		if (!(time->time >= 0) || (time->time == 0 && time->entered > 0))
			return "It has an impossible time.";
		if (time->events == 0 && time->censored == 0 && time->entered == 0)
			return "It has a time at which nothing happens.";
		if (!add_within(&left, time->events, summary->n) ||
			!add_within(&left, time->censored, summary->n) ||
			!add_within(&entered, time->entered, summary->n))
			return "Its counts do not add up.";
	}
	if (left != summary->n || (entered > 0) != ((value->flags & CX_SURVIVAL_LATE) != 0))
		return "Its counts do not add up.";
	at_risk = summary->n - entered;
	for (int64 i = 0; i < summary->list.count; i++)
	{
		if (at_risk < summary->time[i].events + summary->time[i].censored)
			return "More leave than have entered.";
		at_risk = cx_survival_left(at_risk, &summary->time[i]);
	}
	return NULL;
}

static const CxHeader *
survival_open(const CxHeader *value)
{
	return &cx_survival_closed((const CxSurvivalSummary *) value)->list.header;
}

static double
survival_headline(const CxHeader *value)
{
	return cx_survival_median((const CxSurvivalSummary *) value);
}

#define COLUMN(label, kind_, member, present_) \
	{.name = label, .kind = kind_, .offset = offsetof(CxSurvivalSummary, time[0].member), \
	 .present = present_, .length = times_length, .stride = sizeof(CxSurvivalTime)}

static const CxField survival_fields[] = {
	{.name = "n", .kind = CX_FIELD_COUNT, .offset = offsetof(CxSurvivalSummary, n)},
	{.name = "late_entry", .kind = CX_FIELD_FLAG, .offset = CX_SURVIVAL_LATE, .present = has_customers},
	{.name = "distinct", .kind = CX_FIELD_COUNT, .offset = offsetof(CxSurvivalSummary, list.count),
	 .present = has_customers},
	COLUMN("times", CX_FIELD_REAL, time, has_customers),
	COLUMN("events", CX_FIELD_COUNT, events, has_customers),
	COLUMN("censored", CX_FIELD_COUNT, censored, has_customers),
	COLUMN("entered", CX_FIELD_COUNT, entered, has_late_entries)
};

static const CxType survival_type = {
	.name = "survival_summary",
	.version = CX_SURVIVAL_VERSION,
	.kind = CX_SURVIVAL_KIND,
	.fields = survival_fields,
	.nfields = lengthof(survival_fields),
	.max_size = offsetof(CxSurvivalSummary, time),
	.max_length = CX_SURVIVAL_TIMES,
	.size = survival_size,
	.fault = survival_fault,
	.headline_name = "median_survival",
	.headline = survival_headline,
	.open = survival_open
};

CX_SUMMARY_FUNCTIONS(survival_summary, &survival_type)

/* ---- the state, which grows ---- */

/* The state in argument 0, which may be scribbled on where it is open. */
static inline CxSurvivalSummary *
state_arg(FunctionCallInfo fcinfo)
{
	CxSurvivalSummary *state = cx_survival_arg(fcinfo, 0);

	if (likely(cx_in_aggregate(fcinfo)) || !cx_list_is_open(&state->list))
		return state;
	return (CxSurvivalSummary *) cx_summary_copy(&state->list.header);
}

static void
refuse_customers(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("a survival summary cannot count so many customers")));
}

/*
 * The entry of a time among those in order, or NULL.  Durations are mostly whole
 * days without many gaps, so that the first look is where it would be then.
 */
static CxSurvivalTime *
find_time(CxSurvivalSummary *state, double time)
{
	int64		low = 0;
	int64		high = state->list.sorted;
	int64		middle;
	double		first;
	double		last;

	if (high == 0)
		return NULL;
	first = state->time[0].time;
	last = state->time[high - 1].time;
	if (time < first || time > last)
		return NULL;
	middle = last > first ? (int64) ((high - 1) * ((time - first) / (last - first))) : 0;
	while (low < high)
	{
		CxSurvivalTime *entry = &state->time[middle];

		if (entry->time == time)
			return entry;
		if (entry->time < time)
			low = middle + 1;
		else
			high = middle;
		middle = low + (high - low) / 2;
	}
	return NULL;
}

static inline CxSurvivalSummary *
count(CxSurvivalSummary *state, const CxSurvivalTime *one)
{
	CxSurvivalTime *entry = find_time(state, one->time);

	if (likely(entry != NULL))
	{
		merge_times(entry, one);
		return state;
	}
	return (CxSurvivalSummary *) cx_list_append(&state->list, &cx_survival_list, one);
}

/* Entry 0 is watched from the beginning, as without an entry. */
static inline CxSurvivalSummary *
add_customer(CxSurvivalSummary *state, double entry, double exit, bool event)
{
	state = count(state, &(CxSurvivalTime) {.time = exit, .events = event, .censored = !event});
	if (entry > 0)
	{
		state = count(state, &(CxSurvivalTime) {.time = entry, .entered = 1});
		state->list.header.flags |= CX_SURVIVAL_LATE;
	}
	if (unlikely(state->n == PG_INT64_MAX))
		refuse_customers();
	state->n++;
	return state;
}

/* ---- the aggregates ---- */

static inline double
number_int2(Datum datum)
{
	return DatumGetInt16(datum);
}

static inline double
number_int4(Datum datum)
{
	return DatumGetInt32(datum);
}

static inline double
number_int8(Datum datum)
{
	return (double) DatumGetInt64(datum);
}

static inline double
number_float8(Datum datum)
{
	return DatumGetFloat8(datum);
}

static inline double
number_numeric(Datum datum)
{
	CxDecimal	decimal;
	int64		integer;

	cx_decimal_read(datum, &decimal);
	if (cx_decimal_to_int64(&decimal, &integer))
		return (double) integer;
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8, datum));
}

static _Noreturn pg_noinline void
refuse_time(const char *what, double time)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s %s is not a time from 0 on", what, float8out_internal(time)),
			 errhint("It is counted from where each customer began, as in ended_on - began_on; NULL is skipped.")));
}

static _Noreturn pg_noinline void
refuse_span(double entry, double exit)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("exit %s is not after entry %s", float8out_internal(exit), float8out_internal(entry)),
			 errhint("A customer is watched after entry, until exit. Leave others out by FILTER (WHERE exit > entry).")));
}

/* A negative zero would break equality of bytes. */
static inline double
check_time(const char *what, double time)
{
	if (unlikely(!(time >= 0 && isfinite(time))))
		refuse_time(what, time);
	return time + 0.0;
}

typedef double (*NumberOf) (Datum);

/* cx_survival_accum_TYPE(state, duration, event): rows with a NULL are skipped. */
static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, NumberOf number_of)
{
	CxSurvivalSummary *state;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	state = add_customer(state_arg(fcinfo), 0,
						 check_time("duration", number_of(PG_GETARG_DATUM(1))),
						 PG_GETARG_BOOL(2));
	return cx_list_result(fcinfo, &state->list, &cx_survival_list);
}

/* cx_survival_late_accum_TYPE(state, entry, exit, event): likewise. */
static pg_attribute_always_inline Datum
accumulate_late(FunctionCallInfo fcinfo, NumberOf number_of)
{
	CxSurvivalSummary *state;
	double		entry;
	double		exit;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	entry = check_time("entry", number_of(PG_GETARG_DATUM(1)));
	exit = check_time("exit", number_of(PG_GETARG_DATUM(2)));
	if (unlikely(exit <= entry))
		refuse_span(entry, exit);
	state = add_customer(state_arg(fcinfo), entry, exit, PG_GETARG_BOOL(3));
	return cx_list_result(fcinfo, &state->list, &cx_survival_list);
}

#define ACCUM(type) \
	PG_FUNCTION_INFO_V1(cx_survival_accum_##type); \
	Datum \
	cx_survival_accum_##type(PG_FUNCTION_ARGS) \
	{ \
		return accumulate(fcinfo, number_##type); \
	} \
	PG_FUNCTION_INFO_V1(cx_survival_late_accum_##type); \
	Datum \
	cx_survival_late_accum_##type(PG_FUNCTION_ARGS) \
	{ \
		return accumulate_late(fcinfo, number_##type); \
	}

ACCUM(int2)
ACCUM(int4)
ACCUM(int8)
ACCUM(float8)
ACCUM(numeric)

/* summary + summary, the step of rollup(summary) and the combine function. */
PG_FUNCTION_INFO_V1(cx_survival_combine);
Datum
cx_survival_combine(PG_FUNCTION_ARGS)
{
	CxSurvivalSummary *state = state_arg(fcinfo);
	const CxSurvivalSummary *other = cx_survival_arg(fcinfo, 1);
	int64		n;

	if (other->n > 0)
	{
		if (pg_add_s64_overflow(state->n, other->n, &n))
			refuse_customers();
		state = (CxSurvivalSummary *) cx_list_append_all(&state->list, &cx_survival_list, &other->list);
		state->list.header.flags |= other->list.header.flags & CX_SURVIVAL_LATE;
		state->n = n;
	}
	return cx_list_result(fcinfo, &state->list, &cx_survival_list);
}

/* cx_survival_final(state): the summary as it is stored. */
PG_FUNCTION_INFO_V1(cx_survival_final);
Datum
cx_survival_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(cx_survival_closed(cx_survival_arg(fcinfo, 0)));
}
