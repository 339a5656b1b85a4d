-- Activity of one customer: periods, money, moments. What is expected is written by hand, or in SQL beside it.

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS activity_test CASCADE;
CREATE SCHEMA activity_test;
SET search_path = activity_test, public;
RESET client_min_messages;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';

-- ---- what it holds ----

SELECT activity_agg(day, 'month') FROM (VALUES (date '2024-01-31'), ('2023-12-01'), (NULL), ('2024-03-05'), ('2024-03-31')) AS v (day);
SELECT activity_agg(day, amount, 'week') FROM (VALUES (date '2024-12-29', 3.50), ('2024-12-30', 2), ('2025-01-05', 0.125), ('2025-01-06', NULL), (NULL, 99)) AS v (day, amount);
SELECT activity_agg(at, 'quarter') FROM (VALUES (timestamp '2024-03-31 23:59:59.999999'), ('2024-04-01')) AS v (at);
-- no money at all where all amounts are NULL; a refund lowers it
SELECT activity_agg(day, NULL::int, 'year') AS none, activity_amount(activity_agg(day, NULL::int, 'year')) AS no_amount,
	activity_agg(day, amount, 'year') AS refund, activity_amount(activity_agg(day, amount, 'year'))
FROM (VALUES (date '2024-01-01', 10.00), ('2024-12-31', -12.5), ('2025-01-01', 0)) AS v (day, amount);
-- accessors
SELECT first_period(a), last_period(a), active_periods(a), activity_amount(a), first_at(a), last_at(a)
FROM (SELECT activity_agg(at, amount, 'month') AS a FROM (VALUES (timestamp '2024-02-29 12:00', 1.10), ('2024-02-01 09:30', 2.2), ('2025-02-28 23:00', 3)) AS v (at, amount)) AS x;
SELECT first_period(a), last_period(a), active_periods(a), activity_amount(a), first_at(a), last_at(a), first_period(NULL) AS null
FROM (SELECT activity_agg(NULL::date, 1, 'month') AS a) AS x;
-- nothing: no rows, all NULL, filtered away
SELECT activity_agg(day, 'day') AS no_rows FROM (SELECT date '2024-01-01' AS day WHERE false) AS x;
SELECT activity_agg(day, 1.5, 'day') = '{"n": 0}' AS all_null, activity_agg(date '2024-01-01', 'day') FILTER (WHERE false) = '{"n": 0}' AS filtered,
	'{"n": 0}'::activity_summary + '{"n": 0}' = '{"n": 0}' AS nothing FROM (VALUES (NULL::date), (NULL)) AS v (day);

-- ---- against date_trunc and sum(numeric): five periods, three types of moments, five of amounts, leap years, ISO week 53, before 2000 ----

CREATE TABLE bought AS
SELECT i, i % 40 AS customer, timestamp '1995-12-20' + h % 4500 * interval '1 day' + h % 86400 * interval '1 second' AS at,
	CASE WHEN i % 13 > 0 THEN h % 20001 - 2000 END AS amount
FROM (SELECT i, abs(hashint8extended(i, 4)) AS h FROM generate_series(1, 2000) AS i) AS x;
CREATE VIEW due AS
SELECT period, customer, min(at) AS first_at, max(at) AS last_at, date_trunc(period, min(at))::date AS first_period, date_trunc(period, max(at))::date AS last_period,
	count(DISTINCT date_trunc(period, at)) AS active_periods, sum(amount) AS amount
FROM bought, unnest('{day,week,month,quarter,year}'::text[]) AS period GROUP BY period, customer;
CREATE FUNCTION holds(type text, number text, scale text) RETURNS TABLE (period text, customers bigint, same boolean) LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT period, count(*), bool_and((first_period(a), last_period(a), active_periods(a), activity_amount(a)) = (d.first_period, d.last_period, d.active_periods, (d.amount * %3$s)::numeric)
			AND (first_at(a), last_at(a)) = (d.first_at::%1$s::timestamp, d.last_at::%1$s::timestamp) AND activity_amount(a) = (SELECT sum(m) FROM jsonb_array_elements_text(to_jsonb(a)->''amounts'') AS e (t), LATERAL (SELECT t::numeric) AS n (m)))
		FROM (SELECT period, customer, activity_agg(at::%1$s, (amount * %3$s)::%2$s, period) AS a FROM bought, unnest(''{day,week,month,quarter,year}''::text[]) AS period GROUP BY period, customer) AS x
		JOIN due AS d USING (period, customer) GROUP BY period ORDER BY period', type, number, scale);
