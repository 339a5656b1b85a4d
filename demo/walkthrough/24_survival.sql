\ir settings.psql
\echo '── How long do they stay? By the first answer they gave ────────────────────────────────────'
\echo
CREATE OR REPLACE VIEW first_answers AS
SELECT DISTINCT ON (account_id) account_id, score, answered_on FROM nps_responses
WHERE score IS NOT NULL ORDER BY account_id, answered_at, response_id;

-- Days since sign-up. Who is still with us on the first day of 2026 was only watched until then; and
-- everyone is watched from the first answer on: to give it, they had to stay until then.
CREATE OR REPLACE VIEW lifetimes AS
SELECT nps_band(score) AS band,
       survival_agg(answered_on - signed_up, coalesce(churned_on, '2026-01-01') - signed_up,
                    churned_on IS NOT NULL) AS s
FROM first_answers JOIN accounts USING (account_id)
WHERE coalesce(churned_on, '2026-01-01') > answered_on
GROUP BY band;

SELECT band, customers, events AS left, round(median / 365.25) AS "median, years",
       round(lower / 365.25) AS "from", round(upper / 365.25) AS "to"
FROM lifetimes, survival_report(s) ORDER BY median DESC;
SELECT round((t).statistic::numeric, 1) AS chi_squared, (t).df, to_char((t).p_value, '9.9EEEE') AS p
FROM (SELECT logrank_test(array_agg(s)) AS t FROM lifetimes) x;
SELECT year AS years, round(p::numeric, 3) AS promoters, bar(50 * p) AS "of 100, a block for 4",
       round(d::numeric, 3) AS detractors, bar(50 * d) AS "of 100"
FROM generate_series(1, 7) AS year,
     LATERAL (SELECT max(survival_at(s, 365.25 * year)) FILTER (WHERE band = 'promoter') AS p,
                     max(survival_at(s, 365.25 * year)) FILTER (WHERE band = 'detractor') AS d
              FROM lifetimes) x;
\echo 'Half of those who began with a 6 or less are gone after four years, half of the promoters after'
\echo 'seven. Only a quarter has left so far: the others count for as long as they have been watched.'
