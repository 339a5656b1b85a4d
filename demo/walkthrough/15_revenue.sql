\ir settings.psql
\echo '── And if answers counted by what the customer pays? ───────────────────────────────────────'
\echo
SELECT coalesce(country, 'all together') AS country, responses(s), nps(s)::int,
       nps_margin(s)::int AS "±", nps(w)::int AS "by revenue", nps_margin(w)::int AS "±",
       effective_responses(w)::int AS "as good as"
FROM (SELECT country, nps_agg(score) AS s, nps_weighted_agg(score, monthly_revenue) AS w
      FROM nps_responses WHERE year = 2025 GROUP BY GROUPING SETS ((country), ())) x
ORDER BY responses(s) DESC;
\echo 'The money is happier than the people. But few customers carry most of it: 20,939 answers,'
\echo 'counted so, are as good as 1,322 that count alike, those of Sweden as 62. The margin knows.'
