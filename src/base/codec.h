/*-------------------------------------------------------------------------
 *
 * codec.h
 *	  What the text and the binary forms of summaries share (see summary.h).
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BASE_CODEC_H
#define CX_BASE_CODEC_H

#include "base/money.h"
#include "base/summary.h"

#include "utils/jsonb.h"

/* Where a value that is being read comes from, for the error if it is corrupt. */
typedef struct CxSource
{
	const CxType *type;
	Jsonb	   *json;			/* NULL: binary */
} CxSource;

extern _Noreturn void cx_codec_refuse(const CxSource *source, const char *detail);

/* Reading a value: begin, make room before each list, check, finish. */
extern CxHeader *cx_codec_begin(const CxType *type);
extern CxHeader *cx_codec_make_room(const CxSource *source, CxHeader *value);
extern void cx_codec_check(const CxSource *source, const CxHeader *value);
extern Datum cx_codec_finish(const CxType *type, CxHeader *value);

/* What no slot of this kind can hold, or NULL. */
extern const char *cx_slot_fault(const CxField *field, const char *slot);

/* ---- the slots of a summary, by field ---- */

static inline bool
cx_field_present(const CxField *field, const CxHeader *value)
{
	return field->present == NULL || field->present(value);
}

static inline Size
cx_field_width(const CxField *field)
{
	switch (field->kind)
	{
		case CX_FIELD_COUNT:
		case CX_FIELD_REAL:
		case CX_FIELD_TIMESTAMP:
		case CX_FIELD_INSTANT:
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
cx_slot_at(const CxField *field, const CxHeader *value, int i)
{
	return (char *) value + field->offset +
		i * (field->stride ? field->stride : cx_field_width(field));
}

/* The item of an entry of a list; an entry without a width has just one. */
static inline char *
cx_item_at(const CxField *field, const CxHeader *value, int i, int item)
{
	return cx_slot_at(field, value, i) + item * cx_field_width(field);
}

static inline bool
cx_field_is_list(const CxField *field)
{
	return field->length != NULL && field->first == NULL;
}

static inline int
cx_field_items(const CxField *field, const CxHeader *value)
{
	return field->width ? field->width(value) : 1;
}

static inline bool
cx_switch_get(const CxField *field, const CxHeader *value)
{
	if (field->kind == CX_FIELD_FLAG)
		return (value->flags & field->offset) != 0;
	return *(uint8 *) cx_slot_at(field, value, 0) != 0;
}

static inline void
cx_switch_set(const CxField *field, CxHeader *value, bool on)
{
	if (field->kind == CX_FIELD_FLAG)
		value->flags |= on ? field->offset : 0;
	else
		*(uint8 *) cx_slot_at(field, value, 0) = on;
}

#endif							/* CX_BASE_CODEC_H */
