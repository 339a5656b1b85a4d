/*-------------------------------------------------------------------------
 *
 * loss.h
 *	  The distribution of the sum of losses, each of which happens or not.
 *
 * An account loses 'amount' with some probability, else nothing.  Few accounts
 * are convolved on a grid; many are summed up in moments, which add.  Accounts
 * are independent, or share one Gaussian factor (Vasicek 1987, "Probability of
 * loss on loan portfolio"; CreditMetrics, Technical Document, 1997): given its
 * value they are independent, and account i is lost with
 *
 *	  p_i(z) = cdf((quantile(p_i) + sqrt(rho) z) / sqrt(1 - rho))
 *
 * so that a large z is a bad year.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_LOSS_H
#define CX_MATH_LOSS_H

#include <stdbool.h>

/* ---- moments of many accounts ---- */

/* Cumulants of the loss beyond its mean, each the sum of two doubles. */
typedef struct CxLossCumulants
{
	double		variance;
	double		variance_low;
	double		third;
	double		third_low;
	double		fourth;
	double		fourth_low;
} CxLossCumulants;

/*
 * What is lost given the factor.  Bad years keep the amount that is not lost
 * instead, which is the smaller and so the one that loses no digits.
 */
typedef struct CxLossNode
{
	double		amount;			/* lost, or kept where z > 0 */
	double		amount_low;
	double		variance;
	double		variance_low;
} CxLossNode;

/* The factor runs from -CX_LOSS_REACH to CX_LOSS_REACH. */
#define CX_LOSS_NODES 33
#define CX_LOSS_REACH 6.0

extern void cx_loss_cumulants_add(CxLossCumulants *sum, double amount, double probability);
extern void cx_loss_cumulants_merge(CxLossCumulants *sum, const CxLossCumulants *other);
extern void cx_loss_nodes_add(CxLossNode *node, double rho, double amount, double probability);
extern void cx_loss_nodes_merge(CxLossNode *node, const CxLossNode *other);

/* ---- few accounts: a grid ---- */

/* Losses of whole numbers of steps, those too unlikely to matter left out. */
typedef struct CxLossGrid
{
	double	   *probability;	/* of a loss of 0, 1, 2, ... steps */
	int			first;			/* the least loss that matters */
	int			last;			/* the largest */
} CxLossGrid;

/* Nothing is lost; 'probability' has room for what will be added. */
extern void cx_loss_grid_start(CxLossGrid *grid, double *probability);

/*
 * Add an account.  Between two points of the grid its loss is split in two with
 * the same mean.  Room: whole steps of all accounts, rounded up, and one more.
 */
extern void cx_loss_grid_add(CxLossGrid *grid, double steps, double probability);

/* Add 'weight' times the other grid, point by point. */
extern void cx_loss_grid_mix(CxLossGrid *grid, const CxLossGrid *other, double weight);

/* An account's probability given the factor. */
extern double cx_loss_given(double probability, double rho, double z);

/*
 * How many equally spaced values of the factor make a mixture of grids smooth,
 * where the accounts are as even as 'accounts' equal ones; and the values, with
 * weights that add up to 1.
 */
extern int	cx_loss_mixture_size(double accounts, double rho);
extern double cx_loss_mixture_node(int i, int count);
extern double cx_loss_mixture_weight(int i, int count);

/* ---- reading a distribution ---- */

#define CX_LOSS_PARTS 16
#define CX_LOSS_POINTS ((CX_LOSS_NODES - 1) * CX_LOSS_PARTS + 1)

typedef struct CxLoss
{
	enum
	{
		CX_LOSS_GRID,			/* in steps */
		CX_LOSS_EXPANSION,
		CX_LOSS_FACTOR
	}			kind;
	double		most;			/* the loss if everything is lost */
	CxLossGrid	grid;
	double		mean;			/* of all but CX_LOSS_GRID */
	double		stddev;
	double		skewness;		/* of CX_LOSS_EXPANSION */
	double		kurtosis;		/* beyond the normal distribution's */
	double		given_mean[CX_LOSS_POINTS]; /* of CX_LOSS_FACTOR */
	double		given_stddev[CX_LOSS_POINTS];
} CxLoss;

extern void cx_loss_from_grid(CxLoss *loss, const CxLossGrid *grid, double most);
extern void cx_loss_from_cumulants(CxLoss *loss, const CxLossCumulants *sum,
								   double mean, double most);
extern void cx_loss_from_nodes(CxLoss *loss, const CxLossNode *node, double rho,
							   double most);

/* P(loss <= x) */
extern double cx_loss_cdf(const CxLoss *loss, double x);

/* the smallest x with P(loss <= x) >= q */
extern double cx_loss_quantile(const CxLoss *loss, double q);

/* the mean of the worst 1 - q of all outcomes */
extern double cx_loss_shortfall(const CxLoss *loss, double q);

#endif							/* CX_MATH_LOSS_H */
