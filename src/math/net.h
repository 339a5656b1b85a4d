/*-------------------------------------------------------------------------
 *
 * net.h
 *	  The net score: the share at the top of a scale minus the share at the
 *	  bottom, as in the Net Promoter Score.
 *
 * Everything runs from -1 to 1; NPS is a hundred times that.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_NET_H
#define CX_MATH_NET_H

#include "math/answers.h"
#include "math/inference.h"

typedef struct CxNet
{
	double		top;			/* share of answers at the top */
	double		middle;			/* between: not 1 - the others, which would cancel */
	double		bottom;			/* at the bottom */
	double		n;				/* effective number of answers, may be infinite */
} CxNet;

typedef enum CxNetMethod
{
	CX_NET_WALD,
	CX_NET_ADJUSTED_WALD,
	CX_NET_SCORE
} CxNetMethod;

/* Of answers whose top begins at one answer and whose middle at another. */
extern CxNet cx_net_of_answers(const CxAnswers *a, int lowest_middle, int lowest_top);

/* The same net score as a percentage, -100 to 100, rounded once. */
extern double cx_net_percentage(const CxAnswers *a, int lowest_middle, int lowest_top);

extern double cx_net_variance(const CxNet *net);
extern double cx_net_pilot_variance(const CxNet *net);
extern CxNet cx_net_adjusted(const CxNet *net);
extern double cx_net_stderr(const CxNet *net);
extern CxRange cx_net_interval(const CxNet *net, double level, CxNetMethod method);
extern double cx_net_probability(const CxNet *net, double target);
extern CxTest cx_net_compare(const CxNet *a, const CxNet *b, double level,
							 CxNetMethod method);
extern double cx_net_sample_size(double margin, double level, double variance);

#endif							/* CX_MATH_NET_H */
