-- Money: retention of revenue against sum(numeric) and hand-written SQL.

SET jit = off;
SET work_mem = '256MB';
SET max_parallel_workers_per_gather = 0;

-- One row a customer; one in ten has left, one in ten is new, a third pays as before.
CREATE UNLOGGED TABLE bench.revenue AS
SELECT account_id, previous::numeric(12,2) AS previous,
	CASE abs(hashint8extended(account_id, 13)) % 10 WHEN 0 THEN NULL WHEN 1 THEN previous WHEN 2 THEN previous WHEN 3 THEN previous
		ELSE amount END::numeric(12,2) AS current,
	CASE abs(hashint8extended(account_id, 14)) % 3 WHEN 0 THEN true WHEN 1 THEN false END AS earned,
	previous::float8 AS previous8, amount::float8 AS current8
FROM (SELECT i AS account_id, (abs(hashint8extended(i, 12)) % 1000000) / 100.0 AS amount,
		CASE abs(hashint8extended(i, 10)) % 10 WHEN 0 THEN NULL ELSE (abs(hashint8extended(i, 11)) % 1000000) / 100.0 END AS previous
	FROM generate_series(1::bigint, :rows / 2) AS i) AS x;
VACUUM (ANALYZE) bench.revenue;

CALL bench.compare('half as many rows, numeric', 'revenue_agg(previous, current)', 'SELECT revenue_agg(previous, current) FROM bench.revenue',
	'sum(previous), sum(current)', 'SELECT sum(previous), sum(current) FROM bench.revenue', :runs);
CALL bench.compare('half as many rows, numeric', 'revenue_agg(previous, current, earned)', 'SELECT revenue_agg(previous, current, earned) FROM bench.revenue',
	'NRR, GRR, churn, expansion and new, five FILTERs by hand', $$SELECT
		sum(current) FILTER (WHERE previous > 0) / sum(previous),
		sum(least(current, previous)) FILTER (WHERE previous > 0) / sum(previous),
		sum(previous) FILTER (WHERE previous > 0 AND coalesce(current, 0) = 0),
		sum(current - previous) FILTER (WHERE previous > 0 AND current > previous),
		sum(current) FILTER (WHERE coalesce(previous, 0) = 0)
	FROM bench.revenue$$, :runs);
CALL bench.compare('half as many rows, double precision', 'revenue_agg(previous, current)', 'SELECT revenue_agg(previous8, current8) FROM bench.revenue',
	'sum(previous), sum(current)', 'SELECT sum(previous8), sum(current8) FROM bench.revenue', :runs);
