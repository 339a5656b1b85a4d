-- Seasons: seasonality_test, seasonal_profile, decompose, seasonal_strength and forecast. Figures of R: test/R/seasons.R

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS season_test CASCADE;
CREATE SCHEMA season_test;
SET search_path = season_test, public;
RESET client_min_messages;
SET extra_float_digits = -6;

-- air temperatures at Nottingham Castle, a month each from 1920 on, in degrees Fahrenheit: nottem of R
CREATE TABLE nottem AS SELECT date '1920-01-01' + (i - 1) * interval '1 month' AS month, value
FROM unnest(ARRAY[
	40.6, 40.8, 44.4, 46.7, 54.1, 58.5, 57.7, 56.4, 54.3, 50.5, 42.9, 39.8, 44.2, 39.8, 45.1, 47.0, 54.1, 58.7, 66.3, 59.9, 57.0, 54.2, 39.7, 42.8,
	37.5, 38.7, 39.5, 42.1, 55.7, 57.8, 56.8, 54.3, 54.3, 47.1, 41.8, 41.7, 41.8, 40.1, 42.9, 45.8, 49.2, 52.7, 64.2, 59.6, 54.4, 49.2, 36.3, 37.6,
	39.3, 37.5, 38.3, 45.5, 53.2, 57.7, 60.8, 58.2, 56.4, 49.8, 44.4, 43.6, 40.0, 40.5, 40.8, 45.1, 53.8, 59.4, 63.5, 61.0, 53.0, 50.0, 38.1, 36.3,
	39.2, 43.4, 43.4, 48.9, 50.6, 56.8, 62.5, 62.0, 57.5, 46.7, 41.6, 39.8, 39.4, 38.5, 45.3, 47.1, 51.7, 55.0, 60.4, 60.5, 54.7, 50.3, 42.3, 35.2,
	40.8, 41.1, 42.8, 47.3, 50.9, 56.4, 62.2, 60.5, 55.4, 50.2, 43.0, 37.3, 34.8, 31.3, 41.0, 43.9, 53.1, 56.9, 62.5, 60.3, 59.8, 49.2, 42.9, 41.9,
	41.6, 37.1, 41.2, 46.9, 51.2, 60.4, 60.1, 61.6, 57.0, 50.9, 43.0, 38.8, 37.1, 38.4, 38.4, 46.5, 53.5, 58.4, 60.6, 58.2, 53.8, 46.6, 45.5, 40.6,
	42.4, 38.4, 40.3, 44.6, 50.9, 57.0, 62.1, 63.5, 56.3, 47.3, 43.6, 41.8, 36.2, 39.3, 44.5, 48.7, 54.2, 60.8, 65.5, 64.9, 60.1, 50.2, 42.1, 35.8,
	39.4, 38.2, 40.4, 46.9, 53.4, 59.6, 66.5, 60.4, 59.2, 51.2, 42.8, 45.8, 40.0, 42.6, 43.5, 47.1, 50.0, 60.5, 64.6, 64.0, 56.8, 48.6, 44.2, 36.4,
	37.3, 35.0, 44.0, 43.9, 52.7, 58.6, 60.0, 61.1, 58.1, 49.6, 41.6, 41.3, 40.8, 41.0, 38.4, 47.4, 54.1, 58.6, 61.4, 61.8, 56.3, 50.9, 41.4, 37.1,
	42.1, 41.2, 47.3, 46.6, 52.4, 59.0, 59.6, 60.4, 57.0, 50.7, 47.8, 39.2, 39.4, 40.9, 42.4, 47.8, 52.4, 58.0, 60.7, 61.8, 58.2, 46.7, 46.6, 37.8
]::float8[]) WITH ORDINALITY AS x (value, i);
CREATE TABLE series AS SELECT 'nottem' AS name, trend_agg(month, value) AS t FROM nottem;

-- ---- is there a season ----

