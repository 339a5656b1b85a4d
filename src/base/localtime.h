/*-------------------------------------------------------------------------
 *
 * localtime.h
 *	  The clock of a time zone, without looking the zone up for every row.
 *
 * Time is cut into stretches of 2^40 microseconds, 12.7 days.  A stretch that
 * has been asked for is remembered with its distance to UTC, and with the moment
 * at which that changes, if it does.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BASE_LOCALTIME_H
#define CX_BASE_LOCALTIME_H

#include "base/compat.h"

#include "pgtime.h"
#include "utils/timestamp.h"

#define CX_STRETCH_BITS 40
#define CX_STRETCHES 256

typedef struct CxStretch
{
	const pg_tz *zone;			/* NULL: not in use */
	int64		number;
	TimestampTz change;			/* PG_INT64_MAX: none */
	int64		before;			/* local time less UTC, in microseconds */
	int64		after;
} CxStretch;

extern CxStretch cx_stretches[CX_STRETCHES];

/* The same for any moment; it may fill in the stretch. */
extern Timestamp cx_local_time_of(TimestampTz at, const pg_tz *zone);

/* What clocks show in a zone at a finite moment. */
static inline Timestamp
cx_local_time(TimestampTz at, const pg_tz *zone)
{
	int64		number = at >> CX_STRETCH_BITS;
	const CxStretch *stretch = &cx_stretches[number & (CX_STRETCHES - 1)];

	if (unlikely(stretch->number != number || stretch->zone != zone))
		return cx_local_time_of(at, zone);
	return at + (at < stretch->change ? stretch->before : stretch->after);
}

#endif							/* CX_BASE_LOCALTIME_H */
