-- Customer satisfaction

--@ include sql/summary.template type=csat_summary combine=cx_tally_combine storage=plain
--@ include sql/subtract.template type=csat_summary minus=cx_tally_minus inverse=cx_tally_combine_inverse bytes=80
COMMENT ON TYPE csat_summary IS 'answers to a satisfaction question, counted by answer, with the scale and its top boxes: mergeable, storable, 56 bytes (112 once a count exceeds 2^32 - 1, 304 weighted)';

--@ for source in bigint | integer | numeric
CREATE FUNCTION csat_summary(counts @source@[], boxes integer DEFAULT NULL) RETURNS csat_summary
	AS 'MODULE_PATHNAME', 'cx_csat_from_counts' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION csat_summary(@source@[], integer) IS 'the summary of answers that are already counted: one count an answer from 1 to the scale''s highest (2 to 11), and the number of top boxes (by default 1 of scale 2-3, 2 of 4-7, 3 of 8-11)';
--@ end

--@ include sql/tally.template type=csat_summary

CREATE FUNCTION csat(s csat_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_csat' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat(csat_summary) IS 'customer satisfaction in percent, 0 to 100: 100 x / n with x of the n answers in the top boxes, weighted where the summary is; NULL without answers';

-- The aggregates and their transition functions

--@ for name / type / option / option_type / default_scale / headline / scales in csat / csat_summary / boxes integer / integer / 5 / Customer satisfaction in percent, 0 to 100: answers in the top boxes out of all answers 1 to scale (by default 5; by default the top 1 box of scale 2-3, 2 of 4-7, 3 of 8-11). / by default 5, with the top 1 box of scale 2-3, 2 of 4-7, 3 of 8-11 as satisfied
--@ include sql/scaled.template
--@ end

-- Reading a summary

CREATE FUNCTION csat_boxes(s csat_summary) RETURNS integer
	AS 'MODULE_PATHNAME', 'cx_csat_boxes' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat_boxes(csat_summary) IS 'number of top boxes that count as satisfied; NULL without answers';

CREATE FUNCTION satisfied(s csat_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'cx_csat_satisfied' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION satisfied(csat_summary) IS 'number of respondents in the top boxes, never weighted; 0 for the empty summary';

CREATE FUNCTION satisfied_share(s csat_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_csat_satisfied_share' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION satisfied_share(csat_summary) IS 'share of answers in the top boxes, 0 to 1, weighted where the summary is; NULL without answers';

CREATE FUNCTION csat_stderr(s csat_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_csat_stderr' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat_stderr(csat_summary) IS 'standard error in percentage points: 100 sqrt(p (1 - p) / n), n the effective responses; assumes independent answers; 0 for a single answer and where all are on one side, NULL without answers';

CREATE FUNCTION csat_interval(s csat_summary, level float8 DEFAULT 0.95, method text DEFAULT 'wilson', population bigint DEFAULT NULL) RETURNS cx_interval
	AS 'MODULE_PATHNAME', 'cx_csat_interval' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION csat_interval(csat_summary, float8, text, bigint) IS
'confidence interval in percent, within 0..100 and around the estimate. Methods: wilson (Wilson 1927), wald, clopper_pearson (exact; Clopper & Pearson 1934). A population of N makes of n answers n (N - 1) / (N - n) (finite-population correction, Cochran 1977). Assumes independent answers. Defined from one answer on (wald then has no width); NULL without answers.';

CREATE FUNCTION csat_margin(s csat_summary, level float8 DEFAULT 0.95, population bigint DEFAULT NULL) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_csat_margin' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION csat_margin(csat_summary, float8, bigint) IS 'plus-minus in percentage points: half the width of the Wilson interval; NULL without answers';

CREATE FUNCTION csat_report(s csat_summary, level float8 DEFAULT 0.95, population bigint DEFAULT NULL,
	OUT responses bigint, OUT csat float8, OUT lower float8, OUT upper float8, OUT margin float8,
	OUT satisfied bigint, OUT mean_score float8, OUT scale integer, OUT boxes integer)
	AS 'MODULE_PATHNAME', 'cx_csat_report' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION csat_report(csat_summary, float8, bigint) IS 'one row: responses, csat in percent with its Wilson interval and margin, satisfied respondents, mean answer, scale and top boxes; without answers responses and satisfied are 0 and the rest NULL';

CREATE FUNCTION csat_compare(s csat_summary, baseline csat_summary, level float8 DEFAULT 0.95) RETURNS cx_test
	AS 'MODULE_PATHNAME', 'cx_csat_compare' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat_compare(csat_summary, csat_summary, float8) IS
'whether s differs from baseline: difference s - baseline in percentage points, z test with the pooled variance, limits by Newcombe''s method 10 (1998). The two must be of one scale and must not share answers: compare a part with the rest, total - part. NULL if either is empty; statistic and p_value NULL where nothing varies.';

CREATE FUNCTION csat_probability(s csat_summary, target float8) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_csat_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat_probability(csat_summary, float8) IS 'how likely the true satisfaction is above the target (percent), 0 to 1: from Beta(x + 1/2, n - x + 1/2), Jeffreys'' posterior of x satisfied of n; NULL without answers';

CREATE FUNCTION csat_verdict(s csat_summary, target float8, level float8 DEFAULT 0.95) RETURNS text
	AS 'MODULE_PATHNAME', 'cx_csat_verdict' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat_verdict(csat_summary, float8, float8) IS 'whether the data proves the target (percent): met where csat_probability >= level and the score is above the target, missed where it is <= 1 - level and the score is below, else unproven, also without answers';
