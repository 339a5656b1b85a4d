-- Laws of series, over random ones: merging, the text forms, what shifting, scaling, turning over and reversing a series does
-- to every answer; and simulations: how often series that do not change are said to.
--
-- "Random" is a hash of the row, so that a failure repeats.

BEGIN;
SET client_min_messages = warning;
SELECT plan(28);

-- From 0 to 1, 1 excluded; 'what' tells apart the numbers drawn for one row. And standard normal numbers (Box & Muller 1958).
CREATE FUNCTION pg_temp.chance(i bigint, what text) RETURNS float8 LANGUAGE sql IMMUTABLE
	AS $$ SELECT (hashtextextended(what, i) & 4503599627370495) / 4503599627370496.0::float8 $$;
CREATE FUNCTION pg_temp.normal(i bigint, what text) RETURNS float8 LANGUAGE sql IMMUTABLE
	AS $$ SELECT sqrt(-2 * ln(1 - pg_temp.chance(i, what))) * cos(2 * pi() * pg_temp.chance(i, what || '2')) $$;
CREATE FUNCTION pg_temp.near(a float8, b float8, tolerance float8 DEFAULT 1e-9) RETURNS boolean LANGUAGE sql IMMUTABLE
	AS $$ SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= tolerance * greatest(abs(a), abs(b), 1), false) $$;


-- ---- The series ----

-- 120 of 1 to 120 points, one in nine missing: noise, steps, trends, few different values, with a season or without; values and answers
CREATE TEMP TABLE row AS
SELECT ds, i, 1000 * ds + i AS id, floor(5 * pg_temp.chance(1000 * ds + i, 'part'))::int AS part, 1 + floor(40 * pg_temp.chance(1000 * ds + i, 'n'))::int AS n,
	CASE ds % 4 WHEN 0 THEN floor(4 * pg_temp.chance(1000 * ds + i, 'x')) ELSE pg_temp.normal(1000 * ds + i, 'x') END
		+ CASE ds % 3 WHEN 0 THEN 0 WHEN 1 THEN i / 40 * 3 ELSE i * 0.05 END + CASE ds % 5 WHEN 0 THEN 4 * (i % 12 / 11) ELSE 0 END AS v
FROM generate_series(1, 120) AS ds, generate_series(1, ds) AS i WHERE pg_temp.chance(1000 * ds + i, 'gap') > 0.11;
CREATE TEMP TABLE answers AS
SELECT ds, i, part, nps_agg(score) AS nps, nps_weighted_agg(score, weight) AS weighted, csat_agg(1 + score / 2, 6, 2) AS csat, ces_agg(1 + score / 2, 6, true) AS ces
FROM row, LATERAL (SELECT floor(11 * pg_temp.chance(100 * id + j, 'score') ^ 0.7)::int AS score, (1 + j % 4) / 4.0::float8 AS weight FROM generate_series(1, n) AS j) AS x
GROUP BY ds, i, part;

-- Every kind of series, by part.
CREATE TEMP TABLE part AS
SELECT 'values' AS kind, ds, part, trend_agg(date '2020-01-01' + i, v) AS t FROM row GROUP BY ds, part UNION ALL
SELECT 'counted', ds, part, trend_agg(date '2020-01-01' + i, v, n) FROM row GROUP BY ds, part UNION ALL
SELECT 'nps', ds, part, trend_agg(date '2020-01-01' + i, nps) FROM answers GROUP BY ds, part UNION ALL
SELECT 'weighted', ds, part, trend_agg(date '2020-01-01' + i, weighted) FROM answers GROUP BY ds, part UNION ALL
SELECT 'csat', ds, part, trend_agg(date '2020-01-01' + i, csat) FROM answers GROUP BY ds, part UNION ALL
SELECT 'ces', ds, part, trend_agg(date '2020-01-01' + i, ces) FROM answers GROUP BY ds, part;
CREATE TEMP TABLE whole AS SELECT kind, ds, rollup(t) AS t FROM part GROUP BY kind, ds;
SELECT cmp_ok(count(*), '>', 600::bigint, 'there are hundreds of series') FROM whole;


-- ---- Merging, and the forms ----

SELECT is(count(*), 0::bigint, 'parts merged are the whole, byte for byte') FROM whole AS w JOIN (SELECT ds, trend_agg(date '2020-01-01' + i, v ORDER BY v) AS t FROM row GROUP BY ds) AS x USING (ds)
	WHERE kind = 'values' AND w.t <> x.t;
SELECT is(count(*), 0::bigint, 'in any order') FROM whole AS w
	WHERE w.t <> (SELECT rollup(p.t ORDER BY part * 3 % 5 DESC) FROM part AS p WHERE p.ds = w.ds AND p.kind = w.kind);
SELECT is(count(*), 0::bigint, 'in any grouping') FROM whole AS w
	WHERE w.t <> (SELECT rollup(x.t) FROM (SELECT rollup(p.t) AS t FROM part AS p WHERE p.ds = w.ds AND p.kind = w.kind GROUP BY part % 2) AS x);
