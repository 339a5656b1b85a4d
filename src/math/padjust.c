/*
 * padjust.c
 *		Adjusting p-values for the number of tests.
 *
 * The adjusted p-value of a test is the smallest level at which the procedure
 * rejects it.  With p(1) <= ... <= p(m) these are
 *
 * Bonferroni:	m p(i)
 * Holm:		max over j <= i of (m - j + 1) p(j) (Holm 1979, Scandinavian
 *				Journal of Statistics 6)
 * BH:			min over j >= i of m / j p(j) (Benjamini & Hochberg 1995, Journal
 *				of the Royal Statistical Society B 57)
 * BY:			the same times 1 + 1/2 + ... + 1/m (Benjamini & Yekutieli 2001,
 *				Annals of Statistics 29)
 *
 * and never more than 1.  The first two and Hommel's hold the probability of any
 * false rejection, BH and BY the share of false ones among the rejections; BH
 * needs independence or positive dependence of the tests, Hommel's likewise.
 *
 * Hommel (1988, Biometrika 75) closes Simes' test of subsets.  Of the subsets of
 * i tests the largest p-values make the one that is rejected last, at the level
 *
 *		subset(i) = min over k > m - i of i p(k) / (k - (m - i))
 *
 * and at level a, with h(a) the greatest i whose subset(i) exceeds a, a test is
 * rejected where h(a) p <= a (Meijer, Krebs & Goeman 2019, Biometrical Journal
 * 61).  The k of the minimum never decreases as m - i grows, so that all of them
 * are found by divide and conquer, and no method is slower than sorting.
 */
#include "math/padjust.h"

#include <math.h>
#include <stdlib.h>

static int
compare_p(const void *a, const void *b)
{
	double		x = ((const CxAdjusted *) a)->p;
	double		y = ((const CxAdjusted *) b)->p;

	return x < y ? -1 : x > y ? 1 : 0;
}

static void
step_up(CxAdjusted *test, int m, double factor)
{
	double		least = 1;

	for (int i = m; i >= 1; i--)
	{
		least = fmin(least, factor / i * test[i - 1].p);
		test[i - 1].adjusted = least;
	}
}

static void
step_down(CxAdjusted *test, int m)
{
	double		most = 0;

	for (int i = 1; i <= m; i++)
	{
		most = fmax(most, (m - i + 1) * test[i - 1].p);
		test[i - 1].adjusted = fmin(most, 1);
	}
}

static double
harmonic(int m)
{
	double		sum = 0;

	for (int i = m; i >= 1; i--)
		sum += 1.0 / i;
	return sum;
}

/*
 * subset(m - c) for every c from 'from' to 'to', whose minima are found at k from
 * 'least' to 'most': that of the middle c parts those of the others.
 */
static void
subset_levels(CxAdjusted *test, int m, int from, int to, int least, int most)
{
	while (from <= to)
	{
		int			c = from + (to - from) / 2;
		int			at = 0;
		double		level = INFINITY;

		for (int k = least > c ? least : c + 1; k <= most; k++)
		{
			double		candidate = (m - c) * test[k - 1].p / (k - c);

			if (candidate < level)
			{
				level = candidate;
				at = k;
			}
		}
		test[m - c - 1].subset = level;
		subset_levels(test, m, from, c - 1, least, at);
		from = c + 1;
		least = at;
	}
}

static void
hommel(CxAdjusted *test, int m)
{
	int			h = m;

	subset_levels(test, m, 0, m - 1, 1, m);
	/* h(a) >= i while a is below the greatest subset(k) of k >= i */
	for (int i = m - 1; i >= 1; i--)
		test[i - 1].subset = fmax(test[i - 1].subset, test[i].subset);
	for (int i = 1; i <= m; i++)
	{
		double		p = test[i - 1].p;

		while (h > 0 && !(h * p < test[h - 1].subset &&
						  (h == m || test[h].subset < test[h - 1].subset)))
			h--;
		/* h = 0: beyond the greatest subset level of all everything is rejected */
		test[i - 1].adjusted = fmin(1, h == m ? m * p : fmax(test[h].subset, h * p));
	}
}

void
cx_p_adjust(double *p, int n, CxAdjustMethod method, CxAdjusted *work)
{
	int			m = 0;

	for (int i = 0; i < n; i++)
	{
		if (!isnan(p[i]))
			work[m++] = (CxAdjusted) {.p = p[i], .place = i};
	}
	if (m == 0)
		return;
	qsort(work, m, sizeof(CxAdjusted), compare_p);
	switch (method)
	{
		case CX_ADJUST_BH:
			step_up(work, m, m);
			break;
		case CX_ADJUST_BY:
			step_up(work, m, m * harmonic(m));
			break;
		case CX_ADJUST_HOLM:
			step_down(work, m);
			break;
		case CX_ADJUST_BONFERRONI:
			for (int i = 0; i < m; i++)
				work[i].adjusted = fmin(m * work[i].p, 1);
			break;
		case CX_ADJUST_HOMMEL:
			hommel(work, m);
			break;
	}
	for (int i = 0; i < m; i++)
		p[work[i].place] = work[i].adjusted;
}
