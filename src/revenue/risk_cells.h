/*-------------------------------------------------------------------------
 *
 * risk_cells.h
 *	  The smaller ones of many accounts: sums over those that are alike.
 *
 * Accounts go by amount and by probability into the cells of a grid, 32 steps to
 * the octave; those of probability 1/2 and more by the chance to stay.  When there
 * are too many cells, steps are doubled, of revenue and of probability in turn:
 * each time the next level.  The level is
 * the least one that makes them few enough, and only grows with more accounts, so
 * that it does not depend on the order in which they came (as in UDDSketch, Epicoco
 * et al. 2020).  Few prices and few probabilities are kept exactly.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_REVENUE_RISK_CELLS_H
#define CX_REVENUE_RISK_CELLS_H

#include "base/money.h"

/* the most cells of one summary; a summary of many accounts has room for them all */
#define CX_RISK_CELLS 128

/* at this level there are no more than four cells */
#define CX_RISK_LEVELS 32

typedef struct CxRiskAccount
{
	CxMoney		revenue;
	double		probability;
} CxRiskAccount;

/* The place of a cell, in steps of its level. */
typedef struct CxRiskPlace
{
	int32		revenue;
	int32		probability;
} CxRiskPlace;

/* Sums over accounts of revenue v and probability p; each real one of two doubles. */
typedef struct CxRiskCell
{
	int64		accounts;
	double		paid;			/* sum v */
	double		paid_low;
	double		loss;			/* sum p v */
	double		loss_low;
	double		squares;		/* sum p^2 v */
	double		squares_low;
	double		variance;		/* sum p (1 - p) v^2 */
	double		variance_low;
} CxRiskCell;

typedef struct CxRiskCells
{
	CxMoney		unit;			/* all revenues are multiples of it; the largest */
	int64		level;
	int64		count;
	CxRiskPlace place[CX_RISK_CELLS];	/* sorted; the rest is zero */
	CxRiskCell	cell[CX_RISK_CELLS];
} CxRiskCells;

extern void cx_risk_cells_add(CxRiskCells *cells, const CxRiskAccount *account, int count);
extern void cx_risk_cells_merge(CxRiskCells *cells, const CxRiskCells *other);

/*
 * Whether so many accounts, of that revenue and expected loss together and none of
 * them larger than 'most', can have left these sums.
 */
extern bool cx_risk_cells_possible(const CxRiskCells *cells, int64 accounts,
								   const CxMoney *revenue, double expected, double most);

#endif							/* CX_REVENUE_RISK_CELLS_H */
