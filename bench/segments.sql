-- Segments: the map against grouping by segment and counting by hand, its decomposition against hand-written SQL.

SET jit = off;
SET work_mem = '256MB';
SET max_parallel_workers_per_gather = 0;

CALL bench.compare('20 segments', 'nps_segment_agg(channel, score)', 'SELECT nps_segment_agg(channel, score) FROM bench.responses',
	'nps(score) GROUP BY channel', 'SELECT channel, nps(score) FROM bench.responses GROUP BY channel', :runs);
CALL bench.compare('20 segments', 'nps_segment_agg(channel, score)', 'SELECT nps_segment_agg(channel, score) FROM bench.responses',
	'count(*) FILTER, by hand', $$SELECT channel, 100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6))
		/ count(score) FROM bench.responses GROUP BY channel$$, :runs);
CALL bench.compare('20 segments by day', 'nps_segment_agg(channel, score)', 'SELECT day, nps_segment_agg(channel, score) FROM bench.responses GROUP BY day',
	'nps(score) GROUP BY channel', 'SELECT day, channel, nps(score) FROM bench.responses GROUP BY day, channel', :runs);
CALL bench.compare('100,000 segments', 'nps_segment_agg(account, score)', 'SELECT nps_segment_agg((response_id % 100000)::text, score) FROM bench.responses',
	'nps(score) GROUP BY account', 'SELECT (response_id % 100000)::text, nps(score) FROM bench.responses GROUP BY 1', :runs);

-- Half the days against the others: because of which of 20 channels?
CREATE TABLE bench.segments AS
SELECT day >= date '2024-05-15' AS later, nps_segment_agg(channel, score) AS t FROM bench.responses GROUP BY 1;
CALL bench.compare('change by 20 segments, from the answers', 'nps_change', $$SELECT segment, rate_effect, mix_effect
		FROM (SELECT nps_segment_agg(channel, score) FILTER (WHERE day < '2024-05-15') AS a, nps_segment_agg(channel, score) FILTER (WHERE day >= '2024-05-15') AS b
			  FROM bench.responses) AS x, nps_change(a, b)$$,
	'by hand, without tests', $$SELECT channel, (s0 + s1) / 2 * (l1 - l0), (s1 - s0) * ((l0 + l1) / 2 - (sum(s0 * l0) OVER () + sum(s1 * l1) OVER ()) / 2)
		FROM (SELECT channel, n0 / sum(n0) OVER () AS s0, n1 / sum(n1) OVER () AS s1, 100 * d0 / n0 AS l0, 100 * d1 / n1 AS l1
			  FROM (SELECT channel, count(*) FILTER (WHERE day < '2024-05-15')::float8 AS n0, count(*) FILTER (WHERE day >= '2024-05-15')::float8 AS n1,
				  (count(*) FILTER (WHERE day < '2024-05-15' AND score >= 9) - count(*) FILTER (WHERE day < '2024-05-15' AND score <= 6))::float8 AS d0,
				  (count(*) FILTER (WHERE day >= '2024-05-15' AND score >= 9) - count(*) FILTER (WHERE day >= '2024-05-15' AND score <= 6))::float8 AS d1
				  FROM bench.responses GROUP BY channel) AS c) AS l$$, :runs);

-- What a reading costs, by the number of segments.
CREATE TABLE bench.maps AS
SELECT segments, nps_segment_agg((response_id % segments)::text, score) AS t
FROM unnest('{10, 1000, 100000}'::integer[]) AS segments, bench.responses WHERE response_id <= 1000000 GROUP BY segments;
INSERT INTO bench.notes (what, figure)
SELECT 'reading one map', string_agg(format('%s segments: nps_segments %s ms, nps_change %s ms, %s bytes', segments,
	round(bench.milliseconds(format('SELECT count(*) FROM bench.maps, nps_segments(t) WHERE segments = %s', segments))::numeric, 1),
	round(bench.milliseconds(format('SELECT count(*) FROM bench.maps, nps_change(t, t) WHERE segments = %s', segments))::numeric, 1), pg_column_size(t)), '; ')
FROM bench.maps;

-- p_adjust of a million tests
INSERT INTO bench.notes (what, figure)
SELECT 'p_adjust(p, method) OVER () of a million rows', string_agg(format('%s %s ms', method,
	round(bench.milliseconds(format('SELECT max(q) FROM (SELECT p_adjust(i / 1000003.0::float8, %L) OVER () AS q FROM generate_series(1, 1000000) AS i) AS x', method)))), ', ')
FROM unnest('{BH, BY, holm, bonferroni, hommel}'::text[]) AS method;
