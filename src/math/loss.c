/*-------------------------------------------------------------------------
 *
 * loss.c
 *	  The distribution of the sum of losses (see loss.h).
 *
 *-------------------------------------------------------------------------
 */
#include "math/loss.h"

#include <math.h>
#include <string.h>

#include "math/normal.h"
#include "math/spline.h"
#include "math/twosum.h"

#define NODE_SPACING (2 * CX_LOSS_REACH / (CX_LOSS_NODES - 1))
#define POINT_SPACING (NODE_SPACING / CX_LOSS_PARTS)

/*
 * Outcomes less likely than this are dropped from a grid, so that a hundred
 * million of them do not matter.
 */
#define NEGLIGIBLE 1e-22

/* A cumulative probability is a sum: this much short of q is q. */
#define SUM_TOLERANCE 1e-12

/* A mixture of more grids than this is not worth waiting for. */
#define MIXTURE_MAX 1025

/* Beyond these, normal probabilities are 0 or 1 for all that matters here. */
#define FAR 10.0
#define FARTHEST 37.0

/* Added to a quantile, this leaves a probability of 0 or 1. */
#define ALWAYS 1e6

static double
normal_density(double z)
{
	return 0.39894228040143267794 * exp(-0.5 * z * z);
}

/* The integral of the normal cumulative distribution up to t. */
static double
normal_integral(double t)
{
	return t * cx_normal_cdf(t) + normal_density(t);
}

/* ---- moments of many accounts ---- */

void
cx_loss_cumulants_add(CxLossCumulants *sum, double amount, double probability)
{
	double		pq = probability * (1 - probability);
	double		variance = pq * amount * amount;

	cx_add_two(&sum->variance, &sum->variance_low, variance, 0);
	cx_add_two(&sum->third, &sum->third_low,
			   variance * amount * (1 - 2 * probability), 0);
	cx_add_two(&sum->fourth, &sum->fourth_low,
			   variance * amount * amount * (1 - 6 * pq), 0);
}

void
cx_loss_cumulants_merge(CxLossCumulants *sum, const CxLossCumulants *other)
{
	cx_add_two(&sum->variance, &sum->variance_low, other->variance, other->variance_low);
	cx_add_two(&sum->third, &sum->third_low, other->third, other->third_low);
	cx_add_two(&sum->fourth, &sum->fourth_low, other->fourth, other->fourth_low);
}

static double
node_at(int i)
{
	return i * NODE_SPACING - CX_LOSS_REACH;
}

void
cx_loss_nodes_add(CxLossNode *node, double rho, double amount, double probability)
{
	double		scale = 1 / sqrt(1 - rho);
	double		threshold = scale * cx_normal_quantile(probability);
	double		slope = scale * sqrt(rho);

	for (int i = 0; i < CX_LOSS_NODES; i++)
	{
		double		z = node_at(i);
		double		t = threshold + slope * z;
		double		tail = cx_normal_cdf(-fabs(t));
		bool		tail_is_summed = (t < 0) == (z <= 0);

		cx_add_two(&node[i].amount, &node[i].amount_low,
				   amount * (tail_is_summed ? tail : 1 - tail), 0);
		cx_add_two(&node[i].variance, &node[i].variance_low,
				   amount * amount * tail * (1 - tail), 0);
	}
}

void
cx_loss_nodes_merge(CxLossNode *node, const CxLossNode *other)
{
	for (int i = 0; i < CX_LOSS_NODES; i++)
	{
		cx_add_two(&node[i].amount, &node[i].amount_low,
				   other[i].amount, other[i].amount_low);
		cx_add_two(&node[i].variance, &node[i].variance_low,
				   other[i].variance, other[i].variance_low);
	}
}

/* ---- few accounts: a grid ---- */

void
cx_loss_grid_start(CxLossGrid *grid, double *probability)
{
	*grid = (CxLossGrid) {.probability = probability};
	probability[0] = 1;
}

void
cx_loss_grid_add(CxLossGrid *grid, double steps, double probability)
{
	double	   *f = grid->probability;
	int			shift = (int) steps;
	double		beyond = steps - shift;
	double		stays = 1 - probability;
	double		lower = probability * (1 - beyond);
	double		upper = probability * beyond;
	int			last = grid->last + shift + 1;

	memset(f + grid->last + 1, 0, (shift + 1) * sizeof(double));
	/* from the top: what is read has not been written yet */
	for (int i = last; i > grid->first + shift; i--)
		f[i] = stays * f[i] + lower * f[i - shift] + upper * f[i - shift - 1];
	f[grid->first + shift] = stays * f[grid->first + shift] + lower * f[grid->first];
	for (int i = grid->first + shift - 1; i >= grid->first; i--)
		f[i] *= stays;
	while (f[last] < NEGLIGIBLE && last > grid->first)
		last--;
	for (; f[grid->first] < NEGLIGIBLE && grid->first < last; grid->first++)
		f[grid->first] = 0;
	grid->last = last;
}

