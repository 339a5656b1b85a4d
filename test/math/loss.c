/*
 * loss.c
 *		Tests of src/math/loss.c: against enumeration, closed forms, and each
 *		other.  loss.R has independent figures for whole portfolios, which
 *		test/pgtap/risk.sql holds the extension to.
 *
 *	cc -std=c11 -O2 -Isrc -Itest/math test/math/loss.c src/math/{loss,portfolio,fourier,normal}.c -lm
 */
#include "math/fourier.h"
#include "math/loss.h"
#include "math/normal.h"
#include "math/portfolio.h"

#include <math.h>
#include <string.h>

#include "tap.h"

#define ACCOUNTS 12
#define STEPS 70000

static double room[STEPS];

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
	CxLoss		loss = {grid, grid.last};
	bool		exact = true;
	bool		smallest = true;
	bool		coherent = true;

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

/* ---- many accounts ---- */

#define SIZE (1 << 15)
#define GROUPS 512

static double transform_room[CX_LOSS_TRANSFORM_ROOM(SIZE)];
static CxLossGroup group[GROUPS];

/* The distribution of groups on a grid of this step. */
static CxLoss
loss_of(int groups, double rho, double step, bool exact)
{
	CxPortfolio portfolio;
	CxLossTransform transform;
	CxLoss		loss;
	double		least;
	double		most;

	for (int i = 0; i < groups; i++)
		group[i].threshold = cx_normal_quantile(group[i].probability);
	portfolio = cx_portfolio(group, groups, rho);
	cx_portfolio_range(&portfolio, &least, &most);
	cx_loss_transform_start(&transform, &portfolio, step, exact, floor(least / step),
							(int) (ceil(most / step) - floor(least / step)), SIZE, transform_room);
	for (int i = 0; i < portfolio.nodes; i += 2)
		cx_loss_transform_add(&transform, i);
	cx_loss_transform_finish(&transform, &loss.grid);
	loss.most = ceil(most / step);
	return loss;
}

static void
test_fourier(void)
{
	double		real[8] = {1, 2, 3, 5, 8, 13, 21, 34};
	double		imaginary[8] = {0, 1, 0, -1, 0, 2, 0, 7};
	double		x[8];
	double		y[8];
	double		cosine[4];
	double		sine[4];
	bool		right = true;

	memcpy(x, real, sizeof(x));
	memcpy(y, imaginary, sizeof(y));
	cx_fourier_roots(cosine, sine, 8);
	cx_fourier(x, y, 8, cosine, sine);
	for (int j = 0; j < 8; j++)
	{
		double		a = 0;
		double		b = 0;

		for (int i = 0; i < 8; i++)
		{
			double		angle = acos(-1) / 4 * i * j;

			a += real[i] * cos(angle) - imaginary[i] * sin(angle);
			b += real[i] * sin(angle) + imaginary[i] * cos(angle);
		}
		right = right && fabs(a - x[j]) < 1e-12 && fabs(b - y[j]) < 1e-12;
	}
	ok(right, "fourier: the transform is its definition");
}

/* The transform against convolution, account by account and in groups. */
static void
test_transform(void)
{
	static const double probabilities[] = {0.002, 0.3, 0.5, 0.97};
	bool		same = true;
	bool		alike = true;

	for (int i = 0; i < 300; i++)
		group[i] = (CxLossGroup) {1, amount_of(i), 0, probability_of(i), 0};
	for (int i = 0; i < 2; i++)
	{
		CxLossGrid	grid = grid_of(300, 1);
		CxLoss		truth = {grid, grid.last};
		CxLoss		loss = loss_of(300, 0, 1, true);

		for (int x = 0; x <= 1500; x++)
			same = same && fabs(cx_loss_cdf(&loss, x) - cx_loss_cdf(&truth, x)) < 1e-12;
	}
	ok(same, "transform: the distribution is that of convolution");
	for (int i = 0; i < 4; i++)
	{
		CxLossGrid	grid;
		CxLoss		loss;

		cx_loss_grid_start(&grid, room);
		for (int j = 0; j < 3000; j++)
			cx_loss_grid_add(&grid, 3, probabilities[i]);
		group[0] = (CxLossGroup) {3000, 3, 0, probabilities[i], 0};
		loss = loss_of(1, 0, 1, true);
		for (double q = 0.001; q < 1; q += 0.0171)
			alike = alike && cx_loss_quantile(&loss, q) == cx_loss_quantile(&(CxLoss) {grid, 9000}, q);
	}
	ok(alike, "transform: a group is as many accounts, whatever their probability");
}

