\ir settings.psql
\echo '── A million answers a day? Store the day''s summary, and ask questions later ───────────────'
\echo
CREATE TABLE IF NOT EXISTS daily_nps
    (day date, channel text, segment text, s nps_summary, PRIMARY KEY (day, channel, segment));
INSERT INTO daily_nps
SELECT answered_on, channel, segment, nps_agg(score) FROM nps_responses GROUP BY 1, 2, 3
ON CONFLICT (day, channel, segment) DO UPDATE SET s = EXCLUDED.s;
\echo 'A second run replaces the days, it never adds. From here on nobody reads an answer again:'
\echo
SELECT to_char(day, '"Q"Q YYYY') AS quarter, responses(rollup(s)), nps(rollup(s))::int AS nps,
       nps_margin(rollup(s))::int AS "±", bar(nps(rollup(s))),
       nps(rollup(s) FILTER (WHERE channel = 'chat'))::int AS chat
FROM daily_nps WHERE day >= '2024-07-01' GROUP BY quarter ORDER BY min(day);
\echo 'Chat falls quarter by quarter; and every fourth quarter has a December in it.'