-- R: friedman.test(matrix(nottem, ncol = 12, byrow = TRUE)) 204.477606717985, kruskal.test(nottem, cycle(nottem)) 217.958701819694
SELECT s.* FROM series, seasonality_test(t, 12, false) AS s;
SELECT s.* FROM series, seasonality_test(t) AS s;
-- years that do not begin in January; a month is missing in one of them
SELECT s.* FROM (SELECT trend_agg(month, value) AS t FROM nottem WHERE month BETWEEN '1921-07-01' AND '1931-06-01') AS x, seasonality_test(t, 12, false) AS s;
SELECT s.* FROM (SELECT trend_agg(month, value) AS t FROM nottem WHERE month BETWEEN '1921-07-01' AND '1931-06-01' AND month <> '1925-03-01') AS x,
	seasonality_test(t, 12, false) AS s;
-- two years are enough, wherever they begin; one month less is not, nor are years that never had a July twice
SELECT n, s.* FROM generate_series(22, 25) AS n, LATERAL (SELECT trend_agg(month, value) AS t FROM (SELECT * FROM nottem WHERE month >= '1920-05-01' ORDER BY month LIMIT n) AS x) AS y,
	seasonality_test(t) AS s;
SELECT s.* FROM (SELECT trend_agg(month, value) AS t FROM nottem WHERE extract(month FROM month) <> 7 OR month = '1930-07-01') AS x, seasonality_test(t) AS s;
-- each month twice, but no two years without a gap
SELECT s.* FROM (SELECT trend_agg(month, value) AS t FROM nottem WHERE month < '1924-01-01' AND month NOT IN ('1920-06-01', '1921-03-01', '1921-09-01', '1922-05-01', '1922-12-01')) AS x,
	seasonality_test(t, detrend => false) AS s;
-- a trend alone is no season; without taking it off, it would be
CREATE TABLE trends AS SELECT 'line' AS name, trend_agg(date '2020-01-01' + i * interval '1 month', 20 + 0.7 * i) AS t FROM generate_series(0, 59) AS i
UNION ALL SELECT 'parabola', trend_agg(date '2020-01-01' + i * interval '1 month', 20 + 0.7 * i - 0.01 * i * i) FROM generate_series(0, 59) AS i;
SELECT name, detrend, s.* FROM trends, (VALUES (true), (false)) AS d (detrend), seasonality_test(t, 12, detrend) AS s WHERE test = 'friedman' ORDER BY name, detrend;
SELECT name, count(*), bool_and(effect = 0 AND lower = 0 AND upper = 0 AND p_adjusted IS NULL) AS nothing FROM trends, seasonal_profile(t) GROUP BY name ORDER BY name;
-- at another level
SELECT s.* FROM (SELECT trend_agg(date '2024-01-01' + i * interval '1 month', i * i % 11 + CASE i % 12 WHEN 11 THEN -3 ELSE 0 END) AS t FROM generate_series(0, 59) AS i) AS x,
	LATERAL (SELECT 0.95 AS level, * FROM seasonality_test(t) UNION ALL SELECT 0.5, * FROM seasonality_test(t, level => 0.5)) AS s ORDER BY test, level;

-- ---- what each month adds ----

-- test/math/season.R: -9.32478583535971 with a standard error of 0.488869146934864 in January, -9.48110344 in December, 217 degrees of freedom;
-- qt(1 - 0.05 / 12 / 2, 217) * 0.488869146934864 = 1.41574669, 24 * pt(-9.32478583535971 / 0.488869146934864, 217) = 3.30950402e-47
SELECT p.* FROM series, seasonal_profile(t) AS p WHERE season IN (1, 7, 12);
SELECT count(*), sum(effect)::numeric(10, 6) AS sum, bool_and(lower < effect AND effect < upper) AS within FROM series, seasonal_profile(t);
-- a season is that of the calendar wherever the series begins: in July, on a Tuesday, in the third quarter, in February
SELECT 'month' AS period, p.season, effect FROM (SELECT trend_agg(d::date, CASE extract(month FROM d) WHEN 12 THEN 11 ELSE 0 END) AS t
	FROM generate_series(timestamp '2020-07-01', '2024-06-01', '1 month') AS d) AS x, seasonal_profile(t) AS p WHERE effect > 0.1
UNION ALL SELECT 'day', p.season, effect FROM (SELECT trend_agg(d::date, CASE extract(isodow FROM d) WHEN 6 THEN 7 ELSE 0 END) AS t
	FROM generate_series(timestamp '1999-12-07', '2000-02-28', '1 day') AS d) AS x, seasonal_profile(t, 7) AS p WHERE effect > 0.1
