/*
 * loss.c
 *		Tests of src/math/loss.c: against enumeration, closed forms, and each
 *		other.  loss.R has independent figures for whole portfolios, which
 *		test/pgtap/risk.sql holds the extension to.
 *
 *	cc -std=c11 -O2 -Isrc -Itest/math test/math/loss.c src/math/{loss,spline,normal}.c -lm
 */
#include "math/loss.h"
#include "math/normal.h"
#include "math/spline.h"

#include <math.h>
#include <string.h>

#include "tap.h"

#define ACCOUNTS 12
#define STEPS 70000

static double room[STEPS];
static double mixed[STEPS];

/* Accounts that differ, and always the same ones. */
static double
amount_of(int i)
{
	return 1 + i * 7 % 10;
}

static double
probability_of(int i)
{
	return 0.03 + 0.05 * (i * 5 % 12);
}

static CxLossGrid
grid_of(int accounts, double stretch)
{
	CxLossGrid	grid;

	cx_loss_grid_start(&grid, room);
	for (int i = 0; i < accounts; i++)
		cx_loss_grid_add(&grid, amount_of(i) * stretch, probability_of(i));
	return grid;
}

/* P(loss <= x) by going through every outcome. */
static double
enumerated_cdf(double x)
{
	double		cdf = 0;

	for (int outcome = 0; outcome < 1 << ACCOUNTS; outcome++)
	{
		double		loss = 0;
		double		probability = 1;

		for (int i = 0; i < ACCOUNTS; i++)
		{
			bool		lost = outcome >> i & 1;

			loss += lost ? amount_of(i) : 0;
			probability *= lost ? probability_of(i) : 1 - probability_of(i);
		}
		if (loss <= x)
			cdf += probability;
	}
	return cdf;
}

static void
test_grid(void)
{
	CxLossGrid	grid = grid_of(ACCOUNTS, 1);
	CxLoss		loss;
	bool		exact = true;
	bool		smallest = true;
	bool		coherent = true;

	cx_loss_from_grid(&loss, &grid, grid.last);
	for (int x = 0; x <= loss.most; x++)
	{
		double		cdf = enumerated_cdf(x);

		exact = exact && fabs(cx_loss_cdf(&loss, x) - cdf) < 1e-13;
		if (x > 0 && x < loss.most)
			smallest = smallest && cx_loss_quantile(&loss, cdf) <= x &&
				cx_loss_quantile(&loss, cdf + 1e-9) > x;
	}
	ok(exact, "grid: the distribution is that of all outcomes");
	ok(smallest, "grid: a quantile is the smallest loss with that probability");
	for (double q = 0.01; q < 1; q += 0.01)
	{
		/* the mean of the quantiles beyond q */
		double		sum = 0;

		for (int i = 0; i < 2000; i++)
			sum += cx_loss_quantile(&loss, q + (1 - q) * (i + 0.5) / 2000);
		coherent = coherent && fabs(cx_loss_shortfall(&loss, q) - sum / 2000) < 2e-2;
	}
	ok(coherent, "grid: the shortfall is the mean of the worst quantiles");
}

static void
test_split(void)
{
	CxLossGrid	grid = grid_of(200, 37.123);
	double		mean = 0;
	double		variance = 0;
	double		grid_mean = 0;
	double		grid_variance = 0;

	for (int i = grid.first; i <= grid.last; i++)
		grid_mean += i * grid.probability[i];
	for (int i = grid.first; i <= grid.last; i++)
		grid_variance += (i - grid_mean) * (i - grid_mean) * grid.probability[i];
	for (int i = 0; i < 200; i++)
	{
		double		v = amount_of(i) * 37.123;
		double		p = probability_of(i);

		mean += p * v;
		variance += p * (1 - p) * v * v;
	}
	ok(fabs(grid_mean / mean - 1) < 1e-12, "grid: splitting keeps the mean");
	ok(grid_variance > variance && grid_variance < variance + 200 / 4.0,
	   "grid: splitting adds a quarter of a step squared an account at most");
}

/*
 * The accuracy that is promised where sum p (1 - p) v^2 is at least a hundred
 * times the largest v^2: half a percent and one step.
 */
