/*-------------------------------------------------------------------------
 *
 * customers.c
 *	  The activity of many customers as it grows (see customers.h).
 *
 *-------------------------------------------------------------------------
 */
#include "cohort/customers.h"

#include "miscadmin.h"
#include "utils/memutils.h"

const char *const cx_key_names[CX_KEY_KINDS + 1] = {"integer", "uuid", "text", NULL};

#define CHUNK_BYTES 64
#define BLOCK_CHUNKS 256

/* Places of periods, counted from the base of the slot; then cells of money. */
struct CxChunk
{
	uint32		next;			/* 0: none */
	int16		place[(CHUNK_BYTES - sizeof(uint32)) / sizeof(int16)];
};

#define PLAIN_ENTRIES ((int) lengthof(((CxChunk *) NULL)->place))
#define MONEY_ENTRIES 6
#define CELLS_OFFSET 16

#define NO_PLACE PG_INT16_MIN

/* A customer with more chunks gets an activity of his own. */
#define MOST_CHUNKS 6
#define MOST_ENTRIES (MOST_CHUNKS * PLAIN_ENTRIES)

#define FIRST_ROOM 32
/* the table is filled up to four fifths */
#define FILLED(room) ((room) / 5 * 4)

/* A record must not make the flat value larger than any value may be. */
#define MOST_BYTES ((Size) 1000 * 1000 * 1000)

/* The key, one or two words, lies before. */
typedef struct Slot
{
	uint32		ref;			/* 0: empty; of a chunk, or, with BIG, of an activity */
	int32		base;			/* a period near all those of the customer */
} Slot;

#define BIG 0x80000000

StaticAssertDecl(sizeof(CxChunk) == CHUNK_BYTES, "a chunk is a cache line");
StaticAssertDecl(CELLS_OFFSET + MONEY_ENTRIES * sizeof(CxNarrow) == CHUNK_BYTES, "cells fill a chunk");

/* An activity that is put together for a visit. */
typedef union Scratch
{
	CxActivity	a;
	uint64		room[(sizeof(CxActivity) + CX_SPAN_MOST / 8) / sizeof(uint64) + 2 +
					 MOST_CHUNKS * MONEY_ENTRIES];
} Scratch;

static _Noreturn pg_noinline void
refuse_size(const CxCustomers *c)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("the activity of %u customers is too large for one value", c->count),
			 errdetail("It may have no more than %zu bytes.", MOST_BYTES),
			 errhint("Summarise customer by customer, which can use the disk: "
					 "SELECT cohort_agg(a) FROM (SELECT activity_agg(...) AS a FROM ... GROUP BY customer) AS x.")));
}

void
cx_customers_refuse(const CxCustomers *c, const CxCalendar *calendar, CxKeyKind kind)
{
	cx_calendar_require_same(&c->calendar, calendar);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("customers of different types cannot be summarised together: %s and %s",
					cx_key_names[c->key_kind], cx_key_names[kind]),
			 errhint("Cast them to one type where they are summarised.")));
}

void
cx_customers_begin(CxCustomers *c, const CxCalendar *calendar, CxKeyKind kind)
{
	MemoryContext old;

	c->calendar = *calendar;
	memcpy(c->zone, calendar->zone, calendar->zone_words * CX_ZONE_WORD);
	c->calendar.zone = c->zone;
	c->key_kind = kind;
	c->last = PG_INT64_MIN;
	c->begun = true;
	old = MemoryContextSwitchTo(c->header.eoh_context);
	c->room = FIRST_ROOM;
	c->slots = palloc0(c->room * (cx_key_words(kind) * sizeof(uint64) + sizeof(Slot)));
	c->chunks = 1;
	MemoryContextSwitchTo(old);
}

/* ---- chunks ---- */

static inline CxChunk *
chunk_at(const CxCustomers *c, uint32 ref)
{
	return &c->blocks[ref / BLOCK_CHUNKS][ref % BLOCK_CHUNKS];
}

static inline CxNarrow *
cells_of(CxChunk *chunk)
{
	return (CxNarrow *) ((char *) chunk + CELLS_OFFSET);
}

static inline int
entries_of(const CxCustomers *c)
{
	return c->money ? MONEY_ENTRIES : PLAIN_ENTRIES;
}

