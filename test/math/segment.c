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

/* A number from 0 to 1, the same every time. */
static double
chance(void)
{
	static unsigned long long state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (double) (state >> 11) / 9007199254740992.0;
}

/* About standard normal. */
static double
about_normal(void)
{
	double		sum = -6;

	for (int i = 0; i < 12; i++)
		sum += chance();
	return sum;
}

/*
 * Leagues of 3 to 8 groups of 9 to 2,000 answers, whose true levels differ by
 * standard deviations of 5, 10 and 20 points: the shrunk level is nearer to the
 * truth, intervals of level 0.95 hold it, and small groups seldom lead.
 */
static void
test_leagues(void)
{
	const double sizes[] = {9, 100, 300, 1000, 2000};
	int			leagues = 3000;
	int			levels = 0;
	int			held = 0;
	int			small_lead = 0;
	int			small_shrunk_lead = 0;
	double		plain = 0;
	double		shrunk = 0;

	for (int l = 0; l < leagues; l++)
	{
		CxShrunk	groups[8];
		int			count = 3 + l % 6;
		double		between = 0.05 * (1 << l / 6 % 3);
		int			leader = 0;
		int			shrunk_leader = 0;
		double		truth[8];

		for (int i = 0; i < count; i++)
		{
			int			n = (int) sizes[(int) (5 * chance())];
			double		promoters;
			double		net = 0;

			/* a fifth are passives */
			truth[i] = fmin(fmax(0.2 + between * about_normal(), -0.8), 0.8);
			promoters = (0.8 + truth[i]) / 2;
			for (int k = 0; k < n; k++)
			{
				double		answer = chance();

				net += answer < promoters ? 1 : answer < promoters + 0.2 ? 0 : -1;
			}
			groups[i] = (CxShrunk) {.level = net / n, .n = n};
		}
		cx_shrink(groups, count, 0.76);
		for (int i = 0; i < count; i++)
		{
			levels++;
			held += fabs(groups[i].mean - truth[i]) <= 1.96 * groups[i].stddev;
			plain += pow(groups[i].level - truth[i], 2);
			shrunk += pow(groups[i].mean - truth[i], 2);
			if (groups[i].level > groups[leader].level)
				leader = i;
			if (groups[i].mean > groups[shrunk_leader].mean)
				shrunk_leader = i;
		}
		small_lead += groups[leader].n == 9;
		small_shrunk_lead += groups[shrunk_leader].n == 9;
	}
	printf("# held %.3f, error %.4f instead of %.4f, of 9 answers lead %d instead of %d\n",
		   (double) held / levels, sqrt(shrunk / levels), sqrt(plain / levels),
		   small_shrunk_lead, small_lead);
	ok(held > 0.89 * levels && held < 0.98 * levels, "intervals hold the true level");
	ok(shrunk < 0.5 * plain, "the shrunk level is nearer to it");
	ok(small_shrunk_lead < small_lead / 3, "nine answers seldom lead");
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
	test_leagues();
	test_kitagawa();
	return done_testing();
}
