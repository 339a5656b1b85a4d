/*-------------------------------------------------------------------------
 *
 * activity_type.c
 *	  The type activity_summary: what the codec knows of it, its aggregates and
 *	  its accessors (see activity.h).
 *
 *-------------------------------------------------------------------------
 */
#include "cohort/activity.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/answer.h"
#include "base/args.h"
#include "base/result.h"

/* ---- the form that the codec reads and writes ---- */

typedef struct WidePeriod
{
	CxMoney		amount;
	DateADT		start;
	int32		reserved;		/* zero */
} WidePeriod;

typedef struct WideActivity
{
	CxHeader	header;
	int64		count;
	CxCalendarText calendar;
	Timestamp	first;
	Timestamp	last;
	uint8		money;			/* 1: it has amounts */
	uint8		reserved[7];	/* zero */
	WidePeriod	period[FLEXIBLE_ARRAY_MEMBER];
} WideActivity;

static bool
has_periods(const CxHeader *value)
{
	return ((const WideActivity *) value)->count > 0;
}

static bool
has_zone(const CxHeader *value)
{
	const WideActivity *wide = (const WideActivity *) value;

	return wide->count > 0 && wide->calendar.of != NULL &&
		strcmp(wide->calendar.of, cx_moment_names[CX_OF_TIMESTAMPTZ - CX_OF_DATE]) == 0;
}

static bool
has_no_zone(const CxHeader *value)
{
	return has_periods(value) && !has_zone(value);
}

static bool
has_amounts(const CxHeader *value)
{
	return has_periods(value) && ((const WideActivity *) value)->money;
}

static int
periods_length(const CxHeader *value)
{
	return cx_length(((const WideActivity *) value)->count);
}

/* 0 where it would have no end, cells that are not in it, or periods that are no dates. */
static Size
packed_size(const CxActivity *a)
{
	if (VARSIZE(a) < sizeof(CxActivity) || !cx_is_calendar(a->header.flags, a->zone_words) ||
		a->span > CX_SPAN_MOST || a->active > a->span || (a->room > 0 && a->room < a->active) ||
		cx_activity_cell_kind(a) > CX_CELLS_WIDE)
		return 0;
	if (a->span > 0 && !(cx_is_period(a->header.flags & CX_FLAG_PERIOD, a->first_period) &&
						 cx_is_period(a->header.flags & CX_FLAG_PERIOD, cx_activity_last_period(a))))
		return 0;
	return sizeof(CxActivity) + a->zone_words * CX_ZONE_WORD + cx_activity_words(a) * sizeof(uint64) +
		(a->room > 0 ? a->room : a->active) * cx_cell_width(cx_activity_cell_kind(a));
}

static Size
activity_size(const CxHeader *value)
{
	if (value->flags & CX_ACTIVITY_PACKED)
		return packed_size((const CxActivity *) value);
	if (VARSIZE(value) < offsetof(WideActivity, period))
		return 0;
	return offsetof(WideActivity, period) +
		((const WideActivity *) value)->count * sizeof(WidePeriod);
}

static const char *
activity_fault(const CxHeader *value)
{
	const WideActivity *wide = (const WideActivity *) value;
	CxCalendar	calendar;
	int32		first = 0;
	int32		number = 0;

	if (wide->count == 0)
		return NULL;
	if (wide->calendar.of == NULL || !cx_calendar_from_text(&wide->calendar, &calendar))
		return "There is no such period, type of moments or time zone.";
	for (int i = 0; i < wide->count; i++)
	{
		DateADT		start = wide->period[i].start;
		int32		before = number;

		number = cx_period_of(calendar.period, start);
		if (start != cx_period_start(calendar.period, number))
			return "It has a period that does not begin on its first day.";
		if (i == 0)
			first = number;
		else if (number <= before)
			return "Its periods are not in order.";
		if ((int64) number - first >= CX_SPAN_MOST)
			return psprintf("From its first to its last period there are more than %d.", CX_SPAN_MOST);
	}
	if (wide->first > wide->last ||
		!cx_calendar_lies_in(&calendar, wide->first, first) ||
		!cx_calendar_lies_in(&calendar, wide->last, number))
		return "Its first and last moments do not lie in its first and last periods.";
	return NULL;
}

