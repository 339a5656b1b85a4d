/*-------------------------------------------------------------------------
 *
 * segments.c
 *	  A map from segment to tally: finding, adding, taking out, closing (see
 *	  segments.h).
 *
 *-------------------------------------------------------------------------
 */
#include "segment/segments.h"

#include "common/hashfn.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#include "base/args.h"

/* room of an open map when it begins */
#define FIRST_ENTRIES 4
#define FIRST_HEAP (FIRST_ENTRIES * (sizeof(CxPackedTally) + 16))

/* ---- where things are ---- */

CxLabel
cx_segments_label(const CxSegments *map, int i)
{
	const CxSegmentEntry *entry = &map->entry[i];

	if (entry->length == CX_NULL_LABEL)
		return (CxLabel) {NULL, 0};
	return (CxLabel) {(const char *) map + entry->label, entry->length};
}

/* By bytes; the shorter first where they agree so far, and NULL last. */
int
cx_label_compare(CxLabel a, CxLabel b)
{
	int			order;

	if (a.text == NULL || b.text == NULL)
		return (a.text == NULL) - (b.text == NULL);
	order = memcmp(a.text, b.text, Min(a.length, b.length));
	return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

static uint32
label_hash(CxLabel label)
{
	return label.text == NULL ? 0 : hash_bytes((const unsigned char *) label.text, label.length);
}

/* Entries of the hash table: the places of entries, from 1; 0 is free. */
static inline uint32
slots_of(uint32 room)
{
	return pg_nextpower2_32(2 * room);
}

static inline uint32 *
slots(const CxSegments *map)
{
	return (uint32 *) &map->entry[map->room];
}

static inline Size
heap_begin(uint32 room)
{
	return MAXALIGN(offsetof(CxSegments, entry) + room * sizeof(CxSegmentEntry) +
					slots_of(room) * sizeof(uint32));
}

/* The slot that has the label, or is free for it. */
static uint32 *
find_slot(const CxSegments *map, CxLabel label, uint32 hash)
{
	uint32		mask = slots_of(map->room) - 1;

	for (uint32 at = hash & mask;; at = (at + 1) & mask)
	{
		uint32	   *slot = &slots(map)[at];

		if (*slot == 0 ||
			(map->entry[*slot - 1].hash == hash &&
			 cx_label_compare(cx_segments_label(map, *slot - 1), label) == 0))
			return slot;
	}
}

/* ---- limits ---- */

static void
check_limits(uint32 segments, Size label_bytes)
{
	if (segments > CX_SEGMENTS_MOST)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a summary cannot hold more than %d segments", CX_SEGMENTS_MOST),
				 errhint("A segment is a group of customers: is this column a name or a number of each of them?")));
	if (label_bytes > CX_SEGMENTS_LABEL_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the names of the segments of a summary cannot be longer than %d MB in all",
						(int) (CX_SEGMENTS_LABEL_BYTES / (1024 * 1024)))));
}

/* ---- moving ---- */

static CxSegments *
new_map(uint8 kind, uint32 room, Size heap)
{
	Size		begin = heap_begin(room);
	CxSegments *map = (CxSegments *) cx_summary_new(CX_SEGMENTS_VERSION, kind, begin + heap);

	map->header.flags = CX_SEGMENTS_OPEN;
	map->mark = map->second_mark = CX_STATE_MARK;
	map->room = room;
	map->used = begin;
	return map;
}

CxSegments *
cx_segments_new(uint8 kind)
{
	return new_map(kind, FIRST_ENTRIES, FIRST_HEAP);
}

static inline bool
has_answers(const CxSegments *map, int i)
{
	/* an empty tally has no scale */
	return ((const CxPackedTally *) cx_segments_tally(map, i))->scale != 0;
}

/* A place in the heap, where there is room for it. */
static uint32
put_in_heap(CxSegments *map, const void *bytes, Size size)
{
	uint32		at = map->used;

	Assert(at + MAXALIGN(size) <= VARSIZE(map));
	memcpy((char *) map + at, bytes, size);
	map->used = at + MAXALIGN(size);
	return at;
}

static void
insert(CxSegments *map, uint32 *slot, CxLabel label, uint32 hash, const CxHeader *tally)
{
	CxSegmentEntry *entry = &map->entry[map->count];

	entry->tally = put_in_heap(map, tally, VARSIZE(tally));
	entry->label = label.text == NULL ? 0 : put_in_heap(map, label.text, label.length);
	entry->length = label.text == NULL ? CX_NULL_LABEL : label.length;
	entry->hash = hash;
	map->label_bytes += label.length;
	*slot = ++map->count;
}

/* The heap that a segment takes. */
static inline Size
heap_of(CxLabel label, const CxHeader *tally)
{
	return MAXALIGN(VARSIZE(tally)) + MAXALIGN(label.length);
}

