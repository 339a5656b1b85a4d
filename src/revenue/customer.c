/*-------------------------------------------------------------------------
 *
 * customer.c
 *	  The errors of counting customers and what they pay (see customer.h).
 *
 *-------------------------------------------------------------------------
 */
#include "revenue/customer.h"

void
cx_customers_overflow(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("a summary cannot hold more than %lld customers",
					(long long) PG_INT64_MAX)));
}

void
cx_customers_missing(int64 held, int64 fewer)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("cannot take %lld customers out of a summary that holds %lld of their kind",
					(long long) fewer, (long long) held),
			 errhint("Only customers that were put in can be taken out again.")));
}

void
cx_revenue_refuse_negative(const CxMoney *revenue, const char *whose)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("revenue of %s must not be negative, but is %s",
					whose, cx_money_to_text(revenue)),
			 errhint("Net refunds against revenue first, or use greatest(amount, 0).")));
}
