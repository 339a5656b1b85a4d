-- Cohorts: retention by cohort and age, curves, the triangle. What is expected is written by hand, or in SQL beside it.

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS cohorts_test CASCADE;
CREATE SCHEMA cohorts_test;
SET search_path = cohorts_test, public;
RESET client_min_messages;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';

-- ---- the reference: of three users one returns on day 1, one on day 5; as of day 6 ----

CREATE TABLE visit AS SELECT * FROM (VALUES (1, date '2024-03-01'), (2, '2024-03-01'), (3, '2024-03-01'), (1, '2024-03-02'), (2, '2024-03-06')) AS v (customer, day);
CREATE TABLE three AS SELECT cohort_agg(a) AS s FROM (SELECT activity_agg(day, 'day') AS a FROM visit GROUP BY customer) AS x;
SELECT mode, string_agg(trunc(100 * retention::numeric)::text, ', ' ORDER BY age) AS retention FROM three, unnest('{bounded,n_day,unbounded,on_or_after}'::text[]) AS mode,
	cohort_retention(s, '2024-03-07', mode) GROUP BY mode ORDER BY mode;
SELECT r.* FROM three, cohort_retention(s, '2024-03-07') AS r;
SELECT c.* FROM three, retention_curve(s, '2024-03-07', 'unbounded') AS c;
SELECT cohort_matrix(s, '2024-03-07') FROM three;
SELECT s FROM three;

-- ---- an incomplete last period is the classic error ----

-- seen until 15 March: March is not over, and is no part of the curve
CREATE TABLE quarter AS SELECT cohort_agg(a) AS s FROM (SELECT customer, activity_agg(day, amount, 'month') AS a FROM (VALUES (1, date '2024-01-10', 10.00), (1, '2024-02-10', 5), (1, '2024-03-15', 5),
	(2, '2024-01-31', 30), (2, '2024-03-02', NULL), (3, '2024-02-01', 7.5), (3, '2024-02-29', 2.5), (4, '2024-02-11', 1), (4, '2024-03-01', -1), (5, '2024-03-03', 100)) AS v (customer, day, amount) GROUP BY customer) AS x;
SELECT cohort, age, as_of, customers, retained, retention, round(lower::numeric, 3) AS lower, round(upper::numeric, 3) AS upper, revenue, revenue_retention, complete FROM quarter, cohort_retention(s);
SELECT age, eligible, retained, retention, revenue_retention FROM quarter, retention_curve(s);
SELECT age, eligible, retained, retention, revenue_retention FROM quarter, retention_curve(s, '2024-03-31');
SELECT cohort_matrix(s) FROM quarter;
SELECT cohort_matrix(s, mode => 'unbounded') FROM quarter;
-- later: rows of nobody; earlier: only what had begun; before anything: no rows
SELECT cohort, age, retained, revenue, complete FROM quarter, cohort_retention(s, '2024-05-31') WHERE age = 2 OR cohort = '2024-03-01';
SELECT cohort, age, retained, complete FROM quarter, cohort_retention(s, '2024-02-28');
SELECT count(*) AS rows FROM quarter, cohort_retention(s, '2023-12-31');
SELECT cohort_matrix(s, '2023-12-31') FROM quarter;
SELECT count(*) AS rows FROM quarter, retention_curve(s, '2024-01-30');
-- since leaves out the cohorts that begin before
SELECT since, array_agg(DISTINCT cohort) AS cohorts, (SELECT array_agg(eligible) FROM retention_curve(min(s::text)::cohort_summary, '2024-03-31', since => since)) AS eligible
	FROM quarter, unnest('{2024-02-01,2024-02-02}'::date[]) AS since, cohort_retention(s, since => since) GROUP BY since;
-- NULL arguments; the empty summary
SELECT count(*) AS none FROM quarter, cohort_retention(NULL) AS a;
SELECT count(*) AS none FROM quarter, cohort_retention(s, level => NULL) AS a;
SELECT count(*) AS none FROM quarter, retention_curve(s, mode => NULL) AS a;
SELECT count(*) AS none FROM cohort_retention('{"n": 0}') AS a, retention_curve('{"n": 0}'), cohort_matrix('{"n": 0}');
SELECT cohort_agg(a) AS nobody, cohort_agg(NULL, day, 'day') AS no_start, (activity_before_start(cohort_agg(a))).* FROM (VALUES (NULL::activity_summary, NULL::date), ('{"n": 0}', NULL)) AS v (a, day);
-- no money: no revenue
SELECT DISTINCT revenue, revenue_retention FROM three, cohort_retention(s);

-- ---- another start than the first activity ----

