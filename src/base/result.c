/*-------------------------------------------------------------------------
 *
 * result.c
 *	  Returning rows and sets of rows, and reading a test.
 *
 *-------------------------------------------------------------------------
 */
#include "base/result.h"

#include "access/htup_details.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "base/args.h"

void
cx_row_put(CxRow *row, Datum value, bool isnull)
{
	Assert(row->filled < CX_ROW_COLUMNS);
	row->values[row->filled] = value;
	row->nulls[row->filled] = isnull;
	row->filled++;
}

void
cx_row_real(CxRow *row, double number)
{
	cx_row_put(row, Float8GetDatum(number), !isfinite(number));
}

void
cx_row_range(CxRow *row, CxRange range)
{
	cx_row_real(row, range.lower);
	cx_row_real(row, range.upper);
}

/* The row type of the running function, looked up once a query. */
static TupleDesc
row_type(FunctionCallInfo fcinfo)
{
	FmgrInfo   *flinfo = fcinfo->flinfo;
	TupleDesc	type;
	MemoryContext old;

	if (flinfo->fn_extra != NULL)
		return flinfo->fn_extra;
	old = MemoryContextSwitchTo(flinfo->fn_mcxt);
	if (get_call_result_type(fcinfo, NULL, &type) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "function %u does not return a row", flinfo->fn_oid);
	type = BlessTupleDesc(CreateTupleDescCopy(type));
	MemoryContextSwitchTo(old);
	flinfo->fn_extra = type;
	return type;
}

Datum
cx_row_datum(FunctionCallInfo fcinfo, CxRow *row)
{
	TupleDesc	type = row_type(fcinfo);

	if (type->natts != row->filled)
		elog(ERROR, "row type of function %u has %d columns instead of %d",
			 fcinfo->flinfo->fn_oid, type->natts, row->filled);
	return HeapTupleGetDatum(heap_form_tuple(type, row->values, row->nulls));
}

void
cx_rows_begin(FunctionCallInfo fcinfo)
{
	InitMaterializedSRF(fcinfo, 0);
}

void
cx_values_begin(FunctionCallInfo fcinfo)
{
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
}

void
cx_rows_add(FunctionCallInfo fcinfo, CxRow *row)
{
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;

	if (set->setDesc->natts != row->filled)
		elog(ERROR, "row type of function %u has %d columns instead of %d",
			 fcinfo->flinfo->fn_oid, set->setDesc->natts, row->filled);
	tuplestore_putvalues(set->setResult, set->setDesc, row->values, row->nulls);
}

Datum
cx_interval_datum(FunctionCallInfo fcinfo, CxRange range)
{
	CxRow		row = {0};

	cx_row_range(&row, range);
	return cx_row_datum(fcinfo, &row);
}

Datum
cx_test_datum(FunctionCallInfo fcinfo, CxTest test)
{
	CxRow		row = {0};

	cx_row_real(&row, test.difference);
	cx_row_real(&row, test.stderr_);
	cx_row_real(&row, test.statistic);
	cx_row_real(&row, test.df);
	cx_row_real(&row, test.p_value);
	cx_row_real(&row, test.lower);
	cx_row_real(&row, test.upper);
	return cx_row_datum(fcinfo, &row);
}

Datum
cx_chisq_datum(FunctionCallInfo fcinfo, CxChisq test)
{
	CxRow		row = {0};

	cx_row_real(&row, test.statistic);
	cx_row_real(&row, test.df);
	cx_row_real(&row, test.p_value);
	return cx_row_datum(fcinfo, &row);
}

static double
column_of(HeapTupleHeader row, const char *name)
{
	bool		isnull;
	Datum		value = GetAttributeByName(row, name, &isnull);

	return isnull ? NAN : DatumGetFloat8(value);
}

/*
 * cx_verdict(test, level) -> text: better or worse where the test proves that
 * there is a difference, else unproven.  Where p_value and limits come from
 * different methods, both have to agree.
 */
PG_FUNCTION_INFO_V1(cx_verdict);
Datum
cx_verdict(PG_FUNCTION_ARGS)
{
	const char *verdict = "unproven";

	if (PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (!PG_ARGISNULL(0))
	{
		HeapTupleHeader test = PG_GETARG_HEAPTUPLEHEADER(0);
		bool		proven = column_of(test, "p_value") <= 1 - cx_verdict_level_arg(fcinfo, 1);

		if (proven && column_of(test, "lower") > 0)
			verdict = "better";
		else if (proven && column_of(test, "upper") < 0)
			verdict = "worse";
	}
	PG_RETURN_TEXT_P(cstring_to_text(verdict));
}
