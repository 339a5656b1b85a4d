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
SELECT trend_agg(day, s) AS no_weight FROM (SELECT date '2026-01-01' AS day, nps_weighted_agg(9, 0.0) AS s) AS x;
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
-- a day that begins at one o'clock
SET TimeZone = 'America/Sao_Paulo';
SELECT trend_agg(date_trunc('day', timestamptz '2018-11-04 12:00-02'), 1) AS summer_begins;
SELECT trend_agg(timestamptz '2018-11-04 02:00-02', 1);
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
SELECT '{"n": 1, "holds": 5, "scale": 5, "option": 1, "weighted": false, "dates": ["2026-01-01"], "counts": [[0, 1, 0, 0, 0]]}'::trend_summary;
SELECT '{"n": 2, "holds": 0, "dates": ["2026-01-01", "2026-01-01"], "values": [1, 2]}'::trend_summary;
SELECT '{"n": 2, "holds": 0, "dates": ["2026-01-02", "2026-01-01"], "values": [1, 2]}'::trend_summary;
SELECT '{"n": 1, "holds": 1, "dates": ["2026-01-01"], "values": [1], "sizes": [0]}'::trend_summary;
SELECT '{"n": 1, "holds": 0, "dates": ["2026-01-01"], "values": [1, 2]}'::trend_summary;
SELECT '{"n": 1, "holds": 2, "scale": 10, "weighted": false, "dates": ["2026-01-01"], "counts": [[0,0,0,0,0,0,0,0,0,0,0]]}'::trend_summary;
SELECT '{"n": 1, "holds": 2, "scale": 10, "weighted": true, "dates": ["2026-01-01"], "counts": [[0,0,0,0,0,0,0,0,0,1,0]], "weights": [[0,0,0,0,0,0,0,0,0,0,0]], "weights_low": [[0,0,0,0,0,0,0,0,0,0,0]], "squares": [0], "squares_low": [0]}'::trend_summary;
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

-- ---- rounding ----

-- one price, as a sum over its number: constant to every question; and seasons without noise have one level
CREATE TABLE rounded AS SELECT trend_agg(date '2020-01-01' + i * interval '1 month', v) AS t, count(DISTINCT v) > 1 AS differ
FROM (SELECT i, CASE WHEN i % 3 = 1 THEN 19.990000000000002 ELSE 19.99 END::float8 AS v FROM generate_series(0, 47) AS i) AS x;
SELECT differ, (SELECT count(*) FROM change_points(t)) AS changes, (SELECT count(*) FROM change_points(t, 12)) AS seasonal_changes,
	(SELECT count(*) FROM control_chart(t) WHERE signals <> '{}') AS signals, (trend_test(t)).*, (SELECT array_agg(DISTINCT conclusion) FROM seasonality_test(t)) AS conclusion,
	seasonal_strength(t) AS strength, sparkline(t) FROM rounded;
SELECT min(effect), max(effect), min(lower), max(upper), count(p_adjusted) FROM rounded, seasonal_profile(t);
SELECT min(seasonal), max(seasonal), max(abs(remainder)) AS remainder FROM rounded, decompose(t);
SELECT f.* FROM rounded, forecast(t, 1) AS f;
SELECT sparkline('{19.99,19.990000000000002,19.99}'::float8[]), sparkline('{0.1,0.2,0.30000000000000004,0.3}'::float8[]);
SELECT count(DISTINCT value) AS stored FROM rounded, trend_points(t);
SELECT name, count(c.period) AS changes FROM (VALUES ('constant', 12, 29, 5.1, 0), ('weeks', 52, 119, 5.2, 0), ('season', 12, 31, 0.1, 3.3)) AS x (name, season, last, level, each),
	LATERAL (SELECT trend_agg(date '2020-01-01' + 7 * i, level + each * (i % season)) AS t, trend_agg(date '2020-01-01' + 7 * i, level + each * (i % season)) FILTER (WHERE i <> 10) AS gap
		FROM generate_series(0, last) AS i) AS y LEFT JOIN LATERAL (SELECT * FROM change_points(t, season) UNION ALL SELECT * FROM change_points(gap, season)) AS c ON true GROUP BY name ORDER BY name;

-- ---- is there a trend ----

