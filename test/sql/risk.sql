-- Revenue at risk: the answers, the errors, the forms of a summary.

CREATE TABLE three (revenue numeric, probability float8);
INSERT INTO three VALUES (10, 0.1), (20, 0.2), (30, 0.5);

-- The reference: P(loss = 0) .36, 10 .04, 20 .09, 30 .37, 40 .04, 50 .09, 60 .01; mean 20
SELECT loss, round(probability::numeric, 12) AS probability, round(cumulative::numeric, 12) AS cumulative
FROM loss_distribution((SELECT risk_agg(revenue, probability) FROM three));
SELECT expected_loss(revenue, probability) FROM three;
SELECT risk_accounts(s), risk_revenue(s), risk_accounts_unrated(s), risk_revenue_unrated(s), risk_correlation(s),
	expected_loss(s), at_risk_share(s)
FROM (SELECT risk_agg(revenue, probability) AS s FROM three) AS x;
-- sqrt(.09 * 100 + .16 * 400 + .25 * 900)
SELECT loss_stddev(s), round(sqrt(298.0), 2) AS by_hand FROM (SELECT risk_agg(revenue, probability) AS s FROM three) AS x;
SELECT q, loss_quantile(s, q), loss_shortfall(s, q)
FROM (SELECT risk_agg(revenue, probability) AS s FROM three) AS x,
	unnest(ARRAY[0.01, 0.36, 0.37, 0.4, 0.5, 0.86, 0.9, 0.95, 0.99, 0.999]::float8[]) AS q;
SELECT (loss_interval(s)).*, loss_interval(s, 0.5) FROM (SELECT risk_agg(revenue, probability) AS s FROM three) AS x;
SELECT r.* FROM (SELECT risk_agg(revenue, probability) AS s FROM three) AS x, risk_report(x.s, 0.9) AS r;

-- Correlation widens the distribution and leaves the mean; 0 is the independent summary.
SELECT correlation, expected_loss(s), loss_stddev(s), loss_quantile(s, 0.5), loss_quantile(s, 0.95), loss_shortfall(s, 0.95)
FROM unnest(ARRAY[0, 0.05, 0.2, 0.5, 0.9, 0.999]::float8[]) AS correlation,
	LATERAL (SELECT risk_agg(revenue, probability, correlation) AS s FROM three) AS x;
SELECT risk_agg(revenue, probability, 0) = risk_agg(revenue, probability),
	risk_agg(revenue, probability, '-0') = risk_agg(revenue, probability) FROM three;

-- Few accounts whose amounts share no coarse unit: every loss that there is, and no other.
-- The same in R: for every outcome b, sum(dnorm(z) / sum(dnorm(z)) * prod(ifelse(b, q(z), 1 - q(z)))),
-- q <- pnorm((qnorm(p) + sqrt(rho) * z) / sqrt(1 - rho)), z <- seq(-9, 9, 0.01)
CREATE TABLE cents AS SELECT rho, risk_agg(v, p, rho) AS s FROM (VALUES (1000.37, 0.3), (500.01, 0.1), (20.99, 0.2)) AS v (v, p), unnest('{0, 0.2}'::float8[]) AS rho GROUP BY rho;
SELECT rho, q, loss_quantile(s, q) FROM cents, unnest('{0.5, 0.9, 0.95, 0.99}'::float8[]) AS q ORDER BY 1, 2;
SELECT rho, loss, round(probability::numeric, 9) AS probability, round(cumulative::numeric, 9) AS cumulative FROM cents, loss_distribution(s) ORDER BY 1, 2;
DROP TABLE cents;

-- Every number type
SELECT risk_agg(revenue::smallint, probability) = risk_agg(revenue::integer, probability) AS int4,
	risk_agg(revenue::smallint, probability) = risk_agg(revenue::bigint, probability) AS int8,
	risk_agg(revenue::smallint, probability) = risk_agg(revenue, probability) AS numeric,
	risk_agg(revenue::smallint, probability) = risk_agg(revenue::float8, probability) AS float8
FROM three;
SELECT expected_loss(revenue::smallint, probability), expected_loss(revenue::integer, probability),
	expected_loss(revenue::bigint, probability), expected_loss(revenue::float8, probability) FROM three;

