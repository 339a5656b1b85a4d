-- Retention of revenue and earned growth against R, against plain SQL over the raw rows, and exact money against
-- numeric's own sums. Lists of figures are the output of Rscript test/R/revenue.R with the section that stands above them.

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS revenue_test CASCADE;
CREATE SCHEMA revenue_test;
SET search_path = revenue_test, public;
RESET client_min_messages;

-- ---- the reference ----

-- Reichheld, Darnell & Burns 2021: 100 last year; 85 from the same customers, 25 earned and 20 bought new
CREATE TABLE reference (previous numeric, current numeric, earned boolean);
INSERT INTO reference VALUES (60, 50, NULL), (30, 35, NULL), (10, 0, NULL), (NULL, 25, true), (NULL, 20, false);
SELECT nrr(s), grr(s), logo_retention(s), earned_new(s), earned_growth_rate(s), total_growth(s), earned_growth_ratio(s), (earned_growth_bounds(s)).*
FROM (SELECT revenue_agg(previous, current, earned) AS s FROM reference) AS x;
SELECT b.* FROM (SELECT revenue_agg(previous, current, earned) AS s FROM reference) AS x, revenue_bridge(s) AS b;
SELECT r.* FROM (SELECT revenue_agg(previous, current, earned) AS s FROM reference) AS x, revenue_report(s) AS r \gx
SELECT nrr(previous, current), grr(previous, current) FROM reference;

-- sources: unknown counts as bought, unless nothing is known at all; no new customers are no unknown ones
SELECT what, earned_growth_rate(s), earned_growth_ratio(s), (earned_growth_bounds(s)).*
FROM (SELECT what, revenue_agg(previous, current, earned) AS s
	FROM (VALUES ('one unknown', 100, 85, NULL), ('one unknown', NULL, 25, true), ('one unknown', NULL, 20, NULL::boolean),
		('all unknown', 100, 85, NULL), ('all unknown', NULL, 25, NULL),
		('none new', 100, 85, NULL), ('no growth', 100, 60, NULL), ('no growth', NULL, 25, true),
		('none before', NULL, 25, true)) AS v (what, previous, current, earned)
	GROUP BY what) AS x
ORDER BY what;

-- NULL and 0 are the same; an ignored row leaves no trace
SELECT previous, current, earned, string_agg(concat_ws(' ', component, customers, amount), ', ' ORDER BY step) AS steps
FROM (SELECT previous, current, earned, revenue_agg(previous, current, earned) AS s
	FROM (VALUES (10.0, NULL), (10.0, 0.000), (NULL, 10.0), (0.000, 10.0), (10.0, 10.0), (10.0, 12.00), (10.0, 7)) AS v (previous, current), (VALUES (true), (NULL)) AS e (earned)
	GROUP BY previous, current, earned) AS x, revenue_bridge(s) AS b
WHERE b.customers > 0
GROUP BY previous, current, earned ORDER BY previous, current, earned;
SELECT revenue_agg(previous, current) AS ignored FROM (VALUES (NULL, NULL), (0, NULL), (NULL, 0.00), (0.0, 0)) AS v (previous, current);
SELECT r.* FROM revenue_report('{"n": 0}') AS r \gx
SELECT count(*), sum(customers), sum(amount) FROM revenue_bridge('{"n": 0}');
SELECT nrr(previous, current), grr(previous, current), revenue_agg(previous, current) FROM reference WHERE false;
SELECT nrr(NULL::revenue_summary), nrr_interval('{"n": 0}'), nrr_interval(revenue_agg(5, 4)), nrr_interval(NULL, 0.9) FROM reference WHERE previous = 10;

-- ---- intervals ----

