\ir settings.psql
\echo '── Do promoters stay longer? From their first answer on ────────────────────────────────────'
\echo
WITH first_answer AS (
    SELECT DISTINCT ON (account_id) account_id, answered_on, nps_band(score) AS band
    FROM nps_responses WHERE score IS NOT NULL
    ORDER BY account_id, answered_at, response_id)
SELECT band AS "first answer", age AS "months later", eligible AS customers, round(100 * retention) AS "% pay",
       round(100 * lower) AS "from", round(100 * upper) AS "to", bar(100 * retention) AS " "
FROM (SELECT band, cohort_agg(activity, answered_on, 'month') AS s
      FROM first_answer LEFT JOIN (SELECT account_id, activity_agg(month, amount, 'month') AS activity
                                   FROM mrr GROUP BY account_id) m USING (account_id)
      GROUP BY band) x, retention_curve(s, as_of => '2025-12-31')
WHERE age IN (6, 12, 24) AND band <> 'passive'
ORDER BY age, band;
\echo 'Half a year later they are alike: contracts run for a year. After two years 19 of 100'
\echo 'promoters have left, and 31 of 100 detractors.'
