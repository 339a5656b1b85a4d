-- Laws of maps of segments, over random answers: merging and taking out, the text forms, effects that add up, levels that
-- are shrunk; and corrupt text.
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


-- ---- The answers ----

-- 60 data sets of up to 300 answers, each in one of up to 12 segments, of which one in ten is NULL, and in one of seven parts.
-- CSAT is on the scale and with the boxes of the data set; weights are multiples of 1/8.
CREATE TEMP TABLE answer AS
SELECT ds, i, 2 + ds % 10 AS scale, 1 + ds % (1 + ds % 10) AS boxes, names[place] AS segment,
	CASE WHEN pg_temp.chance(row, 'silent') > 0.05 THEN floor(11 * pg_temp.chance(row, 'score') ^ exp(2 * pg_temp.chance(place, 'skew') - 1))::int END AS score,
	floor(20 * pg_temp.chance(row, 'weight')) / 8 AS weight, floor(7 * pg_temp.chance(row, 'part'))::int AS part
FROM generate_series(1, 60) AS ds, LATERAL generate_series(1, (5 * ds)) AS i, LATERAL (SELECT 1000 * ds + i) AS x (row),
	LATERAL (SELECT 1 + floor((1 + ds % 12) * pg_temp.chance(row, 'segment'))::int) AS y (place), (VALUES (ARRAY['', 'web', 'Web', 'zürich', 'öl', '電話', 'a "b" \ c', E'tab\tand\nline', 'web ', repeat('long ', 50), 'z', NULL])) AS z (names);

CREATE TEMP TABLE summary AS
SELECT ds, part, segment, nps_agg(score) AS nps, nps_weighted_agg(score, weight) AS nps_weighted, csat_agg(1 + score % scale, scale, boxes) AS csat,
	csat_weighted_agg(1 + score % scale, weight, scale, boxes) AS csat_weighted
FROM answer GROUP BY ds, part, segment;
CREATE TEMP TABLE part AS
SELECT ds, part, nps_segment_agg(segment, nps) AS nps, nps_segment_agg(segment, nps_weighted) AS nps_weighted, csat_segment_agg(segment, csat) AS csat,
	csat_segment_agg(segment, csat_weighted) AS csat_weighted
FROM summary GROUP BY ds, part;
CREATE TEMP TABLE whole AS
SELECT ds, nps_segment_agg(segment, nps) AS nps, nps_segment_agg(segment, nps_weighted) AS nps_weighted, csat_segment_agg(segment, csat) AS csat,
	csat_segment_agg(segment, csat_weighted) AS csat_weighted
FROM summary GROUP BY ds;
SELECT is((SELECT count(*) FROM whole WHERE nps_weighted <> '{"n": 0}'), 60::bigint, 'there are 60 maps of each kind');


-- ---- Merging ----

-- sums of weights are exact here, so that weighted maps, too, are the same to the last bit
SELECT is(count(*), 0::bigint, 'parts merged are the whole, byte for byte') FROM whole AS w
	WHERE NOT EXISTS (SELECT FROM part AS p WHERE p.ds = w.ds HAVING rollup(p.nps) = w.nps AND rollup(p.nps_weighted) = w.nps_weighted AND rollup(p.csat) = w.csat
	AND rollup(p.csat_weighted) = w.csat_weighted);
SELECT is(count(*), 0::bigint, 'in any order') FROM whole AS w
	WHERE NOT EXISTS (SELECT FROM part AS p WHERE p.ds = w.ds HAVING rollup(p.nps ORDER BY part DESC) = w.nps AND rollup(p.nps_weighted ORDER BY part * 3 % 7) = w.nps_weighted
	AND rollup(p.csat ORDER BY part DESC) = w.csat AND rollup(p.csat_weighted ORDER BY part * 5 % 7) = w.csat_weighted);