-- R's Nile, the flow of the river in 1871 to 1970, and nottem, monthly temperatures in Nottingham Castle, 1920 to 1939. Figures of a due table
-- are what Rscript test/R/trends.R prints, but for those that the literature has: S and z of the Nile, S and its variance of nottem.
CREATE FUNCTION near(a float8, b float8) RETURNS boolean LANGUAGE sql IMMUTABLE
	AS $$ SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= 1e-9 * greatest(abs(a), abs(b), 1e-6), false) $$;
CREATE TABLE given (name text, first date, step interval, value float8[]);
INSERT INTO given VALUES
	('nile', '1871-01-01', '1 year', '{1120,1160,963,1210,1160,1160,813,1230,1370,1140,995,935,1110,994,1020,960,1180,799,958,1140,1100,1210,1150,1250,1260,1220,1030,1100,774,840,874,694,940,833,701,916,692,1020,1050,969,831,726,456,824,702,1120,1100,832,764,821,768,845,864,862,698,845,744,796,1040,759,781,865,845,944,984,897,822,1010,771,676,649,846,812,742,801,1040,860,874,848,890,744,749,838,1050,918,986,797,923,975,815,1020,906,901,1170,912,746,919,718,714,740}'),
	('nottem', '1920-01-01', '1 month', '{40.6,40.8,44.4,46.7,54.1,58.5,57.7,56.4,54.3,50.5,42.9,39.8,44.2,39.8,45.1,47,54.1,58.7,66.3,59.9,57,54.2,39.7,42.8,37.5,38.7,39.5,42.1,55.7,57.8,56.8,54.3,54.3,47.1,41.8,41.7,41.8,40.1,42.9,45.8,49.2,52.7,64.2,59.6,54.4,49.2,36.3,37.6,39.3,37.5,38.3,45.5,53.2,57.7,60.8,58.2,56.4,49.8,44.4,43.6,40,40.5,40.8,45.1,53.8,59.4,63.5,61,53,50,38.1,36.3,39.2,43.4,43.4,48.9,50.6,56.8,62.5,62,57.5,46.7,41.6,39.8,39.4,38.5,45.3,47.1,51.7,55,60.4,60.5,54.7,50.3,42.3,35.2,40.8,41.1,42.8,47.3,50.9,56.4,62.2,60.5,55.4,50.2,43,37.3,34.8,31.3,41,43.9,53.1,56.9,62.5,60.3,59.8,49.2,42.9,41.9,41.6,37.1,41.2,46.9,51.2,60.4,60.1,61.6,57,50.9,43,38.8,37.1,38.4,38.4,46.5,53.5,58.4,60.6,58.2,53.8,46.6,45.5,40.6,42.4,38.4,40.3,44.6,50.9,57,62.1,63.5,56.3,47.3,43.6,41.8,36.2,39.3,44.5,48.7,54.2,60.8,65.5,64.9,60.1,50.2,42.1,35.8,39.4,38.2,40.4,46.9,53.4,59.6,66.5,60.4,59.2,51.2,42.8,45.8,40,42.6,43.5,47.1,50,60.5,64.6,64,56.8,48.6,44.2,36.4,37.3,35,44,43.9,52.7,58.6,60,61.1,58.1,49.6,41.6,41.3,40.8,41,38.4,47.4,54.1,58.6,61.4,61.8,56.3,50.9,41.4,37.1,42.1,41.2,47.3,46.6,52.4,59,59.6,60.4,57,50.7,47.8,39.2,39.4,40.9,42.4,47.8,52.4,58,60.7,61.8,58.2,46.7,46.6,37.8}');
CREATE TABLE series AS SELECT name, trend_agg(first + (i - 1) * step, v) AS t FROM given, unnest(value) WITH ORDINALITY AS x (v, i) GROUP BY name;
INSERT INTO series SELECT 'nottem with gaps', trend_agg(period, value) FROM series, trend_points(t) WHERE name = 'nottem'
	AND (extract(year FROM period) * 12 + extract(month FROM period))::int % 7 <> (1920 * 12 + 3) % 7;
INSERT INTO series SELECT 'ties', trend_agg(date '2026-01-05' + 7 * i::int, v) FROM unnest('{3,1,3,3,5,1,5,7,7,3}'::int[]) WITH ORDINALITY AS x (v, i);

