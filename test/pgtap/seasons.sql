-- Laws of seasons, over random series: what shifting, scaling, mirroring and merging do to the answers; how often noise and
-- trends are called seasonal; how often limits hold.
--
-- "Random" is a hash of the row, so that a failure repeats.

BEGIN;
SET client_min_messages = warning;
SELECT plan(28);

-- Normal with variance 1; 'what' tells apart the numbers drawn for one row.
CREATE FUNCTION pg_temp.chance(i bigint, what text) RETURNS float8 LANGUAGE sql IMMUTABLE
	AS $$ SELECT (1 + (hashtextextended(what, i) & 4503599627370495)) / 4503599627370497.0::float8 $$;
CREATE FUNCTION pg_temp.normal(i bigint, what text) RETURNS float8 LANGUAGE sql IMMUTABLE
	AS $$ SELECT sqrt(-2 * ln(pg_temp.chance(i, what))) * cos(2 * pi() * pg_temp.chance(i, what || '*')) $$;
CREATE FUNCTION pg_temp.near(a float8, b float8, tolerance float8 DEFAULT 1e-9) RETURNS boolean LANGUAGE sql IMMUTABLE
	AS $$ SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= tolerance * greatest(abs(a), abs(b), 1), false) $$;
CREATE FUNCTION pg_temp.month(i integer) RETURNS date LANGUAGE sql IMMUTABLE
	AS $$ SELECT (date '2015-03-01' + i * interval '1 month')::date $$;


-- ---- What is done to a series is done to the answer ----

-- 40 series of 24 to 96 months with trend, season and noise; every fourth of them has gaps
CREATE TEMP TABLE point AS
SELECT s, i, pg_temp.month(i) AS month, 40 + s * i / 200.0 + CASE i % 12 WHEN 9 THEN -(s % 5) * 2 ELSE 0 END + 2 * pg_temp.normal(1000 * s + i, 'value') AS value
FROM generate_series(1, 40) AS s, LATERAL generate_series(0, 23 + 72 * (s % 10) / 9) AS i
WHERE s % 4 <> 0 OR i < 24 OR pg_temp.chance(1000 * s + i, 'gap') > 0.1;
CREATE TEMP TABLE series AS
SELECT s, trend_agg(month, value) AS t, trend_agg(month, 4 * value - 100) AS moved, trend_agg(month, -value) AS mirrored,
	trend_agg((month + interval '3 months')::date, value) AS later, trend_agg(month, value + 0.25 * i) AS rising
FROM point GROUP BY s;

SELECT is(count(*), 0::bigint, 'value = trend + seasonal + remainder') FROM series, unnest('{t, f}'::bool[]) AS robust, decompose(t, 12, robust) AS d
	WHERE NOT pg_temp.near(d.value, d.trend + d.seasonal + d.remainder) AND d.value IS NOT NULL;
SELECT is(count(*), (SELECT count(*) FROM point), 'every point has its row') FROM series, decompose(t) AS d WHERE value IS NOT NULL;
SELECT is(count(*), 0::bigint, 'a gap has trend and season, and nothing else') FROM series, decompose(t) AS d
	WHERE value IS NULL AND (trend IS NULL OR seasonal IS NULL OR remainder IS NOT NULL);
SELECT is(count(*), 0::bigint, 'the season is the same every year') FROM (
	SELECT s, extract(month FROM period), max(seasonal) - min(seasonal) AS differs FROM series, decompose(t) AS d GROUP BY 1, 2) AS x WHERE differs > 1e-9;
SELECT is(count(*), 0::bigint, 'moved and stretched: so is the decomposition') FROM series, decompose(t) AS a, decompose(moved) AS b
	WHERE a.period = b.period AND NOT (pg_temp.near(4 * a.trend - 100, b.trend) AND pg_temp.near(4 * a.seasonal, b.seasonal) AND pg_temp.near(4 * a.remainder, b.remainder));
SELECT is(count(*), 0::bigint, 'moved and stretched: the tests do not change') FROM series, seasonality_test(t) AS a, seasonality_test(moved) AS b
	WHERE a.test = b.test AND NOT (pg_temp.near(a.statistic, b.statistic) AND a.conclusion = b.conclusion);
SELECT is(count(*), 0::bigint, 'mirrored: nor then') FROM series, seasonality_test(t) AS a, seasonality_test(mirrored) AS b
	WHERE a.test = b.test AND NOT pg_temp.near(a.statistic, b.statistic);
SELECT is(count(*), 0::bigint, 'mirrored: so is the profile') FROM series, seasonal_profile(t) AS a, seasonal_profile(mirrored) AS b
	WHERE a.season = b.season AND NOT (pg_temp.near(a.effect, -b.effect) AND pg_temp.near(a.lower, -b.upper) AND pg_temp.near(a.p_adjusted, b.p_adjusted));
