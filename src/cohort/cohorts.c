/*-------------------------------------------------------------------------
 *
 * cohorts.c
 *	  Cohorts of customers as they are put together (see cohorts.h).
 *
 *-------------------------------------------------------------------------
 */
#include "cohort/cohorts.h"

#include "miscadmin.h"

#define FIRST_ROOM 64

static _Noreturn pg_noinline void
refuse_cells(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("cohorts have more than %d pairs of cohort and age", CX_COHORTS_MOST),
			 errhint("Take a longer period, or leave out what is too long ago.")));
}

static _Noreturn pg_noinline void
refuse_count(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("a summary cannot hold more than %lld customers", (long long) PG_INT64_MAX)));
}

static inline void
add_count(int64 *count, int64 more)
{
	if (unlikely(pg_add_s64_overflow(*count, more, count)))
		refuse_count();
}

CxCohorts *
cx_cohorts_new(void)
{
	CxCohorts  *s = (CxCohorts *)
		cx_summary_new(CX_COHORTS_VERSION, CX_COHORTS_KIND, sizeof(CxCohorts));

	s->header.flags = CX_COHORTS_PACKED;
	return s;
}

/* ---- the hash table ---- */

/* The slot of a key, or the empty one it belongs in; there is one. */
static inline CxCohortCell *
slot_of(CxCohorts *s, uint64 key)
{
	/* Fibonacci hashing (Knuth 1998, TAOCP 3, 6.4) */
	uint32		i = (uint32) ((key * UINT64CONST(0x9E3779B97F4A7C15)) >> 32);
	CxCohortCell *cell;

	for (;; i++)
	{
		cell = cx_cohorts_cell(s, i & (s->room - 1));
		if (cell->key == key || cell->active == 0)
			return cell;
	}
}

/* The cell of a key, which is counted if it is new; there is room for it. */
static inline CxCohortCell *
cell_of(CxCohorts *s, int32 cohort, int32 age)
{
	uint64		key = cx_cohort_key(cohort, age);
	CxCohortCell *cell = slot_of(s, key);

	if (cell->active == 0)
	{
		/* more cells than they said can only come of damaged ones */
		if (unlikely(2 * ++s->count > s->room))
			cx_summary_damaged("It has more cells than it says.");
		cell->key = key;
	}
	return cell;
}

/* A copy with so many slots, with money or without, in a zone. */
static CxCohorts *
rebuild(const CxCohorts *s, uint32 room, bool money, const CxCalendar *calendar)
{
	Size		size = sizeof(CxCohorts) + calendar->zone_words * CX_ZONE_WORD +
		room * cx_cohort_cell_size(money);
	CxCohorts  *copy = palloc0(size);

	*copy = *s;
	SET_VARSIZE(copy, size);
	copy->header.flags = CX_COHORTS_PACKED | cx_calendar_flags(calendar) | (money ? CX_COHORTS_MONEY : 0);
	copy->room = room;
	memset(copy->mark, CX_STATE_MARK, sizeof(copy->mark));
	copy->zone_words = calendar->zone_words;
	memcpy(cx_cohorts_zone(copy), calendar->zone, calendar->zone_words * CX_ZONE_WORD);
	for (uint32 i = 0; i < cx_cohorts_slots(s); i++)
	{
		const CxCohortCell *cell = cx_cohorts_cell(s, i);

		if (cell->active > 0)
			memcpy(slot_of(copy, cell->key), cell,
				   cx_cohort_cell_size(money && cx_cohorts_have_money(s)));
	}
	return copy;
}

/* The calendar of both; that of nothing but customers has no moments. */
static CxCalendar
common_calendar(const CxCohorts *s, const CxCalendar *other)
{
	CxCalendar	own = cx_cohorts_calendar(s);

	if (s->count == 0)
		return *other;
	if (own.moment != CX_OF_NOTHING && other->moment != CX_OF_NOTHING)
		cx_calendar_require_same(&own, other);
	else if (own.period != other->period)
		cx_calendar_refuse(&own, other);
	return own.moment != CX_OF_NOTHING ? own : *other;
}

/* Make a state fit to take so many more cells: use what is returned. */
static CxCohorts *
make_fit(CxCohorts *s, uint32 cells, bool money, const CxCalendar *other)
{
	CxCalendar	calendar = common_calendar(s, other);
	uint32		room = Max(s->room, FIRST_ROOM);

	money = money || cx_cohorts_have_money(s);
	/* at most half full */
	while (room < 2 * (s->count + cells))
	{
		if (s->count > CX_COHORTS_MOST)
			refuse_cells();
		room *= 2;
	}
	if (room == s->room && money == cx_cohorts_have_money(s) &&
		calendar.moment == (s->header.flags & CX_FLAG_MOMENT) >> CX_FLAG_MOMENT_SHIFT)
		return s;
	return rebuild(s, room, money, &calendar);
}

static bool
has_moments(const CxCohorts *s)
{
	return (s->header.flags & CX_FLAG_MOMENT) != 0;
}

/* The last moment and the last start, of a state that was made fit for both. */
static void
note_last(CxCohorts *s, bool empty, bool had_moments, Timestamp last, DateADT last_start)
{
	s->last = had_moments ? Max(s->last, last) : last;
	s->last_start = empty ? last_start : Max(s->last_start, last_start);
}

/* ---- customers ---- */

