-- Seasons: what a question costs, by the number of points.

SET jit = off;
SET max_parallel_workers_per_gather = 0;

CREATE TABLE bench.series AS
SELECT points, trend_agg(date '1900-01-01' + i, 30 + 5 * sin(i / 3000.0) + CASE i % 7 WHEN 6 THEN -4 ELSE 0 END + hashint4(i) % 1000 / 200.0) AS t
FROM unnest('{1000, 10000, 100000}'::integer[]) AS points, generate_series(0, points - 1) AS i GROUP BY points;

-- reading the points is in each
INSERT INTO bench.notes (what, figure)
SELECT what, string_agg(format('%s points %s ms', points, round(bench.milliseconds(format('SELECT count(*) FROM bench.series, %s WHERE points = %s', call, points))::numeric, 1)), ', ' ORDER BY points)
FROM bench.series, (VALUES
	(1, 'trend_points', 'trend_points(t)'),
	(2, 'decompose', 'decompose(t, 7)'),
	(3, 'decompose, robust', 'decompose(t, 7, true)'),
	(4, 'decompose, a season of a year of days', 'decompose(t, 365)'),
	(5, 'seasonality_test', 'seasonality_test(t, 7)'),
	(6, 'seasonal_profile', 'seasonal_profile(t, 7)'),
	(7, 'forecast', 'forecast(t, 30, 7)')) AS q (i, what, call)
GROUP BY i, what ORDER BY i;
