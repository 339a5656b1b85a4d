-- Trends: the series itself, and its picture. What is asked of a series: control_chart, trend_test and change_points.

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS trend_test_ CASCADE;
CREATE SCHEMA trend_test_;
SET search_path = trend_test_, public;
RESET client_min_messages;

CREATE TABLE months AS SELECT date '2026-01-01' + i * interval '1 month' AS month, i, 10 + i * 7 % 5 AS value, 100 * i + 50 AS n
FROM generate_series(0, 5) AS i WHERE i <> 3;
CREATE TABLE answers AS SELECT date '2026-01-01' + i % 3 * 31 AS day, i * i % 11 AS score, 1 + i * i % 5 AS rating, (i % 4) / 2.0::float8 AS weight
FROM generate_series(1, 60) AS i;

-- ---- the points ----

SELECT trend_agg(month, value) AS s FROM months;
SELECT trend_agg(month::date, value) = trend_agg(month, value) AS timestamps, trend_agg(month::date, value) = trend_agg(month::timestamptz, value) AS zoned,
	trend_agg(month, value ORDER BY i) = trend_agg(month, value ORDER BY i DESC) AS any_order FROM months;
SELECT p.* FROM (SELECT trend_agg(month, value) AS t FROM months) AS x, trend_points(t) AS p;
SELECT trend_agg(month, value, n) AS s FROM months;
SELECT p.* FROM (SELECT trend_agg(month, value, n) AS t FROM months) AS x, trend_points(t) AS p;
-- of answers: what the accessors of their summaries say
CREATE TABLE summaries AS SELECT day, nps_agg(score) AS nps, csat_agg(rating, 5) AS csat, ces_agg(rating, 5) AS ces, nps_weighted_agg(score, weight) AS weighted
FROM answers GROUP BY day;
SELECT trend_agg(day, nps) AS nps FROM summaries;
SELECT trend_agg(day, csat) AS csat, trend_agg(day, ces) AS ces FROM summaries;
SELECT metric, count(*), bool_and(p.n = s.n AND p.value IS NOT DISTINCT FROM s.value AND abs(p.stderr - s.stderr) <= 1e-12 * s.stderr) AS agree FROM (
	SELECT 'nps' AS metric, trend_agg(day, nps) AS t FROM summaries UNION ALL SELECT 'csat', trend_agg(day, csat) FROM summaries
	UNION ALL SELECT 'ces', trend_agg(day, ces) FROM summaries UNION ALL SELECT 'weighted', trend_agg(day, weighted) FROM summaries) AS x
	CROSS JOIN LATERAL trend_points(t) AS p JOIN (
	SELECT 'nps' AS metric, day, responses(nps) AS n, nps(nps) AS value, nps_stderr(nps) AS stderr FROM summaries UNION ALL
	SELECT 'csat', day, responses(csat), csat(csat), csat_stderr(csat) FROM summaries UNION ALL
	SELECT 'ces', day, responses(ces), ces(ces), ces_stderr(ces) FROM summaries UNION ALL
	SELECT 'weighted', day, responses(weighted), nps(weighted), nps_stderr(weighted) FROM summaries) AS s USING (metric) WHERE s.day = p.period
GROUP BY metric ORDER BY metric;

-- what is NULL, empty or not there is a gap
SELECT trend_agg(NULL::date, 1) AS no_period, trend_agg(date '2026-01-01', NULL::float8) AS no_value, trend_agg(date '2026-01-01', 1, NULL) AS no_n,
	trend_agg(date '2026-01-01', '{"n": 0}'::nps_summary) AS no_answers, trend_agg(date '2026-01-01', 1) FILTER (WHERE false) AS no_rows;
SELECT count(*) AS none FROM trend_points('{"n": 0}');
SELECT trend_points(NULL);
-- one point
SELECT p.* FROM (SELECT trend_agg(date '2026-01-05', ces_summary('{0,0,1,0,0}'::bigint[], false)) AS t) AS x, trend_points(t) AS p;

-- merged in any grouping
CREATE TABLE parts AS SELECT i % 2 AS part, trend_agg(month, value) AS t FROM months GROUP BY 1;
SELECT rollup(t) = (SELECT trend_agg(month, value) FROM months) AS rolled_up, (SELECT (SELECT t FROM parts WHERE part = 1) + (SELECT t FROM parts WHERE part = 0))
	= rollup(t) AS added, rollup(t) + '{"n": 0}' = rollup(t) AND '{"n": 0}' + rollup(t) = rollup(t) AS identity FROM parts;
SELECT rollup(t) AS none FROM parts WHERE false;
SELECT t = t::text::trend_summary AND t = t::json::trend_summary AND t = t::jsonb::trend_summary AS round_trip FROM (
	SELECT trend_agg(month, value) AS t FROM months UNION ALL SELECT trend_agg(month, value, n) FROM months
	UNION ALL SELECT trend_agg(day, nps) FROM summaries UNION ALL SELECT trend_agg(day, ces) FROM summaries
	UNION ALL SELECT trend_agg(day, weighted) FROM summaries UNION ALL SELECT '{"n": 0}') AS x;
