/*-------------------------------------------------------------------------
 *
 * betabinomial.c
 *	  Empirical Bayes for rates (Kleinman 1973, "Proportions with Extraneous
 *	  Variance", Journal of the American Statistical Association 68).
 *
 * Group i has x_i of n_i, its rate is p_i = x_i / n_i, all together have the rate
 * p of n.  If the true rates have the variance g p (1 - p), then
 *
 *	  E sum n_i (p_i - p)^2 = p (1 - p) (k - 1 + g sum (n_i - 1) (1 - n_i / n))
 *
 * for k groups, which is solved for g.  A beta distribution of strength M has
 * g = 1 / (M + 1).
 *
 *-------------------------------------------------------------------------
 */
#include "math/betabinomial.h"

#include <float.h>

#include "math/beta.h"

/* M as above; infinite if the groups differ no more than chance would have it. */
static double
strength_of(const CxTrials *groups, int count, double n, double p)
{
	double		spread = 0;
	double		expected = 0;
	double		scale = 0;
	double		g;

	for (int i = 0; i < count; i++)
	{
		double		off;

		if (!(groups[i].n > 0))
			continue;
		off = groups[i].hits / groups[i].n - p;
		spread += groups[i].n * off * off;
		expected += 1 - groups[i].n / n;
		scale += (groups[i].n - 1) * (1 - groups[i].n / n);
	}
	g = (spread / (p * (1 - p)) - expected) / scale;
	return g > 0 ? 1 / g - 1 : INFINITY;
}

/*
 * The prior that the groups make together.  Its rate is that of half a hit in
 * one trial more, lest it be 0 or 1.  Below a strength of 1 the groups would
 * prove to be all or nothing, and where less than two of them have customers
 * they prove nothing at all: then it is 1.
 */
CxPrior
cx_prior_of(const CxTrials *groups, int count)
{
	CxPrior		prior = {.strength = 1};
	double		hits = 0;
	double		largest = 0;

	for (int i = 0; i < count; i++)
	{
		prior.n += groups[i].n;
		hits += groups[i].hits;
		largest = fmax(largest, groups[i].n);
	}
	prior.rate = (hits + 0.5) / (prior.n + 1);
	if (largest < prior.n)
		prior.strength = hits > 0 && hits < prior.n ?
			fmax(strength_of(groups, count, prior.n, hits / prior.n), 1) : INFINITY;
	return prior;
}

double
cx_posterior_rate(const CxPrior *prior, const CxTrials *group)
{
	double		rate = isinf(prior->strength) ? prior->rate :
		(group->hits + prior->strength * prior->rate) / (group->n + prior->strength);

	/* with more customers than a double can tell apart it would come out as 1 */
	return fmin(rate, 1 - DBL_EPSILON);
}

/*
 * The beta distribution around the expected rate.  However alike the groups are,
 * the prior is worth no more than the customers it was learned from.
 */
CxRange
cx_posterior_interval(const CxPrior *prior, const CxTrials *group, double level)
{
	double		rate = cx_posterior_rate(prior, group);
	double		n = group->n + fmin(prior->strength, fmax(prior->n, 1));
	double		lower = cx_beta_quantile((1 - level) / 2, n * rate, n * (1 - rate));
	double		upper = cx_beta_quantile((1 + level) / 2, n * rate, n * (1 - rate));

	return cx_range_around(lower, upper, rate, 0, 1);
}
