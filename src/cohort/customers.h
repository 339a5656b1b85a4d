/*-------------------------------------------------------------------------
 *
 * customers.h
 *	  The activity of many customers: what an aggregate over raw events keeps of
 *	  each of them, in a hash table of its own.
 *
 * While it grows it is an expanded object, CxCustomers.  A customer is a slot of
 * an open-addressing hash table: the key, and where the periods are.  These are
 * entries of two bytes, with money of ten, in chunks of a cache line; a customer
 * with many of them, or with amounts that are not narrow, has a CxActivity of his
 * own instead.
 *
 * Flat, it is a head, the name of the time zone, and a record for every customer.
 * Stored, records are in order of the keys; of a state that was sent from a
 * worker, or written to disk, they are in any order.
 *
 * An integer is its own key, as is a uuid; of text the key is a hash of 128 bits
 * (hash_bytes_extended with two seeds): of a hundred million customers two are
 * taken for one with a probability of 2^-75.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_COHORT_CUSTOMERS_H
#define CX_COHORT_CUSTOMERS_H

#include "cohort/cohorts.h"

#include "utils/expandeddatum.h"

#define CX_CUSTOMERS_VERSION 1

/* CxHeader.kind; the letter is in stored values and never changes */
#define CX_CUSTOMERS_KIND 'm'

/* What a key is; the numbers are in stored values and never change. */
typedef enum CxKeyKind
{
	CX_KEY_INTEGER,
	CX_KEY_UUID,
	CX_KEY_TEXT,
	CX_KEY_KINDS
} CxKeyKind;

/* "integer", "uuid", "text"; a NULL ends them */
extern const char *const cx_key_names[CX_KEY_KINDS + 1];

typedef struct CxKey
{
	uint64		high;			/* integer: 0 */
	uint64		low;
} CxKey;

/* Keys sort as integers do. */
#define CX_INTEGER_SIGN UINT64CONST(0x8000000000000000)

static inline CxKey
cx_integer_key(int64 integer)
{
	return (CxKey) {0, (uint64) integer ^ CX_INTEGER_SIGN};
}

static inline int
cx_key_words(CxKeyKind kind)
{
	return kind == CX_KEY_INTEGER ? 1 : 2;
}

/* ---- flat ---- */

/* CxHeader.flags, besides those of the calendar */
#define CX_CUSTOMERS_KEY 0x60
#define CX_CUSTOMERS_KEY_SHIFT 5
#define CX_CUSTOMERS_PACKED 0x80	/* not the form the codec reads */

typedef struct CxFlatCustomers
{
	CxHeader	header;
	Timestamp	last;			/* moment of the last activity */
	int64		count;			/* customers */
	uint8		zone_words;
	uint8		money;			/* 1: an amount was given */
	uint8		unsorted;		/* 1: a state */
	uint8		reserved[5];	/* zero */
	/* the zone, records follow */
} CxFlatCustomers;

/* The key follows, then cells, then places of periods, uint16, filled up to 8 bytes. */
typedef struct CxFlatCustomer
{
	int32		first_period;
	uint16		active;
	uint8		cells;			/* CxCellKind */
	uint8		reserved;		/* zero */
} CxFlatCustomer;

/* ---- expanded ---- */

typedef struct CxChunk CxChunk;

/* An event that waits to be added. */
typedef struct CxWaiting
{
	CxKey		key;
	CxNarrow	amount;
	int32		number;			/* of the period */
	bool		has_amount;
} CxWaiting;

#define CX_WAITING 128

