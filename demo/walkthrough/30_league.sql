\ir settings.psql
\echo '── Who is our best market? A league of 2025 in which nine answers do not come first ────────'
\echo
SELECT rank() OVER (ORDER BY nps DESC) AS "plain", rank() OVER (ORDER BY shrunk_nps DESC) AS "shrunk",
       segment AS market, responses, nps::int, shrunk_nps::int AS shrunk, lower::int AS "from",
       upper::int AS "to", verdict
FROM (SELECT nps_segment_agg(country || ', ' || segment, score) AS t FROM nps_responses WHERE year = 2025) x,
     nps_segments(t)
ORDER BY shrunk_nps DESC LIMIT 12;
\echo 'The plain league is led by markets of 2 to 9 answers. Shrunk, each is drawn towards all by as'
\echo 'much as it is uncertain, and the large ones that are proven to be better lead.'
