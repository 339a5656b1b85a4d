-- Laws of survival summaries, over random customers: merging, the text forms, the curve and what is read from it, the
-- log-rank test; against definitions in plain SQL; and corrupt text.
--
-- "Random" is a hash of the row, so that a failure repeats.

BEGIN;
SET client_min_messages = warning;
SELECT plan(39);

-- From 0 to 1, 1 excluded; 'what' tells apart the numbers drawn for one row.
CREATE FUNCTION pg_temp.chance(i bigint, what text) RETURNS float8 LANGUAGE sql IMMUTABLE
	AS $$ SELECT (hashtextextended(what, i) & 4503599627370495) / 4503599627370496.0::float8 $$;
CREATE FUNCTION pg_temp.near(a float8, b float8, tolerance float8 DEFAULT 1e-9) RETURNS boolean LANGUAGE sql IMMUTABLE
	AS $$ SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= tolerance * greatest(abs(a), abs(b)), false) $$;


-- ---- The customers ----

-- 60 data sets of up to 300 customers: few distinct times or many, with ties of events and censoring; in every second one
-- customers enter late, now and then after all others have left.
CREATE TEMP TABLE customer AS
SELECT ds, i, entry, entry + 1 / unit + floor(unit * -ln(1 - pg_temp.chance(row, 'exit')) * (10 + 20 * (i % 3 = 0)::int)) / unit AS exit,
	pg_temp.chance(row, 'event') < 0.2 + (ds % 7) / 8.0 AS event, floor(7 * pg_temp.chance(row, 'part'))::int AS part, i % 3 AS kind
FROM generate_series(1, 60) AS ds, LATERAL generate_series(1, 5 * ds) AS i, LATERAL (SELECT 1000 * ds + i, 2.0::float8 ^ (ds % 5 - 1)) AS x (row, unit),
	LATERAL (SELECT CASE WHEN ds % 2 = 0 AND i % 4 > 0 THEN floor(unit * pg_temp.chance(row, 'entry') * 40) / unit ELSE 0 END) AS y (entry);
CREATE TEMP TABLE part AS SELECT ds, part, survival_agg(entry, exit, event) AS s FROM customer GROUP BY ds, part;
CREATE TEMP TABLE kind AS SELECT ds, kind, survival_agg(entry, exit, event) AS s FROM customer GROUP BY ds, kind;
CREATE TEMP TABLE whole AS SELECT ds, survival_agg(entry, exit, event) AS s FROM customer GROUP BY ds;
CREATE TEMP TABLE curve AS SELECT ds, c.* FROM whole, survival_curve(s) WITH ORDINALITY AS c (time, at_risk, events, censored, survival, stderr, lower, upper, place);
SELECT ok(count(*) = 60 AND count(*) FILTER (WHERE s::jsonb ->> 'late_entry' = 'true') = 30, 'there are 60 data sets, half of them with late entries') FROM whole;


-- ---- Merging ----

SELECT is(count(*), 0::bigint, 'parts merged are the whole, byte for byte') FROM whole AS w WHERE s <> (SELECT rollup(p.s) FROM part AS p WHERE p.ds = w.ds);
SELECT is(count(*), 0::bigint, 'in any order') FROM whole AS w WHERE s <> (SELECT rollup(p.s ORDER BY part DESC) FROM part AS p WHERE p.ds = w.ds)
	OR s <> (SELECT rollup(p.s ORDER BY part * 3 % 7) FROM part AS p WHERE p.ds = w.ds);
SELECT is(count(*), 0::bigint, 'and grouping') FROM whole AS w WHERE s <> (SELECT rollup(x) FROM (SELECT rollup(s) AS x FROM part AS p WHERE p.ds = w.ds GROUP BY part % 2) AS y);
SELECT is(count(*), 0::bigint, 'rows in any order') FROM whole AS w WHERE s <> (SELECT survival_agg(entry, exit, event ORDER BY exit DESC, i) FROM customer AS c WHERE c.ds = w.ds)
	OR s <> (SELECT survival_agg(entry, exit, event ORDER BY exit, i) FROM customer AS c WHERE c.ds = w.ds) OR s <> (SELECT survival_agg(entry, exit, event ORDER BY hashint4(i)) FROM customer AS c WHERE c.ds = w.ds);
