/*-------------------------------------------------------------------------
 *
 * controlchart.c
 *	  Control charts.
 *
 * Shewhart (1931, Economic Control of Quality of Manufactured Product): limits at
 * three standard deviations of a point, sqrt(V / n), V the variance of one answer
 * in the baseline.
 *
 * Laney (2002, Quality Engineering 14): with many answers a point, sampling
 * explains almost nothing of how they vary, and everything would be a signal.  So
 * points are standardised, and the standard deviation of that is estimated by the
 * mean moving range, which a lasting change touches but once.
 *
 * The mean of few answers is as skewed as they are: where nearly all are satisfied,
 * three standard deviations below the centre are no rare event.  Limits that are
 * chosen here, not by name, lie where a gamma distribution as skewed has the
 * probabilities of three standard deviations, by the cube that Wilson & Hilferty
 * (1931, Proceedings of the National Academy of Sciences 17) found.
 *
 * XmR (Wheeler 1993, Understanding Variation): the mean moving range of the values
 * themselves, and a limit of the moving range.
 *
 * EWMA (Roberts 1959, Technometrics 1), CUSUM (Page 1954, Biometrika 41): charts
 * that remember, for small changes that last.
 *
 *-------------------------------------------------------------------------
 */
#include "math/controlchart.h"

#include "math/normal.h"

#define THREE_SIGMA 3.0

/* The mean range of two standard normal numbers, and the limit of a range over it. */
#define MEAN_RANGE 1.1283791670955126
#define UPPER_RANGE 3.267

/*
 * Of the range of two standard normal numbers: its variance, 2 - 4 / pi, and the
 * covariance with that of the next two, which share one of them,
 * 4 / pi (sqrt(3) / 2 + pi / 12 - 1).
 */
#define RANGE_VARIANCE 0.7267604552648372
#define RANGE_COVARIANCE 0.16275157944175458

/* How sure it must be that points vary more than their answers explain. */
#define NATURAL_VARIATION_P 0.05

/* ---- skewness ---- */

/* Beyond that the cube is none of the distribution; below that it is rounding. */
#define MOST_SKEWNESS 4
#define LEAST_SKEWNESS 1e-6

/* What a number of a standard normal distribution is in one as skewed. */
static double
skewed(double z, double skewness)
{
	double		a = skewness * z / 6 - skewness * skewness / 36;

	if (skewness == 0)
		return z;
	return 2 * (z / 6 - skewness / 36) * (3 + 3 * a + a * a);
}

/* The inverse. */
static double
not_skewed(double x, double skewness)
{
	if (skewness == 0)
		return x;
	return 6 / skewness * (cbrt(1 + skewness * x / 2) - 1) + skewness / 6;
}

static void
find_skewness(const CxChart *chart, CxChartPoint *point, int count)
{
	for (int i = 0; i < count; i++)
	{
		double		skewness = chart->skewness / sqrt(point[i].size);

		if (!(fabs(skewness) >= LEAST_SKEWNESS))
			continue;
		point[i].skewness = fmin(fmax(skewness, -MOST_SKEWNESS), MOST_SKEWNESS);
		point[i].z = not_skewed(point[i].z, point[i].skewness);
	}
}

/* ---- standard deviations ---- */

static double
mean_range(const CxChartPoint *point, int count, bool standardised)
{
	double		sum = 0;

	for (int i = 1; i < count; i++)
		sum += standardised ? fabs(point[i].z - point[i - 1].z) :
			fabs(point[i].value - point[i - 1].value);
	return count > 1 ? sum / (count - 1) : NAN;
}

/* Distance from the centre; what never varies is infinitely far from anything else. */
static double
standardise(double distance, double sigma)
{
	if (distance == 0 && sigma == 0)
		return 0;
	return distance / sigma;
}

/* Whether a mean range of standardised points is more than sampling explains. */
static bool
vary_more(double range, int count)
{
	double		ranges = count - 1.0;
	double		variance = (ranges * RANGE_VARIANCE + 2 * (ranges - 1) * RANGE_COVARIANCE) /
		(ranges * ranges);

	return count > 1 && cx_normal_upper((range - MEAN_RANGE) / sqrt(variance)) < NATURAL_VARIATION_P;
}

/* Write each point's standard deviation into 'lower', and its distance into 'z'. */
static void
find_spread(const CxChart *chart, CxChartPoint *point, int count)
{
	double		times = 1;
	double		range = chart->spread == CX_SPREAD_XMR ?
		mean_range(point, chart->baseline, false) : NAN;

	for (int i = 0; i < count; i++)
	{
		point[i].lower = chart->spread == CX_SPREAD_XMR ? range / MEAN_RANGE :
			sqrt(chart->variance / point[i].size);
		point[i].z = standardise(point[i].value - chart->center, point[i].lower);
	}
	if (chart->spread == CX_SPREAD_XMR || chart->spread == CX_SPREAD_SHEWHART)
		return;
	range = mean_range(point, chart->baseline, true);
	if (chart->spread == CX_SPREAD_LANEY || vary_more(range, chart->baseline))
		times = range / MEAN_RANGE;
	else if (chart->kind == CX_CHART_VALUES)
	{
		find_skewness(chart, point, count);
		return;
	}
	for (int i = 0; i < count; i++)
	{
		point[i].lower *= times;
		point[i].z = standardise(point[i].value - chart->center, point[i].lower);
	}
}

/* ---- rules ---- */

/* Whether so many of the last points, this one among them, lie that far on its side. */
static bool
many_beyond(const CxChartPoint *last, int before, int need, int among, double distance)
{
	double		side = last->z > 0 ? 1 : -1;
	int			found = 0;

	if (!(side * last->z > distance))
		return false;
	for (int j = 0; j < among && j <= before; j++)
		found += side * last[-j].z > distance;
	return found >= need;
}

