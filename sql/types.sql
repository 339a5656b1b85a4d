-- What several families return.

CREATE TYPE cx_interval AS (lower float8, upper float8);
COMMENT ON TYPE cx_interval IS 'a confidence interval, in the units of its estimate; write (nps_interval(s)).lower to read a column';
COMMENT ON COLUMN cx_interval.lower IS 'lower limit';
COMMENT ON COLUMN cx_interval.upper IS 'upper limit';

CREATE TYPE cx_test AS (
	difference float8, stderr float8, statistic float8, df float8,
	p_value float8, lower float8, upper float8
);
COMMENT ON TYPE cx_test IS 'a two-sided test of "no difference"; write (nps_compare(a, b)).p_value to read a column';
COMMENT ON COLUMN cx_test.difference IS 'the estimated difference, in the units of the score';
COMMENT ON COLUMN cx_test.stderr IS 'its standard error, in the same units';
COMMENT ON COLUMN cx_test.statistic IS 'z or t; NULL where nothing varies';
COMMENT ON COLUMN cx_test.df IS 'degrees of freedom; NULL where the statistic is normal';
COMMENT ON COLUMN cx_test.p_value IS 'two-sided; NULL where nothing varies';
COMMENT ON COLUMN cx_test.lower IS 'lower confidence limit of the difference';
COMMENT ON COLUMN cx_test.upper IS 'upper confidence limit of the difference';

CREATE TYPE cx_chisq AS (statistic float8, df float8, p_value float8);
COMMENT ON TYPE cx_chisq IS 'a test of "nothing differs" whose statistic has a chi-squared distribution; write (logrank_test(a, b)).p_value to read a column';
COMMENT ON COLUMN cx_chisq.statistic IS 'chi-squared; NULL where it is not defined';
COMMENT ON COLUMN cx_chisq.df IS 'degrees of freedom';
COMMENT ON COLUMN cx_chisq.p_value IS 'how likely so large a statistic is where nothing differs; NULL where the statistic is';

CREATE FUNCTION cx_verdict(test cx_test, level float8 DEFAULT 0.95) RETURNS text
	AS 'MODULE_PATHNAME', 'cx_verdict' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cx_verdict(cx_test, float8) IS 'what a test proves at this level: better where p_value <= 1 - level and both limits are above 0, worse where both are below, else unproven, also for NULL and without a p_value. On an effort scale where low is easy swap the two summaries that are compared.';
