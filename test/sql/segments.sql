-- Segments: the change of a score and its parts, shrunk levels, the map itself. Lists of figures are the output of
-- Rscript test/R/segments.R with the section that stands above them.

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS segments_test CASCADE;
CREATE SCHEMA segments_test;
SET search_path = segments_test, public;
RESET client_min_messages;

CREATE FUNCTION near(a float8, b float8) RETURNS boolean LANGUAGE sql IMMUTABLE
	AS $$ SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= 1e-9 * greatest(abs(a), abs(b)), false) $$;

-- ---- because of whom ----

-- saas: a survey of a software company, February 2017 and August 2018, users and admins: counts of the answers 0 to 10.
-- moves: one segment stays, one enters, one leaves, one stands still.
CREATE TABLE counted (name text, period text, segment text, counts bigint[]);
INSERT INTO counted VALUES
	('saas', 'before', 'user', '{30,17,11,13,21,10,12,23,21,40,52}'), ('saas', 'before', 'admin', '{8,9,17,14,10,8,11,4,5,68,96}'),
	('saas', 'after', 'user', '{60,61,71,59,60,77,53,254,286,233,178}'), ('saas', 'after', 'admin', '{22,18,16,18,29,25,12,15,11,182,180}'),
	('moves', 'before', 'leaves', '{0,0,0,0,0,4,6,10,0,0,20}'), ('moves', 'before', 'stays', '{10,0,0,0,0,0,20,20,20,30,0}'),
	('moves', 'before', 'still', '{1,0,0,0,0,0,0,1,0,0,1}'), ('moves', 'after', 'stays', '{0,0,0,0,10,0,0,15,15,0,50}'),
	('moves', 'after', 'enters', '{0,0,10,0,0,0,0,0,5,5,0}'), ('moves', 'after', 'still', '{0,0,1,0,0,0,0,0,1,1,0}');
CREATE TABLE maps AS SELECT name, nps_segment_agg(segment, nps_summary(counts)) FILTER (WHERE period = 'before') AS before,
	nps_segment_agg(segment, nps_summary(counts)) FILTER (WHERE period = 'after') AS after FROM counted GROUP BY name;

CREATE TABLE due (name text, segment text, before float8, after float8, before_share float8, after_share float8, rate_effect float8,
	mix_effect float8, total_effect float8, stderr float8, p_value float8, p_adjusted float8);
INSERT INTO due VALUES
	('saas', 'admin', 34.8, 42.0454545454545, 0.5, 0.275, 2.80761363636364, -6.05761363636364, -3.25, 6.9120754719589, 0.283017981947, 0.283017981947),
	('saas', 'user', -8.8, -2.1551724137931, 0.5, 0.725, 4.06995689655172, -3.81995689655172, 0.25, 6.04160521000922, 0.278657393576445, 0.283017981947),
	('moves', 'enters', NULL, -25, 0, 0.176991150442478, 0, -7.78464232924253, -7.78464232924253, NULL, NULL, NULL),
	('moves', 'leaves', 25, NULL, 0.27972027972028, 0, 0, -1.683012822316, -1.683012822316, NULL, NULL, NULL),
	('moves', 'stays', 0, 44.4444444444444, 0.699300699300699, 0.79646017699115, 33.2391305842633, 0.314698874147101, 33.5538294584104, 10.4491372701928, 3.85167892832293e-05, 7.70335785664586e-05),
	('moves', 'still', 0, 0, 0.020979020979021, 0.0265486725663717, 0, -0.105729972425263, -0.105729972425263, 44.0958551844098, 1, 1);
CREATE VIEW changes AS SELECT name, c.* FROM maps AS m, nps_change(m.before, m.after) AS c;
SELECT name, segment, round(c.rate_effect::numeric, 4) AS rate, round(c.mix_effect::numeric, 4) AS mix, status,
	near(c.before, d.before) AND near(c.after, d.after) AND near(c.before_share, d.before_share) AND near(c.after_share, d.after_share) AS levels,
	near(c.rate_effect, d.rate_effect) AND near(c.mix_effect, d.mix_effect) AND near(c.total_effect, d.total_effect) AS effects,
	near(c.stderr, d.stderr) AND near(c.p_value, d.p_value) AND near(c.p_adjusted, d.p_adjusted) AS tests