SELECT is(count(*), 0::bigint, 'in any grouping') FROM whole AS w
	WHERE NOT EXISTS (SELECT FROM (SELECT rollup(nps) AS nps, rollup(csat) AS csat FROM part AS p WHERE p.ds = w.ds GROUP BY part % 3) AS x HAVING rollup(x.nps) = w.nps AND rollup(x.csat) = w.csat);
SELECT is(count(*), 0::bigint, 'answer by answer too') FROM whole AS w JOIN (SELECT ds, nps_segment_agg(segment, score) AS t FROM answer GROUP BY ds) AS x USING (ds) WHERE t <> nps;
SELECT is(count(*), 0::bigint, 'a part taken out leaves the others') FROM whole AS w JOIN part AS p USING (ds)
	WHERE w.nps - p.nps <> (SELECT rollup(o.nps) FROM part AS o WHERE o.ds = w.ds AND o.part <> p.part) OR w.csat - p.csat <> (SELECT rollup(o.csat) FROM part AS o WHERE o.ds = w.ds AND o.part <> p.part);
SELECT is(count(*), 0::bigint, 'a + b = b + a, and a + b - b = a') FROM part AS a JOIN part AS b USING (ds)
	WHERE a.nps + b.nps <> b.nps + a.nps OR a.csat + b.csat - b.csat <> a.csat OR a.nps_weighted + b.nps_weighted <> b.nps_weighted + a.nps_weighted;
SELECT is(count(*), 0::bigint, 'nothing added or taken out changes nothing') FROM whole
	WHERE nps + '{"n": 0}' <> nps OR '{"n": 0}' + nps_weighted <> nps_weighted OR csat - '{"n": 0}' <> csat OR nps - nps <> '{"n": 0}' OR csat - csat <> '{"n": 0}';
SELECT is(count(*), 0::bigint, 'a window that moves on is what is in it') FROM (SELECT ds, part, rollup(nps) OVER w AS nps, rollup(nps_weighted) OVER w AS nps_weighted
	FROM part WINDOW w AS (PARTITION BY ds ORDER BY part RANGE BETWEEN 2 PRECEDING AND CURRENT ROW)) AS m
	WHERE (nps, nps_weighted) IS DISTINCT FROM (SELECT ROW(rollup(o.nps), rollup(o.nps_weighted)) FROM part AS o WHERE o.ds = m.ds AND o.part BETWEEN m.part - 2 AND m.part);


-- ---- What is in it ----

SELECT is(count(*), 0::bigint, 'the total is that of all answers') FROM whole JOIN (SELECT ds, nps_agg(score) AS n, nps_weighted_agg(score, weight) AS w,
	csat_agg(1 + score % scale, scale, boxes) AS c FROM answer GROUP BY ds) AS x USING (ds) WHERE segment_total(nps) <> n OR segment_total(nps_weighted) <> w OR segment_total(csat) <> c;
SELECT is(count(*), 0::bigint, 'every segment has the summary of its answers') FROM
	(SELECT ds, segment, nps_weighted_agg(score, weight) AS s FROM answer GROUP BY ds, segment HAVING count(score) > 0) AS a
	FULL JOIN (SELECT ds, m.* FROM whole, segment_summaries(nps_weighted) AS m) AS m ON a.ds = m.ds AND a.segment IS NOT DISTINCT FROM m.segment WHERE s IS DISTINCT FROM summary;
SELECT is(count(*), 0::bigint, 'segments are in the order of their bytes, NULL last') FROM (SELECT segment, lag(segment) OVER w AS before, place FROM whole, segment_summaries(nps)
	WITH ORDINALITY AS m (segment, summary, place) WINDOW w AS (PARTITION BY ds ORDER BY place)) AS x WHERE place > 1 AND (before IS NULL OR before >= segment COLLATE "C");
SELECT is(count(*), 0::bigint, 'text, json and jsonb read back the same') FROM whole WHERE nps::text::nps_segment_summary <> nps OR nps_weighted::text::nps_segment_summary <> nps_weighted
	OR csat::text::csat_segment_summary <> csat OR csat_weighted::text::csat_segment_summary <> csat_weighted OR to_jsonb(nps)::nps_segment_summary <> nps
	OR to_json(nps_weighted)::nps_segment_summary <> nps_weighted OR to_jsonb(csat_weighted)::csat_segment_summary <> csat_weighted;
