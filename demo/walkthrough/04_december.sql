\ir settings.psql
\echo '── Does December hurt every year? ──────────────────────────────────────────────────────────'
\echo
SELECT year, nps(autumn)::int AS "October, November", nps(december)::int AS "December",
       difference::int, lower::int, upper::int, cx_verdict(c)
FROM (SELECT year, nps_agg(score) FILTER (WHERE month IN (10, 11)) AS autumn,
                   nps_agg(score) FILTER (WHERE month = 12) AS december
      FROM nps_responses, extract(month FROM answered_on) AS month GROUP BY year) x,
     nps_compare(december, autumn) c
ORDER BY year;
\echo 'It does: by nine to fourteen points.'
