/*-------------------------------------------------------------------------
 *
 * revenue.c
 *	  What was kept and what was earned: retention of revenue and earned growth.
 *
 * One row a customer: what it paid in the previous period and what it pays in
 * the current one.  Net and gross revenue retention are ratios of sums over the
 * customers there were before; earned growth adds what came by referral
 * (Reichheld, Darnell & Burns 2021, "Net Promoter 3.0", Harvard Business
 * Review 99).
 *
 *-------------------------------------------------------------------------
 */
#include "base/args.h"
#include "base/result.h"
#include "base/summary.h"
#include "math/ratio.h"
#include "math/twosum.h"
#include "revenue/customer.h"

#include "utils/builtins.h"

#define REVENUE_VERSION 1
#define REVENUE_KIND 'R'

/* The parts of the bridge from the previous revenue to the current one. */
typedef enum Component
{
	OPENING,
	EXPANSION,
	CONTRACTION,
	CHURN,
	NEW_EARNED,
	NEW_BOUGHT,
	NEW_UNKNOWN,
	COMPONENTS
} Component;

/* Sums over the customers there were before, for the certainty of a ratio. */
typedef enum Moment
{
	PREVIOUS_SQUARED,
	CHANGE_SQUARED,
	CHANGE_PREVIOUS,
	LOSS_SQUARED,
	LOSS_PREVIOUS,
	MOMENTS
} Moment;

typedef struct CxRevenue
{
	CxHeader	header;
	int64		n;				/* customers, opening and new ones */
	int64		customers[COMPONENTS];
	CxMoney		amount[COMPONENTS]; /* none of them negative */
	CxMoney		closing;		/* follows from them, but for its decimals */
	double		moment[MOMENTS];
	double		moment_low[MOMENTS];
} CxRevenue;

static bool
has_customers(const CxHeader *value)
{
	return ((const CxRevenue *) value)->n > 0;
}

/* A sum over components: how often each of them counts. */
typedef int8 Parts[COMPONENTS];

static const Parts closing_parts = {
	[OPENING] = 1, [EXPANSION] = 1, [CONTRACTION] = -1, [CHURN] = -1,
	[NEW_EARNED] = 1, [NEW_BOUGHT] = 1, [NEW_UNKNOWN] = 1
};

/* What the customers there were before pay now, with or without expansion. */
static const Parts kept_parts = {
	[OPENING] = 1, [EXPANSION] = 1, [CONTRACTION] = -1, [CHURN] = -1
};
static const Parts kept_without_expansion = {
	[OPENING] = 1, [CONTRACTION] = -1, [CHURN] = -1
};

/* What there is more than there was, of all customers or without the new ones. */
static const Parts growth_parts = {
	[EXPANSION] = 1, [CONTRACTION] = -1, [CHURN] = -1,
	[NEW_EARNED] = 1, [NEW_BOUGHT] = 1, [NEW_UNKNOWN] = 1
};
static const Parts earned_parts = {
	[EXPANSION] = 1, [CONTRACTION] = -1, [CHURN] = -1, [NEW_EARNED] = 1
};
static const Parts earned_with_unknown = {
	[EXPANSION] = 1, [CONTRACTION] = -1, [CHURN] = -1, [NEW_EARNED] = 1, [NEW_UNKNOWN] = 1
};

/* The sum of components; false where they lie too far apart for an exact one. */
static bool
try_sum(const CxRevenue *r, const Parts parts, CxMoney *sum)
{
	bool		fits = true;

	*sum = (CxMoney) {.dscale = 0};
	for (int i = 0; i < COMPONENTS && fits; i++)
	{
		if (parts[i] != 0)
			fits = parts[i] > 0 ? cx_money_try_add(sum, &r->amount[i]) :
				cx_money_try_subtract(sum, &r->amount[i]);
	}
	return fits;
}