FROM changes AS c FULL JOIN due AS d USING (name, segment) ORDER BY name, segment;
-- the effects add up to the change of the total; 13 to 10 although both rise
SELECT name, nps(segment_total(before)) AS before, nps(segment_total(after)) AS after, rate, mix,
	abs(total - (nps(segment_total(after)) - nps(segment_total(before)))) < 1e-13 AS add_up, shares
FROM maps JOIN (SELECT name, round(sum(rate_effect)::numeric, 4) AS rate, round(sum(mix_effect)::numeric, 4) AS mix, sum(total_effect) AS total,
	array[sum(before_share), sum(after_share)] AS shares FROM changes GROUP BY name) AS c USING (name) ORDER BY name;
-- backwards everything is the other way round
SELECT bool_and(near(f.rate_effect, -b.rate_effect) AND near(f.mix_effect, -b.mix_effect) AND f.p_value IS NOT DISTINCT FROM b.p_value) AS backwards,
	string_agg(DISTINCT f.status || ' ' || b.status, ', ') AS status
FROM maps AS m, nps_change(m.before, m.after) AS f JOIN nps_change((SELECT after FROM maps WHERE name = 'moves'), (SELECT before FROM maps
	WHERE name = 'moves')) AS b USING (segment) WHERE m.name = 'moves';
-- nothing before, nothing after, nothing at all, NULL
SELECT c.* FROM maps, nps_change('{"n": 0}', after) AS c WHERE name = 'moves';
SELECT c.* FROM maps, nps_change(before, '{"n": 0}') AS c WHERE name = 'moves';
SELECT count(*) AS none FROM nps_change('{"n": 0}', '{"n": 0}');
SELECT count(*) AS none FROM nps_change(NULL, (SELECT after FROM maps LIMIT 1));
-- weights: shares and levels are of weights, certainty of the effective answers
WITH answers AS (SELECT i % 2 AS period, i % 3 AS segment, i * i % 11 AS score, (i % 5) / 4.0::float8 AS weight FROM generate_series(1, 300) AS i),
	w AS (SELECT nps_segment_agg(segment::text, s) FILTER (WHERE period = 0) AS before, nps_segment_agg(segment::text, s) FILTER (WHERE period = 1) AS after
		FROM (SELECT period, segment, nps_weighted_agg(score, weight) AS s FROM answers GROUP BY period, segment) AS x)
SELECT c.segment, near(c.after_share, a.share) AS share, near(c.after, a.nps) AS level, near(c.p_value, (nps_compare(a.s, b.s)).p_value) AS test
FROM w, nps_change(before, after) AS c JOIN (SELECT segment::text, period, sum(weight) / sum(sum(weight)) OVER (PARTITION BY period) AS share, nps_weighted(score, weight) AS nps,
	nps_weighted_agg(score, weight) AS s FROM answers WHERE score IS NOT NULL GROUP BY segment, period) AS a ON a.segment = c.segment AND a.period = 1
JOIN (SELECT segment::text, nps_weighted_agg(score, weight) AS s FROM answers WHERE period = 0 GROUP BY segment) AS b ON b.segment = c.segment ORDER BY 1;

-- satisfaction: shares of two segments turn round while neither changes
SELECT segment, csat_change.before, csat_change.after, rate_effect AS rate, mix_effect AS mix, stderr, p_value, status
FROM csat_change((SELECT csat_segment_agg(g, s) FROM (VALUES ('a', csat_summary('{0,0,20,40,40}'::int[])), ('b', '{"n": 0}'), ('c', csat_summary('{10,10,20,5,5}'::int[]))) AS v (g, s)),
	(SELECT csat_segment_agg(g, s) FROM (VALUES ('a', csat_summary('{0,0,10,20,20}'::int[])), ('c', csat_summary('{20,20,40,10,10}'::int[]))) AS v (g, s)));
SELECT p_value = (csat_compare(csat_summary('{0,9,0,0,9}'::int[]), csat_summary('{5,0,0,7,0}'::int[]))).p_value AS test, stderr = (csat_compare(csat_summary('{0,9,0,0,9}'::int[]),
	csat_summary('{5,0,0,7,0}'::int[]))).stderr AS stderr
