/*-------------------------------------------------------------------------
 *
 * customers_flat.c
 *	  The activity of many customers as one flat value, and how that becomes an
 *	  expanded object and comes from one (see customers.h).
 *
 *-------------------------------------------------------------------------
 */
#include "cohort/customers.h"

#include "miscadmin.h"
#include "utils/memutils.h"

/* ---- records ---- */

static inline Size
record_size(int key_words, int active, CxCellKind cells)
{
	return sizeof(CxFlatCustomer) + key_words * sizeof(uint64) + active * cx_cell_width(cells) +
		TYPEALIGN(sizeof(uint64), active * sizeof(uint16));
}

/* Where there is money at all, every record has cells. */
static inline CxCellKind
record_cells(const CxCustomersHead *head, const CxActivity *a)
{
	return head->money ? Max(cx_activity_cell_kind(a), CX_CELLS_NARROW) : CX_CELLS_NONE;
}

/* What writing records needs, and how far it has come. */
typedef struct Writer
{
	const CxCustomersHead *head;
	char	   *at;
	Size		size;
} Writer;

static void
measure_record(void *context, CxKey key, const CxActivity *a)
{
	Writer	   *w = context;

	w->size += record_size(cx_key_words(w->head->key_kind), a->active, record_cells(w->head, a));
}

static void
write_record(void *context, CxKey key, const CxActivity *a)
{
	Writer	   *w = context;
	int			key_words = cx_key_words(w->head->key_kind);
	CxCellKind	cells = record_cells(w->head, a);
	CxFlatCustomer *record = (CxFlatCustomer *) w->at;
	uint64	   *words = (uint64 *) (record + 1);
	char	   *cell = (char *) (words + key_words);
	uint16	   *place = (uint16 *) (cell + a->active * cx_cell_width(cells));
	CxActivityWalk walk = cx_activity_walk(a);

	*record = (CxFlatCustomer) {a->first_period, a->active, cells, 0};
	words[0] = key.low;
	if (key_words == 2)
		words[1] = key.high;
	if (cells == cx_activity_cell_kind(a))
		memcpy(cell, cx_activity_cells(a), a->active * cx_cell_width(cells));
	else
		memset(cell, 0, a->active * cx_cell_width(cells));
	for (int i = 0; i < a->active; i++)
		place[i] = cx_activity_next(&walk);
	w->at += record_size(key_words, a->active, cells);
	memset(place + a->active, 0, w->at - (char *) (place + a->active));
}

static inline CxKey
record_key(const CxFlatCustomer *record, int key_words)
{
	const uint64 *words = (const uint64 *) (record + 1);

	return (CxKey) {key_words == 2 ? words[1] : 0, words[0]};
}

/* The activity in a record; 'a' has room for any. */
static void
read_record(const CxFlatCustomer *record, int key_words, CxPeriodKind period, CxActivity *a)
{
	const char *cell = (const char *) (record + 1) + key_words * sizeof(uint64);
	const uint16 *place = (const uint16 *) (cell + record->active * cx_cell_width(record->cells));
	uint64	   *bits;

	*a = (CxActivity) {.first_period = record->first_period, .active = record->active};
	a->header.version = CX_ACTIVITY_VERSION;
	a->header.kind = CX_ACTIVITY_KIND;
	a->header.flags = CX_ACTIVITY_PACKED | period | record->cells << CX_ACTIVITY_CELLS_SHIFT;
	a->span = place[record->active - 1] + 1;
	bits = cx_activity_bits(a);
	memset(bits, 0, cx_activity_words(a) * sizeof(uint64));
	for (int i = 0; i < record->active; i++)
		bits[place[i] / 64] |= UINT64CONST(1) << place[i] % 64;
	memcpy(cx_activity_cells(a), cell, record->active * cx_cell_width(record->cells));
	SET_VARSIZE(a, (char *) cx_activity_cells(a) - (char *) a +
				record->active * cx_cell_width(record->cells));
}

