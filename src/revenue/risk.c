/*-------------------------------------------------------------------------
 *
 * risk.c
 *	  The type risk_summary, and the aggregates that make it (see risk.h).
 *
 *-------------------------------------------------------------------------
 */
#include "revenue/risk_state.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/float.h"

#include "base/band.h"
#include "revenue/customer.h"

/* ---- the type ---- */

static bool
has_accounts(const CxHeader *value)
{
	return ((const CxRisk *) value)->n > 0;
}

static bool
holds_accounts(const CxHeader *value)
{
	return ((const CxRisk *) value)->open > 0;
}

static bool
is_pooled(const CxHeader *value)
{
	return cx_risk_is_pooled((const CxRisk *) value);
}

static int
held_length(const CxHeader *value)
{
	return cx_risk_held((const CxRisk *) value);
}

static int
held_first(const CxHeader *value)
{
	return 1;
}

static int
cells_length(const CxHeader *value)
{
	return cx_length(((const CxPooledRisk *) value)->cells.count);
}

static bool
same_money(const CxMoney *a, const CxMoney *b)
{
	return memcmp(a, b, sizeof(CxMoney)) == 0;
}

/* What is wrong with the accounts that are held, whose sums these are. */
static const char *
held_fault(const CxRisk *risk, CxRisk *sums)
{
	const CxRiskAccount *account = cx_risk_accounts(risk);
	int			count = cx_risk_held(risk);

	for (int i = 1; i < count; i++)
	{
		if (cx_risk_compare(&account[i - 1], &account[i]) > 0)
			return "Its accounts are not sorted.";
	}
	return cx_risk_add_open(sums, account, count) ? NULL :
		"It holds an account that pays nothing, or is sure to leave or to stay.";
}

static const char *
open_fault(const CxRisk *risk)
{
	const CxPooledRisk *pooled = (const CxPooledRisk *) risk;
	CxRisk		held = {.open = 0};
	CxMoney		revenue = risk->open_revenue;
	CxMoney		expected = risk->open_expected;
	const char *fault = held_fault(risk, &held);

	if (fault != NULL)
		return fault;
	if (!cx_risk_is_pooled(risk))
		return same_money(&held.open_revenue, &revenue) && same_money(&held.open_expected, &expected) ? NULL :
			"Its sums are not those of its accounts.";
	cx_money_subtract(&revenue, &held.open_revenue);
	cx_money_subtract(&expected, &held.open_expected);
	return cx_risk_cells_possible(&pooled->cells, risk->open - CX_RISK_LARGEST, &revenue,
								  cx_money_to_double(&expected),
								  cx_money_to_double(&pooled->account[0].revenue)) ? NULL :
		"Its sums over open accounts are impossible.";
}

/* Whether this cannot be part of the other: it is no amount, more, or finer. */
static bool
exceeds(const CxMoney *money, const CxMoney *most)
{
	return cx_money_is_negative(money) || money->dscale > most->dscale ||
		cx_money_compare(money, most) > 0;
}

static const char *
risk_fault(const CxHeader *value)
{
	static const CxMoney none = {.dscale = 0};
	const CxRisk *risk = (const CxRisk *) value;
	CxMoney		lost = risk->certain;

	if (risk->n == 0)
		return NULL;
	if (!(risk->correlation >= 0 && risk->correlation < 1))
		return "Its correlation is not from 0 to below 1.";
	if (risk->unrated > risk->n || risk->open > risk->n - risk->unrated)
		return "Its numbers of accounts do not add up.";
	if (cx_money_is_negative(&risk->unrated_revenue) ||
		exceeds(&risk->certain, &risk->revenue) ||
		exceeds(&risk->open_revenue, &risk->revenue) ||
		cx_money_is_negative(&risk->open_expected) ||
		cx_money_compare(&risk->open_expected, &risk->open_revenue) > 0)
		return "Its amounts do not fit each other.";
	cx_money_add(&lost, &risk->open_revenue);
	if (exceeds(&lost, &risk->revenue))
		return "Its amounts do not fit each other.";
	if ((risk->unrated == 0 && !same_money(&risk->unrated_revenue, &none)) ||
		(risk->unrated == risk->n && !same_money(&risk->revenue, &none)) ||
		(risk->unrated + risk->open == risk->n &&
		 !(same_money(&risk->certain, &none) && same_money(&risk->revenue, &risk->open_revenue))))
		return "Its amounts do not fit its numbers of accounts.";
	return open_fault(risk);
}