/*
 * An open map of all segments that have answers, with room for as many again, and
 * for one that takes so much of the heap.
 */
static CxSegments *
move(const CxSegments *map, Size heap)
{
	uint32		segments = map->count - map->without;
	uint32		room = Min(Max(2 * segments, FIRST_ENTRIES), CX_SEGMENTS_MOST + 1);
	CxSegments *moved;

	heap += FIRST_HEAP;
	for (int i = 0; i < map->count; i++)
	{
		if (has_answers(map, i))
			heap += 2 * heap_of(cx_segments_label(map, i), cx_segments_tally(map, i));
	}
	moved = new_map(map->header.kind, room, heap);
	moved->header.flags |= map->header.flags & CX_TALLY_WEIGHTED;
	moved->scale = map->scale;
	moved->option = map->option;
	for (int i = 0; i < map->count; i++)
	{
		CxLabel		label = cx_segments_label(map, i);
		uint32		hash = label_hash(label);

		CHECK_FOR_INTERRUPTS();
		if (has_answers(map, i))
			insert(moved, find_slot(moved, label, hash), label, hash, cx_segments_tally(map, i));
	}
	return moved;
}

static inline bool
has_room(const CxSegments *map, Size heap)
{
	return map->count < map->room && map->used + heap <= VARSIZE(map);
}

/* ---- changing ---- */

/*
 * All answers of a map are alike in their scale and in having weights.  Merging
 * such that are not says what is wrong.
 */
static void
require_alike(CxSegments *map, const CxHeader *value)
{
	const CxTally *tally = (const CxTally *) value;
	uint8		weighted = value->flags & CX_TALLY_WEIGHTED;

	if (map->count == map->without)
	{
		map->scale = tally->scale;
		map->option = tally->option;
		map->header.flags = (map->header.flags & ~CX_TALLY_WEIGHTED) | weighted;
	}
	else if (unlikely(map->scale != tally->scale || map->option != tally->option ||
					  (map->header.flags & CX_TALLY_WEIGHTED) != weighted))
	{
		int			i = 0;

		while (!has_answers(map, i))
			i++;
		cx_tally_merge(cx_tally_begin((CxHeader *) cx_segments_tally(map, i), false),
					   (const CxTally *) cx_tally_open_value(value));
	}
}

/*
 * Give a segment another tally: in its place where that is large enough.  Moving
 * drops the segment if it has no answers before.
 */
static CxSegments *
replace_tally(CxSegments *map, int i, const CxHeader *tally)
{
	CxHeader   *place = (CxHeader *) cx_segments_tally(map, i);
	CxLabel		label = cx_segments_label(map, i);
	uint32		hash = map->entry[i].hash;
	uint32	   *slot;

	if (tally == place)
		return map;
	if (VARSIZE(tally) <= VARSIZE(place))
	{
		memcpy(place, tally, VARSIZE(tally));
		return map;
	}
	if (!has_room(map, heap_of(label, tally)))
		map = move(map, heap_of(label, tally));
	slot = find_slot(map, label, hash);
	if (*slot == 0)
		insert(map, slot, label, hash, tally);
	else
		map->entry[*slot - 1].tally = put_in_heap(map, tally, VARSIZE(tally));
	return map;
}

static CxSegments *
merge_into(CxSegments *map, int i, const CxHeader *tally)
{
	CxHeader   *place = (CxHeader *) cx_segments_tally(map, i);
	CxTally    *merged;

	if (likely(cx_packed_merge(place, tally)))
		return map;
	merged = cx_tally_merge(cx_tally_begin(place, true),
							(const CxTally *) cx_tally_open_value(tally));
	return replace_tally(map, i, cx_tally_close_value(&merged->header));
}

CxSegments *
cx_segments_add(CxSegments *map, CxLabel label, const CxHeader *tally)
{
	uint32		hash = label_hash(label);
	uint32	   *slot;

	/* an empty tally has no scale */
	if (((const CxTally *) tally)->scale == 0)
		return map;
	if (!cx_segments_is_open(map))
		map = move(map, heap_of(label, tally));
	require_alike(map, tally);
	slot = find_slot(map, label, hash);
	if (likely(*slot != 0))
	{
		int			i = *slot - 1;

		if (likely(has_answers(map, i)))
			return merge_into(map, i, tally);
		map->without--;
		return replace_tally(map, i, tally);
	}
	check_limits(map->count - map->without + 1, (Size) map->label_bytes + label.length);
	if (!has_room(map, heap_of(label, tally)))
	{
		map = move(map, heap_of(label, tally));
		slot = find_slot(map, label, hash);
	}
	insert(map, slot, label, hash, tally);
	return map;
}

/* What a message calls a segment. */
static char *
label_text(CxLabel label)
{
	if (label.text == NULL)
		return "NULL";
	return psprintf("\"%s\"", cx_quoted(pnstrdup(label.text, label.length)));
}

