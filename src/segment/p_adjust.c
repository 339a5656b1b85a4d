/*-------------------------------------------------------------------------
 *
 * p_adjust.c
 *	  p-values adjusted for the number of tests, in an array and as a window
 *	  function over the rows of a query.
 *
 *-------------------------------------------------------------------------
 */
#include "base/args.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/memutils.h"
#include "windowapi.h"

#include "math/padjust.h"

static const char *const methods[] = {"BH", "BY", "holm", "bonferroni", "hommel", NULL};
static const CxAdjustMethod method_of[] = {
	CX_ADJUST_BH, CX_ADJUST_BY, CX_ADJUST_HOLM, CX_ADJUST_BONFERRONI, CX_ADJUST_HOMMEL
};

/* as many as there is room to work on */
#define MOST_TESTS (MaxAllocSize / sizeof(CxAdjusted))

static double
check_p(double p)
{
	if (!(p >= 0 && p <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("p-value %s is not between 0 and 1", float8out_internal(p)),
				 errhint("A test that was not made has the p-value NULL.")));
	return p;
}

static void
check_tests(int64 tests)
{
	if (tests > MOST_TESTS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("cannot adjust %lld p-values together", (long long) tests),
				 errdetail("The most is %lld.", (long long) MOST_TESTS)));
}

/* NaN stands for NULL. */
static void
adjust(double *p, int tests, CxAdjustMethod method)
{
	CxAdjusted *work = palloc(Max(tests, 1) * sizeof(CxAdjusted));

	cx_p_adjust(p, tests, method, work);
	pfree(work);
}

/*
 * p_adjust(p float8[], method) -> float8[]: the same array, adjusted; NULLs stay
 * where they are and do not count.
 */
PG_FUNCTION_INFO_V1(cx_p_adjust_array);
Datum
cx_p_adjust_array(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	CxAdjustMethod method = method_of[cx_choice_arg(fcinfo, 1, "method", methods)];
	Datum	   *elements;
	bool	   *nulls;
	double	   *p;
	int			tests;

	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE,
					  &elements, &nulls, &tests);
	check_tests(tests);
	p = palloc(Max(tests, 1) * sizeof(double));
	for (int i = 0; i < tests; i++)
		p[i] = nulls[i] ? NAN : check_p(DatumGetFloat8(elements[i]));
	adjust(p, tests, method);
	for (int i = 0; i < tests; i++)
		elements[i] = Float8GetDatum(p[i]);
	PG_RETURN_ARRAYTYPE_P(construct_md_array(elements, nulls, ARR_NDIM(array), ARR_DIMS(array),
											 ARR_LBOUND(array), FLOAT8OID, sizeof(float8),
											 FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* What is kept while the rows of a partition are gone through. */
typedef struct Partition
{
	bool		adjusted;
	CxAdjustMethod method;
	double		p[FLEXIBLE_ARRAY_MEMBER];	/* NaN: NULL */
} Partition;

static void
adjust_partition(WindowObject window, Partition *partition, int tests)
{
	for (int i = 0; i < tests; i++)
	{
		bool		isnull;
		bool		isout;
		Datum		p = WinGetFuncArgInPartition(window, 0, i, WINDOW_SEEK_HEAD, false,
												 &isnull, &isout);

		CHECK_FOR_INTERRUPTS();
		partition->p[i] = isnull ? NAN : check_p(DatumGetFloat8(p));
	}
	adjust(partition->p, tests, partition->method);
	partition->adjusted = true;
}

/*
 * p_adjust(p float8, method) OVER (...) -> float8: the p-value of the row,
 * adjusted for all of its partition, whatever the frame; NULL stays NULL and does
 * not count.
 */
PG_FUNCTION_INFO_V1(cx_p_adjust_window);
Datum
cx_p_adjust_window(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	int64		tests = WinGetPartitionRowCount(window);
	Partition  *partition;
	CxAdjustMethod method;
	bool		isnull;
	Datum		name = WinGetFuncArgCurrent(window, 1, &isnull);
	double		p;

	if (isnull)
		PG_RETURN_NULL();
	method = method_of[cx_choice(TextDatumGetCString(name), "method", methods)];
	check_tests(tests);
	partition = WinGetPartitionLocalMemory(window, offsetof(Partition, p) + tests * sizeof(double));
	if (!partition->adjusted)
	{
		partition->method = method;
		adjust_partition(window, partition, (int) tests);
	}
	if (method != partition->method)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("p-values are adjusted by one method, not by %s and %s",
						methods[partition->method], methods[method]),
				 errhint("Use PARTITION BY where the method varies.")));
	p = partition->p[WinGetCurrentPosition(window)];
	if (isnan(p))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(p);
}
