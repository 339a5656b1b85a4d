-- Churn by answer, learned from history

--@ include sql/summary.template type=churn_summary combine=cx_churn_combine storage=plain
--@ include sql/subtract.template type=churn_summary minus=cx_churn_minus inverse=cx_churn_minus bytes=224
COMMENT ON TYPE churn_summary IS 'customers, and those of them who left, by NPS answer, the silent among them: mergeable, storable, 208 bytes';

-- Reading a summary

CREATE FUNCTION churn_rate(s churn_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_churn_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION churn_rate(churn_summary) IS 'share of all customers who left, 0 to 1, the silent included; NULL without customers';

CREATE FUNCTION churn_rate(s churn_summary, score integer) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_churn_rate_of_answer' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION churn_rate(churn_summary, integer) IS 'share of the customers who gave this answer, 0 to 10, or none (NULL) and left, 0 to 1, as it was counted; NULL where there were none; any other answer is an error';

CREATE FUNCTION churn_probability(s churn_summary, score integer) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_churn_probability' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION churn_probability(churn_summary, integer) IS
'how likely a customer of this answer, 0 to 10, or none (NULL) leaves, between 0 and 1, both excluded: (churned + M r) / (customers + M), the mean of a beta-binomial posterior. r is the rate of all who answered, (churned + 1/2) / (customers + 1); M comes from how much the rates of the answers differ beyond chance (method of moments, Kleinman 1973), at least 1, infinite where they do not; 1 for the silent. An answer that nobody gave has r. NULL without customers; any other answer is an error. Assumes that the customers who are rated leave as those it was learned from.';

CREATE FUNCTION churn_curve(s churn_summary, level float8 DEFAULT 0.95,
	OUT answer integer, OUT customers bigint, OUT churned bigint, OUT rate float8, OUT probability float8, OUT lower float8, OUT upper float8)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_churn_curve' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 12;
COMMENT ON FUNCTION churn_curve(churn_summary, float8) IS 'twelve rows, answers 0 to 10 and NULL for the silent: customers, how many left, their rate as counted (NULL without customers), churn_probability, and its credible interval with equal tails; no rows for the empty summary';

-- The aggregate and its transition functions

--@ each number
--@ for name / what in accum / step | inverse / inverse step
CREATE FUNCTION churn_@name@(state churn_summary, score @number@, churned boolean) RETURNS churn_summary
	AS 'MODULE_PATHNAME', 'cx_churn_@name@_@c@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION churn_@name@(churn_summary, @number@, boolean) IS '@what@ of churn_agg(@number@, boolean)';

--@ end
CREATE AGGREGATE churn_agg(score @number@, churned boolean) (
	SFUNC = churn_accum, STYPE = churn_summary, SSPACE = 224, INITCOND = '{"n": 0}',
	COMBINEFUNC = churn_summary_combine,
	MSFUNC = churn_accum, MINVFUNC = churn_inverse,
	MSTYPE = churn_summary, MSSPACE = 224, MINITCOND = '{"n": 0}',
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE churn_agg(@number@, boolean) IS
'summary of customers by NPS answer and by whether they left, one row a customer. A NULL score is a customer who did not answer, a band of its own; NULL churned is an outcome still open, and is skipped. Anything but a whole number from 0 to 10 is an error.';
--@ end
