/*
 * ranks.h
 *		Tests of ranks: whether groups differ.
 *
 * Equal values share the mean of their ranks, and the statistics are divided by
 * what that takes from their variance.  Where all values are equal there is no
 * statistic: NaN.
 */
#ifndef CX_MATH_RANKS_H
#define CX_MATH_RANKS_H

#include "math/inference.h"

/* A value that gets a rank. */
typedef struct CxRanked
{
	double		value;
	int			group;			/* from 0 */
} CxRanked;

/*
 * Whether one of the groups tends to have larger values, all values being
 * compared with each other (Kruskal & Wallis 1952, Journal of the American
 * Statistical Association 47).  Sorts the values; 'work' has room for two numbers
 * for every group.
 */
extern CxChisq cx_kruskal_wallis(CxRanked *values, int n, int groups, double *work);

/*
 * The same where values are compared within blocks only, each of which has every
 * group once (Friedman 1937, Journal of the American Statistical Association 32).
 * Sorts the values within each block; 'work' has room for a number for every group.
 */
extern CxChisq cx_friedman(CxRanked *values, int blocks, int groups, double *work);

#endif							/* CX_MATH_RANKS_H */
