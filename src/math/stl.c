/*
 * stl.c
 *		A series taken apart into trend, season and remainder by loess: STL
 *		(Cleveland, Cleveland, McRae & Terpenning 1990, Journal of Official
 *		Statistics 6), section 3 of which tells what is done here.
 *
 * The inner loop: what is left without the trend is smoothed for each place of
 * the season by itself, over the years and one year beyond either end; what that
 * has of a trend, found by moving averages and a loess, is taken off, and the rest
 * is the season.  What is left without the season is smoothed, and is the trend.
 * The outer loop: values whose remainder is large count less or not at all.
 *
 * The smoothers are evaluated at every tenth of their window only and joined by
 * straight lines, which is what makes all of this linear in n whatever the
 * windows are.
 *
 * Missing values have no weight in any loess, as in section 2 of the paper; the
 * moving averages run over the smoothed season, which has no gaps.
 */
#include "math/stl.h"

#include <math.h>
#include <stdlib.h>

/* A weight nearer to 1 or 0 than a thousandth of the reach is that. */
#define NEARLY 0.001

/*
 * Passes of the inner loop, alone and within the outer loop; passes of that.  The
 * first pass takes the trend for constant, which does no harm where every place
 * has all of its years; where values are missing it takes more to get over it.
 */
#define INNER 2
#define INNER_MISSING 15
#define ROBUST_INNER 1
#define ROBUST_OUTER 15

/* What loess does. */
typedef struct Loess
{
	int			window;			/* nearest values, odd */
	int			degree;			/* 0: a local mean; 1: a local line */
	int			jump;			/* evaluated at every so many places */
} Loess;

/* Values to be smoothed, and their weights; NULL: all count alike. */
typedef struct Values
{
	const double *y;			/* NaN: missing */
	const double *weight;
	const int  *before;			/* of each place and the end, how many are there before; NULL: all */
	int			n;
} Values;

/* The work of a decomposition. */
typedef struct Work
{
	double	   *without;		/* n: the series without trend, or without season */
	double	   *weight;			/* n: robustness */
	double	   *place;			/* n: the values of one place of the season */
	double	   *place_weight;	/* n */
	double	   *place_smooth;	/* n + 2 */
	double	   *years;			/* n + 2 seasons: all places smoothed */
	double	   *average;		/* n + 2 seasons: its moving average */
	double	   *spare;			/* n + 2 seasons: the average of that */
	int		   *before;			/* n + 1, of all values; */
	int		   *place_before;	/* the same of place[] */
	bool		missing;		/* whether any value is */
} Work;

static Loess
loess_of(int window, int degree)
{
	return (Loess) {window, degree, (window + 9) / 10};
}

static int
next_odd(double x)
{
	int			whole = (int) x;

	return whole % 2 == 0 ? whole + 1 : whole;
}

/* ---- loess ---- */

static double
tricube(double distance, double reach)
{
	double		u = distance / reach;

	if (distance > (1 - NEARLY) * reach)
		return 0;
	if (distance <= NEARLY * reach)
		return 1;
	u = 1 - u * u * u;
	return u * u * u;
}

/* The part of the values in a window, seen from a place in or beside it. */
typedef struct Window
{
	int			left;
	int			right;
	double		reach;			/* where weights become 0 */
} Window;

/* How many values there are within a distance of a place. */
static int
count_within(const Values *v, int at, int distance)
{
	int			left = at - distance < 0 ? 0 : at - distance;
	int			right = at + distance < v->n - 1 ? at + distance : v->n - 1;

	if (left > right)
		return 0;
	return v->before ? v->before[right + 1] - v->before[left] : right - left + 1;
}

/* The window of the nearest values that are not missing. */
static Window
window_at(const Values *v, int window, int at)
{
	int			present = v->before ? v->before[v->n] : v->n;
	int			nearest = window < present ? window : present;
	int			least = 0;
	int			most = v->n;
	Window		w;

	while (least < most)
	{
		int			middle = least + (most - least) / 2;

		if (count_within(v, at, middle) >= nearest)
			most = middle;
		else
			least = middle + 1;
	}
	w.left = at - least < 0 ? 0 : at - least;
	w.right = at + least < v->n - 1 ? at + least : v->n - 1;
	/* a window of more than there is reaches beyond the farthest of them */
	w.reach = least + (window > present ? (window - present) / 2 : 0);
	return w;
}

static double
weight_of(const Values *v, int i, int at, double reach)
{
	if (isnan(v->y[i]))
		return 0;
	return tricube(abs(i - at), reach) * (v->weight ? v->weight[i] : 1);
}

