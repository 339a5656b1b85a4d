/*-------------------------------------------------------------------------
 *
 * trend.c
 *	  The type trend_summary: what the codec knows of it, and the aggregates that
 *	  make it (see trend.h).
 *
 *-------------------------------------------------------------------------
 */
#include "trend/trend.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "base/moment.h"

/* the largest number up to which a double counts every one */
#define MOST_ANSWERS 9007199254740992.0

/* ---- lists of points ---- */

static DateADT
date_of(const void *entry)
{
	return *(const DateADT *) entry;
}

static int
compare_dates(const void *a, const void *b)
{
	DateADT		x = date_of(a);
	DateADT		y = date_of(b);

	return (x > y) - (x < y);
}

static void
refuse_duplicate(void *into, const void *entry)
{
	StringInfoData date;

	initStringInfo(&date);
	cx_append_date(&date, date_of(entry));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a series cannot have two values of one date: %s", date.data),
			 errhint("Make one of them first: group by date_trunc('month', ...), or whatever the period is, and by what else tells rows apart.")));
}

void
cx_trend_refuse_length(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a series cannot have more than %d periods", CX_TREND_MOST),
			 errhint("Truncate dates to longer periods.")));
}

#define LIST_OF(entry_) \
	{ \
		.head = sizeof(CxTrend), .entry = sizeof(entry_), .most = CX_TREND_MOST, \
		.compare = compare_dates, .merge = refuse_duplicate, \
		.refuse_length = cx_trend_refuse_length \
	}

static const CxListType values_list = LIST_OF(CxTrendValue);
static const CxListType answers_list = LIST_OF(CxTrendAnswers);
static const CxListType weighted_list = LIST_OF(CxTrendWeighted);

static const CxListType *
list_of(const CxTrend *trend)
{
	if (!cx_trend_has_answers(trend))
		return &values_list;
	return trend->list.header.flags & CX_TALLY_WEIGHTED ? &weighted_list : &answers_list;
}

static Size
trend_size(const CxHeader *value)
{
	const CxTrend *trend = (const CxTrend *) value;

	/* what it holds says how large an entry is */
	if (VARSIZE(value) < sizeof(CxTrend) || trend->holds >= CX_HOLDS_KINDS)
		return 0;
	return cx_list_size(&trend->list, list_of(trend));
}

static const CxTrend *
closed(const CxTrend *trend)
{
	return (const CxTrend *) cx_list_closed(&trend->list, list_of(trend));
}

const void *
cx_trend_entry(const CxTrend *trend, int i)
{
	return cx_list_entry(&trend->list, list_of(trend), i);
}

static uint8
tally_kind(uint8 holds)
{
	return holds == CX_HOLDS_NPS ? CX_TALLY_NPS :
		holds == CX_HOLDS_CSAT ? CX_TALLY_CSAT : CX_TALLY_CES;
}

const CxTally *
cx_trend_tally(const CxTrend *trend, int i, CxWeightedTally *room)
{
	const CxTrendWeighted *entry = cx_trend_entry(trend, i);
	bool		weighted = (trend->list.header.flags & CX_TALLY_WEIGHTED) != 0;
	CxTally    *tally = &room->tally;

	memset(room, 0, sizeof(*room));
	SET_VARSIZE(tally, weighted ? sizeof(CxWeightedTally) : sizeof(CxTally));
	tally->header.version = CX_TALLY_VERSION;
	tally->header.kind = tally_kind(trend->holds);
	tally->header.flags = weighted ? CX_TALLY_WEIGHTED : 0;
	tally->scale = trend->scale;
	tally->option = trend->option;
	memcpy(tally->counts, entry->answers.counts, sizeof(tally->counts));
	cx_tally_count(tally);
	if (weighted)
	{
		memcpy(room->weight, entry->weight, sizeof(room->weight));
		memcpy(room->weight_low, entry->weight_low, sizeof(room->weight_low));
		room->squares = entry->squares;
		room->squares_low = entry->squares_low;
	}
	return tally;
}

