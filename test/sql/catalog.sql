-- What must hold for every object of the extension, read from the catalog, and the surface of the scores, held stable.

CREATE TEMP TABLE members AS
SELECT d.classid, d.objid FROM pg_depend AS d JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
	WHERE e.extname = 'cx_metrics' AND d.deptype = 'e'
	-- array types are members since PostgreSQL 17
	AND NOT (d.classid = 'pg_type'::regclass AND EXISTS (SELECT FROM pg_type WHERE typarray = d.objid));
CREATE TEMP TABLE functions AS SELECT p.oid AS function, p.* FROM pg_proc AS p JOIN members AS m ON m.classid = 'pg_proc'::regclass
	AND m.objid = p.oid;
CREATE TEMP TABLE aggregates AS SELECT f.function, f.proname, a.* FROM pg_aggregate AS a JOIN functions AS f ON f.function = a.aggfnoid;
CREATE TEMP TABLE summaries AS SELECT t.oid AS type, t.* FROM pg_type AS t JOIN members AS m ON m.classid = 'pg_type'::regclass AND m.objid = t.oid
	WHERE t.typtype = 'b' AND t.typcategory <> 'A';
SELECT count(*) FILTER (WHERE proname ~ '^(nps|csat|ces)' AND prokind = 'a') AS aggregates,
	(SELECT count(*) FROM summaries WHERE typname ~ '^(nps|csat|ces)') AS summaries FROM functions;

SELECT superuser, trusted, relocatable, schema, requires FROM pg_available_extension_versions WHERE name = 'cx_metrics' AND installed;

-- ---- of every object ----

-- has a comment (columns of composite types too)
SELECT pg_describe_object(classid, objid, 0) AS without_comment FROM members WHERE obj_description(objid, classid::regclass::name) IS NULL ORDER BY 1;
SELECT t.typname, a.attname AS column_without_comment FROM members AS m JOIN pg_type AS t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
	JOIN pg_attribute AS a ON a.attrelid = t.typrelid WHERE t.typtype = 'c' AND col_description(t.typrelid, a.attnum) IS NULL;
-- kinds of objects
SELECT DISTINCT classid::regclass::text COLLATE "C" AS kind FROM members WHERE classid NOT IN ('pg_extension'::regclass) ORDER BY 1;

-- ---- of every function ----

-- what becomes of a timestamptz depends on TimeZone
SELECT function::regprocedure AS not_immutable_or_parallel_safe FROM functions WHERE proparallel <> 's'
	OR provolatile <> CASE WHEN prokind = 'f' AND 'timestamptz'::regtype = ANY (proargtypes) THEN 's' ELSE 'i' END::"char";
-- written in C, in this library; no bodies, no settings, no privileges of the owner
SELECT function::regprocedure AS not_plain_c FROM functions JOIN pg_language AS l ON l.oid = prolang WHERE CASE prokind WHEN 'a'
	THEN lanname <> 'internal' ELSE lanname <> 'c' OR probin NOT LIKE '%/cx_metrics' END OR prosecdef OR proleakproof OR proconfig IS NOT NULL
	OR prosqlbody IS NOT NULL;
-- every argument of what users call has a name
SELECT function::regprocedure AS nameless FROM functions WHERE (proargnames IS NULL OR '' = ANY (proargnames))
	AND proname !~ '_(in|out|recv|send|to_json|to_jsonb|from_json|from_jsonb|eq|ne|lt|le|gt|ge|cmp|hash|hash_extended|combine|minus|combine_inverse)$'
	AND proname <> 'rollup';
-- one signature for each summary type: what drivers pick never depends on a parameter's type
-- (churn_rate(s) and churn_rate(s, score) are two questions: NULL is an answer to the second)
SELECT proname, proargtypes[0]::regtype AS of, count(*) AS signatures FROM functions WHERE prokind = 'f'
	AND proname !~ '_(accum|inverse|valid|band|summary)$' AND proname <> 'churn_rate' AND pronargs > 0 GROUP BY 1, 2 HAVING count(*) > 1;
-- answers in any number type, everything else that is a number in float8, bigint or integer
SELECT function::regprocedure AS other_numbers FROM functions WHERE prokind = 'f' AND proname !~ '_(accum|inverse|valid|band|summary)$'
	AND proname ~ '^(nps|csat|ces)' AND proargtypes::oid[] && ARRAY['smallint', 'numeric', 'real']::regtype[]::oid[];
