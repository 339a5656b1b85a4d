/*-------------------------------------------------------------------------
 *
 * codec.c
 *	  Text, json, jsonb and binary forms of summaries, from one table of
 *	  fields a type (see summary.h).
 *
 * Text is JSON.  It is parsed by PostgreSQL's own jsonb input, then read field
 * by field; numbers are printed in the shortest form that reads back to the
 * same bits, whatever extra_float_digits says.
 *
 * Binary is: version byte, kind byte, then the fields in the order of the
 * table, in network byte order.
 *
 *-------------------------------------------------------------------------
 */
#include "base/args.h"
#include "base/money.h"
#include "base/summary.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

/* Derived figures in json need not agree to the last bit: other machines round. */
#define HEADLINE_TOLERANCE 1e-6

/* Where a value that is being read comes from, for the error if it is corrupt. */
typedef struct CxSource
{
	const CxType *type;
	Jsonb	   *json;			/* NULL: binary */
} CxSource;

static _Noreturn void
refuse(const CxSource *source, const char *detail)
{
	if (source->json == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s",
						source->type->name),
				 errdetail("%s", detail)));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s: \"%s\"",
					source->type->name,
					cx_quoted(JsonbToCString(NULL, &source->json->root,
											 VARSIZE(source->json)))),
			 errdetail("%s", detail)));
}

/* How large the value is, or is to become when it is read. */
static Size
size_of(const CxType *type, const CxHeader *value)
{
	return type->size ? type->size(value) : type->max_size;
}

/* ---- the slots of a summary, by field ---- */

static bool
is_present(const CxField *field, const CxHeader *value)
{
	return field->present == NULL || field->present(value);
}

static Size
field_width(const CxField *field)
{
	switch (field->kind)
	{
		case CX_FIELD_COUNT:
		case CX_FIELD_REAL:
			return 8;
		case CX_FIELD_MONEY:
			return sizeof(CxMoney);
		default:
			return 1;
	}
}

static char *
slot_at(const CxField *field, const CxHeader *value, int i)
{
	return (char *) value + field->offset +
		i * (field->stride ? field->stride : field_width(field));
}

static bool
switch_get(const CxField *field, const CxHeader *value)
{
	if (field->kind == CX_FIELD_FLAG)
		return (value->flags & field->offset) != 0;
	return *(uint8 *) slot_at(field, value, 0) != 0;
}

static void
switch_set(const CxField *field, CxHeader *value, bool on)
{
	if (field->kind == CX_FIELD_FLAG)
		value->flags |= on ? field->offset : 0;
	else
		*(uint8 *) slot_at(field, value, 0) = on;
}

/* ---- writing JSON ---- */

static void
append_real(StringInfo buf, double real)
{
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	double_to_shortest_decimal_buf(real, digits);
	appendStringInfoString(buf, digits);
}

static void
append_slot(StringInfo buf, const CxField *field, const CxHeader *value, int i)
{
	switch (field->kind)
	{
		case CX_FIELD_COUNT:
			appendStringInfo(buf, INT64_FORMAT,
							 *(int64 *) slot_at(field, value, i));
			break;
		case CX_FIELD_REAL:
			append_real(buf, *(double *) slot_at(field, value, i));
			break;
		case CX_FIELD_MONEY:
			appendStringInfoString(buf, cx_money_to_text((CxMoney *) slot_at(field, value, i)));
			break;
		case CX_FIELD_BYTE:
			appendStringInfo(buf, "%d", *(uint8 *) slot_at(field, value, i));
			break;
		case CX_FIELD_SWITCH:
		case CX_FIELD_FLAG:
			appendStringInfoString(buf, switch_get(field, value) ? "true" : "false");
			break;
	}
}

static void
append_field(StringInfo buf, const CxField *field, const CxHeader *value)
{
	int			length;
	int			first;

	appendStringInfo(buf, "\"%s\": ", field->name);
	if (field->length == NULL)
	{
		append_slot(buf, field, value, 0);
		return;
	}
	length = field->length(value);
	first = field->first(value);
	for (int i = 0; i < length; i++)
	{
		appendStringInfo(buf, "%s\"%d\": ", i == 0 ? "{" : ", ", first + i);
		append_slot(buf, field, value, i);
	}
	appendStringInfoChar(buf, '}');
}