-- Nothing, and almost nothing
SELECT risk_agg(1, 0.5) FILTER (WHERE false), risk_agg(NULL::integer, NULL), expected_loss(1, NULL), expected_loss(NULL::integer, 0.5);
SELECT r.* FROM risk_report('{"n": 0}') AS r;
SELECT r.* FROM risk_report((SELECT risk_agg(7, NULL))) AS r;
SELECT expected_loss(s), at_risk_share(s), loss_stddev(s), loss_quantile(s, 0.5), loss_shortfall(s, 0.5), loss_interval(s), risk_correlation(s)
FROM (SELECT '{"n": 0}'::risk_summary AS s) AS x;
SELECT * FROM loss_distribution('{"n": 0}');
-- all sure to stay or to leave; one account; no revenue
SELECT r.* FROM (SELECT risk_agg(v, p) AS s FROM (VALUES (1.50, 0), (2.25, 1), (3, 1)) AS v (v, p)) AS x, risk_report(x.s) AS r;
SELECT d.* FROM (SELECT risk_agg(v, p) AS s FROM (VALUES (1.50, 0), (2.25, 1), (3, 1)) AS v (v, p)) AS x, loss_distribution(x.s) AS d;
SELECT d.* FROM loss_distribution((SELECT risk_agg(12.34, 0.25))) AS d;
SELECT d.* FROM loss_distribution((SELECT risk_agg(0, 0.25, 0.3))) AS d;
-- so unlikely that no value of the common factor shows it
SELECT expected_loss(s), loss_stddev(s), loss_quantile(s, 0.5), loss_quantile(s, 0.999)
FROM unnest('{0, 0.05, 0.5, 0.9}'::float8[]) AS rho, LATERAL (SELECT risk_agg(v, 1e-300, rho) AS s FROM generate_series(1, 3) AS v) AS x;
-- NULL revenue is 0, NULL probability is unrated, both is nobody
SELECT r.* FROM (SELECT risk_agg(v, p) AS s FROM (VALUES (10, 0.5), (NULL, 0.5), (20, NULL), (NULL, NULL)) AS v (v, p)) AS x, risk_report(x.s) AS r;
-- nobody has no correlation either
SELECT risk_accounts(risk_agg(v, p, c)) FROM (VALUES (10, 0.5, 0.2), (NULL, NULL, NULL)) AS v (v, p, c);
-- what is certain is part of every loss
SELECT d.* FROM loss_distribution((SELECT risk_agg(v, p) FROM (VALUES (10, 0.5), (100, 1.0)) AS v (v, p))) AS d;

-- Exact to the last digit: 15 significant digits of the probability, all of the money
SELECT expected_loss(v, p), sum(v * p::numeric)
FROM (VALUES (123456789012345678901234.56789, 0.123456789012345::float8), (0.00001, 1e-5), (99999999999999999999, 0.999999999999999)) AS v (v, p);
SELECT round(expected_loss(v, p), 3) = round(sum(v * p::numeric), 3) AS same, count(*)
FROM (SELECT (hashint8extended(i, 1) % 1000000000)::numeric / 1000 AS v, hashint8extended(i, 2) % 1000003 / 1000003.0::float8 AS p
	  FROM generate_series(1, 5000) AS i) AS x
WHERE v >= 0 AND p >= 0;
SELECT loss_quantile(s, 0.7), loss_quantile(s, 0.8), loss_quantile(s, 0.99), loss_stddev(s)
FROM (SELECT risk_agg(v, p) AS s FROM (VALUES (12345678901234567890123456.78, 0.25), (24691357802469135780246913.56, 0.25)) AS v (v, p)) AS x;
-- what is certain and what is open may lie too far apart for one sum of ours
SELECT expected_loss(s), at_risk_share(s), loss_quantile(s, 0.5), loss_stddev(s)
FROM (SELECT risk_agg(v, p) AS s FROM (VALUES (1e50, 1), (0.01, 0.123456789012345)) AS v (v, p)) AS x;
-- amounts without a common unit: a grid, close to the truth
SELECT loss_quantile(s, 0.7), loss_quantile(s, 0.99) BETWEEN 30004444.00 AND 30005444.45 AS near
FROM (SELECT risk_agg(v, p) AS s FROM (VALUES (10000000.01, 0.25), (20004444.44, 0.25)) AS v (v, p)) AS x;

-- Detractors' money
SELECT revenue_at_risk(score, revenue) FROM (VALUES (0, 10.50), (6, 20), (7, 40), (9, 80), (10, NULL), (NULL, 160), (3, NULL)) AS v (score, revenue);
SELECT revenue_at_risk(9, 10.50), revenue_at_risk(NULL::integer, 10.50), revenue_at_risk(6.0, 7::float8), revenue_at_risk(6::smallint, 7::bigint),
	revenue_at_risk(6::float8, 7::smallint), revenue_at_risk(6::bigint, 7);
SELECT revenue_at_risk(11, 10);
SELECT revenue_at_risk(6.5, 10);
SELECT revenue_at_risk(99::smallint, 10);
SELECT revenue_at_risk(6, -1);

