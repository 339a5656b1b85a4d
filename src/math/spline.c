/*
 * spline.c
 *		A smooth curve through equally spaced points: the natural cubic spline
 *		(de Boor 1978, A Practical Guide to Splines, chapter IV).
 */
#include "math/spline.h"

/*
 * The second derivatives at the points, times a sixth of the squared spacing:
 * bend[i-1] + 4 bend[i] + bend[i+1] = second difference, and none at the ends.
 */
static void
find_bends(const double *point, int count, double *bend)
{
	double		ratio[CX_SPLINE_MAX];

	bend[0] = ratio[0] = 0;
	for (int i = 1; i < count - 1; i++)
	{
		ratio[i] = 1 / (4 - ratio[i - 1]);
		bend[i] = ratio[i] * (point[i - 1] - 2 * point[i] + point[i + 1] - bend[i - 1]);
	}
	bend[count - 1] = 0;
	for (int i = count - 2; i > 0; i--)
		bend[i] -= ratio[i] * bend[i + 1];
}

void
cx_spline_refine(const double *point, int count, int parts, double *refined)
{
	double		bend[CX_SPLINE_MAX];

	find_bends(point, count, bend);
	for (int i = 0; i < count - 1; i++)
	{
		for (int j = 0; j < parts; j++)
		{
			double		after = (double) j / parts;
			double		before = 1 - after;

			*refined++ = before * point[i] + after * point[i + 1] +
				before * (before * before - 1) * bend[i] +
				after * (after * after - 1) * bend[i + 1];
		}
	}
	*refined = point[count - 1];
}