double
cx_risk_share(const CxRisk *risk)
{
	double		share;

	if (cx_money_is_zero(&risk->revenue))
		return NAN;
	share = cx_money_double_sum(&risk->certain, &risk->open_expected) /
		cx_money_to_double(&risk->revenue);
	return Min(share, 1);
}

static const CxHeader *
risk_open(const CxHeader *value)
{
	return &cx_risk_settled((const CxRisk *) value)->header;
}

static double
risk_headline(const CxHeader *value)
{
	return cx_risk_share((const CxRisk *) value);
}

#define RISK_FIELD(label, kind_, member) \
	{.name = label, .kind = kind_, .offset = offsetof(CxRisk, member), \
	 .present = has_accounts}
#define HELD_FIELD(label, kind_, member) \
	{.name = label, .kind = kind_, .offset = offsetof(CxHeldRisk, account[0].member), \
	 .present = holds_accounts, .length = held_length, .first = held_first, \
	 .stride = sizeof(CxRiskAccount)}
#define POOL_FIELD(label, kind_, member) \
	{.name = label, .kind = kind_, .offset = offsetof(CxPooledRisk, cells.member), \
	 .present = is_pooled}
#define PLACE_FIELD(label, member) \
	{.name = label, .kind = CX_FIELD_INTEGER, .offset = offsetof(CxPooledRisk, cells.place[0].member), \
	 .present = is_pooled, .length = cells_length, .stride = sizeof(CxRiskPlace)}
#define CELL_FIELD(label, kind_, member) \
	{.name = label, .kind = kind_, .offset = offsetof(CxPooledRisk, cells.cell[0].member), \
	 .present = is_pooled, .length = cells_length, .stride = sizeof(CxRiskCell)}

static const CxField risk_fields[] = {
	{.name = "n", .kind = CX_FIELD_COUNT, .offset = offsetof(CxRisk, n)},
	RISK_FIELD("unrated", CX_FIELD_COUNT, unrated),
	RISK_FIELD("open", CX_FIELD_COUNT, open),
	RISK_FIELD("correlation", CX_FIELD_REAL, correlation),
	RISK_FIELD("revenue", CX_FIELD_MONEY, revenue),
	RISK_FIELD("unrated_revenue", CX_FIELD_MONEY, unrated_revenue),
	RISK_FIELD("certain_loss", CX_FIELD_MONEY, certain),
	RISK_FIELD("open_revenue", CX_FIELD_MONEY, open_revenue),
	RISK_FIELD("open_expected", CX_FIELD_MONEY, open_expected),
	HELD_FIELD("revenues", CX_FIELD_MONEY, revenue),
	HELD_FIELD("probabilities", CX_FIELD_REAL, probability),
	POOL_FIELD("unit", CX_FIELD_MONEY, unit),
	POOL_FIELD("level", CX_FIELD_COUNT, level),
	POOL_FIELD("cells", CX_FIELD_COUNT, count),
	PLACE_FIELD("cell_revenue", revenue),
	PLACE_FIELD("cell_probability", probability),
	CELL_FIELD("cell_accounts", CX_FIELD_COUNT, accounts),
	CELL_FIELD("cell_paid", CX_FIELD_REAL, paid),
	CELL_FIELD("cell_paid_low", CX_FIELD_REAL, paid_low),
	CELL_FIELD("cell_loss", CX_FIELD_REAL, loss),
	CELL_FIELD("cell_loss_low", CX_FIELD_REAL, loss_low),
	CELL_FIELD("cell_squares", CX_FIELD_REAL, squares),
	CELL_FIELD("cell_squares_low", CX_FIELD_REAL, squares_low),
	CELL_FIELD("cell_variance", CX_FIELD_REAL, variance),
	CELL_FIELD("cell_variance_low", CX_FIELD_REAL, variance_low)
};

static const CxType risk_type = {
	.name = "risk_summary",
	.version = CX_RISK_VERSION,
	.kind = CX_RISK_KIND,
	.fields = risk_fields,
	.nfields = lengthof(risk_fields),
	.max_size = sizeof(CxPooledRisk),
	.max_length = CX_RISK_CELLS,
	.size = cx_risk_size,
	.fault = risk_fault,
	.headline_name = "at_risk_share",
	.headline = risk_headline,
	.open = risk_open
};

