/*
 * padjust.h
 *		Adjusting p-values for the number of tests, as R's p.adjust.
 */
#ifndef CX_MATH_PADJUST_H
#define CX_MATH_PADJUST_H

typedef enum CxAdjustMethod
{
	CX_ADJUST_BH,
	CX_ADJUST_BY,
	CX_ADJUST_HOLM,
	CX_ADJUST_BONFERRONI,
	CX_ADJUST_HOMMEL
} CxAdjustMethod;

/* A test that is being adjusted: room to work in, one for every p-value. */
typedef struct CxAdjusted
{
	double		p;
	double		adjusted;
	double		subset;			/* hommel: adjusted for the largest so many alone */
	int			place;			/* where it was */
} CxAdjusted;

/*
 * Put the adjusted p-values in the place of the n p-values, which lie between 0
 * and 1.  NaN is a test that was not made: it stays, and does not count.
 */
extern void cx_p_adjust(double *p, int n, CxAdjustMethod method, CxAdjusted *work);

#endif							/* CX_MATH_PADJUST_H */
