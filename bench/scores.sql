-- Scores: NPS, CSAT and effort against avg and hand-written SQL.

SET jit = off;
SET work_mem = '256MB';
SET max_parallel_workers_per_gather = 0;

CALL bench.compare('one group, smallint', 'nps(score)', 'SELECT nps(score2) FROM bench.responses',
	'avg(score)', 'SELECT avg(score2) FROM bench.responses', :runs);
CALL bench.compare('one group, smallint', 'nps_agg(score)', 'SELECT nps_agg(score2) FROM bench.responses',
	'avg(score)', 'SELECT avg(score2) FROM bench.responses', :runs);
CALL bench.compare('one group, integer', 'nps(score)', 'SELECT nps(score) FROM bench.responses',
	'avg(score)', 'SELECT avg(score) FROM bench.responses', :runs);
CALL bench.compare('one group, integer', 'nps_agg(score)', 'SELECT nps_agg(score) FROM bench.responses',
	'avg(score)', 'SELECT avg(score) FROM bench.responses', :runs);
CALL bench.compare('one group, integer', 'nps(score)', 'SELECT nps(score) FROM bench.responses',
	'count(*) FILTER, by hand', $$SELECT 100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6))
		/ count(score) FROM bench.responses$$, :runs);
CALL bench.compare('one group, smallint', 'nps(score)', 'SELECT nps(score2) FROM bench.responses',
	'count(*) FILTER, by hand', $$SELECT 100.0 * (count(*) FILTER (WHERE score2 >= 9) - count(*) FILTER (WHERE score2 <= 6))
		/ count(score2) FROM bench.responses$$, :runs);
CALL bench.compare('by channel and day', 'nps(score)', 'SELECT channel, day, nps(score) FROM bench.responses GROUP BY channel, day',
	'avg(score)', 'SELECT channel, day, avg(score) FROM bench.responses GROUP BY channel, day', :runs);
CALL bench.compare('by channel and day', 'nps_agg(score)', 'SELECT channel, day, nps_agg(score) FROM bench.responses GROUP BY channel, day',
	'avg(score)', 'SELECT channel, day, avg(score) FROM bench.responses GROUP BY channel, day', :runs);
CALL bench.compare('one group, smallint', 'csat(stars)', 'SELECT csat(stars) FROM bench.responses',
	'avg(stars)', 'SELECT avg(stars) FROM bench.responses', :runs);
CALL bench.compare('one group, smallint', 'ces(stars)', 'SELECT ces(stars) FROM bench.responses',
	'avg(stars)', 'SELECT avg(stars) FROM bench.responses', :runs);
CALL bench.compare('one group, integer', 'nps_weighted(score, weight)', 'SELECT nps_weighted(score, weight) FROM bench.responses',
	'sum(score * weight) / sum(weight)', 'SELECT sum(score * weight) / sum(weight) FROM bench.responses', :runs);

-- Parallel: serial over parallel for each side, so that the ratios compare the gain.
CREATE FUNCTION bench.parallel_milliseconds(query text) RETURNS float8 LANGUAGE plpgsql
SET max_parallel_workers_per_gather = 2 SET parallel_leader_participation = off AS $$
BEGIN
	RETURN bench.milliseconds(query);
END $$;
INSERT INTO bench.notes (what, figure)
SELECT 'two workers make it faster by', format('nps(score) %s times, avg(score) %s times (medians of %s runs)',
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ours)::numeric, 2),
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY theirs)::numeric, 2), count(*))
FROM (SELECT bench.milliseconds('SELECT nps(score) FROM bench.responses')
			 / bench.parallel_milliseconds('SELECT nps(score) FROM bench.responses') AS ours,
			 bench.milliseconds('SELECT avg(score) FROM bench.responses')
			 / bench.parallel_milliseconds('SELECT avg(score) FROM bench.responses') AS theirs
	  FROM generate_series(1, :runs)) AS runs;

-- Moving windows: the cost of a row must not grow with the window.
CREATE UNLOGGED TABLE bench.window_rows AS SELECT * FROM bench.responses WHERE response_id <= 1000000;
VACUUM (ANALYZE) bench.window_rows;
CALL bench.compare('a window of 10,000 rows / of 10 rows, 1,000,000 rows', 'ROWS 9999 PRECEDING',
	'SELECT max(x) FROM (SELECT nps(score) OVER (ORDER BY response_id ROWS 9999 PRECEDING) AS x FROM bench.window_rows) AS w',
	'ROWS 9 PRECEDING',
	'SELECT max(x) FROM (SELECT nps(score) OVER (ORDER BY response_id ROWS 9 PRECEDING) AS x FROM bench.window_rows) AS w', :runs);

CREATE AGGREGATE bench.nps_without_inverse(integer) (
	SFUNC = nps_accum, STYPE = nps_summary, INITCOND = '{"n": 0}', FINALFUNC = nps
);
CALL bench.compare('a window of 10,000 rows, 50,000 rows', 'nps(score) OVER w',
	'SELECT max(x) FROM (SELECT nps(score) OVER (ORDER BY response_id ROWS 9999 PRECEDING) AS x FROM bench.window_rows WHERE response_id <= 50000) AS w',
	'the same aggregate without an inverse',
	'SELECT max(x) FROM (SELECT bench.nps_without_inverse(score) OVER (ORDER BY response_id ROWS 9999 PRECEDING) AS x FROM bench.window_rows WHERE response_id <= 50000) AS w', 1);

-- Memory: the size of a state, and hash aggregation at half as many groups as rows.
INSERT INTO bench.notes (what, figure)
SELECT 'state of a group', format('%s bytes, weighted %s bytes', pg_column_size(nps_agg(score)), pg_column_size(nps_weighted_agg(score, weight)))
FROM bench.responses WHERE response_id <= 100;

CREATE FUNCTION bench.hash_aggregation(query text) RETURNS text LANGUAGE plpgsql
SET work_mem = '64MB' SET hash_mem_multiplier = 2 SET enable_sort = off AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || query INTO plan;
	plan := plan #> '{0,Plan}';
	RETURN format('%s groups, %s, peak memory %s kB, disk %s kB', plan ->> 'Actual Rows', plan ->> 'Strategy',
		plan ->> 'Peak Memory Usage', plan ->> 'Disk Usage');
END $$;
INSERT INTO bench.notes (what, figure)
SELECT 'nps(score) by 5 million groups, work_mem 64 MB, hash_mem_multiplier 2',
	bench.hash_aggregation('SELECT response_id / 2, nps(score) FROM bench.responses GROUP BY 1');