CX_SUMMARY_FUNCTIONS(risk_summary, &risk_type)

const CxRisk *
cx_risk_arg(FunctionCallInfo fcinfo, int argno)
{
	return (const CxRisk *) cx_summary_valid_arg(fcinfo, argno, &risk_type);
}

/* ---- the state ---- */

/* A summary that is merged; within an aggregate any account and sum may be wrong. */
static inline CxRisk *
part_arg(FunctionCallInfo fcinfo, int argno)
{
	CxHeader   *value;

	if (unlikely(!cx_in_aggregate(fcinfo)))
		return (CxRisk *) cx_risk_arg(fcinfo, argno);
	value = cx_summary_arg(fcinfo, argno);
	cx_summary_check(value, CX_RISK_VERSION, cx_risk_size(value));
	return (CxRisk *) value;
}

/*
 * The state of an aggregate in argument 0, which may be scribbled on: the
 * argument itself within an aggregate, a copy of it anywhere else.
 */
static inline CxRisk *
state_arg(FunctionCallInfo fcinfo)
{
	CxRisk	   *risk;

	/* as we left it, unless an aggregate of others begins so */
	if (likely(cx_in_aggregate(fcinfo)))
	{
		risk = (CxRisk *) cx_summary_arg(fcinfo, 0);
		if (likely(VARSIZE(risk) >= sizeof(CxRisk) && cx_risk_has_queue(risk)))
			return risk;
	}
	risk = part_arg(fcinfo, 0);
	if (cx_in_aggregate(fcinfo))
		return risk;
	return (CxRisk *) cx_summary_copy(&risk->header);
}

/* What a step returns: with a queue within an aggregate only. */
static inline Datum
state_result(FunctionCallInfo fcinfo, const CxRisk *risk)
{
	if (likely(cx_in_aggregate(fcinfo)))
		PG_RETURN_POINTER(risk);
	PG_RETURN_POINTER(cx_risk_settled(risk));
}

/* cx_risk_final(state) -> risk_summary: as it is stored. */
PG_FUNCTION_INFO_V1(cx_risk_final);
Datum
cx_risk_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(cx_risk_arg(fcinfo, 0));
}

/* ---- the aggregate ---- */

static _Noreturn pg_noinline void
refuse_probability(double probability)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("probability %s is not between 0 and 1", float8out_internal(probability)),
			 errhint("A chance of 20 %% is written 0.2; NULL is an account that nobody has rated.")));
}

static _Noreturn pg_noinline void
refuse_correlation(double correlation)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("correlation %s is not from 0 to below 1", float8out_internal(correlation)),
			 errhint("0, or leaving it out, means independent accounts.")));
}

static _Noreturn pg_noinline void
refuse_mixture(double one, double other)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("accounts of different correlation cannot be summarised together: %s and %s",
					float8out_internal(one), float8out_internal(other)),
			 errhint("Group by the correlation, and keep one summary for each.")));
}

/* Count accounts that come together, all of one correlation. */
static inline void
count_accounts(CxRisk *risk, int64 accounts, double correlation)
{
	if (unlikely(risk->n == 0))
		risk->correlation = correlation;
	else if (unlikely(risk->correlation != correlation))
		refuse_mixture(risk->correlation, correlation);
	cx_customers_add(&risk->n, accounts);
}

static double
correlation_arg(FunctionCallInfo fcinfo, int argno)
{
	double		correlation;

	if (PG_NARGS() <= argno)
		return 0;
	if (unlikely(PG_ARGISNULL(argno)))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the correlation must not be NULL"),
				 errhint("0, or leaving it out, means independent accounts.")));
	correlation = PG_GETARG_FLOAT8(argno);
	if (unlikely(!(correlation >= 0 && correlation < 1)))
		refuse_correlation(correlation);
	/* a negative zero would break equality of bytes */
	return correlation + 0.0;
}

/* The probability in argument 2, which is there. */
static inline double
probability_arg(FunctionCallInfo fcinfo)
{
	double		probability = PG_GETARG_FLOAT8(2);

	if (unlikely(!(probability >= 0 && probability <= 1)))
		refuse_probability(probability);
	return probability;
}

