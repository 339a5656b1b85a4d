/*-------------------------------------------------------------------------
 *
 * list.c
 *	  Summaries that are a sorted list of entries, and grow (see list.h).
 *
 *-------------------------------------------------------------------------
 */
#include "base/list.h"

#include "miscadmin.h"

/* room of an open list when it begins */
#define FIRST_ENTRIES 4

static inline void *
at(void *entries, const CxListType *type, int64 i)
{
	return (char *) entries + i * type->entry;
}

/*
 * Sort entries and make one of those that compare equal; returns how many there
 * are then.
 */
static int64
sort_entries(void *entries, const CxListType *type, int64 count)
{
	int64		kept = 0;

	qsort(entries, count, type->entry, type->compare);
	for (int64 i = 0; i < count; i++)
	{
		if (kept > 0 && type->compare(at(entries, type, kept - 1), at(entries, type, i)) == 0)
			type->merge(at(entries, type, kept - 1), at(entries, type, i));
		else if (kept++ < i)
			memcpy(at(entries, type, kept - 1), at(entries, type, i), type->entry);
	}
	return kept;
}

/*
 * Merge every entry of 'added' that compares equal to one of 'entries' into that
 * one, and keep the others; both are in order.  Returns how many are kept.
 */
static int64
merge_equal(void *entries, int64 count, void *added, int64 added_count, const CxListType *type)
{
	int64		kept = 0;
	int64		i = 0;

	for (int64 j = 0; j < added_count; j++)
	{
		int			order = -1;

		while (i < count &&
			   (order = type->compare(at(entries, type, i), at(added, type, j))) < 0)
			i++;
		if (i < count && order == 0)
			type->merge(at(entries, type, i), at(added, type, j));
		else if (kept++ < j)
			memcpy(at(added, type, kept - 1), at(added, type, j), type->entry);
	}
	return kept;
}

/* Put 'added' where its entries belong among 'entries', which has room for them. */
static void
interleave(void *entries, int64 count, const void *added, int64 added_count, const CxListType *type)
{
	int64		i = count - 1;
	int64		j = added_count - 1;

	/* from the end, so that nothing is overwritten that is still to be moved */
	for (int64 to = count + added_count - 1; j >= 0; to--)
	{
		const void *last = at((void *) added, type, j);

		if (i >= 0 && type->compare(at(entries, type, i), last) > 0)
			last = at(entries, type, i--);
		else
			j--;
		memcpy(at(entries, type, to), last, type->entry);
	}
}

/* Sort what was appended and merge it with what is in order. */
static void
merge_appended(CxList *list, const CxListType *type)
{
	int64		appended = list->count - list->sorted;
	Size		bytes = appended * type->entry;
	void	   *entries = cx_list_entry(list, type, 0);
	void	   *tail = cx_list_entry(list, type, list->sorted);

	appended = sort_entries(tail, type, appended);
	if (list->sorted > 0 && type->compare(cx_list_entry(list, type, list->sorted - 1), tail) >= 0)
	{
		void	   *added = palloc(bytes);

		memcpy(added, tail, appended * type->entry);
		appended = merge_equal(entries, list->sorted, added, appended, type);
		interleave(entries, list->sorted, added, appended, type);
		pfree(added);
	}
	list->count = list->sorted + appended;
}

static void
drop_nothing(CxList *list, const CxListType *type)
{
	int64		kept = 0;

	for (int64 i = 0; i < list->count; i++)
	{
		if (type->is_nothing(cx_list_entry(list, type, i)))
			continue;
		if (kept++ < i)
			memcpy(cx_list_entry(list, type, kept - 1), cx_list_entry(list, type, i), type->entry);
	}
	list->count = kept;
}

void
cx_list_put_in_order(CxList *list, const CxListType *type)
{
	CHECK_FOR_INTERRUPTS();
	if (list->count > list->sorted)
		merge_appended(list, type);
	if (type->is_nothing != NULL)
		drop_nothing(list, type);
	list->sorted = list->count;
	if (list->count > type->most)
		type->refuse_length();
}

static CxList *
move_to(const CxList *list, const CxListType *type, Size size)
{
	CxList	   *moved = palloc0(size);

	memcpy(moved, list, type->head + list->count * type->entry);
	SET_VARSIZE(moved, size);
	return moved;
}

/*
 * Sorting may make room; where it leaves but little of it, it would have to be
 * done again too soon.
 */
CxList *
cx_list_make_room(CxList *list, const CxListType *type, int64 entries)
{
	Size		needed;

	if (cx_list_is_open(list))
	{
		cx_list_put_in_order(list, type);
		needed = type->head + (list->count + entries) * type->entry;
		if (needed <= VARSIZE(list) - VARSIZE(list) / 4)
			return list;
	}
	needed = type->head + (list->count + Max(entries, FIRST_ENTRIES)) * type->entry;
	if (!cx_list_is_open(list))
	{
		list = move_to(list, type, needed);
		list->header.flags |= CX_LIST_OPEN;
		list->sorted = list->count;
		return list;
	}
	return move_to(list, type, Max(needed, 2 * (Size) VARSIZE(list)));
}

CxList *
cx_list_append_all(CxList *list, const CxListType *type, const CxList *other)
{
	if (!cx_list_has_room(list, type, other->count))
		list = cx_list_make_room(list, type, other->count);
	memcpy(cx_list_entry(list, type, list->count), cx_list_entry(other, type, 0),
		   other->count * type->entry);
	list->count += other->count;
	return list;
}

const CxList *
cx_list_closed(const CxList *list, const CxListType *type)
{
	CxList	   *copy;

	if (!cx_list_is_open(list))
		return list;
	copy = move_to(list, type, VARSIZE(list));
	cx_list_put_in_order(copy, type);
	copy->header.flags &= ~CX_LIST_OPEN;
	copy->sorted = 0;
	SET_VARSIZE(copy, cx_list_size(copy, type));
	return copy;
}

Datum
cx_list_result(FunctionCallInfo fcinfo, CxList *list, const CxListType *type)
{
	if (cx_in_aggregate(fcinfo))
		PG_RETURN_POINTER(list);
	PG_RETURN_POINTER(cx_list_closed(list, type));
}

bool
cx_list_is_sorted(const CxList *list, const CxListType *type)
{
	for (int64 i = 1; i < list->count; i++)
	{
		if (type->compare(cx_list_entry(list, type, i - 1), cx_list_entry(list, type, i)) >= 0)
			return false;
	}
	return true;
}
