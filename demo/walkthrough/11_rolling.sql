\ir settings.psql
\echo '── Chat over the last 90 days, only the latest answer of each person ───────────────────────'
\echo 'An answer enters on its day, and leaves at the person''s next one or after 90 days.'
\echo
WITH stays AS (
    SELECT score, answered_on AS enters, least(answered_on + 90, lead(answered_on)
               OVER (PARTITION BY respondent_id ORDER BY answered_at)) AS leaves
    FROM nps_responses WHERE channel = 'chat' AND score IS NOT NULL
), days AS (
    SELECT day, nps_agg(score) FILTER (WHERE day = enters) AS entered,
                nps_agg(score) FILTER (WHERE day = leaves) AS gone
    FROM stays, LATERAL (VALUES (enters), (leaves)) AS d (day) GROUP BY day
)
SELECT day, responses(s), nps(s)::int, bar(nps(s))
FROM (SELECT day, rollup(entered) OVER w - rollup(gone) OVER w AS s
      FROM days WINDOW w AS (ORDER BY day)) x
WHERE day = ANY ('{2025-02-28,2025-03-31,2025-04-30,2025-05-31}') ORDER BY day;
\echo 'The bot came on 3 March: 90 days later nobody''s answer from before it counts any more.'
