\ir settings.psql
\echo '── Which months of 2025 are signals, and which are noise? Limits are those of 2023 and 2024 ─'
\echo
CREATE TEMP TABLE channel_months AS
SELECT channel, trend_agg(month, s) AS t
FROM (SELECT channel, date_trunc('month', answered_on)::date AS month, nps_agg(score) AS s
      FROM nps_responses GROUP BY channel, month) x
GROUP BY channel;

SELECT channel, sparkline(t) AS "2023 to 2025", count(*) FILTER (WHERE signals <> '{}') AS signals,
       min(period) FILTER (WHERE signals <> '{}') AS first
FROM channel_months, control_chart(t, baseline_until => '2024-12-31') AS c
WHERE period >= '2025-01-01' GROUP BY channel, t ORDER BY signals DESC, channel;
SELECT to_char(period, 'YYYY-MM') AS month, n, value::int AS chat, lower::int AS "from", upper::int AS "to",
       signals
FROM channel_months, control_chart(t, baseline_until => '2024-12-31') AS c
WHERE channel = 'chat' AND period >= '2025-01-01' ORDER BY month;
\echo 'Chat breaks its limits in March, the month in which the bot took over, and again and again.'
\echo 'Phone, email and partner go up and down and are left alone: nobody needs to explain their'
\echo 'months. Web has one signal: its December, as every year.'
