/*-------------------------------------------------------------------------
 *
 * risk_state.c
 *	  The state of the aggregates that make a risk_summary (see risk_state.h).
 *
 *-------------------------------------------------------------------------
 */
#include "revenue/risk_state.h"

#include "port/pg_bitutils.h"

#include "revenue/customer.h"

/* Accounts that wait beside a summary of many, which is then worth a visit. */
#define WAITING 64

/* The first one too many to be held waits as well: with it, pooling begins. */
#define MOST_WAITING (CX_RISK_HELD + 1)

Size
cx_risk_size(const CxHeader *value)
{
	const CxRisk *risk = (const CxRisk *) value;
	const CxRiskCells *cells = &((const CxPooledRisk *) risk)->cells;
	Size		size = VARSIZE(value);
	Size		used;

	if (size < sizeof(CxRisk) || risk->open < 0)
		return 0;
	if (cx_risk_is_pooled(risk) &&
		(size < sizeof(CxPooledRisk) || (uint64) cells->count > CX_RISK_CELLS ||
		 (uint64) cells->level > CX_RISK_LEVELS))
		return 0;
	used = cx_risk_settled_size(risk);
	if (!cx_risk_has_queue(risk))
		return risk->mark == 0 && risk->waiting == 0 ? used : 0;
	if ((risk->open > 0 && !cx_risk_is_pooled(risk)) || (uint32) risk->waiting > MOST_WAITING)
		return 0;
	used += risk->waiting * sizeof(CxRiskAccount);
	return used <= size ? size : 0;
}

/* ---- sums, and what is held or pooled ---- */

int
cx_risk_compare(const CxRiskAccount *one, const CxRiskAccount *other)
{
	int			order;

	/* the usual case: other amounts, with the same decimals, that fit one limb */
	if (one->revenue.limb[0] != other->revenue.limb[0] &&
		one->revenue.dscale == other->revenue.dscale &&
		(one->revenue.limb[1] | one->revenue.limb[2] |
		 other->revenue.limb[1] | other->revenue.limb[2]) == 0)
		return one->revenue.limb[0] < other->revenue.limb[0] ? -1 : 1;
	order = cx_money_compare(&one->revenue, &other->revenue);
	if (order == 0)
		order = one->revenue.dscale - other->revenue.dscale;
	if (order == 0)
		order = (one->probability > other->probability) -
			(one->probability < other->probability);
	return order;
}

/* To sort accounts pointers are moved, which are smaller. */
typedef const CxRiskAccount *AccountPointer;

#define ST_SORT sort_pointers
#define ST_ELEMENT_TYPE AccountPointer
#define ST_COMPARE(a, b) cx_risk_compare(*(a), *(b))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

static void
sort_accounts(CxRiskAccount *account, int count)
{
	CxRiskAccount unsorted[MOST_WAITING];
	AccountPointer pointer[MOST_WAITING];

	Assert(count <= MOST_WAITING);
	memcpy(unsorted, account, count * sizeof(CxRiskAccount));
	for (int i = 0; i < count; i++)
		pointer[i] = &unsorted[i];
	sort_pointers(pointer, count);
	for (int i = 0; i < count; i++)
		account[i] = *pointer[i];
}

static void
add_expected(CxMoney *sum, const CxMoney *expected)
{
	if (unlikely(!cx_money_try_add(sum, expected)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("expected loss %s cannot be summed exactly", cx_money_to_text(expected)),
				 errdetail("Probability times revenue has the decimals of both, which count among the 57 digits that sums hold, and are at most %d.",
						   CX_MONEY_MAX_DSCALE),
				 errhint("Round either of them: round(revenue, 2), or round(probability::numeric, 6)::float8.")));
}

bool
cx_risk_add_open(CxRisk *risk, const CxRiskAccount *account, int count)
{
	CxMoney		revenue = {.dscale = 0};
	/* small probabilities have more decimals: one sum for each number of them */
	CxMoney		expected[CX_MONEY_MAX_DSCALE + 1] = {{.dscale = 0}};
	uint64		used = 0;

	for (int i = 0; i < count; i++)
	{
		CxMoney		loss;

		if (unlikely(!cx_risk_is_open(&account[i].revenue, account[i].probability)))
			return false;
		cx_money_add(&revenue, &account[i].revenue);
		cx_money_share(&loss, &account[i].revenue, account[i].probability);
		expected[loss.dscale].dscale = loss.dscale;
		if (unlikely(!cx_money_add_limbs(expected[loss.dscale].limb, loss.limb)))
			cx_money_refuse_term(&loss);
		used |= UINT64CONST(1) << loss.dscale;
	}
	cx_money_add(&risk->revenue, &revenue);
	cx_money_add(&risk->open_revenue, &revenue);
	for (int i = 0; i <= CX_MONEY_MAX_DSCALE; i++)
	{
		if (used >> i & 1)
			add_expected(&risk->open_expected, &expected[i]);
	}
	return true;
}

