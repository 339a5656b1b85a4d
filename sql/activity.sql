-- Activity: in which periods one customer was active, and the money of each

--@ include sql/summary.template type=activity_summary combine=cx_activity_combine storage=extended
COMMENT ON TYPE activity_summary IS 'activity of one customer by period: mergeable, storable; 48 bytes and a bit for every period from the first to the last, 8 bytes more for every active period where there is money (32 where it has more than 4 decimals or 14 digits before them), up to 10,000 periods; by timestamptz, the name of the time zone as well. Money exact to the last digit';

CREATE FUNCTION activity_final(a activity_summary) RETURNS activity_summary
	AS 'MODULE_PATHNAME', 'cx_activity_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_final(activity_summary) IS 'final function of the aggregates: the state as it is stored';

CREATE AGGREGATE rollup(activity_summary) (
	SFUNC = activity_summary_combine, STYPE = activity_summary, SSPACE = 960, INITCOND = '{"n": 0}',
	FINALFUNC = activity_final, COMBINEFUNC = activity_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(activity_summary) IS
'many summaries of one customer in one; NULL summaries are skipped, none at all give the empty summary. Different periods, types of moments or time zones are an error. In a GROUP BY clause rollup is PostgreSQL''s grouping set: put the call in the select list.';

-- Reading a summary

--@ for name / c / what in first_period / first_period / first day of the first period with activity | last_period / last_period_start / first day of the last period with activity
CREATE FUNCTION @name@(a activity_summary) RETURNS date
	AS 'MODULE_PATHNAME', 'cx_activity_@c@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @name@(activity_summary) IS '@what@; NULL for the empty summary';
--@ end

CREATE FUNCTION active_periods(a activity_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'cx_activity_active_periods' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION active_periods(activity_summary) IS 'number of periods with activity (frequency); 0 for the empty summary';

CREATE FUNCTION activity_amount(a activity_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cx_activity_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_amount(activity_summary) IS 'sum of all amounts (monetary value), equal to sum(numeric) to the last digit; NULL where no amount was given';

--@ for name / what in first_at / first | last_at / last
CREATE FUNCTION @name@(a activity_summary) RETURNS timestamp
	AS 'MODULE_PATHNAME', 'cx_activity_@name@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @name@(activity_summary) IS 'moment of the @what@ activity: of a date, midnight; of timestamptz, as the clocks of the summary''s time zone show it, whatever TimeZone is now; NULL for the empty summary';
--@ end

-- The aggregates and their transition functions

-- SSPACE is what hash aggregation reckons with for a group that it has just begun: a
-- state that grows later makes it no smaller.  So it is what three years of months
-- come to hold, with what growing leaves behind: 128, 256 and 512 bytes with money.

--@ for at / m / volatile / zone in date / date / IMMUTABLE / Dates fall into periods as they are. | timestamp without time zone / timestamp / IMMUTABLE / Moments fall into periods as they are written. | timestamp with time zone / timestamptz / STABLE / Moments fall into periods by the session''s TimeZone, which the summary remembers.
CREATE FUNCTION activity_accum(state activity_summary, at @at@, period text) RETURNS activity_summary
	AS 'MODULE_PATHNAME', 'cx_activity_accum_@m@' LANGUAGE C @volatile@ PARALLEL SAFE;
COMMENT ON FUNCTION activity_accum(activity_summary, @at@, text) IS 'step of activity_agg(@at@, text)';

CREATE AGGREGATE activity_agg(at @at@, period text) (
	SFUNC = activity_accum, STYPE = activity_summary, SSPACE = 160, INITCOND = '{"n": 0}',
	FINALFUNC = activity_final, COMBINEFUNC = activity_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE activity_agg(@at@, text) IS
'activity of one customer, grouped by customer: the first and the last moment, and which days, weeks (ISO 8601), months, quarters or years had any; period is one of day, week, month, quarter, year. NULL moments are skipped. @zone@ Infinite moments, and more than 10,000 periods from the first to the last, are errors.';

--@ each number
CREATE FUNCTION activity_accum(state activity_summary, at @at@, amount @number@, period text) RETURNS activity_summary
	AS 'MODULE_PATHNAME', 'cx_activity_accum_@m@_@c@' LANGUAGE C @volatile@ PARALLEL SAFE;
COMMENT ON FUNCTION activity_accum(activity_summary, @at@, @number@, text) IS 'step of activity_agg(@at@, @number@, text)';

CREATE AGGREGATE activity_agg(at @at@, amount @number@, period text) (
	SFUNC = activity_accum, STYPE = activity_summary, SSPACE = 960, INITCOND = '{"n": 0}',
	FINALFUNC = activity_final, COMBINEFUNC = activity_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE activity_agg(@at@, @number@, text) IS
'activity of one customer with its money, grouped by customer: the first and the last moment, and the exact sum of every day, week (ISO 8601), month, quarter or year that had any; period is one of day, week, month, quarter, year. NULL moments are skipped; a NULL amount is activity without money, a negative one a refund. @zone@ Infinite moments, NaN and infinite amounts, and more than 10,000 periods from the first to the last, are errors.';
--@ end
--@ end
