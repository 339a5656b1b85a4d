/*-------------------------------------------------------------------------
 *
 * risk_cells.c
 *	  The smaller ones of many accounts (see risk_cells.h).
 *
 *-------------------------------------------------------------------------
 */
#include "revenue/risk_cells.h"

#include <float.h>
#include <math.h>

#include "base/summary.h"
#include "math/twosum.h"
#include "revenue/customer.h"

/* Steps are told apart by the exponent and the first five bits of the fraction. */
#define STEP_BITS 5
#define FRACTION_BITS (52 - STEP_BITS)
#define STEP_OF_ONE (1023 << STEP_BITS)
#define STEP_OF_INFINITY (2047 << STEP_BITS)

/* What rounding may make of a sum. */
#define TOLERANCE 1e-9

/* ---- places ---- */

/* In which step from 1 on, or before it, a positive number lies. */
static inline int32
step_of(double x)
{
	uint64		bits;

	memcpy(&bits, &x, sizeof(bits));
	return (int32) (bits >> FRACTION_BITS) - STEP_OF_ONE;
}

/* The least number of a step. */
static double
step_start(int64 step)
{
	uint64		bits = (uint64) Min(Max(step + STEP_OF_ONE, 0), STEP_OF_INFINITY) << FRACTION_BITS;
	double		x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/*
 * The same for a probability, the steps of which meet at 1/2: those below are
 * negative, those from there on count the chance to stay backwards.
 */
static inline int32
probability_step(double probability)
{
	int			half = 1 << STEP_BITS;

	return probability < 0.5 ? step_of(probability) + half : -half - step_of(1 - probability);
}

/* The most that the chance to stay is in such a step. */
static double
kept_start(int64 step)
{
	int			half = 1 << STEP_BITS;

	return step < 0 ? 1 - step_start(step - half) : step_start(-half - Max(step - 1, 0));
}

static double
probability_start(int64 step)
{
	return step < 0 ? step_start(step - (1 << STEP_BITS)) : 1 - kept_start(step);
}

/* How often steps have been doubled at a level. */
static inline int
revenue_shift(int64 level)
{
	return (int) (level + 1) / 2;
}

static inline int
probability_shift(int64 level)
{
	return (int) level / 2;
}

/* Places in their order, by revenue first, as numbers. */
static inline int64
key_of(const CxRiskPlace *place)
{
	return (int64) ((uint64) (uint32) place->revenue << 32 | ((uint32) place->probability ^ 0x80000000U));
}

/* ---- sums ---- */

static inline void
add_cell(CxRiskCell *cell, const CxRiskCell *other)
{
	if (unlikely(pg_add_s64_overflow(cell->accounts, other->accounts, &cell->accounts)))
		cx_customers_overflow();
	cx_add_two(&cell->paid, &cell->paid_low, other->paid, other->paid_low);
	cx_add_two(&cell->loss, &cell->loss_low, other->loss, other->loss_low);
	cx_add_two(&cell->squares, &cell->squares_low, other->squares, other->squares_low);
	cx_add_two(&cell->variance, &cell->variance_low, other->variance, other->variance_low);
}

/* The place of a cell among those that are sorted. */
static int
find(const CxRiskCells *cells, const CxRiskPlace *wanted)
{
	int			least = 0;
	int			most = (int) cells->count;

	while (least < most)
	{
		int			middle = (least + most) / 2;

		if (key_of(&cells->place[middle]) < key_of(wanted))
			least = middle + 1;
		else
			most = middle;
	}
	return least;
}

static inline bool
is_there(const CxRiskCells *cells, int at, const CxRiskPlace *wanted)
{
	return at < cells->count && key_of(&cells->place[at]) == key_of(wanted);
}

static void
insert(CxRiskCells *cells, int at, const CxRiskPlace *place, const CxRiskCell *sums)
{
	int			behind = (int) cells->count - at;

	memmove(&cells->place[at + 1], &cells->place[at], behind * sizeof(CxRiskPlace));
	memmove(&cells->cell[at + 1], &cells->cell[at], behind * sizeof(CxRiskCell));
	cells->place[at] = *place;
	cells->cell[at] = *sums;
	cells->count++;
}

/* A place, as seen from a level that is not below its own. */
static inline CxRiskPlace
seen_from(const CxRiskPlace *place, int64 own, int64 level)
{
	return (CxRiskPlace) {
		place->revenue >> (revenue_shift(level) - revenue_shift(own)),
		place->probability >> (probability_shift(level) - probability_shift(own))
	};
}

/* Go to the next level, where cells come together that lie beside each other. */
static void
coarsen(CxRiskCells *cells)
{
	CxRiskCells finer = *cells;

	/* as few as there are by now only damaged ones do not fit */
	if (unlikely(cells->level >= CX_RISK_LEVELS))
		cx_summary_damaged("Its cells are impossible.");
	memset(cells->place, 0, sizeof(cells->place));
	memset(cells->cell, 0, sizeof(cells->cell));
	cells->level++;
	cells->count = 0;
	for (int i = 0; i < finer.count; i++)
	{
		CxRiskPlace place = seen_from(&finer.place[i], finer.level, cells->level);
		int			at = find(cells, &place);

		if (is_there(cells, at, &place))
			add_cell(&cells->cell[at], &finer.cell[i]);
		else
			insert(cells, at, &place, &finer.cell[i]);
	}
}

/* Put sums where they belong, seen from 'level', which is not above ours. */
static void
put(CxRiskCells *cells, const CxRiskPlace *from, int64 level, const CxRiskCell *sums)
{
	for (;;)
	{
		CxRiskPlace place = seen_from(from, level, cells->level);
		int			at = find(cells, &place);

		if (is_there(cells, at, &place))
		{
			add_cell(&cells->cell[at], sums);
			return;
		}
		if (cells->count < CX_RISK_CELLS)
		{
			insert(cells, at, &place, sums);
			return;
		}
		coarsen(cells);
	}
}

void
cx_risk_cells_merge(CxRiskCells *cells, const CxRiskCells *other)
{
	cx_money_divisor(&cells->unit, &other->unit);
	while (cells->level < other->level)
		coarsen(cells);
	for (int i = 0; i < other->count; i++)
		put(cells, &other->place[i], other->level, &other->cell[i]);
}

/* ---- many accounts at once ---- */

/*
 * Which way to go in a search is not to be foreseen.  Where many places are looked
 * for, the smaller ones are counted instead, those of a block after the last ones of
 * all blocks, which compilers do several at a time.
 */
#define BLOCK 16
#define BLOCKS (CX_RISK_CELLS / BLOCK)

/* Accounts that are looked up together. */
#define BATCH 32

typedef struct PlaceIndex
{
	int32		last[BLOCKS];
	int32		key[(BLOCKS + 1) * BLOCK];	/* greater than any where there is no cell */
} PlaceIndex;

/* Of an account's place, at any level, 14 bits are used of the revenue's, 16 of the other. */
static inline int32
short_key(const CxRiskPlace *place)
{
	return (int32) (((uint32) place->revenue << 16) + (uint32) place->probability + 0x8000U);
}

static void
index_cells(PlaceIndex *index, const CxRiskCells *cells)
{
	for (int i = 0; i < lengthof(index->key); i++)
		index->key[i] = i < cells->count ? short_key(&cells->place[i]) : PG_INT32_MAX;
	for (int i = 0; i < BLOCKS; i++)
		index->last[i] = index->key[i * BLOCK + BLOCK - 1];
}

static inline int
find_indexed(const PlaceIndex *index, int32 key)
{
	int			blocks = 0;
	int			smaller = 0;

	for (int i = 0; i < BLOCKS; i++)
		blocks += index->last[i] < key;
	for (int i = 0; i < BLOCK; i++)
		smaller += index->key[blocks * BLOCK + i] < key;
	return blocks * BLOCK + smaller;
}

/* What one account is added with, and to which cell, unless that has moved. */
typedef struct Addend
{
	CxRiskPlace place;			/* at level 0 */
	int			at;
	CxRiskCell	sums;
} Addend;

static void
add_batch(CxRiskCells *cells, const CxRiskAccount *account, int count)
{
	PlaceIndex	index;
	Addend		addend[BATCH];

	index_cells(&index, cells);
	for (int i = 0; i < count; i++)
	{
		Addend	   *a = &addend[i];
		double		p = account[i].probability;
		double		v = cx_money_to_double(&account[i].revenue);
		CxRiskPlace place;

		cx_money_divisor(&cells->unit, &account[i].revenue);
		/* multiplied so that only what is tiny itself is lost */
		a->sums = (CxRiskCell) {
			.accounts = 1, .paid = v, .loss = p * v, .squares = p * (p * v), .variance = (1 - p) * (p * v) * v
		};
		a->place = (CxRiskPlace) {step_of(v), probability_step(p)};
		place = seen_from(&a->place, 0, cells->level);
		a->at = find_indexed(&index, short_key(&place));
		/* the cells of many groups do not fit a cache */
		__builtin_prefetch(&cells->cell[Min(a->at, CX_RISK_CELLS - 1)], 1);
	}
	for (int i = 0; i < count; i++)
	{
		CxRiskPlace place = seen_from(&addend[i].place, 0, cells->level);

		if (likely(is_there(cells, addend[i].at, &place)))
			add_cell(&cells->cell[addend[i].at], &addend[i].sums);
		else
			put(cells, &addend[i].place, 0, &addend[i].sums);
	}
}

void
cx_risk_cells_add(CxRiskCells *cells, const CxRiskAccount *account, int count)
{
	for (int i = 0; i < count; i += BATCH)
		add_batch(cells, &account[i], Min(BATCH, count - i));
}

/* ---- what is impossible ---- */

/* A sum of so many terms, which have fewer digits where they are tiny. */
static bool
is_within(double x, double accounts, double least, double most)
{
	double		tiny = accounts * DBL_MIN;

	return x >= least * (1 - TOLERANCE) - tiny && x <= most * (1 + TOLERANCE) + tiny;
}

/* Whether high + low is a sum as cx_add_two leaves it. */
static bool
is_sum(double high, double low)
{
	return high + low == high;
}

/* The least revenue of a cell. */
static double
cell_start(int64 place, int64 level)
{
	return step_start(place * (1 << revenue_shift(level)));
}

static bool
is_cell(const CxRiskPlace *place, const CxRiskCell *cell, int64 level, double most)
{
	double		accounts = (double) cell->accounts;
	int64		step = (int64) place->probability * (1 << probability_shift(level));
	int64		next = ((int64) place->probability + 1) * (1 << probability_shift(level));
	double		least_v = cell_start(place->revenue, level);
	double		most_v = fmin(cell_start((int64) place->revenue + 1, level), most);

	return cell->accounts > 0 && least_v <= most_v &&
		is_sum(cell->paid, cell->paid_low) && is_sum(cell->loss, cell->loss_low) &&
		is_sum(cell->squares, cell->squares_low) && is_sum(cell->variance, cell->variance_low) &&
		is_within(cell->paid, accounts, accounts * least_v, accounts * most_v) &&
		is_within(cell->loss, accounts, cell->paid * probability_start(step), cell->paid * probability_start(next)) &&
		is_within(cell->squares, accounts, cell->loss * probability_start(step), cell->loss * probability_start(next)) &&
		is_within(cell->variance, accounts, cell->loss * least_v * kept_start(next), cell->loss * most_v * kept_start(step));
}

bool
cx_risk_cells_possible(const CxRiskCells *cells, int64 accounts,
					   const CxMoney *revenue, double expected, double most)
{
	CxMoney		unit = cells->unit;
	double		paid = 0;
	double		loss = 0;

	if (cells->count == 0 || cells->level > CX_RISK_LEVELS)
		return false;
	for (int i = 0; i < cells->count; i++)
	{
		const CxRiskPlace *place = &cells->place[i];
		const CxRiskCell *cell = &cells->cell[i];

		if (!is_cell(place, cell, cells->level, most) || cell->accounts > accounts ||
			(i > 0 && key_of(place - 1) >= key_of(place)))
			return false;
		accounts -= cell->accounts;
		paid += cell->paid;
		loss += cell->loss;
	}
	/* it is the revenue of accounts, all of which are multiples of the unit */
	if (accounts != 0 || cx_money_is_negative(revenue) || cx_money_is_zero(revenue) ||
		cx_money_is_zero(&unit) || cx_money_is_negative(&unit) ||
		!is_within(cx_money_to_double(revenue), 0, paid, paid) ||
		fabs(loss - expected) > TOLERANCE * (loss + paid * 1e-3))
		return false;
	cx_money_divisor(&unit, revenue);
	return cx_money_compare(&unit, &cells->unit) == 0;
}
