-- Churn by answer against R and against plain SQL over the raw rows. Lists of figures are the output of
-- Rscript test/R/revenue.R with the section that stands above them.

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS churn_test CASCADE;
CREATE SCHEMA churn_test;
SET search_path = churn_test, public;
RESET client_min_messages;

-- ---- figures ----

-- churn: name, answer, customers, churned, probability, lower and upper limit at level 0.9
CREATE TABLE due (name text, answer int, customers bigint, churned bigint, probability float8, lower float8, upper float8);
INSERT INTO due VALUES
	('typical', 0, 20, 9, 0.3443240974699, 0.208656844444216, 0.492237747831557),
	('typical', 1, 12, 5, 0.286116003264068, 0.14103321103174, 0.454416185693357),
	('typical', 2, 15, 6, 0.291922418385044, 0.153678710155883, 0.449931616330952),
	('typical', 3, 18, 5, 0.223453198826349, 0.107225677308785, 0.362977604623873),
	('typical', 4, 25, 7, 0.236124162707986, 0.127955397486132, 0.361956761894772),
	('typical', 5, 60, 14, 0.217904815555873, 0.141804243536078, 0.303306036069398),
	('typical', 6, 70, 15, 0.203054552143981, 0.13371079429253, 0.280947174276111),
	('typical', 7, 150, 20, 0.132510873980672, 0.091237524363878, 0.179036071543888),
	('typical', 8, 240, 19, 0.0806816931634282, 0.0544036202529866, 0.110783351305076),
	('typical', 9, 180, 11, 0.0640018151182649, 0.0376611093648506, 0.0955724197656089),
	('typical', 10, 210, 8, 0.0415763400643655, 0.0220720691047715, 0.0658176502271397),
	('typical', NULL, 900, 140, 0.155515405792875, 0.136110646604031, 0.175789949755417),
	('separated', 0, 3, 3, 0.793432203389831, 0.42509086298519, 0.991942838687023),
	('separated', 1, 0, 0, 0.173728813559322, 4.33022016521452e-08, 0.828185383199824),
	('separated', 2, 4, 4, 0.834745762711864, 0.523590318842223, 0.993904698535874),
	('separated', 3, 2, 2, 0.724576271186441, 0.283479410813331, 0.988123990181261),
	('separated', 4, 0, 0, 0.173728813559322, 4.33022016521452e-08, 0.828185383199824),
	('separated', 5, 5, 5, 0.86228813559322, 0.594403873483942, 0.99509862664444),
	('separated', 6, 6, 6, 0.881961259079903, 0.647332022136441, 0.995901578446744),
	('separated', 7, 7, 0, 0.0217161016949153, 2.80213749651564e-09, 0.117368016179341),
	('separated', 8, 30, 0, 0.00560415527610716, 6.8348591348546e-10, 0.0300092108263912),
	('separated', 9, 20, 0, 0.008272800645682, 1.01825820310337e-09, 0.0443756722419519),
	('separated', 10, 40, 0, 0.00423728813559322, 5.14370962986081e-10, 0.0226692749734274),
	('separated', NULL, 10, 10, 0.924884437596302, 0.769064542848152, 0.997524249755096),
	('alike', 0, 100, 10, 0.100363306085377, 0.0864892940083624, 0.114994746731105),
	('alike', 1, 100, 11, 0.100363306085377, 0.0864892940083624, 0.114994746731105),
	('alike', 2, 100, 10, 0.100363306085377, 0.0864892940083624, 0.114994746731105),
	('alike', 3, 100, 9, 0.100363306085377, 0.0864892940083624, 0.114994746731105),
	('alike', 4, 100, 10, 0.100363306085377, 0.0864892940083624, 0.114994746731105),
	('alike', 5, 100, 10, 0.100363306085377, 0.0864892940083624, 0.114994746731105),
	('alike', 6, 100, 10, 0.100363306085377, 0.0864892940083624, 0.114994746731105),
	('alike', 7, 100, 10, 0.100363306085377, 0.0864892940083624, 0.114994746731105),
	('alike', 8, 100, 10, 0.100363306085377, 0.0864892940083624, 0.114994746731105),
	('alike', 9, 100, 10, 0.100363306085377, 0.0864892940083624, 0.114994746731105),
	('alike', 10, 100, 10, 0.100363306085377, 0.0864892940083624, 0.114994746731105),
	('alike', NULL, 50, 20, 0.394124770707556, 0.284954002872849, 0.508064551136493),
	('nobody', 0, 5, 0, 0.0217391304347826, 0.00019136564275551, 0.0780150792861779),
	('nobody', 1, 0, 0, 0.0217391304347826, 6.95464038044237e-05, 0.0840334370785809),
	('nobody', 2, 0, 0, 0.0217391304347826, 6.95464038044237e-05, 0.0840334370785809),
	('nobody', 3, 0, 0, 0.0217391304347826, 6.95464038044237e-05, 0.0840334370785809),
	('nobody', 4, 0, 0, 0.0217391304347826, 6.95464038044237e-05, 0.0840334370785809),
	('nobody', 5, 0, 0, 0.0217391304347826, 6.95464038044237e-05, 0.0840334370785809),
	('nobody', 6, 0, 0, 0.0217391304347826, 6.95464038044237e-05, 0.0840334370785809),
	('nobody', 7, 0, 0, 0.0217391304347826, 6.95464038044237e-05, 0.0840334370785809),
	('nobody', 8, 8, 0, 0.0217391304347826, 0.000296797155880775, 0.0750839779106751),
	('nobody', 9, 0, 0, 0.0217391304347826, 6.95464038044237e-05, 0.0840334370785809),
	('nobody', 10, 9, 0, 0.0217391304347826, 0.000336853352350015, 0.0741955279435335),
	('nobody', NULL, 4, 0, 0.00434782608695652, 1.80538774298493e-61, 0.0125994553957753),
	('one_answer', 0, 0, 0, 0.269230769230769, 2.31601897792552e-05, 0.925589428764977),
	('one_answer', 1, 0, 0, 0.269230769230769, 2.31601897792552e-05, 0.925589428764977),
	('one_answer', 2, 0, 0, 0.269230769230769, 2.31601897792552e-05, 0.925589428764977),
	('one_answer', 3, 0, 0, 0.269230769230769, 2.31601897792552e-05, 0.925589428764977),
	('one_answer', 4, 0, 0, 0.269230769230769, 2.31601897792552e-05, 0.925589428764977),
	('one_answer', 5, 0, 0, 0.269230769230769, 2.31601897792552e-05, 0.925589428764977),
	('one_answer', 6, 0, 0, 0.269230769230769, 2.31601897792552e-05, 0.925589428764977),
	('one_answer', 7, 0, 0, 0.269230769230769, 2.31601897792552e-05, 0.925589428764977),
	('one_answer', 8, 12, 3, 0.251479289940828, 0.0847874700398788, 0.462969850242382),
	('one_answer', 9, 0, 0, 0.269230769230769, 2.31601897792552e-05, 0.925589428764977),
	('one_answer', 10, 0, 0, 0.269230769230769, 2.31601897792552e-05, 0.925589428764977),
	('one_answer', NULL, 3, 3, 0.817307692307692, 0.459478917441452, 0.995296863052002),
	('singles', 0, 1, 1, 0.85, 0.375963361747814, 0.999976668434499),
	('singles', 1, 1, 0, 0.35, 0.010366390619913, 0.865159951003851),
	('singles', 2, 1, 1, 0.85, 0.375963361747814, 0.999976668434499),
	('singles', 3, 1, 1, 0.85, 0.375963361747814, 0.999976668434499),
	('singles', 4, 0, 0, 0.7, 0.0564260571391662, 0.999923392619461),
	('singles', 5, 0, 0, 0.7, 0.0564260571391662, 0.999923392619461),
	('singles', 6, 0, 0, 0.7, 0.0564260571391662, 0.999923392619461),
	('singles', 7, 0, 0, 0.7, 0.0564260571391662, 0.999923392619461),
	('singles', 8, 0, 0, 0.7, 0.0564260571391662, 0.999923392619461),
	('singles', 9, 0, 0, 0.7, 0.0564260571391662, 0.999923392619461),
	('singles', 10, 0, 0, 0.7, 0.0564260571391662, 0.999923392619461),
	('singles', NULL, 0, 0, 0.7, 0.0564260571391662, 0.999923392619461),
	('silent', 0, 0, 0, 0.158536585365854, 8.08557480919851e-09, 0.803100969816928),
	('silent', 1, 0, 0, 0.158536585365854, 8.08557480919851e-09, 0.803100969816928),
	('silent', 2, 0, 0, 0.158536585365854, 8.08557480919851e-09, 0.803100969816928),
	('silent', 3, 0, 0, 0.158536585365854, 8.08557480919851e-09, 0.803100969816928),
	('silent', 4, 0, 0, 0.158536585365854, 8.08557480919851e-09, 0.803100969816928),
	('silent', 5, 0, 0, 0.158536585365854, 8.08557480919851e-09, 0.803100969816928),
	('silent', 6, 0, 0, 0.158536585365854, 8.08557480919851e-09, 0.803100969816928),
	('silent', 7, 0, 0, 0.158536585365854, 8.08557480919851e-09, 0.803100969816928),
	('silent', 8, 0, 0, 0.158536585365854, 8.08557480919851e-09, 0.803100969816928),
	('silent', 9, 0, 0, 0.158536585365854, 8.08557480919851e-09, 0.803100969816928),
	('silent', 10, 0, 0, 0.158536585365854, 8.08557480919851e-09, 0.803100969816928),
	('silent', NULL, 40, 6, 0.150208209399167, 0.0701568041755506, 0.249797461027716);
