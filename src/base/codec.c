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
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/json.h"
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
		case CX_FIELD_TIMESTAMP:
			return 8;
		case CX_FIELD_INTEGER:
		case CX_FIELD_DATE:
			return 4;
		case CX_FIELD_LABEL:
			return sizeof(char *);
		case CX_FIELD_MONEY:
			return sizeof(CxMoney);
		default:
			return 1;
	}
}

static inline char *
slot_at(const CxField *field, const CxHeader *value, int i)
{
	return (char *) value + field->offset +
		i * (field->stride ? field->stride : field_width(field));
}

/* The item of an entry of a list; an entry without a width has just one. */
static inline char *
item_at(const CxField *field, const CxHeader *value, int i, int item)
{
	return slot_at(field, value, i) + item * field_width(field);
}

static bool
is_list(const CxField *field)
{
	return field->length != NULL && field->first == NULL;
}

static int
items_of(const CxField *field, const CxHeader *value)
{
	return field->width ? field->width(value) : 1;
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

/* Years are counted as astronomers do: 0000 is 1 BC. */
static void
append_date(StringInfo buf, DateADT date)
{
	int			year;
	int			month;
	int			day;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	appendStringInfo(buf, "\"%s%04d-%02d-%02d", year < 0 ? "-" : "", abs(year), month, day);
}

static void
append_time(StringInfo buf, int64 microseconds)
{
	int64		second = microseconds / USECS_PER_SEC;

	appendStringInfo(buf, "T%02d:%02d:%02d", (int) (second / SECS_PER_HOUR),
					 (int) (second / SECS_PER_MINUTE % MINS_PER_HOUR),
					 (int) (second % SECS_PER_MINUTE));
	if (microseconds % USECS_PER_SEC != 0)
		appendStringInfo(buf, ".%06d", (int) (microseconds % USECS_PER_SEC));
}

static void
append_timestamp(StringInfo buf, Timestamp timestamp)
{
	int64		day = timestamp / USECS_PER_DAY;
	int64		rest = timestamp % USECS_PER_DAY;

	if (rest < 0)
	{
		day--;
		rest += USECS_PER_DAY;
	}
	append_date(buf, (DateADT) day);
	append_time(buf, rest);
}

static void
append_slot(StringInfo buf, const CxField *field, const CxHeader *value, const char *slot)
{
	switch (field->kind)
	{
		case CX_FIELD_COUNT:
			appendStringInfo(buf, INT64_FORMAT, *(const int64 *) slot);
			break;
		case CX_FIELD_REAL:
			append_real(buf, *(const double *) slot);
			break;
		case CX_FIELD_MONEY:
			appendStringInfoString(buf, cx_money_to_text((const CxMoney *) slot));
			break;
		case CX_FIELD_BYTE:
			appendStringInfo(buf, "%d", *(const uint8 *) slot);
			break;
		case CX_FIELD_INTEGER:
			appendStringInfo(buf, "%d", *(const int32 *) slot);
			break;
		case CX_FIELD_SWITCH:
		case CX_FIELD_FLAG:
			appendStringInfoString(buf, switch_get(field, value) ? "true" : "false");
			break;
		case CX_FIELD_DATE:
			append_date(buf, *(const DateADT *) slot);
			appendStringInfoChar(buf, '"');
			break;
		case CX_FIELD_TIMESTAMP:
			append_timestamp(buf, *(const Timestamp *) slot);
			appendStringInfoChar(buf, '"');
			break;
		case CX_FIELD_LABEL:
			if (*(const char *const *) slot == NULL)
				appendStringInfoString(buf, "null");
			else
				escape_json(buf, *(const char *const *) slot);
			break;
	}
}

static void
append_list(StringInfo buf, const CxField *field, const CxHeader *value)
{
	int			length = field->length(value);
	int			items = items_of(field, value);

	appendStringInfoChar(buf, '[');
	for (int i = 0; i < length; i++)
	{
		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(buf, i == 0 ? "" : ", ");
		appendStringInfoString(buf, field->width ? "[" : "");
		for (int item = 0; item < items; item++)
		{
			appendStringInfoString(buf, item == 0 ? "" : ", ");
			append_slot(buf, field, value, item_at(field, value, i, item));
		}
		appendStringInfoString(buf, field->width ? "]" : "");
	}
	appendStringInfoChar(buf, ']');
}

static void
append_field(StringInfo buf, const CxField *field, const CxHeader *value)
{
	int			length;
	int			first;

	appendStringInfo(buf, "\"%s\": ", field->name);
	if (field->length == NULL)
	{
		append_slot(buf, field, value, slot_at(field, value, 0));
		return;
	}
	if (is_list(field))
	{
		append_list(buf, field, value);
		return;
	}
	length = field->length(value);
	first = field->first(value);
	for (int i = 0; i < length; i++)
	{
		appendStringInfo(buf, "%s\"%d\": ", i == 0 ? "{" : ", ", first + i);
		append_slot(buf, field, value, slot_at(field, value, i));
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
	if (with_headline && type->headline_name != NULL)
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

/* An int32, as counts of days and of periods are. */
static bool
read_integer(const JsonbValue *json, int32 *integer)
{
	CxDecimal	decimal;
	int64		number;

	if (json->type != jbvNumeric)
		return false;
	cx_decimal_read(NumericGetDatum(json->val.numeric), &decimal);
	if (!cx_decimal_to_int64(&decimal, &number) ||
		number < PG_INT32_MIN || number > PG_INT32_MAX)
		return false;
	*integer = (int32) number;
	return true;
}

/* 'digits' digits and no more, or at least that many where 'more' is set. */
static bool
take_digits(const char **text, int digits, bool more, int *number)
{
	const char *at = *text;

	for (*number = 0; *at >= '0' && *at <= '9' && at - *text < (more ? 7 : digits); at++)
		*number = *number * 10 + (*at - '0');
	if (at - *text < digits)
		return false;
	*text = at;
	return true;
}

static bool
take_char(const char **text, char due)
{
	return *(*text)++ == due;
}

/* As append_date writes it; nothing else, and no day that there never was. */
static bool
take_date(const char **text, DateADT *date)
{
	bool		before = **text == '-';
	int			given[3];
	int			found[3];
	int			day;

	*text += before;
	if (!take_digits(text, 4, true, &given[0]) || !take_char(text, '-') ||
		!take_digits(text, 2, false, &given[1]) || !take_char(text, '-') ||
		!take_digits(text, 2, false, &given[2]))
		return false;
	if (before)
		given[0] = -given[0];
	if (!IS_VALID_JULIAN(given[0], given[1], given[2]))
		return false;
	day = date2j(given[0], given[1], given[2]);
	j2date(day, &found[0], &found[1], &found[2]);
	*date = day - POSTGRES_EPOCH_JDATE;
	return memcmp(given, found, sizeof(given)) == 0 && IS_VALID_DATE(*date);
}

static bool
take_time(const char **text, int64 *microseconds)
{
	int			hour;
	int			minute;
	int			second;
	int			fraction = 0;

	if (!take_char(text, 'T') || !take_digits(text, 2, false, &hour) ||
		!take_char(text, ':') || !take_digits(text, 2, false, &minute) ||
		!take_char(text, ':') || !take_digits(text, 2, false, &second))
		return false;
	if (**text == '.')
	{
		(*text)++;
		if (!take_digits(text, 6, false, &fraction))
			return false;
	}
	*microseconds = ((hour * INT64CONST(60) + minute) * 60 + second) * USECS_PER_SEC + fraction;
	return hour < HOURS_PER_DAY && minute < MINS_PER_HOUR && second < SECS_PER_MINUTE;
}

static bool
read_moment(const JsonbValue *json, const CxField *field, char *slot)
{
	char	   *text;
	const char *at;
	DateADT		date;
	int64		time = 0;

	if (json->type != jbvString)
		return false;
	at = text = pnstrdup(json->val.string.val, json->val.string.len);
	if (!take_date(&at, &date) ||
		(field->kind == CX_FIELD_TIMESTAMP && !take_time(&at, &time)) || *at != '\0')
		return false;
	pfree(text);
	if (field->kind == CX_FIELD_DATE)
	{
		*(DateADT *) slot = date;
		return true;
	}
	if (date >= TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)
		return false;
	*(Timestamp *) slot = date * USECS_PER_DAY + time;
	return IS_VALID_TIMESTAMP(*(Timestamp *) slot);
}

static bool
read_label(const JsonbValue *json, const char **label)
{
	*label = NULL;
	if (json->type == jbvString)
		*label = pnstrdup(json->val.string.val, json->val.string.len);
	return json->type == jbvString || json->type == jbvNull;
}

static bool
read_slot(const JsonbValue *json, const CxField *field, CxHeader *value, char *slot)
{
	int64		count;

	switch (field->kind)
	{
		case CX_FIELD_COUNT:
			return read_count(json, (int64 *) slot);
		case CX_FIELD_REAL:
			return read_real(json, (double *) slot);
		case CX_FIELD_MONEY:
			return json->type == jbvNumeric &&
				cx_money_from_numeric(NumericGetDatum(json->val.numeric), (CxMoney *) slot);
		case CX_FIELD_BYTE:
			if (!read_count(json, &count) || count > PG_UINT8_MAX)
				return false;
			*(uint8 *) slot = (uint8) count;
			return true;
		case CX_FIELD_INTEGER:
			return read_integer(json, (int32 *) slot);
		case CX_FIELD_SWITCH:
		case CX_FIELD_FLAG:
			if (json->type != jbvBool)
				return false;
			switch_set(field, value, json->val.boolean);
			return true;
		case CX_FIELD_DATE:
		case CX_FIELD_TIMESTAMP:
			return read_moment(json, field, slot);
		case CX_FIELD_LABEL:
			return read_label(json, (const char **) slot);
	}
	return false;
}

/* An array of fixed length, which is a JSON object. */
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
			!read_slot(&slot, field, value, slot_at(field, value, i)))
			return false;
	}
	return true;
}

