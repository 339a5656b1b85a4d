/*-------------------------------------------------------------------------
 *
 * decimal.c
 *	  Reading the digits of a numeric in place (see decimal.h).
 *
 *-------------------------------------------------------------------------
 */
#include "base/decimal.h"

#include "common/int.h"

/*
 * The first 16 bits say which of three forms a numeric has.  Short: sign, scale
 * and weight are all in there.  Long: sign and scale, the weight follows in 16
 * bits of its own.  Special: NaN or an infinity, no digits.
 */
#define FORM_MASK			0xC000
#define FORM_NEGATIVE		0x4000
#define FORM_SHORT			0x8000
#define FORM_SPECIAL		0xC000
#define SHORT_NEGATIVE		0x2000
#define SHORT_DSCALE_MASK	0x1F80
#define SHORT_DSCALE_SHIFT	7
#define LONG_DSCALE_MASK	0x3FFF
#define SHORT_WEIGHT_SIGN	0x0040
#define SHORT_WEIGHT_MASK	0x003F

void
cx_decimal_read(Datum numeric, CxDecimal *decimal)
{
	struct varlena *value = (struct varlena *) DatumGetPointer(numeric);
	const char *data;
	int			length;
	uint16		head;
	int16		weight;

	if (VARATT_IS_COMPRESSED(value) || VARATT_IS_EXTERNAL(value))
		value = pg_detoast_datum(value);
	data = VARDATA_ANY(value);
	length = VARSIZE_ANY_EXHDR(value);
	memcpy(&head, data, sizeof(head));
	data += sizeof(head);
	length -= sizeof(head);

	decimal->finite = (head & FORM_MASK) != FORM_SPECIAL;
	if (!decimal->finite)
		return;
	if ((head & FORM_MASK) == FORM_SHORT)
	{
		decimal->negative = (head & SHORT_NEGATIVE) != 0;
		decimal->dscale = (head & SHORT_DSCALE_MASK) >> SHORT_DSCALE_SHIFT;
		decimal->weight = head & SHORT_WEIGHT_MASK;
		if (head & SHORT_WEIGHT_SIGN)
			decimal->weight -= SHORT_WEIGHT_MASK + 1;
	}
	else
	{
		memcpy(&weight, data, sizeof(weight));
		data += sizeof(weight);
		length -= sizeof(weight);
		decimal->negative = (head & FORM_MASK) == FORM_NEGATIVE;
		decimal->dscale = head & LONG_DSCALE_MASK;
		decimal->weight = weight;
	}
	decimal->digits = data;
	decimal->ndigits = length / sizeof(int16);
}

/* The number as an integer; false if it is none or out of range. */
bool
cx_decimal_to_int64(const CxDecimal *decimal, int64 *integer)
{
	int64		value = 0;

	if (!decimal->finite || decimal->ndigits > decimal->weight + 1)
	{
		*integer = 0;
		return decimal->finite && decimal->ndigits == 0;
	}
	/* gathered as a negative number, whose range is larger by one */
	for (int i = 0; i <= decimal->weight; i++)
	{
		int			digit = i < decimal->ndigits ? cx_decimal_digit(decimal, i) : 0;

		if (pg_mul_s64_overflow(value, CX_DECIMAL_BASE, &value) ||
			pg_sub_s64_overflow(value, digit, &value))
			return false;
	}
	*integer = value;
	return decimal->negative || !pg_sub_s64_overflow(0, value, integer);
}
