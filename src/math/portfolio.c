/*-------------------------------------------------------------------------
 *
 * portfolio.c
 *	  The distribution of the sum of many losses (see portfolio.h).
 *
 *-------------------------------------------------------------------------
 */
#include "math/portfolio.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "math/fourier.h"
#include "math/normal.h"

#define TWO_PI 6.28318530717958647693

/* The factor takes values from -REACH to REACH, no farther apart than this. */
#define REACH 6.0
#define SPACING 0.08

/*
 * Where the factor weighs much, its values lie closer: what counts is how far
 * apart they put the threshold of an account.
 */
#define THRESHOLD_SPACING 0.25
#define MOST_NODES 1025

/*
 * Terms of a series that are smaller than this are left off.  Where probabilities
 * are near 1/2 it hardly converges: later terms are faded out, so gently that it
 * shows only at frequencies where next to nothing is left of the transform.
 */
#define NEGLIGIBLE 1e-17
#define FADED(term) (0.5 * erfc(14 * ((term) / (double) CX_LOSS_TERMS - 0.5)))

/* Likewise a transform, by its logarithm. */
#define LEAST_LOGARITHM -42

/* So many losses of alike accounts are smooth; fewer where they are not large, in steps. */
#define ENOUGH 64
#define ENOUGH_NARROW 16
#define NARROW 16

/* Probabilities below are rounding errors of the transform. */
#define NOISE 1e-15

/* Negative ones are settled within so many steps. */
#define SETTLED 8

/* What differs less from a point of the grid is on it. */
#define ON_GRID 1e-6

/* How far, in standard deviations and in largest amounts, losses may lie from their mean. */
#define FAR_DEVIATIONS 12
#define FAR_ACCOUNTS 8

/* A mixture over values of the factor so far apart, in deviations of the loss given it, is smooth. */
#define SMOOTH 1.5

/* The variance, in steps, from which on a normal distribution has no frequency that a grid has not. */
#define WIDE 9

CxPortfolio
cx_portfolio(const CxLossGroup *group, int count, double rho)
{
	CxPortfolio portfolio = {.group = group, .count = count, .rho = rho, .nodes = 1};
	double		slope = sqrt(rho / (1 - rho));

	if (rho > 0)
	{
		double		spacing = fmin(SPACING, THRESHOLD_SPACING / slope);

		portfolio.nodes = (int) fmin(2 * ceil(REACH / spacing) + 1, MOST_NODES);
		portfolio.spacing = 2 * REACH / (portfolio.nodes - 1);
	}
	return portfolio;
}

static double
node_at(const CxPortfolio *portfolio, int node)
{
	return portfolio->rho == 0 ? 0 : node * portfolio->spacing - REACH;
}

/* The density of the factor at a node, not normalised. */
static double
node_weight(const CxPortfolio *portfolio, int node)
{
	double		z = node_at(portfolio, node);

	return exp(-0.5 * z * z);
}

/* ---- one account, given the factor ---- */

typedef struct Chance
{
	double		lost;
	double		kept;
} Chance;

static Chance
chance_given(const CxPortfolio *portfolio, const CxLossGroup *group, double z)
{
	double		rho = portfolio->rho;
	double		t;

	if (rho == 0)
		return (Chance) {group->probability, 1 - group->probability};
	t = (group->threshold + sqrt(rho) * z) / sqrt(1 - rho);
	return (Chance) {cx_normal_cdf(t), cx_normal_upper(t)};
}

static Chance
chance_at(const CxPortfolio *portfolio, const CxLossGroup *group, int node)
{
	return chance_given(portfolio, group, node_at(portfolio, node));
}

/* ---- moments ---- */

static double
group_variance(const CxLossGroup *group, const Chance *chance)
{
	return group->accounts * chance->lost * chance->kept *
		(group->amount * group->amount + group->spread * group->spread / 3);
}

static CxLossMoments
moments_at(const CxPortfolio *portfolio, int node)
{
	CxLossMoments moments = {0, 0};

	for (int i = 0; i < portfolio->count; i++)
	{
		const CxLossGroup *group = &portfolio->group[i];
		Chance		chance = chance_at(portfolio, group, node);

		moments.mean += group->accounts * group->amount * chance.lost;
		moments.stddev += group_variance(group, &chance);
	}
	moments.stddev = sqrt(moments.stddev);
	return moments;
}

