/*-------------------------------------------------------------------------
 *
 * rounding.h
 *	  Values that differ by what rounding makes of equal ones.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_ROUNDING_H
#define CX_MATH_ROUNDING_H

/* Values that differ by less than this share of them are the same. */
#define CX_ROUNDING 1e-12

/*
 * Make the n values equal which differ by no more than CX_ROUNDING of the larger of
 * them, or of 'size': 0, or negative for the median size of all values.  NaN stays.
 * 'work' has room for n numbers.
 */
extern void cx_level_rounding(double *value, int n, double size, double *work);

/* The order of numbers, for qsort. */
extern int	cx_compare_reals(const void *a, const void *b);

#endif							/* CX_MATH_ROUNDING_H */