/* The same as a double, for a ratio: rounded once, wherever that is possible. */
static double
sum_of(const CxRevenue *r, const Parts parts)
{
	CxMoney		sum;
	double		rounded = 0;

	if (try_sum(r, parts, &sum))
		return cx_money_to_double(&sum);
	for (int i = 0; i < COMPONENTS; i++)
		rounded += parts[i] * cx_money_to_double(&r->amount[i]);
	return rounded;
}

/* A sum over what there was; NaN without that. */
static double
ratio_of(const CxRevenue *r, const Parts parts)
{
	return r->customers[OPENING] == 0 ? NAN :
		sum_of(r, parts) / cx_money_to_double(&r->amount[OPENING]);
}

/* ---- what is impossible about a value ---- */

static const char *
customers_fault(const CxRevenue *r)
{
	int64		n = r->customers[OPENING];
	int64		unchanged = n;

	for (int i = EXPANSION; i <= CHURN; i++)
	{
		if (r->customers[i] > unchanged)
			return "More customers have changed than there were.";
		unchanged -= r->customers[i];
	}
	for (int i = NEW_EARNED; i < COMPONENTS; i++)
	{
		if (pg_add_s64_overflow(n, r->customers[i], &n))
			return "Its numbers of customers are too large.";
	}
	return n == r->n ? NULL : "Its numbers of customers do not add up.";
}

static const char *
amounts_fault(const CxRevenue *r)
{
	CxMoney		sum;
	double		total = 0;

	for (int i = 0; i < COMPONENTS; i++)
	{
		total += cx_money_to_double(&r->amount[i]);
		if (cx_money_is_negative(&r->amount[i]) ||
			cx_money_is_zero(&r->amount[i]) != (r->customers[i] == 0) ||
			(i != OPENING && r->customers[i] == 0 && r->amount[i].dscale != 0))
			return "Its amounts do not fit its numbers of customers.";
	}
	if (try_sum(r, kept_without_expansion, &sum) && cx_money_is_negative(&sum))
		return "It has lost more than there was.";

	/*
	 * Amounts too far apart for one sum are no fault: customers may have brought
	 * and taken them.
	 */
	if (try_sum(r, closing_parts, &sum) ? cx_money_compare(&sum, &r->closing) != 0 :
		fabs(sum_of(r, closing_parts) - cx_money_to_double(&r->closing)) > 1e-9 * total)
		return "Its closing revenue is not what its other amounts add up to.";
	return NULL;
}

/* Whether a rounded sum lies within bounds that are themselves rounded. */
static bool
is_within(double sum, double least, double most)
{
	return sum >= least * (1 - 1e-9) && sum <= most * (1 + 1e-9);
}

/* sum^2 / n <= sum of squares <= sum^2 for amounts that are not negative */
static bool
is_square_sum(double squares, double sum, int64 n)
{
	return is_within(squares, sum * sum / (double) Max(n, 1), sum * sum);
}

static const char *
moments_fault(const CxRevenue *r)
{
	double		opening = cx_money_to_double(&r->amount[OPENING]);
	double		gained = cx_money_to_double(&r->amount[EXPANSION]);
	double		lost = cx_money_to_double(&r->amount[CONTRACTION]) +
		cx_money_to_double(&r->amount[CHURN]);
	const double *moment = r->moment;

	for (int i = 0; i < MOMENTS; i++)
	{
		if (moment[i] + r->moment_low[i] != moment[i])
			return "Its sums of squares are not as sums are kept.";
	}
	if (!is_square_sum(moment[PREVIOUS_SQUARED], opening, r->customers[OPENING]) ||
		!is_square_sum(moment[LOSS_SQUARED], lost, r->customers[CONTRACTION] + r->customers[CHURN]) ||
		!is_within(moment[CHANGE_SQUARED],
				   moment[LOSS_SQUARED] + gained * gained / (double) Max(r->customers[EXPANSION], 1),
				   moment[LOSS_SQUARED] + gained * gained) ||
		!is_within(moment[LOSS_PREVIOUS], moment[LOSS_SQUARED], lost * opening) ||
		!is_within(moment[CHANGE_PREVIOUS] + 2 * moment[LOSS_PREVIOUS],
				   moment[LOSS_PREVIOUS], moment[LOSS_PREVIOUS] + gained * opening))
		return "Its sums of squares do not fit its amounts.";
	return NULL;
}