/* Whether this is a JSON array with an element for every entry of a list. */
static bool
is_list_of(const JsonbValue *json, int length)
{
	return json->type == jbvBinary && JsonContainerIsArray(json->val.binary.data) &&
		!JsonContainerIsScalar(json->val.binary.data) &&
		JsonContainerSize(json->val.binary.data) == length;
}

/* The items of one entry, which the iterator comes to next. */
static bool
read_entry(JsonbIterator **iterator, const CxField *field, CxHeader *value, int i)
{
	int			items = items_of(field, value);
	JsonbValue	json;

	if (field->width != NULL &&
		(JsonbIteratorNext(iterator, &json, false) != WJB_BEGIN_ARRAY ||
		 json.val.array.rawScalar || json.val.array.nElems != items))
		return false;
	for (int item = 0; item < items; item++)
	{
		/* what is no plain value comes as a whole, and is refused */
		if (JsonbIteratorNext(iterator, &json, true) != WJB_ELEM ||
			!read_slot(&json, field, value, item_at(field, value, i, item)))
			return false;
	}
	return field->width == NULL ||
		JsonbIteratorNext(iterator, &json, false) == WJB_END_ARRAY;
}

static bool
read_list(const JsonbValue *list, const CxField *field, CxHeader *value)
{
	int			length = field->length(value);
	JsonbIterator *iterator = JsonbIteratorInit(list->val.binary.data);
	JsonbValue	json;

	JsonbIteratorNext(&iterator, &json, false); /* the list begins */
	for (int i = 0; i < length; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!read_entry(&iterator, field, value, i))
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

/*
 * Make room for the lists of a value, now that their lengths are known: use what
 * is returned.  All that is read before the first list is below max_size.
 */
static CxHeader *
make_room(const CxSource *source, CxHeader *value)
{
	const CxType *type = source->type;
	CxHeader   *larger;
	Size		size;

	/* 'size' may rely on every list's being within the limit */
	for (int i = 0; i < type->nfields; i++)
	{
		const CxField *field = &type->fields[i];

		if (is_list(field) && is_present(field, value) &&
			field->length(value) > type->max_length)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("value of type %s is too large", type->name),
					 errdetail("Its \"%s\" has more than %d entries.",
							   field->name, type->max_length)));
	}
	size = type->size(value);
	if (size <= VARSIZE(value))
		return value;
	larger = cx_summary_new(type->version, type->kind, size);
	memcpy((char *) larger + VARHDRSZ, (char *) value + VARHDRSZ, VARSIZE(value) - VARHDRSZ);
	return larger;
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
		bool		good;

		if (!is_present(field, value))
			continue;
		if (find_key(&json->root, field->name, &found) == NULL)
			refuse(&source, psprintf("It has no \"%s\".", field->name));
		if (is_list(field))
		{
			/* nothing is allocated for entries that are not there */
			if ((good = is_list_of(&found, field->length(value))))
			{
				value = make_room(&source, value);
				good = read_list(&found, field, value);
			}
		}
		else if (field->length != NULL)
			good = read_array(&found, field, value);
		else
			good = read_slot(&found, field, value, slot_at(field, value, 0));
		if (!good)
			refuse(&source, psprintf("Its \"%s\" is not as it must be.",
									 field->name));
		known++;
	}
	check_value(&source, value);
	if (type->headline_name != NULL &&
		find_key(&json->root, type->headline_name, &found) != NULL)
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