/* The local fit at a place; NaN where no value in the window has any weight. */
static double
fit_at(const Values *v, const Loess *loess, int at)
{
	Window		w = window_at(v, loess->window, at);
	double		total = 0;
	double		mean = 0;		/* of the values */
	double		centre = 0;		/* of their places, from 'at' */
	double		spread = 0;
	double		covariance = 0;

	for (int i = w.left; i <= w.right; i++)
	{
		double		weight = weight_of(v, i, at, w.reach);

		if (weight == 0)
			continue;
		total += weight;
		mean += weight * v->y[i];
		centre += weight * (i - at);
	}
	if (!(total > 0))
		return NAN;
	mean /= total;
	centre /= total;
	if (loess->degree == 0)
		return mean;
	for (int i = w.left; i <= w.right; i++)
	{
		double		weight = weight_of(v, i, at, w.reach);

		if (weight == 0)
			continue;
		spread += weight / total * (i - at - centre) * (i - at - centre);
		covariance += weight / total * (i - at - centre) * (v->y[i] - mean);
	}
	/* places that are nearly one have no slope */
	if (sqrt(spread) > NEARLY * (v->n - 1))
		mean -= centre * (covariance / spread);
	return mean;
}

/*
 * The fit at a place whatever the weights are: where all of a window are outliers
 * it is the value itself, and where that is missing, they count all the same.
 */
static double
smooth_at(const Values *v, const Loess *loess, int at)
{
	double		fit = fit_at(v, loess, at);
	Values		alike = {v->y, NULL, v->before, v->n};

	if (isnan(fit))
		fit = v->y[at];
	return isnan(fit) ? fit_at(&alike, loess, at) : fit;
}

static void
join(double *smooth, int from, int to)
{
	double		step = (smooth[to] - smooth[from]) / (to - from);

	for (int i = from + 1; i < to; i++)
		smooth[i] = smooth[from] + step * (i - from);
}

static void
smooth(const Values *v, const Loess *loess, double *out)
{
	int			last = 0;

	out[0] = smooth_at(v, loess, 0);
	while (last < v->n - 1)
	{
		int			next = last + loess->jump;

		/* the last stretch is as long as it is */
		if (next > v->n - 1)
			next = v->n - 1;
		out[next] = smooth_at(v, loess, next);
		join(out, last, next);
		last = next;
	}
}

/* ---- the season ---- */

static void
count_before(const double *y, int n, int *before)
{
	before[0] = 0;
	for (int i = 0; i < n; i++)
		before[i + 1] = before[i] + !isnan(y[i]);
}

/* Each place of the season smoothed by itself, from one year before to one after. */
static void
smooth_places(const CxStl *stl, const Loess *loess, int n, bool weighted, Work *work)
{
	int			season = stl->season;

	for (int first = 0; first < season; first++)
	{
		Values		v = {work->place, weighted ? work->place_weight : NULL,
		work->missing ? work->place_before : NULL, 0};
		double	   *fit = work->place_smooth;

		for (int i = first; i < n; i += season, v.n++)
		{
			work->place[v.n] = work->without[i];
			work->place_weight[v.n] = work->weight[i];
		}
		count_before(work->place, v.n, work->place_before);
		smooth(&v, loess, fit + 1);
		/* as beside it, where all there are outliers */
		fit[0] = fit_at(&v, loess, -1);
		fit[0] = isnan(fit[0]) ? fit[1] : fit[0];
		fit[v.n + 1] = fit_at(&v, loess, v.n);
		fit[v.n + 1] = isnan(fit[v.n + 1]) ? fit[v.n] : fit[v.n + 1];
		for (int year = 0; year < v.n + 2; year++)
			work->years[first + year * season] = fit[year];
	}
}

/* The means of 'length' values that follow each other, of which there are n. */
static void
moving_average(const double *in, int n, int length, double *out)
{
	double		sum = 0;

	for (int i = 0; i < n; i++)
	{
		sum += in[i];
		if (i >= length - 1)
		{
			out[i - length + 1] = sum / length;
			sum -= in[i - length + 1];
		}
	}
}

/* What the smoothed places have of a trend, in work->spare. */
static void
low_pass(const CxStl *stl, int n, Work *work)
{
	int			season = stl->season;
	Loess		loess = loess_of(next_odd(season), 1);
	Values		v = {work->average, NULL, NULL, n};

	moving_average(work->years, n + 2 * season, season, work->average);
	moving_average(work->average, n + season + 1, season, work->spare);
	moving_average(work->spare, n + 2, 3, work->average);
	smooth(&v, &loess, work->spare);
}

