-- Survival: how long customers stay, where not all have left yet

--@ include sql/summary.template type=survival_summary combine=cx_survival_combine storage=extended
COMMENT ON TYPE survival_summary IS 'how many had an event, how many were last seen without it and how many entered, by time: mergeable, storable; 32 bytes, and 32 for every distinct time before compression. At most 1,048,576 distinct times';

CREATE FUNCTION survival_final(s survival_summary) RETURNS survival_summary
	AS 'MODULE_PATHNAME', 'cx_survival_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survival_final(survival_summary) IS 'final function of the aggregates: the state as it is stored';

CREATE FUNCTION survival_summary_minus(survival_summary, survival_summary) RETURNS survival_summary
	AS 'MODULE_PATHNAME', 'cx_survival_minus' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survival_summary_minus(survival_summary, survival_summary) IS 'implementation of - operator';
CREATE OPERATOR - (
	LEFTARG = survival_summary, RIGHTARG = survival_summary, FUNCTION = survival_summary_minus
);
COMMENT ON OPERATOR - (survival_summary, survival_summary) IS 'take out again what another summary holds: exact; an error where it was not put in';

CREATE FUNCTION survival_summary_combine_inverse(survival_summary, survival_summary) RETURNS survival_summary
	AS 'MODULE_PATHNAME', 'cx_survival_minus' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survival_summary_combine_inverse(survival_summary, survival_summary) IS 'inverse step of rollup(survival_summary)';

