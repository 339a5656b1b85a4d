-- Revenue at risk against two sums of money, on the same plan.

SET jit = off;
SET work_mem = '256MB';
SET max_parallel_workers_per_gather = 0;

CREATE UNLOGGED TABLE bench.risk_accounts AS
SELECT response_id AS account_id, day,
       ((abs(hashint8extended(response_id, 6)) % 1000000) / 100.0)::numeric(12, 2) AS revenue,
       ((abs(hashint8extended(response_id, 7)) % 1000000) / 100.0)::numeric(12, 2) AS previous,
       abs(hashint8extended(response_id, 8)) % 1000003 / 1000003.0::float8 AS probability
FROM bench.responses WHERE response_id <= 5000000;
VACUUM (ANALYZE) bench.risk_accounts;

CALL bench.compare('one group, numeric', 'risk_agg(revenue, probability)', 'SELECT risk_agg(revenue, probability) FROM bench.risk_accounts',
	'sum(revenue), sum(previous)', 'SELECT sum(revenue), sum(previous) FROM bench.risk_accounts', :runs);
CALL bench.compare('one group, numeric', 'expected_loss(revenue, probability)', 'SELECT expected_loss(revenue, probability) FROM bench.risk_accounts',
	'sum(revenue * probability::numeric)', 'SELECT sum(revenue * probability::numeric) FROM bench.risk_accounts', :runs);
CALL bench.compare('by day, numeric', 'risk_agg(revenue, probability)', 'SELECT day, risk_agg(revenue, probability) FROM bench.risk_accounts GROUP BY day',
	'sum(revenue), sum(previous)', 'SELECT day, sum(revenue), sum(previous) FROM bench.risk_accounts GROUP BY day', :runs);
CALL bench.compare('groups of 100 accounts, numeric', 'risk_agg(revenue, probability)',
	'SELECT account_id / 100, risk_agg(revenue, probability) FROM bench.risk_accounts GROUP BY 1',
	'sum(revenue), sum(previous)', 'SELECT account_id / 100, sum(revenue), sum(previous) FROM bench.risk_accounts GROUP BY 1', :runs);
CALL bench.compare('one group, numeric', 'risk_agg(revenue, probability, 0.2)', 'SELECT risk_agg(revenue, probability, 0.2) FROM bench.risk_accounts',
	'risk_agg(revenue, probability)', 'SELECT risk_agg(revenue, probability) FROM bench.risk_accounts', :runs);

-- What a reading costs, of accounts that are all held one by one and of more.
CREATE TABLE bench.risk AS
SELECT accounts, correlation, risk_agg(revenue, probability, correlation) AS s
FROM unnest('{10, 100, 250, 1000}'::integer[]) AS accounts, unnest('{0, 0.2}'::float8[]) AS correlation, bench.risk_accounts
WHERE account_id <= accounts GROUP BY 1, 2;
INSERT INTO bench.notes (what, figure)
SELECT 'risk_report of one summary', string_agg(format('%s accounts %s ms, correlated %s ms', accounts,
	round(bench.milliseconds(format('SELECT risk_report(s) FROM bench.risk WHERE accounts = %s AND correlation = 0', accounts))),
	round(bench.milliseconds(format('SELECT risk_report(s) FROM bench.risk WHERE accounts = %s AND correlation > 0', accounts)))), '; ')
FROM unnest('{10, 100, 250, 1000}'::integer[]) AS accounts;
