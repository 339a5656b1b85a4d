-- The aggregates as aggregates: empty input, windows, parallel plans, spilling, stored summaries, indexes.
-- What is due is always computed another way: from raw rows, by a plain plan, or from the rows of the frame one by one.

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS aggregate_test CASCADE;
CREATE SCHEMA aggregate_test;
SET search_path = aggregate_test, public;
SET datestyle = ISO;
RESET client_min_messages;

-- Weights are multiples of 1/4, so that sums of them are exact in any order.
CREATE TABLE answers AS
SELECT a.*, one, rated FROM (SELECT i AS id, date '2025-01-01' + i / 20 AS day, (ARRAY['web', 'phone', 'shop', 'app'])[j * j % 13 % 4 + 1] AS channel,
	CASE WHEN i % 13 <> 0 THEN (j * j * 7 + i / 5) % 11 END AS score, CASE WHEN i % 17 <> 0 THEN (i * 3 + i / 7) % 5 + 1 END AS rating, CASE
		WHEN i % 11 <> 0 THEN (j * j + i / 9) % 7 + 1 END AS effort,
	(j * j * 5 + i / 3) % 11 AS later_score, (i % 23) / 4.0::float8 AS weight, (j * j % 6)::bigint AS n
FROM generate_series(1, 8000) AS i, LATERAL (SELECT i % 1009 AS j) AS x) AS a,
	LATERAL (SELECT nps_agg(v.score) AS one, csat_agg(v.rating) AS rated FROM (VALUES (a.score, a.rating)) AS v (score, rating)) AS y;
ANALYZE answers;

-- Every aggregate of the three scores but rollup, with a call of it over those columns.
CREATE FUNCTION calls(agg oid, before text, after text) RETURNS text LANGUAGE sql AS $$
	SELECT format('%s(%s%s%s)', proname, before,
		string_agg(CASE name
			WHEN 'score' THEN format('%s::%s', CASE WHEN proname LIKE 'nps%' THEN 'score' WHEN 'scale' = ANY (proargnames) THEN '(score + 1)'
				WHEN proname LIKE 'csat%' THEN 'rating' ELSE 'effort' END, type::regtype)
			WHEN 'before_score' THEN format('score::%s', type::regtype) WHEN 'after_score' THEN format('later_score::%s', type::regtype)
			WHEN 'segment' THEN 'channel' WHEN 's' THEN CASE WHEN proname LIKE 'nps%' THEN 'one' ELSE 'rated' END
			WHEN 'weight' THEN 'weight' WHEN 'responses' THEN 'n' WHEN 'scale' THEN '11' WHEN 'boxes' THEN '4' WHEN 'low_is_easy' THEN 'true' END,
				', ' ORDER BY i), after)
	FROM pg_proc, unnest(proargtypes::oid[], proargnames) WITH ORDINALITY AS a (type, name, i)
	WHERE pg_proc.oid = agg GROUP BY proname $$;
CREATE TABLE aggregates AS
SELECT row_number() OVER (ORDER BY p.oid::regprocedure::text COLLATE "C") AS i, p.oid, p.prorettype::regtype AS result,
	'integer'::regtype = p.proargtypes[0] AS of_integer, calls(p.oid, '', '') AS call
FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
WHERE extname = 'cx_metrics' AND prokind = 'a' AND proname ~ '^(nps|csat|ces)';
SELECT count(*) AS aggregates, count(call) AS calls FROM aggregates;
SELECT call FROM aggregates WHERE of_integer ORDER BY call COLLATE "C";

-- All of them in one query, or those of integers and NULL for the others, written as the pattern says; and what such a query gives, in the order of
-- aggregates.i.
CREATE FUNCTION all_calls(pattern text, integers_only boolean DEFAULT false) RETURNS text LANGUAGE sql AS $$
	SELECT 'ARRAY[' || string_agg(CASE WHEN integers_only AND NOT of_integer THEN 'NULL' ELSE replace(pattern, 'CALL', call) END, ', '
		ORDER BY i) || ']' FROM aggregates $$;