FROM csat_change((SELECT csat_segment_agg(NULL, csat_summary('{5,0,0,7,0}'::int[]))), (SELECT csat_segment_agg(NULL, csat_summary('{0,9,0,0,9}'::int[]))));

-- ---- who is better ----

-- promoters, passives and detractors; the 7, 1 and 1 of the boutique are 66.7 points, the most of all
CREATE TABLE league AS SELECT nps_segment_agg(segment, nps_summary(ARRAY[d, 0, 0, 0, 0, 0, 0, s, 0, 0, p])) AS t
	FROM (VALUES ('boutique', 7, 1, 1), ('enterprise', 1300, 720, 280), ('mid-market', 420, 250, 180), ('public', 700, 550, 290), ('small', 240, 190, 210)) AS v (segment, p, s, d);
CREATE TABLE rated AS SELECT csat_segment_agg(segment, csat_summary(ARRAY[n - x, 0, 0, 0, x])) AS t
	FROM (VALUES ('boutique', 7, 7), ('email', 510, 600), ('phone', 260, 400), ('web', 90, 100)) AS v (segment, x, n);
CREATE TABLE standing (name text, segment text, responses bigint, score float8, shrunk float8, lower float8, upper float8, difference float8, p_adjusted float8, verdict text);
INSERT INTO standing VALUES
	('nps', 'boutique', 9, 66.6666666666667, 38.4059371061734, 9.18279205778351, 67.6290821545632, 34.7717323327079, 0.394219566085114, 'unproven'),
	('nps', 'enterprise', 2300, 44.3478260869565, 44.0987036742104, 41.0354209107915, 47.1619864376293, 21.7746112136429, 1.01403290254847e-25, 'better'),
	('nps', 'mid-market', 850, 28.2352941176471, 28.2297640174508, 23.2709645486855, 33.1885634862161, -4.42231336731619, 0.156240298004765, 'unproven'),
	('nps', 'public', 1540, 26.6233766233766, 26.6565382656718, 22.9474204341456, 30.365656097198, -7.49086396625223, 0.00168619368589863, 'worse'),
	('nps', 'small', 640, 4.6875, 5.90774964280121, 0.043498311167335, 11.7720009744351, -30.9796632262183, 1.13859424047071e-18, 'worse'),
	('csat', 'boutique', 7, 100, 87.5632897710266, 67.6874185877771, 100, 21.8181818181818, 0.162581766222028, 'unproven'),
	('csat', 'email', 600, 85, 84.8684668441031, 81.6889494626534, 88.0479842255528, 14.585798816568, 8.83723121526767e-09, 'better'),
	('csat', 'phone', 400, 65, 65.7697996045315, 61.7846111252903, 69.7549880837728, -20.8557284299859, 2.39566342759857e-15, 'worse'),
	('csat', 'web', 100, 90, 88.5805702332836, 80.9438141425459, 96.2173263240213, 12.8401191658391, 0.00394544966419216, 'better');
SELECT segment, round(nps::numeric, 1) AS nps, round(shrunk_nps::numeric, 1) AS shrunk, s.verdict, s.responses = d.responses AND near(nps, score) AS level,
	near(shrunk_nps, shrunk) AND near(s.lower, d.lower) AND near(s.upper, d.upper) AS shrinkage, near(difference_from_rest, difference) AND near(s.p_adjusted, d.p_adjusted)
	AND s.verdict = d.verdict AS rest
FROM league, nps_segments(t) AS s FULL JOIN (SELECT * FROM standing WHERE name = 'nps') AS d USING (segment) ORDER BY shrunk_nps DESC;
SELECT segment, round(csat::numeric, 1) AS csat, round(shrunk_csat::numeric, 1) AS shrunk, s.verdict, s.responses = d.responses AND near(csat, score) AS level,
	near(shrunk_csat, shrunk) AND near(s.lower, d.lower) AND near(s.upper, d.upper) AS shrinkage, near(difference_from_rest, difference) AND near(s.p_adjusted, d.p_adjusted)
	AND s.verdict = d.verdict AS rest
