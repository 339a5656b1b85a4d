/*-------------------------------------------------------------------------
 *
 * csat.c
 *	  Customer satisfaction: the percentage of answers in the top boxes.
 *
 * Answers run from 1 to the scale's highest.  Scale and number of boxes are
 * remembered in the summary.
 *
 *-------------------------------------------------------------------------
 */
#include "score/score.h"

#include "math/proportion.h"

#define PERCENT 100.0

static const char *const interval_methods[] = {"wilson", "wald", "clopper_pearson", NULL};
static const CxProportionMethod interval_method[] = {
	CX_PROPORTION_WILSON, CX_PROPORTION_WALD, CX_PROPORTION_CLOPPER_PEARSON
};

/* A summary read for its score. */
typedef struct CsatReading
{
	const CxTally *tally;
	CxAnswers	answers;
	double		csat;			/* percent; NaN without answers */
	CxProportion satisfied;
} CsatReading;

static CsatReading
read_tally(const CxTally *tally)
{
	CsatReading r;
	int			lowest = cx_lowest_satisfied(tally);

	r.tally = tally;
	cx_tally_answers(tally, &r.answers);
	r.csat = cx_percentage(cx_answers_sum(&r.answers, lowest, tally->scale),
						   r.answers.total);
	r.satisfied = cx_proportion_of_answers(&r.answers, lowest);
	return r;
}

static CsatReading
read_arg(FunctionCallInfo fcinfo, int argno)
{
	return read_tally(cx_tally_arg(fcinfo, argno));
}

static double
csat_headline(const CxHeader *value)
{
	return read_tally((const CxTally *) value).csat;
}

static const CxField csat_fields[] = {
	CX_TALLY_HEAD_FIELDS,
	{"boxes", CX_FIELD_BYTE, offsetof(CxTally, option), cx_tally_has_answers, NULL, NULL},
	CX_TALLY_COUNTS_FIELDS
};

static const CxType csat_type = {
	.name = "csat_summary",
	.version = CX_TALLY_VERSION,
	.kind = CX_TALLY_CSAT,
	.fields = csat_fields,
	.nfields = lengthof(csat_fields),
	.max_size = sizeof(CxWeightedTally),
	.size = cx_tally_value_size,
	.fault = cx_tally_fault,
	.headline_name = "csat",
	.headline = csat_headline,
	.takes_counts = true,
	.open = cx_tally_open_value,
	.close = cx_tally_close_value
};

CX_SUMMARY_FUNCTIONS(csat_summary, &csat_type)

/*
 * csat_summary(counts bigint[], boxes) -> csat_summary, also integer[] and
 * numeric[]: the counts of the answers 1, 2, ... up to the scale's highest.
 */
PG_FUNCTION_INFO_V1(cx_csat_from_counts);
Datum
cx_csat_from_counts(PG_FUNCTION_ARGS)
{
	CxTally    *tally;
	int			scale;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	tally = cx_tally_from_counts(fcinfo, 0, CX_TALLY_CSAT, &scale);
	if (!PG_ARGISNULL(1))
		cx_check_boxes(PG_GETARG_INT32(1), scale);
	if (tally->n > 0)
		tally->option = PG_ARGISNULL(1) ? cx_default_boxes(scale) : PG_GETARG_INT32(1);
	PG_RETURN_POINTER(cx_tally_close_value(&tally->header));
}

