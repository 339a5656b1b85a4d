-- What do we expect to lose in the next twelve months, and how bad can it get?
WITH last_answers AS (
    SELECT DISTINCT ON (year, account_id) year, account_id, score
    FROM nps_responses
    WHERE score IS NOT NULL
    ORDER BY year, account_id, answered_at DESC, response_id DESC
), history AS (
    -- who left in 2025, by the last answer of 2024
    SELECT churn_agg(score, churned_on IS NOT NULL) AS s
    FROM accounts LEFT JOIN last_answers ON last_answers.account_id = accounts.account_id AND year = 2024
    WHERE signed_up < '2025-01-01' AND (churned_on IS NULL OR churned_on >= '2025-01-01')
), rated AS (
    SELECT owner, 12 * monthly_revenue AS revenue, churn_probability(s, score) AS probability
    FROM history, accounts LEFT JOIN last_answers ON last_answers.account_id = accounts.account_id AND year = 2025
    WHERE churned_on IS NULL
)
SELECT owner, accounts, revenue, expected_loss,
       loss_quantile(s, 0.05) AS p05, loss_quantile(s, 0.5) AS p50, loss_quantile(s, 0.95) AS p95, loss_quantile(s, 0.99) AS p99
FROM (
    -- good and bad years in common: correlation 0.1
    SELECT owner, risk_agg(revenue, probability, 0.1) AS s FROM rated GROUP BY GROUPING SETS ((owner), ())
) AS x, risk_report(s)
ORDER BY owner NULLS FIRST;
