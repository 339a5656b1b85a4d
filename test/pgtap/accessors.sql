-- Every accessor, called with every kind of argument, on summaries at the edge of
-- what a summary can be: no error, no NaN, no infinity, nothing off its scale.
--
-- Other tests include this file for its schema cx_test, in which
--   cx_test.edges           holds extreme summaries of each type, as text;
--   cx_test.faults(summary) names everything that is wrong with a summary;
--   cx_test.is_possible(type, jsonb) says whether answers can make it.
--
--   \set included 1
--   \ir accessors.sql

\if :{?included}
\else
BEGIN;
\endif
SET client_min_messages = warning;

CREATE SCHEMA cx_test;

CREATE TABLE cx_test.types (type regtype, headline text, least float8, most text);
INSERT INTO cx_test.types VALUES
	('nps_summary', 'nps', -100, '100'),
	('csat_summary', 'csat', 0, '100'),
	('ces_summary', 'ces', 1, 'ces_scale(s)'),
	('nps_pair_summary', 'change', -200, '200'),
	('revenue_summary', 'nrr', 0, '''Infinity''');

-- What an argument of this name is given; s is the summary.
CREATE TABLE cx_test.argument (name text, type regtype, value text);
INSERT INTO cx_test.argument VALUES
	('level', NULL, '0.5'), ('level', NULL, '0.9999'),
	('population', NULL, 'NULL'), ('population', NULL, 'greatest(responses(s), 1)'), ('population', NULL, '9223372036854775807'),
	('method', 'nps_summary', '''wald'''), ('method', 'nps_summary', '''adjusted_wald'''),
	('method', 'csat_summary', '''wald'''), ('method', 'csat_summary', '''wilson'''), ('method', 'csat_summary', '''clopper_pearson'''),
	('target', 'nps_summary', '-100'), ('target', 'nps_summary', '33'), ('target', 'nps_summary', '100'),
	('target', 'csat_summary', '0'), ('target', 'csat_summary', '80'), ('target', 'csat_summary', '100'),
	('target', 'ces_summary', '1'), ('target', 'ces_summary', '1.9'), ('target', 'ces_summary', 'coalesce(ces_scale(s), 7)'),
	('margin', NULL, '5'), ('margin', NULL, '0.001'),
	('seed', NULL, '42');

-- The functions of the extension that read a summary: all that take one, but for
-- the steps of aggregates (test/t/030_arguments.t has those, and all the others).
CREATE TABLE cx_test.accessors AS
SELECT p.oid::regprocedure AS accessor, proname AS name, t.type, t.headline,
	i AS place, coalesce(proargnames[i], CASE WHEN proargtypes[i - 1] = 'bigint'::regtype THEN 'seed' ELSE 's' END) AS argument,
	proargtypes[i - 1]::regtype AS argument_type
FROM pg_depend d
	JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass AND extname = 'cx_metrics'
	JOIN pg_proc p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass AND prokind = 'f'
	JOIN cx_test.types t ON t.type = ANY (proargtypes)
	CROSS JOIN generate_series(1, pronargs) AS i
WHERE NOT EXISTS (SELECT FROM pg_aggregate WHERE p.oid IN (aggtransfn, aggminvtransfn) AND p.oid <> aggcombinefn)
	AND proname NOT LIKE '%\_combine' AND proname NOT LIKE '%\_minus';

CREATE TABLE cx_test.calls AS
WITH RECURSIVE calls AS (
	SELECT DISTINCT accessor, name, type, headline, 0 AS place, ''::text AS arguments FROM cx_test.accessors
	UNION ALL
	SELECT c.accessor, c.name, c.type, c.headline, c.place + 1, concat(c.arguments, CASE WHEN c.place > 0 THEN ', ' END, v.value)
	FROM calls c
		JOIN cx_test.accessors a ON a.accessor = c.accessor AND a.type = c.type AND a.place = c.place + 1
		CROSS JOIN LATERAL (
			SELECT 's' AS value WHERE a.argument_type = c.type
			UNION ALL
			SELECT g.value FROM cx_test.argument g
			WHERE a.argument_type <> c.type AND g.name = a.argument AND coalesce(g.type, c.type) = c.type
			UNION ALL
			SELECT '''score''' WHERE a.argument = 'method' AND c.name = 'nps_interval') v
)
SELECT accessor, name, type, headline, format('%I(%s)', name, arguments) AS call
FROM calls
WHERE place = (SELECT max(place) FROM cx_test.accessors a WHERE a.accessor = calls.accessor AND a.type = calls.type);

