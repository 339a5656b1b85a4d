-- Kept and earned: retention of revenue, and earned growth

--@ include sql/summary.template type=revenue_summary combine=cx_revenue_combine storage=plain
--@ include sql/rollup.template type=revenue_summary bytes=448
COMMENT ON TYPE revenue_summary IS 'revenue of customers before and now, by what became of it: mergeable, storable, 408 bytes; money exact to the last digit';

-- Reading a summary

--@ for name / what in nrr / net revenue retention, (opening + expansion - contraction - churn) / opening; 1 is 100 % | grr / gross revenue retention, (opening - contraction - churn) / opening, 0 to 1 | total_growth / (closing - opening) / opening | earned_new / earned new customer revenue (ENC): revenue of new customers who came by referral or word of mouth, over the previous revenue of all
CREATE FUNCTION @name@(s revenue_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_revenue_@name@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @name@(revenue_summary) IS '@what@; NULL without previous revenue';
--@ end

CREATE FUNCTION logo_retention(s revenue_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_revenue_logo_retention' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION logo_retention(revenue_summary) IS 'share of the previous customers who still pay, 0 to 1, whatever they pay; NULL without previous customers';

CREATE FUNCTION earned_growth_rate(s revenue_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_revenue_earned_growth_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION earned_growth_rate(revenue_summary) IS 'earned growth rate, nrr + earned_new - 1 (Reichheld, Darnell & Burns 2021), with new customers of unknown source counted as bought; NULL if all new revenue is of unknown source, or without previous revenue';

CREATE FUNCTION earned_growth_ratio(s revenue_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_revenue_earned_growth_ratio' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION earned_growth_ratio(revenue_summary) IS 'earned over total growth (Reichheld, Darnell & Burns 2021); NULL where the total does not grow, or earned_growth_rate is NULL';

CREATE FUNCTION earned_growth_bounds(s revenue_summary) RETURNS cx_interval
	AS 'MODULE_PATHNAME', 'cx_revenue_earned_growth_bounds' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION earned_growth_bounds(revenue_summary) IS 'earned growth rate if all new customers of unknown source were bought .. if all were earned; NULL without previous revenue';

--@ for name / what in nrr_interval / net revenue retention, not below 0 | grr_interval / gross revenue retention, within 0..1
CREATE FUNCTION @name@(s revenue_summary, level float8 DEFAULT 0.95) RETURNS cx_interval
	AS 'MODULE_PATHNAME', 'cx_revenue_@name@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @name@(revenue_summary, float8) IS 'confidence interval of @what@: delta method for a ratio of sums (Cochran 1977), which assumes many independent customers of whom none carries the sums alone; NULL below two previous customers';
--@ end

CREATE FUNCTION revenue_bridge(s revenue_summary, OUT step integer, OUT component text, OUT customers bigint, OUT amount numeric)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_revenue_bridge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 8;
COMMENT ON FUNCTION revenue_bridge(revenue_summary) IS 'eight rows from the previous revenue to the current one: opening, expansion, contraction, churn, new_earned, new_bought, new_unknown, closing; losses are negative and the steps add up exactly';

CREATE FUNCTION revenue_report(s revenue_summary, level float8 DEFAULT 0.95,
	OUT customers_before bigint, OUT customers_after bigint, OUT opening numeric, OUT closing numeric,
	OUT nrr float8, OUT nrr_lower float8, OUT nrr_upper float8, OUT grr float8, OUT grr_lower float8, OUT grr_upper float8,
	OUT logo_retention float8, OUT total_growth float8, OUT earned_growth_rate float8)
	AS 'MODULE_PATHNAME', 'cx_revenue_report' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION revenue_report(revenue_summary, float8) IS 'one row: customers and revenue before and after, net and gross revenue retention with their intervals, logo retention, total and earned growth';

-- The aggregates and their transition functions

--@ each number
--@ for args / at in / | , earned boolean / , boolean
CREATE FUNCTION revenue_accum(state revenue_summary, previous @number@, current @number@@args@) RETURNS revenue_summary
	AS 'MODULE_PATHNAME', 'cx_revenue_accum_@c@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION revenue_accum(revenue_summary, @number@, @number@@at@) IS 'step of revenue_agg(@number@, @number@@at@)';

CREATE AGGREGATE revenue_agg(previous @number@, current @number@@args@) (
	SFUNC = revenue_accum, STYPE = revenue_summary, SSPACE = 448, INITCOND = '{"n": 0}',
	COMBINEFUNC = revenue_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE revenue_agg(@number@, @number@@at@) IS
'summary of the revenue of customers, one row a customer: previous and current period. NULL or 0 previous is a new customer, NULL or 0 current a lost one, both are ignored. earned says how a new customer came: true by referral or word of mouth, false bought, NULL (or left out) unknown. Negative, NaN or infinite revenue is an error.';
--@ end

--@ for name / what in nrr / Net revenue retention: what the customers of the previous period pay now, over what they paid then | grr / Gross revenue retention: the same without what they pay more, so never above 1
CREATE AGGREGATE @name@(previous @number@, current @number@) (
	SFUNC = revenue_accum, STYPE = revenue_summary, SSPACE = 448, INITCOND = '{"n": 0}',
	FINALFUNC = @name@, COMBINEFUNC = revenue_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @name@(@number@, @number@) IS
'@what@, one row a customer; 1 is 100 %. NULL is 0; NULL without previous revenue. Negative, NaN or infinite revenue is an error.';
--@ end
--@ end
