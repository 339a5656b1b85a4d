/*-------------------------------------------------------------------------
 *
 * line.h
 *	  Means of a value at 0, 1, 2, ..., and the straight line through them.
 *
 * Sums are kept as the unevaluated sum of two doubles, so that a large mean does
 * not drown the variation around it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_LINE_H
#define CX_MATH_LINE_H

#include "math/inference.h"

/* The values at one place, each sum with what rounding leaves off it. */
typedef struct CxValues
{
	double		n;
	double		sum;
	double		sum_low;
	double		squares;
	double		squares_low;
} CxValues;

/* Ordinary least squares; NaN where it is not defined. */
typedef struct CxLine
{
	double		n;
	double		slope;
	double		stderr_;		/* of the slope; NaN below three values */
	double		r2;				/* share of the variance that the line explains */
} CxLine;

/* NaN without values. */
extern double cx_values_mean(const CxValues *values);

/* Of the mean; NaN below two values. */
extern double cx_values_stderr(const CxValues *values);

extern CxLine cx_line_through(const CxValues *values, int places);
extern CxRange cx_line_interval(const CxLine *line, double level);

#endif							/* CX_MATH_LINE_H */
