-- Trends: making a series, and what a question costs, by the number of points, with changes and without.

SET jit = off;
SET work_mem = '256MB';
SET max_parallel_workers_per_gather = 0;

CALL bench.compare('a series of answers, from all of them', 'trend_agg(day, nps_agg(score))', 'SELECT trend_agg(day, s) FROM (SELECT day, nps_agg(score) AS s FROM bench.responses GROUP BY day) AS x',
	'nps(score) GROUP BY day', 'SELECT day, nps(score) FROM bench.responses GROUP BY day', :runs);

CREATE TABLE bench.trend_rows AS SELECT date '1800-01-01' + i * 7919 % 100000 AS day, (hashint4(i) % 1000 / 100.0)::float8 AS value FROM generate_series(1, 100000) AS i;
CALL bench.compare('100,000 points in any order', 'trend_agg(day, value)', 'SELECT trend_agg(day, value) FROM bench.trend_rows',
	'array_agg(value ORDER BY day)', 'SELECT array_agg(value ORDER BY day) FROM bench.trend_rows', :runs);

-- noise, a level that changes every 1,000 points, a trend, few different values, nothing that varies; and scores of some 30 answers a day
CREATE TABLE bench.trends AS
SELECT kind, points, trend_agg(date '1800-01-01' + i, CASE kind WHEN 'constant' THEN 7 WHEN 'ties' THEN hashint4(i) % 3 ELSE hashint4(i) % 1000 / 200.0
	+ CASE kind WHEN 'changes' THEN i / 1000 % 2 * 4 WHEN 'trend' THEN i / 500.0 ELSE 0 END END) AS t
FROM unnest('{10000, 100000}'::integer[]) AS points, unnest('{noise,changes,trend,ties,constant}'::text[]) AS kind, generate_series(0, points - 1) AS i GROUP BY kind, points;
INSERT INTO bench.trends
SELECT 'answers', points, trend_agg(date '1800-01-01' + i, nps_summary(ARRAY[0, 1, 1, 0, 2, 3, 1, 4, 5 + abs(hashint4(i) % 5), 6, 9]))
FROM unnest('{10000, 100000}'::integer[]) AS points, generate_series(0, points - 1) AS i GROUP BY points;

-- reading the points is in each
INSERT INTO bench.notes (what, figure)
SELECT what, string_agg(format('%s: %s', kind, figures), '; ' ORDER BY kind) FROM (
	SELECT rank, what, kind, string_agg(format('%s points %s ms', points,
		round(bench.milliseconds(format('SELECT count(*) FROM bench.trends, %s AS r WHERE kind = %L AND points = %s', call, kind, points))::numeric, 1)), ', ' ORDER BY points) AS figures
	FROM bench.trends, (VALUES
		(1, 'trend_points', 'trend_points(t)'),
		(2, 'control_chart, all rules', $$control_chart(t, rules => '{western_electric,nelson}')$$),
		(3, 'trend_test', 'trend_test(t)'),
		(4, 'trend_test, a season of a week', 'trend_test(t, 7)'),
		(5, 'change_points', 'change_points(t)'),
		(6, 'change_points, a season of a week', 'change_points(t, 7)'),
		(7, 'sparkline', 'sparkline(t)')) AS q (rank, what, call)
	GROUP BY rank, what, kind) AS x
GROUP BY rank, what ORDER BY rank;