CREATE TABLE trend_due (name text, season int, level float8, s float8, variance float8, tau float8, statistic float8, p_value float8, slope float8, lower float8, upper float8);
INSERT INTO trend_due VALUES
	('nile', NULL, 0.95, -1387, 112728.333333333, -0.280741334724613, -4.1280665228441, 3.65826292166433e-05, -2.6, -3.62790697674419, -1.42857142857143),
	('nottem', 12, 0.95, 224, 11364, 0.0989874342949742, 2.09189195887767, 0.0364481815726198, 0.00416666666666673, 0, 0.0088888888888889),
	('nottem', NULL, 0.95, 976, 1545380.66666667, 0.0341056842130921, 0.784308421609528, 0.432859159096017, 0.00589684149521883, -0.00909090909090922, 0.0208333333333333),
	('nottem with gaps', 12, 0.8, 223, 7259.66666666667, 0.134953318951013, 2.60552133903832, 0.00917345591774635, 0.00555555555555554, 0.00238095238095233, 0.00833333333333335),
	('ties', NULL, 0.95, 18, 113.333333333333, 0.447213595499958, 1.59687194226713, 0.110294255244555, 0.5, 0, 1);
SELECT name, season, round(r.statistic::numeric, 6) AS statistic, near((d.s - sign(d.s)) / sqrt(variance), r.statistic) AND near(d.statistic, r.statistic) AS z,
	near(d.tau, r.tau) AS tau, near(d.p_value, r.p_value) AS p_value, near(d.slope, r.slope) AS slope, near(d.lower, r.lower) AND near(d.upper, r.upper) AS limits
FROM trend_due AS d JOIN series USING (name), trend_test(t, season, level) AS r ORDER BY name, season;
-- nothing, one point, two points, nothing varies, rising, values that are huge, NULL
SET extra_float_digits = -1;	-- libraries of mathematics differ in the last
SELECT name, r.* FROM (VALUES ('nothing', '{}'::float8[]), ('one', '{3}'), ('two', '{3,5}'), ('constant', '{3,3,3,3,3,3}'), ('rising', '{1,2,3,4,5,6}'),
	('huge', '{-1.5e308,0,1.5e308,-1e308,1e308}'), ('tiny', '{1e-310,2e-310,3e-310,5e-310}')) AS x (name, v),
	LATERAL (SELECT trend_agg(date '2026-01-01' + i::int, u) AS t FROM unnest(v) WITH ORDINALITY AS y (u, i)) AS z, trend_test(t) AS r;
RESET extra_float_digits;
SELECT r.* FROM series, trend_test(t, 240) AS r WHERE name = 'nottem';
SELECT trend_test(NULL), trend_test('{"n": 0}', NULL, NULL);
SELECT trend_test('{"n": 0}', 1);
SELECT trend_test('{"n": 0}', 200000);
SELECT trend_test('{"n": 0}', 12, 1);
-- of answers: the scores of the months
SELECT near(a.tau, b.tau) AND a.statistic = b.statistic AND near(a.slope, b.slope) AS scores FROM (
	SELECT trend_agg(day, s) AS s, trend_agg(day, nps(s)) AS v FROM (SELECT date '2026-01-01' + i % 20 AS day, nps_agg(i * i % 11) AS s FROM generate_series(1, 900) AS i
	GROUP BY 1) AS x) AS y, trend_test(s) AS a, trend_test(v) AS b;

-- ---- is it more than noise ----

CREATE TABLE monthly AS SELECT date '2026-01-01' + (i - 1) * interval '1 month' AS month, nps_summary(c::bigint[]) AS s, responses(nps_summary(c::bigint[])) AS n
FROM unnest('{"{1,0,0,1,0,1,2,3,4,9,12}","{0,1,0,0,2,1,0,4,3,6,9}","{2,0,1,0,0,3,1,2,5,8,10}","{0,0,0,0,0,0,0,0,0,0,7}","{4,2,3,5,2,6,4,3,2,1,2}","{0,1,0,1,0,1,0,3,4,9,20}"}'::text[])
	WITH ORDINALITY AS x (c, i);
