-- Customer effort

--@ include sql/summary.template type=ces_summary combine=cx_tally_combine storage=plain
--@ include sql/subtract.template type=ces_summary minus=cx_tally_minus inverse=cx_tally_combine_inverse bytes=80
COMMENT ON TYPE ces_summary IS 'answers to an effort question, counted by answer, with the scale and its easy end: mergeable, storable, 56 bytes (112 once a count exceeds 2^32 - 1, 304 weighted)';

--@ for source in bigint | integer | numeric
CREATE FUNCTION ces_summary(counts @source@[], low_is_easy boolean DEFAULT false) RETURNS ces_summary
	AS 'MODULE_PATHNAME', 'cx_ces_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ces_summary(@source@[], boolean) IS 'the summary of answers that are already counted: one count an answer from 1 to the scale''s highest (2 to 11), and whether low answers mean easy';
--@ end

--@ include sql/tally.template type=ces_summary

CREATE FUNCTION ces(s ces_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_ces' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ces(ces_summary) IS 'customer effort score: the mean answer in units of the scale, weighted where the summary is; NULL without answers';

-- The aggregates and their transition functions

--@ for name / type / option / option_type / default_scale / headline / scales in ces / ces_summary / low_is_easy boolean / boolean / 7 / Customer effort score: the mean answer on the scale 1 to scale (by default 7, high is easy: CES 2.0; CES 1.0 is scale 5, low_is_easy true). / by default 7, high is easy
--@ include sql/scaled.template
--@ end

-- Reading a summary

CREATE FUNCTION ces_low_is_easy(s ces_summary) RETURNS boolean
	AS 'MODULE_PATHNAME', 'cx_ces_low_is_easy' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ces_low_is_easy(ces_summary) IS 'whether low answers mean easy; NULL without answers';

--@ for name / what in easy_share / on the easy side of the scale's midpoint | difficult_share / on the difficult side of the scale's midpoint
CREATE FUNCTION @name@(s ces_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_ces_@name@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @name@(ces_summary) IS $$share of answers @what@, 0 to 1, weighted where the summary is; the midpoint itself is on neither side; NULL without answers$$;
--@ end

CREATE FUNCTION ces_net_easy(s ces_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_ces_net_easy' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ces_net_easy(ces_summary) IS 'percentage of easy answers minus percentage of difficult ones, in points, -100 to 100; NULL without answers';

CREATE FUNCTION ces_stderr(s ces_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_ces_stderr' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ces_stderr(ces_summary) IS 'standard error of the mean in units of the scale: sample standard deviation (divisor n - 1) / sqrt(n), n the effective responses; NULL below two';

CREATE FUNCTION ces_interval(s ces_summary, level float8 DEFAULT 0.95, population bigint DEFAULT NULL) RETURNS cx_interval
	AS 'MODULE_PATHNAME', 'cx_ces_interval' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ces_interval(ces_summary, float8, bigint) IS
'confidence interval of the mean in units of the scale, by Student''s t (1908) with n - 1 degrees of freedom, mean -+ t s / sqrt(n) for independent answers, cut at the ends of the scale. A population of N makes of n answers n (N - 1) / (N - n) (finite-population correction, Cochran 1977). NULL below two answers; no width where nothing varies.';

CREATE FUNCTION ces_margin(s ces_summary, level float8 DEFAULT 0.95, population bigint DEFAULT NULL) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_ces_margin' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ces_margin(ces_summary, float8, bigint) IS 'plus-minus in units of the scale: half the width of the t interval before it is cut at the ends of the scale; NULL below two answers';

CREATE FUNCTION ces_report(s ces_summary, level float8 DEFAULT 0.95, population bigint DEFAULT NULL,
	OUT responses bigint, OUT ces float8, OUT lower float8, OUT upper float8, OUT margin float8,
	OUT easy_share float8, OUT difficult_share float8, OUT net_easy float8, OUT scale integer, OUT low_is_easy boolean)
	AS 'MODULE_PATHNAME', 'cx_ces_report' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ces_report(ces_summary, float8, bigint) IS 'one row: responses, ces with its t interval and margin in units of the scale, shares of easy and difficult answers, net easy in points, scale and direction; without answers responses is 0 and the rest NULL';

CREATE FUNCTION ces_compare(s ces_summary, baseline ces_summary, level float8 DEFAULT 0.95) RETURNS cx_test
	AS 'MODULE_PATHNAME', 'cx_ces_compare' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ces_compare(ces_summary, ces_summary, float8) IS
'whether s differs from baseline: difference s - baseline in units of the scale, by Welch''s t test (1947). The two must be of one scale and must not share answers: compare a part with the rest, total - part. NULL if either is empty; all but the difference NULL below two answers; statistic, df, p_value and limits NULL where nothing varies.';

CREATE FUNCTION ces_probability(s ces_summary, target float8) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_ces_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ces_probability(ces_summary, float8) IS 'how likely the true mean is on the easy side of the target (in units of the scale), 0 to 1, by Student''s t; NULL below two answers or where nothing varies';

CREATE FUNCTION ces_verdict(s ces_summary, target float8, level float8 DEFAULT 0.95) RETURNS text
	AS 'MODULE_PATHNAME', 'cx_ces_verdict' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ces_verdict(ces_summary, float8, float8) IS 'whether the data proves the target (in units of the scale): met where ces_probability >= level and the mean is beyond the target, missed where it is <= 1 - level and the mean is short of it, else unproven, also without answers';