-- a window, groups, many points in any order
SELECT i, trend_agg(month, value) OVER (ORDER BY i DESC) = (SELECT trend_agg(month, value) FROM months AS n WHERE n.i >= m.i) AS window FROM months AS m;
SELECT i % 2 AS part, sparkline(trend_agg(month, value)) FROM months GROUP BY GROUPING SETS ((i % 2), ()) ORDER BY 1;
SELECT count(*) AS points, bool_and(value = period - date '1900-01-01') AS right, min(period), max(period)
FROM (SELECT trend_agg(date '1900-01-01' + i * 7919 % 100000, i * 7919 % 100000) AS t FROM generate_series(1, 100000) AS i) AS x, trend_points(t);
SELECT trend_agg(date '1900-01-01' + i, i) FROM generate_series(1, 100001) AS i;

-- ---- what a series refuses ----

SELECT trend_agg(month, value) FROM (SELECT * FROM months UNION ALL SELECT * FROM months WHERE i = 4) AS x;
SELECT rollup(t) FROM (SELECT t FROM parts UNION ALL SELECT t FROM parts) AS x;
SELECT trend_agg(timestamp '2026-01-01 00:00:01', 1);
SELECT trend_agg(timestamp '1999-12-31 23:59:59.999999', 1);
SET TimeZone = 'Europe/Berlin';
SELECT trend_agg(timestamptz '2026-07-01 00:00+02', 1) AS berlin;
SELECT trend_agg(timestamptz '2026-07-01 00:00+00', 1);
RESET TimeZone;
SELECT trend_agg('infinity'::date, 1);
SELECT trend_agg('-infinity'::timestamp, 1);
SELECT trend_agg('infinity'::timestamptz, 1);
SELECT trend_agg(date '2026-01-01', 'NaN'::float8);
SELECT trend_agg(date '2026-01-01', 'infinity'::float8);
SELECT trend_agg(date '2026-01-01', 1, 0);
SELECT trend_agg(date '2026-01-01', 1, 1.5);
SELECT trend_agg(date '2026-01-01', 1, 1e16);
SELECT (SELECT trend_agg(month, value) FROM months) + (SELECT trend_agg(month, value, n) FROM months);
SELECT (SELECT trend_agg(day, nps) FROM summaries) + (SELECT trend_agg(month, value) FROM months);
SELECT (SELECT trend_agg(day, nps) FROM summaries) + (SELECT trend_agg(day, weighted) FROM summaries);
SELECT trend_agg(day, s) FROM (SELECT date '2026-01-01' AS day, csat_agg(rating, 5) AS s FROM answers UNION ALL
	SELECT date '2026-01-02', csat_agg(rating, 6) FROM answers) AS x;
-- text that is none
SELECT '{"n": 1}'::trend_summary;
SELECT '{"n": 1, "holds": 9, "dates": ["2026-01-01"], "values": [1]}'::trend_summary;
SELECT '{"n": 2, "holds": 0, "dates": ["2026-01-01", "2026-01-01"], "values": [1, 2]}'::trend_summary;
SELECT '{"n": 2, "holds": 0, "dates": ["2026-01-02", "2026-01-01"], "values": [1, 2]}'::trend_summary;
SELECT '{"n": 1, "holds": 1, "dates": ["2026-01-01"], "values": [1], "sizes": [0]}'::trend_summary;
SELECT '{"n": 1, "holds": 0, "dates": ["2026-01-01"], "values": [1, 2]}'::trend_summary;
SELECT '{"n": 1, "holds": 2, "scale": 10, "weighted": false, "dates": ["2026-01-01"], "counts": [[0,0,0,0,0,0,0,0,0,0,0]]}'::trend_summary;
SELECT '{"n": 1, "holds": 2, "scale": 5, "weighted": false, "dates": ["2026-01-01"], "counts": [[0,0,0,0,0,1]]}'::trend_summary;
SELECT '{"n": 100001, "holds": 0, "dates": [], "values": []}'::trend_summary;

-- ---- its picture ----

SELECT sparkline(trend_agg(month, value)) FROM months;
SELECT sparkline(ARRAY[1,2,3,4,5,6,7,8,NULL,4.5]), sparkline('{3,3,3}'::int[]), sparkline('{}'::float8[]) = '' AS nothing, sparkline('{NULL,NULL}'::float8[]), sparkline('{1}'::float8[]),
	sparkline(ARRAY[-1.7e308,0,1.7e308]), sparkline('{{1,2},{3,4}}'::float8[]), sparkline(NULL::float8[]) IS NULL AS null;
SELECT sparkline('{1,NaN}'::float8[]);
-- periods: years, quarters, months (on their first, their 15th, their last day), weeks, days
SELECT name, sparkline(trend_agg(day::date, value)) FROM (VALUES ('years', '{2020-01-01,2022-01-01}'::text[]), ('quarters', '{2020-01-01,2020-10-01}'),
	('months', '{2020-01-01,2020-02-01,2020-04-01}'), ('the 15th', '{2020-01-15,2020-02-15,2020-04-15}'), ('last days', '{2020-01-31,2020-02-29,2020-04-30}'),
	('weeks', '{2020-01-01,2020-01-08,2020-01-22}'), ('days', '{2020-01-01,2020-01-02,2020-01-05}'), ('one', '{2020-01-07}')) AS x (name, days),
	unnest(days) WITH ORDINALITY AS d (day, value) GROUP BY name ORDER BY name;
SELECT sparkline(trend_agg(d, 1)) FROM unnest('{0202-01-01,2024-01-02}'::date[]) AS d;
SELECT sparkline('{"n": 0}'::trend_summary) = '' AS empty;