-- the last month's row; limits of a score stay on its scale
CREATE TABLE chart_due (baseline date, method text, value float8, center float8, lower float8, upper float8);
INSERT INTO chart_due VALUES
	('2026-05-01', 'shewhart', 66.6666666666667, 16.6666666666667, -25.6304288487974, 58.9637621821307),
	('2026-05-01', 'laney', 66.6666666666667, 16.6666666666667, -80.721378514514, 114.054711847847),
	('2026-05-01', 'xmr', 66.6666666666667, 31.5040963938023, -132.923283951105, 195.931476738709),
	('2026-05-01', 'auto', 66.6666666666667, 16.6666666666667, -80.721378514514, 114.054711847847),
	('2026-05-01', 'ewma', 31.4841994361031, 16.6666666666667, -26.6340599564606, 59.9673932897939),
	('2026-05-01', 'cusum', 1.14023011470186, 0, -4, 4),
	('2026-04-15', 'auto', 66.6666666666667, 45.9183673469388, 6.9177153165637, 79.8134753332827),
	('2026-04-15', 'shewhart', 66.6666666666667, 45.9183673469388, 9.495699857075, 82.3410348368025),
	('2026-04-15', 'laney', 66.6666666666667, 45.9183673469388, 4.9875620096093, 86.8491726842682),
	('2026-04-15', 'xmr', 66.6666666666667, 56.2918851981352, -14.3712844260336, 126.955054822304),
	('2026-04-15', 'ewma', 34.9256327694364, 45.9183673469388, 29.7241007413244, 62.1126339525531),
	('2026-04-15', 'cusum', -6.22483056962574, 0, -4, 4);
SELECT baseline, method, near(d.value, r.value) AS value, near(d.center, r.center) AS center, near(greatest(d.lower, -100), r.lower) AS lower, near(least(d.upper, 100), r.upper) AS upper, signals
FROM chart_due AS d CROSS JOIN (SELECT trend_agg(month, s) AS t FROM monthly) AS x,
	control_chart(t, method, baseline, lambda => 0.3, l => 2.5, k => 0.4, h => 4) AS r
WHERE period = '2026-06-01' ORDER BY baseline, method COLLATE "C";
SELECT period, n, round(value::numeric, 2) AS value, round(center::numeric, 2) AS center, round(lower::numeric, 2) AS lower, round(upper::numeric, 2) AS upper, signals
FROM (SELECT trend_agg(month, s) AS t FROM monthly) AS x, control_chart(t, 'shewhart', '2026-04-01');
-- auto of values with n is laney, of values xmr
WITH x AS (SELECT trend_agg(date '2026-01-01' + i::int, v, n) AS t FROM unnest('{10,12,9,11,20}'::float8[], '{50,80,40,100,60}'::int[]) WITH ORDINALITY AS x (v, n, i))
SELECT near(a.center, 12.4848484848485) AND near(a.lower, 2.94382583139278) AND near(a.upper, 22.0258711383042) AS counted, a = b AS laney FROM x, control_chart(t) AS a,
	control_chart(t, 'laney') AS b WHERE a.n = 60 AND b.n = 60;
SELECT x.method, r.* FROM (VALUES ('auto'), ('xmr'), ('ewma'), ('cusum')) AS x (method), LATERAL (SELECT trend_agg(date '2026-01-01' + i::int, v) AS t
	FROM unnest('{10,11,10,11,10,40}'::float8[]) WITH ORDINALITY AS y (v, i)) AS z, control_chart(t, x.method, '2026-01-06') AS r WHERE period > '2026-01-05';
-- rules, by name; in the order of the handbooks whatever the order asked for
SELECT period - date '2026-01-01' AS i, value, signals FROM (SELECT trend_agg(date '2026-01-01' + i::int, v) AS t FROM unnest(
	'{0,2,0,2,0,2,0,2,0,2,0,2,0,2,4,4.5,4,4.5,4,4.5,4,4.6,4.7,4.8,4.9,5,5.1}'::float8[]) WITH ORDINALITY AS x (v, i)) AS y,
	control_chart(t, baseline_until => '2026-01-13', rules => '{nelson_3,western_electric,nelson_2,nelson_4,nelson_7,nelson_8}') WHERE signals <> '{}';
SELECT bool_and(r.signals = w.signals) AS by_set FROM (SELECT trend_agg(month, s) AS t FROM monthly) AS x, control_chart(t, rules => '{nelson}') AS r
	JOIN control_chart((SELECT trend_agg(month, s) FROM monthly), rules => '{nelson_8,nelson_7,nelson_6,nelson_5,nelson_4,nelson_3,nelson_2,nelson_1}') AS w USING (period);