CREATE TABLE history AS SELECT name, answer AS score, i <= churned AS churned FROM due, generate_series(1, customers) AS i;
CREATE TABLE learned AS SELECT name, churn_agg(score, churned) AS s FROM history GROUP BY name;

CREATE FUNCTION near(a float8, b float8) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs(a - b) <= greatest(1e-9 * abs(b), 1e-15) $$;
SELECT due.name, count(*) AS bands, bool_and(c.customers = due.customers AND c.churned = due.churned) AS counts,
	bool_and(c.rate IS NOT DISTINCT FROM due.churned / nullif(due.customers, 0)::float8 AND c.rate IS NOT DISTINCT FROM churn_rate(s, due.answer)) AS rates,
	bool_and(near(c.probability, due.probability) AND c.probability = churn_probability(s, due.answer)) AS probabilities,
	bool_and(near(c.lower, due.lower) AND near(c.upper, due.upper)) AS limits,
	bool_and(c.probability > 0 AND c.probability < 1 AND c.lower <= c.probability AND c.upper >= c.probability) AS possible
FROM learned, churn_curve(s, 0.9) AS c JOIN due ON c.answer IS NOT DISTINCT FROM due.answer WHERE due.name = learned.name
GROUP BY due.name ORDER BY due.name;

-- perfectly separated answers
SELECT c.answer, c.customers, round(c.rate::numeric, 3) AS rate, round(c.probability::numeric, 3) AS probability, round(c.lower::numeric, 3) AS lower, round(c.upper::numeric, 3) AS upper
FROM learned, churn_curve(s) AS c WHERE name = 'separated';

