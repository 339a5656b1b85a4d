/*-------------------------------------------------------------------------
 *
 * money.c
 *	  Exact sums of money (see money.h).
 *
 *-------------------------------------------------------------------------
 */
#include "base/money.h"

#include "base/args.h"
#include "base/summary.h"

#include <math.h>

#include "common/int.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/fmgrprotos.h"

#define DECIMALS_A_PLACE 4

/* Text of 192 bits: 58 digits, a sign, a point, leading zeros, the end. */
#define TEXT_SIZE 112

/* Units are 10000^-places. */
static inline int
places_of(int dscale)
{
	return (dscale + DECIMALS_A_PLACE - 1) / DECIMALS_A_PLACE;
}

static _Noreturn pg_noinline void
refuse(const char *value)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("amount %s cannot be summed exactly", cx_quoted(value)),
			 errdetail("Sums hold 57 digits, the decimals of the most precise amount among them, at most %d; NaN and infinity are no amounts.",
					   CX_MONEY_MAX_DSCALE),
			 errhint("Round the amounts, or leave such rows out with FILTER (WHERE ...).")));
}

static _Noreturn pg_noinline void
refuse_damaged(void)
{
	cx_summary_damaged("It has an impossible amount of money.");
}

/* In a damaged summary there may be anything. */
static inline void
check_decimals(const CxMoney *money)
{
	if (unlikely(money->dscale > CX_MONEY_MAX_DSCALE))
		refuse_damaged();
}

static _Noreturn pg_noinline void
refuse_share(const CxMoney *money, double share)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s times amount %s cannot be summed exactly",
					float8out_internal(share), cx_money_to_text(money)),
			 errdetail("The product has the decimals of both, which count among the 57 digits that sums hold, and are at most %d.",
					   CX_MONEY_MAX_DSCALE),
			 errhint("Round either of them: round(amount, 2), or round(share::numeric, 6)::float8.")));
}

/* ---- arithmetic on limbs; all of it false on overflow ---- */

static inline void
negate_limbs(uint64 *limb)
{
	uint64		carry = 1;

	for (int i = 0; i < CX_MONEY_LIMBS; i++)
	{
		limb[i] = ~limb[i] + carry;
		carry = carry && limb[i] == 0;
	}
}

/* limb * factor + addend, for a number that is not negative; factor < 2^32 */
static bool
multiply_limbs(uint64 *limb, uint32 factor, uint32 addend)
{
	uint64		carry = addend;

	for (int i = 0; i < CX_MONEY_LIMBS; i++)
	{
		uint64		low = (limb[i] & PG_UINT32_MAX) * factor + carry;
		uint64		high = (limb[i] >> 32) * factor + (low >> 32);

		limb[i] = (high << 32) | (low & PG_UINT32_MAX);
		carry = high >> 32;
	}
	return carry == 0 && (int64) limb[CX_MONEY_LIMBS - 1] >= 0;
}

/* limb / divisor, for a number that is not negative; returns the remainder */
static uint32
divide_limbs(uint64 *limb, uint32 divisor)
{
	uint64		rest = 0;

	for (int i = CX_MONEY_LIMBS - 1; i >= 0; i--)
	{
		uint64		high = (rest << 32) | (limb[i] >> 32);
		uint64		low = ((high % divisor) << 32) | (limb[i] & PG_UINT32_MAX);

		limb[i] = ((high / divisor) << 32) | (low / divisor);
		rest = low % divisor;
	}
	return (uint32) rest;
}

/* Give an amount more decimals, which does not change its value. */
static bool
widen(CxMoney *money, int dscale)
{
	bool		negative = cx_money_is_negative(money);
	bool		fits = true;

	if (places_of(dscale) > places_of(money->dscale))
	{
		if (negative)
			negate_limbs(money->limb);
		for (int i = places_of(money->dscale); i < places_of(dscale); i++)
			fits = fits && multiply_limbs(money->limb, CX_DECIMAL_BASE, 0);
		if (negative)
			negate_limbs(money->limb);
	}
	money->dscale = dscale;
	return fits;
}

/* ---- reading amounts ---- */

static inline void
read_units(int64 units, int dscale, CxMoney *money)
{
	uint64		sign = units < 0 ? PG_UINT64_MAX : 0;

	*money = (CxMoney) {{(uint64) units, sign, sign}, dscale, {0}};
}

void
cx_money_int2(Datum datum, CxMoney *money)
{
	read_units(DatumGetInt16(datum), 0, money);
}

void
cx_money_int4(Datum datum, CxMoney *money)
{
	read_units(DatumGetInt32(datum), 0, money);
}