-- nothing, one point, two points, nothing varies, an all-promoter month beside others, a baseline before all, huge values
SELECT x.name, x.method, r.n, r.value, r.center, r.lower, r.upper, r.signals FROM (VALUES ('nothing', '{}'::float8[], 'auto'), ('one', '{3}', 'auto'), ('one', '{3}', 'cusum'), ('two', '{3,5}', 'auto'),
	('constant', '{3,3,3}', 'auto'), ('constant', '{3,3,3}', 'cusum'), ('constant', '{3,3,3}', 'ewma'), ('huge', '{-1.5e308,1.5e308,1e308}', 'auto')) AS x (name, v, method),
	LATERAL (SELECT trend_agg(date '2026-01-01' + i::int, u) AS t FROM unnest(v) WITH ORDINALITY AS y (u, i)) AS z, control_chart(t, x.method) AS r;
-- a baseline in which all answer alike is not sure that nobody ever differs: 20 answers are taken with three (NPS) or four more
WITH given AS (SELECT date '2026-01-01' + n AS day, n, nps_summary(ARRAY[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n]) AS nps, csat_summary(ARRAY[0, 0, 0, 0, n], 2) AS csat,
		ces_summary(ARRAY[0, 0, 0, 0, n], true) AS ces FROM unnest('{8,12}'::int[]) AS n),
	x AS (SELECT 'nps' AS metric, trend_agg(day, nps) AS t, (1.5 * 21.5 + 4 * 20.75 * 0.75) / 23 ^ 2 * 1e4 AS v FROM given
		UNION ALL SELECT 'csat', trend_agg(day, csat), 2 * 22 / 24.0 ^ 2 * 1e4 FROM given UNION ALL SELECT 'ces', trend_agg(day, ces), 2 * 22 / 24.0 ^ 2 FROM given)
SELECT metric, n, value, center, near(lower, center - 3 * sqrt(v / n)) AS lower, upper, signals FROM x, control_chart(t) ORDER BY metric, n;
SELECT lower IS NOT NULL AND upper IS NOT NULL AS one_answer, signals FROM control_chart((SELECT trend_agg(date '2026-01-01', ces_summary(ARRAY[0, 1, 0, 0, 0], true))));
SELECT r.* FROM (SELECT trend_agg(month, s) AS t FROM monthly) AS x, control_chart(t, baseline_until => '2025-12-01') AS r LIMIT 1;
SELECT count(*) AS none FROM control_chart('{"n": 0}', 'shewhart');
SELECT count(*) AS none FROM (SELECT trend_agg(month, s) AS t FROM monthly) AS x, control_chart(t, NULL);
SELECT count(*) AS none FROM control_chart(NULL);
-- what it refuses
SELECT control_chart('{"n": 0}', 'p');
SELECT control_chart('{"n": 0}', rules => '{western_electric_5}');
-- the moving range, where it is asked for and n is not known
SELECT r.period, r.value, r.signals, w.signals AS with_ranges FROM (SELECT trend_agg(date '2026-01-01' + i::int, v) AS t FROM unnest('{1,2,1,2,1,2,1,2,1,2,1,6.5,2,1}'::float8[]) WITH ORDINALITY AS x (v, i)) AS y,
	control_chart(t, baseline_until => '2026-01-12') AS r JOIN LATERAL control_chart(t, baseline_until => '2026-01-12', rules => '{moving_range}') AS w USING (period) WHERE w.signals <> '{}';
SELECT control_chart(trend_agg(month, s), rules => '{moving_range}') FROM monthly;
SELECT control_chart('{"n": 0}', rules => '{NULL}');
SELECT control_chart('{"n": 0}', 'ewma', rules => '{nelson}');
SELECT control_chart('{"n": 0}', 'ewma', lambda => 0);
SELECT control_chart('{"n": 0}', 'ewma', lambda => 1.1);
SELECT control_chart('{"n": 0}', 'cusum', h => 'infinity');
SELECT control_chart('{"n": 0}', 'cusum', k => 'NaN');
SELECT control_chart(trend_agg(month, value), 'shewhart') FROM months;
SELECT control_chart(trend_agg(month, value), 'laney') FROM months;
SELECT control_chart(trend_agg(month, value, n), 'shewhart') FROM months;

-- ---- since when ----

