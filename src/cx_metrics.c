/*-------------------------------------------------------------------------
 *
 * cx_metrics.c
 *	  Customer experience metrics for PostgreSQL: module magic, nothing else.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"

PG_MODULE_MAGIC;