/* Amounts between the points of a grid, and groups of amounts that differ. */
static void
test_between(void)
{
	double		worst = 0;
	double		spread = 0;
	CxLoss		truth;
	double		due[9];

	/* 2,000 accounts of 1 to 1.5, each by itself on a fine grid, then ten groups */
	for (int i = 0; i < 500; i++)
		group[i] = (CxLossGroup) {4, 1000 + i + 0.5, 0, 0.01, 0};
	truth = loss_of(500, 0, 10, false);
	for (int i = 0; i < 9; i++)
		due[i] = 10 * cx_loss_quantile(&truth, 0.1 * (i + 1));
	for (int step = 3; step <= 50; step += 47)
	{
		CxLoss		loss = loss_of(500, 0, step, false);

		for (int i = 0; i < 9; i++)
			worst = fmax(worst, fabs(step * cx_loss_quantile(&loss, 0.1 * (i + 1)) - due[i]) / due[i] - step / due[i]);
	}
	ok(worst < 2e-3, "transform: between the points of a grid, quantiles within 0.2 % and a step");
	for (int i = 0; i < 10; i++)
		group[i] = (CxLossGroup) {200, 1025 + 50 * i, 25, 0.01, 0};
	truth = loss_of(10, 0, 10, false);
	for (int i = 0; i < 9; i++)
		spread = fmax(spread, fabs(10 * cx_loss_quantile(&truth, 0.1 * (i + 1)) - due[i]) / due[i]);
	ok(spread < 2e-3, "transform: a group of amounts that differ, likewise");
}

/* Many equal accounts: the share that is lost has a known distribution. */
static void
test_factor(void)
{
	double		worst = 0;
	double		mean = 0;

	for (double rho = 0.05; rho < 0.6; rho += 0.25)
	{
		for (double p = 0.01; p < 1; p += 0.245)
		{
			CxPortfolio portfolio;
			CxLoss		loss;

			group[0] = (CxLossGroup) {1e8, 1, 0, p, 0};
			loss = loss_of(1, rho, 4000, false);
			portfolio = cx_portfolio(group, 1, rho);
			mean = fmax(mean, fabs(cx_portfolio_moments(&portfolio).mean / 1e8 - p));
			for (double q = 0.01; q < 1; q += 0.07)
			{
				double		share = cx_normal_cdf((cx_normal_quantile(p) + sqrt(rho) * cx_normal_quantile(q)) / sqrt(1 - rho));

				worst = fmax(worst, fabs(cx_loss_quantile(&loss, q) * 4000 / 1e8 - share));
			}
		}
	}
	ok(worst < 1e-3, "factor: the limit of Vasicek (1987) for many equal accounts");
	ok(mean < 1e-6, "factor: the mean is sum p v");
}

/* Probabilities so small, or so large, that no value of the factor shows them. */
static void
test_certainty(void)
{
	static const double probabilities[] = {1e-300, 1 - 0x1p-53};

	for (int i = 0; i < 2; i++)
	{
		CxLoss		loss;
		CxPortfolio portfolio;
		CxLossMoments moments;

		group[0] = (CxLossGroup) {10, 1, 0, probabilities[i], 0};
		loss = loss_of(1, 0.9, 1, true);
		portfolio = cx_portfolio(group, 1, 0.9);
		moments = cx_portfolio_moments(&portfolio);
		ok(fabs(moments.mean - 10 * i) < 1e-9 && moments.stddev < 1e-6 &&
		   cx_loss_quantile(&loss, 0.5) == 10 * i,
		   "factor: a loss that all but never happens, or all but always");
	}
}