SELECT is(count(*), 0::bigint, 'a + b = b + a') FROM part AS a JOIN part AS b USING (kind, ds) WHERE a.part < b.part AND a.t + b.t <> b.t + a.t;
SELECT is(count(*), 0::bigint, 'nothing added changes nothing') FROM whole WHERE t + '{"n": 0}' <> t OR '{"n": 0}' + t <> t;
SELECT is(count(*), 0::bigint, 'text, json and jsonb read back to the same bytes') FROM whole WHERE t::text::trend_summary <> t OR t::json::trend_summary <> t OR t::jsonb::trend_summary <> t;
SELECT is(count(*), 0::bigint, 'points made into a series again are the same points') FROM whole AS w
	WHERE kind = 'values' AND t <> (SELECT trend_agg(period, value) FROM trend_points(t))
	OR kind = 'counted' AND t <> (SELECT trend_agg(period, value, n) FROM trend_points(t));


-- ---- What is asked of them ----

-- the same series moved up by 7 and stretched by 4 (exact), turned over, and backwards
CREATE TEMP TABLE other AS
SELECT ds, trend_agg(date '2020-01-01' + i, v) AS t, trend_agg(date '2020-01-01' + i, 4 * v) AS stretched, trend_agg(date '2020-01-01' + i, -v) AS over,
	trend_agg(date '2020-01-01' - i, v) AS backwards, trend_agg(date '2024-02-29' + 7 * i, v) AS weeks
FROM row GROUP BY ds;
CREATE TEMP TABLE test AS
SELECT ds, season, a.*, b.tau AS tau_over, b.slope AS slope_over, b.lower AS lower_over, b.upper AS upper_over, c.tau AS tau_stretched, c.slope AS slope_stretched,
	d.tau AS tau_back, d.slope AS slope_back, d.statistic AS statistic_back, e::text AS weeks, a::text AS days
FROM other, (VALUES (NULL), (7)) AS s (season), trend_test(t, season) AS a, trend_test(over, season) AS b, trend_test(stretched, season) AS c,
	trend_test(backwards, season) AS d, trend_test(weeks, season) AS e;
SELECT is(count(*), 0::bigint, 'turned over, a trend is the other way round') FROM test
	WHERE tau_over IS DISTINCT FROM -tau OR NOT pg_temp.near(slope_over, -slope) OR (season IS NULL AND (lower IS NULL) <> (upper_over IS NULL));
SELECT is(count(*), 0::bigint, 'stretched, only the slope is') FROM test WHERE tau_stretched IS DISTINCT FROM tau OR slope_stretched IS DISTINCT FROM 4 * slope;
SELECT is(count(*), 0::bigint, 'backwards, too, it is the other way round') FROM test
	WHERE season IS NULL AND (tau_back IS DISTINCT FROM -tau OR statistic_back IS DISTINCT FROM -statistic OR NOT pg_temp.near(slope_back, -slope));
SELECT is(count(*), 0::bigint, 'weeks are as good as days') FROM test WHERE weeks IS DISTINCT FROM days;
SELECT is(count(*), 0::bigint, 'figures are in their ranges, and limits hold the slope') FROM test
	WHERE NOT (tau BETWEEN -1 AND 1 AND p_value BETWEEN 0 AND 1) OR lower > slope OR upper < slope OR (tau IS NULL) <> (p_value IS NULL);
-- the pairs by hand
SELECT is(count(*), 0::bigint, 'S and Sen''s slope are what all pairs give') FROM test JOIN (SELECT ds, sum(sign(b.v - a.v)) AS s, percentile_cont(0.5) WITHIN GROUP (ORDER BY (b.v - a.v) / (b.i - a.i)) AS slope
	FROM row AS a JOIN row AS b USING (ds) WHERE a.i < b.i GROUP BY ds) AS x USING (ds) WHERE season IS NULL AND (coalesce(sign(x.s), 0) <> coalesce(sign(test.tau), 0) OR NOT pg_temp.near(x.slope, test.slope));

CREATE TEMP TABLE chart AS
SELECT kind, ds, method, c.* FROM whole, unnest('{auto,shewhart,laney,xmr,ewma,cusum}'::text[]) AS method, control_chart(t, method) AS c
WHERE kind IN ('nps', 'weighted', 'csat', 'ces') OR method <> 'shewhart' AND (kind = 'counted' OR method <> 'laney');
SELECT is(count(*), 0::bigint, 'a chart has a row for every point') FROM whole AS w WHERE (SELECT count(*) FROM trend_points(w.t)) <> (SELECT count(*) FROM control_chart(t));
SELECT is(count(*), 0::bigint, 'limits hold the centre, and a value is beyond them exactly where that is a signal') FROM chart
	WHERE lower > center OR upper < center OR ('beyond_limits' = ANY (signals)) <> coalesce(value < lower - 1e-9 OR value > upper + 1e-9, false) AND NOT (pg_temp.near(value, lower) OR pg_temp.near(value, upper));
