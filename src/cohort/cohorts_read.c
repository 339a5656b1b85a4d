/*-------------------------------------------------------------------------
 *
 * cohorts_read.c
 *	  What cohorts say: who stays, for how long, and with how much money.
 *
 *-------------------------------------------------------------------------
 */
#include "cohort/cohorts.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/args.h"
#include "base/moment.h"
#include "base/result.h"
#include "math/proportion.h"

/* The arguments that all readings have. */
typedef struct Reading
{
	const CxCohorts *s;			/* as it is stored */
	CxPeriodKind kind;
	DateADT		as_of;			/* the last day that was observed */
	int32		as_of_period;
	bool		unbounded;
	double		level;
	int32		since;			/* the first cohort that is read */
	int			decimals;		/* of the amounts */
} Reading;

/* One cohort that is being read, from its first age on. */
typedef struct Cohort
{
	int32		number;
	int64		customers;
	CxMoney		first_amount;	/* of age 0 */
	/* of the age that is read: */
	int32		age;
	int64		retained;
	CxMoney		amount;
	/* what is still to come */
	uint32		cell;
	uint32		end;
	int64		later;			/* customers last active at the next age or later */
} Cohort;

/* ---- arguments ---- */

static DateADT
day_arg(FunctionCallInfo fcinfo, int argno, const char *name)
{
	DateADT		day = PG_GETARG_DATEADT(argno);

	if (DATE_NOT_FINITE(day))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be infinite", name)));
	return day;
}

/* The last day seen in the data; activity or a start. */
static DateADT
last_day(const CxCohorts *s)
{
	CxCalendar	calendar = cx_cohorts_calendar(s);

	if (calendar.moment == CX_OF_NOTHING)
		return s->last_start;
	return Max(cx_calendar_day(&calendar, s->last), s->last_start);
}

static bool
unbounded_arg(FunctionCallInfo fcinfo, int argno)
{
	static const char *const modes[] = {"bounded", "n_day", "unbounded", "on_or_after", NULL};

	return cx_choice_arg(fcinfo, argno, "mode", modes) >= 2;
}

/* Decimals of the amounts, which those ages have as well that brought nothing. */
static int
decimals_of(const CxCohorts *s)
{
	int			decimals = 0;

	for (uint32 i = 0; cx_cohorts_have_money(s) && i < s->count; i++)
		decimals = Max(decimals, cx_cohort_amount(s, cx_cohorts_cell(s, i)).dscale);
	return decimals;
}

/*
 * Read the summary and as_of, arguments 0 and 1, and the mode, argument 2.  False
 * if there is nothing to read.
 */
static bool
begin_reading(FunctionCallInfo fcinfo, Reading *r)
{
	const CxCohorts *s;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
		return false;
	r->unbounded = unbounded_arg(fcinfo, 2);
	s = cx_cohorts_arg(fcinfo, 0);
	if (s->count == 0)
		return false;
	r->s = s;
	r->kind = s->header.flags & CX_FLAG_PERIOD;
	r->as_of = PG_ARGISNULL(1) ? last_day(s) : day_arg(fcinfo, 1, "as_of");
	r->as_of_period = cx_period_of(r->kind, r->as_of);
	r->since = cx_cohort_of(cx_cohorts_cell(s, 0));
	r->decimals = decimals_of(s);
	return true;
}

/* The level and since, arguments 3 and 4, as well. */
static bool
begin_retention(FunctionCallInfo fcinfo, Reading *r)
{
	if (PG_ARGISNULL(3))
		return false;
	r->level = cx_level_arg(fcinfo, 3);
	if (!begin_reading(fcinfo, r))
		return false;
	if (!PG_ARGISNULL(4))
	{
		DateADT		since = day_arg(fcinfo, 4, "since");

		/* cohorts that begin on that day or later */
		r->since = cx_period_of(r->kind, since);
		if (cx_period_start(r->kind, r->since) < since)
			r->since++;
	}
	return true;
}

/* ---- walking ---- */

/* How many periods there are from a cohort to as_of. */
static int
periods_until_as_of(const Reading *r, int32 cohort)
{
	int64		span = cx_calendar_span(cohort, r->as_of_period);

	if (span > CX_SPAN_MOST)
		cx_calendar_refuse_span(r->kind, cx_period_start(r->kind, cohort), r->as_of,
								"as_of is the last day that was observed: pass one. Or leave out cohorts of long ago with since, or wrong dates where the summary is made.");
	return (int) span;
}

