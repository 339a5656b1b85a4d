\ir settings.psql
\echo '── And what do those who stay bring? Retention of customers and of their money ─────────────'
\echo
SELECT segment, age AS "months", eligible AS customers, round(100 * retention) AS "% stay",
       round(100 * revenue_retention) AS "% of revenue", bar(50 * revenue_retention) AS " "
FROM (SELECT segment, retention_agg(account_id, month, amount, 'month') AS s
      FROM mrr JOIN accounts USING (account_id)
      WHERE signed_up >= '2023-01-01' AND segment IN ('enterprise', 'mid-market', 'small business')
      GROUP BY segment) x, retention_curve(s, as_of => '2025-12-31')
WHERE age IN (0, 12, 24)
ORDER BY segment, age;
\echo 'After two years 80 % of the enterprise customers are there, but 55 % of their revenue: it was'
\echo 'the large ones who left. Small businesses keep both. One aggregate over 194,170 payments.'
