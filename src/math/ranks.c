/*
 * ranks.c
 *		Tests of ranks: whether groups differ.
 */
#include "math/ranks.h"

#include <stdlib.h>

#include "math/chisq.h"

static int
compare(const void *a, const void *b)
{
	double		x = ((const CxRanked *) a)->value;
	double		y = ((const CxRanked *) b)->value;

	return x < y ? -1 : x > y;
}

/*
 * Rank the values, add their ranks to those of their groups, and return the sum
 * of t^3 - t over all t values that are equal.
 */
static double
add_ranks(CxRanked *values, int n, double *sum)
{
	double		ties = 0;

	qsort(values, n, sizeof(CxRanked), compare);
	for (int from = 0, to; from < n; from = to)
	{
		double		equal;

		for (to = from + 1; to < n && values[to].value == values[from].value; to++)
			;
		equal = to - from;
		ties += equal * equal * equal - equal;
		for (int i = from; i < to; i++)
			sum[values[i].group] += (from + 1.0 + to) / 2;
	}
	return ties;
}

CxChisq
cx_kruskal_wallis(CxRanked *values, int n, int groups, double *work)
{
	double	   *sum = work;
	double	   *count = work + groups;
	double		all = n;
	double		spread = 0;
	double		ties;

	for (int g = 0; g < groups; g++)
		sum[g] = count[g] = 0;
	for (int i = 0; i < n; i++)
		count[values[i].group]++;
	ties = add_ranks(values, n, sum);
	for (int g = 0; g < groups; g++)
	{
		double		off = sum[g] / count[g] - (all + 1) / 2;

		spread += count[g] * off * off;
	}
	ties = 1 - ties / (all * all * all - all);
	return cx_chisq_test(ties > 0 ? 12 / (all * (all + 1)) * spread / ties : NAN, groups - 1);
}

CxChisq
cx_friedman(CxRanked *values, int blocks, int groups, double *work)
{
	double		ties = 0;
	double		spread = 0;
	double		variance;

	for (int g = 0; g < groups; g++)
		work[g] = 0;
	for (int b = 0; b < blocks; b++)
		ties += add_ranks(values + (size_t) b * groups, groups, work);
	for (int g = 0; g < groups; g++)
	{
		double		off = work[g] - blocks * (groups + 1.0) / 2;

		spread += off * off;
	}
	variance = (double) blocks * groups * (groups + 1) - ties / (groups - 1);
	return cx_chisq_test(variance > 0 ? 12 * spread / variance : NAN, groups - 1);
}
