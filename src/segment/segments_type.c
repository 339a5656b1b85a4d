/*-------------------------------------------------------------------------
 *
 * segments_type.c
 *	  The types nps_segment_summary and csat_segment_summary: what the codec
 *	  knows of them, their aggregates and operators.
 *
 *-------------------------------------------------------------------------
 */
#include "segment/segments.h"

#include "miscadmin.h"

#include "base/args.h"
#include "base/band.h"
#include "base/codec.h"

/* ---- the form that the codec reads and writes ---- */

typedef struct WideSegment
{
	const char *label;
	CxWeightedTally tally;		/* counts and weights; the rest only in passing */
} WideSegment;

typedef struct WideSegments
{
	CxHeader	header;
	int64		count;
	uint8		scale;
	uint8		option;
	uint8		reserved[6];
	WideSegment segment[FLEXIBLE_ARRAY_MEMBER];
} WideSegments;

static bool
has_segments(const CxHeader *value)
{
	return ((const WideSegments *) value)->count > 0;
}

static bool
has_weights(const CxHeader *value)
{
	return has_segments(value) && (value->flags & CX_TALLY_WEIGHTED) != 0;
}

static int
segments_length(const CxHeader *value)
{
	return cx_length(((const WideSegments *) value)->count);
}

/* Safe to ask before the scale is validated. */
static int
scale_width(const CxHeader *value)
{
	int			answers = ((const WideSegments *) value)->scale + 1 -
		cx_lowest_answer(cx_segments_tally_kind(value->kind));

	return Min(Max(answers, 0), CX_TALLY_SLOTS);
}

static Size
segments_size(const CxHeader *value)
{
	if (value->flags & (CX_SEGMENTS_OPEN | CX_SEGMENTS_CLOSED))
		return VARSIZE(value);
	if (VARSIZE(value) < offsetof(WideSegments, segment))
		return 0;
	return offsetof(WideSegments, segment) +
		((const WideSegments *) value)->count * sizeof(WideSegment);
}

/* The tally of a segment as the validator of tallies and the map want it. */
static const CxTally *
tally_of(const WideSegments *wide, int i, CxWeightedTally *tally)
{
	bool		weighted = (wide->header.flags & CX_TALLY_WEIGHTED) != 0;

	*tally = wide->segment[i].tally;
	SET_VARSIZE(tally, weighted ? sizeof(CxWeightedTally) : sizeof(CxTally));
	tally->tally.header.version = CX_TALLY_VERSION;
	tally->tally.header.kind = cx_segments_tally_kind(wide->header.kind);
	tally->tally.header.flags = weighted ? CX_TALLY_WEIGHTED : 0;
	tally->tally.scale = wide->scale;
	tally->tally.option = wide->option;
	cx_tally_count(&tally->tally);
	return &tally->tally;
}

static int
compare_labels(const void *a, const void *b)
{
	const char *x = *(const char *const *) a;
	const char *y = *(const char *const *) b;

	if (x == NULL || y == NULL)
		return (x == NULL) - (y == NULL);
	return strcmp(x, y);
}

/*
 * Segments may come in any order: that of bytes is another one in a database of
 * another encoding.
 */
static bool
has_duplicates(const WideSegments *wide)
{
	const char **labels = palloc(wide->count * sizeof(char *));
	bool		found = false;

	for (int i = 0; i < wide->count; i++)
		labels[i] = wide->segment[i].label;
	qsort(labels, wide->count, sizeof(char *), compare_labels);
	for (int i = 1; i < wide->count && !found; i++)
		found = compare_labels(&labels[i - 1], &labels[i]) == 0;
	pfree(labels);
	return found;
}

static const char *
segments_fault(const CxHeader *value)
{
	const WideSegments *wide = (const WideSegments *) value;
	int64		answers = 0;

	if (wide->count == 0)
		return NULL;
	if (has_duplicates(wide))
		return "It has a segment twice.";
	for (int i = 0; i < wide->count; i++)
	{
		CxWeightedTally room;
		const CxTally *tally = tally_of(wide, i, &room);
		const char *fault = tally->n == 0 ? "It has a segment without answers." :
			cx_tally_fault(&tally->header);

		CHECK_FOR_INTERRUPTS();
		if (fault != NULL)
			return fault;
		if (tally->n > PG_INT64_MAX - answers)
			return "It has more answers than can be counted.";
		answers += tally->n;
	}
	return NULL;
}

