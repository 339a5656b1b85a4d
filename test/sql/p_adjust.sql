-- p_adjust, an array and over the rows of a query, against R. More figures, and the methods by their definitions, are in
-- test/math/padjust.c.

-- The fifteen p-values of Benjamini & Hochberg 1995, section 3.2:
--	p <- c(.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1)
--	for (m in c("BH", "BY", "holm", "bonferroni", "hommel")) cat(m, format(p.adjust(p, m), digits = 15), "\n")
CREATE TEMP TABLE test (i int, p float8);
INSERT INTO test SELECT i, p FROM unnest('{.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1}'::float8[])
	WITH ORDINALITY AS x (p, i);
CREATE TEMP TABLE due (method text, adjusted float8[]);
INSERT INTO due VALUES
	('BH', '{0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0638571428571429, 0.0638571428571429, 0.0645, 0.0765, 0.486, 0.581181818181818, 0.714875, 0.753230769230769, 0.813214285714286, 1}'),
	('BY', '{0.00497734348984349, 0.00995468697968698, 0.0315231754356754, 0.118211907883783, 0.200089208291708, 0.211892622853337, 0.211892622853337, 0.21402577006327, 0.253844517982018, 1, 1, 1, 1, 1, 1}'),
	('holm', '{0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1, 1, 1, 1, 1, 1}'),
	('bonferroni', '{0.0015, 0.006, 0.0285, 0.1425, 0.3015, 0.417, 0.447, 0.516, 0.6885, 1, 1, 1, 1, 1, 1}'),
	('hommel', '{0.0015, 0.0056, 0.0247, 0.095, 0.1608, 0.1946, 0.2086, 0.2408, 0.3213, 1, 1, 1, 1, 1, 1}');
-- how far the furthest is off: no more than the digits above
SELECT method, max(abs(a - d) / d) < 1e-14 AS agrees FROM due, unnest(adjusted, p_adjust((SELECT array_agg(p ORDER BY i) FROM test), method)) AS x (d, a)
	GROUP BY method ORDER BY method;
-- the window function, in another order of rows, and with tests that were not made
SELECT method, count(*), max(abs(a - adjusted[i]) / adjusted[i]) < 1e-14 AS agrees, bool_and(a IS NULL) FILTER (WHERE i IS NULL) AS null_stays
FROM (SELECT method, adjusted, i, p_adjust(p, method) OVER (PARTITION BY method ORDER BY p DESC, i ROWS 1 PRECEDING) AS a
	  FROM due, (TABLE test UNION ALL VALUES (NULL::int, NULL::float8), (NULL, NULL)) AS t (i, p)) AS x GROUP BY method ORDER BY method;

-- ---- shapes ----

SELECT p_adjust('{0.01, NULL, 0.02, 0.04}'::float8[]), p_adjust('{0.5}'::float8[]) AS one, p_adjust('{}'::float8[]) AS none,
	p_adjust('{NULL, NULL}'::float8[]) AS null_only, p_adjust(NULL::float8[]) IS NULL AS null_array, p_adjust('{0.5}'::float8[], NULL) IS NULL AS null_method;
SELECT p_adjust('[-1:1]={0, 1, 0.5}'::float8[], 'bonferroni') AS bounds, p_adjust('{{0.1, 0.2}, {NULL, 0.03}}'::float8[], method => 'holm') AS matrix;
SELECT p, p_adjust(p) OVER () AS "BH", p_adjust(p, 'hommel') OVER () AS hommel, p_adjust(p, method => 'holm') OVER (PARTITION BY p < 0.05) AS parts,
	p_adjust(p, NULL) OVER () AS null_method FROM unnest('{0.04, NULL, 0.01, 0.3, 0}'::float8[]) AS p;
-- any number that is float8 without a cast
SELECT p_adjust(p) OVER () AS "numeric", p_adjust(p::real) OVER () > 0 AS "real" FROM (VALUES (0.01), (0.5)) AS v (p);
SELECT p_adjust(p) OVER () FROM test WHERE false;
SELECT i / 4 AS part, p_adjust(p) OVER w AS adjusted FROM test WHERE i < 8 WINDOW w AS (PARTITION BY i / 4) ORDER BY i;
-- over what was aggregated
SELECT channel, round(p_adjust((nps_compare(s, baseline)).p_value) OVER ()::numeric, 9) AS adjusted FROM (SELECT i % 3 AS channel, nps_agg(i * i % 11) AS s,
	nps_agg(i % 11) AS baseline FROM generate_series(1, 60) AS i GROUP BY 1) AS x ORDER BY channel;
-- many
SELECT max(a - least(1, p * 100000)) AS bonferroni, min(a - p) >= 0 AS never_less FROM (SELECT p, p_adjust(p, 'bonferroni') OVER () AS a
	FROM (SELECT i / 100000.0::float8 AS p FROM generate_series(1, 100000) AS i) AS y) AS x;

-- ---- errors ----

SELECT p_adjust('{0.5, 1.1}'::float8[]);
\echo :LAST_ERROR_SQLSTATE
SELECT p_adjust('{-1e-300}'::float8[]);
\echo :LAST_ERROR_SQLSTATE
SELECT p_adjust('{NaN}'::float8[]);
\echo :LAST_ERROR_SQLSTATE
SELECT p_adjust(p) OVER () FROM (VALUES (0.5), (1.5)) AS v (p);
\echo :LAST_ERROR_SQLSTATE
SELECT p_adjust('infinity'::float8) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT p_adjust('{0.5}'::float8[], 'fdr');
\echo :LAST_ERROR_SQLSTATE
SELECT p_adjust(0.5, 'bh') OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT p_adjust(p, m) OVER () FROM (VALUES (0.5, 'BH'), (0.2, 'holm')) AS v (p, m);
\echo :LAST_ERROR_SQLSTATE
SELECT p_adjust(0.5);
