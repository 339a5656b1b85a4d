-- What the fuzzer starts from, and what it asks of each value that was accepted: from the catalog.

CREATE SCHEMA cx_seed;

CREATE FUNCTION cx_seed.cx_fuzz(type regtype, is_binary boolean, log text, questions text[], options text[]) RETURNS void
	LANGUAGE c AS '$libdir/cx_metrics', 'cx_fuzz';

-- Samples of a type, as files in a directory.
CREATE FUNCTION cx_seed.store(type text, form text, directory text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	source text := CASE form WHEN 'binary' THEN format('%I(s)', type || '_send') ELSE 'convert_to(s::text, ''UTF8'')' END;
	bytes bytea;
	stored oid;
BEGIN
	FOR bytes IN EXECUTE format('SELECT DISTINCT %s FROM (SELECT s FROM cx_sample.%I WHERE g < 4 UNION ALL SELECT rollup(NULL::%s)) AS x',
		source, 'stored_' || type, type) LOOP
		CONTINUE WHEN length(bytes) > 20000;
		stored := lo_from_bytea(0, bytes);
		PERFORM lo_export(stored, concat(directory, '/sample-', md5(bytes))), lo_unlink(stored);
	END LOOP;
END $$;

-- All that is asked of one summary, arguments beside it being their defaults, in one statement each.
CREATE FUNCTION cx_seed.fuzz(type text, form text, log text, options text[]) RETURNS void LANGUAGE sql AS $$
	SELECT cx_seed.cx_fuzz(type::regtype, form = 'binary', log, array_agg(question ORDER BY question) || '{SELECT ($1 + $1)::text,SELECT $1::jsonb::text}'::text[], options)
	FROM (SELECT CASE WHEN proretset THEN format('SELECT r::text FROM %I($1) AS r', proname) ELSE format('SELECT %I($1)::text', proname) END AS question
		FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid JOIN pg_extension AS e ON e.oid = d.refobjid AND extname = 'cx_metrics'
		WHERE proargtypes[0] = type::regtype AND pronargs - pronargdefaults = 1 AND prokind = 'f') AS x
$$;
