/*
 * ets.h
 *		Exponential smoothing: a level that moves, with or without a trend and a
 *		season, and what follows.
 */
#ifndef CX_MATH_ETS_H
#define CX_MATH_ETS_H

#include <stdbool.h>
#include <stddef.h>

/* The longest season: the estimation takes its square for every value. */
#define CX_ETS_SEASON 60

/*
 * A model with additive errors: ANN, a level alone, or AAA, a level, a trend
 * and a season.
 */
typedef struct CxEts
{
	int			season;			/* 0: ANN */
	double		alpha;			/* how much of an error stays in the level */
	double		beta;			/* and in the trend */
	double		gamma;			/* and in the season */
	int			n;				/* values that are not missing */
	double		squares;		/* of the errors */
	double		variance;		/* of an error; NaN where nothing is left to estimate it from */
	double		aicc;			/* NaN where there are too few values */
	/* after the last value: */
	double		level;
	double		trend;
	double		seasonal[CX_ETS_SEASON];	/* of the next value first */
} CxEts;

/*
 * Fit the model of this season, 0 or from 2 to CX_ETS_SEASON, to the n values y,
 * of which NaN are missing; the first of them is not, and AAA needs a value at each
 * place of the season.  'pause' is called now and then.
 */
extern CxEts cx_ets_fit(const double *y, int n, int season, void (*pause) (void));

/* The mean of what comes 'ahead' (1: next) after the last value. */
extern double cx_ets_mean(const CxEts *ets, int ahead);

/*
 * Its variance is that of an error times 1 + the sum of the squares of these
 * from 1 to ahead - 1 (Hyndman, Koehler, Ord & Snyder 2008, Forecasting with
 * Exponential Smoothing, table 6.2).
 */
extern double cx_ets_weight(const CxEts *ets, int ahead);

#endif							/* CX_MATH_ETS_H */