/* ---- the type ---- */

static bool
has_points(const CxHeader *value)
{
	return ((const CxTrend *) value)->list.count > 0;
}

static bool
has_answers(const CxHeader *value)
{
	return has_points(value) && cx_trend_has_answers((const CxTrend *) value);
}

static bool
has_weights(const CxHeader *value)
{
	return has_answers(value) && (value->flags & CX_TALLY_WEIGHTED) != 0;
}

static bool
has_option(const CxHeader *value)
{
	return has_answers(value) && ((const CxTrend *) value)->holds != CX_HOLDS_NPS;
}

static bool
has_values(const CxHeader *value)
{
	return has_points(value) && !cx_trend_has_answers((const CxTrend *) value);
}

static bool
has_sizes(const CxHeader *value)
{
	return has_values(value) && ((const CxTrend *) value)->holds == CX_HOLDS_COUNTED;
}

static int
points_length(const CxHeader *value)
{
	return cx_length(((const CxTrend *) value)->list.count);
}

/* Safe to ask before the scale is validated. */
static int
scale_width(const CxHeader *value)
{
	const CxTrend *trend = (const CxTrend *) value;
	int			answers = trend->scale + 1 - cx_lowest_answer(tally_kind(trend->holds));

	return Min(Max(answers, 0), CX_TALLY_SLOTS);
}

/* Dates lie where they do in every entry, whose size is known when they are read. */
#define POINT_FIELD(name_, kind_, entry_, member, present_, width_) \
	{ \
		.name = name_, .kind = kind_, .offset = sizeof(CxTrend) + offsetof(entry_, member), \
		.present = present_, .length = points_length, .stride = sizeof(entry_), \
		.width = width_ \
	}

static bool
has_unweighted(const CxHeader *value)
{
	return has_answers(value) && !has_weights(value);
}

static const CxField trend_fields[] = {
	{.name = "n", .kind = CX_FIELD_COUNT, .offset = offsetof(CxTrend, list.count)},
	{.name = "holds", .kind = CX_FIELD_BYTE, .offset = offsetof(CxTrend, holds), .present = has_points},
	{.name = "scale", .kind = CX_FIELD_BYTE, .offset = offsetof(CxTrend, scale), .present = has_answers},
	{.name = "option", .kind = CX_FIELD_BYTE, .offset = offsetof(CxTrend, option), .present = has_option},
	{.name = "weighted", .kind = CX_FIELD_FLAG, .offset = CX_TALLY_WEIGHTED, .present = has_answers},
	POINT_FIELD("dates", CX_FIELD_DATE, CxTrendValue, date, has_values, NULL),
	POINT_FIELD("values", CX_FIELD_REAL, CxTrendValue, value, has_values, NULL),
	POINT_FIELD("sizes", CX_FIELD_COUNT, CxTrendValue, n, has_sizes, NULL),
	POINT_FIELD("dates", CX_FIELD_DATE, CxTrendAnswers, date, has_unweighted, NULL),
	POINT_FIELD("counts", CX_FIELD_COUNT, CxTrendAnswers, counts, has_unweighted, scale_width),
	POINT_FIELD("dates", CX_FIELD_DATE, CxTrendWeighted, answers.date, has_weights, NULL),
	POINT_FIELD("counts", CX_FIELD_COUNT, CxTrendWeighted, answers.counts, has_weights, scale_width),
	POINT_FIELD("weights", CX_FIELD_REAL, CxTrendWeighted, weight, has_weights, scale_width),
	POINT_FIELD("weights_low", CX_FIELD_REAL, CxTrendWeighted, weight_low, has_weights, scale_width),
	POINT_FIELD("squares", CX_FIELD_REAL, CxTrendWeighted, squares, has_weights, NULL),
	POINT_FIELD("squares_low", CX_FIELD_REAL, CxTrendWeighted, squares_low, has_weights, NULL)
};

