-- What the drivers are asked, found in the catalog, over the samples of test/lib/samples.sql:
--
--   cx_client.question    every aggregate, and every function that users call, with a query for each
--
-- Functions are read as columns of a table, FROM ..., LATERAL f(s) AS answer, which is how a BI tool gets flat columns;
-- those that give a composite are asked once more for it as a whole. Each is asked about ordinary summaries, one of a
-- single row, none (NULL) and an empty one.

SET client_min_messages = warning;
CREATE SCHEMA cx_client;

CREATE TABLE cx_client.question (name text PRIMARY KEY, kind text, query text);

INSERT INTO cx_client.question
SELECT DISTINCT ON (aggregate) aggregate, 'aggregate', format('SELECT %s AS answer FROM %s', call, source) FROM cx_sample.aggregate ORDER BY aggregate, source;

-- Functions that something else of the extension is made of: nobody calls them by name.
CREATE VIEW cx_client.inside AS
SELECT unnest(ARRAY[aggtransfn, aggcombinefn, aggmtransfn, aggminvtransfn]) AS function FROM pg_aggregate
UNION SELECT oprcode FROM pg_operator UNION SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend]) FROM pg_type
UNION SELECT amproc FROM pg_amproc UNION SELECT castfunc FROM pg_cast;

CREATE VIEW cx_client.function AS
SELECT p.*, p.oid::regprocedure::text AS signature, (SELECT array_agg(type::regtype::text ORDER BY i) FROM unnest(proargtypes) WITH ORDINALITY AS x (type, i)) AS types
FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
	JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND extname = 'cx_metrics'
WHERE prokind = 'f' AND p.oid NOT IN (SELECT function FROM cx_client.inside);

-- The summaries asked about: of all rows and of a single one; of a few groups where there is none of all rows.
DO $$
DECLARE
	s record;
BEGIN
	FOR s IN SELECT *, replace(relation, 'cx_sample.stored_', 'cx_client.') AS asked FROM cx_sample.summary LOOP
		EXECUTE format('CREATE TABLE %s AS SELECT row_number() OVER (ORDER BY s)::int AS i, s FROM (SELECT DISTINCT s FROM %s WHERE g <= 0 OR g < 3 AND NOT EXISTS (SELECT FROM %2$s WHERE g = -1)) AS x', s.asked, s.relation);
		EXECUTE format('INSERT INTO %s VALUES (-1, NULL), (0, ''{"n": 0}'')', s.asked);
	END LOOP;
END $$;

-- Some functions refuse some summaries, and say why: they are asked about the others.
DO $$
DECLARE
	f record;
	r record;
	called text;
	taken text;
	missing text;
	rows text;
	accepted int[];
BEGIN
	FOR f IN SELECT * FROM cx_client.function ORDER BY signature LOOP
		SELECT type INTO taken FROM cx_sample.summary WHERE type = ANY (f.types[:f.pronargs - f.pronargdefaults]);
		SELECT format('%I(%s)', f.proname, string_agg(coalesce(CASE WHEN t = taken THEN 's' END, n.value, g.value, e.expression), ', ' ORDER BY i)),
			string_agg(format('%s %s', f.proargnames[i], t), ', ') FILTER (WHERE t IS DISTINCT FROM taken AND coalesce(n.value, g.value, e.expression) IS NULL)
		INTO called, missing
		FROM unnest(f.types[:f.pronargs - f.pronargdefaults]) WITH ORDINALITY AS x (t, i)
			LEFT JOIN cx_sample.given AS n ON n.argument = f.proargnames[i]
			LEFT JOIN cx_sample.given AS g ON g.argument = t
			LEFT JOIN LATERAL (SELECT format('array_fill(3, ARRAY[%s])::%s', CASE WHEN f.proname ~ '^nps' THEN 11 WHEN f.proname ~ '^ces' THEN 7 ELSE 5 END, t) AS expression WHERE t ~ '\[\]$') AS e ON true;
		IF missing IS NOT NULL THEN
			RAISE 'argument % of % has no value: add one to cx_sample.given in test/lib/samples.sql', missing, f.signature;
		END IF;
		IF taken IS NULL THEN
			INSERT INTO cx_client.question VALUES (f.signature, 'function', format('SELECT answer.* FROM %s AS answer', called));
		ELSE
			rows := (SELECT replace(relation, 'cx_sample.stored_', 'cx_client.') FROM cx_sample.summary WHERE type = taken);
			accepted := '{}';
			FOR r IN EXECUTE format('SELECT i FROM %s', rows) LOOP
				BEGIN
					EXECUTE format('SELECT count(answer) FROM %s, LATERAL %s AS answer WHERE i = %s', rows, called, r.i);
					accepted := accepted || r.i;
				EXCEPTION WHEN invalid_parameter_value OR feature_not_supported OR numeric_value_out_of_range THEN
				END;
			END LOOP;
			IF accepted <@ '{-1,0}' THEN
				RAISE '% accepts only %', f.signature, accepted;
			END IF;
			rows := format('(SELECT s FROM %s WHERE i = ANY (%L)) AS asked', rows, accepted);
			INSERT INTO cx_client.question VALUES (f.signature, 'function', format('SELECT answer.* FROM %s, LATERAL %s AS answer', rows, called));
			IF NOT f.proretset AND (SELECT typtype = 'c' FROM pg_type WHERE oid = f.prorettype) THEN
				INSERT INTO cx_client.question VALUES (f.signature || ' as a whole', 'composite', format('SELECT %s AS answer FROM %s', called, rows));
			END IF;
		END IF;
	END LOOP;
END $$;

-- The summaries themselves.
INSERT INTO cx_client.question
SELECT type, 'summary', format('SELECT i, s AS answer FROM %s', replace(relation, 'cx_sample.stored_', 'cx_client.')) FROM cx_sample.summary;
