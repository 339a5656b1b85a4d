/*-------------------------------------------------------------------------
 *
 * score.h
 *	  What NPS, CSAT and customer effort have in common beyond the tally.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_SCORE_SCORE_H
#define CX_SCORE_SCORE_H

#include "base/args.h"
#include "base/band.h"
#include "base/result.h"
#include "base/tally.h"

#define CX_CSAT_DEFAULT_SCALE 5
#define CX_CSAT_DEFAULT_BOXES 2
#define CX_CES_DEFAULT_SCALE 7

/*
 * Satisfied are the top boxes of a scale: one of 2-3, two of 4-7, three of
 * 8-11.
 */
static inline int
cx_default_boxes(int scale)
{
	return scale <= 3 ? 1 : scale <= 7 ? 2 : 3;
}

static inline CxScale
cx_default_scale(uint8 kind)
{
	switch (kind)
	{
		case CX_TALLY_CSAT:
			return (CxScale) {kind, CX_CSAT_DEFAULT_SCALE,
					CX_CSAT_DEFAULT_BOXES};
		case CX_TALLY_CES:
			return (CxScale) {kind, CX_CES_DEFAULT_SCALE, false};
		default:
			return (CxScale) {kind, CX_NPS_SCALE, 0};
	}
}

/* The scale given by the arguments from 'argno' on: [scale [, option]]. */
extern CxScale cx_scale_args(FunctionCallInfo fcinfo, int argno, uint8 kind);

/* The two parts of cx_scale_args, checked. */
extern uint8 cx_check_scale(int scale);
extern uint8 cx_check_boxes(int boxes, int scale);

/* How errors about an answer speak of a scale. */
extern CxAnswerScale cx_answer_scale(const CxScale *scale);

/* The summary made of an array of counts, one an answer (see tally_read.c). */
extern CxTally *cx_tally_from_counts(FunctionCallInfo fcinfo, int argno,
									 uint8 kind, int *scale);

/*
 * The range around 'estimate', as it is shown, in units 'factor' times smaller,
 * around 'shown', which may be rounded otherwise than estimate * factor.
 */
static inline CxRange
cx_range_times(CxRange range, double factor, double estimate, double shown)
{
	return (CxRange) {
		range.lower < estimate ? fmin(range.lower * factor, shown) : shown,
		range.upper > estimate ? fmax(range.upper * factor, shown) : shown
	};
}

static inline CxTest
cx_test_times(CxTest test, double factor)
{
	test.difference *= factor;
	test.stderr_ *= factor;
	test.lower *= factor;
	test.upper *= factor;
	return test;
}

/* What a summary says of a target. */
typedef struct CxOutlook
{
	double		probability;	/* that the true score is beyond it */
	double		ahead;			/* how far the estimate is beyond it */
} CxOutlook;

/* met, missed or unproven: the last unless the data proves one or the other. */
extern Datum cx_target_verdict(FunctionCallInfo fcinfo, int level_argno,
							   CxOutlook outlook);

#endif							/* CX_SCORE_SCORE_H */
