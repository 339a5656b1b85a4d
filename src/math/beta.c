/*
 * beta.c
 *		The beta distribution, for a handful of answers or for 10^13.
 *
 * Everything rests on the kernel
 *
 *		k(x) = x^a (1 - x)^b / B(a, b),
 *
 * which is the density of the log-odds log(x / (1 - x)).  Its logarithm has a
 * maximum at the mean x = a / (a + b) and is concave, so the distribution
 * looks alike from both ends, and the tail away from the mean is always
 * k(x) times a harmless factor.
 *
 * The kernel must not be taken from logarithms of gamma functions: with 10^12
 * answers those are numbers of 10^13 whose difference is wanted.  As in
 *
 *		Loader, C. (2000). Fast and accurate computation of binomial
 *		probabilities. Manuscript, Bell Laboratories.
 *
 * it is its value at the mean times exp(-deviance), where the deviance is a
 * sum of two terms that are never negative, each computed from the distance to
 * the mean, and that distance is computed without rounding x (a + b).
 *
 * The factor comes from one of three places:
 *
 * - Continued fraction: the even part of the classical one for the incomplete
 *   beta function, as in
 *
 *		DiDonato, A. R. and Morris, A. H. (1992). Algorithm 708: Significant
 *		digit computation of the incomplete beta function ratios. ACM
 *		Transactions on Mathematical Software 18, 360-373.
 *
 *   It needs some multiple of sqrt(min(a, b)) steps, so it serves as long as
 *   one of the shapes is moderate.
 * - Quadrature: Gauss-Legendre over the tail when both are large, where the
 *   kernel is so nearly a normal density that 24 nodes give all digits.
 * - Series: DLMF 8.17.8 from the other end, where a shape below 0.2 has drawn
 *   nearly everything to that end and the fraction would converge too slowly.
 *
 * The result is right to about 1e-15 near the mean; in the tails an error of
 * some ulps in the deviance remains, which makes 2e-13 at a tail of 1e-300.
 * For a shape below 0.2 there is one more loss, 1e-16 over the tail beyond
 * the mean: for 1e-3, the smallest that this is meant for, some 1e-13.
 */
#include "math/beta.h"

#include "math/normal.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#define SQRT_TWO_PI		2.5066282746310005024

#define SMALLEST_SHAPE	1e-100
#define LARGEST_SHAPE	1e100

/*
 * From here on up, for the smaller of the shapes, the quadrature is used: the
 * fraction would need 160 steps and more, while 300 would be large enough.
 */
#define LARGE_SHAPE		10000.0

/* Where the tail's integrand has fallen to exp(-42) = 6e-19, it is cut off. */
#define TAIL_EXPONENT	42.0

/* Log-odds beyond which the smaller of x and 1 - x is no normal double. */
#define LARGEST_LOG_ODDS	708.0

#define MAX_FRACTION_STEPS	2000
#define MAX_SERIES_STEPS	100
#define MAX_QUANTILE_STEPS	100

/* The shapes, and what depends on nothing else. */
typedef struct Shapes
{
	double		a;
	double		b;
	double		total;			/* a + b */
	double		total_low;		/* what rounding took away from it */
	double		peak;			/* the kernel at the mean, where it is largest */
} Shapes;

/* A point between 0 and 1. */
typedef struct Point
{
	double		x;
	double		y;				/* 1 - x */
	double		below;			/* a - (a + b) x: how far below the mean, times a + b */
} Point;

/* The distribution at a point. */
typedef struct Tails
{
	double		lower;
	double		upper;
	double		log_lower;		/* finite where lower is below the smallest double */
	double		slope;			/* of log_lower as a function of the log-odds */
} Tails;

/*
 * sqrt(2 pi) a^a e^-a / Gamma(a), which is nearly sqrt(a).  From 10 on its
 * logarithm comes from Stirling's series (Abramowitz and Stegun 1964, 6.1.42),
 * where the next term is below 1e-16.
 */
static double
stirling_root(double a)
{
	double		r = 1.0 / (a * a);
	double		error;

	if (a < 10.0)
		return SQRT_TWO_PI * pow(a, a) * exp(-a) / tgamma(a);

	error = (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 -
			r * (1.0 / 1188.0 - r * (691.0 / 360360.0 - r / 156.0)))))) / a;
	return sqrt(a) * exp(-error);
}

static bool
shapes_valid(double a, double b)
{
	return a >= SMALLEST_SHAPE && a <= LARGEST_SHAPE &&
		b >= SMALLEST_SHAPE && b <= LARGEST_SHAPE;
}