CxLossMoments
cx_portfolio_moments(const CxPortfolio *portfolio)
{
	double		weights = 0;
	double		mean = 0;
	double		squares = 0;	/* about the mean so far (Welford 1962; West 1979) */

	for (int i = 0; i < portfolio->nodes; i++)
	{
		CxLossMoments given = moments_at(portfolio, i);
		double		weight = node_weight(portfolio, i);
		double		away = given.mean - mean;

		weights += weight;
		mean += away * weight / weights;
		squares += weight * (away * (given.mean - mean) + given.stddev * given.stddev);
	}
	return (CxLossMoments) {mean, sqrt(squares / weights)};
}

void
cx_portfolio_range(const CxPortfolio *portfolio, double *least, double *most)
{
	double		total = 0;
	double		largest = 0;

	for (int i = 0; i < portfolio->count; i++)
	{
		const CxLossGroup *group = &portfolio->group[i];

		total += group->accounts * group->amount;
		largest = fmax(largest, group->amount + group->spread);
	}
	*least = total;
	*most = 0;
	for (int i = 0; i < portfolio->nodes; i++)
	{
		CxLossMoments given = moments_at(portfolio, i);
		double		far = FAR_DEVIATIONS * given.stddev + FAR_ACCOUNTS * largest;

		*least = fmin(*least, given.mean - far);
		*most = fmax(*most, given.mean + far);
	}
	*least = fmax(*least, 0);
	*most = fmin(*most, total);
}

/* ---- few accounts ---- */

/* The same, given the factor. */
static void
outcomes_at(const CxPortfolio *portfolio, int node, double *probability)
{
	int			outcomes = 1;

	probability[0] = 1;
	for (int i = 0; i < portfolio->count; i++)
	{
		Chance		chance = chance_at(portfolio, &portfolio->group[i], node);

		for (int j = 0; j < outcomes; j++)
		{
			probability[outcomes + j] = probability[j] * chance.lost;
			probability[j] *= chance.kept;
		}
		outcomes *= 2;
	}
}

void
cx_portfolio_outcomes(const CxPortfolio *portfolio, double *probability, double *room)
{
	int			outcomes = 1 << portfolio->count;
	double		weights = 0;

	memset(probability, 0, outcomes * sizeof(double));
	for (int i = 0; i < portfolio->nodes; i++)
	{
		double		weight = node_weight(portfolio, i);

		outcomes_at(portfolio, i, room);
		weights += weight;
		for (int j = 0; j < outcomes; j++)
			probability[j] += weight * room[j];
	}
	for (int j = 0; j < outcomes; j++)
		probability[j] /= weights;
}

/* ---- the logarithm of a transform ---- */

/* A logarithm before its transform: points on the grid, and the rest; in steps. */
typedef struct Logarithm
{
	double	   *points;
	double		constant;
	double		shift;			/* of all losses */
	double		variance;		/* of a part that is as good as normal ... */
	double		third;			/* ... but for this cumulant */
} Logarithm;

/*
 * Accounts that lose a whole number of steps each; theirs need not be a whole
 * number.
 */
static void
add_accounts(const CxLossTransform *t, double accounts, int64_t steps, const Chance *chance, Logarithm *log)
{
	bool		mostly_lost = chance->lost > chance->kept;
	double		rarely = mostly_lost ? chance->kept : chance->lost;
	double		ratio = rarely / (1 - rarely);
	double		term = -accounts;
	int64_t		point = 0;

	log->constant += accounts * log1p(-rarely);
	if (mostly_lost)
	{
		log->shift += accounts * (double) steps;
		steps = -steps;
	}
	for (int m = 1; m <= CX_LOSS_TERMS; m++)
	{
		term *= -ratio;
		if (fabs(term) < NEGLIGIBLE * m)
			break;
		point += steps;
		log->points[point & (t->size - 1)] += term * t->faded[m];
	}
}

/* Binomial probabilities: so many more of 'count' from 'first' on; the rest is negligible. */
typedef struct Binomial
{
	double		chance;
	int			first;
	int			count;
	double		probability[CX_LOSS_TERMS + 2];
} Binomial;

/* Of one trial more. */
static void
binomial_next(Binomial *b)
{
	double	   *probability = b->probability;

	probability[b->count] = 0;
	for (int j = b->count; j > 0; j--)
		probability[j] = (1 - b->chance) * probability[j] + b->chance * probability[j - 1];
	probability[0] *= 1 - b->chance;
	b->count++;
	while (probability[b->count - 1] < NEGLIGIBLE)
		b->count--;
	if (probability[0] < NEGLIGIBLE)
	{
		memmove(&probability[0], &probability[1], --b->count * sizeof(double));
		b->first++;
	}
}

