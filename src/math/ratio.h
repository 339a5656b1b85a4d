/*-------------------------------------------------------------------------
 *
 * ratio.h
 *	  A ratio of two sums over the same individuals, and its uncertainty.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_RATIO_H
#define CX_MATH_RATIO_H

#include "math/inference.h"

/* sum(y) / sum(x), given by x and the change y - x, which cancels less. */
typedef struct CxRatio
{
	double		n;				/* individuals */
	double		ratio;
	double		base;			/* sum x */
	double		base_squared;	/* sum x^2 */
	double		change_squared; /* sum (y - x)^2 */
	double		change_base;	/* sum (y - x) x */
} CxRatio;

extern CxRange cx_ratio_interval(const CxRatio *r, double level, double most);

#endif							/* CX_MATH_RATIO_H */
