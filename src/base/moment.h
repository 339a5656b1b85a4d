/*-------------------------------------------------------------------------
 *
 * moment.h
 *	  Dates and timestamps as ISO 8601 text, whatever DateStyle says.
 *
 * Years are counted as astronomers do: 0000 is 1 BC.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BASE_MOMENT_H
#define CX_BASE_MOMENT_H

#include "base/compat.h"

#include "lib/stringinfo.h"
#include "utils/date.h"

extern void cx_append_date(StringInfo buf, DateADT date);
extern void cx_append_timestamp(StringInfo buf, Timestamp timestamp);

/* What the above have written; false for anything else. */
extern bool cx_read_date(const char *text, DateADT *date);
extern bool cx_read_timestamp(const char *text, Timestamp *timestamp);

#endif							/* CX_BASE_MOMENT_H */