CREATE TABLE signed AS SELECT customer, start, activity_agg(day, amount, 'month') AS a FROM (VALUES (1, date '2024-01-05', date '2024-01-20', 10), (1, '2024-01-05', '2024-03-05', 20), (2, '2024-01-31', NULL, NULL), (3, '2024-02-01', '2023-12-31', 4),
	(3, '2024-02-01', '2024-01-31', 5), (3, '2024-02-01', '2024-04-01', 6), (4, '2024-02-14', '2024-01-01', 7), (5, '2024-04-11', NULL, NULL), (6, NULL, '2024-01-01', 9)) AS v (customer, start, day, amount) GROUP BY customer, start;
CREATE TABLE started AS SELECT cohort_agg(nullif(a, '{"n": 0}'), start, 'month') AS s FROM signed;
SELECT cohort, age, customers, retained, revenue, complete FROM started, cohort_retention(s, '2024-04-30');
SELECT cohort, age, customers, retained FROM started, cohort_retention(s, '2024-04-30', 'unbounded') WHERE age IN (0, 2);
SELECT (activity_before_start(s)).*, s FROM started;
-- the last day seen in the data may be a start
SELECT DISTINCT as_of FROM started, cohort_retention(s);
SELECT s = (SELECT cohort_agg(a, start, 'month') FROM signed) AS empty_is_null, s = (SELECT rollup(c) FROM (SELECT cohort_agg(a, start, 'month') AS c FROM signed GROUP BY customer) AS x) AS merged FROM started;
-- nobody was ever active
SELECT s, r.as_of, r.age, r.customers, r.retained, r.revenue FROM (SELECT cohort_agg(NULL, start, 'year') AS s FROM (VALUES (date '2023-05-01'), ('2024-06-01')) AS v (start)) AS x, cohort_retention(s) AS r;

-- ---- against hand-written SQL: five periods, bounded and unbounded, revenue, three types of moments ----

CREATE TABLE bought AS
SELECT h % 60 AS customer, timestamp '1998-12-20' + (h / 64 % 60 * 17 + (h / 4096 % 8) * (h / 32768 % 90)) * interval '1 day' + h % 86400 * interval '1 second' AS at,
	CASE WHEN i % 13 > 0 THEN (h % 20001 - 2000) / 100.0 END AS amount
FROM (SELECT i, abs(hashint8extended(i, 4)) AS h FROM generate_series(1, 1500) AS i) AS x;
CREATE TABLE due AS
WITH active AS (SELECT DISTINCT period, customer, date_trunc(period, at) AS active, sum(amount) OVER (PARTITION BY period, customer, date_trunc(period, at)) AS amount FROM bought, unnest('{day,week,month,quarter,year}'::text[]) AS period),
	c AS (SELECT *, min(active) OVER (PARTITION BY period, customer) AS cohort, max(active) OVER (PARTITION BY period, customer) AS last FROM active),
	pairs AS (SELECT DISTINCT period, cohort, age, cohort_at FROM (SELECT DISTINCT period, cohort FROM c) AS d, LATERAL (SELECT at AS cohort_at, row_number() OVER (ORDER BY at) - 1 AS age
		FROM generate_series(cohort, timestamp '2002-01-31', CASE period WHEN 'quarter' THEN interval '3 months' ELSE ('1 ' || period)::interval END) AS at) AS e)
SELECT period, p.cohort::date, p.age::int, count(DISTINCT customer) AS customers, count(DISTINCT customer) FILTER (WHERE active = cohort_at) AS bounded, count(DISTINCT customer) FILTER (WHERE last >= cohort_at) AS unbounded,
	coalesce(sum(amount) FILTER (WHERE active = cohort_at), 0) AS revenue, cohort_at + CASE period WHEN 'quarter' THEN interval '3 months' ELSE ('1 ' || period)::interval END <= '2002-02-01' AS complete
FROM pairs AS p JOIN c USING (period, cohort) GROUP BY 1, 2, 3, cohort_at;
CREATE TABLE made AS SELECT period, type, s FROM unnest('{day,week,month,quarter,year}'::text[]) AS period, LATERAL (
	SELECT 'date' AS type, cohort_agg(a) AS s FROM (SELECT activity_agg(at::date, amount, period) AS a FROM bought GROUP BY customer) AS x
	UNION ALL SELECT 'timestamp', cohort_agg(a) FROM (SELECT activity_agg(at, amount, period) AS a FROM bought GROUP BY customer) AS x
	UNION ALL SELECT 'timestamptz', cohort_agg(a) FROM (SELECT activity_agg(at::timestamptz, amount, period) AS a FROM bought GROUP BY customer) AS x) AS y;
SELECT period, type, count(*) AS rows, count(*) FILTER (WHERE r.complete) AS complete,
	bool_and((r.customers, r.retained, r.revenue, r.complete) = (d.customers, d.bounded, d.revenue, d.complete)) AS bounded, bool_and(r.retention = r.retained / r.customers::float8) AS retention,
	bool_and(u.retained = d.unbounded) AS unbounded