static char *
to_text(const CxType *type, const CxHeader *value, bool with_headline)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < type->nfields; i++)
	{
		if (!is_present(&type->fields[i], value))
			continue;
		appendStringInfoString(&buf, buf.len == 0 ? "{" : ", ");
		append_field(&buf, &type->fields[i], value);
	}
	if (with_headline)
	{
		double		headline = type->headline(value);

		appendStringInfo(&buf, ", \"%s\": ", type->headline_name);
		if (isnan(headline))
			appendStringInfoString(&buf, "null");
		else
			append_real(&buf, headline);
	}
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* ---- reading JSON ---- */

static JsonbValue *
find_key(JsonbContainer *object, const char *key, JsonbValue *found)
{
	return getKeyJsonValueFromContainer(object, key, strlen(key), found);
}

static bool
read_count(const JsonbValue *json, int64 *count)
{
	CxDecimal	decimal;

	if (json->type != jbvNumeric)
		return false;
	cx_decimal_read(NumericGetDatum(json->val.numeric), &decimal);
	return cx_decimal_to_int64(&decimal, count) && *count >= 0;
}

static bool
read_real(const JsonbValue *json, double *real)
{
	char	   *text;
	char	   *end;

	if (json->type != jbvNumeric)
		return false;
	text = DatumGetCString(DirectFunctionCall1(numeric_out,
											   NumericGetDatum(json->val.numeric)));
	/*
	 * Denormal numbers set ERANGE too; only overflow is an error.  A negative
	 * zero would break equality of bytes.
	 */
	*real = strtod(text, &end) + 0.0;
	return *end == '\0' && isfinite(*real);
}

static bool
read_slot(const JsonbValue *json, const CxField *field, CxHeader *value, int i)
{
	int64		count;

	switch (field->kind)
	{
		case CX_FIELD_COUNT:
			return read_count(json, (int64 *) slot_at(field, value, i));
		case CX_FIELD_REAL:
			return read_real(json, (double *) slot_at(field, value, i));
		case CX_FIELD_MONEY:
			if (json->type != jbvNumeric ||
				!cx_money_from_numeric(NumericGetDatum(json->val.numeric),
									   (CxMoney *) slot_at(field, value, i)))
				return false;
			return true;
		case CX_FIELD_BYTE:
			if (!read_count(json, &count) || count > PG_UINT8_MAX)
				return false;
			*(uint8 *) slot_at(field, value, i) = (uint8) count;
			return true;
		case CX_FIELD_SWITCH:
		case CX_FIELD_FLAG:
			if (json->type != jbvBool)
				return false;
			switch_set(field, value, json->val.boolean);
			return true;
	}
	return false;
}

static bool
read_array(const JsonbValue *json, const CxField *field, CxHeader *value)
{
	int			length = field->length(value);
	int			first = field->first(value);
	JsonbContainer *object = json->val.binary.data;

	if (json->type != jbvBinary || !JsonContainerIsObject(object) ||
		JsonContainerSize(object) != length)
		return false;
	for (int i = 0; i < length; i++)
	{
		char		key[16];
		JsonbValue	slot;

		snprintf(key, sizeof(key), "%d", first + i);
		if (find_key(object, key, &slot) == NULL ||
			!read_slot(&slot, field, value, i))
			return false;
	}
	return true;
}

static void
check_headline(const CxSource *source, const JsonbValue *json,
			   const CxHeader *value)
{
	const CxType *type = source->type;
	double		due = type->headline(value);
	double		given;

	if (json->type == jbvNull && isnan(due))
		return;
	if (read_real(json, &given) &&
		fabs(given - due) <= HEADLINE_TOLERANCE * Max(1.0, fabs(due)))
		return;
	refuse(source, psprintf("Its \"%s\" does not follow from its counts.",
							type->headline_name));
}

/*
 * What is impossible about a value, or NULL.  A sum that the validator makes may
 * overflow: then the parts are too large to belong together.
 */
static const char *
fault_of(const CxType *type, const CxHeader *value)
{
	MemoryContext context = CurrentMemoryContext;
	const char *volatile fault = NULL;

	PG_TRY();
	{
		fault = type->fault(value);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		if (ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_DATA_EXCEPTION)
			PG_RE_THROW();
		FlushErrorState();
		fault = psprintf("Its sums are too large: %s.", error->message);
	}
	PG_END_TRY();
	return fault;
}

/* Every way in passes here: the one validator refuses the impossible. */
static void
check_value(const CxSource *source, const CxHeader *value)
{
	const char *fault = fault_of(source->type, value);

	if (fault != NULL)
		refuse(source, fault);
}

