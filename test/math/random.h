/*
 * random.h
 *		Random numbers that are the same on every machine (Marsaglia 2003, Journal
 *		of Statistical Software 8; Box & Muller 1958).
 */
#ifndef CX_TEST_RANDOM_H
#define CX_TEST_RANDOM_H

#include <math.h>
#include <stdint.h>

static uint64_t random_state = 88172645463325252;

/* From 0 to 1, 1 excluded. */
static inline double
uniform(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) * 0x1p-53;
}

static inline double
normal(void)
{
	return sqrt(-2 * log(1 - uniform())) * cos(2 * 3.14159265358979323846 * uniform());
}

#endif							/* CX_TEST_RANDOM_H */
