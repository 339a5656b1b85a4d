\ir settings.psql
\echo '── How much revenue do we expect to lose, and how bad can it get? ──────────────────────────'
\echo 'Customers leave with the probability of their last answer. Worst: not more, with 95 % certainty.'
\echo
WITH history AS (
    SELECT churn_agg(l.score, churned_on IS NOT NULL) AS s
    FROM accounts a LEFT JOIN last_answers l ON l.account_id = a.account_id AND year = 2024
    WHERE signed_up < '2025-01-01' AND (churned_on IS NULL OR churned_on >= '2025-01-01')
), rated AS (
    SELECT owner, 12 * monthly_revenue / 1000 AS revenue, churn_probability(s, l.score) AS p
    FROM history, accounts a
         LEFT JOIN last_answers l ON l.account_id = a.account_id AND year = 2025
    WHERE churned_on IS NULL
)
SELECT owner, round(risk_revenue(s)) AS "revenue, k€", round(expected_loss(s)) AS expected,
       round(loss_quantile(s, 0.95)) AS worst,
       round(loss_quantile(c, 0.95)) AS "worst, together",
       bar(100 * at_risk_share(s)) AS "of 100"
FROM (SELECT owner, risk_agg(revenue, p) AS s, risk_agg(revenue, p, 0.1) AS c
      FROM rated GROUP BY owner) x ORDER BY expected_loss(s) DESC;
\echo 'Together: as if customers had good and bad years in common (correlation 0.1). What is expected'
\echo 'stays the same, most bad years get worse. The rest is a few large accounts: a book that hangs on'
\echo 'them can lose three times what is expected of it.'
