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

/*
 * Outcomes less likely than this are dropped from a grid, so that a hundred
 * million of them do not matter.
 */
#define NEGLIGIBLE 1e-22

/* A cumulative probability is a sum: this much short of q is q. */
#define SUM_TOLERANCE 1e-12

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

static double
grid_cdf(const CxLossGrid *grid, double x)
{
	double		sum = 0;

	for (int i = grid->first; i <= grid->last && cx_loss_point(grid, i) <= x; i++)
		sum += grid->probability[i];
	return x >= cx_loss_point(grid, grid->last) ? 1 : fmin(sum, 1);
}

static double
grid_quantile(const CxLossGrid *grid, double q)
{
	double		sum = 0;

	for (int i = grid->first; i < grid->last; i++)
	{
		sum += grid->probability[i];
		if (sum >= q - SUM_TOLERANCE)
			return cx_loss_point(grid, i);
	}
	return cx_loss_point(grid, grid->last);
}

/* The mean of max(loss - x, 0). */
static double
grid_excess(const CxLossGrid *grid, double x)
{
	double		sum = 0;

	for (int i = grid->last; i >= grid->first && cx_loss_point(grid, i) > x; i--)
		sum += grid->probability[i] * (cx_loss_point(grid, i) - x);
	return sum;
}

/* ---- reading a distribution ---- */

double
cx_loss_cdf(const CxLoss *loss, double x)
{
	return x >= loss->most ? 1 : grid_cdf(&loss->grid, x - loss->grid.least);
}

double
cx_loss_quantile(const CxLoss *loss, double q)
{
	return fmin(loss->grid.least + grid_quantile(&loss->grid, q), loss->most);
}

/* Rockafellar & Uryasev 2002, "Conditional value-at-risk for general loss distributions". */
double
cx_loss_shortfall(const CxLoss *loss, double q)
{
	double		x = cx_loss_quantile(loss, q);

	return fmin(x + grid_excess(&loss->grid, x - loss->grid.least) / (1 - q), loss->most);
}
