-- Monthly recurring revenue of December 2024, and how it became that of December 2025
SELECT step, component, customers, amount
FROM (
    SELECT revenue_agg(before.amount, after.amount, acquired = 'referral') AS s
    FROM accounts
    LEFT JOIN mrr AS before ON before.account_id = accounts.account_id AND before.month = '2024-12-01'
    LEFT JOIN mrr AS after ON after.account_id = accounts.account_id AND after.month = '2025-12-01'
) AS kept, revenue_bridge(s)
ORDER BY step;
