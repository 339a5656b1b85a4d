-- Cohorts: activity against min and sum, retention against a hand-written query, of 5 million orders of 500,000 customers
-- over three years (half the rows of the benchmark, ten orders a customer).

SET jit = off;
SET work_mem = '1GB';
SET max_parallel_workers_per_gather = 0;
SET TimeZone = 'UTC';

CREATE UNLOGGED TABLE bench.orders AS
SELECT (abs(hashint8extended(i, 5)) % (:rows / 20))::integer AS customer_id,
       timestamptz '2021-01-01 00:00+00' + (abs(hashint8extended(i, 6)) % 94608000) * interval '1 second' AS ordered_at,
       (abs(hashint8extended(i, 7)) % 20000 / 100.0)::numeric(12,2) AS amount
FROM generate_series(1::bigint, :rows / 2) AS i;
VACUUM (ANALYZE) bench.orders;

CREATE FUNCTION bench.retention_by_hand() RETURNS SETOF record LANGUAGE sql BEGIN ATOMIC
	WITH first AS (SELECT customer_id, date_trunc('month', min(ordered_at)) AS cohort FROM bench.orders GROUP BY customer_id)
	SELECT cohort, date_trunc('month', ordered_at), count(DISTINCT customer_id), sum(amount)
	FROM bench.orders JOIN first USING (customer_id) GROUP BY 1, 2;
END;

CALL bench.compare('activity of each customer by month, with money', 'activity_agg GROUP BY customer',
	$$SELECT count(a) FROM (SELECT activity_agg(ordered_at, amount, 'month') AS a FROM bench.orders GROUP BY customer_id) AS x$$,
	'min(at), sum(amount) GROUP BY customer', $$SELECT count(s) FROM (SELECT min(ordered_at), sum(amount) AS s FROM bench.orders GROUP BY customer_id) AS x$$, :runs);
CALL bench.compare('activity of each customer by month', 'activity_agg GROUP BY customer',
	$$SELECT count(a) FROM (SELECT activity_agg(ordered_at, 'month') AS a FROM bench.orders GROUP BY customer_id) AS x$$,
	'min(at), max(at) GROUP BY customer', $$SELECT count(s) FROM (SELECT min(ordered_at), max(ordered_at) AS s FROM bench.orders GROUP BY customer_id) AS x$$, :runs);
CALL bench.compare('retention by month, with money', 'retention_agg', $$SELECT count(*) FROM (SELECT retention_agg(customer_id, ordered_at, amount, 'month') AS s FROM bench.orders) AS x, cohort_retention(s)$$,
	'by hand: first month joined back, count(DISTINCT)', 'SELECT count(*) FROM bench.retention_by_hand() AS r (cohort timestamptz, month timestamptz, customers bigint, revenue numeric)', :runs);
CALL bench.compare('retention by month, with money', 'cohort_agg(activity_agg)',
	$$SELECT count(*) FROM (SELECT cohort_agg(a) AS s FROM (SELECT activity_agg(ordered_at, amount, 'month') AS a FROM bench.orders GROUP BY customer_id) AS x) AS y, cohort_retention(s)$$,
	'by hand: first month joined back, count(DISTINCT)', 'SELECT count(*) FROM bench.retention_by_hand() AS r (cohort timestamptz, month timestamptz, customers bigint, revenue numeric)', :runs);
CALL bench.compare('retention by month, with money', 'retention_agg', $$SELECT count(*) FROM (SELECT retention_agg(customer_id, ordered_at, amount, 'month') AS s FROM bench.orders) AS x, cohort_retention(s)$$,
	'min(at), sum(amount) GROUP BY customer', $$SELECT count(s) FROM (SELECT min(ordered_at), sum(amount) AS s FROM bench.orders GROUP BY customer_id) AS x$$, :runs);
CALL bench.compare('retention by day, with money', 'retention_agg', $$SELECT pg_column_size(retention_agg(customer_id, ordered_at, amount, 'day')) FROM bench.orders$$,
	'min(at), sum(amount) GROUP BY customer', $$SELECT count(s) FROM (SELECT min(ordered_at), sum(amount) AS s FROM bench.orders GROUP BY customer_id) AS x$$, :runs);

-- cohorts of activities that are there
CREATE UNLOGGED TABLE bench.activity AS SELECT activity_agg(ordered_at, amount, 'month') AS a FROM bench.orders GROUP BY customer_id;
VACUUM (ANALYZE) bench.activity;
CALL bench.compare('cohorts of stored activities', 'cohort_agg', 'SELECT cohort_agg(a) FROM bench.activity',
	'min(at), sum(amount) GROUP BY customer', $$SELECT count(s) FROM (SELECT min(ordered_at), sum(amount) AS s FROM bench.orders GROUP BY customer_id) AS x$$, :runs);

-- two workers
SET max_parallel_workers_per_gather = 2;
CALL bench.compare('retention by month, two workers', 'retention_agg', $$SELECT count(*) FROM (SELECT retention_agg(customer_id, ordered_at, amount, 'month') AS s FROM bench.orders) AS x, cohort_retention(s)$$,
	'by hand: first month joined back, count(DISTINCT)', 'SELECT count(*) FROM bench.retention_by_hand() AS r (cohort timestamptz, month timestamptz, customers bigint, revenue numeric)', :runs);
CALL bench.compare('activity of each customer by month, two workers', 'activity_agg GROUP BY customer',
	$$SELECT count(a) FROM (SELECT activity_agg(ordered_at, amount, 'month') AS a FROM bench.orders GROUP BY customer_id) AS x$$,
	'min(at), sum(amount) GROUP BY customer', $$SELECT count(s) FROM (SELECT min(ordered_at), sum(amount) AS s FROM bench.orders GROUP BY customer_id) AS x$$, :runs);
SET max_parallel_workers_per_gather = 0;

-- at work_mem = 4MB the long way goes to disk
SET work_mem = '4MB';
CALL bench.compare('activity at work_mem = 4MB', 'activity_agg GROUP BY customer',
	$$SELECT count(a) FROM (SELECT activity_agg(ordered_at, amount, 'month') AS a FROM bench.orders GROUP BY customer_id) AS x$$,
	'min(at), sum(amount) GROUP BY customer', $$SELECT count(s) FROM (SELECT min(ordered_at), sum(amount) AS s FROM bench.orders GROUP BY customer_id) AS x$$, :runs);

INSERT INTO bench.notes (what, figure)
SELECT 'a stored activity by month', format('%s bytes on average, %s active months', round(avg(pg_column_size(a)), 1), round(avg(active_periods(a)), 1)) FROM bench.activity;
INSERT INTO bench.notes (what, figure)
SELECT 'all customers in one value', format('%s bytes a customer', round(pg_column_size(m)::numeric / customers(m), 1)) FROM (SELECT customer_activity_agg(customer_id, ordered_at, amount, 'month') AS m FROM bench.orders) AS x;

-- what retention_agg holds meanwhile
INSERT INTO bench.notes (what, figure)
SELECT 'memory of retention_agg', format('%s bytes a customer who was active in 12 months', round(bytes / 500000, 1))
FROM (SELECT pg_column_size(retention_agg(i, date '2024-01-15' + 30 * month, 9.99, 'month')) AS size, (SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name = 'activity of customers') AS bytes
	FROM generate_series(0, 11) AS month, generate_series(1, 500000) AS i) AS x WHERE size > 0;