SELECT is(count(DISTINCT t), count(DISTINCT t::text), 'equal as they are equal as text') FROM (SELECT nps AS t FROM part UNION ALL SELECT nps_weighted FROM part UNION ALL SELECT nps FROM whole) AS x;


-- ---- Effects ----

-- of each NPS map against the next, and of each CSAT map against the next on its scale; plain and weighted
CREATE TEMP TABLE change AS
SELECT 'nps' AS kind, a.ds, nps(segment_total(b.nps)) - nps(segment_total(a.nps)) AS due, c.* FROM whole AS a JOIN whole AS b ON b.ds = a.ds + 1, nps_change(a.nps, b.nps) AS c
UNION ALL SELECT 'weighted', a.ds, nps(segment_total(b.nps_weighted)) - nps(segment_total(a.nps_weighted)), c.* FROM whole AS a JOIN whole AS b ON b.ds = a.ds + 1,
	nps_change(a.nps_weighted, b.nps_weighted) AS c
UNION ALL SELECT 'csat', a.ds, csat(segment_total(b.csat)) - csat(segment_total(a.csat)), c.* FROM part AS a JOIN part AS b ON b.ds = a.ds AND b.part = a.part + 1,
	csat_change(a.csat, b.csat) AS c WHERE a.part = 3;
SELECT is(count(*), 0::bigint, 'effects add up to the change') FROM (SELECT FROM change GROUP BY kind, ds, due HAVING abs(sum(total_effect) - due) > 1e-12) AS x;
SELECT is(count(*), 0::bigint, 'each is rate and mix') FROM change WHERE total_effect <> rate_effect + mix_effect;
SELECT is(count(*), 0::bigint, 'shares add up to 1') FROM (SELECT FROM change GROUP BY kind, ds HAVING abs(sum(before_share) - 1) > 1e-14 OR abs(sum(after_share) - 1) > 1e-14) AS x;
SELECT is(count(*), 0::bigint, 'whoever entered or left has no rate effect, and no test') FROM change WHERE status <> 'stayed' AND (rate_effect <> 0 OR p_value IS NOT NULL OR p_adjusted IS NOT NULL)
	OR (status = 'entered') <> (before IS NULL AND after IS NOT NULL) AND kind <> 'weighted' OR (status = 'left') <> (after IS NULL AND before IS NOT NULL) AND kind <> 'weighted';
SELECT ok(count(*) FILTER (WHERE status = 'entered') > 20 AND count(*) FILTER (WHERE status = 'left') > 20, 'of whom there are many') FROM change;
SELECT is(count(*), 0::bigint, 'backwards is the other way round') FROM whole AS a JOIN whole AS b ON b.ds = a.ds + 1, nps_change(a.nps, b.nps) AS f
	JOIN LATERAL nps_change(b.nps, a.nps) AS r ON r.segment IS NOT DISTINCT FROM f.segment
	WHERE f.rate_effect <> -r.rate_effect OR f.mix_effect <> -r.mix_effect OR f.p_value <> r.p_value OR f.stderr <> r.stderr;
SELECT is(count(*), 0::bigint, 'nothing changes from itself to itself') FROM whole, nps_change(nps, nps) AS c WHERE total_effect <> 0 OR p_value < 1 OR status <> 'stayed';
SELECT is(count(*), 0::bigint, 'adjusted as p_adjust adjusts') FROM (SELECT p_adjusted, p_adjust(p_value) OVER (PARTITION BY kind, ds) AS due FROM change) AS x WHERE p_adjusted IS DISTINCT FROM due;


-- ---- Levels ----

