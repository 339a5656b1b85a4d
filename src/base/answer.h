/*-------------------------------------------------------------------------
 *
 * answer.h
 *	  Reading an answer from an argument of any number type.
 *
 * An answer is a whole number on a scale.  cx_answer_TYPE gives its place on
 * the scale, counted from 0, or CX_NO_ANSWER; what to make of that is up to the
 * caller, who has cx_answer_refuse_TYPE for the error.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BASE_ANSWER_H
#define CX_BASE_ANSWER_H

#include "base/decimal.h"

#define CX_NO_ANSWER (-1)

/* What the error for an answer outside the scale has to know. */
typedef struct CxAnswerScale
{
	int			lowest;
	int			highest;
	const char *name;			/* "NPS", "CSAT", "effort" */
	const char *valid;			/* "nps_valid(score)" */
} CxAnswerScale;

static inline int
cx_answer_from_int64(int64 value, int lowest, int highest)
{
	return value >= lowest && value <= highest ? (int) value - lowest : CX_NO_ANSWER;
}

static inline int
cx_answer_int2(Datum datum, int lowest, int highest)
{
	return cx_answer_from_int64(DatumGetInt16(datum), lowest, highest);
}

static inline int
cx_answer_int4(Datum datum, int lowest, int highest)
{
	return cx_answer_from_int64(DatumGetInt32(datum), lowest, highest);
}

static inline int
cx_answer_int8(Datum datum, int lowest, int highest)
{
	return cx_answer_from_int64(DatumGetInt64(datum), lowest, highest);
}

static inline int
cx_answer_float8(Datum datum, int lowest, int highest)
{
	double		value = DatumGetFloat8(datum);

	/* written so that NaN fails too */
	if (!(value >= lowest && value <= highest) || value != (int) value)
		return CX_NO_ANSWER;
	return (int) value - lowest;
}

static inline int
cx_answer_numeric(Datum datum, int lowest, int highest)
{
	CxDecimal	decimal;

	cx_decimal_read(datum, &decimal);
	/* the scales end below 10000: a whole number on one has one digit at most */
	if (!decimal.finite || decimal.ndigits > 1 ||
		(decimal.ndigits == 1 && (decimal.negative || decimal.weight != 0)))
		return CX_NO_ANSWER;
	return cx_answer_from_int64(decimal.ndigits ? cx_decimal_digit(&decimal, 0) : 0,
								lowest, highest);
}

extern _Noreturn void cx_answer_refuse_int2(Datum datum, const CxAnswerScale *scale);
extern _Noreturn void cx_answer_refuse_int4(Datum datum, const CxAnswerScale *scale);
extern _Noreturn void cx_answer_refuse_int8(Datum datum, const CxAnswerScale *scale);
extern _Noreturn void cx_answer_refuse_float8(Datum datum, const CxAnswerScale *scale);
extern _Noreturn void cx_answer_refuse_numeric(Datum datum, const CxAnswerScale *scale);

/* Instantiate something for every number type an answer may have. */
#define CX_FOR_EACH_ANSWER_TYPE(apply) \
	apply(int2) \
	apply(int4) \
	apply(int8) \
	apply(float8) \
	apply(numeric)

#endif							/* CX_BASE_ANSWER_H */
