/*-------------------------------------------------------------------------
 *
 * tally.h
 *	  A tally: how many respondents gave each answer of a rating scale.
 *
 * nps_summary, csat_summary and ces_summary are all tallies; they differ in the
 * scale and in what is read from the counts.  Counts are exact.  A weighted
 * tally holds, besides the counts, the sum of weights of each answer and the
 * sum of squared weights, each as the unevaluated sum of two doubles.
 *
 * Stored, and as the state of an aggregate, an unweighted tally is packed into
 * 56 bytes as long as no count exceeds 32 bits: one cache line a group, and half
 * the size of a table of summaries.  Everything else works on the open form,
 * which is also the stored form of larger and of weighted tallies.  What can be
 * packed always is, so that equal tallies are equal bytes.
 *
 * The empty tally has no scale, and merges with any other of its kind.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BASE_TALLY_H
#define CX_BASE_TALLY_H

#include "base/summary.h"
#include "common/int.h"
#include "math/answers.h"
#include "math/twosum.h"

#define CX_TALLY_VERSION 1
#define CX_TALLY_SLOTS CX_ANSWERS_MAX

/* the highest answer of a csat or effort scale */
#define CX_SCALE_MIN 2
#define CX_SCALE_MAX CX_TALLY_SLOTS

/* CxHeader.kind; the letters are in stored values and never change */
#define CX_TALLY_NPS 'N'
#define CX_TALLY_CSAT 'C'
#define CX_TALLY_CES 'E'

/* CxHeader.flags */
#define CX_TALLY_WEIGHTED 0x01
#define CX_TALLY_PACKED 0x02

typedef struct CxPackedTally
{
	CxHeader	header;			/* flags are CX_TALLY_PACKED */
	uint8		scale;			/* highest answer; 0 while empty */
	uint8		option;			/* csat: boxes; ces: 1 if low is easy; else 0 */
	uint8		reserved[2];	/* zero */
	uint32		counts[CX_TALLY_SLOTS];
} CxPackedTally;

typedef struct CxTally
{
	CxHeader	header;
	uint8		scale;			/* as above */
	uint8		option;
	uint8		reserved[6];	/* zero */
	int64		n;				/* number of answers: the sum of counts */
	int64		counts[CX_TALLY_SLOTS];
} CxTally;

typedef struct CxWeightedTally
{
	CxTally		tally;			/* flags has CX_TALLY_WEIGHTED, n > 0 */
	double		weight[CX_TALLY_SLOTS];
	double		weight_low[CX_TALLY_SLOTS];
	double		squares;
	double		squares_low;
} CxWeightedTally;

/*
 * Weights are 0 or within these bounds, so that neither they nor their squares
 * overflow or vanish in any sum of up to 2^63 of them.
 */
#define CX_WEIGHT_MIN 1e-100
#define CX_WEIGHT_MAX 1e100

/* The scale that one call of an aggregate asks for. */
typedef struct CxScale
{
	uint8		kind;
	uint8		scale;			/* highest answer */
	uint8		option;
} CxScale;

static inline int
cx_lowest_answer(uint8 kind)
{
	return kind == CX_TALLY_NPS ? 0 : 1;
}

/* csat: the lowest of the top boxes */
static inline int
cx_lowest_satisfied(const CxTally *tally)
{
	return tally->scale - tally->option + 1;
}

static inline bool
cx_tally_is_weighted(const CxTally *tally)
{
	return (tally->header.flags & CX_TALLY_WEIGHTED) != 0;
}

static inline bool
cx_tally_is_packed(const CxHeader *value)
{
	return (value->flags & CX_TALLY_PACKED) != 0;
}

extern Size cx_tally_value_size(const CxHeader *value);
extern const CxHeader *cx_tally_open_value(const CxHeader *value);
extern CxHeader *cx_tally_close_value(CxHeader *value);
extern _Noreturn void cx_count_overflow(void);
extern _Noreturn void cx_tally_scales_differ(const CxTally *tally, const CxScale *other);

/* The value in argument 'argno', packed or not. */
static inline CxHeader *
cx_tally_value_arg(FunctionCallInfo fcinfo, int argno)
{
	CxHeader   *value = cx_summary_arg(fcinfo, argno);

	cx_summary_check(value, CX_TALLY_VERSION, cx_tally_value_size(value));
	/* the scale says how far to read: the one thing that must not be damaged */
	if (unlikely(((CxTally *) value)->scale > CX_SCALE_MAX))
		cx_summary_corrupt(value);
	return value;
}

