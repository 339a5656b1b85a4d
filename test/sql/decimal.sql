-- numeric is read in place, without PostgreSQL's own functions: here against its own arithmetic, for every form a numeric can have.

-- ---- values ----

CREATE TEMP TABLE numerics (kind text, x numeric);
-- whole numbers with trailing zeros: short headers up to a scale of 63, long ones beyond
INSERT INTO numerics SELECT 'trailing zeros', (sign || i || CASE WHEN k > 0 THEN '.' || repeat('0', k) ELSE '' END)::numeric
	FROM unnest(ARRAY['', '-']) AS sign, generate_series(0, 12) AS i, unnest(ARRAY[0, 1, 2, 3, 4, 5, 8, 62, 63, 64, 65, 500, 16383]) AS k;
-- numbers just beside whole ones, and tiny ones: weights down to the smallest
INSERT INTO numerics SELECT 'beside', i + sign * ('1e-' || k)::numeric FROM unnest(ARRAY[1, -1]) AS sign, generate_series(-1, 11) AS i,
	unnest(ARRAY[1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 20, 63, 64, 255, 256, 257, 400, 1000, 16383]) AS k;
-- powers of ten times a digit: weights up to the largest
INSERT INTO numerics SELECT 'powers', (sign || d || 'e' || k)::numeric FROM unnest(ARRAY['', '-']) AS sign, generate_series(1, 12) AS d,
	unnest(ARRAY[1, 2, 3, 4, 5, 8, 12, 16, 19, 20, 100, 252, 256, 260, 1000, 32764, 130000]) AS k;
-- around every limit of base 10000 and of int64
INSERT INTO numerics SELECT 'limits', sign * (p::numeric + d) FROM unnest(ARRAY[1, -1]) AS sign,
	unnest(ARRAY['10', '9999', '10000', '99999999', '100000000', '999999999999', '9999999999999999', '32767', '32768', '65536', '2147483647',
	'4294967296', '9223372036854775807', '18446744073709551616']) AS p, unnest(ARRAY[-1.5, -1, -0.5, 0, 0.5, 1, 1.0000000000000001]) AS d;
-- digits of all kinds
INSERT INTO numerics SELECT 'digits', (CASE WHEN i % 5 = 0 THEN '-' ELSE '' END || substr(h, 1, i % 4 + 1) || '.' || substr(h, 5, i % 23))::numeric
	FROM generate_series(1, 3000) AS i, LATERAL (SELECT '0' || translate(md5(i::text), 'abcdef', '012000') AS h) AS x;
-- results of arithmetic carry scales that nobody wrote
INSERT INTO numerics SELECT 'arithmetic', v FROM generate_series(0, 22) AS i,
	LATERAL unnest(ARRAY[i / 2.0, i * 0.5, sqrt(i::numeric), sqrt((i * i)::numeric), i ^ 2.0, (i * 1e20) / 1e20, (i * 1e-20) / 1e-20,
	round(i / 3.0, 30), trunc(i / 3.0), i - 0.9999999999999999999999, -i * 0.0, (SELECT avg(g) FROM generate_series(i, i + 2) AS g),
	i::float8::numeric, (i || '.' || repeat('0', 300))::numeric(1000, 300)]) AS v;
INSERT INTO numerics SELECT 'special', x FROM unnest(ARRAY['NaN', 'Infinity', '-Infinity', '0', '-0', '0.000']::numeric[]) AS x;

CREATE FUNCTION pg_temp.is_whole(x numeric, lowest numeric, highest numeric) RETURNS boolean LANGUAGE sql AS $$ SELECT x = trunc(x)
	AND x BETWEEN lowest AND highest $$;

-- ---- answers ----

SELECT kind, count(*), count(*) FILTER (WHERE nps_valid(x)) AS valid,
	count(*) FILTER (WHERE nps_valid(x) <> pg_temp.is_whole(x, 0, 10)) AS wrong_nps,
		count(*) FILTER (WHERE csat_valid(x) <> pg_temp.is_whole(x, 1, 5)) AS wrong_csat,
		count(*) FILTER (WHERE csat_valid(x, 2) <> pg_temp.is_whole(x, 1, 2)) AS wrong_csat_2,
	count(*) FILTER (WHERE csat_valid(x, 11) <> pg_temp.is_whole(x, 1, 11)) AS wrong_csat_11,
		count(*) FILTER (WHERE ces_valid(x) <> pg_temp.is_whole(x, 1, 7)) AS wrong_ces
FROM numerics GROUP BY kind ORDER BY kind;
-- what is counted is the number that is there
SELECT i AS answer, count(*) AS numerics, nps_agg(x) = nps_agg(i) AND nps_weighted_agg(x, 2) = nps_weighted_agg(i, 2)
	AND nps_counts_agg(x, 3) = nps_counts_agg(i, 3) AND nps_paired_agg(x, 10 - x) = nps_paired_agg(i, 10 - i) AS nps,
	csat_agg(x + 1, 11) = csat_agg(i + 1, 11) AND ces_weighted_agg(x + 1, 0.5, 11, true) = ces_weighted_agg(i + 1, 0.5, 11, true) AS others,
		mean_score(nps_agg(x)) = i AS mean, bool_and(nps_band(x) = nps_band(i)) AS band
