\ir settings.psql
\echo '── Who comes back? Orders of those who signed up, by quarter ───────────────────────────────'
\echo
SELECT cohort_matrix(s, as_of => '2025-12-31') AS "percent that ordered, by quarters since sign-up"
FROM (SELECT cohort_agg(activity, signed_up, 'quarter') AS s
      FROM accounts LEFT JOIN (SELECT account_id, activity_agg(ordered_at, amount, 'quarter') AS activity
                               FROM orders GROUP BY account_id) o USING (account_id)
      WHERE signed_up >= '2023-07-01') x;
\echo 'One row a cohort, no self-join. Those who never ordered count as well: 5 % of the 1,886 who'
\echo 'came in summer 2023 did not buy in their first quarter.'
