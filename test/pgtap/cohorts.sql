-- Laws of activity, cohorts and customers, over random orders: any split and any order merge to the same bytes, the short
-- way is the long way, retention is what hand-written SQL counts; and corrupt text.
--
-- "Random" is a hash of the row, so that a failure repeats.

BEGIN;
SET client_min_messages = warning;
SELECT plan(26);

-- From 0 to 1, 1 excluded; 'what' tells apart the numbers drawn for one row.
CREATE FUNCTION pg_temp.chance(i bigint, what text) RETURNS float8 LANGUAGE sql IMMUTABLE
	AS $$ SELECT (hashtextextended(what, i) & 4503599627370495) / 4503599627370496.0::float8 $$;


-- ---- The orders ----

-- 40 data sets, each with its own period and time zone: from December 2019 over a leap year and week 53 of 2020, with changes
-- of the clock; every third one decades before. Amounts have 0 to 5 decimals, a few are huge; one moment and one amount in twenty are NULL.
CREATE TEMP TABLE zone AS SELECT ds, (ARRAY['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Kathmandu', 'America/St_Johns'])[1 + ds % 7] AS zone,
	(ARRAY['day', 'week', 'month', 'quarter', 'year'])[1 + ds % 5] AS period FROM generate_series(1, 40) AS ds;
CREATE TEMP TABLE bought AS
SELECT ds, i, zone, period, 1 + floor((1 + ds) * pg_temp.chance(row, 'customer') ^ 2)::int AS customer,
	CASE WHEN pg_temp.chance(row, 'no moment') > 0.05 THEN timestamptz '2019-12-20 00:00+00' - (ds % 3 = 0)::int * interval '31 years' + floor(500 * pg_temp.chance(row, 'day') ^ 1.5) * interval '24 hours'
		+ floor(86400 * pg_temp.chance(row, 'second')) * interval '1 second' END AS at,
	CASE WHEN pg_temp.chance(row, 'no amount') > 0.05 THEN round((1000 * pg_temp.chance(row, 'amount') - 100)::numeric, floor(6 * pg_temp.chance(row, 'decimals'))::int)
		* CASE WHEN ds % 8 = 0 AND pg_temp.chance(row, 'huge') < 0.02 THEN 1e17 ELSE 1 END END AS amount,
	floor(5 * pg_temp.chance(row, 'part'))::int AS part
FROM zone, LATERAL generate_series(1, 8 * ds) AS i, LATERAL (SELECT 1000 * ds + i) AS x (row);

-- What each data set makes, in its zone.
CREATE TEMP TABLE activity (ds int, customer int, part int, plain activity_summary, money activity_summary, local activity_summary);
CREATE TEMP TABLE split AS SELECT * FROM activity;
CREATE TEMP TABLE turned AS SELECT * FROM activity;
CREATE TEMP TABLE summary (ds int, way text, plain cohort_summary, money cohort_summary);
CREATE TEMP TABLE stored (ds int, part int, m customer_activity_summary);
CREATE TEMP TABLE due (ds int, cohort date, age int, customers bigint, bounded bigint, unbounded bigint, revenue numeric, complete boolean);
-- the day before the last one on which anything happens
CREATE FUNCTION pg_temp.as_of(ds int) RETURNS date LANGUAGE sql STABLE AS $$ SELECT max(at AT TIME ZONE zone)::date - 1 FROM bought AS b WHERE b.ds = as_of.ds $$;
DO $$
DECLARE
	z record;
	step interval;
