-- What a point is worth: the value of customers by their answer

--@ include sql/summary.template type=score_value_summary combine=cx_score_value_combine storage=plain
--@ include sql/rollup.template type=score_value_summary bytes=480
COMMENT ON TYPE score_value_summary IS 'moments of a value of customers by NPS answer: mergeable, storable, 456 bytes';

-- Reading a summary

CREATE FUNCTION value_per_point(s score_value_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_score_value_slope' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION value_per_point(score_value_summary) IS 'how much more customers are worth who answer one point higher, in units of the value: slope of the least-squares line of value on score. An association, never a cause: raising scores need not raise the value. NULL unless two different answers were given';

CREATE FUNCTION value_per_point_interval(s score_value_summary, level float8 DEFAULT 0.95) RETURNS cx_interval
	AS 'MODULE_PATHNAME', 'cx_score_value_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION value_per_point_interval(score_value_summary, float8) IS 'confidence interval of value_per_point, by Student''s t with n - 2 degrees of freedom: assumes a straight line, independent customers and the same spread of values at every answer (Draper & Smith 1998); NULL below three customers or unless two different answers were given';

CREATE FUNCTION score_value_r2(s score_value_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_score_value_r2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION score_value_r2(score_value_summary) IS 'share of the variance of the value that goes along with the score on a straight line, 0 to 1; NULL unless two different answers were given and the value varies';

CREATE FUNCTION value_by_score(s score_value_summary, OUT score integer, OUT customers bigint, OUT mean_value float8, OUT stderr float8)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_score_value_by_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 11;
COMMENT ON FUNCTION value_by_score(score_value_summary) IS 'eleven rows, answers 0 to 10: customers, their mean value (NULL without customers) and its standard error (NULL below two); no rows for the empty summary';

-- The aggregate and its transition function

--@ each number
CREATE FUNCTION score_value_accum(state score_value_summary, score @number@, value float8) RETURNS score_value_summary
	AS 'MODULE_PATHNAME', 'cx_score_value_accum_@c@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION score_value_accum(score_value_summary, @number@, float8) IS 'step of score_value_agg(@number@, float8)';

CREATE AGGREGATE score_value_agg(score @number@, value float8) (
	SFUNC = score_value_accum, STYPE = score_value_summary, SSPACE = 480, INITCOND = '{"n": 0}',
	COMBINEFUNC = score_value_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE score_value_agg(@number@, float8) IS
'summary of a value of customers (revenue, orders, referrals) by NPS answer, one row a customer. Customers with a NULL score or value are skipped; anything but a whole number from 0 to 10 is an error, and so is a value that is NaN, infinite or not within 1e-100..1e100 in size (0 is).';
--@ end
