-- Account value: accounts and revenue by what they answered

--@ include sql/summary.template type=account_value_summary combine=cx_account_value_combine storage=plain
--@ include sql/subtract.template type=account_value_summary minus=cx_account_value_minus inverse=cx_account_value_combine_inverse bytes=224
COMMENT ON TYPE account_value_summary IS 'accounts and their revenue by band of NPS answer, the silent among them: mergeable, storable, 208 bytes; money exact to the last digit';

-- Reading a summary

--@ for name / who in promoter_revenue / who answered 9 or 10 | passive_revenue / who answered 7 or 8 | detractor_revenue / who answered 0 to 6 | silent_revenue / without an answer
CREATE FUNCTION @name@(s account_value_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cx_account_value_@name@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @name@(account_value_summary) IS 'revenue of the accounts @who@, equal to sum(numeric) to the last digit; 0 where there are none';
--@ end

CREATE FUNCTION account_value_at_risk(s account_value_summary, include_passives boolean DEFAULT false, include_silent boolean DEFAULT false) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cx_account_value_at_risk' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION account_value_at_risk(account_value_summary, boolean, boolean) IS 'revenue in the hands of detractors, and of passives and the silent if asked for: what could be lost, not what will be; 0 where there is none';

CREATE FUNCTION revenue_coverage(s account_value_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_account_value_coverage' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION revenue_coverage(account_value_summary) IS 'share of the revenue whose accounts answered, 0 to 1; NULL without revenue';

CREATE FUNCTION revenue_weighted_nps(s account_value_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_account_value_weighted_nps' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION revenue_weighted_nps(account_value_summary) IS 'Net Promoter Score in which an account counts by its revenue, in points, -100 to 100: 100 (promoter revenue - detractor revenue) / answered revenue; NULL without answered revenue';

CREATE FUNCTION value_by_band(s account_value_summary, OUT band text, OUT accounts bigint, OUT revenue numeric, OUT share float8, OUT average numeric)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_account_value_by_band' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 4;
COMMENT ON FUNCTION value_by_band(account_value_summary) IS 'four rows, promoter, passive, detractor, silent: accounts, their revenue, its share of all revenue (0 to 1, NULL without revenue) and average (as avg(numeric), NULL without accounts); no rows for the empty summary';

-- The aggregates and their transition functions.  Whole numbers are converted to
-- double precision where they are scores, so that two types of scores serve all.

--@ for score / s in double precision / float8 | numeric / numeric
--@ each number
--@ for name / what in accum / step | inverse / inverse step
CREATE FUNCTION account_value_@name@(state account_value_summary, score @score@, revenue @number@) RETURNS account_value_summary
	AS 'MODULE_PATHNAME', 'cx_account_value_@name@_@s@_@c@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION account_value_@name@(account_value_summary, @score@, @number@) IS '@what@ of account_value_agg(@score@, @number@)';

--@ end
CREATE AGGREGATE account_value_agg(score @score@, revenue @number@) (
	SFUNC = account_value_accum, STYPE = account_value_summary, SSPACE = 224, INITCOND = '{"n": 0}',
	COMBINEFUNC = account_value_summary_combine,
	MSFUNC = account_value_accum, MINVFUNC = account_value_inverse,
	MSTYPE = account_value_summary, MSSPACE = 224, MINITCOND = '{"n": 0}',
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE account_value_agg(@score@, @number@) IS
'summary of accounts and their revenue by NPS answer, one row an account. A NULL score is an account that did not answer, a band of its own; an account of NULL revenue is not counted. Anything but a whole number from 0 to 10 is an error, and so is negative, NaN or infinite revenue. Scores and revenue of any number types.';
--@ end
--@ end
