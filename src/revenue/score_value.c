/*-------------------------------------------------------------------------
 *
 * score_value.c
 *	  What a point is worth: how a value goes along with the answer.
 *
 * One row a customer: the answer to an NPS question, and what the customer is
 * worth (spends, renews, refers).  The summary keeps the moments of the value at
 * each answer; math/line.c draws the line through them.  A line shows what goes
 * together, never what causes what.
 *
 *-------------------------------------------------------------------------
 */
#include "base/args.h"
#include "base/band.h"
#include "base/result.h"
#include "math/line.h"
#include "math/twosum.h"
#include "revenue/customer.h"

#include "utils/float.h"

#define WORTH_VERSION 1
#define WORTH_KIND 'W'

/*
 * A value is 0 or within these bounds, so that neither it nor its square
 * overflows or vanishes in any sum of up to 2^63 of them.
 */
#define VALUE_MIN 1e-100
#define VALUE_MAX 1e100

typedef struct Worth
{
	CxHeader	header;
	int64		n;				/* the sum of customers */
	int64		customers[CX_NPS_ANSWERS];
	double		sum[CX_NPS_ANSWERS];	/* of the value, and of its square */
	double		sum_low[CX_NPS_ANSWERS];
	double		squares[CX_NPS_ANSWERS];
	double		squares_low[CX_NPS_ANSWERS];
} Worth;

static bool
has_customers(const CxHeader *value)
{
	return ((const Worth *) value)->n > 0;
}

/* Whether so many values can have these sums; by Cauchy and Schwarz, an equation for one. */
static bool
are_sums(double n, double sum, double sum_low, double squares, double squares_low)
{
	return sum + sum_low == sum && squares + squares_low == squares &&
		(n > 0 || (sum_low == 0 && squares_low == 0)) &&
		squares >= 0 && squares <= n * VALUE_MAX * VALUE_MAX * (1 + 1e-9) &&
		fabs(sum) <= n * VALUE_MAX * (1 + 1e-9) &&
		sum * sum <= n * squares * (1 + 1e-9) &&
		(n > 1 || squares <= sum * sum * (1 + 1e-9));
}

static const char *
worth_fault(const CxHeader *value)
{
	const Worth *w = (const Worth *) value;
	int64		n = 0;

	for (int i = 0; i < CX_NPS_ANSWERS; i++)
	{
		if (w->customers[i] > w->n - n)
			return "Its answers have more customers than there are.";
		n += w->customers[i];
		if (!are_sums((double) w->customers[i], w->sum[i], w->sum_low[i], w->squares[i], w->squares_low[i]))
			return "Its sums do not fit its numbers of customers.";
	}
	return n == w->n ? NULL : "Its answers have fewer customers than there are.";
}

static void
read_values(const Worth *w, CxValues *values)
{
	for (int i = 0; i < CX_NPS_ANSWERS; i++)
		values[i] = (CxValues) {(double) w->customers[i], w->sum[i], w->sum_low[i],
			w->squares[i], w->squares_low[i]};
}

static CxLine
read_line(const Worth *w)
{
	CxValues	values[CX_NPS_ANSWERS];

	read_values(w, values);
	return cx_line_through(values, CX_NPS_ANSWERS);
}

static double
worth_headline(const CxHeader *value)
{
	return read_line((const Worth *) value).slope;
}

#define ANSWERS_FIELD(label, kind, member) \
	{label, kind, offsetof(Worth, member), \
	 has_customers, cx_nps_length, cx_nps_first}

static const CxField worth_fields[] = {
	{"n", CX_FIELD_COUNT, offsetof(Worth, n), NULL, NULL, NULL},
	ANSWERS_FIELD("customers", CX_FIELD_COUNT, customers),
	ANSWERS_FIELD("sum", CX_FIELD_REAL, sum),
	ANSWERS_FIELD("sum_low", CX_FIELD_REAL, sum_low),
	ANSWERS_FIELD("squares", CX_FIELD_REAL, squares),
	ANSWERS_FIELD("squares_low", CX_FIELD_REAL, squares_low)
};

static const CxType worth_type = {
	.name = "score_value_summary",
	.version = WORTH_VERSION,
	.kind = WORTH_KIND,
	.fields = worth_fields,
	.nfields = lengthof(worth_fields),
	.max_size = sizeof(Worth),
	.fault = worth_fault,
	.headline_name = "value_per_point",
	.headline = worth_headline
};

CX_SUMMARY_FUNCTIONS(score_value_summary, &worth_type)

static const Worth *
worth_arg(FunctionCallInfo fcinfo, int argno)
{
	return (const Worth *) cx_summary_valid_arg(fcinfo, argno, &worth_type);
}

