-- Segments: because of whom a score changed, and who is better or worse than the others

--@ for metric / unit / what in nps / points / an NPS question | csat / percentage points / a satisfaction question

--@ include sql/summary.template type=@metric@_segment_summary combine=cx_segments_combine storage=extended
COMMENT ON TYPE @metric@_segment_summary IS 'answers to @what@ by segment, each of which has its @metric@_summary: mergeable, storable; 32 bytes, and for every segment 72 and its name (more once a count exceeds 2^32 - 1, and weighted). At most 100,000 segments, whose names have no more than 64 MB in all';

CREATE FUNCTION @metric@_segment_summary_minus(@metric@_segment_summary, @metric@_segment_summary) RETURNS @metric@_segment_summary
	AS 'MODULE_PATHNAME', 'cx_segments_minus' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @metric@_segment_summary_minus(@metric@_segment_summary, @metric@_segment_summary) IS 'implementation of - operator';
CREATE OPERATOR - (
	LEFTARG = @metric@_segment_summary, RIGHTARG = @metric@_segment_summary, FUNCTION = @metric@_segment_summary_minus
);
COMMENT ON OPERATOR - (@metric@_segment_summary, @metric@_segment_summary) IS 'take out again what another summary holds, segment by segment: exact; an error where it was not put in, or where a summary is weighted';

CREATE FUNCTION @metric@_segment_summary_combine_inverse(@metric@_segment_summary, @metric@_segment_summary) RETURNS @metric@_segment_summary
	AS 'MODULE_PATHNAME', 'cx_segments_combine_inverse' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @metric@_segment_summary_combine_inverse(@metric@_segment_summary, @metric@_segment_summary) IS 'inverse step of rollup(@metric@_segment_summary)';

CREATE FUNCTION @metric@_segment_final(t @metric@_segment_summary) RETURNS @metric@_segment_summary
	AS 'MODULE_PATHNAME', 'cx_segments_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @metric@_segment_final(@metric@_segment_summary) IS 'final function of the aggregates: the state as it is stored';