-- place is how many points lie before the change
INSERT INTO series SELECT 'nile, an outlier', trend_agg(period, CASE period WHEN '1930-01-01' THEN 1e5 ELSE value END) FROM series, trend_points(t) WHERE name = 'nile';
CREATE TABLE change_due (name text, penalty float8, place int, before float8, after float8, difference float8, lower float8, upper float8);
INSERT INTO change_due VALUES
	('nile', NULL, 28, 1097.75, 849.972222222222, -247.777777777778, -321.629073054874, -173.926482500682),
	('nile', 1, 10, 1168.57142857143, 1002.33333333333, -166.238095238095, -350.718571711932, 18.2423812357418),
	('nile', 1, 16, 1002.33333333333, 1164, 161.666666666667, -9.56644422204965, 332.899777555383),
	('nile', 1, 28, 1164, 807.111111111111, -356.888888888889, -509.244665913687, -204.533111864091),
	('nile', 1, 37, 807.111111111111, 1013, 205.888888888889, -15.1721067082064, 426.949884485984),
	('nile', 1, 40, 1013, 798.526315789474, -214.473684210526, -420.478462167029, -8.46890625402341),
	('nile', 1, 63, 798.526315789474, 931.4, 132.873684210526, -33.7923873475277, 299.53975576858),
	('nile', 1, 68, 931.4, 698.666666666667, -232.733333333333, -474.893521079492, 9.42685441282529),
	('nile', 1, 71, 698.666666666667, 818.545454545455, 119.878787878788, -96.0996663561784, 335.857242113754),
	('nile', 1, 83, 818.545454545455, 926.833333333333, 108.287878787879, -30.1262211825982, 246.701978758356),
	('nile', 1, 97, 926.833333333333, 724, -202.833333333333, -416.874721944229, 11.208055277562),
	('nile, an outlier', NULL, 28, 1097.75, 851.253521126761, -246.496478873239, -333.154328453736, -159.838629292742),
	('ties', 0.2, 4, 3, 5, 2, -0.620219735648665, 4.62021973564866),
	('ties', 0.2, 7, 5, 7, 2, -0.870306909669994, 4.87030690966999);
SELECT name, asked, place, period, round(r.before::numeric, 1) AS before, round(r.after::numeric, 1) AS after, near(d.before, r.before) AND near(d.after, r.after) AS levels,
	near(d.difference, r.difference) AS difference, near(d.lower, r.lower) AND near(d.upper, r.upper) AS limits
FROM (SELECT name, coalesce(penalty, 0) AS asked, r.* FROM (SELECT DISTINCT name, penalty FROM change_due) AS q JOIN series USING (name)
		CROSS JOIN LATERAL change_points(t, NULL, penalty, CASE WHEN name LIKE 'nile%' THEN 0.95 ELSE 0.8 END) AS r) AS r
	FULL JOIN (SELECT c.*, coalesce(penalty, 0) AS asked, p.period FROM change_due AS c JOIN series USING (name),
		LATERAL (SELECT period FROM trend_points(t) ORDER BY period OFFSET place LIMIT 1) AS p) AS d USING (name, asked, period)
ORDER BY name, asked, place;
-- nothing changes but the season: with it, none; nor in what has gaps
SELECT name, (SELECT count(*) FROM change_points(t, 12)) AS with_season FROM series WHERE name LIKE 'nottem%' ORDER BY name;
-- a season, and a fall of 3 from May 1930 on
SELECT period, round(r.before::numeric, 1) AS before, round(r.after::numeric, 1) AS after, round(r.difference::numeric, 1) AS difference, r.lower < -3 AND r.upper > -3 AS holds FROM (
	SELECT trend_agg(period, value - CASE WHEN period >= '1930-05-01' THEN 3 ELSE 0 END) AS t FROM series, trend_points(t) WHERE name = 'nottem') AS x, change_points(t, 12) AS r;
-- answers: levels are the scores of all of them, and few answers count for little
SELECT r.period, near(r.before, b) AND near(r.after, a) AS scores FROM (SELECT trend_agg(day, s) AS t, nps(rollup(s) FILTER (WHERE day < '2026-03-01')) AS b,
	nps(rollup(s) FILTER (WHERE day >= '2026-03-01')) AS a FROM (SELECT date '2026-01-01' + i % 120 AS day, nps_agg(CASE WHEN i / 120 * 7 % 10 < CASE WHEN i % 120 < 59 THEN 6 ELSE 4 END THEN 10 ELSE 5 END) AS s
	FROM generate_series(1, 5000) AS i GROUP BY 1) AS x) AS y, change_points(t) AS r;
