/*-------------------------------------------------------------------------
 *
 * answers.c
 *	  Share, mean, standard deviation and median of answers on a rating scale.
 *
 *-------------------------------------------------------------------------
 */
#include "math/answers.h"

#include <float.h>

/* The weight of the answers from..to, both included. */
double
cx_answers_sum(const CxAnswers *a, int from, int to)
{
	double		sum = 0;

	for (int i = 0; i < a->count; i++)
	{
		int			answer = a->lowest + i;

		if (answer >= from && answer <= to)
			sum += a->weight[i];
	}
	return sum;
}

double
cx_answers_share(const CxAnswers *a, int from, int to)
{
	return a->total > 0 ? cx_answers_sum(a, from, to) / a->total : NAN;
}

/*
 * Counted from the first answer that has any weight, so that a single one is
 * its own mean to the last bit, whatever it weighs.
 */
double
cx_answers_mean(const CxAnswers *a)
{
	double		sum = 0;
	int			first = 0;
	int			last = a->count - 1;

	if (!(a->total > 0))
		return NAN;
	while (!(a->weight[first] > 0))
		first++;
	while (!(a->weight[last] > 0))
		last--;
	for (int i = first; i <= last; i++)
		sum += a->weight[i] * (i - first);
	return a->lowest + fmin(first + sum / a->total, last);
}

/*
 * The sample standard deviation, divisor n - 1 with n the effective number of
 * answers: NaN for a single one.  The variance is the mean of half the squared
 * difference of two answers, a sum of what is not negative: nothing cancels, and
 * where nothing varies it is 0 and not nearly 0.
 */
double
cx_answers_stddev(const CxAnswers *a)
{
	double		sum = 0;

	if (!(a->n > 1))
		return NAN;
	for (int i = 0; i < a->count; i++)
	{
		for (int j = 0; j < i; j++)
			sum += (a->weight[i] / a->total) * (a->weight[j] / a->total) *
				(i - j) * (i - j);
	}
	return sqrt(sum * (a->n / (a->n - 1)));
}

/*
 * The answer that half of the weight does not exceed; midway between two where
 * exactly half lies below, as percentile_cont(0.5) has it for plain counts.
 * Sums of weights such as 0.1 are rounded: within a few last bits of half is half.
 */
double
cx_answers_median(const CxAnswers *a)
{
	double		below = 0;
	double		rounding = 8 * DBL_EPSILON * a->total;

	if (!(a->total > 0))
		return NAN;
	for (int i = 0; i < a->count; i++)
	{
		int			next = i + 1;

		below += a->weight[i];
		if (2 * below < a->total - rounding)
			continue;
		if (2 * below > a->total + rounding)
			return a->lowest + i;
		while (next < a->count - 1 && !(a->weight[next] > 0))
			next++;
		return a->lowest + (i + next) / 2.0;
	}
	return a->lowest + a->count - 1;
}
