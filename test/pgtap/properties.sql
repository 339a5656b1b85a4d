-- Laws that hold for every summary, over random answers: merging and taking out,
-- the text and binary forms, and every figure against plain SQL over the rows.
-- (intervals.sql has the laws of uncertainty, rolling.sql those of windows.)
--
-- "Random" is a hash of the row, so that a failure repeats.

BEGIN;
SET client_min_messages = warning;
SELECT plan(12 * 18 + 19 + 14 + 6);

-- From 0 to 1, 1 excluded; 'what' tells apart the numbers drawn for one row.
CREATE FUNCTION pg_temp.chance(ds bigint, i bigint, what text) RETURNS float8 LANGUAGE sql IMMUTABLE
	AS $$ SELECT (hashtextextended(what, ds * 1000003 + i) & 4503599627370495) / 4503599627370496.0::float8 $$;

CREATE FUNCTION pg_temp.near(a float8, b float8, tolerance float8 DEFAULT 1e-9) RETURNS boolean LANGUAGE sql IMMUTABLE
	AS $$ SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= tolerance * greatest(abs(a), abs(b)), false) $$;

-- Whether two values are the same byte for byte, without asking their type.
CREATE FUNCTION pg_temp.identical(a anyelement, b anyelement) RETURNS boolean LANGUAGE sql IMMUTABLE
	AS $$ SELECT record_image_eq(ROW(a), ROW(b)) $$;