/* The same within a state, where all accounts are open unless something went bad. */
static void
add_waiting(CxRisk *risk, const CxRiskAccount *account, int count)
{
	if (unlikely(!cx_risk_add_open(risk, account, count)))
		cx_summary_damaged("It holds an account that pays nothing, or is sure to leave or to stay.");
}

/* How many accounts, the smallest first, come before this one, of those held. */
static int
count_smaller(const CxRiskAccount *held, const CxRiskAccount *account)
{
	int			least = 0;
	int			most = CX_RISK_LARGEST;

	while (least < most)
	{
		int			middle = (least + most) / 2;

		if (cx_risk_compare(&held[middle], account) < 0)
			least = middle + 1;
		else
			most = middle;
	}
	return least;
}

/*
 * Pool accounts, which may be scribbled on: of those that are held and each of them,
 * the smallest one goes to the cells.
 */
static void
pool(CxPooledRisk *pooled, CxRiskAccount *account, int count)
{
	CxRiskAccount *held = pooled->account;

	for (int i = 0; i < count; i++)
	{
		CxRiskAccount larger;
		int			place;

		if (likely(cx_risk_compare(&account[i], &held[0]) <= 0))
			continue;
		place = count_smaller(held, &account[i]) - 1;
		if (unlikely(place < 0))
			cx_summary_damaged("Its accounts are not sorted.");
		larger = account[i];
		account[i] = held[0];
		memmove(&held[0], &held[1], place * sizeof(CxRiskAccount));
		held[place] = larger;
	}
	cx_risk_cells_add(&pooled->cells, account, count);
}

/* ---- the queue ---- */

/* A state with room for so many accounts in its queue, to begin with the sums of another. */
static CxRisk *
new_state(const CxRisk *risk, Size settled, Size queue)
{
	CxRisk	   *state = palloc0(settled + queue);

	*state = *risk;
	state->mark = CX_RISK_MARK;
	SET_VARSIZE(state, settled + queue);
	return state;
}

/* Room for a summary of many accounts, and all that its state will ever need. */
static CxPooledRisk *
new_pool(const CxRisk *risk)
{
	CxRisk	   *state = new_state(risk, sizeof(CxPooledRisk), WAITING * sizeof(CxRiskAccount));

	state->waiting = 0;
	return (CxPooledRisk *) state;
}

/* Room for so many that wait.  Sizes are powers of two, as chunks of memory are. */
static CxRisk *
new_queue(const CxRisk *risk, int accounts)
{
	Size		size = pg_nextpower2_size_t(sizeof(CxRisk) + accounts * sizeof(CxRiskAccount));

	return new_state(risk, sizeof(CxRisk),
					 Min(size - sizeof(CxRisk), MOST_WAITING * sizeof(CxRiskAccount)));
}

/* As many accounts wait as may be: from now on only the largest are held. */
static CxRisk *
start_pooling(CxRisk *risk)
{
	CxRiskAccount *account = cx_risk_queue(risk);
	CxPooledRisk *pooled = new_pool(risk);
	int			smaller = risk->waiting - CX_RISK_LARGEST;

	sort_accounts(account, risk->waiting);
	add_waiting(&pooled->risk, account, risk->waiting);
	pooled->risk.open = risk->waiting;
	memcpy(pooled->account, &account[smaller], sizeof(pooled->account));
	cx_risk_cells_add(&pooled->cells, account, smaller);
	return &pooled->risk;
}

/* Work off the queue of a summary of many accounts. */
static void
settle_pool(CxPooledRisk *pooled)
{
	CxRisk	   *risk = &pooled->risk;
	CxRiskAccount *account = cx_risk_queue(risk);

	add_waiting(risk, account, risk->waiting);
	pool(pooled, account, risk->waiting);
	cx_customers_add(&risk->open, risk->waiting);
	risk->waiting = 0;
}

/* Hold all accounts that wait, right where they are. */
static void
settle_held(CxRisk *risk)
{
	CxRiskAccount *account = cx_risk_queue(risk);

	sort_accounts(account, risk->waiting);
	add_waiting(risk, account, risk->waiting);
	risk->open = risk->waiting;
	risk->waiting = 0;
}

