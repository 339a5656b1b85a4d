/*-------------------------------------------------------------------------
 *
 * trend_test.c
 *	  Is there a trend: Mann and Kendall's test and Sen's slope.
 *
 *-------------------------------------------------------------------------
 */
#include "trend/trend.h"

#include <math.h>

#include "base/args.h"
#include "base/result.h"
#include "math/kendall.h"

/*
 * The points season by season; a series without seasons is one.  Values are
 * divided by 2^scale.
 */
static void
group_points(const CxSeries *series, int season, int scale, CxSeasons *seasons)
{
	int			count = season == 0 ? 1 : season;
	int		   *start = palloc0((count + 1) * sizeof(int));
	int		   *next = palloc(count * sizeof(int));
	CxTimed    *point = palloc(Max(series->count, 1) * sizeof(CxTimed));

	for (int i = 0; i < series->count; i++)
		start[series->point[i].at % count + 1]++;
	for (int g = 0; g < count; g++)
	{
		next[g] = start[g];
		start[g + 1] += start[g];
	}
	for (int i = 0; i < series->count; i++)
	{
		const CxPoint *p = &series->point[i];

		point[next[p->at % count]++] = (CxTimed) {p->at, ldexp(p->value, -scale)};
	}
	seasons->count = count;
	seasons->start = start;
	seasons->point = point;
}

/*
 * trend_test(t, season, level) -> (tau, statistic, p_value, slope, lower, upper):
 * NULL where there are too few points for it, or nothing varies.
 */
PG_FUNCTION_INFO_V1(cx_trend_test);
Datum
cx_trend_test(PG_FUNCTION_ARGS)
{
	const CxSeries *series;
	CxSeasons	seasons;
	CxKendallWork work;
	CxKendall	test;
	CxRow		row = {0};
	double		level;
	int			season;
	int			scale;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	series = cx_series_arg(fcinfo, 0);
	season = cx_season_arg(fcinfo, 1);
	level = cx_level_arg(fcinfo, 2);
	scale = cx_series_scale(series);
	group_points(series, season, scale, &seasons);
	work.sorted = palloc(Max(CX_KENDALL_SORTED(series->count), 1) * sizeof(CxSorted));
	work.slope = palloc(CX_KENDALL_SLOPES(series->count) * sizeof(double));
	test = cx_kendall(&seasons, level, work);
	cx_row_real(&row, test.tau);
	cx_row_real(&row, test.statistic);
	cx_row_real(&row, test.p_value);
	/* a slope of -0 is 0 */
	cx_row_real(&row, ldexp(test.slope, scale) + 0.0);
	cx_row_real(&row, ldexp(test.limits.lower, scale) + 0.0);
	cx_row_real(&row, ldexp(test.limits.upper, scale) + 0.0);
	return cx_row_datum(fcinfo, &row);
}
