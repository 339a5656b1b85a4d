/*-------------------------------------------------------------------------
 *
 * answer.c
 *	  The error for an answer that is not on its scale.
 *
 *-------------------------------------------------------------------------
 */
#include "base/answer.h"

#include <math.h>

#include "base/args.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

/*
 * 'value' is the answer as the user sees it, 'literal' the same as it must be
 * written in SQL; 'fraction' is true of a number between two whole ones.
 */
static _Noreturn void
refuse(const char *value, const char *literal, bool fraction,
	   const CxAnswerScale *scale)
{
	value = cx_quoted(value);
	literal = cx_quoted(literal);
	if (fraction)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s is not an answer on the %s scale, which has the whole numbers %d to %d",
						value, scale->name, scale->lowest, scale->highest),
				 errdetail("Averages of several respondents are not answers, and rounding them would change the score."),
				 errhint("Count each answer by itself, or leave such rows out with FILTER (WHERE %s); SELECT * FROM ... WHERE NOT %s finds them.",
						 scale->valid, scale->valid)));
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("answer %s is outside the %s scale of %d to %d",
					value, scale->name, scale->lowest, scale->highest),
			 errhint("If it stands for \"no answer\", write nullif(score, %s), or leave such rows out with FILTER (WHERE %s); SELECT * FROM ... WHERE NOT %s finds them.",
					 literal, scale->valid, scale->valid)));
}

void
cx_answer_refuse_int8(Datum datum, const CxAnswerScale *scale)
{
	char	   *value = psprintf(INT64_FORMAT, DatumGetInt64(datum));

	refuse(value, value, false, scale);
}

void
cx_answer_refuse_int4(Datum datum, const CxAnswerScale *scale)
{
	cx_answer_refuse_int8(Int64GetDatum(DatumGetInt32(datum)), scale);
}

void
cx_answer_refuse_int2(Datum datum, const CxAnswerScale *scale)
{
	cx_answer_refuse_int8(Int64GetDatum(DatumGetInt16(datum)), scale);
}

void
cx_answer_refuse_float8(Datum datum, const CxAnswerScale *scale)
{
	char	   *value = DatumGetCString(DirectFunctionCall1(float8out, datum));
	double		number = DatumGetFloat8(datum);

	if (number >= scale->lowest && number <= scale->highest)
		refuse(value, value, true, scale);
	if (isfinite(number))
		refuse(value, value, false, scale);
	refuse(value, psprintf("'%s'", value), false, scale);
}

void
cx_answer_refuse_numeric(Datum datum, const CxAnswerScale *scale)
{
	char	   *value = DatumGetCString(DirectFunctionCall1(numeric_out, datum));
	CxDecimal	decimal;
	double		number;

	cx_decimal_read(datum, &decimal);
	if (!decimal.finite)
		refuse(value, psprintf("'%s'", value), false, scale);
	number = strtod(value, NULL);
	refuse(value, value,
		   number >= scale->lowest && number <= scale->highest, scale);
}
