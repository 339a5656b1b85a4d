-- Windows over days: a moving summary, from which the aggregates take out what leaves,
-- against the same question asked anew for every day.

BEGIN;
SET client_min_messages = warning;
SELECT plan(29);

CREATE FUNCTION pg_temp.chance(i bigint, what text) RETURNS float8 LANGUAGE sql IMMUTABLE
	AS $$ SELECT (hashtextextended(what, i) & 4503599627370495) / 4503599627370496.0::float8 $$;

CREATE FUNCTION pg_temp.near(a float8, b float8) RETURNS boolean LANGUAGE sql IMMUTABLE
	AS $$ SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= 1e-12 * greatest(abs(a), abs(b), 1), false) $$;

-- Two years of answers in two channels. In spring and in December nobody is asked, so there are gaps of weeks; on some days many
-- answer, some of them twice. Of 150 respondents some answer every few weeks, others hardly ever. Some rows have no score.
CREATE TEMP TABLE answer AS
SELECT i AS id, channel, respondent, day,
	CASE WHEN pg_temp.chance(i, 'silent') > 0.07 THEN floor(11 * pg_temp.chance(i, 'score') ^ 0.6)::int END AS score,
	0.2 + pg_temp.chance(i, 'weight') AS weight
FROM generate_series(1, 2600) AS i,
	LATERAL (SELECT (ARRAY['web', 'shop'])[1 + floor(2 * pg_temp.chance(i, 'channel'))::int], floor(150 * pg_temp.chance(i, 'respondent') ^ 2)::int, date '2024-01-01' + floor(730 * pg_temp.chance(i, 'day'))::int) AS x (channel, respondent, day)
WHERE NOT (extract(month FROM day) = 12 OR day BETWEEN '2024-03-10' AND '2024-04-20' OR extract(isodow FROM day) = 7);
-- every fourth answer of a respondent comes a second time on the same day, with another score
INSERT INTO answer SELECT id + 10000, channel, respondent, day, 10 - score, weight FROM answer WHERE id % 4 = 0;
CREATE TEMP TABLE day AS SELECT channel, day::date FROM unnest('{web, shop}'::text[]) AS channel, generate_series(date '2023-12-25', date '2026-04-30', '1 day') AS day;
CREATE INDEX ON answer (channel, day);
ANALYZE answer, day;

SELECT ok((SELECT count(*) FROM answer) > 1500 AND (SELECT max(n) FROM (SELECT count(DISTINCT day) AS n FROM answer GROUP BY channel) x) < 600
	AND (SELECT count(*) FROM (SELECT channel, respondent, day FROM answer GROUP BY 1, 2, 3 HAVING count(*) > 1) x) > 100
	AND (SELECT max(gap) FROM (SELECT day - lag(day) OVER (PARTITION BY channel ORDER BY day) AS gap FROM answer) x) >= 30,
	'the answers have gaps of a month, and respondents who answer twice a day');


-- ---- Rolling 90 days by latest answer ----

-- Asked anew for every day: of each respondent the latest answer, if it is not older than 90 days.
CREATE TEMP TABLE recomputed AS
SELECT channel, day, nps_agg(score) AS s, nps_weighted_agg(score, weight) AS weighted
FROM (
	SELECT DISTINCT ON (d.channel, d.day, respondent) d.channel, d.day, score, weight
	FROM day d LEFT JOIN answer a ON a.channel = d.channel AND a.day <= d.day AND a.day > d.day - 90 AND score IS NOT NULL
	ORDER BY d.channel, d.day, respondent, a.day DESC, id DESC
) AS latest
GROUP BY channel, day;

-- Each answer enters on its day and leaves at the respondent's next answer, or after 90 days.
CREATE TEMP TABLE moved AS
WITH stay AS (
	SELECT channel, score, day AS entered, least(lead(day) OVER (PARTITION BY channel, respondent ORDER BY day, id), day + 90) AS left_
	FROM answer
	WHERE score IS NOT NULL
), daily AS (
	SELECT channel, day, nps_agg(score) FILTER (WHERE enters) AS entered, nps_agg(score) FILTER (WHERE NOT enters) AS left_
	FROM stay, LATERAL (VALUES (entered, true), (left_, false)) AS v (day, enters)
	GROUP BY channel, day
)
SELECT channel, day, rollup(entered) OVER w - rollup(left_) OVER w AS s, count(daily.entered) OVER w AS days
FROM day LEFT JOIN daily USING (channel, day)
WINDOW w AS (PARTITION BY channel ORDER BY day);

SELECT is_empty($$ SELECT day, channel, a.s AS recomputed, b.s AS moved FROM recomputed a FULL JOIN moved b USING (channel, day) WHERE NOT record_image_eq(ROW(a.s), ROW(b.s)) OR (a.s IS NULL) OR (b.s IS NULL) LIMIT 3 $$,
	'rollup(entered) - rollup(left) is DISTINCT ON, day by day');
