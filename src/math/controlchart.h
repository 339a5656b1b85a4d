/*-------------------------------------------------------------------------
 *
 * controlchart.h
 *	  Control charts: which points of a series are signals, and which are noise.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_CONTROLCHART_H
#define CX_MATH_CONTROLCHART_H

#include <math.h>
#include <stdbool.h>

/* Where the standard deviation of a point comes from. */
typedef enum CxChartSpread
{
	CX_SPREAD_SHEWHART,			/* sqrt(variance / size) */
	CX_SPREAD_LANEY,			/* that times how much more points really vary */
	CX_SPREAD_AUTO,				/* of these: laney where points do vary more */
	CX_SPREAD_XMR				/* moving ranges, whatever the size */
} CxChartSpread;

/* What is charted. */
typedef enum CxChartKind
{
	CX_CHART_VALUES,
	CX_CHART_EWMA,				/* exponentially weighted moving average */
	CX_CHART_CUSUM				/* sum of what lies beyond k, up or down */
} CxChartKind;

/* Bits of CxChartPoint.signals. */
typedef enum CxChartSignal
{
	CX_BEYOND_LIMITS,
	CX_MOVING_RANGE,
	CX_WESTERN_ELECTRIC_1,
	CX_WESTERN_ELECTRIC_2,
	CX_WESTERN_ELECTRIC_3,
	CX_WESTERN_ELECTRIC_4,
	CX_NELSON_1,
	CX_NELSON_2,
	CX_NELSON_3,
	CX_NELSON_4,
	CX_NELSON_5,
	CX_NELSON_6,
	CX_NELSON_7,
	CX_NELSON_8,
	CX_CHART_SIGNALS
} CxChartSignal;

typedef struct CxChart
{
	CxChartKind kind;
	CxChartSpread spread;
	int			baseline;		/* the first so many points fix the limits */
	double		center;			/* of them */
	double		variance;		/* of one answer; any number but 0 where only laney is
								 * asked for */
	double		skewness;		/* of one answer; what CX_SPREAD_AUTO knows of it */
	double		least;			/* what a value may be; limits stay within */
	double		most;
	double		lambda;			/* ewma */
	double		reach;
	double		k;				/* cusum, in standard deviations */
	double		h;
	unsigned	rules;			/* bits of CxChartSignal, besides the first; that of the
								 * moving range is for CX_SPREAD_XMR */
} CxChart;

typedef struct CxChartPoint
{
	double		value;			/* given; charted when it comes back */
	double		size;			/* given: number of answers */
	double		z;				/* distance from the centre, in standard deviations */
	double		skewness;		/* that limits know of */
	double		lower;			/* NaN where there is too little to go by */
	double		upper;
	double		center;
	unsigned	signals;
} CxChartPoint;

extern void cx_control_chart(const CxChart *chart, CxChartPoint *point, int count);

#endif							/* CX_MATH_CONTROLCHART_H */
