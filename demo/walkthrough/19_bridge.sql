\ir settings.psql
\echo '── What did we keep, and what did we earn? December 2024 to December 2025 ──────────────────'
\echo
CREATE TEMP TABLE kept AS
SELECT revenue_agg(p.amount, c.amount, acquired = 'referral') AS s
FROM (SELECT * FROM mrr WHERE month = '2024-12-01') p
FULL JOIN (SELECT * FROM mrr WHERE month = '2025-12-01') c USING (account_id)
JOIN accounts USING (account_id);

SELECT component, customers, amount FROM kept, revenue_bridge(s);
SELECT round(nrr::numeric, 3) AS nrr, round(nrr_lower::numeric, 3) AS "from",
       round(nrr_upper::numeric, 3) AS "to", round(grr::numeric, 3) AS grr,
       round(logo_retention::numeric, 3) AS logos,
       round(earned_growth_rate::numeric, 3) AS "earned growth",
       round(lower::numeric, 3) AS "at least", round(upper::numeric, 3) AS "at most"
FROM kept, revenue_report(s), earned_growth_bounds(s);
\echo 'The steps add up to the cent. Earned growth is what customers came back for and brought along;'
\echo 'its bounds say how much new customers of unknown source could change.'