#define VALID(type) \
	PG_FUNCTION_INFO_V1(cx_scale_valid_##type); \
	Datum \
	cx_scale_valid_##type(PG_FUNCTION_ARGS) \
	{ \
		int			scale = cx_check_scale(PG_GETARG_INT32(1)); \
\
		PG_RETURN_BOOL(cx_answer_##type(PG_GETARG_DATUM(0), 1, scale) != CX_NO_ANSWER); \
	}

/* csat_valid(score, scale), ces_valid(score, scale) -> boolean. */
CX_FOR_EACH_ANSWER_TYPE(VALID)

/* csat(s) -> float8: percent from 0 to 100; NULL without answers. */
PG_FUNCTION_INFO_V1(cx_csat);
Datum
cx_csat(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(read_arg(fcinfo, 0).csat);
}

static int64
satisfied_count(const CxTally *tally)
{
	int64		count = 0;

	if (tally->n == 0)
		return 0;
	for (int answer = cx_lowest_satisfied(tally); answer <= tally->scale; answer++)
		count += tally->counts[answer - 1];
	return count;
}

/* satisfied(s) -> bigint: respondents in the top boxes, never weighted. */
PG_FUNCTION_INFO_V1(cx_csat_satisfied);
Datum
cx_csat_satisfied(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(satisfied_count(cx_tally_arg(fcinfo, 0)));
}

/* satisfied_share(s) -> float8: from 0 to 1; NULL without answers. */
PG_FUNCTION_INFO_V1(cx_csat_satisfied_share);
Datum
cx_csat_satisfied_share(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(read_arg(fcinfo, 0).satisfied.share);
}

/* csat_boxes(s) -> integer: how many top boxes count; NULL without answers. */
PG_FUNCTION_INFO_V1(cx_csat_boxes);
Datum
cx_csat_boxes(PG_FUNCTION_ARGS)
{
	const CxTally *tally = cx_tally_arg(fcinfo, 0);

	if (tally->n == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(tally->option);
}

/* csat_stderr(s) -> float8: percentage points, sqrt(p (1 - p) / n). */
PG_FUNCTION_INFO_V1(cx_csat_stderr);
Datum
cx_csat_stderr(PG_FUNCTION_ARGS)
{
	CsatReading r = read_arg(fcinfo, 0);

	CX_RETURN_REAL(PERCENT * cx_proportion_stderr(&r.satisfied));
}

/* The share with as many answers as a finite population makes of them. */
static CxProportion
finite_share(FunctionCallInfo fcinfo, int population_argno, const CsatReading *r)
{
	double		population = cx_population_arg(fcinfo, population_argno, r->tally->n);
	CxProportion share = r->satisfied;

	if (!isinf(population))
		share.n = cx_finite_n(share.n, (double) r->tally->n, population);
	return share;
}

/* The interval in percent, around the score as it is shown. */
static CxRange
interval_of(const CsatReading *r, const CxProportion *share, double level,
			CxProportionMethod method)
{
	if (isnan(r->csat))
		return (CxRange) {NAN, NAN};
	return cx_range_times(cx_proportion_interval(share, level, method),
						  PERCENT, share->share, r->csat);
}

/*
 * csat_interval(s, level, method, population) -> cx_interval: percent; NULL
 * without answers.
 */
PG_FUNCTION_INFO_V1(cx_csat_interval);
Datum
cx_csat_interval(PG_FUNCTION_ARGS)
{
	CsatReading r;
	CxProportion share;
	CxProportionMethod method;
	double		level;

	if (cx_any_null(fcinfo, 3))
		PG_RETURN_NULL();
	r = read_arg(fcinfo, 0);
	level = cx_level_arg(fcinfo, 1);
	method = interval_method[cx_choice_arg(fcinfo, 2, "method", interval_methods)];
	share = finite_share(fcinfo, 3, &r);
	if (isnan(r.csat))
		PG_RETURN_NULL();
	return cx_interval_datum(fcinfo, interval_of(&r, &share, level, method));
}

/*
 * csat_margin(s, level, population) -> float8: half the width of the Wilson
 * interval, in percentage points; NULL without answers.
 */
PG_FUNCTION_INFO_V1(cx_csat_margin);
Datum
cx_csat_margin(PG_FUNCTION_ARGS)
{
	CsatReading r;
	CxProportion share;
	double		level;

	if (cx_any_null(fcinfo, 2))
		PG_RETURN_NULL();
	r = read_arg(fcinfo, 0);
	level = cx_level_arg(fcinfo, 1);
	share = finite_share(fcinfo, 2, &r);
	CX_RETURN_REAL(PERCENT * cx_proportion_margin(&share, level));
}

/*
 * csat_report(s, level, population) -> one row: responses, csat, lower, upper,
 * margin, satisfied, mean_score, scale, boxes.
 */
PG_FUNCTION_INFO_V1(cx_csat_report);
Datum
cx_csat_report(PG_FUNCTION_ARGS)
{
	CsatReading r;
	CxProportion share;
	double		level;
	CxRow		row = {0};
	bool		empty;

	if (cx_any_null(fcinfo, 2))
		PG_RETURN_NULL();
	r = read_arg(fcinfo, 0);
	level = cx_level_arg(fcinfo, 1);
	share = finite_share(fcinfo, 2, &r);
	empty = r.tally->n == 0;
	cx_row_put(&row, Int64GetDatum(r.tally->n), false);
	cx_row_real(&row, r.csat);
	cx_row_range(&row, interval_of(&r, &share, level, CX_PROPORTION_WILSON));
	cx_row_real(&row, PERCENT * cx_proportion_margin(&share, level));
	cx_row_put(&row, Int64GetDatum(satisfied_count(r.tally)), false);
	cx_row_real(&row, cx_answers_mean(&r.answers));
	cx_row_put(&row, Int32GetDatum(r.tally->scale), empty);
	cx_row_put(&row, Int32GetDatum(r.tally->option), empty);
	return cx_row_datum(fcinfo, &row);
}

/*
 * csat_compare(s, baseline, level) -> cx_test: s minus baseline in percentage
 * points, for two summaries that share no answers; NULL if either is empty.
 */
PG_FUNCTION_INFO_V1(cx_csat_compare);
Datum
cx_csat_compare(PG_FUNCTION_ARGS)
{
	CsatReading a = read_arg(fcinfo, 0);
	CsatReading b = read_arg(fcinfo, 1);
	double		level = cx_level_arg(fcinfo, 2);
	CxTest		test;

	if (isnan(a.csat) || isnan(b.csat))
		PG_RETURN_NULL();
	cx_tally_require_same_scale(a.tally, b.tally);
	test = cx_proportion_compare(&a.satisfied, &b.satisfied, level);
	return cx_test_datum(fcinfo, cx_test_times(test, PERCENT));
}

static CxOutlook
outlook_of(FunctionCallInfo fcinfo)
{
	CsatReading r = read_arg(fcinfo, 0);
	double		target = cx_target_arg(fcinfo, 1, 0, PERCENT);

	return (CxOutlook) {
		isnan(r.csat) ? NAN : cx_proportion_probability(&r.satisfied, target / PERCENT),
		r.csat - target
	};
}

/*
 * csat_probability(s, target) -> float8: how likely the true percentage is
 * above the target; NULL without answers.
 */
PG_FUNCTION_INFO_V1(cx_csat_probability);
Datum
cx_csat_probability(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(outlook_of(fcinfo).probability);
}

/* csat_verdict(s, target, level) -> text: met, missed or unproven. */
PG_FUNCTION_INFO_V1(cx_csat_verdict);
Datum
cx_csat_verdict(PG_FUNCTION_ARGS)
{
	return cx_target_verdict(fcinfo, 2, outlook_of(fcinfo));
}
