-- Retention over raw events, the whole path in one aggregate

--@ include sql/summary.template type=customer_activity_summary combine=cx_customers_combine storage=extended
COMMENT ON TYPE customer_activity_summary IS 'activity of many customers by period: mergeable, storable; for a customer 24 bytes (32 where customers are uuid or text) and 2 for every active period, with money 10. Not above 1 GB. Integers and uuid are kept as they are, of text a hash of 128 bits; money exact to the last digit';

CREATE FUNCTION customer_activity_final(s customer_activity_summary) RETURNS customer_activity_summary
	AS 'MODULE_PATHNAME', 'cx_customers_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION customer_activity_final(customer_activity_summary) IS 'final function of the aggregates: the state as it is stored';

CREATE AGGREGATE rollup(customer_activity_summary) (
	SFUNC = customer_activity_summary_combine, STYPE = customer_activity_summary, SSPACE = 65536, INITCOND = '{"n": 0}',
	FINALFUNC = customer_activity_final, COMBINEFUNC = customer_activity_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(customer_activity_summary) IS
'many summaries in one: whoever is in several of them is one customer. NULL summaries are skipped, none at all give the empty summary. Different types of customers, periods, types of moments or time zones are an error. In a GROUP BY clause rollup is PostgreSQL''s grouping set: put the call in the select list.';

CREATE FUNCTION customers(s customer_activity_summary) RETURNS bigint
	AS 'MODULE_PATHNAME', 'cx_customers_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION customers(customer_activity_summary) IS 'number of customers; 0 for the empty summary';

CREATE FUNCTION cohorts(s customer_activity_summary) RETURNS cohort_summary
	AS 'MODULE_PATHNAME', 'cx_customers_cohorts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cohorts(customer_activity_summary) IS 'cohorts of these customers, each in the period of its first activity: what cohort_agg makes of the activity of each of them, and retention_agg of the same events; the empty summary where there are none';

-- The aggregates and their transition functions

--@ for customer / k in smallint / int2 | integer / int4 | bigint / int8 | uuid / uuid | text / text
--@ for at / m / volatile / zone in date / date / IMMUTABLE / Dates fall into periods as they are. | timestamp without time zone / timestamp / IMMUTABLE / Moments fall into periods as they are written. | timestamp with time zone / timestamptz / STABLE / Moments fall into periods by the session''s TimeZone, which the summary remembers.
--@ for args / types / c / money in / / / . | amount bigint, / bigint, / _int8 / , with the exact sum of their amounts (NULL is activity without money, a negative one a refund). | amount numeric, / numeric, / _numeric / , with the exact sum of their amounts (NULL is activity without money, a negative one a refund). | amount double precision, / double precision, / _float8 / , with the exact sum of their amounts (NULL is activity without money, a negative one a refund).
CREATE FUNCTION customer_activity_accum(state customer_activity_summary, customer @customer@, at @at@, @args@ period text) RETURNS customer_activity_summary
	AS 'MODULE_PATHNAME', 'cx_customers_accum_@k@_@m@@c@' LANGUAGE C @volatile@ PARALLEL SAFE;
COMMENT ON FUNCTION customer_activity_accum(customer_activity_summary, @customer@, @at@, @types@ text) IS 'step of retention_agg(@customer@, @at@, @types@ text) and customer_activity_agg';

CREATE AGGREGATE retention_agg(customer @customer@, at @at@, @args@ period text) (
	SFUNC = customer_activity_accum, STYPE = customer_activity_summary, SSPACE = 65536, INITCOND = '{"n": 0}',
	FINALFUNC = cohorts, COMBINEFUNC = customer_activity_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE retention_agg(@customer@, @at@, @types@ text) IS
'cohorts over raw events, in one pass: exactly what cohort_agg makes of activity_agg grouped by customer. A row is an event of a customer; cohorts are by the day, week (ISO 8601), month, quarter or year (period) of the first one@money@ Rows without a customer or a moment are skipped. @zone@ Customers of uuid or integers are told apart exactly, of text by a hash of 128 bits. It keeps all customers in memory, some 180 bytes each where they were active in 12 periods, and cannot use the disk: near 1 GB it stops with an error. Infinite moments and amounts, and more than 10,000 periods from the first to the last of a customer, are errors.';

CREATE AGGREGATE customer_activity_agg(customer @customer@, at @at@, @args@ period text) (
	SFUNC = customer_activity_accum, STYPE = customer_activity_summary, SSPACE = 65536, INITCOND = '{"n": 0}',
	FINALFUNC = customer_activity_final, COMBINEFUNC = customer_activity_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customer_activity_agg(@customer@, @at@, @types@ text) IS
'activity of many customers over raw events, to be stored and merged with that of other days, in which the same customers come again: rollup(customer_activity_summary), then cohorts(s). A row is an event of a customer; kept are the days, weeks (ISO 8601), months, quarters or years (period) in which there were any@money@ Otherwise as retention_agg.';
--@ end
--@ end
--@ end
