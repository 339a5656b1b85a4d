-- Bad input: every error with its SQLSTATE, what it says and the way out; corrupt text; NULL arguments.

\pset format unaligned
\pset tuples_only on
\pset null NULL

-- What an expression gives, or its error.  Long values are cut.
CREATE FUNCTION pg_temp.try(expression text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text; state text; message text; detail text; hint text;
BEGIN
	EXECUTE 'SELECT (' || expression || ')::text' INTO result;
	RETURN left(expression, 100) || ' = ' || coalesce(left(result, 200), 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN left(expression, 100) || E'\n    ' || state || ' ' || left(message, 300) || coalesce(E'\n    detail: ' || nullif(left(detail, 300), ''),
		'') || coalesce(E'\n    hint: ' || nullif(left(hint, 500), ''), '');
END $$;

-- Only the SQLSTATE, or ''.
CREATE FUNCTION pg_temp.state_of(expression text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE 'SELECT (' || expression || ')::text' INTO result;
	RETURN '';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;

-- ---- answers that are none ----

SELECT pg_temp.try(format('nps(%s)', x)) FROM unnest(ARRAY['11', '-1', '99', '(-32768)::smallint', '32767::smallint', '2147483647', '99999999999',
	'-9223372036854775808',
	'7.5', '11.5', '-0.5', '10.000000000000000000001', '1e20::numeric', '1e-30', '''NaN''::numeric', '''Infinity''::numeric',
		'''-Infinity''::numeric',
	'7.5::float8', '10.5::float8', '-0.001::float8', '1e300::float8', '''NaN''::float8', '''Infinity''::float8', '''-Infinity''::float8']) AS x;

-- the other scales name themselves, and the check that fits
SELECT pg_temp.try(x) FROM unnest(ARRAY['csat(0)', 'csat(6)', 'csat(4.5)', 'csat(8, 7)', 'csat(7.5::float8, 10, 1)', 'ces(0)', 'ces(8)',
	'ces(5.5::float8)', 'ces(6, 5)', 'ces(6::bigint, 5, true)']) AS x;

-- every aggregate and every type refuses every kind of bad answer
WITH calls (call, scale) AS (VALUES
	('nps(%s)', 10), ('nps_agg(%s)', 10), ('nps_weighted(%s, 1)', 10), ('nps_weighted_agg(%s, 1)', 10), ('nps_counts_agg(%s, 1)', 10),
		('nps_paired_agg(%s, 5)', 10), ('nps_paired_agg(5, %s)', 10), ('nps_band(%s)', 10),
	('csat(%s)', 5), ('csat(%s, 11)', 11), ('csat(%s, 11, 4)', 11), ('csat_agg(%s)', 5), ('csat_agg(%s, 11)', 11), ('csat_agg(%s, 11, 4)', 11),
	('csat_weighted(%s, 1)', 5), ('csat_weighted(%s, 1, 11)', 11), ('csat_weighted(%s, 1, 11, 4)', 11), ('csat_weighted_agg(%s, 1)', 5),
		('csat_weighted_agg(%s, 1, 11)', 11), ('csat_weighted_agg(%s, 1, 11, 4)', 11),
	('csat_counts_agg(%s, 1)', 5), ('csat_counts_agg(%s, 1, 11)', 11), ('csat_counts_agg(%s, 1, 11, 4)', 11),
	('ces(%s)', 7), ('ces(%s, 11)', 11), ('ces(%s, 11, true)', 11), ('ces_agg(%s)', 7), ('ces_agg(%s, 11)', 11), ('ces_agg(%s, 11, false)', 11),
	('ces_weighted(%s, 1)', 7), ('ces_weighted(%s, 1, 11)', 11), ('ces_weighted(%s, 1, 11, true)', 11), ('ces_weighted_agg(%s, 1)', 7),
		('ces_weighted_agg(%s, 1, 11)', 11), ('ces_weighted_agg(%s, 1, 11, true)', 11),
	('ces_counts_agg(%s, 1)', 7), ('ces_counts_agg(%s, 1, 11)', 11), ('ces_counts_agg(%s, 1, 11, true)', 11)),
answers (answer) AS (
	SELECT format('%s::%s', quote_literal(value), type) FROM unnest(ARRAY['12', '-1', '-32768', '32767']) AS value,
		unnest(ARRAY['smallint', 'integer', 'bigint', 'numeric', 'float8']) AS type
	UNION ALL SELECT format('%s::%s', quote_literal(value), type) FROM unnest(ARRAY['99999999999', '-99999999999', '4294967301']) AS value,
		unnest(ARRAY['bigint', 'numeric', 'float8']) AS type
	UNION ALL SELECT format('%s::%s', quote_literal(value), type)
		FROM unnest(ARRAY['1.5', '-0.5', '11.000001', 'NaN', 'Infinity', '-Infinity', '1e300', '-1e300', '1e-300',
		'100000000000000000000']) AS value, unnest(ARRAY['numeric', 'float8']) AS type),
tried AS (SELECT call, answer, pg_temp.state_of(format(call, answer)) AS state FROM calls, answers)
SELECT count(*) || ' calls', count(DISTINCT call) || ' aggregates',
	string_agg(format('%s of %s: %s', call, answer, state), E'\n') FILTER (WHERE state <> '22003') FROM tried;

-- the ways out that the hints give
SELECT nps(nullif(score, 99)) = nps(score) FILTER (WHERE nps_valid(score)), count(*) FILTER (WHERE NOT nps_valid(score))
	FROM (VALUES (10), (7), (99), (NULL)) AS v (score);
SELECT nps(nullif(score, 'NaN')) = nps(score) FILTER (WHERE nps_valid(score)) FROM (VALUES (10::float8), (7), ('NaN')) AS v (score);
SELECT csat(score, 7) FILTER (WHERE csat_valid(score, 7)) = csat(nullif(score, 8), 7),
	ces(score, 7) FILTER (WHERE ces_valid(score, 7)) = ces(nullif(score, 8)) FROM (VALUES (7), (7), (8), (1)) AS v (score);

-- ---- arguments ----

SELECT pg_temp.try(format('csat(3, %s)', x)) FROM unnest(ARRAY['1', '0', '-5', '12', '99', '2147483647', 'NULL']) AS x;
SELECT pg_temp.try(format('csat(3, %s)', x)) FROM unnest(ARRAY['5, 5', '5, 6', '5, 0', '5, -1', '2, 2', '5, NULL', '1, 1']) AS x;
SELECT pg_temp.try(x) FROM unnest(ARRAY['ces(3, 1)', 'ces(3, 12, true)', 'ces(3, NULL)', 'ces(3, 5, NULL)', 'csat_valid(3, 1)', 'ces_valid(3.5, 99)',
	'csat_weighted(3, 1, 1)', 'csat_counts_agg(3, 1, 5, 5)', 'ces_weighted_agg(3, 1, 99)']) AS x;
-- a scale that is out of range matters also where the answer is not, but not where there is none
SELECT pg_temp.try(x) FROM unnest(ARRAY['csat(NULL::int, 99)', 'csat(NULL::int, NULL, NULL)', 'ces_agg(NULL::numeric, 1, NULL)',
	'csat_weighted_agg(NULL::int, NULL, NULL)', 'csat_counts_agg(NULL::int, NULL, 5)']) AS x;

SELECT pg_temp.try(format(call, level))
FROM (VALUES (1, 'nps_interval(nps_agg(9), %s)')) AS v (i, call), unnest(ARRAY['0', '1', '-0.1', '95', '''NaN''', '''Infinity''']) AS level;
WITH calls (call) AS (VALUES ('nps_interval(nps_agg(9), %s)'), ('nps_margin(nps_agg(9), %s)'), ('nps_report(nps_agg(9), %s)'),
	('nps_compare(nps_agg(9), nps_agg(8), %s)'), ('nps_verdict(nps_agg(9), 0, %s)'), ('nps_sample_size(5, %s)'),
	('nps_compare(nps_paired_agg(8, 9), %s)'),
	('csat_interval(csat_agg(5), %s)'), ('csat_margin(csat_agg(5), %s)'), ('csat_report(csat_agg(5), %s)'),
		('csat_compare(csat_agg(5), csat_agg(4), %s)'), ('csat_verdict(csat_agg(5), 50, %s)'),
	('ces_interval(ces_agg(5), %s)'), ('ces_margin(ces_agg(5), %s)'), ('ces_report(ces_agg(5), %s)'), ('ces_compare(ces_agg(5), ces_agg(4), %s)'),
		('ces_verdict(ces_agg(5), 5, %s)'),
	-- of the empty summary too
	('nps_interval(nps_agg(NULL::int), %s)'), ('csat_interval(csat_agg(NULL::int), %s)'), ('ces_report(ces_agg(NULL::int), %s)'),
		('nps_verdict(nps_agg(NULL::int), 0, %s)'))
SELECT count(*) || ' calls', string_agg(format(call, level) || ': ' || state, E'\n') FILTER (WHERE state <> '22023')
FROM calls, unnest(ARRAY['0', '1', '-1', '1.0000001', '95', '''NaN''', '''Infinity''', '''-Infinity''']) AS level,
	LATERAL pg_temp.state_of(format(call, level)) AS state;
-- ordinary levels are not refused, down to what a double can tell from 0 and 1
SELECT pg_temp.try(format('(nps_interval(nps_agg(9), %s)).upper', level)) FROM unnest(ARRAY['1e-300', '0.5', '0.9999999999999999']) AS level;
SELECT pg_temp.try('nps_verdict(nps_agg(9), 0, 0.3)');

SELECT pg_temp.try(x) FROM unnest(ARRAY['nps_interval(nps_agg(9), 0.95, ''Wald'')', 'nps_interval(nps_agg(9), 0.95, '''')',
	'nps_interval(nps_agg(9), method => ''wilson'')', 'nps_compare(nps_agg(9), nps_agg(8), 0.95, ''score'')',
	'nps_compare(nps_agg(9), nps_agg(8), method => ''welch'')',
	'csat_interval(csat_agg(5), method => ''score'')', 'nps_interval(nps_agg(NULL::int), method => ''?'')']) AS x;

SELECT pg_temp.try(x) FROM unnest(ARRAY['nps_probability(nps_agg(9), 101)', 'nps_probability(nps_agg(9), -100.5)', 'nps_verdict(nps_agg(9), ''NaN'')',
	'nps_verdict(nps_agg(NULL::int), 1e300)', 'csat_probability(csat_agg(5), -1)', 'csat_verdict(csat_agg(5), 100.001)',
	'csat_verdict(csat_agg(5), ''Infinity'')',
	'ces_probability(ces_agg(5), 0.9)', 'ces_probability(ces_agg(5), 7.1)', 'ces_verdict(ces_agg(5, 5), 5.5)',
		'ces_verdict(ces_agg(5), ''NaN'')']) AS x;

SELECT pg_temp.try(x) FROM unnest(ARRAY['nps_interval(nps_summary(ARRAY[0,0,0,0,0,0,0,0,0,0,10]), population => 9)',
	'nps_margin(nps_agg(9), population => 0)', 'nps_report(nps_agg(9), population => -1)',
	'csat_interval(csat_summary(ARRAY[3,4,5]), population => 11)', 'csat_margin(csat_agg(5), population => 0)',
	'csat_report(csat_agg(5), population => -9223372036854775808)',
	'ces_interval(ces_summary(ARRAY[3,4,5]), population => 11)', 'ces_margin(ces_agg(5), population => 0)', 'ces_report(ces_agg(5), population => 0)',
		'nps_sample_size(5, population => -1)']) AS x;
SELECT pg_temp.try(x) FROM unnest(ARRAY['nps_sample_size(0)', 'nps_sample_size(-5)', 'nps_sample_size(201)', 'nps_sample_size(''NaN'')',
	'nps_sample_size(''Infinity'')', 'nps_sample_size(1e-10)', 'nps_sample_size(1e-300)', 'nps_sample_size(1e-10, population => 400)',
	'nps_sample_size(1e-300, population => 400)', 'nps_sample_size(5, population => 9223372036854775807)']) AS x;

-- ---- weights and counts ----

SELECT pg_temp.try(format('effective_responses(nps_weighted_agg(9, %s))', w))
	FROM unnest(ARRAY['NULL', '-1', '''-1e-300''', '''NaN''', '''Infinity''', '''-Infinity''', '1e200', '1e-200', '1e101', '1e-101', '1e100',
	'1e-100', '0', '''-0''']) AS w;
WITH calls (call) AS (VALUES ('nps_weighted(%s, %s)'), ('nps_weighted_agg(%s, %s)'), ('csat_weighted(%s, %s)'), ('csat_weighted(%s, %s, 5)'),
	('csat_weighted_agg(%s, %s, 5, 1)'), ('ces_weighted(%s, %s)'), ('ces_weighted_agg(%s, %s, 5)'), ('ces_weighted_agg(%s, %s, 5, true)'))
SELECT weight, string_agg(DISTINCT coalesce(state, 'accepted'), ', ')
FROM calls, unnest(ARRAY['NULL', '-1', '''NaN''', '''Infinity''', '''-Infinity''', '1e200', '1e-200', '0', '2']) AS weight,
	unnest(ARRAY['smallint', 'integer', 'bigint', 'numeric', 'float8']) AS type,
	LATERAL nullif(pg_temp.state_of(format(call, '3::' || type, weight)), '') AS state
GROUP BY weight ORDER BY weight;
-- -0 is 0, to the byte
SELECT nps_weighted_agg(9, '-0') = nps_weighted_agg(9, 0), effective_responses(nps_weighted_agg(9, '-0'));
-- no answer: its weight does not matter
SELECT pg_temp.try(x) FROM unnest(ARRAY['responses(nps_weighted_agg(NULL::int, NULL))', 'responses(nps_weighted_agg(NULL::int, -1))',
	'responses(csat_weighted_agg(NULL::int, ''NaN'', 7))', 'responses(ces_counts_agg(NULL::int, -1))']) AS x;

SELECT pg_temp.try(x) FROM unnest(ARRAY['nps_counts_agg(9, NULL)', 'nps_counts_agg(9, -1)', 'nps_counts_agg(9, -9223372036854775808)',
	'csat_counts_agg(4, NULL, 5)', 'csat_counts_agg(4, -1, 5, 1)', 'ces_counts_agg(4, -1)', 'ces_counts_agg(4, NULL, 7, true)',
	'responses(nps_counts_agg(9, 0))', 'csat_counts_agg(4, 0, 5)']) AS x;

SELECT pg_temp.try(x) FROM unnest(ARRAY['nps_summary(ARRAY[1,2,3])', 'nps_summary(''{}''::bigint[])', 'nps_summary(ARRAY[[1,2,3,4,5,6,7,8,9,10,11]])',
	'nps_summary(ARRAY[1,2,3,4,5,6,7,8,9,10,NULL])', 'nps_summary(ARRAY[1,2,3,4,5,6,7,8,9,10,11,12])', 'nps_summary(ARRAY[1,2,3,4,5,6,7,8,9,10,-11])',
	'nps_summary(ARRAY[1,2,3,4,5,6,7,8,9,10,1.5])', 'nps_summary(ARRAY[1,2,3,4,5,6,7,8,9,10,''NaN''::numeric])',
		'nps_summary(ARRAY[1,2,3,4,5,6,7,8,9,10,1e30])', 'nps_summary(ARRAY[1,2,3,4,5,6,7,8,9,10,-0.5])', 'nps_summary(NULL::bigint[])',
	'csat_summary(ARRAY[1])', 'csat_summary(ARRAY[1,2,3,4,5,6,7,8,9,10,11,12])', 'csat_summary(ARRAY[1,2,3], 3)', 'csat_summary(ARRAY[0,0,0], 3)',
		'csat_summary(ARRAY[0,0,0], 0)', 'csat_summary(ARRAY[1,2,NULL])', 'csat_summary(NULL::int[])', 'csat_summary(ARRAY[1,2,-3])',
	'ces_summary(ARRAY[1])', 'ces_summary(ARRAY[[1,2],[3,4]])', 'ces_summary(ARRAY[1,2,3.5])', 'ces_summary(ARRAY[1,2,3], NULL)']) AS x;

-- one answer more than can be counted
CREATE TEMP TABLE full_up AS SELECT nps_counts_agg(9, 9223372036854775807) AS n, csat_counts_agg(3, 9223372036854775807) AS c,
	ces_counts_agg(7, 9223372036854775807) AS e, nps_agg(0) AS one,
	'{"n": 9223372036854775807, "detractor_to_detractor": 0, "detractor_to_passive": 0, "detractor_to_promoter": 0, "passive_to_detractor": 0, "passive_to_passive": 0, "passive_to_promoter": 0, "promoter_to_detractor": 0, "promoter_to_passive": 0, "promoter_to_promoter": 9223372036854775807}'::nps_pair_summary AS p;
SELECT nps(n), responses(n), csat(c), ces(e), (nps_compare(p)).difference, responses(n - nine + one)
	FROM (SELECT n, c, e, p, one, nps_summary(ARRAY[0,0,0,0,0,0,0,0,0,1,0]) AS nine FROM full_up) AS x;
SELECT pg_temp.try('(SELECT ' || x || ' FROM full_up)')
	FROM unnest(ARRAY['n + n', 'n + one', 'one + n', 'c + c', 'c + csat_summary(ARRAY[1,0,0,0,0])', 'e + e', 'p + p', 'nps_accum(n, 3)',
	'nps_counts_accum(n, 3, 1)', 'nps_counts_accum(one, 0, 9223372036854775807)', 'csat_accum(c, 1)', 'ces_counts_accum(e, 1, 1)',
	'nps_paired_accum(p, 1, 1)',
	'nps_summary(ARRAY[9223372036854775807,0,0,0,0,0,0,0,0,0,1])', '(SELECT rollup(s) FROM (SELECT n UNION ALL SELECT one) AS u (s))',
		'(SELECT nps_counts_agg(a, 9223372036854775807) FROM (VALUES (1), (2)) AS v (a))']) AS x;

-- ---- what does not go together ----

SELECT pg_temp.try(x) FROM unnest(ARRAY['csat_agg(3) + csat_agg(3, 7)', 'csat_agg(3, 5, 1) + csat_agg(3)', 'csat_agg(3) - csat_agg(3, 7)',
	'ces_agg(3) + ces_agg(3, 5)', 'ces_agg(3, 5, true) + ces_agg(3, 5)', 'ces_agg(3, 5, true) - ces_agg(3, 5)',
	'csat_compare(csat_agg(3), csat_agg(3, 7))', 'csat_compare(csat_agg(3, 5, 1), csat_agg(3))', 'ces_compare(ces_agg(3), ces_agg(3, 5))',
		'ces_compare(ces_agg(3), ces_agg(3, 7, true))',
	'(SELECT rollup(s) FROM (VALUES (csat_summary(ARRAY[1, 2])), (csat_summary(ARRAY[1, 2, 3]))) AS v (s))',
		'(SELECT csat(3, scale) FROM (VALUES (5), (7)) AS v (scale))', '(SELECT csat(3, 5, boxes) FROM (VALUES (1), (2)) AS v (boxes))',
		'(SELECT ces(3, 5, low) FROM (VALUES (true), (false)) AS v (low))',
	'(SELECT csat_weighted_agg(3, 1, scale) FROM (VALUES (5), (7)) AS v (scale))',
		'(SELECT ces_counts_agg(3, 2, scale) FROM (VALUES (5), (7)) AS v (scale))', 'csat_accum(csat_agg(3, 7), 3)',
		'ces_counts_inverse(ces_agg(3, 7), 3, 1, 5)']) AS x;
-- the empty summary has no scale and goes with any; a count of none brings none in
SELECT csat_agg(3, 7) + csat_agg(NULL::int, 5) = csat_agg(3, 7), csat_agg(NULL::int, 5) + csat_agg(3, 7) = csat_agg(3, 7),
	csat_agg(NULL::int) = csat_agg(NULL::int, 7, 1), csat_compare(csat_agg(NULL::int), csat_agg(3, 7)) IS NULL,
	csat_agg(3, 5) - csat_agg(3, 5) + csat_agg(3, 7) = csat_agg(3, 7);
SELECT csat_counts_agg(3, n, scale) = (SELECT csat_agg(3, 7)) FROM (VALUES (0, 5), (1, 7)) AS v (n, scale);

SELECT pg_temp.try(x) FROM unnest(ARRAY['nps_agg(9) + nps_weighted_agg(9, 1)', 'nps_weighted_agg(9, 1) + nps_agg(9)',
	'nps_agg(9) - nps_weighted_agg(9, 1)', 'nps_weighted_agg(9, 1) - nps_weighted_agg(9, 1)', 'nps_weighted_agg(9, 1) - nps_agg(9)',
	'nps_agg(NULL::int) - nps_weighted_agg(9, 1)',
	'(SELECT rollup(s) FROM (SELECT nps_agg(9) UNION ALL SELECT nps_weighted_agg(9, 1)) AS u (s))', 'nps_accum(nps_weighted_agg(9, 1), 9)',
		'nps_weighted_accum(nps_agg(9), 9, 1)', 'nps_counts_accum(nps_weighted_agg(9, 1), 9, 1)', 'nps_inverse(nps_weighted_agg(9, 1), 9)',
		'csat_weighted_agg(5, 1) + csat_agg(5)', 'ces_weighted_agg(5, 1) - ces_weighted_agg(5, 1)']) AS x;
SELECT nps_weighted_agg(9, 1) + nps_agg(NULL::int) = nps_weighted_agg(9, 1), nps_agg(NULL::int) + nps_weighted_agg(9, 1) = nps_weighted_agg(9, 1),
	nps_weighted_agg(9, 1) - nps_agg(NULL::int) = nps_weighted_agg(9, 1), (nps_compare(nps_weighted_agg(9, 1), nps_agg(8))).difference;

SELECT pg_temp.try(x) FROM unnest(ARRAY['nps_agg(9) - nps_agg(10)', 'nps_agg(NULL::int) - nps_agg(10)',
	'nps_agg(0) - nps_counts_agg(0, 9223372036854775807)', 'csat_agg(4) - csat_agg(5)', 'ces_agg(1) - ces_counts_agg(1, 2)',
	'nps_paired_agg(9, 6) - nps_paired_agg(6, 9)',
	'nps_inverse(nps_agg(9), 10)', 'nps_inverse(nps_agg(NULL::int), 10)', 'nps_counts_inverse(nps_agg(9), 9, 2)',
		'nps_paired_inverse(nps_paired_agg(9, 9), 9, 8)', 'nps_summary_combine_inverse(nps_agg(9), nps_agg(10))']) AS x;

SELECT pg_temp.state_of(x), x FROM unnest(ARRAY['nps_agg(9) + csat_agg(5)', 'csat_agg(5) = ces_agg(5)', 'nps(csat_agg(5))',
	'csat_compare(nps_agg(5), nps_agg(5))', 'csat_agg(5)::nps_summary', 'nps_agg(9)::jsonb::csat_summary', 'csat_agg(5)::json::ces_summary',
	'csat_agg(5)::text::nps_summary', 'nps_paired_agg(9, 9)::text::nps_summary']) AS x;

-- ---- transition functions called directly ----

-- they leave their argument alone
CREATE TEMP TABLE nine AS SELECT nps_agg(9) AS s, nps_weighted_agg(9, 2) AS w, nps_paired_agg(9, 9) AS p;
SELECT responses(nps_accum(s, 10)) = 2 AND responses(nps_inverse(s, 9)) = 0 AND responses(nps_counts_accum(s, 1, 5)) = 6
	AND responses(nps_summary_combine(s, s)) = 2 AND responses(nps_summary_minus(s, s)) = 0 AND responses(nps_summary_combine_inverse(s, s)) = 0,
	responses(nps_weighted_accum(w, 3, 2)) = 2 AND responses(nps_summary_combine(w, w)) = 2, responses(nps_paired_accum(p, 1, 2)) = 2
		AND responses(p + p) = 2 AND responses(p - p) = 0,
	s = (SELECT nps_agg(9)) AND w = (SELECT nps_weighted_agg(9, 2)) AND p = (SELECT nps_paired_agg(9, 9)) FROM nine;
SELECT pg_temp.try(x) FROM unnest(ARRAY['nps_accum(NULL, 5)', 'nps_accum(''{"n": 0}'', NULL::int)', 'nps_accum(''{"n": 0}'', 11)',
	'nps_accum(''{"n": 0}'', 7.5)', 'nps_inverse(NULL, 5)', 'nps_weighted_accum(NULL, 5, 1)', 'nps_weighted_accum(''{"n": 0}'', NULL::int, NULL)',
	'nps_weighted_accum(''{"n": 0}'', 5, NULL)',
	'nps_counts_accum(NULL, 5, 1)', 'nps_counts_accum(''{"n": 0}'', 5, NULL)', 'nps_counts_accum(''{"n": 0}'', 5, 0)',
		'nps_counts_inverse(''{"n": 0}'', 5, 0)', 'nps_counts_inverse(''{"n": 0}'', 5, 1)', 'nps_counts_inverse(NULL, 5, 1)',
	'csat_accum(NULL, 5, 5, 2)', 'csat_accum(''{"n": 0}'', 5, NULL)', 'csat_accum(''{"n": 0}'', 5, 99)',
		'csat_accum(''{"n": 0}'', NULL::int, NULL, NULL)', 'csat_inverse(''{"n": 0}'', 5, 5)', 'csat_inverse(''{"n": 0}'', 5, 5, 9)',
		'ces_weighted_accum(''{"n": 0}'', 5, 1, 5, NULL)', 'ces_counts_inverse(''{"n": 0}'', 5, NULL, 5, true)',
	'nps_paired_accum(NULL, 5, 5)', 'nps_paired_accum(''{"n": 0}'', 5, NULL::int)', 'nps_paired_accum(''{"n": 0}'', 5, 11)',
		'nps_paired_inverse(''{"n": 0}'', 5, 5)',
	'nps_summary_combine(NULL, NULL)', 'nps_summary_combine(''{"n": 0}'', NULL)', 'nps_summary_combine(''{"n": 0}'', ''{"n": 0}'')',
		'nps_summary_minus(''{"n": 0}'', ''{"n": 0}'')', 'csat_summary_combine_inverse(''{"n": 0}'', ''{"n": 0}'')',
		'nps_summary_combine_inverse(nps_weighted_agg(9, 1), nps_weighted_agg(9, 1))']) AS x;

-- ---- NULL arguments ----

-- every function of the extension gives NULL (or no rows) for NULLs
CREATE TEMP TABLE functions AS
SELECT p.oid, p.proname, p.proretset, p.proargtypes::oid[] AS types, p.pronargs AS n
FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
WHERE extname = 'cx_metrics' AND prokind = 'f' AND NOT 'internal'::regtype = ANY (p.proargtypes::oid[]);
WITH tried AS (
	SELECT oid::regprocedure, pg_temp.try(format(CASE WHEN proretset OR proname LIKE '%\_report'
		THEN '(SELECT count(*) FROM %s(%s) AS r WHERE r IS NOT NULL)' ELSE '%s(%s)' END, proname,
		(SELECT string_agg(format('NULL::%s', t::regtype), ', ') FROM unnest(types) AS t))) AS result
	FROM functions)
SELECT count(*) > 300, string_agg(result, E'\n') FILTER (WHERE result NOT LIKE '% = NULL' AND result NOT LIKE '% = 0') FROM tried;
-- accessors with every other argument in order, and one of them NULL: a missing population is an infinite one, a missing pilot the worst case
SELECT pg_temp.try(x) FROM unnest(ARRAY['nps_interval(nps_agg(9), NULL)', 'nps_interval(nps_agg(9), 0.95, NULL)',
	'(nps_interval(nps_agg(9), 0.5, ''wald'', NULL)).lower', 'nps_interval(NULL, 0)', 'nps_margin(nps_agg(9), NULL)',
	'round(nps_margin(nps_agg(9), 0.95, NULL)::numeric, 9)', 'nps_report(nps_agg(9), NULL)', 'nps_compare(nps_agg(9), NULL)',
	'nps_compare(NULL, nps_agg(9))', 'nps_compare(nps_agg(9), nps_agg(8), NULL)', 'nps_compare(nps_agg(9), nps_agg(8), 0.95, NULL)',
	'nps_probability(nps_agg(9), NULL)', 'nps_verdict(nps_agg(9), NULL)', 'nps_verdict(nps_agg(9), 0, NULL)', 'nps_verdict(NULL, 0)',
		'nps_sample_size(NULL)', 'nps_sample_size(5, NULL)', 'nps_sample_size(5, 0.95, NULL, NULL)', 'nps_compare(nps_paired_agg(9, 9), NULL)',
	'csat_interval(csat_agg(4), NULL)', 'csat_interval(csat_agg(4), 0.95, NULL)', 'csat_margin(csat_agg(4), NULL)', 'csat_report(csat_agg(4), NULL)',
		'csat_compare(csat_agg(4), NULL)', 'csat_compare(csat_agg(4), csat_agg(5), NULL)', 'csat_probability(csat_agg(4), NULL)',
		'csat_verdict(csat_agg(4), 50, NULL)', 'csat_valid(4, NULL)', 'csat_valid(NULL::int, 4)', 'csat_boxes(csat_summary(ARRAY[1,2,3,4,5], NULL))',
	'ces_interval(ces_agg(4), NULL)', 'ces_margin(ces_agg(4), NULL)', 'ces_report(ces_agg(4), NULL)', 'ces_compare(ces_agg(4), NULL)',
		'ces_compare(ces_agg(4), ces_agg(5), NULL)', 'ces_probability(ces_agg(4), NULL)', 'ces_verdict(ces_agg(4), 5, NULL)',
	'nps_agg(9) + NULL', 'NULL - nps_agg(9)', 'nps_agg(9) = NULL']) AS x;

-- ---- text ----

-- text, json and binary forms, which are stored: they never change
CREATE TEMP TABLE kinds AS SELECT nps_agg(9) AS n, nps_agg(NULL::int) AS nothing, csat_agg(3, 7) AS c, ces_agg(3, 5, true) AS e,
	ces_weighted_agg(2, 0.5, 2) AS w, nps_paired_agg(9, 3) AS p, nps_weighted_agg(9, 0) AS z;
SELECT x FROM kinds, LATERAL unnest(ARRAY[n::text, nothing::text, c::text, e::text, w::text, p::text]) AS x;
SELECT x FROM kinds, LATERAL unnest(ARRAY[n::json::text, nothing::json::text, c::json::text, e::json::text, w::json::text, p::json::text,
	z::json::text]) AS x;
SELECT x FROM kinds, LATERAL unnest(ARRAY[n::jsonb, nothing::jsonb, c::jsonb, e::jsonb, w::jsonb, p::jsonb, z::jsonb]) AS x;
SELECT x FROM kinds, LATERAL unnest(ARRAY[nps_summary_send(n), nps_summary_send(nothing), csat_summary_send(c), ces_summary_send(e),
	ces_summary_send(w), nps_pair_summary_send(p)]) AS x;
-- whatever extra_float_digits says
SET extra_float_digits = -15;
SELECT nps_weighted_agg(9, 0.1)::text;
RESET extra_float_digits;

-- order, spaces and repeated keys of JSON are JSON's business
SELECT ' { "counts" : {"3":0,"1":4,"2":1e1} , "weighted":false,"boxes":1, "scale" :3,"n":1,"n":14}'::csat_summary = csat_summary(ARRAY[4, 10, 0]);
SELECT '{"n": 0, "nps": null}'::nps_summary = '{"n": 0}';

-- what reads back the same, from text, json and jsonb
CREATE TEMP TABLE sums AS
SELECT nps_agg(a) AS n, nps_weighted_agg(a, w) AS nw, csat_agg(a % 7 + 1, 7, 3) AS c, csat_weighted_agg(a % 7 + 1, w, 7) AS cw,
	ces_agg(a % 7 + 1) AS e, ces_weighted_agg(a % 5 + 1, w, 5, true) AS ew, nps_paired_agg(a, b) AS p
FROM (SELECT i % 11 AS a, i * i % 11 AS b, (i % 10) ^ 5 / 7.0 AS w, i FROM generate_series(1, 2000) AS i) AS x
	GROUP BY GROUPING SETS ((), i % 100, i % 11)
UNION ALL SELECT nps_agg(NULL::int), nps_weighted_agg(NULL::int, 1), csat_agg(NULL::int, 7, 3), csat_weighted_agg(NULL::int, 1, 7),
	ces_agg(NULL::int), ces_weighted_agg(NULL::int, 1, 5, true), nps_paired_agg(NULL::int, 1)
UNION ALL SELECT nps_agg(9), nps_weighted_agg(9, w), csat_agg(7, 7, 3), csat_weighted_agg(7, w, 7), ces_agg(7), ces_weighted_agg(5, w, 5, true),
	nps_paired_agg(9, 9) FROM unnest(ARRAY[0, '-0', 1e-100, 1e100, 0.1, 1.0 / 3]::float8[]) AS w GROUP BY w;
SELECT count(*), bool_and(n::text::nps_summary = n AND nw::text::nps_summary = nw AND c::text::csat_summary = c AND cw::text::csat_summary = cw
	AND e::text::ces_summary = e AND ew::text::ces_summary = ew AND p::text::nps_pair_summary = p) AS text,
	bool_and(n::json::nps_summary = n AND nw::json::nps_summary = nw AND c::json::csat_summary = c AND cw::json::csat_summary = cw
		AND e::json::ces_summary = e AND ew::json::ces_summary = ew AND p::json::nps_pair_summary = p) AS json,
	bool_and(n::jsonb::nps_summary = n AND nw::jsonb::nps_summary = nw AND c::jsonb::csat_summary = c AND cw::jsonb::csat_summary = cw
		AND e::jsonb::ces_summary = e AND ew::jsonb::ces_summary = ew AND p::jsonb::nps_pair_summary = p) AS jsonb,
	bool_and((to_jsonb(n) ->> 'nps')::float8 IS NOT DISTINCT FROM nps(n) AND (to_jsonb(cw) ->> 'csat')::float8 IS NOT DISTINCT FROM csat(cw)
		AND (row_to_json(sums) #>> '{ew,ces}')::float8 IS NOT DISTINCT FROM ces(ew) AND (to_jsonb(p) ->> 'change')::float8 IS NOT DISTINCT
		FROM (nps_compare(p)).difference) AS headline,
	sum(responses(n)) = (SELECT sum((x ->> 'n')::bigint) FROM jsonb_array_elements(jsonb_agg(n)) AS x) AS inside_jsonb_agg
FROM sums;
-- an assignment to a column of json is a cast
CREATE TEMP TABLE documents (a json, b jsonb);
INSERT INTO documents SELECT nps_agg(9), csat_agg(4);
SELECT a ->> 'nps', b ->> 'csat', b ->> 'boxes' FROM documents;

-- corrupt text: the type, the fault
CREATE TEMP TABLE good AS SELECT nps_agg(9)::text AS n, nps_weighted_agg(9, 0.5)::text AS w, csat_agg(3)::text AS c, ces_agg(3, 5, true)::text AS e,
	nps_paired_agg(9, 3)::text AS p;
CREATE FUNCTION pg_temp.fault(type text, value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text; detail text; state text; message text;
BEGIN
	EXECUTE format('SELECT %L::%s::text', value, type) INTO result;
	RETURN 'ACCEPTED as ' || result;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
	RETURN state || ' ' || CASE WHEN message LIKE 'invalid input syntax for type ' || type || ': "%' THEN detail ELSE message END;
END $$;
SELECT pg_temp.try('nps_summary(''{"n": -1}'')');
SELECT pg_temp.try('''{"n": 1}''::jsonb::nps_summary');
SELECT format('%-40s %s', left(value, 40), pg_temp.fault('nps_summary', value))
FROM unnest(ARRAY['', ' ', 'null', '0', '"x"', '[]', '{}', '{', '}', '{"n": 0', '{"n": 0}x', 'NaN', '{"n": NaN}', '{"n": Infinity}',
	E'{"n": 0, "\\u0000": 1}', '{"n": -1}', '{"n": 1}', '{"n": "0"}', '{"n": null}', '{"n": true}', '{"n": []}', '{"n": {}}', '{"n": 0.5}',
	'{"n": 9223372036854775808}', '{"n": 1e400}', '{"n": 1e200000}', '{"N": 0}',
	'{"n": 0, "scale": 10}', '{"n": 0, "weighted": false}', '{"n": 0, "counts": {}}', '{"n": 0, "nps": 0}', '{"n": 0, "csat": null}',
		'{"n": 0, "x": 0}', '[{"n": 0}]', '{"n": 0}{"n": 0}', '{"n" 0}', '{''n'': 0}']) AS value;
-- one thing wrong with a good text
SELECT format('%-38s to %-48s %s', a, b, pg_temp.fault('nps_summary', replace(n, a, b))) FROM good,
	(VALUES ('"n": 1', '"n": 2'), ('"n": 1', '"n": 0'), ('"n": 1', '"n": 9223372036854775807'), ('"scale": 10', '"scale": 9'),
	('"scale": 10', '"scale": 0'), ('"scale": 10', '"scale": 255'), ('"scale": 10', '"scale": 266'), ('"scale": 10', '"scale": -1'),
	('"scale": 10', '"scale": "10"'), ('"scale": 10, ', ''),
	('"weighted": false', '"weighted": true'), ('"weighted": false', '"weighted": 0'), ('"weighted": false', '"weighted": null'),
		('"weighted": false, ', ''), ('"9": 1', '"9": 0'), ('"9": 1', '"9": 2'), ('"9": 1', '"9": -1'), ('"9": 1', '"9": 1.5'),
		('"9": 1', '"9": null'), ('"9": 1', '"9": 9223372036854775807'), ('"9": 1, ', ''), ('"10": 0', '"11": 0'), ('"10": 0', '"10": 0, "11": 0'),
		('"0": 0', '"00": 0'), ('"0": 0', '"-1": 0'),
	('"0": 0', '"0": -9223372036854775808'), ('"counts": {', '"counts": {"x": {'), ('"counts": {', '"count": {'),
		('"9": 1, "10": 0}', '"9": 1, "10": 0}, "nps": 99'), ('"9": 1, "10": 0}', '"9": 1, "10": 0}, "nps": "100"'),
		('"9": 1, "10": 0}', '"9": 1, "10": 0}, "nps": null'), ('"9": 1, "10": 0}', '"9": 1, "10": 0}, "weights": {}'),
		('"9": 1, "10": 0}', '"9": 1, "10": 0}, "boxes": 2')) AS v (a, b);
SELECT format('%-38s to %-48s %s', a, b, pg_temp.fault('nps_summary', replace(w, a, b))) FROM good,
	(VALUES ('"9": 0.5', '"9": 0'), ('"9": 0.5', '"9": -0.1'), ('"9": 0.5', '"9": 1e200'), ('"9": 0.5', '"9": 1e400'), ('"9": 0.5', '"9": 1e-200'),
	('"9": 0.5', '"9": 1e-400'), ('"9": 0.5', '"9": null'), ('"9": 0.5', '"9": "NaN"'), ('"9": 0.5', '"9": 0.4'), ('"9": 0.5, ', ''),
	('"weights"', '"weight"'),
	('"weights": {"0": 0', '"weights": {"0": 1'), ('"weights": {"0": 0', '"weights": {"0": 1e-5'),
		('"weights_low": {"0": 0', '"weights_low": {"0": 1e-5'), ('"weights_low": {"0": 0, "1": 0', '"weights_low": {"0": 0'),
		('"9": 0, "10": 0}, "squares"', '"9": 1, "10": 0}, "squares"'), ('"9": 0, "10": 0}, "squares"', '"9": -1, "10": 0}, "squares"'),
		('"weighted": true', '"weighted": false'),
	('"squares": 0.25', '"squares": 0.5'), ('"squares": 0.25', '"squares": 0.025'), ('"squares": 0.25', '"squares": -0.01'),
		('"squares": 0.25', '"squares": 1e300'), ('"squares": 0.25', '"squares": []'), ('"squares_low": 0', '"squares_low": 1'),
		(', "squares_low": 0', '')) AS v (a, b);
SELECT format('%-38s to %-48s %s', a, b, pg_temp.fault('csat_summary', replace(c, a, b))) FROM good,
	(VALUES ('"boxes": 2', '"boxes": 0'), ('"boxes": 2', '"boxes": 5'), ('"boxes": 2', '"boxes": 255'), ('"boxes": 2', '"boxes": 258'),
	('"boxes": 2', '"boxes": true'), ('"boxes": 2, ', ''), ('"boxes": 2', '"low_is_easy": false'), ('"scale": 5', '"scale": 1'),
	('"scale": 5', '"scale": 4'), ('"scale": 5', '"scale": 6'), ('"scale": 5', '"scale": 12'), ('"5": 0', '"5": 0, "0": 0')) AS v (a, b);
SELECT format('%-38s to %-48s %s', a, b, pg_temp.fault('ces_summary', replace(e, a, b))) FROM good,
	(VALUES ('"low_is_easy": true', '"low_is_easy": 1'), ('"low_is_easy": true', '"low_is_easy": null'), ('"low_is_easy": true, ', ''),
	('"scale": 5', '"scale": 1'), ('"scale": 5', '"scale": 12')) AS v (a, b);
SELECT format('%-38s to %-48s %s', a, b, pg_temp.fault('nps_pair_summary', replace(p, a, b))) FROM good,
	(VALUES ('"n": 1', '"n": 2'), ('"n": 1', '"n": 0'), ('"promoter_to_detractor": 1', '"promoter_to_detractor": 2'),
	('"promoter_to_detractor": 1', '"promoter_to_detractor": -1'), ('"promoter_to_detractor": 1, ', ''),
	('"promoter_to_detractor": 1', '"promoter_to_detractor": 1, "change": 5'), ('"n": 1', '"n": 1, "scale": 10')) AS v (a, b);
-- sums that overflow, and JSON that is merely large or deep
SELECT pg_temp.fault('nps_summary', replace(replace(n, ': 0', ': 9223372036854775807'), '"n": 1', '"n": 9223372036854775807')) FROM good;
SELECT left(pg_temp.fault('nps_summary', x), 5) FROM unnest(ARRAY[repeat('[', 500), '{"n": ' || repeat('9', 2000) || '}',
	'{' || repeat('"n": 0, ', 10000) || '"n": 1}', '{"n": "' || repeat('x', 1000000) || '"}']) AS x;
SELECT pg_temp.state_of(quote_literal(repeat('[', 1000000)) || '::nps_summary') IN ('22P02', '54001');

-- every single character of a good text taken out, doubled or replaced: an error of text, or a value that reads back the same
CREATE FUNCTION pg_temp.survives(type text, value text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	same boolean;
BEGIN
	EXECUTE format('SELECT x::text::%2$s = x AND x::json::%2$s = x AND x::jsonb::%2$s = x FROM (SELECT %1$L::%2$s AS x) AS q', value, type) INTO same;
	RETURN same;
EXCEPTION WHEN invalid_text_representation THEN
	RETURN true;
END $$;
SELECT type, count(*) > 900, bool_and(pg_temp.survives(type, mutant))
FROM good, LATERAL (VALUES ('nps_summary', w), ('csat_summary', c), ('ces_summary', e), ('nps_pair_summary', p)) AS v (type, t),
	generate_series(1, length(t)) AS i,
	LATERAL (SELECT left(t, i - 1) || put || substr(t, i + 1)
		FROM unnest(ARRAY['', substr(t, i, 1) || substr(t, i, 1), '1', '-', '"', '}', 'e9', '.', ' ', E'\\']) AS put) AS m (mutant)
GROUP BY type ORDER BY type;
-- a number that is nearly nothing is nothing, with either sign
SELECT pg_temp.survives('nps_summary', replace(w, '"weights": {"0": 0', '"weights": {"0": ' || tiny)) FROM good,
	unnest(ARRAY['1e-400', '-1e-400', '-0.0', '1e-320']) AS tiny;
SELECT pg_temp.survives('nps_summary', replace(w, '"weights_low": {"0": 0', '"weights_low": {"0": ' || tiny)) FROM good,
	unnest(ARRAY['1e-400', '-1e-400', '-0.0', '1e-320']) AS tiny;