SELECT is(count(*), 0::bigint, 'a + b = b + a, and what is empty adds nothing') FROM part AS a JOIN part AS b USING (ds) WHERE a.s + b.s <> b.s + a.s OR a.s + '{"n": 0}' <> a.s OR '{"n": 0}' + a.s <> a.s;
SELECT is(count(*), 0::bigint, 'a part taken out leaves the others') FROM whole AS w JOIN part AS p USING (ds)
	WHERE w.s - p.s <> (SELECT coalesce(rollup(o.s), '{"n": 0}') FROM part AS o WHERE o.ds = w.ds AND o.part <> p.part) OR w.s - w.s <> '{"n": 0}' OR p.s + w.s - p.s <> w.s;
SELECT is(count(*), 0::bigint, 'a window of rows that moves on is what is in it') FROM (SELECT ds, i, survival_agg(entry, exit, event) OVER (PARTITION BY ds ORDER BY i ROWS 40 PRECEDING) AS s FROM customer WHERE ds < 30) AS m
	WHERE s <> (SELECT survival_agg(entry, exit, event) FROM customer AS c WHERE c.ds = m.ds AND c.i BETWEEN m.i - 40 AND m.i);
SELECT is(count(*), 0::bigint, 'nothing that was merged is changed by it') FROM part AS p JOIN customer AS c USING (ds, part) GROUP BY ds, part, s HAVING s <> survival_agg(entry, exit, event);
SELECT is(count(*), 0::bigint, 'entry 0 is no entry') FROM whole AS w WHERE ds % 2 = 1 AND s <> (SELECT survival_agg(exit, event) FROM customer AS c WHERE c.ds = w.ds);
SELECT is(count(*), 0::bigint, 'numeric times are those of float8') FROM whole AS w WHERE s <> (SELECT survival_agg(entry::numeric, exit::numeric, event) FROM customer AS c WHERE c.ds = w.ds);
SELECT is(count(*), 0::bigint, 'a window that moves on is what is in it') FROM (SELECT ds, part, rollup(s) OVER (PARTITION BY ds ORDER BY part RANGE BETWEEN 2 PRECEDING AND CURRENT ROW) AS s FROM part) AS m
	WHERE s <> (SELECT rollup(o.s) FROM part AS o WHERE o.ds = m.ds AND o.part BETWEEN m.part - 2 AND m.part);
SELECT is(count(*), 0::bigint, 'text, json and jsonb read back the same') FROM (SELECT s FROM part UNION ALL SELECT s FROM whole) AS x
	WHERE s::text::survival_summary <> s OR to_json(s)::survival_summary <> s OR to_jsonb(s)::survival_summary <> s;
SELECT is(count(DISTINCT s), count(DISTINCT s::text), 'equal as they are equal as text') FROM (SELECT s FROM part UNION ALL SELECT s FROM whole) AS x;


-- ---- The curve ----

CREATE TEMP TABLE defined AS
SELECT ds, time, at_risk, events, censored, CASE WHEN bool_or(at_risk = events) OVER w THEN 0 ELSE exp(sum(CASE WHEN events < at_risk THEN ln(1 - events / at_risk::float8) END) OVER w) END AS survival,
	sum(CASE WHEN events < at_risk THEN events / at_risk::float8 / (at_risk - events) END) OVER w AS greenwood
FROM (SELECT DISTINCT ds, exit AS time FROM customer) AS t, LATERAL (SELECT count(*) FILTER (WHERE entry < time AND exit >= time) AS at_risk, count(*) FILTER (WHERE exit = time AND event) AS events,
	count(*) FILTER (WHERE exit = time AND NOT event) AS censored FROM customer AS c WHERE c.ds = t.ds) AS n
WINDOW w AS (PARTITION BY ds ORDER BY time);
SELECT is(count(*), 0::bigint, 'the counts are those of the rows') FROM curve FULL JOIN defined AS d USING (ds, time)
	WHERE (curve.at_risk, curve.events, curve.censored) IS DISTINCT FROM (d.at_risk, d.events, d.censored);