static inline void
add_amount(CxCohortCell *cell, const CxActivity *a, int i)
{
	CxMoney		amount = cx_activity_cell(a, i);

	cx_money_add(&((CxCohortMoney *) cell)->amount, &amount);
}

/* What a customer did in every period. */
static void
add_activity(CxCohorts *s, int32 cohort, const CxActivity *a)
{
	CxActivityWalk walk = cx_activity_walk(a);
	bool		money = cx_activity_cell_kind(a) != CX_CELLS_NONE;
	CxCohortCell *whole = cell_of(s, cohort, CX_AGE_ALL);
	CxCohortCell *last = whole;
	int32		first_age = a->first_period - cohort;
	int64		before = 0;

	for (int i = 0; i < a->active; i++)
	{
		int32		age = first_age + cx_activity_next(&walk);
		CxCohortCell *cell = whole;

		if (age >= 0)
		{
			cell = cell_of(s, cohort, age);
			cell->active++;
			last = cell;
		}
		else
			before++;
		if (money)
			add_amount(cell, a, i);
	}
	last->last++;
	s->before_customers += before > 0;
	s->before_periods += before;
}

CxCohorts *
cx_cohorts_add_customer(CxCohorts *s, const CxCalendar *calendar, DateADT start, int32 cohort,
						const CxActivity *a)
{
	bool		money = a != NULL && cx_activity_cell_kind(a) != CX_CELLS_NONE;
	bool		empty = s->count == 0;
	bool		had_moments = has_moments(s);
	CxCohortCell *whole;

	if (a != NULL && unlikely(cx_calendar_span(cohort, cx_activity_last_period(a)) > CX_SPAN_MOST))
		cx_calendar_refuse_activity(calendar->period, start,
									cx_calendar_day_in(calendar, cx_activity_last_period(a), a->last));
	s = make_fit(s, 1 + (a == NULL ? 0 : a->active), money, calendar);
	whole = cell_of(s, cohort, CX_AGE_ALL);
	add_count(&whole->active, 1);
	if (a == NULL)
		whole->last++;
	else
		add_activity(s, cohort, a);
	note_last(s, empty, had_moments, a == NULL ? s->last : a->last, start);
	return s;
}

/* ---- merging ---- */

static void
put_cell(CxCohorts *s, const CxCohortCell *other, const CxMoney *amount)
{
	CxCohortCell *cell = cell_of(s, cx_cohort_of(other), cx_age_of(other));

	add_count(&cell->active, other->active);
	add_count(&cell->last, other->last);
	if (amount != NULL)
		cx_money_add(&((CxCohortMoney *) cell)->amount, amount);
}

CxCohorts *
cx_cohorts_put(CxCohorts *s, const CxCalendar *calendar, const CxCohortMoney *cell, bool money)
{
	s = make_fit(s, 1, money, calendar);
	put_cell(s, &cell->cell, money ? &cell->amount : NULL);
	return s;
}

CxCohorts *
cx_cohorts_merge(CxCohorts *s, const CxCohorts *other)
{
	CxCalendar	calendar = cx_cohorts_calendar(other);
	bool		empty = s->count == 0;
	bool		had_moments = has_moments(s);

	if (other->count == 0)
		return s;
	s = make_fit(s, other->count, cx_cohorts_have_money(other), &calendar);
	for (uint32 i = 0; i < cx_cohorts_slots(other); i++)
	{
		const CxCohortCell *cell = cx_cohorts_cell(other, i);
		CxMoney		amount = cx_cohort_amount(other, cell);

		CHECK_FOR_INTERRUPTS();
		if (cell->active > 0)
			put_cell(s, cell, cx_cohorts_have_money(other) ? &amount : NULL);
	}
	add_count(&s->before_customers, other->before_customers);
	add_count(&s->before_periods, other->before_periods);
	note_last(s, empty, had_moments, has_moments(other) ? other->last : s->last, other->last_start);
	return s;
}

/* ---- as it is stored ---- */

static int
compare_cells(const void *a, const void *b)
{
	uint64		one = ((const CxCohortCell *) a)->key;
	uint64		other = ((const CxCohortCell *) b)->key;

	return (one > other) - (one < other);
}

const CxCohorts *
cx_cohorts_closed(const CxCohorts *s)
{
	Size		width = cx_cohort_cell_size(cx_cohorts_have_money(s));
	Size		head = sizeof(CxCohorts) + s->zone_words * CX_ZONE_WORD;
	CxCohorts  *closed;
	uint32		count = 0;

	if (s->room == 0)
		return s;
	if (s->count > CX_COHORTS_MOST)
		refuse_cells();
	closed = palloc(head + s->count * width);
	memcpy(closed, s, head);
	closed->room = 0;
	memset(closed->mark, 0, sizeof(closed->mark));
	SET_VARSIZE(closed, head + s->count * width);
	for (uint32 i = 0; i < s->room; i++)
	{
		const CxCohortCell *cell = cx_cohorts_cell(s, i);

		if (cell->active <= 0)
			continue;
		if (count < s->count)
			memcpy(cx_cohorts_cell(closed, count), cell, width);
		count++;
	}
	if (count != s->count)
		cx_summary_damaged("It has not as many cells as it says.");
	CHECK_FOR_INTERRUPTS();
	qsort(cx_cohorts_cell(closed, 0), count, width, compare_cells);
	return closed;
}