/* Whether so many in a row all rise or all fall; or rise and fall in turn. */
static bool
all_move(const CxChartPoint *last, int before, int need, bool in_turn)
{
	double		way = last->value - last[before > 0 ? -1 : 0].value;

	if (before < need - 1)
		return false;
	for (int j = 0; j < need - 1; j++)
	{
		if (!(way * (last[-j].value - last[-j - 1].value) > 0))
			return false;
		way = in_turn ? -way : way;
	}
	return true;
}

/* Whether so many in a row are all within one standard deviation, or all beyond it. */
static bool
all_are(const CxChartPoint *last, int before, int need, bool within)
{
	if (before < need - 1)
		return false;
	for (int j = 0; j < need; j++)
	{
		if (!(within ? fabs(last[-j].z) < 1 : fabs(last[-j].z) > 1))
			return false;
	}
	return true;
}

/*
 * Western Electric (1956, Statistical Quality Control Handbook) and Nelson (1984,
 * Journal of Quality Technology 16), by the numbers that they have there.
 */
static bool
breaks(CxChartSignal rule, const CxChartPoint *last, int before)
{
	switch (rule)
	{
		case CX_WESTERN_ELECTRIC_1:
		case CX_NELSON_1:
			return fabs(last->z) > THREE_SIGMA;
		case CX_WESTERN_ELECTRIC_2:
		case CX_NELSON_5:
			return many_beyond(last, before, 2, 3, 2);
		case CX_WESTERN_ELECTRIC_3:
		case CX_NELSON_6:
			return many_beyond(last, before, 4, 5, 1);
		case CX_WESTERN_ELECTRIC_4:
			return many_beyond(last, before, 8, 8, 0);
		case CX_NELSON_2:
			return many_beyond(last, before, 9, 9, 0);
		case CX_NELSON_3:
			return all_move(last, before, 6, false);
		case CX_NELSON_4:
			return all_move(last, before, 14, true);
		case CX_NELSON_7:
			return all_are(last, before, 15, true);
		case CX_NELSON_8:
			return all_are(last, before, 8, false);
		default:
			return false;
	}
}

static void
apply_rules(const CxChart *chart, CxChartPoint *point, int count)
{
	double		range = mean_range(point, chart->baseline, false);

	for (int i = 0; i < count; i++)
	{
		for (int rule = CX_WESTERN_ELECTRIC_1; rule < CX_CHART_SIGNALS; rule++)
		{
			if ((chart->rules & 1u << rule) != 0 && breaks(rule, &point[i], i))
				point[i].signals |= 1u << rule;
		}
		if ((chart->rules & 1u << CX_MOVING_RANGE) != 0 && i > 0 &&
			fabs(point[i].value - point[i - 1].value) > UPPER_RANGE * range)
			point[i].signals |= 1u << CX_MOVING_RANGE;
	}
}

/* ---- charts ---- */

static void
set_limits(const CxChart *chart, CxChartPoint *point, double sigma, double reach)
{
	double		z = standardise(point->value - chart->center, sigma);
	double		down = skewed(-reach, point->skewness);
	double		up = skewed(reach, point->skewness);

	if (z < down || z > up)
		point->signals |= 1u << CX_BEYOND_LIMITS;
	point->center = chart->center;
	/* fmin and fmax would take a limit for NaN */
	point->lower = isnan(point->z) ? NAN : fmax(chart->center + down * sigma, chart->least);
	point->upper = isnan(point->z) ? NAN : fmin(chart->center + up * sigma, chart->most);
}

static void
chart_values(const CxChart *chart, CxChartPoint *point, int count)
{
	apply_rules(chart, point, count);
	for (int i = 0; i < count; i++)
		set_limits(chart, &point[i], point[i].lower, THREE_SIGMA);
}

/* With sizes that differ, the variance of the average is summed as the average is. */
static void
chart_average(const CxChart *chart, CxChartPoint *point, int count)
{
	double		average = chart->center;
	double		variance = 0;

	for (int i = 0; i < count; i++)
	{
		double		rest = 1 - chart->lambda;
		double		sigma = point[i].lower;

		average += chart->lambda * (point[i].value - average);
		variance = chart->lambda * chart->lambda * sigma * sigma + rest * rest * variance;
		point[i].value = average;
		set_limits(chart, &point[i], sqrt(variance), chart->reach);
	}
}

/* The larger of both sums, downwards with a minus. */
static void
chart_sums(const CxChart *chart, CxChartPoint *point, int count)
{
	double		up = 0;
	double		down = 0;

	for (int i = 0; i < count; i++)
	{
		/* of NaN, fmax makes 0: there is nothing to go by */
		bool		known = !isnan(point[i].z);

		up = fmax(up + point[i].z - chart->k, 0);
		down = fmax(down - point[i].z - chart->k, 0);
		point[i].value = !known ? NAN : up >= down ? up : -down;
		point[i].center = known ? 0 : NAN;
		point[i].lower = known ? -chart->h : NAN;
		point[i].upper = known ? chart->h : NAN;
		if (up > chart->h || down > chart->h)
			point[i].signals |= 1u << CX_BEYOND_LIMITS;
	}
}

void
cx_control_chart(const CxChart *chart, CxChartPoint *point, int count)
{
	for (int i = 0; i < count; i++)
		point[i].signals = point[i].skewness = 0;
	find_spread(chart, point, count);
	if (chart->kind == CX_CHART_EWMA)
		chart_average(chart, point, count);
	else if (chart->kind == CX_CHART_CUSUM)
		chart_sums(chart, point, count);
	else
		chart_values(chart, point, count);
}