-- The SQLSTATE with which a query fails; NULL where it does not.
CREATE FUNCTION pg_temp.sqlstate_of(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE query;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;


-- ---- The answers ----

-- 150 data sets of NPS answers, 100 of pairs, 110 of CSAT (every scale with every number of boxes, twice), 120 of
-- effort (every scale in both directions). A data set has up to 120 answers, which prefer one end; in one of ten there are
-- none, in one of ten there is one, in one of ten all are alike.
CREATE TEMP TABLE dataset AS
SELECT family, row_number() OVER () AS ds, lowest, scale, option,
	CASE k % 10 WHEN 3 THEN 1 WHEN 7 THEN 0 ELSE floor(120 * pg_temp.chance(k, scale, family))::int END AS size,
	k % 10 = 5 AS alike, exp(2 * pg_temp.chance(k, scale, family || ' skew') - 1) AS skew
FROM (
	SELECT 'nps' AS family, 0 AS lowest, 10 AS scale, 0 AS option, k FROM generate_series(1, 150) AS k
	UNION ALL
	SELECT 'pair', 0, 10, 0, k FROM generate_series(1, 100) AS k
	UNION ALL
	SELECT 'csat', 1, scale, boxes, scale * 7 + boxes + 5 * k FROM generate_series(2, 11) AS scale, generate_series(1, scale - 1) AS boxes, generate_series(1, 2) AS k
	UNION ALL
	SELECT 'ces', 1, scale, low, k FROM generate_series(2, 11) AS scale, generate_series(0, 1) AS low, generate_series(1, 6) AS k
) AS x;

-- An answer, what the same customer answered later (for pairs), its weight, how often it was counted, and in which of seven
-- parts its row lies. Some customers do not answer.
CREATE TEMP TABLE answer AS
SELECT family, ds, i, scale, option,
	CASE WHEN pg_temp.chance(ds, i, 'silent') > 0.05 THEN
		lowest + floor((scale - lowest + 1) * pg_temp.chance(ds, CASE WHEN alike THEN 0 ELSE i END, 'score') ^ skew)::int
	END AS score,
	floor(11 * pg_temp.chance(ds, i, 'later'))::int AS later,
	CASE floor(8 * pg_temp.chance(ds, i, 'kind of weight'))
		WHEN 0 THEN 0
		WHEN 1 THEN 1e6 * pg_temp.chance(ds, i, 'weight')
		WHEN 2 THEN 1e-6 * pg_temp.chance(ds, i, 'weight')
		ELSE round((3 * pg_temp.chance(ds, i, 'weight'))::numeric, 2)::float8
	END AS weight,
	floor(9 * pg_temp.chance(ds, i, 'times'))::bigint AS times,
	floor(7 * pg_temp.chance(ds, i, 'part'))::int AS part
FROM dataset, generate_series(1, size) AS i;

ANALYZE dataset, answer;

-- How each kind of summary is made, and of which family's answers.
CREATE TEMP TABLE variant (id int, name text, type text, family text, aggregate text, weighted boolean);
INSERT INTO variant VALUES
	(1, 'nps', 'nps_summary', 'nps', 'nps_agg(score)', false),
	(2, 'nps, counted', 'nps_summary', 'nps', 'nps_counts_agg(score, times)', false),
	(3, 'nps, weighted', 'nps_summary', 'nps', 'nps_weighted_agg(score, weight)', true),
	(4, 'csat', 'csat_summary', 'csat', 'csat_agg(score, scale, option)', false),
	(5, 'csat, counted', 'csat_summary', 'csat', 'csat_counts_agg(score, times, scale, option)', false),
	(6, 'csat, weighted', 'csat_summary', 'csat', 'csat_weighted_agg(score, weight, scale, option)', true),
	(7, 'ces', 'ces_summary', 'ces', 'ces_agg(score, scale, option = 1)', false),
	(8, 'ces, counted', 'ces_summary', 'ces', 'ces_counts_agg(score, times, scale, option = 1)', false),
	(9, 'ces, weighted', 'ces_summary', 'ces', 'ces_weighted_agg(score, weight, scale, option = 1)', true),
	(10, 'nps pair', 'nps_pair_summary', 'pair', 'nps_paired_agg(score, later)', false),
	-- counts around the 2^32 up to which they are packed, and far beyond
	(11, 'nps, many', 'nps_summary', 'nps', 'nps_counts_agg(score, (ARRAY[1, 2147483648, 4294967294, 4294967295, 4294967296, 1000000000000])[1 + times % 6])', false),
	(12, 'csat, many', 'csat_summary', 'csat', 'csat_counts_agg(score, (ARRAY[1, 2147483648, 4294967294, 4294967295, 4294967296, 1000000000000])[1 + times % 6], scale, option)', false);


-- ---- Merging and taking out; text, json and binary ----

-- Weighted summaries agree if everything in them is the same but the sums of weights, and those nearly.
CREATE FUNCTION pg_temp.agree(a jsonb, b jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT a - floats = b - floats
		AND pg_temp.near((a ->> 'squares')::float8, (b ->> 'squares')::float8, 1e-12)
		AND (SELECT coalesce(bool_and(pg_temp.near(x.value::float8, (b -> 'weights' ->> x.key)::float8, 1e-12)), true) FROM jsonb_each_text(a -> 'weights') AS x)
	FROM (VALUES ('{weights, weights_low, squares, squares_low, nps, csat, ces}'::text[])) AS v (floats)
$$;

CREATE FUNCTION pg_temp.laws(v variant) RETURNS SETOF text LANGUAGE plpgsql AS $f$
BEGIN
	-- the whole of each data set, and its seven parts
	EXECUTE format('CREATE TEMP TABLE whole AS SELECT ds, count(answer.ds) AS size, %s AS s FROM dataset LEFT JOIN answer USING (family, ds, scale, option) WHERE family = %L GROUP BY ds', v.aggregate, v.family);
	EXECUTE format('CREATE TEMP TABLE part AS SELECT ds, part, %s AS s FROM answer WHERE family = %L GROUP BY ds, part', v.aggregate, v.family);
	ANALYZE whole, part;
	EXECUTE format('CREATE AGGREGATE pg_temp.chain(%1$s) (SFUNC = %1$s_combine, STYPE = %1$s)', v.type);
	-- unweighted summaries are the same if their bytes are, whatever the extension's = says of that
	EXECUTE format('CREATE FUNCTION pg_temp.same(a %1$s, b %1$s) RETURNS boolean LANGUAGE sql AS %2$L', v.type,
		CASE WHEN v.weighted THEN 'SELECT pg_temp.agree(a::jsonb, b::jsonb)' ELSE 'SELECT pg_temp.identical(a, b)' END);
	EXECUTE format('CREATE FUNCTION pg_temp.empty() RETURNS %1$s LANGUAGE sql AS %2$L', v.type, format('SELECT %L::%s', '{"n": 0}', v.type));

	RETURN NEXT ok((SELECT count(*) >= 300 FROM part), v.name || ': there are hundreds of parts');

	RETURN NEXT is_empty($$ SELECT ds, whole.s, rollup(part.s) FROM whole JOIN part USING (ds) GROUP BY ds, whole.s
		HAVING NOT pg_temp.same(whole.s, rollup(part.s)) LIMIT 3 $$,
		v.name || ': the rollup of the parts is the whole');
	RETURN NEXT is_empty($$ SELECT ds, rollup(s ORDER BY part), rollup(s ORDER BY part DESC) FROM part GROUP BY ds
		HAVING NOT pg_temp.same(rollup(s ORDER BY part), rollup(s ORDER BY part DESC))
			OR NOT pg_temp.same(rollup(s ORDER BY part), rollup(s ORDER BY hashint8extended(ds, part))) LIMIT 3 $$,
		v.name || ': in any order');
	RETURN NEXT is_empty($$ SELECT ds, whole.s, rollup(x.s) FROM whole JOIN (SELECT ds, part % 3 AS g, rollup(s) AS s FROM part GROUP BY ds, g) AS x USING (ds) GROUP BY ds, whole.s
		HAVING NOT pg_temp.same(whole.s, rollup(x.s ORDER BY g DESC)) LIMIT 3 $$,
		v.name || ': in any grouping');
	RETURN NEXT is_empty($$ WITH RECURSIVE chain AS (
			SELECT ds, 0 AS upto, pg_temp.empty() AS s FROM whole
			UNION ALL
			SELECT chain.ds, upto + 1, chain.s + coalesce(part.s, pg_temp.empty()) FROM chain LEFT JOIN part ON part.ds = chain.ds AND part.part = chain.upto WHERE upto < 7)
		SELECT ds, chain.s, whole.s FROM chain JOIN whole USING (ds) WHERE upto = 7 AND NOT pg_temp.same(chain.s, whole.s) LIMIT 3 $$,
		v.name || ': a chain of + is the whole');
	RETURN NEXT is_empty($$ SELECT ds, whole.s, pg_temp.chain(part.s) FROM whole JOIN part USING (ds) GROUP BY ds, whole.s
		HAVING NOT pg_temp.same(whole.s, pg_temp.chain(part.s)) LIMIT 3 $$,
		v.name || ': so is an aggregate of one''s own over the combine function');
	RETURN NEXT is_empty($$ SELECT a.s, b.s FROM part a JOIN part b USING (ds) WHERE a.part < b.part AND NOT pg_temp.same(a.s + b.s, b.s + a.s) LIMIT 3 $$,
		v.name || ': a + b = b + a');
	RETURN NEXT is_empty($$ SELECT a.s, b.s, c.s FROM part a JOIN part b USING (ds) JOIN part c USING (ds) WHERE b.part = (a.part + 1) % 7 AND c.part = (a.part + 3) % 7 AND NOT pg_temp.same((a.s + b.s) + c.s, a.s + (b.s + c.s)) LIMIT 3 $$,
		v.name || ': (a + b) + c = a + (b + c)');
	RETURN NEXT is_empty($$ SELECT s, s + pg_temp.empty(), pg_temp.empty() + s FROM whole
		WHERE NOT (pg_temp.identical(s + pg_temp.empty(), s) AND pg_temp.identical(pg_temp.empty() + s, s)) LIMIT 3 $$,
		v.name || ': merging with the empty summary changes nothing');
	RETURN NEXT is_empty($$ SELECT s FROM whole WHERE size = 0 AND (NOT pg_temp.identical(s, pg_temp.empty()) OR responses(s) <> 0) $$,
		v.name || ': no answers give the empty summary');

	IF v.weighted THEN
		RETURN NEXT is_empty(format($$ SELECT a.s, b.s, state FROM part a JOIN part b USING (ds), pg_temp.sqlstate_of(format('SELECT %%L::%1$s - %%L::%1$s', a.s, b.s)) AS state
			WHERE b.part = a.part + 1 AND responses(b.s) > 0 AND responses(a.s) > 0 AND state IS DISTINCT FROM '22023' LIMIT 3 $$, v.type),
			v.name || ': nothing can be taken out');
		RETURN NEXT is_empty($$ SELECT s FROM whole WHERE NOT pg_temp.identical(s - pg_temp.empty(), s) LIMIT 3 $$,
			v.name || ': but nothing');
		RETURN NEXT is_empty($$ SELECT s FROM whole WHERE s <> s OR NOT s = s OR s < s OR NOT s <= s $$,
			v.name || ': each equals itself');
	ELSE
		RETURN NEXT is_empty($$ SELECT a.s, b.s, (a.s + b.s) - b.s FROM part a JOIN part b USING (ds) WHERE NOT pg_temp.identical((a.s + b.s) - b.s, a.s) LIMIT 3 $$,
			v.name || ': (a + b) - b = a');
		RETURN NEXT is_empty($$ SELECT whole.s, p.s FROM whole JOIN part p USING (ds) LEFT JOIN part q ON q.ds = p.ds AND q.part <> p.part GROUP BY p.ds, p.part, whole.s, p.s
			HAVING NOT pg_temp.identical(whole.s - p.s, rollup(q.s)) LIMIT 3 $$,
			v.name || ': the whole without a part is the rest');
		RETURN NEXT is_empty(format($$ SELECT s, state FROM whole, pg_temp.sqlstate_of(format('SELECT %%L::%1$s - %%L::%1$s', s, s + s)) AS state
			WHERE responses(s) > 0 AND state IS DISTINCT FROM '22003' LIMIT 3 $$, v.type),
			v.name || ': more than there is cannot be taken out');
	END IF;

	RETURN NEXT is_empty($$ SELECT a.s, b.s FROM (SELECT s, s::text AS text FROM whole WHERE ds % 4 = 1) a, (SELECT s, s::text AS text FROM part WHERE ds % 4 = 1) b
		WHERE (a.s = b.s) <> (a.text = b.text) OR (a.s = b.s) <> pg_temp.identical(a.s, b.s)
			OR (a.s < b.s) <> (b.s > a.s) OR (a.s < b.s)::int + (a.s = b.s)::int + (a.s > b.s)::int <> 1
			OR (a.s <= b.s) <> (a.s < b.s OR a.s = b.s) OR (a.s >= b.s) <> (b.s <= a.s) OR (a.s <> b.s) = (a.s = b.s) LIMIT 3 $$,
		v.name || ': equality and order fit each other and the text');
	RETURN NEXT results_eq('SELECT count(*) FROM (SELECT DISTINCT s FROM whole UNION SELECT s FROM part) x', 'SELECT count(*) FROM (SELECT DISTINCT s::text FROM whole UNION SELECT s::text FROM part) x',
		v.name || ': as many are distinct as have distinct texts');

	-- settings that would change how numbers are printed, if anybody asked them
	EXECUTE format('CREATE TEMP TABLE form AS SELECT ds, s, s::text AS text, s::json::text AS json, s::jsonb AS jsonb, %s_send(s) AS sent FROM whole', v.type);
	SET LOCAL extra_float_digits = -15;
	SET LOCAL DateStyle = 'German, DMY';
	SET LOCAL bytea_output = 'escape';
	SET LOCAL IntervalStyle = 'iso_8601';
	PERFORM set_config('lc_numeric', pg_temp.comma_locale(), true);
	RETURN NEXT is_empty(format($$ SELECT s FROM form WHERE s::text <> text OR s::json::text <> json OR s::jsonb <> jsonb OR %1$s_send(s) <> sent LIMIT 3 $$, v.type),
		v.name || ': no setting changes the text, the json or the binary form');
	RETURN NEXT is_empty(format($$ SELECT s, text FROM form WHERE NOT (pg_temp.identical(text::%1$s, s)) OR text::%1$s::text <> text OR %1$s_send(text::%1$s) <> sent LIMIT 3 $$, v.type),
		v.name || ': the text reads back to the same bytes');
	RETURN NEXT is_empty(format($$ SELECT s, json FROM form WHERE NOT (pg_temp.identical(json::json::%1$s, s) AND pg_temp.identical(jsonb::%1$s, s) AND pg_temp.identical(to_jsonb(s)::%1$s, s)
			AND pg_temp.identical((row_to_json(ROW(s)) -> 'f1')::%1$s, s)) LIMIT 3 $$, v.type),
		v.name || ': so do json, jsonb, to_jsonb and row_to_json');
	SET LOCAL extra_float_digits = DEFAULT;
	SET LOCAL DateStyle = DEFAULT;
	SET LOCAL bytea_output = DEFAULT;
	SET LOCAL IntervalStyle = DEFAULT;
	SET LOCAL lc_numeric = DEFAULT;

	DROP TABLE whole, part, form;
	EXECUTE format('DROP AGGREGATE pg_temp.chain(%1$s); DROP FUNCTION pg_temp.same(%1$s, %1$s), pg_temp.empty()', v.type);
END $f$;

-- A locale with a decimal comma, if this machine has one.
CREATE FUNCTION pg_temp.comma_locale() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	locale text;
BEGIN
	FOR locale IN
		SELECT collcollate FROM pg_collation WHERE collprovider = 'c' AND collcollate ~ '^(de|fr|es|it|nl|pl|ru|pt)_' UNION VALUES ('de_DE.UTF-8'), ('de_DE.utf8')
	LOOP
		BEGIN
			PERFORM set_config('lc_numeric', locale, true);
			RETURN locale;
		EXCEPTION WHEN invalid_parameter_value THEN
			NULL;
		END;
	END LOOP;
	RETURN 'C';
END $$;

SELECT laws FROM (SELECT v FROM variant AS v ORDER BY id) AS x, LATERAL pg_temp.laws(v) AS laws;


-- ---- The figures, by hand ----

-- Every answer as a row of its own with a weight: 1, the times it was counted, or its weight, exactly as it is printed.
CREATE TEMP TABLE weighed AS
SELECT v.id, v.name, v.family, ds, scale, option, score,
	CASE v.id % 3 WHEN 1 THEN 1 WHEN 2 THEN times ELSE weight::text::numeric END AS w,
	CASE v.id % 3 WHEN 2 THEN times ELSE 1 END AS n, v.weighted
FROM variant v JOIN answer USING (family)
WHERE v.id <= 9 AND score IS NOT NULL;

-- What the textbooks say, in exact arithmetic but for the last division or root. As the variance of a score from values v
-- with weights w, (T sum w v^2 - (sum w v)^2) / T^2 does not cancel in numeric.
CREATE TEMP TABLE by_hand AS
SELECT *, total * total / nullif(squares, 0) AS kish
FROM (
	SELECT id, name, family, ds, scale, option, weighted, sum(n) AS n,
		nullif(sum(w), 0) AS total, CASE WHEN weighted THEN sum(w * w) ELSE sum(w) END AS squares,
		sum(w * score) AS first_moment, sum(w * score * score) AS second_moment,
		coalesce(sum(n) FILTER (WHERE score >= 9), 0) AS promoters, coalesce(sum(n) FILTER (WHERE score BETWEEN 7 AND 8), 0) AS passives, coalesce(sum(n) FILTER (WHERE score <= 6), 0) AS detractors,
		coalesce(sum(w) FILTER (WHERE score >= 9), 0) AS up, coalesce(sum(w) FILTER (WHERE score BETWEEN 7 AND 8), 0) AS mid, coalesce(sum(w) FILTER (WHERE score <= 6), 0) AS down,
		coalesce(sum(n) FILTER (WHERE score > scale - option), 0) AS satisfied, coalesce(sum(w) FILTER (WHERE score > scale - option), 0) AS top,
		coalesce(sum(w) FILTER (WHERE CASE option WHEN 0 THEN 2 * score > scale + 1 ELSE 2 * score < scale + 1 END), 0) AS easy,
		coalesce(sum(w) FILTER (WHERE CASE option WHEN 0 THEN 2 * score < scale + 1 ELSE 2 * score > scale + 1 END), 0) AS difficult
	FROM weighed
	GROUP BY id, name, family, ds, scale, option, weighted
) AS x
WHERE n > 0;
-- counts are certain: as many responses as were counted
UPDATE by_hand SET kish = n WHERE NOT weighted;

-- The median: of plain answers percentile_cont, also where they were counted; of weighted ones the answer at which half of the
-- weight is passed, or the middle between it and the next that weighs something where it is just reached.
CREATE TEMP TABLE median AS
SELECT id, ds, percentile_cont(0.5) WITHIN GROUP (ORDER BY score) AS median FROM weighed, generate_series(1, n) WHERE NOT weighted GROUP BY id, ds
UNION ALL
SELECT id, ds, (min(score) FILTER (WHERE 2 * upto >= total) + min(score) FILTER (WHERE 2 * upto > total)) / 2.0
FROM (SELECT id, ds, score, sum(w) OVER (PARTITION BY id, ds ORDER BY score) AS upto, sum(w) OVER (PARTITION BY id, ds) AS total FROM weighed WHERE weighted AND w > 0) x
GROUP BY id, ds;

CREATE TEMP TABLE nps_made AS
SELECT 1 AS id, ds, nps_agg(score) AS s, nps(score) AS headline FROM answer WHERE family = 'nps' GROUP BY ds
UNION ALL SELECT 2, ds, nps_counts_agg(score, times), nps(nps_counts_agg(score, times)) FROM answer WHERE family = 'nps' GROUP BY ds
UNION ALL SELECT 3, ds, nps_weighted_agg(score, weight), nps_weighted(score, weight) FROM answer WHERE family = 'nps' GROUP BY ds;
CREATE TEMP TABLE csat_made AS
SELECT 4 AS id, ds, csat_agg(score, scale, option) AS s, csat(score, scale, option) AS headline FROM answer WHERE family = 'csat' GROUP BY ds
UNION ALL SELECT 5, ds, csat_counts_agg(score, times, scale, option), csat(csat_counts_agg(score, times, scale, option)) FROM answer WHERE family = 'csat' GROUP BY ds
UNION ALL SELECT 6, ds, csat_weighted_agg(score, weight, scale, option), csat_weighted(score, weight, scale, option) FROM answer WHERE family = 'csat' GROUP BY ds;
CREATE TEMP TABLE ces_made AS
SELECT 7 AS id, ds, ces_agg(score, scale, option = 1) AS s, ces(score, scale, option = 1) AS headline FROM answer WHERE family = 'ces' GROUP BY ds
UNION ALL SELECT 8, ds, ces_counts_agg(score, times, scale, option = 1), ces(ces_counts_agg(score, times, scale, option = 1)) FROM answer WHERE family = 'ces' GROUP BY ds
UNION ALL SELECT 9, ds, ces_weighted_agg(score, weight, scale, option = 1), ces_weighted(score, weight, scale, option = 1) FROM answer WHERE family = 'ces' GROUP BY ds;

-- The figures that all three families have, and those of each.
CREATE FUNCTION pg_temp.figures_of(family text) RETURNS SETOF text LANGUAGE plpgsql AS $f$
DECLARE
	made text := family || '_made';
BEGIN
	RETURN NEXT is_empty(format($$ SELECT name, ds, s, responses(s), n, effective_responses(s), kish FROM by_hand JOIN %I USING (id, ds)
		WHERE responses(s) <> n OR NOT pg_temp.near(effective_responses(s), coalesce(kish, 0)) LIMIT 3 $$, made),
		family || ': responses and effective responses (Kish)');
	RETURN NEXT is_empty(format($$ SELECT name, ds, s, mean_score(s), first_moment / total, stddev_score(s) FROM by_hand JOIN %I USING (id, ds)
		WHERE NOT pg_temp.near(mean_score(s), first_moment / total) LIMIT 3 $$, made),
		family || ': mean_score');
	RETURN NEXT is_empty(format($$ SELECT name, ds, s, stddev_score(s), deviation FROM by_hand JOIN %I USING (id, ds),
			LATERAL (SELECT CASE WHEN kish > 1 THEN sqrt((total * second_moment - first_moment * first_moment) / (total * total) * kish / (kish - 1)) END) AS x (deviation)
		WHERE NOT pg_temp.near(stddev_score(s), deviation) AND (kish > 1 + 1e-9) IS NOT false LIMIT 3 $$, made),
		family || ': stddev_score');
	RETURN NEXT is_empty(format($$ SELECT name, ds, s, median_score(s), median FROM by_hand JOIN %I USING (id, ds) LEFT JOIN median USING (id, ds)
		WHERE median_score(s) IS DISTINCT FROM median LIMIT 3 $$, made),
		family || ': median_score is percentile_cont(0.5)');
	RETURN NEXT is_empty(format($$ SELECT name, ds, answer, d.responses, d.weight, d.share, x.n, x.w
		FROM (SELECT name, id, ds, total, d.* FROM by_hand JOIN %I USING (id, ds), distribution(s) AS d) d
			LEFT JOIN (SELECT id, ds, score AS answer, sum(n) AS n, sum(w) AS w FROM weighed GROUP BY 1, 2, 3) x USING (id, ds, answer)
		WHERE d.responses <> coalesce(x.n, 0) OR NOT pg_temp.near(d.weight, coalesce(x.w, 0), 1e-15) OR NOT pg_temp.near(d.share, coalesce(x.w, 0) / total) LIMIT 3 $$, made),
		family || ': distribution is GROUP BY answer');
	RETURN NEXT results_eq(format($$ SELECT name, ds, count(d), sum(d.answer) FROM by_hand JOIN %I USING (id, ds), distribution(s) AS d GROUP BY name, ds ORDER BY name, ds $$, made),
		format($$ SELECT name, ds, count(*), sum(a) FROM by_hand, generate_series(CASE family WHEN 'nps' THEN 0 ELSE 1 END, scale) AS a WHERE family = %L GROUP BY name, ds ORDER BY name, ds $$, family),
		family || ': distribution has a row for every answer of the scale');
END $f$;

SELECT ok(count(*) > 1000, 'there are many data sets to compare figures of') FROM by_hand;
SELECT figures FROM unnest('{nps, csat, ces}'::text[]) AS family, LATERAL pg_temp.figures_of(family) AS figures;

SELECT is_empty($$ SELECT name, ds, s, nps(s), headline, 100.0 * (up - down) / total FROM by_hand JOIN nps_made USING (id, ds)
	WHERE NOT pg_temp.near(nps(s), 100.0 * (up - down) / total, 1e-12) OR headline IS DISTINCT FROM nps(s) LIMIT 3 $$,
	'nps: 100.0 * (promoters - detractors) / answers');
SELECT is_empty($$ SELECT name, ds, s FROM by_hand JOIN nps_made USING (id, ds) WHERE (promoters(s), passives(s), detractors(s)) IS DISTINCT FROM (promoters, passives, detractors) LIMIT 3 $$,
	'nps: promoters, passives, detractors');
SELECT is_empty($$ SELECT name, ds, s FROM by_hand JOIN nps_made USING (id, ds)
	WHERE NOT (pg_temp.near(promoter_share(s), up / total) AND pg_temp.near(passive_share(s), mid / total) AND pg_temp.near(detractor_share(s), down / total)) LIMIT 3 $$,
	'nps: their shares');
SELECT is_empty($$ SELECT name, ds, s, nps_stderr(s), 100 * sqrt((total * (up + down) - (up - down) * (up - down)) / kish) / total FROM by_hand JOIN nps_made USING (id, ds)
	WHERE NOT pg_temp.near(nps_stderr(s), 100 * sqrt((total * (up + down) - (up - down) * (up - down)) / kish) / total) LIMIT 3 $$,
	'nps: nps_stderr is 100 sqrt((p + d - (p - d)^2) / n)');
SELECT is_empty($$ SELECT name, ds, s, csat(s), headline, 100.0 * top / total FROM by_hand JOIN csat_made USING (id, ds)
	WHERE NOT pg_temp.near(csat(s), 100.0 * top / total, 1e-12) OR headline IS DISTINCT FROM csat(s) OR NOT pg_temp.near(satisfied_share(s), top / total)
		OR (satisfied(s), csat_scale(s), csat_boxes(s)) IS DISTINCT FROM (satisfied, scale, option) LIMIT 3 $$,
	'csat: 100.0 * answers in the top boxes / answers');
SELECT is_empty($$ SELECT name, ds, s, csat_stderr(s), 100 * sqrt(top * (total - top) / kish) / total FROM by_hand JOIN csat_made USING (id, ds)
	WHERE NOT pg_temp.near(csat_stderr(s), 100 * sqrt(top * (total - top) / kish) / total) LIMIT 3 $$,
	'csat: csat_stderr is 100 sqrt(p (1 - p) / n)');
SELECT is_empty($$ SELECT name, ds, s, ces(s), headline, first_moment / total FROM by_hand JOIN ces_made USING (id, ds)
	WHERE NOT pg_temp.near(ces(s), first_moment / total, 1e-12) OR headline IS DISTINCT FROM ces(s) OR (ces_scale(s), ces_low_is_easy(s)) IS DISTINCT FROM (scale, option = 1) LIMIT 3 $$,
	'ces: the mean');
SELECT is_empty($$ SELECT name, ds, s, easy_share(s), difficult_share(s), ces_net_easy(s) FROM by_hand JOIN ces_made USING (id, ds)
	WHERE NOT (pg_temp.near(easy_share(s), easy / total) AND pg_temp.near(difficult_share(s), difficult / total))
		OR NOT (pg_temp.near(ces_net_easy(s), 100 * (easy - difficult) / total) OR abs(ces_net_easy(s) - 100 * (easy - difficult) / total) < 1e-12) LIMIT 3 $$,
	'ces: easy, difficult and net easy');
SELECT is_empty($$ SELECT name, ds, s, ces_stderr(s), deviation FROM by_hand JOIN ces_made USING (id, ds),
		LATERAL (SELECT CASE WHEN kish > 1 THEN sqrt((total * second_moment - first_moment * first_moment) / (kish - 1)) / total END) AS x (deviation)
	WHERE NOT pg_temp.near(ces_stderr(s), deviation) AND (kish > 1 + 1e-9) IS NOT false LIMIT 3 $$,
	'ces: ces_stderr is the standard deviation over sqrt(n)');

CREATE TEMP TABLE pair_by_hand AS
SELECT ds, count(*) AS n, 100 * avg(change) AS difference, 100 * sqrt(var_pop(change) / count(*)) AS stderr, s,
	100.0 * (count(*) FILTER (WHERE later >= 9) - count(*) FILTER (WHERE later <= 6)) / count(*) - 100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / count(*) AS nps_difference
FROM (SELECT *, CASE WHEN later >= 9 THEN 1 WHEN later <= 6 THEN -1 ELSE 0 END - CASE WHEN score >= 9 THEN 1 WHEN score <= 6 THEN -1 ELSE 0 END AS change
		FROM answer WHERE family = 'pair' AND score IS NOT NULL) a
	JOIN (SELECT ds, nps_paired_agg(score, later) AS s FROM answer WHERE family = 'pair' GROUP BY ds) b USING (ds)
GROUP BY ds, s;
SELECT is_empty($$ SELECT ds, s, t.*, p.* FROM pair_by_hand p, nps_compare(s) AS t
	WHERE responses(s) <> n OR NOT (pg_temp.near(t.difference, p.difference) AND pg_temp.near(t.difference, nps_difference) AND pg_temp.near(t.stderr, p.stderr) AND pg_temp.near(t.statistic, p.difference / nullif(p.stderr, 0)))
		OR t.df IS NOT NULL LIMIT 3 $$,
	'nps pair: the difference is the mean change, and that of the two scores');
SELECT is_empty($$
	(SELECT ds, d.* FROM pair_by_hand, distribution(s) AS d WHERE d.responses > 0)
	EXCEPT
	(SELECT ds, nps_band(score), nps_band(later), count(*), count(*)::float8 / sum(count(*)) OVER (PARTITION BY ds)::float8 FROM answer WHERE family = 'pair' AND score IS NOT NULL GROUP BY 1, 2, 3) $$,
	'nps pair: distribution is GROUP BY bands');
SELECT is_empty($$
	SELECT score FROM generate_series(0, 10) AS score WHERE nps_band(score) <> CASE WHEN score >= 9 THEN 'promoter' WHEN score >= 7 THEN 'passive' ELSE 'detractor' END $$,
	'nps_band');
-- the weights of a sample may be given in any unit
SELECT is_empty($$
	SELECT ds, nps_weighted(score, weight), nps_weighted(score, weight * 1024) FROM answer WHERE family = 'nps' GROUP BY ds
	HAVING nps_weighted(score, weight) <> nps_weighted(score, weight * 1024)
		OR nps_stderr(nps_weighted_agg(score, weight)) <> nps_stderr(nps_weighted_agg(score, weight * 1024)) LIMIT 3 $$,
	'the unit of the weights does not matter');
SELECT is_empty($$
	SELECT ds FROM answer WHERE family = 'nps' GROUP BY ds
	HAVING to_jsonb(nps_report(nps_weighted_agg(score, 1))) <> to_jsonb(nps_report(nps_agg(score))) LIMIT 3 $$,
	'nor do weights that are all the same');


-- ---- How the answers come ----

CREATE FUNCTION pg_temp.differing_types() RETURNS TABLE (variant text, number text, ds bigint) LANGUAGE plpgsql AS $$
DECLARE
	v variant;
	number text;
BEGIN
	FOR v IN SELECT * FROM variant LOOP
		FOREACH number IN ARRAY '{smallint, bigint, numeric, float8}'::text[] LOOP
			RETURN QUERY EXECUTE format('SELECT %L, %L, ds FROM answer WHERE family = %L GROUP BY ds HAVING NOT pg_temp.identical(%s, %s)', v.name, number, v.family,
				v.aggregate, replace(replace(v.aggregate, '(score', '(score::' || number), ' later', ' later::' || number));
		END LOOP;
	END LOOP;
END $$;
SELECT is_empty('SELECT * FROM pg_temp.differing_types() LIMIT 3', 'answers of every number type give the same bytes');
SELECT results_eq($$
	SELECT ds, nps_agg(score) FILTER (WHERE part < 3)::text, nps(score) FILTER (WHERE part < 3) FROM answer WHERE family = 'nps' GROUP BY ds ORDER BY ds $$, $$
	SELECT ds, nps_agg(score)::text, nps(score) FROM (SELECT DISTINCT ds FROM answer WHERE family = 'nps') d LEFT JOIN (SELECT ds, score FROM answer WHERE part < 3) a USING (ds) GROUP BY ds ORDER BY ds $$,
	'FILTER');
SELECT results_eq($$
	SELECT ds, nps_agg(DISTINCT score)::text, nps_agg(score ORDER BY i DESC)::text FROM answer WHERE family = 'nps' GROUP BY ds ORDER BY ds $$, $$
	SELECT ds, s, nps_agg(score)::text FROM (SELECT ds, nps_agg(score)::text AS s FROM (SELECT DISTINCT ds, score FROM answer WHERE family = 'nps') a GROUP BY ds) x JOIN answer USING (ds) WHERE family = 'nps' GROUP BY ds, s ORDER BY ds $$,
	'DISTINCT and ORDER BY');
SELECT results_eq($$
	SELECT ds % 5 AS a, part, nps_agg(score)::text FROM answer WHERE family = 'nps' GROUP BY GROUPING SETS ((a, part), (a), (part), ()) ORDER BY 1, 2, 3 $$, $$
	SELECT ds % 5 AS a, part, nps_agg(score)::text FROM answer WHERE family = 'nps' GROUP BY a, part
	UNION ALL SELECT ds % 5 AS a, NULL, nps_agg(score)::text FROM answer WHERE family = 'nps' GROUP BY a
	UNION ALL SELECT NULL, part, nps_agg(score)::text FROM answer WHERE family = 'nps' GROUP BY part
	UNION ALL SELECT NULL, NULL, nps_agg(score)::text FROM answer WHERE family = 'nps' ORDER BY 1, 2, 3 $$,
	'GROUPING SETS');

-- Called as plain functions, the steps of the aggregates leave what is stored alone.
CREATE TEMP TABLE stored AS
	SELECT a.s AS nps, w.s AS weighted, c.s AS csat, e.s AS ces, p.s AS pair
	FROM nps_made a JOIN nps_made w ON w.ds = a.ds AND w.id = 3 AND a.id = 1, (SELECT s FROM csat_made WHERE id = 4 AND responses(s) > 5 LIMIT 1) c,
		(SELECT s FROM ces_made WHERE id = 7 AND responses(s) > 5 LIMIT 1) e, (SELECT s FROM pair_by_hand WHERE n > 5 LIMIT 1) p
	WHERE responses(a.s) > 0;
CREATE TEMP TABLE original AS SELECT nps::text, weighted::text, csat::text, ces::text, pair::text FROM stored;
SELECT ok(count(nps_accum(nps, 9)) + count(nps_accum(nps, 3.0)) + count(nps_counts_accum(nps, 9, 1000)) + count(nps_weighted_accum(weighted, 9, 3)) + count(nps_summary_combine(nps, nps)) + count(weighted + weighted)
		+ count(nps_summary_minus(nps, nps)) + count(nps_summary_combine_inverse(nps, nps)) + count(csat_accum(csat, 1, csat_scale(csat), csat_boxes(csat))) + count(csat_counts_accum(csat, 1, 100, csat_scale(csat), csat_boxes(csat)))
		+ count(csat + csat) + count(csat - csat) + count(ces_accum(ces, 1, ces_scale(ces), ces_low_is_easy(ces))) + count(ces + ces) + count(ces - ces)
		+ count(nps_paired_accum(pair, 9, 1)) + count(pair + pair) + count(pair - pair) = 18 * count(*), 'the steps of aggregates, called as functions, answer')
FROM stored;
SELECT results_eq('SELECT nps::text, weighted::text, csat::text, ces::text, pair::text FROM stored', 'SELECT * FROM original', 'and change nothing that is stored');

SELECT * FROM finish();
ROLLBACK;