/*
 * Whether a record ends before 'end', and an activity can be made of it: places in
 * order from 0 on, periods that are dates.
 */
static bool
is_record(const CxFlatCustomer *record, int key_words, const CxCustomersHead *head, const char *end)
{
	Size		left = end - (const char *) record;
	const uint16 *place;
	int64		last;

	if (left < sizeof(CxFlatCustomer) || record->active == 0 || record->cells > CX_CELLS_WIDE ||
		(record->cells != CX_CELLS_NONE) != head->money ||
		left < record_size(key_words, record->active, record->cells))
		return false;
	place = (const uint16 *) ((const char *) (record + 1) + key_words * sizeof(uint64) +
							  record->active * cx_cell_width(record->cells));
	for (int i = 1; i < record->active; i++)
	{
		if (place[i] <= place[i - 1])
			return false;
	}
	last = (int64) record->first_period + place[record->active - 1];
	return place[0] == 0 && place[record->active - 1] < CX_SPAN_MOST && last <= PG_INT32_MAX &&
		cx_is_period(head->calendar.period, record->first_period) &&
		cx_is_period(head->calendar.period, (int32) last);
}

/* ---- the flat value ---- */

static Size
head_size(int zone_words)
{
	return sizeof(CxFlatCustomers) + zone_words * CX_ZONE_WORD;
}

static void
write_head(CxFlatCustomers *f, const CxCustomersHead *head, Size size)
{
	memset(f, 0, sizeof(*f));
	SET_VARSIZE(f, size);
	f->header.version = CX_CUSTOMERS_VERSION;
	f->header.kind = CX_CUSTOMERS_KIND;
	f->header.flags = CX_CUSTOMERS_PACKED;
	f->count = head->count;
	if (head->count == 0)
		return;
	f->header.flags |= cx_calendar_flags(&head->calendar) | head->key_kind << CX_CUSTOMERS_KEY_SHIFT;
	f->last = head->last;
	f->money = head->money;
	f->zone_words = head->calendar.zone_words;
	memcpy(f + 1, head->calendar.zone, f->zone_words * CX_ZONE_WORD);
}

static CxCustomersHead
head_of_flat(const CxFlatCustomers *f)
{
	return (CxCustomersHead) {
		cx_calendar_of(f->header.flags, f->zone_words, (const char *) (f + 1)),
		(f->header.flags & CX_CUSTOMERS_KEY) >> CX_CUSTOMERS_KEY_SHIFT,
		f->money, f->count, f->last
	};
}

/* To let in those who wait does not change what the object says. */
static CxCustomersHead
head_of_expanded(const CxCustomers *c)
{
	cx_customers_let_in((CxCustomers *) c);
	return (CxCustomersHead) {c->calendar, c->key_kind, c->money, c->count, c->last};
}

static inline const CxFlatCustomer *
first_record(const CxFlatCustomers *f)
{
	return (const CxFlatCustomer *) ((const char *) f + head_size(f->zone_words));
}

static inline const CxFlatCustomer *
next_record(const CxFlatCustomer *record, int key_words)
{
	return (const CxFlatCustomer *) ((const char *) record +
									 record_size(key_words, record->active, record->cells));
}

/* Whether records are as many as it says, and whole: whatever they are, they can be read. */
static bool
is_whole(const CxFlatCustomers *f)
{
	CxCustomersHead head;
	const CxFlatCustomer *record;
	const char *end = (const char *) f + VARSIZE(f);
	int			key_words;

	if (VARSIZE(f) < sizeof(CxFlatCustomers) || f->header.version != CX_CUSTOMERS_VERSION ||
		(f->header.flags & CX_CUSTOMERS_PACKED) == 0 || f->money > 1 || f->unsorted > 1 ||
		!cx_is_calendar(f->header.flags, f->zone_words) || VARSIZE(f) < head_size(f->zone_words))
		return false;
	head = head_of_flat(f);
	if (head.key_kind >= CX_KEY_KINDS || f->count < 0 ||
		(f->count > 0 && head.calendar.moment == CX_OF_NOTHING))
		return false;
	key_words = cx_key_words(head.key_kind);
	record = first_record(f);
	for (int64 i = 0; i < f->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!is_record(record, key_words, &head, end))
			return false;
		record = next_record(record, key_words);
	}
	return (const char *) record == end;
}