static void
test_expansion(void)
{
	bool		quantiles = true;
	bool		shortfalls = true;
	bool		distributions = true;

	for (int accounts = 300; accounts <= 2000; accounts += 100)
	{
		CxLossGrid	grid = grid_of(accounts, 1);
		CxLossCumulants sum = {0};
		CxLoss		truth;
		CxLoss		loss;
		double		mean = 0;
		double		most = 0;

		for (int i = 0; i < accounts; i++)
		{
			cx_loss_cumulants_add(&sum, amount_of(i), probability_of(i));
			mean += amount_of(i) * probability_of(i);
			most += amount_of(i);
		}
		if (sum.variance < 100 * 10 * 10)
			continue;
		cx_loss_from_grid(&truth, &grid, grid.last);
		cx_loss_from_cumulants(&loss, &sum, mean, most);
		for (double z = -3.7; z < 3.8; z += 0.1)
		{
			double		q = cx_normal_cdf(z);
			double		x = cx_loss_quantile(&truth, q);
			double		shortfall = cx_loss_shortfall(&truth, q);

			quantiles = quantiles && fabs(cx_loss_quantile(&loss, q) - x) < 0.005 * x + 1;
			shortfalls = shortfalls &&
				fabs(cx_loss_shortfall(&loss, q) - shortfall) < 0.005 * shortfall + 1;
			/* a step is half way between two losses */
			distributions = distributions &&
				fabs(cx_loss_cdf(&loss, x + 0.5) - cx_loss_cdf(&truth, x)) < 1e-3;
		}
	}
	ok(quantiles, "expansion: quantiles within 0.5 % and a step of the exact ones");
	ok(shortfalls, "expansion: shortfalls too");
	ok(distributions, "expansion: probabilities within 0.001");
}

/* Cumulants of one account that outweighs all others: rough, but in order. */
static void
test_expansion_laws(void)
{
	bool		rises = true;
	bool		inside = true;

	for (double p = 0.001; p < 1; p += 0.007)
	{
		CxLossCumulants sum = {0};
		CxLoss		loss;
		double		before = 0;

		cx_loss_cumulants_add(&sum, 1000, p);
		cx_loss_cumulants_add(&sum, 1, 0.5);
		cx_loss_from_cumulants(&loss, &sum, 1000 * p + 0.5, 1001);
		for (double q = 0.001; q < 1; q += 0.001)
		{
			double		x = cx_loss_quantile(&loss, q);
			double		shortfall = cx_loss_shortfall(&loss, q);

			rises = rises && x >= before;
			inside = inside && x >= 0 && x <= 1001 && shortfall >= x && shortfall <= 1001;
			before = x;
		}
	}
	ok(rises, "expansion: quantiles rise whatever the cumulants");
	ok(inside, "expansion: no loss is below nothing or above everything");
}

/* Many equal accounts: the share that is lost has a known distribution. */
static void
test_factor(void)
{
	bool		quantiles = true;
	bool		means = true;
	bool		inverse = true;

	for (double rho = 0.05; rho < 0.96; rho += 0.15)
	{
		for (double p = 0.01; p < 1; p += 0.14)
		{
			CxLossNode	node[CX_LOSS_NODES] = {{0}};
			CxLoss		loss;

			/* one amount that stands for 10^8: the variance is next to nothing */
			cx_loss_nodes_add(node, rho, 1e8, p);
			for (int i = 0; i < CX_LOSS_NODES; i++)
				node[i].variance /= 1e8;
			cx_loss_from_nodes(&loss, node, rho, 1e8);
			means = means && fabs(loss.mean / 1e8 - p) < 1e-6;
			for (double q = 0.01; q < 1; q += 0.07)
			{
				double		share = cx_normal_cdf((cx_normal_quantile(p) + sqrt(rho) * cx_normal_quantile(q)) / sqrt(1 - rho));
				double		x = cx_loss_quantile(&loss, q);

				quantiles = quantiles && fabs(x / 1e8 - share) < 3e-4;
				inverse = inverse && (share < 1e-6 || share > 1 - 1e-6 || fabs(cx_loss_cdf(&loss, x) - q) < 1e-6);
			}
		}
	}
	ok(quantiles, "factor: the limit of Vasicek (1987) for many equal accounts");
	ok(means, "factor: the mean is sum p v");
	ok(inverse, "factor: the distribution is the inverse of the quantiles");
}