-- no anonymous records
SELECT function::regprocedure AS anonymous FROM functions WHERE prorettype = 'record'::regtype
	AND (proargmodes IS NULL OR NOT 'o' = ANY (proargmodes));

-- ---- of every aggregate ----

-- its state is a concrete type, there is a combine function and a first state, nothing needs serialising
SELECT function::regprocedure AS odd, aggtranstype::regtype, aggcombinefn, agginitval FROM aggregates JOIN pg_type AS t ON t.oid = aggtranstype
WHERE t.typtype <> 'b' OR aggtranstype = 'internal'::regtype OR aggcombinefn = 0 OR agginitval IS NULL OR aggserialfn <> 0 OR aggdeserialfn <> 0
	OR aggkind <> 'n' OR aggtransspace = 0 OR aggfinalextra;
-- the first state is the identity of combine, which takes two of the same
CREATE FUNCTION pg_temp.holds(condition text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	result boolean;
BEGIN
	EXECUTE 'SELECT ' || condition INTO result;
	RETURN result;
END $$;
CREATE TEMP TABLE samples (sample text);
INSERT INTO samples SELECT unnest(ARRAY[nps_agg(9)::text, nps_weighted_agg(9, 2)::text, csat_agg(3)::text, csat_weighted_agg(3, 2, 7)::text,
	ces_agg(3, 5, true)::text, ces_weighted_agg(3, 2)::text, nps_paired_agg(9, 9)::text, '{"n": 0}']);
SELECT aggtranstype::regtype AS state, agginitval AS first, aggcombinefn AS combine, count(*) AS aggregates,
	pg_temp.holds(format('%1$s(%2$L, %2$L) = %2$L::%3$s', aggcombinefn, agginitval, aggtranstype::regtype)) AS empty,
	(SELECT bool_and(pg_temp.holds(format('%1$s(%2$L, %4$L) = %4$L::%3$s AND %1$s(%4$L, %2$L) = %4$L::%3$s', aggcombinefn, agginitval,
		aggtranstype::regtype, sample))) FROM samples WHERE pg_temp.holds(format('%L ~ %L', sample, CASE aggtranstype::regtype::text
		WHEN 'nps_summary' THEN '"scale": 10' WHEN 'csat_summary' THEN '"boxes"' WHEN 'ces_summary' THEN '"low_is_easy"'
		ELSE 'detractor' END))) AS identity
FROM aggregates WHERE aggtranstype::regtype::text IN ('nps_summary', 'nps_pair_summary', 'csat_summary', 'ces_summary') GROUP BY 1, 2, 3,
	aggcombinefn, aggtranstype ORDER BY aggtranstype::regtype::text COLLATE "C";
-- names that Citus takes for built-in aggregates are not used
SELECT function::regprocedure AS taken FROM aggregates
	WHERE proname IN ('avg', 'sum', 'min', 'max', 'count', 'array_agg', 'json_agg', 'jsonb_agg', 'json_object_agg', 'jsonb_object_agg', 'bit_and',
	'bit_or', 'bool_and', 'bool_or', 'every', 'any_value', 'first', 'last', 'hll_add_agg', 'hll_union_agg', 'topn_add_agg', 'topn_union_agg',
	'percentile_cont', 'stddev', 'variance') OR proname LIKE 'tdigest%';
-- an inverse where there is one: of everything but weights, and rollup, which finds out
SELECT function::regprocedure AS wrongly_moving FROM aggregates WHERE proname ~ '^(nps|csat|ces|rollup)'
	AND aggtranstype::regtype::text ~ '^(nps|csat|ces)' AND (proname LIKE '%weighted%') = (aggmtransfn <> 0);
SELECT function::regprocedure AS moves_otherwise FROM aggregates WHERE aggmtransfn <> 0
	AND (aggminvtransfn = 0 OR aggmtranstype <> aggtranstype OR aggmtransfn <> aggtransfn OR aggmfinalfn <> aggfinalfn OR aggminitval IS DISTINCT
	FROM agginitval);
-- transition, inverse and combine functions are strict alike
SELECT a.function::regprocedure AS differently_strict FROM aggregates AS a JOIN pg_proc AS t ON t.oid = aggtransfn JOIN pg_proc AS i
	ON i.oid = aggminvtransfn WHERE t.proisstrict <> i.proisstrict;
-- in all five types
SELECT proname, string_agg(DISTINCT proargtypes[0]::regtype::text, ', ' ORDER BY proargtypes[0]::regtype::text) AS types, count(*) AS signatures
	FROM functions WHERE proname ~ '^(nps|csat|ces)' AND (prokind = 'a' OR proname ~ '_(valid|band)$') GROUP BY proname ORDER BY proname COLLATE "C";

-- ---- of every operator ----

SELECT o.oid::regoperator AS breaks_drivers FROM pg_operator AS o JOIN members AS m ON m.classid = 'pg_operator'::regclass AND m.objid = o.oid
	WHERE oprname ~ '[?%]';
-- all operators of a type, with what the planner may do with them
SELECT o.oprname, string_agg(o.oprleft::regtype::text, ', ' ORDER BY o.oprleft::regtype::text COLLATE "C") AS types,
	bool_and(o.oprleft = o.oprright) AS both_sides, o.oprcanhash, o.oprcanmerge, string_agg(DISTINCT c.oprname, ' ') AS commutator,
	string_agg(DISTINCT n.oprname, ' ') AS negator, bool_and(o.oprname IN ('+', '-') OR o.oprrest <> 0 AND o.oprjoin <> 0) AS estimated
FROM pg_operator AS o JOIN members AS m ON m.classid = 'pg_operator'::regclass AND m.objid = o.oid LEFT JOIN pg_operator AS c ON c.oid = o.oprcom LEFT
	JOIN pg_operator AS n ON n.oid = o.oprnegate WHERE o.oprleft::regtype::text ~ '^(nps|csat|ces)' GROUP BY o.oprname, o.oprcanhash, o.oprcanmerge
	ORDER BY o.oprname COLLATE "C";

-- ---- of every summary type ----

-- plain, but for those that grow
SELECT typname AS odd FROM summaries WHERE typlen <> -1 OR typbyval OR typstorage <> CASE WHEN typname IN ('risk_summary', 'nps_segment_summary', 'csat_segment_summary', 'trend_summary', 'activity_summary', 'cohort_summary', 'customer_activity_summary', 'survival_summary')
	THEN 'x' ELSE 'p' END OR typalign <> 'd' OR typsend = 0 OR typreceive = 0
	OR typmodin <> 0 OR typarray = 0 OR typcategory <> 'U' OR typdefault IS NOT NULL;
SELECT typname AS without_operators FROM summaries AS s
	WHERE NOT EXISTS (SELECT FROM pg_opclass AS c JOIN pg_am ON pg_am.oid = opcmethod WHERE opcintype = type AND opcdefault AND amname = 'btree')
	OR NOT EXISTS (SELECT FROM pg_opclass AS c JOIN pg_am ON pg_am.oid = opcmethod WHERE opcintype = type AND opcdefault AND amname = 'hash')
	OR NOT EXISTS (SELECT FROM pg_operator WHERE oprname = '=' AND oprleft = type AND oprright = type AND oprcanhash AND oprcanmerge);
SELECT amname, count(DISTINCT opcintype) = (SELECT count(*) FROM summaries) AS all_types,
	bool_and((SELECT count(*) FROM pg_amop WHERE amopfamily = opcfamily) = CASE amname WHEN 'btree' THEN 5 ELSE 1 END) AS operators,
	bool_and((SELECT count(*) FROM pg_amproc WHERE amprocfamily = opcfamily) = CASE amname WHEN 'btree' THEN 1 ELSE 2 END) AS functions
FROM pg_opclass AS c JOIN pg_am ON pg_am.oid = opcmethod JOIN members AS m ON m.classid = 'pg_opclass'::regclass AND m.objid = c.oid
	WHERE opcintype IN (SELECT type FROM summaries) GROUP BY amname ORDER BY amname;
-- casts: to json and jsonb by assignment, back on request
SELECT typname, string_agg(CASE castsource WHEN type THEN 'to ' || casttarget::regtype ELSE 'from ' || castsource::regtype END || CASE castcontext
	WHEN 'a' THEN ' by assignment' WHEN 'e' THEN '' ELSE ' implicit' END, ', ' ORDER BY castsource <> type, casttarget::regtype::text,
	castsource::regtype::text) AS casts
FROM summaries AS s JOIN pg_cast AS c ON type IN (castsource, casttarget) WHERE typname ~ '^(nps|csat|ces)' GROUP BY typname
	ORDER BY typname COLLATE "C";
SELECT typname AS without_casts FROM summaries WHERE (SELECT count(*) FROM pg_cast WHERE castsource = type
	AND casttarget IN ('json'::regtype, 'jsonb'::regtype) AND castcontext = 'a' OR casttarget = type
	AND castsource IN ('json'::regtype, 'jsonb'::regtype) AND castcontext = 'e') <> 4;

-- ---- wherever it is ----

-- moved to another schema, with no schema in the search path
BEGIN;
CREATE SCHEMA elsewhere;
ALTER EXTENSION cx_metrics SET SCHEMA elsewhere;
SET LOCAL search_path = pg_catalog;
SELECT elsewhere.nps(x), elsewhere.csat(x, 10), elsewhere.ces(x, 10, true), elsewhere.nps_agg(x)::jsonb ->> 'nps' AS json,
	elsewhere.nps_agg(x) OPERATOR(elsewhere.+) elsewhere.nps_agg(x) OPERATOR(elsewhere.=) elsewhere.nps_counts_agg(x, 2) AS operators
	FROM generate_series(1, 10) AS x;
SELECT r.responses, round(r.nps::numeric, 9) AS nps, (elsewhere.nps_interval(s)).lower < 0 AS interval, (elsewhere.nps_compare(s, s)).p_value,
	(SELECT count(*) FROM elsewhere.distribution(s)) AS rows FROM (SELECT elsewhere.nps_agg(x) AS s FROM generate_series(1, 10) AS x) AS y,
	LATERAL (SELECT responses, nps FROM elsewhere.nps_report(s)) AS r;
ROLLBACK;

-- ---- the surface ----

-- What users call: name, arguments, result, and for answers the number types.  Changing a line breaks somebody's query.
\pset format unaligned
\pset tuples_only on
WITH surface AS (
	SELECT proname, proargtypes[0]::regtype::text AS first, pg_get_function_arguments(function) AS arguments, CASE WHEN prorettype = 'record'::regtype
		THEN pg_get_function_result(function) ELSE prorettype::regtype::text END AS result
	FROM functions WHERE proname !~ '_(accum|inverse|final|in|out|recv|send|to_json|to_jsonb|from_json|from_jsonb|eq|ne|lt|le|gt|ge|cmp|hash|hash_extended|combine|minus|combine_inverse)$'
	AND (proname ~ '^(nps|csat|ces)' OR proname LIKE 'cx%' OR proname = 'p_adjust' OR proargtypes[0]::regtype::text ~ '^(nps|csat|ces)_')),
untyped AS (SELECT proname, result, regexp_replace(arguments, '(score|counts) (smallint|integer|bigint|numeric|double precision)(\[\])?', '\1',
	'g') AS arguments, CASE WHEN arguments ~ '^(before_)?score |^counts ' THEN replace(first, '[]', '') END AS of FROM surface)
SELECT proname || '(' || arguments || ')' AS call, result, string_agg(of, ', ' ORDER BY of) AS answers FROM untyped GROUP BY proname, arguments,
	result ORDER BY proname COLLATE "C", arguments COLLATE "C";
\pset tuples_only off
\pset format aligned
-- what they get by name
SELECT t.typname, string_agg(a.attname || ' ' || a.atttypid::regtype, ', ' ORDER BY a.attnum) AS columns FROM members AS m JOIN pg_type AS t
	ON m.classid = 'pg_type'::regclass AND t.oid = m.objid JOIN pg_attribute AS a ON a.attrelid = t.typrelid WHERE t.typtype = 'c'
	AND t.typname LIKE 'cx%' GROUP BY t.typname ORDER BY t.typname;
-- and what is behind it: steps of the aggregates, input and output, operators, by how many types each takes
SELECT kind, count(*) FROM (SELECT regexp_replace(proname, '^(nps_pair_summary|nps_segment_summary|csat_segment_summary|nps_segment|csat_segment|nps_summary|csat_summary|ces_summary|nps|csat|ces)_',
	'') || '/' || pronargs AS kind FROM functions WHERE proname ~ '^(nps|csat|ces)'
	AND proname ~ '_(accum|inverse|final|in|out|recv|send|to_json|to_jsonb|from_json|from_jsonb|eq|ne|lt|le|gt|ge|cmp|hash|hash_extended|combine|minus|combine_inverse)$') AS f
	GROUP BY kind ORDER BY kind COLLATE "C";
