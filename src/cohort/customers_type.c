/*-------------------------------------------------------------------------
 *
 * customers_type.c
 *	  The type customer_activity_summary: what the codec knows of it, and its
 *	  accessors (see customers.h).
 *
 *-------------------------------------------------------------------------
 */
#include "cohort/customers.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* rows of customer and period of which text and binary forms are made */
#define MOST_ROWS (8 * 1024 * 1024)

#define HEX_DIGITS 16			/* of one word */

/* ---- the form that the codec reads and writes ---- */

typedef struct WideRow
{
	CxMoney		amount;
	const char *customer;
	DateADT		start;
	int32		reserved;		/* zero */
} WideRow;

typedef struct WideCustomers
{
	CxHeader	header;
	int64		count;			/* rows */
	CxCalendarText calendar;
	const char *key;
	Timestamp	last;
	uint8		money;			/* 1: it has amounts */
	uint8		reserved[7];	/* zero */
	WideRow		row[FLEXIBLE_ARRAY_MEMBER];
} WideCustomers;

static bool
has_rows(const CxHeader *value)
{
	return ((const WideCustomers *) value)->count > 0;
}

static bool
has_zone(const CxHeader *value)
{
	const WideCustomers *wide = (const WideCustomers *) value;

	return wide->count > 0 && wide->calendar.of != NULL &&
		strcmp(wide->calendar.of, cx_moment_names[CX_OF_TIMESTAMPTZ - CX_OF_DATE]) == 0;
}

static bool
has_no_zone(const CxHeader *value)
{
	return has_rows(value) && !has_zone(value);
}

static bool
has_amounts(const CxHeader *value)
{
	return has_rows(value) && ((const WideCustomers *) value)->money;
}

static int
rows_length(const CxHeader *value)
{
	return cx_length(((const WideCustomers *) value)->count);
}

static Size
customers_size(const CxHeader *value)
{
	if (value->flags & CX_CUSTOMERS_PACKED)
		return VARSIZE(value);
	if (VARSIZE(value) < offsetof(WideCustomers, row))
		return 0;
	return offsetof(WideCustomers, row) + ((const WideCustomers *) value)->count * sizeof(WideRow);
}

/* ---- keys as text ---- */

static const char *
key_to_text(CxKeyKind kind, CxKey key)
{
	if (kind == CX_KEY_INTEGER)
		return psprintf(INT64_FORMAT, (int64) (key.low ^ CX_INTEGER_SIGN));
	return psprintf("%016llx%016llx", (unsigned long long) key.high, (unsigned long long) key.low);
}

/* A word of hexadecimal digits, small ones. */
static bool
hex_to_word(const char *text, uint64 *word)
{
	*word = 0;
	for (int i = 0; i < HEX_DIGITS; i++)
	{
		static const char digits[] = "0123456789abcdef";
		const char *digit = text[i] == '\0' ? NULL : strchr(digits, text[i]);

		if (digit == NULL)
			return false;
		*word = *word << 4 | (digit - digits);
	}
	return true;
}

/* What the above has written; false for anything else. */
static bool
key_from_text(CxKeyKind kind, const char *text, CxKey *key)
{
	if (text == NULL)
		return false;
	if (kind == CX_KEY_INTEGER)
	{
		*key = cx_integer_key(strtoll(text, NULL, 10));
		return strcmp(text, key_to_text(kind, *key)) == 0;
	}
	return strlen(text) == 2 * HEX_DIGITS && hex_to_word(text, &key->high) &&
		hex_to_word(text + HEX_DIGITS, &key->low);
}

static int
compare_keys(CxKey a, CxKey b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	return (a.low > b.low) - (a.low < b.low);
}

static int
key_kind_of(const char *name)
{
	for (int i = 0; name != NULL && i < CX_KEY_KINDS; i++)
	{
		if (strcmp(name, cx_key_names[i]) == 0)
			return i;
	}
	return -1;
}

/* ---- checking ---- */

