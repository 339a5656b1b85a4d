/*-------------------------------------------------------------------------
 *
 * churn.c
 *	  Churn by answer, learned from history.
 *
 * One row a customer whose outcome is known: the answer to an NPS question,
 * NULL where there was none, and whether the customer left.  The silent are a
 * band of their own.  math/betabinomial.c turns counts into probabilities.
 *
 *-------------------------------------------------------------------------
 */
#include "base/args.h"
#include "base/band.h"
#include "base/result.h"
#include "math/betabinomial.h"
#include "revenue/customer.h"

#define CHURN_VERSION 1
#define CHURN_KIND 'H'

#define SILENT CX_NPS_ANSWERS
#define SLOTS (CX_NPS_ANSWERS + 1)

typedef struct Churn
{
	CxHeader	header;
	int64		n;				/* the sum of customers */
	int64		customers[SLOTS];	/* by answer, the silent last */
	int64		churned[SLOTS]; /* of them */
} Churn;

static bool
has_customers(const CxHeader *value)
{
	return ((const Churn *) value)->n > 0;
}

static const char *
churn_fault(const CxHeader *value)
{
	const Churn *c = (const Churn *) value;
	int64		n = 0;

	for (int i = 0; i < SLOTS; i++)
	{
		if (c->churned[i] > c->customers[i])
			return "More customers have churned than there were.";
		if (c->customers[i] > c->n - n)
			return "Its answers have more customers than there are.";
		n += c->customers[i];
	}
	return n == c->n ? NULL : "Its answers have fewer customers than there are.";
}

static double
rate_of(const CxTrials *trials)
{
	return trials->n > 0 ? trials->hits / trials->n : NAN;
}

static double
overall_rate(const Churn *c)
{
	CxTrials	all = {.n = (double) c->n};

	for (int i = 0; i < SLOTS; i++)
		all.hits += (double) c->churned[i];
	return rate_of(&all);
}

static double
churn_headline(const CxHeader *value)
{
	return overall_rate((const Churn *) value);
}

#define SLOT_FIELDS(counts, silent, member) \
	{counts, CX_FIELD_COUNT, offsetof(Churn, member), \
	 has_customers, cx_nps_length, cx_nps_first}, \
	{silent, CX_FIELD_COUNT, offsetof(Churn, member[SILENT]), \
	 has_customers, NULL, NULL}

static const CxField churn_fields[] = {
	{"n", CX_FIELD_COUNT, offsetof(Churn, n), NULL, NULL, NULL},
	SLOT_FIELDS("customers", "silent", customers),
	SLOT_FIELDS("churned", "silent_churned", churned)
};

static const CxType churn_type = {
	.name = "churn_summary",
	.version = CHURN_VERSION,
	.kind = CHURN_KIND,
	.fields = churn_fields,
	.nfields = lengthof(churn_fields),
	.max_size = sizeof(Churn),
	.fault = churn_fault,
	.headline_name = "churn_rate",
	.headline = churn_headline
};

CX_SUMMARY_FUNCTIONS(churn_summary, &churn_type)

static const Churn *
churn_arg(FunctionCallInfo fcinfo, int argno)
{
	return (const Churn *) cx_summary_valid_arg(fcinfo, argno, &churn_type);
}

/* What is merged, in argument 1. */
static const Churn *
churn_other(FunctionCallInfo fcinfo)
{
	return (const Churn *) cx_summary_fixed_part(fcinfo, 1, &churn_type);
}

static Churn *
churn_state(FunctionCallInfo fcinfo)
{
	return (Churn *) cx_summary_fixed_state(fcinfo, &churn_type);
}

/* ---- the aggregate ---- */

static inline void
put_in(Churn *c, int slot, int64 customers, int64 churned)
{
	cx_customers_add(&c->n, customers);
	cx_customers_add(&c->customers[slot], customers);
	cx_customers_add(&c->churned[slot], churned);
}

static inline void
take_out(Churn *c, int slot, int64 customers, int64 churned)
{
	int64		stayed = c->customers[slot] - c->churned[slot];
	int64		fewer;

	if (unlikely(pg_sub_s64_overflow(customers, churned, &fewer)))
		cx_customers_overflow();
	cx_customers_take_out(&stayed, fewer);
	cx_customers_take_out(&c->churned[slot], churned);
	c->customers[slot] = stayed + c->churned[slot];
	c->n -= customers;
}

/*
 * cx_churn_accum_TYPE(state, score, churned) and its inverse.  NULL churned is an
 * outcome that is still open: such a customer teaches nothing.
 */
