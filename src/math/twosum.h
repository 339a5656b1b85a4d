/*-------------------------------------------------------------------------
 *
 * twosum.h
 *	  Sums that lose nothing on the way: a number as the unevaluated sum of two
 *	  doubles (Knuth 1997, TAOCP 2, 4.2.2, Theorem B; Dekker 1971).
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_TWOSUM_H
#define CX_MATH_TWOSUM_H

/*
 * Add a + low to the sum (*high, *low).  Afterwards *high is the sum rounded to
 * double and *low what the rounding left over, so that *high + *low == *high.
 */
static inline void
cx_add_two(double *high, double *low, double a, double a_low)
{
	double		sum = *high + a;
	double		back = sum - *high;
	double		rest = (*high - (sum - back)) + (a - back);

	rest += *low + a_low;
	*high = sum + rest;
	*low = rest - (*high - sum);
}

#endif							/* CX_MATH_TWOSUM_H */