/* A state of a summary without a queue.  Accounts that are held wait again. */
static CxRisk *
with_queue(const CxRisk *risk)
{
	CxRisk	   *state;

	if (cx_risk_is_pooled(risk))
	{
		CxPooledRisk *pooled = new_pool(risk);

		memcpy(pooled->account, ((const CxPooledRisk *) risk)->account, sizeof(pooled->account));
		pooled->cells = ((const CxPooledRisk *) risk)->cells;
		return &pooled->risk;
	}
	state = new_queue(risk, (int) risk->open + 1);
	state->open = 0;
	state->waiting = (int32) risk->open;
	/* decimals stay, which are those of all the accounts */
	cx_money_subtract(&state->revenue, &state->open_revenue);
	state->open_revenue = (CxMoney) {.dscale = 0};
	state->open_expected = (CxMoney) {.dscale = 0};
	memcpy(cx_risk_queue(state), cx_risk_accounts(risk), risk->open * sizeof(CxRiskAccount));
	return state;
}

static CxRisk *
with_larger_queue(const CxRisk *risk)
{
	CxRisk	   *state = new_queue(risk, risk->waiting + 1);

	memcpy(cx_risk_queue(state), cx_risk_queue(risk), risk->waiting * sizeof(CxRiskAccount));
	return state;
}

CxRisk *
cx_risk_make_room(CxRisk *risk)
{
	if (!cx_risk_has_queue(risk))
		return with_queue(risk);
	if (cx_risk_is_pooled(risk))
	{
		settle_pool((CxPooledRisk *) risk);
		return risk;
	}
	return risk->waiting < MOST_WAITING ? with_larger_queue(risk) : start_pooling(risk);
}

const CxRisk *
cx_risk_settled(const CxRisk *risk)
{
	CxRisk	   *settled;

	if (!cx_risk_has_queue(risk))
		return risk;
	settled = (CxRisk *) cx_summary_copy(&risk->header);
	if (cx_risk_is_pooled(settled))
		settle_pool((CxPooledRisk *) settled);
	else if (settled->waiting > CX_RISK_HELD)
		settled = start_pooling(settled);
	else
		settle_held(settled);
	settled->mark = 0;
	SET_VARSIZE(settled, cx_risk_settled_size(settled));
	return settled;
}

/* ---- merging ---- */

/* Add the exact sums of another summary. */
static void
merge_sums(CxRisk *risk, const CxRisk *other)
{
	cx_customers_add(&risk->unrated, other->unrated);
	cx_money_add(&risk->revenue, &other->revenue);
	cx_money_add(&risk->unrated_revenue, &other->unrated_revenue);
	cx_money_add(&risk->certain, &other->certain);
	cx_money_add(&risk->open_revenue, &other->open_revenue);
	add_expected(&risk->open_expected, &other->open_expected);
}

static void
merge_pools(CxPooledRisk *pooled, const CxPooledRisk *other)
{
	CxRiskAccount largest[CX_RISK_LARGEST];

	memcpy(largest, other->account, sizeof(largest));
	pool(pooled, largest, CX_RISK_LARGEST);
	cx_risk_cells_merge(&pooled->cells, &other->cells);
}

/* Append accounts to a queue: use what is returned. */
static CxRisk *
append(CxRisk *risk, const CxRiskAccount *account, int count)
{
	for (int i = 0; i < count; i++)
	{
		*cx_risk_next(&risk) = account[i];
		risk->waiting++;
	}
	return risk;
}

/* What another summary pools and holds, beside our own sums and what waits there. */
static CxRisk *
take_over(const CxRisk *risk, const CxPooledRisk *other)
{
	CxPooledRisk *pooled = new_pool(risk);

	memcpy(pooled->account, other->account, sizeof(pooled->account));
	pooled->cells = other->cells;
	pooled->risk.open = other->risk.open;
	return append(&pooled->risk, cx_risk_queue(risk), risk->waiting);
}

CxRisk *
cx_risk_append_all(CxRisk *risk, const CxRisk *other)
{
	if (!cx_risk_has_queue(risk))
		risk = with_queue(risk);
	if (!cx_risk_has_queue(other))
		other = with_queue(other);
	if (cx_risk_is_pooled(other) && cx_risk_is_pooled(risk))
	{
		merge_pools((CxPooledRisk *) risk, (const CxPooledRisk *) other);
		cx_customers_add(&risk->open, other->open);
	}
	else if (cx_risk_is_pooled(other))
		risk = take_over(risk, (const CxPooledRisk *) other);
	merge_sums(risk, other);
	return append(risk, cx_risk_queue(other), other->waiting);
}