CREATE FUNCTION values_of(query text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	result text[];
BEGIN
	EXECUTE query INTO result;
	RETURN result;
END $$;
-- The aggregates for which two such results differ.
CREATE FUNCTION differing(a text[], b text[]) RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(string_agg(format('%s: %s and %s', call, a[i], b[i]), E'\n') FILTER (WHERE a[i] IS DISTINCT FROM b[i]),
		'none of ' || count(a) || ' differs') FROM aggregates $$;

-- The one text of a one-row query, or its SQLSTATE.
CREATE FUNCTION value(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE query INTO result;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;

-- ---- little or nothing ----

-- no rows, nothing but NULL, a filter that lets nothing through: NULL from the one-word aggregates, the empty summary from the others
WITH due AS (SELECT array_agg(CASE WHEN result = 'double precision'::regtype THEN NULL ELSE '{"n": 0}' END ORDER BY i) AS nothing FROM aggregates)
SELECT differing(nothing, values_of('SELECT ' || all_calls('CALL::text') || ' FROM answers WHERE false')) AS no_rows,
	differing(nothing, values_of('SELECT ' || all_calls('CALL::text') || ' FROM (SELECT NULL::int AS score, NULL::int AS rating, NULL::int AS effort, 1 AS later_score, 1.0 AS weight, 1 AS n, ''web''::text AS channel, NULL::nps_summary AS one, NULL::csat_summary AS rated FROM generate_series(1, 3)) AS x')) AS all_null,
	differing(nothing, values_of('SELECT ' || all_calls('(CALL FILTER (WHERE id < 0))::text') || ' FROM answers')) AS filtered
FROM due;
-- groups without answers among others, and no groups at all
SELECT channel, nps(score), nps_agg(score), csat(rating), ces_weighted(effort, weight)
	FROM (VALUES ('a', NULL::int, NULL::int, NULL::int, NULL::float8), ('b', 10, 5, 7, 1), ('a', NULL, NULL, NULL, 1)) AS v (channel, score, rating,
	effort, weight) GROUP BY channel ORDER BY channel;
SELECT channel, nps(score) FROM answers WHERE false GROUP BY channel;
-- one row; HAVING; CASE
SELECT nps(10), csat(4), csat(4, 5, 1), ces(3), ces(3, 5, true), nps_weighted(0, 0.5), csat_weighted(5, 2), ces_weighted(6, 2),
	responses(nps_paired_agg(1, 2));
SELECT channel, count(*) FROM answers GROUP BY channel HAVING nps(score) > 0 OR responses(nps_agg(score)) > 1500 ORDER BY channel;
SELECT count(*) AS groups, bool_and(CASE WHEN n > 2 THEN nps(s) IS NOT NULL ELSE nps(s) IS NULL END) AS guarded
	FROM (SELECT i % 5 AS n, nps_agg(CASE WHEN i % 5 > 2 THEN 9 END) AS s FROM generate_series(1, 20) AS i GROUP BY 1) AS x;

-- FILTER is as WHERE, ORDER BY changes nothing, OVER () neither
WITH plain AS (SELECT values_of('SELECT ' || all_calls('CALL::text') || ' FROM answers WHERE id < 1000') AS total)
SELECT differing(values_of('SELECT ' || all_calls('(CALL FILTER (WHERE id % 3 = 1))::text') || ' FROM answers WHERE id < 1000'),
	values_of('SELECT ' || all_calls('CALL::text') || ' FROM answers WHERE id < 1000 AND id % 3 = 1')) AS filtered,
	differing(total, values_of('SELECT ARRAY[' || (SELECT string_agg(calls(oid, '', ' ORDER BY md5(id::text)') || '::text', ', ' ORDER BY i)
		FROM aggregates) || '] FROM answers WHERE id < 1000')) AS ordered,
	differing(total, values_of('SELECT ' || all_calls('(CALL OVER ())::text') || ' FROM answers WHERE id < 1000 LIMIT 1')) AS windowed
FROM plain;
-- DISTINCT is as a query with DISTINCT
SELECT nps_agg(DISTINCT score) = (SELECT nps_agg(score) FROM (SELECT DISTINCT score FROM answers) AS x) AS nps,
	nps_weighted_agg(DISTINCT score, weight) = (SELECT nps_weighted_agg(score, weight)
	FROM (SELECT DISTINCT score, weight FROM answers) AS x) AS weighted,
	csat(DISTINCT rating::float8) = (SELECT csat(rating) FROM (SELECT DISTINCT rating FROM answers) AS x) AS csat,
		csat_counts_agg(DISTINCT rating, n, 5, 3) = (SELECT csat_counts_agg(rating, n, 5, 3)
		FROM (SELECT DISTINCT rating, n FROM answers) AS x) AS counted,
	ces_agg(DISTINCT effort::numeric, 7, true) = (SELECT ces_agg(effort, 7, true) FROM (SELECT DISTINCT effort FROM answers) AS x) AS ces,
		nps_paired_agg(DISTINCT score, later_score) = (SELECT nps_paired_agg(score, later_score)
		FROM (SELECT DISTINCT score, later_score FROM answers) AS x) AS paired
FROM answers;

-- aggregates that share their state do not disturb each other
SELECT channel, nps(s) = a AND a = b AS together, c <> a AS filtered_apart, nps(s + s) = a AS still
	FROM (SELECT channel, nps_agg(score) AS s, nps(score) AS a, nps(score) AS b, nps(score) FILTER (WHERE id % 2 = 0) AS c FROM answers
	GROUP BY channel) AS x ORDER BY channel;

-- GROUPING SETS, ROLLUP and CUBE against one query each
WITH sets AS (
	SELECT channel, day, GROUPING(channel, day) AS g, nps_agg(score) AS n, nps_weighted_agg(score, weight) AS w, csat_agg(rating) AS c,
		ces_counts_agg(effort, answers.n, 7, false) AS e, nps_paired_agg(score, later_score) AS p FROM answers WHERE id < 3000
		GROUP BY CUBE (channel, day)),
due AS (
	SELECT channel, day, 0 AS g, nps_agg(score) AS n, nps_weighted_agg(score, weight) AS w, csat_agg(rating) AS c,
		ces_counts_agg(effort, answers.n, 7, false) AS e, nps_paired_agg(score, later_score) AS p FROM answers WHERE id < 3000 GROUP BY channel, day
	UNION ALL SELECT channel, NULL, 1, nps_agg(score), nps_weighted_agg(score, weight), csat_agg(rating), ces_counts_agg(effort, answers.n, 7, false),
		nps_paired_agg(score, later_score) FROM answers WHERE id < 3000 GROUP BY channel
	UNION ALL SELECT NULL, day, 2, nps_agg(score), nps_weighted_agg(score, weight), csat_agg(rating), ces_counts_agg(effort, answers.n, 7, false),
		nps_paired_agg(score, later_score) FROM answers WHERE id < 3000 GROUP BY day
	UNION ALL SELECT NULL, NULL, 3, nps_agg(score), nps_weighted_agg(score, weight), csat_agg(rating), ces_counts_agg(effort, answers.n, 7, false),
		nps_paired_agg(score, later_score) FROM answers WHERE id < 3000)
SELECT count(*) AS sets, (SELECT count(*) FROM due) AS due, (SELECT count(*) FROM (SELECT * FROM sets EXCEPT ALL SELECT * FROM due) AS x) AS wrong
	FROM sets;
WITH rolled AS (SELECT channel, day, nps(score) AS s FROM answers WHERE id < 3000 GROUP BY ROLLUP (channel, day)),
	grouped AS (SELECT channel, day, nps(score) AS s FROM answers WHERE id < 3000 GROUP BY GROUPING SETS ((channel, day), channel, ()))
SELECT count(*) AS rows, (SELECT count(*) FROM (SELECT * FROM rolled EXCEPT ALL SELECT * FROM grouped) AS x) AS wrong,
	count(*) FILTER (WHERE channel IS NULL AND s = (SELECT nps(score) FROM answers WHERE id < 3000)) AS total FROM rolled;

-- ---- windows ----

-- every aggregate in every kind of frame, against the rows of the frame
CREATE TABLE frames (frame text);
INSERT INTO frames VALUES ('ORDER BY id'), ('ORDER BY day'), ('PARTITION BY channel ORDER BY id'),
	('PARTITION BY channel ORDER BY day ROWS 5 PRECEDING'),
	('ORDER BY id ROWS BETWEEN CURRENT ROW AND CURRENT ROW'), ('ORDER BY id ROWS BETWEEN 7 PRECEDING AND 3 PRECEDING'),
		('ORDER BY id ROWS BETWEEN 2 FOLLOWING AND 9 FOLLOWING'), ('ORDER BY id ROWS BETWEEN 4 PRECEDING AND UNBOUNDED FOLLOWING'),
	('ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING'), ('ORDER BY id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING'),
	('ORDER BY id DESC RANGE BETWEEN 10 PRECEDING AND 10 FOLLOWING'), ('ORDER BY day RANGE BETWEEN ''1 day'' PRECEDING AND CURRENT ROW'),
		('ORDER BY day RANGE BETWEEN ''2 days'' FOLLOWING AND ''3 days'' FOLLOWING'),
	('ORDER BY day GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING'), ('ORDER BY channel GROUPS BETWEEN 1 FOLLOWING AND 2 FOLLOWING'),
		('ORDER BY day GROUPS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING'),
	('ORDER BY id ROWS BETWEEN 5 PRECEDING AND 5 FOLLOWING EXCLUDE CURRENT ROW'),
		('ORDER BY day ROWS BETWEEN 50 PRECEDING AND CURRENT ROW EXCLUDE GROUP'),
		('ORDER BY day RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES'),
		('ORDER BY id ROWS BETWEEN 3 PRECEDING AND 6 FOLLOWING EXCLUDE NO OTHERS'),
	('ORDER BY id ROWS BETWEEN 9 PRECEDING AND 7 FOLLOWING'), ('ORDER BY (id + 60) / 100 ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING');
CREATE TABLE small AS SELECT * FROM answers WHERE id BETWEEN 10 AND 69;
-- how many values there are, and the aggregates where a frame has another value than its rows give
CREATE FUNCTION compared_in(frame text, integers_only boolean) RETURNS text LANGUAGE sql AS $$
	SELECT value(format('SELECT count(due[i]) || '' values'' || coalesce(string_agg(DISTINCT '', wrong: '' || call, '''') FILTER (WHERE ours[i] IS DISTINCT FROM due[i]), '''') FROM (SELECT ours, (SELECT %1$s FROM small WHERE id = ANY (ids)) AS due FROM (SELECT %2$s AS ours, array_agg(id) OVER w AS ids FROM small WINDOW w AS (%3$s)) AS x OFFSET 0) AS y, aggregates',
		all_calls('CALL::text', integers_only), all_calls('(CALL OVER w)::text', integers_only), frame)) $$;
SELECT frame, compared_in(frame, true) AS compared FROM frames;
-- and of the other number types in a few
SELECT frame, compared_in(frame, false) AS compared FROM frames WHERE frame ~ '7 PRECEDING|GROUPS|EXCLUDE GROUP|day$';
-- under FILTER
SELECT count(*) AS rows, count(*) FILTER (WHERE nps IS DISTINCT
	FROM (SELECT nps(score) FROM small AS s WHERE s.id BETWEEN x.id - 9 AND x.id AND channel = 'web') OR n IS DISTINCT
	FROM (SELECT nps_agg(score) FROM small AS s WHERE s.id BETWEEN x.id - 9 AND x.id AND channel = 'web')) AS wrong
FROM (SELECT id, nps(score) FILTER (WHERE channel = 'web') OVER w, nps_agg(score) FILTER (WHERE channel = 'web') OVER w AS n
	FROM small WINDOW w AS (ORDER BY id ROWS 9 PRECEDING)) AS x;
-- a window over grouped rows
SELECT day, rollup(nps_agg(score)) OVER (ORDER BY day ROWS 1 PRECEDING) = (SELECT nps_agg(score) FROM small AS s WHERE s.day BETWEEN small.day - 1
	AND small.day) AS two_days FROM small GROUP BY day ORDER BY day;

-- a scale that changes while the window moves: fine where no frame holds both, an error where one does
CREATE TABLE changing AS SELECT i AS id, CASE WHEN i BETWEEN 10 AND 13 THEN NULL ELSE i % 5 + 1 END AS score, CASE WHEN i < 12 THEN 5
	ELSE 7 END AS scale, i % 2 = 0 AND i < 12 AS odd FROM generate_series(1, 24) AS i;
SELECT count(*) AS rows, count(*) FILTER (WHERE c IS DISTINCT
	FROM (SELECT csat_agg(score, scale) FROM changing AS s WHERE s.id BETWEEN x.id - 4 AND x.id) OR e IS DISTINCT
	FROM (SELECT ces(score, scale) FROM changing AS s WHERE s.id BETWEEN x.id - 4 AND x.id) OR w IS DISTINCT
	FROM (SELECT csat_weighted_agg(score, 1, scale, 2) FROM changing AS s WHERE s.id BETWEEN x.id - 4 AND x.id)) AS wrong,
	count(DISTINCT csat_scale(c)) AS scales
FROM (SELECT id, csat_agg(score, scale) OVER w AS c, ces(score, scale) OVER w AS e, csat_weighted_agg(score, 1, scale, 2) OVER w AS w
	FROM changing WINDOW w AS (ORDER BY id ROWS 4 PRECEDING)) AS x;
SELECT csat_agg(score, scale) OVER (ORDER BY id ROWS 5 PRECEDING) FROM changing;
SELECT ces(score, scale, odd) OVER (ORDER BY id ROWS 1 PRECEDING) FROM changing;
SELECT count(DISTINCT ces_agg) AS kinds FROM (SELECT ces_agg(score, scale, odd) OVER (ORDER BY id ROWS CURRENT ROW) FROM changing) AS x;

-- rollup in windows: of unweighted summaries, of weighted ones (no inverse: read anew), with empty ones and NULLs between
CREATE TABLE parts AS SELECT id, nps_agg(score) AS s, nps_weighted_agg(score, weight) AS w, nps_paired_agg(score, later_score) AS p FROM small
	WHERE id % 6 <> 0 GROUP BY id UNION ALL SELECT id, NULL, NULL, NULL FROM small WHERE id % 6 = 0;
SELECT frame, count(*) FILTER (WHERE s IS DISTINCT FROM due_s OR w IS DISTINCT FROM due_w OR p IS DISTINCT FROM due_p) AS wrong, count(*) AS rows
FROM (SELECT '9 preceding' AS frame, rollup(s) OVER x AS s, rollup(w) OVER x AS w, rollup(p) OVER x AS p,
	(SELECT nps_agg(score) FROM small WHERE id % 6 <> 0 AND id = ANY (ids)) AS due_s,
	(SELECT nps_weighted_agg(score, weight) FROM small WHERE id % 6 <> 0 AND id = ANY (ids)) AS due_w,
	(SELECT nps_paired_agg(score, later_score) FROM small WHERE id % 6 <> 0 AND id = ANY (ids)) AS due_p
	FROM (SELECT *, array_agg(id) OVER (ORDER BY id ROWS 9 PRECEDING) AS ids FROM parts) AS y WINDOW x AS (ORDER BY id ROWS 9 PRECEDING)
	UNION ALL SELECT '2 following to 4 following', rollup(s) OVER x, rollup(w) OVER x, rollup(p) OVER x,
		(SELECT nps_agg(score) FROM small WHERE id % 6 <> 0 AND id = ANY (ids)),
		(SELECT nps_weighted_agg(score, weight) FROM small WHERE id % 6 <> 0 AND id = ANY (ids)),
		(SELECT nps_paired_agg(score, later_score) FROM small WHERE id % 6 <> 0 AND id = ANY (ids))
	FROM (SELECT *, array_agg(id) OVER (ORDER BY id ROWS BETWEEN 2 FOLLOWING AND 4 FOLLOWING) AS ids
		FROM parts) AS y WINDOW x AS (ORDER BY id ROWS BETWEEN 2 FOLLOWING AND 4 FOLLOWING)) AS z
GROUP BY frame ORDER BY frame;
-- weighted and unweighted summaries in turn, never in one frame
SELECT count(*) AS rows, bool_and(responses = CASE WHEN g % 2 = 0 THEN 1 ELSE 0 END) AS alone
FROM (SELECT g, responses(rollup(CASE WHEN g % 4 = 0 THEN '{"n": 0}' + s WHEN g % 4 = 2 THEN w END) OVER (ORDER BY g ROWS CURRENT ROW))
	FROM generate_series(1, 40) AS g, (SELECT nps_agg(9) AS s, nps_weighted_agg(9, 2) AS w) AS x) AS y;
SELECT rollup(CASE WHEN g = 2 THEN w ELSE s END) OVER (ORDER BY g ROWS 1 PRECEDING) FROM generate_series(1, 3) AS g,
	(SELECT nps_agg(9) AS s, nps_weighted_agg(9, 2) AS w) AS x;

-- ---- plans ----

-- The lines of a plan that say how it aggregates.
CREATE FUNCTION aggregation(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line ~ 'Aggregate|Workers Planned|Append' THEN
			RETURN NEXT regexp_replace(line, '^[ >-]*', '');
		END IF;
	END LOOP;
END $$;
CREATE FUNCTION hash_batches(query text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || query INTO plan;
	RETURN (regexp_match(plan::text, '"HashAgg Batches": (\d+)'))[1];
END $$;

CREATE FUNCTION plan_uses(what text, query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
	RETURN plan::text LIKE '%' || what || '%';
END $$;

-- serial results first
SET max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT values_of('SELECT ' || all_calls('CALL::text') || ' FROM answers') AS total,
	values_of('SELECT ' || all_calls('string_agg(CALL::text, '';'') OVER (ORDER BY channel)') || ' FROM answers GROUP BY channel ORDER BY channel DESC LIMIT 1') AS by_channel;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT aggregation('SELECT nps(score), nps_agg(score) FROM answers');
-- every aggregate in parallel gives the same bytes; a single one that could not would make this plan serial
SELECT aggregation('SELECT ' || all_calls('CALL::text') || ' FROM answers');
SELECT aggregation('SELECT ' || all_calls('CALL::text') || ' FROM answers GROUP BY channel') AS grouped ORDER BY 1 LIMIT 1;
SELECT differing(total, values_of('SELECT ' || all_calls('CALL::text') || ' FROM answers')) AS total,
	differing(by_channel,
		values_of('SELECT ' || all_calls('string_agg(CALL::text, '';'') OVER (ORDER BY channel)') || ' FROM answers GROUP BY channel ORDER BY channel DESC LIMIT 1')) AS by_channel
		FROM serial;
-- with every row left to the workers
SET parallel_leader_participation = off;
SELECT differing(total, values_of('SELECT ' || all_calls('CALL::text') || ' FROM answers')) AS total FROM serial;
-- partial states of some workers empty, filters, grouping
SELECT nps_agg(score) FILTER (WHERE id = 1) = nps_agg(score) FILTER (WHERE id < 2) AS one, nps_agg(score) FILTER (WHERE id < 0) AS none,
	nps_weighted_agg(score, weight) FILTER (WHERE id = 1) = (SELECT nps_weighted_agg(7, 0.25)) AS one_weighted,
	nps_weighted_agg(score, weight) FILTER (WHERE id < 0) AS none_weighted FROM answers;
RESET parallel_leader_participation;
-- scales that differ are found when partial results meet, too
SELECT value('SELECT csat_agg(score % 5 + 1, CASE WHEN id < 4000 THEN 5 ELSE 7 END) FROM answers') AS mixed_scales,
	value('SELECT nps(score + 1) FROM answers') AS out_of_range;
-- other weights: the same to 1e-12
CREATE FUNCTION same(a float8, b float8) RETURNS boolean LANGUAGE sql AS $$ SELECT abs(a - b) <= 1e-12 * abs(b) $$;
CREATE TABLE awkward AS SELECT id, score, (ARRAY[0.1, 1e10, 1e-10, 1.0 / 3, 12345.678])[id % 5 + 1]::float8 AS weight FROM answers;
ANALYZE awkward;
CREATE TABLE sums AS SELECT nps_weighted_agg(score, weight) AS parallel FROM awkward;
SET max_parallel_workers_per_gather = 0;
SELECT same(nps(parallel), nps(serial)) AND same(mean_score(parallel), mean_score(serial))
	AND same(effective_responses(parallel), effective_responses(serial)) AS parallel,
	same(nps(parts), nps(serial)) AND same(mean_score(parts), mean_score(serial))
		AND same(effective_responses(parts), effective_responses(serial)) AS in_parts,
	same(nps(backwards), nps(serial)) AND same(mean_score(backwards), mean_score(serial))
		AND same(effective_responses(backwards), effective_responses(serial)) AS backwards,
	same(nps(serial), due.nps) AND same(mean_score(serial), due.mean) AND same(effective_responses(serial), due.n) AS as_due
FROM sums, (SELECT nps_weighted_agg(score, weight) AS serial, nps_weighted_agg(score, weight ORDER BY id DESC) AS backwards FROM awkward) AS x,
	(SELECT rollup(s ORDER BY g % 7) AS parts FROM (SELECT id % 100 AS g, nps_weighted_agg(score, weight) AS s FROM awkward GROUP BY 1) AS y) AS z,
	-- exact arithmetic
	(SELECT (100 * (sum(w) FILTER (WHERE score >= 9) - sum(w) FILTER (WHERE score < 7)) / sum(w))::float8 AS nps,
		(sum(w * score) / sum(w))::float8 AS mean, (sum(w) * sum(w) / sum(w * w))::float8 AS n
		FROM (SELECT score, weight::numeric AS w FROM awkward WHERE score IS NOT NULL) AS v) AS due;

-- partitionwise: partial results of each partition
CREATE TABLE partitioned (LIKE answers) PARTITION BY LIST (channel);
CREATE TABLE partition_1 PARTITION OF partitioned FOR VALUES IN ('web');
CREATE TABLE partition_2 PARTITION OF partitioned FOR VALUES IN ('phone', 'shop');
CREATE TABLE partition_3 PARTITION OF partitioned DEFAULT;
INSERT INTO partitioned SELECT * FROM answers;
ANALYZE partitioned;
SET enable_partitionwise_aggregate = on;
SET enable_sort = off;
SELECT aggregation('SELECT day, nps_agg(score) FROM partitioned GROUP BY day');
SELECT aggregation('SELECT channel, nps_agg(score) FROM partitioned GROUP BY channel');
SELECT (SELECT count(*) FROM (SELECT day, nps_agg(score), nps_weighted_agg(score, weight), csat(rating), nps_paired_agg(score, later_score)
	FROM partitioned GROUP BY day EXCEPT SELECT day, nps_agg(score), nps_weighted_agg(score, weight), csat(rating),
	nps_paired_agg(score, later_score) FROM answers GROUP BY day) AS x) AS by_day,
	(SELECT count(*) FROM (SELECT channel, nps_agg(score), nps_weighted_agg(score, weight), csat(rating), nps_paired_agg(score, later_score)
		FROM partitioned GROUP BY channel EXCEPT SELECT channel, nps_agg(score), nps_weighted_agg(score, weight), csat(rating),
		nps_paired_agg(score, later_score) FROM answers GROUP BY channel) AS x) AS by_channel;
RESET enable_partitionwise_aggregate;
RESET enable_sort;

-- hashing that does not fit into memory, against sorting
SET work_mem = '64kB';
SET hash_mem_multiplier = 1;
SET enable_sort = off;
SELECT hash_batches('SELECT id / 3, nps_agg(score), nps_weighted_agg(score, weight) FROM answers GROUP BY 1') > 1 AS spills;
CREATE TABLE hashed AS SELECT id / 3 AS g, nps_agg(score) AS n, nps_weighted_agg(score, weight) AS w, csat_counts_agg(rating, answers.n) AS c,
	ces(effort) AS e, nps_paired_agg(score, later_score) AS p FROM answers GROUP BY 1;
RESET enable_sort;
SET enable_hashagg = off;
CREATE TABLE sorted AS SELECT id / 3 AS g, nps_agg(score) AS n, nps_weighted_agg(score, weight) AS w, csat_counts_agg(rating, answers.n) AS c,
	ces(effort) AS e, nps_paired_agg(score, later_score) AS p FROM answers GROUP BY 1;
RESET enable_hashagg;
RESET work_mem;
RESET hash_mem_multiplier;
SELECT count(*) AS groups, count(*) FILTER (WHERE (h.n, h.w, h.c, h.p) IS DISTINCT FROM (s.n, s.w, s.c, s.p) OR h.e IS DISTINCT FROM s.e) AS wrong
	FROM hashed AS h FULL JOIN sorted AS s USING (g);
-- and put together again
SELECT rollup(n) = (SELECT nps_agg(score) FROM answers) AS n, rollup(w) = (SELECT nps_weighted_agg(score, weight) FROM answers) AS w,
	rollup(c) = (SELECT csat_counts_agg(rating, n) FROM answers) AS c, rollup(p) = (SELECT nps_paired_agg(score, later_score) FROM answers) AS p
	FROM hashed;

-- ---- merging, taking out ----

-- + in any order and grouping, - as its inverse
SELECT count(*) AS triples, bool_and(a + b = b + a) AS commutes, bool_and((a + b) + c = a + (b + c)) AS associates,
	bool_and(a + b - b = a AND a + b - a = b AND a - a = '{"n": 0}') AS inverts
FROM (SELECT n AS a, lead(n) OVER (ORDER BY g) AS b, lag(n, 7) OVER (ORDER BY g) AS c FROM hashed WHERE g < 700) AS x WHERE b IS NOT NULL
	AND c IS NOT NULL;
SELECT bool_and(rollup = (SELECT nps_agg(score) FROM answers)) AS any_order
	FROM (SELECT rollup(n ORDER BY md5(g::text || k)) FROM hashed, generate_series(1, 3) AS k GROUP BY k) AS x;
-- an aggregate in a subquery, LATERAL, a view, a materialised view, a recursive query, a prepared statement, PL/pgSQL
SELECT c.channel, r.responses, round(r.nps::numeric, 6) AS nps, round(nps(s)::numeric, 6) AS lateral_nps
	FROM (SELECT channel, nps_agg(score) AS s FROM answers GROUP BY channel) AS c, nps_report(c.s) AS r ORDER BY channel;
SELECT c.channel, l.nps = (SELECT nps(score) FROM answers AS a WHERE a.channel = c.channel) AS same FROM (SELECT DISTINCT channel FROM answers) AS c,
	LATERAL (SELECT nps(score) FROM answers AS a WHERE a.channel = c.channel) AS l ORDER BY channel;
CREATE VIEW by_day AS SELECT day, nps_agg(score) AS s, csat_agg(rating) AS c FROM answers GROUP BY day;
CREATE MATERIALIZED VIEW stored_by_day AS SELECT * FROM by_day;
CREATE UNIQUE INDEX ON stored_by_day (day);
INSERT INTO answers (id, day, score, rating) VALUES (0, '2025-01-01', 10, 5);
SELECT count(*) AS changed, min(responses(v.s) - responses(m.s)) AS by FROM by_day AS v JOIN stored_by_day AS m USING (day) WHERE v.s <> m.s
	AND v.c <> m.c;
REFRESH MATERIALIZED VIEW CONCURRENTLY stored_by_day;
SELECT count(*) AS changed FROM by_day AS v JOIN stored_by_day AS m USING (day) WHERE v.s <> m.s OR v.c <> m.c;
DELETE FROM answers WHERE id = 0;
WITH RECURSIVE growing AS (SELECT 1 AS i, '{"n": 0}'::nps_summary AS s UNION ALL SELECT i + 1, s + nps_summary(ARRAY[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, i])
	FROM growing WHERE i <= 10) SELECT responses(s) AS sum_1_to_10 FROM growing ORDER BY i DESC LIMIT 1;
PREPARE by_channel (text) AS SELECT nps(score) = (SELECT nps(nps_agg(score)) FROM answers WHERE channel = $1) AS same FROM answers WHERE channel = $1;
SET plan_cache_mode = force_generic_plan;
EXECUTE by_channel ('web');
EXECUTE by_channel ('app');
RESET plan_cache_mode;
CREATE FUNCTION counted_in_a_loop() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	s nps_summary := '{"n": 0}'; kept nps_summary; a record;
BEGIN
	FOR a IN SELECT id, score FROM answers WHERE id < 300 AND score IS NOT NULL ORDER BY id LOOP
		s := nps_accum(s, a.score);
		IF a.id = 100 THEN kept := s; END IF;
	END LOOP;
	RETURN s = (SELECT nps_agg(score) FROM answers WHERE id < 300) AND kept = (SELECT nps_agg(score) FROM answers WHERE id <= 100);
END $$;
SELECT counted_in_a_loop();

-- stored daily summaries: rolling windows against the raw rows
CREATE TABLE daily (day date, channel text, s nps_summary NOT NULL, w nps_summary, PRIMARY KEY (day, channel));
INSERT INTO daily SELECT day, channel, nps_agg(score), nps_weighted_agg(score, weight) FROM answers WHERE id < 4000 GROUP BY day, channel;
SELECT count(*) AS days, count(*) FILTER (WHERE s <> due OR w <> due_w) AS wrong
FROM (SELECT day, rollup(rollup(s)) OVER x AS s, rollup(rollup(w)) OVER x AS w,
	(SELECT nps_agg(score) FROM answers AS a WHERE id < 4000 AND a.day BETWEEN daily.day - 29 AND daily.day) AS due,
	(SELECT nps_weighted_agg(score, weight) FROM answers AS a WHERE id < 4000 AND a.day BETWEEN daily.day - 29 AND daily.day) AS due_w
	FROM daily GROUP BY day WINDOW x AS (ORDER BY day RANGE BETWEEN '29 days' PRECEDING AND CURRENT ROW)) AS y;
-- replaced, not added: an upsert touches only what changed
WITH again AS (INSERT INTO daily AS d SELECT day, channel, nps_agg(CASE WHEN id = 77 THEN nullif(0, score) ELSE score END),
	nps_weighted_agg(score, weight) FROM answers WHERE id < 4000 GROUP BY day, channel
	ON CONFLICT (day, channel) DO UPDATE SET s = EXCLUDED.s, w = EXCLUDED.w WHERE d.s IS DISTINCT FROM EXCLUDED.s OR d.w IS DISTINCT
		FROM EXCLUDED.w RETURNING 1) SELECT count(*) AS touched FROM again;
-- the latest answer of each respondent in the last 20 days: entered minus left, against DISTINCT ON, day by day
CREATE TABLE asked AS SELECT (i * 7) % 90 AS respondent, date '2025-03-01' + i / 9 AS day, i, (i * i + i / 4) % 11 AS score
	FROM generate_series(1, 800) AS i;
WITH spans AS (SELECT score, day AS enters, least(day + 20, lead(day) OVER (PARTITION BY respondent ORDER BY day, i)) AS leaves FROM asked),
	days AS (SELECT day::date FROM generate_series(date '2025-03-01', date '2025-06-30', '1 day') AS day),
	moves AS (SELECT day, (SELECT nps_agg(score) FROM spans WHERE enters = day) AS entered,
		(SELECT nps_agg(score) FROM spans WHERE leaves = day) AS gone FROM days),
	rolling AS (SELECT day, rollup(entered) OVER x - rollup(gone) OVER x AS s FROM moves WINDOW x AS (ORDER BY day))
SELECT count(*) AS days, max(responses(s)) AS most, count(*) FILTER (WHERE s <> (SELECT nps_agg(score)
	FROM (SELECT DISTINCT ON (respondent) score FROM asked WHERE asked.day <= rolling.day AND asked.day > rolling.day - 20 ORDER BY respondent,
	asked.day DESC, i DESC) AS latest)) AS wrong FROM rolling;

-- ---- counts beyond 32 bits ----

-- A summary is stored in another form once a count exceeds 2^32 - 1: nobody may see that, whichever way it is crossed.
CREATE TABLE edges AS SELECT n FROM unnest(ARRAY[1, 2, 4294967294, 4294967295, 4294967296, 4294967297, 8589934591, 9007199254740993,
	4611686018427387904]) AS n;
CREATE FUNCTION made_of(n bigint) RETURNS nps_summary LANGUAGE sql AS $$ SELECT nps_summary(ARRAY[3, 0, 0, 0, 0, 0, 0, 0, 0, n, 0]) $$;
-- the same summary from an array, text, json, a count, sums and differences: the same bytes, the same size
SELECT n, pg_column_size(s) AS bytes, s::text::nps_summary = s AND s::json::nps_summary = s AND s::jsonb::nps_summary = s AS read,
	nps_counts_agg(x.a, x.c) = s AS counted, made_of(n - 1) + nps_summary(ARRAY[0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]) = s AS added,
	made_of(n + 1) - nps_summary(ARRAY[0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]) = s
		AND made_of(n + 9876543210) - nps_summary(ARRAY[0, 0, 0, 0, 0, 0, 0, 0, 0, 9876543210, 0]) = s AS taken_out, nps_accum(made_of(n - 1), 9) = s
		AND nps_inverse(made_of(n + 1), 9) = s AND nps_counts_accum(made_of(n - 1), 9, 1) = s
		AND nps_counts_inverse(made_of(n + 5), 9, 5) = s AS stepped,
	nps_summary_hash(s + made_of(0)) = nps_summary_hash(made_of(0) + s) AND nps_summary_hash(s) = nps_summary_hash(s::text::nps_summary) AS hashed,
		promoters(s) = n AND responses(s) = n + 3 AND detractors(s) = 3 AS reads
FROM edges, made_of(n) AS s, (VALUES (9), (0)) AS v (a), LATERAL (SELECT v.a, CASE v.a WHEN 9 THEN n ELSE 3 END AS c) AS x GROUP BY n, s ORDER BY n;
SELECT count(DISTINCT s) AS distinct_ones, count(*) AS summaries FROM edges,
	LATERAL unnest(ARRAY[made_of(n), made_of(n - 1) + made_of(1) - made_of(0), (made_of(n)::text)::nps_summary]) AS s;
-- one answer at a time, from just below, within an aggregate: rows, windows, parallel workers
CREATE AGGREGATE brim(integer) (SFUNC = nps_accum, STYPE = nps_summary, COMBINEFUNC = nps_summary_combine, MSFUNC = nps_accum, MINVFUNC = nps_inverse,
	MSTYPE = nps_summary, PARALLEL = SAFE,
	INITCOND = '{"n": 4294967293, "scale": 10, "weighted": false, "counts": {"0": 0, "1": 0, "2": 0, "3": 0, "4": 0, "5": 0, "6": 0, "7": 0, "8": 0, "9": 4294967293, "10": 0}}',
	MINITCOND = '{"n": 4294967293, "scale": 10, "weighted": false, "counts": {"0": 0, "1": 0, "2": 0, "3": 0, "4": 0, "5": 0, "6": 0, "7": 0, "8": 0, "9": 4294967293, "10": 0}}');
SELECT i, pg_column_size(s) AS bytes, s = nps_summary(ARRAY[0, 0, 0, 0, 0, 0, 0, 0, 0, 4294967293 + i, 0]) AS growing,
	w = nps_summary(ARRAY[0, 0, 0, 0, 0, 0, 0, 0, 0, 4294967293 + least(i, 3), 0]) AS moving
	FROM (SELECT i, brim(9) OVER (ORDER BY i) AS s, brim(9) OVER (ORDER BY i ROWS 2 PRECEDING) AS w FROM generate_series(1, 6) AS i) AS x;
SELECT brim(CASE WHEN i % 7 = 0 THEN 3 ELSE 9 END) = nps_summary(ARRAY[0, 0, 0, 14, 0, 0, 0, 0, 0, 4294967293 + 86, 0]) AS mixed
	FROM generate_series(1, 100) AS i;
-- windows and rollups over counts of all sizes
CREATE TABLE large AS SELECT i AS id, i * i % 11 AS score,
	(ARRAY[1, 4294967295, 3, 2147483648, 9, 4294967294, 0, 12884901888])[i * i % 7 + i % 2 + 1]::bigint AS n FROM generate_series(1, 60) AS i;
SELECT frame, value(format('SELECT count(*) || '' rows'' || coalesce('', wrong: '' || nullif(count(*) FILTER (WHERE (a, b, c) IS DISTINCT FROM (d, d, d)), 0), '''') || CASE WHEN count(DISTINCT pg_column_size(a)) > 1 THEN '', of both forms'' ELSE '''' END
	FROM (SELECT a, b, c, (SELECT nps_counts_agg(score, n) FROM large WHERE id = ANY (ids)) AS d FROM (SELECT nps_counts_agg(score, n) OVER w AS a, rollup(s) OVER w AS b, rollup(s + s) OVER w - rollup(s) OVER w AS c, array_agg(id) OVER w AS ids FROM (SELECT id, score, n, nps_counts_agg(score, n) AS s FROM large GROUP BY id, score, n) AS l WINDOW w AS (%s)) AS x OFFSET 0) AS y',
		frame)) AS compared
FROM unnest(ARRAY['ORDER BY id', 'ORDER BY id ROWS 5 PRECEDING', 'ORDER BY id ROWS BETWEEN CURRENT ROW AND 3 FOLLOWING',
	'ORDER BY id ROWS BETWEEN 9 PRECEDING AND 4 PRECEDING', 'ORDER BY id / 5 GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW',
	'ORDER BY id ROWS BETWEEN 20 PRECEDING AND 10 FOLLOWING EXCLUDE CURRENT ROW']) AS frame;
SELECT count(*) AS groups, bool_and(rollup = counted AND rollup = parted) AS same
	FROM (SELECT id % 4, rollup(s) = nps_counts_agg(score, n) AS x, rollup(s), nps_counts_agg(score, n) AS counted,
	rollup(s) FILTER (WHERE id < 30) + rollup(s ORDER BY id DESC) FILTER (WHERE id >= 30) AS parted
	FROM (SELECT id, score, n, nps_counts_agg(score, n) AS s FROM large GROUP BY id, score, n) AS l GROUP BY id % 4) AS y;

-- ---- constraints, comparisons, indexes ----

CREATE TABLE checked (score numeric CHECK (nps_valid(score)), rating int CHECK (csat_valid(rating, 7)), effort float8 CHECK (ces_valid(effort)));
INSERT INTO checked VALUES (10, 7, 7), (0, 1, 1), (NULL, NULL, NULL), (9.00, 4, 4);
\set VERBOSITY terse
INSERT INTO checked VALUES (7.5, 1, 1);
INSERT INTO checked VALUES (11, 1, 1);
INSERT INTO checked VALUES ('NaN', 1, 1);
INSERT INTO checked VALUES (1, 8, 1);
INSERT INTO checked VALUES (1, 1, 0.5);
\set VERBOSITY default
SELECT round(nps(score)::numeric, 9) AS nps, round(csat(rating, 7)::numeric, 9) AS csat, ces(effort) FROM checked;

-- few distinct summaries among many
CREATE TABLE many AS SELECT id, nps_agg(score % 3) AS s, csat_agg(rating % 2 + 1, 7) AS c, ces_weighted_agg(effort % 2 + 1, weight / 2) AS e,
	nps_paired_agg(score, later_score) AS p FROM answers WHERE id <= 2000 GROUP BY id;
ANALYZE many;
SELECT count(DISTINCT s) AS s, (SELECT count(*) FROM (SELECT DISTINCT score % 3 FROM answers WHERE id <= 2000) AS x) AS due_s, count(DISTINCT c) AS c,
	(SELECT count(*) FROM (SELECT DISTINCT rating % 2 FROM answers WHERE id <= 2000) AS x) AS due_c,
	count(DISTINCT e) AS e, (SELECT count(DISTINCT CASE WHEN effort IS NULL THEN '' ELSE format('%s %s', effort % 2, weight) END) FROM answers
		WHERE id <= 2000) AS due_e, count(DISTINCT p) AS p,
		(SELECT count(DISTINCT CASE WHEN score IS NULL THEN '' ELSE nps_band(score) || nps_band(later_score) END) FROM answers
		WHERE id <= 2000) AS due_p FROM many;
SELECT (SELECT count(*) FROM (SELECT s FROM many UNION SELECT s FROM many) AS x) AS "union",
	(SELECT count(*) FROM (SELECT s FROM many INTERSECT SELECT nps_agg(1)) AS x) AS "intersect",
	(SELECT count(*) FROM (SELECT e FROM many EXCEPT SELECT e FROM many) AS x) AS "except";
SELECT s, count(*), count(*) = (SELECT count(*) FROM answers AS a WHERE id <= 2000 AND a.score % 3 IS NOT DISTINCT FROM mean_score(s)) AS counted
	FROM many GROUP BY s ORDER BY mean_score(s) NULLS FIRST;
-- a total order, the same for sorting, comparing and hashing
WITH distinct_e AS (SELECT DISTINCT e FROM many)
SELECT count(*) AS pairs, bool_and((a.e < b.e)::int + (a.e = b.e)::int + (a.e > b.e)::int = 1) AS one_of_three,
	bool_and((a.e <= b.e) = (NOT a.e > b.e) AND (a.e >= b.e) = (NOT a.e < b.e) AND (a.e <> b.e) = (NOT a.e = b.e)) AS consistent,
	bool_and(sign(ces_summary_cmp(a.e, b.e)) = -sign(ces_summary_cmp(b.e, a.e)) AND (ces_summary_cmp(a.e, b.e) < 0) = (a.e < b.e)) AS cmp,
		bool_and(a.e <> b.e OR ces_summary_hash(a.e) = ces_summary_hash(b.e)
		AND ces_summary_hash_extended(a.e, 7) = ces_summary_hash_extended(b.e, 7)) AS hash,
	count(DISTINCT ces_summary_hash(a.e)) AS hashes, count(DISTINCT a.e) AS values FROM distinct_e AS a, distinct_e AS b;
SELECT bool_and(e >= before) AS sorted FROM (SELECT e, lag(e) OVER () AS before FROM (SELECT e FROM many ORDER BY e) AS x) AS y;
SELECT bool_and(nps_summary_hash_extended(s, 0) & 4294967295 = nps_summary_hash(s)::bigint & 4294967295) AS seed_0_is_hash,
	bool_and(nps_summary_hash_extended(s, 1) <> nps_summary_hash_extended(s, 2)) AS seeds_matter FROM many;
-- joins of each kind
SET max_parallel_workers_per_gather = 0;
SET enable_nestloop = off;
SET enable_mergejoin = off;
SELECT plan_uses('Hash Join', 'SELECT 1 FROM many AS a JOIN many AS b ON a.p = b.p') AS planned, count(*) FROM many AS a JOIN many AS b ON a.p = b.p
	WHERE b.id <= 40;
SET enable_mergejoin = on;
SET enable_hashjoin = off;
SELECT plan_uses('Merge Join', 'SELECT 1 FROM many AS a JOIN many AS b ON a.p = b.p') AS planned, count(*) FROM many AS a JOIN many AS b ON a.p = b.p
	WHERE b.id <= 40;
SET enable_nestloop = on;
SET enable_mergejoin = off;
SELECT plan_uses('Nested Loop', 'SELECT 1 FROM many AS a JOIN many AS b ON a.p = b.p') AS planned, count(*) FROM many AS a JOIN many AS b ON a.p = b.p
	WHERE b.id <= 40;
RESET enable_nestloop; RESET enable_mergejoin; RESET enable_hashjoin;
-- indexes of both kinds find what a scan finds
CREATE INDEX many_btree ON many (p);
CREATE INDEX many_hash ON many USING hash (e);
CREATE TABLE scanned AS SELECT (SELECT count(*) FROM many WHERE p = x.p) AS p, (SELECT count(*) FROM many WHERE p < x.p) AS p_below,
	(SELECT count(*) FROM many WHERE e = x.e) AS e, x.id FROM (SELECT * FROM many WHERE id % 100 = 3) AS x;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT count(*) AS probes, bool_and(p = (SELECT count(*) FROM many WHERE p = (SELECT p FROM many AS m WHERE m.id = s.id))
	AND p_below = (SELECT count(*) FROM many WHERE p < (SELECT p FROM many AS m WHERE m.id = s.id))
	AND e = (SELECT count(*) FROM many WHERE e = (SELECT e FROM many AS m WHERE m.id = s.id))) AS same FROM scanned AS s;
SELECT plan_uses('many_btree', 'SELECT 1 FROM many WHERE p = (SELECT p FROM many WHERE id = 3)') AS btree,
	plan_uses('many_btree', 'SELECT p FROM many ORDER BY p') AS ordered,
	plan_uses('many_hash', 'SELECT 1 FROM many WHERE e = (SELECT e FROM many WHERE id = 3)') AS hash;
RESET enable_seqscan; RESET enable_bitmapscan;
CREATE UNIQUE INDEX ON hashed (n, g);
\set VERBOSITY terse
CREATE TABLE once (s nps_summary UNIQUE);
INSERT INTO once SELECT nps_agg(9);
INSERT INTO once SELECT nps_agg(9);
INSERT INTO once SELECT nps_agg(9) ON CONFLICT DO NOTHING;
INSERT INTO once SELECT nps_agg(8);
\set VERBOSITY default
SELECT count(*) FROM once;

-- ---- storage ----

-- the type is never packed or toasted; in a row or an array that is, it reads the same
SELECT typname, typstorage, typalign FROM pg_type WHERE typname ~ '^(nps|nps_pair|csat|ces)_summary$' ORDER BY typname;
ALTER TABLE daily ALTER s SET STORAGE EXTENDED;
CREATE TYPE holder AS (a text, b "char", s nps_summary);
CREATE TABLE packed AS SELECT id, ROW (NULL, 'x', s)::holder AS r, ARRAY[s, NULL, s] AS a, array_agg(s) OVER (ORDER BY id ROWS 99 PRECEDING) AS long
	FROM many;
SELECT bool_and((packed.r).s = many.s AND a[1] = many.s AND a[3] = many.s) AS same, bool_and(long[array_length(long, 1)] = many.s) AS toasted,
	max(pg_column_size(long)) < 100 * 112 AS compressed FROM packed JOIN many USING (id);
SELECT bool_and(unnest = s) AS in_array FROM (SELECT s, unnest(ARRAY[s, s]) FROM daily) AS x;
SELECT rollup((d).s) = (SELECT rollup(s) FROM daily) AS in_row FROM (SELECT daily AS d FROM daily) AS x;
SELECT pg_column_size(s) AS bytes, pg_column_size(w) AS weighted_bytes, (SELECT pg_column_size(p) FROM many LIMIT 1) AS pair_bytes FROM daily
	WHERE responses(s) > 0 LIMIT 1;

SET client_min_messages = warning;
DROP SCHEMA aggregate_test CASCADE;