BEGIN
	FOR z IN SELECT * FROM zone LOOP
		PERFORM set_config('TimeZone', z.zone, true);
		step := CASE z.period WHEN 'quarter' THEN interval '3 months' ELSE ('1 ' || z.period)::interval END;
		INSERT INTO activity SELECT ds, customer, 0, activity_agg(at, period), activity_agg(at, amount, period), activity_agg(at::timestamp, amount, period) FROM bought AS b WHERE b.ds = z.ds GROUP BY ds, customer;
		INSERT INTO split SELECT ds, customer, part, activity_agg(at, period), activity_agg(at, amount, period), activity_agg(at::timestamp, amount, period) FROM bought AS b WHERE b.ds = z.ds GROUP BY ds, customer, part;
		INSERT INTO turned SELECT ds, customer, 0, activity_agg(at, period ORDER BY at DESC), activity_agg(at, amount, period ORDER BY hashint4(i)), activity_agg(at::timestamp, amount, period ORDER BY amount) FROM bought AS b WHERE b.ds = z.ds GROUP BY ds, customer;
		INSERT INTO summary SELECT z.ds, 'short', retention_agg(customer, at, period), retention_agg(customer, at, amount, period) FROM bought AS b WHERE b.ds = z.ds
			UNION ALL SELECT z.ds, 'text', retention_agg('customer ' || customer, at, period), retention_agg('customer ' || customer, at, amount, period ORDER BY i DESC) FROM bought AS b WHERE b.ds = z.ds
			UNION ALL SELECT z.ds, 'uuid', retention_agg(md5(customer::text)::uuid, at, period), retention_agg(md5(customer::text)::uuid, at, amount, period ORDER BY hashint4(i)) FROM bought AS b WHERE b.ds = z.ds;
		INSERT INTO stored SELECT z.ds, part, customer_activity_agg(customer, at, amount, period) FROM bought AS b WHERE b.ds = z.ds GROUP BY part;
		INSERT INTO stored SELECT z.ds, NULL, customer_activity_agg(customer, at, amount, period) FROM bought AS b WHERE b.ds = z.ds;
		-- by hand: local time, the first period joined back, every pair that has begun
		INSERT INTO due
		WITH active AS (SELECT customer, date_trunc(z.period, at::timestamp) AS active, sum(amount) AS amount FROM bought AS b WHERE b.ds = z.ds AND at IS NOT NULL GROUP BY 1, 2),
			c AS (SELECT *, min(active) OVER (PARTITION BY customer) AS cohort, max(active) OVER (PARTITION BY customer) AS last FROM active),
			pair AS (SELECT cohort, at, row_number() OVER (PARTITION BY cohort ORDER BY at) - 1 AS age FROM (SELECT DISTINCT cohort FROM c) AS x, generate_series(cohort, pg_temp.as_of(z.ds)::timestamp, step) AS at)
		SELECT z.ds, cohort::date, age, count(DISTINCT customer), count(DISTINCT customer) FILTER (WHERE active = at), count(DISTINCT customer) FILTER (WHERE last >= at), coalesce(sum(amount) FILTER (WHERE active = at), 0), (at + step)::date <= pg_temp.as_of(z.ds) + 1
			FROM pair JOIN c USING (cohort) GROUP BY cohort, age, at;
	END LOOP;
END $$;
INSERT INTO summary SELECT ds, 'long', cohort_agg(plain), cohort_agg(money) FROM activity GROUP BY ds;
SELECT is((SELECT count(*) FROM summary WHERE plain <> '{"n": 0}'), 160::bigint, 'there are 40 data sets, in four ways');


-- ---- One customer ----

SELECT is(count(*), 0::bigint, 'parts merged are the whole, byte for byte') FROM activity AS a
	WHERE NOT EXISTS (SELECT FROM split AS s WHERE (s.ds, s.customer) = (a.ds, a.customer) HAVING rollup(s.plain) = a.plain AND rollup(s.money) = a.money AND rollup(s.local) = a.local);
SELECT is(count(*), 0::bigint, 'in any order') FROM activity AS a
	WHERE NOT EXISTS (SELECT FROM split AS s WHERE (s.ds, s.customer) = (a.ds, a.customer) HAVING rollup(s.plain ORDER BY part DESC) = a.plain AND rollup(s.money ORDER BY part * 3 % 5) = a.money AND rollup(s.local ORDER BY part * 2 % 5) = a.local);
SELECT is(count(*), 0::bigint, 'and so are rows in any order') FROM activity AS a JOIN turned AS t USING (ds, customer) WHERE a.plain <> t.plain OR a.money <> t.money OR a.local <> t.local;
SELECT is(count(*), 0::bigint, 'a + b = b + a, and nothing added changes nothing') FROM split AS a JOIN split AS b USING (ds, customer)
	WHERE a.plain + b.plain <> b.plain + a.plain OR a.money + b.money <> b.money + a.money OR a.money + '{"n": 0}' <> a.money OR '{"n": 0}' + a.local <> a.local OR a.plain + b.money <> b.money + a.plain;
