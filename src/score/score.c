/*-------------------------------------------------------------------------
 *
 * score.c
 *	  Scales, and the verdict on a target (see score.h).
 *
 *-------------------------------------------------------------------------
 */
#include "score/score.h"

#include "utils/builtins.h"

uint8
cx_check_scale(int scale)
{
	if (scale < CX_SCALE_MIN || scale > CX_SCALE_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a scale of 1 to %d is not supported", scale),
				 errdetail("The highest answer may be %d to %d.",
						   CX_SCALE_MIN, CX_SCALE_MAX)));
	return (uint8) scale;
}

uint8
cx_check_boxes(int boxes, int scale)
{
	if (boxes < 1 || boxes >= scale)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("top %d boxes of a %d-point scale make no score",
						boxes, scale),
				 errdetail("The number of boxes may be 1 to %d.", scale - 1)));
	return (uint8) boxes;
}

static _Noreturn void
refuse_null(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("%s of an answer must not be NULL", what),
			 errhint("Leave such rows out with FILTER (WHERE ...).")));
}

CxScale
cx_scale_args(FunctionCallInfo fcinfo, int argno, uint8 kind)
{
	CxScale		scale = {.kind = kind};

	if (PG_ARGISNULL(argno))
		refuse_null("the scale");
	scale.scale = cx_check_scale(PG_GETARG_INT32(argno));
	if (kind == CX_TALLY_CSAT)
		scale.option = cx_default_boxes(scale.scale);
	if (PG_NARGS() <= argno + 1)
		return scale;
	if (PG_ARGISNULL(argno + 1))
		refuse_null(kind == CX_TALLY_CSAT ? "the number of top boxes" : "the easy end");
	scale.option = kind == CX_TALLY_CSAT ?
		cx_check_boxes(PG_GETARG_INT32(argno + 1), scale.scale) :
		PG_GETARG_BOOL(argno + 1);
	return scale;
}

CxAnswerScale
cx_answer_scale(const CxScale *scale)
{
	CxAnswerScale answer = {.lowest = cx_lowest_answer(scale->kind),
	.highest = scale->scale};

	switch (scale->kind)
	{
		case CX_TALLY_CSAT:
			answer.name = psprintf("%d-point CSAT", scale->scale);
			answer.valid = psprintf("csat_valid(score, %d)", scale->scale);
			break;
		case CX_TALLY_CES:
			answer.name = psprintf("%d-point effort", scale->scale);
			answer.valid = psprintf("ces_valid(score, %d)", scale->scale);
			break;
		default:
			return cx_nps_answers;
	}
	return answer;
}

Datum
cx_target_verdict(FunctionCallInfo fcinfo, int level_argno, CxOutlook outlook)
{
	double		level = cx_verdict_level_arg(fcinfo, level_argno);
	const char *verdict = "unproven";

	/*
	 * An undefined probability compares false with anything.  A method that
	 * draws towards the middle of the scale may be certain of the opposite of
	 * what a handful of answers say: they do not prove that.
	 */
	if (outlook.probability >= level && outlook.ahead > 0)
		verdict = "met";
	else if (outlook.probability <= 1 - level && outlook.ahead < 0)
		verdict = "missed";
	PG_RETURN_TEXT_P(cstring_to_text(verdict));
}