/* Count the revenue of an account that is sure to leave, or to stay. */
static inline void
add_certain(CxRisk *risk, const CxMoney *revenue, bool leaves)
{
	cx_money_add(&risk->revenue, revenue);
	if (leaves)
		cx_money_add(&risk->certain, revenue);
}

/*
 * cx_risk_accum_TYPE(state, revenue, probability [, correlation]): NULL revenue
 * is 0, NULL probability is unrated, and both is no account.
 */
static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, CxMoneyReader money_of)
{
	CxRisk	   *risk;
	CxRiskAccount *account;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	risk = state_arg(fcinfo);
	if (unlikely(PG_ARGISNULL(1) && PG_ARGISNULL(2)))
		PG_RETURN_POINTER(risk);
	count_accounts(risk, 1, correlation_arg(fcinfo, 3));
	/* read right where it waits, if it has to */
	account = cx_risk_next(&risk);
	if (unlikely(PG_ARGISNULL(1)))
		account->revenue = (CxMoney) {.dscale = 0};
	else
		money_of(PG_GETARG_DATUM(1), &account->revenue);
	cx_revenue_check(&account->revenue, "an account");
	if (unlikely(PG_ARGISNULL(2)))
	{
		risk->unrated++;
		cx_money_add(&risk->unrated_revenue, &account->revenue);
		return state_result(fcinfo, risk);
	}
	account->probability = probability_arg(fcinfo);
	if (likely(cx_risk_is_open(&account->revenue, account->probability)))
		risk->waiting++;
	else
		add_certain(risk, &account->revenue, account->probability == 1);
	return state_result(fcinfo, risk);
}

#define ACCUM(type) \
	PG_FUNCTION_INFO_V1(cx_risk_accum_##type); \
	Datum \
	cx_risk_accum_##type(PG_FUNCTION_ARGS) \
	{ \
		return accumulate(fcinfo, cx_money_##type); \
	}

CX_FOR_EACH_ANSWER_TYPE(ACCUM)

/*
 * cx_risk_band_accum_SCORE_REVENUE(state, score, revenue): the accounts of
 * detractors count as lost, all others as kept.  NULL is nobody's answer, and
 * no revenue.
 */
static Datum
accumulate_band(FunctionCallInfo fcinfo, int (*answer_of) (Datum), CxMoneyReader money_of)
{
	CxRisk	   *risk;
	CxMoney		revenue = {.dscale = 0};
	bool		leaves;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	risk = state_arg(fcinfo);
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(risk);
	leaves = cx_band_of(answer_of(PG_GETARG_DATUM(1))) == CX_DETRACTOR;
	if (!PG_ARGISNULL(2))
		money_of(PG_GETARG_DATUM(2), &revenue);
	cx_revenue_check(&revenue, "an account");
	count_accounts(risk, 1, 0);
	add_certain(risk, &revenue, leaves);
	PG_RETURN_POINTER(risk);
}

#define BAND_ACCUM(score, money) \
	PG_FUNCTION_INFO_V1(cx_risk_band_accum_##score##_##money); \
	Datum \
	cx_risk_band_accum_##score##_##money(PG_FUNCTION_ARGS) \
	{ \
		return accumulate_band(fcinfo, cx_nps_answer_##score, cx_money_##money); \
	}

#define BAND_ACCUM_OF(money) \
	BAND_ACCUM(int2, money) \
	BAND_ACCUM(int4, money) \
	BAND_ACCUM(int8, money) \
	BAND_ACCUM(float8, money) \
	BAND_ACCUM(numeric, money)

CX_FOR_EACH_ANSWER_TYPE(BAND_ACCUM_OF)

/* summary + summary, the step of rollup(summary) and the combine function. */
PG_FUNCTION_INFO_V1(cx_risk_combine);
Datum
cx_risk_combine(PG_FUNCTION_ARGS)
{
	CxRisk	   *risk = state_arg(fcinfo);
	const CxRisk *other = part_arg(fcinfo, 1);

	if (other->n > 0)
	{
		count_accounts(risk, other->n, other->correlation);
		risk = cx_risk_append_all(risk, other);
	}
	return state_result(fcinfo, risk);
}
