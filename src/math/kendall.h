/*-------------------------------------------------------------------------
 *
 * kendall.h
 *	  Is there a trend: Mann and Kendall's test, and how steep: Sen's slope, both
 *	  also within the seasons of a series.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_KENDALL_H
#define CX_MATH_KENDALL_H

#include <stdint.h>

#include "math/inference.h"

typedef struct CxTimed
{
	double		at;
	double		value;
} CxTimed;

/* Points of each season, in order of time, one season after the other. */
typedef struct CxSeasons
{
	int			count;
	const int  *start;			/* 'count' + 1 of them: the last is the number of points */
	const CxTimed *point;
} CxSeasons;

/* A point that is being sorted. */
typedef struct CxSorted
{
	double		key;
	CxTimed		point;
} CxSorted;

/* Room to work in: CX_KENDALL_SORTED(n), and CX_KENDALL_SLOPES(n). */
typedef struct CxKendallWork
{
	CxSorted   *sorted;
	double	   *slope;
} CxKendallWork;

#define CX_KENDALL_SORTED(n) (2 * (int64_t) (n))
#define CX_KENDALL_SLOPES(n) (100000 + 20 * (int64_t) (n))

typedef struct CxKendall
{
	double		tau;			/* tau-b; NaN where nothing varies */
	double		score;			/* Kendall's S */
	double		variance;		/* of S, where there is no trend */
	double		statistic;		/* standard normal; NaN where nothing varies */
	double		p_value;
	double		slope;			/* Sen's, per unit of time; NaN without two points */
	CxRange		limits;			/* of the slope; NaN where there are too few points */
} CxKendall;

/* Times are from 0; values are such that their differences do not overflow. */
extern CxKendall cx_kendall(const CxSeasons *seasons, double level, CxKendallWork work);

#endif							/* CX_MATH_KENDALL_H */
