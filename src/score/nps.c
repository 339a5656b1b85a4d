/*-------------------------------------------------------------------------
 *
 * nps.c
 *	  The Net Promoter Score (Reichheld 2003, "The One Number You Need to
 *	  Grow", Harvard Business Review 81).
 *
 * Answers run from 0 to 10; 9-10 are promoters, 7-8 passives, 0-6 detractors.
 * The score is the percentage of promoters minus that of detractors, in points
 * from -100 to 100.
 *
 *-------------------------------------------------------------------------
 */
#include "score/score.h"

#include "utils/builtins.h"
#include "utils/float.h"

#include "math/net.h"

#define POINTS 100.0

static const char *const interval_methods[] = {"adjusted_wald", "wald", "score", NULL};
static const CxNetMethod interval_method[] = {CX_NET_ADJUSTED_WALD, CX_NET_WALD, CX_NET_SCORE};

static const char *const compare_methods[] = {"adjusted_wald", "wald", NULL};

/* A summary read for its score. */
typedef struct NpsReading
{
	CxAnswers	answers;
	double		nps;			/* points; NaN without answers */
	CxNet		net;
} NpsReading;

static NpsReading
read_tally(const CxTally *tally)
{
	NpsReading	r;

	cx_tally_answers(tally, &r.answers);
	r.net = cx_net_of_answers(&r.answers, CX_LOWEST_PASSIVE, CX_LOWEST_PROMOTER);
	r.nps = cx_net_percentage(&r.answers, CX_LOWEST_PASSIVE, CX_LOWEST_PROMOTER);
	return r;
}

static NpsReading
read_arg(FunctionCallInfo fcinfo, int argno)
{
	return read_tally(cx_tally_arg(fcinfo, argno));
}

static double
nps_headline(const CxHeader *value)
{
	return read_tally((const CxTally *) value).nps;
}

static const CxField nps_fields[] = {
	CX_TALLY_HEAD_FIELDS,
	CX_TALLY_COUNTS_FIELDS
};

static const CxType nps_type = {
	.name = "nps_summary",
	.version = CX_TALLY_VERSION,
	.kind = CX_TALLY_NPS,
	.fields = nps_fields,
	.nfields = lengthof(nps_fields),
	.max_size = sizeof(CxWeightedTally),
	.size = cx_tally_value_size,
	.fault = cx_tally_fault,
	.headline_name = "nps",
	.headline = nps_headline,
	.takes_counts = true,
	.open = cx_tally_open_value,
	.close = cx_tally_close_value
};

CX_SUMMARY_FUNCTIONS(nps_summary, &nps_type)

/*
 * nps_summary(counts bigint[]) -> nps_summary, also integer[] and numeric[]:
 * the eleven counts of the answers 0 to 10.
 */
PG_FUNCTION_INFO_V1(cx_nps_from_counts);
Datum
cx_nps_from_counts(PG_FUNCTION_ARGS)
{
	int			scale;

	PG_RETURN_POINTER(cx_tally_close_value(
		&cx_tally_from_counts(fcinfo, 0, CX_TALLY_NPS, &scale)->header));
}

/* nps(s) -> float8: points from -100 to 100; NULL without answers. */
PG_FUNCTION_INFO_V1(cx_nps);
Datum
cx_nps(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(read_arg(fcinfo, 0).nps);
}

/* ---- the three bands ---- */

static Datum
band_count(FunctionCallInfo fcinfo, int from, int to)
{
	const CxTally *tally = cx_tally_arg(fcinfo, 0);
	int64		count = 0;

	for (int i = from; i <= to; i++)
		count += tally->counts[i];
	PG_RETURN_INT64(count);
}

static Datum
band_share(FunctionCallInfo fcinfo, int from, int to)
{
	NpsReading	r = read_arg(fcinfo, 0);

	CX_RETURN_REAL(cx_answers_share(&r.answers, from, to));
}

/*
 * promoters(s), passives(s), detractors(s) -> bigint: respondents, never
 * weighted.  promoter_share(s), ... -> float8: from 0 to 1, weighted where the
 * summary is; NULL without answers.
 */