/*
 * Accounts that lose an amount between two points of the grid, in steps: either of
 * them, with the chances that make the mean the same.  The powers of that are
 * binomial.  (Parts of an account at each of them would have the same mean, but no
 * distribution where it is as likely lost as kept.)
 */
static void
add_split_accounts(const CxLossTransform *t, double accounts, double amount, const Chance *chance, Logarithm *log)
{
	bool		mostly_lost = chance->lost > chance->kept;
	double		rarely = mostly_lost ? chance->kept : chance->lost;
	double		ratio = rarely / (1 - rarely);
	int64_t		below = (int64_t) floor(amount);
	Binomial	steps = {.chance = amount - (double) below, .count = 1, .probability = {1}};
	double		term = -accounts;

	log->constant += accounts * log1p(-rarely);
	if (mostly_lost)
		log->shift += accounts * amount;
	for (int m = 1; m <= CX_LOSS_TERMS; m++)
	{
		int64_t		point;

		term *= -ratio;
		if (fabs(term) < NEGLIGIBLE * m)
			break;
		binomial_next(&steps);
		point = m * below + steps.first;
		for (int j = 0; j < steps.count; j++)
			log->points[(mostly_lost ? -(point + j) : point + j) & (t->size - 1)] +=
				term * t->faded[m] * steps.probability[j];
	}
}

/* The integral of the hat over the grid's point 0, up to x. */
static double
hat_integral(double x)
{
	double		y = fmin(fmax(x, -1), 1);

	return y < 0 ? (1 + y) * (1 + y) / 2 : 1 - (1 - y) * (1 - y) / 2;
}

/* Accounts whose losses add up to a smooth distribution, wherever the grid has its points. */
static bool
is_smooth(const CxLossTransform *t, const CxLossGroup *group, const Chance *chance)
{
	double		losses = group->accounts * chance->lost * chance->kept;

	return !t->exact && losses >= (group->amount < NARROW * t->step ? ENOUGH_NARROW : ENOUGH);
}

/* Amounts that are spread are those of parts of accounts at all points among them. */
static void
add_group(const CxLossTransform *t, const CxLossGroup *group, const Chance *chance, Logarithm *log)
{
	double		amount = group->amount / t->step;
	double		spread = group->spread / t->step;
	double		nearest = rint(amount);

	if (is_smooth(t, group, chance))
	{
		double		variance = group_variance(group, chance) / t->step / t->step;

		log->shift += group->accounts * chance->lost * amount;
		log->variance += variance;
		log->third += variance * amount * (chance->kept - chance->lost);
	}
	else if (spread > ON_GRID)
	{
		for (double point = ceil(amount - spread) - 1; point < amount + spread + 1; point++)
			add_accounts(t, group->accounts / (2 * spread) *
						 (hat_integral(amount + spread - point) - hat_integral(amount - spread - point)),
						 (int64_t) point, chance, log);
	}
	else if (fabs(amount - nearest) < ON_GRID)
		add_accounts(t, group->accounts, (int64_t) nearest, chance, log);
	else
		add_split_accounts(t, group->accounts, amount, chance, log);
}

/*
 * How the loss of small accounts moves on from half way to the node before to half
 * way to the one behind, in steps.
 */
typedef struct Movement
{
	double		length;			/* 0: by steps that are small */
	double		ahead;			/* the mean of all that way, beyond that at the node */
} Movement;

/*
 * Where such steps are large beside the deviation of the loss given the factor, the
 * mixture would be a staircase.  This is of as many of the smallest accounts as none
 * of which is larger than the deviation of them all, so that their loss is smooth.
 */
static Movement
movement_at(const CxPortfolio *portfolio, int node, double step)
{
	double		z = node_at(portfolio, node);
	double		length = 0;
	double		ahead = 0;
	double		variance = 0;
	double		largest = 0;
	Movement	movement = {0, 0};

	for (int i = 0; i < portfolio->count && portfolio->rho > 0; i++)
	{
		const CxLossGroup *group = &portfolio->group[i];
		Chance		chance = chance_given(portfolio, group, z);
		double		before = chance_given(portfolio, group, z - portfolio->spacing / 2).lost;
		double		after = chance_given(portfolio, group, z + portfolio->spacing / 2).lost;

		length += group->accounts * group->amount * (after - before);
		/* Simpson's rule */
		ahead += group->accounts * group->amount * (before + after - 2 * chance.lost) / 6;
		variance += group_variance(group, &chance);
		largest = fmax(largest, group->amount);
		if (largest * largest <= variance && length > step &&
			length * length > SMOOTH * SMOOTH * variance)
			movement = (Movement) {length / step, ahead / step};
	}
	return movement;
}

