\ir settings.psql
\echo '── What comes next year, and how far could we have relied on such a forecast last year? ────'
\echo
CREATE TEMP TABLE months AS
SELECT channel, date_trunc('month', answered_on)::date AS month, nps_agg(score) AS s
FROM nps_responses WHERE channel <> 'partner' GROUP BY GROUPING SETS ((channel, month), (month));

SELECT to_char(period, 'Mon YYYY') AS month, value::int AS expected, lower::int AS "from", upper::int AS "to",
       model, bar(value) AS "points of NPS"
FROM (SELECT trend_agg(month, s) AS t FROM months WHERE channel IS NULL) x, forecast(t, 12);
-- and every month of 2025, forecast from the end of every month before it
SELECT coalesce(x.channel, 'all') AS channel, count(*) AS forecasts, round(avg(abs(f.value - nps(a.s)))::numeric, 1) AS "off by",
       round(avg(abs(stays - nps(a.s)))::numeric, 1) AS "last month: off by",
       round(100 * avg((nps(a.s) BETWEEN lower AND upper)::int)) AS "% within limits"
FROM (SELECT channel, trend_agg(month, s) AS t, nps(rollup(s) FILTER (WHERE month = origin)) AS stays
      FROM months, generate_series(date '2024-12-01', '2025-11-01', '1 month') AS origin
      WHERE month <= origin GROUP BY channel, origin) x,
     forecast(t, 12) AS f JOIN months a ON a.month = f.period
WHERE a.channel IS NOT DISTINCT FROM x.channel
GROUP BY x.channel ORDER BY 3;
\echo 'Better than to take last month for the next, but where the level broke: nobody foresees a bot.'