-- Errors
SELECT risk_agg(1, 1.01);
SELECT risk_agg(1, -1e-9);
SELECT risk_agg(1, 'NaN');
SELECT risk_agg(-1, 0.5);
SELECT risk_agg('NaN'::numeric, 0.5);
SELECT risk_agg('Infinity'::float8, 0.5);
SELECT risk_agg(1e50, 0.5);
SELECT expected_loss(1.123456789012345678901234567, 0.123456789012345);
SELECT risk_agg(v, p) FROM (VALUES (1e45, 0.5), (0.01, 0.123456789012345)) AS v (v, p);
SELECT risk_agg(1e45, 0.5) + risk_agg(0.01, 0.123456789012345);
SELECT risk_agg(1, 0.5, 1);
SELECT risk_agg(1, 0.5, -0.1);
SELECT risk_agg(1, 0.5, 'NaN');
SELECT risk_agg(1, 0.5, NULL);
SELECT risk_agg(1, 0.5, c) FROM unnest('{0.1, 0.2}'::float8[]) AS c;
SELECT risk_agg(1, 0.5, 0.1) + risk_agg(1, 0.5);
SELECT loss_quantile('{"n": 0}', 1);
SELECT loss_quantile('{"n": 0}', 'NaN');
SELECT loss_shortfall('{"n": 0}', 0);
SELECT loss_interval('{"n": 0}', 1.5);
SELECT risk_report('{"n": 0}', 95);
SELECT * FROM loss_distribution('{"n": 0}', 1);

-- Merging: the empty summary is nothing, whatever the correlation
SELECT risk_agg(1, 0.5, 0.1) + '{"n": 0}' = risk_agg(1, 0.5, 0.1), '{"n": 0}'::risk_summary + risk_agg(1, 0.5, 0.1) = risk_agg(1, 0.5, 0.1),
	'{"n": 0}'::risk_summary + '{"n": 0}', rollup(s) FROM (SELECT NULL::risk_summary AS s) AS x;
SELECT risk_agg(v, 0.5) = (risk_agg(v, 0.5) FILTER (WHERE v > 3) + risk_agg(v, 0.5) FILTER (WHERE v <= 3)),
	risk_agg(v, 0.5 ORDER BY v) = risk_agg(v, 0.5 ORDER BY v DESC) FROM generate_series(1, 9) AS v;
-- 256 accounts are held, 257 are pooled, also when they come from two summaries
CREATE TABLE many AS SELECT i, (100 + 7 * i % 1000)::numeric(8, 2) AS revenue, (1 + i % 40) / 50.0::float8 AS probability FROM generate_series(1, 400) AS i;
SELECT n, correlation, pg_column_size(whole), pg_column_size(risk_agg) AS merged,
	loss_quantile(whole, 0.95) = loss_quantile(risk_agg, 0.95) AS same
FROM unnest('{255, 256, 257, 400}'::int[]) AS n, unnest('{0, 0.2}'::float8[]) AS correlation,
	LATERAL (SELECT risk_agg(revenue, probability, correlation) AS whole FROM many WHERE i <= n) AS w,
	LATERAL (SELECT rollup(s) AS risk_agg FROM (SELECT risk_agg(revenue, probability, correlation) AS s FROM many WHERE i <= n GROUP BY i % 3) AS x) AS m
ORDER BY 1, 2;
-- held and pooled tell the same story
SELECT n, correlation, expected_loss(s), loss_stddev(s), loss_quantile(s, 0.05), loss_quantile(s, 0.95), loss_shortfall(s, 0.95)
FROM unnest('{256, 257}'::int[]) AS n, unnest('{0, 0.2}'::float8[]) AS correlation,
	LATERAL (SELECT risk_agg(revenue, probability, correlation) AS s FROM many WHERE i <= n) AS x ORDER BY 2, 1;
SELECT count(*), round(sum(probability)::numeric, 6), bool_and(loss > previous) AS increasing, max(cumulative) <= 1 AS bounded
FROM (SELECT *, lag(loss) OVER (ORDER BY loss) AS previous
	  FROM loss_distribution((SELECT risk_agg(revenue, probability, 0.2) FROM many), 50)) AS x;

-- As a window function, and where the state is a plain argument
SELECT v, expected_loss(v, 0.5) OVER (ORDER BY v), risk_accounts(risk_agg(v, 0.5) OVER (ORDER BY v ROWS 1 PRECEDING)) FROM generate_series(1, 4) AS v;
SELECT s = before AS unchanged, risk_accounts(risk_accum(s, 5, 0.5)), risk_accounts(s + s)
FROM (SELECT s, s AS before FROM (SELECT risk_agg(v, 0.5) AS s FROM generate_series(1, 9) AS v OFFSET 0) AS x) AS y;
SELECT risk_accum(NULL::risk_summary, 1, 0.5), risk_accounts(risk_accum(risk_accum('{"n": 0}', 1, 0.5), 2, 0.5));

