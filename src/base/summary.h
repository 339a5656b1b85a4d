/*-------------------------------------------------------------------------
 *
 * summary.h
 *	  What every summary type shares: the header, how a value is read from an
 *	  argument, and the table of fields that drives its text and binary forms.
 *
 * A summary is a varlena of its own type (ALIGNMENT = double, STORAGE = plain,
 * or extended where it may be too large for a page).
 * It starts with CxHeader; all its padding and reserved bytes are zero, so that
 * equal summaries are equal byte for byte and can be hashed and sorted as such.
 *
 * A type describes itself once, in a CxType.  Text input and output, binary
 * send and receive and the casts to and from json and jsonb all walk the same
 * table of fields, and all input ends in the same validator (CxType.fault).
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BASE_SUMMARY_H
#define CX_BASE_SUMMARY_H

#include "base/compat.h"

#include "nodes/nodes.h"

typedef struct CxHeader
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;		/* of the stored format */
	uint8		kind;			/* CxType.kind */
	uint8		flags;			/* meaning belongs to the kind */
	uint8		reserved;		/* zero */
} CxHeader;

/* CxHeader.vl_len_ of a value of 'size' bytes: what SET_VARSIZE stores */
#ifdef WORDS_BIGENDIAN
#define CX_VARSIZE_WORD(size) ((int32) (size))
#else
#define CX_VARSIZE_WORD(size) ((int32) (size) << 2)
#endif

/* How a field is written. */
typedef enum CxFieldKind
{
	CX_FIELD_COUNT,				/* int64, not negative: a JSON number */
	CX_FIELD_REAL,				/* float8, finite: a JSON number */
	CX_FIELD_MONEY,				/* CxMoney: a JSON number with all its decimals */
	CX_FIELD_BYTE,				/* uint8: a JSON number */
	CX_FIELD_INTEGER,			/* int32 of any sign: a JSON number */
	CX_FIELD_SWITCH,			/* uint8, 0 or 1: a JSON boolean */
	CX_FIELD_FLAG,				/* one bit of CxHeader.flags: a JSON boolean */
	CX_FIELD_DATE,				/* DateADT, finite: a JSON string as ISO 8601 has it */
	CX_FIELD_TIMESTAMP,			/* Timestamp, finite: likewise, with microseconds */
	CX_FIELD_INSTANT,			/* TimestampTz, finite: likewise, UTC with a Z */
	CX_FIELD_LABEL				/* const char *, or NULL: a JSON string, or null; only
								 * in an open form (CxType.open) */
} CxFieldKind;

/*
 * One field of a summary, a scalar or an array.  Fields are read and written in
 * the order of the table, so a field's 'present' and 'length' may depend on the
 * fields before it.  A field that is not present is zero.
 *
 * An array of fixed length is a JSON object whose keys are 'first', 'first' + 1,
 * ...: the label says which answer a count belongs to, where a bare array would
 * leave readers to guess whether it starts with 0 or 1.  Without 'first' it is
 * one column of a list of entries, and a JSON array; with 'width' each entry has
 * several items, an array of their own.
 */
typedef struct CxField
{
	const char *name;
	CxFieldKind kind;
	Size		offset;			/* for CX_FIELD_FLAG: the bit */
	bool		(*present) (const CxHeader *);	/* NULL: always */
	int			(*length) (const CxHeader *);	/* NULL: a scalar */
	int			(*first) (const CxHeader *);	/* of an array */
	Size		stride;			/* from slot to slot; 0: they lie side by side */
	int			(*width) (const CxHeader *);	/* items of a list's entry */
} CxField;

/* A count as the length of a list; what is beyond all limits stays so. */
static inline int
cx_length(int64 count)
{
	return count > PG_INT32_MAX ? PG_INT32_MAX : (int) count;
}

/* Everything the codec knows of a summary type. */
typedef struct CxType
{
	const char *name;			/* of the SQL type */
	uint8		version;
	uint8		kind;
	const CxField *fields;
	int			nfields;
	Size		max_size;		/* of any value, header included; of a type with
								 * lists: all before the first of them */
	int			max_length;		/* of a list; 0: the type has none */
	/*
	 * Of this one; NULL: all have max_size.  Before the first list, and in the
	 * stored form, any bytes may be found; then no value has the size returned.
	 */
	Size		(*size) (const CxHeader *);
	/*
	 * The one validator: NULL, or what is impossible about the value, whose slots
	 * hold what they can.
	 */
	const char *(*fault) (const CxHeader *);
	/* The headline figure shown in json, if any; NaN where it is undefined. */
	const char *headline_name;
	double		(*headline) (const CxHeader *);
	bool		takes_counts;	/* SQL has a function that makes one of an array of counts */
	/* From the stored form to the one the fields describe, and back; or NULL. */
	const CxHeader *(*open) (const CxHeader *);
	CxHeader   *(*close) (CxHeader *);
} CxType;

/*
 * Whether the function runs as a step of an aggregate or of a moving one, whose
 * state it may scribble on: AggCheckCallContext without the call.
 */
