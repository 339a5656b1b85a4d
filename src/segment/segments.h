/*-------------------------------------------------------------------------
 *
 * segments.h
 *	  A map from segment to tally: who gave which answers.
 *
 * A segment is text of any length, or NULL.  It is one value without pointers:
 * a head, an entry for every segment, and a heap of the labels and tallies that
 * the entries point into.
 *
 * Stored, a map is closed: entries are in the order of the bytes of their labels
 * (not of a collation, which may change), NULL last; behind them lie their
 * tallies, then their labels, all in that order and without a gap.  A segment
 * without answers is not there.  So equal maps are equal bytes.
 *
 * While an aggregate accumulates, its state is open: entries are in the order in
 * which they came, there is room for more, and a hash table of them lies before
 * the heap.  A row costs one look into that, and nothing is sorted until the end.
 * When the room is used up the state moves to a place twice as large.  An open
 * map survives being copied, spilled and sent between workers; it is no expanded
 * object for the reason that base/list.h gives.
 *
 * All answers of a map are on one scale, and weighted or not alike.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_SEGMENT_SEGMENTS_H
#define CX_SEGMENT_SEGMENTS_H

#include "base/tally.h"

#define CX_SEGMENTS_VERSION 1
#define CX_SEGMENTS_MOST 100000
#define CX_SEGMENTS_LABEL_BYTES ((Size) 64 * 1024 * 1024)

/* CxHeader.kind */
#define CX_SEGMENTS_NPS 'n'
#define CX_SEGMENTS_CSAT 'c'

/* CxHeader.flags, besides CX_TALLY_WEIGHTED; neither: the form the codec reads */
#define CX_SEGMENTS_CLOSED 0x20
#define CX_SEGMENTS_OPEN 0x40

#define CX_NULL_LABEL (-1)

typedef struct CxSegmentEntry
{
	uint32		tally;			/* where it is, from the beginning of the map */
	uint32		label;
	int32		length;			/* of the label, or CX_NULL_LABEL */
	uint32		hash;			/* of the label; closed: 0 */
} CxSegmentEntry;

typedef struct CxSegments
{
	CxHeader	header;
	uint32		count;			/* entries */
	uint8		scale;			/* as in a tally; 0 while empty */
	uint8		option;
	uint8		mark;			/* open: CX_STATE_MARK; else 0 */
	uint8		second_mark;	/* likewise */
	uint32		label_bytes;	/* of all entries */
	/* open only, else 0: */
	uint32		without;		/* entries without answers, all taken out again */
	uint32		room;			/* entries there is room for */
	uint32		used;			/* where the heap ends */
	CxSegmentEntry entry[FLEXIBLE_ARRAY_MEMBER];
} CxSegments;

/* A label as it comes and goes; it need not end with a zero byte. */
typedef struct CxLabel
{
	const char *text;			/* NULL: SQL NULL */
	int			length;
} CxLabel;

static inline CxLabel
cx_label_of(const char *text)
{
	return (CxLabel) {text, text == NULL ? 0 : (int) strlen(text)};
}

static inline bool
cx_segments_is_open(const CxSegments *map)
{
	return (map->header.flags & CX_SEGMENTS_OPEN) != 0;
}

static inline const CxHeader *
cx_segments_tally(const CxSegments *map, int i)
{
	return (const CxHeader *) ((const char *) map + map->entry[i].tally);
}

extern CxLabel cx_segments_label(const CxSegments *map, int i);
extern int	cx_label_compare(CxLabel a, CxLabel b);

/*
 * The map in an argument, open or closed: the state of an aggregate in argument 0,
 * which is as we left it; one to be merged, whose entries lie within it; and one
 * to be read, closed and valid.
 */
extern CxSegments *cx_segments_state(FunctionCallInfo fcinfo);
extern CxSegments *cx_segments_part(FunctionCallInfo fcinfo, int argno);
extern const CxSegments *cx_segments_arg(FunctionCallInfo fcinfo, int argno);
extern const CxSegments *cx_segments_valid(const CxSegments *map);

extern const CxSegments *cx_segments_closed(const CxSegments *map);

/*
 * Change a map that may be scribbled on, which may move: use what is returned.
 * The tally is in its stored form.
 */
extern CxSegments *cx_segments_add(CxSegments *map, CxLabel label, const CxHeader *tally);
extern CxSegments *cx_segments_subtract(CxSegments *map, CxLabel label, const CxHeader *tally);

/* A new map, open, without segments. */
extern CxSegments *cx_segments_new(uint8 kind);

/* The kind of the tallies of a kind of map. */
static inline uint8
cx_segments_tally_kind(uint8 kind)
{
	return kind == CX_SEGMENTS_NPS ? CX_TALLY_NPS : CX_TALLY_CSAT;
}

#endif							/* CX_SEGMENT_SEGMENTS_H */