UNION ALL SELECT 'quarter', p.season, effect FROM (SELECT trend_agg(d::date, CASE extract(quarter FROM d) WHEN 4 THEN 4 ELSE 0 END) AS t
	FROM generate_series(timestamp '2020-07-01', '2024-06-01', '3 months') AS d) AS x, seasonal_profile(t, 4) AS p WHERE effect > 0.1
UNION ALL SELECT 'week', p.season, effect FROM (SELECT trend_agg(d::date, CASE WHEN extract(week FROM d) = 26 THEN 52 ELSE 0 END) AS t
	FROM generate_series(timestamp '2021-02-01', '2024-06-24', '1 week') AS d) AS x, seasonal_profile(t, 52) AS p WHERE effect > 10
UNION ALL SELECT 'fortnight of days', p.season, effect FROM (SELECT trend_agg(d::date, CASE (d::date - date '2024-01-03') % 14 WHEN 3 THEN 14 ELSE 0 END) AS t
	FROM generate_series(timestamp '2024-01-03', '2024-06-28', '1 day') AS d) AS x, seasonal_profile(t, 14) AS p WHERE effect > 1;

-- ---- taken apart ----

-- R: stl(nottem, "periodic"): rows 1, 60, 120, 180 and 240; .943833422969313
CREATE TABLE reference (robust bool, w integer, i integer, trend float8, seasonal float8, remainder float8);
INSERT INTO reference VALUES
(false, NULL, 1, 49.6806726485632, -9.34719802747640, 0.26652537891318), (false, NULL, 60, 49.4771381418130, -9.47814227829695, 3.60100413648399),
(false, NULL, 120, 49.4473584957572, -9.47814227829695, 1.93078378253980), (false, NULL, 180, 50.8709220952716, -9.47814227829695, 4.40722018302531),
(false, NULL, 240, 49.0050970823857, -9.47814227829695, -1.72695480408874),
(true, NULL, 1, 50.0142014069523, -9.34198108380376, -0.0722203231485778), (true, NULL, 60, 49.3539189201759, -9.57877571012395, 3.8248567899480506),
(true, NULL, 120, 49.4028205669526, -9.57877571012395, 2.0759551431713632), (true, NULL, 180, 50.6080147162776, -9.57877571012395, 4.7707609938463236),
(true, NULL, 240, 48.6542555079381, -9.57877571012395, -1.2754797978141781),
(false, 35, 1, 49.6373608620077, -9.20860687738315, 0.171246015375473), (false, 35, 60, 49.4795666605161, -9.29829955255163, 3.418732892035528),
(false, 35, 120, 49.4539890480732, -9.45218250054875, 1.898193452475596), (false, 35, 180, 50.8789677087264, -9.65149848474429, 4.572530776017913),
(false, 35, 240, 48.9218833442429, -9.73574612161451, -1.386137222628427);
SELECT x.robust, x.w, count(*), bool_and(abs(d.trend - r.trend) < 1e-9 AND abs(d.seasonal - r.seasonal) < 1e-9 AND abs(d.remainder - r.remainder) < 1e-9) AS agree,
	bool_and(abs(d.value - d.trend - d.seasonal - d.remainder) < 1e-12) AS adds_up
FROM series, (SELECT DISTINCT robust, w FROM reference) AS x, decompose(t, 12, robust, w) WITH ORDINALITY AS d (period, value, trend, seasonal, remainder, i)
	JOIN reference AS r USING (i) WHERE r.robust = x.robust AND r.w IS NOT DISTINCT FROM x.w GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*), min(period), max(period) FROM series, decompose(t);
SELECT seasonal_strength(t) FROM series;
SELECT name, seasonal_strength(t) FROM trends ORDER BY name;
-- a gap has a row: trend and season from what is around it, here exactly
SELECT d.period, d.value, round(d.trend::numeric, 6) AS trend, round(d.seasonal::numeric, 6) AS seasonal, round(d.remainder::numeric, 6) AS remainder
FROM (SELECT trend_agg((date '2020-01-01' + i * interval '1 month')::date, 20 + i + CASE i % 12 WHEN 11 THEN -11 ELSE 1 END) AS t
	FROM generate_series(0, 59) AS i WHERE i NOT BETWEEN 22 AND 24) AS x, decompose(t) AS d WHERE period BETWEEN '2021-10-01' AND '2022-02-01';
