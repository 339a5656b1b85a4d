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

static _Noreturn pg_noinline void
refuse_customers(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("a survival summary cannot count so many customers")));
}

/* Counts of damaged summaries may be larger than the number of customers. */
static inline void
add_count(int64 *count, int64 more)
{
	if (unlikely(pg_add_s64_overflow(*count, more, count)))
		refuse_customers();
}

static void
merge_times(void *into, const void *entry)
{
	CxSurvivalTime *time = into;
	const CxSurvivalTime *other = entry;

	add_count(&time->events, other->events);
	add_count(&time->censored, other->censored);
	add_count(&time->entered, other->entered);
}

static bool
is_no_time(const void *entry)
{
	const CxSurvivalTime *time = entry;

	return time->events == 0 && time->censored == 0 && time->entered == 0;
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
	.is_nothing = is_no_time,
	.refuse_length = refuse_times
};

static Size
survival_size(const CxHeader *value)
{
	return cx_list_size((const CxList *) value, &cx_survival_list);
}

static int64
count_entered(const CxSurvivalSummary *summary)
{
	int64		entered = 0;

	if (summary->list.header.flags & CX_SURVIVAL_LATE)
	{
		for (int64 i = 0; i < summary->list.count; i++)
			add_count(&entered, summary->time[i].entered);
	}
	return entered;
}

static const CxSurvivalSummary *
survival_closed(const CxSurvivalSummary *summary)
{
	CxSurvivalSummary *closed;

	if (!cx_list_is_open(&summary->list))
		return summary;
	closed = (CxSurvivalSummary *) cx_list_closed(&summary->list, &cx_survival_list);
	/* all who entered late may have been taken out again */
	if (count_entered(closed) == 0)
		closed->list.header.flags &= ~CX_SURVIVAL_LATE;
	return closed;
}

