\ir settings.psql
\echo '── How are our channels doing, and what changed since last year? ───────────────────────────'
\echo
SELECT channel, responses, nps::int, margin::int "±", bar(nps), difference::int, cx_verdict(c)
FROM (SELECT channel, nps_agg(score) FILTER (WHERE year = 2025) AS this,
      nps_agg(score) FILTER (WHERE year = 2024) AS last FROM nps_responses GROUP BY channel) x,
      nps_report(this), nps_compare(this, last) c ORDER BY nps DESC;
\echo 'Chat is worse, the app is better. Phone, email and web moved by no more than chance would move'
\echo 'them: unproven. Partner is up by six points like the app, but on 120 answers: unproven, too.'
\echo '± is the 95 % margin of error of this year''s score; the change is tested against last year''s.'
\echo '(bar() is a one-line helper of this demo: \\sf bar shows how it is made.)'