/* The next cohort from cell *at on that has begun and is read; false at the end. */
static bool
next_cohort(const Reading *r, uint32 *at, Cohort *c)
{
	const CxCohorts *s = r->s;

	while (*at < s->count)
	{
		const CxCohortCell *all = cx_cohorts_cell(s, *at);

		*c = (Cohort) {
			.number = cx_cohort_of(all), .customers = all->active, .age = -1,
			.later = all->active - all->last, .cell = *at + 1
		};
		for (c->end = c->cell; c->end < s->count; c->end++)
		{
			if (cx_cohort_of(cx_cohorts_cell(s, c->end)) != c->number)
				break;
		}
		*at = c->end;
		if (c->number >= r->since && c->number <= r->as_of_period)
		{
			periods_until_as_of(r, c->number);
			return true;
		}
	}
	return false;
}

/* The next age of a cohort that has begun; false after the last. */
static bool
next_age(const Reading *r, Cohort *c)
{
	const CxCohortCell *cell;

	c->age++;
	if (c->number + c->age > r->as_of_period)
		return false;
	c->retained = r->unbounded ? c->later : 0;
	c->amount = (CxMoney) {.dscale = 0};
	if (c->cell < c->end && cx_age_of(cell = cx_cohorts_cell(r->s, c->cell)) == c->age)
	{
		if (!r->unbounded)
			c->retained = cell->active;
		c->amount = cx_cohort_amount(r->s, cell);
		c->later -= cell->last;
		c->cell++;
	}
	if (c->age == 0)
		c->first_amount = c->amount;
	return true;
}

/* Whether that age was over on the day of as_of. */
static bool
is_complete(const Reading *r, const Cohort *c)
{
	return cx_period_end(r->kind, c->number + c->age) <= r->as_of;
}

/* ---- rows ---- */

/* NULL where the first age brought nothing, or less than that. */
static void
put_revenue_retention(CxRow *row, const CxMoney *amount, const CxMoney *first_amount)
{
	bool		undefined = cx_money_is_zero(first_amount) || cx_money_is_negative(first_amount);

	cx_row_real(row, undefined ? NAN : cx_money_quotient(amount, first_amount));
}

static void
put_retention(CxRow *row, const Reading *r, int64 customers, int64 retained)
{
	CxProportion p = {
		(double) retained / customers, (double) (customers - retained) / customers, customers
	};

	cx_row_put(row, Int64GetDatum(customers), false);
	cx_row_put(row, Int64GetDatum(retained), false);
	cx_row_real(row, p.share);
	cx_row_range(row, cx_proportion_interval(&p, r->level, CX_PROPORTION_WILSON));
}

static void
put_retention_row(FunctionCallInfo fcinfo, const Reading *r, const Cohort *c)
{
	CxRow		row = {0};
	bool		money = cx_cohorts_have_money(r->s);
	CxMoney		revenue = c->amount;

	if (cx_money_is_zero(&revenue))
		revenue.dscale = r->decimals;
	cx_row_put(&row, DateADTGetDatum(cx_period_start(r->kind, c->number)), false);
	cx_row_put(&row, Int32GetDatum(c->age), false);
	cx_row_put(&row, DateADTGetDatum(r->as_of), false);
	put_retention(&row, r, c->customers, c->retained);
	cx_row_put(&row, money ? cx_money_to_numeric(&revenue) : (Datum) 0, !money);
	put_revenue_retention(&row, &c->amount, &c->first_amount);
	cx_row_put(&row, BoolGetDatum(is_complete(r, c)), false);
	cx_rows_add(fcinfo, &row);
}

/*
 * cohort_retention(s, as_of, mode, level, since) -> rows: every age of every
 * cohort that has begun.
 */
PG_FUNCTION_INFO_V1(cx_cohort_retention);
Datum
cx_cohort_retention(PG_FUNCTION_ARGS)
{
	Reading		r;
	Cohort		c;
	uint32		at = 0;

	cx_rows_begin(fcinfo);
	if (!begin_retention(fcinfo, &r))
		return (Datum) 0;
	while (next_cohort(&r, &at, &c))
	{
		while (next_age(&r, &c))
		{
			CHECK_FOR_INTERRUPTS();
			put_retention_row(fcinfo, &r, &c);
		}
	}
	return (Datum) 0;
}

/* All cohorts at one age. */
typedef struct Pool
{
	int64		eligible;
	int64		retained;
	CxMoney		amount;
	CxMoney		first_amount;	/* what the same cohorts brought at age 0 */
} Pool;

/* Cohorts that are that old, one pool for each age; how many ages there are. */
static int32
pool_ages(const Reading *r, Pool *pool)
{
	Cohort		c;
	uint32		at = 0;
	int32		ages = 0;

	while (next_cohort(r, &at, &c))
	{
		CHECK_FOR_INTERRUPTS();
		while (next_age(r, &c) && is_complete(r, &c))
		{
			Pool	   *p = &pool[c.age];

			/* no more than all customers, whose number is one */
			p->eligible += c.customers;
			p->retained += c.retained;
			cx_money_add(&p->amount, &c.amount);
			cx_money_add(&p->first_amount, &c.first_amount);
			ages = Max(ages, c.age + 1);
		}
	}
	return ages;
}

