-- What a point is worth against R's lm and against PostgreSQL's own regression. Lists of figures are the output of
-- Rscript test/R/revenue.R with the section that stands above them.

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS score_value_test CASCADE;
CREATE SCHEMA score_value_test;
SET search_path = score_value_test, public;
RESET client_min_messages;

CREATE FUNCTION near(a float8, b float8, tolerance float8 DEFAULT 1e-9) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= tolerance * abs(b), false) $$;

-- ---- figures ----

CREATE TABLE customers AS
SELECT name, i, score, value FROM generate_series(1, 400) AS i, LATERAL (VALUES
	('noisy', i * 7 % 11, i * 7 % 11 * 12.5 + i * 7919 % 1009 / 4.0), ('falling', i * 5 % 11, -3 * (i * 5 % 11) + i * 31 % 17), ('nothing', i * 3 % 11, i * 7919 % 1009),
	('two_answers', CASE WHEN i % 3 = 0 THEN 9 ELSE 4 END, i * 31 % 17), ('three', 2 * i, (ARRAY[1, 5, 4])[i])) AS v (name, score, value)
WHERE name <> 'three' OR i <= 3;
CREATE TABLE summaries AS SELECT name, score_value_agg(score, value) AS s FROM customers GROUP BY name;

-- value: slope, its limits at level 0.9, r squared; mean and standard error of the mean at the answer 4
WITH due (name, slope, lower, upper, r2, mean_value, stderr) AS (VALUES
	('noisy', 11.2566776667477, 9.36041722970652, 13.1529381037888, 0.193983207541002, 166.166666666667, 11.6423044955994),
	('falling', -2.97658077284449, -3.10434743765646, -2.84881410803251, 0.787540130047566, -3.91891891891892, 0.784973726515026),
	('nothing', 1.06120781911922, -6.53152000522049, 8.65393564345893, 0.000133396008688463, 557, 46.2932680491091),
	('two_answers', 0.0210526315789494, -0.150522149091041, 0.19262741224894, 0.000102815070015762, 8, 0.300609988775458),
	('three', 0.75, -3.80655767074256, 5.30655767074255, 0.519230769230769, 5, NULL)
)
SELECT name, near(value_per_point(s), slope) AS slope, near((value_per_point_interval(s, 0.9)).lower, lower) AND near((value_per_point_interval(s, 0.9)).upper, upper) AS limits,
	near(score_value_r2(s), r2) AS r2, near(b.mean_value, due.mean_value) AND near(b.stderr, due.stderr) AS means
FROM summaries JOIN due USING (name), value_by_score(s) AS b WHERE b.score = 4 ORDER BY name;

SELECT name, near(value_per_point(s), (SELECT regr_slope(value, score) FROM customers AS c WHERE c.name = summaries.name)) AS slope,
	near(score_value_r2(s), (SELECT regr_r2(value, score) FROM customers AS c WHERE c.name = summaries.name)) AS r2,
	(SELECT bool_and(near(b.mean_value, d.mean_value) AND near(b.stderr, d.stderr) AND b.customers = coalesce(d.customers, 0)) FROM value_by_score(s) AS b LEFT JOIN
		(SELECT score, count(*) AS customers, avg(value)::float8 AS mean_value, (stddev_samp(value) / sqrt(count(*)))::float8 AS stderr FROM customers AS c WHERE c.name = summaries.name GROUP BY score) AS d USING (score)) AS means
FROM summaries ORDER BY name;

-- a mean a billion times the variation around it drowns nothing; nor do values of any size
SELECT name, shift, factor, near(value_per_point(t), value_per_point(s) * factor) AS slope, near((value_per_point_interval(t)).lower, (value_per_point_interval(s)).lower * factor) AS lower, near(score_value_r2(t), score_value_r2(s)) AS r2
FROM (SELECT name, s, shift, factor, score_value_agg(score, (value + shift)::float8 * factor) AS t FROM summaries JOIN customers USING (name), (VALUES (1e12, 1), (0, 1e90), (0, 1e-90)) AS v (shift, factor) GROUP BY name, s, shift, factor) AS x
ORDER BY name, shift, factor;

-- straight lines, flat ones, and what cannot be told
SELECT what, round(value_per_point(s)::numeric, 12) AS slope, round((value_per_point_interval(s)).lower::numeric, 12) AS lower, round((value_per_point_interval(s)).upper::numeric, 12) AS upper, round(score_value_r2(s)::numeric, 12) AS r2, (SELECT count(*) FROM value_by_score(s)) AS rows
FROM (SELECT what, score_value_agg(score, value) AS s
	FROM (SELECT 'line', i % 11, 100 + 2.5 * (i % 11) FROM generate_series(1, 100) AS i UNION ALL SELECT 'flat', i % 11, 0.1 FROM generate_series(1, 100) AS i
		UNION ALL VALUES ('one', 5, 3), ('one answer', 5, 3), ('one answer', 5, 4), ('one answer', 5, 6), ('two', 5, 3), ('two', 6, 7), ('all 0', 5, 0), ('all 0', 6, 0), ('all 0', 7, 0), ('none', NULL, 3), ('none', 3, NULL)) AS v (what, score, value)
	GROUP BY what) AS x ORDER BY what;
