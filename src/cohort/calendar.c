/*-------------------------------------------------------------------------
 *
 * calendar.c
 *	  How moments of activity fall into periods (see calendar.h).
 *
 *-------------------------------------------------------------------------
 */
#include "cohort/calendar.h"

#include "base/args.h"
#include "base/moment.h"
#include "base/summary.h"

const char *const cx_moment_names[CX_MOMENT_KINDS] = {
	"date", "timestamp", "timestamptz", NULL
};

static const char *
moment_name(CxMomentKind moment)
{
	return moment == CX_OF_NOTHING ? "none" : cx_moment_names[moment - CX_OF_DATE];
}

static int
zone_words(const char *name)
{
	return (int) (strlen(name) + CX_ZONE_WORD - 1) / CX_ZONE_WORD;
}

/*
 * The name that a zone is remembered by: UTC for everything that always shows it.
 * Servers and clients call it UTC, Etc/UTC, GMT and more.
 */
static const char *
lasting_name(pg_tz *zone)
{
	long		offset;

	if (pg_get_timezone_offset(zone, &offset) && offset == 0)
		return "UTC";
	return pg_get_timezone_name(zone);
}

CxCalendar
cx_calendar_zoned(CxPeriodKind period)
{
	/* asked for every row: the name is copied once for every zone */
	static const pg_tz *zone = NULL;
	static char name[CX_ZONE_BYTES];
	static int	words;

	if (unlikely(zone != session_timezone))
	{
		const char *given = lasting_name(session_timezone);

		if (given == NULL || strlen(given) > CX_ZONE_BYTES)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("the session's TimeZone has no name that could be kept")));
		memset(name, 0, sizeof(name));
		memcpy(name, given, strlen(given));
		words = zone_words(given);
		zone = session_timezone;
	}
	return (CxCalendar) {period, CX_OF_TIMESTAMPTZ, words, name};
}

static char *
zone_name(const CxCalendar *calendar)
{
	return pnstrdup(calendar->zone, calendar->zone_words * CX_ZONE_WORD);
}

void
cx_calendar_refuse(const CxCalendar *a, const CxCalendar *b)
{
	if (a->period != b->period)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("activity by different periods cannot be summarised together: %s and %s",
						cx_period_names[a->period], cx_period_names[b->period]),
				 errhint("Keep one summary for each kind of period.")));
	if (a->moment != b->moment)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("moments of different types cannot be summarised together: %s and %s",
						moment_name(a->moment), moment_name(b->moment)),
				 errhint("Cast them to one type where they are summarised.")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("activity in different time zones cannot be summarised together: %s and %s",
					zone_name(a), zone_name(b)),
			 errdetail("Their days, weeks and months may begin at different moments."),
			 errhint("SET TimeZone to one name of one zone in every job that makes summaries, or summarise \"at AT TIME ZONE '...'\".")));
}

void
cx_moment_refuse_infinite(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("a moment of activity must not be infinite"),
			 errhint("Leave such rows out with FILTER (WHERE isfinite(...)).")));
}

void
cx_moment_refuse_date(DateADT date)
{
	StringInfoData text;

	initStringInfo(&text);
	cx_append_date(&text, date);
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("activity on %s is out of the range of timestamp", text.data)));
}

void
cx_calendar_refuse_span(CxPeriodKind kind, DateADT from, DateADT to, const char *hint)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, "from ");
	cx_append_date(&text, from);
	appendStringInfoString(&text, " to ");
	cx_append_date(&text, to);
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("%s there are more than %d periods of a %s",
					text.data, CX_SPAN_MOST, cx_period_names[kind]),
			 errhint("%s", hint)));
}

void
cx_calendar_refuse_activity(CxPeriodKind kind, DateADT from, DateADT to)
{
	cx_calendar_refuse_span(kind, from, to,
							"If one of these dates is wrong, leave it out with FILTER (WHERE ...); else take a longer period.");
}

Timestamp
cx_calendar_local(const CxCalendar *calendar, Timestamp at)
{
	pg_tz	   *zone;

	if (calendar->moment != CX_OF_TIMESTAMPTZ)
		return at;
	zone = pg_tzset(zone_name(calendar));
	if (zone == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" is not known to this server", zone_name(calendar))));
	at = cx_local_time(at, zone);
	/* at the very ends of time clocks may be beyond them */
	if (!IS_VALID_TIMESTAMP(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	return at;
}

DateADT
cx_calendar_day(const CxCalendar *calendar, Timestamp at)
{
	/* a damaged summary may have any */
	if (!IS_VALID_TIMESTAMP(at))
		cx_summary_damaged("It has an impossible moment.");
	return cx_day_of(cx_calendar_local(calendar, at));
}

DateADT
cx_calendar_day_in(const CxCalendar *calendar, int32 period, Timestamp at)
{
	DateADT		day = cx_calendar_day(calendar, at);

	return cx_period_of(calendar->period, day) == period ? day :
		cx_period_start(calendar->period, period);
}

CxCalendarText
cx_calendar_to_text(const CxCalendar *calendar)
{
	CxCalendarText text = {cx_period_names[calendar->period], NULL, NULL};

	if (calendar->moment != CX_OF_NOTHING)
		text.of = moment_name(calendar->moment);
	if (calendar->moment == CX_OF_TIMESTAMPTZ)
		text.zone = zone_name(calendar);
	return text;
}

/* The place of a name in a list that a NULL ends, or -1. */
static int
place_of(const char *name, const char *const *list)
{
	for (int i = 0; name != NULL && list[i] != NULL; i++)
	{
		if (strcmp(name, list[i]) == 0)
			return i;
	}
	return -1;
}

bool
cx_calendar_from_text(const CxCalendarText *text, CxCalendar *calendar)
{
	int			period = place_of(text->period, cx_period_names);
	int			moment = place_of(text->of, cx_moment_names) + CX_OF_DATE;
	char	   *zone;

	if (period < 0 || (moment == CX_OF_NOTHING && text->of != NULL) ||
		(moment == CX_OF_TIMESTAMPTZ) != (text->zone != NULL))
		return false;
	*calendar = (CxCalendar) {period, moment, 0, ""};
	if (text->zone == NULL)
		return true;
	if (text->zone[0] == '\0' || strlen(text->zone) >= CX_ZONE_BYTES)
		return false;
	zone = palloc0(CX_ZONE_BYTES);
	memcpy(zone, text->zone, strlen(text->zone));
	calendar->zone = zone;
	calendar->zone_words = zone_words(zone);
	return true;
}
