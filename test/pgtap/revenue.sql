-- Laws of the summaries of money, over random customers: merging in any order and grouping, moving windows, taking out,
-- every form, every figure against plain SQL. "Random" is a hash of the row, so that a failure repeats.

BEGIN;
SET client_min_messages = warning;
SELECT plan(6 * 9 + 2 * 2 + 9);

CREATE FUNCTION pg_temp.draw(ds bigint, i bigint, what text) RETURNS bigint LANGUAGE sql IMMUTABLE
	AS $$ SELECT hashtextextended(what, ds * 1000003 + i) & 1048575 $$;
CREATE FUNCTION pg_temp.near(a float8, b float8, tolerance float8 DEFAULT 1e-9) RETURNS boolean LANGUAGE sql IMMUTABLE
	AS $$ SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= tolerance * greatest(abs(a), abs(b)), false) $$;

-- 150 data sets of up to 80 customers, one in ten empty, one in ten of one customer: score or silence, money of up to ten
-- decimals (one in seven NULL, one in seven 0), whether the customer left (one in five unknown).
CREATE TEMP TABLE customer AS
SELECT ds, i, pg_temp.draw(ds, i, 'part') % 5 AS part, nullif(least(pg_temp.draw(ds, i, 'score') % 14, 11), 11)::int AS score,
	CASE pg_temp.draw(ds, i, 'kind') % 7 WHEN 0 THEN NULL WHEN 1 THEN 0 ELSE round(pg_temp.draw(ds, i, 'previous') * ('1e' || ds % 13 - 8)::numeric, (pg_temp.draw(ds, i, 'scale') % (ds % 10 + 1))::int) END AS previous,
	CASE pg_temp.draw(ds, i, 'kind now') % 7 WHEN 0 THEN NULL WHEN 1 THEN 0 ELSE round(pg_temp.draw(ds, i, 'current') * ('1e' || ds % 13 - 8)::numeric, (pg_temp.draw(ds, i, 'scale now') % (ds % 10 + 1))::int) END AS current,
	nullif(pg_temp.draw(ds, i, 'earned') % 3, 2)::int::boolean AS earned, nullif(pg_temp.draw(ds, i, 'churned') % 5, 4) = 3 AS churned,
	(pg_temp.draw(ds, i, 'value') - 400000)::float8 / 7 AS value,
	CASE pg_temp.draw(ds, i, 'rated') % 9 WHEN 0 THEN NULL WHEN 1 THEN 0 WHEN 2 THEN 1 ELSE pg_temp.draw(ds, i, 'probability') / 1048576.0 END::float8 AS probability
FROM generate_series(1, 150) AS ds, generate_series(1, CASE ds % 10 WHEN 3 THEN 0 WHEN 7 THEN 1 ELSE pg_temp.draw(ds, 0, 'size') % 80 + 1 END) AS i;
ANALYZE customer;
-- workers read no temporary tables
CREATE TABLE shared_customer WITH (parallel_workers = 2) AS TABLE customer;
ANALYZE shared_customer;

-- What is exact of a summary: all of its text, or all but the sums that are rounded.
CREATE FUNCTION pg_temp.exact(s text) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_object_agg(key, value::text) FROM jsonb_each(s::jsonb) WHERE key !~ '_low$|_squared$|_previous$|^sum$|^squares$' $$;

