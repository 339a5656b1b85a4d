/*-------------------------------------------------------------------------
 *
 * localtime.c
 *	  The clock of a time zone (see localtime.h).
 *
 *-------------------------------------------------------------------------
 */
#include "base/localtime.h"

#include "datatype/timestamp.h"

#define EPOCH_SECONDS ((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (int64) SECS_PER_DAY)

CxStretch	cx_stretches[CX_STRETCHES];

/* Zones change at whole seconds: the last one that has begun. */
static pg_time_t
seconds_of(TimestampTz at)
{
	int64		seconds = at / USECS_PER_SEC;

	return seconds - (at % USECS_PER_SEC < 0) + EPOCH_SECONDS;
}

static int64
offset_at(pg_time_t seconds, const pg_tz *zone)
{
	struct pg_tm *local = pg_localtime(&seconds, zone);

	return local == NULL ? 0 : local->tm_gmtoff * USECS_PER_SEC;
}

/*
 * The moment after 'at' and before 'end' at which the distance to UTC changes;
 * PG_INT64_MAX if there is none.  Zones also change without changing that.
 */
static TimestampTz
next_change(TimestampTz at, TimestampTz end, const pg_tz *zone)
{
	pg_time_t	from = seconds_of(at);

	for (;;)
	{
		long		before;
		long		after;
		int			before_dst;
		int			after_dst;
		pg_time_t	boundary;

		if (pg_next_dst_boundary(&from, &before, &before_dst, &boundary, &after, &after_dst, zone) <= 0 ||
			boundary > seconds_of(end))
			return PG_INT64_MAX;
		if (before != after)
			return (boundary - EPOCH_SECONDS) * USECS_PER_SEC;
		from = boundary;
	}
}

Timestamp
cx_local_time_of(TimestampTz at, const pg_tz *zone)
{
	int64		number = at >> CX_STRETCH_BITS;
	TimestampTz begin = number * (INT64CONST(1) << CX_STRETCH_BITS);
	TimestampTz end = begin + ((INT64CONST(1) << CX_STRETCH_BITS) - 1);
	TimestampTz change;

	/* the first and the last stretch of all time are not whole */
	if (IS_VALID_TIMESTAMP(begin) && IS_VALID_TIMESTAMP(end))
	{
		change = next_change(begin, end, zone);
		if (change == PG_INT64_MAX || next_change(change, end, zone) == PG_INT64_MAX)
			cx_stretches[number & (CX_STRETCHES - 1)] = (CxStretch) {
				.zone = zone, .number = number, .change = change,
				.before = offset_at(seconds_of(begin), zone),
				.after = offset_at(seconds_of(end), zone)
			};
	}
	return at + offset_at(seconds_of(at), zone);
}
