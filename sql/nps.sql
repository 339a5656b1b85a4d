-- Net Promoter Score

--@ include sql/summary.template type=nps_summary combine=cx_tally_combine storage=plain
--@ include sql/subtract.template type=nps_summary minus=cx_tally_minus inverse=cx_tally_combine_inverse bytes=80
COMMENT ON TYPE nps_summary IS 'answers to an NPS question, counted by answer 0 to 10: mergeable, storable, 56 bytes (112 once a count exceeds 2^32 - 1, 304 weighted)';

--@ for source in bigint | integer | numeric
CREATE FUNCTION nps_summary(counts @source@[]) RETURNS nps_summary
	AS 'MODULE_PATHNAME', 'cx_nps_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_summary(@source@[]) IS 'the summary of answers that are already counted: eleven counts, of the answers 0 to 10; another number of counts, NULL, negative or fractional counts are an error';
--@ end

--@ include sql/tally.template type=nps_summary

CREATE FUNCTION nps(s nps_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_nps' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps(nps_summary) IS 'Net Promoter Score in points, -100 to 100: percentage of promoters (9-10) minus percentage of detractors (0-6), weighted where the summary is (Reichheld 2003); NULL without answers';

-- The aggregates and their transition functions

--@ each number
CREATE FUNCTION nps_accum(state nps_summary, score @number@) RETURNS nps_summary
	AS 'MODULE_PATHNAME', 'cx_nps_accum_@c@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_accum(nps_summary, @number@) IS 'step of nps(@number@) and nps_agg(@number@)';

CREATE FUNCTION nps_inverse(state nps_summary, score @number@) RETURNS nps_summary
	AS 'MODULE_PATHNAME', 'cx_tally_inverse_@c@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_inverse(nps_summary, @number@) IS 'inverse step of nps(@number@) and nps_agg(@number@)';

CREATE FUNCTION nps_weighted_accum(state nps_summary, score @number@, weight float8) RETURNS nps_summary
	AS 'MODULE_PATHNAME', 'cx_tally_weighted_accum_@c@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nps_weighted_accum(nps_summary, @number@, float8) IS 'step of nps_weighted(@number@, float8) and nps_weighted_agg(@number@, float8)';

CREATE FUNCTION nps_counts_accum(state nps_summary, score @number@, responses bigint) RETURNS nps_summary
	AS 'MODULE_PATHNAME', 'cx_tally_counts_accum_@c@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nps_counts_accum(nps_summary, @number@, bigint) IS 'step of nps_counts_agg(@number@, bigint)';

CREATE FUNCTION nps_counts_inverse(state nps_summary, score @number@, responses bigint) RETURNS nps_summary
	AS 'MODULE_PATHNAME', 'cx_tally_counts_inverse_@c@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nps_counts_inverse(nps_summary, @number@, bigint) IS 'inverse step of nps_counts_agg(@number@, bigint)';

CREATE AGGREGATE nps(score @number@) (
	SFUNC = nps_accum, STYPE = nps_summary, SSPACE = 80, INITCOND = '{"n": 0}',
	FINALFUNC = nps, COMBINEFUNC = nps_summary_combine,
	MSFUNC = nps_accum, MINVFUNC = nps_inverse, MFINALFUNC = nps,
	MSTYPE = nps_summary, MSSPACE = 80, MINITCOND = '{"n": 0}',
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps(@number@) IS
'Net Promoter Score of answers 0 to 10, in points, -100 to 100: percentage of promoters (9-10) minus percentage of detractors (0-6) (Reichheld 2003). NULL answers are skipped; no answers give NULL; anything but a whole number from 0 to 10 is an error.';

CREATE AGGREGATE nps_agg(score @number@) (
	SFUNC = nps_accum, STYPE = nps_summary, SSPACE = 80, INITCOND = '{"n": 0}',
	COMBINEFUNC = nps_summary_combine,
	MSFUNC = nps_accum, MINVFUNC = nps_inverse,
	MSTYPE = nps_summary, MSSPACE = 80, MINITCOND = '{"n": 0}',
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps_agg(@number@) IS
'summary of answers 0 to 10 to an NPS question, for nps(s), nps_report(s), nps_interval(s) and the other accessors. NULL answers are skipped; no answers give the empty summary; anything but a whole number from 0 to 10 is an error.';

CREATE AGGREGATE nps_weighted(score @number@, weight float8) (
	SFUNC = nps_weighted_accum, STYPE = nps_summary, SSPACE = 320, INITCOND = '{"n": 0}',
	FINALFUNC = nps, COMBINEFUNC = nps_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps_weighted(@number@, float8) IS
'Net Promoter Score in points, -100 to 100, of answers that count by their weight (survey weights, revenue). A weight is finite, 0 or more; NULL, negative, NaN or infinite is an error. NULL answers are skipped; no answers, or none with a weight, give NULL.';

CREATE AGGREGATE nps_weighted_agg(score @number@, weight float8) (
	SFUNC = nps_weighted_accum, STYPE = nps_summary, SSPACE = 320, INITCOND = '{"n": 0}',
	COMBINEFUNC = nps_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps_weighted_agg(@number@, float8) IS
'summary of weighted answers 0 to 10 to an NPS question; certainty is that of the effective responses (Kish 1965). A weight is finite, 0 or more; NULL, negative, NaN or infinite is an error. NULL answers are skipped.';

CREATE AGGREGATE nps_counts_agg(score @number@, responses bigint) (
	SFUNC = nps_counts_accum, STYPE = nps_summary, SSPACE = 80, INITCOND = '{"n": 0}',
	COMBINEFUNC = nps_summary_combine,
	MSFUNC = nps_counts_accum, MINVFUNC = nps_counts_inverse,
	MSTYPE = nps_summary, MSSPACE = 80, MINITCOND = '{"n": 0}',
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps_counts_agg(@number@, bigint) IS
'summary of answers that are already counted: responses says how many gave this answer (a frequency, not a weight). NULL or negative responses are an error; NULL answers are skipped.';

CREATE FUNCTION nps_band(score @number@) RETURNS text
	AS 'MODULE_PATHNAME', 'cx_nps_band_@c@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_band(@number@) IS 'promoter (9-10), passive (7-8) or detractor (0-6); NULL for NULL; an error for anything but a whole number from 0 to 10';

CREATE FUNCTION nps_valid(score @number@) RETURNS boolean
	AS 'MODULE_PATHNAME', 'cx_nps_valid_@c@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_valid(@number@) IS 'whether this is an answer, a whole number from 0 to 10; NULL for NULL; never an error: for CHECK and FILTER';
--@ end

-- Reading a summary

--@ for name / what in promoters / 9 or 10 | passives / 7 or 8 | detractors / 0 to 6
CREATE FUNCTION @name@(s nps_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'cx_nps_@name@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @name@(nps_summary) IS 'number of respondents who answered @what@, never weighted; 0 for the empty summary';
--@ end

--@ for name / what in promoter_share / 9 or 10 | passive_share / 7 or 8 | detractor_share / 0 to 6
CREATE FUNCTION @name@(s nps_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_nps_@name@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @name@(nps_summary) IS 'share of answers of @what@, 0 to 1, weighted where the summary is; NULL without answers';
--@ end

CREATE FUNCTION nps_stderr(s nps_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_nps_stderr' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_stderr(nps_summary) IS 'standard error of the score in points: 100 sqrt(V / n), V = p + d - (p - d)^2 with p and d the shares of promoters and detractors, n the effective responses; assumes independent answers; 0 for a single answer and where all are in one band, NULL without answers';

CREATE FUNCTION nps_interval(s nps_summary, level float8 DEFAULT 0.95, method text DEFAULT 'adjusted_wald', population bigint DEFAULT NULL) RETURNS cx_interval
	AS 'MODULE_PATHNAME', 'cx_nps_interval' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nps_interval(nps_summary, float8, text, bigint) IS
'confidence interval of the score in points, within -100..100 and around the estimate. Methods: adjusted_wald (three answers added, 3/4 of them promoters, 3/4 detractors; Rocks 2016), wald, score (Tango 1998; May & Johnson 1997). A population of N makes of n answers n (N - 1) / (N - n) (finite-population correction, Cochran 1977). Assumes independent answers. Defined from one answer on (wald then has no width); NULL without answers.';

CREATE FUNCTION nps_margin(s nps_summary, level float8 DEFAULT 0.95, population bigint DEFAULT NULL) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_nps_margin' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nps_margin(nps_summary, float8, bigint) IS 'plus-minus in points: half the width of the adjusted Wald interval before it is cut at -100 and 100; NULL without answers';

CREATE FUNCTION nps_report(s nps_summary, level float8 DEFAULT 0.95, population bigint DEFAULT NULL,
	OUT responses bigint, OUT nps float8, OUT lower float8, OUT upper float8, OUT margin float8,
	OUT promoter_share float8, OUT passive_share float8, OUT detractor_share float8)
	AS 'MODULE_PATHNAME', 'cx_nps_report' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nps_report(nps_summary, float8, bigint) IS 'one row: responses, nps with its adjusted Wald interval and margin in points, and the shares of the three bands, 0 to 1; without answers responses is 0 and the rest NULL';

CREATE FUNCTION nps_compare(s nps_summary, baseline nps_summary, level float8 DEFAULT 0.95, method text DEFAULT 'adjusted_wald') RETURNS cx_test
	AS 'MODULE_PATHNAME', 'cx_nps_compare' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_compare(nps_summary, nps_summary, float8, text) IS
'whether s differs from baseline: difference s - baseline in points, z test with unpooled variances; method adjusted_wald (three answers added to each for statistic, stderr and limits) or wald. The two must not share answers: compare a part with the rest, total - part. NULL if either is empty; statistic and p_value NULL where nothing varies.';

CREATE FUNCTION nps_probability(s nps_summary, target float8) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_nps_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_probability(nps_summary, float8) IS 'how likely the true score is above the target (points), 0 to 1: Phi((estimate - target) / stderr) with three answers added as in adjusted Wald; NULL without answers';

CREATE FUNCTION nps_verdict(s nps_summary, target float8, level float8 DEFAULT 0.95) RETURNS text
	AS 'MODULE_PATHNAME', 'cx_nps_verdict' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_verdict(nps_summary, float8, float8) IS 'whether the data proves the target (points): met where nps_probability >= level and the score is above the target, missed where it is <= 1 - level and the score is below, else unproven, also without answers';

CREATE FUNCTION nps_sample_size(margin float8, level float8 DEFAULT 0.95, pilot nps_summary DEFAULT NULL, population bigint DEFAULT NULL) RETURNS bigint
	AS 'MODULE_PATHNAME', 'cx_nps_sample_size' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nps_sample_size(float8, float8, nps_summary, bigint) IS 'answers needed for this margin in points: (100 z)^2 V / margin^2 - 3, rounded up, with V from a pilot (the adjusted one where all of it is in one band) or 1, the worst case; fewer in a finite population (Cochran 1977)';

-- The same customers asked twice

--@ include sql/summary.template type=nps_pair_summary combine=cx_nps_pair_combine storage=plain
--@ include sql/subtract.template type=nps_pair_summary minus=cx_nps_pair_minus inverse=cx_nps_pair_minus bytes=96
COMMENT ON TYPE nps_pair_summary IS 'customers who answered an NPS question twice, counted by the band before and the band after: mergeable, storable, 88 bytes';

--@ each number
CREATE FUNCTION nps_paired_accum(state nps_pair_summary, before_score @number@, after_score @number@) RETURNS nps_pair_summary
	AS 'MODULE_PATHNAME', 'cx_nps_pair_accum_@c@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_paired_accum(nps_pair_summary, @number@, @number@) IS 'step of nps_paired_agg(@number@, @number@)';

CREATE FUNCTION nps_paired_inverse(state nps_pair_summary, before_score @number@, after_score @number@) RETURNS nps_pair_summary
	AS 'MODULE_PATHNAME', 'cx_nps_pair_inverse_@c@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_paired_inverse(nps_pair_summary, @number@, @number@) IS 'inverse step of nps_paired_agg(@number@, @number@)';

CREATE AGGREGATE nps_paired_agg(before_score @number@, after_score @number@) (
	SFUNC = nps_paired_accum, STYPE = nps_pair_summary, SSPACE = 96, INITCOND = '{"n": 0}',
	COMBINEFUNC = nps_pair_summary_combine,
	MSFUNC = nps_paired_accum, MINVFUNC = nps_paired_inverse,
	MSTYPE = nps_pair_summary, MSSPACE = 96, MINITCOND = '{"n": 0}',
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps_paired_agg(@number@, @number@) IS
'summary of customers who answered an NPS question twice, one row a customer, for nps_compare(pair). Customers with a NULL answer are skipped; anything but a whole number from 0 to 10 is an error.';
--@ end

CREATE FUNCTION responses(s nps_pair_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'cx_nps_pair_responses' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION responses(nps_pair_summary) IS 'number of customers who answered both times';

CREATE FUNCTION distribution(s nps_pair_summary, OUT before text, OUT after text, OUT responses bigint, OUT share float8)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_nps_pair_distribution' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 9;
COMMENT ON FUNCTION distribution(nps_pair_summary) IS 'nine rows: how many customers, and which share of all, 0 to 1, went from one band to another; no rows for the empty summary';

CREATE FUNCTION nps_compare(pair nps_pair_summary, level float8 DEFAULT 0.95) RETURNS cx_test
	AS 'MODULE_PATHNAME', 'cx_nps_pair_compare' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_compare(nps_pair_summary, float8) IS 'whether the score of the same customers changed: after - before in points, z test of the mean change of a customer (divisor n); NULL without customers; statistic and p_value NULL where every customer changed alike';
