/*-------------------------------------------------------------------------
 *
 * customer.h
 *	  Counting customers and what they pay: what the metrics of money share.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_REVENUE_CUSTOMER_H
#define CX_REVENUE_CUSTOMER_H

#include "base/money.h"

#include "common/int.h"

extern _Noreturn void cx_customers_overflow(void);
extern _Noreturn void cx_customers_missing(int64 held, int64 fewer);
extern _Noreturn void cx_revenue_refuse_negative(const CxMoney *revenue, const char *whose);

static inline void
cx_customers_add(int64 *customers, int64 more)
{
	if (unlikely(pg_add_s64_overflow(*customers, more, customers)))
		cx_customers_overflow();
}

static inline void
cx_customers_take_out(int64 *customers, int64 fewer)
{
	if (unlikely(fewer < 0 || fewer > *customers))
		cx_customers_missing(*customers, fewer);
	*customers -= fewer;
}

/* Revenue of 'whose', "a customer", is not negative. */
static inline void
cx_revenue_check(const CxMoney *revenue, const char *whose)
{
	if (unlikely(cx_money_is_negative(revenue)))
		cx_revenue_refuse_negative(revenue, whose);
}

#endif							/* CX_REVENUE_CUSTOMER_H */
