/*
 * season.c
 *		The season of a series apart from its trend, by least squares.
 *
 * The model is y = effect of the place in the season + trend + error, the trend
 * being a cubic spline with a knot every two years (and at most CX_TREND_TERMS
 * terms), a parabola where there are less than four years, and a straight line
 * where there are less than three.  Both are estimated together, so that neither
 * takes anything for its own that is the other's: a season has no part in the
 * trend that is taken off, and trends up to cubic ones leave nothing behind.
 *
 * The effects are eliminated first: with D and B what the values have of places
 * and trend terms, N = D'D the numbers of values and C = D'B, the trend is
 * S^-1 (B'y - C'N^-1 D'y) with S = B'B - C'N^-1 C, and the effects are
 * N^-1 (D'y - C trend), their variance N^-1 + N^-1 C S^-1 C'N^-1 times that of
 * the errors.
 */
#include "math/season.h"

#include <math.h>
#include <string.h>

#define DEGREE 3

/* A pivot so much smaller than its diagonal is what rounding left of 0. */
#define SINGULAR 1e-10

/* What comes out of a fit as less than this share of the series is rounding. */
#define ROUNDING 1e-10

typedef struct Basis
{
	int			degree;
	int			parts;			/* intervals between knots */
	int			terms;			/* parts + degree - 1 */
	int			n;
} Basis;

static Basis
basis_of(int n, int season)
{
	int			years = n / season;
	Basis		basis = {DEGREE, years / 2 - 1, 0, n};

	if (years <= DEGREE)
		basis.degree = years - 1;
	if (basis.parts < 1)
		basis.parts = 1;
	if (basis.parts > CX_TREND_TERMS - DEGREE + 1)
		basis.parts = CX_TREND_TERMS - DEGREE + 1;
	/* all B-splines together are 1, as the effects are: one of them is too many */
	basis.terms = basis.parts + basis.degree - 1;
	return basis;
}

/*
 * The B-splines that are not 0 at a place: degree + 1 of them, of which the
 * number of the first is returned (de Boor 1972, Journal of Approximation Theory 6).
 */
static int
splines_at(const Basis *basis, int place, double *value)
{
	double		x = basis->parts * (double) place / (basis->n - 1);
	int			part = x < basis->parts ? (int) x : basis->parts - 1;

	x -= part;
	value[0] = 1;
	for (int d = 1; d <= basis->degree; d++)
	{
		double		carried = 0;

		for (int k = 0; k < d; k++)
		{
			double		share = value[k] / d;

			value[k] = carried + (k + 1 - x) * share;
			carried = (d - 1 - k + x) * share;
		}
		value[d] = carried;
	}
	return part;
}

/* The sums of a fit. */
typedef struct Sums
{
	Basis		basis;
	int			season;
	double	   *places;			/* season x terms: C, then N^-1 C */
	double	   *mean;			/* season: N^-1 D'y */
	double	   *square;			/* terms x terms: S, then its Cholesky factor */
	double	   *trend;			/* terms: the right side, then the solution */
} Sums;

static void
lay_out(Sums *sums, double *room)
{
	sums->places = room;
	sums->mean = sums->places + (size_t) sums->season * CX_TREND_TERMS;
	sums->square = sums->mean + sums->season;
	sums->trend = sums->square + CX_TREND_TERMS * CX_TREND_TERMS;
}

/* Sum up the values, from their mean. */
static void
sum_up(Sums *sums, const double *y, int n, double centre, CxSeasonEffect *effects)
{
	int			terms = sums->basis.terms;

	memset(sums->places, 0, (size_t) sums->season * terms * sizeof(double));
	memset(sums->square, 0, (size_t) terms * terms * sizeof(double));
	memset(sums->trend, 0, terms * sizeof(double));
	for (int p = 0; p < sums->season; p++)
	{
		effects[p].n = 0;
		sums->mean[p] = 0;
	}
	for (int i = 0; i < n; i++)
	{
		int			p = i % sums->season;
		double		value[DEGREE + 1];
		int			first;

		if (isnan(y[i]))
			continue;
		first = splines_at(&sums->basis, i, value);
		effects[p].n++;
		sums->mean[p] += y[i] - centre;
		for (int a = 0; a <= sums->basis.degree && first + a < terms; a++)
		{
			sums->places[(size_t) p * terms + first + a] += value[a];
			sums->trend[first + a] += value[a] * (y[i] - centre);
			for (int b = 0; b <= a; b++)
				sums->square[(first + a) * terms + first + b] += value[a] * value[b];
		}
	}
}

/* Take out of the sums of the trend what the places explain. */
static void
eliminate_places(Sums *sums, const CxSeasonEffect *effects)
{
	int			terms = sums->basis.terms;

	for (int p = 0; p < sums->season; p++)
	{
		double	   *row = sums->places + (size_t) p * terms;

		sums->mean[p] /= effects[p].n;
		for (int a = 0; a < terms; a++)
		{
			sums->trend[a] -= row[a] * sums->mean[p];
			for (int b = 0; b <= a; b++)
				sums->square[a * terms + b] -= row[a] * row[b] / effects[p].n;
		}
		for (int a = 0; a < terms; a++)
			row[a] /= effects[p].n;
	}
}

/*
 * The Cholesky factor of S in its place; terms that the values say nothing of
 * become 0.  Returns how many are left.
 */
