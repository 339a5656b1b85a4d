/*-------------------------------------------------------------------------
 *
 * line.c
 *	  Simple linear regression by least squares (Draper & Smith 1998, Applied
 *	  Regression Analysis, 1.2-1.4).
 *
 * The line assumes that the mean changes by the same amount from place to place;
 * its interval, by Student's t, that the values vary alike at all places and
 * independently of each other.
 *
 *-------------------------------------------------------------------------
 */
#include "math/line.h"

#include "math/student.h"
#include "math/twosum.h"

/* Variation below this part of the squares is what rounding has left of none. */
#define SPREAD_MIN 1e-28

double
cx_values_mean(const CxValues *values)
{
	return values->n > 0 ? values->sum / values->n : NAN;
}

/* sum (v - c) */
static double
deviation(const CxValues *values, double c)
{
	double		high = values->sum;
	double		low = values->sum_low;
	double		product = values->n * c;

	cx_add_two(&high, &low, -product, -fma(values->n, c, -product));
	return high + low;
}

/* sum (v - mean)^2 = sum v^2 - c (sum v + sum (v - c)), with c as good as the mean */
static double
spread(const CxValues *values)
{
	double		c = values->sum / values->n;
	double		high = values->squares;
	double		low = values->squares_low;
	double		product = values->sum * c;

	if (!(values->n > 0))
		return 0;
	cx_add_two(&high, &low, -product, -fma(values->sum, c, -product));
	cx_add_two(&high, &low, -c * values->sum_low, -c * deviation(values, c));
	return high > SPREAD_MIN * values->squares ? high : 0;
}

double
cx_values_stderr(const CxValues *values)
{
	return values->n > 1 ? sqrt(spread(values) / (values->n - 1) / values->n) : NAN;
}

/* Where the line turns: values count from 'y', near their mean, lest it drown them. */
typedef struct Centre
{
	double		n;
	double		x;
	double		y;
	double		rest;			/* mean - y */
} Centre;

static Centre
centre_of(const CxValues *values, int places)
{
	Centre		centre = {0};
	double		rest = 0;

	for (int x = 0; x < places; x++)
	{
		centre.n += values[x].n;
		centre.x += values[x].n * x;
		centre.y += values[x].sum;
	}
	centre.x /= centre.n;
	centre.y /= centre.n;
	for (int x = 0; x < places; x++)
		rest += deviation(&values[x], centre.y);
	centre.rest = rest / centre.n;
	return centre;
}

/* How far the mean at one place lies above that of all; 0 where nothing is. */
static double
height(const CxValues *values, const Centre *centre)
{
	return values->n > 0 ? deviation(values, centre->y) / values->n - centre->rest : 0;
}

CxLine
cx_line_through(const CxValues *values, int places)
{
	Centre		centre = centre_of(values, places);
	CxLine		line = {centre.n, NAN, NAN, NAN};
	double		sxx = 0;
	double		sxy = 0;
	double		total = 0;
	double		residual = 0;

	for (int x = 0; x < places; x++)
	{
		double		along = x - centre.x;

		sxx += values[x].n * along * along;
		sxy += values[x].n * along * height(&values[x], &centre);
	}
	if (!(sxx > 0))
		return line;
	line.slope = sxy / sxx;
	for (int x = 0; x < places; x++)
	{
		double		within = spread(&values[x]);
		double		above = height(&values[x], &centre);
		double		beside = above - line.slope * (x - centre.x);

		total += within + values[x].n * above * above;
		residual += within + values[x].n * beside * beside;
	}
	if (line.n > 2)
		line.stderr_ = sqrt(residual / (line.n - 2) / sxx);
	if (total > 0)
		line.r2 = fmin(line.slope * sxy / total, 1);
	return line;
}

/* NaN below three values. */
CxRange
cx_line_interval(const CxLine *line, double level)
{
	double		margin = -cx_student_quantile((1 - level) / 2, line->n - 2) * line->stderr_;

	return (CxRange) {line->slope - margin, line->slope + margin};
}
