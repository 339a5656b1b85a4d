/*-------------------------------------------------------------------------
 *
 * decimal.h
 *	  Reading the digits of a numeric in place.
 *
 * PostgreSQL keeps the layout of numeric to itself (NumericData is private to
 * numeric.c), and its functions palloc.  This is the one place that knows the
 * layout, which has not changed since PostgreSQL 9.1; test/sql/decimal.sql
 * holds it against numeric's own arithmetic on every supported version.
 *
 * A numeric is digits in base 10000, the first of them worth 10000^weight, with
 * neither leading nor trailing zero digits.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BASE_DECIMAL_H
#define CX_BASE_DECIMAL_H

#include "base/compat.h"

#define CX_DECIMAL_BASE 10000

typedef struct CxDecimal
{
	bool		finite;			/* else NaN or an infinity; the rest is unset */
	bool		negative;
	int			weight;
	int			dscale;			/* decimals that are shown */
	int			ndigits;		/* 0 for the number 0 */
	const char *digits;			/* int16, perhaps unaligned: use cx_decimal_digit */
} CxDecimal;

static inline int
cx_decimal_digit(const CxDecimal *decimal, int i)
{
	int16		digit;

	memcpy(&digit, decimal->digits + i * sizeof(digit), sizeof(digit));
	return digit;
}

extern void cx_decimal_read(Datum numeric, CxDecimal *decimal);
extern bool cx_decimal_to_int64(const CxDecimal *decimal, int64 *integer);

#endif							/* CX_BASE_DECIMAL_H */