END $$;
SELECT type, number, count(*) AS periods, sum(customers) AS customers, bool_and(same) AS same
FROM (VALUES ('date', 'smallint', '1'), ('timestamp', 'integer', '1'), ('timestamptz', 'bigint', '1000000'), ('date', 'numeric', '0.01'), ('timestamp', 'numeric', '0.00001'),
	('timestamptz', 'numeric', '1e15'), ('date', 'double precision', '0.25')) AS v (type, number, scale), holds(type, number, scale) GROUP BY type, number, scale ORDER BY type, number, scale;
-- period by period, with the decimals of sum(numeric)
SELECT count(*) AS periods, bool_and(d.start = p.start AND d.amount::text = p.amount) AS same
FROM (SELECT period, customer, start, amount, row_number() OVER (PARTITION BY period, customer ORDER BY start) AS place
	FROM (SELECT period, customer, date_trunc(period, at)::date AS start, coalesce(sum(round(amount * 0.01, i % 3)), 0) AS amount
		FROM bought, unnest('{day,week,month,quarter,year}'::text[]) AS period GROUP BY 1, 2, 3) AS x) AS d
FULL JOIN (SELECT period, customer, place, start::date, amount FROM (SELECT period, customer, to_jsonb(activity_agg(at, round(amount * 0.01, i % 3), period)) AS a
		FROM bought, unnest('{day,week,month,quarter,year}'::text[]) AS period GROUP BY 1, 2) AS x,
	LATERAL ROWS FROM (jsonb_array_elements_text(a->'periods'), jsonb_array_elements_text(a->'amounts')) WITH ORDINALITY AS e (start, amount, place)) AS p USING (period, customer, place);

-- ---- time zones ----

SET TimeZone = 'Europe/Berlin';
SELECT a, first_at(a), last_period(a) FROM (SELECT activity_agg(at, 'year') AS a FROM (VALUES (timestamptz '2024-12-31 23:30+00'), ('2024-06-01 00:00+00')) AS v (at)) AS x;
CREATE TABLE zoned AS SELECT 'berlin' AS zone, activity_agg(timestamptz '2024-12-31 23:30+00', 5, 'year') AS a;
SET TimeZone = 'UTC';
INSERT INTO zoned SELECT 'utc', activity_agg(timestamptz '2024-12-31 23:30+00', 5, 'year');
-- what it says does not depend on the zone of today
SELECT zone, first_period(a), first_at(a) FROM zoned ORDER BY zone;
SELECT rollup(a) FROM zoned;
SELECT activity_agg(at, 'day') + (SELECT a FROM zoned WHERE zone = 'utc') FROM (VALUES (timestamptz '2024-01-01')) AS v (at);
SELECT activity_agg(at, 'year') + (SELECT a FROM zoned WHERE zone = 'utc') FROM (VALUES (timestamp '2024-01-01')) AS v (at);
-- every hour of 30 years in zones with daylight saving, half hours, a change of date, none
CREATE FUNCTION hours(zone text) RETURNS TABLE (days bigint, same boolean) LANGUAGE plpgsql SET TimeZone = 'UTC' AS $$
BEGIN
	EXECUTE format('SET LOCAL TimeZone = %L', zone);
	RETURN QUERY SELECT count(*), bool_and(a.day = d.day) FROM (SELECT day::date, row_number() OVER (ORDER BY day::date) AS place
			FROM (SELECT DISTINCT at::date AS day FROM generate_series(timestamptz '1995-01-01 00:30+00', '2019-06-01+00', '47 minutes') AS at) AS x) AS d
		FULL JOIN (SELECT e.day::date, place FROM (SELECT to_jsonb(activity_agg(at, 'day')) AS a FROM generate_series(timestamptz '1995-01-01 00:30+00', '2019-06-01+00', '47 minutes') AS at) AS x,
			jsonb_array_elements_text(a->'periods') WITH ORDINALITY AS e (day, place)) AS a USING (place);
