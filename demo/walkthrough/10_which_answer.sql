\ir settings.psql
\echo '── Which answer counts, when people answer several times a year? ───────────────────────────'
\echo
SELECT rule, r.responses, round(r.nps::numeric, 1) AS nps, round(r.margin::numeric, 1) AS "±"
FROM (SELECT 'every answer' AS rule, nps_agg(score) AS s FROM nps_responses WHERE year = 2025
      UNION ALL
      SELECT 'first of each person', nps_agg(score)
      FROM (SELECT DISTINCT ON (respondent_id) score FROM nps_responses
            WHERE year = 2025 AND score IS NOT NULL ORDER BY respondent_id, answered_at) a
      UNION ALL
      SELECT 'latest of each person', nps_agg(score)
      FROM (SELECT DISTINCT ON (respondent_id) score FROM nps_responses
            WHERE year = 2025 AND score IS NOT NULL ORDER BY respondent_id, answered_at DESC) a
     ) x, nps_report(s) AS r
ORDER BY rule;
\echo 'Small businesses answer more often than others, so that they weigh more where every answer'
\echo 'counts; latest answers hold more of the bot and of December. None of the three is wrong, but'
\echo 'one has to be chosen, and the same one every time.'
