-- Corrupt text: thousands of mutations of valid text forms are either refused with
-- SQLSTATE 22P02, or are a summary that means what the text says, reads back to the
-- same bytes, and on which every accessor works.
--
-- "Random" is a hash of the mutation's number, so that a failure repeats.

BEGIN;
SET client_min_messages = warning;

\set included 1
\ir accessors.sql

SELECT plan(5 * 6 + 12);

CREATE FUNCTION pg_temp.chance(i bigint, what text) RETURNS float8 LANGUAGE sql IMMUTABLE
	AS $$ SELECT (hashtextextended(what, i) & 4503599627370495) / 4503599627370496.0::float8 $$;
CREATE FUNCTION pg_temp.pick(i bigint, what text, choices text[]) RETURNS text LANGUAGE sql IMMUTABLE
	AS $$ SELECT choices[1 + floor(cardinality(choices) * pg_temp.chance(i, what))::int] $$;
-- A place in a text, from 1 to its length.
CREATE FUNCTION pg_temp.place(i bigint, what text, s text) RETURNS int LANGUAGE sql IMMUTABLE
	AS $$ SELECT 1 + floor(length(s) * pg_temp.chance(i, what))::int $$;


-- ---- Valid forms ----

CREATE TEMP TABLE valid AS SELECT DISTINCT type, s FROM cx_test.edges;
CREATE TEMP TABLE answer AS
	SELECT ds, floor(11 * pg_temp.chance(1000 * ds + i, 'score'))::int AS score, round((3 * pg_temp.chance(1000 * ds + i, 'weight'))::numeric, CASE WHEN ds % 2 = 0 THEN 1 ELSE 8 END)::float8 AS weight
	FROM generate_series(1, 60) AS ds, generate_series(1, 1 + ds / 2) AS i;
INSERT INTO valid
	SELECT 'nps_summary', nps_agg(score)::text FROM answer GROUP BY ds
	UNION ALL SELECT 'nps_summary', nps_weighted_agg(score, weight)::text FROM answer GROUP BY ds
	UNION ALL SELECT 'csat_summary', csat_agg(1 + score % (2 + ds % 10), 2 + ds % 10)::text FROM answer GROUP BY ds
	UNION ALL SELECT 'csat_summary', csat_weighted_agg(1 + score % (2 + ds % 10), weight, 2 + ds % 10)::text FROM answer GROUP BY ds
	UNION ALL SELECT 'ces_summary', ces_agg(1 + score % (2 + ds % 10), 2 + ds % 10, ds % 3 = 0)::text FROM answer GROUP BY ds
	UNION ALL SELECT 'ces_summary', ces_weighted_agg(1 + score % (2 + ds % 10), weight, 2 + ds % 10, ds % 3 = 0)::text FROM answer GROUP BY ds
	UNION ALL SELECT 'nps_pair_summary', nps_paired_agg(score, (score * 7 + ds) % 11)::text FROM answer GROUP BY ds
	UNION ALL SELECT 'revenue_summary', revenue_agg(score * 10.5, (score * 7 + ds) % 11 * weight::numeric, CASE score % 3 WHEN 1 THEN true WHEN 2 THEN false END)::text FROM answer GROUP BY ds;


-- ---- Mutations ----

