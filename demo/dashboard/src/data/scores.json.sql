-- What did customers say, month by month, and how sure are we?
WITH asked AS (
    SELECT channel, date_trunc('month', answered_on)::date AS month, question,
           nps_agg(score) FILTER (WHERE question = 'nps') AS nps,
           csat_agg(score) FILTER (WHERE question = 'csat') AS csat,
           ces_agg(score) FILTER (WHERE question = 'effort') AS ces
    FROM responses
    GROUP BY channel, month, question
)
SELECT question, channel, month, r.*
FROM asked CROSS JOIN LATERAL (
    SELECT responses, nps AS score, lower, upper FROM nps_report(nps) WHERE question = 'nps'
    UNION ALL
    SELECT responses, csat, lower, upper FROM csat_report(csat) WHERE question = 'csat'
    UNION ALL
    SELECT responses, ces, lower, upper FROM ces_report(ces) WHERE question = 'effort'
) AS r
ORDER BY question, channel, month;
