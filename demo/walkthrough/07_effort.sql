\ir settings.psql
\echo '── Was it easy: 1 (very difficult) to 7 (very easy)? ───────────────────────────────────────'
\echo
SELECT channel, responses, round(ces::numeric, 2) AS effort, round(margin::numeric, 2) AS "±",
       (100 * easy_share)::int AS "% easy", (100 * difficult_share)::int AS "% difficult",
       round(difference::numeric, 2) AS difference, cx_verdict(c)
FROM (SELECT channel, ces_agg(score) FILTER (WHERE year = 2025) AS this,
                      ces_agg(score) FILTER (WHERE year = 2024) AS last
      FROM effort_responses GROUP BY channel) x, ces_report(this), ces_compare(this, last) c
ORDER BY ces DESC;
\echo 'Three questions, one finding: chat.'