static const char *
revenue_fault(const CxHeader *value)
{
	const CxRevenue *r = (const CxRevenue *) value;
	const char *fault = customers_fault(r);

	if (fault == NULL)
		fault = amounts_fault(r);
	if (fault == NULL)
		fault = moments_fault(r);
	return fault;
}

/* ---- the type ---- */

static double
retention(const CxRevenue *r, bool with_expansion)
{
	return ratio_of(r, with_expansion ? kept_parts : kept_without_expansion);
}

static double
revenue_headline(const CxHeader *value)
{
	return retention((const CxRevenue *) value, true);
}

#define COMPONENT_FIELDS(label, component) \
	{label "_customers", CX_FIELD_COUNT, offsetof(CxRevenue, customers[component]), \
	 has_customers, NULL, NULL}, \
	{label, CX_FIELD_MONEY, offsetof(CxRevenue, amount[component]), \
	 has_customers, NULL, NULL}

#define MOMENT_FIELDS(label, moment_no) \
	{label, CX_FIELD_REAL, offsetof(CxRevenue, moment[moment_no]), \
	 has_customers, NULL, NULL}, \
	{label "_low", CX_FIELD_REAL, offsetof(CxRevenue, moment_low[moment_no]), \
	 has_customers, NULL, NULL}

static const CxField revenue_fields[] = {
	{"n", CX_FIELD_COUNT, offsetof(CxRevenue, n), NULL, NULL, NULL},
	COMPONENT_FIELDS("opening", OPENING),
	COMPONENT_FIELDS("expansion", EXPANSION),
	COMPONENT_FIELDS("contraction", CONTRACTION),
	COMPONENT_FIELDS("churn", CHURN),
	COMPONENT_FIELDS("new_earned", NEW_EARNED),
	COMPONENT_FIELDS("new_bought", NEW_BOUGHT),
	COMPONENT_FIELDS("new_unknown", NEW_UNKNOWN),
	{"closing", CX_FIELD_MONEY, offsetof(CxRevenue, closing), has_customers, NULL, NULL},
	MOMENT_FIELDS("previous_squared", PREVIOUS_SQUARED),
	MOMENT_FIELDS("change_squared", CHANGE_SQUARED),
	MOMENT_FIELDS("change_previous", CHANGE_PREVIOUS),
	MOMENT_FIELDS("loss_squared", LOSS_SQUARED),
	MOMENT_FIELDS("loss_previous", LOSS_PREVIOUS)
};

static const CxType revenue_type = {
	.name = "revenue_summary",
	.version = REVENUE_VERSION,
	.kind = REVENUE_KIND,
	.fields = revenue_fields,
	.nfields = lengthof(revenue_fields),
	.max_size = sizeof(CxRevenue),
	.fault = revenue_fault,
	.headline_name = "nrr",
	.headline = revenue_headline
};

CX_SUMMARY_FUNCTIONS(revenue_summary, &revenue_type)

static const CxRevenue *
revenue_arg(FunctionCallInfo fcinfo, int argno)
{
	return (const CxRevenue *) cx_summary_valid_arg(fcinfo, argno, &revenue_type);
}

/* What is merged, in argument 1. */
static const CxRevenue *
revenue_other(FunctionCallInfo fcinfo)
{
	return (const CxRevenue *) cx_summary_fixed_part(fcinfo, 1, &revenue_type);
}

static CxRevenue *
revenue_state(FunctionCallInfo fcinfo)
{
	return (CxRevenue *) cx_summary_fixed_state(fcinfo, &revenue_type);
}

/* ---- the aggregate ---- */

static inline void
add_component(CxRevenue *r, Component component, const CxMoney *money)
{
	r->customers[component]++;
	cx_money_add(&r->amount[component], money);
}

static inline void
add_moment(CxRevenue *r, Moment moment, double value)
{
	cx_add_two(&r->moment[moment], &r->moment_low[moment], value, 0);
}

