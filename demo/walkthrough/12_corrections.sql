\ir settings.psql
\echo '── Twelve answers were typed in wrongly: what is the score without the mistake? ────────────'
\echo 'The 1 of a keyboard at the phone desk was broken, so that 10 became 0. A summary can be put'
\echo 'right: the wrong answers are taken out with -, the right ones put in with +.'
\echo
SELECT step, responses(s), detractors(s), promoters(s), round(nps(s)::numeric, 1) AS nps
FROM (SELECT nps_agg(score) AS stored FROM nps_responses
      WHERE channel = 'phone' AND answered_on >= '2025-10-01') a,
     (SELECT nps_agg(recorded) AS typed, nps_agg(corrected) AS meant FROM corrections) b,
     LATERAL (VALUES ('as stored', stored),
                     ('without the typed', stored - typed),
                     ('with the meant', stored - typed + meant)) AS v (step, s);
\echo 'Twelve wrong keys cost two points in one quarter.'
