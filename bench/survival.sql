-- Survival: the summary against counting by distinct time, the curve and the test against hand-written SQL.

SET jit = off;
SET work_mem = '256MB';
SET max_parallel_workers_per_gather = 0;

-- Days up to four years, in no order; a third of the customers enter late. 1,460 distinct durations, 20 groups.
CREATE UNLOGGED TABLE bench.stays AS
SELECT channel AS plan, CASE WHEN response_id % 3 = 0 THEN entry ELSE 0 END AS entry,
	CASE WHEN response_id % 3 = 0 THEN entry ELSE 0 END + 1 + (abs(hashint8extended(response_id, 8)) % 1000)::integer AS days, score > 6 AS ended
FROM (SELECT *, (abs(hashint8extended(response_id, 7)) % 460)::integer AS entry FROM bench.responses) AS r;
VACUUM (ANALYZE) bench.stays;

CALL bench.compare('one group', 'survival_agg(days, ended)', 'SELECT pg_column_size(survival_agg(days, ended)) FROM bench.stays',
	'count(*) GROUP BY days', 'SELECT sum(n) FROM (SELECT days, count(*) AS n, count(*) FILTER (WHERE ended) FROM bench.stays GROUP BY days) AS x', :runs);
CALL bench.compare('20 groups', 'survival_agg(days, ended)', 'SELECT plan, pg_column_size(survival_agg(days, ended)) FROM bench.stays GROUP BY plan',
	'count(*) GROUP BY plan, days', 'SELECT sum(n) FROM (SELECT plan, days, count(*) AS n, count(*) FILTER (WHERE ended) FROM bench.stays GROUP BY plan, days) AS x', :runs);
CALL bench.compare('the curve', 'survival_curve(survival_agg(days, ended))',
	'SELECT count(*) FROM (SELECT survival_agg(days, ended) AS s FROM bench.stays) AS x, survival_curve(s)',
	'by hand, without limits', $$SELECT count(*) FROM (SELECT days, exp(sum(CASE WHEN d < n THEN ln(1 - d / n::float8) ELSE '-infinity' END) OVER (ORDER BY days)) AS survival
		FROM (SELECT days, d, sum(c) OVER (ORDER BY days DESC) AS n FROM (SELECT days, count(*) AS c, count(*) FILTER (WHERE ended) AS d FROM bench.stays GROUP BY days) AS x) AS y) AS z$$, :runs);
CALL bench.compare('the curve, late entries', 'survival_curve(survival_agg(entry, days, ended))',
	'SELECT count(*) FROM (SELECT survival_agg(entry, days, ended) AS s FROM bench.stays) AS x, survival_curve(s)',
	'by hand, without limits', $$SELECT count(*) FROM (SELECT t, exp(sum(CASE WHEN d = 0 THEN 0 WHEN d < n THEN ln(1 - d / n::float8) ELSE '-infinity' END) OVER (ORDER BY t)) AS survival
		FROM (SELECT t, d, sum(i) OVER (ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) - sum(o) OVER (ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS n
			FROM (SELECT t, sum(i) AS i, sum(o) AS o, sum(d) AS d FROM (SELECT entry AS t, count(*) AS i, 0 AS o, 0 AS d FROM bench.stays GROUP BY entry
				UNION ALL SELECT days, 0, count(*), count(*) FILTER (WHERE ended) FROM bench.stays GROUP BY days) AS u GROUP BY t) AS x) AS y) AS z$$, :runs);
CALL bench.compare('log-rank, 2 groups', 'logrank_test(array_agg(s))',
	$$SELECT logrank_test(array_agg(s)) FROM (SELECT survival_agg(days, ended) AS s FROM bench.stays GROUP BY plan = 'channel 1') AS x$$,
	'by hand', $$SELECT sum(d1 - d * n1 / n) ^ 2 / sum(d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1))
		FROM (SELECT d, d1, sum(c) OVER (ORDER BY days DESC)::float8 AS n, sum(c1) OVER (ORDER BY days DESC)::float8 AS n1
			FROM (SELECT days, count(*) AS c, count(*) FILTER (WHERE plan = 'channel 1') AS c1, count(*) FILTER (WHERE ended) AS d, count(*) FILTER (WHERE ended AND plan = 'channel 1') AS d1
				FROM bench.stays GROUP BY days) AS x) AS y WHERE n > 1$$, :runs);
CALL bench.compare('a million distinct durations', 'survival_agg(x, ended)',
	'SELECT pg_column_size(survival_agg((hashint8(i) & 1048575)::float8, i % 3 > 0)) FROM generate_series(1, 2000000) AS i',
	'count(*) GROUP BY x', 'SELECT sum(n) FROM (SELECT x, count(*) AS n, count(*) FILTER (WHERE e) FROM (SELECT (hashint8(i) & 1048575)::float8 AS x, i % 3 > 0 AS e FROM generate_series(1, 2000000) AS i) AS r GROUP BY x) AS y', :runs);

-- What a reading costs, by the number of distinct times.
CREATE TABLE bench.survivals AS
SELECT times, survival_agg((hashint8(i) & (times - 1))::float8, i % 3 > 0) AS s FROM unnest('{1024, 65536, 1048576}'::integer[]) AS times, generate_series(1, 2000000) AS i GROUP BY times;
INSERT INTO bench.notes (what, figure)
SELECT 'reading a summary', string_agg(format('%s times: curve %s ms, report %s ms, log-rank of two %s ms; %s kB stored', times,
	round(bench.milliseconds(format('SELECT count(*) FROM bench.survivals, survival_curve(s) WHERE times = %s', times))::numeric, 1),
	round(bench.milliseconds(format('SELECT survival_report(s) FROM bench.survivals WHERE times = %s', times))::numeric, 1),
	round(bench.milliseconds(format('SELECT logrank_test(s, s) FROM bench.survivals WHERE times = %s', times))::numeric, 1), pg_column_size(s) / 1024), '; ' ORDER BY times)
FROM bench.survivals;
