-- Retention over raw events in one aggregate: the same as customer by customer, which test/sql/cohorts.sql holds against hand-written SQL.

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS retention_test CASCADE;
CREATE SCHEMA retention_test;
SET search_path = retention_test, public;
RESET client_min_messages;
SET TimeZone = 'Europe/Berlin';
SET DateStyle = 'ISO, YMD';

-- ---- the reference: of three users one returns on day 1, one on day 5; as of day 6 ----

CREATE TABLE visit AS SELECT * FROM (VALUES (1, date '2024-03-01'), (2, '2024-03-01'), (3, '2024-03-01'), (1, '2024-03-02'), (2, '2024-03-06'), (NULL, '2024-03-03'), (3, NULL)) AS v (customer, day);
SELECT mode, string_agg(trunc(100 * retention::numeric)::text, ', ' ORDER BY age) AS retention FROM (SELECT retention_agg(customer, day, 'day') AS s FROM visit) AS x, unnest('{bounded,unbounded}'::text[]) AS mode,
	cohort_retention(s, '2024-03-07', mode) GROUP BY mode ORDER BY mode;
SELECT retention_agg(customer, day, 'week'), customer_activity_agg(customer, day, 'week'), customers(customer_activity_agg(customer, day, 'week')) FROM visit;
SELECT customer_activity_agg(customer::text, day, 2.5, 'month') FROM visit WHERE customer = 1;
-- nothing
SELECT retention_agg(customer, day, 'day') AS none, customer_activity_agg(customer, day, 'day') AS nobody, customers(customer_activity_agg(customer, day, 'day')) FROM visit WHERE customer IS NULL OR day IS NULL;
SELECT retention_agg(1, date '2024-03-01', 5, 'day') FILTER (WHERE false) AS none, cohorts('{"n": 0}') FROM visit;

-- ---- exactly what the two steps answer ----

CREATE TABLE bought AS
SELECT i, h % 60 - 30 AS customer, timestamp '1998-12-20' + (h / 64 % 60 * 17 + (h / 4096 % 8) * (h / 32768 % 90)) * interval '1 day' + h % 86400 * interval '1 second' AS at,
	CASE WHEN i % 13 > 0 THEN (h % 20001 - 2000) / 100.0 END AS amount
FROM (SELECT i, abs(hashint8extended(i, 4)) AS h FROM generate_series(1, 3000) AS i) AS x;
-- one who comes every day, and one every month, who pays a lot
INSERT INTO bought SELECT 5000 + i, 1000, timestamp '1999-01-01' + i * 7 % 1500 * interval '1 day', i / 7.0 FROM generate_series(1, 1500) AS i;
INSERT INTO bought SELECT 8000 + i, 1001, timestamp '1999-01-01' + i * interval '1 month', CASE WHEN i = 7 THEN 1e30 ELSE i END FROM generate_series(1, 24) AS i;
CREATE FUNCTION one(customer text, moment text, amount text, period text, parts int DEFAULT 1) RETURNS TABLE (one cohort_summary, two cohort_summary, stored cohort_summary) LANGUAGE plpgsql AS $$
DECLARE
	arguments text := format('at::%s%s, %L', moment, ', (' || amount || ')', period);
