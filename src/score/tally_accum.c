/*-------------------------------------------------------------------------
 *
 * tally_accum.c
 *	  Transition functions of the NPS, CSAT and effort aggregates.
 *
 * The kind of the state says which metric it is, so that one set of functions,
 * a set for every number type, serves all three:
 *
 *	  cx_tally_accum_TYPE(state, score [, scale [, option]])
 *	  cx_tally_inverse_TYPE(the same)
 *	  cx_tally_weighted_accum_TYPE(state, score, weight float8 [, scale [, option]])
 *	  cx_tally_counts_accum_TYPE(state, score, responses bigint [, scale [, option]])
 *	  cx_tally_counts_inverse_TYPE(the same)
 *
 * where option is csat's number of boxes, or effort's low_is_easy.
 *
 * This is the hot path: within an aggregate a row costs no allocation and no
 * function call but the reading of its arguments.
 *
 *-------------------------------------------------------------------------
 */
#include "score/score.h"

#include "utils/float.h"

typedef int (*AnswerReader) (Datum datum, int lowest, int highest);
typedef void (*AnswerRefuser) (Datum datum, const CxAnswerScale *scale);

/* What one call does with its answer. */
typedef enum Change
{
	PUT_IN,
	TAKE_OUT,
	PUT_IN_WEIGHTED,
	PUT_IN_COUNTED,
	TAKE_OUT_COUNTED
} Change;

static _Noreturn pg_noinline void
refuse_answer(Datum answer, const CxScale *scale, AnswerRefuser refuser)
{
	CxAnswerScale answer_scale = cx_answer_scale(scale);

	refuser(answer, &answer_scale);
	pg_unreachable();
}

static _Noreturn pg_noinline void
refuse_weight(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the weight of an answer must not be NULL"),
				 errhint("Use coalesce(weight, 0), or leave such rows out with FILTER (WHERE weight IS NOT NULL).")));
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("weight %s is not usable",
					float8out_internal(PG_GETARG_FLOAT8(2))),
			 errdetail("A weight is 0 or from %g to %g.", CX_WEIGHT_MIN, CX_WEIGHT_MAX),
			 errhint("Leave such rows out with FILTER (WHERE ...), or rescale all weights.")));
}

static _Noreturn pg_noinline void
refuse_count(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the number of responses must not be NULL"),
				 errhint("Use coalesce(responses, 0).")));
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("the number of responses must not be negative, but is %lld",
					(long long) PG_GETARG_INT64(2)),
			 errhint("Take answers out with the operator - of two summaries.")));
}

/* Count an answer with its weight, in a tally that becomes a weighted one. */
static CxTally *
put_in_weighted(FunctionCallInfo fcinfo, CxTally *tally, const CxScale *scale,
				int slot)
{
	CxWeightedTally *weighted;
	double		weight = PG_ARGISNULL(2) ? -1 : PG_GETARG_FLOAT8(2);

	if (!(weight >= CX_WEIGHT_MIN && weight <= CX_WEIGHT_MAX) && weight != 0)
		refuse_weight(fcinfo);
	if (tally->n == 0)
		tally = cx_tally_weighted(tally);
	else if (!cx_tally_is_weighted(tally))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a weighted answer cannot be added to an unweighted summary")));
	cx_tally_take_scale(tally, scale);
	cx_tally_add(tally, slot, 1);
	weighted = (CxWeightedTally *) tally;
	/* fabs: a weight of -0 is 0 */
	cx_add_two(&weighted->weight[slot], &weighted->weight_low[slot],
			   fabs(weight), 0);
	cx_add_two(&weighted->squares, &weighted->squares_low, weight * weight, 0);
	return tally;
}

