/*-------------------------------------------------------------------------
 *
 * money.h
 *	  Exact sums of money.
 *
 * An amount is a whole number of 192 bits, in units of a ten-thousandth to the
 * power of as many places as its decimals need (numeric's own digits are in
 * base 10000).  A sum has the decimals of its most precise term, as sum(numeric)
 * has, whatever the order of its terms, so that equal sums are equal bytes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BASE_MONEY_H
#define CX_BASE_MONEY_H

#include "base/decimal.h"

#define CX_MONEY_LIMBS 3

/* decimals beyond these would leave less than 17 digits before the point */
#define CX_MONEY_MAX_DSCALE 40

typedef struct CxMoney
{
	uint64		limb[CX_MONEY_LIMBS];	/* two's complement, the lowest first */
	uint16		dscale;			/* decimals */
	uint16		reserved[3];	/* zero */
} CxMoney;

static inline bool
cx_money_is_zero(const CxMoney *money)
{
	return (money->limb[0] | money->limb[1] | money->limb[2]) == 0;
}

static inline bool
cx_money_is_negative(const CxMoney *money)
{
	return (int64) money->limb[CX_MONEY_LIMBS - 1] < 0;
}

/*
 * Read an amount of any number type; NaN, infinity and overflow are errors.  It is
 * written where it is needed: to copy what was written piece by piece has to wait
 * for the last of the pieces.
 */
typedef void (*CxMoneyReader) (Datum datum, CxMoney *money);

extern void cx_money_int2(Datum datum, CxMoney *money);
extern void cx_money_int4(Datum datum, CxMoney *money);
extern void cx_money_int8(Datum datum, CxMoney *money);
extern void cx_money_float8(Datum datum, CxMoney *money);
extern void cx_money_numeric(Datum datum, CxMoney *money);

/* The same without an error: false for what is no amount. */
extern bool cx_money_from_numeric(Datum numeric, CxMoney *money);

/* limb by limb, of amounts of as many places; false, and 'sum' undefined, on overflow */
static inline bool
cx_money_add_limbs(uint64 *sum, const uint64 *term)
{
	bool		negative = (int64) sum[CX_MONEY_LIMBS - 1] < 0;
	bool		term_negative = (int64) term[CX_MONEY_LIMBS - 1] < 0;
	uint64		carry = 0;

	for (int i = 0; i < CX_MONEY_LIMBS; i++)
	{
		uint64		limb = sum[i] + carry;

		carry = limb < carry;
		sum[i] = limb + term[i];
		carry += sum[i] < limb;
	}
	return negative != term_negative ||
		negative == ((int64) sum[CX_MONEY_LIMBS - 1] < 0);
}

/* Overflow is an error that names an amount. */
extern _Noreturn void cx_money_refuse_term(const CxMoney *term);

/* The sum, whatever the decimals of both. */
extern void cx_money_add_any(CxMoney *sum, const CxMoney *term);

/* The sum; mostly amounts have as many decimals. */
static inline void
cx_money_add(CxMoney *sum, const CxMoney *term)
{
	if (unlikely(sum->dscale != term->dscale))
		cx_money_add_any(sum, term);
	else if (unlikely(!cx_money_add_limbs(sum->limb, term->limb)))
		cx_money_refuse_term(term);
}

extern void cx_money_subtract(CxMoney *sum, const CxMoney *term);
extern void cx_money_negate(CxMoney *money);

/* Sum and difference without an error: false, and 'sum' undefined, on overflow. */
extern bool cx_money_try_add(CxMoney *sum, const CxMoney *term);
extern bool cx_money_try_subtract(CxMoney *sum, const CxMoney *term);

extern int	cx_money_compare(const CxMoney *a, const CxMoney *b);

/* a + b rounded, also where the amounts lie too far apart for an exact sum */
extern double cx_money_double_sum(const CxMoney *a, const CxMoney *b);

/* a / b, NaN where b is zero */
extern double cx_money_quotient(const CxMoney *a, const CxMoney *b);

/* Leave off the decimals that are zero, which does not change the value. */
extern void cx_money_trim(CxMoney *money);

/* An amount, not negative, a whole number of times. */
extern void cx_money_multiply(CxMoney *money, uint32 times);

/* A share, from 0 to 1, of an amount that is not negative: exact. */
extern void cx_money_share(CxMoney *product, const CxMoney *money, double share);

/*
 * Make 'divisor' the largest amount that both it and 'money' are whole multiples
 * of; neither is negative, and zero is a multiple of everything.
 */
extern void cx_money_divisor(CxMoney *divisor, const CxMoney *money);

extern Datum cx_money_to_numeric(const CxMoney *money);
extern double cx_money_to_double(const CxMoney *money);
extern char *cx_money_to_text(const CxMoney *money);

/* Whether this is an amount as the functions above leave it. */
extern bool cx_money_is_possible(const CxMoney *money);

#endif							/* CX_BASE_MONEY_H */
