/*
 * tap.h
 *		What a C program that prints TAP needs.
 */
#ifndef CX_TEST_TAP_H
#define CX_TEST_TAP_H

#include <stdbool.h>
#include <stdio.h>

static int	tests = 0;
static int	failures = 0;

static void
ok(bool passed, const char *what)
{
	tests++;
	if (!passed)
		failures++;
	printf("%sok %d - %s\n", passed ? "" : "not ", tests, what);
}

/* The plan, and the exit status of the program. */
static int
done_testing(void)
{
	printf("1..%d\n", tests);
	return failures == 0 ? 0 : 1;
}

#endif							/* CX_TEST_TAP_H */
