/*-------------------------------------------------------------------------
 *
 * amount.h
 *	  Exact amounts of money in eight bytes, for all that are not extreme.
 *
 * A narrow amount is a whole number of ten-thousandths, of 61 bits, and below
 * it in three bits how many decimals it has, up to four.  It adds up as CxMoney
 * does; what does not fit is kept as that.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_COHORT_AMOUNT_H
#define CX_COHORT_AMOUNT_H

#include "base/money.h"

#include "common/int.h"

typedef int64 CxNarrow;

#define CX_NARROW_DECIMALS 4
#define CX_NARROW_DECIMAL_BITS 3
#define CX_NARROW_MOST ((INT64CONST(1) << 60) - 1)

static inline CxNarrow
cx_narrow_of(int64 units, int decimals)
{
	return (CxNarrow) ((uint64) units << CX_NARROW_DECIMAL_BITS) | decimals;
}

/* False if the amount does not fit. */
static inline bool
cx_money_to_narrow(const CxMoney *money, CxNarrow *narrow)
{
	int64		units = (int64) money->limb[0];
	uint64		sign = units < 0 ? PG_UINT64_MAX : 0;

	if (money->limb[1] != sign || money->limb[2] != sign || money->dscale > CX_NARROW_DECIMALS)
		return false;
	/* without decimals it is in whole units */
	if (money->dscale == 0 && pg_mul_s64_overflow(units, CX_DECIMAL_BASE, &units))
		return false;
	if (units > CX_NARROW_MOST || units < -CX_NARROW_MOST)
		return false;
	*narrow = cx_narrow_of(units, money->dscale);
	return true;
}

static inline CxMoney
cx_money_from_narrow(CxNarrow narrow)
{
	int			decimals = narrow & ((1 << CX_NARROW_DECIMAL_BITS) - 1);
	int64		units = narrow >> CX_NARROW_DECIMAL_BITS;
	uint64		sign = units < 0 ? PG_UINT64_MAX : 0;

	if (decimals == 0)
		units /= CX_DECIMAL_BASE;
	return (CxMoney) {{(uint64) units, sign, sign}, decimals, {0}};
}

/* False, and the sum as it was, if the new one would not fit. */
static inline bool
cx_narrow_add(CxNarrow *sum, CxNarrow term)
{
	const int64 mask = (1 << CX_NARROW_DECIMAL_BITS) - 1;
	int64		units = (*sum >> CX_NARROW_DECIMAL_BITS) + (term >> CX_NARROW_DECIMAL_BITS);

	if (unlikely(units > CX_NARROW_MOST || units < -CX_NARROW_MOST))
		return false;
	*sum = cx_narrow_of(units, Max(*sum & mask, term & mask));
	return true;
}

#endif							/* CX_COHORT_AMOUNT_H */
