-- The year 2025 in a few figures, with the year before
WITH scores AS (
    SELECT extract(year FROM answered_on) AS year,
           nps_agg(score) FILTER (WHERE question = 'nps') AS nps,
           csat_agg(score) FILTER (WHERE question = 'csat') AS csat,
           ces_agg(score) FILTER (WHERE question = 'effort') AS ces
    FROM responses
    GROUP BY year
), kept AS (
    SELECT year, revenue_agg(before.amount, after.amount) AS s
    FROM generate_series(2024, 2025) AS year
    CROSS JOIN accounts
    LEFT JOIN mrr AS before ON before.account_id = accounts.account_id AND before.month = make_date(year - 1, 12, 1)
    LEFT JOIN mrr AS after ON after.account_id = accounts.account_id AND after.month = make_date(year, 12, 1)
    GROUP BY year
)
SELECT f.*
FROM scores AS now, scores AS last, LATERAL (VALUES
    ('nps', nps(now.nps), nps_interval(now.nps), nps(last.nps), cx_verdict(nps_compare(now.nps, last.nps))),
    ('csat', csat(now.csat), csat_interval(now.csat), csat(last.csat), cx_verdict(csat_compare(now.csat, last.csat))),
    ('effort', ces(now.ces), ces_interval(now.ces), ces(last.ces), cx_verdict(ces_compare(now.ces, last.ces)))
) AS x (figure, value, i, before, verdict), LATERAL (SELECT figure, value, (i).lower, (i).upper, before, verdict) AS f
WHERE now.year = 2025 AND last.year = 2024
UNION ALL
SELECT f.*
FROM kept AS now, kept AS last, LATERAL (VALUES
    ('nrr', nrr(now.s), nrr_interval(now.s), nrr(last.s)),
    ('grr', grr(now.s), grr_interval(now.s), grr(last.s))
) AS x (figure, value, i, before), LATERAL (SELECT figure, value, (i).lower, (i).upper, before, NULL) AS f
WHERE now.year = 2025 AND last.year = 2024;