/* Length, or -1 for NULL, then text, which is checked and converted. */
static void
receive_label(const CxSource *source, StringInfo buf, const char **label)
{
	uint32		length;
	int			bytes;

	memcpy(&length, take_bytes(source, buf, sizeof(length)), sizeof(length));
	length = pg_ntoh32(length);
	*label = NULL;
	if (length == PG_UINT32_MAX)
		return;
	if (length > buf->len - buf->cursor)
		refuse(source, "It ends too early.");
	*label = pq_getmsgtext(buf, length, &bytes);
}

static void
send_label(StringInfo buf, const char *label)
{
	if (label == NULL)
		pq_sendint32(buf, PG_UINT32_MAX);
	else
		pq_sendcountedtext(buf, label, strlen(label), false);
}

static void
receive_slot(const CxSource *source, StringInfo buf, const CxField *field,
			 CxHeader *value, char *slot)
{
	uint64		bits;
	uint32		bits32;
	double		real;
	uint8		byte;

	switch (field->kind)
	{
		case CX_FIELD_COUNT:
			bits = take_uint64(source, buf);
			if (bits > PG_INT64_MAX)
				refuse(source, "It has a negative count.");
			*(int64 *) slot = (int64) bits;
			break;
		case CX_FIELD_REAL:
			bits = take_uint64(source, buf);
			memcpy(&real, &bits, sizeof(real));
			if (!isfinite(real))
				refuse(source, "It has a number that is not finite.");
			*(double *) slot = real + 0.0;	/* see read_real */
			break;
		case CX_FIELD_MONEY:
			receive_money(source, buf, (CxMoney *) slot);
			break;
		case CX_FIELD_BYTE:
			*(uint8 *) slot = (uint8) *take_bytes(source, buf, 1);
			break;
		case CX_FIELD_INTEGER:
		case CX_FIELD_DATE:
			memcpy(&bits32, take_bytes(source, buf, sizeof(bits32)), sizeof(bits32));
			*(int32 *) slot = (int32) pg_ntoh32(bits32);
			if (field->kind == CX_FIELD_DATE && !IS_VALID_DATE(*(DateADT *) slot))
				refuse(source, "It has an impossible date.");
			break;
		case CX_FIELD_SWITCH:
		case CX_FIELD_FLAG:
			byte = (uint8) *take_bytes(source, buf, 1);
			if (byte > 1)
				refuse(source, "It has a boolean that is neither 0 nor 1.");
			switch_set(field, value, byte != 0);
			break;
		case CX_FIELD_TIMESTAMP:
			*(Timestamp *) slot = (Timestamp) take_uint64(source, buf);
			if (!IS_VALID_TIMESTAMP(*(Timestamp *) slot))
				refuse(source, "It has an impossible moment.");
			break;
		case CX_FIELD_LABEL:
			receive_label(source, buf, (const char **) slot);
			break;
	}
}