-- Where figures of this name must lie, in every family.
CREATE FUNCTION cx_test.possible(figure text, value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE
		WHEN value IS NULL OR value ~ '^\(.*\)$' AND value !~* 'nan|inf' THEN true	-- or a row
		WHEN value ~* 'nan|inf' THEN false
		WHEN figure ~ 'share$|_probability$|^p_value$|^grr|^logo_retention$' THEN value::float8 BETWEEN 0 AND 1
		WHEN figure = 'cx_verdict' THEN value IN ('better', 'worse', 'unproven')
		WHEN figure ~ '_verdict$' THEN value IN ('met', 'missed', 'unproven')
		WHEN figure ~ 'margin$|stderr$|^stddev|responses$|^weight$|^df$|moters$|passives$|tractors$|^satisfied$|^nrr|^opening$|^closing$|customers' THEN value::float8 >= 0
		WHEN figure ~ '^(nps|ces_net_easy|net_easy)$' THEN value::float8 BETWEEN -100 AND 100
		WHEN figure = 'csat' THEN value::float8 BETWEEN 0 AND 100
		WHEN figure ~ '^(ces|mean_score|median_score)$' THEN value::float8 BETWEEN 0 AND 11
		WHEN figure = 'nps_sample_size' THEN value::bigint > 0
		ELSE true
	END
$$;

-- For each type a function readings(s): every call, every figure it gives; and a
-- function faults(s): every reading that cannot be, every form that does not lead
-- back to the same bytes, and the error of the first call that fails.
DO $do$
DECLARE
	t record;
BEGIN
	FOR t IN SELECT type, headline, least, most,
			(SELECT string_agg(format('(%L, %L, %s)', call, name,
					CASE WHEN proretset THEN format('(SELECT jsonb_agg(r) FROM %s AS r)', call) ELSE format('jsonb_build_array(%s)', call) END),
				E',\n' ORDER BY call COLLATE "C")
			 FROM cx_test.calls c JOIN pg_proc ON oid = accessor WHERE c.type = types.type) AS rows
		FROM cx_test.types
	LOOP
		EXECUTE format($f$
			CREATE FUNCTION cx_test.readings(s %1$s) RETURNS TABLE (call text, figure text, value text) LANGUAGE sql AS $b$
				SELECT v.call, f.figure, f.value
				FROM (VALUES %2$s) AS v (call, name, rows)
					CROSS JOIN LATERAL jsonb_array_elements(v.rows) AS row
					CROSS JOIN LATERAL (
						SELECT v.name, row #>> '{}' WHERE jsonb_typeof(row) <> 'object'
						UNION ALL
						SELECT key, j.value FROM jsonb_each_text(CASE jsonb_typeof(row) WHEN 'object' THEN row ELSE '{}' END) AS j
					) AS f (figure, value)
			$b$ $f$, t.type, t.rows);
		EXECUTE format($f$
			CREATE FUNCTION cx_test.faults(s %1$s) RETURNS SETOF text LANGUAGE plpgsql AS $b$
			DECLARE
				before text;
				bytes bytea;
				headline float8;
			BEGIN
				before := s::text;
				bytes := %1$s_send(s);
				headline := s::jsonb ->> %2$L;
				RETURN QUERY
				SELECT format('%%s: %%s = %%s', call, figure, value) FROM cx_test.readings(s)
				WHERE NOT cx_test.possible(figure, value)
					OR call ~ '_(interval|report)\(' AND call !~ '^grr' AND (figure = 'lower' AND value::float8 NOT BETWEEN %3$s AND headline
						OR figure = 'upper' AND value::float8 NOT BETWEEN headline AND %4$s)
					OR figure = 'effective_responses' AND value::float8 > (s::jsonb ->> 'n')::float8 * (1 + 1e-9)
					OR call ~ '_compare\(s, s,' AND figure = 'difference' AND value::float8 <> 0;
				IF headline NOT BETWEEN %3$s AND %4$s THEN
					RETURN NEXT 'headline ' || headline;
				END IF;
				IF s::text <> before OR %1$s_send(s) <> bytes THEN
					RETURN NEXT 'an accessor changed it into ' || s::text;
				END IF;
				IF s::text::%1$s IS DISTINCT FROM s OR s::text::%1$s::text <> s::text OR %1$s_send(s::text::%1$s) <> bytes THEN
					RETURN NEXT 'its text reads back as ' || s::text::%1$s::text;
				END IF;
				IF s::json::%1$s IS DISTINCT FROM s OR s::jsonb::%1$s IS DISTINCT FROM s OR s::jsonb <> s::json::jsonb THEN
					RETURN NEXT 'its json reads back as ' || s::json::%1$s::text;
				END IF;
				IF s + '{"n": 0}' <> s OR '{"n": 0}' + s <> s THEN
					RETURN NEXT 'merging it with nothing gives ' || (s + '{"n": 0}')::text;
				END IF;
			EXCEPTION WHEN OTHERS THEN
				RETURN NEXT format('error %%s: %%s', SQLSTATE, SQLERRM);
			END $b$ $f$, t.type, t.headline, t.least, t.most);
	END LOOP;
END $do$;

-- Whether a summary's JSON could be made of answers: counts are not negative and add up; of c weights w
-- the squares add up to something from (sum w)^2 / c to (sum w)^2.
CREATE FUNCTION cx_test.is_possible(type text, s jsonb) RETURNS boolean LANGUAGE sql AS $$
	SELECT CASE type
		WHEN 'revenue_summary' THEN
			(s ->> 'n')::numeric = 0 OR (s ->> 'n')::numeric = (s ->> 'opening_customers')::numeric + (s ->> 'new_earned_customers')::numeric + (s ->> 'new_bought_customers')::numeric + (s ->> 'new_unknown_customers')::numeric
				AND (s ->> 'opening_customers')::numeric >= (s ->> 'expansion_customers')::numeric + (s ->> 'contraction_customers')::numeric + (s ->> 'churn_customers')::numeric
				AND (s ->> 'opening')::numeric >= (s ->> 'contraction')::numeric + (s ->> 'churn')::numeric
				AND (s ->> 'closing')::numeric = (s ->> 'opening')::numeric + (s ->> 'expansion')::numeric - (s ->> 'contraction')::numeric - (s ->> 'churn')::numeric
					+ (s ->> 'new_earned')::numeric + (s ->> 'new_bought')::numeric + (s ->> 'new_unknown')::numeric
				AND (SELECT min(value::numeric) >= 0 FROM jsonb_each_text(s) WHERE key !~ 'squared|previous')
		ELSE
			(SELECT (s ->> 'n')::numeric = coalesce(sum(count), 0) AND coalesce(min(count) >= 0, true)
					AND count(*) = CASE WHEN (s ->> 'n')::numeric = 0 THEN 0 WHEN type = 'nps_summary' THEN 11 WHEN type = 'nps_pair_summary' THEN 9 ELSE (s ->> 'scale')::int END
					AND ((s ->> 'squares')::numeric BETWEEN sum(CASE WHEN weight > 0 THEN weight * weight / count END) * (1 - 1e-8) AND sum(weight * weight) * (1 + 1e-8)) IS NOT false
				FROM jsonb_each_text(coalesce(s -> 'counts', s - '{n, nps, csat, ces, change}'::text[])) AS c (key, text_), LATERAL (SELECT text_::numeric, (s -> 'weights' ->> key)::numeric) AS x (count, weight))
		END
$$;

-- The faults of many summaries, given as text: one for each accessor and figure, and how many more like that there are.
CREATE FUNCTION cx_test.summary_of_faults(texts text[], type regtype) RETURNS TABLE (times bigint, fault text, s text) LANGUAGE plpgsql AS $f$
BEGIN
	RETURN QUERY EXECUTE format($$
		SELECT count(*), min(fault), min(s) FROM unnest($1) AS s, cx_test.faults(s::%s) AS fault
		GROUP BY regexp_replace(regexp_replace(fault, '\(s.*\):', ':'), '-?[0-9][0-9.e+-]*', '0', 'g') ORDER BY 1 DESC, 2 LIMIT 12 $$, type) USING texts;
END $f$;

-- One answer, all one answer, both ends, many answers, as many as there can be.
CREATE TABLE cx_test.edges (type text, s text);
INSERT INTO cx_test.edges SELECT type, '{"n": 0}' FROM cx_test.types;
INSERT INTO cx_test.edges
	SELECT 'nps_summary', nps_summary(counts)::text FROM (
		SELECT array_agg(CASE WHEN i = one THEN n ELSE rest END ORDER BY i) AS counts
		FROM unnest('{0, 6, 7, 9, 10}'::int[]) AS one, unnest('{1, 2, 4294967295, 4294967296, 1000000000000, 9223372036854775797}'::bigint[]) AS n,
			unnest('{0, 1}'::bigint[]) AS rest, generate_series(0, 10) AS i
		GROUP BY one, n, rest) x
	UNION ALL VALUES
		('nps_summary', nps_summary('{9223372036854775807, 0,0,0,0,0,0,0,0,0, 0}'::bigint[])::text),
		('nps_summary', nps_summary('{4611686018427387904, 0,0,0,0,0,0,0,0,0, 4611686018427387903}'::bigint[])::text);
INSERT INTO cx_test.edges
	SELECT 'csat_summary', csat_summary(counts, boxes)::text FROM (
		SELECT scale, boxes, array_agg(CASE WHEN i = one THEN n ELSE rest END ORDER BY i) AS counts
		FROM (VALUES (2, 1), (3, 1), (3, 2), (5, 2), (5, 4), (11, 1), (11, 10)) AS v (scale, boxes), unnest(ARRAY[1, scale]) AS one,
			unnest('{1, 2, 4294967296, 9223372036854775797}'::bigint[]) AS n, unnest('{0, 1}'::bigint[]) AS rest, generate_series(1, scale) AS i
		GROUP BY scale, boxes, one, n, rest) x;
INSERT INTO cx_test.edges
	SELECT 'ces_summary', ces_summary(counts, low)::text FROM (
		SELECT scale, low, array_agg(CASE WHEN i = one THEN n ELSE rest END ORDER BY i) AS counts
		FROM unnest('{2, 5, 7, 11}'::int[]) AS scale, unnest(ARRAY[false, true]) AS low, unnest(ARRAY[1, scale]) AS one,
			unnest('{1, 2, 4294967296, 9223372036854775797}'::bigint[]) AS n, unnest('{0, 1}'::bigint[]) AS rest, generate_series(1, scale) AS i
		GROUP BY scale, low, one, n, rest) x;
INSERT INTO cx_test.edges
	SELECT 'nps_pair_summary', format('{"n": %s, "detractor_to_detractor": %s, "detractor_to_passive": %s, "detractor_to_promoter": %s, "passive_to_detractor": %s, "passive_to_passive": %s, "passive_to_promoter": %s, "promoter_to_detractor": %s, "promoter_to_passive": %s, "promoter_to_promoter": %s}',
			n + 8 * rest, a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9])::nps_pair_summary::text
	FROM (
		SELECT n, rest, array_agg(CASE WHEN i = one THEN n ELSE rest END ORDER BY i) AS a
		FROM unnest('{1, 3, 5, 7}'::int[]) AS one, unnest('{1, 2, 1000000000000, 9223372036854775799}'::bigint[]) AS n,
			unnest('{0, 1}'::bigint[]) AS rest, generate_series(1, 9) AS i
		GROUP BY one, n, rest) x;

