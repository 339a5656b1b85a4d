/*-------------------------------------------------------------------------
 *
 * survival.h
 *	  A survival_summary: how many had the event, how many were last seen
 *	  without it, and how many began to be watched, at each distinct time.
 *
 * That is all that the Kaplan-Meier curve and the log-rank test need: who is at
 * risk at a time has entered before it and not left before it.  Who entered at 0
 * was watched from the beginning, and is not among the entered.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_COHORT_SURVIVAL_H
#define CX_COHORT_SURVIVAL_H

#include "base/list.h"

#define CX_SURVIVAL_VERSION 1

/* CxHeader.kind; the letter is in stored values and never changes */
#define CX_SURVIVAL_KIND 'S'

/* CxHeader.flags: somebody entered late */
#define CX_SURVIVAL_LATE 0x01

#define CX_SURVIVAL_TIMES (1 << 20)

typedef struct CxSurvivalTime
{
	double		time;			/* finite, not negative */
	int64		events;
	int64		censored;
	int64		entered;
} CxSurvivalTime;

typedef struct CxSurvivalSummary
{
	CxList		list;
	int64		n;				/* customers */
	CxSurvivalTime time[FLEXIBLE_ARRAY_MEMBER];
} CxSurvivalSummary;

extern const CxListType cx_survival_list;

/* A summary to be read: closed, and valid. */
extern const CxSurvivalSummary *cx_survival_of(Datum datum);

static inline const CxSurvivalSummary *
cx_survival_arg(FunctionCallInfo fcinfo, int argno)
{
	return cx_survival_of(PG_GETARG_DATUM(argno));
}

/* Who is at risk before and at the first time. */
extern int64 cx_survival_at_start(const CxSurvivalSummary *summary);

/* Who is at risk at the next time, of those that were at this one. */
static inline int64
cx_survival_left(int64 at_risk, const CxSurvivalTime *time)
{
	return at_risk - time->events - time->censored + time->entered;
}

/* The median of the curve; NaN where it is not reached. */
extern double cx_survival_median(const CxSurvivalSummary *summary);

#endif							/* CX_COHORT_SURVIVAL_H */
