/*
 * segment.c
 *		Tests of src/math/shrink.c and src/math/kitagawa.c, against R.
 *
 *	cc -std=c11 -O2 -Isrc -Itest/math test/math/segment.c src/math/{shrink,kitagawa}.c -lm
 */
#include "math/kitagawa.h"
#include "math/shrink.h"

#include <math.h>
#include <stdlib.h>

#include "tap.h"

#define MOST 40

static const struct
{
	const char *name;
	int			count;
	double		variance;
	double		level[MOST];
	double		n[MOST];
	double		mean[MOST];
	double		stddev[MOST];
}			shrinks[] = {
#define SHRINK
#include "segment.h"
#undef SHRINK
};

/* share and level before and after, overall, rate and mix */
static const double kitagawas[][7] = {
#define KITAGAWA
#include "segment.h"
#undef KITAGAWA
};

static bool
near(double a, double b, double tolerance)
{
	bool		good = fabs(a - b) <= tolerance * fabs(b);

	if (!good)
		printf("# %.17g instead of %.17g\n", a, b);
	return good;
}

static void
test_shrink(void)
{
	for (unsigned c = 0; c < sizeof(shrinks) / sizeof(shrinks[0]); c++)
	{
		CxShrunk	groups[MOST];
		bool		good = true;
		char		what[100];

		for (int i = 0; i < shrinks[c].count; i++)
			groups[i] = (CxShrunk) {.level = shrinks[c].level[i], .n = shrinks[c].n[i]};
		cx_shrink(groups, shrinks[c].count, shrinks[c].variance);
		for (int i = 0; i < shrinks[c].count; i++)
			good &= near(groups[i].mean, shrinks[c].mean[i], 1e-9) &&
				near(groups[i].stddev, shrinks[c].stddev[i], 1e-9);
		snprintf(what, sizeof(what), "%s, variance %g, as R", shrinks[c].name, shrinks[c].variance);
		ok(good, what);
	}
}

/* So many groups, in which t is known but for little: the formulas for a known t. */
static void
test_many(void)
{
	int			count = 20000;
	CxShrunk   *groups = malloc(count * sizeof(CxShrunk));
	double		v = 0.64 / 20;
	double		between = 0.09;
	double		sum = 0;
	double		squares = 0;
	double		b;

	for (int i = 0; i < count; i++)
	{
		/* levels of two points, with the variance that t and the answers make */
		groups[i].level = 0.1 + (i % 2 ? 1 : -1) * sqrt(v + between);
		groups[i].n = 20;
	}
	cx_shrink(groups, count, 0.64);
	for (int i = 0; i < count; i++)
	{
		sum += groups[i].mean;
		squares += groups[i].stddev * groups[i].stddev;
	}
	b = between / (between + v);
	ok(near(sum / count, 0.1, 1e-9), "the mean of the shrunk is the common one");
	ok(near(groups[1].mean - 0.1, b * sqrt(v + between), 1e-3), "shrunk by what t says");
	ok(near(squares / count, b * v, 1e-2), "and as uncertain");
	free(groups);
}

static void
test_kitagawa(void)
{
	double		change[2] = {0, 0};
	int			count = sizeof(kitagawas) / sizeof(kitagawas[0]);
	CxEffect	effect;

	for (int i = 0; i < count; i++)
	{
		const double *k = kitagawas[i];

		effect = cx_kitagawa((CxGroup) {k[0], k[1]}, (CxGroup) {k[2], k[3]}, k[4]);
		ok(near(effect.rate, k[5], 1e-13) && near(effect.mix, k[6], 1e-13), "users and admins, as R");
		change[0] += effect.rate + effect.mix;
		change[1] += k[2] * k[3] - k[0] * k[1];
	}
	ok(near(change[0], change[1], 1e-14), "effects add up to the change");

	effect = cx_kitagawa((CxGroup) {0, NAN}, (CxGroup) {0.25, 0.5}, 0.1);
	ok(effect.rate == 0 && near(effect.mix, 0.25 * 0.4, 1e-15), "a group that enters: mix alone");
	effect = cx_kitagawa((CxGroup) {0.25, 0.5}, (CxGroup) {0, NAN}, 0.1);
	ok(effect.rate == 0 && near(effect.mix, -0.25 * 0.4, 1e-15), "a group that leaves likewise");
	effect = cx_kitagawa((CxGroup) {0, NAN}, (CxGroup) {0, NAN}, 0.1);
	ok(effect.rate == 0 && effect.mix == 0, "a group that never was: nothing");
}

int
main(void)
{
	test_shrink();
	test_many();
	test_kitagawa();
	return done_testing();
}
