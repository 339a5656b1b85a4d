/*
 * kitagawa.h
 *		Parting the change of a mean among the groups it is made of.
 */
#ifndef CX_MATH_KITAGAWA_H
#define CX_MATH_KITAGAWA_H

/* A group at one time. */
typedef struct CxGroup
{
	double		share;			/* of all answers */
	double		level;			/* the mean of its own; NaN where it has no share */
} CxGroup;

/* What a group has done to the change of the mean; the two add up. */
typedef struct CxEffect
{
	double		rate;			/* by a level of its own that changed */
	double		mix;			/* by a share that changed */
} CxEffect;

extern CxEffect cx_kitagawa(CxGroup before, CxGroup after, double overall);

#endif							/* CX_MATH_KITAGAWA_H */
