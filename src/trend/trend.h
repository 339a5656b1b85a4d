/*-------------------------------------------------------------------------
 *
 * trend.h
 *	  A series: a map from date to what was measured then.
 *
 * It is a list (base/list.h) in the order of dates, no date twice.  All points of
 * a series hold the same: values, values with the number of answers they are of,
 * or the answers themselves, all on one scale and weighted or not alike.  Keeping
 * the answers lets every method know how uncertain a point is.
 *
 * What asks questions of a series takes it from cx_series_arg, as points that
 * know their place in the calendar.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_TREND_TREND_H
#define CX_TREND_TREND_H

#include "base/list.h"
#include "base/period.h"
#include "base/tally.h"

#define CX_TREND_VERSION 1
#define CX_TREND_MOST 100000

/* CxHeader.kind; the letter is in stored values and never changes */
#define CX_TREND_KIND 'T'

/* What the points are; the numbers are in stored values and never change. */
typedef enum CxTrendHolds
{
	CX_HOLDS_VALUES,
	CX_HOLDS_COUNTED,			/* values with n */
	CX_HOLDS_NPS,
	CX_HOLDS_CSAT,
	CX_HOLDS_CES,
	CX_HOLDS_KINDS
} CxTrendHolds;

/* CxHeader.flags, besides CX_LIST_OPEN: CX_TALLY_WEIGHTED */
typedef struct CxTrend
{
	CxList		list;
	uint8		holds;			/* CxTrendHolds; 0 while empty */
	uint8		scale;			/* of answers, as in a tally; else 0 */
	uint8		option;
	uint8		reserved[5];	/* zero */
} CxTrend;

typedef struct CxTrendValue
{
	DateADT		date;
	uint32		reserved;		/* zero */
	double		value;
	int64		n;				/* 0: not known */
} CxTrendValue;

typedef struct CxTrendAnswers
{
	DateADT		date;
	uint32		reserved;		/* zero */
	int64		counts[CX_TALLY_SLOTS];
} CxTrendAnswers;

typedef struct CxTrendWeighted
{
	CxTrendAnswers answers;
	double		weight[CX_TALLY_SLOTS];
	double		weight_low[CX_TALLY_SLOTS];
	double		squares;
	double		squares_low;
} CxTrendWeighted;

static inline bool
cx_trend_has_answers(const CxTrend *trend)
{
	return trend->holds >= CX_HOLDS_NPS;
}

/* The trend in an argument, closed and valid. */
extern const CxTrend *cx_trend_arg(FunctionCallInfo fcinfo, int argno);

/* Entry i of a closed trend, whatever it holds; it begins with its date. */
extern const void *cx_trend_entry(const CxTrend *trend, int i);

/* The answers of entry i of a trend that has answers. */
extern const CxTally *cx_trend_tally(const CxTrend *trend, int i, CxWeightedTally *room);

/* The error where a series would be longer than it may be. */
extern void cx_trend_refuse_length(void);

/* ---- a series as it is read ---- */

typedef struct CxPoint
{
	DateADT		date;
	int32		at;				/* periods after the first point */
	int64		n;				/* answers; 0 where not known */
	double		size;			/* effective number of answers; NaN where not known */
	double		value;			/* NPS in points, CSAT in percent, CES on its scale */
	double		variance;		/* of one answer, in squared units of value; NaN
								 * where not known */
	double		skewness;		/* of one answer, where answers are pooled */
} CxPoint;

typedef struct CxSeries
{
	const CxTrend *trend;
	int			count;			/* points */
	CxPoint    *point;			/* in the order of time */
	CxPeriodKind period;		/* the distance of neighbours, where none is missing */
	int64		periods;		/* from the first to the last point, missing ones too */
	bool		month_ends;		/* dates are the last days of months */
} CxSeries;

/* The series in an argument; values that only rounding keeps apart are equal. */
extern CxSeries *cx_series_arg(FunctionCallInfo fcinfo, int argno);

/* An argument that says how many periods a season has; 0 where it is NULL. */
extern int	cx_season_arg(FunctionCallInfo fcinfo, int argno);

/* A number argument of this name: above 'above', and at most 'most'. */
extern double cx_number_arg(FunctionCallInfo fcinfo, int argno, const char *name,
							double above, double most);

/*
 * The exponent of the power of two that values are divided by, so that neither
 * their squares nor sums of them overflow or vanish; mostly 0.
 */
extern int	cx_series_scale(const CxSeries *series);

/* Standard error of a point's value; NaN where not known. */
static inline double
cx_point_stderr(const CxPoint *point)
{
	return sqrt(point->variance / point->size);
}

/* The score of answers, as a point without date. */
extern CxPoint cx_point_of_tally(const CxTally *tally);

/*
 * All answers of the points [from, to) as one point, whose variance is never 0, and
 * how skewed they are; the trend has answers.
 */
extern CxPoint cx_series_pooled(const CxSeries *series, int from, int to);

/* The date 'at' periods after the first point; an error beyond all dates. */
extern DateADT cx_series_date(const CxSeries *series, int64 at);

/* For what needs a place for every period: an error where most are missing. */
extern void cx_series_require_places(const CxSeries *series);

/* A value for every period, series->periods of them: NaN where it is missing. */
extern double *cx_series_places(const CxSeries *series);

#endif							/* CX_TREND_TREND_H */