CxSegments *
cx_segments_subtract(CxSegments *map, CxLabel label, const CxHeader *tally)
{
	CxTally    *rest;
	uint32		at;

	if (((const CxTally *) tally)->scale == 0)
		return map;
	if (!cx_segments_is_open(map))
		map = move(map, 0);
	at = *find_slot(map, label, label_hash(label));
	if (at == 0 || !has_answers(map, at - 1))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("cannot take answers of the segment %s out of a summary that holds none of it",
						label_text(label)),
				 errhint("Only answers that were put in can be taken out again: are both summaries of the same question and of the same rows?")));
	rest = cx_tally_begin((CxHeader *) cx_segments_tally(map, at - 1), true);
	cx_tally_subtract(rest, (const CxTally *) cx_tally_open_value(tally));
	if (rest->n == 0)
		map->without++;
	return replace_tally(map, at - 1, cx_tally_close_value(&rest->header));
}

/* ---- closing ---- */

static int64
answers_of(const CxHeader *tally)
{
	const CxPackedTally *packed = (const CxPackedTally *) tally;
	int64		n = 0;

	if (!cx_tally_is_packed(tally))
		return ((const CxTally *) tally)->n;
	for (int i = 0; i < CX_TALLY_SLOTS; i++)
		n += packed->counts[i];
	return n;
}

/* A segment that is being put in its place. */
typedef struct Placed
{
	CxLabel		label;
	const CxHeader *tally;
} Placed;

static int
compare_placed(const void *a, const void *b)
{
	return cx_label_compare(((const Placed *) a)->label, ((const Placed *) b)->label);
}

const CxSegments *
cx_segments_closed(const CxSegments *map)
{
	uint32		segments = map->count - map->without;
	Size		begin = MAXALIGN(offsetof(CxSegments, entry) + segments * sizeof(CxSegmentEntry));
	Size		tallies = 0;
	Size		labels = 0;
	Placed	   *placed;
	CxSegments *closed;
	int64		answers = 0;
	int			n = 0;

	if (!cx_segments_is_open(map))
		return map;
	placed = palloc(Max(segments, 1) * sizeof(Placed));
	for (int i = 0; i < map->count; i++)
	{
		if (!has_answers(map, i))
			continue;
		placed[n] = (Placed) {cx_segments_label(map, i), cx_segments_tally(map, i)};
		/* all of them together are a tally too */
		if (pg_add_s64_overflow(answers, answers_of(placed[n].tally), &answers))
			cx_count_overflow();
		tallies += VARSIZE(placed[n].tally);
		labels += placed[n].label.length;
		n++;
	}
	qsort(placed, n, sizeof(Placed), compare_placed);

	closed = (CxSegments *) cx_summary_new(CX_SEGMENTS_VERSION, map->header.kind,
										   begin + tallies + labels);
	closed->header.flags = CX_SEGMENTS_CLOSED;
	closed->count = n;
	closed->label_bytes = labels;
	if (n > 0)
	{
		closed->header.flags |= map->header.flags & CX_TALLY_WEIGHTED;
		closed->scale = map->scale;
		closed->option = map->option;
	}
	labels = begin + tallies;
	for (int i = 0; i < n; i++)
	{
		Placed	   *p = &placed[i];

		closed->entry[i].tally = begin;
		closed->entry[i].label = labels;
		closed->entry[i].length = p->label.text == NULL ? CX_NULL_LABEL : p->label.length;
		memcpy((char *) closed + begin, p->tally, VARSIZE(p->tally));
		if (p->label.text != NULL)
			memcpy((char *) closed + labels, p->label.text, p->label.length);
		begin += VARSIZE(p->tally);
		labels += p->label.length;
	}
	pfree(placed);
	return closed;
}

/* ---- maps as they come ---- */

/* Whether these bytes are of the part of the map that holds tallies and labels. */
static inline bool
is_in_heap(Size from, Size to, Size at, Size length)
{
	return at >= from && at <= to && length <= to - at;
}

static bool
is_tally(const CxSegments *map, Size from, Size to, Size at)
{
	const CxTally *tally = (const CxTally *) ((const char *) map + at);

	if (at != MAXALIGN(at) || !is_in_heap(from, to, at, sizeof(CxPackedTally)))
		return false;
	return is_in_heap(from, to, at, cx_tally_value_size(&tally->header)) &&
		tally->header.vl_len_ == CX_VARSIZE_WORD(cx_tally_value_size(&tally->header)) &&
		tally->header.version == CX_TALLY_VERSION && tally->scale <= CX_SCALE_MAX;
}