FROM rated, csat_segments(t) AS s FULL JOIN (SELECT * FROM standing WHERE name = 'csat') AS d USING (segment) ORDER BY shrunk_csat DESC;
-- few answers are hidden, and not tested
SELECT segment, responses, nps, shrunk_nps, lower, upper, difference_from_rest, p_adjusted, verdict FROM league, nps_segments(t, min_responses => 700) WHERE responses < 700;
SELECT count(*) AS shown, bool_and(a.shrunk_nps = b.shrunk_nps AND a.difference_from_rest = b.difference_from_rest) AS the_same
	FROM league, nps_segments(t, min_responses => 700) AS a JOIN nps_segments((SELECT t FROM league)) AS b USING (segment) WHERE a.nps IS NOT NULL;
SELECT bool_and(nps IS NULL) AS hidden FROM league, nps_segments(t, 0.9, 9223372036854775807);
-- the level is that of the interval
SELECT bool_and(near((a.upper - a.shrunk_nps) / (b.upper - b.shrunk_nps), 2.5758293035489 / 1.6448536269514715)) AS interval
	FROM league, nps_segments(t, 0.99) AS a JOIN nps_segments((SELECT t FROM league), 0.9) AS b USING (segment) WHERE segment <> 'boutique';
-- against the rest as nps_compare and csat_compare have it, weighted too
CREATE TABLE weighted AS SELECT segment, nps_weighted_agg(score, weight) AS s, csat_weighted_agg(1 + score % 7, weight, 7) AS c
	FROM (SELECT nullif('s' || i % 7, 's0') AS segment, i * i % (11 - i % 7) AS score, (i % 13) / 4.0::float8 AS weight FROM generate_series(1, 700) AS i) AS x GROUP BY segment;
SELECT count(*), bool_and(near(l.difference_from_rest, (nps_compare(s, rest)).difference) AND near(l.p_adjusted, p_adjusted_due)) AS nps
FROM (SELECT segment, s, rest, p_adjust((nps_compare(s, rest)).p_value) OVER () AS p_adjusted_due
	FROM (SELECT segment, s, (SELECT rollup(o.s) FROM weighted AS o WHERE o.segment IS DISTINCT FROM w.segment) AS rest FROM weighted AS w) AS x) AS d
JOIN (SELECT nps_segment_agg(segment, s) AS t FROM weighted) AS m ON true JOIN nps_segments(m.t) AS l ON l.segment IS NOT DISTINCT FROM d.segment;
SELECT count(*), bool_and(near(l.difference_from_rest, (csat_compare(c, rest)).difference) AND near(l.p_adjusted, p_adjusted_due)) AS csat
FROM (SELECT segment, c, rest, p_adjust((csat_compare(c, rest)).p_value) OVER () AS p_adjusted_due
	FROM (SELECT segment, c, (SELECT rollup(o.c) FROM weighted AS o WHERE o.segment IS DISTINCT FROM w.segment) AS rest FROM weighted AS w) AS x) AS d
JOIN (SELECT csat_segment_agg(segment, c) AS t FROM weighted) AS m ON true JOIN csat_segments(m.t) AS l ON l.segment IS NOT DISTINCT FROM d.segment;
-- one segment is not drawn anywhere, and there is no rest; nobody; segments that weigh nothing
SELECT segment, nps, shrunk_nps, round(lower::numeric, 3) AS lower, round(upper::numeric, 3) AS upper, difference_from_rest, p_adjusted, verdict
	FROM nps_segments((SELECT nps_segment_agg(NULL, nps_summary('{0,0,0,0,0,10,0,0,20,0,20}'::int[]))));
SELECT count(*) AS none FROM nps_segments('{"n": 0}');
SELECT count(*) AS none FROM nps_segments(NULL);
SELECT * FROM nps_segments((SELECT nps_segment_agg(g, nps_weighted_agg) FROM (SELECT g, nps_weighted_agg(9, CASE g WHEN 'a' THEN 0 ELSE 1 END) FROM unnest('{a,b,b,b,b,b,b,b}'::text[]) AS g GROUP BY g) AS x));
-- all alike: certain as ever
SELECT segment, nps, shrunk_nps, upper, lower < 100 AS below, verdict FROM nps_segments((SELECT nps_segment_agg(g, 10) FROM unnest('{a,b,b,b,b,b,b,b}'::text[]) AS g));

