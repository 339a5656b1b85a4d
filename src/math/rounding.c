/*-------------------------------------------------------------------------
 *
 * rounding.c
 *	  Values that differ by what rounding makes of equal ones.
 *
 * A sum of a thousand prices over a thousand is 19.99 in one month and
 * 19.990000000000002 in the next.  To whoever ranks values or divides by how they
 * vary that is as much of a signal as any.
 *
 * What comes of a cancellation, as 0.3 - 0.2 - 0.1, is not small against itself, so
 * that the size of values in general counts, too.  It is the median: a single huge
 * value must not make the others equal.
 *
 *-------------------------------------------------------------------------
 */
#include "math/rounding.h"

#include <math.h>
#include <stdlib.h>

int
cx_compare_reals(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

/* The median of the sizes of n values in order: the largest are at either end. */
static double
median_size(const double *sorted, int n)
{
	int			low = 0;
	int			high = n - 1;

	for (int left = n; left > (n + 1) / 2; left--)
	{
		if (fabs(sorted[low]) > fabs(sorted[high]))
			low++;
		else
			high--;
	}
	return fmax(fabs(sorted[low]), fabs(sorted[high]));
}

/*
 * Of n values in order, leave the least of each that are the same; returns their
 * number.
 */
static int
leave_least(double *sorted, int n, double size)
{
	int			left = 0;

	for (int i = 0; i < n; i++)
	{
		double		least = sorted[left > 0 ? left - 1 : 0];

		if (left == 0 ||
			sorted[i] - least > CX_ROUNDING * fmax(fmax(fabs(sorted[i]), fabs(least)), size))
			sorted[left++] = sorted[i];
	}
	return left;
}

/* The last of n numbers in order that is not more than this one. */
static double
last_within(const double *sorted, int n, double value)
{
	int			low = 0;
	int			high = n;

	while (high - low > 1)
	{
		int			middle = low + (high - low) / 2;

		if (sorted[middle] <= value)
			low = middle;
		else
			high = middle;
	}
	return sorted[low];
}

void
cx_level_rounding(double *value, int n, double size, double *work)
{
	int			known = 0;

	for (int i = 0; i < n; i++)
	{
		if (!isnan(value[i]))
			work[known++] = value[i];
	}
	if (known == 0)
		return;
	qsort(work, known, sizeof(double), cx_compare_reals);
	known = leave_least(work, known, size < 0 ? median_size(work, known) : size);
	for (int i = 0; i < n; i++)
	{
		if (!isnan(value[i]))
			value[i] = last_within(work, known, value[i]);
	}
}