/* Whether as many bits are set as it says, the first and the last of its span among them. */
static bool
are_bits(const CxActivity *a)
{
	CxActivityWalk walk = cx_activity_walk(a);
	int			last = -1;

	if (a->span == 0)
		return a->active == 0;
	if ((cx_activity_bits(a)[0] & 1) == 0)
		return false;
	for (int i = 0; i < a->active; i++)
		last = cx_activity_next(&walk);
	return last == a->span - 1 && cx_activity_next(&walk) < 0;
}

/* As it is stored; the state of an aggregate is, too, but for its cells. */
static const CxActivity *
packed_of(const CxHeader *value)
{
	const CxActivity *a = (const CxActivity *) value;

	if ((value->flags & CX_ACTIVITY_PACKED) == 0)
		cx_summary_corrupt(value);
	if (!are_bits(a))
		cx_summary_damaged("It has not as many periods as it says.");
	return a;
}

static const CxHeader *
activity_open(const CxHeader *value)
{
	const CxActivity *a = packed_of(value);
	CxCalendar	calendar = cx_activity_calendar(a);
	CxActivityWalk walk = cx_activity_walk(a);
	WideActivity *wide = (WideActivity *)
		cx_summary_new(CX_ACTIVITY_VERSION, CX_ACTIVITY_KIND,
					   offsetof(WideActivity, period) + a->active * sizeof(WidePeriod));

	wide->count = a->active;
	wide->first = a->first;
	wide->last = a->last;
	wide->money = cx_activity_cell_kind(a) != CX_CELLS_NONE;
	if (a->active > 0)
		wide->calendar = cx_calendar_to_text(&calendar);
	for (int i = 0; i < a->active; i++)
	{
		wide->period[i].start = cx_period_start(calendar.period,
												a->first_period + cx_activity_next(&walk));
		wide->period[i].amount = cx_activity_cell(a, i);
	}
	return &wide->header;
}

static CxHeader *
activity_close(CxHeader *value)
{
	const WideActivity *wide = (const WideActivity *) value;
	CxActivity *a = cx_activity_new();
	CxCalendar	calendar;

	if (wide->count > 0)
		cx_calendar_from_text(&wide->calendar, &calendar);
	for (int i = 0; i < wide->count; i++)
	{
		CxActivePeriod period = {
			wide->first, wide->last, cx_period_of(calendar.period, wide->period[i].start),
			wide->money ? &wide->period[i].amount : NULL
		};

		CHECK_FOR_INTERRUPTS();
		a = cx_activity_add(a, &calendar, &period);
	}
	return (CxHeader *) cx_activity_closed(a);
}

#define ACTIVITY_FIELD(name_, kind_, member, present_) \
	{.name = name_, .kind = kind_, .offset = offsetof(WideActivity, member), .present = present_}
#define PERIOD_FIELD(name_, kind_, member, present_) \
	{.name = name_, .kind = kind_, .offset = offsetof(WideActivity, period[0].member), \
	 .present = present_, .length = periods_length, .stride = sizeof(WidePeriod)}

static const CxField activity_fields[] = {
	ACTIVITY_FIELD("n", CX_FIELD_COUNT, count, NULL),
	ACTIVITY_FIELD("period", CX_FIELD_LABEL, calendar.period, has_periods),
	ACTIVITY_FIELD("of", CX_FIELD_LABEL, calendar.of, has_periods),
	ACTIVITY_FIELD("zone", CX_FIELD_LABEL, calendar.zone, has_zone),
	ACTIVITY_FIELD("first", CX_FIELD_TIMESTAMP, first, has_no_zone),
	ACTIVITY_FIELD("last", CX_FIELD_TIMESTAMP, last, has_no_zone),
	ACTIVITY_FIELD("first", CX_FIELD_INSTANT, first, has_zone),
	ACTIVITY_FIELD("last", CX_FIELD_INSTANT, last, has_zone),
	ACTIVITY_FIELD("money", CX_FIELD_SWITCH, money, has_periods),
	PERIOD_FIELD("periods", CX_FIELD_DATE, start, has_periods),
	PERIOD_FIELD("amounts", CX_FIELD_MONEY, amount, has_amounts)
};