int64
cx_survival_at_start(const CxSurvivalSummary *summary)
{
	return summary->n - count_entered(summary);
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

/* Nobody leaves who is not at risk. */
static bool
leave_after_entry(const CxSurvivalSummary *summary)
{
	int64		at_risk = cx_survival_at_start(summary);

	for (int64 i = 0; i < summary->list.count; i++)
	{
		if (at_risk < summary->time[i].events + summary->time[i].censored)
			return false;
		at_risk = cx_survival_left(at_risk, &summary->time[i]);
	}
	return true;
}

static const char *
survival_fault(const CxHeader *value)
{
	const CxSurvivalSummary *summary = (const CxSurvivalSummary *) value;
	int64		left = 0;
	int64		entered = 0;

	if (summary->n == 0)
		return summary->list.count == 0 ? NULL : "Its counts do not add up.";
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
	return leave_after_entry(summary) ? NULL : "More leave than have entered.";
}

static const CxHeader *
survival_open(const CxHeader *value)
{
	return &survival_closed((const CxSurvivalSummary *) value)->list.header;
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

const CxSurvivalSummary *
cx_survival_of(Datum datum)
{
	return (const CxSurvivalSummary *) cx_summary_valid(cx_summary_of(datum), &survival_type);
}

/* ---- the state, which grows ---- */

/* A summary that is merged, open or not; within an aggregate any entry may be wrong. */
static inline CxSurvivalSummary *
part_arg(FunctionCallInfo fcinfo, int argno)
{
	CxHeader   *value;

	if (unlikely(!cx_in_aggregate(fcinfo)))
		return (CxSurvivalSummary *) cx_survival_arg(fcinfo, argno);
	value = cx_summary_arg(fcinfo, argno);
	cx_summary_check(value, CX_SURVIVAL_VERSION, survival_size(value));
	return (CxSurvivalSummary *) value;
}

/* The state in argument 0, which may be scribbled on where it is open. */
static inline CxSurvivalSummary *
state_arg(FunctionCallInfo fcinfo)
{
	return part_arg(fcinfo, 0);
}

/* Before any count is added to: none is larger than the number of customers. */
static inline void
check_customers(const CxSurvivalSummary *state, int64 more)
{
	int64		sum;

	if (unlikely(pg_add_s64_overflow(state->n, more, &sum)))
		refuse_customers();
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
	int64		middle = 0;
	double		first;
	double		last;
	double		guess;

	if (high == 0)
		return NULL;
	first = state->time[0].time;
	last = state->time[high - 1].time;
	if (time < first || time > last)
		return NULL;
	guess = (high - 1) * ((time - first) / (last - first));
	/* also of times that no sums of ours can be, and none for a single one */
	if (guess > 0 && guess < high)
		middle = (int64) guess;
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

static CxSurvivalSummary *
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

static _Noreturn void
refuse_subtraction(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("cannot take customers out of a survival summary that does not hold them"),
			 errhint("Only customers that were put in can be taken out again.")));
}

static bool
holds(const CxSurvivalTime *time, const CxSurvivalTime *part)
{
	return time != NULL && part->events >= 0 && part->censored >= 0 && part->entered >= 0 &&
		time->events >= part->events &&
		time->censored >= part->censored && time->entered >= part->entered;
}

/* The reverse of count. */
static CxSurvivalSummary *
discount(CxSurvivalSummary *state, const CxSurvivalTime *one)
{
	CxSurvivalTime *entry;

	if (!cx_list_is_open(&state->list))
		state = (CxSurvivalSummary *) cx_list_make_room(&state->list, &cx_survival_list, 0);
	entry = find_time(state, one->time);
	if (!holds(entry, one))
	{
		/* some of it may still be among what was appended */
		cx_list_put_in_order(&state->list, &cx_survival_list);
		entry = find_time(state, one->time);
	}
	if (!holds(entry, one))
		refuse_subtraction();
	entry->events -= one->events;
	entry->censored -= one->censored;
	entry->entered -= one->entered;
	return state;
}

/* What a step does: put a customer in, or take one out again. */
typedef struct Step
{
	CxSurvivalSummary *(*time) (CxSurvivalSummary *state, const CxSurvivalTime *one);
	int			customers;
} Step;

static const Step put_in = {count, 1};
static const Step take_out = {discount, -1};

/* Entry 0 is watched from the beginning, as without an entry. */
static pg_attribute_always_inline CxSurvivalSummary *
step_customer(CxSurvivalSummary *state, const Step *step, double entry, double exit, bool event)
{
	check_customers(state, step->customers);
	state = step->time(state, &(CxSurvivalTime) {.time = exit, .events = event, .censored = !event});
	if (entry > 0)
	{
		state = step->time(state, &(CxSurvivalTime) {.time = entry, .entered = 1});
		state->list.header.flags |= CX_SURVIVAL_LATE;
	}
	state->n += step->customers;
	return state;
}

/*
 * What a step returns: open within an aggregate only, which takes out what it has
 * put in.  Others may try to take out anything.
 */
static Datum
result(FunctionCallInfo fcinfo, CxSurvivalSummary *state)
{
	const CxSurvivalSummary *closed;

	if (cx_in_aggregate(fcinfo))
		PG_RETURN_POINTER(state);
	closed = survival_closed(state);
	if (!leave_after_entry(closed))
		refuse_subtraction();
	PG_RETURN_POINTER(closed);
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

/*
 * cx_survival_accum_TYPE(state, duration, event), and _inverse_: rows with a NULL
 * are skipped.
 */
static pg_attribute_always_inline Datum
step_row(FunctionCallInfo fcinfo, const Step *step, NumberOf number_of)
{
	double		duration;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	duration = check_time("duration", number_of(PG_GETARG_DATUM(1)));
	return result(fcinfo, step_customer(state_arg(fcinfo), step, 0, duration, PG_GETARG_BOOL(2)));
}

/* cx_survival_late_accum_TYPE(state, entry, exit, event), and _inverse_: likewise. */
static pg_attribute_always_inline Datum
step_late_row(FunctionCallInfo fcinfo, const Step *step, NumberOf number_of)
{
	double		entry;
	double		exit;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	entry = check_time("entry", number_of(PG_GETARG_DATUM(1)));
	exit = check_time("exit", number_of(PG_GETARG_DATUM(2)));
	/* who is watched from the beginning may leave at once, as without an entry */
	if (unlikely(exit <= entry && entry > 0))
		refuse_span(entry, exit);
	return result(fcinfo, step_customer(state_arg(fcinfo), step, entry, exit, PG_GETARG_BOOL(3)));
}

#define STEP(name, does, row, type) \
	PG_FUNCTION_INFO_V1(cx_survival_##name##_##type); \
	Datum \
	cx_survival_##name##_##type(PG_FUNCTION_ARGS) \
	{ \
		return row(fcinfo, &does, number_##type); \
	}

#define STEPS(type) \
	STEP(accum, put_in, step_row, type) \
	STEP(inverse, take_out, step_row, type) \
	STEP(late_accum, put_in, step_late_row, type) \
	STEP(late_inverse, take_out, step_late_row, type)

STEPS(int2)
STEPS(int4)
STEPS(int8)
STEPS(float8)
STEPS(numeric)

/* summary + summary, the step of rollup(summary) and the combine function. */
PG_FUNCTION_INFO_V1(cx_survival_combine);
Datum
cx_survival_combine(PG_FUNCTION_ARGS)
{
	CxSurvivalSummary *state = state_arg(fcinfo);
	const CxSurvivalSummary *other = part_arg(fcinfo, 1);

	if (other->n > 0)
	{
		check_customers(state, other->n);
		state = (CxSurvivalSummary *) cx_list_append_all(&state->list, &cx_survival_list, &other->list);
		state->list.header.flags |= other->list.header.flags & CX_SURVIVAL_LATE;
		state->n += other->n;
	}
	return result(fcinfo, state);
}

/* summary - summary, and the inverse step of rollup(summary). */
PG_FUNCTION_INFO_V1(cx_survival_minus);
Datum
cx_survival_minus(PG_FUNCTION_ARGS)
{
	CxSurvivalSummary *state = state_arg(fcinfo);
	const CxSurvivalSummary *other = survival_closed(part_arg(fcinfo, 1));

	for (int64 i = 0; i < other->list.count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		state = discount(state, &other->time[i]);
	}
	if (other->n > 0)
		state->n -= other->n;
	return result(fcinfo, state);
}

/* cx_survival_final(state): the summary as it is stored. */
PG_FUNCTION_INFO_V1(cx_survival_final);
Datum
cx_survival_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(survival_closed(state_arg(fcinfo)));
}
