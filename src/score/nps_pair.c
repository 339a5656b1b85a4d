/*-------------------------------------------------------------------------
 *
 * nps_pair.c
 *	  The Net Promoter Score of the same customers asked twice.
 *
 * A pair summary counts customers by the band they were in before and the band
 * they are in after.  Someone who answers twice is worth 1, 0 or -1 each time,
 * so the change of the score is the mean of the customers' changes, -2 to 2,
 * and its variance needs no assumption about how the two answers hang together.
 *
 *-------------------------------------------------------------------------
 */
#include "score/score.h"

#include "utils/builtins.h"

#define PAIR_VERSION 1
#define PAIR_KIND 'P'
#define POINTS 100.0

typedef struct NpsPair
{
	CxHeader	header;
	int64		n;				/* the sum of cells */
	int64		cells[CX_BANDS][CX_BANDS];	/* [before][after] */
} NpsPair;

static bool
pair_has_answers(const CxHeader *value)
{
	return ((const NpsPair *) value)->n > 0;
}

static const char *
pair_fault(const CxHeader *value)
{
	const NpsPair *pair = (const NpsPair *) value;
	int64		n = 0;

	for (int i = 0; i < CX_BANDS * CX_BANDS; i++)
	{
		int64		cell = pair->cells[i / CX_BANDS][i % CX_BANDS];

		if (cell > pair->n - n)
			return "Its counts add up to more than its number of customers.";
		n += cell;
	}
	return n == pair->n ? NULL :
		"Its counts add up to less than its number of customers.";
}

/* The mean change of a customer, from -2 to 2, or its variance. */
static double
mean_change(const NpsPair *pair)
{
	double		sum = 0;

	for (int i = 0; i < CX_BANDS * CX_BANDS; i++)
		sum += (double) pair->cells[i / CX_BANDS][i % CX_BANDS] * (i % CX_BANDS - i / CX_BANDS);
	return pair->n > 0 ? sum / (double) pair->n : NAN;
}

static double
change_variance(const NpsPair *pair)
{
	double		mean = mean_change(pair);
	double		sum = 0;

	for (int i = 0; i < CX_BANDS * CX_BANDS; i++)
	{
		double		off = i % CX_BANDS - i / CX_BANDS - mean;

		sum += (double) pair->cells[i / CX_BANDS][i % CX_BANDS] * off * off;
	}
	return sum / (double) pair->n;
}

static double
pair_headline(const CxHeader *value)
{
	return POINTS * mean_change((const NpsPair *) value);
}

#define CELL_FIELD(label, before, after) \
	{label, CX_FIELD_COUNT, offsetof(NpsPair, cells[before][after]), \
	 pair_has_answers, NULL, NULL}

static const CxField pair_fields[] = {
	{"n", CX_FIELD_COUNT, offsetof(NpsPair, n), NULL, NULL, NULL},
	CELL_FIELD("detractor_to_detractor", CX_DETRACTOR, CX_DETRACTOR),
	CELL_FIELD("detractor_to_passive", CX_DETRACTOR, CX_PASSIVE),
	CELL_FIELD("detractor_to_promoter", CX_DETRACTOR, CX_PROMOTER),
	CELL_FIELD("passive_to_detractor", CX_PASSIVE, CX_DETRACTOR),
	CELL_FIELD("passive_to_passive", CX_PASSIVE, CX_PASSIVE),
	CELL_FIELD("passive_to_promoter", CX_PASSIVE, CX_PROMOTER),
	CELL_FIELD("promoter_to_detractor", CX_PROMOTER, CX_DETRACTOR),
	CELL_FIELD("promoter_to_passive", CX_PROMOTER, CX_PASSIVE),
	CELL_FIELD("promoter_to_promoter", CX_PROMOTER, CX_PROMOTER)
};

static const CxType pair_type = {
	.name = "nps_pair_summary",
	.version = PAIR_VERSION,
	.kind = PAIR_KIND,
	.fields = pair_fields,
	.nfields = lengthof(pair_fields),
	.max_size = sizeof(NpsPair),
	.fault = pair_fault,
	.headline_name = "change",
	.headline = pair_headline
};

CX_SUMMARY_FUNCTIONS(nps_pair_summary, &pair_type)

static const NpsPair *
pair_arg(FunctionCallInfo fcinfo, int argno)
{
	return (const NpsPair *) cx_summary_valid_arg(fcinfo, argno, &pair_type);
}

/* What is merged, in argument 1. */
static const NpsPair *
pair_other(FunctionCallInfo fcinfo)
{
	return (const NpsPair *) cx_summary_fixed_part(fcinfo, 1, &pair_type);
}

static NpsPair *
pair_state(FunctionCallInfo fcinfo)
{
	return (NpsPair *) cx_summary_fixed_state(fcinfo, &pair_type);
}

/* ---- the aggregate ---- */

