/*-------------------------------------------------------------------------
 *
 * cohorts.h
 *	  Cohorts of customers: how many of each were active, and with what money,
 *	  by the number of periods since their start.
 *
 * One value without pointers: a head, the name of the time zone, and a cell for
 * every pair of cohort and age with anybody in it.  Age 0 is the period of the
 * start.  Age -1 stands for the cohort itself: all its customers, of whom 'last'
 * have never been active since their start, and the money before it.
 *
 * Stored, cells are in order of cohort and age.  The state of an aggregate is a
 * hash table of them, with open addressing, whose empty slots are zero.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_COHORT_COHORTS_H
#define CX_COHORT_COHORTS_H

#include "cohort/activity.h"

#define CX_COHORTS_VERSION 1

/* CxHeader.kind; the letter is in stored values and never changes */
#define CX_COHORTS_KIND 'k'

/* CxHeader.flags, besides those of the calendar */
#define CX_COHORTS_MONEY 0x20
#define CX_COHORTS_PACKED 0x80	/* not the form the codec reads */

/* So many are still text that jsonb can hold, twice as many fit in an allocation. */
#define CX_COHORTS_MOST (2 * 1024 * 1024)

#define CX_AGE_ALL (-1)

/* One cell; CxCohortMoney where there is money. */
typedef struct CxCohortCell
{
	uint64		key;			/* cohort and age; it sorts as they do */
	int64		active;			/* customers; 0: an empty slot */
	int64		last;			/* of them with no later activity */
} CxCohortCell;

typedef struct CxCohortMoney
{
	CxCohortCell cell;
	CxMoney		amount;
} CxCohortMoney;

typedef struct CxCohorts
{
	CxHeader	header;
	Timestamp	last;			/* moment of the last activity, if there is any */
	int64		before_customers;	/* with activity before their start */
	int64		before_periods; /* in so many periods */
	DateADT		last_start;		/* the latest that was given, or first day of the latest cohort */
	uint32		count;			/* cells */
	uint32		room;			/* state: slots, a power of two; stored: 0 */
	uint8		zone_words;
	uint8		mark[3];		/* state: CX_STATE_MARK, all of them; stored: 0 */
	/* the zone, cells follow */
} CxCohorts;

static inline uint64
cx_cohort_key(int32 cohort, int32 age)
{
	return (uint64) ((uint32) cohort ^ 0x80000000) << 32 | ((uint32) age + 1);
}

static inline int32
cx_cohort_of(const CxCohortCell *cell)
{
	return (int32) ((uint32) (cell->key >> 32) ^ 0x80000000);
}

static inline int32
cx_age_of(const CxCohortCell *cell)
{
	return (int32) ((uint32) cell->key - 1);
}

static inline bool
cx_cohorts_have_money(const CxCohorts *s)
{
	return (s->header.flags & CX_COHORTS_MONEY) != 0;
}

static inline Size
cx_cohort_cell_size(bool money)
{
	return money ? sizeof(CxCohortMoney) : sizeof(CxCohortCell);
}

static inline char *
cx_cohorts_zone(const CxCohorts *s)
{
	return (char *) (s + 1);
}

/* The cell in a slot; stored, all 'count' first ones are in use. */
static inline CxCohortCell *
cx_cohorts_cell(const CxCohorts *s, uint32 i)
{
	return (CxCohortCell *) (cx_cohorts_zone(s) + s->zone_words * CX_ZONE_WORD +
							 i * cx_cohort_cell_size(cx_cohorts_have_money(s)));
}

static inline uint32
cx_cohorts_slots(const CxCohorts *s)
{
	return s->room > 0 ? s->room : s->count;
}

static inline CxCalendar
cx_cohorts_calendar(const CxCohorts *s)
{
	return cx_calendar_of(s->header.flags, s->zone_words, cx_cohorts_zone(s));
}

static inline CxMoney
cx_cohort_amount(const CxCohorts *s, const CxCohortCell *cell)
{
	return cx_cohorts_have_money(s) ? ((const CxCohortMoney *) cell)->amount :
		(CxMoney) {.dscale = 0};
}

extern CxCohorts *cx_cohorts_new(void);

/* The summary in argument 'argno', valid, as it is stored, and not to be changed. */
extern const CxCohorts *cx_cohorts_arg(FunctionCallInfo fcinfo, int argno);

/*
 * Add to a state that may be scribbled on, and that may move: use what is
 * returned.  Where no activity is known it is NULL; then the calendar has
 * no type of moments.
 */
extern CxCohorts *cx_cohorts_add_customer(CxCohorts *s, const CxCalendar *calendar,
										  DateADT start, int32 cohort, const CxActivity *a);
extern CxCohorts *cx_cohorts_merge(CxCohorts *s, const CxCohorts *other);

/* For the codec: a cell as it is. */
extern CxCohorts *cx_cohorts_put(CxCohorts *s, const CxCalendar *calendar,
								 const CxCohortMoney *cell, bool money);

/* As it is stored: itself, or a copy. */
extern const CxCohorts *cx_cohorts_closed(const CxCohorts *s);

#endif							/* CX_COHORT_COHORTS_H */