#define BAND(counted, shared, from, to) \
	PG_FUNCTION_INFO_V1(cx_nps_##counted); \
	Datum \
	cx_nps_##counted(PG_FUNCTION_ARGS) \
	{ \
		return band_count(fcinfo, from, to); \
	} \
	PG_FUNCTION_INFO_V1(cx_nps_##shared); \
	Datum \
	cx_nps_##shared(PG_FUNCTION_ARGS) \
	{ \
		return band_share(fcinfo, from, to); \
	}

BAND(promoters, promoter_share, CX_LOWEST_PROMOTER, CX_NPS_SCALE)
BAND(passives, passive_share, CX_LOWEST_PASSIVE, CX_LOWEST_PROMOTER - 1)
BAND(detractors, detractor_share, 0, CX_LOWEST_PASSIVE - 1)

#define SCORE_FUNCTIONS(type) \
	PG_FUNCTION_INFO_V1(cx_nps_band_##type); \
	Datum \
	cx_nps_band_##type(PG_FUNCTION_ARGS) \
	{ \
		PG_RETURN_TEXT_P(cstring_to_text(cx_band_names[cx_band_of(cx_nps_answer_##type(PG_GETARG_DATUM(0)))])); \
	} \
	PG_FUNCTION_INFO_V1(cx_nps_valid_##type); \
	Datum \
	cx_nps_valid_##type(PG_FUNCTION_ARGS) \
	{ \
		PG_RETURN_BOOL(cx_answer_##type(PG_GETARG_DATUM(0), 0, CX_NPS_SCALE) != CX_NO_ANSWER); \
	}

/*
 * nps_band(score) -> text: promoter, passive or detractor; an error for what is
 * no answer.  nps_valid(score) -> boolean: whether it is one.  NULL gives NULL.
 */
CX_FOR_EACH_ANSWER_TYPE(SCORE_FUNCTIONS)

/* ---- certainty ---- */

/* nps_stderr(s) -> float8: points, sqrt(V / n); NULL without answers. */
PG_FUNCTION_INFO_V1(cx_nps_stderr);
Datum
cx_nps_stderr(PG_FUNCTION_ARGS)
{
	NpsReading	r = read_arg(fcinfo, 0);

	CX_RETURN_REAL(POINTS * cx_net_stderr(&r.net));
}

/* The net score with as many answers as a finite population makes of them. */
static CxNet
finite_net(FunctionCallInfo fcinfo, int population_argno, const NpsReading *r)
{
	int64		taken = cx_tally_arg(fcinfo, 0)->n;
	double		population = cx_population_arg(fcinfo, population_argno, taken);
	CxNet		net = r->net;

	if (!isinf(population))
		net.n = cx_finite_n(net.n, (double) taken, population);
	return net;
}

static double
margin_of(const CxNet *net, double level)
{
	CxNet		adjusted = cx_net_adjusted(net);

	return POINTS * cx_normal_reach(level) * cx_net_stderr(&adjusted);
}

/*
 * nps_interval(s, level, method, population) -> cx_interval: points, within
 * [-100, 100] and around the estimate; NULL without answers.
 */
PG_FUNCTION_INFO_V1(cx_nps_interval);
Datum
cx_nps_interval(PG_FUNCTION_ARGS)
{
	NpsReading	r;
	CxNet		net;
	CxRange		range;
	double		level;
	CxNetMethod method;

	if (cx_any_null(fcinfo, 3))
		PG_RETURN_NULL();
	r = read_arg(fcinfo, 0);
	level = cx_level_arg(fcinfo, 1);
	method = interval_method[cx_choice_arg(fcinfo, 2, "method", interval_methods)];
	net = finite_net(fcinfo, 3, &r);
	if (isnan(r.nps))
		PG_RETURN_NULL();
	range = cx_net_interval(&net, level, method);
	return cx_interval_datum(fcinfo, cx_range_times(range, POINTS, r.net.top - r.net.bottom, r.nps));
}

/*
 * nps_margin(s, level, population) -> float8: half the width of the adjusted
 * Wald interval before clipping, in points; NULL without answers.
 */
PG_FUNCTION_INFO_V1(cx_nps_margin);
Datum
cx_nps_margin(PG_FUNCTION_ARGS)
{
	NpsReading	r;
	CxNet		net;
	double		level;

	if (cx_any_null(fcinfo, 2))
		PG_RETURN_NULL();
	r = read_arg(fcinfo, 0);
	level = cx_level_arg(fcinfo, 1);
	net = finite_net(fcinfo, 2, &r);
	CX_RETURN_REAL(margin_of(&net, level));
}

/*
 * nps_report(s, level, population) -> one row: responses, nps, lower, upper,
 * margin, promoter_share, passive_share, detractor_share.
 */
PG_FUNCTION_INFO_V1(cx_nps_report);
Datum
cx_nps_report(PG_FUNCTION_ARGS)
{
	NpsReading	r;
	CxNet		net;
	CxRow		row = {0};
	double		level;

	if (cx_any_null(fcinfo, 2))
		PG_RETURN_NULL();
	r = read_arg(fcinfo, 0);
	level = cx_level_arg(fcinfo, 1);
	net = finite_net(fcinfo, 2, &r);
	cx_row_put(&row, Int64GetDatum(cx_tally_arg(fcinfo, 0)->n), false);
	cx_row_real(&row, r.nps);
	cx_row_range(&row, isnan(r.nps) ? (CxRange) {NAN, NAN} :
				 cx_range_times(cx_net_interval(&net, level, CX_NET_ADJUSTED_WALD),
								POINTS, net.top - net.bottom, r.nps));
	cx_row_real(&row, margin_of(&net, level));
	cx_row_real(&row, r.net.top);
	cx_row_real(&row, r.net.middle);
	cx_row_real(&row, r.net.bottom);
	return cx_row_datum(fcinfo, &row);
}

/*
 * nps_compare(s, baseline, level, method) -> cx_test: s minus baseline in
 * points, for two summaries that share no answers; NULL if either is empty.
 */
PG_FUNCTION_INFO_V1(cx_nps_compare);
Datum
cx_nps_compare(PG_FUNCTION_ARGS)
{
	NpsReading	a = read_arg(fcinfo, 0);
	NpsReading	b = read_arg(fcinfo, 1);
	double		level = cx_level_arg(fcinfo, 2);
	CxNetMethod method = interval_method[cx_choice_arg(fcinfo, 3, "method", compare_methods)];
	CxTest		test;

	if (isnan(a.nps) || isnan(b.nps))
		PG_RETURN_NULL();
	test = cx_net_compare(&a.net, &b.net, level, method);
	return cx_test_datum(fcinfo, cx_test_times(test, POINTS));
}

/* ---- targets ---- */

static CxOutlook
outlook_of(FunctionCallInfo fcinfo)
{
	NpsReading	r = read_arg(fcinfo, 0);
	double		target = cx_target_arg(fcinfo, 1, -POINTS, POINTS);

	return (CxOutlook) {cx_net_probability(&r.net, target / POINTS), r.nps - target};
}

/*
 * nps_probability(s, target) -> float8: how likely the true score is above the
 * target; NULL without answers.
 */
PG_FUNCTION_INFO_V1(cx_nps_probability);
Datum
cx_nps_probability(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(outlook_of(fcinfo).probability);
}

/* nps_verdict(s, target, level) -> text: met, missed or unproven. */
PG_FUNCTION_INFO_V1(cx_nps_verdict);
Datum
cx_nps_verdict(PG_FUNCTION_ARGS)
{
	return cx_target_verdict(fcinfo, 2, outlook_of(fcinfo));
}

/*
 * nps_sample_size(margin, level, pilot, population) -> bigint: answers needed
 * for this margin in points; without a pilot the worst case, V = 1.
 */
PG_FUNCTION_INFO_V1(cx_nps_sample_size);
Datum
cx_nps_sample_size(PG_FUNCTION_ARGS)
{
	double		margin;
	double		level;
	double		population = cx_population_arg(fcinfo, 3, 0);
	double		variance = 1;
	double		n;

	if (cx_any_null(fcinfo, 2))
		PG_RETURN_NULL();
	margin = PG_GETARG_FLOAT8(0);
	level = cx_level_arg(fcinfo, 1);
	if (!(margin > 0 && margin <= 2 * POINTS))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("margin %s is not a number of points above 0 and up to %g",
						float8out_internal(margin), 2 * POINTS)));
	if (!PG_ARGISNULL(2))
	{
		NpsReading	pilot = read_arg(fcinfo, 2);

		if (!isnan(pilot.nps))
			variance = cx_net_pilot_variance(&pilot.net);
	}
	n = fmax(cx_net_sample_size(margin / POINTS, level, variance), 1);
	if (!isinf(population))
		n = cx_finite_sample(n, population);
	if (n >= (double) PG_INT64_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a margin of %s points takes more answers than can be counted",
						float8out_internal(margin))));
	PG_RETURN_INT64((int64) ceil(n));
}
