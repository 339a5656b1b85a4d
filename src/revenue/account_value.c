/*-------------------------------------------------------------------------
 *
 * account_value.c
 *	  Whose hands the revenue is in: accounts and revenue by what they answered.
 *
 * One row an account: its answer to an NPS question, NULL where it did not
 * answer, and its revenue.  The bands are those of Reichheld 2003 ("The One
 * Number You Need to Grow", Harvard Business Review 81), and a fourth one of the
 * silent: money that nobody has heard from is not safe.
 *
 *-------------------------------------------------------------------------
 */
#include "base/args.h"
#include "base/band.h"
#include "base/result.h"
#include "base/summary.h"
#include "math/answers.h"
#include "revenue/customer.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#define VALUE_VERSION 1
#define VALUE_KIND 'A'

#define SILENT CX_BANDS
#define HOLDINGS (CX_BANDS + 1)

/*
 * What one band holds.  A sum has the decimals of its most precise term; to know
 * what is left of them when an account is taken out, we count the accounts that
 * have them all.
 */
typedef struct Holding
{
	int64		accounts;
	int64		finest;			/* accounts with as many decimals as the sum */
	CxMoney		revenue;		/* not negative */
} Holding;

typedef struct AccountValue
{
	CxHeader	header;
	int64		n;				/* the sum of accounts */
	Holding		held[HOLDINGS];
} AccountValue;

static bool
has_accounts(const CxHeader *value)
{
	return ((const AccountValue *) value)->n > 0;
}

static const char *
value_fault(const CxHeader *value)
{
	const AccountValue *v = (const AccountValue *) value;
	int64		n = 0;

	for (int i = 0; i < HOLDINGS; i++)
	{
		const Holding *held = &v->held[i];

		if (held->accounts > v->n - n)
			return "Its bands have more accounts than there are.";
		n += held->accounts;
		if (held->finest > held->accounts)
			return "More accounts have all decimals of a band than it has.";
		if (cx_money_is_negative(&held->revenue) ||
			(held->accounts == 0 && (!cx_money_is_zero(&held->revenue) || held->revenue.dscale != 0)))
			return "It has revenue that its accounts cannot have.";
	}
	return n == v->n ? NULL : "Its bands have fewer accounts than there are.";
}

/*
 * Sums over bands, for ratios: bands may lie too far apart for an exact sum,
 * which a summary that was made is no reason to fail for.
 */
static double
answered_revenue(const AccountValue *v)
{
	CxMoney		sum = v->held[CX_DETRACTOR].revenue;

	if (cx_money_try_add(&sum, &v->held[CX_PASSIVE].revenue))
		return cx_money_double_sum(&sum, &v->held[CX_PROMOTER].revenue);
	return cx_money_double_sum(&v->held[CX_DETRACTOR].revenue, &v->held[CX_PASSIVE].revenue) +
		cx_money_to_double(&v->held[CX_PROMOTER].revenue);
}

static double
total_revenue(const AccountValue *v)
{
	CxMoney		sum = {.dscale = 0};

	for (int i = 0; i < HOLDINGS; i++)
	{
		if (!cx_money_try_add(&sum, &v->held[i].revenue))
			return answered_revenue(v) + cx_money_to_double(&v->held[SILENT].revenue);
	}
	return cx_money_to_double(&sum);
}

static double
weighted_nps(const AccountValue *v)
{
	CxMoney		lost = v->held[CX_DETRACTOR].revenue;

	cx_money_negate(&lost);
	return cx_percentage(cx_money_double_sum(&v->held[CX_PROMOTER].revenue, &lost),
						 answered_revenue(v));
}

static double
value_headline(const CxHeader *value)
{
	return weighted_nps((const AccountValue *) value);
}

#define HOLDING_FIELDS(label, band) \
	{label "_accounts", CX_FIELD_COUNT, offsetof(AccountValue, held[band].accounts), \
	 has_accounts, NULL, NULL}, \
	{label "_revenue", CX_FIELD_MONEY, offsetof(AccountValue, held[band].revenue), \
	 has_accounts, NULL, NULL}, \
	{label "_finest", CX_FIELD_COUNT, offsetof(AccountValue, held[band].finest), \
	 has_accounts, NULL, NULL}

static const CxField value_fields[] = {
	{"n", CX_FIELD_COUNT, offsetof(AccountValue, n), NULL, NULL, NULL},
	HOLDING_FIELDS("promoter", CX_PROMOTER),
	HOLDING_FIELDS("passive", CX_PASSIVE),
	HOLDING_FIELDS("detractor", CX_DETRACTOR),
	HOLDING_FIELDS("silent", SILENT)
};

static const CxType value_type = {
	.name = "account_value_summary",
	.version = VALUE_VERSION,
	.kind = VALUE_KIND,
	.fields = value_fields,
	.nfields = lengthof(value_fields),
	.max_size = sizeof(AccountValue),
	.fault = value_fault,
	.headline_name = "revenue_weighted_nps",
	.headline = value_headline
};