void
cx_flat_customers_check(const CxFlatCustomers *f)
{
	if (!is_whole(f))
		cx_summary_corrupt(&f->header);
}

static void
visit_flat(const CxFlatCustomers *f, CxCustomerVisit visit, void *context)
{
	CxCustomersHead head = head_of_flat(f);
	int			key_words = cx_key_words(head.key_kind);
	const CxFlatCustomer *record = first_record(f);
	CxActivity *a = palloc(sizeof(CxActivity) + CX_SPAN_MOST / 8 + sizeof(uint64) +
						   CX_SPAN_MOST * sizeof(CxMoney));

	for (int64 i = 0; i < f->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		read_record(record, key_words, head.calendar.period, a);
		visit(context, record_key(record, key_words), a);
		record = next_record(record, key_words);
	}
	pfree(a);
}

void
cx_customers_visit_all(const CxCustomersSource *source, CxCustomerVisit visit, void *context)
{
	if (source->expanded != NULL && source->head.count > 0)
		cx_customers_visit(source->expanded, visit, context);
	else if (source->flat != NULL)
		visit_flat(source->flat, visit, context);
}

/* ---- as it is stored ---- */

static int
compare_records(const void *a, const void *b, void *key_words)
{
	CxKey		one = record_key(*(const CxFlatCustomer *const *) a, *(int *) key_words);
	CxKey		other = record_key(*(const CxFlatCustomer *const *) b, *(int *) key_words);

	if (one.high != other.high)
		return one.high < other.high ? -1 : 1;
	return (one.low > other.low) - (one.low < other.low);
}

/* Sort the records of a value, as a copy; their cells are narrow where they can be. */
static CxFlatCustomers *
sorted_copy(const CxFlatCustomers *f)
{
	CxCustomersHead head = head_of_flat(f);
	int			key_words = cx_key_words(head.key_kind);
	const CxFlatCustomer **records = MemoryContextAllocHuge(CurrentMemoryContext,
															f->count * sizeof(CxFlatCustomer *));
	const CxFlatCustomer *record = first_record(f);
	CxActivity *a = palloc(sizeof(CxActivity) + CX_SPAN_MOST / 8 + sizeof(uint64) +
						   CX_SPAN_MOST * sizeof(CxMoney));
	CxFlatCustomers *copy = palloc(VARSIZE(f));
	Writer		w = {&head, (char *) copy + head_size(f->zone_words)};

	for (int64 i = 0; i < f->count; i++)
	{
		records[i] = record;
		record = next_record(record, key_words);
	}
	CHECK_FOR_INTERRUPTS();
	qsort_arg(records, f->count, sizeof(CxFlatCustomer *), compare_records, &key_words);
	for (int64 i = 0; i < f->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		read_record(records[i], key_words, head.calendar.period, a);
		if (records[i]->cells == CX_CELLS_WIDE)
		{
			const CxActivity *closed = cx_activity_closed(a);

			write_record(&w, record_key(records[i], key_words), closed);
			if (closed != a)
				pfree((void *) closed);
		}
		else
			write_record(&w, record_key(records[i], key_words), a);
	}
	write_head(copy, &head, w.at - (char *) copy);
	pfree(records);
	pfree(a);
	return copy;
}

/* A flat value of an object, its records in any order. */
static void
flatten(const CxCustomers *c, CxFlatCustomers *f, Size size)
{
	CxCustomersHead head = head_of_expanded(c);
	Writer		w = {&head, (char *) f + head_size(c->calendar.zone_words)};

	write_head(f, &head, size);
	f->unsorted = c->count > 0;
	if (c->count > 0)
		cx_customers_visit(c, write_record, &w);
}