void
cx_loss_grid_mix(CxLossGrid *grid, const CxLossGrid *other, double weight)
{
	for (int i = other->first; i <= other->last; i++)
		grid->probability[i] += weight * other->probability[i];
	grid->first = other->first < grid->first ? other->first : grid->first;
	grid->last = other->last > grid->last ? other->last : grid->last;
}

double
cx_loss_given(double probability, double rho, double z)
{
	return cx_normal_cdf((cx_normal_quantile(probability) + sqrt(rho) * z) / sqrt(1 - rho));
}

/*
 * Given the factor, the loss of m equal accounts passes any level within about
 * 1 / (slope sqrt(m)) of the factor, slope = sqrt(rho / (1 - rho)); a sum over
 * points at 1.5 times that distance differs from the integral by exp(-8) of
 * the summand at most, the transform of a normal distribution there.
 */
int
cx_loss_mixture_size(double accounts, double rho)
{
	double		spacing = 1.5 / sqrt(accounts * rho / (1 - rho));
	double		count = ceil(2 * CX_LOSS_REACH / spacing) + 1;

	return (int) fmin(fmax(count, CX_LOSS_NODES), MIXTURE_MAX);
}

double
cx_loss_mixture_node(int i, int count)
{
	return i * (2 * CX_LOSS_REACH / (count - 1)) - CX_LOSS_REACH;
}

/* A sum over equally spaced points is the integral, but for what lies outside. */
double
cx_loss_mixture_weight(int i, int count)
{
	double		spacing = 2 * CX_LOSS_REACH / (count - 1);

	return spacing * normal_density(cx_loss_mixture_node(i, count)) /
		(1 - 2 * cx_normal_upper(CX_LOSS_REACH + spacing / 2));
}

static double
grid_cdf(const CxLossGrid *grid, double x)
{
	double		sum = 0;

	for (int i = grid->first; i <= grid->last && i <= x; i++)
		sum += grid->probability[i];
	return x >= grid->last ? 1 : sum;
}

static double
grid_quantile(const CxLossGrid *grid, double q)
{
	double		sum = 0;

	for (int i = grid->first; i < grid->last; i++)
	{
		sum += grid->probability[i];
		if (sum >= q - SUM_TOLERANCE)
			return i;
	}
	return grid->last;
}

/* The mean of max(loss - x, 0). */
static double
grid_excess(const CxLossGrid *grid, double x)
{
	double		sum = 0;

	for (int i = grid->last; i > x; i--)
		sum += grid->probability[i] * (i - x);
	return sum;
}

/* 'most' is what splitting must not go beyond. */
void
cx_loss_from_grid(CxLoss *loss, const CxLossGrid *grid, double most)
{
	*loss = (CxLoss) {.kind = CX_LOSS_GRID, .most = most, .grid = *grid};
}

/* ---- many independent accounts: an expansion ---- */

/*
 * The distribution from its first four cumulants (Cornish & Fisher 1937, "Moments
 * and cumulants in the specification of distributions").  Cumulants for which
 * the expansion would not increase everywhere are moved to the nearest for which
 * it does (Maillard 2012, "A user's guide to the Cornish Fisher expansion").
 */
void
cx_loss_from_cumulants(CxLoss *loss, const CxLossCumulants *sum, double mean,
					   double most)
{
	double		stddev = sqrt(sum->variance);
	double		limit = 6 * (sqrt(2) - 1);
	double		skewness = stddev > 0 ? sum->third / sum->variance / stddev : 0;
	double		kurtosis = stddev > 0 ? sum->fourth / sum->variance / sum->variance : 0;
	double		e;
	double		reach;

	skewness = fmin(fmax(skewness, -limit), limit);
	e = skewness * skewness / 36;
	reach = sqrt(fmax((1 - e) * (1 - e) - 4 * e, 0));
	*loss = (CxLoss) {
		.kind = CX_LOSS_EXPANSION, .most = most, .mean = mean, .stddev = stddev,
		.skewness = skewness,
		.kurtosis = fmin(fmax(kurtosis, 8 * (6 * e + (1 - e - reach) / 2)),
						 8 * (6 * e + (1 - e + reach) / 2))
	};
}

