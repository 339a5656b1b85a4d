/*-------------------------------------------------------------------------
 *
 * activity.h
 *	  The activity of one customer: in which periods there was any, the first
 *	  and the last moment of it, and the money of each period.
 *
 * One value without pointers: a head, the name of the time zone, a bit for every
 * period from the first to the last, and a cell of money for every period with
 * activity, unless there is no money at all.  Cells are narrow (see amount.h) if
 * all of them fit, else wide.
 *
 * Stored, nothing lies behind the cells.  The state of an aggregate differs in
 * that there may be room for more cells, and that cells may be wide without need.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_COHORT_ACTIVITY_H
#define CX_COHORT_ACTIVITY_H

#include "base/summary.h"
#include "cohort/amount.h"
#include "cohort/calendar.h"

#include "port/pg_bitutils.h"

#define CX_ACTIVITY_VERSION 1

/* CxHeader.kind; the letter is in stored values and never changes */
#define CX_ACTIVITY_KIND 'a'

/* CxHeader.flags, besides those of the calendar */
#define CX_ACTIVITY_CELLS 0x60
#define CX_ACTIVITY_CELLS_SHIFT 5
#define CX_ACTIVITY_PACKED 0x80 /* not the form the codec reads */

typedef enum CxCellKind
{
	CX_CELLS_NONE,				/* no amount was given */
	CX_CELLS_NARROW,			/* CxNarrow */
	CX_CELLS_WIDE				/* CxMoney */
} CxCellKind;

typedef struct CxActivity
{
	CxHeader	header;
	Timestamp	first;
	Timestamp	last;
	int32		first_period;
	uint16		span;			/* periods, first to last; 0: no activity */
	uint16		active;			/* of them with activity */
	uint16		room;			/* state: cells there is room for; stored: 0 */
	uint8		zone_words;
	uint8		mark;			/* state: CX_STATE_MARK; stored: 0 */
	uint32		second_mark;	/* likewise, in every byte */
	/* the zone, bits, cells follow */
} CxActivity;

/* Whether this is the state of an aggregate, as we left it. */
static inline bool
cx_activity_is_state(const CxActivity *a)
{
	return a->mark == CX_STATE_MARK && a->second_mark == CX_STATE_MARK * 0x01010101U;
}

static inline CxCellKind
cx_activity_cell_kind(const CxActivity *a)
{
	return (a->header.flags & CX_ACTIVITY_CELLS) >> CX_ACTIVITY_CELLS_SHIFT;
}

static inline Size
cx_cell_width(CxCellKind kind)
{
	return kind == CX_CELLS_NONE ? 0 : kind == CX_CELLS_NARROW ? sizeof(CxNarrow) : sizeof(CxMoney);
}

static inline int
cx_activity_words(const CxActivity *a)
{
	return (a->span + 63) / 64;
}

static inline char *
cx_activity_zone(const CxActivity *a)
{
	return (char *) (a + 1);
}

static inline uint64 *
cx_activity_bits(const CxActivity *a)
{
	return (uint64 *) (cx_activity_zone(a) + a->zone_words * CX_ZONE_WORD);
}

static inline void *
cx_activity_cells(const CxActivity *a)
{
	return cx_activity_bits(a) + cx_activity_words(a);
}

static inline CxCalendar
cx_activity_calendar(const CxActivity *a)
{
	return cx_calendar_of(a->header.flags, a->zone_words, cx_activity_zone(a));
}

static inline int32
cx_activity_last_period(const CxActivity *a)
{
	return a->first_period + a->span - 1;
}

static inline CxMoney
cx_activity_cell(const CxActivity *a, int i)
{
	switch (cx_activity_cell_kind(a))
	{
		case CX_CELLS_NONE:
			return (CxMoney) {.dscale = 0};
		case CX_CELLS_NARROW:
			return cx_money_from_narrow(((const CxNarrow *) cx_activity_cells(a))[i]);
		default:
			return ((const CxMoney *) cx_activity_cells(a))[i];
	}
}

/*
 * The activity in argument 'argno', not to be changed: to be read, and valid; and
 * to be merged, where its bits may be others than it says.
 */
extern const CxActivity *cx_activity_arg(FunctionCallInfo fcinfo, int argno);
extern CxActivity *cx_activity_part(FunctionCallInfo fcinfo, int argno);

/* The activity of one period, to be added. */
typedef struct CxActivePeriod
{
	Timestamp	first;
	Timestamp	last;
	int32		number;
	const CxMoney *amount;		/* NULL: none was given */
} CxActivePeriod;

/*
 * Add to an activity that may be scribbled on, and that may move: use what is
 * returned.
 */
extern CxActivity *cx_activity_add(CxActivity *a, const CxCalendar *calendar,
								   const CxActivePeriod *period);

/* As it is stored: itself, or a copy. */
extern const CxActivity *cx_activity_closed(const CxActivity *a);

extern CxActivity *cx_activity_new(void);

/* A walk over the periods with activity, in order. */
typedef struct CxActivityWalk
{
	const uint64 *bits;
	int			words;
	int			word;
	uint64		rest;			/* bits of it that are still to come */
} CxActivityWalk;

static inline CxActivityWalk
cx_activity_walk(const CxActivity *a)
{
	const uint64 *bits = cx_activity_bits(a);
	int			words = cx_activity_words(a);

	return (CxActivityWalk) {bits, words, 0, words > 0 ? bits[0] : 0};
}

/* Where the next one is, counted from the first period; -1 after the last. */
static inline int
cx_activity_next(CxActivityWalk *walk)
{
	int			bit;

	while (walk->rest == 0)
	{
		if (++walk->word >= walk->words)
			return -1;
		walk->rest = walk->bits[walk->word];
	}
	bit = pg_rightmost_one_pos64(walk->rest);
	walk->rest &= walk->rest - 1;
	return walk->word * 64 + bit;
}

#endif							/* CX_COHORT_ACTIVITY_H */
