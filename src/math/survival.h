/*-------------------------------------------------------------------------
 *
 * survival.h
 *	  How long until something happens, where not all have been watched until
 *	  it did: the Kaplan-Meier curve and the log-rank test.
 *
 * Everything is fed time by time, in order, with the number at risk there and
 * how many of those had the event.  Who stops being watched at a time was at
 * risk at it; who starts to be watched at it is at risk after it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_SURVIVAL_H
#define CX_MATH_SURVIVAL_H

#include "math/inference.h"

/*
 * The curve (Kaplan & Meier 1958), and the variance of its logarithm (Greenwood
 * 1926).  While nobody enters or is censored its factors are taken together,
 * which keeps simple fractions what they are.
 */
typedef struct CxSurvival
{
	double		survival;
	double		variance;		/* of log(survival), while that is above 0 */
	double		variance_low;
	double		base;			/* survival when 'base_risk' were at risk ... */
	double		base_risk;
	double		left;			/* ... of whom so many are left */
} CxSurvival;

static inline CxSurvival
cx_survival_start(void)
{
	return (CxSurvival) {.survival = 1, .base = 1};
}

extern void cx_survival_step(CxSurvival *curve, double at_risk, double events);

/* Standard error and limits, these on the log scale; NaN once nobody is left. */
extern double cx_survival_stderr(const CxSurvival *curve);
extern CxRange cx_survival_range(const CxSurvival *curve, double reach);

/*
 * The first time at which a falling curve is at 'level' or below it.  A curve
 * that stands still at just that level crosses it in the middle between the two
 * steps, as the median of an even number is between two.  NaN: not yet.
 */
typedef struct CxCrossing
{
	double		level;
	double		time;
	double		height;			/* where the crossing began; below 0: it is over */
} CxCrossing;

static inline CxCrossing
cx_crossing_of(double level)
{
	return (CxCrossing) {.level = level, .time = NAN, .height = NAN};
}

/* NaN as height of the curve is passed over. */
extern void cx_crossing_step(CxCrossing *crossing, double time, double height);

/*
 * The area below the curve until a time, which is the mean until then of what
 * survives no longer; and its variance: the sum over events of the area after
 * each, squared, times its part of Greenwood's sum.
 */
typedef struct CxSurvivalMean
{
	double		time;
	double		area;
	double		weight;			/* sum of w */
	double		first;			/* sum of w * area since then */
	double		variance;		/* sum of w * (area since then)^2 */
} CxSurvivalMean;

/* The curve has had this height since the last time. */
extern void cx_survival_mean_advance(CxSurvivalMean *mean, double time, double survival);
extern void cx_survival_mean_event(CxSurvivalMean *mean, double at_risk, double events);

/*
 * The log-rank test of any number of groups (Mantel 1966; Peto & Peto 1972).
 * The caller gives room for difference and expected, of 'groups' numbers each,
 * and for variance, of their square; all zero.
 */
typedef struct CxLogRank
{
	int			groups;
	double	   *difference;		/* events observed less those expected */
	double	   *expected;
	double	   *variance;		/* and covariance of the differences */
} CxLogRank;

/* A time at which somebody had the event. */
extern void cx_logrank_step(CxLogRank *test, const double *at_risk, const double *events);

/*
 * The test; uses up what was collected.  Groups that were never at risk beside
 * another do not count: df is the number of differences that vary freely.
 */
extern CxChisq cx_logrank_test(CxLogRank *test);

#endif							/* CX_MATH_SURVIVAL_H */