-- Weights: none at all, the least and the most there may be, one that dwarfs the others.
CREATE TABLE cx_test.edge_weights AS
	SELECT * FROM unnest('{0, 1e-100, 0.1, 0.7, 3, 1e100}'::float8[]) AS a, unnest('{0, 1e-100, 1e-14, 1e-5, 0.1, 0.3, 3, 1e100}'::float8[]) AS b;
INSERT INTO cx_test.edges
	SELECT 'nps_summary', nps_weighted_agg(x, w)::text FROM cx_test.edge_weights, LATERAL (VALUES (10, a), (0, b)) v (x, w) GROUP BY a, b
	UNION ALL
	SELECT 'nps_summary', nps_weighted_agg(9, a)::text FROM (SELECT DISTINCT a FROM cx_test.edge_weights) x, generate_series(1, 3) AS n, generate_series(1, n) GROUP BY a, n
	UNION ALL
	SELECT 'csat_summary', csat_weighted_agg(x, w, 4, 3)::text FROM cx_test.edge_weights, LATERAL (VALUES (2, a), (1, b)) v (x, w) GROUP BY a, b
	UNION ALL
	SELECT 'csat_summary', csat_weighted_agg(5, a)::text FROM (SELECT DISTINCT a FROM cx_test.edge_weights) x, generate_series(1, 3) AS n, generate_series(1, n) GROUP BY a, n
	UNION ALL
	SELECT 'ces_summary', ces_weighted_agg(x, w, 5, true)::text FROM cx_test.edge_weights, LATERAL (VALUES (5, a), (1, b)) v (x, w) GROUP BY a, b
	UNION ALL
	SELECT 'ces_summary', ces_weighted_agg(7, a)::text FROM (SELECT DISTINCT a FROM cx_test.edge_weights) x, generate_series(1, 3) AS n, generate_series(1, n) GROUP BY a, n;