END $$;
SELECT zone, h.* FROM unnest('{UTC,Europe/Berlin,America/New_York,Australia/Lord_Howe,Pacific/Apia,Asia/Kathmandu,Africa/Casablanca,America/Sao_Paulo}'::text[]) AS zone, hours(zone) AS h;
-- long ago, and far away
SELECT activity_agg(at, 'year') FROM (VALUES (timestamptz '1900-01-01 00:00+00')) AS v (at);
SET TimeZone = 'America/New_York';
SELECT activity_agg(timestamptz '4714-11-24 BC 00:00+00', 'year') AS a INTO earliest;
SELECT a, a::text::activity_summary = a AS same FROM earliest;
SELECT first_at(a) FROM earliest;
SELECT a, last_at(a), a::text::activity_summary = a AS same FROM (SELECT activity_agg(timestamptz '294276-12-31 23:59:59+00', 'day') AS a) AS x;
SET TimeZone = 'UTC';

-- ---- merging ----

-- one customer's activity of two jobs; with and without money
SELECT a + b, rollup(s) = a + b AS the_same FROM (SELECT activity_agg(date '2024-05-01', 5.0, 'month') AS a, activity_agg(date '2023-05-01', 'month') AS b) AS x,
	LATERAL unnest(ARRAY[a, b, NULL]) AS s GROUP BY a, b;
-- in any order and any parts: the same bytes
SELECT bool_and(whole = forward AND whole = backward AND whole = parts) AS same, count(*) AS customers
FROM (SELECT customer, activity_agg(at, amount * 0.01, 'week') AS whole, activity_agg(at, amount * 0.01, 'week' ORDER BY at) AS forward, activity_agg(at, amount * 0.01, 'week' ORDER BY at DESC) AS backward
	FROM bought GROUP BY customer) AS x JOIN (SELECT customer, rollup(a ORDER BY part * 7 % 5) AS parts FROM (SELECT customer, i % 5 AS part, activity_agg(at, amount * 0.01, 'week') AS a
	FROM bought GROUP BY customer, i % 5) AS y GROUP BY customer) AS p USING (customer);
-- amounts too large for a cell of eight bytes that cancel out again leave nothing behind
SELECT activity_agg(date '2024-01-01', amount, 'year') = activity_agg(date '2024-01-01', amount, 'year') FILTER (WHERE abs(amount) < 1000) AS same, pg_column_size(activity_agg(date '2024-01-01', amount, 'year')) AS bytes
FROM (VALUES (12.00), (1e30), (-1e30)) AS v (amount);
SELECT a + b = (SELECT activity_agg(date '2024-01-01', 5, 'year')) AS same FROM (SELECT activity_agg(date '2024-01-01', 5 + 1e20, 'year') AS a, activity_agg(date '2024-01-01', -1e20, 'year') AS b) AS x;
-- sizes: a year of months without and with money; by timestamptz the zone's name as well
SELECT pg_column_size(activity_agg(at::date, 'month')) AS plain, pg_column_size(activity_agg(at::date, 9.99, 'month')) AS money, pg_column_size(activity_agg(at, 'month')) AS zoned,
	pg_column_size(activity_agg(at, 9.99, 'month')) AS zoned_money FROM generate_series(timestamptz '2024-01-15', '2024-12-15', '1 month') AS at;
-- moving windows, grouping sets
SELECT day, active_periods(activity_agg(day, 1, 'day') OVER (ORDER BY day ROWS 2 PRECEDING)) AS days, activity_amount(activity_agg(day, 1, 'day') OVER (ORDER BY day ROWS 2 PRECEDING)) AS amount
	FROM generate_series(timestamp '2024-01-01', '2024-01-05', '1 day') AS day;
