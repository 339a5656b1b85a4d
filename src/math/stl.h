/*
 * stl.h
 *		A series taken apart into trend, season and remainder by loess.
 */
#ifndef CX_MATH_STL_H
#define CX_MATH_STL_H

#include <stdbool.h>
#include <stddef.h>

/* The seasonal window of a season that is the same every year. */
#define CX_STL_PERIODIC 0

typedef struct CxStl
{
	int			season;			/* values a season has, 2 or more */
	int			window;			/* years that a season changes over, odd, or CX_STL_PERIODIC */
	bool		robust;			/* outliers are to move neither trend nor season */
} CxStl;

/* The numbers that there must be room for in 'work'. */
static inline size_t
cx_stl_room(const CxStl *stl, int n)
{
	return 10 * (size_t) n + 6 * (size_t) stl->season + 10;
}

/*
 * Take the n values y apart, of which NaN are missing; every place of the season
 * has a value, and n is two seasons at least.  Trend and season are known where
 * the value is missing, too.
 */
extern void cx_stl(const CxStl *stl, const double *y, int n,
				   double *trend, double *seasonal, double *room);

/*
 * How much of what is not trend is season, from 0 to 1: 1 - var(remainder) /
 * var(season + remainder), and 0 where that is negative (Wang, Smith & Hyndman
 * 2006, Data Mining and Knowledge Discovery 13).  NaN where nothing but trend is.
 */
extern double cx_seasonal_strength(const double *y, int n,
								   const double *trend, const double *seasonal);

#endif							/* CX_MATH_STL_H */