CREATE AGGREGATE rollup(@metric@_segment_summary) (
	SFUNC = @metric@_segment_summary_combine, STYPE = @metric@_segment_summary, SSPACE = 2048, INITCOND = '{"n": 0}',
	FINALFUNC = @metric@_segment_final, COMBINEFUNC = @metric@_segment_summary_combine,
	MSFUNC = @metric@_segment_summary_combine, MINVFUNC = @metric@_segment_summary_combine_inverse,
	MSTYPE = @metric@_segment_summary, MSSPACE = 2048, MFINALFUNC = @metric@_segment_final, MINITCOND = '{"n": 0}',
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(@metric@_segment_summary) IS
'many summaries in one, segment by segment; NULL summaries are skipped, none at all give the empty summary. Different scales, or weighted and unweighted ones, are an error. In a GROUP BY clause rollup is PostgreSQL''s grouping set: put the call in the select list.';

CREATE FUNCTION @metric@_segment_accum(state @metric@_segment_summary, segment text, s @metric@_summary) RETURNS @metric@_segment_summary
	AS 'MODULE_PATHNAME', 'cx_segments_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @metric@_segment_accum(@metric@_segment_summary, text, @metric@_summary) IS 'step of @metric@_segment_agg(text, @metric@_summary)';

CREATE FUNCTION @metric@_segment_inverse(state @metric@_segment_summary, segment text, s @metric@_summary) RETURNS @metric@_segment_summary
	AS 'MODULE_PATHNAME', 'cx_segments_inverse' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @metric@_segment_inverse(@metric@_segment_summary, text, @metric@_summary) IS 'inverse step of @metric@_segment_agg(text, @metric@_summary)';

CREATE AGGREGATE @metric@_segment_agg(segment text, s @metric@_summary) (
	SFUNC = @metric@_segment_accum, STYPE = @metric@_segment_summary, SSPACE = 2048, INITCOND = '{"n": 0}',
	FINALFUNC = @metric@_segment_final, COMBINEFUNC = @metric@_segment_summary_combine,
	MSFUNC = @metric@_segment_accum, MINVFUNC = @metric@_segment_inverse,
	MSTYPE = @metric@_segment_summary, MSSPACE = 2048, MFINALFUNC = @metric@_segment_final, MINITCOND = '{"n": 0}',
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @metric@_segment_agg(text, @metric@_summary) IS
'answers to @what@ by segment, of summaries that are already made, for @metric@_change(before, after) and @metric@_segments(t). A NULL segment is one of its own; a segment that comes again is merged; NULL and empty summaries are skipped. Different scales, or weighted and unweighted ones, are an error, as are more than 100,000 segments.';

-- Reading a summary

CREATE FUNCTION segment_total(t @metric@_segment_summary) RETURNS @metric@_summary
	AS 'MODULE_PATHNAME', 'cx_segments_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION segment_total(@metric@_segment_summary) IS 'all segments together, for @metric@(s), @metric@_report(s) and the other accessors; the empty summary where there are none';

CREATE FUNCTION segment_summaries(t @metric@_segment_summary, OUT segment text, OUT summary @metric@_summary)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_segments_summaries' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION segment_summaries(@metric@_segment_summary) IS 'a row for every segment with its summary: what @metric@_segment_agg was given; no rows for the empty summary';

CREATE FUNCTION @metric@_change(before @metric@_segment_summary, after @metric@_segment_summary,
	OUT segment text, OUT before float8, OUT after float8, OUT before_share float8, OUT after_share float8,
	OUT rate_effect float8, OUT mix_effect float8, OUT total_effect float8,
	OUT stderr float8, OUT p_value float8, OUT p_adjusted float8, OUT status text)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_segments_change' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION @metric@_change(@metric@_segment_summary, @metric@_segment_summary) IS
'because of whom @metric@ changed: a row for every segment of either summary, with its @metric@ and its share of all answers (0 to 1) before and after. In @unit@, rate_effect = mean share * change of its level, mix_effect = change of share * (its mean level - mean of the two totals), total_effect is both; over all rows they add up to the change of the total (Kitagawa 1955). status is stayed, entered (before is NULL) or left (after is NULL); who entered or left has a mix effect only. stderr and p_value are those of @metric@_compare(after, before) within the segment, p_adjusted the latter for all segments (Benjamini & Hochberg 1995); NULL where there is nothing to compare. Effects are NULL where one summary is empty. Assumes independent answers.';

CREATE FUNCTION @metric@_segments(t @metric@_segment_summary, level float8 DEFAULT 0.95, min_responses bigint DEFAULT 1,
	OUT segment text, OUT responses bigint, OUT @metric@ float8, OUT shrunk_@metric@ float8, OUT lower float8, OUT upper float8,
	OUT difference_from_rest float8, OUT p_adjusted float8, OUT verdict text)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_segments_league' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION @metric@_segments(@metric@_segment_summary, float8, bigint) IS
'who is better or worse: a row for every segment. shrunk_@metric@ draws @metric@ towards the common level by as much as it is uncertain, with lower and upper around what it may truly be: levels are normal around a common mean, with a variance between segments that is averaged over (uniform shrinkage prior, Daniels 1999; Deely & Lindley 1981) and one variance of an answer within them; a segment that stands alone is not drawn. difference_from_rest, in @unit@, is to all other answers, p_adjusted its p-value as in @metric@_compare(s, rest), adjusted for all segments (Benjamini & Hochberg 1995); verdict is better or worse where p_adjusted <= 1 - level, else unproven. NULL where there are no others. With fewer answers than min_responses the figures are NULL and the verdict unproven, but the row stays. Assumes independent answers.';
--@ end

-- One pass over the answers

--@ each number
CREATE FUNCTION nps_segment_accum(state nps_segment_summary, segment text, score @number@) RETURNS nps_segment_summary
	AS 'MODULE_PATHNAME', 'cx_nps_segments_accum_@c@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nps_segment_accum(nps_segment_summary, text, @number@) IS 'step of nps_segment_agg(text, @number@)';

CREATE FUNCTION nps_segment_inverse(state nps_segment_summary, segment text, score @number@) RETURNS nps_segment_summary
	AS 'MODULE_PATHNAME', 'cx_nps_segments_inverse_@c@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nps_segment_inverse(nps_segment_summary, text, @number@) IS 'inverse step of nps_segment_agg(text, @number@)';

CREATE AGGREGATE nps_segment_agg(segment text, score @number@) (
	SFUNC = nps_segment_accum, STYPE = nps_segment_summary, SSPACE = 2048, INITCOND = '{"n": 0}',
	FINALFUNC = nps_segment_final, COMBINEFUNC = nps_segment_summary_combine,
	MSFUNC = nps_segment_accum, MINVFUNC = nps_segment_inverse,
	MSTYPE = nps_segment_summary, MSSPACE = 2048, MFINALFUNC = nps_segment_final, MINITCOND = '{"n": 0}',
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps_segment_agg(text, @number@) IS
'answers 0 to 10 to an NPS question by segment, in one pass, for nps_change(before, after) and nps_segments(t). A NULL segment is one of its own; NULL answers are skipped; anything but a whole number from 0 to 10 is an error, as are more than 100,000 segments.';
--@ end