/* The standardised loss where a normal variable would be z. */
static double
expansion(const CxLoss *loss, double z)
{
	double		g = loss->skewness;

	return z + g * (z * z - 1) / 6 + loss->kurtosis * (z * z - 3) * z / 24 -
		g * g * (2 * z * z - 5) * z / 36;
}

static double
expansion_cdf(const CxLoss *loss, double x)
{
	double		lower = -FARTHEST;
	double		upper = FARTHEST;

	for (int i = 0; i < 60; i++)
	{
		double		middle = (lower + upper) / 2;

		if (loss->mean + loss->stddev * expansion(loss, middle) <= x)
			lower = middle;
		else
			upper = middle;
	}
	return cx_normal_cdf(lower);
}

/* The integral of the expansion, term by term, beyond z. */
static double
expansion_shortfall(const CxLoss *loss, double q)
{
	double		z = cx_normal_quantile(q);
	double		g = loss->skewness;
	double		tail = 1 + g * z / 6 + (z * z - 1) * (loss->kurtosis / 24 - g * g / 18) +
		g * g / 36;

	return loss->mean + loss->stddev * normal_density(z) / (1 - q) * tail;
}

/* ---- many accounts that share a factor ---- */

static double
point_at(int i)
{
	return i * POINT_SPACING - CX_LOSS_REACH;
}

/*
 * The share that is lost at every node, as a normal quantile less slope * z:
 * constant where all probabilities are equal.  Shares so near 0 or 1 that they
 * have no quantile take the constant of the node beside them; where none has one,
 * everything is lost whatever the factor, or nothing is.
 */
static void
read_shares(const CxLossNode *node, double most, double slope, double *constant)
{
	int			known = 0;

	for (int i = 0; i < CX_LOSS_NODES; i++)
	{
		double		z = node_at(i);
		double		quantile = cx_normal_quantile(fmin(node[i].amount / most, 1));

		constant[i] = (z <= 0 ? quantile : -quantile) - slope * z;
		if (!isfinite(constant[i]))
			constant[i] = i > 0 ? constant[i - 1] : NAN;
	}
	while (known < CX_LOSS_NODES && isnan(constant[known]))
		known++;
	for (int i = 0; i < known; i++)
		constant[i] = known < CX_LOSS_NODES ? constant[known] :
			node[CX_LOSS_NODES / 2].amount > 0 ? ALWAYS : -ALWAYS;
}

/*
 * The variance at every node by the logarithm of its ratio to that of a single
 * account with this share, which is never larger, and varies little.
 */
static void
read_ratios(const CxLossNode *node, double most, double *ratio)
{
	for (int i = 0; i < CX_LOSS_NODES; i++)
	{
		double		share = node[i].amount / most;
		double		logarithm = log(node[i].variance / share / (1 - share)) - 2 * log(most);

		/* where all or nothing is lost, nothing varies */
		ratio[i] = isfinite(logarithm) ? logarithm : 0;
	}
}

static void
interpolate(CxLoss *loss, const CxLossNode *node, double rho)
{
	double		slope = sqrt(rho / (1 - rho));
	double		at_node[CX_LOSS_NODES];
	double	   *mean = loss->given_mean;
	double	   *stddev = loss->given_stddev;

	read_shares(node, loss->most, slope, at_node);
	cx_spline_refine(at_node, CX_LOSS_NODES, CX_LOSS_PARTS, mean);
	read_ratios(node, loss->most, at_node);
	cx_spline_refine(at_node, CX_LOSS_NODES, CX_LOSS_PARTS, stddev);
	for (int i = 0; i < CX_LOSS_POINTS; i++)
	{
		double		quantile = mean[i] + slope * point_at(i);
		double		lost = cx_normal_cdf(quantile);
		double		kept = cx_normal_upper(quantile);

		mean[i] = loss->most * lost;
		/* never quite zero, which is divided by */
		stddev[i] = loss->most *
			fmax(sqrt(exp(fmin(stddev[i], 0)) * lost * kept), 1e-12);
	}
}