SELECT customer, active_periods(activity_agg(at, 'year')) AS years FROM bought WHERE customer < 3 GROUP BY GROUPING SETS ((customer), ()) ORDER BY 1;

-- hash aggregation of 20,000 customers in 64 kB goes to disk, and gives the same
CREATE TABLE many AS SELECT i % 20000 AS customer, timestamp '2024-01-01' + i % 700 * interval '1 day' AS at, i % 1000 / 100.0 AS amount FROM generate_series(1, 60000) AS i;
CREATE FUNCTION batches(query text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, FORMAT json) ' || query INTO plan;
	RETURN plan->0->'Plan'->'HashAgg Batches';
END $$;
CREATE TABLE ample AS SELECT customer, activity_agg(at, amount, 'week') AS a FROM many GROUP BY customer;
SET enable_sort = off;
SET work_mem = '64kB';
SET hash_mem_multiplier = 1;
SELECT batches('SELECT customer, activity_agg(at, amount, ''week'') FROM many GROUP BY customer') > 10 AS spills;
SELECT count(*), bool_and(a = activity_agg) AS same FROM (SELECT customer, activity_agg(at, amount, 'week') FROM many GROUP BY customer) AS x JOIN ample USING (customer);
-- a year of months, whose states all grow after the last customer has come: what is held stays near what is allowed
CREATE TABLE monthly AS SELECT customer, date '2024-01-01' + month * interval '1 month' AS at, 9.99 AS amount FROM generate_series(0, 11) AS month, generate_series(1, 6000) AS customer;
CREATE FUNCTION peak_kb(query text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, FORMAT json) ' || query INTO plan;
	RETURN plan->0->'Plan'->'Peak Memory Usage';
END $$;
SET work_mem = '1MB';
SELECT peak_kb('SELECT customer, activity_agg(at, amount, ''month'') FROM monthly GROUP BY customer') <= 1536 AS with_money,
	peak_kb('SELECT customer, activity_agg(at, ''month'') FROM monthly GROUP BY customer') <= 1536 AS without,
	peak_kb('SELECT customer, rollup(a) FROM (SELECT customer, at, activity_agg(at, amount, ''month'') AS a FROM monthly GROUP BY at, customer OFFSET 0) AS x GROUP BY customer') <= 1536 AS merged;
RESET enable_sort;
RESET work_mem;
RESET hash_mem_multiplier;

-- ---- errors ----

SELECT activity_agg(day, 'fortnight') FROM (VALUES (date '2024-01-01')) AS v (day);
SELECT activity_agg(day, NULL) FROM (VALUES (date '2024-01-01')) AS v (day);
SELECT activity_agg(day, 'day') FROM (VALUES (date '2024-01-31'), ('9999-12-31')) AS v (day);
SELECT activity_agg(day, 'day') FROM (VALUES (date '2024-01-31'), ('0001-01-01 BC')) AS v (day);
SELECT activity_agg(day, 'month') FROM (VALUES (timestamp '2024-01-31 10:00'), ('9999-12-31 23:00')) AS v (day);
SET TimeZone = 'Asia/Tokyo';
SELECT activity_agg(day, 'month') FROM (VALUES (timestamptz '9999-12-31 23:00'), ('2024-01-31 10:00')) AS v (day);
SET TimeZone = 'UTC';
SELECT active_periods(activity_agg(date '2024-01-01' + i, 'day')) AS most FROM unnest('{0,9999}'::int[]) AS i;
SELECT activity_agg(date '2024-01-01' + i, 'day') FROM unnest('{0,10000}'::int[]) AS i;
SELECT activity_agg(date 'infinity', 'day');
SELECT activity_agg(timestamp '-infinity', 'day');
SELECT activity_agg(timestamptz 'infinity', 1, 'day');
SELECT activity_agg(date '300000-01-01', 'day');
SELECT activity_agg(date '2024-01-01', 'NaN'::numeric, 'day');
SELECT activity_agg(date '2024-01-01', 'infinity'::float8, 'day');
SELECT activity_agg(date '2024-01-01', 'day') + activity_agg(date '2024-01-01', 'week');