-- as many customers as can be, all of them lost
SELECT churn_probability(s, 0) < 1 AS below_1, churn_probability(s, NULL) < 1 AS silent_below_1, churn_rate(s)
FROM replace(replace((SELECT churn_agg(0, true)::text), '"n": 1', '"n": 9223372036854775807'), '"0": 1', '"0": 9223372036854775807') AS t, LATERAL (SELECT t::churn_summary AS s) AS x;

-- overall, by answer, of the silent, of nobody
SELECT name, round(churn_rate(s)::numeric, 6) = round(avg(churned::int), 6) AS overall FROM learned JOIN history USING (name) GROUP BY name, s ORDER BY name;
SELECT churn_rate(s), churn_rate(s, 9), churn_rate(s, 3), churn_rate(s, NULL) AS silent, churn_probability(s, 3)
FROM (SELECT churn_agg(score, churned) AS s FROM (VALUES (9, true), (9, false), (9, NULL), (3, NULL), (NULL, true), (NULL, false), (NULL, false), (NULL, NULL)) AS v (score, churned)) AS x;
SELECT churn_rate(s), churn_rate(s, 5), churn_probability(s, 5), churn_probability(s, NULL), (SELECT count(*) FROM churn_curve(s)), s
FROM (SELECT churn_agg(5, NULL) AS s) AS x;
SELECT churn_rate(NULL::churn_summary), churn_rate(NULL, 5), churn_probability(NULL, NULL);
SELECT churn_agg(score, churned)::jsonb - 'customers' AS json FROM history WHERE name = 'silent';

