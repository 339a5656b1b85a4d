/*
 * rounding.c
 *		Tests of src/math/rounding.c.
 *
 *	cc -std=c11 -O2 -Isrc -Itest/math test/math/rounding.c src/math/rounding.c -lm
 */
#include "math/rounding.h"

#include <math.h>

#include "random.h"
#include "tap.h"

#define MOST 1000

static double value[MOST];
static double work[MOST];

static bool
alike(int n)
{
	for (int i = 1; i < n; i++)
	{
		if (value[i] != value[0])
			return false;
	}
	return true;
}

/* Sums of one price over their number. */
static void
test_sums(void)
{
	double		sum = 0;
	bool		differ;

	for (int i = 0; i < MOST; i++)
		value[i] = (sum += 19.99) / (i + 1);
	differ = !alike(MOST);
	cx_level_rounding(value, MOST, -1, work);
	ok(differ && alike(MOST), "means of one price are one, whatever rounding made of them");
	for (int i = 0; i < MOST; i++)
		value[i] *= i % 2 ? -1e300 : 1e300;
	cx_level_rounding(value, MOST, -1, work);
	ok(value[0] == value[2] && value[1] == value[3] && value[0] == -value[1],
	   "huge ones, of either sign, too");
}

static void
test_cancelled(void)
{
	value[0] = 0.3 - 0.2 - 0.1;
	value[1] = 0;
	value[2] = 1;
	value[3] = -1;
	value[4] = 2;
	cx_level_rounding(value, 5, -1, work);
	ok(value[0] == value[1] && value[2] == 1 && value[3] == -1, "what a cancellation leaves is 0");
	value[0] = 1e-9;
	value[1] = 0;
	cx_level_rounding(value, 2, 1e4, work);
	ok(alike(2), "of a size that is given, too");
}

static void
test_kept(void)
{
	bool		kept = true;
	double		given[MOST];

	for (int i = 0; i < MOST; i++)
		given[i] = value[i] = i == 0 ? 1e15 : i == 1 ? -1e300 : i == 2 ? NAN : 100 + normal();
	cx_level_rounding(value, MOST, -1, work);
	for (int i = 0; i < MOST; i++)
		kept &= isnan(given[i]) ? isnan(value[i]) : value[i] == given[i];
	ok(kept, "nothing else changes, not even beside huge values");
	for (int i = 0; i < 100; i++)
		given[i] = value[i] = pow(10, 2 * i - 100);
	cx_level_rounding(value, 100, 0, work);
	kept = true;
	for (int i = 0; i < 100; i++)
		kept &= value[i] == given[i];
	ok(kept, "and values that only grow are not equal for it");
	value[0] = NAN;
	cx_level_rounding(value, 1, -1, work);
	cx_level_rounding(value, 0, -1, work);
	ok(isnan(value[0]), "nothing is nothing");
}

int
main(void)
{
	test_sums();
	test_cancelled();
	test_kept();
	return done_testing();
}