SELECT is(count(*), 0::bigint, 'the moments and the money are min, max and sum') FROM activity AS a JOIN (SELECT ds, customer, min(at AT TIME ZONE zone) AS first, max(at AT TIME ZONE zone) AS last, sum(amount) FILTER (WHERE at IS NOT NULL) AS amount
	FROM bought GROUP BY ds, customer) AS b USING (ds, customer) WHERE (first_at(money), last_at(money), activity_amount(money)::text) IS DISTINCT FROM (first, last, b.amount::text) OR (first_at(local), last_at(local)) IS DISTINCT FROM (first, last) OR activity_amount(plain) IS NOT NULL;
SELECT is(count(*), 0::bigint, 'the periods are those of date_trunc on local time') FROM activity AS a JOIN (SELECT ds, customer, min(date_trunc(period, at AT TIME ZONE zone))::date AS first, max(date_trunc(period, at AT TIME ZONE zone))::date AS last,
	count(DISTINCT date_trunc(period, at AT TIME ZONE zone)) AS periods FROM bought GROUP BY ds, customer) AS b USING (ds, customer)
	WHERE (first_period(money), last_period(money), active_periods(money)) IS DISTINCT FROM (first, last, periods) OR (first_period(local), last_period(local), active_periods(local)) IS DISTINCT FROM (first, last, periods);
SELECT is(count(*), 0::bigint, 'text, json and jsonb read back the same') FROM (SELECT plain AS a FROM activity UNION ALL SELECT money FROM activity UNION ALL SELECT local FROM split) AS x
	WHERE a::text::activity_summary <> a OR to_json(a)::activity_summary <> a OR to_jsonb(a)::activity_summary <> a;
SELECT is(count(DISTINCT a), count(DISTINCT a::text), 'equal as they are equal as text') FROM (SELECT money AS a FROM activity UNION ALL SELECT money FROM split UNION ALL SELECT plain FROM split) AS x;


-- ---- Cohorts ----

SELECT is(count(*), 0::bigint, 'the short way is the long way, byte for byte, for integers, text and uuid') FROM summary AS a JOIN summary AS b USING (ds) WHERE b.way = 'long' AND (a.plain <> b.plain OR a.money <> b.money);
SELECT is(count(*), 0::bigint, 'retention is what is counted by hand')
	FROM (SELECT ds, r.*, u.retained AS later FROM summary, LATERAL (SELECT pg_temp.as_of(ds) AS day) AS d, cohort_retention(money, day) AS r JOIN LATERAL cohort_retention(money, day, 'unbounded') AS u USING (cohort, age) WHERE way = 'long') AS r
	FULL JOIN due AS d USING (ds, cohort, age) WHERE (r.customers, r.retained, r.later, r.revenue, r.complete) IS DISTINCT FROM (d.customers, d.bounded, d.unbounded, d.revenue, d.complete);
SELECT cmp_ok(count(*), '>', 5000::bigint, 'in thousands of pairs of cohort and age') FROM due;
SELECT is(count(*), 0::bigint, 'the curve is sum over sum of what is complete')
	FROM (SELECT ds, c.* FROM summary, LATERAL (SELECT pg_temp.as_of(ds) AS day) AS d, retention_curve(money, day) AS c WHERE way = 'long') AS c
	FULL JOIN (SELECT ds, age, sum(customers) AS customers, sum(bounded) AS retained FROM due WHERE complete GROUP BY ds, age) AS d USING (ds, age) WHERE (c.eligible, c.retained) IS DISTINCT FROM (d.customers, d.retained);
SELECT is(count(*), 0::bigint, 'unbounded retention never rises, and is not below bounded') FROM (SELECT unbounded, bounded, lag(unbounded) OVER (PARTITION BY ds, cohort ORDER BY age) AS before FROM due) AS x WHERE unbounded > before OR unbounded < bounded;
SELECT is(count(*), 0::bigint, 'limits are around retention, within 0 and 1') FROM summary, cohort_retention(money) WHERE NOT (0 <= lower AND lower <= retention AND retention <= upper AND upper <= 1) AND way = 'long';
SELECT is(count(*), 0::bigint, 'customers in parts merge to the whole, in any order and grouping') FROM summary AS s
	WHERE way = 'long' AND NOT EXISTS (SELECT FROM (SELECT customer % 4 AS part, cohort_agg(money) AS c FROM activity AS a WHERE a.ds = s.ds GROUP BY 1) AS p HAVING rollup(c) = s.money AND rollup(c ORDER BY part DESC) = s.money
	AND rollup(c) FILTER (WHERE part < 2) + rollup(c) FILTER (WHERE part > 1) = s.money);