SELECT 'alike' AS weights, count(*) FROM (SELECT trend_agg(date '2026-01-01' + i, v) AS t FROM (SELECT i, i % 3 + CASE WHEN i BETWEEN 20 AND 22 THEN 12 ELSE 0 END AS v FROM generate_series(1, 60) AS i) AS x) AS y,
	change_points(t)
UNION ALL SELECT 'by n', count(*) FROM (SELECT trend_agg(date '2026-01-01' + i, v, n) AS t FROM (SELECT i, i % 3 + CASE WHEN i BETWEEN 20 AND 22 THEN 12 ELSE 0 END AS v, CASE WHEN i BETWEEN 20 AND 22 THEN 1 ELSE 50 END AS n
	FROM generate_series(1, 60) AS i) AS x) AS y, change_points(t);
-- an outlier is no lasting change, in the middle or at an end; three periods are one, with the true levels whatever lies about
SELECT x.name, r.* FROM (VALUES ('middle', '{10,10,11,10,10,30,10,10,11,10,10,10}'::float8[]), ('end', '{10,10,11,10,10,10,10,10,11,10,10,1e9}'),
	('start', '{-1e9,10,11,10,10,10,10,10,11,10,10,10}'), ('three', '{10,11,10,10,1e9,10,11,10,10,11,10,10,11,10,10,11,12,10,11,10,12,10,11,10,10,11,10,11,10,12,12,11,10,10,11,10,12,11,10,11,30,31,30}')) AS x (name, v),
	LATERAL (SELECT trend_agg(date '2026-01-01' + i::int, u) AS t FROM unnest(v) WITH ORDINALITY AS y (u, i)) AS z LEFT JOIN LATERAL change_points(t) AS r ON true;
-- answers: levels vary by what so many answers make them vary, however alike these are: limits are no narrower than those of all answers of each side
SELECT r.period, abs(r.upper - r.lower - 2 * 1.959963984540054 * sqrt(pooled * (1.0 / 480 + 1.0 / 320))) < 1e-9 AS sampling FROM (
	SELECT trend_agg(date '2026-01-01' + i, s) AS t, nps_stderr(rollup(s)) ^ 2 * 800 AS pooled
	FROM (SELECT i, nps_counts_agg(score, times) AS s FROM generate_series(1, 40) AS i, LATERAL (VALUES (10, CASE WHEN i <= 24 THEN 15 ELSE 5 END), (2, CASE WHEN i <= 24 THEN 5 ELSE 15 END)) AS a (score, times)
		GROUP BY i) AS x) AS y, change_points(t) AS r;
-- nothing, too few points, nothing varies, a step without noise, huge values, less than two seasons, NULL
SELECT x.name, r.* FROM (VALUES ('nothing', '{}'::float8[]), ('four', '{1,1,9,9}'), ('constant', '{3,3,3,3,3,3}'), ('step', '{3,3,3,3,8,8,8,8,8}'),
	('huge', '{-1e308,-1e308,-1e308,-1e308,1e307,1e307,1e307,1e307,1e307}')) AS x (name, v),
	LATERAL (SELECT trend_agg(date '2026-01-01' + i::int, u) AS t FROM unnest(v) WITH ORDINALITY AS y (u, i)) AS z LEFT JOIN LATERAL change_points(t) AS r ON true;
SELECT count(*) AS none FROM series, change_points(t, 100) WHERE name = 'nile';
SELECT count(*) AS none FROM series, change_points(t, 51) WHERE name = 'nile';
SELECT count(*) AS none FROM change_points(NULL);
SELECT count(*) AS none FROM series, change_points(t, level => NULL);
SELECT change_points('{"n": 0}', 0);
SELECT change_points('{"n": 0}', penalty => 0);
SELECT change_points('{"n": 0}', penalty => 'NaN');
SELECT change_points('{"n": 0}', level => 2);
SELECT count(*) FROM (SELECT trend_agg(d, 1) AS t FROM unnest('{0202-01-01,0302-01-01,2024-01-02,2024-01-03,2024-01-04}'::date[]) AS d) AS x, change_points(t, 12);
