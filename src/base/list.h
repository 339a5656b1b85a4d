/*-------------------------------------------------------------------------
 *
 * list.h
 *	  Summaries that are a sorted list of entries, and grow.
 *
 * Stored, a list is closed: its entries are in order, no two of them compare
 * equal, and nothing lies behind them.  While an aggregate accumulates, its
 * state is open: entries are appended at the end, whatever they are, and there
 * is room for more.  When the room is used up the appended ones are sorted and
 * merged with those that are in order, and only if that does not make room the
 * state moves to a place twice as large.  So a row costs O(log n), in whatever
 * order rows come.
 *
 * An open list is one flat value like a closed one, its varlena size covering
 * the spare room, so that it survives being copied by the executor, spilled to
 * disk and sent between workers.  It is no expanded object: those need a memory
 * context each, and hash aggregation visits every context it holds whenever it
 * meets a new group.
 *
 * The final function of an aggregate over lists is its close function.  What
 * reads a list takes it from cx_list_closed.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BASE_LIST_H
#define CX_BASE_LIST_H

#include "base/summary.h"

/* CxHeader.flags of an open list; the other bits belong to the type */
#define CX_LIST_OPEN 0x80

/* What a summary with a list begins with. */
typedef struct CxList
{
	CxHeader	header;
	int64		count;			/* entries */
	int64		sorted;			/* open: so many at the front are in order; else 0 */
} CxList;

typedef struct CxListType
{
	Size		head;			/* bytes before the first entry, aligned to 8 */
	Size		entry;			/* bytes of an entry */
	int			most;			/* entries of a closed list */
	/* The order.  Entries that compare equal become one. */
	int			(*compare) (const void *a, const void *b);
	void		(*merge) (void *into, const void *entry);
	/* What is not kept in order, as all of it was taken out again; NULL: none. */
	bool		(*is_nothing) (const void *entry);
	/* The error where there are more than 'most'. */
	void		(*refuse_length) (void);
} CxListType;

static inline bool
cx_list_is_open(const CxList *list)
{
	return (list->header.flags & CX_LIST_OPEN) != 0;
}

static inline void *
cx_list_entry(const CxList *list, const CxListType *type, int64 i)
{
	return (char *) list + type->head + i * type->entry;
}

/*
 * CxType.size: how large the value is, or is to become when it is read; 0 where
 * its entries would not lie within it.
 */
static inline Size
cx_list_size(const CxList *list, const CxListType *type)
{
	Size		size;

	if (unlikely(VARSIZE(list) < type->head || (uint64) list->count > PG_INT32_MAX))
		return 0;
	size = type->head + list->count * type->entry;
	if (!cx_list_is_open(list))
		return list->sorted == 0 ? size : 0;
	return size <= VARSIZE(list) && (uint64) list->sorted <= (uint64) list->count ? VARSIZE(list) : 0;
}

/* Make room for so many more entries: use what is returned. */
extern CxList *cx_list_make_room(CxList *list, const CxListType *type, int64 entries);

static inline bool
cx_list_has_room(const CxList *list, const CxListType *type, int64 entries)
{
	return cx_list_is_open(list) &&
		type->head + (list->count + entries) * type->entry <= VARSIZE(list);
}

/*
 * Append an entry to a list that may be scribbled on, the state of an aggregate
 * or a copy: use what is returned.
 */
static inline CxList *
cx_list_append(CxList *list, const CxListType *type, const void *entry)
{
	if (unlikely(!cx_list_has_room(list, type, 1)))
		list = cx_list_make_room(list, type, 1);
	memcpy(cx_list_entry(list, type, list->count), entry, type->entry);
	list->count++;
	return list;
}

/* Append all entries of another list, open or not. */
extern CxList *cx_list_append_all(CxList *list, const CxListType *type, const CxList *other);

/* Bring an open list in order; it stays open. */
extern void cx_list_put_in_order(CxList *list, const CxListType *type);

/* The list closed: itself, or a copy. */
extern const CxList *cx_list_closed(const CxList *list, const CxListType *type);

/* What a transition or combine function returns: open within an aggregate only. */
extern Datum cx_list_result(FunctionCallInfo fcinfo, CxList *list, const CxListType *type);

/* For validators: whether the entries of a closed list are in order and distinct. */
extern bool cx_list_is_sorted(const CxList *list, const CxListType *type);

#endif							/* CX_BASE_LIST_H */
