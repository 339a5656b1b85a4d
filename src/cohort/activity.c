/*-------------------------------------------------------------------------
 *
 * activity.c
 *	  The activity of one customer as it grows (see activity.h).
 *
 *-------------------------------------------------------------------------
 */
#include "cohort/activity.h"

/* A state begins with this many bytes, and doubles. */
#define FIRST_STATE_BYTES 128

/* What lies behind the head. */
typedef struct Shape
{
	int			zone_words;
	int			words;			/* of bits */
	CxCellKind	cells;
	int			room;			/* for cells */
} Shape;

static Size
shape_size(const Shape *shape)
{
	return sizeof(CxActivity) + shape->zone_words * CX_ZONE_WORD +
		shape->words * sizeof(uint64) + shape->room * cx_cell_width(shape->cells);
}

/* Room for so many cells at least, and for as many as fit into a power of two. */
static int
roomy(Shape shape, int cells)
{
	Size		size = FIRST_STATE_BYTES;

	if (shape.cells == CX_CELLS_NONE)
		return 0;
	shape.room = cells;
	while (size < shape_size(&shape))
		size *= 2;
	shape.room = 0;
	return (int) Min((size - shape_size(&shape)) / cx_cell_width(shape.cells), CX_SPAN_MOST);
}

static Shape
shape_of(const CxActivity *a)
{
	return (Shape) {a->zone_words, cx_activity_words(a), cx_activity_cell_kind(a), a->room};
}

/* Cells of another kind; wide ones that are to be narrow fit. */
static void
convert_cells(CxActivity *to, const CxActivity *from)
{
	CxCellKind	kind = cx_activity_cell_kind(to);

	for (int i = 0; i < from->active; i++)
	{
		CxMoney		money = cx_activity_cell(from, i);

		if (kind == CX_CELLS_WIDE)
			((CxMoney *) cx_activity_cells(to))[i] = money;
		else
			cx_money_to_narrow(&money, &((CxNarrow *) cx_activity_cells(to))[i]);
	}
}

/*
 * A copy that has another shape.  Bits and cells are those of the original; its
 * span is as it was, unless it has more words of bits now.
 */
static CxActivity *
reshape(const CxActivity *a, const Shape *shape)
{
	Size		size = shape_size(shape);
	CxActivity *copy = palloc0(size);

	*copy = *a;
	SET_VARSIZE(copy, size);
	copy->header.flags &= ~CX_ACTIVITY_CELLS;
	copy->header.flags |= shape->cells << CX_ACTIVITY_CELLS_SHIFT;
	copy->zone_words = shape->zone_words;
	copy->room = shape->room;
	copy->mark = CX_STATE_MARK;
	copy->second_mark = CX_STATE_MARK * 0x01010101U;
	if (a->span == 0)
		return copy;
	memcpy(cx_activity_zone(copy), cx_activity_zone(a), a->zone_words * CX_ZONE_WORD);
	memcpy(cx_activity_bits(copy), cx_activity_bits(a), cx_activity_words(a) * sizeof(uint64));
	/* so that the cells are where they are going to be */
	copy->span = Max(copy->span, (shape->words - 1) * 64 + 1);
	if (shape->cells == cx_activity_cell_kind(a))
		memcpy(cx_activity_cells(copy), cx_activity_cells(a), a->active * cx_cell_width(shape->cells));
	else if (shape->cells != CX_CELLS_NONE)
		convert_cells(copy, a);
	return copy;
}

CxActivity *
cx_activity_new(void)
{
	CxActivity *a = (CxActivity *)
		cx_summary_new(CX_ACTIVITY_VERSION, CX_ACTIVITY_KIND, sizeof(CxActivity));

	a->header.flags = CX_ACTIVITY_PACKED;
	return a;
}

static CxActivity *
begin(const CxActivity *empty, const CxCalendar *calendar, const CxActivePeriod *period)
{
	Shape		shape = {calendar->zone_words, 1,
	period->amount == NULL ? CX_CELLS_NONE : CX_CELLS_NARROW, 0};
	CxActivity *a;

	shape.room = roomy(shape, 1);
	a = reshape(empty, &shape);
	a->header.flags |= cx_calendar_flags(calendar);
	memcpy(cx_activity_zone(a), calendar->zone, calendar->zone_words * CX_ZONE_WORD);
	a->first = period->first;
	a->last = period->last;
	a->first_period = period->number;
	a->span = 1;
	a->active = 1;
	*cx_activity_bits(a) = 1;
	return a;
}

/* Move bits by so many places up; what is below them becomes zero. */
static void
shift_bits(uint64 *bits, int words, int places)
{
	int			whole = places / 64;
	int			rest = places % 64;

	for (int i = words - 1; i >= 0; i--)
	{
		uint64		high = i >= whole ? bits[i - whole] : 0;
		uint64		low = i > whole ? bits[i - whole - 1] : 0;

		bits[i] = rest == 0 ? high : high << rest | low >> (64 - rest);
	}
}