SELECT is(count(*), 0::bigint, 'limits stay on the scale') FROM chart
	WHERE method <> 'cusum' AND (kind IN ('nps', 'weighted') AND (lower < -100 OR upper > 100) OR kind = 'csat' AND (lower < 0 OR upper > 100) OR kind = 'ces' AND (lower < 1 OR upper > 6));
SELECT is(count(*), 0::bigint, 'what is nowhere defined has no signals') FROM chart WHERE lower IS NULL AND signals <> '{}' OR (lower IS NULL) <> (upper IS NULL);
SELECT is(count(*), 0::bigint, 'shewhart: the centre is the score of all answers') FROM (SELECT ds, nps(rollup(nps)) AS score FROM answers GROUP BY ds) AS x JOIN chart USING (ds)
	WHERE kind = 'nps' AND method = 'shewhart' AND center <> score;

CREATE TEMP TABLE change AS SELECT kind, ds, c.*, row_number() OVER (PARTITION BY kind, ds ORDER BY period) AS place, count(*) OVER (PARTITION BY kind, ds) AS changes
FROM whole, change_points(t) AS c;
SELECT cmp_ok(count(DISTINCT ds), '>', 15::bigint, 'some series change') FROM change;
SELECT is(count(*), 0::bigint, 'limits hold the difference, and levels follow each other') FROM (SELECT *, lead(before) OVER (PARTITION BY kind, ds ORDER BY place) AS next FROM change) AS x
	WHERE NOT (lower <= difference AND difference <= upper) OR NOT pg_temp.near(after - before, difference) OR next <> after;
SELECT is(count(*), 0::bigint, 'turned over, changes are the other way round; stretched, they are larger') FROM other,
	LATERAL (SELECT array_agg(period) AS p, array_agg(round(difference::numeric, 6)) AS d FROM change_points(t)) AS a,
	LATERAL (SELECT array_agg(period) AS p, array_agg(round(-difference::numeric, 6)) AS d FROM change_points(over)) AS b,
	LATERAL (SELECT array_agg(period) AS p, array_agg(round((difference / 4)::numeric, 6)) AS d FROM change_points(stretched)) AS c
	WHERE a IS DISTINCT FROM b OR a IS DISTINCT FROM c;
SELECT is(count(*), 0::bigint, 'backwards, there are as many') FROM other WHERE (SELECT count(*) FROM change_points(t)) <> (SELECT count(*) FROM change_points(backwards));


-- ---- Nothing changes ----

-- 500 series of each of three sizes, 36 months each, of one true score: less than 12 % of charts alarm (2,000 in test/math/controlchart.c)
CREATE TEMP TABLE stable AS
SELECT size, series, trend_agg(date '2020-01-01' + i, s) AS t FROM (
	SELECT size, series, i, nps_counts_agg(score, times) AS s
	FROM (VALUES (1, 8, 25), (2, 30, 60), (3, 100, 200)) AS z (size, least, most), generate_series(1, 500) AS series, generate_series(1, 36) AS i,
		LATERAL (SELECT 1000 * (series * 10 + size) + i AS id) AS k,
		LATERAL (SELECT least + floor((most - least + 1) * pg_temp.chance(id, 'size'))::int AS n) AS y,
		LATERAL (SELECT greatest(least(round(n * 0.5 + sqrt(n * 0.25) * pg_temp.normal(id, 'promoters'))::int, n), 0) AS promoters) AS p,
		LATERAL (SELECT greatest(least(round((n - promoters) * 0.4 + sqrt((n - promoters) * 0.24) * pg_temp.normal(id, 'detractors'))::int, n - promoters), 0) AS detractors) AS d,
		LATERAL (VALUES (10, promoters), (3, detractors), (8, n - promoters - detractors)) AS a (score, times)
	GROUP BY size, series, i) AS x
GROUP BY size, series;
SELECT cmp_ok(avg(alarm::int), '<', 0.12, format('of 500 stable charts of size %s few alarm', size)) FROM (
	SELECT size, series, bool_or(signals <> '{}') AS alarm FROM stable, control_chart(t) GROUP BY size, series) AS x GROUP BY size ORDER BY size;

-- white noise, and noise that remembers 0.3 of what it was
CREATE TEMP TABLE noise AS
WITH RECURSIVE r AS (
	SELECT series, 0 AS i, pg_temp.normal(series, 'start') AS white, pg_temp.normal(series, 'start') / sqrt(0.91) AS ar FROM generate_series(1, 500) AS series
	UNION ALL SELECT series, i + 1, e, 0.3 * ar + e FROM r, LATERAL (SELECT pg_temp.normal(1000 * series + i + 1, 'noise') AS e) AS x WHERE i < 59)
SELECT series, trend_agg(date '2020-01-01' + i, white) AS white, trend_agg(date '2020-01-01' + i, ar) AS ar FROM r GROUP BY series;
SELECT cmp_ok(avg((EXISTS (SELECT FROM change_points(white)))::int), '<', 0.10, 'of white noise few series are said to change') FROM noise;
SELECT cmp_ok(avg((EXISTS (SELECT FROM change_points(ar)))::int), '<', 0.15, 'and few of noise that remembers') FROM noise;

SELECT * FROM finish();
ROLLBACK;