static Shapes
make_shapes(double a, double b)
{
	Shapes		s;

	s.a = a;
	s.b = b;
	s.total = a + b;
	s.total_low = fmin(a, b) - (s.total - fmax(a, b));
	s.peak = stirling_root(fmax(a, b)) / stirling_root(s.total) *
		stirling_root(fmin(a, b)) / SQRT_TWO_PI;
	return s;
}

/*
 * The smaller of x and y is taken as exact.  Close to the mean nearly all of
 * x (a + b) is lost in the subtraction, so it is not rounded before.
 */
static Point
make_point(const Shapes *s, double x, double y)
{
	Point		at;

	at.x = x;
	at.y = y;
	if (x <= y)
		at.below = fma(-x, s->total, s->a) - x * s->total_low;
	else
		at.below = fma(y, s->total, -s->b) + y * s->total_low;
	return at;
}

static Point
point_at_log_odds(const Shapes *s, double w)
{
	double		odds = exp(-fabs(w));
	double		larger = 1.0 / (1.0 + odds);
	double		smaller = odds / (1.0 + odds);

	return w < 0.0 ? make_point(s, smaller, larger) : make_point(s, larger, smaller);
}

/* The same distribution seen from the other end. */
static Shapes
mirror_shapes(Shapes s)
{
	double		a = s.a;

	s.a = s.b;
	s.b = a;
	return s;
}

static Point
mirror_point(Point at)
{
	Point		mirrored = {at.y, at.x, -at.below};

	return mirrored;
}

/*
 * t - log(1 + t), which is never negative and close to t^2 / 2 for small t.
 *
 * With r = t / (2 + t), log(1 + t) = 2 (r + r^3/3 + r^5/5 + ...), and t - 2r
 * is r t without a subtraction.
 */
static double
log_excess(double t)
{
	double		r = t / (2.0 + t);
	double		square = r * r;
	double		sum = 1.0 / 3.0;
	double		power = square;

	if (fabs(t) > 0.4)
		return t - log1p(t);

	/* r^2 is at most 1/16: this ends after thirteen rounds at the latest. */
	for (int i = 5; power > DBL_EPSILON / 4.0; i += 2)
	{
		sum += power / i;
		power *= square;
	}
	return r * (t - 2.0 * square * sum);
}

/*
 * One of the two terms of the deviance: shape (t - log(1 + t)), where the
 * shape is its share of a + b at the mean, and shape (1 + t) = shape + moved
 * is its share here, which is known better than that sum once little is left.
 */
static double
deviance_part(double shape, double moved, double share)
{
	double		t = moved / shape;

	if (t < -0.5)
		return moved - shape * log(share / shape);
	return shape * log_excess(t);
}

/* -log(k(x) / k(mean)) */
static double
deviance(const Shapes *s, Point at)
{
	return deviance_part(s->a, -at.below, at.x * s->total) +
		deviance_part(s->b, at.below, at.y * s->total);
}

/*
 * The lower tail over the kernel, at or below the mean, by the continued
 * fraction, evaluated from the front by the modified Lentz method.
 */
static double
tail_by_fraction(const Shapes *s, Point at)
{
	double		a = s->a;
	double		value = a / (a + 1.0) * (at.below + 1.0);
	double		c = value;
	double		d = 0.0;

	for (int m = 1; m <= MAX_FRACTION_STEPS; m++)
	{
		double		scale = a + 2.0 * m - 1.0;
		double		shrink = (s->b - m) * at.x;
		double		over = ((a + m - 1.0) / scale) * ((s->total + m - 1.0) * at.x / scale) *
			(m * shrink);
		double		under = m + m * shrink / scale +
			(a + m) / (scale + 2.0) * (at.below + 1.0 + m * (1.0 + at.y));
		double		change;

		d = 1.0 / (under + over * d);
		c = under + over / c;
		change = c * d;
		value *= change;
		if (fabs(change - 1.0) <= DBL_EPSILON)
			break;
	}
	return 1.0 / value;
}

/*
 * The lower tail over the kernel, at or below the mean, by integrating
 * k(x - s) / k(x) / ((x - s) (1 - x + s)) over s > 0.
 *
 * With the linear parts of the two logarithms taken together, -log(k(x - s) /
 * k(x)) is a sum of three terms that are never negative.
 */
