\ir settings.psql
\echo '── Who leaves? What the last answer of 2024 says about 2025 ────────────────────────────────'
\echo
CREATE OR REPLACE VIEW last_answers AS
SELECT DISTINCT ON (year, account_id) year, account_id, score FROM nps_responses
WHERE score IS NOT NULL ORDER BY year, account_id, answered_at DESC, response_id DESC;

SELECT coalesce(answer::text, 'silent') AS answer, customers, churned,
       round(rate::numeric, 3) AS rate,
       round(probability::numeric, 3) AS probability, bar(100 * probability) AS "of 100 leave"
FROM (SELECT churn_agg(l.score, churned_on IS NOT NULL) AS s
      FROM accounts a LEFT JOIN last_answers l ON l.account_id = a.account_id AND year = 2024
      WHERE signed_up < '2025-01-01' AND (churned_on IS NULL OR churned_on >= '2025-01-01')) x,
     churn_curve(s);
\echo 'Few answered 0 to 3: their rates are drawn towards the others. Silence is a signal of its own.'
