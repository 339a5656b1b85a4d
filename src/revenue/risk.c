/*-------------------------------------------------------------------------
 *
 * risk.c
 *	  The type risk_summary, and the aggregates that make it (see risk.h).
 *
 *-------------------------------------------------------------------------
 */
#include "revenue/risk.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/memutils.h"

#include "base/band.h"
#include "revenue/customer.h"

/* more than any version puts before a chunk of memory */
#define CHUNK_OVERHEAD 32

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

static Size
held_size(int64 accounts)
{
	return offsetof(CxHeldRisk, account) + accounts * sizeof(CxRiskAccount);
}

/* 0 where there are not as many cells as there may be. */
static Size
risk_size(const CxHeader *value)
{
	const CxRisk *risk = (const CxRisk *) value;
	const CxRiskCells *cells = &((const CxPooledRisk *) risk)->cells;

	if (VARSIZE(value) < sizeof(CxRisk) || risk->open < 0)
		return 0;
	if (!cx_risk_is_pooled(risk))
		return held_size(risk->open);
	if (VARSIZE(value) < sizeof(CxPooledRisk) || (uint64) cells->count > CX_RISK_CELLS ||
		(uint64) cells->level > CX_RISK_LEVELS)
		return 0;
	return sizeof(CxPooledRisk);
}

/* By revenue, then by decimals shown, then by probability. */
static inline int
compare_accounts(const CxRiskAccount *one, const CxRiskAccount *other)
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

static bool
is_open(const CxMoney *revenue, double probability)
{
	return probability > 0 && probability < 1 &&
		!cx_money_is_zero(revenue) && !cx_money_is_negative(revenue);
}

static void
add_expected(CxRisk *risk, const CxMoney *expected)
{
	if (unlikely(!cx_money_try_add(&risk->open_expected, expected)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("expected loss %s cannot be summed exactly", cx_money_to_text(expected)),
				 errdetail("Probability times revenue has the decimals of both, which count among the 57 digits that sums hold, and are at most %d.",
						   CX_MONEY_MAX_DSCALE),
				 errhint("Round either of them: round(revenue, 2), or round(probability::numeric, 6)::float8.")));
}

/* Add an account to the exact sums over open ones. */
static inline void
add_open(CxRisk *risk, const CxMoney *revenue, double probability)
{
	CxMoney		expected = cx_money_share(revenue, probability);

	cx_money_add(&risk->open_revenue, revenue);
	add_expected(risk, &expected);
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

	for (int i = 0; i < cx_risk_held(risk); i++)
	{
		if (!is_open(&account[i].revenue, account[i].probability))
			return "It holds an account that pays nothing, or is sure to leave or to stay.";
		if (i > 0 && compare_accounts(&account[i - 1], &account[i]) > 0)
			return "Its accounts are not sorted.";
		add_open(sums, &account[i].revenue, account[i].probability);
	}
	return NULL;
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
	.size = risk_size,
	.fault = risk_fault,
	.headline_name = "at_risk_share",
	.headline = risk_headline
};

CX_SUMMARY_FUNCTIONS(risk_summary, &risk_type)

const CxRisk *
cx_risk_arg(FunctionCallInfo fcinfo, int argno)
{
	return (const CxRisk *) cx_summary_valid_arg(fcinfo, argno, &risk_type);
}

/* ---- the state, which grows ---- */

/* A summary that is merged; within an aggregate any account and sum may be wrong. */
static inline CxRisk *
part_arg(FunctionCallInfo fcinfo, int argno)
{
	CxHeader   *value;

	if (unlikely(!cx_in_aggregate(fcinfo)))
		return (CxRisk *) cx_risk_arg(fcinfo, argno);
	value = cx_summary_arg(fcinfo, argno);
	cx_summary_check(value, CX_RISK_VERSION, risk_size(value));
	return (CxRisk *) value;
}

/*
 * The state of an aggregate in argument 0, which may be scribbled on: the
 * argument itself within an aggregate, a copy of it anywhere else.  Both are
 * whole chunks of memory.
 */
