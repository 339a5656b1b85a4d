-- Account value by band against plain SQL over the raw rows.

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS account_value_test CASCADE;
CREATE SCHEMA account_value_test;
SET search_path = account_value_test, public;
RESET client_min_messages;

-- A number from 0 to 2^20 - 1 that hangs on i and k alone.
CREATE FUNCTION draw(i bigint, k bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT hashint8extended(i, k) & 1048575 $$;

-- Scores with silence among them; revenue NULL, 0, whole, and with one to six decimals.
CREATE TABLE accounts AS
SELECT i AS id, date '2025-01-01' + i / 20 AS day, draw(i, 1) % 7 AS part, nullif(least(draw(i, 2) % 14, 11), 11) AS score,
	CASE draw(i, 3) % 8 WHEN 0 THEN NULL WHEN 1 THEN 0 ELSE round(draw(i, 4) / 1e6, (ARRAY[0, 2, 2, 2, 1, 6])[draw(i, 5) % 6 + 1]) END AS revenue
FROM generate_series(1, 3000) AS i;

-- ---- by hand ----

SELECT bool_and((b.band, b.accounts, b.revenue::text, b.average::text) IS NOT DISTINCT FROM (due.band, due.accounts, due.revenue::text, due.average::text)
		AND abs(b.share - due.share) < 1e-15) AS same, count(*) AS bands
FROM (SELECT b.* FROM (SELECT account_value_agg(score, revenue) AS s FROM accounts) AS x, value_by_band(s) AS b) AS b
	FULL JOIN (SELECT coalesce(nps_band(score), 'silent') AS band, count(*) AS accounts, sum(revenue) AS revenue, avg(revenue) AS average,
			(sum(revenue) / sum(sum(revenue)) OVER ())::float8 AS share FROM accounts WHERE revenue IS NOT NULL GROUP BY 1) AS due USING (band);
SELECT promoter_revenue(s) = promoters AND passive_revenue(s) = passives AND detractor_revenue(s) = detractors AND silent_revenue(s) = silent AS revenue,
	account_value_at_risk(s) = detractors AND account_value_at_risk(s, true) = detractors + passives AND account_value_at_risk(s, include_silent => true) = detractors + silent
		AND account_value_at_risk(s, true, true) = detractors + passives + silent AS at_risk,
	abs(revenue_coverage(s) - (promoters + passives + detractors) / (promoters + passives + detractors + silent)) < 1e-15 AS coverage,
	abs(revenue_weighted_nps(s) - 100 * (promoters - detractors) / (promoters + passives + detractors)) < 1e-12 AS nps
FROM (SELECT account_value_agg(score, revenue) AS s, sum(revenue) FILTER (WHERE score >= 9) AS promoters, sum(revenue) FILTER (WHERE score IN (7, 8)) AS passives,
	sum(revenue) FILTER (WHERE score < 7) AS detractors, sum(revenue) FILTER (WHERE score IS NULL) AS silent FROM accounts) AS x;
-- the same as nps_weighted, which takes revenue for a weight
SELECT abs(revenue_weighted_nps(account_value_agg(score, revenue)) - nps_weighted(score, coalesce(revenue, 0)::float8)) < 1e-9 AS same FROM accounts;

-- one account in each band
SELECT b.* FROM (SELECT account_value_agg(score, revenue) AS s FROM (VALUES (10, 100.00), (7, 50.0), (0, 25), (NULL, 25), (9, NULL)) AS v (score, revenue)) AS x, value_by_band(s) AS b;
SELECT account_value_agg(score, revenue)::jsonb - 'n' AS json FROM (VALUES (10, 100.00), (9, 0)) AS v (score, revenue);

-- nothing, revenue of 0, only the silent
SELECT what, promoter_revenue(s), silent_revenue(s), account_value_at_risk(s, true, true) AS at_risk, revenue_coverage(s), revenue_weighted_nps(s), (SELECT count(*) FROM value_by_band(s)) AS rows, s
FROM (SELECT what, account_value_agg(score, revenue) FILTER (WHERE what <> 'nothing') AS s
	FROM (VALUES ('nothing', 5, 5), ('all 0', 10, 0), ('all 0', NULL, 0), ('silent', NULL, 7), ('unknown', 9, NULL)) AS v (what, score, revenue) GROUP BY what) AS x
ORDER BY what;

-- ---- every type of score with every type of revenue, without a cast ----

CREATE TABLE types (type text);
INSERT INTO types VALUES ('smallint'), ('integer'), ('bigint'), ('numeric'), ('double precision');
CREATE FUNCTION of_types(score text, revenue text) RETURNS account_value_summary LANGUAGE plpgsql AS $$
DECLARE
	s account_value_summary;
BEGIN
	EXECUTE format('SELECT account_value_agg(score, revenue) FROM (SELECT score::%s, round(revenue, 0)::%s AS revenue FROM accounts) AS x', score, revenue) INTO s;
	RETURN s;
END $$;
SELECT count(*) AS combinations, count(DISTINCT of_types(a.type, b.type)) AS answers FROM types AS a, types AS b;
SELECT count(*) AS aggregates FROM pg_proc WHERE proname = 'account_value_agg';
-- an integer that double precision does not hold, a score that it would round
SELECT promoter_revenue(account_value_agg(9::smallint, 9007199254740993)), promoter_revenue(account_value_agg('9', '0.1')), promoter_revenue(account_value_agg(9.0, 1::real));
SELECT account_value_agg(8.99999999999999999999, 1);

-- ---- errors ----

SELECT account_value_agg(11, 5);
SELECT account_value_agg(9.5, 5);
SELECT account_value_agg(9, -0.5);
SELECT account_value_agg(9, 'NaN'::float8);
SELECT account_value_agg(9, 'infinity'::numeric);

-- ---- merging, moving windows, taking out ----

CREATE TABLE parts AS SELECT part, account_value_agg(score, revenue) AS s FROM accounts GROUP BY part;
SELECT count(DISTINCT merged) AS different FROM (
	SELECT account_value_agg(score, revenue) AS merged FROM accounts UNION ALL SELECT account_value_agg(score, revenue ORDER BY id DESC) FROM accounts
	UNION ALL SELECT rollup(s ORDER BY part) FROM parts UNION ALL SELECT rollup(s ORDER BY part DESC) FROM parts
	UNION ALL SELECT rollup(m) FROM (SELECT rollup(s) AS m FROM parts GROUP BY part % 2) AS x
	UNION ALL SELECT rollup(s) + '{"n": 0}' FROM parts) AS x;

-- a moving frame is what its rows alone give, byte for byte; so is one of merged days
CREATE TABLE moving AS SELECT id, account_value_agg(score, revenue) OVER (ORDER BY id ROWS 25 PRECEDING) AS s FROM accounts WHERE id <= 600;
SELECT count(*) AS frames, bool_and(s = (SELECT account_value_agg(score, revenue) FROM accounts WHERE id BETWEEN moving.id - 25 AND moving.id)) AS same FROM moving;
CREATE TABLE days AS SELECT day, account_value_agg(score, revenue) AS s FROM accounts GROUP BY day;
SELECT count(*) AS frames, bool_and(s = (SELECT rollup(s) FROM days AS d WHERE d.day BETWEEN m.day - 6 AND m.day)) AS same
FROM (SELECT day, rollup(s) OVER (ORDER BY day RANGE BETWEEN '6 days' PRECEDING AND CURRENT ROW) AS s FROM days) AS m;

-- whole - part is the rest: to the byte where the rest has as many decimals, else in value, with those it needs
SELECT count(*) AS parts, bool_and(w.s - p.s = (SELECT rollup(s) FROM parts AS q WHERE q.part <> p.part)) AS same FROM parts AS p, (SELECT rollup(s) AS s FROM parts) AS w;
SELECT a, b, promoter_revenue(whole - account_value_agg(9, b)) AS rest, whole - account_value_agg(9, b) = account_value_agg(9, a) AS same
FROM (SELECT a, b, account_value_agg(9, x) AS whole FROM (VALUES (10.50, 0.125), (10.50, 0.25), (10.00, 0.12345), (7, 3), (0.5, 0.1), (0.00, 5)) AS v (a, b), unnest(ARRAY[a, b]) AS x GROUP BY a, b) AS y
GROUP BY a, b, whole ORDER BY a, b;
SELECT account_value_agg(9, 5) - account_value_agg(9, 5) AS empty;
SELECT account_value_agg(9, 5) - account_value_agg(9, 6);
SELECT account_value_agg(9, 5) - account_value_agg(5, 5);
SELECT rollup(s) - account_value_agg(9, 10) FROM (SELECT account_value_agg(9, x) AS s FROM generate_series(1, 3) AS x) AS y;
-- three accounts with cents cannot leave one when two without cents are taken out
SELECT (SELECT account_value_agg(9, x) FROM unnest('{1.11,2.22,3.33}'::numeric[]) AS x) - (SELECT account_value_agg(9, x) FROM unnest('{1,1}'::numeric[]) AS x);

-- ---- the forms of a summary ----

SELECT bool_and(s::text::account_value_summary = s) AS text, bool_and(s::json::account_value_summary = s) AS json, bool_and(s::jsonb::account_value_summary = s) AS jsonb, max(pg_column_size(s)) AS bytes
FROM (SELECT s FROM days UNION ALL SELECT '{"n": 0}') AS x;
SELECT substr(account_value_summary_send(s), 1, 10) AS head, length(account_value_summary_send(s)) AS bytes FROM parts WHERE part = 0;
CREATE FUNCTION refused(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	RETURN 'taken: ' || input::account_value_summary;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' ', SQLSTATE, detail);
END $$;
SELECT change, refused((account_value_agg(score, revenue)::text::jsonb || change::jsonb)::text)
FROM (VALUES (10, 5.5), (10, 6), (NULL, 7)) AS v (score, revenue),
	(VALUES ('{}'), ('{"n": 2}'), ('{"n": 4}'), ('{"promoter_accounts": 9223372036854775807}'), ('{"promoter_revenue": -1}'), ('{"passive_revenue": 1}'), ('{"passive_revenue": 0.0}'), ('{"silent_finest": 2}'), ('{"passive_finest": 1}'), ('{"silent_revenue": null}')) AS c (change)
GROUP BY change ORDER BY change;

-- ---- plans ----

SET max_parallel_workers_per_gather = 3;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE accounts SET (parallel_workers = 3);
EXPLAIN (COSTS OFF) SELECT account_value_agg(score, revenue) FROM accounts;
SELECT account_value_agg(score, revenue) = (SELECT rollup(s) FROM parts) AS same FROM accounts;

-- Bands that lie too far apart for one exact sum: every figure is answered
SELECT account_value_at_risk(s, true, true), revenue_coverage(s), revenue_weighted_nps(s)
FROM (SELECT account_value_agg(score, revenue) AS s FROM (VALUES (9, 1e56), (0, 1e56), (7, 1e-20), (NULL, 1e-30)) AS v (score, revenue)) AS x;
SELECT v.band, v.share FROM value_by_band((SELECT account_value_agg(score, revenue) FROM (VALUES (9, 3e56), (7, 1e56), (0, 1e-20)) AS v (score, revenue))) AS v;

SET client_min_messages = warning;
DROP SCHEMA account_value_test CASCADE;