static const char *
rows_fault(const WideCustomers *wide, CxPeriodKind period, CxKeyKind kind, int32 *last)
{
	CxKey		key = {0, 0};
	int32		number = 0;
	int32		first = 0;

	for (int64 i = 0; i < wide->count; i++)
	{
		CxKey		before = key;
		int32		number_before = number;
		int			order = 1;

		CHECK_FOR_INTERRUPTS();
		if (!key_from_text(kind, wide->row[i].customer, &key))
			return "It has a customer that is no key of its type.";
		number = cx_period_of(period, wide->row[i].start);
		if (wide->row[i].start != cx_period_start(period, number))
			return "It has a period that does not begin on its first day.";
		if (i > 0)
			order = compare_keys(key, before);
		if (order < 0 || (order == 0 && number <= number_before))
			return "Its customers and their periods are not in order.";
		if (order > 0)
			first = number;
		if ((int64) number - first >= CX_SPAN_MOST)
			return psprintf("From the first to the last period of a customer there are more than %d.", CX_SPAN_MOST);
		*last = i == 0 ? number : Max(*last, number);
	}
	return NULL;
}

static const char *
customers_fault(const CxHeader *value)
{
	const WideCustomers *wide = (const WideCustomers *) value;
	CxCalendar	calendar;
	int			kind = key_kind_of(wide->key);
	int32		last = 0;
	const char *fault;

	if (wide->count == 0)
		return NULL;
	if (wide->calendar.of == NULL || !cx_calendar_from_text(&wide->calendar, &calendar))
		return "There is no such period, type of moments or time zone.";
	if (kind < 0)
		return "There is no such type of customers.";
	fault = rows_fault(wide, calendar.period, kind, &last);
	if (fault == NULL && !cx_calendar_lies_in(&calendar, wide->last, last))
		fault = "Its last moment does not lie in its last period.";
	return fault;
}

/* ---- opening and closing ---- */

static void
count_rows(void *context, CxKey key, const CxActivity *a)
{
	*(int64 *) context += a->active;
}

typedef struct Opening
{
	WideCustomers *wide;
	CxPeriodKind period;
	CxKeyKind	kind;
	int64		row;
} Opening;

static void
open_customer(void *context, CxKey key, const CxActivity *a)
{
	Opening    *o = context;
	CxActivityWalk walk = cx_activity_walk(a);
	const char *customer = key_to_text(o->kind, key);

	for (int i = 0; i < a->active; i++)
	{
		WideRow    *row = &o->wide->row[o->row++];

		row->customer = customer;
		row->start = cx_period_start(o->period, a->first_period + cx_activity_next(&walk));
		row->amount = cx_activity_cell(a, i);
	}
}

static const CxHeader *
customers_open(const CxHeader *value)
{
	const CxFlatCustomers *f = (const CxFlatCustomers *) value;
	CxCustomersSource source;
	WideCustomers *wide;
	Opening		o = {NULL};
	int64		rows = 0;

	cx_flat_customers_check(f);
	source = cx_flat_customers_source(f);
	o.period = source.head.calendar.period;
	o.kind = source.head.key_kind;
	source.flat = f = cx_customers_closed(&source);
	cx_customers_visit_all(&source, count_rows, &rows);
	if (rows > MOST_ROWS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%lld active periods of customers are too many for a text or binary form",
						(long long) rows),
				 errdetail("There may be %d of them.", MOST_ROWS)));
	wide = (WideCustomers *)
		cx_summary_new(CX_CUSTOMERS_VERSION, CX_CUSTOMERS_KIND,
					   offsetof(WideCustomers, row) + rows * sizeof(WideRow));
	wide->count = rows;
	if (rows == 0)
		return &wide->header;
	wide->calendar = cx_calendar_to_text(&source.head.calendar);
	wide->key = cx_key_names[source.head.key_kind];
	wide->last = f->last;
	wide->money = f->money;
	o.wide = wide;
	cx_customers_visit_all(&source, open_customer, &o);
	return &wide->header;
}

