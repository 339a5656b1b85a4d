/*-------------------------------------------------------------------------
 *
 * tally_read.c
 *	  What nps_summary, csat_summary and ces_summary can all be asked and done
 *	  to: counts, mean, median, distribution, merging, subtracting.
 *
 *-------------------------------------------------------------------------
 */
#include "score/score.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* responses(summary) -> bigint: the number of answers, weighted or not. */
PG_FUNCTION_INFO_V1(cx_tally_responses);
Datum
cx_tally_responses(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(cx_tally_arg(fcinfo, 0)->n);
}

/*
 * effective_responses(summary) -> float8: as many unweighted answers would be
 * as certain, (sum w)^2 / sum w^2 (Kish 1965, Survey Sampling).
 */
PG_FUNCTION_INFO_V1(cx_tally_effective_responses);
Datum
cx_tally_effective_responses(PG_FUNCTION_ARGS)
{
	CxAnswers	answers;

	cx_tally_answers(cx_tally_arg(fcinfo, 0), &answers);
	PG_RETURN_FLOAT8(answers.n);
}

#define ANSWERS_STATISTIC(name) \
	PG_FUNCTION_INFO_V1(cx_tally_##name); \
	Datum \
	cx_tally_##name(PG_FUNCTION_ARGS) \
	{ \
		CxAnswers	answers; \
\
		cx_tally_answers(cx_tally_arg(fcinfo, 0), &answers); \
		CX_RETURN_REAL(cx_answers_##name(&answers)); \
	}

/* mean_score, stddev_score, median_score(summary) -> float8, on the scale. */
ANSWERS_STATISTIC(mean)
ANSWERS_STATISTIC(stddev)
ANSWERS_STATISTIC(median)

/*
 * distribution(summary) -> (answer, responses, weight, share): a row for every
 * answer of the scale; none for a summary without answers.
 */
PG_FUNCTION_INFO_V1(cx_tally_distribution);
Datum
cx_tally_distribution(PG_FUNCTION_ARGS)
{
	const CxTally *tally = cx_tally_arg(fcinfo, 0);
	CxAnswers	answers;

	cx_tally_answers(tally, &answers);
	cx_rows_begin(fcinfo);
	for (int i = 0; i < answers.count; i++)
	{
		int			answer = answers.lowest + i;
		CxRow		row = {0};

		cx_row_put(&row, Int32GetDatum(answer), false);
		cx_row_put(&row, Int64GetDatum(tally->counts[i]), false);
		cx_row_real(&row, answers.weight[i]);
		cx_row_real(&row, cx_answers_share(&answers, answer, answer));
		cx_rows_add(fcinfo, &row);
	}
	return (Datum) 0;
}

/*
 * csat_scale(s), ces_scale(s) -> integer: the highest answer; NULL without
 * answers.
 */
PG_FUNCTION_INFO_V1(cx_tally_scale);
Datum
cx_tally_scale(PG_FUNCTION_ARGS)
{
	const CxTally *tally = cx_tally_arg(fcinfo, 0);

	if (tally->n == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(tally->scale);
}

/*
 * summary + summary, the step of rollup(summary) and the combine function of
 * every aggregate: the answers of both.
 */
PG_FUNCTION_INFO_V1(cx_tally_combine);
Datum
cx_tally_combine(PG_FUNCTION_ARGS)
{
	CxHeader   *value = cx_tally_value_arg(fcinfo, 0);
	bool		scribble = cx_in_aggregate(fcinfo);
	CxTally    *tally;

	if (scribble && cx_packed_merge(value, cx_tally_value_arg(fcinfo, 1)))
		PG_RETURN_POINTER(value);
	tally = cx_tally_merge(cx_tally_begin(value, scribble), cx_tally_arg(fcinfo, 1));
	return cx_tally_end(tally, value, scribble);
}

/* summary - summary: the answers of the first without those of the second. */
PG_FUNCTION_INFO_V1(cx_tally_minus);
Datum
cx_tally_minus(PG_FUNCTION_ARGS)
{
	CxHeader   *value = cx_tally_value_arg(fcinfo, 0);
	bool		scribble = cx_in_aggregate(fcinfo);
	CxTally    *tally = cx_tally_begin(value, scribble);

	cx_tally_subtract(tally, cx_tally_arg(fcinfo, 1));
	return cx_tally_end(tally, value, scribble);
}

/*
 * The inverse step of rollup(summary) in a moving window.  NULL says that it is
 * not possible, as for weighted summaries, and the window is read anew.
 */
PG_FUNCTION_INFO_V1(cx_tally_combine_inverse);
Datum
cx_tally_combine_inverse(PG_FUNCTION_ARGS)
{
	if (cx_tally_is_weighted(cx_tally_arg(fcinfo, 0)) ||
		cx_tally_is_weighted(cx_tally_arg(fcinfo, 1)))
		PG_RETURN_NULL();
	return cx_tally_minus(fcinfo);
}

/* ---- a summary of counts ---- */

static int64
count_of_element(Datum element, Oid type)
{
	CxDecimal	decimal;
	int64		count;

	switch (type)
	{
		case INT4OID:
			return DatumGetInt32(element);
		case INT8OID:
			return DatumGetInt64(element);
		default:
			cx_decimal_read(element, &decimal);
			if (cx_decimal_to_int64(&decimal, &count))
				return count;
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("%s is not a number of responses",
							cx_quoted(DatumGetCString(DirectFunctionCall1(numeric_out, element)))),
					 errhint("Counts are whole numbers up to %lld.",
							 (long long) PG_INT64_MAX)));
	}
}

/*
 * The tally of an array with one count an answer, from the lowest up.  The
 * length of the array gives the scale, also where all counts are zero.
 */
CxTally *
cx_tally_from_counts(FunctionCallInfo fcinfo, int argno, uint8 kind, int *scale)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(argno);
	CxTally    *tally = cx_tally_new(kind);
	int16		width;
	bool		byval;
	char		align;
	Datum	   *elements;
	bool	   *nulls;
	int			length;

	get_typlenbyvalalign(ARR_ELEMTYPE(array), &width, &byval, &align);
	deconstruct_array(array, ARR_ELEMTYPE(array), width, byval, align,
					  &elements, &nulls, &length);
	*scale = length - 1 + cx_lowest_answer(kind);
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an array of counts has one dimension, not %d", ARR_NDIM(array))));
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a count of answers must not be NULL"),
				 errhint("An answer that nobody gave has a count of 0.")));
	if (kind == CX_TALLY_NPS ? *scale != CX_NPS_SCALE :
		*scale < CX_SCALE_MIN || *scale > CX_SCALE_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot make a summary of an array of %d counts", length),
				 errhint(kind == CX_TALLY_NPS ?
						 "An NPS summary takes 11 counts, of the answers 0 to 10." :
						 "A summary takes a count for every answer from 1 to the scale's highest (2 to 11).")));
	for (int i = 0; i < length; i++)
	{
		int64		count = count_of_element(elements[i], ARR_ELEMTYPE(array));

		if (count < 0)
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("a count of answers must not be negative, but is %lld",
							(long long) count)));
		cx_tally_add(tally, i, count);
	}
	if (tally->n > 0)
		tally->scale = *scale;
	return tally;
}
