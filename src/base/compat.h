/*-------------------------------------------------------------------------
 *
 * compat.h
 *	  What differs between the supported PostgreSQL versions (15 and later).
 *
 * Every #if on PG_VERSION_NUM stands here and nowhere else.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BASE_COMPAT_H
#define CX_BASE_COMPAT_H

#include "postgres.h"

#include "fmgr.h"

#if PG_VERSION_NUM < 150000
#error "cx_metrics needs PostgreSQL 15 or later"
#endif

/* VARATT_IS_EXTENDED and friends moved out of postgres.h */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* Have memory brought into the cache; a hint, where the compiler can give it. */
#ifdef __GNUC__
#define cx_prefetch(address) __builtin_prefetch(address)
#else
#define cx_prefetch(address) ((void) (address))
#endif

#endif							/* CX_BASE_COMPAT_H */
