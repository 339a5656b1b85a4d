\ir settings.psql
\echo '── How many answers do we need? ────────────────────────────────────────────────────────────'
\echo 'For a margin of so many points: if we know nothing yet; if customers answer like last year''s;'
\echo 'and if there are 400 of them in all.'
\echo
SELECT margin AS "±", nps_sample_size(margin) AS answers,
       nps_sample_size(margin, pilot => s) AS "like last year's",
       nps_sample_size(margin, pilot => s, population => 400) AS "like them, of 400"
FROM unnest(ARRAY[10, 5, 3, 2]::float8[]) AS margin,
     (SELECT nps_agg(score) AS s FROM nps_responses WHERE year = 2024) pilot
ORDER BY answers;
\echo 'Half the margin takes four times the answers. Of 400 customers, most have to answer before the'
\echo 'score is known to 3 points.'
