/*-------------------------------------------------------------------------
 *
 * cohorts_type.c
 *	  The type cohort_summary: what the codec knows of it, its aggregates and
 *	  operators (see cohorts.h).
 *
 *-------------------------------------------------------------------------
 */
#include "cohort/cohorts.h"

#include "miscadmin.h"
#include "utils/memutils.h"

/* ---- the form that the codec reads and writes ---- */

typedef struct WideCell
{
	CxMoney		amount;
	int64		active;
	int64		last;
	DateADT		cohort;
	int32		age;
} WideCell;

typedef struct WideCohorts
{
	CxHeader	header;
	int64		count;
	CxCalendarText calendar;
	Timestamp	last;
	int64		before_customers;
	int64		before_periods;
	DateADT		last_start;
	uint8		money;			/* 1: it has amounts */
	uint8		reserved[3];	/* zero */
	WideCell	cell[FLEXIBLE_ARRAY_MEMBER];
} WideCohorts;

static bool
has_cells(const CxHeader *value)
{
	return ((const WideCohorts *) value)->count > 0;
}

static bool
has_moments(const CxHeader *value)
{
	return has_cells(value) && ((const WideCohorts *) value)->calendar.of != NULL;
}

static bool
has_zone(const CxHeader *value)
{
	return has_moments(value) && strcmp(((const WideCohorts *) value)->calendar.of,
										cx_moment_names[CX_OF_TIMESTAMPTZ - CX_OF_DATE]) == 0;
}

static bool
has_no_zone(const CxHeader *value)
{
	return has_moments(value) && !has_zone(value);
}

static bool
has_amounts(const CxHeader *value)
{
	return has_cells(value) && ((const WideCohorts *) value)->money;
}

static int
cells_length(const CxHeader *value)
{
	return cx_length(((const WideCohorts *) value)->count);
}

/* 0 where it would have no end. */
static Size
packed_size(const CxCohorts *s)
{
	uint32		most;

	if (VARSIZE(s) < sizeof(CxCohorts))
		return 0;
	most = s->room > 0 ? MaxAllocSize / sizeof(CxCohortCell) : CX_COHORTS_MOST;
	if (!cx_is_calendar(s->header.flags, s->zone_words) || cx_cohorts_slots(s) > most ||
		(s->room & (s->room - 1)) != 0 || (s->room > 0 && s->count > s->room))
		return 0;
	return (const char *) cx_cohorts_cell(s, cx_cohorts_slots(s)) - (const char *) s;
}

static Size
cohorts_size(const CxHeader *value)
{
	if (value->flags & CX_COHORTS_PACKED)
		return packed_size((const CxCohorts *) value);
	if (VARSIZE(value) < offsetof(WideCohorts, cell))
		return 0;
	return offsetof(WideCohorts, cell) + ((const WideCohorts *) value)->count * sizeof(WideCell);
}

/* The customers of one cohort whose cells begin here; how many cells it has. */
static int64
cohort_cells(const WideCohorts *wide, int64 from)
{
	int64		to = from;

	while (to < wide->count && wide->cell[to].cohort == wide->cell[from].cohort)
		to++;
	return to - from;
}

/* What is impossible about the counts of one cohort, which has so many cells. */
static const char *
cohort_fault(const WideCell *cell, int64 cells)
{
	int64		later = cell[0].active; /* customers last active here or later */

	if (cell[0].age != CX_AGE_ALL)
		return "It has a cohort without its customers, which are those of age -1.";
	for (int64 i = 0; i < cells; i++)
	{
		if (i > 0 && cell[i].age <= cell[i - 1].age)
			return "Its ages are not in order.";
		if (cell[i].age >= CX_SPAN_MOST)
			return "It has an age that is too high.";
		if (cell[i].active == 0)
			return "It has a cell without customers.";
		if (cell[i].active > later || cell[i].last > cell[i].active)
			return "It has more active customers than there can be.";
		later -= cell[i].last;
	}
	return later == 0 ? NULL : "It has customers without a last activity.";
}

/* The last period of a cohort of which that is the last cell. */
static int64
last_period(CxPeriodKind kind, const WideCell *cell)
{
	return (int64) cx_period_of(kind, cell->cohort) + cell->age;
}