-- ---- the map ----

SELECT nps_segment_agg(segment, score) AS t FROM (VALUES ('b', 9), ('a', 3), (NULL, 7), ('b', NULL), ('é', 10), ('B', 0), ('', 8), ('a', 10), ('ab', 1)) AS v (segment, score);
-- one pass as two, any number type, segments that come again, NULL and empty summaries
CREATE TABLE answers AS SELECT nullif('segment ' || i * i % 17, 'segment 4') AS segment, CASE WHEN i % 9 > 0 THEN i * 7 % 11 END AS score, i % 5 AS part FROM generate_series(1, 3000) AS i;
CREATE TABLE parts AS SELECT segment, part, nps_agg(score) AS s FROM answers GROUP BY segment, part;
SELECT t = (SELECT nps_segment_agg(segment, s) FROM parts) AS two_steps, t = (SELECT nps_segment_agg(segment, s ORDER BY s DESC, part) FROM parts) AS ordered,
	t = (SELECT rollup(p ORDER BY part DESC) FROM (SELECT part, nps_segment_agg(segment, s) AS p FROM parts GROUP BY part) AS x) AS rolled,
	t = (SELECT nps_segment_agg(segment, score::smallint) FROM answers) AND t = (SELECT nps_segment_agg(segment, score::bigint) FROM answers)
	AND t = (SELECT nps_segment_agg(segment, score::numeric) FROM answers) AND t = (SELECT nps_segment_agg(segment, score::float8) FROM answers) AS types,
	t = (SELECT nps_segment_agg(segment, s) FROM (SELECT * FROM parts UNION ALL SELECT 'nobody', 1, s FROM unnest('{NULL, "{\"n\": 0}"}'::nps_summary[]) AS s) AS x) AS nobody,
	segment_total(t) = (SELECT nps_agg(score) FROM answers) AS total
FROM (SELECT nps_segment_agg(segment, score) AS t FROM answers) AS x;
SELECT count(*), count(segment) AS named, bool_and(summary = (SELECT nps_agg(score) FROM answers AS a WHERE a.segment IS NOT DISTINCT FROM x.segment)) AS back,
	(array_agg(segment))[1:3] AS first FROM segment_summaries((SELECT nps_segment_agg(segment, score) FROM answers)) AS x;
SELECT nps_segment_agg('a', score) AS no_answers, nps_segment_agg('a', s) AS no_summaries, rollup(nps_segment_agg('a', s)) OVER () AS no_maps, segment_total(nps_segment_agg('a', s)) AS total
	FROM (SELECT NULL::int AS score, NULL::nps_summary AS s) AS x;

-- + and -
SELECT a + b = b + a AND a + b = c AS plus, c - b = a AND c - a = b AS minus, c - c = '{"n": 0}' AND c + '{"n": 0}' = c AND c - '{"n": 0}' = c AND '{"n": 0}' + c = c AS nothing
	FROM (SELECT nps_segment_agg(segment, score) FILTER (WHERE part < 2) AS a, nps_segment_agg(segment, score) FILTER (WHERE part >= 2) AS b, nps_segment_agg(segment, score) AS c FROM answers) AS x;
SELECT nps_segment_agg('a', 9) - nps_segment_agg('b', 9);
SELECT nps_segment_agg('a', 9) - nps_segment_agg(NULL, 9);
SELECT nps_segment_agg('a', 9) - nps_segment_agg('a', 8);
SELECT nps_segment_agg('a', 9) - nps_segment_agg('a', s) FROM (SELECT nps_weighted_agg(9, 1) AS s) AS x;
-- windows move on by taking out, also the only answer of a segment; but not for weights
SELECT count(*), count(*) FILTER (WHERE t IS DISTINCT FROM due OR w IS DISTINCT FROM due_w) AS wrong
FROM (SELECT i, nps_segment_agg(segment, score) OVER frame AS t, nps_segment_agg(segment, w) OVER frame AS w FROM (SELECT *, row_number() OVER () AS i,
	CASE WHEN score IS NOT NULL THEN nps_weighted_agg(score, 0.25) OVER (ROWS CURRENT ROW) END AS w FROM answers LIMIT 200) AS x WINDOW frame AS (ORDER BY i ROWS 11 PRECEDING)) AS moving
