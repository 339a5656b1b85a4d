/*-------------------------------------------------------------------------
 *
 * codec_json.c
 *	  Text, json and jsonb forms of summaries, from one table of fields a type
 *	  (see summary.h).
 *
 * Text is JSON.  It is parsed by PostgreSQL's own jsonb input, then read field
 * by field; numbers are printed in the shortest form that reads back to the
 * same bits, whatever extra_float_digits says.
 *
 *-------------------------------------------------------------------------
 */
#include "base/codec.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"

#include "base/args.h"
#include "base/moment.h"

/* Derived figures in json need not agree to the last bit: other machines round. */
#define HEADLINE_TOLERANCE 1e-6

/* ---- writing ---- */

static void
append_real(StringInfo buf, double real)
{
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	double_to_shortest_decimal_buf(real, digits);
	appendStringInfoString(buf, digits);
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
			appendStringInfoString(buf, cx_switch_get(field, value) ? "true" : "false");
			break;
		case CX_FIELD_DATE:
			appendStringInfoChar(buf, '"');
			cx_append_date(buf, *(const DateADT *) slot);
			appendStringInfoChar(buf, '"');
			break;
		case CX_FIELD_TIMESTAMP:
			appendStringInfoChar(buf, '"');
			cx_append_timestamp(buf, *(const Timestamp *) slot);
			appendStringInfoChar(buf, '"');
			break;
		case CX_FIELD_INSTANT:
			appendStringInfoChar(buf, '"');
			cx_append_timestamp(buf, *(const TimestampTz *) slot);
			appendStringInfoString(buf, "Z\"");
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
	int			items = cx_field_items(field, value);

	appendStringInfoChar(buf, '[');
	for (int i = 0; i < length; i++)
	{
		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(buf, i == 0 ? "" : ", ");
		appendStringInfoString(buf, field->width ? "[" : "");
		for (int item = 0; item < items; item++)
		{
			appendStringInfoString(buf, item == 0 ? "" : ", ");
			append_slot(buf, field, value, cx_item_at(field, value, i, item));
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
		append_slot(buf, field, value, cx_slot_at(field, value, 0));
		return;
	}
	if (cx_field_is_list(field))
	{
		append_list(buf, field, value);
		return;
	}
	length = field->length(value);
	first = field->first(value);
	for (int i = 0; i < length; i++)
	{
		appendStringInfo(buf, "%s\"%d\": ", i == 0 ? "{" : ", ", first + i);
		append_slot(buf, field, value, cx_slot_at(field, value, i));
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
		if (!cx_field_present(&type->fields[i], value))
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

/* ---- reading ---- */

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

static bool
read_moment(const JsonbValue *json, const CxField *field, char *slot)
{
	char	   *text;

	if (json->type != jbvString)
		return false;
	text = pnstrdup(json->val.string.val, json->val.string.len);
	if (field->kind == CX_FIELD_INSTANT)
	{
		Size		length = strlen(text);

		if (length == 0 || text[length - 1] != 'Z')
			return false;
		text[length - 1] = '\0';
	}
	return field->kind == CX_FIELD_DATE ? cx_read_date(text, (DateADT *) slot) :
		cx_read_timestamp(text, (Timestamp *) slot);
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
			cx_switch_set(field, value, json->val.boolean);
			return true;
		case CX_FIELD_DATE:
		case CX_FIELD_TIMESTAMP:
		case CX_FIELD_INSTANT:
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
			!read_slot(&slot, field, value, cx_slot_at(field, value, i)))
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
	int			items = cx_field_items(field, value);
	JsonbValue	json;

	if (field->width != NULL &&
		(JsonbIteratorNext(iterator, &json, false) != WJB_BEGIN_ARRAY ||
		 json.val.array.rawScalar || json.val.array.nElems != items))
		return false;
	for (int item = 0; item < items; item++)
	{
		/* what is no plain value comes as a whole, and is refused */
		if (JsonbIteratorNext(iterator, &json, true) != WJB_ELEM ||
			!read_slot(&json, field, value, cx_item_at(field, value, i, item)))
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
	cx_codec_refuse(source, psprintf("Its \"%s\" does not follow from its counts.",
							type->headline_name));
}

static Datum
from_jsonb(const CxType *type, Jsonb *json)
{
	CxSource	source = {type, json};
	CxHeader   *value = cx_codec_begin(type);
	int			known = 0;
	JsonbValue	found;

	if (!JB_ROOT_IS_OBJECT(json))
		cx_codec_refuse(&source, "It is not a JSON object.");
	for (int i = 0; i < type->nfields; i++)
	{
		const CxField *field = &type->fields[i];
		bool		good;

		if (!cx_field_present(field, value))
			continue;
		if (find_key(&json->root, field->name, &found) == NULL)
			cx_codec_refuse(&source, psprintf("It has no \"%s\".", field->name));
		if (cx_field_is_list(field))
		{
			/* nothing is allocated for entries that are not there */
			if ((good = is_list_of(&found, field->length(value))))
			{
				value = cx_codec_make_room(&source, value);
				good = read_list(&found, field, value);
			}
		}
		else if (field->length != NULL)
			good = read_array(&found, field, value);
		else
			good = read_slot(&found, field, value, cx_slot_at(field, value, 0));
		if (!good)
			cx_codec_refuse(&source, psprintf("Its \"%s\" is not as it must be.",
									 field->name));
		known++;
	}
	cx_codec_check(&source, value);
	if (type->headline_name != NULL &&
		find_key(&json->root, type->headline_name, &found) != NULL)
	{
		check_headline(&source, &found, value);
		known++;
	}
	if (JB_ROOT_COUNT(json) != known)
		cx_codec_refuse(&source, "It has keys that do not belong there.");
	return cx_codec_finish(type, value);
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
				 type->takes_counts && text[0] == '{' ? errhint("An array of counts is written ARRAY[...].") : 0));
	}
	PG_END_TRY();
	return from_jsonb(type, json);
}

/* ---- what the types' SQL functions call ---- */

Datum
cx_summary_in(FunctionCallInfo fcinfo, const CxType *type)
{
	return from_text(type, PG_GETARG_CSTRING(0));
}

Datum
cx_summary_out(FunctionCallInfo fcinfo, const CxType *type)
{
	PG_RETURN_CSTRING(to_text(type, cx_summary_valid_arg(fcinfo, 0, type), false));
}

Datum
cx_summary_to_json(FunctionCallInfo fcinfo, const CxType *type)
{
	char	   *text = to_text(type, cx_summary_valid_arg(fcinfo, 0, type), true);

	PG_RETURN_TEXT_P(cstring_to_text(text));
}

Datum
cx_summary_to_jsonb(FunctionCallInfo fcinfo, const CxType *type)
{
	char	   *text = to_text(type, cx_summary_valid_arg(fcinfo, 0, type), true);

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