static inline CxRisk *
state_arg(FunctionCallInfo fcinfo)
{
	CxRisk	   *risk = part_arg(fcinfo, 0);

	if (likely(cx_in_aggregate(fcinfo)))
		return risk;
	return (CxRisk *) cx_summary_copy(&risk->header);
}

/*
 * Give a state room for more accounts: use what is returned.  Chunks are powers
 * of two, so that mostly there is room where it stands: then repalloc, which must
 * not move what belongs to the executor, only notes it.  This grows in the same
 * few steps as an expanded object would, but without a memory context for every
 * group, all of which hash aggregation visits whenever it meets a new one.
 */
static CxRisk *
make_room(CxRisk *risk, int64 accounts)
{
	Size		size = held_size(risk->open + accounts);
	CxRisk	   *grown = risk;

	if (size + CHUNK_OVERHEAD <= GetMemoryChunkSpace(risk))
		grown = repalloc(risk, size);
	else
	{
		grown = palloc(size);
		memcpy(grown, risk, VARSIZE(risk));
	}
	SET_VARSIZE(grown, size);
	return grown;
}

/* Where an account belongs among so many that are sorted. */
static int
place_of(const CxRiskAccount *held, int count, const CxRiskAccount *account)
{
	int			least = 0;
	int			most = count;

	while (least < most)
	{
		int			middle = (least + most) / 2;

		if (compare_accounts(&held[middle], account) < 0)
			least = middle + 1;
		else
			most = middle;
	}
	return least;
}

/* Of the accounts that are held and this one, the smallest is pooled. */
static void
add_to_pool(CxPooledRisk *pooled, const CxRiskAccount *account)
{
	CxRiskAccount *held = pooled->account;
	CxRiskAccount smallest = held[0];
	int			place;

	if (likely(compare_accounts(account, &smallest) <= 0))
	{
		cx_risk_cells_add(&pooled->cells, &account->revenue, account->probability);
		return;
	}
	place = place_of(held, CX_RISK_LARGEST, account) - 1;
	if (unlikely(place < 0))
		cx_summary_damaged("Its accounts are not sorted.");
	memmove(&held[0], &held[1], place * sizeof(CxRiskAccount));
	held[place] = *account;
	cx_risk_cells_add(&pooled->cells, &smallest.revenue, smallest.probability);
}

/*
 * As many accounts are held as may be: from now on only the largest are.  There
 * is room for all that a summary of many accounts will ever need.
 */
static pg_noinline CxRisk *
start_pooling(const CxRisk *risk)
{
	const CxRiskAccount *account = cx_risk_accounts(risk);
	CxPooledRisk *pooled = palloc0(sizeof(CxPooledRisk));
	int			smaller = CX_RISK_HELD - CX_RISK_LARGEST;

	pooled->risk = *risk;
	memcpy(pooled->account, &account[smaller], sizeof(pooled->account));
	for (int i = 0; i < smaller; i++)
		cx_risk_cells_add(&pooled->cells, &account[i].revenue, account[i].probability);
	SET_VARSIZE(pooled, sizeof(CxPooledRisk));
	return &pooled->risk;
}

/* ---- the aggregate ---- */

/* The arguments of one call. */
typedef struct RiskRow
{
	CxMoney		revenue;
	bool		rated;
	double		probability;
	double		correlation;
} RiskRow;

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

/* Hold an account, or pool one, and count it among the open ones. */
static CxRisk *
keep(CxRisk *risk, const CxRiskAccount *account)
{
	if (risk->open < CX_RISK_HELD)
	{
		CxRiskAccount *held;
		int			place;

		risk = make_room(risk, 1);
		held = cx_risk_accounts(risk);
		place = place_of(held, (int) risk->open, account);
		memmove(&held[place + 1], &held[place], (risk->open - place) * sizeof(CxRiskAccount));
		held[place] = *account;
	}
	else
	{
		if (unlikely(risk->open == CX_RISK_HELD))
			risk = start_pooling(risk);
		add_to_pool((CxPooledRisk *) risk, account);
	}
	risk->open++;
	return risk;
}

