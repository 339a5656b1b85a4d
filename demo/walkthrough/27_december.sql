\ir settings.psql
\echo '── Is it December alone, and really every year? All twelve months asked at once ────────────'
\echo
CREATE TEMP TABLE monthly AS
SELECT trend_agg(month, s) AS t
FROM (SELECT date_trunc('month', answered_on)::date AS month, nps_agg(score) AS s
      FROM nps_responses GROUP BY month) x;

SELECT test, round(statistic::numeric, 1) AS statistic, df, round(p_value::numeric, 3) AS p, conclusion
FROM monthly, seasonality_test(t);
SELECT to_char(make_date(2025, season, 1), 'Month') AS month, round(effect::numeric, 1) AS effect,
       round(lower::numeric, 1) AS "from", round(upper::numeric, 1) AS "to",
       round(p_adjusted::numeric, 4) AS p, CASE WHEN p_adjusted <= 0.05 THEN bar(effect) END AS proven
FROM monthly, seasonal_profile(t);
SELECT round(seasonal_strength(t)::numeric, 2) AS "share of what is not trend that is season" FROM monthly;
\echo 'December lies ten points below the average month, and with twelve months asked no other is'
\echo 'proven. The fall of the years is taken off first: it is not taken for a season.'