CX_SUMMARY_FUNCTIONS(account_value_summary, &value_type)

static const AccountValue *
value_arg(FunctionCallInfo fcinfo, int argno)
{
	return (const AccountValue *) cx_summary_valid_arg(fcinfo, argno, &value_type);
}

/* What is merged, in argument 1. */
static const AccountValue *
value_other(FunctionCallInfo fcinfo)
{
	return (const AccountValue *) cx_summary_fixed_part(fcinfo, 1, &value_type);
}

static AccountValue *
value_state(FunctionCallInfo fcinfo)
{
	return (AccountValue *) cx_summary_fixed_state(fcinfo, &value_type);
}

/* ---- putting in and taking out ---- */

static void
put_in(Holding *held, const Holding *more)
{
	if (more->revenue.dscale > held->revenue.dscale)
		held->finest = more->finest;
	else if (more->revenue.dscale == held->revenue.dscale)
		cx_customers_add(&held->finest, more->finest);
	cx_money_add(&held->revenue, &more->revenue);
	cx_customers_add(&held->accounts, more->accounts);
}

/* False if we cannot tell any more which decimals the rest has. */
static bool
take_out(Holding *held, const Holding *fewer)
{
	cx_customers_take_out(&held->accounts, fewer->accounts);
	if (fewer->revenue.dscale >= held->revenue.dscale)
		held->finest -= Min(Max(fewer->finest, 0), held->finest);
	cx_money_subtract(&held->revenue, &fewer->revenue);
	if (cx_money_is_negative(&held->revenue) ||
		(held->accounts == 0 && !cx_money_is_zero(&held->revenue)) ||
		(held->accounts > 0 && held->finest > held->accounts))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("cannot take revenue of %s out of a summary that does not hold it",
						cx_money_to_text(&fewer->revenue)),
				 errhint("Only accounts that were put in can be taken out again.")));
	if (held->accounts == 0)
		*held = (Holding) {.accounts = 0};
	return held->accounts == 0 || held->finest > 0;
}

typedef int (*AnswerReader) (Datum datum);

/*
 * Argument 1 is the answer, NULL if there is none, argument 2 the revenue.  An
 * account whose revenue is not known is not counted.  NULL from the inverse
 * makes the window start afresh.
 */
static pg_attribute_always_inline Datum
change(FunctionCallInfo fcinfo, bool inverse, AnswerReader answer_of, CxMoneyReader money_of)
{
	AccountValue *v;
	Holding    *held;
	Holding		account = {.accounts = 1, .finest = 1};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(2))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	v = value_state(fcinfo);
	held = &v->held[PG_ARGISNULL(1) ? (int) SILENT : (int) cx_band_of(answer_of(PG_GETARG_DATUM(1)))];
	money_of(PG_GETARG_DATUM(2), &account.revenue);
	cx_revenue_check(&account.revenue, "an account");
	if (!inverse)
	{
		cx_customers_add(&v->n, 1);
		put_in(held, &account);
	}
	else
	{
		cx_customers_take_out(&v->n, 1);
		if (!take_out(held, &account))
			PG_RETURN_NULL();
	}
	PG_RETURN_POINTER(v);
}

/*
 * cx_account_value_accum_SCORE_REVENUE(state, score, revenue) and its inverse,
 * for two types of scores, to which all are converted, and five of revenue.
 */