static double
tail_by_quadrature(const Shapes *s, Point at)
{
	/*
	 * The nodes above 0 of the 24-point rule on -1 to 1, which are zeros of the
	 * Legendre polynomial (DLMF 3.5.5), and their weights.
	 */
	static const double rule[12][2] = {
		{0.064056892862605626085, 0.12793819534675215697},
		{0.19111886747361630916, 0.12583745634682829612},
		{0.31504267969616337439, 0.12167047292780339120},
		{0.43379350762604513849, 0.11550566805372560135},
		{0.54542147138883953566, 0.10744427011596563478},
		{0.64809365193697556925, 0.097618652104113888270},
		{0.74012419157855436424, 0.086190161531953275917},
		{0.82000198597390292195, 0.073346481411080305734},
		{0.88641552700440103421, 0.059298584915436780746},
		{0.93827455200273275852, 0.044277438817419806169},
		{0.97472855597130949820, 0.028531388628933663181},
		{0.99518721999702136018, 0.012341229799987199547}
	};
	double		x = at.x;
	double		y = at.y;
	double		slope = at.below / x / y;
	double		curvature = s->a / x / x + s->b / y / y;
	double		reach;
	double		fallen;
	double		fall;
	double		sum = 0.0;

	/*
	 * Where the normal density with this slope and curvature is cut off, then
	 * one step of Newton's method to where the kernel is.  What it solves is
	 * convex, so the step cannot end short of it.
	 */
	reach = 2.0 * TAIL_EXPONENT /
		(slope + sqrt(slope * slope + 2.0 * TAIL_EXPONENT * curvature));
	fallen = slope * reach + s->a * log_excess(-reach / x) + s->b * log_excess(reach / y);
	fall = slope + s->a * reach / (x * (x - reach)) + s->b * reach / (y * (y + reach));
	reach += (TAIL_EXPONENT - fallen) / fall;

	for (int i = 0; i < 12; i++)
	{
		for (int side = -1; side <= 1; side += 2)
		{
			double		step = 0.5 * reach * (1.0 + side * rule[i][0]);

			fallen = slope * step + s->a * log_excess(-step / x) + s->b * log_excess(step / y);
			sum += rule[i][1] * exp(-fallen) / ((x - step) * (y + step));
		}
	}
	return 0.5 * reach * sum;
}

/* The lower tail over the kernel, for small (1 + a + b) x, by its power series. */
static double
tail_by_series(const Shapes *s, Point at)
{
	double		term = 1.0;
	double		sum = 1.0;

	for (int i = 1; i <= MAX_SERIES_STEPS && term > DBL_EPSILON / 4.0 * sum; i++)
	{
		term *= at.x * (s->total + (i - 1)) / (s->a + i);
		sum += term;
	}
	return sum / s->a;
}

/* Both tails at or below the mean. */
static Tails
tails_below_mean(const Shapes *s, Point at)
{
	double		fallen = deviance(s, at);
	double		kernel = s->peak * exp(-fallen);
	Tails		t;

	if (s->b < 0.2 && at.y * (1.0 + s->total) < 0.2)
	{
		/* The kernel is the same seen from either end. */
		Shapes		mirrored = mirror_shapes(*s);

		t.upper = fmin(kernel * tail_by_series(&mirrored, mirror_point(at)), 1.0);
		t.lower = 1.0 - t.upper;
		t.log_lower = log(t.lower);
		t.slope = kernel / t.lower;
	}
	else
	{
		double		factor = fmin(s->a, s->b) < LARGE_SHAPE ?
			tail_by_fraction(s, at) : tail_by_quadrature(s, at);

		t.lower = fmin(kernel * factor, 1.0);
		t.upper = 1.0 - t.lower;
		t.log_lower = log(s->peak * factor) - fallen;
		t.slope = 1.0 / factor;
	}
	return t;
}

/* Both tails anywhere. */
static Tails
tails_at(const Shapes *s, Point at)
{
	Shapes		mirrored;
	Tails		other;
	Tails		t;

	if (at.below >= 0.0)
		return tails_below_mean(s, at);

	mirrored = mirror_shapes(*s);
	other = tails_below_mean(&mirrored, mirror_point(at));
	t.lower = other.upper;
	t.upper = other.lower;
	t.log_lower = log1p(-t.upper);
	t.slope = other.slope * other.lower / t.lower;
	return t;
}

double
cx_beta_cdf(double x, double a, double b)
{
	Shapes		s;

	if (isnan(x) || !shapes_valid(a, b))
		return NAN;
	if (x <= 0.0 || x >= 1.0)
		return x <= 0.0 ? 0.0 : 1.0;
	s = make_shapes(a, b);
	return tails_at(&s, make_point(&s, x, 1.0 - x)).lower;
}