SELECT is(count(*), 0::bigint, 'the curve is the product') FROM curve JOIN defined AS d USING (ds, time) WHERE NOT pg_temp.near(curve.survival, d.survival);
SELECT is(count(*), 0::bigint, 'its error is Greenwood''s') FROM curve JOIN defined AS d USING (ds, time) WHERE curve.survival > 0 AND NOT pg_temp.near(stderr, curve.survival * sqrt(greenwood));
SELECT ok(count(*) FILTER (WHERE survival = 0) > 20 AND count(*) FILTER (WHERE survival > 0) > 1000, 'of which some end at 0') FROM curve;
SELECT is(count(*), 0::bigint, 'it never rises, and times go on') FROM (SELECT survival, lag(survival) OVER w AS before, time, lag(time) OVER w AS earlier FROM curve WINDOW w AS (PARTITION BY ds ORDER BY place)) AS x
	WHERE survival > before OR time <= earlier;
SELECT is(count(*), 0::bigint, 'the limits are around it, within 0 and 1') FROM curve WHERE NOT (0 <= lower AND lower <= survival AND survival <= upper AND upper <= 1) OR (survival = 0) <> (lower IS NULL AND upper IS NULL AND stderr IS NULL);
SELECT is(count(*), 0::bigint, 'limits of a higher level are farther away') FROM whole, survival_curve(s, 0.99) AS far JOIN LATERAL survival_curve(whole.s, 0.5) AS close USING (time) WHERE far.lower > close.lower OR far.upper < close.upper;
SELECT is(count(*), 0::bigint, 'at a time it is what it was at the last step') FROM whole JOIN curve USING (ds) WHERE survival_at(s, time) IS DISTINCT FROM survival
	OR (survival_at_interval(s, time)).lower IS DISTINCT FROM lower OR (survival_at_interval(s, time)).upper IS DISTINCT FROM upper;
SELECT is(count(*), 0::bigint, 'between two steps too') FROM whole JOIN (SELECT ds, survival, time, lead(time) OVER (PARTITION BY ds ORDER BY place) AS later FROM curve) AS c USING (ds)
	WHERE survival_at(s, (time + later) / 2) <> survival;
SELECT is(count(*), 0::bigint, '1 before, and unknown after the end unless it is 0') FROM whole JOIN (SELECT ds, min(time) AS first, max(time) AS last, min(survival) AS least FROM curve GROUP BY ds) AS c USING (ds)
	WHERE survival_at(s, first / 2) <> 1 OR survival_at(s, last + 1) IS DISTINCT FROM CASE WHEN least = 0 THEN 0::float8 END;


-- ---- Quantiles and means ----

SELECT is(count(*), 0::bigint, 'a quantile is where the curve has fallen so far') FROM whole, unnest('{0.1,0.37,0.5,0.73,0.9}'::float8[]) AS q, LATERAL (SELECT survival_quantile(s, q) AS t) AS x
	WHERE t IS NOT NULL AND survival_at(s, t) > 1 - q + 1e-8
	OR t IS DISTINCT FROM (SELECT CASE WHEN abs(survival - (1 - q)) < 1e-8 THEN coalesce((time + (SELECT min(o.time) FROM curve AS o WHERE o.ds = whole.ds AND o.survival < c.survival)) / 2, time) ELSE time END
		FROM curve AS c WHERE c.ds = whole.ds AND survival < 1 - q + 1.4901161193847656e-08 ORDER BY time LIMIT 1);
SELECT is(count(*), 0::bigint, 'the median is the quantile of one half, in the report and in json') FROM whole, survival_report(s) AS r
	WHERE (median_survival(s), r.median, (to_jsonb(s) ->> 'median_survival')::float8) IS DISTINCT FROM (survival_quantile(s, 0.5), survival_quantile(s, 0.5), survival_quantile(s, 0.5))
	OR ((median_survival_interval(s)).lower, (median_survival_interval(s)).upper) IS DISTINCT FROM (r.lower, r.upper);
SELECT is(count(*), 0::bigint, 'its limits are around it') FROM whole, median_survival_interval(s) AS i WHERE median_survival(s) < i.lower OR median_survival(s) > i.upper OR i.lower > i.upper;
SELECT is(count(*), 0::bigint, 'the mean is the area below the curve') FROM whole JOIN (SELECT ds, (max(time))::float8 AS last FROM curve GROUP BY ds) AS l USING (ds), unnest('{0,0.3,0.9,1}'::float8[]) AS share,
	LATERAL (SELECT sum((least(later, share * last) - time) * survival) AS area FROM (SELECT time, survival, lead(time, 1, last) OVER (ORDER BY time) AS later FROM (SELECT 0::float8 AS time, 1::float8 AS survival
		UNION ALL SELECT time, survival FROM curve AS c WHERE c.ds = whole.ds) AS steps) AS x WHERE time <= share * last) AS a
	WHERE NOT pg_temp.near(restricted_mean_survival(s, share * last), area);