static inline bool
cx_in_aggregate(FunctionCallInfo fcinfo)
{
	return fcinfo->context != NULL &&
		(IsA(fcinfo->context, AggState) || IsA(fcinfo->context, WindowAggState));
}

extern _Noreturn void cx_summary_corrupt(const CxHeader *summary);
extern _Noreturn void cx_summary_damaged(const char *detail);

/*
 * The summary that a datum is, never a copy unless it is toasted, which types of
 * STORAGE = plain never are.
 */
static inline CxHeader *
cx_summary_of(Datum datum)
{
	struct varlena *value = (struct varlena *) DatumGetPointer(datum);

	if (unlikely(VARATT_IS_EXTENDED(value)))
		value = pg_detoast_datum(value);
	if (unlikely(VARSIZE(value) < sizeof(CxHeader)))
		cx_summary_damaged("It is shorter than any summary.");
	return (CxHeader *) value;
}

/* The summary in argument 'argno'. */
static inline CxHeader *
cx_summary_arg(FunctionCallInfo fcinfo, int argno)
{
	return cx_summary_of(PG_GETARG_DATUM(argno));
}

/*
 * The first look at every summary: its format may be of a later version, and it
 * must be as long as it says.
 */
static inline void
cx_summary_check(const CxHeader *summary, uint8 version, Size size)
{
	if (unlikely(summary->version != version || VARSIZE(summary) != size))
		cx_summary_corrupt(summary);
}

/*
 * The summary that a function reads, in its open form, valid, and not to be
 * changed: whatever its bytes are, what is returned is as if it had been read from
 * text.  For all but steps of aggregates, which check no more than keeps them from
 * going astray, and final functions, whose argument is as such steps have left it.
 */
extern const CxHeader *cx_summary_valid(const CxHeader *value, const CxType *type);
extern const CxHeader *cx_summary_valid_arg(FunctionCallInfo fcinfo, int argno, const CxType *type);

/*
 * What the state of an aggregate has in reserved bytes, which are zero in what is
 * stored: such a one is as we left it.  One without the mark, with which an aggregate
 * that others have made may begin, is looked through.
 */
#define CX_STATE_MARK 0xC7

/* A new all-zero summary with its header filled in. */
extern CxHeader *cx_summary_new(uint8 version, uint8 kind, Size size);

/* A copy in the current memory context. */
extern CxHeader *cx_summary_copy(const CxHeader *summary);

/*
 * A summary that is merged, of a type whose values all have one size.  Within an
 * aggregate anything may be in it: what it spoils is named when it is read.
 */
static inline const CxHeader *
cx_summary_fixed_part(FunctionCallInfo fcinfo, int argno, const CxType *type)
{
	const CxHeader *summary = cx_summary_arg(fcinfo, argno);

	if (unlikely(!cx_in_aggregate(fcinfo)))
		return cx_summary_valid(summary, type);
	cx_summary_check(summary, type->version, type->max_size);
	return summary;
}

/*
 * The state of an aggregate in argument 0, of such a type, which may be
 * scribbled on: the argument itself within an aggregate, else a copy of it.
 */
static inline CxHeader *
cx_summary_fixed_state(FunctionCallInfo fcinfo, const CxType *type)
{
	const CxHeader *summary = cx_summary_fixed_part(fcinfo, 0, type);

	if (likely(cx_in_aggregate(fcinfo)))
		return (CxHeader *) summary;
	return cx_summary_copy(summary);
}

extern Datum cx_summary_in(FunctionCallInfo fcinfo, const CxType *type);
extern Datum cx_summary_out(FunctionCallInfo fcinfo, const CxType *type);
extern Datum cx_summary_recv(FunctionCallInfo fcinfo, const CxType *type);
extern Datum cx_summary_send(FunctionCallInfo fcinfo, const CxType *type);
extern Datum cx_summary_to_json(FunctionCallInfo fcinfo, const CxType *type);
extern Datum cx_summary_to_jsonb(FunctionCallInfo fcinfo, const CxType *type);
extern Datum cx_summary_from_json(FunctionCallInfo fcinfo, const CxType *type);
extern Datum cx_summary_from_jsonb(FunctionCallInfo fcinfo, const CxType *type);

/* The SQL-callable input, output and cast functions of one summary type. */
#define CX_SUMMARY_FUNCTION(name, does, type) \
	PG_FUNCTION_INFO_V1(name##_##does); \
	Datum \
	name##_##does(PG_FUNCTION_ARGS) \
	{ \
		return cx_summary_##does(fcinfo, type); \
	}

#define CX_SUMMARY_FUNCTIONS(name, type) \
	CX_SUMMARY_FUNCTION(name, in, type) \
	CX_SUMMARY_FUNCTION(name, out, type) \
	CX_SUMMARY_FUNCTION(name, recv, type) \
	CX_SUMMARY_FUNCTION(name, send, type) \
	CX_SUMMARY_FUNCTION(name, to_json, type) \
	CX_SUMMARY_FUNCTION(name, to_jsonb, type) \
	CX_SUMMARY_FUNCTION(name, from_json, type) \
	CX_SUMMARY_FUNCTION(name, from_jsonb, type)

#endif							/* CX_BASE_SUMMARY_H */