static int
factor(double *square, int terms)
{
	int			rank = 0;

	for (int j = 0; j < terms; j++)
	{
		double		whole = square[j * terms + j];
		double		pivot = whole;

		for (int k = 0; k < j; k++)
			pivot -= square[j * terms + k] * square[j * terms + k];
		pivot = pivot > SINGULAR * whole ? sqrt(pivot) : 0;
		rank += pivot > 0;
		square[j * terms + j] = pivot;
		for (int i = j + 1; i < terms; i++)
		{
			double		sum = square[i * terms + j];

			for (int k = 0; k < j; k++)
				sum -= square[i * terms + k] * square[j * terms + k];
			square[i * terms + j] = pivot > 0 ? sum / pivot : 0;
		}
	}
	return rank;
}

static void
solve_forward(const double *square, int terms, double *x)
{
	for (int i = 0; i < terms; i++)
	{
		for (int k = 0; k < i; k++)
			x[i] -= square[i * terms + k] * x[k];
		x[i] = square[i * terms + i] > 0 ? x[i] / square[i * terms + i] : 0;
	}
}

static void
solve_backward(const double *square, int terms, double *x)
{
	for (int i = terms - 1; i >= 0; i--)
	{
		for (int k = i + 1; k < terms; k++)
			x[i] -= square[k * terms + i] * x[k];
		x[i] = square[i * terms + i] > 0 ? x[i] / square[i * terms + i] : 0;
	}
}

/* The effects, their sum 0, and their standard errors in those of an error. */
static void
find_effects(const Sums *sums, CxSeasonEffect *effects)
{
	int			terms = sums->basis.terms;
	int			season = sums->season;
	double		mean[CX_TREND_TERMS] = {0};
	double		average = 0;
	double		variance = 0;

	for (int p = 0; p < season; p++)
	{
		const double *row = sums->places + (size_t) p * terms;

		effects[p].effect = sums->mean[p];
		for (int a = 0; a < terms; a++)
		{
			effects[p].effect -= row[a] * sums->trend[a];
			mean[a] += row[a] / season;
		}
		average += effects[p].effect / season;
		variance += 1 / effects[p].n / season / season;
	}
	for (int p = 0; p < season; p++)
	{
		const double *row = sums->places + (size_t) p * terms;
		double		off[CX_TREND_TERMS];
		double		own = (1 - 2.0 / season) / effects[p].n + variance;

		for (int a = 0; a < terms; a++)
			off[a] = row[a] - mean[a];
		solve_forward(sums->square, terms, off);
		for (int a = 0; a < terms; a++)
			own += off[a] * off[a];
		effects[p].effect -= average;
		effects[p].stderr_ = sqrt(own);
	}
}

/* Take the trend off, and return the sum of squares of the errors. */
static double
detrend(const Sums *sums, const double *y, int n, double centre, double *detrended)
{
	double		squares = 0;

	for (int i = 0; i < n; i++)
	{
		double		value[DEGREE + 1];
		int			first = splines_at(&sums->basis, i, value);

		detrended[i] = y[i] - centre;
		for (int a = 0; a <= sums->basis.degree && first + a < sums->basis.terms; a++)
			detrended[i] -= value[a] * sums->trend[first + a];
	}
	/* what places have in common is in mean[], what differs is error */
	for (int p = 0; p < sums->season; p++)
	{
		double		sum = 0;
		int			count = 0;

		for (int i = p; i < n; i += sums->season)
		{
			if (!isnan(y[i]))
			{
				sum += detrended[i];
				count++;
			}
		}
		for (int i = p; i < n; i += sums->season)
		{
			double		off = detrended[i] - sum / count;

			if (!isnan(off))
				squares += off * off;
		}
	}
	return squares;
}

/* What rounding left must not be taken for an order. */
static void
round_off(double *detrended, int n, double size)
{
	double		unit = size > 0 ? ldexp(1, ilogb(size * ROUNDING)) : 0;

	for (int i = 0; i < n && unit > 0; i++)
		detrended[i] = rint(detrended[i] / unit) * unit;
}

int
cx_season_fit(const double *y, int n, int season,
			  CxSeasonEffect *effects, double *detrended, double *work)
{
	Sums		sums = {.basis = basis_of(n, season), .season = season};
	double		centre = 0;
	double		size = 0;
	double		squares;
	int			count = 0;
	int			df;

	for (int i = 0; i < n; i++)
	{
		if (!isnan(y[i]))
			centre += (y[i] - centre) / ++count;
	}
	for (int i = 0; i < n; i++)
		size = fmax(size, fabs(y[i] - centre));
	lay_out(&sums, work);
	sum_up(&sums, y, n, centre, effects);
	eliminate_places(&sums, effects);
	df = count - season - factor(sums.square, sums.basis.terms);
	solve_forward(sums.square, sums.basis.terms, sums.trend);
	solve_backward(sums.square, sums.basis.terms, sums.trend);
	find_effects(&sums, effects);
	squares = detrend(&sums, y, n, centre, detrended);
	round_off(detrended, n, size);
	/* a fit without errors has no variance but rounding */
	if (squares <= count * (size * ROUNDING) * (size * ROUNDING))
		squares = 0;
	for (int p = 0; p < season; p++)
	{
		if (fabs(effects[p].effect) <= size * ROUNDING)
			effects[p].effect = 0;
		effects[p].stderr_ *= df > 0 ? sqrt(squares / df) : NAN;
	}
	return df;
}
