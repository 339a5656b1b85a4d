/*
 * shrink.h
 *		Levels of many groups, each drawn towards all by as much as it is
 *		uncertain.
 */
#ifndef CX_MATH_SHRINK_H
#define CX_MATH_SHRINK_H

/* A group, and what becomes of it. */
typedef struct CxShrunk
{
	double		level;			/* as it was answered */
	double		n;				/* effective number of answers, above 0 */
	double		mean;			/* the shrunk level */
	double		stddev;			/* of what it may truly be, around that */
} CxShrunk;

/* 'variance' is that of a single answer within a group, above 0. */
extern void cx_shrink(CxShrunk *groups, int count, double variance);

#endif							/* CX_MATH_SHRINK_H */
