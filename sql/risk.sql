-- Revenue at risk: what we expect to lose, and how sure that is

--@ include sql/summary.template type=risk_summary combine=cx_risk_combine storage=extended
COMMENT ON TYPE risk_summary IS 'revenue of accounts and how likely they are to leave: mergeable, storable; 208 bytes, 40 more for every account that may leave or stay, up to 256 of them, beyond that 13000 bytes (less where stored compressed): the 64 largest accounts and sums over the others, by revenue and probability; money exact to the last digit';

CREATE FUNCTION risk_final(s risk_summary) RETURNS risk_summary
	AS 'MODULE_PATHNAME', 'cx_risk_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION risk_final(risk_summary) IS 'final function of the aggregates: the state as it is stored';

CREATE AGGREGATE rollup(risk_summary) (
	SFUNC = risk_summary_combine, STYPE = risk_summary, SSPACE = 2048, INITCOND = '{"n": 0}',
	FINALFUNC = risk_final, COMBINEFUNC = risk_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(risk_summary) IS
'many summaries in one; NULL summaries are skipped, none at all give the empty summary. Different correlations are an error. In a GROUP BY clause rollup is PostgreSQL''s grouping set: put the call in the select list.';

-- Reading a summary

CREATE FUNCTION risk_accounts(s risk_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'cx_risk_accounts_rated' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION risk_accounts(risk_summary) IS 'number of rated accounts, those with a probability; 0 for the empty summary';

CREATE FUNCTION risk_accounts_unrated(s risk_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'cx_risk_accounts_unrated' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION risk_accounts_unrated(risk_summary) IS 'number of accounts whose probability was NULL; no other figure counts them';

CREATE FUNCTION risk_revenue(s risk_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cx_risk_revenue' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION risk_revenue(risk_summary) IS 'revenue of the rated accounts, exact; 0 for the empty summary';

CREATE FUNCTION risk_revenue_unrated(s risk_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cx_risk_revenue_unrated' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION risk_revenue_unrated(risk_summary) IS 'revenue of the accounts whose probability was NULL, exact; no other figure counts it';

CREATE FUNCTION risk_correlation(s risk_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_risk_correlation' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION risk_correlation(risk_summary) IS 'correlation that the summary was made with, 0 where accounts are independent; NULL for the empty summary';

CREATE FUNCTION expected_loss(s risk_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cx_risk_expected_loss' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION expected_loss(risk_summary) IS 'the revenue we expect to lose: sum of probability * revenue over rated accounts, whatever the correlation; exact with probability::numeric (15 significant digits, at most 20 decimals), rounded to the decimals of the revenue and 2 more; NULL without rated accounts';

CREATE FUNCTION revenue_at_risk_final(s risk_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cx_risk_certain_loss' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION revenue_at_risk_final(risk_summary) IS 'final function of revenue_at_risk: revenue of accounts of probability 1';

CREATE FUNCTION at_risk_share(s risk_summary) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_risk_at_risk_share' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION at_risk_share(risk_summary) IS 'expected loss over rated revenue, 0 to 1; NULL without rated revenue';

CREATE FUNCTION loss_stddev(s risk_summary) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cx_risk_loss_stddev' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION loss_stddev(risk_summary) IS 'standard deviation of the loss, in units of the revenue: sqrt(sum of p (1 - p) revenue^2) of independent accounts, by integration over the common factor (Vasicek 1987) of correlated ones; NULL without rated accounts';

CREATE FUNCTION loss_quantile(s risk_summary, q float8) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cx_risk_loss_quantile' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION loss_quantile(risk_summary, float8) IS 'the smallest x with P(loss <= x) >= q, in units of the revenue: with certainty q we lose no more than x. Up to 12 open accounts by going through all outcomes; up to 256 independent open accounts by convolution, exact where their amounts are multiples of a unit (2^20 in all), else on a grid of 2^16 steps; of more, the 64 largest are taken one by one, the others in groups of like revenue and probability, by the power series of the logarithm of the transform (De Pril 1989), with a common unit on up to 2^16 of them. Correlated accounts share one Gaussian factor (Vasicek 1987; CreditMetrics 1997), over which their transforms are summed. Probabilities are taken as known. NULL without rated accounts';

CREATE FUNCTION loss_shortfall(s risk_summary, q float8) RETURNS numeric
	AS 'MODULE_PATHNAME', 'cx_risk_loss_shortfall' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION loss_shortfall(risk_summary, float8) IS 'expected shortfall: the mean loss of the worst 1 - q of all outcomes, in units of the revenue (Acerbi & Tasche 2002; Rockafellar & Uryasev 2002), never below loss_quantile(s, q); NULL without rated accounts';

CREATE FUNCTION loss_interval(s risk_summary, level float8 DEFAULT 0.95, OUT lower numeric, OUT upper numeric)
	AS 'MODULE_PATHNAME', 'cx_risk_loss_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION loss_interval(risk_summary, float8) IS 'the quantiles (1 - level) / 2 and (1 + level) / 2 of the loss, in units of the revenue; write (loss_interval(s)).lower to read a column; NULL without rated accounts';

CREATE FUNCTION loss_distribution(s risk_summary, points integer DEFAULT 100, OUT loss numeric, OUT probability float8, OUT cumulative float8)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_risk_loss_distribution' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION loss_distribution(risk_summary, integer) IS 'the distribution of the loss, for a plot: a row for every possible loss where there are at most so many points and they are exact, else so many points at equal distances, each with the probability since the one before; cumulative is P(loss <= this). No rows without rated accounts';

CREATE FUNCTION risk_report(s risk_summary, level float8 DEFAULT 0.95,
	OUT accounts bigint, OUT revenue numeric, OUT unrated_accounts bigint, OUT unrated_revenue numeric, OUT correlation float8,
	OUT expected_loss numeric, OUT at_risk_share float8, OUT loss_stddev numeric,
	OUT loss_lower numeric, OUT loss_upper numeric, OUT loss_quantile numeric, OUT loss_shortfall numeric)
	AS 'MODULE_PATHNAME', 'cx_risk_report' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION risk_report(risk_summary, float8) IS 'one row: accounts and revenue, rated and unrated, the expected loss and its share, standard deviation, the two-sided interval of the loss at this level, and the quantile and the shortfall at it';

-- The aggregates and their transition functions

--@ each number
--@ for args / at in / | , correlation float8 / , float8
CREATE FUNCTION risk_accum(state risk_summary, revenue @number@, probability float8@args@) RETURNS risk_summary
	AS 'MODULE_PATHNAME', 'cx_risk_accum_@c@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION risk_accum(risk_summary, @number@, float8@at@) IS 'step of risk_agg(@number@, float8@at@)';

CREATE AGGREGATE risk_agg(revenue @number@, probability float8@args@) (
	SFUNC = risk_accum, STYPE = risk_summary, SSPACE = 2048, INITCOND = '{"n": 0}',
	FINALFUNC = risk_final, COMBINEFUNC = risk_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE risk_agg(@number@, float8@at@) IS
'summary of what accounts pay and how likely they are to leave, one row an account. NULL probability is an account that nobody has rated, kept apart; NULL revenue is 0; a row with neither is no account. With a correlation from 0 to below 1 accounts share one Gaussian factor, 0 (or left out) means independent. A probability outside 0 to 1, negative, NaN or infinite revenue, and a correlation that varies are errors.';
--@ end

CREATE AGGREGATE expected_loss(revenue @number@, probability float8) (
	SFUNC = risk_accum, STYPE = risk_summary, SSPACE = 2048, INITCOND = '{"n": 0}',
	FINALFUNC = expected_loss, COMBINEFUNC = risk_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE expected_loss(@number@, float8) IS
'the revenue we expect to lose: sum of probability * revenue, one row an account; exact, rounded to the decimals of the revenue and 2 more. Rows without a probability are left out (risk_agg keeps them apart), NULL revenue is 0; NULL without a probability at all. A probability outside 0 to 1 and negative, NaN or infinite revenue are errors.';

--@ for score / s in smallint / int2 | integer / int4 | bigint / int8 | numeric / numeric | double precision / float8
CREATE FUNCTION revenue_at_risk_accum(state risk_summary, score @score@, revenue @number@) RETURNS risk_summary
	AS 'MODULE_PATHNAME', 'cx_risk_band_accum_@s@_@c@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION revenue_at_risk_accum(risk_summary, @score@, @number@) IS 'step of revenue_at_risk(@score@, @number@)';

CREATE AGGREGATE revenue_at_risk(score @score@, revenue @number@) (
	SFUNC = revenue_at_risk_accum, STYPE = risk_summary, SSPACE = 256, INITCOND = '{"n": 0}',
	FINALFUNC = revenue_at_risk_final, COMBINEFUNC = risk_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE revenue_at_risk(@score@, @number@) IS
'revenue in the hands of detractors: the sum of the revenue of accounts whose NPS answer is 0 to 6, exact, one row an account. NULL scores are skipped, NULL revenue is 0; NULL without answers. Anything but a whole number from 0 to 10, and negative, NaN or infinite revenue are errors.';
--@ end
--@ end