FROM (SELECT period, type, r.* FROM made, cohort_retention(s, '2002-01-31') AS r) AS r JOIN (SELECT period, type, r.* FROM made, cohort_retention(s, '2002-01-31', 'unbounded') AS r) AS u USING (period, type, cohort, age)
FULL JOIN due AS d USING (period, cohort, age) GROUP BY period, type ORDER BY period, type;
-- the curve is sum over sum of what is complete
SELECT period, count(*) AS ages, bool_and((c.eligible, c.retained) = (d.customers, d.retained) AND abs(c.revenue_retention - d.revenue_retention) <= 1e-14 * abs(d.revenue_retention)) AS same, max(c.eligible) AS customers
FROM (SELECT period, c.* FROM made, retention_curve(s, '2002-01-31') AS c WHERE type = 'timestamp') AS c
FULL JOIN (SELECT period, age, sum(customers) AS customers, sum(bounded) AS retained, (sum(revenue)::float8 / sum(first)::float8) AS revenue_retention
	FROM (SELECT *, first_value(revenue) OVER (PARTITION BY period, cohort ORDER BY age) AS first FROM due) AS x WHERE complete GROUP BY period, age) AS d USING (period, age) GROUP BY period ORDER BY period;
-- the default is the last day seen in the data, by the clocks of the zone
SELECT DISTINCT as_of = (SELECT max(at)::date FROM bought) AS last_day FROM made, cohort_retention(s);
SET TimeZone = 'Asia/Tokyo';
SELECT DISTINCT as_of, cohort FROM (SELECT cohort_agg(a) AS s FROM (SELECT activity_agg(timestamptz '2024-12-31 20:00+00', 'year') AS a) AS x) AS y, cohort_retention(s);
SELECT s FROM (SELECT cohort_agg(a) AS s FROM (SELECT activity_agg(timestamptz '2024-12-31 20:00+00', 'year') AS a) AS x) AS y;
SET TimeZone = 'UTC';

-- ---- merging ----

CREATE TABLE parts AS SELECT period, part, cohort_agg(a) AS s FROM (SELECT period, customer % 7 AS part, activity_agg(at, amount, period) AS a FROM bought, unnest('{day,week,month,quarter,year}'::text[]) AS period GROUP BY period, customer) AS x GROUP BY period, part;
SELECT period, bool_and(p.s = made.s AND backwards = made.s AND pairs = made.s) AS same, count(*) FROM made
	JOIN (SELECT period, rollup(s) AS s, rollup(s ORDER BY part DESC) AS backwards FROM parts GROUP BY period) AS p USING (period)
	JOIN (SELECT period, rollup(s) AS pairs FROM (SELECT period, rollup(s) AS s FROM parts GROUP BY period, part % 3) AS x GROUP BY period) AS q USING (period) WHERE type = 'timestamp' GROUP BY period ORDER BY period;
SELECT bool_and(a.s + b.s = b.s + a.s AND a.s + '{"n": 0}' = a.s AND '{"n": 0}' + a.s = a.s) AS commutes FROM parts AS a JOIN parts AS b USING (period);
SELECT bool_and(s::text::cohort_summary = s AND to_jsonb(s)::cohort_summary = s AND to_json(s)::cohort_summary = s) AS text FROM (SELECT s FROM made UNION ALL SELECT s FROM started) AS x;
-- who was never active merges with anyone, of his period
SELECT (a + b) = (b + a) AS commutes, a + b FROM (SELECT cohort_agg(NULL, date '2024-05-01', 'year') AS a) AS x, (SELECT cohort_agg(activity_agg, date '1999-01-01', 'year') AS b FROM (SELECT activity_agg(timestamptz '1999-06-01', 5, 'year')) AS y) AS z;
-- money and none
SELECT three.s + b FROM three, (SELECT cohort_agg(a) AS b FROM (SELECT activity_agg(date '2024-03-01', 2.50, 'day') AS a) AS x) AS y;
SELECT a + three.s FROM three, (SELECT cohort_agg(NULL, date '2024-05-01', 'year') AS a) AS x;
SELECT rollup(s) FROM made WHERE period = 'month';
SELECT part, max(rollup) FROM (SELECT part, (SELECT max(retained) FROM cohort_retention(s)) AS rollup FROM parts WHERE period = 'year') AS x WHERE part < 2 GROUP BY GROUPING SETS ((part), ()) ORDER BY part;

