-- The rows that are measured, and the measuring itself.

CREATE SCHEMA bench;

-- One row an answer, in no order: scores follow no pattern a processor could
-- learn. A third of a row's width is there to be skipped, as in real tables.
CREATE UNLOGGED TABLE bench.responses AS
SELECT i AS response_id,
       (abs(hashint8extended(i, 1)) % 11)::integer AS score,
       (abs(hashint8extended(i, 1)) % 11)::smallint AS score2,
       (1 + abs(hashint8extended(i, 2)) % 5)::smallint AS stars,
       'channel ' || abs(hashint8extended(i, 3)) % 20 AS channel,
       date '2023-01-01' + (abs(hashint8extended(i, 4)) % 1000)::integer AS day,
       (abs(hashint8extended(i, 5)) % 1000 / 100.0)::float8 AS weight
FROM generate_series(1::bigint, :rows) AS i;
VACUUM (ANALYZE) bench.responses;

-- What a family finds carries its name: bench/run sets it.
CREATE TABLE bench.runs (
	family text DEFAULT current_setting('bench.family'), comparison serial, what text, ours text, theirs text,
	our_ms float8[], their_ms float8[]
);

CREATE TABLE bench.notes (family text DEFAULT current_setting('bench.family'), note serial, what text, figure text);

-- Lines of a table of another shape.
CREATE TABLE bench.lines (family text DEFAULT current_setting('bench.family'), place serial, line text);

CREATE FUNCTION bench.milliseconds(query text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	start timestamptz := clock_timestamp();
BEGIN
	EXECUTE query;
	RETURN 1000 * extract(epoch FROM clock_timestamp() - start);
END $$;

-- Runs both queries in turn, after one run of each that is not counted (unless
-- there is but a single one).
CREATE PROCEDURE bench.compare(what text, our_name text, ours text, their_name text, theirs text, runs integer)
LANGUAGE plpgsql AS $$
DECLARE
	our_ms float8[];
	their_ms float8[];
BEGIN
	IF runs > 1 THEN
		PERFORM bench.milliseconds(ours), bench.milliseconds(theirs);
	END IF;
	FOR run IN 1..runs LOOP
		our_ms[run] := bench.milliseconds(ours);
		their_ms[run] := bench.milliseconds(theirs);
	END LOOP;
	INSERT INTO bench.runs (what, ours, theirs, our_ms, their_ms)
	VALUES (what, our_name, their_name, our_ms, their_ms);
	RAISE NOTICE '%: % / %: %', what, our_name, their_name,
		(SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a / b) FROM unnest(our_ms, their_ms) AS u(a, b));
	COMMIT;
END $$;

CREATE VIEW bench.compared AS
SELECT family, comparison, format('| %s | `%s` | `%s` | %s, %s | %s, %s | **%s** | %s .. %s |', what, ours, theirs,
	round(our_min::numeric), round(our_median::numeric), round(their_min::numeric), round(their_median::numeric),
	CASE WHEN ratio < 0.1 THEN round(ratio::numeric, 4) ELSE round(ratio::numeric, 2) END,
	round(least_ratio::numeric, 2), round(greatest_ratio::numeric, 2)) AS line
FROM bench.runs,
	LATERAL (SELECT min(a) AS our_min, percentile_cont(0.5) WITHIN GROUP (ORDER BY a) AS our_median,
					min(b) AS their_min, percentile_cont(0.5) WITHIN GROUP (ORDER BY b) AS their_median,
					percentile_cont(0.5) WITHIN GROUP (ORDER BY a / b) AS ratio,
					min(a / b) AS least_ratio, max(a / b) AS greatest_ratio
			 FROM unnest(our_ms, their_ms) AS u(a, b)) AS figures;

-- A family's section of the results.
CREATE FUNCTION bench.section(family text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT line FROM (
		SELECT 1 AS part, 0 AS place, line
		FROM unnest('{| on | ours | theirs | ours: min\, median | theirs: min\, median | ratio | from .. to |,|---|---|---|---|---|---|---|}'::text[]) AS line
		WHERE section.family IN (SELECT family FROM bench.runs)
		UNION ALL SELECT 1, comparison, line FROM bench.compared AS c WHERE c.family = section.family
		UNION ALL SELECT 2, place, line FROM bench.lines AS l WHERE l.family = section.family
		UNION ALL SELECT 3, 0, '' 
		UNION ALL SELECT 4, note, format('- %s: %s', what, figure) FROM bench.notes AS n WHERE n.family = section.family
	) AS lines ORDER BY part, place
$$;