static void
add_block(CxCustomers *c, uint32 block)
{
	MemoryContext context = c->header.eoh_context;

	if (block >= c->block_room)
	{
		c->block_room = Max(2 * c->block_room, 8);
		c->blocks = c->blocks == NULL ? MemoryContextAlloc(context, c->block_room * sizeof(CxChunk *)) :
			repalloc_huge(c->blocks, c->block_room * sizeof(CxChunk *));
	}
	/* whole cache lines */
	c->blocks[block] = (CxChunk *)
		TYPEALIGN(CHUNK_BYTES, MemoryContextAlloc(context, (BLOCK_CHUNKS + 1) * CHUNK_BYTES));
}

/* A chunk without entries, before another one. */
static uint32
new_chunk(CxCustomers *c, uint32 next)
{
	uint32		ref = c->free_chunk;
	CxChunk    *chunk;

	if (ref != 0)
		c->free_chunk = chunk_at(c, ref)->next;
	else
	{
		ref = c->chunks;
		if (ref >= BIG)
			refuse_size(c);
		if (ref % BLOCK_CHUNKS == 0 || ref == 1)
			add_block(c, ref / BLOCK_CHUNKS);
		c->chunks++;
	}
	chunk = chunk_at(c, ref);
	chunk->next = next;
	for (int i = 0; i < entries_of(c); i++)
		chunk->place[i] = NO_PLACE;
	if (c->money)
		memset(cells_of(chunk), 0, MONEY_ENTRIES * sizeof(CxNarrow));
	return ref;
}

static void
free_chunks(CxCustomers *c, uint32 ref)
{
	while (ref != 0)
	{
		CxChunk    *chunk = chunk_at(c, ref);
		uint32		next = chunk->next;

		chunk->next = c->free_chunk;
		c->free_chunk = ref;
		ref = next;
	}
}

/* ---- slots ---- */

static inline Size
slot_size(int key_words)
{
	return key_words * sizeof(uint64) + sizeof(Slot);
}

static inline uint64 *
slot_key(const CxCustomers *c, int key_words, uint32 i)
{
	return (uint64 *) (c->slots + i * slot_size(key_words));
}

static inline Slot *
slot_at(const CxCustomers *c, int key_words, uint32 i)
{
	return (Slot *) (slot_key(c, key_words, i) + key_words);
}

/* Fibonacci hashing (Knuth 1998, TAOCP 3, 6.4), of both words. */
static inline uint32
hash_key(CxKey key)
{
	uint64		mixed = key.low ^ (key.high * UINT64CONST(0xC2B2AE3D27D4EB4F));

	mixed ^= mixed >> 32;
	return (uint32) ((mixed * UINT64CONST(0x9E3779B97F4A7C15)) >> 32);
}

/* The slot of a key, or the empty one that it belongs in. */
static inline uint32
find_slot(const CxCustomers *c, int key_words, CxKey key)
{
	uint32		i = hash_key(key);

	for (;; i++)
	{
		uint32		at = i & (c->room - 1);
		const uint64 *own = slot_key(c, key_words, at);

		if ((own[0] == key.low && (key_words == 1 || own[1] == key.high)) ||
			((const Slot *) (own + key_words))->ref == 0)
			return at;
	}
}

static inline CxKey
key_at(const CxCustomers *c, int key_words, uint32 i)
{
	const uint64 *own = slot_key(c, key_words, i);

	return (CxKey) {key_words == 2 ? own[1] : 0, own[0]};
}