/* A customer there was before: kept as it was, grown, shrunk or gone. */
static void
add_existing(CxRevenue *r, const CxMoney *previous, const CxMoney *current)
{
	CxMoney		change = *current;
	double		paid = cx_money_to_double(previous);
	double		changed;

	cx_money_subtract(&change, previous);
	changed = cx_money_to_double(&change);
	add_component(r, OPENING, previous);
	add_moment(r, PREVIOUS_SQUARED, paid * paid);
	if (cx_money_is_zero(&change))
		return;
	add_moment(r, CHANGE_SQUARED, changed * changed);
	add_moment(r, CHANGE_PREVIOUS, changed * paid);
	if (!cx_money_is_negative(&change))
	{
		add_component(r, EXPANSION, &change);
		return;
	}
	add_moment(r, LOSS_SQUARED, changed * changed);
	add_moment(r, LOSS_PREVIOUS, -changed * paid);
	if (cx_money_is_zero(current))
		add_component(r, CHURN, previous);
	else
	{
		cx_money_negate(&change);
		add_component(r, CONTRACTION, &change);
	}
}

/*
 * cx_revenue_accum_TYPE(state, previous, current [, earned]): NULL is 0.
 */
static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, CxMoneyReader money_of)
{
	CxRevenue  *r;
	CxMoney		previous = {.dscale = 0};
	CxMoney		current = {.dscale = 0};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	r = revenue_state(fcinfo);
	if (!PG_ARGISNULL(1))
		money_of(PG_GETARG_DATUM(1), &previous);
	if (!PG_ARGISNULL(2))
		money_of(PG_GETARG_DATUM(2), &current);
	cx_revenue_check(&previous, "a customer");
	cx_revenue_check(&current, "a customer");
	if (cx_money_is_zero(&previous) && cx_money_is_zero(&current))
		PG_RETURN_POINTER(r);

	cx_customers_add(&r->n, 1);
	cx_money_add(&r->closing, &current);
	if (!cx_money_is_zero(&previous))
		add_existing(r, &previous, &current);
	else
	{
		/* the decimals of a zero count, as they do for sum(numeric) */
		cx_money_add(&r->amount[OPENING], &previous);
		add_component(r, PG_NARGS() < 4 || PG_ARGISNULL(3) ? NEW_UNKNOWN :
					  PG_GETARG_BOOL(3) ? NEW_EARNED : NEW_BOUGHT, &current);
	}
	PG_RETURN_POINTER(r);
}

