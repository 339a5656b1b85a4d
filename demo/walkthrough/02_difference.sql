\ir settings.psql
\echo '── Is the difference real? ─────────────────────────────────────────────────────────────────'
\echo 'On 3 March 2025 a bot took over the first line of chat. Ten months from then on against the'
\echo 'ten months before, in every channel:'
\echo
SELECT channel, nps(before)::int AS before, nps(after)::int AS after, difference::int,
       lower::int, upper::int, round(p_value::numeric, 3) AS p_value, cx_verdict(c)
FROM (SELECT channel, nps_agg(score) FILTER (WHERE answered_on <  '2025-03-03') AS before,
                      nps_agg(score) FILTER (WHERE answered_on >= '2025-03-03') AS after
      FROM nps_responses WHERE answered_on >= '2024-05-03' GROUP BY channel) x,
     nps_compare(after, before) c
ORDER BY difference;
\echo 'Chat lost between 12 and 20 points, and no chance explains that. The app has had a new release'
\echo 'in June. For the others, zero lies between the limits.'
