-- Cohorts: who stays, how long, and what they bring

--@ include sql/summary.template type=cohort_summary combine=cx_cohorts_combine storage=extended
COMMENT ON TYPE cohort_summary IS 'customers by cohort (the period of their start) and age (periods since): how many were active, for how many that was the last activity, and their money. Mergeable where customers are others, storable; 48 bytes, and for every pair of cohort and age with anybody in it 24, with money 56; at most 2,097,152 of them. Money exact to the last digit';

CREATE FUNCTION cohort_final(s cohort_summary) RETURNS cohort_summary
	AS 'MODULE_PATHNAME', 'cx_cohorts_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cohort_final(cohort_summary) IS 'final function of the aggregates: the state as it is stored';

CREATE AGGREGATE rollup(cohort_summary) (
	SFUNC = cohort_summary_combine, STYPE = cohort_summary, SSPACE = 16384, INITCOND = '{"n": 0}',
	FINALFUNC = cohort_final, COMBINEFUNC = cohort_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(cohort_summary) IS
'many summaries in one. Their customers must be others: who is in two of them counts twice; merge the activity of a customer before, with rollup(activity_summary). NULL summaries are skipped, none at all give the empty summary. Different periods, types of moments or time zones are an error. In a GROUP BY clause rollup is PostgreSQL''s grouping set: put the call in the select list.';

-- Reading a summary

CREATE FUNCTION cohort_retention(s cohort_summary, as_of date DEFAULT NULL, mode text DEFAULT 'bounded', level float8 DEFAULT 0.95, since date DEFAULT NULL,
	OUT cohort date, OUT age integer, OUT as_of date, OUT customers bigint, OUT retained bigint, OUT retention float8, OUT lower float8, OUT upper float8,
	OUT revenue numeric, OUT revenue_retention float8, OUT complete boolean)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_cohort_retention' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 1000;
COMMENT ON FUNCTION cohort_retention(cohort_summary, date, text, float8, date) IS
'a row for every cohort and age that has begun by as_of, the last fully observed day (NULL: the last day seen in the data; pass a common one to summaries that are compared). cohort is the first day of its period, age counts periods from 0. retained is how many of its customers were active in that period (mode bounded, also n_day), or in it or later (unbounded, also on_or_after; activity after as_of counts as later), retention their share, 0 to 1, lower and upper its limits (Wilson 1927). revenue is the money of that period, revenue_retention over that of age 0 (NULL where that is 0 or less). complete is false where the period was not over: such a row is not to be compared. since leaves out cohorts that begin before. No rows for the empty summary, and where s, mode or level is NULL.';

CREATE FUNCTION retention_curve(s cohort_summary, as_of date DEFAULT NULL, mode text DEFAULT 'bounded', level float8 DEFAULT 0.95, since date DEFAULT NULL,
	OUT age integer, OUT eligible bigint, OUT retained bigint, OUT retention float8, OUT lower float8, OUT upper float8, OUT revenue_retention float8)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_retention_curve' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 24;
COMMENT ON FUNCTION retention_curve(cohort_summary, date, text, float8, date) IS
'all cohorts in one curve: for every age, sum of retained over sum of customers of the cohorts for which that age is complete, eligible being those customers, with Wilson''s limits (1927); revenue_retention is the sum of their revenue over that of age 0 (NULL where that is 0 or less). Each age is of other cohorts, so that the curve may rise. Arguments as in cohort_retention.';

CREATE FUNCTION cohort_matrix(s cohort_summary, as_of date DEFAULT NULL, mode text DEFAULT 'bounded') RETURNS SETOF text
	AS 'MODULE_PATHNAME', 'cx_cohort_matrix' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 24;
COMMENT ON FUNCTION cohort_matrix(cohort_summary, date, text) IS
'the triangle, for people: a head with the ages, and a line of text for every cohort with its customers and their retention in percent; a star where the period was not over at as_of. Arguments as in cohort_retention; no lines for the empty summary.';

CREATE FUNCTION activity_before_start(s cohort_summary, OUT customers bigint, OUT periods bigint, OUT revenue numeric)
	AS 'MODULE_PATHNAME', 'cx_activity_before_start' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_before_start(cohort_summary) IS 'activity in periods before the start of a customer''s cohort, which no other figure counts: customers with any, their active periods in all, and their money (NULL where no amount was given); write (activity_before_start(s)).customers to read a column';

-- The aggregates and their transition functions

CREATE FUNCTION cohort_accum(state cohort_summary, a activity_summary) RETURNS cohort_summary
	AS 'MODULE_PATHNAME', 'cx_cohorts_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(cohort_summary, activity_summary) IS 'step of cohort_agg(activity_summary)';

CREATE AGGREGATE cohort_agg(a activity_summary) (
	SFUNC = cohort_accum, STYPE = cohort_summary, SSPACE = 16384, INITCOND = '{"n": 0}',
	FINALFUNC = cohort_final, COMBINEFUNC = cohort_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(activity_summary) IS
'cohorts of customers, one row a customer: each belongs to the period of its first activity. NULL and empty activity is of nobody. Different periods, types of moments or time zones are an error.';

CREATE FUNCTION cohort_accum(state cohort_summary, a activity_summary, cohort_start date, period text) RETURNS cohort_summary
	AS 'MODULE_PATHNAME', 'cx_cohorts_accum_start' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cohort_accum(cohort_summary, activity_summary, date, text) IS 'step of cohort_agg(activity_summary, date, text)';

CREATE AGGREGATE cohort_agg(a activity_summary, cohort_start date, period text) (
	SFUNC = cohort_accum, STYPE = cohort_summary, SSPACE = 16384, INITCOND = '{"n": 0}',
	FINALFUNC = cohort_final, COMBINEFUNC = cohort_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_agg(activity_summary, date, text) IS
'cohorts of customers, one row a customer, by another start than their first activity: sign-up, first survey. Whose activity is NULL or empty (signed up, never bought) counts among the customers of the cohort; activity in periods before the start is kept apart, see activity_before_start(s). Whose start is NULL is in no cohort. period is that of the activity: another one is an error, as are different types of moments or time zones, and more than 10,000 periods from the start to the last activity.';