-- a first period of refunds, or of nothing, is no base; nothing brought has the decimals of what was
CREATE TABLE refunds AS SELECT retention_agg(customer, day, amount, 'month') AS s FROM (VALUES (1, date '2024-01-05', -20.00), (1, '2024-02-05', 10.00), (1, '2024-04-05', 0.00),
	(2, '2024-02-03', 5.00), (2, '2024-02-04', -5.00), (2, '2024-03-04', 7.50), (3, '2024-03-01', 0.5), (3, '2024-04-01', -0.25)) AS v (customer, day, amount);
SELECT cohort, age, revenue, revenue_retention FROM refunds, cohort_retention(s, '2024-05-31');
SELECT age, revenue_retention FROM refunds, retention_curve(s, '2024-05-31');
SELECT age, revenue_retention FROM refunds, retention_curve(s, '2024-05-31', since => '2024-03-01');

-- ---- errors ----

SELECT count(*) FROM three, cohort_retention(s, mode => 'rolling');
SELECT count(*) FROM three, cohort_retention(s, level => 95);
SELECT count(*) FROM three, cohort_retention(s, 'infinity');
SELECT count(*) FROM three, cohort_retention(s, since => '-infinity');
SELECT count(*) FROM three, cohort_retention(s, '9999-12-31');
SELECT count(*) FROM three, cohort_matrix(s, '9999-12-31');
SELECT cohort_agg(a, '2024-01-01', 'week') FROM signed;
SELECT cohort_agg(a, '2024-01-01', 'eon') FROM signed;
SELECT cohort_agg(a, 'infinity', 'month') FROM signed;
SELECT cohort_agg(NULL, '-infinity', 'month');
SELECT cohort_agg(activity_agg, '1970-01-14', 'week') FROM (SELECT activity_agg(date '9999-12-31', 'week')) AS x;
SELECT cohort_agg(activity_agg, '1970-01-01', 'day') FROM (SELECT activity_agg(date '2024-01-01', 'day')) AS x;
-- 2,097,152 cells at most: cohorts of 2,100,000 days
SELECT cohort_agg(NULL, date '2000-01-01' + i, 'day') FROM generate_series(0, 2100000) AS i;

-- corrupt text
CREATE FUNCTION refused(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	PERFORM value::cohort_summary;
	RETURN 'accepted';
EXCEPTION WHEN invalid_text_representation OR program_limit_exceeded THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN SQLSTATE || ' ' || detail;
END $$;
SELECT what, refused((jsonb '{"n": 4, "period": "month", "of": "date", "last": "2024-03-06T00:00:00", "last_start": "2024-02-03", "before_customers": 0, "before_periods": 0, "money": true, "cohorts": ["2024-01-01", "2024-01-01", "2024-01-01", "2024-02-01"], "ages": [-1, 0, 2, -1],
	"active": [5, 4, 2, 1], "last_active": [1, 2, 2, 1], "amounts": [0, 2.5, 1, 0]}' || change)::text)
FROM (VALUES ('nothing', jsonb '{}'), ('n', '{"n": 3}'), ('period', '{"period": "decade"}'), ('of', '{"of": "time"}'), ('zone', '{"zone": "UTC"}'), ('no zone', '{"of": "timestamptz"}'), ('nobody active', '{"of": null}'), ('no last', '{"last": null}'),
	('last', '{"last": "2024-04-01T00:00:00"}'), ('early last', '{"last": "2024-02-29T00:00:00"}'), ('last start', '{"last_start": "2024-01-31"}'), ('before', '{"before_customers": 1}'), ('more before', '{"before_customers": 7, "before_periods": 7}'), ('later last', '{"last": "2024-04-01T00:00:00", "before_customers": 1, "before_periods": 2}'),
	('order', '{"cohorts": ["2024-02-01", "2024-02-01", "2024-02-01", "2024-01-01"]}'), ('cohort', '{"cohorts": ["2024-01-02", "2024-01-02", "2024-01-02", "2024-02-01"]}'), ('ages', '{"ages": [-1, 2, 0, -1]}'), ('age twice', '{"ages": [-1, 2, 2, -1]}'), ('no -1', '{"ages": [0, 1, 2, -1]}'), ('age -2', '{"ages": [-2, 0, 2, -1]}'),
	('high age', '{"ages": [-1, 0, 10000, -1]}'), ('nobody', '{"active": [5, 0, 2, 1]}'), ('more active', '{"active": [5, 5, 2, 1]}'), ('more last', '{"last_active": [1, 2, 3, 1]}'), ('fewer last', '{"last_active": [1, 2, 1, 1]}'), ('too many', '{"active": [9223372036854775807, 4, 2, 1], "last_active": [9223372036854775803, 2, 2, 1]}'),
	('money before', '{"amounts": [1, 2.5, 1, 0]}'), ('no money', '{"money": false}')) AS v (what, change);

SET client_min_messages = warning;
DROP SCHEMA cohorts_test CASCADE;