static void
grow_slots(CxCustomers *c, int key_words)
{
	char	   *earlier = c->slots;
	uint32		earlier_room = c->room;
	CxCustomers before = *c;

	CHECK_FOR_INTERRUPTS();
	if (earlier_room >= BIG)
		refuse_size(c);
	c->room *= 2;
	c->slots = MemoryContextAllocExtended(c->header.eoh_context, c->room * slot_size(key_words),
										  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (uint32 i = 0; i < earlier_room; i++)
	{
		if (slot_at(&before, key_words, i)->ref != 0)
			memcpy(slot_key(c, key_words, find_slot(c, key_words, key_at(&before, key_words, i))),
				   slot_key(&before, key_words, i), slot_size(key_words));
	}
	pfree(earlier);
}

/* ---- the activity of one customer ---- */

/* Entries of one customer, in order. */
typedef struct Entries
{
	int			count;
	int16		place[MOST_ENTRIES];
	CxNarrow	cell[MOST_CHUNKS * MONEY_ENTRIES];
} Entries;

static void
collect(const CxCustomers *c, uint32 ref, Entries *e)
{
	int			entries = entries_of(c);

	e->count = 0;
	for (; ref != 0; ref = chunk_at(c, ref)->next)
	{
		CxChunk    *chunk = chunk_at(c, ref);

		for (int i = 0; i < entries && chunk->place[i] != NO_PLACE; i++)
		{
			int			at = e->count++;

			for (; at > 0 && e->place[at - 1] > chunk->place[i]; at--)
			{
				e->place[at] = e->place[at - 1];
				if (c->money)
					e->cell[at] = e->cell[at - 1];
			}
			e->place[at] = chunk->place[i];
			if (c->money)
				e->cell[at] = cells_of(chunk)[i];
		}
	}
}

/* Put an activity together of the entries of a slot; it has no zone and no moments. */
static const CxActivity *
assemble(const CxCustomers *c, const Slot *slot, Scratch *scratch)
{
	CxActivity *a = &scratch->a;
	Entries		e;
	uint64	   *bits;

	collect(c, slot->ref, &e);
	*a = (CxActivity) {.first_period = slot->base + e.place[0]};	/* NOLINT: a slot in use has entries */
	a->header.version = CX_ACTIVITY_VERSION;
	a->header.kind = CX_ACTIVITY_KIND;
	a->header.flags = CX_ACTIVITY_PACKED | c->calendar.period |
		(c->money ? CX_CELLS_NARROW : CX_CELLS_NONE) << CX_ACTIVITY_CELLS_SHIFT;
	a->span = e.place[e.count - 1] - e.place[0] + 1;
	a->active = e.count;
	bits = cx_activity_bits(a);
	memset(bits, 0, cx_activity_words(a) * sizeof(uint64));
	for (int i = 0; i < e.count; i++)
	{
		int			place = e.place[i] - e.place[0];

		bits[place / 64] |= UINT64CONST(1) << place % 64;
	}
	if (c->money)
		memcpy(cx_activity_cells(a), e.cell, e.count * sizeof(CxNarrow));
	SET_VARSIZE(a, (char *) cx_activity_cells(a) - (char *) a +
				(c->money ? e.count * sizeof(CxNarrow) : 0));
	return a;
}

/* What activities of single customers have as their calendar: zone and moments are of all. */
static CxCalendar
plain_calendar(const CxCustomers *c)
{
	return (CxCalendar) {c->calendar.period, CX_OF_NOTHING, 0, ""};
}

static void
add_to_big(CxCustomers *c, uint32 ref, const CxActivePeriod *period)
{
	CxActivity **a = &c->big[ref & ~BIG];
	CxActivity *earlier = *a;
	CxCalendar	calendar = plain_calendar(c);
	MemoryContext old = MemoryContextSwitchTo(c->header.eoh_context);
	int			active = earlier->active;

	*a = cx_activity_add(earlier, &calendar, period);
	if (*a != earlier)
		pfree(earlier);
	MemoryContextSwitchTo(old);
	if ((*a)->active > active)
		c->bytes += sizeof(uint16) + sizeof(CxMoney);
	if (unlikely(c->bytes > MOST_BYTES))
		refuse_size(c);
}

/* Give a customer an activity of his own. */
static void
make_big(CxCustomers *c, Slot *slot)
{
	Scratch		scratch;
	const CxActivity *a = assemble(c, slot, &scratch);
	MemoryContext old = MemoryContextSwitchTo(c->header.eoh_context);

	if (c->bigs == c->big_room)
	{
		c->big_room = Max(2 * c->big_room, 8);
		c->big = c->big == NULL ? palloc(c->big_room * sizeof(CxActivity *)) :
			repalloc_huge(c->big, c->big_room * sizeof(CxActivity *));
	}
	c->big[c->bigs] = (CxActivity *) cx_summary_copy(&a->header);
	free_chunks(c, slot->ref);
	slot->ref = c->bigs++ | BIG;
	c->bytes += a->active * sizeof(CxMoney);
	MemoryContextSwitchTo(old);
}

/* The error where the periods of a customer, and one more, are too many. */
static void
check_span(const CxCustomers *c, const Slot *slot, const CxActivePeriod *added)
{
	int32		from = added->number;
	int32		to = added->number;

	for (uint32 ref = slot->ref; ref != 0; ref = chunk_at(c, ref)->next)
	{
		const CxChunk *chunk = chunk_at(c, ref);

		for (int i = 0; i < entries_of(c) && chunk->place[i] != NO_PLACE; i++)
		{
			from = Min(from, slot->base + chunk->place[i]);
			to = Max(to, slot->base + chunk->place[i]);
		}
	}
	if (cx_calendar_span(from, to) > CX_SPAN_MOST)
		cx_calendar_refuse_activity(c->calendar.period, cx_calendar_day_in(&c->calendar, from, added->first),
									cx_calendar_day_in(&c->calendar, to, added->last));
}

/* Where the cell of a period is, or would be if there is money; NULL: it is not there. */
static inline CxNarrow *
find_entry(const CxCustomers *c, uint32 ref, int place, int entries, int *chunks)
{
	*chunks = 0;
	for (; ref != 0; (*chunks)++)
	{
		CxChunk    *chunk = chunk_at(c, ref);

		for (int i = 0; i < entries; i++)
		{
			if (chunk->place[i] == place)
				return cells_of(chunk) + i;
		}
		ref = chunk->next;
	}
	return NULL;
}

/* A new entry, in the first chunk or in one before it. */
static CxNarrow *
append_entry(CxCustomers *c, Slot *slot, int place)
{
	int			entries = entries_of(c);
	CxChunk    *chunk = slot->ref == 0 ? NULL : chunk_at(c, slot->ref);
	int			i = 0;

	while (chunk != NULL && i < entries && chunk->place[i] != NO_PLACE)
		i++;
	if (chunk == NULL || i == entries)
	{
		slot->ref = new_chunk(c, slot->ref);
		chunk = chunk_at(c, slot->ref);
		i = 0;
	}
	chunk->place[i] = place;
	return cells_of(chunk) + i;
}

static void
add_to_slot(CxCustomers *c, Slot *slot, const CxActivePeriod *period)
{
	int64		place = (int64) period->number - slot->base;
	CxNarrow   *cell = NULL;
	CxNarrow	narrow;
	int			chunks = 0;

	if (slot->ref & BIG)
	{
		add_to_big(c, slot->ref, period);
		return;
	}
	if (likely(place > -CX_SPAN_MOST && place < CX_SPAN_MOST))
		cell = find_entry(c, slot->ref, (int) place, entries_of(c), &chunks);
	if (cell == NULL)
	{
		check_span(c, slot, period);
		c->bytes += sizeof(uint16) + (c->money ? sizeof(CxNarrow) : 0);
		if (unlikely(c->bytes > MOST_BYTES))
			refuse_size(c);
		if (chunks == MOST_CHUNKS)
		{
			make_big(c, slot);
			add_to_big(c, slot->ref, period);
			return;
		}
		cell = append_entry(c, slot, (int) place);
	}
	if (period->amount == NULL)
		return;
	if (unlikely(!cx_money_to_narrow(period->amount, &narrow) || !cx_narrow_add(cell, narrow)))
	{
		make_big(c, slot);
		add_to_big(c, slot->ref, period);
	}
}

/* The first amount of all: chunks get cells. */
static pg_noinline void
start_money(CxCustomers *c)
{
	int			key_words = cx_key_words(c->key_kind);

	for (uint32 i = 0; i < c->room; i++)
	{
		Slot	   *slot = slot_at(c, key_words, i);
		Entries		e;

		if (slot->ref == 0 || slot->ref & BIG)
			continue;
		CHECK_FOR_INTERRUPTS();
		collect(c, slot->ref, &e);
		if (e.count > MOST_CHUNKS * MONEY_ENTRIES)
		{
			make_big(c, slot);
			continue;
		}
		c->bytes += e.count * sizeof(CxNarrow);
		free_chunks(c, slot->ref);
		slot->ref = 0;
		c->money = true;
		for (int at = 0; at < e.count; at++)
			append_entry(c, slot, e.place[at]);
		c->money = false;
	}
	c->money = true;
}

/* The slot of a customer, a new one if need be. */
static inline Slot *
customer_slot(CxCustomers *c, int key_words, CxKey key, int32 period)
{
	uint32		i = find_slot(c, key_words, key);
	Slot	   *slot = slot_at(c, key_words, i);

	if (likely(slot->ref != 0))
		return slot;
	if (unlikely(c->count >= FILLED(c->room)))
	{
		grow_slots(c, key_words);
		i = find_slot(c, key_words, key);
		slot = slot_at(c, key_words, i);
	}
	c->bytes += sizeof(CxFlatCustomer) + key_words * sizeof(uint64) + sizeof(uint64);
	slot_key(c, key_words, i)[0] = key.low;
	if (key_words == 2)
		slot_key(c, key_words, i)[1] = key.high;
	slot->base = period;
	c->count++;
	return slot;
}

void
cx_customers_add(CxCustomers *c, CxKey key, const CxActivePeriod *period)
{
	int			key_words = cx_key_words(c->key_kind);

	if (unlikely(period->amount != NULL && !c->money))
		start_money(c);
	c->last = Max(c->last, period->last);
	if (key_words == 1)
		add_to_slot(c, customer_slot(c, 1, key, period->number), period);
	else
		add_to_slot(c, customer_slot(c, 2, key, period->number), period);
}

/* ---- those who wait ---- */

/* Have the slots that will be looked at brought into the cache, then the chunks. */
static pg_attribute_always_inline void
prefetch(const CxCustomers *c, int key_words)
{
	uint32		slot[CX_WAITING];

	for (int i = 0; i < c->waiting_count; i++)
	{
		slot[i] = hash_key(c->waiting[i].key) & (c->room - 1);
		cx_prefetch(slot_key(c, key_words, slot[i]));
	}
	for (int i = 0; i < c->waiting_count; i++)
	{
		uint32		ref;

		slot[i] = find_slot(c, key_words, c->waiting[i].key);
		ref = slot_at(c, key_words, slot[i])->ref;
		if (ref != 0 && (ref & BIG) == 0)
			cx_prefetch(chunk_at(c, ref));
	}
	for (int i = 0; i < c->waiting_count; i++)
	{
		uint32		ref = slot_at(c, key_words, slot[i])->ref;

		if (ref != 0 && (ref & BIG) == 0 && (ref = chunk_at(c, ref)->next) != 0)
			cx_prefetch(chunk_at(c, ref));
	}
}

void
cx_customers_let_in(CxCustomers *c)
{
	int			count = c->waiting_count;

	if (count == 0)
		return;
	if (cx_key_words(c->key_kind) == 1)
		prefetch(c, 1);
	else
		prefetch(c, 2);
	c->waiting_count = 0;
	for (int i = 0; i < count; i++)
	{
		const CxWaiting *w = &c->waiting[i];
		CxMoney		amount = cx_money_from_narrow(w->amount);
		CxActivePeriod period = {c->last, c->last, w->number, w->has_amount ? &amount : NULL};

		cx_customers_add(c, w->key, &period);
	}
}

/* Slots that are looked at so much ahead of their turn, for the chunk and the next one. */
#define AHEAD 16

static inline void
prefetch_ahead(const CxCustomers *c, int key_words, uint32 i)
{
	uint32		ref = slot_at(c, key_words, (i + 2 * AHEAD) & (c->room - 1))->ref;

	if (ref != 0 && (ref & BIG) == 0)
		cx_prefetch(chunk_at(c, ref));
	ref = slot_at(c, key_words, (i + AHEAD) & (c->room - 1))->ref;
	if (ref != 0 && (ref & BIG) == 0 && (ref = chunk_at(c, ref)->next) != 0)
		cx_prefetch(chunk_at(c, ref));
}

void
cx_customers_visit(const CxCustomers *c, CxCustomerVisit visit, void *context)
{
	int			key_words = cx_key_words(c->key_kind);
	Scratch		scratch;

	for (uint32 i = 0; i < c->room; i++)
	{
		const Slot *slot = slot_at(c, key_words, i);

		CHECK_FOR_INTERRUPTS();
		prefetch_ahead(c, key_words, i);
		if (slot->ref != 0)
			visit(context, key_at(c, key_words, i), slot->ref & BIG ? c->big[slot->ref & ~BIG] :
				  assemble(c, slot, &scratch));
	}
}
