/*-------------------------------------------------------------------------
 *
 * customers_agg.c
 *	  The aggregates over raw events: one row an event of one of many customers
 *	  (see customers.h).
 *
 *-------------------------------------------------------------------------
 */
#include "cohort/customers.h"

#include "catalog/pg_collation.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/uuid.h"

/* Of text the key is two hashes, of these seeds; they never change. */
#define HIGH_SEED UINT64CONST(0x6378206d65747269)
#define LOW_SEED UINT64CONST(0x637320636f686f72)

/* ---- keys ---- */

typedef CxKey (*KeyReader) (CxCustomers *c, FunctionCallInfo fcinfo);

static inline CxKey
key_int2(CxCustomers *c, FunctionCallInfo fcinfo)
{
	return cx_integer_key(PG_GETARG_INT16(1));
}

static inline CxKey
key_int4(CxCustomers *c, FunctionCallInfo fcinfo)
{
	return cx_integer_key(PG_GETARG_INT32(1));
}

static inline CxKey
key_int8(CxCustomers *c, FunctionCallInfo fcinfo)
{
	return cx_integer_key(PG_GETARG_INT64(1));
}

static inline uint64
word_of(const unsigned char *bytes)
{
	uint64		word = 0;

	for (int i = 0; i < sizeof(word); i++)
		word = word << BITS_PER_BYTE | bytes[i];
	return word;
}

static inline CxKey
key_uuid(CxCustomers *c, FunctionCallInfo fcinfo)
{
	const pg_uuid_t *uuid = PG_GETARG_UUID_P(1);

	return (CxKey) {word_of(uuid->data), word_of(uuid->data + sizeof(uint64))};
}

/* What a collation calls equal must have the same bytes. */
static pg_noinline void
check_collation(CxCustomers *c, Oid collation)
{
	if (OidIsValid(collation) && collation != DEFAULT_COLLATION_OID && !get_collation_isdeterministic(collation))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("customers cannot be told apart by the nondeterministic collation \"%s\"",
						get_collation_name(collation)),
				 errhint("Use customer COLLATE \"C\", or group by customer: "
						 "SELECT cohort_agg(a) FROM (SELECT activity_agg(...) AS a FROM ... GROUP BY customer) AS x.")));
	c->collation = collation;
}

static inline CxKey
key_text(CxCustomers *c, FunctionCallInfo fcinfo)
{
	const text *name = PG_GETARG_TEXT_PP(1);
	const unsigned char *bytes = (const unsigned char *) VARDATA_ANY(name);
	int			length = VARSIZE_ANY_EXHDR(name);

	if (unlikely(c->collation != PG_GET_COLLATION()))
		check_collation(c, PG_GET_COLLATION());
	return (CxKey) {hash_bytes_extended(bytes, length, HIGH_SEED), hash_bytes_extended(bytes, length, LOW_SEED)};
}

/* ---- transition functions ---- */

/*
 * cx_customers_accum_KEY_MOMENT(state, customer, at, period) and
 * cx_customers_accum_KEY_MOMENT_TYPE(state, customer, at, amount, period): rows
 * without a customer or a moment are skipped, a NULL amount is activity without
 * money.
 */
static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, CxKeyKind kind, KeyReader key_of, CxMomentKind moment_kind,
		   CxMoneyReader money_of)
{
	CxCustomers *c;
	CxCalendar	calendar;
	CxMoment	moment;
	CxMoney		amount;
	bool		has_amount = money_of != NULL && !PG_ARGISNULL(3);

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	c = cx_customers_state(fcinfo, 0);
	calendar = cx_calendar_now(cx_period_arg(fcinfo, money_of == NULL ? 3 : 4), moment_kind);
	cx_customers_require(c, &calendar, kind);
	moment = cx_moment_of(moment_kind, PG_GETARG_DATUM(2));
	if (has_amount)
		money_of(PG_GETARG_DATUM(3), &amount);
	cx_customers_queue(c, key_of(c, fcinfo), moment.at, cx_period_of(calendar.period, moment.day),
					   has_amount ? &amount : NULL);
	PG_RETURN_DATUM(EOHPGetRWDatum(&c->header));
}

#define ACCUM(name, kind, key, moment, money_of) \
	PG_FUNCTION_INFO_V1(cx_customers_accum_##name); \
	Datum \
	cx_customers_accum_##name(PG_FUNCTION_ARGS) \
	{ \
		return accumulate(fcinfo, kind, key_##key, moment, money_of); \
	}

#define ACCUM_MOMENT(kind, key, name, moment) \
	ACCUM(key##_##name, kind, key, moment, NULL) \
	ACCUM(key##_##name##_int8, kind, key, moment, cx_money_int8) \
	ACCUM(key##_##name##_numeric, kind, key, moment, cx_money_numeric) \
	ACCUM(key##_##name##_float8, kind, key, moment, cx_money_float8)

#define ACCUM_KEY(kind, key) \
	ACCUM_MOMENT(kind, key, date, CX_OF_DATE) \
	ACCUM_MOMENT(kind, key, timestamp, CX_OF_TIMESTAMP) \
	ACCUM_MOMENT(kind, key, timestamptz, CX_OF_TIMESTAMPTZ)

ACCUM_KEY(CX_KEY_INTEGER, int2)
ACCUM_KEY(CX_KEY_INTEGER, int4)
ACCUM_KEY(CX_KEY_INTEGER, int8)
ACCUM_KEY(CX_KEY_UUID, uuid)
ACCUM_KEY(CX_KEY_TEXT, text)

/* ---- merging ---- */

/*
 * summary + summary, the step of rollup(summary) and the combine function of
 * every aggregate: whoever is in both is one customer.
 */
PG_FUNCTION_INFO_V1(cx_customers_combine);
Datum
cx_customers_combine(PG_FUNCTION_ARGS)
{
	CxCustomersSource other = cx_customers_arg(fcinfo, 1);
	CxCustomers *c = cx_customers_state(fcinfo, 0);

	cx_customers_merge(c, &other);
	if (!cx_in_aggregate(fcinfo))
	{
		CxCustomersSource merged = cx_expanded_customers_source(c);

		PG_RETURN_POINTER(cx_customers_closed(&merged));
	}
	PG_RETURN_DATUM(EOHPGetRWDatum(&c->header));
}

/* The final function of the aggregates that make summaries: the state as it is stored. */
PG_FUNCTION_INFO_V1(cx_customers_final);
Datum
cx_customers_final(PG_FUNCTION_ARGS)
{
	CxCustomersSource source = cx_customers_arg(fcinfo, 0);

	PG_RETURN_POINTER(cx_customers_closed(&source));
}