#define ACCUM(type) \
	PG_FUNCTION_INFO_V1(cx_revenue_accum_##type); \
	Datum \
	cx_revenue_accum_##type(PG_FUNCTION_ARGS) \
	{ \
		return accumulate(fcinfo, cx_money_##type); \
	}

ACCUM(int2)
ACCUM(int4)
ACCUM(int8)
ACCUM(float8)
ACCUM(numeric)

/* summary + summary, the step of rollup(summary) and the combine function. */
PG_FUNCTION_INFO_V1(cx_revenue_combine);
Datum
cx_revenue_combine(PG_FUNCTION_ARGS)
{
	CxRevenue  *r = revenue_state(fcinfo);
	const CxRevenue *other = revenue_other(fcinfo);

	cx_customers_add(&r->n, other->n);
	cx_money_add(&r->closing, &other->closing);
	for (int i = 0; i < COMPONENTS; i++)
	{
		cx_customers_add(&r->customers[i], other->customers[i]);
		cx_money_add(&r->amount[i], &other->amount[i]);
	}
	for (int i = 0; i < MOMENTS; i++)
		cx_add_two(&r->moment[i], &r->moment_low[i],
				   other->moment[i], other->moment_low[i]);
	PG_RETURN_POINTER(r);
}

/* ---- accessors ---- */

/* nrr(s) -> float8: net revenue retention; NULL without previous revenue. */
PG_FUNCTION_INFO_V1(cx_revenue_nrr);
Datum
cx_revenue_nrr(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(retention(revenue_arg(fcinfo, 0), true));
}

/* grr(s) -> float8: gross revenue retention, never above 1. */
PG_FUNCTION_INFO_V1(cx_revenue_grr);
Datum
cx_revenue_grr(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(retention(revenue_arg(fcinfo, 0), false));
}

/* The certainty of nrr or grr by the delta method. */
static CxRange
retention_range(const CxRevenue *r, bool with_expansion, double level)
{
	CxRatio		ratio = {
		.n = (double) r->customers[OPENING],
		.ratio = retention(r, with_expansion),
		.base = cx_money_to_double(&r->amount[OPENING]),
		.base_squared = r->moment[PREVIOUS_SQUARED],
		.change_squared = r->moment[with_expansion ? CHANGE_SQUARED : LOSS_SQUARED],
		.change_base = with_expansion ? r->moment[CHANGE_PREVIOUS] : -r->moment[LOSS_PREVIOUS]
	};

	return cx_ratio_interval(&ratio, level, with_expansion ? INFINITY : 1);
}

static Datum
retention_interval(FunctionCallInfo fcinfo, bool with_expansion)
{
	CxRange		range = retention_range(revenue_arg(fcinfo, 0), with_expansion,
										cx_level_arg(fcinfo, 1));

	if (isnan(range.lower))
		PG_RETURN_NULL();
	return cx_interval_datum(fcinfo, range);
}

/* nrr_interval(s, level) -> cx_interval; NULL below two previous customers. */
PG_FUNCTION_INFO_V1(cx_revenue_nrr_interval);
Datum
cx_revenue_nrr_interval(PG_FUNCTION_ARGS)
{
	return retention_interval(fcinfo, true);
}

/* grr_interval(s, level) -> cx_interval; NULL below two previous customers. */
PG_FUNCTION_INFO_V1(cx_revenue_grr_interval);
Datum
cx_revenue_grr_interval(PG_FUNCTION_ARGS)
{
	return retention_interval(fcinfo, false);
}

static double
logo_retention(const CxRevenue *r)
{
	double		before = (double) r->customers[OPENING];

	return before > 0 ? (before - (double) r->customers[CHURN]) / before : NAN;
}

/* logo_retention(s) -> float8: share of previous customers who stayed. */
PG_FUNCTION_INFO_V1(cx_revenue_logo_retention);
Datum
cx_revenue_logo_retention(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(logo_retention(revenue_arg(fcinfo, 0)));
}

/* total_growth(s) -> float8: (closing - opening) / opening. */
PG_FUNCTION_INFO_V1(cx_revenue_total_growth);
Datum
cx_revenue_total_growth(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(ratio_of(revenue_arg(fcinfo, 0), growth_parts));
}

/* earned_new(s) -> float8: earned new revenue over previous revenue. */
PG_FUNCTION_INFO_V1(cx_revenue_earned_new);
Datum
cx_revenue_earned_new(PG_FUNCTION_ARGS)
{
	const CxRevenue *r = revenue_arg(fcinfo, 0);

	CX_RETURN_REAL(cx_money_quotient(&r->amount[NEW_EARNED], &r->amount[OPENING]));
}

/* Whether there is new revenue, and nothing is known of where it came from. */
static bool
sources_unknown(const CxRevenue *r)
{
	return r->customers[NEW_UNKNOWN] > 0 &&
		r->customers[NEW_EARNED] == 0 && r->customers[NEW_BOUGHT] == 0;
}

/*
 * Earned growth: what was kept and expanded, plus earned new revenue, minus what
 * there was.
 */
static double
earned_growth_rate(const CxRevenue *r)
{
	return sources_unknown(r) ? NAN : ratio_of(r, earned_parts);
}

/* earned_growth_rate(s) -> float8: nrr + earned_new - 1. */
PG_FUNCTION_INFO_V1(cx_revenue_earned_growth_rate);
Datum
cx_revenue_earned_growth_rate(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(earned_growth_rate(revenue_arg(fcinfo, 0)));
}

/* earned_growth_ratio(s) -> float8: earned over total growth. */
PG_FUNCTION_INFO_V1(cx_revenue_earned_growth_ratio);
Datum
cx_revenue_earned_growth_ratio(PG_FUNCTION_ARGS)
{
	const CxRevenue *r = revenue_arg(fcinfo, 0);
	double		growth = sum_of(r, growth_parts);

	if (isnan(earned_growth_rate(r)) || !(growth > 0))
		PG_RETURN_NULL();
	CX_RETURN_REAL(sum_of(r, earned_parts) / growth);
}

/* earned_growth_bounds(s) -> cx_interval: unknown all bought .. all earned. */
PG_FUNCTION_INFO_V1(cx_revenue_earned_growth_bounds);
Datum
cx_revenue_earned_growth_bounds(PG_FUNCTION_ARGS)
{
	const CxRevenue *r = revenue_arg(fcinfo, 0);

	if (r->customers[OPENING] == 0)
		PG_RETURN_NULL();
	return cx_interval_datum(fcinfo, (CxRange) {
							 ratio_of(r, earned_parts), ratio_of(r, earned_with_unknown)});
}

/* ---- the whole ---- */

static int64
closing_customers(const CxRevenue *r)
{
	return r->n - r->customers[CHURN];
}

static void
add_step(FunctionCallInfo fcinfo, int step, const char *component,
		 int64 customers, const CxMoney *amount)
{
	CxRow		row = {0};

	cx_row_put(&row, Int32GetDatum(step), false);
	cx_row_put(&row, CStringGetTextDatum(component), false);
	cx_row_put(&row, Int64GetDatum(customers), false);
	cx_row_put(&row, cx_money_to_numeric(amount), false);
	cx_rows_add(fcinfo, &row);
}

/*
 * revenue_bridge(s) -> (step, component, customers, amount): from opening to
 * closing; losses are negative, and the amounts between add up exactly.
 */
PG_FUNCTION_INFO_V1(cx_revenue_bridge);
Datum
cx_revenue_bridge(PG_FUNCTION_ARGS)
{
	static const char *const names[COMPONENTS] = {
		"opening", "expansion", "contraction", "churn",
		"new_earned", "new_bought", "new_unknown"
	};
	const CxRevenue *r = revenue_arg(fcinfo, 0);

	cx_rows_begin(fcinfo);
	for (int i = 0; i < COMPONENTS; i++)
	{
		CxMoney		amount = r->amount[i];

		if (i == CONTRACTION || i == CHURN)
			cx_money_negate(&amount);
		add_step(fcinfo, i + 1, names[i], r->customers[i], &amount);
	}
	add_step(fcinfo, COMPONENTS + 1, "closing", closing_customers(r), &r->closing);
	return (Datum) 0;
}

/*
 * revenue_report(s, level) -> one row: customers_before, customers_after,
 * opening, closing, nrr, nrr_lower, nrr_upper, grr, grr_lower, grr_upper,
 * logo_retention, total_growth, earned_growth_rate.
 */
PG_FUNCTION_INFO_V1(cx_revenue_report);
Datum
cx_revenue_report(PG_FUNCTION_ARGS)
{
	const CxRevenue *r = revenue_arg(fcinfo, 0);
	double		level = cx_level_arg(fcinfo, 1);
	CxRow		row = {0};

	cx_row_put(&row, Int64GetDatum(r->customers[OPENING]), false);
	cx_row_put(&row, Int64GetDatum(closing_customers(r)), false);
	cx_row_put(&row, cx_money_to_numeric(&r->amount[OPENING]), false);
	cx_row_put(&row, cx_money_to_numeric(&r->closing), false);
	cx_row_real(&row, retention(r, true));
	cx_row_range(&row, retention_range(r, true, level));
	cx_row_real(&row, retention(r, false));
	cx_row_range(&row, retention_range(r, false, level));
	cx_row_real(&row, logo_retention(r));
	cx_row_real(&row, ratio_of(r, growth_parts));
	cx_row_real(&row, earned_growth_rate(r));
	return cx_row_datum(fcinfo, &row);
}
