/*-------------------------------------------------------------------------
 *
 * betabinomial.h
 *	  Rates of several groups, each drawn towards what they have in common.
 *
 * The rate of a group is taken for a draw from a beta distribution; seen through
 * the prior that the groups make together, a group of few customers tells little
 * and one of many nearly all.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_BETABINOMIAL_H
#define CX_MATH_BETABINOMIAL_H

#include "math/inference.h"

typedef struct CxTrials
{
	double		n;				/* customers */
	double		hits;			/* of them with the outcome */
} CxTrials;

/* A beta distribution with shapes strength * rate and strength * (1 - rate). */
typedef struct CxPrior
{
	double		rate;			/* between 0 and 1, both excluded */
	double		strength;		/* at least 1; infinite: the groups do not differ */
	double		n;				/* customers it was learned from */
} CxPrior;

extern CxPrior cx_prior_of(const CxTrials *groups, int count);

/* The expected rate of a group, between 0 and 1, both excluded. */
extern double cx_posterior_rate(const CxPrior *prior, const CxTrials *group);

/* Where the rate lies with a probability of 'level', equal tails. */
extern CxRange cx_posterior_interval(const CxPrior *prior, const CxTrials *group,
									 double level);

#endif							/* CX_MATH_BETABINOMIAL_H */
