/*-------------------------------------------------------------------------
 *
 * changepoint.c
 *	  Changes of the level of a series.
 *
 * The parts are those that minimise the sum of squares about their levels plus a
 * penalty for each change, which is found exactly by optimal partitioning with
 * functional pruning (Maidstone, Hocking, Rigaill & Fearnhead 2017, Statistics and
 * Computing 27): for every level that the last part may have, the best start of it.
 * As the cost of a start is a parabola in the level, only few starts are the best
 * for any, also where nothing changes.
 *
 * A square has an upper limit, the biweight loss (Fearnhead & Rigaill 2019, Journal
 * of the American Statistical Association 114), or every outlier would be two
 * changes, and noise with heavy tails full of them.  It is less than the penalty, so
 * that a last point alone is no change; and as less than half of two penalties, two
 * points are none in the middle.  Costs are then parabolas between those levels
 * where a point begins or ceases to count.
 *
 * The penalty is in units of the long-run variance, or a series that remembers
 * what it was last month would seem to change all the time.  What changes must not
 * count as variance: so it comes from differences of points, of which a change
 * spoils but one or two, and the largest tenth of them, or as many as that, do not
 * count.  Differences of neighbours have the variance 2 g (1 - r), of next
 * neighbours 2 g (1 - r^2), where a point is r times the last plus noise.  The ratio
 * gives r, and g (1 + r) / (1 - r) the long-run variance.
 *
 *-------------------------------------------------------------------------
 */
#include "math/changepoint.h"

#include <stdlib.h>

#include "math/normal.h"
#include "math/rounding.h"

#define PI 3.14159265358979323846

/* ---- the long-run variance ---- */

/* The share of squares that counts, where that leaves out those of one change. */
#define KEPT 0.9

/* What is left of the mean of chi-squared numbers of one degree if the largest do not count. */
static double
kept_mean(double share)
{
	double		z = cx_normal_quantile((1 + share) / 2);

	if (isinf(z))
		return 1;
	return 1 - 2 * z * exp(-z * z / 2) / sqrt(2 * PI) / share;
}

/*
 * The variance of a point as differences over 'lag' points have it, or where most
 * are none, as all of them have it: then 'none' says so.
 */
static double
difference_variance(const CxLevelPoint *point, int n, int lag, double *work, bool *none)
{
	int			count = n - lag;
	int			kept = (int) fmin(ceil(KEPT * count), count - lag);
	double		all = 0;
	double		sum = 0;

	for (int i = 0; i < count; i++)
	{
		double		d = point[i + lag].value - point[i].value;

		work[i] = d * d / (1 / point[i].weight + 1 / point[i + lag].weight);
		all += work[i];
	}
	qsort(work, count, sizeof(double), cx_compare_reals);
	for (int i = 0; i < kept; i++)
		sum += work[i];
	*none = work[count / 2] == 0;
	return *none ? all / count : sum / (kept * kept_mean((double) kept / count));
}

/*
 * What few points say of r is added to: too small a variance is a false alarm.  Near
 * 1 a series has no level.
 */
#define R_CAUTION 0.5
#define MOST_R 0.8

double
cx_long_run_variance(const CxLevelPoint *point, int n, double *work)
{
	double		one;
	double		r = 0;
	bool		none;

	if (n < CX_CHANGE_LEAST)
		return NAN;
	one = difference_variance(point, n, 1, work, &none);
	if (!none)
		r = difference_variance(point, n, 2, work, &none) / one - 1;
	r = fmin(fmax(r + R_CAUTION / sqrt(n), 0), MOST_R);
	return one * (1 + r) / ((1 - r) * (1 - r));
}

/* ---- parts ---- */

/*
 * The square of how far a point may be from its level to count, in variances; and
 * the most of it in penalties.  Of normal noise that is one point in seventy.
 */
#define MOST_SQUARE 6
#define MOST_PENALTY 0.8

CxChangeCosts
cx_change_costs(double variance, double penalty)
{
	return (CxChangeCosts) {variance * penalty, variance * fmin(MOST_SQUARE, MOST_PENALTY * penalty)};
}

/* Pieces that are best somewhere. */
typedef struct Pieces
{
	CxLevels   *piece;
	size_t		count;
	size_t		most;
} Pieces;

