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
 * The empty tally has no scale: every byte after the header is zero, and it
 * merges with any other of its kind.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BASE_TALLY_H
#define CX_BASE_TALLY_H

#include "base/summary.h"
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

typedef struct CxTally
{
	CxHeader	header;
	uint8		scale;			/* highest answer; 0 while empty */
	uint8		option;			/* csat: boxes; ces: 1 if low is easy; else 0 */
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

static inline bool
cx_tally_is_weighted(const CxTally *tally)
{
	return (tally->header.flags & CX_TALLY_WEIGHTED) != 0;
}

static inline Size
cx_tally_size(const CxTally *tally)
{
	return cx_tally_is_weighted(tally) ? sizeof(CxWeightedTally) : sizeof(CxTally);
}

extern _Noreturn void cx_count_overflow(void);
extern _Noreturn void cx_tally_scales_differ(const CxTally *tally, const CxScale *other);

/* The tally in argument 'argno', not to be changed. */
static inline CxTally *
cx_tally_arg(FunctionCallInfo fcinfo, int argno)
{
	CxTally    *tally = (CxTally *) cx_summary_arg(fcinfo, argno);

	cx_summary_check(&tally->header, CX_TALLY_VERSION, cx_tally_size(tally));
	return tally;
}

/*
 * The state of an aggregate in argument 0, which may be scribbled on: the
 * argument itself within an aggregate, a copy of it anywhere else.
 */
static inline CxTally *
cx_tally_state(FunctionCallInfo fcinfo)
{
	CxTally    *tally = cx_tally_arg(fcinfo, 0);

	if (likely(AggCheckCallContext(fcinfo, NULL)))
		return tally;
	return (CxTally *) cx_summary_copy(&tally->header);
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
	/* counts[slot] <= n, so that checking n is enough */
	if (unlikely(times > PG_INT64_MAX - tally->n))
		cx_count_overflow();
	tally->n += times;
	tally->counts[slot] += times;
}

extern void cx_tally_require_same_scale(const CxTally *a, const CxTally *b);
extern CxTally *cx_tally_new(uint8 kind);
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
extern Size cx_tally_value_size(const CxHeader *value);
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