/* Whether answers make a score: there are some, and not all of weight 0. */
static bool
has_score(const CxTally *tally)
{
	const double *weight = ((const CxWeightedTally *) tally)->weight;
	bool		found = !cx_tally_is_weighted(tally);

	for (int slot = 0; slot < CX_TALLY_SLOTS && !found; slot++)
		found = weight[slot] > 0;
	return tally->n > 0 && found;
}

static const char *
answers_fault(const CxTrend *trend)
{
	for (int i = 0; i < trend->list.count; i++)
	{
		CxWeightedTally room;
		const CxTally *tally = cx_trend_tally(trend, i, &room);
		const char *fault = !has_score(tally) ? "It has a period without answers, or without their weights." :
			cx_tally_fault(&tally->header);

		CHECK_FOR_INTERRUPTS();
		if (fault != NULL)
			return fault;
	}
	return NULL;
}

static const char *
values_fault(const CxTrend *trend)
{
	int64		least = trend->holds == CX_HOLDS_COUNTED ? 1 : 0;
	int64		most = trend->holds == CX_HOLDS_COUNTED ? (int64) MOST_ANSWERS : 0;

	for (int i = 0; i < trend->list.count; i++)
	{
		const CxTrendValue *entry = cx_trend_entry(trend, i);

		if (entry->n < least || entry->n > most)
			return "It has a number of answers that is not possible.";
	}
	return NULL;
}

static const char *
trend_fault(const CxHeader *value)
{
	const CxTrend *trend = (const CxTrend *) value;

	if (trend->list.count == 0)
		return NULL;
	if (trend->holds >= CX_HOLDS_KINDS)
		return "It holds what this version does not know.";
	if (!cx_list_is_sorted(&trend->list, list_of(trend)))
		return "Its dates are not in order, or one is there twice.";
	return cx_trend_has_answers(trend) ? answers_fault(trend) : values_fault(trend);
}

static const CxHeader *
trend_open(const CxHeader *value)
{
	return &closed((const CxTrend *) value)->list.header;
}

static const CxType trend_type = {
	.name = "trend_summary",
	.version = CX_TREND_VERSION,
	.kind = CX_TREND_KIND,
	.fields = trend_fields,
	.nfields = lengthof(trend_fields),
	.max_size = sizeof(CxTrend),
	.max_length = CX_TREND_MOST,
	.size = trend_size,
	.fault = trend_fault,
	.open = trend_open
};

CX_SUMMARY_FUNCTIONS(trend_summary, &trend_type)

const CxTrend *
cx_trend_arg(FunctionCallInfo fcinfo, int argno)
{
	return (const CxTrend *) cx_summary_valid_arg(fcinfo, argno, &trend_type);
}

/* ---- the aggregates ---- */

/* A series that is merged, open or not; within an aggregate any entry may be wrong. */
static CxTrend *
part_arg(FunctionCallInfo fcinfo, int argno)
{
	CxHeader   *value;

	if (unlikely(!cx_in_aggregate(fcinfo)))
		return (CxTrend *) cx_trend_arg(fcinfo, argno);
	value = cx_summary_arg(fcinfo, argno);
	cx_summary_check(value, CX_TREND_VERSION, trend_size(value));
	return (CxTrend *) value;
}

/* The state in argument 0, which may be scribbled on. */
static CxTrend *
state_arg(FunctionCallInfo fcinfo)
{
	CxTrend    *trend = part_arg(fcinfo, 0);

	/* a closed one is never appended to in place, but may learn what it holds */
	if (!cx_in_aggregate(fcinfo))
		return (CxTrend *) cx_summary_copy(&trend->list.header);
	return trend;
}

static const char *const held[CX_HOLDS_KINDS] = {
	"values", "values with n", "NPS answers", "CSAT answers", "answers of effort"
};

/* What the points of a series are. */
typedef struct Content
{
	uint8		holds;
	uint8		weighted;		/* CX_TALLY_WEIGHTED, or 0 */
	uint8		scale;
	uint8		option;
} Content;