#define TRANSITION(name, change, type) \
	PG_FUNCTION_INFO_V1(cx_churn_##name##_##type); \
	Datum \
	cx_churn_##name##_##type(PG_FUNCTION_ARGS) \
	{ \
		Churn	   *c; \
\
		if (PG_ARGISNULL(0)) \
			PG_RETURN_NULL(); \
		if (PG_ARGISNULL(2)) \
			PG_RETURN_DATUM(PG_GETARG_DATUM(0)); \
		c = churn_state(fcinfo); \
		change(c, PG_ARGISNULL(1) ? SILENT : cx_nps_answer_##type(PG_GETARG_DATUM(1)), \
			   1, PG_GETARG_BOOL(2) ? 1 : 0); \
		PG_RETURN_POINTER(c); \
	}

#define TRANSITIONS(type) \
	TRANSITION(accum, put_in, type) \
	TRANSITION(inverse, take_out, type)

CX_FOR_EACH_ANSWER_TYPE(TRANSITIONS)

#define MERGE(name, change) \
	PG_FUNCTION_INFO_V1(cx_churn_##name); \
	Datum \
	cx_churn_##name(PG_FUNCTION_ARGS) \
	{ \
		Churn	   *c = churn_state(fcinfo); \
		const Churn *other = churn_other(fcinfo); \
\
		for (int i = 0; i < SLOTS; i++) \
			change(c, i, other->customers[i], other->churned[i]); \
		PG_RETURN_POINTER(c); \
	}

/* summary + summary, the step of rollup(summary) and the combine function. */
MERGE(combine, put_in)

/* summary - summary, and the inverse step of rollup(summary). */
MERGE(minus, take_out)

/* ---- accessors ---- */

static CxTrials
trials_of(const Churn *c, int slot)
{
	return (CxTrials) {(double) c->customers[slot], (double) c->churned[slot]};
}

/*
 * What a band is drawn towards.  The answers are alike enough to make a prior
 * together.  How they differ says nothing of how the silent differ from them, so
 * that these are drawn towards the same rate as weakly as can be; where nobody
 * answered, towards their own.
 */
static CxPrior
prior_of(const Churn *c, int slot)
{
	CxTrials	answers[CX_NPS_ANSWERS];
	CxTrials	silent = trials_of(c, SILENT);
	CxPrior		prior;

	if (c->customers[SILENT] == c->n)
		return cx_prior_of(&silent, 1);
	for (int i = 0; i < CX_NPS_ANSWERS; i++)
		answers[i] = trials_of(c, i);
	prior = cx_prior_of(answers, CX_NPS_ANSWERS);
	if (slot == SILENT)
		prior.strength = 1;
	return prior;
}

/* The band that argument 1 asks for, NULL the silent. */
static int
slot_arg(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(1) ? SILENT : cx_nps_answer_int4(PG_GETARG_DATUM(1));
}

/* churn_rate(s) -> float8: share of all customers who left. */
PG_FUNCTION_INFO_V1(cx_churn_rate);
Datum
cx_churn_rate(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(overall_rate(churn_arg(fcinfo, 0)));
}

/* churn_rate(s, score) -> float8: of those who gave this answer, or none. */
PG_FUNCTION_INFO_V1(cx_churn_rate_of_answer);
Datum
cx_churn_rate_of_answer(PG_FUNCTION_ARGS)
{
	CxTrials	trials;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	trials = trials_of(churn_arg(fcinfo, 0), slot_arg(fcinfo));
	CX_RETURN_REAL(rate_of(&trials));
}

/*
 * churn_probability(s, score) -> float8: the rate drawn towards that of all
 * answers; NULL for a summary without customers.
 */
PG_FUNCTION_INFO_V1(cx_churn_probability);
Datum
cx_churn_probability(PG_FUNCTION_ARGS)
{
	const Churn *c;
	int			slot;
	CxTrials	trials;
	CxPrior		prior;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	c = churn_arg(fcinfo, 0);
	slot = slot_arg(fcinfo);
	if (c->n == 0)
		PG_RETURN_NULL();
	trials = trials_of(c, slot);
	prior = prior_of(c, slot);
	PG_RETURN_FLOAT8(cx_posterior_rate(&prior, &trials));
}

/*
 * churn_curve(s, level) -> (answer, customers, churned, rate, probability, lower,
 * upper): a row for every answer and, with a NULL answer, one for the silent;
 * none for a summary without customers.
 */
PG_FUNCTION_INFO_V1(cx_churn_curve);
Datum
cx_churn_curve(PG_FUNCTION_ARGS)
{
	const Churn *c = churn_arg(fcinfo, 0);
	double		level = cx_level_arg(fcinfo, 1);

	cx_rows_begin(fcinfo);
	for (int i = 0; i < SLOTS && c->n > 0; i++)
	{
		CxTrials	trials = trials_of(c, i);
		CxPrior		prior = prior_of(c, i);
		CxRow		row = {0};

		cx_row_put(&row, Int32GetDatum(i), i == SILENT);
		cx_row_put(&row, Int64GetDatum(c->customers[i]), false);
		cx_row_put(&row, Int64GetDatum(c->churned[i]), false);
		cx_row_real(&row, rate_of(&trials));
		cx_row_real(&row, cx_posterior_rate(&prior, &trials));
		cx_row_range(&row, cx_posterior_interval(&prior, &trials, level));
		cx_rows_add(fcinfo, &row);
	}
	return (Datum) 0;
}
