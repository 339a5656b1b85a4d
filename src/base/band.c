/*-------------------------------------------------------------------------
 *
 * band.c
 *	  How the NPS scale and its bands are called (see band.h).
 *
 *-------------------------------------------------------------------------
 */
#include "base/band.h"

const char *const cx_band_names[CX_BANDS] = {"detractor", "passive", "promoter"};

const CxAnswerScale cx_nps_answers = {
	.lowest = 0,
	.highest = CX_NPS_SCALE,
	.name = "NPS",
	.valid = "nps_valid(score)"
};

int
cx_nps_length(const CxHeader *value)
{
	return CX_NPS_ANSWERS;
}

int
cx_nps_first(const CxHeader *value)
{
	return 0;
}