/* The same season every year: the mean of what each place has. */
static void
average_places(int season, int n, double *seasonal)
{
	for (int first = 0; first < season; first++)
	{
		double		sum = 0;
		int			count = 0;

		for (int i = first; i < n; i += season, count++)
			sum += seasonal[i];
		for (int i = first; i < n; i += season)
			seasonal[i] = sum / count;
	}
}

/* ---- robustness ---- */

static int
compare(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return x < y ? -1 : x > y;
}

/* The bisquare of each remainder over six times their median. */
static void
weigh(const double *y, int n, const double *trend, const double *seasonal, Work *work)
{
	double	   *size = work->without;
	int			count = 0;
	double		most;

	for (int i = 0; i < n; i++)
	{
		if (!isnan(y[i]))
			size[count++] = fabs(y[i] - trend[i] - seasonal[i]);
	}
	qsort(size, count, sizeof(double), compare);
	most = 3 * (size[(count - 1) / 2] + size[count / 2]);
	for (int i = 0; i < n; i++)
	{
		double		r = fabs(y[i] - trend[i] - seasonal[i]);
		double		u = r / most;

		if (r <= NEARLY * most)
			work->weight[i] = 1;
		else if (r <= (1 - NEARLY) * most)
			work->weight[i] = (1 - u * u) * (1 - u * u);
		else
			work->weight[i] = 0;
	}
}

/* ---- all of it ---- */

static void
inner_pass(const CxStl *stl, const double *y, int n, bool weighted,
		   double *trend, double *seasonal, Work *work)
{
	bool		periodic = stl->window == CX_STL_PERIODIC;
	double		years = periodic ? 10.0 * n + 1 : stl->window;
	Loess		of_season = loess_of((int) years, 0);
	Loess		of_trend = loess_of(next_odd(ceil(1.5 * stl->season / (1 - 1.5 / years))), 1);
	Values		v = {work->without, weighted ? work->weight : NULL,
	work->missing ? work->before : NULL, n};

	for (int i = 0; i < n; i++)
		work->without[i] = y[i] - trend[i];
	smooth_places(stl, &of_season, n, weighted, work);
	low_pass(stl, n, work);
	for (int i = 0; i < n; i++)
	{
		seasonal[i] = work->years[stl->season + i] - work->spare[i];
		work->without[i] = y[i] - seasonal[i];
	}
	smooth(&v, &of_trend, trend);
}

static Work
lay_out(const CxStl *stl, int n, double *room)
{
	Work		work = {0};

	work.without = room;
	work.weight = work.without + n;
	work.place = work.weight + n;
	work.place_weight = work.place + n;
	work.place_smooth = work.place_weight + n;
	work.years = work.place_smooth + n;
	work.average = work.years + n + 2 * stl->season;
	work.spare = work.average + n + 2 * stl->season;
	work.before = (int *) (work.spare + n + 2 * stl->season);
	work.place_before = work.before + n + 1;
	return work;
}

void
cx_stl(const CxStl *stl, const double *y, int n,
	   double *trend, double *seasonal, double *room)
{
	Work		work = lay_out(stl, n, room);
	int			outer = stl->robust ? ROBUST_OUTER : 0;
	int			inner;

	for (int i = 0; i < n; i++)
		trend[i] = 0;
	count_before(y, n, work.before);
	work.missing = work.before[n] < n;
	inner = stl->robust ? ROBUST_INNER : work.missing ? INNER_MISSING : INNER;
	for (int pass = 0; pass <= outer; pass++)
	{
		if (pass > 0)
			weigh(y, n, trend, seasonal, &work);
		for (int i = 0; i < inner; i++)
			inner_pass(stl, y, n, pass > 0, trend, seasonal, &work);
	}
	if (stl->window == CX_STL_PERIODIC)
		average_places(stl->season, n, seasonal);
}

double
cx_seasonal_strength(const double *y, int n, const double *trend, const double *seasonal)
{
	double		mean[2] = {0, 0};
	double		squares[2] = {0, 0};
	int			count = 0;

	for (int pass = 0; pass < 2; pass++)
	{
		for (int i = 0; i < n; i++)
		{
			double		without = y[i] - trend[i];
			double		remainder = without - seasonal[i];

			if (isnan(without))
				continue;
			if (pass == 0)
			{
				count++;
				mean[0] += without;
				mean[1] += remainder;
			}
			else
			{
				squares[0] += (without - mean[0] / count) * (without - mean[0] / count);
				squares[1] += (remainder - mean[1] / count) * (remainder - mean[1] / count);
			}
		}
	}
	return squares[0] > 0 ? fmax(0, 1 - squares[1] / squares[0]) : NAN;
}
