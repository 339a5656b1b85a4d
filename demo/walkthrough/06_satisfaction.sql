\ir settings.psql
\echo '── Who is satisfied: 4 or 5 of 5? And are 80 %, our standard, proven? ──────────────────────'
\echo
SELECT channel, responses, r.csat::int AS "CSAT %", r.lower::int, r.upper::int,
       bar(r.csat - 50), csat_verdict(s, 80) AS "80 %", cx_verdict(c) AS "against 2024"
FROM (SELECT channel, csat_agg(score) FILTER (WHERE year = 2025) AS s,
                      csat_agg(score) FILTER (WHERE year = 2024) AS last
      FROM csat_responses GROUP BY channel) x, csat_report(s) r, csat_compare(s, last) c
ORDER BY r.csat DESC;
\echo 'Partner has the highest figure, and proves nothing with 130 answers. (Bars begin at 50 %.)'
