/*-------------------------------------------------------------------------
 *
 * survival.c
 *	  The Kaplan-Meier curve and the log-rank test (see survival.h).
 *
 *-------------------------------------------------------------------------
 */
#include "math/survival.h"

#include <stddef.h>

#include "math/chisq.h"
#include "math/twosum.h"

/* Products of many factors meet a level only so nearly. */
#define CROSSING_TOLERANCE 1.4901161193847656e-08	/* sqrt(DBL_EPSILON) */

/* What is left of a variance that the others explain is rounding. */
#define RANK_TOLERANCE 1e-9

void
cx_survival_step(CxSurvival *curve, double at_risk, double events)
{
	if (events == 0)
		return;
	if (at_risk != curve->left)
	{
		curve->base = curve->survival;
		curve->base_risk = at_risk;
	}
	curve->left = at_risk - events;
	curve->survival = curve->base * (curve->left / curve->base_risk);
	if (curve->left > 0)
		cx_add_two(&curve->variance, &curve->variance_low, events / at_risk / curve->left, 0);
}

double
cx_survival_stderr(const CxSurvival *curve)
{
	return curve->survival > 0 ? curve->survival * sqrt(curve->variance) : NAN;
}

CxRange
cx_survival_range(const CxSurvival *curve, double reach)
{
	double		margin = reach * sqrt(curve->variance);

	if (!(curve->survival > 0))
		return (CxRange) {NAN, NAN};
	return cx_range_around(curve->survival * exp(-margin), curve->survival * exp(margin),
						   curve->survival, 0, 1);
}

void
cx_crossing_step(CxCrossing *crossing, double time, double height)
{
	if (crossing->height < 0 || !(height < crossing->level + CROSSING_TOLERANCE))
		return;
	if (isnan(crossing->time))
	{
		crossing->time = time;
		crossing->height = height > crossing->level - CROSSING_TOLERANCE ? height : -1;
	}
	else if (height < crossing->height)
	{
		crossing->time += (time - crossing->time) / 2;
		crossing->height = -1;
	}
}

void
cx_survival_mean_advance(CxSurvivalMean *mean, double time, double survival)
{
	double		area = (time - mean->time) * survival;

	mean->variance += area * (2 * mean->first + area * mean->weight);
	mean->first += area * mean->weight;
	mean->area += area;
	mean->time = time;
}

void
cx_survival_mean_event(CxSurvivalMean *mean, double at_risk, double events)
{
	/* where nobody is left, no area follows */
	if (events < at_risk)
		mean->weight += events / at_risk / (at_risk - events);
}

void
cx_logrank_step(CxLogRank *test, const double *at_risk, const double *events)
{
	double		n = 0;
	double		d = 0;
	double		spread;

	for (int g = 0; g < test->groups; g++)
	{
		n += at_risk[g];
		d += events[g];
	}
	/* hypergeometric: d of n have the event, whatever group they are of */
	spread = n > 1 ? d * ((n - d) / (n - 1)) : 0;
	for (int g = 0; g < test->groups; g++)
	{
		double		share = at_risk[g] / n;
		double	   *row = test->variance + (size_t) g * test->groups;

		if (share == 0)
			continue;
		test->difference[g] += events[g] - d * share;
		test->expected[g] += d * share;
		if (share == 1)
			return;
		row[g] += spread * share * (1 - share);
		for (int h = 0; h < g; h++)
			row[h] -= spread * share * (at_risk[h] / n);
	}
}

/* The differences add up to nothing: all but the best known say everything. */
static int
largest_group(const CxLogRank *test)
{
	int			largest = 0;

	for (int g = 1; g < test->groups; g++)
	{
		if (test->expected[g] > test->expected[largest])
			largest = g;
	}
	return largest;
}

/* The lower triangle is what was collected. */
static double *
covariance(const CxLogRank *test, int g, int h)
{
	return g > h ? &test->variance[(size_t) g * test->groups + h] :
		&test->variance[(size_t) h * test->groups + g];
}

/* Take out what group 'by' explains of all others. */
static void
sweep(CxLogRank *test, const double *whole, int by)
{
	double		variance = *covariance(test, by, by);

	for (int g = 0; g < test->groups; g++)
	{
		double		slope = *covariance(test, g, by) / variance;

		if (g == by || whole[g] == 0 || slope == 0)
			continue;
		test->difference[g] -= slope * test->difference[by];
		for (int h = 0; h <= g; h++)
		{
			if (h != by && whole[h] != 0)
				*covariance(test, g, h) -= slope * *covariance(test, h, by);
		}
	}
}

/*
 * The quadratic form difference' variance^-1 difference: each group in turn adds
 * what those before it do not explain, the one of which most is unexplained
 * first.
 */
CxChisq
cx_logrank_test(CxLogRank *test)
{
	double	   *whole = test->expected;
	int			largest = largest_group(test);
	double		statistic = 0;
	int			df = 0;

	/* 'whole' becomes the variances as they were, 0 for groups that are done */
	for (int g = 0; g < test->groups; g++)
		whole[g] = g == largest ? 0 : *covariance(test, g, g);
	for (;;)
	{
		int			next = -1;
		double		most = RANK_TOLERANCE;

		for (int g = 0; g < test->groups; g++)
		{
			if (whole[g] > 0 && *covariance(test, g, g) / whole[g] > most)
			{
				next = g;
				most = *covariance(test, g, g) / whole[g];
			}
		}
		if (next < 0)
			break;
		statistic += test->difference[next] * test->difference[next] / *covariance(test, next, next);
		sweep(test, whole, next);
		whole[next] = 0;
		df++;
	}
	if (df == 0)
		return (CxChisq) {NAN, 0, NAN};
	return cx_chisq_test(statistic, df);
}