static const CxHeader *
segments_open(const CxHeader *value)
{
	const CxSegments *map = cx_segments_valid((const CxSegments *) value);
	WideSegments *wide = (WideSegments *)
		cx_summary_new(CX_SEGMENTS_VERSION, value->kind,
					   offsetof(WideSegments, segment) + map->count * sizeof(WideSegment));

	wide->header.flags = map->header.flags & CX_TALLY_WEIGHTED;
	wide->count = map->count;
	wide->scale = map->scale;
	wide->option = map->option;
	for (int i = 0; i < map->count; i++)
	{
		CxLabel		label = cx_segments_label(map, i);
		const CxHeader *tally = cx_tally_open_value(cx_segments_tally(map, i));

		CHECK_FOR_INTERRUPTS();
		if (label.text != NULL)
			wide->segment[i].label = pnstrdup(label.text, label.length);
		memcpy(&wide->segment[i].tally, tally, VARSIZE(tally));
	}
	return &wide->header;
}

static CxHeader *
segments_close(CxHeader *value)
{
	const WideSegments *wide = (const WideSegments *) value;
	CxSegments *map = cx_segments_new(value->kind);

	for (int i = 0; i < wide->count; i++)
	{
		CxWeightedTally room;
		const char *label = wide->segment[i].label;
		CxHeader   *tally = cx_tally_close_value((CxHeader *) tally_of(wide, i, &room));

		CHECK_FOR_INTERRUPTS();
		map = cx_segments_add(map, cx_label_of(label), tally);
	}
	return (CxHeader *) cx_segments_closed(map);
}

#define HEAD_FIELDS \
	{"n", CX_FIELD_COUNT, offsetof(WideSegments, count)}, \
	{"scale", CX_FIELD_BYTE, offsetof(WideSegments, scale), has_segments}, \
	{"weighted", CX_FIELD_FLAG, CX_TALLY_WEIGHTED, has_segments}

#define COLUMN(name_, kind_, member, present_, width_) \
	{ \
		.name = name_, .kind = kind_, .offset = offsetof(WideSegments, segment[0].member), \
		.present = present_, .length = segments_length, .stride = sizeof(WideSegment), \
		.width = width_ \
	}

#define SEGMENT_FIELDS \
	COLUMN("segments", CX_FIELD_LABEL, label, has_segments, NULL), \
	COLUMN("counts", CX_FIELD_COUNT, tally.tally.counts, has_segments, scale_width), \
	COLUMN("weights", CX_FIELD_REAL, tally.weight, has_weights, scale_width), \
	COLUMN("weights_low", CX_FIELD_REAL, tally.weight_low, has_weights, scale_width), \
	COLUMN("squares", CX_FIELD_REAL, tally.squares, has_weights, NULL), \
	COLUMN("squares_low", CX_FIELD_REAL, tally.squares_low, has_weights, NULL)

static const CxField nps_fields[] = {
	HEAD_FIELDS,
	SEGMENT_FIELDS
};

static const CxField csat_fields[] = {
	HEAD_FIELDS,
	{"boxes", CX_FIELD_BYTE, offsetof(WideSegments, option), has_segments},
	SEGMENT_FIELDS
};

#define SEGMENTS_TYPE(name_, kind_, fields_) \
	{ \
		.name = name_, .version = CX_SEGMENTS_VERSION, .kind = kind_, \
		.fields = fields_, .nfields = lengthof(fields_), \
		.max_size = offsetof(WideSegments, segment), .max_length = CX_SEGMENTS_MOST, \
		.size = segments_size, .fault = segments_fault, \
		.open = segments_open, .close = segments_close \
	}

static const CxType nps_type = SEGMENTS_TYPE("nps_segment_summary", CX_SEGMENTS_NPS, nps_fields);
static const CxType csat_type = SEGMENTS_TYPE("csat_segment_summary", CX_SEGMENTS_CSAT, csat_fields);

CX_SUMMARY_FUNCTIONS(nps_segment_summary, &nps_type)
CX_SUMMARY_FUNCTIONS(csat_segment_summary, &csat_type)

/* ---- aggregates and operators ---- */

static CxLabel
label_arg(FunctionCallInfo fcinfo, int argno)
{
	text	   *label;

	if (PG_ARGISNULL(argno))
		return (CxLabel) {NULL, 0};
	label = PG_GETARG_TEXT_PP(argno);
	return (CxLabel) {VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label)};
}

/* What a step returns: open within an aggregate only. */
static Datum
result(FunctionCallInfo fcinfo, CxSegments *map)
{
	if (cx_in_aggregate(fcinfo))
		PG_RETURN_POINTER(map);
	PG_RETURN_POINTER(cx_segments_closed(map));
}