static void
refuse_content(const CxTrend *trend, Content content)
{
	CxScale		scale = {tally_kind(content.holds), content.scale, content.option};
	CxTally    *tally;

	if (trend->holds != content.holds)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a series of %s cannot take %s", held[trend->holds], held[content.holds]),
				 errhint("Keep a series for each.")));
	if ((trend->list.header.flags & CX_TALLY_WEIGHTED) != content.weighted)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a series cannot have both weighted and unweighted answers"),
				 errhint("Weigh all of its periods, with weight 1 where there is none.")));
	tally = cx_tally_new(scale.kind);
	tally->scale = trend->scale;
	tally->option = trend->option;
	cx_tally_scales_differ(tally, &scale);
}

static inline void
take_content(CxTrend *trend, Content content)
{
	if (unlikely(trend->list.count == 0))
	{
		trend->list.header.flags |= content.weighted;
		trend->holds = content.holds;
		trend->scale = content.scale;
		trend->option = content.option;
	}
	else if (unlikely(trend->holds != content.holds || trend->scale != content.scale ||
					  trend->option != content.option ||
					  (trend->list.header.flags & CX_TALLY_WEIGHTED) != content.weighted))
		refuse_content(trend, content);
}

static Datum
append(FunctionCallInfo fcinfo, Content content, const void *entry)
{
	CxTrend    *trend = state_arg(fcinfo);

	take_content(trend, content);
	return cx_list_result(fcinfo, cx_list_append(&trend->list, list_of(trend), entry),
						  list_of(trend));
}

static DateADT
finite_date(DateADT date)
{
	if (unlikely(DATE_NOT_FINITE(date)))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("a period of a series cannot be infinite"),
				 errhint("Leave rows without a date out with FILTER (WHERE isfinite(...)).")));
	return date;
}

static DateADT
midnight_date(Timestamp at)
{
	DateADT		day;

	if (TIMESTAMP_NOT_FINITE(at))
		return finite_date(DATEVAL_NOEND);
	day = cx_day_of(at);
	if (unlikely((Timestamp) day * USECS_PER_DAY != at))
	{
		StringInfoData moment;

		initStringInfo(&moment);
		cx_append_timestamp(&moment, at);
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a period of a series begins at midnight, not at %s", moment.data),
				 errhint("Truncate first: date_trunc('month', ...), or whatever the period is.")));
	}
	return day;
}

static inline DateADT
period_date(Datum datum)
{
	return finite_date(DatumGetDateADT(datum));
}

static inline DateADT
period_timestamp(Datum datum)
{
	return midnight_date(DatumGetTimestamp(datum));
}

static Timestamp
local_time(TimestampTz at)
{
	return DatumGetTimestamp(DirectFunctionCall1(timestamptz_timestamp, TimestampTzGetDatum(at)));
}

/*
 * The day in the session's time zone.  Where clocks are put forward at midnight it
 * begins later.
 */
static inline DateADT
period_timestamptz(Datum datum)
{
	TimestampTz at = DatumGetTimestampTz(datum);
	Timestamp	local;
	DateADT		day;

	if (TIMESTAMP_NOT_FINITE(at))
		return finite_date(DATEVAL_NOEND);
	local = local_time(at);
	day = cx_day_of(local);
	if (unlikely((Timestamp) day * USECS_PER_DAY != local) &&
		at > MIN_TIMESTAMP && cx_day_of(local_time(at - 1)) < day)
		return day;
	return midnight_date(local);
}

static double
value_arg(FunctionCallInfo fcinfo, int argno)
{
	double		value = PG_GETARG_FLOAT8(argno);

	if (unlikely(!isfinite(value)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a value of a series cannot be %s", float8out_internal(value)),
				 isnan(value) ? errhint("Leave it out with nullif(..., 'NaN') or FILTER (WHERE ...).") :
				 errhint("Leave it out with FILTER (WHERE ...).")));
	/* a negative zero would break equality of bytes */
	return value + 0.0;
}