SELECT b.* FROM (SELECT score_value_agg(score, value) AS s FROM (VALUES (0, 5), (0, 7), (9, 100)) AS v (score, value)) AS x, value_by_score(s) AS b;
SELECT score_value_agg(score, value)::jsonb ->> 'value_per_point' AS json FROM (VALUES (0, 5), (10, 7)) AS v (score, value);

-- ---- every number type of score, and of value, without a cast ----

CREATE TABLE types (type text);
INSERT INTO types VALUES ('smallint'), ('integer'), ('bigint'), ('numeric'), ('double precision');
CREATE FUNCTION of_types(score text, value text) RETURNS score_value_summary LANGUAGE plpgsql AS $$
DECLARE
	s score_value_summary;
BEGIN
	EXECUTE format('SELECT score_value_agg(score::%s, round(value, 0)::%s) FROM customers', score, value) INTO s;
	RETURN s;
END $$;
SELECT count(*) AS combinations, count(DISTINCT of_types(a.type, b.type)) AS answers FROM types AS a, types AS b;

-- ---- errors ----

SELECT score_value_agg(11, 5);
SELECT score_value_agg(9, 'NaN');
SELECT score_value_agg(9, '-infinity'::float8);
SELECT score_value_agg(9, 1e101);
SELECT score_value_agg(9, 1e-101::float8);
SELECT value_per_point(score_value_agg(9, 1e100)) AS largest, value_per_point(score_value_agg(9, -1e-100::float8)) AS smallest, score_value_agg(9, '-0'::float8) = score_value_agg(9, 0) AS zero;
SELECT value_per_point_interval(s, 0) FROM summaries;

-- ---- merging ----

SELECT name, count(*) AS ways, bool_and(near(value_per_point(m), value_per_point(s), 1e-12) AND near((value_per_point_interval(m)).upper, (value_per_point_interval(s)).upper, 1e-12)) AS same
FROM summaries, LATERAL (
	SELECT score_value_agg(score, value ORDER BY i DESC) AS m FROM customers AS c WHERE c.name = summaries.name
	UNION ALL SELECT rollup(p) FROM (SELECT score_value_agg(score, value) AS p FROM customers AS c WHERE c.name = summaries.name GROUP BY i % 13) AS x
	UNION ALL SELECT '{"n": 0}' + s UNION ALL SELECT s + '{"n": 0}') AS x
GROUP BY name ORDER BY name;
SELECT '{"n": 0}'::score_value_summary + '{"n": 0}' AS empty, rollup(NULL::score_value_summary) AS nothing;

-- ---- the forms of a summary ----

SELECT bool_and(s::text::score_value_summary = s) AS text, bool_and(s::json::score_value_summary = s) AS json, bool_and(s::jsonb::score_value_summary = s) AS jsonb, max(pg_column_size(s)) AS bytes
FROM (SELECT s FROM summaries UNION ALL SELECT '{"n": 0}' UNION ALL SELECT score_value_agg(score, value / 3 * 1e-99) FROM customers) AS x;
SELECT substr(score_value_summary_send(s), 1, 10) AS head, length(score_value_summary_send(s)) AS bytes FROM summaries WHERE name = 'three';
CREATE FUNCTION refused(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	RETURN 'taken: ' || (input::score_value_summary IS NOT NULL);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' ', SQLSTATE, detail);
END $$;
SELECT path, value, refused(jsonb_set(s::text::jsonb, path::text[], value::jsonb)::text)
FROM summaries, (VALUES ('{n}', '3'), ('{n}', '2'), ('{n}', '4'), ('{customers,4}', '9223372036854775807'), ('{sum,4}', '9'), ('{sum,4}', '1e300'), ('{sum,5}', '1'), ('{sum_low,4}', '1'), ('{sum_low,5}', '1'),
	('{squares,4}', '-25'), ('{squares,4}', '24'), ('{squares,4}', '26'), ('{squares,4}', '1e201'), ('{squares,5}', '1'), ('{squares_low,5}', '1'), ('{squares,12}', '1')) AS c (path, value)
WHERE name = 'three';

-- ---- plans ----

SET max_parallel_workers_per_gather = 3;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE customers SET (parallel_workers = 3);
EXPLAIN (COSTS OFF) SELECT score_value_agg(score, value) FROM customers;
SELECT near(value_per_point(score_value_agg(score, value)), regr_slope(value, score)) AS same FROM customers;

SET client_min_messages = warning;
DROP SCHEMA score_value_test CASCADE;