BEGIN
	RETURN QUERY EXECUTE format('SELECT (SELECT retention_agg((%1$s), %2$s) FROM bought), (SELECT cohort_agg(a) FROM (SELECT activity_agg(%2$s) AS a FROM bought WHERE (%1$s) IS NOT NULL GROUP BY (%1$s)) AS x),
		(SELECT cohorts(rollup(s)) FROM (SELECT customer_activity_agg((%1$s), %2$s) AS s FROM bought GROUP BY i %% %3$s) AS x)', customer, arguments, parts);
END $$;
SELECT customer, moment, amount, count(*) AS periods, bool_and(one = two) AS same, bool_and(stored = two) AS merged
FROM unnest('{customer::smallint,customer::integer,customer::bigint * 1000000007,nullif(customer\, 7),md5(customer::text)::uuid,''customer '' || customer,customer::varchar}'::text[]) AS customer,
	unnest('{date,timestamp,timestamptz}'::text[]) AS moment, unnest('{NULL,(amount % 1000)::bigint,(amount % 1000)::integer,amount,(amount % 1000)::float8}'::text[]) AS amount, unnest('{day,week,month,quarter,year}'::text[]) AS period, one(customer, moment, amount, period, 5)
WHERE (moment = 'timestamptz' OR period IN ('day', 'month')) AND (customer ~ 'integer|text' OR moment = 'date') GROUP BY customer, moment, amount ORDER BY 1, 2, 3;
-- in any order: the same bytes, stored too
SELECT bool_and(a = b AND a = c) AS same FROM (SELECT customer_activity_agg(customer, at, amount, period ORDER BY i) AS a, customer_activity_agg(customer, at, amount, period ORDER BY at DESC) AS b, customer_activity_agg(customer, at, amount, period ORDER BY hashint4(i::int)) AS c
	FROM bought, unnest('{day,month,year}'::text[]) AS period GROUP BY period) AS x;
-- amounts that come late, after activity without any; that cancel out
SELECT bool_and(a = b AND a = rollup AND a = turned) AS same FROM (SELECT period, customer_activity_agg(customer, at, amount, period ORDER BY amount IS NOT NULL, i) AS a, customer_activity_agg(customer, at, amount, period ORDER BY amount IS NULL, i) AS b
	FROM bought, unnest('{day,month,year}'::text[]) AS period GROUP BY period) AS x JOIN (SELECT period, rollup(s ORDER BY has) AS rollup, rollup(s ORDER BY has DESC) AS turned
	FROM (SELECT period, amount IS NULL AS has, customer_activity_agg(customer, at, amount, period) AS s FROM bought, unnest('{day,month,year}'::text[]) AS period GROUP BY 1, 2) AS y GROUP BY period) AS z USING (period);
SELECT customer_activity_agg(1, day, amount, 'year') AS cancelled, retention_agg('1', day, amount, 'year') FROM (VALUES (date '2024-01-01', 1e30), ('2024-02-01', 12.00), ('2024-03-01', -1e30), ('2025-01-01', NULL)) AS v (day, amount);
-- text is told apart by its bytes
SELECT customers(customer_activity_agg(name, date '2024-01-01', 'year')) FROM unnest('{a,A,"a ",ä,"",a}'::text[]) AS name;
SELECT customers(customer_activity_agg(name COLLATE "C", date '2024-01-01', 'year')) FROM unnest('{a,A,b}'::text[]) AS name;
SELECT customers(customer_activity_agg(repeat(name, 100000), date '2024-01-01', 'year')) FROM unnest('{a,A,b}'::text[]) AS name;
-- every integer is its own key
SELECT customers(customer_activity_agg(i, date '2024-01-01', 'year')) FROM unnest('{-9223372036854775808,-1,0,1,9223372036854775807,4294967296,0}'::bigint[]) AS i;
-- text forms
SELECT bool_and(s::text::customer_activity_summary = s AND to_jsonb(s)::customer_activity_summary = s AND to_json(s)::customer_activity_summary = s) AS same, bool_and(cohorts(s::text::customer_activity_summary) = cohorts(s)) AS cohorts
FROM (SELECT customer_activity_agg(customer, at, amount, period) AS s FROM bought, unnest('{day,month,year}'::text[]) AS period GROUP BY period
	UNION ALL SELECT customer_activity_agg('c' || customer, at::timestamptz, 'month') FROM bought UNION ALL SELECT customer_activity_agg(md5(customer::text)::uuid, at::date, amount, 'week') FROM bought) AS x;
-- sizes: a year of months, with money and without
SELECT pg_column_size(customer_activity_agg(i, date '2024-01-15' + 30 * month, 9.99, 'month')) / 1000.0 AS bytes, pg_column_size(customer_activity_agg(i, date '2024-01-15' + 30 * month, 'month')) / 1000.0 AS without FROM generate_series(1, 1000) AS i, generate_series(0, 11) AS month;
-- memory while it runs, just after the table has grown: at most 200 bytes a customer who is active every month of a year, with money
SET max_parallel_workers_per_gather = 0;
SELECT pg_column_size(retention_agg(i, date '2024-01-15' + 30 * month, 9.99, 'month')) AS size, (SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name = 'activity of customers') / 26300 <= 200 AS memory
	FROM generate_series(0, 11) AS month, generate_series(1, 26300) AS i;
SELECT pg_column_size(retention_agg('customer ' || i, date '2024-01-15' + 30 * month, 9.99, 'month')) AS size, (SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name = 'activity of customers') / 26300 <= 200 AS memory
	FROM generate_series(0, 11) AS month, generate_series(1, 26300) AS i;
RESET max_parallel_workers_per_gather;
-- windows, grouping sets, states in use twice
SELECT day, customers, (SELECT sum(retained) FROM cohort_retention(s)) AS days FROM (SELECT day, customers(customer_activity_agg(customer, day, 'day') OVER (ORDER BY day ROWS 3 PRECEDING)) AS customers, retention_agg(customer, day, 'day') OVER (ORDER BY day) AS s
	FROM visit WHERE day IS NOT NULL) AS x ORDER BY 1, 2, 3;
SELECT customer % 3 AS g, customers(customer_activity_agg(customer, at, 'year')) AS customers FROM bought WHERE customer > 0 GROUP BY GROUPING SETS ((customer % 3), ()) ORDER BY 1;
-- a state that is kept by an aggregate of one's own, without a final function, and read again
CREATE AGGREGATE kept(integer, timestamp, numeric, text) (SFUNC = customer_activity_accum, STYPE = customer_activity_summary, INITCOND = '{"n": 0}', COMBINEFUNC = customer_activity_summary_combine);
CREATE TABLE kept AS SELECT i % 3 AS part, kept(customer::int, at, amount, 'month') AS s FROM bought GROUP BY 1;
SELECT count(*), bool_and(s::text::customer_activity_summary = (s + '{"n": 0}')) AS sorted FROM kept;
SELECT cohorts(rollup(s)) = (SELECT retention_agg(customer, at, amount, 'month') FROM bought) AS same FROM kept;

-- ---- errors ----

SELECT retention_agg(1, date '2024-01-01', 'fortnight');
SELECT retention_agg(1, date '2024-01-01', NULL);
SELECT retention_agg(1, day, 'day') FROM (VALUES (date '2024-01-31'), ('9999-12-31')) AS v (day);
SELECT retention_agg(1, day, 'day') FROM (VALUES (date '9999-12-31'), ('2024-01-31'), ('9999-12-30')) AS v (day);
SELECT retention_agg(1, day, 'month') FROM (VALUES (timestamp '2024-01-31 10:00'), ('9999-12-31 23:00')) AS v (day);
SELECT retention_agg(1, date '2024-01-01' + i % 10000, 'day') = retention_agg(1, date '2024-01-01' + 9999 - i % 10000, 'day') AS most FROM generate_series(0, 10020) AS i;
SELECT retention_agg(1, date '2024-01-01' + i, 'day') FROM generate_series(0, 10000) AS i;
SELECT retention_agg(1, date '2024-01-01' + i, 'day') FROM unnest('{5000,0,10000}'::int[]) AS i;
SELECT count(*) AS customers_far_apart FROM (SELECT retention_agg(i, date '2024-01-01' + 1000000 * i, 'year') AS s FROM generate_series(0, 5) AS i) AS x, cohort_retention(s, '2024-12-31');
SELECT retention_agg(1, timestamp 'infinity', 5, 'day');
SELECT retention_agg(1, date '2024-01-01', 'NaN'::numeric, 'day');
SELECT customer_activity_agg(1, date '2024-01-01', 'day') + customer_activity_agg('1', date '2024-01-01', 'day');
SELECT customer_activity_agg(1, date '2024-01-01', 'day') + customer_activity_agg(1, date '2024-01-01', 'week');
SELECT customer_activity_agg(1, date '2024-01-01', 'day') + customer_activity_agg(1, timestamptz '2024-01-01', 'day');

-- corrupt text
CREATE FUNCTION refused(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	PERFORM value::customer_activity_summary;
	RETURN 'accepted';
EXCEPTION WHEN invalid_text_representation OR program_limit_exceeded THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN SQLSTATE || ' ' || detail;
END $$;
SELECT what, refused((jsonb '{"n": 3, "period": "month", "of": "date", "key": "integer", "last": "2024-03-06T00:00:00", "money": true, "customers": ["-5", "7", "7"], "periods": ["2024-02-01", "2024-01-01", "2024-03-01"], "amounts": [0, 2.5, 1]}' || change)::text)
FROM (VALUES ('nothing', jsonb '{}'), ('n', '{"n": 4}'), ('large n', '{"n": 9223372036854775807}'), ('period', '{"period": "decade"}'), ('of', '{"of": null}'), ('zone', '{"zone": "UTC"}'), ('key', '{"key": "name"}'), ('no key', '{"key": null}'), ('number', '{"customers": [5, 7, 7]}'),
	('null', '{"customers": ["5", "7", null]}'), ('no integer', '{"customers": ["5", "7", "7.0"]}'), ('sign', '{"customers": ["5", "+7", "+7"]}'), ('too large', '{"customers": ["5", "7", "9223372036854775808"]}'), ('uuid', '{"key": "uuid"}'), ('order', '{"customers": ["7", "5", "5"]}'),
	('hash', '{"key": "text", "customers": ["00000000000000000000000000000001", "d246707b0a60e7df665c069b15a5bb0b", "d246707b0a60e7df665c069b15a5bb0b"]}'), ('capital hash', '{"key": "text", "customers": ["00000000000000000000000000000001", "D246707b0a60e7df665c069b15a5bb0b", "D246707b0a60e7df665c069b15a5bb0b"]}'),
	('period order', '{"customers": ["5", "7", "7"], "periods": ["2024-02-01", "2024-03-01", "2024-01-01"]}'), ('period twice', '{"customers": ["5", "7", "7"], "periods": ["2024-02-01", "2024-03-01", "2024-03-01"]}'), ('day', '{"customers": ["5", "7", "7"], "periods": ["2024-02-02", "2024-01-01", "2024-03-01"]}'),
	('span', '{"customers": ["5", "7", "7"], "periods": ["2024-02-01", "2024-01-01", "3024-03-01"]}'), ('last', '{"customers": ["5", "7", "7"], "last": "2024-04-06T00:00:00"}'), ('no money', '{"customers": ["5", "7", "7"], "money": false}')) AS v (what, change);

SET client_min_messages = warning;
DROP SCHEMA retention_test CASCADE;