void
cx_loss_from_nodes(CxLoss *loss, const CxLossNode *node, double rho, double most)
{
	double		weights = 0;
	double		squares = 0;

	*loss = (CxLoss) {.kind = CX_LOSS_FACTOR, .most = most};
	interpolate(loss, node, rho);
	for (int i = 0; i < CX_LOSS_POINTS; i++)
	{
		double		weight = normal_density(point_at(i));

		weights += weight;
		loss->mean += weight * loss->given_mean[i];
	}
	loss->mean /= weights;
	for (int i = 0; i < CX_LOSS_POINTS; i++)
	{
		double		away = loss->given_mean[i] - loss->mean;

		squares += normal_density(point_at(i)) / weights *
			(away * away + loss->given_stddev[i] * loss->given_stddev[i]);
	}
	loss->stddev = sqrt(squares);
}

/* The mean of the normal cumulative distribution between two places. */
static double
mean_cdf(double a, double b)
{
	if (fmin(a, b) > FAR)
		return 1;
	if (fmax(a, b) < -FAR)
		return 0;
	if (fabs(b - a) < 1e-3)
		return cx_normal_cdf((a + b) / 2);
	return (normal_integral(b) - normal_integral(a)) / (b - a);
}

/*
 * Given the factor the loss is normal.  Its distribution may be a cliff between
 * two points, so that it is averaged over the interval.
 */
static double
factor_cdf(const CxLoss *loss, double x)
{
	double		before = (x - loss->given_mean[0]) / loss->given_stddev[0];
	double		below = cx_normal_cdf(point_at(0));
	double		sum = below * cx_normal_cdf(before);

	for (int i = 1; i < CX_LOSS_POINTS; i++)
	{
		double		here = (x - loss->given_mean[i]) / loss->given_stddev[i];
		double		passed = cx_normal_cdf(point_at(i));

		sum += (passed - below) * mean_cdf(before, here);
		before = here;
		below = passed;
	}
	return sum + (1 - below) * cx_normal_cdf(before);
}

static double
factor_quantile(const CxLoss *loss, double q)
{
	double		lower = 0;
	double		upper = loss->most;

	for (int i = 0; i < 60 && upper - lower > 1e-15 * upper; i++)
	{
		double		middle = (lower + upper) / 2;

		if (factor_cdf(loss, middle) >= q)
			upper = middle;
		else
			lower = middle;
	}
	return upper;
}

/* The mean of max(loss - x, 0). */
static double
factor_excess(const CxLoss *loss, double x)
{
	double		sum = 0;
	double		weights = 0;

	for (int i = 0; i < CX_LOSS_POINTS; i++)
	{
		double		weight = normal_density(point_at(i));

		weights += weight;
		sum += weight * loss->given_stddev[i] *
			normal_integral((loss->given_mean[i] - x) / loss->given_stddev[i]);
	}
	return sum / weights;
}

/* ---- reading a distribution ---- */

double
cx_loss_cdf(const CxLoss *loss, double x)
{
	if (x >= loss->most)
		return 1;
	switch (loss->kind)
	{
		case CX_LOSS_GRID:
			return grid_cdf(&loss->grid, x);
		case CX_LOSS_EXPANSION:
			return x < 0 ? 0 : expansion_cdf(loss, x);
		case CX_LOSS_FACTOR:
			return x < 0 ? 0 : factor_cdf(loss, x);
	}
	return NAN;
}

double
cx_loss_quantile(const CxLoss *loss, double q)
{
	switch (loss->kind)
	{
		case CX_LOSS_GRID:
			return fmin(grid_quantile(&loss->grid, q), loss->most);
		case CX_LOSS_EXPANSION:
			return fmin(fmax(loss->mean + loss->stddev *
							 expansion(loss, cx_normal_quantile(q)), 0), loss->most);
		case CX_LOSS_FACTOR:
			return factor_quantile(loss, q);
	}
	return NAN;
}

/* Rockafellar & Uryasev 2002, "Conditional value-at-risk for general loss distributions". */
double
cx_loss_shortfall(const CxLoss *loss, double q)
{
	double		x = cx_loss_quantile(loss, q);
	double		shortfall = NAN;

	switch (loss->kind)
	{
		case CX_LOSS_GRID:
			shortfall = x + grid_excess(&loss->grid, x) / (1 - q);
			break;
		case CX_LOSS_EXPANSION:
			shortfall = expansion_shortfall(loss, q);
			break;
		case CX_LOSS_FACTOR:
			shortfall = x + factor_excess(loss, x) / (1 - q);
			break;
	}
	return fmin(fmax(shortfall, x), loss->most);
}
