/*
 * season.h
 *		The season of a series apart from its trend, by least squares.
 */
#ifndef CX_MATH_SEASON_H
#define CX_MATH_SEASON_H

#include <stddef.h>

/* The most numbers that make a trend. */
#define CX_TREND_TERMS 50

/* What one place of the season adds to the average of all. */
typedef struct CxSeasonEffect
{
	double		n;				/* values at this place */
	double		effect;
	double		stderr_;		/* NaN where nothing is left to estimate it from */
} CxSeasonEffect;

/* The numbers that there must be room for in 'work'. */
static inline size_t
cx_season_room(int season)
{
	return (size_t) (season + CX_TREND_TERMS + 2) * (CX_TREND_TERMS + 1);
}

/*
 * Fit a season that is the same every year and a trend to the n values y, of
 * which NaN are missing; every place of the season has a value, and n is two
 * seasons at least.  Fills in the effect of each place, value i lying at place
 * i % season, and the values without the trend; returns the degrees of freedom
 * that are left.
 */
extern int	cx_season_fit(const double *y, int n, int season,
						  CxSeasonEffect *effects, double *detrended, double *work);

#endif							/* CX_MATH_SEASON_H */