typedef struct CxCustomers
{
	ExpandedObjectHeader header;
	CxCalendar	calendar;		/* its zone is 'zone' */
	CxKeyKind	key_kind;
	bool		money;			/* an amount was given */
	Timestamp	last;
	Oid			collation;		/* of text, the last one that was found good */

	uint32		count;			/* customers */
	uint32		room;			/* slots, a power of two */
	char	   *slots;
	Size		bytes;			/* of all records, flat, at most */

	CxChunk   **blocks;
	uint32		block_room;
	uint32		chunks;			/* taken from blocks; the first is not used */
	uint32		free_chunk;		/* a list of those given back */

	CxActivity **big;			/* activities of their own */
	uint32		bigs;
	uint32		big_room;

	bool		begun;			/* it has a calendar and a kind of keys */
	char		zone[CX_ZONE_BYTES];

	int			waiting_count;
	CxWaiting	waiting[CX_WAITING];
} CxCustomers;

/* What comes before any row: the calendar and the kind of keys, which never change. */
extern void cx_customers_begin(CxCustomers *c, const CxCalendar *calendar, CxKeyKind kind);
extern _Noreturn void cx_customers_refuse(const CxCustomers *c, const CxCalendar *calendar,
										  CxKeyKind kind);

static inline void
cx_customers_require(CxCustomers *c, const CxCalendar *calendar, CxKeyKind kind)
{
	if (unlikely(!c->begun))
		cx_customers_begin(c, calendar, kind);
	else if (unlikely(c->key_kind != kind))
		cx_customers_refuse(c, calendar, kind);
	else
		cx_calendar_require_same(&c->calendar, calendar);
}

extern void cx_customers_add(CxCustomers *c, CxKey key, const CxActivePeriod *period);

/*
 * Add later, together with others: of many customers most are not in the
 * processor's caches, and memory answers many questions in the time of one.
 * Whatever reads the object lets those who wait in before.
 */
extern void cx_customers_let_in(CxCustomers *c);

static inline void
cx_customers_queue(CxCustomers *c, CxKey key, Timestamp at, int32 number, const CxMoney *amount)
{
	CxWaiting  *w;

	if (unlikely(c->waiting_count == CX_WAITING))
		cx_customers_let_in(c);
	w = &c->waiting[c->waiting_count];
	w->amount = 0;
	if (amount != NULL && unlikely(!cx_money_to_narrow(amount, &w->amount)))
	{
		CxActivePeriod period = {at, at, number, amount};

		cx_customers_add(c, key, &period);
		return;
	}
	w->key = key;
	w->number = number;
	w->has_amount = amount != NULL;
	c->last = Max(c->last, at);
	c->waiting_count++;
}

/* What is done with every customer; the activity is there only meanwhile. */
typedef void (*CxCustomerVisit) (void *context, CxKey key, const CxActivity *a);

extern void cx_customers_visit(const CxCustomers *c, CxCustomerVisit visit, void *context);

/* ---- either of them ---- */

/* What holds for all customers. */
typedef struct CxCustomersHead
{
	CxCalendar	calendar;
	CxKeyKind	key_kind;
	bool		money;
	int64		count;
	Timestamp	last;
} CxCustomersHead;

typedef struct CxCustomersSource
{
	CxCustomersHead head;
	const CxCustomers *expanded;	/* or */
	const CxFlatCustomers *flat;
} CxCustomersSource;

extern CxCustomersSource cx_expanded_customers_source(const CxCustomers *c);
extern CxCustomersSource cx_flat_customers_source(const CxFlatCustomers *f);

/* An error if a flat value's records cannot be read. */
extern void cx_flat_customers_check(const CxFlatCustomers *f);
extern CxCustomersSource cx_customers_arg(FunctionCallInfo fcinfo, int argno);
extern void cx_customers_visit_all(const CxCustomersSource *source, CxCustomerVisit visit,
								   void *context);
extern void cx_customers_merge(CxCustomers *c, const CxCustomersSource *source);

/* The object in an argument: the state itself if it may be scribbled on, or a copy. */
extern CxCustomers *cx_customers_state(FunctionCallInfo fcinfo, int argno);

/* A new object without customers. */
extern CxCustomers *cx_customers_new(MemoryContext parent);

/* As it is stored. */
extern const CxFlatCustomers *cx_customers_closed(const CxCustomersSource *source);

#endif							/* CX_COHORT_CUSTOMERS_H */
