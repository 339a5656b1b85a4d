/*-------------------------------------------------------------------------
 *
 * kendall.c
 *	  Mann and Kendall's test of a trend (Mann 1945, Econometrica 13; Kendall
 *	  1975, Rank Correlation Methods), with seasons as Hirsch, Slack & Smith have
 *	  it (1982, Water Resources Research 18), and Sen's slope (1968, Journal of the
 *	  American Statistical Association 63).
 *
 * All of it is about pairs of points, of which there are n^2 / 2.  None is looked
 * at by itself unless they are few: pairs that fall are inversions, counted while
 * points are merged into order.  So are pairs of a slope below s, which are those
 * that fall once s times the time is taken off.  That tells the rank of any slope;
 * slopes of pairs drawn at random say where to ask, until those between two limits
 * are few enough to be listed (after Dillencourt, Mount & Netanyahu 1992,
 * International Journal of Computational Geometry & Applications 2).  Drawing is
 * repeatable, and decides how long it takes, not what comes out.
 *
 *-------------------------------------------------------------------------
 */
#include "math/kendall.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

/* slopes that are drawn at a time, and how often it is tried to draw one */
#define DRAWN 16384
#define MOST_DRAWS 1000000

/* the slope that is looked for is this many standard errors from what is asked */
#define DRAWN_REACH 1.5

/* insertion sort up to here, then merging */
#define SHORT_RUN 8

/* rounds of drawing; three are enough, but for what rounding does */
#define MOST_ROUNDS 100

/* answers that are kept for the next question */
#define MOST_ASKED 64

/* What was asked: so many pairs have a slope less than this. */
typedef struct Asked
{
	double		slope;
	int64_t		below;
} Asked;

typedef struct Sen
{
	const CxSeasons *seasons;
	CxKendallWork work;
	int64_t		pairs;			/* within seasons */
	int64_t		most_slopes;	/* room for them */
	double		centre;			/* of values */
	double		spread;
	double		span;			/* of times */
	uint64_t	random;
	int			answers;
	Asked		asked[MOST_ASKED];
} Sen;

/* What happens to the pairs that are not in order. */
typedef struct Inversions
{
	int64_t		count;
	double	   *slope;			/* where their slopes are listed, or NULL */
	int64_t		room;
} Inversions;

static inline double
slope_of(CxTimed a, CxTimed b)
{
	return (b.value - a.value) / (b.at - a.at);
}

static inline void
invert(Inversions *inversions, const CxSorted *earlier, int64_t count, const CxSorted *later)
{
	if (inversions->slope != NULL)
	{
		for (int64_t i = 0; i < count && inversions->count + i < inversions->room; i++)
			inversions->slope[inversions->count + i] = slope_of(earlier[i].point, later->point);
	}
	inversions->count += count;
}

/* Merge two neighbouring runs of 'from', [low, middle) and [middle, high), into 'to'. */
static void
merge_runs(const CxSorted *from, CxSorted *to, int64_t low, int64_t middle, int64_t high,
		   Inversions *inversions)
{
	int64_t		i = low;
	int64_t		j = middle;

	for (int64_t k = low; k < high; k++)
	{
		if (i < middle && (j >= high || from[i].key <= from[j].key))
			to[k] = from[i++];
		else
		{
			invert(inversions, &from[i], middle - i, &from[j]);
			to[k] = from[j++];
		}
	}
}

static void
sort_run(CxSorted *run, int64_t count, Inversions *inversions)
{
	for (int64_t i = 1; i < count; i++)
	{
		CxSorted	moved = run[i];
		int64_t		to = i;

		while (to > 0 && run[to - 1].key > moved.key)
			to--;
		invert(inversions, &run[to], i - to, &moved);
		memmove(&run[to + 1], &run[to], (i - to) * sizeof(CxSorted));
		run[to] = moved;
	}
}

/*
 * Sort points by their keys, stable; 'room' is for as many.  Returns where the
 * result is, one or the other, and notes the pairs that were not in order.
 */
