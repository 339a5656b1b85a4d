-- Sample values of every summary type and calls of every aggregate, generated from the catalog.
--
--   cx_sample.row         rows in groups g, with a column for each argument that is needed
--   cx_sample.aggregate   every aggregate with a call of it, and the rows it is called on
--   cx_sample.stored_T    for every summary type T: its summaries of each group, and of all rows, by each aggregate that makes it
--   cx_sample.given       what arguments of other functions are given that have no default, by name or by type
--
-- An aggregate whose arguments have no expression here, and a type that no aggregate makes, is an error: add a line to cx_sample.argument.

SET client_min_messages = warning;
CREATE SCHEMA cx_sample;

-- Sums of floats are rounded, so that an answer that depends on the order of rows shows it; parameters are constant.
CREATE TABLE cx_sample.argument (name text, types text[], expression text, family text DEFAULT '');
INSERT INTO cx_sample.argument VALUES
	('period', NULL, 'CASE WHEN i % 7 = 1 THEN timestamp ''2020-01-01'' + i * interval ''1 day'' END', '^trend'), ('n', NULL, '1 + i % 7', '^trend'),
	('score', NULL, 'i * 7 % 11', '^(nps|account_value|revenue_at_risk|churn|score_value)'), ('before_score', NULL, 'i * 7 % 11', ''),
	('after_score', NULL, 'i * 3 % 11', '');
