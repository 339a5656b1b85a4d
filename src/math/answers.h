/*-------------------------------------------------------------------------
 *
 * answers.h
 *	  The distribution of answers on a rating scale, and its plain statistics.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_ANSWERS_H
#define CX_MATH_ANSWERS_H

#include <math.h>

/* the longest scale has eleven answers, 0..10 or 1..11 */
#define CX_ANSWERS_MAX 11

typedef struct CxAnswers
{
	int			lowest;			/* the first answer of the scale */
	int			count;			/* how many there are; 0: no scale, no answers */
	double		weight[CX_ANSWERS_MAX]; /* of lowest, lowest + 1, ... */
	double		total;			/* the sum of weight */
	double		n;				/* effective number of answers */
} CxAnswers;

/*
 * 100 part / total, within -100..100, NaN without a total.  In this order, so
 * that 7 of 100 is 7 percent and not 7.000000000000001.
 */
static inline double
cx_percentage(double part, double total)
{
	if (!(total > 0))
		return NAN;
	if (fabs(part) >= total)
		return copysign(100, part);
	return 100 * part / total;
}

extern double cx_answers_sum(const CxAnswers *a, int from, int to);

/* All of these are NaN where there is no weight at all. */
extern double cx_answers_share(const CxAnswers *a, int from, int to);
extern double cx_answers_mean(const CxAnswers *a);
extern double cx_answers_stddev(const CxAnswers *a);
extern double cx_answers_median(const CxAnswers *a);

#endif							/* CX_MATH_ANSWERS_H */
