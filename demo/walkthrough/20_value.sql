\ir settings.psql
\echo '── In whose hands is our revenue, and what goes along with a point? ────────────────────────'
\echo
CREATE OR REPLACE VIEW valued AS
SELECT score, monthly_revenue AS revenue, segment
FROM accounts a LEFT JOIN last_answers l ON l.account_id = a.account_id AND year = 2025
WHERE churned_on IS NULL;

SELECT band, accounts, revenue, round(share::numeric, 3) AS share, bar(100 * share)
FROM (SELECT account_value_agg(score, revenue) AS s FROM valued) x, value_by_band(s);
SELECT segment, n AS responses, round(value_per_point(s)::numeric, 2) AS "€ a month and point",
       round(lower::numeric, 2) AS "from", round(upper::numeric, 2) AS "to"
FROM (SELECT segment, count(score) AS n, score_value_agg(score, revenue::float8) AS s
      FROM valued GROUP BY segment HAVING count(score) > 100) x, value_per_point_interval(s)
ORDER BY segment;
\echo 'Six percent of the money is silent: nobody knows how it feels. Within a segment, what a customer'
\echo 'pays does not go along with the score; and where it did, that would not be a cause yet.'