static CxSorted *
sort_points(CxSorted *points, CxSorted *room, int64_t count, Inversions *inversions)
{
	for (int64_t low = 0; low < count; low += SHORT_RUN)
		sort_run(&points[low], low + SHORT_RUN < count ? SHORT_RUN : count - low, inversions);
	for (int64_t width = SHORT_RUN; width < count; width *= 2)
	{
		CxSorted   *merged = room;

		for (int64_t low = 0; low < count; low += 2 * width)
		{
			int64_t		middle = low + width < count ? low + width : count;
			int64_t		high = middle + width < count ? middle + width : count;

			merge_runs(points, merged, low, middle, high, inversions);
		}
		room = points;
		points = merged;
	}
	return points;
}

/* ---- the test ---- */

/* What the seasons add up to. */
typedef struct Sums
{
	double		score;
	double		variance;
	double		denominator;	/* of tau */
} Sums;

static void
add_season(Sums *sums, const CxTimed *point, int64_t n, CxKendallWork work)
{
	Inversions	falling = {0, NULL, 0};
	double		pairs = n * (n - 1.0) / 2;
	double		tied = 0;
	double		variance = n * (n - 1.0) * (2.0 * n + 5);
	const CxSorted *sorted;

	for (int64_t i = 0; i < n; i++)
		work.sorted[i] = (CxSorted) {point[i].value, point[i]};
	sorted = sort_points(work.sorted, work.sorted + n, n, &falling);
	for (int64_t i = 0, next; i < n; i = next)
	{
		double		t;

		for (next = i + 1; next < n && sorted[next].key == sorted[i].key;)
			next++;
		t = next - i;
		tied += t * (t - 1) / 2;
		variance -= t * (t - 1) * (2 * t + 5);
	}
	sums->score += pairs - tied - 2.0 * falling.count;
	sums->variance += variance / 18;
	sums->denominator += sqrt(pairs * (pairs - tied));
}

/* S with the continuity correction: it moves in steps of two, about 0. */
static double
statistic_of(const Sums *sums)
{
	double		size = fmax(fabs(sums->score) - 1, 0);

	if (!(sums->variance > 0))
		return NAN;
	return sums->score == 0 ? 0 : copysign(size, sums->score) / sqrt(sums->variance);
}

/* ---- ranks of slopes ---- */

/* What is left of a value without that slope; near 0, for the sake of rounding. */
static inline double
without_slope(const Sen *sen, CxTimed point, double slope)
{
	return (point.value - sen->centre) - slope * point.at;
}

/* Pairs of a slope less than this. */
static int64_t
count_below(Sen *sen, double slope)
{
	const CxSeasons *seasons = sen->seasons;
	Inversions	inversions = {0, NULL, 0};

	for (int g = 0; g < seasons->count; g++)
	{
		const CxTimed *point = &seasons->point[seasons->start[g]];
		int64_t		n = seasons->start[g + 1] - seasons->start[g];

		for (int64_t i = 0; i < n; i++)
			sen->work.sorted[i] = (CxSorted) {without_slope(sen, point[i], slope), point[i]};
		sort_points(sen->work.sorted, sen->work.sorted + n, n, &inversions);
	}
	if (sen->answers < MOST_ASKED)
		sen->asked[sen->answers++] = (Asked) {slope, inversions.count};
	return inversions.count;
}

/* List the slopes from 'low' to below 'high', either of which may be infinite. */
static int64_t
list_slopes(const Sen *sen, double low, double high)
{
	const CxSeasons *seasons = sen->seasons;
	Inversions	listed = {0, sen->work.slope, sen->most_slopes};

	for (int g = 0; g < seasons->count; g++)
	{
		const CxTimed *point = &seasons->point[seasons->start[g]];
		int64_t		n = seasons->start[g + 1] - seasons->start[g];
		CxSorted   *sorted = sen->work.sorted;
		Inversions	ignored = {0, NULL, 0};

		for (int64_t i = 0; i < n; i++)
			sorted[i] = (CxSorted) {isinf(low) ? i : without_slope(sen, point[i], low), point[i]};
		sorted = sort_points(sorted, sorted + n, n, &ignored);
		for (int64_t i = 0; i < n; i++)
		{
			CxTimed		p = sorted[i].point;

			sorted[i].key = isinf(high) ? -p.at : without_slope(sen, p, high);
		}
		sort_points(sorted, sorted == sen->work.sorted ? sorted + n : sen->work.sorted, n, &listed);
	}
	return listed.count < listed.room ? listed.count : listed.room;
}