SELECT results_eq('SELECT count(*), count(*) FILTER (WHERE responses(s) = 0) > 30, count(DISTINCT s::text) > 500, max(responses(s)) > 40 FROM moved', $$ VALUES (2 * (date '2026-04-30' - date '2023-12-25' + 1)::bigint, true, true, true) $$,
	'on many days something changes, and on some there is nobody');
SELECT is_empty($$ SELECT channel, day, responses(s), n FROM moved m JOIN LATERAL (SELECT count(DISTINCT respondent) AS n FROM answer a WHERE a.channel = m.channel AND a.day <= m.day AND a.day > m.day - 90 AND score IS NOT NULL) x ON true WHERE responses(s) <> n LIMIT 3 $$,
	'every respondent counts once');


-- ---- A rolling month ----

CREATE TEMP TABLE month AS
SELECT id, channel, day,
	nps(score) OVER w AS nps, nps_agg(score) OVER w AS s, nps_weighted_agg(score, weight) OVER w AS weighted, nps_weighted(score, weight) OVER w AS nps_weighted,
	nps_counts_agg(score, id % 5) OVER w AS counted, nps_counts_agg(score, id % 3 * 4294967295) OVER w AS many, nps_agg(score) FILTER (WHERE id % 3 > 0) OVER w AS some,
	csat_agg(score + 1, 11, 3) OVER w AS csat, csat(score / 3 + 1) OVER w AS csat_5, ces_agg(score / 2 + 1, 6, true) OVER w AS ces, ces(score % 7 + 1) OVER w AS ces_7,
	nps_paired_agg(score, 10 - score) OVER w AS pair, nps(score::numeric) OVER w AS of_numeric
FROM answer
WINDOW w AS (PARTITION BY channel ORDER BY day RANGE BETWEEN '29 days' PRECEDING AND CURRENT ROW);

CREATE TEMP TABLE month_recomputed AS
SELECT channel, d.day,
	nps(score), nps_agg(score) AS s, nps_weighted_agg(score, weight) AS weighted, nps_weighted(score, weight),
	nps_counts_agg(score, id % 5) AS counted, nps_counts_agg(score, id % 3 * 4294967295) AS many, nps_agg(score) FILTER (WHERE id % 3 > 0) AS some,
	csat_agg(score + 1, 11, 3) AS csat, csat(score / 3 + 1) AS csat_5, ces_agg(score / 2 + 1, 6, true) AS ces, ces(score % 7 + 1) AS ces_7,
	nps_paired_agg(score, 10 - score) AS pair, nps(score::numeric) AS of_numeric,
	100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / nullif(count(score), 0) AS by_hand, avg(score % 7 + 1) AS ces_by_hand, 100.0 * count(*) FILTER (WHERE score / 3 + 1 >= 4) / nullif(count(score), 0) AS csat_by_hand
FROM (SELECT DISTINCT channel, day FROM answer) d JOIN answer a USING (channel)
WHERE a.day BETWEEN d.day - 29 AND d.day
GROUP BY channel, d.day;
CREATE TEMP VIEW both_months AS SELECT a.id, a, b FROM month a JOIN month_recomputed b USING (channel, day);

SELECT results_eq('SELECT count(*) FROM both_months', 'SELECT count(*) FROM answer', 'every day of the rolling month was recomputed');
SELECT is_empty(format($$ SELECT id, (a).%1$s, (b).%1$s FROM both_months WHERE NOT record_image_eq(ROW((a).%1$s), ROW((b).%1$s)) LIMIT 3 $$, what),
	format('a rolling month: %s, byte for byte', what))
FROM unnest('{nps, s, counted, many, some, csat, csat_5, ces, ces_7, pair, of_numeric}'::text[]) AS what;
SELECT is_empty($$ SELECT id, (a).weighted, (b).weighted FROM both_months WHERE ((a).weighted::jsonb - '{weights, weights_low, squares, squares_low, nps}'::text[]) <> ((b).weighted::jsonb - '{weights, weights_low, squares, squares_low, nps}'::text[])
	OR NOT (pg_temp.near((a).nps_weighted, (b).nps_weighted) AND pg_temp.near(nps((a).weighted), (b).nps_weighted) AND pg_temp.near(nps_stderr((a).weighted), nps_stderr((b).weighted))) LIMIT 3 $$,
	'a rolling month: weighted summaries, which are read anew');
SELECT is_empty($$ SELECT id, (a).nps, (b).by_hand FROM both_months WHERE NOT (pg_temp.near((a).nps, (b).by_hand) AND pg_temp.near((a).csat_5, (b).csat_by_hand) AND pg_temp.near((a).ces_7, (b).ces_by_hand)) LIMIT 3 $$,
	'a rolling month: the scores by hand');
SELECT is_empty($$ SELECT a.day, a.s, b.s FROM month a JOIN month b USING (channel) WHERE a.day = b.day AND a.s <> b.s LIMIT 3 $$,
	'every row of a day has the same rolling month');