SELECT d.* FROM (SELECT trend_agg(date '2020-01-01' + i * 31, i) AS t FROM generate_series(0, 2) AS i) AS x, decompose(t) AS d LIMIT 2;
SELECT d.* FROM (SELECT trend_agg((date '2020-01-01' + i * interval '3 months')::date, CASE WHEN i % 4 = 1 THEN 3 ELSE 0.5 * i END) AS t FROM generate_series(0, 11) AS i) AS x, decompose(t, 4) AS d LIMIT 4;

-- ---- what comes next ----

-- a constant, a line with a season, one value, two, three
SELECT f.* FROM (SELECT trend_agg((date '2020-01-31' + i * interval '1 month')::date, 0.1) AS t FROM generate_series(0, 0) AS i) AS x, forecast(t, 2) AS f;
SELECT n, f.* FROM generate_series(1, 4) AS n, LATERAL (SELECT trend_agg(date '2024-02-27' + i, i % 2) AS t FROM generate_series(1, n) AS i) AS x, forecast(t, 1, 7) AS f;
SELECT f.period, value::numeric(10, 6), lower::numeric(10, 6), upper::numeric(10, 6), model
FROM (SELECT trend_agg((date '2020-01-01' + i * interval '1 month')::date, 20 + i + CASE i % 12 WHEN 11 THEN -11 ELSE 1 END) AS t FROM generate_series(0, 59) AS i) AS x, forecast(t, 12) AS f
WHERE f.period IN ('2025-01-01', '2025-12-01');
-- test/math/season.R: AAA with alpha = beta = gamma = 0, 40.2944078947366 next and 39.7894078947366 after, the standard deviation sqrt(5.33764625151047)
SELECT f.* FROM series, forecast(t, 2) AS f;
-- ANN with alpha = 1: the last value, and sqrt(27.5494117647059 h)
SELECT f.* FROM series, forecast(t, 3, NULL, 0.8) AS f;
SELECT count(*), count(DISTINCT period), max(period) FROM series, forecast(t, 10000);
-- the model that is asked for, where there are two seasons for it
SELECT asked, f.period, value::numeric(10, 4), f.model FROM series, unnest('{auto, ANN, AAA}'::text[]) AS asked, forecast(t, 1, model => asked) AS f;
SELECT f.model FROM (SELECT trend_agg(month, value) AS t FROM nottem WHERE month < '1921-11-01') AS x, forecast(t, 1, model => 'AAA') AS f;
-- answers stay on their scale
SELECT f.* FROM (SELECT trend_agg((date '2024-01-01' + i * interval '1 month')::date, nps_agg) AS t
	FROM (SELECT i, nps_agg(CASE WHEN (i * 7 + k * 5) % 13 < i THEN 9 ELSE 3 END) FROM generate_series(0, 11) AS i, generate_series(1, 6) AS k GROUP BY i) AS y) AS x, forecast(t, 3) AS f;
-- a gap takes no part
SELECT f.period, value::numeric(10, 6), lower::numeric(10, 6), upper::numeric(10, 6), model FROM (SELECT trend_agg(date '2024-01-01' + i, i % 3) AS t FROM generate_series(0, 40) AS i WHERE i % 5 <> 2) AS x, forecast(t, 2, 3) AS f;

-- ---- edges ----

