\ir settings.psql
\echo '── What does it look like, month by month? ─────────────────────────────────────────────────'
\echo
SELECT channel, sum(responses(s)) AS responses, nps(rollup(s))::int AS nps,
       spark(array_agg(nps(s) ORDER BY month), 0, 45) AS "2023        2024        2025        "
FROM (SELECT channel, date_trunc('month', answered_on) AS month, nps_agg(score) AS s
      FROM nps_responses WHERE channel <> 'partner' GROUP BY channel, month) x
GROUP BY channel ORDER BY nps DESC;
\echo 'Chat breaks in March 2025; every line has a dent in December; web and app came down in the'
\echo 'second half of 2023. Phone and email go up and down, and nothing happens.'