/* Whether the hash table of an open map says where its entries are. */
static bool
is_hash_table(const CxSegments *map)
{
	uint32		used = 0;

	for (uint32 i = 0; i < slots_of(map->room); i++)
	{
		if (slots(map)[i] > map->count)
			return false;
		used += slots(map)[i] > 0;
	}
	return used <= map->count;
}

/*
 * Whether everything lies within the map, so that it can be merged and closed,
 * whatever it is.
 */
static bool
is_whole(const CxSegments *map)
{
	uint8		form = map->header.flags & (CX_SEGMENTS_OPEN | CX_SEGMENTS_CLOSED);
	Size		from;
	Size		to = VARSIZE(map);
	uint32		without = 0;

	if (to < offsetof(CxSegments, entry) || map->header.version != CX_SEGMENTS_VERSION)
		return false;
	if (form == CX_SEGMENTS_OPEN)
	{
		if (map->room < 1 || map->room > CX_SEGMENTS_MOST + 1 || map->count > map->room ||
			map->used > to || map->used != MAXALIGN(map->used))
			return false;
		from = heap_begin(map->room);
		to = map->used;
	}
	else
	{
		if (form != CX_SEGMENTS_CLOSED || map->count > CX_SEGMENTS_MOST || map->room != 0)
			return false;
		from = MAXALIGN(offsetof(CxSegments, entry) + map->count * sizeof(CxSegmentEntry));
	}
	if (from > to)
		return false;
	for (uint32 i = 0; i < map->count; i++)
	{
		const CxSegmentEntry *entry = &map->entry[i];

		if (!is_tally(map, from, to, entry->tally))
			return false;
		if (entry->length != CX_NULL_LABEL &&
			(entry->length < 0 || !is_in_heap(from, to, entry->label, entry->length)))
			return false;
		without += !has_answers(map, i);
	}
	return without == map->without && (form == CX_SEGMENTS_CLOSED || is_hash_table(map));
}

/* What is impossible about an entry of a closed map, whose tally it has open. */
static const char *
entry_fault(const CxSegments *map, int i, const CxTally *tally)
{
	CxLabel		label = cx_segments_label(map, i);

	if (label.text != NULL && !pg_verify_mbstr(GetDatabaseEncoding(), label.text, label.length, true))
		return "It has a segment whose name is no text.";
	if (i > 0 && cx_label_compare(cx_segments_label(map, i - 1), label) >= 0)
		return "Its segments are not in order.";
	if (tally->header.kind != cx_segments_tally_kind(map->header.kind) ||
		cx_tally_is_weighted(tally) != ((map->header.flags & CX_TALLY_WEIGHTED) != 0) ||
		tally->scale != map->scale || tally->option != map->option)
		return "Its answers are not all alike.";
	if (tally->n == 0)
		return "It has a segment without answers.";
	return cx_tally_fault(&tally->header);
}

const CxSegments *
cx_segments_valid(const CxSegments *map)
{
	int64		answers = 0;

	if (!is_whole(map))
		cx_summary_corrupt(&map->header);
	if (map->header.kind != CX_SEGMENTS_NPS && map->header.kind != CX_SEGMENTS_CSAT)
		cx_summary_damaged("It is of another type.");
	map = cx_segments_closed(map);
	for (int i = 0; i < map->count; i++)
	{
		const CxHeader *value = cx_segments_tally(map, i);
		const CxTally *tally = (const CxTally *) cx_tally_open_value(value);
		const char *fault = entry_fault(map, i, tally);

		CHECK_FOR_INTERRUPTS();
		if (fault == NULL && tally->n > PG_INT64_MAX - answers)
			fault = "It has more answers than can be counted.";
		if (fault != NULL)
			cx_summary_damaged(fault);
		answers += tally->n;
		if (&tally->header != value)
			pfree((void *) tally);
	}
	return map;
}

const CxSegments *
cx_segments_arg(FunctionCallInfo fcinfo, int argno)
{
	return cx_segments_valid((const CxSegments *) cx_summary_arg(fcinfo, argno));
}

CxSegments *
cx_segments_part(FunctionCallInfo fcinfo, int argno)
{
	CxSegments *map;

	if (unlikely(!cx_in_aggregate(fcinfo)))
		return (CxSegments *) cx_segments_arg(fcinfo, argno);
	map = (CxSegments *) cx_summary_arg(fcinfo, argno);
	if (!is_whole(map))
		cx_summary_corrupt(&map->header);
	return map;
}

CxSegments *
cx_segments_state(FunctionCallInfo fcinfo)
{
	CxSegments *map = (CxSegments *) cx_summary_arg(fcinfo, 0);

	if (likely(cx_in_aggregate(fcinfo) && VARSIZE(map) > offsetof(CxSegments, entry) &&
			   map->mark == CX_STATE_MARK && map->second_mark == CX_STATE_MARK))
		return map;
	return cx_segments_part(fcinfo, 0);
}
