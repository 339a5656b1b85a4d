/*-------------------------------------------------------------------------
 *
 * moment.c
 *	  Dates and timestamps as ISO 8601 text, whatever DateStyle says.
 *
 *-------------------------------------------------------------------------
 */
#include "base/moment.h"

#include "utils/datetime.h"

void
cx_append_date(StringInfo buf, DateADT date)
{
	int			year;
	int			month;
	int			day;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	appendStringInfo(buf, "%s%04d-%02d-%02d", year < 0 ? "-" : "", abs(year), month, day);
}

static void
append_time(StringInfo buf, int64 microseconds)
{
	int64		second = microseconds / USECS_PER_SEC;

	appendStringInfo(buf, "T%02d:%02d:%02d", (int) (second / SECS_PER_HOUR),
					 (int) (second / SECS_PER_MINUTE % MINS_PER_HOUR),
					 (int) (second % SECS_PER_MINUTE));
	if (microseconds % USECS_PER_SEC != 0)
		appendStringInfo(buf, ".%06d", (int) (microseconds % USECS_PER_SEC));
}

void
cx_append_timestamp(StringInfo buf, Timestamp timestamp)
{
	int64		day = timestamp / USECS_PER_DAY;
	int64		rest = timestamp % USECS_PER_DAY;

	if (rest < 0)
	{
		day--;
		rest += USECS_PER_DAY;
	}
	cx_append_date(buf, (DateADT) day);
	append_time(buf, rest);
}

/* 'digits' digits and no more, or at least that many where 'more' is set. */
static bool
take_digits(const char **text, int digits, bool more, int *number)
{
	const char *at = *text;

	for (*number = 0; *at >= '0' && *at <= '9' && at - *text < (more ? 7 : digits); at++)
		*number = *number * 10 + (*at - '0');
	if (at - *text < digits)
		return false;
	*text = at;
	return true;
}

static bool
take_char(const char **text, char due)
{
	return *(*text)++ == due;
}

/* A day that there has been, or will be. */
static bool
take_date(const char **text, DateADT *date)
{
	bool		before = **text == '-';
	int			given[3];
	int			found[3];
	int			day;

	*text += before;
	if (!take_digits(text, 4, true, &given[0]) || !take_char(text, '-') ||
		!take_digits(text, 2, false, &given[1]) || !take_char(text, '-') ||
		!take_digits(text, 2, false, &given[2]))
		return false;
	if (before)
		given[0] = -given[0];
	if (!IS_VALID_JULIAN(given[0], given[1], given[2]))
		return false;
	day = date2j(given[0], given[1], given[2]);
	j2date(day, &found[0], &found[1], &found[2]);
	*date = day - POSTGRES_EPOCH_JDATE;
	return memcmp(given, found, sizeof(given)) == 0 && IS_VALID_DATE(*date);
}

static bool
take_time(const char **text, int64 *microseconds)
{
	int			hour;
	int			minute;
	int			second;
	int			fraction = 0;

	if (!take_char(text, 'T') || !take_digits(text, 2, false, &hour) ||
		!take_char(text, ':') || !take_digits(text, 2, false, &minute) ||
		!take_char(text, ':') || !take_digits(text, 2, false, &second))
		return false;
	if (**text == '.')
	{
		(*text)++;
		if (!take_digits(text, 6, false, &fraction))
			return false;
	}
	*microseconds = ((hour * INT64CONST(60) + minute) * 60 + second) * USECS_PER_SEC + fraction;
	return hour < HOURS_PER_DAY && minute < MINS_PER_HOUR && second < SECS_PER_MINUTE;
}


bool
cx_read_date(const char *text, DateADT *date)
{
	return take_date(&text, date) && *text == '\0';
}

bool
cx_read_timestamp(const char *text, Timestamp *timestamp)
{
	DateADT		date;
	int64		time;

	if (!take_date(&text, &date) || !take_time(&text, &time) || *text != '\0' ||
		date >= TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)
		return false;
	*timestamp = date * USECS_PER_DAY + time;
	return IS_VALID_TIMESTAMP(*timestamp);
}
