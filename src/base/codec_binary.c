/*-------------------------------------------------------------------------
 *
 * codec_binary.c
 *	  The binary form of summaries, from one table of fields a type (see
 *	  summary.h).
 *
 * It is: version byte, kind byte, then the fields in the order of the table, in
 * network byte order.
 *
 *-------------------------------------------------------------------------
 */
#include "base/codec.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

/* Like pq_getmsgbytes, with the error of a corrupt value. */
static const char *
take_bytes(const CxSource *source, StringInfo buf, int n)
{
	if (buf->len - buf->cursor < n)
		cx_codec_refuse(source, "It ends too early.");
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
		cx_codec_refuse(source, "It ends too early.");
	*label = pq_getmsgtext(buf, length, &bytes);
}

/* As pq_sendcountedtext does, whose arguments depend on the version. */
static void
send_label(StringInfo buf, const char *label)
{
	if (label == NULL)
		pq_sendint32(buf, PG_UINT32_MAX);
	else
	{
		char	   *text = pg_server_to_client(label, strlen(label));

		pq_sendint32(buf, strlen(text));
		pq_sendbytes(buf, text, strlen(text));
	}
}

static void
receive_slot(const CxSource *source, StringInfo buf, const CxField *field,
			 CxHeader *value, char *slot)
{
	const char *fault;
	uint64		bits;
	uint32		bits32;
	double		real;
	uint8		byte;

	switch (field->kind)
	{
		case CX_FIELD_COUNT:
		case CX_FIELD_TIMESTAMP:
		case CX_FIELD_INSTANT:
			*(int64 *) slot = (int64) take_uint64(source, buf);
			break;
		case CX_FIELD_REAL:
			bits = take_uint64(source, buf);
			memcpy(&real, &bits, sizeof(real));
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
			break;
		case CX_FIELD_SWITCH:
		case CX_FIELD_FLAG:
			byte = (uint8) *take_bytes(source, buf, 1);
			if (byte > 1)
				cx_codec_refuse(source, "It has a boolean that is neither 0 nor 1.");
			cx_switch_set(field, value, byte != 0);
			break;
		case CX_FIELD_LABEL:
			receive_label(source, buf, (const char **) slot);
			break;
	}
	fault = cx_slot_fault(field, slot);
	if (fault != NULL)
		cx_codec_refuse(source, fault);
}

static void
send_slot(StringInfo buf, const CxField *field, const CxHeader *value, const char *slot)
{
	switch (field->kind)
	{
		case CX_FIELD_COUNT:
		case CX_FIELD_TIMESTAMP:
		case CX_FIELD_INSTANT:
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
			pq_sendbyte(buf, cx_switch_get(field, value));
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
	int			items = cx_field_items(field, value);

	if (cx_field_is_list(field))
	{
		/* nothing is allocated for entries that are not there: each has a byte at least */
		if (length > buf->len - buf->cursor)
			cx_codec_refuse(source, "It ends too early.");
		value = cx_codec_make_room(source, value);
	}
	for (int i = 0; i < length; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int item = 0; item < items; item++)
			receive_slot(source, buf, field, value, cx_item_at(field, value, i, item));
	}
	return value;
}

static void
send_field(StringInfo buf, const CxField *field, const CxHeader *value)
{
	int			length = field->length ? field->length(value) : 1;
	int			items = cx_field_items(field, value);

	for (int i = 0; i < length; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int item = 0; item < items; item++)
			send_slot(buf, field, value, cx_item_at(field, value, i, item));
	}
}

Datum
cx_summary_recv(FunctionCallInfo fcinfo, const CxType *type)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	CxSource	source = {type, NULL};
	CxHeader   *value = cx_codec_begin(type);
	const char *head = take_bytes(&source, buf, 2);

	if ((uint8) head[0] != type->version)
		cx_codec_refuse(&source, psprintf("Its format version is %d, where %d is known.",
								 (uint8) head[0], type->version));
	if ((uint8) head[1] != type->kind)
		cx_codec_refuse(&source, "It is a summary of another kind.");
	for (int i = 0; i < type->nfields; i++)
	{
		if (cx_field_present(&type->fields[i], value))
			value = receive_field(&source, buf, &type->fields[i], value);
	}
	cx_codec_check(&source, value);
	return cx_codec_finish(type, value);
}

Datum
cx_summary_send(FunctionCallInfo fcinfo, const CxType *type)
{
	const CxHeader *value = cx_summary_valid_arg(fcinfo, 0, type);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, value->version);
	pq_sendbyte(&buf, value->kind);
	for (int i = 0; i < type->nfields; i++)
	{
		if (cx_field_present(&type->fields[i], value))
			send_field(&buf, &type->fields[i], value);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}
