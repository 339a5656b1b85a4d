/*
 * shrink.c
 *		Levels of many groups, each drawn towards all by as much as it is
 *		uncertain: Bayes empirical Bayes (Deely & Lindley 1981, Journal of the
 *		American Statistical Association 76; Efron & Morris 1975, the same 70).
 *
 * The level y of a group of n answers lies around its true level with the
 * variance v = variance / n, and true levels lie around a common mean with the
 * standard deviation t.  Were t known, the true level would have the mean and
 * the variance
 *
 *		m + B (y - m)   and   B v + (1 - B)^2 / sum of w
 *
 * with B = t^2 / (t^2 + v), w = 1 / (t^2 + v) and m = sum of w y / sum of w.  The
 * variance of an answer is one for all groups, because that of a few answers is
 * least where they happen to agree, at the ends of the scale, and would take
 * them for certain just there.
 *
 * t is not known, and one estimate of it, which is often 0 for a few groups,
 * makes intervals that are too narrow by far.  So mean and variance are averaged
 * over t, by how likely it makes the levels that are there (with a flat prior for
 * the common mean) and by the uniform shrinkage prior (Daniels 1999, Canadian
 * Journal of Statistics 27): with s^2 the harmonic mean of the v, the shrinkage
 * s^2 / (s^2 + t^2) of an average group may be anything from 0 to 1.
 *
 * The average is an integral over u, with t = r sinh(u), r^2 the least v: so the
 * place of all that happens for t near any v is as wide as any other, and the
 * quadrature of Clenshaw & Curtis (1960) converges fast.  It is done where the
 * integrand is not negligible, which is first to be found.
 */
#include "math/shrink.h"

#include <math.h>

#define PI 3.14159265358979323846

/* intervals of the quadrature, even */
#define STEPS 256
/* below exp(-40) of the largest the integrand is negligible */
#define NEGLIGIBLE 40.0

/* What the groups say of one t. */
typedef struct Node
{
	double		variance;		/* t^2 */
	double		centre;			/* the common mean */
	double		precision;		/* sum of w */
	double		density;		/* of u given the levels: its logarithm, but for a constant */
	double		weight;			/* in the average */
} Node;

/* The groups, and what they say of the scale of t. */
typedef struct League
{
	CxShrunk   *groups;
	int			count;
	double		variance;
	double		unit;			/* r */
	double		typical;		/* s^2 */
} League;

typedef struct Range
{
	double		from;
	double		to;
} Range;

static double
node_place(Range range, int i)
{
	return range.from + (range.to - range.from) * (1 - cos(PI * i / STEPS)) / 2;
}

static void
look_at(Node *node, const League *league, double u)
{
	const CxShrunk *groups = league->groups;
	double		t = league->unit * sinh(u);
	double		sum = 0;
	double		scatter = 0;
	double		logs = 0;

	node->variance = t * t;
	node->precision = 0;
	for (int i = 0; i < league->count; i++)
	{
		double		w = 1 / (node->variance + league->variance / groups[i].n);

		node->precision += w;
		sum += w * groups[i].level;
		logs += log(w);
	}
	node->centre = sum / node->precision;
	for (int i = 0; i < league->count; i++)
	{
		double		off = groups[i].level - node->centre;

		scatter += off * off / (node->variance + league->variance / groups[i].n);
	}
	node->density = (logs - log(node->precision) - scatter) / 2 +
		log(t) - 2 * log(league->typical + node->variance) + log(cosh(u));
}

/* The range within the nodes where the integrand is not negligible. */
static Range
worth_looking_at(const Node *nodes, Range range)
{
	double		most = nodes[0].density;
	int			from = 0;
	int			to = STEPS;

	for (int i = 1; i <= STEPS; i++)
		most = fmax(most, nodes[i].density);
	while (nodes[from].density < most - NEGLIGIBLE)
		from++;
	while (nodes[to].density < most - NEGLIGIBLE)
		to--;
	return (Range) {node_place(range, from > 0 ? from - 1 : 0),
			node_place(range, to < STEPS ? to + 1 : STEPS)};
}

/*
 * The weights of Clenshaw and Curtis, the integral of what interpolates by
 * cosines, which 'cosine' has at all multiples of 2 pi / STEPS.
 */
static double
quadrature_weight(const double *cosine, int i)
{
	double		sum = 1;

	for (int k = 1; k <= STEPS / 2; k++)
		sum -= (k == STEPS / 2 ? 1.0 : 2.0) * cosine[i * k % STEPS] / (4.0 * k * k - 1);
	return i == 0 || i == STEPS ? sum : 2 * sum;
}

static void
weigh(Node *nodes)
{
	double		cosine[STEPS];
	double		most = nodes[0].density;
	double		total = 0;

	for (int i = 0; i < STEPS; i++)
		cosine[i] = cos(2 * PI * i / STEPS);
	for (int i = 1; i <= STEPS; i++)
		most = fmax(most, nodes[i].density);
	for (int i = 0; i <= STEPS; i++)
	{
		nodes[i].weight = quadrature_weight(cosine, i) * exp(nodes[i].density - most);
		total += nodes[i].weight;
	}
	for (int i = 0; i <= STEPS; i++)
		nodes[i].weight /= total;
}

/* How far a node draws a level to the common mean: 1 - B, exact where that is small. */
static double
draw(const Node *node, double v)
{
	return v / (node->variance + v);
}

static void
average(const Node *nodes, CxShrunk *group, double variance)
{
	double		v = variance / group->n;
	double		moved = 0;
	double		spread = 0;

	for (int i = 0; i <= STEPS; i++)
		moved += nodes[i].weight * draw(&nodes[i], v) * (nodes[i].centre - group->level);
	for (int i = 0; i <= STEPS; i++)
	{
		double		drawn = draw(&nodes[i], v);
		double		off = drawn * (nodes[i].centre - group->level) - moved;

		spread += nodes[i].weight *
			((1 - drawn) * v + drawn * drawn / nodes[i].precision + off * off);
	}
	group->mean = group->level + moved;
	group->stddev = sqrt(spread);
}

/* The scale of t, and how large u may be before no t is possible any more. */
static double
measure(League *league)
{
	const CxShrunk *groups = league->groups;
	double		most = groups[0].n;
	double		least = groups[0].n;
	double		sum = 0;
	double		low = groups[0].level;
	double		high = groups[0].level;

	for (int i = 0; i < league->count; i++)
	{
		most = fmax(most, groups[i].n);
		least = fmin(least, groups[i].n);
		sum += groups[i].n;
		low = fmin(low, groups[i].level);
		high = fmax(high, groups[i].level);
	}
	league->unit = sqrt(league->variance / most);
	league->typical = league->variance * league->count / sum;
	/* the density of u falls by t^2 at least */
	return asinh((high - low + sqrt(league->variance / least)) * exp(NEGLIGIBLE / 2) /
				 league->unit);
}

void
cx_shrink(CxShrunk *groups, int count, double variance)
{
	League		league = {groups, count, variance, 0, 0};
	Node		nodes[STEPS + 1];
	Range		range;
	Range		next;

	if (count == 0)
		return;
	next = (Range) {0, measure(&league)};
	do
	{
		range = next;
		for (int i = 0; i <= STEPS; i++)
			look_at(&nodes[i], &league, node_place(range, i));
		next = worth_looking_at(nodes, range);
	} while (next.to - next.from < (range.to - range.from) / 2);
	weigh(nodes);
	for (int i = 0; i < count; i++)
		average(nodes, &groups[i], variance);
}