SELECT is(count(*), 0::bigint, 'cohorts by sign-up on the day of the first activity are those of the first activity') FROM summary AS s JOIN (SELECT ds, cohort_agg(money, first_at(money)::date, period) AS c FROM activity JOIN zone USING (ds) WHERE money <> '{"n": 0}' GROUP BY ds) AS x USING (ds)
	WHERE way = 'long' AND (SELECT array_agg(r ORDER BY cohort, age) FROM cohort_retention(c) AS r) <> (SELECT array_agg(r ORDER BY cohort, age) FROM cohort_retention(money) AS r);
SELECT is(count(*), 0::bigint, 'what lies before a start and what lies after it is all there is') FROM (SELECT ds, cohort_agg(money, first_at(money)::date + 20, period) AS c, sum(activity_amount(money)) AS amount, sum(active_periods(money)) AS periods
	FROM activity JOIN zone USING (ds) WHERE money <> '{"n": 0}' GROUP BY ds) AS x WHERE (SELECT sum(revenue) + (activity_before_start(c)).revenue FROM cohort_retention(c)) <> amount
	OR (SELECT sum(retained) + (activity_before_start(c)).periods FROM cohort_retention(c)) <> periods;
SELECT is(count(*), 0::bigint, 'text, json and jsonb read back the same') FROM (SELECT plain AS s FROM summary UNION ALL SELECT money FROM summary) AS x WHERE s::text::cohort_summary <> s OR to_json(s)::cohort_summary <> s OR to_jsonb(s)::cohort_summary <> s;


-- ---- All customers ----

SELECT is(count(*), 0::bigint, 'days merged are the whole, in any order and grouping, byte for byte') FROM stored AS w
	WHERE part IS NULL AND NOT EXISTS (SELECT FROM stored AS p WHERE p.ds = w.ds AND p.part IS NOT NULL HAVING rollup(p.m) = w.m AND rollup(p.m ORDER BY part * 3 % 5) = w.m AND rollup(p.m) FILTER (WHERE part < 2) + rollup(p.m) FILTER (WHERE part > 1) = w.m);
SELECT is(count(*), 0::bigint, 'their cohorts are those of the short way, their number that of customers') FROM stored JOIN summary USING (ds) WHERE way = 'long' AND part IS NULL
	AND (cohorts(m) <> money OR customers(m) <> (SELECT count(DISTINCT customer) FROM bought AS b WHERE b.ds = stored.ds AND at IS NOT NULL));
SELECT is(count(*), 0::bigint, 'text, json and jsonb read back the same') FROM stored WHERE m::text::customer_activity_summary <> m OR to_json(m)::customer_activity_summary <> m OR to_jsonb(m)::customer_activity_summary <> m;


-- ---- Corrupt text ----

-- One change: a piece left out or doubled, a number, a date or a word replaced.
CREATE FUNCTION pg_temp.mutate(s text, i bigint) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	place int := 1 + floor(length(s) * pg_temp.chance(i, 'place'))::int;
	length int := 1 + floor(12 * pg_temp.chance(i, 'length'))::int;
	odd text := (ARRAY['-1', '0', '1', '9223372036854775807', '9223372036854775808', '1.5', '1e60', 'null', '"x"', '"2024-02-30"', '"2020-01-01"', '"infinity"', '"2020-01-01T00:00:00"', '[]', '"5874897-12-31"', '10000', '"-4713-11-24"', '0.00001'])[1 + i % 18];
BEGIN
	RETURN CASE i % 6 WHEN 0 THEN overlay(s PLACING '' FROM place FOR length) WHEN 1 THEN overlay(s PLACING substr(s, place, length) FROM place FOR 0)
		WHEN 2 THEN regexp_replace(s, '"\d\d\d\d-[-0-9T:.]+"', odd, 1, 1 + i::int % 11)
		WHEN 3 THEN regexp_replace(s, '\m\d+\M', odd, 1, 1 + i::int % 29)
		WHEN 4 THEN regexp_replace(s, '\m\d\M', (i % 7)::text, 1, 1 + i::int % 23)
		ELSE regexp_replace(s, '(day|week|month|quarter|year|date|timestamptz?|integer|true|false)', (ARRAY['day', 'month', 'year', 'date', 'timestamptz', 'uuid', 'true', 'false'])[1 + i % 8], 1, 1 + i::int % 4) END;
