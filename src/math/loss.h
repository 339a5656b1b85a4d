/*-------------------------------------------------------------------------
 *
 * loss.h
 *	  The distribution of the sum of losses, each of which happens or not.
 *
 * An account loses 'amount' with some probability, else nothing, independently of
 * the others.  Few accounts are convolved on a grid; for many, and for those that
 * share a factor, see portfolio.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_LOSS_H
#define CX_MATH_LOSS_H

#include <stdbool.h>
#include <stddef.h>

/* ---- few accounts: a grid ---- */

/* Losses of whole numbers of steps, those too unlikely to matter left out, or a list of them. */
typedef struct CxLossGrid
{
	const double *listed;		/* NULL, or the losses, in ascending order */
	double	   *probability;	/* of each, or of a loss of 0, 1, 2, ... steps more than ... */
	double		least;			/* ... these */
	int			first;			/* the least loss that matters */
	int			last;			/* the largest */
} CxLossGrid;

/* A loss, in steps more than the least. */
static inline double
cx_loss_point(const CxLossGrid *grid, int i)
{
	return grid->listed != NULL ? grid->listed[i] : i;
}

/* Nothing is lost; 'probability' has room for what will be added. */
extern void cx_loss_grid_start(CxLossGrid *grid, double *probability);

/*
 * Add an account.  Between two points of the grid its loss is split in two with
 * the same mean.  Room: whole steps of all accounts, rounded up, and one more.
 */
extern void cx_loss_grid_add(CxLossGrid *grid, double steps, double probability);

/* ---- reading a distribution ---- */

/* In steps. */
typedef struct CxLoss
{
	CxLossGrid	grid;
	double		most;			/* the loss if everything is lost */
} CxLoss;

/* P(loss <= x) */
extern double cx_loss_cdf(const CxLoss *loss, double x);

/* the smallest x with P(loss <= x) >= q */
extern double cx_loss_quantile(const CxLoss *loss, double q);

/* the mean of the worst 1 - q of all outcomes */
extern double cx_loss_shortfall(const CxLoss *loss, double q);

#endif							/* CX_MATH_LOSS_H */