/* What is merged, in argument 1. */
static const Worth *
worth_other(FunctionCallInfo fcinfo)
{
	return (const Worth *) cx_summary_fixed_part(fcinfo, 1, &worth_type);
}

static Worth *
worth_state(FunctionCallInfo fcinfo)
{
	return (Worth *) cx_summary_fixed_state(fcinfo, &worth_type);
}

/* ---- the aggregate ---- */

static _Noreturn pg_noinline void
refuse_value(double value)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("value %s of a customer is not usable", float8out_internal(value)),
			 errdetail("A value is 0 or from %g to %g in size.", VALUE_MIN, VALUE_MAX),
			 errhint("Leave such rows out with FILTER (WHERE ...), or rescale all values.")));
}

static inline void
put_in(Worth *w, int answer, double value)
{
	double		square = value * value;

	if (unlikely(!(fabs(value) >= VALUE_MIN && fabs(value) <= VALUE_MAX) && value != 0))
		refuse_value(value);
	cx_customers_add(&w->n, 1);
	w->customers[answer]++;
	cx_add_two(&w->sum[answer], &w->sum_low[answer], value, 0);
	/* with what rounding leaves off the square */
	cx_add_two(&w->squares[answer], &w->squares_low[answer],
			   square, fma(value, value, -square));
}

/*
 * cx_score_value_accum_TYPE(state, score, value float8): strict, a customer
 * without an answer or of unknown value is skipped.
 */
#define ACCUM(type) \
	PG_FUNCTION_INFO_V1(cx_score_value_accum_##type); \
	Datum \
	cx_score_value_accum_##type(PG_FUNCTION_ARGS) \
	{ \
		Worth	   *w = worth_state(fcinfo); \
\
		put_in(w, cx_nps_answer_##type(PG_GETARG_DATUM(1)), PG_GETARG_FLOAT8(2)); \
		PG_RETURN_POINTER(w); \
	}

CX_FOR_EACH_ANSWER_TYPE(ACCUM)

/* summary + summary, the step of rollup(summary) and the combine function. */
PG_FUNCTION_INFO_V1(cx_score_value_combine);
Datum
cx_score_value_combine(PG_FUNCTION_ARGS)
{
	Worth	   *w = worth_state(fcinfo);
	const Worth *other = worth_other(fcinfo);

	cx_customers_add(&w->n, other->n);
	for (int i = 0; i < CX_NPS_ANSWERS; i++)
	{
		cx_customers_add(&w->customers[i], other->customers[i]);
		cx_add_two(&w->sum[i], &w->sum_low[i], other->sum[i], other->sum_low[i]);
		cx_add_two(&w->squares[i], &w->squares_low[i], other->squares[i], other->squares_low[i]);
	}
	PG_RETURN_POINTER(w);
}

/* ---- accessors ---- */

/* value_per_point(s) -> float8: slope; NULL unless two answers were given. */
PG_FUNCTION_INFO_V1(cx_score_value_slope);
Datum
cx_score_value_slope(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(read_line(worth_arg(fcinfo, 0)).slope);
}

/* value_per_point_interval(s, level) -> cx_interval; NULL below three customers. */
PG_FUNCTION_INFO_V1(cx_score_value_interval);
Datum
cx_score_value_interval(PG_FUNCTION_ARGS)
{
	CxLine		line = read_line(worth_arg(fcinfo, 0));
	double		level = cx_level_arg(fcinfo, 1);

	if (isnan(line.stderr_))
		PG_RETURN_NULL();
	return cx_interval_datum(fcinfo, cx_line_interval(&line, level));
}

/* score_value_r2(s) -> float8: share of the variance; NULL where there is none. */
PG_FUNCTION_INFO_V1(cx_score_value_r2);
Datum
cx_score_value_r2(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(read_line(worth_arg(fcinfo, 0)).r2);
}

/*
 * value_by_score(s) -> (score, customers, mean_value, stderr): a row for every
 * answer; none for a summary without customers.
 */
PG_FUNCTION_INFO_V1(cx_score_value_by_score);
Datum
cx_score_value_by_score(PG_FUNCTION_ARGS)
{
	const Worth *w = worth_arg(fcinfo, 0);
	CxValues	values[CX_NPS_ANSWERS];

	read_values(w, values);
	cx_rows_begin(fcinfo);
	for (int i = 0; i < CX_NPS_ANSWERS && w->n > 0; i++)
	{
		CxRow		row = {0};

		cx_row_put(&row, Int32GetDatum(i), false);
		cx_row_put(&row, Int64GetDatum(w->customers[i]), false);
		cx_row_real(&row, cx_values_mean(&values[i]));
		cx_row_real(&row, cx_values_stderr(&values[i]));
		cx_rows_add(fcinfo, &row);
	}
	return (Datum) 0;
}