static void
pair_add(NpsPair *pair, CxBand before, CxBand after, int64 times)
{
	if (pg_add_s64_overflow(pair->n, times, &pair->n) ||
		pg_add_s64_overflow(pair->cells[before][after], times, &pair->cells[before][after]))
		cx_count_overflow();
}

static void
pair_take_out(NpsPair *pair, CxBand before, CxBand after, int64 times)
{
	if (times > pair->cells[before][after])
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("cannot take %lld customers from %s to %s out of a summary that holds %lld",
						(long long) times, cx_band_names[before], cx_band_names[after],
						(long long) pair->cells[before][after]),
				 errhint("Only answers that were put in can be taken out again.")));
	pair->n -= times;
	pair->cells[before][after] -= times;
}

/*
 * cx_nps_pair_accum_TYPE(state, before_score, after_score) and its inverse.
 * Both are strict: who answered only once is not compared.
 */
#define TRANSITION(name, change, type) \
	PG_FUNCTION_INFO_V1(cx_nps_pair_##name##_##type); \
	Datum \
	cx_nps_pair_##name##_##type(PG_FUNCTION_ARGS) \
	{ \
		NpsPair    *pair = pair_state(fcinfo); \
		Datum		before = PG_GETARG_DATUM(1); \
		Datum		after = PG_GETARG_DATUM(2); \
\
		change(pair, \
			   cx_band_of(cx_nps_answer_##type(before)), \
			   cx_band_of(cx_nps_answer_##type(after)), 1); \
		PG_RETURN_POINTER(pair); \
	}

#define TRANSITIONS(type) \
	TRANSITION(accum, pair_add, type) \
	TRANSITION(inverse, pair_take_out, type)

CX_FOR_EACH_ANSWER_TYPE(TRANSITIONS)

static Datum
for_each_cell(FunctionCallInfo fcinfo, void (*change) (NpsPair *, CxBand, CxBand, int64))
{
	NpsPair    *pair = pair_state(fcinfo);
	const NpsPair *other = pair_other(fcinfo);

	for (int i = 0; i < CX_BANDS * CX_BANDS; i++)
	{
		int64		times = other->cells[i / CX_BANDS][i % CX_BANDS];

		if (times > 0)
			change(pair, i / CX_BANDS, i % CX_BANDS, times);
	}
	PG_RETURN_POINTER(pair);
}

/* summary + summary, and the step of rollup(summary). */
PG_FUNCTION_INFO_V1(cx_nps_pair_combine);
Datum
cx_nps_pair_combine(PG_FUNCTION_ARGS)
{
	return for_each_cell(fcinfo, pair_add);
}

/* summary - summary, and the inverse step of rollup(summary). */
PG_FUNCTION_INFO_V1(cx_nps_pair_minus);
Datum
cx_nps_pair_minus(PG_FUNCTION_ARGS)
{
	return for_each_cell(fcinfo, pair_take_out);
}

/* ---- accessors ---- */

/* responses(s) -> bigint: customers who answered both times. */
PG_FUNCTION_INFO_V1(cx_nps_pair_responses);
Datum
cx_nps_pair_responses(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(pair_arg(fcinfo, 0)->n);
}

/*
 * distribution(s) -> (before, after, responses, share): nine rows, from
 * detractor to promoter; none for a summary without customers.
 */
PG_FUNCTION_INFO_V1(cx_nps_pair_distribution);
Datum
cx_nps_pair_distribution(PG_FUNCTION_ARGS)
{
	const NpsPair *pair = pair_arg(fcinfo, 0);

	cx_rows_begin(fcinfo);
	for (int i = 0; i < CX_BANDS * CX_BANDS && pair->n > 0; i++)
	{
		int64		cell = pair->cells[i / CX_BANDS][i % CX_BANDS];
		CxRow		row = {0};

		cx_row_put(&row, CStringGetTextDatum(cx_band_names[i / CX_BANDS]), false);
		cx_row_put(&row, CStringGetTextDatum(cx_band_names[i % CX_BANDS]), false);
		cx_row_put(&row, Int64GetDatum(cell), false);
		cx_row_real(&row, (double) cell / (double) pair->n);
		cx_rows_add(fcinfo, &row);
	}
	return (Datum) 0;
}

/*
 * nps_compare(s, level) -> cx_test: the score after minus the score before, in
 * points, by the z test of the mean change; NULL without customers.
 */
PG_FUNCTION_INFO_V1(cx_nps_pair_compare);
Datum
cx_nps_pair_compare(PG_FUNCTION_ARGS)
{
	const NpsPair *pair = pair_arg(fcinfo, 0);
	double		level = cx_level_arg(fcinfo, 1);
	double		mean = mean_change(pair);
	double		stderr_ = sqrt(change_variance(pair) / (double) pair->n);

	if (pair->n == 0)
		PG_RETURN_NULL();
	return cx_test_datum(fcinfo,
						 cx_test_times(cx_normal_test(mean, mean, stderr_, level, 2),
									   POINTS));
}