void
cx_money_int8(Datum datum, CxMoney *money)
{
	read_units(DatumGetInt64(datum), 0, money);
}

/* The digits of a decimal from the first to the last place of its decimals. */
bool
cx_money_from_numeric(Datum numeric, CxMoney *money)
{
	CxDecimal	decimal;
	int			count;
	int64		units = 0;
	bool		fits = true;

	cx_decimal_read(numeric, &decimal);
	if (!decimal.finite || decimal.dscale > CX_MONEY_MAX_DSCALE)
		return false;
	/* digits there would be if the number ended with its last decimal place */
	count = decimal.ndigits == 0 ? 0 : decimal.weight + 1 + places_of(decimal.dscale);
	/* four digits fit one limb: the usual case */
	if (likely(count <= 4))
	{
		for (int i = 0; i < count; i++)
			units = units * CX_DECIMAL_BASE + (i < decimal.ndigits ? cx_decimal_digit(&decimal, i) : 0);
		read_units(decimal.negative ? -units : units, decimal.dscale, money);
		return true;
	}
	*money = (CxMoney) {.dscale = decimal.dscale};
	for (int i = 0; i < count; i++)
		fits = fits && multiply_limbs(money->limb, CX_DECIMAL_BASE,
									  i < decimal.ndigits ? cx_decimal_digit(&decimal, i) : 0);
	if (decimal.negative)
		negate_limbs(money->limb);
	return fits;
}

void
cx_money_numeric(Datum datum, CxMoney *money)
{
	if (unlikely(!cx_money_from_numeric(datum, money)))
		refuse(DatumGetCString(DirectFunctionCall1(numeric_out, datum)));
}

/* How many decimals so many ten-thousandths need. */
static inline int
decimals_of(uint32 rest)
{
	return rest == 0 ? 0 : rest % 10 != 0 ? 4 : rest % 100 != 0 ? 3 : rest % 1000 != 0 ? 2 : 1;
}

/*
 * As the cast to numeric has it, which takes 15 significant digits.  Amounts
 * with up to four decimals are read here: below 10^15 units of 10^-4, the
 * decimal nearest to a double is the only one that reads back to it.
 */
void
cx_money_float8(Datum datum, CxMoney *money)
{
	double		value = DatumGetFloat8(datum);

	if (fabs(value) < 1e15 / CX_DECIMAL_BASE)
	{
		int64		units = (int64) (value * CX_DECIMAL_BASE + (value < 0 ? -0.5 : 0.5));

		if ((double) units / CX_DECIMAL_BASE == value)
		{
			int			dscale = decimals_of((uint32) labs((long) (units % CX_DECIMAL_BASE)));

			read_units(dscale > 0 ? units : units / CX_DECIMAL_BASE, dscale, money);
			return;
		}
	}
	cx_money_numeric(DirectFunctionCall1(float8_numeric, datum), money);
}

/* ---- sums ---- */

bool
cx_money_try_add(CxMoney *sum, const CxMoney *term)
{
	CxMoney		widened;
	const CxMoney *added = term;
	int			dscale = Max(sum->dscale, term->dscale);

	if (places_of(sum->dscale) != places_of(term->dscale))
	{
		widened = *term;
		if (!widen(sum, dscale) || !widen(&widened, dscale))
			return false;
		added = &widened;
	}
	sum->dscale = dscale;
	return cx_money_add_limbs(sum->limb, added->limb);
}

bool
cx_money_try_subtract(CxMoney *sum, const CxMoney *term)
{
	CxMoney		negated = *term;

	negate_limbs(negated.limb);
	return cx_money_try_add(sum, &negated);
}

void
cx_money_refuse_term(const CxMoney *term)
{
	refuse(cx_money_to_text(term));
}

void
cx_money_add_any(CxMoney *sum, const CxMoney *term)
{
	if (unlikely(!cx_money_try_add(sum, term)))
		cx_money_refuse_term(term);
}

void
cx_money_subtract(CxMoney *sum, const CxMoney *term)
{
	if (unlikely(!cx_money_try_subtract(sum, term)))
		cx_money_refuse_term(term);
}

void
cx_money_negate(CxMoney *money)
{
	negate_limbs(money->limb);
}

int
cx_money_compare(const CxMoney *a, const CxMoney *b)
{
	bool		negative = cx_money_is_negative(a);
	CxMoney		difference;

	if (negative != cx_money_is_negative(b))
		return negative ? -1 : 1;
	if (places_of(a->dscale) == places_of(b->dscale))
	{
		for (int i = CX_MONEY_LIMBS - 1; i >= 0; i--)
		{
			if (a->limb[i] != b->limb[i])
				return a->limb[i] < b->limb[i] ? -1 : 1;
		}
		return 0;
	}
	difference = *a;
	/* of one sign, what does not fit is widened beyond the other's reach */
	if (!cx_money_try_subtract(&difference, b))
		return (places_of(a->dscale) < places_of(b->dscale)) != negative ? 1 : -1;
	return cx_money_is_zero(&difference) ? 0 :
		cx_money_is_negative(&difference) ? -1 : 1;
}