-- Another text for the k-th number of s.
CREATE FUNCTION pg_temp.with_number(s text, k int, number text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT regexp_replace(s, '(: )(-?[0-9][0-9.e+-]*)', '\1' || number, 1, k)
$$;

-- What no summary can have, but somebody may write.
CREATE FUNCTION pg_temp.odd_number(i bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT pg_temp.pick(i, 'odd', string_to_array('-1 -9223372036854775808 9223372036854775807 9223372036854775808 18446744073709551616 99999999999999999999999999 1.5 1.0 1e0 1e3 0.1 1e-5 1e-100 1e-101 1e100 1e120 '
		'1e-320 4.9e-324 1e-400 1.7976931348623157e308 1e309 1e999 -1e999 1e131072 1e-16384 -0 -0.0 00 007 +1 1. .5 1e 0x10 NaN nan Infinity -Infinity null true false "5" "" "NaN" [] {} [1] {"0":1} '
		'2 3 7 10 11 12 255 256 257 266 4294967296 4294967306 65541', ' '))
$$;

-- A weighted summary that might be one: sums of weights and of squares within, at and beyond what its counts allow.
CREATE FUNCTION pg_temp.other_weights(s jsonb, i bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n float8 := (s ->> 'n')::float8;
	magnitude float8 := pg_temp.pick(i, 'magnitude', '{1e-101, 1e-100, 1e-50, 1e-5, 1, 1, 1, 1e10, 1e100, 1.1e100}')::float8;
	total float8;
	squares float8;
	low float8;
	key text;
BEGIN
	FOR key IN SELECT jsonb_object_keys(s -> 'counts') LOOP
		s := jsonb_set(s, ARRAY['weights', key], to_jsonb(CASE pg_temp.pick(i, 'shape' || key, '{0, 1, r, r, r}') WHEN '0' THEN 0 WHEN '1' THEN 1 ELSE pg_temp.chance(i, key) END * magnitude * (s -> 'counts' ->> key)::float8));
		low := CASE pg_temp.pick(i, 'low' || key, '{0, 0, 0, 0, -, +, x}') WHEN '0' THEN 0 WHEN '-' THEN -1e-17 WHEN '+' THEN 1e-17 ELSE 1e-16 END * (s -> 'weights' ->> key)::float8;
		s := jsonb_set(s, ARRAY['weights_low', key], to_jsonb(low));
	END LOOP;
	SELECT sum(value::float8) INTO total FROM jsonb_each_text(s -> 'weights');
	-- the effective number of answers, total^2 / squares, is from 1 to n
	squares := total * total / CASE pg_temp.pick(i, 'effective', '{one, almost, within, within, n, few, many}') WHEN 'one' THEN 1 WHEN 'almost' THEN 1 + 1e-10 WHEN 'within' THEN greatest(1, n * pg_temp.chance(i, 'effective')) WHEN 'n' THEN n WHEN 'few' THEN 0.9 ELSE n * 1.1 END;
	RETURN jsonb_set(jsonb_set(s, '{squares}', to_jsonb(squares)), '{squares_low}', '0')::text;
END $$;

CREATE FUNCTION pg_temp.mutate(s text, i bigint, kinds text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	alphabet text[] := string_to_array(E'{}[]":,.-+eE0123456789 \\nutrf\t/', NULL) || ARRAY['é', '€', E'\x01', '\u0000', '\ud800', '"n"', '"weighted"', 'true', 'false', 'null'];
	kind text := pg_temp.pick(i, 'kind', kinds);
	at int := pg_temp.place(i, 'at', s);
	numbers int := (SELECT count(*) FROM regexp_matches(s, ': -?[0-9]', 'g'));
	key text;
	counts jsonb;
	a text;
	b text;
BEGIN
	CASE kind
		WHEN 'flip' THEN
			RETURN overlay(s PLACING pg_temp.pick(i, 'new', alphabet) FROM at FOR 1);
		WHEN 'insert' THEN
			RETURN overlay(s PLACING pg_temp.pick(i, 'new', alphabet) FROM at FOR 0);
		WHEN 'delete' THEN
			RETURN overlay(s PLACING '' FROM at FOR 1 + floor(3 * pg_temp.chance(i, 'length'))::int);
		WHEN 'slice' THEN	-- a piece twice, or somewhere else
			RETURN overlay(s PLACING substr(s, pg_temp.place(i, 'from', s), floor(40 * pg_temp.chance(i, 'length'))::int) FROM at FOR 0);
		WHEN 'cut' THEN
			RETURN CASE WHEN i % 2 = 0 THEN left(s, at) ELSE right(s, at) END;
		WHEN 'number' THEN
			RETURN pg_temp.with_number(s, 1 + floor(numbers * pg_temp.chance(i, 'which'))::int, pg_temp.odd_number(i));
		WHEN 'move' THEN	-- an answer from one count to another
			SELECT coalesce(s::jsonb -> 'counts', s::jsonb - 'n') INTO counts;
			SELECT pg_temp.pick(i, 'from', array_agg(k)), pg_temp.pick(i, 'to', array_agg(k)) INTO a, b FROM jsonb_object_keys(counts) AS k;
			counts := jsonb_set(counts, ARRAY[a], to_jsonb((counts ->> a)::numeric - 1));
			counts := jsonb_set(counts, ARRAY[b], to_jsonb((counts ->> b)::numeric + 1));
			RETURN CASE WHEN a IS NULL THEN '{"n": 0, "counts": {}}' WHEN s::jsonb ? 'counts' THEN jsonb_set(s::jsonb, '{counts}', counts)::text ELSE (s::jsonb || counts)::text END;
		WHEN 'drop' THEN
			SELECT pg_temp.pick(i, 'key', array_agg(k)) INTO key FROM jsonb_object_keys(s::jsonb) AS k;
			RETURN CASE WHEN i % 2 = 0 OR NOT s::jsonb ? 'counts' THEN (s::jsonb - key)::text ELSE (s::jsonb #- ARRAY['counts', (i % 11)::text])::text END;
		WHEN 'add' THEN
			RETURN CASE i % 3 WHEN 0 THEN (s::jsonb || jsonb_build_object(pg_temp.pick(i, 'key', '{N, m, scale, boxes, counts, weights, weighted, squares, low_is_easy, nps, csat, "", n }'), i % 7))::text
				WHEN 1 THEN jsonb_set(s::jsonb, ARRAY[pg_temp.pick(i, 'in', '{counts, weights, weights_low}'), (i % 14)::text], to_jsonb(i % 2))::text
				ELSE s || pg_temp.pick(i, 'tail', '{"{}", " {}", ",", "}", "1", "x", "\""}') END;
		WHEN 'again' THEN	-- a key twice: JSON takes the last
			RETURN replace(s, '"n": ', format('"n": %s, "n": ', i % 20));
		WHEN 'headline' THEN	-- as the cast to json adds it
			RETURN replace(s, '"n": ', format('"%s": %s, "n": ', pg_temp.pick(i, 'key', '{nps, csat, ces, change, nrr}'), pg_temp.pick(i, 'value', string_to_array('null 0 100 -100 50 1e999 "50" 5 33.3', ' '))));
		WHEN 'blank' THEN	-- nothing but white space and another order
			RETURN E'\n\t ' || replace(CASE WHEN i % 2 = 0 THEN s ELSE s::jsonb::text END, ':', E' :\r\n') || '  ';
		WHEN 'weights' THEN
			RETURN CASE WHEN s LIKE '%"weighted": true%' THEN pg_temp.other_weights(s::jsonb, i) ELSE pg_temp.mutate(s, i, '{number}') END;
	END CASE;
END $$;

-- Each text several times, by another mutation; every fourth by two.
CREATE TEMP TABLE mutant AS
SELECT type, i, s AS original, CASE WHEN i % 4 = 0 THEN pg_temp.mutate(once, -i, '{flip, insert, delete, slice, cut, number, again, headline}') ELSE once END AS text
FROM (
	SELECT type, s, i, pg_temp.mutate(s, i, '{flip, flip, insert, delete, slice, cut, number, number, number, move, move, drop, add, again, headline, blank, weights, weights, weights, weights, weights}') AS once
	FROM (SELECT type, s, row_number() OVER (ORDER BY type, s COLLATE "C", k) AS i FROM valid, generate_series(1, CASE type WHEN 'nps_pair_summary' THEN 18 WHEN 'revenue_summary' THEN 30 ELSE 6 END) AS k) x
) y;


-- ---- What becomes of them ----

-- The canonical text of what a text is read as, or the SQLSTATE with which it is refused.
CREATE FUNCTION pg_temp.read(given text, as_ text, OUT state text, OUT s text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SELECT $1::%s::text', as_) INTO s USING given;
EXCEPTION WHEN OTHERS THEN
	state := SQLSTATE;
END $$;

CREATE TEMP TABLE outcome AS
SELECT m.*, direct.*, json.state AS json_state, json.s AS json_s, jsonb.state AS jsonb_state, jsonb.s AS jsonb_s
FROM mutant m, pg_temp.read(text, type) AS direct, pg_temp.read(text, 'json::' || type) AS json, pg_temp.read(text, 'jsonb::' || type) AS jsonb;

-- Whether a summary's own JSON says what was given, but for a headline figure and for digits that a double has no room for: half
-- a unit in the last place is lost on the way in, and half of one on the way out.
CREATE TEMP TABLE float AS
	SELECT array_agg(key) AS keys FROM unnest('{weights, squares, previous_squared, change_squared, change_previous, loss_squared, loss_previous}'::text[]) AS x (name), unnest(ARRAY[name, name || '_low']) AS key;
CREATE FUNCTION pg_temp.means(given jsonb, s jsonb) RETURNS boolean LANGUAGE sql AS $$
	SELECT given - keys - '{nps, csat, ces, change, nrr}'::text[] = s - keys
		AND (SELECT bool_and(coalesce(abs(g - v) <= 2.3e-16 * abs(g) + 5e-324, g IS NULL AND v IS NULL))
			FROM (SELECT (given ->> f)::numeric, (s ->> f)::numeric FROM unnest(keys) AS f WHERE f NOT LIKE 'weights%'
				UNION ALL
				SELECT (given -> f ->> a)::numeric, (s -> f ->> a)::numeric FROM unnest('{weights, weights_low}'::text[]) AS f, generate_series(0, 14) AS x (n), LATERAL (SELECT n::text) AS y (a)) AS z (g, v))
	FROM float
$$;

SELECT ok(count(*) FILTER (WHERE state IS NULL) >= 50 AND count(*) FILTER (WHERE state IS NULL AND s <> original) >= 50 AND count(*) FILTER (WHERE state IS NOT NULL) >= 500 AND count(*) > 1200,
	format('%s: %s texts, of which %s are read, %s of these as another summary', type, count(*), count(*) FILTER (WHERE state IS NULL), count(*) FILTER (WHERE state IS NULL AND s <> original)))
FROM outcome GROUP BY type ORDER BY type;
SELECT is_empty(format($$ SELECT i, state, text FROM outcome WHERE type = %L AND state <> '22P02' LIMIT 5 $$, type), type || ': what is refused is refused with 22P02')
FROM cx_test.types ORDER BY type::text;
SELECT is_empty(format($$ SELECT i, text, s FROM outcome WHERE type = %L AND state IS NULL AND pg_temp.means(text::jsonb, s::jsonb) IS NOT TRUE LIMIT 5 $$, type), type || ': what is read means what the text says')
FROM cx_test.types ORDER BY type::text;
SELECT is_empty(format($$ SELECT i, s FROM outcome WHERE type = %L AND state IS NULL AND cx_test.is_possible(type, s::jsonb) IS NOT TRUE LIMIT 5 $$, type), type || ': what is read is possible')
FROM cx_test.types ORDER BY type::text;
SELECT is_empty(format($$ SELECT i, text, state, json_state, jsonb_state FROM outcome WHERE type = %L AND (
		s IS DISTINCT FROM json_s OR s IS DISTINCT FROM jsonb_s OR json_state <> '22P02' OR jsonb_state NOT IN ('22P02', '22P05', '22003')) LIMIT 5 $$, type),
	type || ': json and jsonb are read alike')	-- jsonb itself refuses \u0000 with 22P05
FROM cx_test.types ORDER BY type::text;
SELECT is_empty(format($$ SELECT times, fault, s FROM cx_test.summary_of_faults(ARRAY(SELECT DISTINCT s FROM outcome WHERE type = %1$L AND s <> original), %1$L) $$, type),
	type || ': every accessor works on it')
FROM cx_test.types ORDER BY type::text;


-- ---- Too deep, too long, too little ----

-- 54001 is PostgreSQL's own refusal to recurse any deeper, which also its type json gives.
SELECT is(state, expected, what)
FROM (VALUES
	(repeat('[', 100000), '54001', '100,000 brackets'),
	(repeat('{"n":', 100000), '54001', '100,000 objects'),
	(repeat('[', 100000) || repeat(']', 100000), '54001', '100,000 brackets, closed'),
	('{"n": ' || repeat('{"n":', 100000) || '1' || repeat('}', 100001), '54001', '100,000 objects, closed'),
	('{"n": ' || repeat('[', 1000) || repeat(']', 1000) || '}', '22P02', '1000 brackets'),
	('{"n": "' || repeat('x', 10000000) || '"}', '22P02', 'a string of 10 MB'),
	('{"n": 1' || repeat('0', 130000) || '}', '22P02', 'a number of 130,000 digits'),
	('{"n": 0' || repeat('0', 1000000) || '}', '22P02', 'a million zeros'),
	('{"n": 0, "' || repeat('x', 1000000) || '": 0}', '22P02', 'a long key'),
	('{' || (SELECT string_agg(format('"%s": 0', i), ',') FROM generate_series(1, 100000) AS i) || '}', '22P02', '100,000 keys'),
	('', '22P02', 'nothing'),
	('{}', '22P02', 'an empty object')
) AS v (text, expected, what), pg_temp.read(text, 'nps_summary');

SELECT * FROM finish();
ROLLBACK;