FROM (SELECT x, trunc(x)::int AS i FROM numerics WHERE pg_temp.is_whole(x, 0, 10)) AS valid GROUP BY i ORDER BY i;
-- and every other is refused
CREATE FUNCTION pg_temp.refusal(x numeric) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
BEGIN
	PERFORM nps_agg(x);
	RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
	RETURN SQLSTATE || CASE WHEN position(x::text IN message) > 0 OR length(x::text) > 60 THEN ' names it' ELSE ' ' || message END;
END $$;
SELECT pg_temp.refusal(x), count(*) FROM numerics WHERE NOT pg_temp.is_whole(x, 0, 10) GROUP BY 1;

-- ---- where they are stored ----

-- in a table: short varlena headers at odd addresses, compressed, out of line; in rows, arrays and constants
CREATE TEMP TABLE stored (a "char", x numeric, b "char", packed numeric, filler text);
ALTER TABLE stored ALTER packed SET STORAGE EXTERNAL;
INSERT INTO stored SELECT 'x', x, 'y', x, repeat('z', length(x::text) % 7) FROM numerics;
INSERT INTO stored SELECT 'x', x, 'y', x, NULL FROM unnest(ARRAY[('7.' || repeat('12345678', 2000))::numeric,
	('7' || repeat('0', 100000))::numeric + 1, ('7.' || (SELECT string_agg(translate(md5(i::text), 'abcdef', '123456'), '')
	FROM generate_series(1, 500) AS i))::numeric, (repeat('9', 100000) || '.5')::numeric]) AS x;
SELECT count(*) FILTER (WHERE pg_column_size(packed) > 2000) > 0 AS out_of_line,
	count(*) FILTER (WHERE pg_column_size(x) < pg_column_size(packed)) > 0 AS compressed, min(pg_column_size(x)) AS shortest FROM stored;
SELECT count(*) > 4000 AS enough, count(*) FILTER (WHERE nps_valid(x) <> pg_temp.is_whole(x, 0, 10)) AS wrong,
	count(*) FILTER (WHERE nps_valid(packed) <> pg_temp.is_whole(x, 0, 10)) AS wrong_packed,
	count(*) FILTER (WHERE nps_valid(pair[2]) <> pg_temp.is_whole(x, 0, 10)) AS wrong_in_array,
		count(*) FILTER (WHERE nps_valid((one).packed) <> pg_temp.is_whole(x, 0, 10)) AS wrong_in_row
FROM (SELECT x, packed, ARRAY[1.5, x] AS pair, stored AS one FROM stored) AS s;
SELECT (SELECT nps_agg(x) FROM stored WHERE pg_temp.is_whole(x, 0, 10)) = (SELECT nps_agg(x::int) FROM stored
	WHERE pg_temp.is_whole(x, 0, 10)) AS stored, (SELECT nps_agg(packed) FROM stored WHERE nps_valid(packed)) = (SELECT nps_agg(x::int) FROM stored
	WHERE pg_temp.is_whole(x, 0, 10)) AS packed;
-- sorted, hashed and grouped copies
SELECT bool_and(nps_valid(x) = pg_temp.is_whole(x, 0, 10)) AS sorted FROM (SELECT x FROM stored ORDER BY x DESC, b OFFSET 0) AS s;
SELECT bool_and(nps_valid(x) = pg_temp.is_whole(x, 0, 10)) AS distinct_ones FROM (SELECT DISTINCT x FROM stored) AS s;

-- ---- counts ----

-- an array of numeric counts: every whole number that a bigint holds, and no other
CREATE FUNCTION pg_temp.counted(x numeric) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN responses(nps_summary(ARRAY[0, 0, 0, 0, 0, 0, 0, 0, x, 0, 0]));
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;
SELECT count(*) AS numerics, count(*) FILTER (WHERE counted <> '22003') AS taken,
	count(*) FILTER (WHERE counted <> CASE WHEN pg_temp.is_whole(x, 0, 9223372036854775807) THEN trunc(x)::text ELSE '22003' END) AS wrong
FROM (SELECT x, pg_temp.counted(x) FROM stored) AS y;
SELECT x, pg_temp.counted(x::numeric) FROM unnest(ARRAY['9223372036854775807', '9223372036854775807.000', '9223372036854775808',
	'9223372036854775806.5', '-9223372036854775808', '-1', '1e18', '1e19', '10000.0', '100010001', 'NaN', '-Infinity']) AS x;
-- in every place, with zeros of many scales between
SELECT bool_and(s = nps_summary(counts::bigint[])) AS same, count(*)
	FROM (SELECT counts, nps_summary(counts) AS s FROM (SELECT i,
	array_agg((CASE WHEN (i + k) % 3 = 0 THEN '0' ELSE (i * i * k)::text END || '.' || repeat('0', (i * k) % 70))::numeric ORDER BY k) AS counts
	FROM generate_series(1, 200) AS i, generate_series(0, 10) AS k GROUP BY i) AS x) AS y;