/* Drop what is allocated beyond the value's own size. */
static Datum
finish_reading(const CxType *type, CxHeader *value)
{
	SET_VARSIZE(value, size_of(type, value));
	return PointerGetDatum(type->close != NULL ? type->close(value) : value);
}

static CxHeader *
begin_reading(const CxType *type)
{
	return cx_summary_new(type->version, type->kind, type->max_size);
}

static Datum
from_jsonb(const CxType *type, Jsonb *json)
{
	CxSource	source = {type, json};
	CxHeader   *value = begin_reading(type);
	int			known = 0;
	JsonbValue	found;

	if (!JB_ROOT_IS_OBJECT(json))
		refuse(&source, "It is not a JSON object.");
	for (int i = 0; i < type->nfields; i++)
	{
		const CxField *field = &type->fields[i];

		if (!is_present(field, value))
			continue;
		if (find_key(&json->root, field->name, &found) == NULL)
			refuse(&source, psprintf("It has no \"%s\".", field->name));
		if (!(field->length ? read_array(&found, field, value)
			  : read_slot(&found, field, value, 0)))
			refuse(&source, psprintf("Its \"%s\" is not as it must be.",
									 field->name));
		known++;
	}
	check_value(&source, value);
	if (find_key(&json->root, type->headline_name, &found) != NULL)
	{
		check_headline(&source, &found, value);
		known++;
	}
	if (JB_ROOT_COUNT(json) != known)
		refuse(&source, "It has keys that do not belong there.");
	return finish_reading(type, value);
}

/*
 * JSON text to a summary.  Whatever jsonb finds wrong with the text, too large
 * a number as much as a missing brace, is reported as a fault of the summary.
 */
static Datum
from_text(const CxType *type, char *text)
{
	MemoryContext context = CurrentMemoryContext;
	Jsonb	   *volatile json = NULL;

	PG_TRY();
	{
		json = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		if (ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_DATA_EXCEPTION)
			PG_RE_THROW();
		FlushErrorState();
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"",
						type->name, cx_quoted(text)),
				 errdetail("It is not valid JSON: %s.", error->message),
				 errhint("An array of counts is written ARRAY[...].")));
	}
	PG_END_TRY();
	return from_jsonb(type, json);
}

/* ---- reading and writing binary ---- */

/* Like pq_getmsgbytes, with the error of a corrupt value. */
static const char *
take_bytes(const CxSource *source, StringInfo buf, int n)
{
	if (buf->len - buf->cursor < n)
		refuse(source, "It ends too early.");
	return pq_getmsgbytes(buf, n);
}

static uint64
take_uint64(const CxSource *source, StringInfo buf)
{
	uint64		bits;

	memcpy(&bits, take_bytes(source, buf, sizeof(bits)), sizeof(bits));
	return pg_ntoh64(bits);
}

/* Decimals, then the whole number of units, highest limb first. */
static void
receive_money(const CxSource *source, StringInfo buf, CxMoney *money)
{
	money->dscale = (uint8) *take_bytes(source, buf, 1);
	for (int i = CX_MONEY_LIMBS - 1; i >= 0; i--)
		money->limb[i] = take_uint64(source, buf);
	if (!cx_money_is_possible(money))
		refuse(source, "It has an impossible amount of money.");
}

static void
send_money(StringInfo buf, const CxMoney *money)
{
	pq_sendbyte(buf, money->dscale);
	for (int i = CX_MONEY_LIMBS - 1; i >= 0; i--)
		pq_sendint64(buf, money->limb[i]);
}

static void
receive_slot(const CxSource *source, StringInfo buf, const CxField *field,
			 CxHeader *value, int i)
{
	uint64		bits;
	double		real;
	uint8		byte;

	switch (field->kind)
	{
		case CX_FIELD_COUNT:
			bits = take_uint64(source, buf);
			if (bits > PG_INT64_MAX)
				refuse(source, "It has a negative count.");
			*(int64 *) slot_at(field, value, i) = (int64) bits;
			break;
		case CX_FIELD_REAL:
			bits = take_uint64(source, buf);
			memcpy(&real, &bits, sizeof(real));
			if (!isfinite(real))
				refuse(source, "It has a number that is not finite.");
			*(double *) slot_at(field, value, i) = real + 0.0;	/* see read_real */
			break;
		case CX_FIELD_MONEY:
			receive_money(source, buf, (CxMoney *) slot_at(field, value, i));
			break;
		case CX_FIELD_BYTE:
			*(uint8 *) slot_at(field, value, i) = (uint8) *take_bytes(source, buf, 1);
			break;
		case CX_FIELD_SWITCH:
		case CX_FIELD_FLAG:
			byte = (uint8) *take_bytes(source, buf, 1);
			if (byte > 1)
				refuse(source, "It has a boolean that is neither 0 nor 1.");
			switch_set(field, value, byte != 0);
			break;
	}
}

