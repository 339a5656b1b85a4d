/*-------------------------------------------------------------------------
 *
 * mean.h
 *	  A mean of answers and its uncertainty.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_MEAN_H
#define CX_MATH_MEAN_H

#include "math/inference.h"

typedef struct CxMean
{
	double		mean;
	double		stddev;			/* of the answers, divisor n - 1; NaN if n <= 1 */
	double		n;				/* effective number of answers */
	double		finite_n;		/* the same in a finite population, or n */
} CxMean;

extern double cx_mean_stderr(const CxMean *m);
extern double cx_mean_margin(const CxMean *m, double level);
extern double cx_mean_probability(const CxMean *m, double target);
extern CxTest cx_mean_compare(const CxMean *a, const CxMean *b, double level);

#endif							/* CX_MATH_MEAN_H */
