/*-------------------------------------------------------------------------
 *
 * calendar.h
 *	  How moments of activity fall into periods: which periods, of which type
 *	  the moments are, and by the clocks of which zone.
 *
 * What is summarised by different calendars is never merged.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_COHORT_CALENDAR_H
#define CX_COHORT_CALENDAR_H

#include "base/localtime.h"
#include "base/period.h"

/* What a moment is; the numbers are in stored values and never change. */
typedef enum CxMomentKind
{
	CX_OF_NOTHING,
	CX_OF_DATE,
	CX_OF_TIMESTAMP,
	CX_OF_TIMESTAMPTZ,
	CX_MOMENT_KINDS
} CxMomentKind;

/* The name of a zone is kept in so many bytes, filled up with zeros. */
#define CX_ZONE_WORD 8
#define CX_ZONE_BYTES 256

typedef struct CxCalendar
{
	CxPeriodKind period;
	CxMomentKind moment;
	int			zone_words;		/* 0 but for timestamptz */
	const char *zone;
} CxCalendar;

/* A moment, and the day it falls on by that calendar. */
typedef struct CxMoment
{
	Timestamp	at;				/* timestamptz: UTC; date: midnight */
	DateADT		day;
} CxMoment;

/* CxHeader.flags of everything that has a calendar */
#define CX_FLAG_PERIOD 0x07
#define CX_FLAG_MOMENT 0x18
#define CX_FLAG_MOMENT_SHIFT 3

static inline uint8
cx_calendar_flags(const CxCalendar *calendar)
{
	return calendar->period | calendar->moment << CX_FLAG_MOMENT_SHIFT;
}

static inline CxCalendar
cx_calendar_of(uint8 flags, int zone_words, const char *zone)
{
	return (CxCalendar) {
		flags & CX_FLAG_PERIOD, (flags & CX_FLAG_MOMENT) >> CX_FLAG_MOMENT_SHIFT,
		zone_words, zone
	};
}

/* Whether there is such a calendar: flags and words may be those of a damaged summary. */
static inline bool
cx_is_calendar(uint8 flags, int zone_words)
{
	return (flags & CX_FLAG_PERIOD) < CX_PERIOD_KINDS && zone_words <= CX_ZONE_BYTES / CX_ZONE_WORD;
}

extern _Noreturn void cx_calendar_refuse(const CxCalendar *a, const CxCalendar *b);

static inline void
cx_calendar_require_same(const CxCalendar *a, const CxCalendar *b)
{
	if (unlikely(a->period != b->period || a->moment != b->moment ||
				 a->zone_words != b->zone_words ||
				 memcmp(a->zone, b->zone, a->zone_words * CX_ZONE_WORD) != 0))
		cx_calendar_refuse(a, b);
}

/* The calendar of moments of a type by the session's TimeZone. */
extern CxCalendar cx_calendar_zoned(CxPeriodKind period);

static inline CxCalendar
cx_calendar_now(CxPeriodKind period, CxMomentKind moment)
{
	if (moment == CX_OF_TIMESTAMPTZ)
		return cx_calendar_zoned(period);
	return (CxCalendar) {period, moment, 0, ""};
}

extern _Noreturn void cx_moment_refuse_infinite(void);
extern _Noreturn void cx_moment_refuse_date(DateADT date);

/* Moments of each type; infinity is an error. */
static inline CxMoment
cx_moment_date(Datum datum)
{
	DateADT		date = DatumGetDateADT(datum);

	if (unlikely(DATE_NOT_FINITE(date)))
		cx_moment_refuse_infinite();
	if (unlikely(date >= TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE))
		cx_moment_refuse_date(date);
	return (CxMoment) {date * USECS_PER_DAY, date};
}

static inline CxMoment
cx_moment_timestamp(Datum datum)
{
	Timestamp	at = DatumGetTimestamp(datum);

	if (unlikely(TIMESTAMP_NOT_FINITE(at)))
		cx_moment_refuse_infinite();
	return (CxMoment) {at, cx_day_of(at)};
}

static inline CxMoment
cx_moment_timestamptz(Datum datum)
{
	TimestampTz at = DatumGetTimestampTz(datum);

	if (unlikely(TIMESTAMP_NOT_FINITE(at)))
		cx_moment_refuse_infinite();
	return (CxMoment) {at, cx_day_of(cx_local_time(at, session_timezone))};
}

static inline CxMoment
cx_moment_of(CxMomentKind kind, Datum datum)
{
	return kind == CX_OF_DATE ? cx_moment_date(datum) :
		kind == CX_OF_TIMESTAMP ? cx_moment_timestamp(datum) : cx_moment_timestamptz(datum);
}

/* A moment by the clocks of its calendar: what is shown of it. */
extern Timestamp cx_calendar_local(const CxCalendar *calendar, Timestamp at);

/* The day of it. */
extern DateADT cx_calendar_day(const CxCalendar *calendar, Timestamp at);

/* The day of it if it lies in a period, whose first day it is else: not all have moments. */
extern DateADT cx_calendar_day_in(const CxCalendar *calendar, int32 period, Timestamp at);

/* The most periods from the first to the last one. */
#define CX_SPAN_MOST 10000

/* How many periods there are from one to another, both of them included. */
static inline int64
cx_calendar_span(int32 from, int32 to)
{
	return (int64) to - from + 1;
}

/* The error where there are more, from a day to another one; with a hint. */
extern _Noreturn void cx_calendar_refuse_span(CxPeriodKind kind, DateADT from, DateADT to,
											  const char *hint);
extern _Noreturn void cx_calendar_refuse_activity(CxPeriodKind kind, DateADT from, DateADT to);

/* ---- what the codec reads and writes ---- */

/*
 * Whether a moment lies in a period, where that can be told: clocks of a zone
 * are less than two days away from UTC.
 */
static inline bool
cx_calendar_lies_in(const CxCalendar *calendar, Timestamp at, int32 period)
{
	int			slack = calendar->moment == CX_OF_TIMESTAMPTZ ? 2 : 0;
	DateADT		day = cx_day_of(at);

	return day >= cx_period_start(calendar->period, period) - slack &&
		day <= cx_period_end(calendar->period, period) + slack &&
		(calendar->moment != CX_OF_DATE || at == day * USECS_PER_DAY);
}

/* "date", "timestamp", "timestamptz"; a NULL ends them */
extern const char *const cx_moment_names[CX_MOMENT_KINDS];

typedef struct CxCalendarText
{
	const char *period;
	const char *of;
	const char *zone;			/* NULL but for timestamptz */
} CxCalendarText;

extern CxCalendarText cx_calendar_to_text(const CxCalendar *calendar);

/* False if there is no such calendar; the zone is filled up with zeros. */
extern bool cx_calendar_from_text(const CxCalendarText *text, CxCalendar *calendar);

#endif							/* CX_COHORT_CALENDAR_H */