CREATE TABLE edges AS SELECT 'empty' AS name, '{"n": 0}'::trend_summary AS t
UNION ALL SELECT 'one', trend_agg(date '2024-01-01', 5)
UNION ALL SELECT 'two', trend_agg(d, v) FROM (VALUES (date '2024-01-01', 5), ('2024-02-01', 7)) AS x (d, v)
UNION ALL SELECT 'constant', trend_agg((date '2020-01-01' + i * interval '1 month')::date, 0.1) FROM generate_series(0, 35) AS i
UNION ALL SELECT 'huge', trend_agg((date '2020-01-01' + i * interval '1 month')::date, CASE i % 12 WHEN 11 THEN -1e308 ELSE 1e308 END) FROM generate_series(0, 35) AS i
UNION ALL SELECT 'tiny', trend_agg((date '2020-01-01' + i * interval '1 month')::date, CASE i % 12 WHEN 11 THEN 1e-308 ELSE 2e-308 END) FROM generate_series(0, 35) AS i
UNION ALL SELECT NULL, NULL;
SELECT name, s.* FROM edges, seasonality_test(t) AS s ORDER BY name, test;
SELECT name, count(*), count(effect), count(lower), count(p_adjusted), min(effect), max(effect) FROM edges, seasonal_profile(t) GROUP BY name ORDER BY name;
SELECT name, count(*), count(value), count(trend), count(remainder), min(seasonal), max(seasonal), min(trend) FROM edges, decompose(t) GROUP BY name ORDER BY name;
SELECT name, seasonal_strength(t) FROM edges ORDER BY name;
SELECT name, f.* FROM edges, forecast(t, 1) AS f ORDER BY name;
-- an argument that is NULL
SELECT (SELECT count(*) FROM seasonality_test(t, NULL)) AS a, (SELECT count(*) FROM seasonal_profile(t, 12, NULL)) AS b, (SELECT count(*) FROM decompose(t, NULL)) AS c,
	(SELECT count(*) FROM decompose(t, 12, NULL)) AS d, seasonal_strength(t, NULL) AS e, (SELECT count(*) FROM forecast(t, NULL)) AS f,
	(SELECT count(*) FROM forecast(t, 3, 12, NULL)) AS g, (SELECT count(*) FROM forecast(t, 3, model => NULL)) AS h FROM series;
-- wrong ones
SELECT seasonality_test(t, 1) FROM series;
SELECT seasonality_test(t, 100001) FROM series;
SELECT seasonality_test(t, level => 1) FROM series;
SELECT seasonal_profile(t, level => 'NaN') FROM series;
SELECT decompose(t, 0) FROM series;
SELECT decompose(t, seasonal_window => 8) FROM series;
SELECT decompose(t, seasonal_window => 5) FROM series;
SELECT decompose(t, seasonal_window => 2147483647) FROM series;
SELECT seasonal_strength(t, -12) FROM series;
SELECT forecast(t, 0) FROM series;
SELECT forecast(t, 10001) FROM series;
SELECT forecast(t, 3, 61) FROM series;
SELECT forecast(t, 3, level => 0) FROM series;
SELECT forecast(t, 3, model => 'aaa') FROM series;
SELECT forecast(trend_agg(date '5874897-12-01', 1), 2);
-- dates so far apart that most periods are missing
SELECT decompose(t, 7) FROM (SELECT trend_agg(d, 1) AS t FROM (VALUES (date '2024-01-01'), ('2024-01-03'), ('20240-01-01')) AS x (d)) AS y;

-- ---- many points ----

CREATE TABLE many AS SELECT trend_agg(date '1900-01-01' + i, i % 7 + i::bigint * i % 11) AS t FROM generate_series(0, 99999) AS i;
SELECT s.test, conclusion FROM many, seasonality_test(t, 7) AS s;
SELECT count(*), count(trend), count(remainder) FROM many, decompose(t, 7, true);
SELECT count(effect) FROM many, seasonal_profile(t, 50000);
SELECT count(trend) FROM many, decompose(t, 50000);
SELECT count(*) FROM many, forecast(t, 100, 7);
-- what will be measured varies by what its answers make it, however alike the months were
SELECT f.value, abs(f.upper - f.value - 1.959963984540054 * stderr * sqrt(24)) < 1e-9 AS sampling FROM (SELECT trend_agg((date '2024-01-01' + i * interval '1 month')::date, s) AS t, nps_stderr(rollup(s)) AS stderr
	FROM (SELECT i, nps_counts_agg(score, times) AS s FROM generate_series(0, 23) AS i, (VALUES (10, 10), (8, 5), (3, 5)) AS a (score, times) GROUP BY i) AS x) AS y, forecast(t, 1) AS f;

DROP SCHEMA season_test CASCADE;