static bool
same_cost(const CxLevels *a, const CxLevels *b)
{
	return a->start == b->start && a->best == b->best && a->curvature == b->curvature &&
		a->least == b->least;
}

/*
 * Add a piece behind the last, if it is one: pieces of one cost become one.  Should
 * there be no room for more, which takes points that are none of a level, the last
 * stays for them.
 */
static void
add_piece(Pieces *to, CxLevels piece)
{
	CxLevels   *last = to->count > 0 ? &to->piece[to->count - 1] : NULL;

	if (!(piece.from < piece.to))
		return;
	if (last != NULL && (same_cost(last, &piece) || to->count == to->most))
		last->to = piece.to;
	else
		to->piece[to->count++] = piece;
}

/* The best level of a piece, and its cost. */
static double
best_level(const CxLevels *piece)
{
	return fmin(fmax(piece->best, piece->from), piece->to);
}

static double
least_cost(const CxLevels *piece)
{
	double		off = best_level(piece) - piece->best;

	return piece->least + piece->curvature * off * off;
}

/* Another point of the last part, for levels that it is not far from. */
static CxLevels
with_point(CxLevels piece, const CxLevelPoint *point)
{
	double		curvature = piece.curvature + point->weight;
	double		off = point->value - piece.best;

	piece.least += piece.curvature * point->weight / curvature * off * off;
	piece.best += point->weight / curvature * off;
	piece.curvature = curvature;
	return piece;
}

/* Another point of the last part: a piece becomes up to three. */
static void
add_point(Pieces *to, const CxLevels *piece, const CxLevelPoint *point, double most)
{
	double		reach = sqrt(most / point->weight);
	CxLevels	below = *piece;
	CxLevels	near = with_point(*piece, point);
	CxLevels	above = *piece;

	below.least += most;
	above.least += most;
	below.to = fmin(piece->to, point->value - reach);
	near.from = fmax(piece->from, point->value - reach);
	near.to = fmin(piece->to, point->value + reach);
	above.from = fmax(piece->from, point->value + reach);
	add_piece(to, below);
	add_piece(to, near);
	add_piece(to, above);
}

/* Levels at which a piece costs no more than to start again keep it; others do. */
static void
split_piece(Pieces *to, const CxLevels *piece, double again, int start)
{
	CxLevels	kept = *piece;
	CxLevels	before = {.from = piece->from, .to = piece->to, .least = again, .start = start};
	CxLevels	after = before;

	if (piece->least < again)
	{
		double		reach = sqrt((again - piece->least) / piece->curvature);

		kept.from = fmax(piece->from, piece->best - reach);
		kept.to = fmin(piece->to, piece->best + reach);
		if (kept.from < kept.to)
		{
			before.to = kept.from;
			after.from = kept.to;
			add_piece(to, before);
			add_piece(to, kept);
			add_piece(to, after);
			return;
		}
	}
	add_piece(to, before);
}

/* All levels that a series may have, as one piece. */
static CxLevels
all_levels(const CxLevelPoint *point, int n)
{
	CxLevels	all = {.from = INFINITY, .to = -INFINITY};

	for (int i = 0; i < n; i++)
	{
		all.from = fmin(all.from, point[i].value);
		all.to = fmax(all.to, point[i].value);
	}
	return all;
}

/* The parts, from the last back to the first, and then the other way round. */
static int
list_parts(const CxPart *last, int n, CxPart *part)
{
	int			parts = 0;

	for (int i = n; i > 0; i = last[i - 1].start)
		part[parts++] = last[i - 1];
	for (int i = 0; i < parts / 2; i++)
	{
		CxPart		swapped = part[i];

		part[i] = part[parts - 1 - i];
		part[parts - 1 - i] = swapped;
	}
	return parts;
}

/* The best of all pieces: writes the start of the last part, and returns the cost. */
static double
best_of(const Pieces *pieces, CxPart *part)
{
	double		least = INFINITY;

	for (size_t j = 0; j < pieces->count; j++)
	{
		double		cost = least_cost(&pieces->piece[j]);

		if (cost < least)
		{
			least = cost;
			*part = (CxPart) {pieces->piece[j].start, best_level(&pieces->piece[j])};
		}
	}
	return least;
}