static void
send_slot(StringInfo buf, const CxField *field, const CxHeader *value, const char *slot)
{
	switch (field->kind)
	{
		case CX_FIELD_COUNT:
		case CX_FIELD_TIMESTAMP:
			pq_sendint64(buf, *(const int64 *) slot);
			break;
		case CX_FIELD_REAL:
			pq_sendfloat8(buf, *(const double *) slot);
			break;
		case CX_FIELD_MONEY:
			send_money(buf, (const CxMoney *) slot);
			break;
		case CX_FIELD_BYTE:
			pq_sendbyte(buf, *(const uint8 *) slot);
			break;
		case CX_FIELD_INTEGER:
		case CX_FIELD_DATE:
			pq_sendint32(buf, *(const int32 *) slot);
			break;
		case CX_FIELD_SWITCH:
		case CX_FIELD_FLAG:
			pq_sendbyte(buf, switch_get(field, value));
			break;
		case CX_FIELD_LABEL:
			send_label(buf, *(const char *const *) slot);
			break;
	}
}

static CxHeader *
receive_field(const CxSource *source, StringInfo buf, const CxField *field, CxHeader *value)
{
	int			length = field->length ? field->length(value) : 1;
	int			items = items_of(field, value);

	if (is_list(field))
	{
		/* nothing is allocated for entries that are not there: each has a byte at least */
		if (length > buf->len - buf->cursor)
			refuse(source, "It ends too early.");
		value = make_room(source, value);
	}
	for (int i = 0; i < length; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int item = 0; item < items; item++)
			receive_slot(source, buf, field, value, item_at(field, value, i, item));
	}
	return value;
}

static void
send_field(StringInfo buf, const CxField *field, const CxHeader *value)
{
	int			length = field->length ? field->length(value) : 1;
	int			items = items_of(field, value);

	for (int i = 0; i < length; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int item = 0; item < items; item++)
			send_slot(buf, field, value, item_at(field, value, i, item));
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
		if (is_present(&type->fields[i], value))
			value = receive_field(&source, buf, &type->fields[i], value);
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
		if (is_present(&type->fields[i], value))
			send_field(&buf, &type->fields[i], value);
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
