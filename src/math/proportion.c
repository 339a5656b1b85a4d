/*-------------------------------------------------------------------------
 *
 * proportion.c
 *	  Uncertainty of a share of answers.
 *
 * Wilson: the shares that a score test would not reject (Wilson 1927, JASA 22).
 * Wald: estimate -+ z sqrt(p (1 - p) / n).
 * Clopper-Pearson: the shares that exact binomial tests would not reject
 * (Clopper & Pearson 1934, Biometrika 26), as quantiles of beta distributions.
 *
 *-------------------------------------------------------------------------
 */
#include "math/proportion.h"

#include "math/beta.h"

CxProportion
cx_proportion_of_answers(const CxAnswers *a, int lowest)
{
	return (CxProportion) {
		cx_answers_share(a, lowest, a->lowest + a->count - 1),
		cx_answers_share(a, a->lowest, lowest - 1),
		a->n
	};
}

double
cx_proportion_stderr(const CxProportion *p)
{
	return sqrt(p->share * p->rest / p->n);
}

/* Half the width of Wilson's interval, not as a difference of its limits. */
double
cx_proportion_margin(const CxProportion *p, double level)
{
	double		reach = cx_normal_reach(level);
	double		w = reach * reach / p->n;

	return sqrt(w * (p->share * p->rest + w / 4)) / (1 + w);
}

/*
 * Wilson's limits are the roots of (1 + w) x^2 - (2 p + w) x + p^2 = 0 with
 * w = z^2 / n.  The lower one comes from their product, so that it does not
 * cancel where p is small.
 */
static CxRange
wilson(const CxProportion *p, double level)
{
	double		reach = cx_normal_reach(level);
	double		w = reach * reach / p->n;
	double		spread = sqrt(w * (p->share * p->rest + w / 4));
	double		upper = (p->share + w / 2 + spread) / (1 + w);
	double		lower = upper > 0 ? p->share * p->share / ((1 + w) * upper) : 0;

	return (CxRange) {lower, p->rest > 0 ? upper : 1};
}

static CxRange
wald(const CxProportion *p, double level)
{
	double		margin = cx_normal_reach(level) * cx_proportion_stderr(p);

	return (CxRange) {p->share - margin, p->share + margin};
}

static CxRange
clopper_pearson(const CxProportion *p, double level)
{
	double		tail = (1 - level) / 2;
	double		yes = p->share * p->n;
	double		no = p->rest * p->n;
	CxRange		range = {0, 1};

	if (isinf(p->n))
		return (CxRange) {p->share, p->share};
	if (yes > 0)
		range.lower = cx_beta_quantile(tail, yes, no + 1);
	/* the upper tail by symmetry, so that a tiny one does not round to 1 */
	if (no > 0)
		range.upper = 1 - cx_beta_quantile(tail, no, yes + 1);
	return range;
}

CxRange
cx_proportion_interval(const CxProportion *p, double level,
					   CxProportionMethod method)
{
	CxRange		range;

	switch (method)
	{
		case CX_PROPORTION_WALD:
			range = wald(p, level);
			break;
		case CX_PROPORTION_CLOPPER_PEARSON:
			range = clopper_pearson(p, level);
			break;
		default:
			range = wilson(p, level);
	}
	return cx_range_around(range.lower, range.upper, p->share, 0, 1);
}

/*
 * How likely the true share is above the target, given the answers and
 * Jeffreys' prior Beta(1/2, 1/2) (Brown, Cai & DasGupta 2001, Statistical
 * Science 16).
 */
double
cx_proportion_probability(const CxProportion *p, double target)
{
	return cx_beta_upper(target, p->share * p->n + 0.5,
						 p->rest * p->n + 0.5);
}

/*
 * Two independent shares: the z test with the pooled variance, and the interval
 * of the difference from the two Wilson intervals (Newcombe 1998, Statistics in
 * Medicine 17, method 10).
 */
CxTest
cx_proportion_compare(const CxProportion *a, const CxProportion *b, double level)
{
	CxRange		ra = wilson(a, level);
	CxRange		rb = wilson(b, level);
	double		difference = a->share - b->share;
	double		pooled = (a->share * a->n + b->share * b->n) / (a->n + b->n);
	double		rest = (a->rest * a->n + b->rest * b->n) / (a->n + b->n);
	double		stderr_ = sqrt(pooled * rest * (1 / a->n + 1 / b->n));
	CxTest		test = cx_normal_test(difference, difference, stderr_, level, 1);

	test.lower = difference - hypot(a->share - ra.lower, rb.upper - b->share);
	test.upper = difference + hypot(ra.upper - a->share, b->share - rb.lower);
	return test;
}
