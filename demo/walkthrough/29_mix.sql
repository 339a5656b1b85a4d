\ir settings.psql
\echo '── Because of whom did we fall from 2023 to 2024, although nobody is less happy? ───────────'
\echo
CREATE TEMP TABLE years AS
SELECT nps_segment_agg(segment, score) FILTER (WHERE year = 2023) AS before,
       nps_segment_agg(segment, score) FILTER (WHERE year = 2024) AS after FROM nps_responses;

SELECT c.segment, round((100 * before_share)::numeric, 1) AS "2023: %", c.before::int AS "NPS",
       round((100 * after_share)::numeric, 1) AS "2024: %", c.after::int AS "NPS",
       round(rate_effect::numeric, 1) AS "by its score", round(mix_effect::numeric, 1) AS "by its share",
       round(p_adjusted::numeric, 2) AS "p of its change"
FROM years, nps_change(before, after) c ORDER BY total_effect;
SELECT nps(segment_total(y.before))::int AS "2023", nps(segment_total(y.after))::int AS "2024",
       round(sum(rate_effect)::numeric, 1) AS "by the scores", round(sum(mix_effect)::numeric, 1) AS "by the mix",
       round(sum(total_effect)::numeric, 1) AS change
FROM years y, nps_change(y.before, y.after) GROUP BY y.before, y.after;
\echo 'No segment changed beyond chance. We fell by our mix: since the self-service plan of July 2023'
\echo 'small businesses, never our fans, give 45 % of the answers, no longer 32 %.'
