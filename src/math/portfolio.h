/*-------------------------------------------------------------------------
 *
 * portfolio.h
 *	  The distribution of the sum of many losses (see loss.h), by its transform.
 *
 * Accounts come in groups that are much alike.  The logarithm of the transform of
 * their loss is a sum over groups, and for each a power series (De Pril 1989, "The
 * aggregate claims distribution in the individual model with arbitrary positive
 * claims", which sums it in the other domain):
 *
 *	  n log(1 - p + p e^(i w v)) = n log(1 - p) - n sum (-p / (1 - p))^m / m e^(i w v m)
 *
 * with p and 1 - p changing places where p > 1/2.  So a point for each term goes on
 * a grid, one transform of it gives the logarithm at every frequency, and another
 * one leads back from its exponential to the distribution.  Where all amounts are
 * points of the grid, nothing of this is an approximation.
 *
 * Accounts may share one Gaussian factor (Vasicek 1987, "Probability of loss on loan
 * portfolio"; CreditMetrics, Technical Document, 1997): given its value they are
 * independent, and account i is lost with
 *
 *	  p_i(z) = cdf((quantile(p_i) + sqrt(rho) z) / sqrt(1 - rho))
 *
 * so that a large z is a bad year.  That is a mixture over equally spaced values of
 * it: the transforms are added up before the way back.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_PORTFOLIO_H
#define CX_MATH_PORTFOLIO_H

#include "math/loss.h"

typedef struct CxLossGroup
{
	double		accounts;		/* need not be a whole number */
	double		amount;			/* of each of them, in the mean */
	double		spread;			/* evenly distributed so far to either side */
	double		probability;
	double		threshold;		/* its normal quantile, where there is a factor */
} CxLossGroup;

typedef struct CxPortfolio
{
	const CxLossGroup *group;	/* by amount, more or less */
	int			count;
	double		rho;
	int			nodes;			/* values of the factor: 1 if rho is 0 */
	double		spacing;		/* from one to the next */
} CxPortfolio;

extern CxPortfolio cx_portfolio(const CxLossGroup *group, int count, double rho);

typedef struct CxLossMoments
{
	double		mean;
	double		stddev;
} CxLossMoments;

extern CxLossMoments cx_portfolio_moments(const CxPortfolio *portfolio);

/* The losses between which all lie that matter. */
extern void cx_portfolio_range(const CxPortfolio *portfolio, double *least, double *most);

/*
 * The probability of every outcome of a portfolio of single accounts: of outcome j
 * those are lost that are a bit of it.  Room: two to the number of accounts.
 */
extern void cx_portfolio_outcomes(const CxPortfolio *portfolio, double *probability, double *room);

/* The most terms of a power series. */
#define CX_LOSS_TERMS 400

/*
 * A sum over the factor as it is made.  Losses are whole numbers of 'step' from
 * 'least' steps on, 'span' more at most; 'size' is a power of two, and larger.
 */
typedef struct CxLossTransform
{
	const CxPortfolio *portfolio;
	double		step;
	bool		exact;			/* all amounts are whole numbers of steps */
	double		least;
	int			span;			/* steps from the least loss to the most */
	int			size;
	double		weight;			/* of all nodes so far */
	double		faded[CX_LOSS_TERMS + 1];	/* 1 / m, less and less */
	double	   *real;			/* each of 'size' */
	double	   *imaginary;
	double	   *cosine;			/* each of size / 2 */
	double	   *sine;
	double	   *sum_real;		/* each of size / 2 + 1 */
	double	   *sum_imaginary;
} CxLossTransform;

/*
 * Where not all amounts are whole numbers of steps, a transform needs some to spare:
 * what is split adds up to a little more, or less, than there may be.
 */
#define CX_LOSS_SPARE 128

/* How many doubles of memory a transform needs. */
#define CX_LOSS_TRANSFORM_ROOM(size) (4 * (size_t) (size) + 2)

extern void cx_loss_transform_start(CxLossTransform *t, const CxPortfolio *portfolio,
									double step, bool exact, double least, int span, int size, double *room);

/* Add this node and the next one, if there is one. */
extern void cx_loss_transform_add(CxLossTransform *t, int node);

/* The distribution, which stands where 'room' was. */
extern void cx_loss_transform_finish(CxLossTransform *t, CxLossGrid *grid);

#endif							/* CX_MATH_PORTFOLIO_H */
