\ir settings.psql
\echo '── The same people, asked before and after ─────────────────────────────────────────────────'
\echo 'Chat again: everyone''s last answer before the bot, and first answer after it.'
\echo
WITH people AS (
    SELECT respondent_id, array_agg(score ORDER BY answered_at DESC)
                              FILTER (WHERE answered_on < '2025-03-03') AS before,
                          array_agg(score ORDER BY answered_at)
                              FILTER (WHERE answered_on >= '2025-03-03') AS after
    FROM nps_responses WHERE channel = 'chat' AND score IS NOT NULL GROUP BY respondent_id
), pairs AS (
    SELECT before[1] AS a, after[1] AS b FROM people
    WHERE before IS NOT NULL AND after IS NOT NULL
)
SELECT test, responses(pair), round((c).difference::numeric, 1) AS difference,
       round((c).lower::numeric, 1) AS lower, round((c).upper::numeric, 1) AS upper
FROM (SELECT nps_paired_agg(a, b) AS pair, nps_agg(a) AS a, nps_agg(b) AS b FROM pairs) x,
     LATERAL (VALUES ('as pairs', nps_compare(pair)),
                     ('as if they were strangers', nps_compare(b, a))) AS v (test, c);
\echo 'People differ from each other more than from themselves: pairs see the same fall more sharply.'
