/*-------------------------------------------------------------------------
 *
 * risk_state.h
 *	  The state of the aggregates that make a risk_summary.
 *
 * What an open account adds takes longer than all else a row does, and sums over
 * many accounts are too large to be at hand when each row belongs to another group.
 * So while an aggregate accumulates, open accounts wait in a queue behind the
 * summary, which counts them but has them in no sum.  In a summary of few accounts,
 * all that are open wait there; in one of many, the queue is worked off whenever it
 * is full.  The final function does the rest: what is stored has no queue.
 *
 * A state is one flat value like a summary, its varlena size covering the room that
 * is left in the queue, so that it survives being copied by the executor, spilled to
 * disk and sent between workers.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_REVENUE_RISK_STATE_H
#define CX_REVENUE_RISK_STATE_H

#include "revenue/risk.h"

/* CxRisk.mark of a value with a queue, as we left it */
#define CX_RISK_MARK (CX_STATE_MARK * 0x01010101U)

static inline bool
cx_risk_has_queue(const CxRisk *risk)
{
	return risk->mark == CX_RISK_MARK;
}

/* How large a summary is, its queue left out. */
static inline Size
cx_risk_settled_size(const CxRisk *risk)
{
	return cx_risk_is_pooled(risk) ? sizeof(CxPooledRisk) :
		offsetof(CxHeldRisk, account) + risk->open * sizeof(CxRiskAccount);
}

static inline CxRiskAccount *
cx_risk_queue(const CxRisk *risk)
{
	return (CxRiskAccount *) ((char *) risk + cx_risk_settled_size(risk));
}

static inline bool
cx_risk_has_room(const CxRisk *risk)
{
	return cx_risk_has_queue(risk) &&
		cx_risk_settled_size(risk) + (risk->waiting + 1) * sizeof(CxRiskAccount) <= VARSIZE(risk);
}

/* Whether an account may leave or stay, and pays something. */
static inline bool
cx_risk_is_open(const CxMoney *revenue, double probability)
{
	return probability > 0 && probability < 1 &&
		!cx_money_is_zero(revenue) && !cx_money_is_negative(revenue);
}

/* Their order: by revenue, then by decimals shown, then by probability. */
extern int	cx_risk_compare(const CxRiskAccount *one, const CxRiskAccount *other);

/*
 * Add accounts to the sums of money that they are part of: false, and those
 * undefined, if one of them is not open.
 */
extern bool cx_risk_add_open(CxRisk *risk, const CxRiskAccount *account, int count);

/*
 * CxType.size, of states too: 0 where there are not as many accounts or cells as
 * there may be, or where they would not lie within the value.
 */
extern Size cx_risk_size(const CxHeader *value);

/* Make room in the queue for one more account: use what is returned. */
extern CxRisk *cx_risk_make_room(CxRisk *risk);

/*
 * The next place in the queue of a state that may be scribbled on, which may move.
 * What is written there waits as soon as it is counted.
 */
static inline CxRiskAccount *
cx_risk_next(CxRisk **risk)
{
	if (unlikely(!cx_risk_has_room(*risk)))
		*risk = cx_risk_make_room(*risk);
	return cx_risk_queue(*risk) + (*risk)->waiting;
}

/* Append all accounts of another summary, a state or not, and its sums. */
extern CxRisk *cx_risk_append_all(CxRisk *risk, const CxRisk *other);

/* The summary without a queue: itself, or a copy. */
extern const CxRisk *cx_risk_settled(const CxRisk *risk);

#endif							/* CX_REVENUE_RISK_STATE_H */
