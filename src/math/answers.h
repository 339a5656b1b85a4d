/*-------------------------------------------------------------------------
 *
 * answers.h
 *	  The distribution of answers on a rating scale, and its plain statistics.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_ANSWERS_H
#define CX_MATH_ANSWERS_H

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

extern double cx_answers_sum(const CxAnswers *a, int from, int to);

/* All of these are NaN where there is no weight at all. */
extern double cx_answers_share(const CxAnswers *a, int from, int to);
extern double cx_answers_mean(const CxAnswers *a);
extern double cx_answers_stddev(const CxAnswers *a);
extern double cx_answers_median(const CxAnswers *a);

#endif							/* CX_MATH_ANSWERS_H */
