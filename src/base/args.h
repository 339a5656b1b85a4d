/*-------------------------------------------------------------------------
 *
 * args.h
 *	  Checking the arguments that accessors have in common.
 *
 * None of these functions looks at NULL: callers do, before.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BASE_ARGS_H
#define CX_BASE_ARGS_H

#include "base/compat.h"

/* Whether any of the first 'count' arguments is NULL. */
extern bool cx_any_null(FunctionCallInfo fcinfo, int count);

/* What the user wrote, cut to a length that fits a message. */
extern char *cx_quoted(const char *value);

/* A confidence level: between 0 and 1, both excluded. */
extern double cx_level_arg(FunctionCallInfo fcinfo, int argno);

/* A quantile, likewise; the hint has an example. */
extern double cx_quantile_arg(FunctionCallInfo fcinfo, int argno, const char *hint);

/* The level of a verdict, which at less than 0.5 would say both. */
extern double cx_verdict_level_arg(FunctionCallInfo fcinfo, int argno);

/* A target on a scale from 'least' to 'most'. */
extern double cx_target_arg(FunctionCallInfo fcinfo, int argno,
							double least, double most);

/* What is given has to be one of 'choices' (NULL-terminated): its index. */
extern int	cx_choice(const char *given, const char *what, const char *const *choices);

/* The same of a text argument. */
extern int	cx_choice_arg(FunctionCallInfo fcinfo, int argno, const char *what,
						  const char *const *choices);

/*
 * The size of the population that 'responses' answers were drawn from.  NULL is
 * infinite; smaller than what was drawn is an error.
 */
extern double cx_population_arg(FunctionCallInfo fcinfo, int argno, int64 responses);

#endif							/* CX_BASE_ARGS_H */
