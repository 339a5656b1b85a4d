-- Which weeks of chat are signals, and which are noise? Limits from all that was before the bot
SELECT period AS week, n AS responses, value AS nps, center, lower, upper,
       'beyond_limits' = ANY (signals) AS beyond, array_to_string(signals, ', ') AS signals
FROM (
    SELECT trend_agg(week, s) AS t
    FROM (SELECT date_trunc('week', answered_on)::date AS week, nps_agg(score) AS s
          FROM nps_responses WHERE channel = 'chat' AND answered_on >= '2023-01-02' GROUP BY week) AS weeks
) AS x, control_chart(t, baseline_until => '2025-02-24', rules => '{western_electric}')
ORDER BY week;
