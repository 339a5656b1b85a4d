\ir settings.psql
\echo '── Which channels meet our standard, an NPS of 30? ─────────────────────────────────────────'
\echo 'A standard is met only when the data proves it; with 95 % certainty, if nothing else is said.'
\echo
SELECT channel, responses(s), nps(s)::int, nps_margin(s)::int AS "±",
       round(nps_probability(s, 30)::numeric, 2) AS probability,
       nps_verdict(s, 30), nps_verdict(s, 30, level => 0.8) AS "at 80 %"
FROM (SELECT channel, nps_agg(score) AS s
      FROM nps_responses WHERE year = 2025 GROUP BY channel) x
ORDER BY probability DESC, channel;
\echo 'Partner scores highest, phone is the one that has proven it.'
