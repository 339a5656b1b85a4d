/*-------------------------------------------------------------------------
 *
 * band.h
 *	  The NPS scale and its bands, which scores and money are both counted by.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BASE_BAND_H
#define CX_BASE_BAND_H

#include "base/answer.h"
#include "base/summary.h"

#define CX_NPS_SCALE 10
#define CX_NPS_ANSWERS (CX_NPS_SCALE + 1)
#define CX_LOWEST_PASSIVE 7
#define CX_LOWEST_PROMOTER 9

typedef enum CxBand
{
	CX_DETRACTOR,
	CX_PASSIVE,
	CX_PROMOTER,
	CX_BANDS
} CxBand;

extern const char *const cx_band_names[CX_BANDS];
extern const CxAnswerScale cx_nps_answers;

static inline CxBand
cx_band_of(int answer)
{
	return answer >= CX_LOWEST_PROMOTER ? CX_PROMOTER :
		answer >= CX_LOWEST_PASSIVE ? CX_PASSIVE : CX_DETRACTOR;
}

/*
 * cx_nps_answer_TYPE(datum): the answer 0 to 10; anything else is an error.
 */
#define CX_NPS_ANSWER(type) \
	static inline int \
	cx_nps_answer_##type(Datum datum) \
	{ \
		int			answer = cx_answer_##type(datum, 0, CX_NPS_SCALE); \
\
		if (unlikely(answer == CX_NO_ANSWER)) \
			cx_answer_refuse_##type(datum, &cx_nps_answers); \
		return answer; \
	}

CX_FOR_EACH_ANSWER_TYPE(CX_NPS_ANSWER)

/* CxField.length and CxField.first of an array with a slot for every answer. */
extern int	cx_nps_length(const CxHeader *value);
extern int	cx_nps_first(const CxHeader *value);

#endif							/* CX_BASE_BAND_H */