-- The same of stored daily summaries, a row of which is NULL or missing where nobody was asked.
CREATE TEMP TABLE daily AS
SELECT channel, day, nullif(nps_agg(score), '{"n": 0}') AS s, nps_weighted_agg(score, weight) AS weighted, nps_paired_agg(score, 10 - score) AS pair FROM answer GROUP BY channel, day;
INSERT INTO daily SELECT DISTINCT channel, date '2024-03-20', NULL::nps_summary, NULL::nps_summary, NULL::nps_pair_summary FROM answer;
SELECT is_empty($$ SELECT day, d.s, m.s
	FROM (SELECT channel, day, rollup(s) OVER w AS s, rollup(pair) OVER w AS pair FROM daily WINDOW w AS (PARTITION BY channel ORDER BY day RANGE BETWEEN '29 days' PRECEDING AND CURRENT ROW)) d JOIN month_recomputed m USING (channel, day)
	WHERE NOT record_image_eq(ROW(d.s, d.pair), ROW(m.s, m.pair)) LIMIT 3 $$,
	'a rolling month of daily summaries');
SELECT is_empty($$ SELECT day, d.s, m.s
	FROM (SELECT channel, day, rollup(weighted) OVER w AS s FROM daily WINDOW w AS (PARTITION BY channel ORDER BY day RANGE BETWEEN '29 days' PRECEDING AND CURRENT ROW)) d JOIN month_recomputed m USING (channel, day)
	WHERE responses(d.s) <> responses(m.s) OR NOT (pg_temp.near(nps(d.s), nps_weighted) AND pg_temp.near(effective_responses(d.s), effective_responses(m.weighted))) LIMIT 3 $$,
	'and of weighted ones');


-- ---- Frames of all kinds ----

-- What a frame holds is gathered as an array, by PostgreSQL; and summarised by itself afterwards.
SELECT is_empty(format($q$
	SELECT id, s, scores FROM (
		SELECT id, nps_agg(score) OVER w AS s, nps(score) OVER w AS nps, array_agg(score) OVER w AS scores, rollup(one) OVER w AS rolled, nps_paired_agg(score, score) OVER w AS pair
		FROM (SELECT *, nps_summary(ARRAY(SELECT (a = score)::int FROM generate_series(0, 10) AS a)) AS one FROM answer WHERE id < 900 AND score IS NOT NULL UNION ALL SELECT *, NULL FROM answer WHERE id < 900 AND score IS NULL) a
		WINDOW w AS (%s)) x,
		LATERAL (SELECT nps_agg(score), nps(score), nps_paired_agg(score, score) FROM unnest(scores) AS score) AS y (anew, nps_anew, pair_anew)
	WHERE NOT record_image_eq(ROW(s, nps, rolled, pair), ROW(anew, nps_anew, anew, pair_anew)) LIMIT 3 $q$, frame), frame)
FROM unnest(ARRAY[
	'ORDER BY id ROWS BETWEEN 13 PRECEDING AND 5 PRECEDING',
	'PARTITION BY channel ORDER BY day, id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING',
	'PARTITION BY respondent ORDER BY day RANGE BETWEEN ''60 days'' PRECEDING AND ''10 days'' PRECEDING',
	'ORDER BY day DESC GROUPS BETWEEN 2 PRECEDING AND 1 FOLLOWING',
	'ORDER BY day, id ROWS BETWEEN 7 PRECEDING AND 7 FOLLOWING EXCLUDE CURRENT ROW',
	'ORDER BY day GROUPS BETWEEN 3 PRECEDING AND CURRENT ROW EXCLUDE TIES'
]) AS frame;

-- A scale may change over the years, as long as no frame holds both: the last answer out takes the old scale with it.
SELECT results_eq($$
	SELECT day, csat_agg(score, scale) OVER w, rollup(s) OVER w, csat_scale(csat_agg(score, scale) OVER w)
	FROM (SELECT day, scale, score, csat_agg(score, scale) AS s FROM (VALUES (date '2025-01-01', 5, 5), ('2025-01-20', 5, 1), ('2025-02-19', 7, 7), ('2025-03-01', 7, 2)) AS v (day, scale, score) GROUP BY 1, 2, 3) x
	WINDOW w AS (ORDER BY day RANGE BETWEEN '29 days' PRECEDING AND CURRENT ROW) $$, $$
	VALUES (date '2025-01-01', csat_summary('{0,0,0,0,1}'::int[]), csat_summary('{0,0,0,0,1}'::int[]), 5), ('2025-01-20', csat_summary('{1,0,0,0,1}'::int[]), csat_summary('{1,0,0,0,1}'::int[]), 5),
		('2025-02-19', csat_summary('{0,0,0,0,0,0,1}'::int[]), csat_summary('{0,0,0,0,0,0,1}'::int[]), 7), ('2025-03-01', csat_summary('{0,1,0,0,0,0,1}'::int[]), csat_summary('{0,1,0,0,0,0,1}'::int[]), 7) $$,
	'a scale may change between frames');
SELECT throws_ok($$
	SELECT csat_agg(score, scale) OVER (ORDER BY day RANGE BETWEEN '29 days' PRECEDING AND CURRENT ROW) FROM (VALUES (date '2025-01-01', 5, 5), ('2025-01-20', 7, 1)) AS v (day, scale, score) $$,
	'22023', NULL, 'but not within one');

SELECT * FROM finish();
ROLLBACK;