void
cx_loss_transform_start(CxLossTransform *t, const CxPortfolio *portfolio,
						double step, bool exact, double least, int span, int size, double *room)
{
	*t = (CxLossTransform) {
		.portfolio = portfolio, .step = step, .exact = exact, .least = least, .span = span, .size = size,
		.real = room, .imaginary = room + size,
		.cosine = room + 2 * size, .sine = room + 2 * size + size / 2,
		.sum_real = room + 3 * size, .sum_imaginary = room + 3 * size + size / 2 + 1
	};
	for (int m = 1; m <= CX_LOSS_TERMS; m++)
		t->faded[m] = FADED(m) / m;
	cx_fourier_roots(t->cosine, t->sine, size);
	memset(t->sum_real, 0, (size + 2) * sizeof(double));
}

/* A complex number. */
typedef struct Complex
{
	double		real;
	double		imaginary;
} Complex;

static Complex
times(Complex a, Complex b)
{
	return (Complex) {a.real * b.real - a.imaginary * b.imaginary,
		a.real * b.imaginary + a.imaginary * b.real};
}

/*
 * The transform of a density that falls as e^(-tilt x) from -1/2 to 1/2, at
 * 'frequency': sinh(c) / c of c = (i frequency - tilt) / 2, over that of -tilt / 2.
 */
static Complex
tilted(double tilt, double frequency)
{
	Complex		c = {-tilt / 2, frequency / 2};
	double		square = c.real * c.real + c.imaginary * c.imaginary;
	double		whole = fabs(tilt) < 1e-4 ? 1 : sinh(tilt / 2) / (tilt / 2);
	Complex		sine = {sinh(c.real) * cos(c.imaginary), cosh(c.real) * sin(c.imaginary)};
	Complex		inverse = {c.real / square, -c.imaginary / square};
	Complex		ratio = times(sine, inverse);

	if (square < 1e-12)
		return (Complex) {1, 0};
	return (Complex) {ratio.real / whole, ratio.imaginary / whole};
}

/*
 * The transform of one of two real series that were transformed together, one as
 * real and the other as imaginary part.
 */
static Complex
part(const CxLossTransform *t, int k, bool second)
{
	int			mirror = (t->size - k) & (t->size - 1);
	double		even = (t->real[k] + t->real[mirror]) / 2;
	double		odd = (t->real[k] - t->real[mirror]) / 2;

	return second ? (Complex) {(t->imaginary[k] + t->imaginary[mirror]) / 2, -odd} :
		(Complex) {even, (t->imaginary[k] - t->imaginary[mirror]) / 2};
}

/*
 * The part of a logarithm that is as good as normal.  Where that is narrower than
 * the grid can show, it is a walk of single steps to either side with the same
 * cumulants (accounts that have many losses and little variance lose less than a
 * step each, so that the third is less than the second): a cut-off normal one
 * would swing about zero far and wide.
 */
static Complex
smooth_part(const Logarithm *log, double frequency)
{
	double		square = frequency * frequency;

	if (log->variance < WIDE)
		return (Complex) {-log->variance * (1 - cos(frequency)), log->third * sin(frequency)};
	return (Complex) {-log->variance * square / 2, -log->third * square * frequency / 6};
}

/* Add what the logarithm at a node stands for, which is the first or second one. */
static void
add_transform(CxLossTransform *t, const Logarithm *log, bool second,
			  const Movement *movement, double weight, double tilt)
{
	double		ahead = log->shift + movement->ahead - (log->variance < WIDE ? log->third : 0);
	double		shift = floor(ahead + ON_GRID);
	double		beyond = ahead - shift;
	int64_t		offset = (int64_t) (shift - t->least) & (t->size - 1);

	if (beyond < 2 * ON_GRID)
		beyond = 0;
	for (int k = 0; k <= t->size / 2; k++)
	{
		double		frequency = TWO_PI * k / t->size;
		Complex		points = part(t, k, second);
		Complex		smooth = smooth_part(log, frequency);
		double		logarithm = log->constant + points.real + smooth.real;
		double		angle = TWO_PI / t->size * (double) ((k * offset) & (t->size - 1)) +
			points.imaginary + smooth.imaginary;
		double		size;
		Complex		value;

		/* a smooth distribution has no high frequencies */
		if (logarithm < LEAST_LOGARITHM)
			continue;
		size = weight * exp(logarithm);
		value.real = size * cos(angle);
		value.imaginary = size * sin(angle);
		if (beyond > 0)
			value = times(value, (Complex) {1 - beyond + beyond * cos(frequency), beyond * sin(frequency)});
		if (movement->length > 0)
			value = times(value, tilted(tilt, frequency * movement->length));
		t->sum_real[k] += value.real;
		t->sum_imaginary[k] += value.imaginary;
	}
	t->weight += weight;
}

