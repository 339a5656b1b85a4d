/*-------------------------------------------------------------------------
 *
 * ces.c
 *	  Customer effort: the mean answer to "how easy was it?" (Dixon, Freeman &
 *	  Toman 2010, "Stop Trying to Delight Your Customers", Harvard Business
 *	  Review 88; the 1-7 scale of CES 2.0 is of 2013).
 *
 * Answers run from 1 to the scale's highest.  Which end is easy is remembered
 * in the summary.
 *
 *-------------------------------------------------------------------------
 */
#include "score/score.h"

#include "math/mean.h"

#define POINTS 100.0

/* A summary read for its score. */
typedef struct CesReading
{
	const CxTally *tally;
	CxAnswers	answers;
	CxMean		mean;			/* NaN without answers */
} CesReading;

static CesReading
read_tally(const CxTally *tally)
{
	CesReading	r;

	r.tally = tally;
	cx_tally_answers(tally, &r.answers);
	r.mean.mean = cx_answers_mean(&r.answers);
	r.mean.stddev = cx_answers_stddev(&r.answers);
	r.mean.n = r.mean.finite_n = r.answers.n;
	return r;
}

static CesReading
read_arg(FunctionCallInfo fcinfo, int argno)
{
	return read_tally(cx_tally_arg(fcinfo, argno));
}

static double
ces_headline(const CxHeader *value)
{
	return read_tally((const CxTally *) value).mean.mean;
}

static const CxField ces_fields[] = {
	CX_TALLY_HEAD_FIELDS,
	{"low_is_easy", CX_FIELD_SWITCH, offsetof(CxTally, option), cx_tally_has_answers, NULL, NULL},
	CX_TALLY_COUNTS_FIELDS
};

static const CxType ces_type = {
	.name = "ces_summary",
	.version = CX_TALLY_VERSION,
	.kind = CX_TALLY_CES,
	.fields = ces_fields,
	.nfields = lengthof(ces_fields),
	.max_size = sizeof(CxWeightedTally),
	.size = cx_tally_value_size,
	.fault = cx_tally_fault,
	.headline_name = "ces",
	.headline = ces_headline,
	.takes_counts = true,
	.open = cx_tally_open_value,
	.close = cx_tally_close_value
};

CX_SUMMARY_FUNCTIONS(ces_summary, &ces_type)

/*
 * ces_summary(counts bigint[], low_is_easy) -> ces_summary, also integer[] and
 * numeric[]: the counts of the answers 1, 2, ... up to the scale's highest.
 */
PG_FUNCTION_INFO_V1(cx_ces_from_counts);
Datum
cx_ces_from_counts(PG_FUNCTION_ARGS)
{
	int			scale;
	CxTally    *tally = cx_tally_from_counts(fcinfo, 0, CX_TALLY_CES, &scale);

	if (tally->n > 0)
		tally->option = PG_GETARG_BOOL(1);
	PG_RETURN_POINTER(cx_tally_close_value(&tally->header));
}

/* ces(s) -> float8: the mean answer, on the scale; NULL without answers. */
PG_FUNCTION_INFO_V1(cx_ces);
Datum
cx_ces(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(read_arg(fcinfo, 0).mean.mean);
}

/* ces_low_is_easy(s) -> boolean; NULL without answers. */
PG_FUNCTION_INFO_V1(cx_ces_low_is_easy);
Datum
cx_ces_low_is_easy(PG_FUNCTION_ARGS)
{
	const CxTally *tally = cx_tally_arg(fcinfo, 0);

	if (tally->n == 0)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(tally->option);
}

/* ---- easy and difficult ---- */

/* The share of answers on one side of the midpoint, which is on neither. */
static double
side_share(const CesReading *r, bool easy)
{
	bool		low = (r->tally->option != 0) == easy;
	int			scale = r->tally->scale;

	/* below (scale + 1) / 2 lie scale / 2 whole numbers, and as many above */
	return low ? cx_answers_share(&r->answers, 1, scale / 2) :
		cx_answers_share(&r->answers, scale - scale / 2 + 1, scale);
}

static double
net_easy(const CesReading *r)
{
	return POINTS * (side_share(r, true) - side_share(r, false));
}

/* easy_share(s) -> float8: from 0 to 1; NULL without answers. */
PG_FUNCTION_INFO_V1(cx_ces_easy_share);
Datum
cx_ces_easy_share(PG_FUNCTION_ARGS)
{
	CesReading	r = read_arg(fcinfo, 0);

	CX_RETURN_REAL(side_share(&r, true));
}

/* difficult_share(s) -> float8: from 0 to 1; NULL without answers. */
PG_FUNCTION_INFO_V1(cx_ces_difficult_share);
Datum
cx_ces_difficult_share(PG_FUNCTION_ARGS)
{
	CesReading	r = read_arg(fcinfo, 0);

	CX_RETURN_REAL(side_share(&r, false));
}

/* ces_net_easy(s) -> float8: easy minus difficult, points from -100 to 100. */
PG_FUNCTION_INFO_V1(cx_ces_net_easy);
Datum
cx_ces_net_easy(PG_FUNCTION_ARGS)
{
	CesReading	r = read_arg(fcinfo, 0);

	CX_RETURN_REAL(net_easy(&r));
}

/* ---- certainty ---- */