static const char *
head_fault(const WideCohorts *wide, const CxCalendar *calendar, int64 customers, int64 last)
{
	bool		moments = calendar->moment != CX_OF_NOTHING;

	if (wide->before_customers > customers || wide->before_periods < wide->before_customers ||
		(wide->before_customers == 0 && wide->before_periods > 0))
		return "Its activity before the start does not fit its customers.";
	if (!moments && (last != PG_INT64_MIN || wide->before_customers > 0))
		return "It has activity without moments.";
	if (moments && last == PG_INT64_MIN && wide->before_customers == 0)
		return "It has moments without activity.";
	if (last > PG_INT32_MAX)
		return "It has an age that is too high.";
	/* only a later start lets the last moment of all be later */
	if (last != PG_INT64_MIN && !cx_calendar_lies_in(calendar, wide->last, (int32) last) &&
		(wide->before_customers == 0 ||
		 cx_day_of(wide->last) <= cx_period_end(calendar->period, (int32) last)))
		return "Its last moment does not lie in its last period.";
	return NULL;
}

static const char *
cohorts_fault(const CxHeader *value)
{
	const WideCohorts *wide = (const WideCohorts *) value;
	CxCalendar	calendar;
	int64		customers = 0;
	int64		last = PG_INT64_MIN;
	int64		cells;
	DateADT		cohort = 0;

	if (wide->count == 0)
		return NULL;
	if (!cx_calendar_from_text(&wide->calendar, &calendar))
		return "There is no such period, type of moments or time zone.";
	for (int64 i = 0; i < wide->count; i += cells)
	{
		const char *fault;

		CHECK_FOR_INTERRUPTS();
		cells = cohort_cells(wide, i);
		if (i > 0 && wide->cell[i].cohort <= cohort)
			return "Its cohorts are not in order.";
		cohort = wide->cell[i].cohort;
		if (cohort != cx_period_start(calendar.period, cx_period_of(calendar.period, cohort)))
			return "It has a cohort that does not begin on the first day of a period.";
		fault = cohort_fault(&wide->cell[i], cells);
		if (fault != NULL)
			return fault;
		if (wide->cell[i].active > PG_INT64_MAX - customers)
			return "It has more customers than can be counted.";
		customers += wide->cell[i].active;
		if (wide->before_customers == 0 &&
			(wide->cell[i].amount.dscale > 0 || !cx_money_is_zero(&wide->cell[i].amount)))
			return "It has money before the start without activity.";
		if (cells > 1)
			last = Max(last, last_period(calendar.period, &wide->cell[i + cells - 1]));
	}
	if (cx_period_of(calendar.period, wide->last_start) != cx_period_of(calendar.period, cohort))
		return "Its last start does not lie in its last cohort.";
	return head_fault(wide, &calendar, customers, last);
}

/* As it is stored, which a state is not. */
static const CxCohorts *
packed_of(const CxHeader *value)
{
	if ((value->flags & CX_COHORTS_PACKED) == 0)
		cx_summary_corrupt(value);
	return cx_cohorts_closed((const CxCohorts *) value);
}

static const CxHeader *
cohorts_open(const CxHeader *value)
{
	const CxCohorts *s = packed_of(value);
	CxCalendar	calendar = cx_cohorts_calendar(s);
	WideCohorts *wide = (WideCohorts *)
		cx_summary_new(CX_COHORTS_VERSION, CX_COHORTS_KIND,
					   offsetof(WideCohorts, cell) + s->count * sizeof(WideCell));

	wide->count = s->count;
	wide->last = s->last;
	wide->last_start = s->last_start;
	wide->before_customers = s->before_customers;
	wide->before_periods = s->before_periods;
	wide->money = cx_cohorts_have_money(s);
	if (s->count > 0)
		wide->calendar = cx_calendar_to_text(&calendar);
	for (uint32 i = 0; i < s->count; i++)
	{
		const CxCohortCell *cell = cx_cohorts_cell(s, i);

		CHECK_FOR_INTERRUPTS();
		if (!cx_is_period(calendar.period, cx_cohort_of(cell)))
			cx_summary_damaged("It has a cohort that is beyond all dates.");
		wide->cell[i] = (WideCell) {
			cx_cohort_amount(s, cell), cell->active, cell->last,
			cx_period_start(calendar.period, cx_cohort_of(cell)), cx_age_of(cell)
		};
	}
	return &wide->header;
}