static pg_attribute_always_inline Datum
change(FunctionCallInfo fcinfo, Change what, AnswerReader reader,
	   AnswerRefuser refuser)
{
	const int	scale_argno = what == PUT_IN || what == TAKE_OUT ? 2 : 3;
	const bool	put_in = what == PUT_IN || what == PUT_IN_COUNTED;
	CxHeader   *state;
	CxTally    *tally;
	CxScale		scale;
	bool		scribble;
	int			slot;
	int64		times = 1;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	state = cx_tally_value_arg(fcinfo, 0);
	scribble = cx_in_aggregate(fcinfo);
	if (PG_NARGS() == scale_argno)
		scale = cx_default_scale(state->kind);
	else
		scale = cx_scale_args(fcinfo, scale_argno, state->kind);
	slot = reader(PG_GETARG_DATUM(1), cx_lowest_answer(scale.kind), scale.scale);
	if (unlikely(slot == CX_NO_ANSWER))
		refuse_answer(PG_GETARG_DATUM(1), &scale, refuser);

	if (what == PUT_IN_WEIGHTED)
		PG_RETURN_POINTER(put_in_weighted(fcinfo, cx_tally_begin(state, scribble),
										  &scale, slot));
	if (what == PUT_IN_COUNTED || what == TAKE_OUT_COUNTED)
	{
		times = PG_ARGISNULL(2) ? -1 : PG_GETARG_INT64(2);
		if (times < 0)
			refuse_count(fcinfo);
		if (times == 0)
			PG_RETURN_POINTER(state);
	}
	if (scribble && likely(cx_packed_add(state, &scale, slot, put_in ? times : -times)))
		PG_RETURN_POINTER(state);
	tally = cx_tally_begin(state, scribble);
	cx_tally_take_scale(tally, &scale);
	if (cx_tally_is_weighted(tally))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg(put_in ? "an answer without a weight cannot be added to a weighted summary"
						: "answers cannot be taken out of a weighted summary")));
	if (put_in)
		cx_tally_add(tally, slot, times);
	else
		cx_tally_subtract_slot(tally, slot, times);
	return cx_tally_end(tally, state, scribble);
}

#define TRANSITION(name, what, type) \
	PG_FUNCTION_INFO_V1(cx_tally_##name##_##type); \
	Datum \
	cx_tally_##name##_##type(PG_FUNCTION_ARGS) \
	{ \
		return change(fcinfo, what, cx_answer_##type, cx_answer_refuse_##type); \
	}

#define TRANSITIONS(type) \
	TRANSITION(accum, PUT_IN, type) \
	TRANSITION(inverse, TAKE_OUT, type) \
	TRANSITION(weighted_accum, PUT_IN_WEIGHTED, type) \
	TRANSITION(counts_accum, PUT_IN_COUNTED, type) \
	TRANSITION(counts_inverse, TAKE_OUT_COUNTED, type)

CX_FOR_EACH_ANSWER_TYPE(TRANSITIONS)

/*
 * What the first bytes of a state say once it has an answer on the default
 * scale: everything between the varlena header and the counts.
 */
#define READY_BYTES (offsetof(CxPackedTally, counts) - VARHDRSZ)
typedef uint8 Ready[READY_BYTES];

#define READY(kind, scale, option) \
	{CX_TALLY_VERSION, kind, CX_TALLY_PACKED, 0, scale, option}

static const Ready nps_ready = READY(CX_TALLY_NPS, CX_NPS_SCALE, 0);
static const Ready csat_ready = READY(CX_TALLY_CSAT, CX_CSAT_DEFAULT_SCALE, CX_CSAT_DEFAULT_BOXES);
static const Ready ces_ready = READY(CX_TALLY_CES, CX_CES_DEFAULT_SCALE, 0);

/*
 * The common case of PUT_IN in a few instructions: within an aggregate, one
 * more answer on the default scale, which the state already has.  False leaves
 * everything as it was.
 */
static pg_attribute_always_inline bool
put_in_one_more(FunctionCallInfo fcinfo, const Ready ready, int lowest, int highest,
				AnswerReader reader)
{
	CxPackedTally *state = (CxPackedTally *) PG_GETARG_POINTER(0);
	int			slot;

	if (state->header.vl_len_ != CX_VARSIZE_WORD(sizeof(CxPackedTally)) ||
		memcmp((char *) state + VARHDRSZ, ready, READY_BYTES) != 0 ||
		!cx_in_aggregate(fcinfo))
		return false;
	slot = reader(PG_GETARG_DATUM(1), lowest, highest);
	if (slot == CX_NO_ANSWER || state->counts[slot] == PG_UINT32_MAX)
		return false;
	state->counts[slot]++;
	return true;
}

/*
 * cx_nps_accum_TYPE(state, score), cx_csat_accum_TYPE and cx_ces_accum_TYPE:
 * strict, on the default scale of one metric.
 */
#define ACCUM(metric, lowest, highest, type) \
	PG_FUNCTION_INFO_V1(cx_##metric##_accum_##type); \
	Datum \
	cx_##metric##_accum_##type(PG_FUNCTION_ARGS) \
	{ \
		if (likely(put_in_one_more(fcinfo, metric##_ready, lowest, highest, cx_answer_##type))) \
			PG_RETURN_DATUM(PG_GETARG_DATUM(0)); \
		return cx_tally_accum_##type(fcinfo); \
	}

#define ACCUMS(type) \
	ACCUM(nps, 0, CX_NPS_SCALE, type) \
	ACCUM(csat, 1, CX_CSAT_DEFAULT_SCALE, type) \
	ACCUM(ces, 1, CX_CES_DEFAULT_SCALE, type)

CX_FOR_EACH_ANSWER_TYPE(ACCUMS)
