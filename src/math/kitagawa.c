/*
 * kitagawa.c
 *		Parting the change of a mean among the groups it is made of (Kitagawa
 *		1955, "Components of a difference between two rates", Journal of the
 *		American Statistical Association 50, 1168-1194).
 *
 * A mean is the sum of share times level over the groups.  With the averages of
 * before and after for all that does not change,
 *
 *		rate = average share * change of level
 *		mix  = change of share * (average level - overall)
 *
 * and over all groups these add up to the change of the mean, whatever 'overall'
 * is, as shares add up to 1 both times.  The average of the two means makes a
 * mix effect say whether it was good to grow there: a group above it that grows
 * lifts the mean.
 *
 * A group that is there only once has no change of level: all of its effect is
 * mix, at the one level it has.
 */
#include "math/kitagawa.h"

#include <math.h>

CxEffect
cx_kitagawa(CxGroup before, CxGroup after, double overall)
{
	if (isnan(before.level))
		before.level = after.level;
	if (isnan(after.level))
		after.level = before.level;
	if (isnan(after.level))
		return (CxEffect) {0, 0};
	return (CxEffect) {
		(before.share + after.share) / 2 * (after.level - before.level),
		(after.share - before.share) * ((before.level + after.level) / 2 - overall)
	};
}