double
cx_beta_upper(double x, double a, double b)
{
	Shapes		s;

	if (isnan(x) || !shapes_valid(a, b))
		return NAN;
	if (x <= 0.0 || x >= 1.0)
		return x <= 0.0 ? 1.0 : 0.0;
	s = make_shapes(a, b);
	return tails_at(&s, make_point(&s, x, 1.0 - x)).upper;
}

double
cx_beta_cdf_odds(double odds, double a, double b)
{
	Shapes		s;
	double		x = 1.0 / (1.0 + 1.0 / odds);
	double		y = 1.0 / (1.0 + odds);

	if (!(odds >= 0.0) || !shapes_valid(a, b))
		return NAN;
	if (x == 0.0 || y == 0.0)
		return x == 0.0 ? 0.0 : 1.0;
	s = make_shapes(a, b);
	return tails_at(&s, make_point(&s, x, y)).lower;
}

/*
 * A first guess at the log-odds of the lower p-quantile, for p <= 1/2.
 *
 * Abramowitz and Stegun (1964), 26.5.22: the normal quantile with Cornish and
 * Fisher's corrections.  It wants shapes of at least 1, and taking b for
 * larger than it is errs to the left, which is the good side (see below).
 */
static double
guess_log_odds(double p, double a, double b)
{
	double		z = -cx_normal_quantile(p);
	double		from_a = 1.0 / (2.0 * a - 1.0);
	double		from_b = 1.0 / (2.0 * fmax(b, 1.0) - 1.0);
	double		h = 2.0 / (from_a + from_b);
	double		lambda = (z * z - 3.0) / 6.0;
	double		w = z * sqrt(h + lambda) / h -
		(from_b - from_a) * (lambda + 5.0 / 6.0 - 2.0 / (3.0 * h));

	return log(a / fmax(b, 1.0)) - 2.0 * w;
}

/*
 * The log-odds of the lower p-quantile, for 0 < p <= 1/2.
 *
 * As the kernel is log-concave in the log-odds, so is its integral (Prekopa
 * 1973): log P lies below each of its tangents, and Newton's method on it
 * comes from the left to the root without ever passing it.  The tangent at
 * minus infinity, P = x^a / (a B(a, b)), gives a first bound and, where
 * (a + b) x is small, nearly the answer.  With Halley's correction, for which
 * log k has the slope "below", three steps are usual, sixteen the most that
 * have been seen (far out, for a large a and a small b).  The bracket is there
 * because rounding does not know of concavity.
 */
static double
lower_quantile(const Shapes *s, double p)
{
	double		a = s->a;
	double		b = s->b;
	double		least = log(p * (a / s->peak)) / a - log1p(b / a) - b / a * log1p(a / b);
	double		most = LARGEST_LOG_ODDS;
	double		w = least;
	double		log_total_x = log(s->total + 1.0) + least;

	if (log_total_x < -40.0 || least >= most)
		return least;
	if (log_total_x > -2.0 && a >= 1.0)
		w = fmin(fmax(least, guess_log_odds(p, a, b)), most);

	for (int i = 0; i < MAX_QUANTILE_STEPS; i++)
	{
		Point		at = point_at_log_odds(s, w);
		Tails		t = tails_at(s, at);
		double		missing = log(p) - t.log_lower;
		double		bend = missing * (at.below - t.slope) / (2.0 * t.slope);
		double		next = w + missing / t.slope / fmax(1.0 + bend, 0.5);

		if (missing > 0.0)
			least = w;
		else
			most = w;

		/* The error left is of the order of the third power of this one. */
		if (fabs(missing) < 1e-5 || fabs(next - w) <= DBL_EPSILON * fabs(w))
			return next;
		if (!(next > least && next < most))
			next = least + 0.5 * (most - least);
		w = next;
	}
	return w;
}

double
cx_beta_quantile_log_odds(double p, double a, double b)
{
	Shapes		s;

	if (!(p >= 0.0 && p <= 1.0) || !shapes_valid(a, b))
		return NAN;
	if (p == 0.0 || p == 1.0)
		return p == 0.0 ? -INFINITY : INFINITY;
	s = make_shapes(a, b);
	if (p <= 0.5)
		return lower_quantile(&s, p);
	s = mirror_shapes(s);
	return -lower_quantile(&s, 1.0 - p);
}

double
cx_beta_quantile(double p, double a, double b)
{
	return 1.0 / (1.0 + exp(-cx_beta_quantile_log_odds(p, a, b)));
}
