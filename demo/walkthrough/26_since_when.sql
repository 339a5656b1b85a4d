\ir settings.psql
\echo '── Since when? Lasting changes of the level, week by week ──────────────────────────────────'
\echo
CREATE TEMP TABLE series AS
SELECT channel, unit, trend_agg(period, s) AS t
FROM (SELECT channel, unit, date_trunc(unit, answered_on)::date AS period, nps_agg(score) AS s
      FROM nps_responses, unnest('{week,month}'::text[]) AS unit GROUP BY channel, unit, period) x
GROUP BY channel, unit;

SELECT channel, c.period AS since, before::int, after::int, difference::int, lower::int AS "from",
       upper::int AS "to"
FROM series LEFT JOIN LATERAL change_points(t, season => 52) AS c ON true
WHERE unit = 'week' ORDER BY channel, since;
SELECT channel, round((12 * slope)::numeric, 1) AS "points a year", round((12 * lower)::numeric, 1) AS "from",
       round((12 * upper)::numeric, 1) AS "to", round(p_value::numeric, 3) AS p
FROM series, trend_test(t, season => 12) WHERE unit = 'month' ORDER BY p_value;
\echo 'Chat lost 16 points in the week of 3 March 2025, the first of the bot. App and web lost when the'
\echo 'self-service plan came. The app gained 8 with its release of 2 June 2025: a step so small among'
\echo 'weeks that scatter so much is found, but dated twelve weeks early. Nowhere else is a change found.'
\echo 'A trend test asks less: is it going up or down, of whatever shape?'