CREATE FUNCTION pg_temp.laws(type text, aggregate text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TEMP TABLE whole ON COMMIT DROP AS SELECT d AS ds, %s FILTER (WHERE i IS NOT NULL) AS s FROM generate_series(1, 150) AS d LEFT JOIN customer ON ds = d GROUP BY d', aggregate);
	EXECUTE format('CREATE TEMP TABLE parts ON COMMIT DROP AS SELECT ds, part, %s AS s FROM customer GROUP BY ds, part', aggregate);
	RETURN QUERY EXECUTE format($q$
		SELECT is(count(*) FILTER (WHERE pg_temp.exact(s::text) IS DISTINCT FROM pg_temp.exact(merged::text)), 0::bigint, %1$L || ': merged parts are the whole, in any order and grouping')
		FROM whole JOIN LATERAL (
			SELECT rollup(s ORDER BY part) FROM parts WHERE parts.ds = whole.ds UNION ALL SELECT rollup(s ORDER BY part DESC) FROM parts WHERE parts.ds = whole.ds
			UNION ALL SELECT rollup(m) FROM (SELECT rollup(s) AS m FROM parts WHERE parts.ds = whole.ds GROUP BY part %% 2) AS x
			UNION ALL SELECT '{"n": 0}' + whole.s UNION ALL SELECT whole.s + '{"n": 0}') AS m (merged) ON true$q$, type);
	RETURN QUERY EXECUTE format('SELECT is(count(*), 0::bigint, %1$L || '': text reads back to the same bytes'') FROM whole WHERE s::text::%1$s IS DISTINCT FROM s OR s::text::%1$s::text <> s::text', type);
	RETURN QUERY EXECUTE format('SELECT is(count(*), 0::bigint, %1$L || '': json and jsonb read back to the same bytes'') FROM whole WHERE s::json::%1$s IS DISTINCT FROM s OR s::jsonb::%1$s IS DISTINCT FROM s', type);
	RETURN QUERY EXECUTE format('SELECT is(count(*), 0::bigint, %1$L || '': equal summaries are one group'') FROM (SELECT s FROM (SELECT s FROM whole UNION ALL SELECT s::text::%1$s FROM whole) AS x GROUP BY s HAVING count(*) %% 2 = 1) AS y', type);
	RETURN QUERY EXECUTE format('SELECT is(count(*), 0::bigint, %1$L || '': commutes'') FROM whole AS a JOIN whole AS b ON b.ds = a.ds + 1 WHERE pg_temp.exact((a.s + b.s)::text) IS DISTINCT FROM pg_temp.exact((b.s + a.s)::text)', type);
	RETURN QUERY EXECUTE format('SELECT is(count(*), 0::bigint, %1$L || '': associates'') FROM whole AS a JOIN whole AS b ON b.ds = a.ds + 1 JOIN whole AS c ON c.ds = a.ds + 2 WHERE pg_temp.exact(((a.s + b.s) + c.s)::text) IS DISTINCT FROM pg_temp.exact((a.s + (b.s + c.s))::text)', type);
	RETURN QUERY EXECUTE format('SELECT is(count(*), 0::bigint, %1$L || '': what is sent is the same after reading the text'') FROM whole WHERE %1$s_send(s) <> %1$s_send(s::text::%1$s)', type);
	SET LOCAL parallel_setup_cost = 0;
	SET LOCAL parallel_tuple_cost = 0;
	SET LOCAL min_parallel_table_scan_size = 0;
	EXECUTE format('CREATE TEMP TABLE parallel ON COMMIT DROP AS SELECT ds, %s AS s FROM shared_customer GROUP BY ds', aggregate);
	RETURN QUERY EXECUTE format('SELECT is(count(*), 0::bigint, %1$L || '': workers make the same'') FROM whole JOIN parallel USING (ds) WHERE pg_temp.exact(whole.s::text) IS DISTINCT FROM pg_temp.exact(parallel.s::text)', type);
	DROP TABLE parallel;
	RETURN QUERY EXECUTE format('SELECT is(%s::text, ''{"n": 0}'', %L || '': nothing gives the empty summary'') FROM customer WHERE false', aggregate, type);
END $$;

-- Frames that move, and taking out what was put in.
CREATE FUNCTION pg_temp.laws_of_subtraction(type text, aggregate text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format($q$
		SELECT is(count(*), 0::bigint, %1$L || ': a moving frame is what its rows give')
		FROM (SELECT ds, i, %2$s OVER (PARTITION BY ds ORDER BY i ROWS 6 PRECEDING) AS s FROM customer WHERE ds <= 60) AS m
		WHERE s IS DISTINCT FROM (SELECT %2$s FROM customer AS c WHERE c.ds = m.ds AND c.i BETWEEN m.i - 6 AND m.i)$q$, type, aggregate);
	RETURN QUERY EXECUTE format($q$
		SELECT is(count(*), 0::bigint, %1$L || ': whole - part + part is the whole')
		FROM whole JOIN parts USING (ds) WHERE pg_temp.exact((whole.s - parts.s + parts.s)::text) - ARRAY['promoter_finest', 'passive_finest', 'detractor_finest', 'silent_finest']
			IS DISTINCT FROM pg_temp.exact(whole.s::text) - ARRAY['promoter_finest', 'passive_finest', 'detractor_finest', 'silent_finest']$q$, type);
END $$;

SELECT pg_temp.laws('revenue_summary', 'revenue_agg(previous, current, earned)');
CREATE TEMP TABLE revenue AS SELECT ds, s, r.* FROM whole, revenue_report(s) AS r;
CREATE TEMP TABLE bridge AS SELECT ds, b.* FROM whole, revenue_bridge(s) AS b;
DROP TABLE whole, parts;

SELECT is(count(*), 0::bigint, 'the bridge adds up')
FROM (SELECT ds FROM bridge GROUP BY ds HAVING sum(amount) FILTER (WHERE step < 8) <> sum(amount) FILTER (WHERE step = 8)) AS x;
SELECT is(count(*), 0::bigint, 'opening and closing are sum(numeric) of the rows, to the last decimal')
FROM revenue JOIN (SELECT ds, sum(previous) AS opening, sum(current) AS closing FROM customer WHERE previous > 0 OR current > 0 GROUP BY ds) AS due USING (ds)
WHERE (revenue.opening::text, revenue.closing::text) IS DISTINCT FROM (coalesce(due.opening, 0)::text, coalesce(due.closing, 0)::text);
SELECT is(count(*), 0::bigint, 'retention is that of the rows')
FROM revenue JOIN (SELECT ds, sum(current) FILTER (WHERE previous > 0) / nullif(sum(previous), 0) AS nrr, sum(least(coalesce(current, 0), previous)) FILTER (WHERE previous > 0) / nullif(sum(previous), 0) AS grr,
		count(*) FILTER (WHERE previous > 0 AND current > 0) / nullif(count(*) FILTER (WHERE previous > 0), 0)::float8 AS logos FROM customer GROUP BY ds) AS due USING (ds)
WHERE NOT pg_temp.near(revenue.nrr, CASE WHEN customers_before > 0 THEN coalesce(due.nrr, 0) END) OR NOT pg_temp.near(revenue.grr, due.grr) OR NOT pg_temp.near(revenue.logo_retention, due.logos);
SELECT is(count(*), 0::bigint, 'gross retention lies within 0..1 and not above net retention; intervals hold their estimates')
FROM revenue WHERE grr NOT BETWEEN 0 AND 1 OR grr > nrr OR nrr NOT BETWEEN nrr_lower AND nrr_upper OR grr NOT BETWEEN grr_lower AND grr_upper OR nrr_lower < 0 OR grr_upper > 1;
SELECT is(count(*), 0::bigint, 'earned growth lies within its bounds, and is nrr + earned_new - 1')
FROM revenue WHERE earned_growth_rate NOT BETWEEN (earned_growth_bounds(s)).lower AND (earned_growth_bounds(s)).upper OR abs(earned_growth_rate - (nrr + earned_new(s) - 1)) > 1e-9 * (1 + nrr + earned_new(s));

SELECT pg_temp.laws('account_value_summary', 'account_value_agg(score, current)');
SELECT pg_temp.laws_of_subtraction('account_value_summary', 'account_value_agg(score, current)');
SELECT is(count(*), 0::bigint, 'account value is sum(numeric) of the rows, to the last decimal')
FROM whole, value_by_band(s) AS b LEFT JOIN LATERAL (SELECT count(*) AS n, sum(current) AS revenue, avg(current) AS average FROM customer AS c
	WHERE c.ds = whole.ds AND coalesce(nps_band(score), 'silent') = b.band AND current IS NOT NULL) AS due ON true
WHERE (b.accounts, b.revenue::text, b.average::text) IS DISTINCT FROM (due.n, coalesce(due.revenue, 0)::text, due.average::text);
DROP TABLE whole, parts;

SELECT pg_temp.laws('churn_summary', 'churn_agg(score, churned)');
SELECT pg_temp.laws_of_subtraction('churn_summary', 'churn_agg(score, churned)');
SELECT is(count(*), 0::bigint, 'probabilities of leaving lie between 0 and 1 and within their limits')
FROM whole, churn_curve(s) AS c WHERE NOT (probability > 0 AND probability < 1 AND probability BETWEEN lower AND upper AND lower >= 0 AND upper <= 1)
	OR probability <> churn_probability(s, answer) OR rate IS DISTINCT FROM churn_rate(s, answer);
DROP TABLE whole, parts;

SELECT pg_temp.laws('score_value_summary', 'score_value_agg(score, value)');
SELECT is(count(*), 0::bigint, 'the line is that of regr_slope, regr_r2')
FROM whole JOIN (SELECT ds, regr_slope(value, score) AS slope, regr_r2(value, score) AS r2, count(DISTINCT score) AS answers FROM customer WHERE score IS NOT NULL GROUP BY ds) AS due USING (ds)
WHERE NOT pg_temp.near(value_per_point(s), slope, 1e-8) OR (answers > 1 AND NOT pg_temp.near(score_value_r2(s), r2, 1e-8));
SELECT is(count(*), 0::bigint, 'merged moments give the same line to 12 digits')
FROM whole JOIN (SELECT ds, rollup(s) AS merged FROM parts GROUP BY ds) AS m USING (ds)
WHERE NOT pg_temp.near(value_per_point(s), value_per_point(merged), 1e-12) OR NOT pg_temp.near((value_per_point_interval(s)).upper, (value_per_point_interval(merged)).upper, 1e-12);

DROP TABLE whole, parts;

SELECT pg_temp.laws('risk_summary', 'risk_agg(current, probability)');
DROP TABLE whole, parts;
SELECT pg_temp.laws('risk_summary', 'risk_agg(current, probability, 0.25)');

SELECT * FROM finish();
ROLLBACK;