INSERT INTO cx_sample.argument VALUES
	('scale', NULL, '5'), ('boxes', NULL, '2'), ('low_is_easy', NULL, 'true'), ('correlation', NULL, '0.3'),
	('weight', NULL, '0.1 * (i % 7)'), ('probability', NULL, '0.1 * (i % 10)'), ('responses', NULL, 'i % 7'),
	('entry', NULL, 'i % 5'), ('exit', NULL, 'i % 5 + 1 + i % 17'),
	('revenue', '{numeric,double precision}', 'i * 37 % 1000 / 100.0'), ('revenue', NULL, 'i * 37 % 1000'),
	('previous', '{numeric,double precision}', 'i * 37 % 1000 / 100.0'), ('current', '{numeric,double precision}', 'i * 41 % 1000 / 100.0'),
	('value', '{numeric,double precision}', 'i * 43 % 1000 / 7.0'),
	(NULL, '{smallint,integer,bigint,numeric,double precision}', '1 + i * 3 % 5'),
	('s', '{nps_summary}', 'nps_summary(array_fill(0, ARRAY[i % 11]) || 1 || array_fill(0, ARRAY[10 - i % 11]))'),
	('s', '{csat_summary}', 'csat_summary(array_fill(0, ARRAY[i % 5]) || 1 || array_fill(0, ARRAY[4 - i % 5]))'),
	('s', '{ces_summary}', 'ces_summary(array_fill(0, ARRAY[i % 5]) || 1 || array_fill(0, ARRAY[4 - i % 5]), true)'),
	('period', '{text}', '''month'''), ('customer', '{text}', '''customer '' || i % 17'), ('customer', '{uuid}', 'md5((i % 17)::text)::uuid'),
	(NULL, '{boolean}', 'i % 3 = 0'),
	(NULL, '{text}', '''label '' || i % 5'),
	(NULL, '{date,timestamp without time zone,timestamp with time zone}', 'timestamp ''2024-01-01'' + i % 400 * interval ''1 day''');

CREATE TABLE cx_sample.given (argument text PRIMARY KEY, value text);
INSERT INTO cx_sample.given VALUES
	('q', '0.99'), ('score', '9'), ('target', '2'), ('margin', '0.1'), ('population', '1000'), ('level', '0.95'), ('points', '100'),
	('double precision', '0.5'), ('integer', '2'), ('bigint', '2'), ('smallint', '2'), ('numeric', '2'), ('text', '''wald'''), ('boolean', 'true'),
	('date', 'date ''2024-06-01'''), ('json', 's::json'), ('jsonb', 's::jsonb'), ('double precision[]', 'ARRAY[0.01, 0.04, 0.9]'),
	('survival_summary[]', '(SELECT array_agg(s) FROM cx_sample.stored_survival_summary WHERE g > 0)'),
	('cx_test', '(SELECT nps_compare(s, s) FROM cx_sample.stored_nps_summary WHERE g = -1 LIMIT 1)');

CREATE TABLE cx_sample.column (expression text PRIMARY KEY, name text);

-- The best expression there is for an argument.
CREATE FUNCTION cx_sample.expression_of(aggregate text, argument text, type text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	found text;
BEGIN
	SELECT format('(%s)::%s', expression, type) INTO found FROM cx_sample.argument AS a
	WHERE coalesce(a.name = argument, true) AND coalesce(type = ANY (types), true) AND aggregate ~ family
	ORDER BY a.name IS NULL, types IS NULL LIMIT 1;
	IF found IS NULL THEN
		RAISE 'argument % of % has no sample: add an expression to cx_sample.argument in test/lib/samples.sql', argument, aggregate;
	END IF;
	RETURN found;
END $$;

-- The column of cx_sample.row for an argument; the first is NULL in every 11th row.
CREATE FUNCTION cx_sample.column_of(aggregate text, place int, argument text, type text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	found text := cx_sample.expression_of(aggregate, argument, type);
BEGIN
	IF place = 1 THEN
		found := format('CASE WHEN i %% 11 > 0 THEN %s END', found);
	END IF;
	INSERT INTO cx_sample.column SELECT found, 'argument' || count(*) FROM cx_sample.column ON CONFLICT DO NOTHING;
	RETURN (SELECT c.name FROM cx_sample.column AS c WHERE expression = found);
END $$;

CREATE TABLE cx_sample.summary AS
SELECT t.oid::regtype::text AS type, relation FROM pg_type AS t JOIN pg_depend AS d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid
	JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND extname = 'cx_metrics',
	LATERAL format('cx_sample.stored_%s', typname) AS relation
WHERE typtype = 'b' AND typelem = 0;

CREATE TABLE cx_sample.aggregate AS
SELECT p.oid::regprocedure::text AS aggregate, format('%s.%I', pronamespace::regnamespace, proname) AS name, prorettype::regtype::text AS result, proargtypes[0]::regtype::text AS first,
	NULL::text AS call, NULL::text AS source, p.oid::regprocedure::text AS made_by
FROM pg_proc AS p JOIN pg_aggregate ON aggfnoid = p.oid JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
	JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND extname = 'cx_metrics';

UPDATE cx_sample.aggregate AS a SET source = 'cx_sample.row', call = format('%s(%s)', a.name, (
	SELECT string_agg(cx_sample.column_of(a.aggregate, place::int, proargnames[place], type::regtype::text), ', ' ORDER BY place)
	FROM unnest(proargtypes) WITH ORDINALITY AS x (type, place)))
FROM pg_proc AS p WHERE p.oid = aggregate::regprocedure AND first NOT IN (SELECT type FROM cx_sample.summary);

DO $$ BEGIN
	EXECUTE 'CREATE TABLE cx_sample.row AS SELECT CASE WHEN i = 1 THEN 0 ELSE 1 + i % 40 END AS g, '
		|| (SELECT string_agg(format('%s AS %s', expression, name), ', ' ORDER BY name) FROM cx_sample.column)
		|| ' FROM generate_series(1, 3000) AS i';
	ALTER TABLE cx_sample.row SET (parallel_workers = 2);
	ANALYZE cx_sample.row;
END $$;

-- The summaries, and the aggregates that merge them: once for each aggregate that makes them. Two series cannot have the same date.
DO $$
DECLARE
	a record;
	s record;
	stored bigint;
BEGIN
	FOR s IN SELECT * FROM cx_sample.summary LOOP
		EXECUTE format('CREATE TABLE %s (made_by text, g int, s %s)', s.relation, s.type);
		EXECUTE format('ALTER TABLE %s SET (parallel_workers = 2)', s.relation);
		FOR a IN SELECT * FROM cx_sample.aggregate WHERE result = s.type AND call IS NOT NULL ORDER BY aggregate LOOP
			EXECUTE format('INSERT INTO %s SELECT %L, coalesce(g, %s), %s FROM %s GROUP BY %s ORDER BY g', s.relation, a.made_by, CASE WHEN a.source ~ '^\(' THEN -2 ELSE -1 END, a.call, a.source,
				CASE s.type WHEN 'trend_summary' THEN 'g' ELSE 'GROUPING SETS ((g), ())' END);
			INSERT INTO cx_sample.aggregate SELECT m.aggregate, m.name, result, first, format('%s(s%s)', m.name, (
					SELECT string_agg(', ' || cx_sample.expression_of(m.aggregate, proargnames[place], type::regtype::text), '' ORDER BY place)
					FROM pg_proc AS p, unnest(proargtypes) WITH ORDINALITY AS x (type, place) WHERE p.oid = m.aggregate::regprocedure AND place > 1)),
				format('(SELECT s, g, g AS i FROM %s WHERE made_by OPERATOR(pg_catalog.=) %L) AS merged', s.relation, a.made_by), m.aggregate || ' of ' || a.made_by
			FROM cx_sample.aggregate AS m WHERE first = s.type AND source IS NULL;
		END LOOP;
		EXECUTE 'ANALYZE ' || s.relation;
		EXECUTE 'SELECT count(*) FROM ' || s.relation INTO stored;
		IF stored = 0 THEN
			RAISE 'type % has no sample: no aggregate makes it', s.type;
		END IF;
	END LOOP;
	DELETE FROM cx_sample.aggregate WHERE source IS NULL;
END $$;
