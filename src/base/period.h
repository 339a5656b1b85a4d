/*-------------------------------------------------------------------------
 *
 * period.h
 *	  Calendar periods: days, ISO weeks, months, quarters, years.
 *
 * The periods of one kind are numbered through, period 0 being the one that
 * begins 2000-01-01 (the week: 2000-01-03, a Monday), so that the age of a
 * customer or the distance of two points of a series is a difference of numbers.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BASE_PERIOD_H
#define CX_BASE_PERIOD_H

#include "base/compat.h"

#include "utils/date.h"
#include "utils/timestamp.h"

/* The numbers are in stored values and never change. */
typedef enum CxPeriodKind
{
	CX_DAY,
	CX_WEEK,
	CX_MONTH,
	CX_QUARTER,
	CX_YEAR,
	CX_PERIOD_KINDS
} CxPeriodKind;

/* "day", "week", ...; a NULL ends them */
extern const char *const cx_period_names[CX_PERIOD_KINDS + 1];

/* A text argument that names a kind of periods; NULL is an error, too. */
extern CxPeriodKind cx_period_arg(FunctionCallInfo fcinfo, int argno);

/*
 * Days are counted from 1 March 4801 BC, 400-year cycles before the oldest date,
 * so that no division meets a negative number and leap days end their year.
 */
#define CX_CALENDAR_DAYS (730425 + 12 * 146097)
#define CX_CALENDAR_MONTHS (12 * (2000 + 12 * 400) - 2)

/* Months since January 2000 (Richards 2013, Explanatory Supplement, 15.11). */
static inline int32
cx_month_of(DateADT date)
{
	uint64		day = (uint64) ((int64) date + CX_CALENDAR_DAYS);
	uint32		century = (uint32) ((4 * day + 3) / 146097);
	uint32		day_of_century = (uint32) (day - (uint64) century * 146097 / 4);
	uint32		year = (4 * day_of_century + 3) / 1461;
	uint32		day_of_year = day_of_century - 1461 * year / 4;

	return (int32) (12 * (100 * century + year) + (5 * day_of_year + 2) / 153) -
		CX_CALENDAR_MONTHS;
}

/* The number of the period that a finite date lies in. */
static inline int32
cx_period_of(CxPeriodKind kind, DateADT date)
{
	switch (kind)
	{
		case CX_DAY:
			return date;
		case CX_WEEK:
			/* the day of the bias is a Monday as well */
			return (int32) (((int64) date - 2 + 7 * 400000) / 7) - 400000;
		case CX_MONTH:
			return cx_month_of(date);
		case CX_QUARTER:
			return (cx_month_of(date) + CX_CALENDAR_MONTHS + 2) / 3 - (CX_CALENDAR_MONTHS + 2) / 3;
		default:
			return (cx_month_of(date) + CX_CALENDAR_MONTHS + 2) / 12 - (CX_CALENDAR_MONTHS + 2) / 12;
	}
}

/* The first day of a period; of the very first one, the day the calendar begins. */
extern DateADT cx_period_start(CxPeriodKind kind, int32 number);

/* The last day of a period. */
static inline DateADT
cx_period_end(CxPeriodKind kind, int32 number)
{
	return cx_period_start(kind, number + 1) - 1;
}

/* Whether the period of this number begins on a day that is a date. */
static inline bool
cx_is_period(CxPeriodKind kind, int32 number)
{
	return number >= cx_period_of(kind, DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE) &&
		number <= cx_period_of(kind, DATE_END_JULIAN - POSTGRES_EPOCH_JDATE - 1);
}

/* The day of a finite timestamp, also of one before 2000. */
static inline DateADT
cx_day_of(Timestamp at)
{
	/* days enough that the sum is never negative */
	const int64 bias = 3000000;

	return (DateADT) ((int64) (((uint64) at + bias * USECS_PER_DAY) / USECS_PER_DAY) - bias);
}

#endif							/* CX_BASE_PERIOD_H */
