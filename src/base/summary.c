/*-------------------------------------------------------------------------
 *
 * summary.c
 *	  Making, copying, comparing and hashing summaries.
 *
 * A summary's bytes are canonical, so equality is equality of bytes.  The
 * order is good for DISTINCT, UNION and btree indexes, and means nothing else.
 *
 *-------------------------------------------------------------------------
 */
#include "base/summary.h"

#include "common/hashfn.h"

void
cx_summary_corrupt(const CxHeader *summary)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("summary is corrupt or of a later format: version %d, %d bytes",
					summary->version, (int) VARSIZE(summary))));
}

/* A value that no function of ours has made: a page or a file went bad. */
void
cx_summary_damaged(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("summary is corrupt"),
			 errdetail("%s", detail)));
}

CxHeader *
cx_summary_new(uint8 version, uint8 kind, Size size)
{
	CxHeader   *summary = palloc0(size);

	SET_VARSIZE(summary, size);
	summary->version = version;
	summary->kind = kind;
	return summary;
}

CxHeader *
cx_summary_copy(const CxHeader *summary)
{
	CxHeader   *copy = palloc(VARSIZE(summary));

	memcpy(copy, summary, VARSIZE(summary));
	return copy;
}

static int
summary_compare(FunctionCallInfo fcinfo)
{
	const CxHeader *a = cx_summary_arg(fcinfo, 0);
	const CxHeader *b = cx_summary_arg(fcinfo, 1);
	Size		a_size = VARSIZE(a);
	Size		b_size = VARSIZE(b);

	if (a_size != b_size)
		return a_size < b_size ? -1 : 1;
	return memcmp(VARDATA(a), VARDATA(b), a_size - VARHDRSZ);
}

#define SUMMARY_COMPARISON(name, condition) \
	PG_FUNCTION_INFO_V1(cx_summary_##name); \
	Datum \
	cx_summary_##name(PG_FUNCTION_ARGS) \
	{ \
		int			order = summary_compare(fcinfo); \
\
		PG_RETURN_BOOL(condition); \
	}

SUMMARY_COMPARISON(eq, order == 0)
SUMMARY_COMPARISON(ne, order != 0)
SUMMARY_COMPARISON(lt, order < 0)
SUMMARY_COMPARISON(le, order <= 0)
SUMMARY_COMPARISON(gt, order > 0)
SUMMARY_COMPARISON(ge, order >= 0)

/* cx_summary_cmp(summary, summary) -> integer: btree support. */
PG_FUNCTION_INFO_V1(cx_summary_cmp);
Datum
cx_summary_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(summary_compare(fcinfo));
}

/* cx_summary_hash(summary) -> integer: hash support. */
PG_FUNCTION_INFO_V1(cx_summary_hash);
Datum
cx_summary_hash(PG_FUNCTION_ARGS)
{
	const CxHeader *summary = cx_summary_arg(fcinfo, 0);

	PG_RETURN_DATUM(hash_any((const unsigned char *) VARDATA(summary),
							 VARSIZE(summary) - VARHDRSZ));
}

/* cx_summary_hash_extended(summary, seed bigint) -> bigint: hash support. */
PG_FUNCTION_INFO_V1(cx_summary_hash_extended);
Datum
cx_summary_hash_extended(PG_FUNCTION_ARGS)
{
	const CxHeader *summary = cx_summary_arg(fcinfo, 0);

	PG_RETURN_DATUM(hash_any_extended((const unsigned char *) VARDATA(summary),
									  VARSIZE(summary) - VARHDRSZ,
									  PG_GETARG_INT64(1)));
}
