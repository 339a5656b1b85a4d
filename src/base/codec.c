/*-------------------------------------------------------------------------
 *
 * codec.c
 *	  Reading summaries of any form: what is impossible about them, and the
 *	  memory they take (see codec.h).
 *
 *-------------------------------------------------------------------------
 */
#include "base/codec.h"

#include <math.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/args.h"

void
cx_codec_refuse(const CxSource *source, const char *detail)
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

/* Whether this is NULL, or text in the encoding of the database. */
static bool
is_text(const char *label)
{
	return label == NULL || pg_verify_mbstr(GetDatabaseEncoding(), label, strlen(label), true);
}

const char *
cx_slot_fault(const CxField *field, const char *slot)
{
	switch (field->kind)
	{
		case CX_FIELD_COUNT:
			return *(const int64 *) slot < 0 ? "It has a negative count." : NULL;
		case CX_FIELD_REAL:
			return isfinite(*(const double *) slot) ? NULL : "It has a number that is not finite.";
		case CX_FIELD_MONEY:
			return cx_money_is_possible((const CxMoney *) slot) ? NULL : "It has an impossible amount of money.";
		case CX_FIELD_SWITCH:
			return *(const uint8 *) slot > 1 ? "It has a boolean that is neither 0 nor 1." : NULL;
		case CX_FIELD_DATE:
			return IS_VALID_DATE(*(const DateADT *) slot) ? NULL : "It has an impossible date.";
		case CX_FIELD_TIMESTAMP:
		case CX_FIELD_INSTANT:
			return IS_VALID_TIMESTAMP(*(const Timestamp *) slot) ? NULL : "It has an impossible moment.";
		case CX_FIELD_LABEL:
			return is_text(*(const char *const *) slot) ? NULL : "It has a label that is no text.";
		default:
			return NULL;
	}
}

/* How large the value is, or is to become when it is read. */
static Size
cx_codec_size(const CxType *type, const CxHeader *value)
{
	return type->size ? type->size(value) : type->max_size;
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
void
cx_codec_check(const CxSource *source, const CxHeader *value)
{
	const char *fault = fault_of(source->type, value);

	if (fault != NULL)
		cx_codec_refuse(source, fault);
}

/* Drop what is allocated beyond the value's own size. */
Datum
cx_codec_finish(const CxType *type, CxHeader *value)
{
	SET_VARSIZE(value, cx_codec_size(type, value));
	return PointerGetDatum(type->close != NULL ? type->close(value) : value);
}

CxHeader *
cx_codec_begin(const CxType *type)
{
	return cx_summary_new(type->version, type->kind, type->max_size);
}

/*
 * Make room for the lists of a value, now that their lengths are known: use what
 * is returned.  All that is read before the first list is below max_size.
 */
CxHeader *
cx_codec_make_room(const CxSource *source, CxHeader *value)
{
	const CxType *type = source->type;
	CxHeader   *larger;
	Size		size;

	/* 'size' may rely on every list's being within the limit */
	for (int i = 0; i < type->nfields; i++)
	{
		const CxField *field = &type->fields[i];

		if (cx_field_is_list(field) && cx_field_present(field, value) &&
			field->length(value) > type->max_length)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("value of type %s is too large", type->name),
					 errdetail("Its \"%s\" has more than %d entries.",
							   field->name, type->max_length)));
	}
	size = type->size(value);
	if (size == 0)
		cx_codec_refuse(source, "What it holds is unknown to this version.");
	if (size <= VARSIZE(value))
		return value;
	larger = cx_summary_new(type->version, type->kind, size);
	memcpy((char *) larger + VARHDRSZ, (char *) value + VARHDRSZ, VARSIZE(value) - VARHDRSZ);
	return larger;
}

/* ---- values that were stored ---- */

static bool
is_zero(const char *bytes, Size size)
{
	for (Size i = 0; i < size; i++)
	{
		if (bytes[i] != 0)
			return false;
	}
	return true;
}

/*
 * What readers of text and of the binary form refuse slot by slot.  Of an empty
 * value only the first field is there, which says so.
 */
static const char *
slots_fault(const CxType *type, const CxHeader *value)
{
	int			present = 0;

	for (int f = 0; f < type->nfields; f++)
	{
		const CxField *field = &type->fields[f];
		int			length;
		int			items;

		if (!cx_field_present(field, value))
			continue;
		present++;
		length = field->length ? field->length(value) : 1;
		items = cx_field_items(field, value);
		for (int i = 0; i < length; i++)
		{
			CHECK_FOR_INTERRUPTS();
			for (int item = 0; item < items; item++)
			{
				const char *fault = cx_slot_fault(field, cx_item_at(field, value, i, item));

				if (fault != NULL)
					return fault;
			}
		}
	}
	if (present == 1 && !is_zero((const char *) value + sizeof(CxHeader), VARSIZE(value) - sizeof(CxHeader)))
		return "It is empty, but for what it cannot hold.";
	return NULL;
}

static const CxHeader *
open_value(const CxHeader *value, const CxType *type)
{
	cx_summary_check(value, type->version, cx_codec_size(type, value));
	if (value->kind != type->kind)
		cx_summary_damaged("It is of another type.");
	return type->open != NULL ? type->open(value) : value;
}

/*
 * The stored value that a function reads, in its open form.  What goes out has to
 * come in again: a value that was damaged on a disk is named here, where it still
 * can be found, and not when a dump is restored.
 */
const CxHeader *
cx_summary_valid(const CxHeader *value, const CxType *type)
{
	const char *fault;

	value = open_value(value, type);
	fault = slots_fault(type, value);
	if (fault == NULL)
		fault = fault_of(type, value);
	if (fault != NULL)
		cx_summary_damaged(fault);
	return value;
}

const CxHeader *
cx_summary_valid_arg(FunctionCallInfo fcinfo, int argno, const CxType *type)
{
	const CxHeader *value = cx_summary_arg(fcinfo, argno);

	/* that is the state of an aggregate, in its final function: as we left it */
	if (argno == 0 && cx_in_aggregate(fcinfo))
		return open_value(value, type);
	return cx_summary_valid(value, type);
}
