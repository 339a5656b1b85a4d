/*-------------------------------------------------------------------------
 *
 * risk.h
 *	  Revenue at risk: what accounts pay and how likely they are to leave.
 *
 * Sums of money are exact.  What the distribution of the loss needs depends on
 * how many accounts are open, that is, may leave or stay and pay something.  Up
 * to CX_RISK_HELD of them are held one by one, sorted; of more, the largest ones
 * are, and the rest is pooled in sums over accounts that are alike (risk_cells.h).
 * Which ones are held does not depend on the order in which they came.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_REVENUE_RISK_H
#define CX_REVENUE_RISK_H

#include "base/money.h"
#include "base/summary.h"
#include "revenue/risk_cells.h"

#define CX_RISK_VERSION 1

/* CxHeader.kind; the letter is in stored values and never changes */
#define CX_RISK_KIND 'L'

#define CX_RISK_HELD 256

/* of more accounts than that, so many of the largest are */
#define CX_RISK_LARGEST 64

typedef struct CxRisk
{
	CxHeader	header;
	uint32		mark;			/* state (risk_state.h): CX_RISK_MARK; stored: 0 */
	int32		waiting;		/* state: accounts in its queue; stored: 0 */
	int64		n;				/* accounts */
	int64		unrated;		/* of them without a probability */
	int64		open;			/* of them with 0 < probability < 1 and revenue */
	double		correlation;	/* of rated and unrated accounts alike */
	CxMoney		revenue;		/* of the rated accounts */
	CxMoney		unrated_revenue;
	CxMoney		certain;		/* revenue of accounts of probability 1 */
	CxMoney		open_revenue;
	CxMoney		open_expected;	/* sum of probability * revenue of the open ones */
} CxRisk;

typedef struct CxHeldRisk
{
	CxRisk		risk;
	CxRiskAccount account[FLEXIBLE_ARRAY_MEMBER];	/* cx_risk_held of them */
} CxHeldRisk;

typedef struct CxPooledRisk
{
	CxRisk		risk;
	CxRiskAccount account[CX_RISK_LARGEST];
	CxRiskCells cells;
} CxPooledRisk;

static inline bool
cx_risk_is_pooled(const CxRisk *risk)
{
	return risk->open > CX_RISK_HELD;
}

/* How many accounts are held. */
static inline int
cx_risk_held(const CxRisk *risk)
{
	return cx_risk_is_pooled(risk) ? CX_RISK_LARGEST : (int) risk->open;
}

static inline CxRiskAccount *
cx_risk_accounts(const CxRisk *risk)
{
	return ((CxHeldRisk *) risk)->account;
}

/* The summary in argument 'argno', valid, and not to be changed. */
extern const CxRisk *cx_risk_arg(FunctionCallInfo fcinfo, int argno);

/* What we expect to lose, as a share of the rated revenue; NaN without. */
extern double cx_risk_share(const CxRisk *risk);

#endif							/* CX_REVENUE_RISK_H */