/* Probabilities so small, or so large, that no value of the factor shows them. */
static void
test_certainty(void)
{
	static const double probabilities[] = {1e-300, 1 - 0x1p-53};

	for (int i = 0; i < 2; i++)
	{
		CxLossNode	node[CX_LOSS_NODES] = {{0}};
		CxLoss		loss;

		cx_loss_nodes_add(node, 0.9, 10, probabilities[i]);
		cx_loss_from_nodes(&loss, node, 0.9, 10);
		ok(fabs(loss.mean - 10 * i) < 1e-9 && loss.stddev < 1e-6 &&
		   fabs(cx_loss_quantile(&loss, 0.5) - 10 * i) < 1e-9,
		   "factor: a loss that all but never happens, or all but always");
	}
}

/* A few accounts by a mixture of grids, checked by what must come out. */
static void
test_mixture(void)
{
	bool		totals = true;
	bool		means = true;

	for (double rho = 0.05; rho < 0.96; rho += 0.05)
	{
		int			count = cx_loss_mixture_size(6, rho);
		CxLossGrid	mixture = {.probability = mixed, .first = 100};
		double		total = 0;
		double		mean = 0;
		double		due = 0;

		memset(mixed, 0, sizeof(mixed));
		for (int i = 0; i < count; i++)
		{
			CxLossGrid	grid;

			cx_loss_grid_start(&grid, room);
			for (int j = 0; j < 6; j++)
				cx_loss_grid_add(&grid, amount_of(j),
								 cx_loss_given(probability_of(j), rho, cx_loss_mixture_node(i, count)));
			cx_loss_grid_mix(&mixture, &grid, cx_loss_mixture_weight(i, count));
		}
		for (int x = mixture.first; x <= mixture.last; x++)
		{
			total += mixed[x];
			mean += x * mixed[x];
		}
		for (int j = 0; j < 6; j++)
			due += amount_of(j) * probability_of(j);
		totals = totals && fabs(total - 1) < 1e-8;
		means = means && fabs(mean / due - 1) < 1e-5;
	}
	ok(totals, "mixture: probabilities add up to 1");
	ok(means, "mixture: the mean is sum p v");
}

static void
test_spline(void)
{
	double		point[CX_LOSS_NODES];
	double		refined[CX_LOSS_POINTS];
	bool		through = true;
	bool		close = true;

	for (int i = 0; i < CX_LOSS_NODES; i++)
		point[i] = sin(i * 0.375);
	cx_spline_refine(point, CX_LOSS_NODES, CX_LOSS_PARTS, refined);
	for (int i = 0; i < CX_LOSS_POINTS; i++)
	{
		through = through && (i % CX_LOSS_PARTS != 0 || refined[i] == point[i / CX_LOSS_PARTS]);
		/* natural ends bend less than the sine does: only there it shows */
		close = close && fabs(refined[i] - sin(i * 0.375 / CX_LOSS_PARTS)) <
			(i > 8 * CX_LOSS_PARTS && i < CX_LOSS_POINTS - 8 * CX_LOSS_PARTS ? 1e-4 : 2e-2);
	}
	ok(through, "spline: through every point");
	ok(close, "spline: close to a smooth curve");
	for (int i = 0; i < CX_LOSS_NODES; i++)
		point[i] = 3 - 2 * i;
	cx_spline_refine(point, CX_LOSS_NODES, CX_LOSS_PARTS, refined);
	close = true;
	for (int i = 0; i < CX_LOSS_POINTS; i++)
		close = close && fabs(refined[i] - (3 - 2.0 * i / CX_LOSS_PARTS)) < 1e-12;
	ok(close, "spline: a straight line stays one");
}

int
main(void)
{
	test_grid();
	test_split();
	test_expansion();
	test_expansion_laws();
	test_factor();
	test_certainty();
	test_mixture();
	test_spline();
	return done_testing();
}
