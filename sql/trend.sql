-- Trends: is it really moving, and since when

--@ include sql/summary.template type=trend_summary combine=cx_trend_combine storage=extended
COMMENT ON TYPE trend_summary IS 'a series, a map from date to what was measured then: mergeable, storable; 32 bytes, and for every point 24, 96 where it keeps answers, 288 weighted ones. At most 100,000 points, no date twice; all points hold the same: values, values with n, or answers on one scale';

CREATE FUNCTION trend_final(t trend_summary) RETURNS trend_summary
	AS 'MODULE_PATHNAME', 'cx_trend_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION trend_final(trend_summary) IS 'final function of the aggregates: the state as it is stored';

CREATE AGGREGATE rollup(trend_summary) (
	SFUNC = trend_summary_combine, STYPE = trend_summary, SSPACE = 2048, INITCOND = '{"n": 0}',
	FINALFUNC = trend_final, COMBINEFUNC = trend_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(trend_summary) IS
'many series in one; NULL summaries are skipped, none at all give the empty series. A date that two of them have, and series of different things, are an error. In a GROUP BY clause rollup is PostgreSQL''s grouping set: put the call in the select list.';

-- Making a series

--@ for period / p / volatility in date / date / IMMUTABLE | timestamp / timestamp / IMMUTABLE | timestamptz / timestamptz / STABLE
--@ for what / args / types in value / value float8 / float8 | counted / value float8, n float8 / float8, float8 | answers / s nps_summary / nps_summary | answers / s csat_summary / csat_summary | answers / s ces_summary / ces_summary
CREATE FUNCTION trend_accum(state trend_summary, period @period@, @args@) RETURNS trend_summary
	AS 'MODULE_PATHNAME', 'cx_trend_accum_@what@_@p@' LANGUAGE C @volatility@ STRICT PARALLEL SAFE;
COMMENT ON FUNCTION trend_accum(trend_summary, @period@, @types@) IS 'step of trend_agg(@period@, @types@)';

CREATE AGGREGATE trend_agg(period @period@, @args@) (
	SFUNC = trend_accum, STYPE = trend_summary, SSPACE = 2048, INITCOND = '{"n": 0}',
	FINALFUNC = trend_final, COMBINEFUNC = trend_summary_combine, PARALLEL = SAFE
);
--@ end
COMMENT ON AGGREGATE trend_agg(@period@, float8) IS
'a series of values whose n is not known (revenue, a churn rate), one row a period, in any order. A row with a NULL is skipped, a missing period is a gap. A date that comes twice, a moment that is not midnight (of the session''s time zone, where it has one: truncate first), NaN and infinity are errors; at most 100,000 periods.';
COMMENT ON AGGREGATE trend_agg(@period@, float8, float8) IS
'a series of values, each the mean of n answers, one row a period, in any order: n is whole, and 1 or more. A row with a NULL is skipped, a missing period is a gap. A date that comes twice, a moment that is not midnight (of the session''s time zone, where it has one: truncate first), NaN and infinity are errors; at most 100,000 periods.';
--@ for metric in nps | csat | ces
COMMENT ON AGGREGATE trend_agg(@period@, @metric@_summary) IS
'a series of @metric@ summaries, one row a period, in any order; it keeps the answers of each, so that every question knows how uncertain a period is. NULL and empty summaries, and those of weight 0 only, are skipped; a missing period is a gap. A date that comes twice, a moment that is not midnight (of the session''s time zone, where it has one: truncate first), different scales, and weighted beside unweighted summaries are errors; at most 100,000 periods.';
--@ end
--@ end

-- Reading a series

CREATE FUNCTION trend_points(t trend_summary, OUT period date, OUT n bigint, OUT value float8, OUT stderr float8)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_trend_points' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION trend_points(trend_summary) IS 'a row for every point, in order: answers (NULL where not known), the value (NPS in points, CSAT in percent, CES on its scale), and of answers its standard error in the same unit, sqrt(variance / n) as nps_stderr, csat_stderr and ces_stderr give it; no rows for the empty series';

CREATE FUNCTION sparkline(t trend_summary) RETURNS text
	AS 'MODULE_PATHNAME', 'cx_trend_sparkline' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparkline(trend_summary) IS 'the series as a line of blocks, 1 to 8 eighths high from its least to its greatest value, a dot for a missing period; blocks half high where nothing varies; digits 1 to 8 where the encoding of the database has no blocks; empty for the empty series. The period is the longest (year, quarter, month, week, day) that fits all dates';

CREATE FUNCTION sparkline(numbers float8[]) RETURNS text
	AS 'MODULE_PATHNAME', 'cx_array_sparkline' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparkline(float8[]) IS 'numbers as a line of blocks, 1 to 8 eighths high from the least to the greatest, a dot for NULL; blocks half high where nothing varies; digits 1 to 8 where the encoding of the database has no blocks; empty for an empty array. NaN, infinity and more than 100,000 numbers are an error';

-- Asking a series

CREATE FUNCTION trend_test(t trend_summary, season integer DEFAULT NULL, level float8 DEFAULT 0.95,
	OUT tau float8, OUT statistic float8, OUT p_value float8, OUT slope float8, OUT lower float8, OUT upper float8)
	AS 'MODULE_PATHNAME', 'cx_trend_test' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION trend_test(trend_summary, integer, float8) IS 'is there a trend, of whatever shape? Mann (1945) and Kendall''s (1975) test: tau-b from -1 to 1, the statistic (S -+ 1) / sqrt(var S) with ties, standard normal without a trend, and its two-sided p-value; Sen''s slope (1968), the median of the slopes of all pairs of points, in units of the value a period, with limits at this level. With a season of so many periods only pairs of the same season are compared (Hirsch, Slack & Smith 1982); the slope remains that of a period. Assumes points that do not depend on each other. NULL where nothing varies (the slope: 0), below two points, and limits where there are too few points for the level';

CREATE FUNCTION control_chart(t trend_summary, method text DEFAULT 'auto', baseline_until date DEFAULT NULL, rules text[] DEFAULT '{}',
	lambda float8 DEFAULT 0.2, l float8 DEFAULT 3, k float8 DEFAULT 0.5, h float8 DEFAULT 5,
	OUT period date, OUT n bigint, OUT value float8, OUT center float8, OUT lower float8, OUT upper float8, OUT signals text[])
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_trend_control_chart' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION control_chart(trend_summary, text, date, text[], float8, float8, float8, float8) IS
'which periods are signals, and which are noise: a row for every point with the limits it must keep and the names of what it breaks, an empty array where all is well. Methods: shewhart (1931), centre -+ 3 sqrt(V / n) of a series of answers, V the variance of an answer of the whole baseline (where all are alike, with two of four more a step away: Agresti & Coull 1998, for NPS Rocks 2016); laney (2002), that times the mean moving range of the standardised points / 1.128379, as much as they vary by nature; xmr (Wheeler 1993), centre -+ 3 mean moving range / 1.128379, and on request moving_range where a range exceeds 3.267 mean ranges; ewma (Roberts 1959; lambda, l) and cusum (Page 1954; k, h, in standard deviations), whose value is what is charted. auto is shewhart of answers with limits as skewed as the mean of so many answers is (Wilson & Hilferty 1931), laney where they vary more than that explains (5 %), laney of values with n, and xmr of values. Signals: beyond_limits, and on request by name moving_range (xmr), western_electric_1 to western_electric_4 (1956) and nelson_1 to nelson_8 (1984), or all of western_electric or nelson. Limits come from all points, or those until baseline_until; NULL where there are too few, and no signals then. Points follow each other whether or not periods are missing between them';

CREATE FUNCTION change_points(t trend_summary, season integer DEFAULT NULL, penalty float8 DEFAULT NULL, level float8 DEFAULT 0.95,
	OUT period date, OUT before float8, OUT after float8, OUT difference float8, OUT lower float8, OUT upper float8)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_trend_change_points' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION change_points(trend_summary, integer, float8, float8) IS
'since when has the series another level? A row for each change, at the first period of the new level: the levels before and after, up to the changes next to it, their difference, and its limits at this level, in units of the value. The parts are those that minimise the sum of squares about their levels and a penalty a change (optimal partitioning by FPOP, Maidstone et al. 2017), by default 2 ln n, in units of the long-run variance: that of differences over one and two points, without the largest tenth, as of a series that is r times its last value and noise, and of answers no less than they make a score vary. So a series that remembers its last value is not taken for one that changes. A square is 6 variances at most, or 0.8 penalties where that is less (Fearnhead & Rigaill 2019): what is farther away is an outlier and not of the level, and a change lasts three periods at least, or two at an end. Periods weigh by their answers, as far as those explain how they vary. With a season of so many periods that is taken out first, the median distance of its periods from the level about them. No rows where nothing changes, below five points, and below two seasons';