SELECT is(count(*), 0::bigint, 'and its variance the sum over events of the area after them') FROM whole JOIN (SELECT ds, max(time) AS last FROM curve GROUP BY ds) AS l USING (ds), survival_report(s) AS r,
	LATERAL (SELECT coalesce(sum((restricted_mean_survival(s, last) - restricted_mean_survival(s, time)) ^ 2 * events / at_risk / (at_risk - events)), 0) AS variance FROM curve AS c
		WHERE c.ds = whole.ds AND events < at_risk) AS v
	WHERE NOT pg_temp.near(restricted_mean_stderr, sqrt(variance), 1e-7) OR NOT pg_temp.near(restricted_mean, restricted_mean_survival(s, last));
SELECT is(count(*), 0::bigint, 'its limits are around it, within the horizon') FROM whole, unnest('{0,1,5,20}'::float8[]) AS h, restricted_mean_survival_interval(s, h) AS i
	WHERE NOT (0 <= i.lower AND i.lower <= restricted_mean_survival(s, h) AND restricted_mean_survival(s, h) <= i.upper AND i.upper <= h);
SELECT is(count(*), 0::bigint, 'the report counts the rows') FROM whole, survival_report(s) AS r
	WHERE (r.customers, r.events, r.censored, r.longest) IS DISTINCT FROM (SELECT ROW(count(*), count(*) FILTER (WHERE event), count(*) FILTER (WHERE NOT event), max(exit)) FROM customer AS c WHERE c.ds = whole.ds);
SELECT is(count(*), 0::bigint, 'in other units all times are others') FROM whole AS w, LATERAL (SELECT survival_agg(8 * entry, 8 * exit, event) AS s FROM customer AS c WHERE c.ds = w.ds) AS eight
	WHERE median_survival(eight.s) IS DISTINCT FROM 8 * median_survival(w.s) OR restricted_mean_survival(eight.s, 8) <> 8 * restricted_mean_survival(w.s, 1);


-- ---- The log-rank test ----

-- by hand for two groups, in plain SQL
SELECT is(count(*), 0::bigint, 'of two groups it is (O - E)^2 / V') FROM kind AS a JOIN kind AS b ON a.ds = b.ds AND a.kind = 0 AND b.kind = 1, logrank_test(a.s, b.s) AS t,
	LATERAL (SELECT sum(d0 - d * n0 / n::float8) ^ 2 / sum(CASE WHEN n > 1 THEN d * (n0 / n::float8) * (1 - n0 / n::float8) * (n - d) / (n - 1.0::float8) ELSE 0 END) AS statistic
		FROM (SELECT count(*) FILTER (WHERE exit = time AND event AND kind = 0) AS d0, count(*) FILTER (WHERE exit = time AND event) AS d, count(*) FILTER (WHERE entry < time AND exit >= time AND kind = 0) AS n0,
				count(*) FILTER (WHERE entry < time AND exit >= time) AS n
			FROM (SELECT DISTINCT exit AS time FROM customer AS c WHERE c.ds = a.ds AND event AND kind < 2) AS times, customer AS c WHERE c.ds = a.ds AND kind < 2 GROUP BY time) AS x) AS y
	WHERE a.ds > 3 AND NOT pg_temp.near(t.statistic, y.statistic);
SELECT is(count(*), 0::bigint, 'whatever the order of groups, with NULL and nobody among them') FROM (SELECT logrank_test(array_agg(s ORDER BY kind)) AS t, logrank_test(array_agg(s ORDER BY kind DESC) || NULL || '{"n": 0}'::survival_summary) AS u,
	logrank_test(array_agg(s ORDER BY (kind + 1) % 3)) AS v FROM kind GROUP BY ds) AS x
	WHERE NOT pg_temp.near((t).statistic, (u).statistic) OR NOT pg_temp.near((t).statistic, (v).statistic) OR (t).df <> (u).df OR (t).df <> (v).df;