int
cx_change_points(const CxLevelPoint *point, int n, CxChangeCosts costs,
				 CxLevels *work, CxPart *last, CxPart *part)
{
	size_t		room = CX_CHANGE_PIECES(n) / 2;
	Pieces		pieces = {work, 0, room};
	Pieces		next = {work + room, 0, room};

	add_piece(&pieces, all_levels(point, n));
	if (pieces.count == 0)
	{
		/* nothing varies */
		*part = (CxPart) {0, point[0].value};
		return 1;
	}
	for (int i = 0; i < n; i++)
	{
		double		least;

		next.count = 0;
		for (size_t j = 0; j < pieces.count; j++)
			add_point(&next, &pieces.piece[j], &point[i], costs.most);
		least = best_of(&next, &last[i]);
		pieces.count = 0;
		for (size_t j = 0; j < next.count; j++)
			split_piece(&pieces, &next.piece[j], least + costs.change, i + 1);
	}
	return list_parts(last, n, part);
}

/* ---- seasons ---- */

/*
 * Taking turns at the season and the level, so that what is missing biases neither,
 * until the season moves by less than this share of the values.
 */
#define MOST_TURNS 50
#define MOVES 1e-12

/* What is left of a season, and of rounding: this many times the values, in CX_ROUNDING. */
#define LEFT_OVER 1000

/* The level about each place: the mean of one season of what is known there. */
static void
find_level(const double *value, const double *season, int n, int length, double *level)
{
	int			half = length / 2;
	double		sum = 0;
	double		count = 0;
	int			low = 0;
	int			high = 0;

	for (int i = 0; i < n; i++)
	{
		/* an even season reaches half of its last period on either side */
		double		ends = 0;
		double		end_count = 0;

		for (; high < n && high <= i + half; high++)
		{
			if (!isnan(value[high]))
			{
				sum += value[high] - season[high % length];
				count++;
			}
		}
		for (; low < i - half; low++)
		{
			if (!isnan(value[low]))
			{
				sum -= value[low] - season[low % length];
				count--;
			}
		}
		if (length % 2 == 0)
		{
			for (int end = i - half; end <= i + half; end += 2 * half)
			{
				if (end >= 0 && end < n && !isnan(value[end]))
				{
					ends += (value[end] - season[end % length]) / 2;
					end_count += 0.5;
				}
			}
		}
		level[i] = (sum - ends) / (count - end_count);
	}
}

static double
median(double *a, int n)
{
	qsort(a, n, sizeof(double), cx_compare_reals);
	return n == 0 ? NAN : (a[(n - 1) / 2] + a[n / 2]) / 2;
}

/* The median distance of each place of the season from the level, about their mean. */
static void
find_season(const double *value, const double *level, int n, int length, double *same,
			double *season)
{
	double		mean = 0;
	int			known = 0;

	for (int phase = 0; phase < length; phase++)
	{
		int			count = 0;

		for (int i = phase; i < n; i += length)
		{
			if (!isnan(value[i]) && !isnan(level[i]))
				same[count++] = value[i] - level[i];
		}
		if (count == 0)
			continue;
		season[phase] = median(same, count);
		mean += season[phase];
		known++;
	}
	for (int phase = 0; phase < length; phase++)
		season[phase] -= known > 0 ? mean / known : 0;
}

void
cx_take_season_out(double *value, int n, int length, double *work)
{
	double	   *season = work;
	double	   *last = work + length;
	double	   *level = work + 2 * length;
	double	   *same = work + 2 * length + n;
	double		size = 0;
	double		moved = INFINITY;

	for (int i = 0; i < n; i++)
		size = fmax(size, fabs(value[i]));	/* of NaN and a number, the number */
	for (int i = 0; i < length; i++)
		season[i] = 0;
	for (int turn = 0; turn < MOST_TURNS && moved > MOVES * size; turn++)
	{
		for (int phase = 0; phase < length; phase++)
			last[phase] = season[phase];
		find_level(value, season, n, length, level);
		find_season(value, level, n, length, same, season);
		moved = 0;
		for (int phase = 0; phase < length; phase++)
			moved = fmax(moved, fabs(season[phase] - last[phase]));
	}
	for (int i = 0; i < n; i++)
		value[i] -= season[i % length];
	cx_level_rounding(value, n, LEFT_OVER * size, same);
}