static const CxType activity_type = {
	.name = "activity_summary",
	.version = CX_ACTIVITY_VERSION,
	.kind = CX_ACTIVITY_KIND,
	.fields = activity_fields,
	.nfields = lengthof(activity_fields),
	.max_size = offsetof(WideActivity, period),
	.max_length = CX_SPAN_MOST,
	.size = activity_size,
	.fault = activity_fault,
	.open = activity_open,
	.close = activity_close
};

CX_SUMMARY_FUNCTIONS(activity_summary, &activity_type)

CxActivity *
cx_activity_part(FunctionCallInfo fcinfo, int argno)
{
	CxHeader   *a;

	if (unlikely(!cx_in_aggregate(fcinfo)))
		return (CxActivity *) cx_activity_arg(fcinfo, argno);
	a = cx_summary_arg(fcinfo, argno);
	if (unlikely((a->flags & CX_ACTIVITY_PACKED) == 0))
		cx_summary_corrupt(a);
	cx_summary_check(a, CX_ACTIVITY_VERSION, packed_size((CxActivity *) a));
	return (CxActivity *) a;
}

const CxActivity *
cx_activity_arg(FunctionCallInfo fcinfo, int argno)
{
	const CxHeader *a = cx_summary_arg(fcinfo, argno);

	cx_summary_valid(a, &activity_type);
	return (const CxActivity *) a;
}

/* ---- aggregates and operators ---- */

/* The state in argument 0, which may be scribbled on. */
static inline CxActivity *
state_arg(FunctionCallInfo fcinfo)
{
	CxActivity *a;

	if (unlikely(!cx_in_aggregate(fcinfo)))
		return (CxActivity *) cx_summary_copy(&cx_activity_arg(fcinfo, 0)->header);
	a = (CxActivity *) cx_summary_arg(fcinfo, 0);
	if (likely(VARSIZE(a) > sizeof(CxActivity) && cx_activity_is_state(a)))
		return a;
	a = cx_activity_part(fcinfo, 0);
	if (cx_activity_cell_kind(a) != CX_CELLS_NONE)
		packed_of(&a->header);
	return a;
}

/* What a step returns: with spare room within an aggregate only. */
static inline Datum
result(FunctionCallInfo fcinfo, CxActivity *a)
{
	if (likely(cx_in_aggregate(fcinfo)))
		PG_RETURN_POINTER(a);
	PG_RETURN_POINTER(cx_activity_closed(a));
}

/*
 * cx_activity_accum_MOMENT(state, at, period) and
 * cx_activity_accum_MOMENT_TYPE(state, at, amount, period): NULL moments are
 * skipped, a NULL amount is activity without money.
 */
static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, CxMomentKind kind, CxMoneyReader money_of)
{
	CxCalendar	calendar;
	CxMoment	moment;
	CxMoney		amount;
	CxActivePeriod period = {.amount = NULL};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	calendar = cx_calendar_now(cx_period_arg(fcinfo, money_of == NULL ? 2 : 3), kind);
	moment = cx_moment_of(kind, PG_GETARG_DATUM(1));
	period.first = moment.at;
	period.last = moment.at;
	period.number = cx_period_of(calendar.period, moment.day);
	if (money_of != NULL && !PG_ARGISNULL(2))
	{
		money_of(PG_GETARG_DATUM(2), &amount);
		period.amount = &amount;
	}
	return result(fcinfo, cx_activity_add(state_arg(fcinfo), &calendar, &period));
}

