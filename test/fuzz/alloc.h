/*-------------------------------------------------------------------------
 *
 * alloc.h
 *	  Included before everything in what is fuzzed: behind each chunk that
 *	  palloc hands out lie bytes that AddressSanitizer guards.  By itself it
 *	  knows only the blocks of many chunks that palloc gets from malloc.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_FUZZ_ALLOC_H
#define CX_FUZZ_ALLOC_H

#include "postgres.h"

#include "utils/memutils.h"

extern void *cx_fuzz_palloc(Size size, int flags);
extern void *cx_fuzz_repalloc(void *chunk, Size size, bool huge);
extern void cx_fuzz_delete(MemoryContext context);
extern void cx_fuzz_pfree(void *chunk);

#ifndef CX_FUZZ_ALLOC_C
#define palloc(size) cx_fuzz_palloc(size, 0)
#define palloc0(size) cx_fuzz_palloc(size, MCXT_ALLOC_ZERO)
#define palloc_extended(size, flags) cx_fuzz_palloc(size, flags)
#define repalloc(chunk, size) cx_fuzz_repalloc(chunk, size, false)
#define repalloc_huge(chunk, size) cx_fuzz_repalloc(chunk, size, true)
#define MemoryContextDelete(context) cx_fuzz_delete(context)
#define pfree(chunk) cx_fuzz_pfree(chunk)
#endif

#endif