static void
send_slot(StringInfo buf, const CxField *field, const CxHeader *value, int i)
{
	switch (field->kind)
	{
		case CX_FIELD_COUNT:
			pq_sendint64(buf, *(int64 *) slot_at(field, value, i));
			break;
		case CX_FIELD_REAL:
			pq_sendfloat8(buf, *(double *) slot_at(field, value, i));
			break;
		case CX_FIELD_MONEY:
			send_money(buf, (CxMoney *) slot_at(field, value, i));
			break;
		case CX_FIELD_BYTE:
			pq_sendbyte(buf, *(uint8 *) slot_at(field, value, i));
			break;
		case CX_FIELD_SWITCH:
		case CX_FIELD_FLAG:
			pq_sendbyte(buf, switch_get(field, value));
			break;
	}
}

/* ---- what the types' SQL functions call ---- */

/* The argument, unless it was written by a later version of this library. */
static const CxHeader *
known_arg(FunctionCallInfo fcinfo, const CxType *type)
{
	const CxHeader *value = cx_summary_arg(fcinfo, 0);

	cx_summary_check(value, type->version, size_of(type, value));
	return type->open != NULL ? type->open(value) : value;
}

Datum
cx_summary_in(FunctionCallInfo fcinfo, const CxType *type)
{
	return from_text(type, PG_GETARG_CSTRING(0));
}

Datum
cx_summary_out(FunctionCallInfo fcinfo, const CxType *type)
{
	PG_RETURN_CSTRING(to_text(type, known_arg(fcinfo, type), false));
}

Datum
cx_summary_recv(FunctionCallInfo fcinfo, const CxType *type)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	CxSource	source = {type, NULL};
	CxHeader   *value = begin_reading(type);
	const char *head = take_bytes(&source, buf, 2);

	if ((uint8) head[0] != type->version)
		refuse(&source, psprintf("Its format version is %d, where %d is known.",
								 (uint8) head[0], type->version));
	if ((uint8) head[1] != type->kind)
		refuse(&source, "It is a summary of another kind.");
	for (int i = 0; i < type->nfields; i++)
	{
		const CxField *field = &type->fields[i];
		int			length;

		if (!is_present(field, value))
			continue;
		length = field->length ? field->length(value) : 1;
		for (int j = 0; j < length; j++)
			receive_slot(&source, buf, field, value, j);
	}
	check_value(&source, value);
	return finish_reading(type, value);
}

Datum
cx_summary_send(FunctionCallInfo fcinfo, const CxType *type)
{
	const CxHeader *value = known_arg(fcinfo, type);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, value->version);
	pq_sendbyte(&buf, value->kind);
	for (int i = 0; i < type->nfields; i++)
	{
		const CxField *field = &type->fields[i];
		int			length;

		if (!is_present(field, value))
			continue;
		length = field->length ? field->length(value) : 1;
		for (int j = 0; j < length; j++)
			send_slot(&buf, field, value, j);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

Datum
cx_summary_to_json(FunctionCallInfo fcinfo, const CxType *type)
{
	char	   *text = to_text(type, known_arg(fcinfo, type), true);

	PG_RETURN_TEXT_P(cstring_to_text(text));
}

Datum
cx_summary_to_jsonb(FunctionCallInfo fcinfo, const CxType *type)
{
	char	   *text = to_text(type, known_arg(fcinfo, type), true);

	return DirectFunctionCall1(jsonb_in, CStringGetDatum(text));
}

Datum
cx_summary_from_json(FunctionCallInfo fcinfo, const CxType *type)
{
	return from_text(type, text_to_cstring(PG_GETARG_TEXT_PP(0)));
}

Datum
cx_summary_from_jsonb(FunctionCallInfo fcinfo, const CxType *type)
{
	return from_jsonb(type, PG_GETARG_JSONB_P(0));
}