-- interval: nrr with its limits, grr with its limits
CREATE TABLE customers AS
SELECT i, previous, CASE WHEN i % 7 = 0 THEN 0 WHEN i % 3 = 0 THEN previous + (i * 31) % 97 ELSE greatest(previous - (i * 17) % 53, 0) END AS current
FROM (SELECT i, (i * 7919) % 1009 + 1 AS previous FROM generate_series(1, 1000) AS i) AS x;
WITH due (n, level, nrr, nrr_lower, nrr_upper, grr, grr_lower, grr_upper) AS (VALUES
	(2, 0.5, 0.96732863549007, 0.957823247707992, 0.976834023272149, 0.96732863549007, 0.957823247707992, 0.976834023272149),
	(2, 0.95, 0.96732863549007, 0.939707433379076, 0.994949837601065, 0.96732863549007, 0.939707433379076, 0.994949837601065),
	(2, 0.9999, 0.96732863549007, 0.912499656144701, 1.02215761483544, 0.96732863549007, 0.912499656144701, 1),
	(10, 0.5, 0.85666841461283, 0.748407610676453, 0.964929218549207, 0.809998252053837, 0.70810443592585, 0.911892068181824),
	(10, 0.95, 0.85666841461283, 0.542079087508948, 1.17125774171671, 0.809998252053837, 0.513910417064286, 1),
	(10, 0.9999, 0.85666841461283, 0.23219842779838, 1.48113840142728, 0.809998252053837, 0.222254325347804, 1),
	(1000, 0.5, 0.854645625101275, 0.845864309786967, 0.863426940415584, 0.827163933713536, 0.818700211444589, 0.835627655982483),
	(1000, 0.95, 0.854645625101275, 0.829128466763537, 0.880162783439014, 0.827163933713536, 0.802569652158532, 0.85175821526854),
	(1000, 0.9999, 0.854645625101275, 0.803993240681865, 0.905298009520686, 0.827163933713536, 0.778343489549858, 0.875984377877214)
), ours AS (
	SELECT due.*, r.nrr AS our_nrr, r.nrr_lower AS our_nrr_lower, r.nrr_upper AS our_nrr_upper, r.grr AS our_grr,
		(grr_interval(s, level)).lower AS our_grr_lower, (grr_interval(s, level)).upper AS our_grr_upper, (nrr_interval(s, level)).lower = r.nrr_lower AS same
	FROM due, LATERAL (SELECT revenue_agg(previous, current) AS s FROM customers WHERE i <= n) AS x, revenue_report(s, level) AS r
)
SELECT count(*) AS checked, bool_and(same) AS same,
	max(greatest(abs(our_nrr / nrr - 1), abs(our_nrr_lower / nrr_lower - 1), abs(our_nrr_upper / nrr_upper - 1),
		abs(our_grr / grr - 1), abs(our_grr_lower / grr_lower - 1), abs(our_grr_upper / grr_upper - 1))) < 1e-9 AS agree
FROM ours;

-- all prices raised by a twentieth: no variation, no width; one customer: no interval; gross retention ends at 1
SELECT (nrr_interval(revenue_agg(previous * 1.00, previous * 1.05))).*, (grr_interval(revenue_agg(previous * 1.00, previous * 1.05))).* FROM customers;
SELECT (grr_interval(revenue_agg(previous, current), 0.9999)).* FROM (VALUES (10, 10), (10, 9)) AS v (previous, current);

-- ---- every type, without a cast, exact to the last digit and decimal ----