-- ---- every number type ----

SELECT count(DISTINCT s) AS answers FROM (
	SELECT churn_agg(score::smallint, churned) AS s FROM history UNION ALL SELECT churn_agg(score, churned) FROM history UNION ALL SELECT churn_agg(score::bigint, churned) FROM history
	UNION ALL SELECT churn_agg(score::numeric, churned) FROM history UNION ALL SELECT churn_agg(score::float8, churned) FROM history) AS x;
SELECT churn_probability(s, score) FROM learned, (VALUES (5::smallint)) AS v (score) WHERE name = 'typical';
SELECT churn_agg(11, true);
SELECT churn_agg(9.5, true);
SELECT churn_probability(s, 11) FROM learned;
SELECT churn_rate(s, -1) FROM learned;
SELECT churn_curve(s, 1) FROM learned;

-- ---- merging, windows, taking out ----

SELECT count(DISTINCT merged) AS different FROM (
	SELECT churn_agg(score, churned) AS merged FROM history UNION ALL SELECT churn_agg(score, churned ORDER BY score DESC) FROM history
	UNION ALL SELECT rollup(s ORDER BY name) FROM learned UNION ALL SELECT rollup(s ORDER BY name DESC) + '{"n": 0}' FROM learned) AS x;
SELECT count(*) AS rest, bool_and(w.s - l.s = (SELECT rollup(s) FROM learned AS m WHERE m.name <> l.name)) AS same FROM learned AS l, (SELECT rollup(s) AS s FROM learned) AS w;
CREATE TABLE numbered AS SELECT row_number() OVER (ORDER BY name, score, churned)::int AS id, * FROM history WHERE name <> 'typical';
SELECT count(*) AS frames, bool_and(s = (SELECT churn_agg(score, churned) FROM numbered WHERE numbered.id BETWEEN m.id - 40 AND m.id)) AS same
FROM (SELECT id, churn_agg(score, churned) OVER (ORDER BY id ROWS 40 PRECEDING) AS s FROM numbered) AS m;
SELECT churn_agg(5, true) - churn_agg(5, true) AS empty;
SELECT churn_agg(5, true) - churn_agg(5, false);
SELECT churn_agg(5, true) - churn_agg(4, true);
SELECT s + s FROM replace(replace((SELECT churn_agg(0, true)::text), '"n": 1', '"n": 9223372036854775807'), '"0": 1', '"0": 9223372036854775807') AS t, LATERAL (SELECT t::churn_summary AS s) AS x;

-- ---- the forms of a summary ----

SELECT bool_and(s::text::churn_summary = s) AS text, bool_and(s::json::churn_summary = s) AS json, bool_and(s::jsonb::churn_summary = s) AS jsonb, max(pg_column_size(s)) AS bytes
FROM (SELECT s FROM learned UNION ALL SELECT '{"n": 0}') AS x;
SELECT substr(churn_summary_send(s), 1, 10) AS head, length(churn_summary_send(s)) AS bytes FROM learned WHERE name = 'silent';
CREATE FUNCTION refused(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	RETURN 'taken: ' || input::churn_summary;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' ', SQLSTATE, detail);
END $$;
SELECT change, refused((s::text::jsonb || change::jsonb)::text)
FROM learned, (VALUES ('{}'), ('{"n": 39}'), ('{"n": 41}'), ('{"n": -40}'), ('{"silent_churned": 41}'), ('{"silent": 9223372036854775807}'), ('{"customers": {"0": 1}}'), ('{"churned": 5}')) AS c (change)
WHERE name = 'silent';

-- ---- plans ----

SET max_parallel_workers_per_gather = 3;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE history SET (parallel_workers = 3);
EXPLAIN (COSTS OFF) SELECT churn_agg(score, churned) FROM history;
SELECT churn_agg(score, churned) = (SELECT rollup(s) FROM learned) AS same FROM history;

SET client_min_messages = warning;
DROP SCHEMA churn_test CASCADE;