#define TRANSITION(name, inverse, score, revenue) \
	PG_FUNCTION_INFO_V1(cx_account_value_##name##_##score##_##revenue); \
	Datum \
	cx_account_value_##name##_##score##_##revenue(PG_FUNCTION_ARGS) \
	{ \
		return change(fcinfo, inverse, cx_nps_answer_##score, cx_money_##revenue); \
	}

#define TRANSITIONS(revenue) \
	TRANSITION(accum, false, float8, revenue) \
	TRANSITION(accum, false, numeric, revenue) \
	TRANSITION(inverse, true, float8, revenue) \
	TRANSITION(inverse, true, numeric, revenue)

CX_FOR_EACH_ANSWER_TYPE(TRANSITIONS)

/* summary + summary, the step of rollup(summary) and the combine function. */
PG_FUNCTION_INFO_V1(cx_account_value_combine);
Datum
cx_account_value_combine(PG_FUNCTION_ARGS)
{
	AccountValue *v = value_state(fcinfo);
	const AccountValue *other = value_other(fcinfo);

	cx_customers_add(&v->n, other->n);
	for (int i = 0; i < HOLDINGS; i++)
		put_in(&v->held[i], &other->held[i]);
	PG_RETURN_POINTER(v);
}

/* Take the accounts of 'other' out; false as take_out has it. */
static bool
take_all_out(AccountValue *v, const AccountValue *other)
{
	bool		known = true;

	cx_customers_take_out(&v->n, other->n);
	for (int i = 0; i < HOLDINGS; i++)
	{
		Holding    *held = &v->held[i];

		if (other->held[i].accounts > 0 && !take_out(held, &other->held[i]))
		{
			cx_money_trim(&held->revenue);
			known = false;
		}
	}
	return known;
}

/*
 * summary - summary.  Where the most precise amounts are all taken out, the rest
 * shows as many decimals as it needs.
 */
PG_FUNCTION_INFO_V1(cx_account_value_minus);
Datum
cx_account_value_minus(PG_FUNCTION_ARGS)
{
	AccountValue *v = value_state(fcinfo);

	take_all_out(v, value_other(fcinfo));
	PG_RETURN_POINTER(v);
}

/* The inverse step of rollup(summary): NULL makes the window start afresh. */
PG_FUNCTION_INFO_V1(cx_account_value_combine_inverse);
Datum
cx_account_value_combine_inverse(PG_FUNCTION_ARGS)
{
	AccountValue *v = value_state(fcinfo);

	if (!take_all_out(v, value_other(fcinfo)))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(v);
}

/* ---- accessors ---- */

#define BAND_REVENUE(name, band) \
	PG_FUNCTION_INFO_V1(cx_account_value_##name); \
	Datum \
	cx_account_value_##name(PG_FUNCTION_ARGS) \
	{ \
		return cx_money_to_numeric(&value_arg(fcinfo, 0)->held[band].revenue); \
	}

/* promoter_revenue(s), ... silent_revenue(s) -> numeric; 0 without accounts. */
BAND_REVENUE(promoter_revenue, CX_PROMOTER)
BAND_REVENUE(passive_revenue, CX_PASSIVE)
BAND_REVENUE(detractor_revenue, CX_DETRACTOR)
BAND_REVENUE(silent_revenue, SILENT)

/*
 * account_value_at_risk(s, include_passives, include_silent) -> numeric: the
 * revenue of detractors, and that of others if asked for.
 */
PG_FUNCTION_INFO_V1(cx_account_value_at_risk);
Datum
cx_account_value_at_risk(PG_FUNCTION_ARGS)
{
	const AccountValue *v = value_arg(fcinfo, 0);
	Datum		sum = cx_money_to_numeric(&v->held[CX_DETRACTOR].revenue);

	if (PG_GETARG_BOOL(1))
		sum = DirectFunctionCall2(numeric_add, sum,
								  cx_money_to_numeric(&v->held[CX_PASSIVE].revenue));
	if (PG_GETARG_BOOL(2))
		sum = DirectFunctionCall2(numeric_add, sum,
								  cx_money_to_numeric(&v->held[SILENT].revenue));
	return sum;
}

/* revenue_coverage(s) -> float8: share of the revenue that answered. */
PG_FUNCTION_INFO_V1(cx_account_value_coverage);
Datum
cx_account_value_coverage(PG_FUNCTION_ARGS)
{
	const AccountValue *v = value_arg(fcinfo, 0);
	double		total = total_revenue(v);

	CX_RETURN_REAL(total > 0 ? answered_revenue(v) / total : NAN);
}

/* revenue_weighted_nps(s) -> float8: points; NULL without answered revenue. */
PG_FUNCTION_INFO_V1(cx_account_value_weighted_nps);
Datum
cx_account_value_weighted_nps(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(weighted_nps(value_arg(fcinfo, 0)));
}

/* As avg(numeric) has it; NULL without accounts. */
static void
put_average(CxRow *row, const Holding *held)
{
	Datum		average = (Datum) 0;

	if (held->accounts > 0)
		average = DirectFunctionCall2(numeric_div, cx_money_to_numeric(&held->revenue),
									  DirectFunctionCall1(int8_numeric, Int64GetDatum(held->accounts)));
	cx_row_put(row, average, held->accounts == 0);
}

/*
 * value_by_band(s) -> (band, accounts, revenue, share, average): four rows, from
 * promoter to silent; none for a summary without accounts.
 */
PG_FUNCTION_INFO_V1(cx_account_value_by_band);
Datum
cx_account_value_by_band(PG_FUNCTION_ARGS)
{
	static const int order[HOLDINGS] = {CX_PROMOTER, CX_PASSIVE, CX_DETRACTOR, SILENT};
	const AccountValue *v = value_arg(fcinfo, 0);
	double		total = total_revenue(v);

	cx_rows_begin(fcinfo);
	for (int i = 0; i < HOLDINGS && v->n > 0; i++)
	{
		const Holding *held = &v->held[order[i]];
		CxRow		row = {0};

		cx_row_put(&row, CStringGetTextDatum(order[i] == SILENT ? "silent" : cx_band_names[order[i]]), false);
		cx_row_put(&row, Int64GetDatum(held->accounts), false);
		cx_row_put(&row, cx_money_to_numeric(&held->revenue), false);
		cx_row_real(&row, total > 0 ? cx_money_to_double(&held->revenue) / total : NAN);
		put_average(&row, held);
		cx_rows_add(fcinfo, &row);
	}
	return (Datum) 0;
}