static Size
flat_size(const CxCustomers *c)
{
	CxCustomersHead head = head_of_expanded(c);
	Writer		w = {&head, NULL, sizeof(CxFlatCustomers)};

	if (c->count > 0)
	{
		w.size = head_size(c->calendar.zone_words);
		cx_customers_visit(c, measure_record, &w);
	}
	return w.size;
}

const CxFlatCustomers *
cx_customers_closed(const CxCustomersSource *source)
{
	const CxFlatCustomers *f = source->flat;

	if (f == NULL)
	{
		Size		size = flat_size(source->expanded);

		f = palloc(size);
		flatten(source->expanded, (CxFlatCustomers *) f, size);
	}
	return f->unsorted ? sorted_copy(f) : f;
}

/* ---- the expanded object ---- */

static Size
get_flat_size(ExpandedObjectHeader *header)
{
	return flat_size((CxCustomers *) header);
}

static void
flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size)
{
	flatten((CxCustomers *) header, result, allocated_size);
}

static const ExpandedObjectMethods methods = {get_flat_size, flatten_into};

CxCustomers *
cx_customers_new(MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "activity of customers",
												  ALLOCSET_SMALL_SIZES);
	CxCustomers *c = MemoryContextAllocZero(context, sizeof(CxCustomers));

	EOH_init_header(&c->header, &methods, context);
	return c;
}

/* All periods of a customer; 'last' is the last moment of all. */
static void
add_activity(CxCustomers *c, CxKey key, const CxActivity *a, Timestamp last)
{
	CxActivityWalk walk = cx_activity_walk(a);

	for (int i = 0; i < a->active; i++)
	{
		CxMoney		amount = cx_activity_cell(a, i);

		cx_customers_queue(c, key, last, a->first_period + cx_activity_next(&walk),
						   cx_activity_cell_kind(a) == CX_CELLS_NONE ? NULL : &amount);
	}
}

/* What merging needs. */
typedef struct Merge
{
	CxCustomers *into;
	Timestamp	last;
} Merge;

static void
merge_customer(void *context, CxKey key, const CxActivity *a)
{
	Merge	   *m = context;

	add_activity(m->into, key, a, m->last);
}

void
cx_customers_merge(CxCustomers *c, const CxCustomersSource *source)
{
	Merge		m = {c, source->head.last};

	if (source->head.count == 0)
		return;
	cx_customers_require(c, &source->head.calendar, source->head.key_kind);
	cx_customers_visit_all(source, merge_customer, &m);
}

CxCustomersSource
cx_expanded_customers_source(const CxCustomers *c)
{
	return (CxCustomersSource) {head_of_expanded(c), c, NULL};
}

CxCustomersSource
cx_flat_customers_source(const CxFlatCustomers *f)
{
	return (CxCustomersSource) {head_of_flat(f), NULL, f};
}

CxCustomersSource
cx_customers_arg(FunctionCallInfo fcinfo, int argno)
{
	Datum		datum = PG_GETARG_DATUM(argno);
	const CxFlatCustomers *f;

	if (VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum)))
		return cx_expanded_customers_source((const CxCustomers *) DatumGetEOHP(datum));
	f = (const CxFlatCustomers *) cx_summary_arg(fcinfo, argno);
	cx_flat_customers_check(f);
	return cx_flat_customers_source(f);
}

CxCustomers *
cx_customers_state(FunctionCallInfo fcinfo, int argno)
{
	Datum		datum = PG_GETARG_DATUM(argno);
	MemoryContext parent = CurrentMemoryContext;
	CxCustomersSource source;
	CxCustomers *c;

	if (cx_in_aggregate(fcinfo))
	{
		if (likely(VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(datum))))
			return (CxCustomers *) DatumGetEOHP(datum);
		AggCheckCallContext(fcinfo, &parent);
	}
	source = cx_customers_arg(fcinfo, argno);
	c = cx_customers_new(parent);
	cx_customers_merge(c, &source);
	return c;
}