JOIN LATERAL (SELECT nps_segment_agg(segment, score) AS due, nps_segment_agg(segment, nps_weighted_agg) AS due_w FROM (SELECT segment, score, nps_weighted_agg(score, 0.25) OVER (ROWS CURRENT ROW)
	FROM (SELECT *, row_number() OVER () AS i FROM answers LIMIT 200) AS a WHERE a.i BETWEEN moving.i - 11 AND moving.i AND score IS NOT NULL) AS rows) AS d ON true;

-- counts beyond 32 bits, in one row and by merging; taken out again it is the short form
SELECT long, pg_column_size(long) AS size, long - short AS rest, pg_column_size(long - short) AS short FROM (SELECT nps_segment_agg('a', s) AS long, nps_segment_agg('a', s) FILTER (WHERE i = 1) AS short
	FROM (SELECT 1 AS i, nps_counts_agg(9, 4294967295) AS s UNION ALL SELECT 2, nps_counts_agg(9, 1)) AS x) AS y;
SELECT nps_segment_agg('a', s) FROM (SELECT nps_counts_agg(9, 9223372036854775807) AS s UNION ALL SELECT nps_counts_agg(9, 1)) AS x;

-- the order of labels is that of bytes, whatever the collation; labels of any length
SELECT array_agg(segment) FROM segment_summaries((SELECT nps_segment_agg(segment, 9) FROM unnest('{b,a,B,A,é,z,_,NULL,aa,"",a b}'::text[]) AS segment));
SELECT count(*), min(length(segment)), max(length(segment)), bool_and(segment = repeat(left(segment, 1), length(segment))) AS whole, t = t::text::nps_segment_summary AS text, t = t::jsonb::nps_segment_summary AS jsonb
FROM (SELECT nps_segment_agg(repeat(chr(97 + i), i * i * i), 9) AS t FROM generate_series(1, 20) AS i) AS x, segment_summaries(t) GROUP BY t;
CREATE TABLE stored AS SELECT nps_segment_agg(repeat(md5(i::text), 30), 9) AS t FROM generate_series(1, 200) AS i;
SELECT pg_column_size(t) < 200 * (960 + 72) AS compressed, (SELECT count(*) FROM segment_summaries(t)) FROM stored;

-- ---- text form ----

SELECT '{"n": 2, "scale": 10, "weighted": false, "segments": ["b", "a"], "counts": [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}'::nps_segment_summary AS put_in_order;
SELECT t::text AS csat FROM (SELECT csat_segment_agg(g, s) AS t FROM (SELECT NULL AS g, csat_weighted_agg(3, 0.5, 4, 1) AS s UNION ALL SELECT E'tab\t"quoted" \\ \u00e9', csat_weighted_agg(4, 2, 4, 1)) AS v) AS x;
SELECT t = t::text::csat_segment_summary AS text, t = to_jsonb(t)::csat_segment_summary AS jsonb, t = to_json(t)::csat_segment_summary AS json
	FROM (SELECT csat_segment_agg(segment, c) AS t FROM weighted) AS x;