static int64
size_arg(FunctionCallInfo fcinfo, int argno)
{
	double		n = PG_GETARG_FLOAT8(argno);

	if (unlikely(!(n >= 1 && n <= MOST_ANSWERS && n == floor(n))))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a value of a series cannot be of %s answers", float8out_internal(n)),
				 errdetail("Their number is whole, and from 1 to 2^53."),
				 errhint("Leave periods without answers out with FILTER (WHERE n > 0).")));
	return (int64) n;
}

static Datum
append_value(FunctionCallInfo fcinfo, DateADT date)
{
	CxTrendValue entry = {.date = date, .value = value_arg(fcinfo, 2)};

	return append(fcinfo, (Content) {CX_HOLDS_VALUES}, &entry);
}

static Datum
append_counted(FunctionCallInfo fcinfo, DateADT date)
{
	CxTrendValue entry = {.date = date, .value = value_arg(fcinfo, 2), .n = size_arg(fcinfo, 3)};

	return append(fcinfo, (Content) {CX_HOLDS_COUNTED}, &entry);
}

/* The answers of a summary; a period without a score is as good as missing. */
static Datum
append_answers(FunctionCallInfo fcinfo, DateADT date)
{
	const CxTally *tally = cx_tally_arg(fcinfo, 2);
	const CxWeightedTally *weighted = (const CxWeightedTally *) tally;
	CxTrendWeighted entry = {.answers.date = date};
	Content		content = {
		.holds = tally->header.kind == CX_TALLY_NPS ? CX_HOLDS_NPS :
		tally->header.kind == CX_TALLY_CSAT ? CX_HOLDS_CSAT : CX_HOLDS_CES,
		.weighted = tally->header.flags & CX_TALLY_WEIGHTED,
		.scale = tally->scale,
		.option = tally->option
	};

	if (!has_score(tally))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	memcpy(entry.answers.counts, tally->counts, sizeof(tally->counts));
	if (content.weighted)
	{
		memcpy(entry.weight, weighted->weight, sizeof(entry.weight));
		memcpy(entry.weight_low, weighted->weight_low, sizeof(entry.weight_low));
		entry.squares = weighted->squares;
		entry.squares_low = weighted->squares_low;
	}
	return append(fcinfo, content, &entry);
}

/* cx_trend_accum_WHAT_PERIOD(state, period, ...); strict. */
#define ACCUM(what, type) \
	PG_FUNCTION_INFO_V1(cx_trend_accum_##what##_##type); \
	Datum \
	cx_trend_accum_##what##_##type(PG_FUNCTION_ARGS) \
	{ \
		return append_##what(fcinfo, period_##type(PG_GETARG_DATUM(1))); \
	}

#define ACCUMS(type) \
	ACCUM(value, type) \
	ACCUM(counted, type) \
	ACCUM(answers, type)

ACCUMS(date)
ACCUMS(timestamp)
ACCUMS(timestamptz)

/*
 * trend_summary + trend_summary, the step of rollup(summary) and the combine
 * function of every aggregate: the points of both.
 */
PG_FUNCTION_INFO_V1(cx_trend_combine);
Datum
cx_trend_combine(PG_FUNCTION_ARGS)
{
	const CxTrend *other = part_arg(fcinfo, 1);
	CxTrend    *trend = state_arg(fcinfo);

	if (other->list.count > 0)
	{
		take_content(trend, (Content) {
			other->holds, other->list.header.flags & CX_TALLY_WEIGHTED, other->scale, other->option
		});
		trend = (CxTrend *) cx_list_append_all(&trend->list, list_of(trend), &other->list);
	}
	return cx_list_result(fcinfo, &trend->list, list_of(trend));
}

/* cx_trend_final(state): the series as it is stored. */
PG_FUNCTION_INFO_V1(cx_trend_final);
Datum
cx_trend_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(closed(state_arg(fcinfo)));
}
