/*-------------------------------------------------------------------------
 *
 * period.c
 *	  Calendar periods (see period.h).
 *
 *-------------------------------------------------------------------------
 */
#include "base/period.h"

#include "base/args.h"

#include "utils/datetime.h"

const char *const cx_period_names[CX_PERIOD_KINDS + 1] = {
	"day", "week", "month", "quarter", "year", NULL
};

CxPeriodKind
cx_period_arg(FunctionCallInfo fcinfo, int argno)
{
	struct varlena *name;

	if (unlikely(PG_ARGISNULL(argno)))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the period must not be NULL"),
				 errhint("Known are: day, week, month, quarter, year.")));
	/* this is asked for every row: compared in place */
	name = PG_GETARG_VARLENA_PP(argno);
	for (int kind = 0; kind < CX_PERIOD_KINDS; kind++)
	{
		size_t		length = strlen(cx_period_names[kind]);

		if (VARSIZE_ANY_EXHDR(name) == length &&
			memcmp(VARDATA_ANY(name), cx_period_names[kind], length) == 0)
			return kind;
	}
	return cx_choice_arg(fcinfo, argno, "period", cx_period_names);
}

/* The first day of a month, of a number as cx_month_of gives it. */
static DateADT
month_start(int64 number)
{
	int64		month = number + CX_CALENDAR_MONTHS;
	int64		year = month / 12;

	/* months from March on have 31, 30, 31, 30, 31 days, and again */
	return (DateADT) (365 * year + year / 4 - year / 100 + year / 400 +
					  (153 * (month % 12) + 2) / 5 - CX_CALENDAR_DAYS);
}

DateADT
cx_period_start(CxPeriodKind kind, int32 number)
{
	const DateADT calendar_start = DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE;
	DateADT		start;

	switch (kind)
	{
		case CX_DAY:
			start = number;
			break;
		case CX_WEEK:
			start = (DateADT) (7 * (int64) number + 2);
			break;
		case CX_MONTH:
			start = month_start(number);
			break;
		case CX_QUARTER:
			start = month_start(3 * (int64) number);
			break;
		default:
			start = month_start(12 * (int64) number);
	}
	return Max(start, calendar_start);
}