-- A number from 0 to 2^20 - 1 that hangs on i and k alone.
CREATE FUNCTION draw(i bigint, k bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT hashint8extended(i, k) & 1048575 $$;

CREATE TABLE amounts AS
SELECT i, draw(i, 7) % 7 AS part, CASE draw(i, 3) % 3 WHEN 0 THEN true WHEN 1 THEN false END AS earned,
	CASE draw(i, 1) % 9 WHEN 0 THEN NULL WHEN 1 THEN 0 ELSE draw(i, 2) % 1000000 / 100.0::numeric(9, 2) END AS previous,
	CASE draw(i, 4) % 9 WHEN 0 THEN NULL WHEN 1 THEN 0 WHEN 2 THEN draw(i, 2) % 1000000 / 100.0::numeric(9, 2)
		ELSE draw(i, 5) % 1000000 / 100.0::numeric(9, 2) END AS current
FROM generate_series(1, 3000) AS i;

-- The bridge, and the same by hand with sum(numeric).
CREATE FUNCTION compare(type text, scale integer) RETURNS TABLE (components bigint, same boolean) LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format($q$
		WITH amount AS (SELECT round(previous, %2$s)::%1$s AS previous, round(current, %2$s)::%1$s AS current, earned FROM amounts),
		by_hand AS (SELECT coalesce(previous, 0)::numeric AS p, coalesce(current, 0)::numeric AS c, earned FROM amount),
		due (component, customers, amount) AS (
			SELECT 'opening', count(*), sum(p) FROM by_hand WHERE p > 0
			UNION ALL SELECT 'expansion', count(*), sum(c - p) FROM by_hand WHERE p > 0 AND c > p
			UNION ALL SELECT 'contraction', count(*), sum(c - p) FROM by_hand WHERE c > 0 AND c < p
			UNION ALL SELECT 'churn', count(*), -sum(p) FROM by_hand WHERE p > 0 AND c = 0
			UNION ALL SELECT 'new_' || CASE WHEN earned THEN 'earned' WHEN NOT earned THEN 'bought' ELSE 'unknown' END, count(*), sum(c)
				FROM by_hand WHERE p = 0 AND c > 0 GROUP BY earned
			UNION ALL SELECT 'closing', count(*) FILTER (WHERE c > 0), sum(c) FROM by_hand WHERE p > 0 OR c > 0
		)
		SELECT count(*), bool_and((b.customers, b.amount::text) = (due.customers, due.amount::text))
		FROM due FULL JOIN (SELECT b.* FROM (SELECT revenue_agg(previous, current, earned) AS s FROM amount) AS x, revenue_bridge(s) AS b) AS b USING (component)
	$q$, type, scale);
END $$;
SELECT type, scale, c.* FROM (VALUES ('smallint', 0), ('integer', 0), ('bigint', 0), ('numeric', 0), ('numeric', 2), ('numeric', 7), ('numeric(9,2)', 2),
	('double precision', 0), ('double precision', 1), ('double precision', 2)) AS v (type, scale), compare(type, CASE type WHEN 'smallint' THEN -1 ELSE scale END) AS c;

-- ---- money is as exact as numeric ----

-- Amounts of 0 to 40 decimals, from 10^-40 to 10^15, three quarters of them with no more than two decimals.
CREATE TABLE money AS
SELECT i, draw(i, 9) % 50 AS chunk, round(digits * ('1e' || draw(i, 2) % 43 - 40)::numeric, CASE draw(i, 1) % 4 WHEN 0 THEN scale ELSE scale % 3 END) AS amount
FROM (SELECT i, (draw(i, 3) * 1048576 + draw(i, 4))::numeric AS digits, (draw(i, 5) % 41)::int AS scale FROM generate_series(1, 20000) AS i) AS x;
SELECT count(*) AS amounts, count(DISTINCT scale(amount)) AS scales, max(amount) > 1e14 AS large, min(nullif(amount, 0)) < 1e-28 AS small FROM money;

-- one by one; and in chunks of mixed scale, with what takes away and adds as much as numeric's difference
SELECT count(*) AS checked, bool_and(b.amount::text = x.amount::text) AS same
FROM (SELECT amount, revenue_agg(amount, NULL) AS s FROM money WHERE amount > 0 GROUP BY i, amount) AS x, revenue_bridge(s) AS b
WHERE b.component = 'opening';
WITH pairs AS (
	SELECT a.chunk, a.amount AS p, b.amount AS c FROM money AS a JOIN money AS b ON b.i = a.i + 1
), due (chunk, component, amount) AS (
	SELECT chunk, 'opening', sum(p) FROM pairs WHERE p > 0 GROUP BY 1
	UNION ALL SELECT chunk, 'expansion', sum(c - p) FROM pairs WHERE p > 0 AND c > p GROUP BY 1
	UNION ALL SELECT chunk, 'contraction', sum(c - p) FROM pairs WHERE c > 0 AND c < p GROUP BY 1
	UNION ALL SELECT chunk, 'churn', sum(-p) FROM pairs WHERE p > 0 AND c = 0 GROUP BY 1
	UNION ALL SELECT chunk, 'new_unknown', sum(c) FROM pairs WHERE p = 0 AND c > 0 GROUP BY 1
)
SELECT count(*) AS checked, bool_and(b.amount::text = due.amount::text) AS same
FROM due JOIN (SELECT chunk, b.* FROM (SELECT chunk, revenue_agg(p, c) AS s FROM pairs GROUP BY chunk) AS x, revenue_bridge(s) AS b) AS b USING (chunk, component);

-- closing - opening by way of the bridge: the steps add up exactly
SELECT bool_and(closing = others) AS adds_up
FROM (SELECT chunk, sum(amount) FILTER (WHERE component = 'closing') AS closing, sum(amount) FILTER (WHERE component <> 'closing') AS others
	FROM (SELECT chunk, revenue_agg(amount, amount * 3 % 100, i % 2 = 0) AS s FROM money GROUP BY chunk) AS x, revenue_bridge(s) AS b GROUP BY chunk) AS y;

-- double precision as its cast to numeric has it: 15 digits, whatever their place
CREATE TABLE doubles AS
SELECT i, CASE draw(i, 1) % 3
		WHEN 0 THEN draw(i, 2) / 100.0::float8
		WHEN 1 THEN draw(i, 2) / 10000.0::float8 * (1 + draw(i, 3) % 1000000)
		ELSE exp((draw(i, 2) - 524288) / 20000.0::float8)
	END AS amount
FROM generate_series(1, 20000) AS i;
SELECT count(*) AS checked, max(x.amount) > 1e11 AS large, min(x.amount) < 1e-11 AS small, bool_and(b.amount::text = x.amount::numeric::text) AS same
FROM (SELECT amount, revenue_agg(amount, 0::float8) AS s FROM doubles WHERE amount > 0 GROUP BY i, amount) AS x, revenue_bridge(s) AS b
WHERE b.component = 'opening';
SELECT amount, amount::numeric = opening AS same, opening::text
FROM (VALUES ('0.1'::float8), ('0.30000000000000004'), ('1234567890.1234'), ('99999999999.9999'), ('999999999999999'), ('9007199254740993'), ('1e22'), ('1.5e-9'), ('4503599627370496.5'), ('0.00005'), ('100')) AS v (amount),
	LATERAL (SELECT opening FROM revenue_report(revenue_accum('{"n": 0}', amount, amount))) AS x;

-- the largest integers
SELECT opening, closing FROM (SELECT revenue_agg(a, b) AS s FROM (VALUES (9223372036854775807, 9223372036854775806), (9223372036854775807, 0)) AS v (a, b)) AS x, revenue_report(s);
SELECT opening FROM (SELECT revenue_agg(a, b) AS s FROM (VALUES (32767::smallint, 32767::smallint), (32767::smallint, NULL)) AS v (a, b)) AS x, revenue_report(s);

-- ---- what is no amount ----

CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE query;
	RETURN 'none';
EXCEPTION WHEN OTHERS THEN
	RETURN concat_ws(' ', SQLSTATE, SQLERRM);
END $$;
SELECT query, error_of(query)
FROM (VALUES ('SELECT revenue_agg(-0.01, 5)'), ('SELECT nrr(5, -3)'), ('SELECT grr(1::float8, ''NaN''::float8)'), ('SELECT revenue_agg(''infinity''::float8, 1)'),
	('SELECT revenue_agg(''NaN'', 1::numeric)'), ('SELECT revenue_agg(1::numeric, ''-infinity'')'), ('SELECT revenue_agg(1e57, 1)'), ('SELECT revenue_agg(4e57, 1)'),
	('SELECT revenue_agg(1e-41, 1)'), ('SELECT revenue_agg(1e-41::float8, 1::float8)'), ('SELECT revenue_agg(p, 1) FROM (VALUES (3e57), (3e57)) AS v (p)'),
	('SELECT revenue_agg(p, 1) FROM (VALUES (1e50), (1e-20)) AS v (p)'), ('SELECT nrr_interval(''{"n": 0}'', 1)'),
	('SELECT s + s FROM (SELECT replace(revenue_agg(NULL, 1)::text, ''1,'', ''9223372036854775807,'')::revenue_summary AS s) AS x')) AS v (query);
SELECT revenue_agg(-0.01, 5);
SELECT revenue_agg(1::numeric, 'infinity');

-- amounts too far apart for one sum are written and read nevertheless, and every figure is there
SELECT s::text::revenue_summary = s AS same, opening = 1e50 AS opening, closing, r.nrr, r.grr, r.logo_retention, r.total_growth, earned_new(s), r.earned_growth_rate, earned_growth_ratio(s), earned_growth_bounds(s)
FROM (SELECT revenue_agg(p, c, true) AS s FROM (VALUES (1e50, NULL), (NULL, 4.000000000000001)) AS v (p, c)) AS x, revenue_report(s) AS r;
SELECT regexp_replace(s::text, '"closing": [0-9.]+', '"closing": 1e50')::revenue_summary FROM (SELECT revenue_agg(p, c, true) AS s FROM (VALUES (1e50, NULL), (NULL, 4.000000000000001)) AS v (p, c)) AS x;
SELECT grr(revenue_agg(p, c)) FROM (VALUES (1e50, 1e50), (5, 4.000000000000001)) AS v (p, c);

-- opening and closing show the decimals of sum(previous) and sum(current)
CREATE TABLE decimals (p numeric, c numeric);
INSERT INTO decimals VALUES (10.00, 12), (NULL, 3), (0.000, 1.5), (5.0, 0.0000);
SELECT opening, closing, by_hand.* FROM revenue_report((SELECT revenue_agg(p, c) FROM decimals)) AS r, (SELECT sum(p), sum(c) FROM decimals) AS by_hand;

-- ---- merging, and the forms of a summary ----

CREATE TABLE parts AS SELECT part, revenue_agg(previous, current, earned) AS s FROM amounts GROUP BY part;
-- customers and money, without the sums of squares, which are rounded
CREATE FUNCTION exact_part(s revenue_summary) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_object_agg(key, value::text) FROM jsonb_each(s::jsonb) WHERE key !~ '_low$|_squared$|_previous$' $$;
WITH whole AS (SELECT revenue_agg(previous, current, earned) AS s FROM amounts)
SELECT bool_and(exact_part(merged) = exact_part(s)) AS same,
	bool_and(abs((nrr_interval(merged)).lower / (nrr_interval(s)).lower - 1) < 1e-12 AND abs((grr_interval(merged)).upper / (grr_interval(s)).upper - 1) < 1e-12) AS as_sure
FROM whole, LATERAL (
	SELECT rollup(s ORDER BY part) AS merged FROM parts UNION ALL SELECT rollup(s ORDER BY part DESC) FROM parts
	UNION ALL SELECT rollup(s ORDER BY part * 3 % 7) FROM parts
	UNION ALL SELECT rollup(m) FROM (SELECT rollup(s) AS m FROM parts GROUP BY part % 2) AS x
	UNION ALL SELECT revenue_agg(previous, current, earned ORDER BY i DESC) FROM amounts
	UNION ALL SELECT '{"n": 0}' + whole.s UNION ALL SELECT whole.s + '{"n": 0}') AS m;
SELECT '{"n": 0}'::revenue_summary + '{"n": 0}' AS empty, rollup(NULL::revenue_summary) AS nothing;

SELECT bool_and(s::text::revenue_summary = s) AS text, bool_and(s::json::revenue_summary = s) AS json, bool_and(s::jsonb::revenue_summary = s) AS jsonb,
	count(DISTINCT s) AS distinct, max(pg_column_size(s)) AS bytes
FROM (SELECT s FROM parts UNION ALL SELECT revenue_agg(amount, amount * 7 % 10, true) FROM money GROUP BY chunk UNION ALL SELECT '{"n": 0}') AS x;
-- binary: format version, kind, number of customers first
SELECT substr(revenue_summary_send(revenue_agg(p, c)), 1, 10) AS head, length(revenue_summary_send(revenue_agg(p, c))) AS bytes, revenue_summary_send('{"n": 0}') AS empty FROM (VALUES (10.50, 12)) AS v (p, c);

SELECT revenue_agg(p, c)::jsonb FROM (VALUES (10.50, 12)) AS v (p, c);

-- corrupt ones
CREATE FUNCTION refused(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	RETURN 'taken: ' || input::revenue_summary;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' ', SQLSTATE, detail);
END $$;
WITH good AS (SELECT revenue_agg(previous, current, earned)::text::jsonb AS s FROM reference)
SELECT change, refused((s || change::jsonb)::text)
FROM good, (VALUES ('{}'), ('{"n": 4}'), ('{"n": -1}'), ('{"churn_customers": 2}'), ('{"churn_customers": 9223372036854775807}'), ('{"new_bought_customers": 9223372036854775807}'),
	('{"opening": 0}'), ('{"opening": -100}'), ('{"opening": 19}'), ('{"churn": 91}'), ('{"churn": 1e99}'), ('{"new_unknown": 5}'), ('{"new_unknown": 0.00}'),
	('{"previous_squared": 3000}'), ('{"previous_squared": 11000}'), ('{"loss_squared": 4000}'), ('{"loss_squared": -1}'), ('{"change_squared": 1}'), ('{"change_previous": 1e6}'), ('{"loss_previous": 0}'),
	('{"closing": 131}'), ('{"closing": 1e50}'), ('{"loss_squared_low": 5}'), ('{"opening": "100"}'), ('{"more": 1}')) AS c (change);

-- ---- plans ----

SET max_parallel_workers_per_gather = 3;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE amounts SET (parallel_workers = 3);
EXPLAIN (COSTS OFF) SELECT revenue_agg(previous, current, earned) FROM amounts;
SELECT exact_part(s) = (SELECT exact_part(rollup(s)) FROM parts) AS same FROM (SELECT revenue_agg(previous, current, earned) AS s FROM amounts) AS x;
RESET max_parallel_workers_per_gather;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

SET client_min_messages = warning;
DROP SCHEMA revenue_test CASCADE;
