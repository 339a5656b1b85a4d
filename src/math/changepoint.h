/*-------------------------------------------------------------------------
 *
 * changepoint.h
 *	  Since when: the best division of a series into parts of one level each.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_CHANGEPOINT_H
#define CX_MATH_CHANGEPOINT_H

#include <math.h>
#include <stdbool.h>

typedef struct CxLevelPoint
{
	double		value;
	double		weight;			/* more than 0; of the variance of a point is 1 / weight */
} CxLevelPoint;

/* Of less points nothing is known. */
#define CX_CHANGE_LEAST 5

/* A level that the last part of a series may have: room to work in. */
typedef struct CxLevels
{
	double		from;			/* levels of this piece */
	double		to;
	double		best;			/* cost: least + curvature * (level - best)^2 */
	double		curvature;
	double		least;
	int			start;			/* of the last part */
} CxLevels;

#define CX_CHANGE_PIECES(n) (8 * (size_t) (n) + 8)

/* A part of one level: its first point, and the level. */
typedef struct CxPart
{
	int			start;
	double		level;
} CxPart;

typedef struct CxChangeCosts
{
	double		change;
	double		most;			/* of a point, however far it is from its level */
} CxChangeCosts;

/* Of points whose long-run variance is this; a penalty is in units of it. */
extern CxChangeCosts cx_change_costs(double variance, double penalty);

/*
 * The long-run variance of a point of weight 1: by how much its mean varies, times
 * the number of points.  'work' has room for n numbers.  NaN below CX_CHANGE_LEAST
 * points, 0 where nothing varies.
 */
extern double cx_long_run_variance(const CxLevelPoint *point, int n, double *work);

/*
 * All parts of n points, 1 or more, into 'part', in order; returns their number.
 * They cost least: each point weight times the square of its distance from the
 * level, but costs.most at most, and each change costs.change.  'last' and 'part'
 * have room for n.
 */
extern int	cx_change_points(const CxLevelPoint *point, int n, CxChangeCosts costs,
							 CxLevels *work, CxPart *last, CxPart *part);

/*
 * Take the season out of values that have a place each, NaN where there is none:
 * what remains has the level of the series.  There are two seasons at least; 'work'
 * has room for 3 n numbers.
 */
extern void cx_take_season_out(double *value, int n, int length, double *work);

#endif							/* CX_MATH_CHANGEPOINT_H */