static CxHeader *
cohorts_close(CxHeader *value)
{
	const WideCohorts *wide = (const WideCohorts *) value;
	CxCohorts  *s = cx_cohorts_new();
	CxCalendar	calendar;

	if (wide->count == 0)
		return &s->header;
	cx_calendar_from_text(&wide->calendar, &calendar);
	for (int64 i = 0; i < wide->count; i++)
	{
		const WideCell *cell = &wide->cell[i];
		CxCohortMoney put = {
			{cx_cohort_key(cx_period_of(calendar.period, cell->cohort), cell->age), cell->active, cell->last},
			cell->amount
		};

		CHECK_FOR_INTERRUPTS();
		s = cx_cohorts_put(s, &calendar, &put, wide->money);
	}
	s->last = wide->last;
	s->last_start = wide->last_start;
	s->before_customers = wide->before_customers;
	s->before_periods = wide->before_periods;
	return (CxHeader *) cx_cohorts_closed(s);
}

#define COHORTS_FIELD(name_, kind_, member, present_) \
	{.name = name_, .kind = kind_, .offset = offsetof(WideCohorts, member), .present = present_}
#define CELL_FIELD(name_, kind_, member, present_) \
	{.name = name_, .kind = kind_, .offset = offsetof(WideCohorts, cell[0].member), \
	 .present = present_, .length = cells_length, .stride = sizeof(WideCell)}

static const CxField cohorts_fields[] = {
	COHORTS_FIELD("n", CX_FIELD_COUNT, count, NULL),
	COHORTS_FIELD("period", CX_FIELD_LABEL, calendar.period, has_cells),
	COHORTS_FIELD("of", CX_FIELD_LABEL, calendar.of, has_cells),
	COHORTS_FIELD("zone", CX_FIELD_LABEL, calendar.zone, has_zone),
	COHORTS_FIELD("last", CX_FIELD_TIMESTAMP, last, has_no_zone),
	COHORTS_FIELD("last", CX_FIELD_INSTANT, last, has_zone),
	COHORTS_FIELD("last_start", CX_FIELD_DATE, last_start, has_cells),
	COHORTS_FIELD("before_customers", CX_FIELD_COUNT, before_customers, has_cells),
	COHORTS_FIELD("before_periods", CX_FIELD_COUNT, before_periods, has_cells),
	COHORTS_FIELD("money", CX_FIELD_SWITCH, money, has_cells),
	CELL_FIELD("cohorts", CX_FIELD_DATE, cohort, has_cells),
	CELL_FIELD("ages", CX_FIELD_INTEGER, age, has_cells),
	CELL_FIELD("active", CX_FIELD_COUNT, active, has_cells),
	CELL_FIELD("last_active", CX_FIELD_COUNT, last, has_cells),
	CELL_FIELD("amounts", CX_FIELD_MONEY, amount, has_amounts)
};

static const CxType cohorts_type = {
	.name = "cohort_summary",
	.version = CX_COHORTS_VERSION,
	.kind = CX_COHORTS_KIND,
	.fields = cohorts_fields,
	.nfields = lengthof(cohorts_fields),
	.max_size = offsetof(WideCohorts, cell),
	.max_length = CX_COHORTS_MOST,
	.size = cohorts_size,
	.fault = cohorts_fault,
	.open = cohorts_open,
	.close = cohorts_close
};

CX_SUMMARY_FUNCTIONS(cohort_summary, &cohorts_type)

const CxCohorts *
cx_cohorts_arg(FunctionCallInfo fcinfo, int argno)
{
	const CxHeader *s = cx_summary_arg(fcinfo, argno);

	cx_summary_valid(s, &cohorts_type);
	return cx_cohorts_closed((const CxCohorts *) s);
}

/* ---- aggregates and operators ---- */