/* A few accounts, checked by what must come out. */
static void
test_few(void)
{
	bool		totals = true;
	bool		means = true;

	for (double rho = 0.05; rho < 0.96; rho += 0.05)
	{
		CxLoss		loss;
		double		total = 0;
		double		mean = 0;
		double		due = 0;

		for (int j = 0; j < 6; j++)
		{
			group[j] = (CxLossGroup) {1, amount_of(j), 0, probability_of(j), 0};
			due += amount_of(j) * probability_of(j);
		}
		loss = loss_of(6, rho, 1, true);
		for (int x = loss.grid.first; x <= loss.grid.last; x++)
		{
			total += loss.grid.probability[x];
			mean += x * loss.grid.probability[x];
		}
		totals = totals && fabs(total - 1) < 1e-9;
		means = means && fabs(mean / due - 1) < 1e-7;
	}
	ok(totals, "factor: probabilities of a few accounts add up to 1");
	ok(means, "factor: their mean is sum p v");
}

/* Losses that are listed are read like those of a grid. */
static void
test_outcomes(void)
{
	static double probability[1 << ACCOUNTS];
	static double scratch[1 << ACCOUNTS];
	bool		same = true;
	double		mean = 0;
	double		total = 0;
	double		listed[] = {0, 20.99, 1000.37};
	double		third[] = {0.5, 0.3, 0.2};
	CxLoss		loss = {{.listed = listed, .probability = third, .last = 2}, 1000.37};
	CxPortfolio portfolio;

	for (int i = 0; i < ACCOUNTS; i++)
		group[i] = (CxLossGroup) {1, amount_of(i), 0, probability_of(i), cx_normal_quantile(probability_of(i))};
	portfolio = cx_portfolio(group, ACCOUNTS, 0);
	cx_portfolio_outcomes(&portfolio, probability, scratch);
	for (double x = 0; x < 60; x += 7)
	{
		double		cdf = 0;

		for (int j = 0; j < 1 << ACCOUNTS; j++)
		{
			double		lost = 0;

			for (int i = 0; i < ACCOUNTS; i++)
				lost += j >> i & 1 ? amount_of(i) : 0;
			cdf += lost <= x ? probability[j] : 0;
		}
		same = same && fabs(cdf - enumerated_cdf(x)) < 1e-13;
	}
	ok(same, "outcomes: each has its probability");
	portfolio = cx_portfolio(group, ACCOUNTS, 0.3);
	cx_portfolio_outcomes(&portfolio, probability, scratch);
	for (int j = 0; j < 1 << ACCOUNTS; j++)
	{
		total += probability[j];
		mean += j & 1 ? probability[j] : 0;
	}
	ok(fabs(total - 1) < 1e-12 && fabs(mean - probability_of(0)) < 1e-7,
	   "outcomes: with a factor they add up to 1, and an account keeps its probability");
	ok(cx_loss_quantile(&loss, 0.5) == 0 && cx_loss_quantile(&loss, 0.8) == 20.99 && cx_loss_quantile(&loss, 0.9) == 1000.37 &&
	   fabs(cx_loss_cdf(&loss, 20.99) - 0.8) < 1e-15 && fabs(cx_loss_shortfall(&loss, 0.5) - 412.742) < 1e-9,
	   "outcomes: a list of losses has quantiles and shortfalls");
}

/* Few giants and many accounts far smaller than a step: all probabilities count once. */
static void
test_giants(void)
{
	CxLoss		loss;
	double		total = 0;
	double		lowest = 1;

	group[0] = (CxLossGroup) {5, 1000000, 0, 0.01, 0};
	group[1] = (CxLossGroup) {1000, 1, 0, 0.1, 0};
	loss = loss_of(2, 0, 5001000.0 / (SIZE - CX_LOSS_SPARE), false);
	for (int i = loss.grid.first; i <= loss.grid.last; i++)
	{
		total += loss.grid.probability[i];
		lowest = fmin(lowest, loss.grid.probability[i]);
	}
	ok(fabs(total - 1) < 1e-13 && lowest >= 0, "transform: probabilities are none below 0 and add up to 1");
	/* 1 - (1 - .01)^5 - 5 .01 (1 - .01)^4 = .00098 is the chance of two */
	ok(fabs(cx_loss_shortfall(&loss, 0.999) * 5001000.0 / (SIZE - CX_LOSS_SPARE) / 1990150.609 - 1) < 2e-4,
	   "transform: no phantom losses of all giants at once");
}

int
main(void)
{
	test_grid();
	test_split();
	test_fourier();
	test_transform();
	test_between();
	test_factor();
	test_certainty();
	test_few();
	test_outcomes();
	test_giants();
	return done_testing();
}
