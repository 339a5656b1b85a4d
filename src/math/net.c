/*-------------------------------------------------------------------------
 *
 * net.c
 *	  Uncertainty of a net score.
 *
 * An answer is worth 1 at the top of the scale, -1 at the bottom and 0 between,
 * so with shares p and d the mean is p - d and the variance p + d - (p - d)^2.
 *
 * Wald: estimate -+ z sqrt(V / n).
 *
 * Adjusted Wald: the same after adding three answers, 3/4 at the top, 3/4 at
 * the bottom and the rest between (Rocks 2016, "Interval estimation for the
 * Net Promoter Score", The American Statistician 70).
 *
 * Score: the values d for which the efficient score test of "the net score is
 * d" is not significant (Tango 1998, Statistics in Medicine 17; May & Johnson
 * 1997, Statistics in Medicine 16), with the variance under that hypothesis.
 *
 *-------------------------------------------------------------------------
 */
#include "math/net.h"

#define ADDED_ANSWERS 3.0
#define ADDED_EACH_END 0.75

/* enough halvings to reach neighbouring doubles within [-1, 1] */
#define BISECTIONS 60

CxNet
cx_net_of_answers(const CxAnswers *a, int lowest_middle, int lowest_top)
{
	int			highest = a->lowest + a->count - 1;

	return (CxNet) {
		cx_answers_share(a, lowest_top, highest),
		cx_answers_share(a, lowest_middle, lowest_top - 1),
		cx_answers_share(a, a->lowest, lowest_middle - 1),
		a->n
	};
}

double
cx_net_percentage(const CxAnswers *a, int lowest_middle, int lowest_top)
{
	int			highest = a->lowest + a->count - 1;

	return cx_percentage(cx_answers_sum(a, lowest_top, highest) -
						 cx_answers_sum(a, a->lowest, lowest_middle - 1), a->total);
}

/* p + d - (p - d)^2 with 1 = p + m + d in it, so that nothing cancels. */
double
cx_net_variance(const CxNet *net)
{
	return net->middle * (net->top + net->bottom) + 4 * net->top * net->bottom;
}

/*
 * The variance that a pilot lets one expect.  One in which everybody answered
 * alike says only that variation is small, not that there is none: there it is
 * the adjusted one.
 */
double
cx_net_pilot_variance(const CxNet *net)
{
	CxNet		adjusted = cx_net_adjusted(net);
	double		variance = cx_net_variance(net);

	return variance > 0 ? variance : cx_net_variance(&adjusted);
}

double
cx_net_stderr(const CxNet *net)
{
	return sqrt(cx_net_variance(net) / net->n);
}

/* Three answers more, written so that an infinite n stays itself. */
CxNet
cx_net_adjusted(const CxNet *net)
{
	double		scale = 1 + ADDED_ANSWERS / net->n;
	double		added = ADDED_EACH_END / net->n;
	double		between = (ADDED_ANSWERS - 2 * ADDED_EACH_END) / net->n;

	return (CxNet) {(net->top + added) / scale, (net->middle + between) / scale,
			(net->bottom + added) / scale, net->n + ADDED_ANSWERS};
}

/*
 * Tango's score statistic over sqrt(n), for the hypothesis that the net score
 * is 'value'.  The share at the bottom that is most likely under it is the
 * larger root of 2 q^2 + B q + C = 0.
 */
static double
score_statistic(const CxNet *net, double value)
{
	double		off = net->top - net->bottom - value;
	double		b = (2 - net->top + net->bottom) * value - net->top - net->bottom;
	double		c = -net->bottom * value * (1 - value);
	double		root = sqrt(fmax(b * b - 8 * c, 0));
	double		bottom = b > 0 ? -2 * c / (b + root) : (root - b) / 4;
	double		variance = 2 * bottom + value * (1 - value);

	if (off == 0)
		return 0;
	return variance > 0 ? off / sqrt(variance) : copysign(INFINITY, off);
}

/* Where the score statistic reaches 'reach', between the estimate and 'end'. */
static double
score_limit(const CxNet *net, double reach, double end)
{
	double		inside = net->top - net->bottom;
	double		outside = end;

	/* everybody was asked: the estimate is the truth */
	if (isinf(net->n))
		return inside;
	for (int i = 0; i < BISECTIONS; i++)
	{
		double		middle = (inside + outside) / 2;

		if (fabs(score_statistic(net, middle)) < reach)
			inside = middle;
		else
			outside = middle;
	}
	return inside + (outside - inside) / 2;
}

CxRange
cx_net_interval(const CxNet *net, double level, CxNetMethod method)
{
	double		value = net->top - net->bottom;
	double		reach = cx_normal_reach(level);
	CxNet		used = method == CX_NET_ADJUSTED_WALD ? cx_net_adjusted(net) : *net;
	double		centre = used.top - used.bottom;
	double		margin = reach * cx_net_stderr(&used);

	if (method == CX_NET_SCORE)
	{
		double		each = reach / sqrt(net->n);

		return cx_range_around(score_limit(net, each, -1),
							   score_limit(net, each, 1), value, -1, 1);
	}
	return cx_range_around(centre - margin, centre + margin, value, -1, 1);
}

/* How likely the true score is above the target, on adjusted-Wald terms. */
double
cx_net_probability(const CxNet *net, double target)
{
	CxNet		adjusted = cx_net_adjusted(net);
	double		beyond = adjusted.top - adjusted.bottom - target;

	/* near the ends of the scale, with 1 = top + middle + bottom in it: as above */
	if (target < -0.5)
		beyond = 2 * adjusted.top + adjusted.middle - (1 + target);
	else if (target > 0.5)
		beyond = (1 - target) - (2 * adjusted.bottom + adjusted.middle);
	return cx_normal_cdf(beyond / cx_net_stderr(&adjusted));
}

/*
 * The z test of two independent net scores with unpooled variances.  Adjusted
 * Wald adds three answers to each; the difference reported is always the plain
 * one.
 */
CxTest
cx_net_compare(const CxNet *a, const CxNet *b, double level, CxNetMethod method)
{
	bool		adjust = method == CX_NET_ADJUSTED_WALD;
	CxNet		x = adjust ? cx_net_adjusted(a) : *a;
	CxNet		y = adjust ? cx_net_adjusted(b) : *b;
	double		difference = (a->top - a->bottom) - (b->top - b->bottom);
	double		centre = (x.top - x.bottom) - (y.top - y.bottom);
	double		stderr_ = hypot(cx_net_stderr(&x), cx_net_stderr(&y));

	return cx_normal_test(difference, centre, stderr_, level, 2);
}

/*
 * How many answers an adjusted-Wald interval with this margin takes (the three
 * that the method adds need not be asked).
 */
double
cx_net_sample_size(double margin, double level, double variance)
{
	double		reach = cx_normal_reach(level) / margin;

	return reach * reach * variance - ADDED_ANSWERS;
}