SELECT is(count(*), 0::bigint, 'three months later: so is the profile') FROM series, seasonal_profile(t) AS a, seasonal_profile(later) AS b
	WHERE b.season = (a.season + 2) % 12 + 1 AND NOT (pg_temp.near(a.effect, b.effect) AND pg_temp.near(a.upper, b.upper));
SELECT is(count(*), 0::bigint, 'a line that is added changes no test and no effect') FROM series, seasonal_profile(t) AS a, seasonal_profile(rising) AS b
	WHERE a.season = b.season AND NOT (pg_temp.near(a.effect, b.effect, 1e-8) AND pg_temp.near(a.p_adjusted, b.p_adjusted, 1e-8));
SELECT is(count(*), 0::bigint, 'effects add up to nothing') FROM (SELECT s, sum(effect) FROM series, seasonal_profile(t) GROUP BY s) AS x WHERE abs(sum) > 1e-9;
SELECT is(count(*), 0::bigint, 'limits hold 0 where p_adjusted is more than 5 %, and only there') FROM series, seasonal_profile(t)
	WHERE (p_adjusted > 0.05) <> (lower < 0 AND upper > 0);
SELECT is(count(*), 0::bigint, 'strength is what the decomposition says') FROM (
	SELECT s, seasonal_strength(t) AS strength, greatest(0, 1 - var_samp(remainder) / var_samp(seasonal + remainder)) AS said
	FROM series, decompose(t) WHERE value IS NOT NULL GROUP BY s, t) AS x WHERE NOT pg_temp.near(strength, said);
SELECT is(count(*), 0::bigint, 'mirrored and moved: so is the forecast') FROM series, forecast(t, 14) AS a, forecast(mirrored, 14) AS b, forecast(moved, 14) AS c
	WHERE a.period = b.period AND a.period = c.period AND NOT (pg_temp.near(a.value, -b.value, 1e-4) AND pg_temp.near(a.lower, -b.upper, 1e-4)
	AND pg_temp.near(4 * a.value - 100, c.value, 1e-4) AND a.model = c.model);
SELECT is(count(*), 0::bigint, 'limits of a forecast lie around it, and do not come nearer') FROM (
	SELECT value, lower, upper, upper - lower - lag(upper - lower) OVER (PARTITION BY s, m ORDER BY period) AS grows
	FROM series, unnest('{ANN, AAA}'::text[]) AS m, forecast(t, 30, model => m)) AS x WHERE NOT (lower <= value AND value <= upper) OR grows < -1e-9;
SELECT is(count(*), 0::bigint, 'periods of a forecast follow each other and the series') FROM (
	SELECT s, max(month) AS last FROM point GROUP BY s) AS x JOIN series USING (s), forecast(t, 5) WITH ORDINALITY AS f (period, value, lower, upper, model, i)
	WHERE f.period <> (last + i * interval '1 month')::date;
SELECT is(count(*), 0::bigint, 'a series of parts is the series') FROM (
	SELECT s, rollup(part) AS t FROM (SELECT s, i % 3, trend_agg(month, value) AS part FROM point GROUP BY 1, 2) AS x GROUP BY s) AS y JOIN series USING (s) WHERE y.t <> series.t;


-- ---- Hostile values ----

-- up to 60 points, of days and weeks, huge, tiny, both, two values only, one, 1e15 and a little more, one with rounding errors, far outliers; some with gaps
CREATE TEMP TABLE hostile AS
SELECT s, trend_agg(date '2000-01-01' + i * (ARRAY[1, 7])[1 + s % 2], CASE s % 8
	WHEN 0 THEN r * 1e308 WHEN 1 THEN r * 1e-300 WHEN 2 THEN (r - 0.5) * 10.0::float8 ^ (600 * pg_temp.chance(100 * s + i, 'size') - 300) WHEN 3 THEN floor(2 * r) WHEN 4 THEN 0.1
	WHEN 5 THEN 1e15 + floor(3 * r) WHEN 6 THEN 1 / (1 + r * 1e-14) ELSE CASE WHEN r < 0.03 THEN 1e300 ELSE r END END) AS t
FROM generate_series(1, 160) AS s, LATERAL generate_series(0, s * 7 % 60) AS i, LATERAL (SELECT pg_temp.chance(100 * s + i, 'hostile') AS r) AS x
WHERE i = 0 OR s % 3 > 0 OR pg_temp.chance(100 * s + i, 'gap') < 0.7 GROUP BY s;
SELECT is(count(*), 0::bigint, 'tests are made, or say why not') FROM hostile, unnest('{2, 3, 7, 12}'::integer[]) AS season, seasonality_test(t, season)
	WHERE NOT (CASE WHEN conclusion IN ('seasonal', 'unproven') THEN statistic >= 0 AND p_value BETWEEN 0 AND 1 AND df = season - 1
		ELSE statistic IS NULL AND p_value IS NULL END) OR conclusion IS NULL;
SELECT is(count(*), 0::bigint, 'effects lie within their limits') FROM hostile, unnest('{2, 3, 7, 12}'::integer[]) AS s2, seasonal_profile(t, s2)
	WHERE NOT (lower <= effect AND effect <= upper) OR NOT p_adjusted BETWEEN 0 AND 1;