/* A summary that is merged, a state or stored, of which any cell may be wrong. */
static inline CxCohorts *
part_arg(FunctionCallInfo fcinfo, int argno)
{
	CxHeader   *s;

	if (unlikely(!cx_in_aggregate(fcinfo)))
		return (CxCohorts *) cx_cohorts_arg(fcinfo, argno);
	s = cx_summary_arg(fcinfo, argno);
	if (unlikely((s->flags & CX_COHORTS_PACKED) == 0))
		cx_summary_corrupt(s);
	cx_summary_check(s, CX_COHORTS_VERSION, packed_size((CxCohorts *) s));
	return (CxCohorts *) s;
}

/* The state in argument 0, which is valid; a stored one is never changed in place. */
static inline CxCohorts *
state_arg(FunctionCallInfo fcinfo)
{
	CxCohorts  *s = (CxCohorts *) cx_summary_arg(fcinfo, 0);

	if (likely(cx_in_aggregate(fcinfo) && VARSIZE(s) > sizeof(CxCohorts) && s->mark[0] == CX_STATE_MARK &&
			   s->mark[1] == CX_STATE_MARK && s->mark[2] == CX_STATE_MARK))
		return s;
	return part_arg(fcinfo, 0);
}

/* What a step returns: a hash table within an aggregate only. */
static inline Datum
result(FunctionCallInfo fcinfo, CxCohorts *s)
{
	if (likely(cx_in_aggregate(fcinfo)))
		PG_RETURN_POINTER(s);
	PG_RETURN_POINTER(cx_cohorts_closed(s));
}

/*
 * cx_cohorts_accum(state, activity): the cohort is the first period with
 * activity; whoever had none is in no cohort.
 */
PG_FUNCTION_INFO_V1(cx_cohorts_accum);
Datum
cx_cohorts_accum(PG_FUNCTION_ARGS)
{
	const CxActivity *a;
	CxCalendar	calendar;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1) || (a = cx_activity_part(fcinfo, 1))->span == 0)
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	calendar = cx_activity_calendar(a);
	return result(fcinfo, cx_cohorts_add_customer(state_arg(fcinfo), &calendar,
												  cx_period_start(calendar.period, a->first_period),
												  a->first_period, a));
}

/*
 * cx_cohorts_accum_start(state, activity, start, period): whoever has no start
 * is in no cohort; whoever had no activity is in one.
 */
PG_FUNCTION_INFO_V1(cx_cohorts_accum_start);
Datum
cx_cohorts_accum_start(PG_FUNCTION_ARGS)
{
	const CxActivity *a = NULL;
	CxCalendar	calendar;
	CxMoment	start;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(2))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	calendar = cx_calendar_now(cx_period_arg(fcinfo, 3), CX_OF_NOTHING);
	if (unlikely(DATE_NOT_FINITE(PG_GETARG_DATEADT(2))))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("the start of a cohort must not be infinite"),
				 errhint("Leave such customers out with FILTER (WHERE isfinite(...)).")));
	start = cx_moment_date(PG_GETARG_DATUM(2));
	if (!PG_ARGISNULL(1) && (a = cx_activity_part(fcinfo, 1))->span > 0)
	{
		CxCalendar	own = cx_activity_calendar(a);

		if (own.period != calendar.period)
			cx_calendar_refuse(&own, &calendar);
		calendar = own;
	}
	return result(fcinfo, cx_cohorts_add_customer(state_arg(fcinfo), &calendar, start.day,
												  cx_period_of(calendar.period, start.day),
												  a != NULL && a->span > 0 ? a : NULL));
}

/*
 * summary + summary, the step of rollup(summary) and the combine function of
 * every aggregate: the customers of both, who are others.
 */
PG_FUNCTION_INFO_V1(cx_cohorts_combine);
Datum
cx_cohorts_combine(PG_FUNCTION_ARGS)
{
	return result(fcinfo, cx_cohorts_merge(state_arg(fcinfo), part_arg(fcinfo, 1)));
}

/* The final function of the aggregates: the state as it is stored. */
PG_FUNCTION_INFO_V1(cx_cohorts_final);
Datum
cx_cohorts_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(cx_cohorts_closed(state_arg(fcinfo)));
}