/*
 * retention_curve(s, as_of, mode, level, since) -> rows: all cohorts together,
 * each age of those that are that old.
 */
PG_FUNCTION_INFO_V1(cx_retention_curve);
Datum
cx_retention_curve(PG_FUNCTION_ARGS)
{
	Reading		r;
	Pool	   *pool;
	int32		ages;

	cx_rows_begin(fcinfo);
	if (!begin_retention(fcinfo, &r))
		return (Datum) 0;
	pool = palloc0(CX_SPAN_MOST * sizeof(Pool));
	ages = pool_ages(&r, pool);
	for (int32 age = 0; age < ages; age++)
	{
		CxRow		row = {0};

		cx_row_put(&row, Int32GetDatum(age), false);
		put_retention(&row, &r, pool[age].eligible, pool[age].retained);
		put_revenue_retention(&row, &pool[age].amount, &pool[age].first_amount);
		cx_rows_add(fcinfo, &row);
	}
	pfree(pool);
	return (Datum) 0;
}

/* ---- the triangle ---- */

/* Columns of the triangle: the date, the customers, and each age. */
#define COHORT_WIDTH 10
#define CUSTOMERS_WIDTH 11
#define AGE_WIDTH 7

static void
put_line(FunctionCallInfo fcinfo, StringInfo line)
{
	CxRow		row = {0};

	while (line->len > 0 && line->data[line->len - 1] == ' ')
		line->data[--line->len] = '\0';
	cx_row_put(&row, PointerGetDatum(cstring_to_text_with_len(line->data, line->len)), false);
	cx_rows_add(fcinfo, &row);
}

/*
 * cohort_matrix(s, as_of, mode) -> lines of text: a head, then a line for every
 * cohort with its retention in percent; a star where a period was not over.
 */
PG_FUNCTION_INFO_V1(cx_cohort_matrix);
Datum
cx_cohort_matrix(PG_FUNCTION_ARGS)
{
	Reading		r;
	Cohort		c;
	uint32		at = 0;
	StringInfoData line;

	cx_values_begin(fcinfo);
	if (!begin_reading(fcinfo, &r))
		return (Datum) 0;
	initStringInfo(&line);
	appendStringInfo(&line, "%-*s%*s", COHORT_WIDTH, cx_period_names[r.kind], CUSTOMERS_WIDTH, "customers");
	if (r.since <= r.as_of_period)
	{
		int			ages = periods_until_as_of(&r, r.since);

		for (int age = 0; age < ages; age++)
			appendStringInfo(&line, "%*d ", AGE_WIDTH - 1, age);
	}
	put_line(fcinfo, &line);
	while (next_cohort(&r, &at, &c))
	{
		CHECK_FOR_INTERRUPTS();
		resetStringInfo(&line);
		cx_append_date(&line, cx_period_start(r.kind, c.number));
		appendStringInfo(&line, "%*lld", CUSTOMERS_WIDTH, (long long) c.customers);
		while (next_age(&r, &c))
			appendStringInfo(&line, "%*.1f%c", AGE_WIDTH - 1, 100.0 * c.retained / c.customers,
							 is_complete(&r, &c) ? ' ' : '*');
		put_line(fcinfo, &line);
	}
	return (Datum) 0;
}

/* ---- beside the triangle ---- */

/*
 * activity_before_start(s) -> (customers, periods, revenue): what lies before
 * the start of the cohorts.
 */
PG_FUNCTION_INFO_V1(cx_activity_before_start);
Datum
cx_activity_before_start(PG_FUNCTION_ARGS)
{
	const CxCohorts *s = cx_cohorts_arg(fcinfo, 0);
	bool		money = cx_cohorts_have_money(s);
	CxMoney		sum = {.dscale = 0};
	CxRow		row = {0};

	for (uint32 i = 0; i < cx_cohorts_slots(s); i++)
	{
		const CxCohortCell *cell = cx_cohorts_cell(s, i);

		if (cell->active > 0 && cx_age_of(cell) == CX_AGE_ALL)
		{
			CxMoney		amount = cx_cohort_amount(s, cell);

			cx_money_add(&sum, &amount);
		}
	}
	cx_row_put(&row, Int64GetDatum(s->before_customers), false);
	cx_row_put(&row, Int64GetDatum(s->before_periods), false);
	cx_row_put(&row, money ? cx_money_to_numeric(&sum) : (Datum) 0, !money);
	return cx_row_datum(fcinfo, &row);
}