/*
 * cx_segments_accum(state, segment, summary): NULL segment is one of its own,
 * NULL and empty summaries are skipped.
 */
PG_FUNCTION_INFO_V1(cx_segments_accum);
Datum
cx_segments_accum(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(2))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	return result(fcinfo, cx_segments_add(cx_segments_state(fcinfo), label_arg(fcinfo, 1),
										  cx_tally_value_arg(fcinfo, 2)));
}

/*
 * cx_segments_inverse(state, segment, summary): the inverse of that.  NULL says
 * that it is not possible, as for weighted summaries.
 */
PG_FUNCTION_INFO_V1(cx_segments_inverse);
Datum
cx_segments_inverse(PG_FUNCTION_ARGS)
{
	CxHeader   *tally;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(2))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	tally = cx_tally_value_arg(fcinfo, 2);
	if (tally->flags & CX_TALLY_WEIGHTED)
		PG_RETURN_NULL();
	return result(fcinfo, cx_segments_subtract(cx_segments_state(fcinfo), label_arg(fcinfo, 1), tally));
}

typedef CxSegments *(*Change) (CxSegments *map, CxLabel label, const CxHeader *tally);

/* One NPS answer more, or less. */
static pg_attribute_always_inline Datum
change_by_answer(FunctionCallInfo fcinfo, Change change, int answer)
{
	CxPackedTally tally = {.scale = CX_NPS_SCALE};

	SET_VARSIZE(&tally, sizeof(tally));
	tally.header.version = CX_TALLY_VERSION;
	tally.header.kind = CX_TALLY_NPS;
	tally.header.flags = CX_TALLY_PACKED;
	tally.counts[answer] = 1;
	return result(fcinfo, change(cx_segments_state(fcinfo), label_arg(fcinfo, 1), &tally.header));
}

/*
 * cx_nps_segments_accum_TYPE(state, segment, score), and _inverse_: NULL answers
 * are skipped.
 */
#define STEP(name, change, type) \
	PG_FUNCTION_INFO_V1(cx_nps_segments_##name##_##type); \
	Datum \
	cx_nps_segments_##name##_##type(PG_FUNCTION_ARGS) \
	{ \
		if (PG_ARGISNULL(0)) \
			PG_RETURN_NULL(); \
		if (PG_ARGISNULL(2)) \
			PG_RETURN_DATUM(PG_GETARG_DATUM(0)); \
		return change_by_answer(fcinfo, change, cx_nps_answer_##type(PG_GETARG_DATUM(2))); \
	}

#define STEPS(type) \
	STEP(accum, cx_segments_add, type) \
	STEP(inverse, cx_segments_subtract, type)

CX_FOR_EACH_ANSWER_TYPE(STEPS)

/* What every entry of 'other' does to the map. */
static CxSegments *
change_by_map(CxSegments *map, Change change, const CxSegments *other)
{
	for (int i = 0; i < other->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		map = change(map, cx_segments_label(other, i), cx_segments_tally(other, i));
	}
	return map;
}

/*
 * summary + summary, the step of rollup(summary) and the combine function of
 * every aggregate: the answers of both, segment by segment.
 */
PG_FUNCTION_INFO_V1(cx_segments_combine);
Datum
cx_segments_combine(PG_FUNCTION_ARGS)
{
	return result(fcinfo, change_by_map(cx_segments_state(fcinfo), cx_segments_add,
										cx_segments_part(fcinfo, 1)));
}

/* summary - summary: the answers of the first without those of the second. */
PG_FUNCTION_INFO_V1(cx_segments_minus);
Datum
cx_segments_minus(PG_FUNCTION_ARGS)
{
	return result(fcinfo, change_by_map(cx_segments_state(fcinfo), cx_segments_subtract,
										cx_segments_part(fcinfo, 1)));
}

/*
 * The inverse step of rollup(summary) in a moving window.  NULL says that it is
 * not possible, as for weighted summaries, and the window is read anew.
 */
PG_FUNCTION_INFO_V1(cx_segments_combine_inverse);
Datum
cx_segments_combine_inverse(PG_FUNCTION_ARGS)
{
	if (cx_summary_arg(fcinfo, 1)->flags & CX_TALLY_WEIGHTED)
		PG_RETURN_NULL();
	return cx_segments_minus(fcinfo);
}

/* cx_segments_final(state): the map as it is stored. */
PG_FUNCTION_INFO_V1(cx_segments_final);
Datum
cx_segments_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(cx_segments_closed(cx_segments_state(fcinfo)));
}
