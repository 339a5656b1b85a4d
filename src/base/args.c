/*-------------------------------------------------------------------------
 *
 * args.c
 *	  Checking the arguments that accessors have in common.
 *
 *-------------------------------------------------------------------------
 */
#include "base/args.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/float.h"

/* bytes of a value that a message quotes */
#define QUOTED_LENGTH 80

bool
cx_any_null(FunctionCallInfo fcinfo, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (PG_ARGISNULL(i))
			return true;
	}
	return false;
}

char *
cx_quoted(const char *value)
{
	int			length = pg_mbcliplen(value, strlen(value), QUOTED_LENGTH);

	return psprintf("%.*s%s", length, value, value[length] == '\0' ? "" : "...");
}

double
cx_level_arg(FunctionCallInfo fcinfo, int argno)
{
	double		level = PG_GETARG_FLOAT8(argno);

	if (!(level > 0 && level < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("level %s is not between 0 and 1", float8out_internal(level)),
				 errhint("A level of 95 %% is written 0.95.")));
	return level;
}

double
cx_quantile_arg(FunctionCallInfo fcinfo, int argno, const char *hint)
{
	double		q = PG_GETARG_FLOAT8(argno);

	if (!(q > 0 && q < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("quantile %s is not between 0 and 1", float8out_internal(q)),
				 errhint("%s", hint)));
	return q;
}

double
cx_verdict_level_arg(FunctionCallInfo fcinfo, int argno)
{
	double		level = cx_level_arg(fcinfo, argno);

	if (level < 0.5)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a verdict at level %s would say one thing and its opposite at once",
						float8out_internal(level)),
				 errhint("Use a level of at least 0.5.")));
	return level;
}

double
cx_target_arg(FunctionCallInfo fcinfo, int argno, double least, double most)
{
	double		target = PG_GETARG_FLOAT8(argno);

	if (!(target >= least && target <= most))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("target %s is outside the score's range of %g to %g",
						float8out_internal(target), least, most)));
	return target;
}

int
cx_choice(const char *given, const char *what, const char *const *choices)
{
	StringInfoData known;

	for (int i = 0; choices[i] != NULL; i++)
	{
		if (strcmp(given, choices[i]) == 0)
			return i;
	}
	initStringInfo(&known);
	for (int i = 0; choices[i] != NULL; i++)
		appendStringInfo(&known, "%s%s", i == 0 ? "" : ", ", choices[i]);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown %s \"%s\"", what, cx_quoted(given)),
			 errhint("Known are: %s.", known.data)));
}

int
cx_choice_arg(FunctionCallInfo fcinfo, int argno, const char *what,
			  const char *const *choices)
{
	return cx_choice(text_to_cstring(PG_GETARG_TEXT_PP(argno)), what, choices);
}

double
cx_population_arg(FunctionCallInfo fcinfo, int argno, int64 responses)
{
	int64		population;

	if (PG_ARGISNULL(argno))
		return INFINITY;
	population = PG_GETARG_INT64(argno);
	if (population < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a population of %lld has nobody to ask", (long long) population)));
	if (population < responses)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("population %lld is smaller than the %lld answers drawn from it",
						(long long) population, (long long) responses),
				 errhint("The population is everyone who could have been asked.")));
	return (double) population;
}