END $$;
-- SQLSTATE of what is refused; what is accepted reads back and can be asked anything.
CREATE FUNCTION pg_temp.verdict_on(s text, type text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	same boolean;
	asked text;
BEGIN
	BEGIN
		EXECUTE format('SELECT $1::%1$s::text::%1$s = $1::%1$s', type) INTO same USING s;
	EXCEPTION WHEN OTHERS THEN
		RETURN SQLSTATE;
	END;
	BEGIN
		EXECUTE CASE type WHEN 'activity_summary' THEN 'SELECT concat(first_at(a), last_at(a), first_period(a), last_period(a), activity_amount(a), active_periods(a), cohort_agg(a)) FROM (SELECT $1::activity_summary AS a) AS x GROUP BY a'
			WHEN 'cohort_summary' THEN 'SELECT concat(string_agg(r::text, ''''), (SELECT string_agg(c::text, '''') FROM retention_curve(s) AS c), activity_before_start(s)) FROM (SELECT $1::cohort_summary AS s) AS x, cohort_retention(s) AS r GROUP BY s'
			ELSE 'SELECT concat(customers(m), cohorts(m), rollup(m)) FROM (SELECT $1::customer_activity_summary AS m) AS x GROUP BY m' END INTO asked USING s;
	EXCEPTION WHEN program_limit_exceeded OR numeric_value_out_of_range OR datetime_field_overflow OR invalid_parameter_value THEN
		RETURN 'read';
	END;
	RETURN CASE WHEN NOT same THEN 'does not read back' WHEN asked ~ ',(NaN|-?Infinity)[,)]' THEN 'is not a number' ELSE 'read' END;
END $$;
CREATE TEMP TABLE fuzzed AS
SELECT type, pg_temp.mutate(s, i) AS s FROM (SELECT DISTINCT type, s FROM (SELECT 'activity_summary' AS type, money::text AS s FROM activity WHERE ds < 12 UNION ALL SELECT 'activity_summary', plain::text FROM activity WHERE ds < 8 UNION ALL SELECT 'cohort_summary', money::text FROM summary WHERE ds < 12
	UNION ALL SELECT 'cohort_summary', plain::text FROM summary WHERE ds < 12 UNION ALL SELECT 'customer_activity_summary', m::text FROM stored WHERE ds < 10) AS v) AS valid, generate_series(1, 24) AS k, LATERAL (SELECT k + 31 * (hashtext(s)::bigint & 1048575)) AS x (i);
CREATE TEMP TABLE judged AS SELECT *, pg_temp.verdict_on(s, type) AS verdict FROM fuzzed;
SELECT is(string_agg(DISTINCT verdict, ', ' ORDER BY verdict), '22P02, read', 'corrupt text is refused with 22P02, or is a summary') FROM judged;
SELECT ok(count(*) FILTER (WHERE verdict = 'read') > 100 AND count(*) FILTER (WHERE verdict = '22P02') > 1000, 'of which there are many of both') FROM judged;
SELECT is(retention_agg(1, date '2024-01-01', 'day')::text, '{"n": 2, "period": "day", "of": "date", "last": "2024-01-01T00:00:00", "last_start": "2024-01-01", "before_customers": 0, "before_periods": 0, "money": false, "cohorts": ["2024-01-01", "2024-01-01"], "ages": [-1, 0], "active": [1, 1], "last_active": [0, 1]}', 'and all is well');

-- A server can be built without ICU.
DO $$ BEGIN
	CREATE COLLATION nobody_cares (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
EXCEPTION WHEN feature_not_supported THEN
	NULL;
END $$;
SELECT CASE WHEN to_regcollation('nobody_cares') IS NULL THEN skip('no ICU')
	ELSE throws_like($$SELECT retention_agg('a' COLLATE nobody_cares, date '2024-01-01', 'day')$$, 'customers cannot be told apart by the nondeterministic collation "nobody_cares"', 'customers are told apart by bytes') END;

SELECT * FROM finish();
ROLLBACK;