/* Widen the span so that it includes a period that is outside. */
static CxActivity *
widen(CxActivity *a, const CxCalendar *calendar, int32 number)
{
	int32		from = Min(a->first_period, number);
	int32		to = Max(cx_activity_last_period(a), number);
	int			earlier = cx_activity_words(a);
	int64		span = cx_calendar_span(from, to);
	Shape		shape = shape_of(a);

	/* the first and the last moment are those with this period already */
	if (unlikely(span > CX_SPAN_MOST))
		cx_calendar_refuse_activity(calendar->period, cx_calendar_day_in(calendar, from, a->first),
									cx_calendar_day_in(calendar, to, a->last));
	shape.words = (int) (span + 63) / 64;
	if (shape.words > earlier)
	{
		shape.room = roomy(shape, a->active + 1);
		a = reshape(a, &shape);
	}
	shift_bits(cx_activity_bits(a), shape.words, a->first_period - from);
	a->first_period = from;
	a->span = span;
	return a;
}

static int
rank_of(const uint64 *bits, int place)
{
	int			rank = pg_popcount64(bits[place / 64] & ((UINT64CONST(1) << place % 64) - 1));

	for (int i = 0; i < place / 64; i++)
		rank += pg_popcount64(bits[i]);
	return rank;
}

/* Make a period of the span one with activity. */
static CxActivity *
mark(CxActivity *a, int place, int rank)
{
	CxCellKind	kind = cx_activity_cell_kind(a);
	Size		width = cx_cell_width(kind);
	char	   *cell;

	if (kind != CX_CELLS_NONE)
	{
		if (a->room <= a->active)
		{
			Shape		shape = shape_of(a);

			shape.room = roomy(shape, a->active + 1);
			a = reshape(a, &shape);
		}
		cell = (char *) cx_activity_cells(a) + rank * width;
		memmove(cell + width, cell, (a->active - rank) * width);
		memset(cell, 0, width);
	}
	cx_activity_bits(a)[place / 64] |= UINT64CONST(1) << place % 64;
	a->active++;
	return a;
}

static CxActivity *
change_cells(const CxActivity *a, CxCellKind kind)
{
	Shape		shape = shape_of(a);

	shape.cells = kind;
	shape.room = roomy(shape, a->active);
	return reshape(a, &shape);
}

static CxActivity *
add_amount(CxActivity *a, int rank, const CxMoney *amount)
{
	CxNarrow	narrow;

	if (unlikely(cx_activity_cell_kind(a) == CX_CELLS_NONE))
	{
		/* a cell for every bit, of which only damaged ones have others than they say */
		if (rank_of(cx_activity_bits(a), a->span - 1) + 1 != a->active)
			cx_summary_damaged("It has not as many periods as it says.");
		a = change_cells(a, CX_CELLS_NARROW);
	}
	if (likely(cx_activity_cell_kind(a) == CX_CELLS_NARROW))
	{
		if (likely(cx_money_to_narrow(amount, &narrow) &&
				   cx_narrow_add((CxNarrow *) cx_activity_cells(a) + rank, narrow)))
			return a;
		a = change_cells(a, CX_CELLS_WIDE);
	}
	cx_money_add((CxMoney *) cx_activity_cells(a) + rank, amount);
	return a;
}

CxActivity *
cx_activity_add(CxActivity *a, const CxCalendar *calendar, const CxActivePeriod *period)
{
	int			place;
	int			rank;

	if (unlikely(a->span == 0))
		a = begin(a, calendar, period);
	else
	{
		CxCalendar	own = cx_activity_calendar(a);

		cx_calendar_require_same(&own, calendar);
		a->first = Min(a->first, period->first);
		a->last = Max(a->last, period->last);
		/* unsigned, so that earlier ones are outside as well */
		if ((uint32) period->number - (uint32) a->first_period >= a->span)
			a = widen(a, calendar, period->number);
	}
	place = period->number - a->first_period;
	rank = period->amount == NULL && cx_activity_cell_kind(a) == CX_CELLS_NONE ? 0 :
		rank_of(cx_activity_bits(a), place);
	if ((cx_activity_bits(a)[place / 64] >> place % 64 & 1) == 0)
		a = mark(a, place, rank);
	return period->amount == NULL ? a : add_amount(a, rank, period->amount);
}

/* ---- as it is stored ---- */

static bool
cells_fit(const CxActivity *a)
{
	const CxMoney *cells = cx_activity_cells(a);
	CxNarrow	narrow;

	for (int i = 0; i < a->active; i++)
	{
		if (!cx_money_to_narrow(&cells[i], &narrow))
			return false;
	}
	return true;
}

const CxActivity *
cx_activity_closed(const CxActivity *a)
{
	Shape		shape = shape_of(a);

	if (shape.cells == CX_CELLS_WIDE && cells_fit(a))
		shape.cells = CX_CELLS_NARROW;
	else if (a->room == 0 && !cx_activity_is_state(a))
		return a;
	shape.room = shape.cells == CX_CELLS_NONE ? 0 : a->active;
	a = reshape(a, &shape);
	((CxActivity *) a)->room = 0;
	((CxActivity *) a)->mark = 0;
	((CxActivity *) a)->second_mark = 0;
	return a;
}