-- In a parallel plan, by hash, and stored
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT expected_loss(revenue, probability) FROM many;
SELECT expected_loss(revenue, probability), loss_quantile(risk_agg(revenue, probability, 0.1), 0.9) FROM many;
SELECT i % 3 AS part, loss_quantile(risk_agg(revenue, probability), 0.9) FROM many GROUP BY 1 ORDER BY 1;
RESET max_parallel_workers_per_gather;
CREATE TABLE stored AS SELECT i % 50 AS part, risk_agg(revenue, probability, 0.1) AS s FROM many GROUP BY 1;
SELECT count(DISTINCT s), rollup(s) = (SELECT risk_agg(revenue, probability, 0.1) FROM many WHERE i % 50 < 20) AS same FROM stored WHERE part < 20;

-- The forms of a summary
SELECT risk_agg(revenue, probability), risk_agg(revenue, probability)::json AS json FROM three;
SELECT risk_agg(revenue, probability)::jsonb::risk_summary = risk_agg(revenue, probability) FROM three;
SELECT key, left(value::text, 60) AS value FROM json_each((SELECT risk_agg(revenue, probability)::json FROM many));
-- few prices and probabilities: a cell for each
SELECT key, value FROM json_each((SELECT risk_agg((ARRAY[9, 29, 99])[1 + i % 3], (ARRAY[0.05, 0.125])[1 + i % 2]::float8)::json FROM generate_series(1, 600) AS i))
WHERE key ~ '^(unit|level|cell)';
SELECT '{"n": 1, "unrated": 0, "open": 1, "correlation": 0, "revenue": 10, "unrated_revenue": 0, "certain_loss": 0, "open_revenue": 10, "open_expected": 1.0, "revenues": {"1": 10}, "probabilities": {"1": 0.1}}'::risk_summary = risk_agg(10, 0.1);
SELECT '{"n": 1, "unrated": 0, "open": 1, "correlation": 0, "revenue": 10, "unrated_revenue": 0, "certain_loss": 0, "open_revenue": 10, "open_expected": 1.1, "revenues": {"1": 10}, "probabilities": {"1": 0.1}}'::risk_summary;
SELECT '{"n": 2, "unrated": 0, "open": 2, "correlation": 0, "revenue": 30, "unrated_revenue": 0, "certain_loss": 0, "open_revenue": 30, "open_expected": 3.0, "revenues": {"1": 20, "2": 10}, "probabilities": {"1": 0.1, "2": 0.1}}'::risk_summary;
SELECT '{"n": 1, "unrated": 0, "open": 1, "correlation": 0, "revenue": 10, "unrated_revenue": 0, "certain_loss": 0, "open_revenue": 10, "open_expected": 10, "revenues": {"1": 10}, "probabilities": {"1": 1}}'::risk_summary;
SELECT '{"n": 1, "unrated": 0, "open": 1000000, "correlation": 0, "revenue": 10, "unrated_revenue": 0, "certain_loss": 0, "open_revenue": 10, "open_expected": 10}'::risk_summary;
SELECT '{"n": 1, "unrated": 0, "open": 200, "correlation": 0, "revenue": 10, "unrated_revenue": 0, "certain_loss": 0, "open_revenue": 10, "open_expected": 10, "revenues": {"1": 10}, "probabilities": {"1": 1}}'::risk_summary;
SELECT '{"n": 1, "unrated": 0, "open": 0, "correlation": 1, "revenue": 10, "unrated_revenue": 0, "certain_loss": 0, "open_revenue": 0, "open_expected": 0}'::risk_summary;
SELECT '{"n": 1, "unrated": 1, "open": 0, "correlation": 0, "revenue": 10, "unrated_revenue": 0, "certain_loss": 0, "open_revenue": 0, "open_expected": 0}'::risk_summary;
SELECT '{"n": 1, "unrated": 0, "open": 0, "correlation": 0, "revenue": 10, "unrated_revenue": 0, "certain_loss": 11, "open_revenue": 0, "open_expected": 0}'::risk_summary;
SELECT replace(risk_agg(10, 0.1)::text, '"revenue": 10', '"revenue": 11')::risk_summary;
-- decimals that no account has brought
SELECT replace(risk_agg(10, 0)::text, '"certain_loss": 0', '"certain_loss": 0.0')::risk_summary;
SELECT replace(risk_agg(10, NULL)::text, '"certain_loss": 0', '"certain_loss": 0.0')::risk_summary;
SELECT replace(risk_agg(10, 0.1)::text, '"revenue": 10', '"revenue": 10.0')::risk_summary;
DROP TABLE three, many, stored;
