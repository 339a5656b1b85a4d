/*-------------------------------------------------------------------------
 *
 * result.h
 *	  Returning numbers, rows and sets of rows.
 *
 * A number that is not defined is NaN in the mathematics and NULL in SQL; so is
 * one too large to be a number, as the limits of a t interval of 1.0001 answers.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BASE_RESULT_H
#define CX_BASE_RESULT_H

#include "base/compat.h"

#include <math.h>

#include "math/inference.h"

#define CX_RETURN_REAL(number) \
	do { \
		double		result_ = (number); \
\
		if (!isfinite(result_)) \
			PG_RETURN_NULL(); \
		PG_RETURN_FLOAT8(result_); \
	} while (0)

#define CX_ROW_COLUMNS 16

/* A row that is being filled, column by column from the left. */
typedef struct CxRow
{
	int			filled;
	Datum		values[CX_ROW_COLUMNS];
	bool		nulls[CX_ROW_COLUMNS];
} CxRow;

extern void cx_row_put(CxRow *row, Datum value, bool isnull);
extern void cx_row_real(CxRow *row, double number);
extern void cx_row_range(CxRow *row, CxRange range);

/* The row as the result of a function that returns one. */
extern Datum cx_row_datum(FunctionCallInfo fcinfo, CxRow *row);

/* A set of rows: begin once, add each; the function then returns (Datum) 0. */
extern void cx_rows_begin(FunctionCallInfo fcinfo);
/* A set of single values, each a row of one column, begins like that. */
extern void cx_values_begin(FunctionCallInfo fcinfo);
extern void cx_rows_add(FunctionCallInfo fcinfo, CxRow *row);

/* The composite types cx_interval, cx_test and cx_chisq. */
extern Datum cx_interval_datum(FunctionCallInfo fcinfo, CxRange range);
extern Datum cx_test_datum(FunctionCallInfo fcinfo, CxTest test);
extern Datum cx_chisq_datum(FunctionCallInfo fcinfo, CxChisq test);

#endif							/* CX_BASE_RESULT_H */