CREATE TEMP TABLE league AS
SELECT 'nps' AS kind, ds, -100 AS least, l.* FROM whole, nps_segments(nps) AS l
UNION ALL SELECT 'weighted', ds, -100, l.* FROM whole, nps_segments(nps_weighted) AS l
UNION ALL SELECT 'csat', ds, 0, l.* FROM whole, csat_segments(csat) AS l
UNION ALL SELECT 'csat weighted', ds, 0, l.* FROM whole, csat_segments(csat_weighted) AS l;
SELECT is(count(*), 0::bigint, 'the interval is around the shrunk level, and on the scale') FROM league WHERE NOT (least <= lower AND lower <= shrunk_nps AND shrunk_nps <= upper AND upper <= 100);
SELECT is(count(*), 0::bigint, 'the shrunk level is among the levels') FROM (SELECT *, min(nps) OVER w AS low, max(nps) OVER w AS high FROM league WINDOW w AS (PARTITION BY kind, ds)) AS x
	WHERE shrunk_nps < low - 1e-9 OR shrunk_nps > high + 1e-9;
SELECT is(count(*), 0::bigint, 'of as many answers the better level stays the better one') FROM league AS a JOIN league AS b USING (kind, ds, responses)
	WHERE kind IN ('nps', 'csat') AND a.nps > b.nps AND a.shrunk_nps < b.shrunk_nps;
SELECT is(count(*), 0::bigint, 'of the same level the one of more answers is drawn less') FROM league AS a JOIN league AS b USING (kind, ds, nps)
	WHERE kind IN ('nps', 'csat') AND a.responses > b.responses AND abs(a.shrunk_nps - nps) > abs(b.shrunk_nps - nps) + 1e-9;
SELECT is(count(*), 0::bigint, 'a verdict is of the test') FROM league WHERE verdict <> CASE WHEN coalesce(p_adjusted > 0.05, true) THEN 'unproven' WHEN difference_from_rest > 0 THEN 'better' ELSE 'worse' END;
SELECT ok(count(*) FILTER (WHERE verdict = 'better') > 5 AND count(*) FILTER (WHERE verdict = 'worse') > 5 AND count(*) FILTER (WHERE verdict = 'unproven') > 50, 'of which there are all kinds') FROM league;
SELECT is(count(*), 0::bigint, 'the difference is to the rest of the answers') FROM whole, nps_segments(nps) AS l JOIN LATERAL segment_summaries(whole.nps) AS m ON m.segment IS NOT DISTINCT FROM l.segment
	WHERE NOT pg_temp.near(difference_from_rest, (nps_compare(summary, segment_total(whole.nps) - summary)).difference);
SELECT is(count(*), 0::bigint, 'what is hidden changes nothing but the number of tests') FROM whole, nps_segments(nps, min_responses => 20) AS h
	JOIN LATERAL nps_segments(whole.nps) AS l ON l.segment IS NOT DISTINCT FROM h.segment
	WHERE CASE WHEN l.responses < 20 THEN (h.nps, h.shrunk_nps, h.lower, h.p_adjusted) IS DISTINCT FROM (NULL::float8, NULL::float8, NULL::float8, NULL::float8)
		ELSE (h.nps, h.shrunk_nps, h.upper, h.difference_from_rest) IS DISTINCT FROM (l.nps, l.shrunk_nps, l.upper, l.difference_from_rest) OR h.p_adjusted IS NULL AND l.p_adjusted IS NOT NULL END OR h.responses <> l.responses;


-- ---- Corrupt text ----

CREATE FUNCTION pg_temp.mutate(s text, i bigint) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	at int := 1 + floor(length(s) * pg_temp.chance(i, 'at'))::int;
	pieces text[] := string_to_array('{|}|[|]|"|:|,|0|1|9|-1|1e400|9223372036854775807|NaN|null|true|false|"web"|[1, 0]|\u0000|\ud800|€| |"n": 1, |1.5|11|12', '|');
	piece text := pieces[1 + floor(cardinality(pieces) * pg_temp.chance(i, 'piece'))::int];