/* ces_stderr(s) -> float8: on the scale, divisor n - 1; NULL below two. */
PG_FUNCTION_INFO_V1(cx_ces_stderr);
Datum
cx_ces_stderr(PG_FUNCTION_ARGS)
{
	CesReading	r = read_arg(fcinfo, 0);

	CX_RETURN_REAL(cx_mean_stderr(&r.mean));
}

/* Half the width of the t interval, with the population in argument 'argno'. */
static double
margin_of(FunctionCallInfo fcinfo, CesReading *r, double level, int argno)
{
	double		population = cx_population_arg(fcinfo, argno, r->tally->n);

	if (!isinf(population))
		r->mean.finite_n = cx_finite_n(r->mean.n, (double) r->tally->n, population);
	return cx_mean_margin(&r->mean, level);
}

static CxRange
interval_of(const CesReading *r, double margin)
{
	/* fmin and fmax ignore NaN, which must stay undefined */
	if (isnan(margin))
		return (CxRange) {NAN, NAN};
	return cx_range_around(r->mean.mean - margin, r->mean.mean + margin,
						   r->mean.mean, 1, r->tally->scale);
}

/*
 * ces_interval(s, level, population) -> cx_interval: Student's t, on the scale;
 * NULL below two answers.
 */
PG_FUNCTION_INFO_V1(cx_ces_interval);
Datum
cx_ces_interval(PG_FUNCTION_ARGS)
{
	CesReading	r;
	double		margin;

	if (cx_any_null(fcinfo, 2))
		PG_RETURN_NULL();
	r = read_arg(fcinfo, 0);
	margin = margin_of(fcinfo, &r, cx_level_arg(fcinfo, 1), 2);
	if (isnan(margin))
		PG_RETURN_NULL();
	return cx_interval_datum(fcinfo, interval_of(&r, margin));
}

/* ces_margin(s, level, population) -> float8: half the width of the interval. */
PG_FUNCTION_INFO_V1(cx_ces_margin);
Datum
cx_ces_margin(PG_FUNCTION_ARGS)
{
	CesReading	r;

	if (cx_any_null(fcinfo, 2))
		PG_RETURN_NULL();
	r = read_arg(fcinfo, 0);
	CX_RETURN_REAL(margin_of(fcinfo, &r, cx_level_arg(fcinfo, 1), 2));
}

/*
 * ces_report(s, level, population) -> one row: responses, ces, lower, upper,
 * margin, easy_share, difficult_share, net_easy, scale, low_is_easy.
 */
PG_FUNCTION_INFO_V1(cx_ces_report);
Datum
cx_ces_report(PG_FUNCTION_ARGS)
{
	CesReading	r;
	double		margin;
	CxRow		row = {0};
	bool		empty;

	if (cx_any_null(fcinfo, 2))
		PG_RETURN_NULL();
	r = read_arg(fcinfo, 0);
	margin = margin_of(fcinfo, &r, cx_level_arg(fcinfo, 1), 2);
	empty = r.tally->n == 0;
	cx_row_put(&row, Int64GetDatum(r.tally->n), false);
	cx_row_real(&row, r.mean.mean);
	cx_row_range(&row, interval_of(&r, margin));
	cx_row_real(&row, margin);
	cx_row_real(&row, side_share(&r, true));
	cx_row_real(&row, side_share(&r, false));
	cx_row_real(&row, net_easy(&r));
	cx_row_put(&row, Int32GetDatum(r.tally->scale), empty);
	cx_row_put(&row, BoolGetDatum(r.tally->option), empty);
	return cx_row_datum(fcinfo, &row);
}

/*
 * ces_compare(s, baseline, level) -> cx_test: s minus baseline on the scale by
 * Welch's test, for two summaries that share no answers; NULL if either is
 * empty.
 */
PG_FUNCTION_INFO_V1(cx_ces_compare);
Datum
cx_ces_compare(PG_FUNCTION_ARGS)
{
	CesReading	a = read_arg(fcinfo, 0);
	CesReading	b = read_arg(fcinfo, 1);
	double		level = cx_level_arg(fcinfo, 2);

	if (isnan(a.mean.mean) || isnan(b.mean.mean))
		PG_RETURN_NULL();
	cx_tally_require_same_scale(a.tally, b.tally);
	return cx_test_datum(fcinfo, cx_mean_compare(&a.mean, &b.mean, level));
}

/* ---- targets ---- */

/* How likely the true mean is on the easy side of the target. */
static CxOutlook
outlook_of(FunctionCallInfo fcinfo)
{
	CesReading	r = read_arg(fcinfo, 0);
	double		target = cx_target_arg(fcinfo, 1, 1, r.tally->n > 0 ? r.tally->scale : CX_SCALE_MAX);

	if (r.tally->option != 0)
	{
		r.mean.mean = -r.mean.mean;
		target = -target;
	}
	return (CxOutlook) {cx_mean_probability(&r.mean, target), r.mean.mean - target};
}

/*
 * ces_probability(s, target) -> float8: how likely the true mean is on the easy
 * side of the target; NULL below two answers or where nothing varies.
 */
PG_FUNCTION_INFO_V1(cx_ces_probability);
Datum
cx_ces_probability(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(outlook_of(fcinfo).probability);
}

/* ces_verdict(s, target, level) -> text: met, missed or unproven. */
PG_FUNCTION_INFO_V1(cx_ces_verdict);
Datum
cx_ces_verdict(PG_FUNCTION_ARGS)
{
	return cx_target_verdict(fcinfo, 2, outlook_of(fcinfo));
}