static inline CxRisk *
add_account(CxRisk *risk, const RiskRow *row)
{
	count_accounts(risk, 1, row->correlation);
	if (!row->rated)
	{
		risk->unrated++;
		cx_money_add(&risk->unrated_revenue, &row->revenue);
		return risk;
	}
	cx_money_add(&risk->revenue, &row->revenue);
	if (row->probability == 1)
		cx_money_add(&risk->certain, &row->revenue);
	else if (is_open(&row->revenue, row->probability))
	{
		add_open(risk, &row->revenue, row->probability);
		return keep(risk, &(CxRiskAccount) {row->revenue, row->probability});
	}
	return risk;
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

/*
 * cx_risk_accum_TYPE(state, revenue, probability [, correlation]): NULL revenue
 * is 0, NULL probability is unrated, and both is no account.
 */
static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, CxMoney (*money_of) (Datum))
{
	CxRisk	   *risk;
	RiskRow		row = {.rated = !PG_ARGISNULL(2)};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	risk = state_arg(fcinfo);
	if (unlikely(!row.rated && PG_ARGISNULL(1)))
		PG_RETURN_POINTER(risk);
	row.correlation = correlation_arg(fcinfo, 3);
	if (!PG_ARGISNULL(1))
		row.revenue = money_of(PG_GETARG_DATUM(1));
	cx_revenue_check(&row.revenue, "an account");
	if (row.rated)
	{
		row.probability = PG_GETARG_FLOAT8(2);
		if (unlikely(!(row.probability >= 0 && row.probability <= 1)))
			refuse_probability(row.probability);
	}
	PG_RETURN_POINTER(add_account(risk, &row));
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
accumulate_band(FunctionCallInfo fcinfo, int (*answer_of) (Datum),
				CxMoney (*money_of) (Datum))
{
	CxRisk	   *risk;
	RiskRow		row = {.rated = true};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	risk = state_arg(fcinfo);
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(risk);
	row.probability = cx_band_of(answer_of(PG_GETARG_DATUM(1))) == CX_DETRACTOR;
	if (!PG_ARGISNULL(2))
		row.revenue = money_of(PG_GETARG_DATUM(2));
	cx_revenue_check(&row.revenue, "an account");
	PG_RETURN_POINTER(add_account(risk, &row));
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
	add_expected(risk, &other->open_expected);
}

/* What is kept of open accounts, as another summary has it, beside our own sums. */
static CxRisk *
take_over(const CxRisk *risk, const CxRisk *other)
{
	CxPooledRisk *pooled = palloc(sizeof(CxPooledRisk));

	memcpy(pooled, other, sizeof(CxPooledRisk));
	pooled->risk = *risk;
	pooled->risk.open = other->open;
	SET_VARSIZE(pooled, sizeof(CxPooledRisk));
	return &pooled->risk;
}

/* Keep all open accounts of another summary. */
static CxRisk *
keep_all(CxRisk *risk, const CxRisk *other)
{
	const CxRisk *few = other;
	int			held = cx_risk_held(other);

	if (cx_risk_is_pooled(other) && cx_risk_is_pooled(risk))
	{
		CxPooledRisk *pooled = (CxPooledRisk *) risk;

		for (int i = 0; i < CX_RISK_LARGEST; i++)
			add_to_pool(pooled, &cx_risk_accounts(other)[i]);
		cx_risk_cells_merge(&pooled->cells, &((const CxPooledRisk *) other)->cells);
		cx_customers_add(&risk->open, other->open);
		return risk;
	}
	if (cx_risk_is_pooled(other))
	{
		few = risk;
		held = cx_risk_held(risk);
		risk = take_over(risk, other);
	}
	for (int i = 0; i < held; i++)
		risk = keep(risk, &cx_risk_accounts(few)[i]);
	return risk;
}

/* summary + summary, the step of rollup(summary) and the combine function. */
PG_FUNCTION_INFO_V1(cx_risk_combine);
Datum
cx_risk_combine(PG_FUNCTION_ARGS)
{
	CxRisk	   *risk = state_arg(fcinfo);
	const CxRisk *other = part_arg(fcinfo, 1);

	if (other->n == 0)
		PG_RETURN_POINTER(risk);
	count_accounts(risk, other->n, other->correlation);
	risk = keep_all(risk, other);
	merge_sums(risk, other);
	PG_RETURN_POINTER(risk);
}