CREATE FUNCTION pg_temp.try(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	state text; message text; detail text;
BEGIN
	RETURN input::csat_segment_summary;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
	RETURN state || ' ' || CASE WHEN message LIKE 'invalid input syntax%' THEN detail ELSE concat_ws(': ', message, detail) END;
END $$;
SELECT pg_temp.try(replace(replace(input, 'HEAD', '"scale": 3, "weighted": false, "boxes": 1'), 'WEIGHED', '"scale": 3, "weighted": true, "boxes": 1')) AS result FROM (VALUES
	('{"n": 1, HEAD, "segments": ["a"], "counts": [[0, 1, 2]]}'),
	('{"n": 2, HEAD, "segments": ["a", "a"], "counts": [[0, 1, 2], [0, 1, 2]]}'),
	('{"n": 2, HEAD, "segments": [null, null], "counts": [[0, 1, 2], [0, 1, 2]]}'),
	('{"n": 1, HEAD, "segments": ["a"], "counts": [[0, 0, 0]]}'),
	('{"n": 1, HEAD, "segments": ["a"], "counts": [[0, 1]]}'),
	('{"n": 1, HEAD, "segments": ["a"], "counts": [[0, 1, -1]]}'),
	('{"n": 1, HEAD, "segments": ["a"], "counts": [[0, 9223372036854775807, 9223372036854775807]]}'),
	('{"n": 1, HEAD, "segments": ["a", "b"], "counts": [[0, 1, 2]]}'),
	('{"n": 2, HEAD, "segments": ["a", "b"], "counts": [[0, 1, 2]]}'),
	('{"n": 1, HEAD, "segments": [1], "counts": [[0, 1, 2]]}'),
	('{"n": 1, HEAD, "segments": "a", "counts": [[0, 1, 2]]}'),
	('{"n": 1, HEAD, "segments": ["a"], "counts": [0, 1, 2]}'),
	('{"n": 1, HEAD, "segments": ["a\u0000"], "counts": [[0, 1, 2]]}'),
	('{"n": 1, HEAD, "counts": [[0, 1, 2]]}'),
	('{"n": 0, HEAD, "segments": [], "counts": []}'),
	('{"n": 1, "scale": 1, "weighted": false, "boxes": 1, "segments": ["a"], "counts": [[1]]}'),
	('{"n": 1, "scale": 3, "weighted": false, "boxes": 3, "segments": ["a"], "counts": [[0, 1, 2]]}'),
	('{"n": 1, "scale": 200, "weighted": false, "boxes": 3, "segments": ["a"], "counts": [[0, 1, 2]]}'),
	('{"n": 1, "scale": 0, "weighted": false, "boxes": 0, "segments": ["a"], "counts": [[]]}'),
	('{"n": 1, WEIGHED, "segments": ["a"], "counts": [[0, 1, 2]], "weights": [[0, 1, 3]], "weights_low": [[0, 0, 0]], "squares": [6], "squares_low": [0]}'),
	('{"n": 1, WEIGHED, "segments": ["a"], "counts": [[0, 1, 2]], "weights": [[0, 1, 3]], "weights_low": [[0, 0, 0]], "squares": [60], "squares_low": [0]}'),
	('{"n": 1, WEIGHED, "segments": ["a"], "counts": [[0, 1, 2]], "weights": [[1, 1, 3]], "weights_low": [[0, 0, 0]], "squares": [6], "squares_low": [0]}'),
	('{"n": 100001, HEAD, "segments": ["a"], "counts": [[0, 1, 2]]}'),
	('{"n": 9223372036854775807, HEAD, "segments": ["a"], "counts": [[0, 1, 2]]}'),
	('{"n": -1}'), ('{"n": 1}'), ('[]'), ('')) AS v (input);

-- ---- errors ----

SELECT csat_segment_agg(g, s) FROM (SELECT 'a' AS g, csat_agg(3) AS s UNION ALL SELECT 'b', csat_agg(3, 7)) AS x;
SELECT csat_segment_agg('a', csat_agg) + csat_segment_agg('b', csat_agg_1) FROM (SELECT csat_agg(3, 5, 2), csat_agg(3, 5, 1) AS csat_agg_1) AS x;
SELECT * FROM csat_change((SELECT csat_segment_agg('a', s) FROM (SELECT csat_agg(3) AS s) AS x), (SELECT csat_segment_agg('b', s) FROM (SELECT csat_agg(3, 7) AS s) AS x));
SELECT nps_segment_agg(g, s) FROM (SELECT 'a' AS g, nps_agg(3) AS s UNION ALL SELECT 'b', nps_weighted_agg(3, 2)) AS x;
SELECT nps_segment_agg('a', 11);
SELECT nps_segment_agg('a', 7.5);
SELECT * FROM nps_segments((SELECT t FROM league), 95);
SELECT * FROM nps_segments((SELECT t FROM league), min_responses => -1);
-- too long; too many segments, and how the most of them read back: test/pgtap/segments.sql
SELECT nps_segment_agg(repeat(md5(i::text), 1000000), i) FROM generate_series(1, 3) AS i;