/* The tally in argument 'argno', open, valid, and not to be changed. */
extern const CxTally *cx_tally_arg(FunctionCallInfo fcinfo, int argno);

/*
 * Count 'times' more answers (or fewer, where negative) in a packed tally that
 * has this scale.  False leaves it as it was: it is not packed, has no answers
 * yet, has another scale, or would not be a packed tally with answers any more.
 */
static inline bool
cx_packed_add(CxHeader *value, const CxScale *scale, int slot, int64 times)
{
	CxPackedTally *packed = (CxPackedTally *) value;
	int64		count;

	if (!cx_tally_is_packed(value) || packed->scale != scale->scale ||
		packed->option != scale->option)
		return false;
	count = packed->counts[slot];
	if (times > PG_UINT32_MAX - count || times <= -count)
		return false;
	packed->counts[slot] = (uint32) (count + times);
	return true;
}

/* Give an empty tally its scale; a scale that varies is an error. */
static inline void
cx_tally_take_scale(CxTally *tally, const CxScale *scale)
{
	if (unlikely(tally->n == 0))
	{
		tally->scale = scale->scale;
		tally->option = scale->option;
	}
	else if (unlikely(tally->scale != scale->scale ||
					  tally->option != scale->option))
		cx_tally_scales_differ(tally, scale);
}

/* Count 'times' more answers in 'slot'. */
static inline void
cx_tally_add(CxTally *tally, int slot, int64 times)
{
	if (unlikely(pg_add_s64_overflow(tally->n, times, &tally->n) ||
				 pg_add_s64_overflow(tally->counts[slot], times, &tally->counts[slot])))
		cx_count_overflow();
}

/* Let n be what the counts add up to; where that is too much, the validator finds that it is not. */
extern void cx_tally_count(CxTally *tally);

extern void cx_tally_require_same_scale(const CxTally *a, const CxTally *b);
extern CxTally *cx_tally_new(uint8 kind);
extern CxTally *cx_tally_begin(CxHeader *value, bool scribble);
extern Datum cx_tally_end(CxTally *tally, CxHeader *value, bool scribble);
extern bool cx_packed_merge(CxHeader *into, const CxHeader *from);
extern CxTally *cx_tally_weighted(const CxTally *empty);
extern void cx_tally_subtract_slot(CxTally *tally, int slot, int64 times);
extern CxTally *cx_tally_merge(CxTally *into, const CxTally *from);
extern void cx_tally_subtract(CxTally *from, const CxTally *other);
extern void cx_tally_answers(const CxTally *tally, CxAnswers *answers);

/* The parts of a CxType that all tallies share. */
extern bool cx_tally_has_answers(const CxHeader *value);
extern bool cx_tally_has_weights(const CxHeader *value);
extern int	cx_tally_length(const CxHeader *value);
extern int	cx_tally_first(const CxHeader *value);
extern const char *cx_tally_fault(const CxHeader *value);

#define CX_TALLY_COUNTS_FIELDS \
	{"counts", CX_FIELD_COUNT, offsetof(CxTally, counts), \
	 cx_tally_has_answers, cx_tally_length, cx_tally_first}, \
	{"weights", CX_FIELD_REAL, offsetof(CxWeightedTally, weight), \
	 cx_tally_has_weights, cx_tally_length, cx_tally_first}, \
	{"weights_low", CX_FIELD_REAL, offsetof(CxWeightedTally, weight_low), \
	 cx_tally_has_weights, cx_tally_length, cx_tally_first}, \
	{"squares", CX_FIELD_REAL, offsetof(CxWeightedTally, squares), \
	 cx_tally_has_weights, NULL, NULL}, \
	{"squares_low", CX_FIELD_REAL, offsetof(CxWeightedTally, squares_low), \
	 cx_tally_has_weights, NULL, NULL}

#define CX_TALLY_HEAD_FIELDS \
	{"n", CX_FIELD_COUNT, offsetof(CxTally, n), NULL, NULL, NULL}, \
	{"scale", CX_FIELD_BYTE, offsetof(CxTally, scale), \
	 cx_tally_has_answers, NULL, NULL}, \
	{"weighted", CX_FIELD_FLAG, CX_TALLY_WEIGHTED, \
	 cx_tally_has_answers, NULL, NULL}

#endif							/* CX_BASE_TALLY_H */