double
cx_money_double_sum(const CxMoney *a, const CxMoney *b)
{
	CxMoney		sum = *a;

	return cx_money_try_add(&sum, b) ? cx_money_to_double(&sum) :
		cx_money_to_double(a) + cx_money_to_double(b);
}

double
cx_money_quotient(const CxMoney *a, const CxMoney *b)
{
	return cx_money_is_zero(b) ? NAN : cx_money_to_double(a) / cx_money_to_double(b);
}

void
cx_money_trim(CxMoney *money)
{
	CxMoney		rest = *money;
	bool		negative = cx_money_is_negative(money);
	int			places = places_of(money->dscale);
	int			dscale = places * DECIMALS_A_PLACE;

	if (negative)
		negate_limbs(rest.limb);
	*money = rest;
	while (dscale > 0 && divide_limbs(rest.limb, 10) == 0)
		dscale--;
	for (; places > places_of(dscale); places--)
		divide_limbs(money->limb, CX_DECIMAL_BASE);
	money->dscale = dscale;
	if (negative)
		negate_limbs(money->limb);
}

/* ---- products and divisors ---- */

void
cx_money_multiply(CxMoney *money, uint32 times)
{
	CxMoney		product = *money;

	if (!multiply_limbs(product.limb, times, 0))
		refuse(cx_money_to_text(money));
	*money = product;
}

/*
 * The whole number nearest to number * power, exactly as if the product were
 * not rounded; halfway to the even one.  The power of ten is a double itself.
 */
static inline uint64
scaled_integer(double number, double power)
{
	double		scaled = number * power;
	double		whole = rint(scaled);
	double		beyond = scaled - whole;

	if (fabs(beyond) > 0.4)
	{
		/* what rounding the product has left off may decide */
		double		left = fma(number, power, -scaled);

		if (beyond + left > 0.5 || (beyond == 0.5 && left > 0))
			whole += 1;
		else if (beyond + left < -0.5 || (beyond == -0.5 && left < 0))
			whole -= 1;
	}
	return (uint64) whole;
}

/*
 * The share counts as the cast to numeric has it, which takes 15 significant
 * digits; those beyond the 20th decimal are left off.
 */
void
cx_money_share(CxMoney *product, const CxMoney *money, double share)
{
	static const double powers[] = {1e15, 1e16, 1e17, 1e18, 1e19, 1e20};
	CxMoney		rest;
	int			decimals = 15;
	int			dscale;
	uint64		digits;

	while (share * powers[decimals - 15] < 1e14 && decimals < 20)
		decimals++;
	digits = scaled_integer(share, powers[decimals - 15]);
	if (digits % 100000000 == 0 && digits > 0)
	{
		digits /= 100000000;
		decimals -= 8;
	}
	while (digits % 10 == 0 && decimals > 0)
	{
		digits /= 10;
		decimals--;
	}
	/* decimals count from the last place of the amount's units */
	dscale = places_of(money->dscale) * DECIMALS_A_PLACE + decimals;
	if (unlikely(dscale > CX_MONEY_MAX_DSCALE))
		refuse_share(money, share);
	for (; decimals % DECIMALS_A_PLACE != 0; decimals++)
		digits *= 10;
#ifdef HAVE_INT128
	/* the usual case: one limb, as are the digits */
	if (likely((money->limb[1] | money->limb[2]) == 0))
	{
		uint128		digits_of_product = (uint128) money->limb[0] * digits;

		*product = (CxMoney) {{(uint64) digits_of_product, (uint64) (digits_of_product >> 64), 0}, dscale, {0}};
		return;
	}
#endif
	*product = rest = *money;
	product->dscale = dscale;
	if (!multiply_limbs(product->limb, (uint32) (digits / 1000000000), 0) ||
		!multiply_limbs(product->limb, 1000000000, 0) ||
		!multiply_limbs(rest.limb, (uint32) (digits % 1000000000), 0) ||
		!cx_money_add_limbs(product->limb, rest.limb))
		refuse_share(money, share);
}

static void
halve_limbs(uint64 *limb)
{
	for (int i = 0; i < CX_MONEY_LIMBS; i++)
		limb[i] = limb[i] >> 1 |
			(i + 1 < CX_MONEY_LIMBS ? limb[i + 1] << 63 : 0);
}