-- Revenue: nobody, one customer, all lost, all won, the least and the most money, and much of both.
INSERT INTO cx_test.edges
	SELECT 'revenue_summary', revenue_agg(a, b, earned)::text FROM unnest('{0, 1, 0.01, 1e-40, 99999999999999999, 1e20}'::numeric[]) AS a, unnest('{0, 1, 1.0, 0.005, 99999999999999999}'::numeric[]) AS b, unnest('{true, NULL}'::boolean[]) AS earned, unnest('{1, 3}'::int[]) AS n, generate_series(1, n) WHERE a = 0 OR earned GROUP BY a, b, earned, n
	UNION ALL
	SELECT 'revenue_summary', revenue_agg(a, b)::text FROM (VALUES (1e20, 0.5), (0.5, 1e20), (1e-20, 1), (100, 90), (0, 7)) AS v (a, b)
	UNION ALL
	SELECT 'revenue_summary', revenue_agg(1e56, x)::text FROM unnest('{0, 1, 9e56}'::numeric[]) AS x GROUP BY x;

\if :{?included}
\else
SELECT plan(14);

SELECT is_empty($$
	SELECT DISTINCT accessor, argument, argument_type FROM cx_test.accessors a
	WHERE argument_type <> type AND argument NOT IN (SELECT name FROM cx_test.argument)
$$, 'this test knows what to give for every argument of every accessor');
SELECT is_empty($$
	SELECT DISTINCT accessor FROM cx_test.accessors EXCEPT SELECT accessor FROM cx_test.calls
$$, 'and calls every accessor');
SELECT results_eq($$ SELECT type::text, count(DISTINCT name) >= n FROM cx_test.calls JOIN (VALUES
		('nps_summary'::regtype, 30), ('csat_summary', 30), ('ces_summary', 30), ('nps_pair_summary', 15), ('revenue_summary', 25)) v (type, n) USING (type) GROUP BY type, n ORDER BY 1 $$,
	$$ VALUES ('ces_summary', true), ('csat_summary', true), ('nps_pair_summary', true), ('nps_summary', true), ('revenue_summary', true) $$,
	'there are as many accessors as there should be');

SELECT is_empty(format($$
		SELECT times, fault, s FROM cx_test.summary_of_faults(ARRAY(SELECT s FROM cx_test.edges WHERE type = %1$L), %1$L) $$, type),
	format('every accessor stands every extreme %s', type))
FROM cx_test.types ORDER BY type::text;
SELECT is_empty('SELECT type, s FROM cx_test.edges WHERE cx_test.is_possible(type, s::jsonb) IS NOT TRUE LIMIT 3', 'every summary that answers made is possible');
SELECT cmp_ok(count(*), '>=', least, format('of which there are enough for %s', type))
FROM cx_test.edges JOIN (VALUES ('nps_summary', 100::bigint), ('csat_summary', 100), ('ces_summary', 100), ('nps_pair_summary', 30), ('revenue_summary', 60)) v (type, least) USING (type)
GROUP BY type, least ORDER BY type::text;

SELECT * FROM finish();
ROLLBACK;
\endif
