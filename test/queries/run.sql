-- Runs queries, each by itself, and tells of each what became of it.

CREATE SCHEMA cx_query;

-- state: 'answer', 'null' if nothing but NULL came, the SQLSTATE of an error, or 'undefined' if what came is NaN or
-- infinite, and 'false' if a query that asserts something (its first word is a comment, /* holds */) denies it.
CREATE FUNCTION cx_query.run(queries text[]) RETURNS TABLE (number int, state text, milliseconds int, detail text) LANGUAGE plpgsql AS $$
DECLARE
	answer record;
	began timestamptz;
	said text;
BEGIN
	FOR i IN 1 .. cardinality(queries) LOOP
		number := i;
		began := clock_timestamp();
		state := 'null';
		detail := '';
		BEGIN
			FOR answer IN EXECUTE queries[number] LOOP
				said := answer::text;
				IF said ~* '\m(nan|infinity)\M' THEN
					state := 'undefined';
					detail := said;
					EXIT;
				ELSIF said = '(f)' AND queries[number] ^@ '/* holds */' THEN
					state := 'false';
					EXIT;
				ELSIF said !~ '^\(,*\)$' THEN
					state := 'answer';
				END IF;
			END LOOP;
		EXCEPTION WHEN OTHERS OR ASSERT_FAILURE THEN
			state := SQLSTATE;
			detail := SQLERRM;
		END;
		milliseconds := extract(epoch FROM clock_timestamp() - began) * 1000;
		detail := left(translate(detail, E'\n\t', '  '), 300);
		RETURN NEXT;
	END LOOP;
END $$;

-- Which of these texts are values of the type; and what it makes of them.
CREATE FUNCTION cx_query.accepted(type regtype, texts text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	candidate text;
	value text;
BEGIN
	FOREACH candidate IN ARRAY texts LOOP
		BEGIN
			EXECUTE format('SELECT %L::%s', candidate, type) INTO value;
			RETURN NEXT value;
		EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
			CONTINUE;
		END;
	END LOOP;
END $$;

-- Stored summaries of each type: none, empty, of some groups, of everything, and of seven times as many rows.
DO $$
DECLARE
	s record;
	a record;
	columns text := (SELECT string_agg(format('%s AS %s', expression, name), ', ') FROM cx_sample.column);
BEGIN
	FOR s IN SELECT *, 'cx_query.' || quote_ident('stored_' || type) AS stored FROM cx_sample.summary LOOP
		EXECUTE format('CREATE TABLE %s (i serial, g int, made_by text, s %s)', s.stored, s.type);
		EXECUTE format('INSERT INTO %s (g, made_by, s) SELECT g, made_by, s FROM %s WHERE g BETWEEN -1 AND 3', s.stored, s.relation);
		FOR a IN SELECT * FROM cx_sample.aggregate WHERE result = s.type AND aggregate.source = 'cx_sample.row' AND first <> ALL (SELECT type FROM cx_sample.summary) LOOP
			EXECUTE format('INSERT INTO %s (g, made_by, s) SELECT 4, %L, %s FROM (SELECT %s FROM generate_series(1, 20000) AS i) AS x', s.stored, a.aggregate, a.call, columns);
		END LOOP;
		EXECUTE format('INSERT INTO %s (g, made_by) SELECT 5, made_by FROM %1$s GROUP BY made_by', s.stored);
		EXECUTE format('INSERT INTO %s (g, made_by, s) SELECT 6, made_by, rollup(NULL::%s) FROM %1$s GROUP BY made_by', s.stored, s.type);
		EXECUTE 'ANALYZE ' || s.stored;
	END LOOP;
END $$;