/* The binary algorithm (Stein 1967; Knuth 1997, TAOCP 2, 4.5.2, Algorithm B). */
void
cx_money_divisor(CxMoney *divisor, const CxMoney *money)
{
	CxMoney		a;
	CxMoney		b;
	int			dscale = Max(divisor->dscale, money->dscale);
	int			twos = 0;

	/* the usual case: small amounts, the divisor divides already */
	if ((divisor->limb[1] | divisor->limb[2] | money->limb[1] | money->limb[2]) == 0 &&
		divisor->limb[0] != 0 && places_of(divisor->dscale) == places_of(money->dscale) &&
		money->limb[0] % divisor->limb[0] == 0)
	{
		divisor->dscale = dscale;
		return;
	}
	a = *divisor;
	b = *money;
	/* with these it would never end */
	if (cx_money_is_negative(&a) || cx_money_is_negative(&b))
		refuse_damaged();
	if (!widen(&a, dscale) || !widen(&b, dscale))
		refuse(cx_money_to_text(money));
	if (cx_money_is_zero(&a) || cx_money_is_zero(&b))
	{
		*divisor = cx_money_is_zero(&a) ? b : a;
		return;
	}
	for (; ((a.limb[0] | b.limb[0]) & 1) == 0; twos++)
	{
		halve_limbs(a.limb);
		halve_limbs(b.limb);
	}
	while (!cx_money_is_zero(&b))
	{
		while ((b.limb[0] & 1) == 0)
			halve_limbs(b.limb);
		while ((a.limb[0] & 1) == 0)
			halve_limbs(a.limb);
		if (cx_money_compare(&a, &b) > 0)
		{
			CxMoney		larger = a;

			a = b;
			b = larger;
		}
		cx_money_subtract(&b, &a);
	}
	for (; twos > 0; twos--)
		multiply_limbs(a.limb, 2, 0);
	*divisor = a;
}

/* ---- writing amounts ---- */

/* Decimal text, with as many decimals as the amount has. */
char *
cx_money_to_text(const CxMoney *money)
{
	char	   *text = palloc(TEXT_SIZE);
	char	   *at = text + TEXT_SIZE - 1;
	CxMoney		rest = *money;
	bool		negative = cx_money_is_negative(money);
	int			decimals = places_of(money->dscale) * DECIMALS_A_PLACE;

	check_decimals(money);
	if (negative)
		negate_limbs(rest.limb);
	*at = '\0';
	for (int i = 0; i <= decimals || !cx_money_is_zero(&rest); i++)
	{
		char		digit = '0' + divide_limbs(rest.limb, 10);

		if (i == decimals && money->dscale > 0)
			*--at = '.';
		/* decimals that no term had are zero */
		if (i >= decimals - money->dscale)
			*--at = digit;
	}
	if (negative)
		*--at = '-';
	return at;
}

Datum
cx_money_to_numeric(const CxMoney *money)
{
	return DirectFunctionCall3(numeric_in, CStringGetDatum(cx_money_to_text(money)),
							   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

/* The nearest double, or the one beside it. */
double
cx_money_to_double(const CxMoney *money)
{
	/* units in one, by places */
	static const double units[] = {1, 1e4, 1e8, 1e12, 1e16, 1e20, 1e24, 1e28, 1e32, 1e36, 1e40};
	CxMoney		rest;
	double		value = 0;

	check_decimals(money);
	/* the usual case: one limb, and the sign in the others */
	if (money->limb[1] == money->limb[2] && money->limb[1] == (uint64) ((int64) money->limb[0] >> 63))
		return (double) (int64) money->limb[0] / units[places_of(money->dscale)];
	rest = *money;
	if (cx_money_is_negative(money))
		negate_limbs(rest.limb);
	for (int i = CX_MONEY_LIMBS - 1; i >= 0; i--)
		value = value * 18446744073709551616.0 + (double) rest.limb[i];
	value /= units[places_of(money->dscale)];
	return cx_money_is_negative(money) ? -value : value;
}

/* Decimals beyond dscale are zero, and dscale is within bounds. */
bool
cx_money_is_possible(const CxMoney *money)
{
	static const uint32 powers[DECIMALS_A_PLACE] = {1, 10, 100, 1000};
	CxMoney		rest = *money;
	int			spare = places_of(money->dscale) * DECIMALS_A_PLACE - money->dscale;

	if (money->dscale > CX_MONEY_MAX_DSCALE)
		return false;
	if (cx_money_is_negative(money))
		negate_limbs(rest.limb);
	/* the one number that has no negative */
	if (cx_money_is_negative(&rest))
		return false;
	return divide_limbs(rest.limb, powers[spare]) == 0;
}
