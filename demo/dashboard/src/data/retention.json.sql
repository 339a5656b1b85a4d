-- Of those who first ordered in a quarter, who ordered again, so many quarters later?
SELECT cohort, age, customers, retained, retention, lower, upper
FROM (
    SELECT cohort_agg(ordered) AS s
    FROM (SELECT activity_agg((ordered_at AT TIME ZONE 'UTC')::date, 'quarter') AS ordered
          FROM orders GROUP BY account_id) AS each
) AS x, cohort_retention(s, as_of => '2025-12-31')
WHERE complete
ORDER BY cohort, age;