SELECT is(count(*), 0::bigint, 'every point is taken apart, or none of the series, and strength is a share')
	FROM (SELECT count(*) AS periods, count(seasonal) AS known, seasonal_strength(t, season) AS strength
		FROM hostile, unnest('{2, 3, 7, 12}'::integer[]) AS season, unnest('{t, f}'::bool[]) AS robust, decompose(t, season, robust) GROUP BY s, season, robust, t) AS x
	WHERE known NOT IN (0, periods) OR NOT strength BETWEEN 0 AND 1;
SELECT is(count(*), 0::bigint, 'forecasts lie within their limits') FROM hostile, unnest('{2, 7, NULL}'::integer[]) AS season, unnest('{ANN, AAA}'::text[]) AS m, forecast(t, 3, season, model => m)
	WHERE NOT (lower <= value AND value <= upper);


-- ---- How often it is wrong ----

-- 400 series of six years: noise, around a line, and around a curve
CREATE TEMP TABLE noise AS
SELECT s, trend_agg(pg_temp.month(i), v) AS noise, trend_agg(pg_temp.month(i), v + 0.3 * i) AS line,
	trend_agg(pg_temp.month(i), v + 8 / (1 + exp((36 - i) / 9.0))) AS curve
FROM generate_series(1, 400) AS s, LATERAL (SELECT i, pg_temp.normal(1000 * s + i, 'noise') AS v FROM generate_series(0, 71) AS i) AS x GROUP BY s;
CREATE FUNCTION pg_temp.alarms(which text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE share float8;
BEGIN
	EXECUTE format('SELECT greatest(avg((f.p_value <= 0.05)::int), avg((k.p_value <= 0.05)::int)) FROM noise, seasonality_test(%1$I) AS f, seasonality_test(%1$I) AS k
		WHERE f.test = ''friedman'' AND k.test = ''kruskal_wallis''', which) INTO share;
	RETURN share;
END $$;
SELECT cmp_ok(pg_temp.alarms('noise'), '<', 0.08::float8, 'noise is called seasonal in 8 % at most');
SELECT cmp_ok(pg_temp.alarms('line'), '<', 0.08::float8, 'so is noise around a line');
SELECT cmp_ok(pg_temp.alarms('curve'), '<', 0.08::float8, 'and around a curve');
SELECT cmp_ok(avg((p_value <= 0.05)::int)::float8, '>', 0.3::float8, 'which needs a trend that is taken off: else a line is a season')
	FROM noise, seasonality_test(line, 12, false) WHERE test = 'friedman';
SELECT cmp_ok(avg(any_::int)::float8, '<', 0.08::float8, 'a month is off its limits in one profile of twenty')
	FROM (SELECT s, bool_or(p_adjusted <= 0.05) AS any_ FROM noise, seasonal_profile(curve) GROUP BY s) AS x;
-- a dip of two standard deviations each December is found, and nothing else
SELECT cmp_ok(avg((dip AND NOT other)::int)::float8, '>', 0.9::float8, 'a December that dips is found, and alone')
	FROM (SELECT s, bool_or(season = 12 AND p_adjusted <= 0.05) AS dip, bool_or(season <> 12 AND p_adjusted <= 0.05 AND effect < 0) AS other
		FROM (SELECT s, trend_agg(pg_temp.month(i), pg_temp.normal(1000 * s + i, 'dip') + 0.1 * i - CASE extract(month FROM pg_temp.month(i)) WHEN 12 THEN 3 ELSE 0 END) AS t
			FROM generate_series(1, 200) AS s, generate_series(0, 71) AS i GROUP BY s) AS y, seasonal_profile(t) GROUP BY s) AS x;
-- limits of forecasts of levels that move: 12 of what comes after 60 months
SELECT cmp_ok(abs(avg((v BETWEEN lower AND upper)::int)::float8 - 0.9), '<', 0.05::float8, 'nine of ten values lie within limits of 90 %')
	FROM (SELECT s, trend_agg(pg_temp.month(i), v) FILTER (WHERE i < 60) AS t FROM (
		SELECT s, i, pg_temp.normal(1000 * s + i, 'walk') + 0.4 * sum(pg_temp.normal(1000 * s + i, 'walk')) OVER (PARTITION BY s ORDER BY i ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS v
		FROM generate_series(1, 200) AS s, generate_series(0, 71) AS i) AS x GROUP BY s) AS y
	JOIN LATERAL (SELECT s AS of, pg_temp.month(i) AS period, v FROM (
		SELECT i, pg_temp.normal(1000 * s + i, 'walk') + 0.4 * sum(pg_temp.normal(1000 * s + i, 'walk')) OVER (ORDER BY i ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS v
		FROM generate_series(0, 71) AS i) AS z WHERE i >= 60) AS a ON true
	JOIN LATERAL forecast(t, 12, 12, 0.9) AS f USING (period);

SELECT * FROM finish();
ROLLBACK;
