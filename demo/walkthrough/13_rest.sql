\ir settings.psql
\echo '── Which country differs from the rest of us? ──────────────────────────────────────────────'
\echo 'Comparing a country with the total would compare it with itself in part. The rest is what'
\echo 'is left when the country is taken out of the total with -.'
\echo
SELECT country, responses(s), nps(s)::int, nps(rest)::int AS rest, difference::int,
       round(p_value::numeric, 2) AS p_value, cx_verdict(c)
FROM (SELECT country, s, rollup(s) OVER () - s AS rest
      FROM (SELECT country, nps_agg(score) AS s
            FROM nps_responses WHERE year = 2025 GROUP BY country) x) y,
     nps_compare(s, rest) c
ORDER BY difference DESC;
\echo 'None. There is a first and a last in every list; here it is chance that put them there.'