-- names of UTC are one zone, a zone that is like it for half of the year is another
CREATE TABLE utc (zone text, a activity_summary);
DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY '{UTC,Etc/UTC,Etc/UCT,UCT,Zulu,Universal,Etc/Universal,GMT,Etc/GMT,Greenwich,GMT+0,utc,+00,<+00>-00,Europe/London,Etc/GMT+1}'::text[] LOOP
		PERFORM set_config('TimeZone', name, true);
		INSERT INTO utc SELECT name, activity_agg(timestamptz '2024-01-01 12:00+00', 'day');
	END LOOP;
END $$;
SELECT a::json->>'zone' AS remembered, string_agg(zone, ' ' ORDER BY zone COLLATE "C") AS zones FROM utc GROUP BY 1 ORDER BY 1;
SELECT rollup(a) AS merged FROM utc WHERE zone NOT IN ('Europe/London', 'Etc/GMT+1');
SELECT bool_and(a::text::activity_summary = a AND to_json(a)::activity_summary = a) AS back FROM utc;
SELECT rollup(a) FROM utc WHERE zone IN ('Etc/UTC', 'Europe/London');
-- corrupt text
CREATE FUNCTION refused(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	PERFORM value::activity_summary;
	RETURN 'accepted';
EXCEPTION WHEN invalid_text_representation OR program_limit_exceeded THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN SQLSTATE || ' ' || detail;
END $$;
SELECT what, refused((jsonb '{"n": 2, "period": "month", "of": "date", "first": "2024-01-05T00:00:00", "last": "2024-03-06T00:00:00", "money": true, "periods": ["2024-01-01", "2024-03-01"], "amounts": [1, 2.5]}' || change)::text)
FROM (VALUES ('nothing', jsonb '{}'), ('n', '{"n": 3}'), ('negative n', '{"n": -1}'), ('large n', '{"n": 9223372036854775807}'), ('period', '{"period": "decade"}'), ('no period', '{"period": null}'), ('of', '{"of": "time"}'), ('no type', '{"of": null}'),
	('zone', '{"zone": "UTC"}'), ('no zone', '{"of": "timestamptz"}'), ('empty zone', '{"of": "timestamptz", "zone": "", "first": "2024-01-05T00:00:00Z", "last": "2024-03-05T00:00:00Z"}'), ('clock of a zone', '{"of": "timestamptz", "zone": "UTC"}'), ('UTC of no zone', '{"first": "2024-01-05T00:00:00Z"}'), ('order', '{"periods": ["2024-03-01", "2024-01-01"]}'), ('twice', '{"periods": ["2024-01-01", "2024-01-01"]}'),
	('first day', '{"periods": ["2024-01-02", "2024-03-01"]}'), ('span', '{"periods": ["2024-01-01", "9024-01-01"]}'), ('first', '{"first": "2024-02-05T00:00:00"}'), ('last', '{"last": "2024-04-01T00:00:00"}'),
	('hour of a date', '{"last": "2024-03-06T01:00:00"}'), ('infinite', '{"last": "infinity"}'), ('amount', '{"amounts": [1]}'), ('amount too large', '{"amounts": [1, 1e60]}'), ('text amount', '{"amounts": [1, "2"]}'), ('no money', '{"money": false}')) AS v (what, change);
SELECT refused('{"n": 1, "period": "month", "of": "timestamptz", "zone": "' || repeat('x', 300) || '", "first": "2024-01-05T00:00:00Z", "last": "2024-01-05T00:00:00Z", "money": false, "periods": ["2024-01-01"]}');
-- a zone that this server does not know is kept, but has no clocks
SELECT a, first_period(a), first_at(a) IS NULL FROM (SELECT '{"n": 1, "period": "month", "of": "timestamptz", "zone": "Mars/Base", "first": "2024-01-05T00:00:00Z", "last": "2024-01-05T00:00:00Z", "money": false, "periods": ["2024-01-01"]}'::activity_summary AS a) AS x;

SET client_min_messages = warning;
DROP SCHEMA activity_test CASCADE;