CREATE AGGREGATE rollup(survival_summary) (
	SFUNC = survival_summary_combine, STYPE = survival_summary, SSPACE = 24576, INITCOND = '{"n": 0}',
	FINALFUNC = survival_final, COMBINEFUNC = survival_summary_combine,
	MSFUNC = survival_summary_combine, MINVFUNC = survival_summary_combine_inverse,
	MSTYPE = survival_summary, MSSPACE = 24576, MFINALFUNC = survival_final, MINITCOND = '{"n": 0}',
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(survival_summary) IS
'many summaries in one; NULL summaries are skipped, none at all give the empty summary. In a GROUP BY clause rollup is PostgreSQL''s grouping set: put the call in the select list.';

-- Reading a summary

CREATE FUNCTION survival_curve(s survival_summary, level float8 DEFAULT 0.95,
	OUT "time" float8, OUT at_risk bigint, OUT events bigint, OUT censored bigint,
	OUT survival float8, OUT stderr float8, OUT lower float8, OUT upper float8)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_survival_curve' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000;
COMMENT ON FUNCTION survival_curve(survival_summary, float8) IS 'a row for every time at which somebody had the event or was seen last: survival is the product of 1 - events / at_risk until then, 0 to 1 (Kaplan & Meier 1958), stderr its standard error (Greenwood 1926), lower and upper the limits exp(log(survival) -+ z * stderr / survival), no more than 1. Those censored at a time are at risk at it, those who enter at it are not. stderr and limits are NULL where survival is 0; no rows for the empty summary. Assumes that who is censored fares like those who stay.';

CREATE FUNCTION survival_at(s survival_summary, "time" float8) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_survival_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survival_at(survival_summary, float8) IS 'the share that has not had the event by this time, the time included, 0 to 1 (Kaplan & Meier 1958). NULL after the last time that was observed, unless all have had it by then; NULL for the empty summary';

CREATE FUNCTION survival_at_interval(s survival_summary, "time" float8, level float8 DEFAULT 0.95) RETURNS cx_interval
	AS 'MODULE_PATHNAME', 'cx_survival_at_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survival_at_interval(survival_summary, float8, float8) IS 'limits of survival_at(s, time) on the log scale, as in survival_curve; write (survival_at_interval(s, t)).lower to read a column; NULL where survival_at is NULL or 0';

CREATE FUNCTION median_survival(s survival_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_median_survival' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION median_survival(survival_summary) IS 'the time by which half have had the event, in units of the durations: the first at which the curve is at 0.5 or below; where it stands still at 0.5, the middle between that step and the next. NULL where more than half have not had it when they are seen last, and for the empty summary';

CREATE FUNCTION median_survival_interval(s survival_summary, level float8 DEFAULT 0.95) RETURNS cx_interval
	AS 'MODULE_PATHNAME', 'cx_median_survival_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION median_survival_interval(survival_summary, float8) IS 'the times at which the lower and the upper limit of the curve fall to 0.5 (Brookmeyer & Crowley 1982, with limits on the log scale); write (median_survival_interval(s)).lower to read a column. A limit that is not reached is NULL, and so is the interval where neither is';

CREATE FUNCTION survival_quantile(s survival_summary, q float8) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_survival_quantile' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survival_quantile(survival_summary, float8) IS 'the time by which a share q have had the event, 0 < q < 1, in units of the durations: as median_survival, which is the quantile 0.5; NULL where it is not reached';

CREATE FUNCTION survival_quantile_interval(s survival_summary, q float8, level float8 DEFAULT 0.95) RETURNS cx_interval
	AS 'MODULE_PATHNAME', 'cx_survival_quantile_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survival_quantile_interval(survival_summary, float8, float8) IS 'the times at which the lower and the upper limit of the curve fall to 1 - q, as in median_survival_interval; a limit that is not reached is NULL, and so is the interval where neither is';

CREATE FUNCTION restricted_mean_survival(s survival_summary, horizon float8) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_restricted_mean_survival' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION restricted_mean_survival(survival_summary, float8) IS 'the mean time without the event out of the first so long, in units of the durations: the area below the curve until the horizon (Irwin 1949). NULL where the curve ends before the horizon, unless all have had the event by then; NULL for the empty summary';

CREATE FUNCTION restricted_mean_survival_interval(s survival_summary, horizon float8, level float8 DEFAULT 0.95) RETURNS cx_interval
	AS 'MODULE_PATHNAME', 'cx_restricted_mean_survival_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION restricted_mean_survival_interval(survival_summary, float8, float8) IS 'the restricted mean -+ z standard errors, within 0 and the horizon; the variance is the sum over events of (area after it)^2 * events / (at_risk * (at_risk - events)) (Greenwood 1926; Andersen et al. 1993). Write (restricted_mean_survival_interval(s, t)).lower to read a column; NULL where the mean is';

CREATE FUNCTION restricted_mean_survival_compare(a survival_summary, b survival_summary, horizon float8, level float8 DEFAULT 0.95) RETURNS cx_test
	AS 'MODULE_PATHNAME', 'cx_restricted_mean_survival_compare' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION restricted_mean_survival_compare(survival_summary, survival_summary, float8, float8) IS 'restricted mean of a less that of b, in units of the durations, with z = difference / sqrt(stderr_a^2 + stderr_b^2), a two-sided p-value and limits within the horizon (Royston & Parmar 2013). It needs no constant ratio of hazards. Write (restricted_mean_survival_compare(a, b, t)).p_value to read a column; NULL where one of the means is, statistic and p_value NULL where nothing varies. Assumes independent customers';

CREATE FUNCTION survival_report(s survival_summary, level float8 DEFAULT 0.95,
	OUT customers bigint, OUT events bigint, OUT censored bigint, OUT longest float8,
	OUT median float8, OUT lower float8, OUT upper float8,
	OUT restricted_mean float8, OUT restricted_mean_stderr float8)
	AS 'MODULE_PATHNAME', 'cx_survival_report' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survival_report(survival_summary, float8) IS 'one row: customers, how many of them had the event and how many were censored, the longest time observed, the median with its limits, and the restricted mean until that longest time with its standard error. Groups have different longest times: compare their means by restricted_mean_survival(s, horizon). Figures of the empty summary are NULL';

CREATE FUNCTION logrank_test(a survival_summary, b survival_summary) RETURNS cx_chisq
	AS 'MODULE_PATHNAME', 'cx_logrank_two' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION logrank_test(survival_summary, survival_summary) IS 'whether two groups differ in how long they survive: (observed - expected events)^2 over its hypergeometric variance, chi-squared with 1 degree of freedom (Mantel 1966; Peto & Peto 1972); also where customers enter late. Write (logrank_test(a, b)).p_value to read a column. The statistic is NULL and df 0 where there is no event while both are at risk. Assumes independent customers; sees best what keeps a constant ratio of hazards, and may miss curves that cross';

CREATE FUNCTION logrank_test(summaries survival_summary[]) RETURNS cx_chisq
	AS 'MODULE_PATHNAME', 'cx_logrank_many' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION logrank_test(survival_summary[]) IS 'the same for any number of groups up to 500, as in logrank_test(array_agg(s)): with df one less than there are groups. NULL and empty summaries, and groups at risk while nobody has the event, do not count';

-- The aggregates and their transition functions

--@ each number
CREATE FUNCTION survival_accum(state survival_summary, duration @number@, event boolean) RETURNS survival_summary
	AS 'MODULE_PATHNAME', 'cx_survival_accum_@c@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION survival_accum(survival_summary, @number@, boolean) IS 'step of survival_agg(@number@, boolean)';

CREATE FUNCTION survival_inverse(state survival_summary, duration @number@, event boolean) RETURNS survival_summary
	AS 'MODULE_PATHNAME', 'cx_survival_inverse_@c@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION survival_inverse(survival_summary, @number@, boolean) IS 'inverse step of survival_agg(@number@, boolean)';

CREATE AGGREGATE survival_agg(duration @number@, event boolean) (
	SFUNC = survival_accum, STYPE = survival_summary, SSPACE = 24576, INITCOND = '{"n": 0}',
	FINALFUNC = survival_final, COMBINEFUNC = survival_summary_combine,
	MSFUNC = survival_accum, MINVFUNC = survival_inverse,
	MSTYPE = survival_summary, MSSPACE = 24576, MFINALFUNC = survival_final, MINITCOND = '{"n": 0}',
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE survival_agg(@number@, boolean) IS
'summary of how long customers were watched, one row a customer: event is true where the duration ended with the event, false where it is only how long the customer has been seen without it (censored). Rows with a NULL are skipped. Durations are in any unit, finite and not negative, else an error; so are more than 1,048,576 distinct ones.';

CREATE FUNCTION survival_accum(state survival_summary, entry @number@, exit @number@, event boolean) RETURNS survival_summary
	AS 'MODULE_PATHNAME', 'cx_survival_late_accum_@c@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION survival_accum(survival_summary, @number@, @number@, boolean) IS 'step of survival_agg(@number@, @number@, boolean)';

CREATE FUNCTION survival_inverse(state survival_summary, entry @number@, exit @number@, event boolean) RETURNS survival_summary
	AS 'MODULE_PATHNAME', 'cx_survival_late_inverse_@c@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION survival_inverse(survival_summary, @number@, @number@, boolean) IS 'inverse step of survival_agg(@number@, @number@, boolean)';

CREATE AGGREGATE survival_agg(entry @number@, exit @number@, event boolean) (
	SFUNC = survival_accum, STYPE = survival_summary, SSPACE = 24576, INITCOND = '{"n": 0}',
	FINALFUNC = survival_final, COMBINEFUNC = survival_summary_combine,
	MSFUNC = survival_accum, MINVFUNC = survival_inverse,
	MSTYPE = survival_summary, MSSPACE = 24576, MFINALFUNC = survival_final, MINITCOND = '{"n": 0}',
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE survival_agg(@number@, @number@, boolean) IS
'the same where customers were not watched from their beginning (left truncation): each is at risk after entry and until exit, both counted from the customer''s own beginning; entry 0 is watched from there on. Rows with a NULL are skipped. entry < 0, times that are not finite, and exit <= entry but for 0 and 0 are errors.';
--@ end