BEGIN
	RETURN CASE i % 6
		WHEN 0 THEN overlay(s PLACING piece FROM at FOR 0)
		WHEN 1 THEN overlay(s PLACING piece FROM at FOR 1)
		WHEN 2 THEN overlay(s PLACING '' FROM at FOR 1 + i::int % 5)
		WHEN 3 THEN regexp_replace(s, '\m\d+\M', piece, 1, 1 + i::int % 30)
		WHEN 4 THEN regexp_replace(s, '\m\d+\M', (i % 13)::text, 1, 1 + i::int % 17)
		ELSE regexp_replace(s, '\[[0-9, ]*\]', piece, 1, 1 + i::int % 3) END;
END $$;
-- SQLSTATE of what is refused; what is accepted reads back and can be asked anything, or says what is wrong.
CREATE FUNCTION pg_temp.verdict_on(s text, type text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	same boolean;
	asked text;
BEGIN
	BEGIN
		EXECUTE format('SELECT $1::%1$s::text::%1$s = $1::%1$s', type) INTO same USING s;
	EXCEPTION WHEN OTHERS THEN
		RETURN SQLSTATE;
	END;
	EXECUTE format('SELECT string_agg(x::text, '''') || (SELECT string_agg(y::text, '''') FROM %2$s_change($1::%1$s, $1::%1$s) AS y) || segment_total($1::%1$s)::text FROM %2$s_segments($1::%1$s) AS x',
		type, split_part(type, '_', 1)) INTO asked USING s;
	RETURN CASE WHEN NOT same THEN 'does not read back' WHEN asked ~ ',(NaN|-?Infinity)[,)]' THEN 'is not a number' ELSE 'read' END;
END $$;
CREATE TEMP TABLE fuzzed AS
SELECT i, type, pg_temp.mutate(s, i) AS s FROM (SELECT 'nps_segment_summary' AS type, nps::text AS s FROM part WHERE ds < 14 UNION ALL SELECT 'csat_segment_summary', csat_weighted::text FROM part WHERE ds < 8
	UNION ALL SELECT 'csat_segment_summary', csat::text FROM part WHERE ds < 12) AS valid, generate_series(1, 18) AS k, LATERAL (SELECT k + 31 * hashtext(s)::bigint & 1048575) AS x (i);
CREATE TEMP TABLE judged AS SELECT *, pg_temp.verdict_on(s, type) AS verdict FROM fuzzed;
SELECT is(string_agg(DISTINCT verdict, ', ' ORDER BY verdict), '22P02, read', 'corrupt text is refused with 22P02, or is a map') FROM judged;
SELECT ok(count(*) FILTER (WHERE verdict = 'read') > 100 AND count(*) FILTER (WHERE verdict = '22P02') > 1000, 'of which there are many of both') FROM judged;
SELECT is(nps_segment_agg('alive', 10)::text, '{"n": 1, "scale": 10, "weighted": false, "segments": ["alive"], "counts": [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]]}', 'and all is well');

-- ---- The most segments ----

CREATE TEMP TABLE many AS SELECT nps_segment_agg(i::text, i % 11) AS t FROM generate_series(1, 100000) AS i;
SELECT is((SELECT count(*) FROM segment_summaries(t)), 100000::bigint, '100,000 segments') FROM many;
SELECT is(responses(segment_total(t)), 100000::bigint, 'and as many answers') FROM many;
SELECT ok(t = t::text::nps_segment_summary, 'which read back') FROM many;
SELECT throws_ok('SELECT nps_segment_agg(i::text, i % 11) FROM generate_series(1, 100001) AS i', '54000', 'a summary cannot hold more than 100000 segments', 'not one more');
SELECT throws_ok($$SELECT t + (SELECT nps_segment_agg('one more', 9)) FROM many$$, '54000', 'a summary cannot hold more than 100000 segments', 'nor by merging');
SELECT is(responses(segment_total(t - (SELECT nps_segment_agg('1', 1)) + (SELECT nps_segment_agg('one more', 9)))), 100000::bigint, 'one less, one more') FROM many;

SELECT * FROM finish();
ROLLBACK;
