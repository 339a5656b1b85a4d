\ir settings.psql
\echo '── Why did we fall from 2023 to 2024, although nobody is less happy? ───────────────────────'
\echo 'Public sector and non-profit, 45 answers a year, are left out: too few to show anything.'
\echo
SELECT coalesce(segment, 'the three together') AS segment,
       (100 * responses(a) / max(responses(a)) OVER ())::int AS "2023: %", nps(a)::int AS "NPS",
       (100 * responses(b) / max(responses(b)) OVER ())::int AS "2024: %", nps(b)::int AS "NPS",
       difference::int, cx_verdict(c)
FROM (SELECT segment, nps_agg(score) FILTER (WHERE year = 2023) AS a,
                      nps_agg(score) FILTER (WHERE year = 2024) AS b FROM nps_responses
      WHERE segment NOT IN ('public sector', 'non-profit')
      GROUP BY GROUPING SETS ((segment), ())) x, nps_compare(b, a) c
ORDER BY responses(b);
\echo 'None of the three fell, together they did. Small businesses, never our fans, give 44 % of the'
\echo 'answers since the self-service plan of July 2023, no longer 31 %: the mix changed, not the'
\echo 'customers.'