static CxHeader *
customers_close(CxHeader *value)
{
	const WideCustomers *wide = (const WideCustomers *) value;
	CxCustomers *c = cx_customers_new(CurrentMemoryContext);
	CxCustomersSource source;
	CxCalendar	calendar;
	const CxFlatCustomers *closed;

	for (int64 i = 0; i < wide->count; i++)
	{
		const WideRow *row = &wide->row[i];
		CxKey		key = {0};
		CxActivePeriod period = {wide->last, wide->last, 0, wide->money ? &row->amount : NULL};

		CHECK_FOR_INTERRUPTS();
		if (i == 0)
		{
			cx_calendar_from_text(&wide->calendar, &calendar);
			cx_customers_begin(c, &calendar, key_kind_of(wide->key));
		}
		period.number = cx_period_of(calendar.period, row->start);
		key_from_text(c->key_kind, row->customer, &key);
		cx_customers_add(c, key, &period);
	}
	source = cx_expanded_customers_source(c);
	closed = cx_customers_closed(&source);
	MemoryContextDelete(c->header.eoh_context);
	return (CxHeader *) closed;
}

#define CUSTOMERS_FIELD(name_, kind_, member, present_) \
	{.name = name_, .kind = kind_, .offset = offsetof(WideCustomers, member), .present = present_}
#define ROW_FIELD(name_, kind_, member, present_) \
	{.name = name_, .kind = kind_, .offset = offsetof(WideCustomers, row[0].member), \
	 .present = present_, .length = rows_length, .stride = sizeof(WideRow)}

static const CxField customers_fields[] = {
	CUSTOMERS_FIELD("n", CX_FIELD_COUNT, count, NULL),
	CUSTOMERS_FIELD("period", CX_FIELD_LABEL, calendar.period, has_rows),
	CUSTOMERS_FIELD("of", CX_FIELD_LABEL, calendar.of, has_rows),
	CUSTOMERS_FIELD("zone", CX_FIELD_LABEL, calendar.zone, has_zone),
	CUSTOMERS_FIELD("key", CX_FIELD_LABEL, key, has_rows),
	CUSTOMERS_FIELD("last", CX_FIELD_TIMESTAMP, last, has_no_zone),
	CUSTOMERS_FIELD("last", CX_FIELD_INSTANT, last, has_zone),
	CUSTOMERS_FIELD("money", CX_FIELD_SWITCH, money, has_rows),
	ROW_FIELD("customers", CX_FIELD_LABEL, customer, has_rows),
	ROW_FIELD("periods", CX_FIELD_DATE, start, has_rows),
	ROW_FIELD("amounts", CX_FIELD_MONEY, amount, has_amounts)
};

static const CxType customers_type = {
	.name = "customer_activity_summary",
	.version = CX_CUSTOMERS_VERSION,
	.kind = CX_CUSTOMERS_KIND,
	.fields = customers_fields,
	.nfields = lengthof(customers_fields),
	.max_size = offsetof(WideCustomers, row),
	.max_length = MOST_ROWS,
	.size = customers_size,
	.fault = customers_fault,
	.open = customers_open,
	.close = customers_close
};

CX_SUMMARY_FUNCTIONS(customer_activity_summary, &customers_type)

/* ---- accessors ---- */

/* customers(s) -> bigint: how many there are. */
PG_FUNCTION_INFO_V1(cx_customers_count);
Datum
cx_customers_count(PG_FUNCTION_ARGS)
{
	CxCustomersSource source = cx_customers_arg(fcinfo, 0);

	PG_RETURN_INT64(source.head.count);
}

typedef struct Counting
{
	CxCohorts  *s;
	const CxCalendar *calendar;
} Counting;

static void
count_customer(void *context, CxKey key, const CxActivity *a)
{
	Counting   *counting = context;
	DateADT		start = cx_period_start(counting->calendar->period, a->first_period);

	counting->s = cx_cohorts_add_customer(counting->s, counting->calendar, start, a->first_period, a);
}

/* cohorts(s) -> cohort_summary, and the final function of retention_agg. */
PG_FUNCTION_INFO_V1(cx_customers_cohorts);
Datum
cx_customers_cohorts(PG_FUNCTION_ARGS)
{
	CxCustomersSource source = cx_customers_arg(fcinfo, 0);
	Counting	counting = {cx_cohorts_new(), &source.head.calendar};

	cx_customers_visit_all(&source, count_customer, &counting);
	/* that of single customers is not kept */
	if (source.head.count > 0)
		counting.s->last = source.head.last;
	PG_RETURN_POINTER(cx_cohorts_closed(counting.s));
}