/*
 * The weight of a node: that of all values of the factor half way to the next ones
 * where they are meant, else that of the point in a sum which is the integral.
 */
static double
weight_of(const CxPortfolio *portfolio, int node, bool moves)
{
	double		z = fabs(node_at(portfolio, node));
	double		half = portfolio->spacing / 2;

	if (!moves)
		return node_weight(portfolio, node);
	return (cx_normal_upper(z - half) - cx_normal_upper(z + half)) * sqrt(TWO_PI) / portfolio->spacing;
}

void
cx_loss_transform_add(CxLossTransform *t, int node)
{
	const CxPortfolio *portfolio = t->portfolio;
	int			nodes = node + 1 < portfolio->nodes ? 2 : 1;
	Logarithm	log[2] = {{.points = t->real}, {.points = t->imaginary}};

	memset(t->real, 0, 2 * (size_t) t->size * sizeof(double));
	for (int j = 0; j < nodes; j++)
	{
		for (int i = 0; i < portfolio->count; i++)
		{
			Chance		chance = chance_at(portfolio, &portfolio->group[i], node + j);

			add_group(t, &portfolio->group[i], &chance, &log[j]);
		}
	}
	cx_fourier(t->real, t->imaginary, t->size, t->cosine, t->sine);
	for (int j = 0; j < nodes; j++)
	{
		Movement	movement = movement_at(portfolio, node + j, t->step);

		add_transform(t, &log[j], j > 0, &movement, weight_of(portfolio, node + j, movement.length > 0),
					  node_at(portfolio, node + j) * portfolio->spacing);
	}
}

/* Take what is missing at i from another point, this much at most. */
static void
take(double *probability, int i, int from, double most)
{
	double		taken = fmin(fmin(-probability[i], probability[from]), most);

	if (taken > 0)
	{
		probability[i] += taken;
		probability[from] -= taken;
	}
}

/*
 * Accounts that are split between two points, and what is sharper than the grid,
 * swing about zero beside.  Negative probabilities are settled with the points
 * about them: if possible those at the same distance to either side, which keeps
 * the mean.
 */
static void
settle(double *probability, int span)
{
	for (int reach = 1; reach <= SETTLED; reach++)
	{
		for (int i = reach; i <= span - reach; i++)
		{
			double		most = fmin(fmin(probability[i - reach], probability[i + reach]), -probability[i] / 2);

			take(probability, i, i - reach, most);
			take(probability, i, i + reach, most);
		}
	}
	for (int reach = 1; reach <= SETTLED; reach++)
	{
		for (int i = 0; i <= span; i++)
		{
			if (i >= reach)
				take(probability, i, i - reach, 1);
			if (i <= span - reach)
				take(probability, i, i + reach, 1);
		}
	}
}

/* Leave out what is noise, and make the rest add up to 1. */
static void
normalise(CxLossGrid *grid, int span)
{
	double		sum = 0;

	for (int i = 0; i <= span; i++)
	{
		if (grid->probability[i] < NOISE)
		{
			grid->probability[i] = 0;
			continue;
		}
		sum += grid->probability[i];
		grid->first = grid->first < i ? grid->first : i;
		grid->last = i;
	}
	for (int i = grid->first; i <= grid->last; i++)
		grid->probability[i] /= sum;
}

void
cx_loss_transform_finish(CxLossTransform *t, CxLossGrid *grid)
{
	int			size = t->size;
	double		whole = size * t->weight;

	/* backwards is forwards with the other sign */
	for (int k = 0; k <= size / 2; k++)
	{
		t->real[k] = t->sum_real[k] / whole;
		t->imaginary[k] = -t->sum_imaginary[k] / whole;
		if (k > 0 && k < size / 2)
		{
			t->real[size - k] = t->real[k];
			t->imaginary[size - k] = -t->imaginary[k];
		}
	}
	cx_fourier(t->real, t->imaginary, size, t->cosine, t->sine);
	/* what is split lies a little beyond the most loss, or comes in again from above */
	for (int i = t->span + 1; i < size; i++)
		t->real[i - t->span <= size - i ? t->span : 0] += t->real[i];
	settle(t->real, t->span);
	*grid = (CxLossGrid) {.probability = t->real, .least = t->least, .first = size - 1};
	normalise(grid, t->span);
}
