-- Growth: what a row costs from 10^5 to 10^7 rows and from 1 group to 10^6, what a second worker brings, what a group holds.

SET jit = off;
SET max_parallel_workers_per_gather = 0;
SET work_mem = '1GB';		-- the cost of a group, not of a disk
SET hash_mem_multiplier = 4;

CREATE TABLE bench.growth (place serial, metric text, ns float8[], groups_ns float8[], workers float8, group_bytes float8);

CREATE UNLOGGED TABLE bench.growth_rows AS
SELECT i, i % 1000 AS group3, i % 1000000 AS group6,
	(abs(hashint8extended(i, 1)) % 11)::smallint AS score,
	(1 + abs(hashint8extended(i, 2)) % 5)::smallint AS stars,
	'channel ' || abs(hashint8extended(i, 3)) % 20 AS channel,
	date '2023-01-01' + (abs(hashint8extended(i, 4)) % 1000)::integer AS day,
	(abs(hashint8extended(i, 5)) % 1000 / 100.0)::float8 AS weight,
	((abs(hashint8extended(i, 6)) % 1000000) / 100.0)::numeric(12, 2) AS revenue,
	((abs(hashint8extended(i, 7)) % 1000000) / 100.0)::numeric(12, 2) AS previous,
	abs(hashint8extended(i, 8)) % 1000003 / 1000003.0::float8 AS probability,
	abs(hashint8extended(i, 9)) % 3 = 0 AS happened,
	(abs(hashint8extended(i, 10)) % 1000)::integer AS duration
FROM generate_series(1::bigint, :rows) AS i;
CREATE INDEX ON bench.growth_rows (i);	-- the first rows are found without reading the others
VACUUM (ANALYZE) bench.growth_rows;

-- The least of several runs: what is measured, without what disturbed it.
CREATE FUNCTION bench.least_milliseconds(query text, runs integer) RETURNS float8 LANGUAGE sql AS $$
	SELECT min(bench.milliseconds(query)) FROM generate_series(1, runs)
$$;

CREATE PROCEDURE bench.grow(metric text, rows bigint, runs integer) LANGUAGE plpgsql AS $$
DECLARE
	query text := format('SELECT %s FROM bench.growth_rows', metric);
	-- retention_agg is meant for few groups: its state is a table of customers
	by_many text := query || CASE WHEN metric LIKE 'retention%' THEN ' GROUP BY group3' ELSE ' GROUP BY group6' END;
	ns float8[] := (SELECT array_agg(1e6 / n * bench.least_milliseconds(format('%s WHERE i <= %s', query, n), runs) ORDER BY n)
		FROM unnest(ARRAY[100000, 1000000, rows]) AS n);
	groups_ns float8[] := ARRAY[1e6 / rows * bench.least_milliseconds(query || ' GROUP BY group3', runs),
		1e6 / rows * bench.least_milliseconds(by_many, least(runs, 2))];
	serial float8 := bench.least_milliseconds(query, runs);
	plan json;
BEGIN
	SET LOCAL enable_sort = off;
	EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || by_many INTO plan;
	RESET enable_sort;
	SET LOCAL parallel_leader_participation = off;
	SET LOCAL max_parallel_workers_per_gather = 2;
	INSERT INTO bench.growth (metric, ns, groups_ns, workers, group_bytes)
	VALUES (metric, ns, groups_ns, serial / bench.least_milliseconds(query, runs),
		1024 * (plan #>> '{0,Plan,Peak Memory Usage}')::float8 / (plan #>> '{0,Plan,Actual Rows}')::float8);
	RAISE NOTICE '%: % ns a row', metric, ns;
	COMMIT;
END $$;

-- first what the server itself counts and sums, to compare with
SELECT format('CALL bench.grow(%L, %s, %s)', metric, :rows, least(:runs, 3))
FROM unnest(ARRAY['count(*)', 'avg(score)', 'sum(weight)', 'sum(revenue)',
	'nps(score)', 'csat(stars)', 'ces(stars)', 'nps_weighted(score, weight)', 'nps_segment_agg(channel, score)',
	'revenue_agg(previous, revenue)', 'account_value_agg(score, revenue)', 'churn_agg(score, happened)',
	'expected_loss(revenue, probability)', 'risk_agg(revenue, probability)',
	'activity_agg(day, ''month'')', 'activity_agg(day, revenue, ''month'')',
	'retention_agg(i / 10, day, ''month'')', 'retention_agg(i / 10, day, revenue, ''month'')', 'survival_agg(duration, happened)']) AS metric
\gexec

INSERT INTO bench.lines (line)
VALUES ('| nanoseconds a row | 10^5 rows | 10^6 rows | ' || :rows || ' rows | by 1,000 groups | by 10^6 groups | two workers | bytes a group |'), ('|---|---|---|---|---|---|---|---|');
INSERT INTO bench.lines (line)
SELECT format('| `%s` | %s | %s | %s | %s | %s | %s times | %s |', metric, round(ns[1]), round(ns[2]), round(ns[3]),
	round(groups_ns[1]), CASE WHEN metric LIKE 'retention%' THEN '-' ELSE round(groups_ns[2])::text END, round(workers::numeric, 2), round(group_bytes))
FROM bench.growth ORDER BY place;
INSERT INTO bench.notes (what, figure) VALUES ('bytes a group', 'peak memory of hash aggregation by 10^6 groups, the table of groups itself among it; retention_agg by 1,000 groups of as many customers');