/* The k-th smallest of numbers, from 0, which are moved about (Hoare 1961). */
static double
kth_smallest(double *a, int64_t count, int64_t k)
{
	int64_t		low = 0;
	int64_t		high = count - 1;

	while (low < high)
	{
		double		pivot = a[low + (high - low) / 2];
		int64_t		i = low;
		int64_t		j = high;

		while (i <= j)
		{
			while (a[i] < pivot)
				i++;
			while (a[j] > pivot)
				j--;
			if (i <= j)
			{
				double		swapped = a[i];

				a[i++] = a[j];
				a[j--] = swapped;
			}
		}
		if (k <= j)
			high = j;
		else if (k >= i)
			low = i;
		else
			break;
	}
	return a[k];
}

/* A number below 'below' (Marsaglia 2003, Journal of Statistical Software 8). */
static inline int64_t
draw(Sen *sen, int64_t below)
{
	sen->random ^= sen->random << 13;
	sen->random ^= sen->random >> 7;
	sen->random ^= sen->random << 17;
	return (int64_t) ((sen->random >> 32) * (uint64_t) below >> 32);
}

static int
compare_reals(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

/* The season that a point lies in. */
static int
season_of(const CxSeasons *seasons, int64_t i)
{
	int			low = 0;
	int			high = seasons->count;

	while (high - low > 1)
	{
		int			middle = low + (high - low) / 2;

		if (seasons->start[middle] <= i)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Slopes from 'low' to below 'high' of pairs drawn at random, in order. */
static int64_t
draw_slopes(Sen *sen, double low, double high)
{
	const CxSeasons *seasons = sen->seasons;
	int64_t		points = seasons->start[seasons->count];
	int64_t		drawn = 0;

	for (int64_t tries = 0; tries < MOST_DRAWS && drawn < DRAWN; tries++)
	{
		int64_t		i = draw(sen, points);
		int			g = season_of(seasons, i);
		int64_t		j = seasons->start[g] + draw(sen, seasons->start[g + 1] - seasons->start[g]);
		double		slope;

		if (i == j)
			continue;
		slope = slope_of(seasons->point[i], seasons->point[j]);
		if (slope >= low && slope < high)
			sen->work.slope[drawn++] = slope;
	}
	qsort(sen->work.slope, drawn, sizeof(double), compare_reals);
	return drawn;
}

/* The slopes that are still possible: those from 'low' to below 'high'. */
typedef struct Bracket
{
	double		low;
	double		high;
	int64_t		below_low;		/* pairs of a slope less than that */
	int64_t		below_high;
} Bracket;

/*
 * Ask whether the slope of that rank, from 0, is less than 'slope', more, or that
 * itself: then true.  Slopes that rounding cannot tell apart are the same.
 */
static bool
ask(Sen *sen, Bracket *bracket, int64_t rank, double slope)
{
	double		rounding = 8 * DBL_EPSILON * (sen->spread + fabs(slope) * sen->span);
	double		from = slope - rounding;
	double		to = nextafter(slope + rounding, INFINITY);
	int64_t		below = from <= bracket->low ? bracket->below_low : count_below(sen, from);

	if (rank < below)
	{
		bracket->high = from;
		bracket->below_high = below;
		return false;
	}
	below = to >= bracket->high ? bracket->below_high : count_below(sen, to);
	if (rank < below)
		return true;
	bracket->low = to;
	bracket->below_low = below;
	return false;
}

/* What is known already of the slope of that rank, from 0. */
static Bracket
known_bracket(const Sen *sen, int64_t rank)
{
	Bracket		bracket = {-INFINITY, INFINITY, 0, sen->pairs};

	for (int i = 0; i < sen->answers; i++)
	{
		const Asked *asked = &sen->asked[i];

		if (asked->below <= rank && asked->slope > bracket.low)
		{
			bracket.low = asked->slope;
			bracket.below_low = asked->below;
		}
		else if (asked->below > rank && asked->slope < bracket.high)
		{
			bracket.high = asked->slope;
			bracket.below_high = asked->below;
		}
	}
	return bracket;
}

/* Narrow the bracket until slopes are few; true where one is known to be that of the rank. */
static bool
narrow(Sen *sen, Bracket *bracket, int64_t rank, double *slope)
{
	for (int round = 0; round < MOST_ROUNDS; round++)
	{
		int64_t		left = bracket->below_high - bracket->below_low;
		int64_t		drawn = left <= sen->most_slopes ? 0 :
			draw_slopes(sen, bracket->low, bracket->high);
		double		at = (double) drawn * (rank - bracket->below_low) / left;
		double		reach = DRAWN_REACH * sqrt((double) drawn);
		double		second;

		if (drawn == 0)
			break;
		*slope = sen->work.slope[(int64_t) fmax(at - reach, 0)];
		second = sen->work.slope[(int64_t) fmin(at + reach, drawn - 1)];
		if (ask(sen, bracket, rank, *slope))
			return true;
		if (second > *slope && second < bracket->high && ask(sen, bracket, rank, second))
		{
			*slope = second;
			return true;
		}
	}
	return false;
}

/* The slope of that rank among all, from 0; and the one before, if 'before' is no NULL. */
static double
slope_of_rank(Sen *sen, int64_t rank, double *before)
{
	Bracket		bracket = known_bracket(sen, rank);
	double		slope;
	int64_t		listed;
	int64_t		k;

	if (narrow(sen, &bracket, rank, &slope))
	{
		if (before != NULL)
			*before = slope_of_rank(sen, rank - 1, NULL);
		return slope;
	}
	listed = list_slopes(sen, bracket.low, bracket.high);
	/* rounding may count another way */
	if (listed == 0)
	{
		if (before != NULL)
			*before = bracket.low;
		return bracket.low;
	}
	k = rank - bracket.below_low;
	k = k < 0 ? 0 : k < listed ? k : listed - 1;
	slope = kth_smallest(sen->work.slope, listed, k);
	if (before != NULL)
		*before = k > 0 ? kth_smallest(sen->work.slope, k, k - 1) :
			slope_of_rank(sen, rank - 1, NULL);
	return slope;
}

static double
median_slope(Sen *sen)
{
	double		lower;
	double		upper;

	if (sen->pairs % 2 == 1)
		return slope_of_rank(sen, sen->pairs / 2, NULL);
	upper = slope_of_rank(sen, sen->pairs / 2, &lower);
	return (lower + upper) / 2;
}

/* The slope at one of its limits' ranks, from 1; there may be none. */
static double
limit_slope(Sen *sen, double rank)
{
	if (!(rank >= 1 && rank <= sen->pairs))
		return NAN;
	return slope_of_rank(sen, (int64_t) rank - 1, NULL);
}

static void
find_slopes(CxKendall *test, Sen *sen, double level)
{
	double		reach = cx_normal_reach(level) * sqrt(test->variance);

	test->slope = median_slope(sen);
	test->limits.lower = limit_slope(sen, rint((sen->pairs - reach) / 2));
	test->limits.upper = limit_slope(sen, rint((sen->pairs + reach) / 2 + 1));
}

CxKendall
cx_kendall(const CxSeasons *seasons, double level, CxKendallWork work)
{
	Sums		sums = {0, 0, 0};
	int			points = seasons->start[seasons->count];
	Sen			sen = {
		.seasons = seasons, .work = work,
		.most_slopes = CX_KENDALL_SLOPES(points), .random = 88172645463325252
	};
	CxKendall	test = {.slope = NAN, .limits = {NAN, NAN}};
	double		least = INFINITY;
	double		most = -INFINITY;

	for (int g = 0; g < seasons->count; g++)
	{
		const CxTimed *point = &seasons->point[seasons->start[g]];
		int64_t		n = seasons->start[g + 1] - seasons->start[g];

		add_season(&sums, point, n, work);
		sen.pairs += n * (n - 1) / 2;
		if (n > 0)
			sen.span = fmax(sen.span, point[n - 1].at - point[0].at);
	}
	for (int i = 0; i < points; i++)
	{
		least = fmin(least, seasons->point[i].value);
		most = fmax(most, seasons->point[i].value);
	}
	sen.centre = least + (most - least) / 2;
	sen.spread = most - least;
	test.score = sums.score;
	test.variance = sums.variance;
	test.tau = sums.denominator > 0 ? sums.score / sums.denominator : NAN;
	test.statistic = statistic_of(&sums);
	test.p_value = 2 * cx_normal_upper(fabs(test.statistic));
	if (sen.pairs > 0)
		find_slopes(&test, &sen, level);
	return test;
}