SELECT ok(count(*) FILTER (WHERE (t).p_value < 0.05) > 5 AND count(*) FILTER (WHERE (t).p_value > 0.05) > 5 AND bool_and((t).df = 2) FILTER (WHERE ds > 9), 'of which there are all kinds')
	FROM (SELECT ds, logrank_test(array_agg(s)) AS t FROM kind GROUP BY ds) AS x;
SELECT is(count(*), 0::bigint, 'nothing differs from itself') FROM whole, logrank_test(s, s) AS t WHERE ds > 3 AND NOT (t.statistic < 1e-20 AND t.p_value > 0.999);
SELECT is(count(*), 0::bigint, 'units do not matter') FROM (SELECT ds, kind, survival_agg(entry / 64, exit / 64, event) AS s FROM customer GROUP BY ds, kind) AS x, kind AS k, kind AS l
	WHERE x.ds = k.ds AND k.ds = l.ds AND x.kind = k.kind AND k.kind = 0 AND l.kind = 1 AND NOT pg_temp.near((logrank_test(k.s, l.s)).statistic,
	(logrank_test(x.s, (SELECT survival_agg(entry / 64, exit / 64, event) FROM customer AS c WHERE c.ds = l.ds AND c.kind = 1))).statistic);


-- ---- Corrupt text ----

CREATE FUNCTION pg_temp.mutate(s text, i bigint) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	at int := 1 + floor(length(s) * pg_temp.chance(i, 'at'))::int;
	pieces text[] := string_to_array('{|}|[|]|"|:|,|0|1|9|-1|1e400|9223372036854775807|NaN|null|true|false|1e-5|[1, 0]|\u0000| |"n": 1, |1.5|-0|4503599627370497.5', '|');
	piece text := pieces[1 + floor(cardinality(pieces) * pg_temp.chance(i, 'piece'))::int];
BEGIN
	RETURN CASE i % 6
		WHEN 0 THEN overlay(s PLACING piece FROM at FOR 0)
		WHEN 1 THEN overlay(s PLACING piece FROM at FOR 1)
		WHEN 2 THEN overlay(s PLACING '' FROM at FOR 1 + i::int % 5)
		WHEN 3 THEN regexp_replace(s, '\m\d+\M', piece, 1, 1 + i::int % 30)
		WHEN 4 THEN regexp_replace(s, '\m\d+\M', (i % 13)::text, 1, 1 + i::int % 17)
		ELSE regexp_replace(s, '\[[0-9., ]*\]', piece, 1, 1 + i::int % 3) END;
END $$;
-- SQLSTATE of what is refused; what is accepted reads back and can be asked anything.
CREATE FUNCTION pg_temp.verdict_on(s text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	summary survival_summary;
	asked text;
BEGIN
	BEGIN
		summary := s;
	EXCEPTION WHEN OTHERS THEN
		RETURN SQLSTATE;
	END;
	SELECT string_agg(c::text, '') || survival_report(summary)::text || coalesce(survival_quantile(summary, 0.1)::text, '') || coalesce(restricted_mean_survival(summary, 3)::text, '')
		|| logrank_test(summary, summary)::text INTO asked FROM survival_curve(summary) AS c;
	RETURN CASE WHEN summary::text::survival_summary <> summary THEN 'does not read back' WHEN asked ~ ',(NaN|-?Infinity)[,)]' THEN 'is not a number' ELSE 'read' END;
END $$;
CREATE TEMP TABLE judged AS
SELECT pg_temp.verdict_on(pg_temp.mutate(s, i)) AS verdict FROM (SELECT s::text AS s FROM part WHERE ds < 24) AS valid, generate_series(1, 18) AS k, LATERAL (SELECT k + 31 * hashtext(s)::bigint & 1048575) AS x (i);
SELECT is(string_agg(DISTINCT verdict, ', ' ORDER BY verdict), '22P02, read', 'corrupt text is refused with 22P02, or is a summary') FROM judged;
SELECT ok(count(*) FILTER (WHERE verdict = 'read') > 50 AND count(*) FILTER (WHERE verdict = '22P02') > 1000, 'of which there are many of both') FROM judged;
SELECT is(survival_agg(1, true)::text, '{"n": 1, "late_entry": false, "distinct": 1, "times": [1], "events": [1], "censored": [0]}', 'and all is well');

SELECT * FROM finish();
ROLLBACK;