#define ACCUM(name, kind, money_of) \
	PG_FUNCTION_INFO_V1(cx_activity_accum_##name); \
	Datum \
	cx_activity_accum_##name(PG_FUNCTION_ARGS) \
	{ \
		return accumulate(fcinfo, kind, money_of); \
	}

#define ACCUM_AMOUNT(type) \
	ACCUM(date_##type, CX_OF_DATE, cx_money_##type) \
	ACCUM(timestamp_##type, CX_OF_TIMESTAMP, cx_money_##type) \
	ACCUM(timestamptz_##type, CX_OF_TIMESTAMPTZ, cx_money_##type)

ACCUM(date, CX_OF_DATE, NULL)
ACCUM(timestamp, CX_OF_TIMESTAMP, NULL)
ACCUM(timestamptz, CX_OF_TIMESTAMPTZ, NULL)
CX_FOR_EACH_ANSWER_TYPE(ACCUM_AMOUNT)

/*
 * summary + summary, the step of rollup(summary) and the combine function of
 * every aggregate: the activity of one customer.
 */
PG_FUNCTION_INFO_V1(cx_activity_combine);
Datum
cx_activity_combine(PG_FUNCTION_ARGS)
{
	CxActivity *a = state_arg(fcinfo);
	const CxActivity *other = cx_activity_part(fcinfo, 1);
	CxCalendar	calendar = cx_activity_calendar(other);
	CxActivityWalk walk = cx_activity_walk(other);

	for (int i = 0; i < other->active; i++)
	{
		CxMoney		amount = cx_activity_cell(other, i);
		CxActivePeriod period = {
			other->first, other->last, other->first_period + cx_activity_next(&walk),
			cx_activity_cell_kind(other) == CX_CELLS_NONE ? NULL : &amount
		};

		a = cx_activity_add(a, &calendar, &period);
	}
	return result(fcinfo, a);
}

/* The final function of the aggregates: the state as it is stored. */
PG_FUNCTION_INFO_V1(cx_activity_final);
Datum
cx_activity_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(cx_activity_closed(state_arg(fcinfo)));
}

/* ---- accessors ---- */

static Datum
period_datum(FunctionCallInfo fcinfo, const CxActivity *a, int32 number)
{
	if (a->span == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(cx_period_start(a->header.flags & CX_FLAG_PERIOD, number));
}

/* first_period(a) -> date: the first day of it; NULL without activity. */
PG_FUNCTION_INFO_V1(cx_activity_first_period);
Datum
cx_activity_first_period(PG_FUNCTION_ARGS)
{
	const CxActivity *a = cx_activity_arg(fcinfo, 0);

	return period_datum(fcinfo, a, a->first_period);
}

/* last_period(a) -> date: the first day of it; NULL without activity. */
PG_FUNCTION_INFO_V1(cx_activity_last_period_start);
Datum
cx_activity_last_period_start(PG_FUNCTION_ARGS)
{
	const CxActivity *a = cx_activity_arg(fcinfo, 0);

	return period_datum(fcinfo, a, cx_activity_last_period(a));
}

/* active_periods(a) -> bigint: how many periods have activity. */
PG_FUNCTION_INFO_V1(cx_activity_active_periods);
Datum
cx_activity_active_periods(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(cx_activity_arg(fcinfo, 0)->active);
}

/* activity_amount(a) -> numeric: the sum of money; NULL without an amount. */
PG_FUNCTION_INFO_V1(cx_activity_amount);
Datum
cx_activity_amount(PG_FUNCTION_ARGS)
{
	const CxActivity *a = cx_activity_arg(fcinfo, 0);
	CxMoney		sum = {.dscale = 0};

	if (cx_activity_cell_kind(a) == CX_CELLS_NONE)
		PG_RETURN_NULL();
	for (int i = 0; i < a->active; i++)
	{
		CxMoney		amount = cx_activity_cell(a, i);

		cx_money_add(&sum, &amount);
	}
	return cx_money_to_numeric(&sum);
}

static Datum
moment_datum(FunctionCallInfo fcinfo, const CxActivity *a, Timestamp at)
{
	CxCalendar	calendar = cx_activity_calendar(a);

	if (a->span == 0)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMP(cx_calendar_local(&calendar, at));
}

/* first_at(a) -> timestamp, by the clocks of the summary's zone. */
PG_FUNCTION_INFO_V1(cx_activity_first_at);
Datum
cx_activity_first_at(PG_FUNCTION_ARGS)
{
	const CxActivity *a = cx_activity_arg(fcinfo, 0);

	return moment_datum(fcinfo, a, a->first);
}

/* last_at(a) -> timestamp, by the clocks of the summary's zone. */
PG_FUNCTION_INFO_V1(cx_activity_last_at);
Datum
cx_activity_last_at(PG_FUNCTION_ARGS)
{
	const CxActivity *a = cx_activity_arg(fcinfo, 0);

	return moment_datum(fcinfo, a, a->last);
}
