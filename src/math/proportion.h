/*-------------------------------------------------------------------------
 *
 * proportion.h
 *	  A share of answers, from 0 to 1, and its uncertainty.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_PROPORTION_H
#define CX_MATH_PROPORTION_H

#include "math/answers.h"
#include "math/inference.h"

typedef struct CxProportion
{
	double		share;
	double		rest;			/* 1 - share, which would cancel near 1 */
	double		n;				/* effective number of answers, may be infinite */
} CxProportion;

typedef enum CxProportionMethod
{
	CX_PROPORTION_WILSON,
	CX_PROPORTION_WALD,
	CX_PROPORTION_CLOPPER_PEARSON
} CxProportionMethod;

/* Of answers that count from one answer up. */
extern CxProportion cx_proportion_of_answers(const CxAnswers *a, int lowest);
extern double cx_proportion_stderr(const CxProportion *p);
extern CxRange cx_proportion_interval(const CxProportion *p, double level,
									  CxProportionMethod method);
extern double cx_proportion_margin(const CxProportion *p, double level);
extern double cx_proportion_probability(const CxProportion *p, double target);
extern CxTest cx_proportion_compare(const CxProportion *a, const CxProportion *b,
									double level);

#endif							/* CX_MATH_PROPORTION_H */
