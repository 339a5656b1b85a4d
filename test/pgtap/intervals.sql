-- Laws of uncertainty, over random summaries: intervals, margins, tests, probabilities
-- and verdicts, held against each other and against formulas written out by hand.

BEGIN;
SET client_min_messages = warning;
SELECT plan(43);

CREATE FUNCTION pg_temp.chance(ds bigint, i bigint, what text) RETURNS float8 LANGUAGE sql IMMUTABLE
	AS $$ SELECT (hashtextextended(what, ds * 1000003 + i) & 4503599627370495) / 4503599627370496.0::float8 $$;

-- Equal to nine digits, or to within what rounding does to numbers of the size of 'unit'.
CREATE FUNCTION pg_temp.near(a float8, b float8, unit float8 DEFAULT 0) RETURNS boolean LANGUAGE sql IMMUTABLE
	AS $$ SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= 1e-9 * greatest(abs(a), abs(b)) + 1e-13 * unit, false) $$;

-- The normal distribution by its power series: good to 1e-15.
CREATE FUNCTION pg_temp.phi(z float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	term float8 := z;
	sum float8 := z;
BEGIN
	IF abs(z) > 8.5 THEN
		RETURN CASE WHEN z > 0 THEN 1 ELSE 0 END;
	END IF;
	FOR i IN 1..300 LOOP
		term := term * z * z / (2 * i + 1);
		sum := sum + term;
		EXIT WHEN abs(term) < 1e-30;
	END LOOP;
	RETURN 0.5 + exp(-z * z / 2) / sqrt(2 * pi()) * sum;
END $$;

-- R: print(qnorm(1 - (1 - c(.5, .8, .95, .99, .9999)) / 2), digits = 16)
CREATE TEMP TABLE level (level float8, z float8);
INSERT INTO level VALUES (0.5, 0.6744897501960817), (0.8, 1.281551565544601), (0.95, 1.959963984540054), (0.99, 2.575829303548901), (0.9999, 3.890591886413094);


-- ---- Summaries ----

-- 250 of each family: from a few answers to 10^11, half of the possible answers never given. Every fifth is weighted.
CREATE TEMP TABLE drawn AS
SELECT ds, a, ds % 5 = 0 AS weighted,
	CASE WHEN pg_temp.chance(ds, a, 'never') < 0.5 THEN 0 ELSE floor(exp(pg_temp.chance(ds, a, 'count') * (CASE ds % 5 WHEN 0 THEN 3 WHEN 1 THEN 0.9 WHEN 2 THEN 2 WHEN 3 THEN 6 ELSE 25 END)))::bigint END AS n,
	0.1 + pg_temp.chance(ds, a, 'weight') AS weight
FROM generate_series(1, 250) AS ds, generate_series(0, 10) AS a;

CREATE TEMP TABLE nps_drawn AS
SELECT ds, weighted, s, factor_4, n, up / total AS p, mid / total AS m, down / total AS d, total * total / squares AS kish
FROM (
	SELECT ds, weighted, CASE WHEN weighted THEN (SELECT nps_weighted_agg(b.a, b.weight) FROM drawn b, generate_series(1, b.n) WHERE b.ds = drawn.ds) ELSE nps_counts_agg(a, n) END AS s,
		CASE WHEN weighted THEN (SELECT nps_weighted_agg(b.a, b.weight) FROM drawn b, generate_series(1, 4 * b.n) WHERE b.ds = drawn.ds) ELSE nps_counts_agg(a, 4 * n) END AS factor_4,
		sum(n)::bigint AS n, sum(n * w) AS total, sum(n * w * w) AS squares,
		coalesce(sum(n * w) FILTER (WHERE a >= 9), 0) AS up, coalesce(sum(n * w) FILTER (WHERE a IN (7, 8)), 0) AS mid, coalesce(sum(n * w) FILTER (WHERE a < 7), 0) AS down
	FROM drawn, LATERAL (SELECT CASE WHEN weighted THEN weight ELSE 1 END) AS x (w)
	GROUP BY ds, weighted
) AS x
WHERE n > 0;

CREATE TEMP TABLE csat_drawn AS
SELECT ds, weighted, s, mirrored, factor_4, n, top / total AS p, rest / total AS q, total * total / squares AS kish, scale, boxes
FROM (
	SELECT ds, weighted, scale, boxes, CASE WHEN weighted THEN (SELECT csat_weighted_agg(b.a, b.weight, scale, boxes) FROM drawn b, generate_series(1, b.n) WHERE b.ds = drawn.ds AND a BETWEEN 1 AND scale) ELSE csat_counts_agg(a, n, scale, boxes) END AS s,
		CASE WHEN weighted THEN (SELECT csat_weighted_agg(scale + 1 - b.a, b.weight, scale, scale - boxes) FROM drawn b, generate_series(1, b.n) WHERE b.ds = drawn.ds AND a BETWEEN 1 AND scale) ELSE csat_counts_agg(scale + 1 - a, n, scale, scale - boxes) END AS mirrored,
		CASE WHEN weighted THEN (SELECT csat_weighted_agg(b.a, b.weight, scale, boxes) FROM drawn b, generate_series(1, 4 * b.n) WHERE b.ds = drawn.ds AND a BETWEEN 1 AND scale) ELSE csat_counts_agg(a, 4 * n, scale, boxes) END AS factor_4,
		sum(n)::bigint AS n, sum(n * w) AS total, sum(n * w * w) AS squares,
		coalesce(sum(n * w) FILTER (WHERE a > scale - boxes), 0) AS top, coalesce(sum(n * w) FILTER (WHERE a <= scale - boxes), 0) AS rest
	FROM drawn, LATERAL (SELECT CASE WHEN weighted THEN weight ELSE 1 END, 2 + ds % 10, 1 + ds / 10 % (1 + ds % 10)) AS x (w, scale, boxes)
	WHERE a BETWEEN 1 AND scale
	GROUP BY ds, weighted, scale, boxes
) AS x
WHERE n > 0;

CREATE TEMP TABLE ces_drawn AS
SELECT ds, weighted, s, mirrored, factor_4, n, total * total / squares AS kish, scale, low, mean, (SELECT sqrt(sum(b.n * CASE WHEN b.weighted THEN b.weight ELSE 1 END * (b.a - mean) ^ 2) / total * kish / nullif(kish - 1, 0)) FROM drawn b WHERE b.ds = x.ds AND b.a BETWEEN 1 AND scale) AS deviation
FROM (
	SELECT ds, weighted, scale, low, CASE WHEN weighted THEN (SELECT ces_weighted_agg(b.a, b.weight, scale, low) FROM drawn b, generate_series(1, b.n) WHERE b.ds = drawn.ds AND a BETWEEN 1 AND scale) ELSE ces_counts_agg(a, n, scale, low) END AS s,
		CASE WHEN weighted THEN (SELECT ces_weighted_agg(scale + 1 - b.a, b.weight, scale, NOT low) FROM drawn b, generate_series(1, b.n) WHERE b.ds = drawn.ds AND a BETWEEN 1 AND scale) ELSE ces_counts_agg(scale + 1 - a, n, scale, NOT low) END AS mirrored,
		CASE WHEN weighted THEN (SELECT ces_weighted_agg(b.a, b.weight, scale, low) FROM drawn b, generate_series(1, 4 * b.n) WHERE b.ds = drawn.ds AND a BETWEEN 1 AND scale) ELSE ces_counts_agg(a, 4 * n, scale, low) END AS factor_4,
		sum(n)::bigint AS n, sum(n * w) AS total, sum(n * w * w) AS squares, sum(n * w * a) / nullif(sum(n * w), 0) AS mean, sum(n * w) ^ 2 / nullif(sum(n * w * w), 0) AS kish
	FROM drawn, LATERAL (SELECT CASE WHEN weighted THEN weight ELSE 1 END, 2 + ds % 10, ds % 3 = 0) AS x (w, scale, low)
	WHERE a BETWEEN 1 AND scale
	GROUP BY ds, weighted, scale, low
) AS x
WHERE n > 0;

ANALYZE nps_drawn, csat_drawn, ces_drawn;
SELECT ok((SELECT count(*) FROM nps_drawn) > 200 AND (SELECT count(*) FROM csat_drawn) > 200 AND (SELECT count(*) FROM ces_drawn) > 200 AND (SELECT count(*) FROM nps_drawn WHERE weighted) > 40, 'there are hundreds of random summaries');

-- Every interval of every method, for populations from "everybody answered" to infinite. The effective number of answers in a
-- population of N is n (N - 1) / (N - n).
CREATE TEMP TABLE population (rank int, factor float8);
INSERT INTO population VALUES (1, 1), (2, 1.5), (3, 20), (4, 1e4), (5, NULL);
CREATE FUNCTION pg_temp.population(n bigint, factor float8) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT ceil(n * factor)::bigint $$;
CREATE FUNCTION pg_temp.effective(kish float8, n bigint, population bigint) RETURNS float8 LANGUAGE sql IMMUTABLE
	AS $$ SELECT CASE WHEN population = n THEN 'Infinity' WHEN population IS NULL THEN kish ELSE kish * (population - 1) / (population - n) END $$;

CREATE TEMP TABLE interval_of AS
SELECT 'nps' AS family, ds, n, method, level, z, rank, population, nps(s) AS estimate, -100 AS least, 100 AS most, (nps_interval(s, level, method, population)).*, (nps_interval(factor_4, level, method, 4 * population)).lower AS lower_4, (nps_interval(factor_4, level, method, 4 * population)).upper AS upper_4
FROM nps_drawn, level, population AS p, LATERAL (SELECT pg_temp.population(n, factor)) AS x (population), unnest('{wald, adjusted_wald, score}'::text[]) AS method
UNION ALL
SELECT 'csat', ds, n, method, level, z, rank, population, csat(s), 0, 100, (csat_interval(s, level, method, population)).*, (csat_interval(factor_4, level, method, 4 * population)).lower, (csat_interval(factor_4, level, method, 4 * population)).upper
FROM csat_drawn, level, population AS p, LATERAL (SELECT pg_temp.population(n, factor)) AS x (population), unnest('{wald, wilson, clopper_pearson}'::text[]) AS method
UNION ALL
SELECT 'ces', ds, n, 't', level, z, rank, population, ces(s), 1, scale, (ces_interval(s, level, population)).*, (ces_interval(factor_4, level, 4 * population)).lower, (ces_interval(factor_4, level, 4 * population)).upper
FROM ces_drawn, level, population AS p, LATERAL (SELECT pg_temp.population(n, factor)) AS x (population);
CREATE INDEX ON interval_of (family, ds, method, population, level);
ANALYZE interval_of;


-- ---- Intervals ----

SELECT is_empty($$ SELECT * FROM interval_of WHERE (lower <= estimate AND estimate <= upper) IS NOT TRUE AND NOT (family = 'ces' AND n = 1 AND lower IS NULL) LIMIT 3 $$,
	'every interval contains its estimate');
SELECT is_empty($$ SELECT * FROM interval_of WHERE lower < least OR upper > most LIMIT 3 $$,
	'every interval lies within the scale');
SELECT is_empty($$ SELECT * FROM interval_of a JOIN interval_of b USING (family, ds, method, rank) WHERE a.level < b.level
	AND (b.lower > a.lower + 1e-11 OR b.upper < a.upper - 1e-11) LIMIT 3 $$,
	'a higher level makes a wider interval, around that of a lower one');
SELECT is_empty($$ SELECT * FROM interval_of WHERE upper_4 - lower_4 > upper - lower + 1e-11
	OR rank > 1 AND upper - lower > 1e-9 AND upper_4 - lower_4 >= upper - lower AND NOT (lower = least AND upper = most) LIMIT 3 $$,
	'four times the answers, or four times the population as well, make a narrower one');
SELECT is_empty($$ SELECT * FROM interval_of a JOIN interval_of b USING (family, ds, method, level) WHERE a.rank < b.rank AND a.upper - a.lower > b.upper - b.lower + 1e-11 LIMIT 3 $$,
	'a smaller population makes a narrower one');
SELECT is_empty($$ SELECT * FROM interval_of WHERE rank = 1 AND upper - lower > 1e-9 LIMIT 3 $$,
	'where everybody answered, nothing is uncertain');

SELECT is_empty($$ SELECT ds, method, level, population, i.lower, i.upper, estimate - margin, estimate + margin
	FROM interval_of i JOIN nps_drawn USING (ds), LATERAL (SELECT 100 * z * sqrt(((p + d) * m + 4 * p * d) / pg_temp.effective(kish, i.n, population))) AS x (margin)
	WHERE family = 'nps' AND method = 'wald' AND NOT (pg_temp.near(i.lower, greatest(estimate - margin, -100), 100) AND pg_temp.near(i.upper, least(estimate + margin, 100), 100)) LIMIT 3 $$,
	'nps: Wald by hand');
CREATE TEMP VIEW adjusted AS
SELECT ds, s, n, rank, population, level, z, 100 * (p - d) * effective / (effective + 3) AS centre,
	100 * ((2 * p + m) * effective + 3) / (effective + 3) AS above_least,	-- the centre is this far from -100
	100 * z * sqrt((((p + d) * effective + 1.5) * (m * effective + 1.5) + 4 * (p * effective + 0.75) * (d * effective + 0.75)) / (effective + 3)) / (effective + 3) AS margin
FROM nps_drawn, level, population, LATERAL (SELECT pg_temp.population(n, factor)) AS x (population), LATERAL (SELECT pg_temp.effective(kish, n, population)) AS y (effective)
WHERE rank > 1;
SELECT is_empty($$ SELECT ds, level, population, i.*, centre, margin
	FROM adjusted, nps_interval(s, level, population => population) AS i
	WHERE NOT (pg_temp.near(i.lower, least(greatest(centre - margin, -100), nps(s)), 100) AND pg_temp.near(i.upper, greatest(least(centre + margin, 100), nps(s)), 100)) LIMIT 3 $$,
	'nps: adjusted Wald by hand, three answers added');
SELECT is_empty($$ SELECT ds, s, level, population, nps_margin(s, level, population), margin FROM adjusted
	WHERE NOT pg_temp.near(nps_margin(s, level, population), margin) LIMIT 3 $$,
	'nps: nps_margin by hand');
SELECT is_empty($$ SELECT ds, s, level, population, r.* FROM adjusted, nps_report(s, level, population) AS r, nps_interval(s, level, population => population) AS i
	WHERE (r.lower, r.upper, r.margin, r.nps, r.responses) IS DISTINCT FROM (i.lower, i.upper, nps_margin(s, level, population), nps(s), responses(s)) LIMIT 3 $$,
	'nps: nps_report says the same');

-- The score interval ends where the score test with this value for a hypothesis is just significant. Under the hypothesis that
-- the net score is v, the likeliest share q at the bottom makes up / (q + v) + down / q = 2 mid / (1 - 2 q - v).
CREATE FUNCTION pg_temp.score_test(p float8, m float8, d float8, n float8, v float8) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	low float8 := greatest(0, -v);
	high float8 := (1 - v) / 2;
	q float8;
BEGIN
	FOR i IN 1..200 LOOP
		q := (low + high) / 2;
		EXIT WHEN q <= low OR q >= high;
		IF (p / (q + v) + CASE WHEN d > 0 THEN d / q ELSE 0 END > CASE WHEN m > 0 THEN 2 * m / (1 - 2 * q - v) ELSE 0 END) THEN
			low := q;
		ELSE
			high := q;
		END IF;
	END LOOP;
	RETURN abs(p - d - v) / sqrt((2 * q + v * (1 - v)) / n);
END $$;
SELECT is_empty($$ SELECT ds, level, end_, test, z
	FROM interval_of i JOIN nps_drawn USING (ds), LATERAL (VALUES (i.lower), (i.upper)) AS v (end_), LATERAL (SELECT pg_temp.score_test(p, m, d, kish, end_ / 100)) AS t (test)
	WHERE family = 'nps' AND method = 'score' AND rank = 5 AND i.n < 1000 AND ds < 150 AND abs(end_) < 100 - 1e-9 AND abs(end_ - estimate) > 1e-9 AND abs(test - z) > 1e-6 LIMIT 3 $$,
	'nps: the score interval ends where the score test says so');

SELECT is_empty($$ SELECT ds, level, population, i.lower, i.upper, p, margin
	FROM interval_of i JOIN csat_drawn USING (ds), LATERAL (SELECT 100 * z * sqrt(p * q / pg_temp.effective(kish, i.n, population))) AS x (margin)
	WHERE family = 'csat' AND method = 'wald' AND NOT (pg_temp.near(i.lower, greatest(estimate - margin, 0), 100) AND pg_temp.near(i.upper, least(estimate + margin, 100), 100)) LIMIT 3 $$,
	'csat: Wald by hand');
SELECT is_empty($$ SELECT ds, level, population, i.lower, i.upper, centre, margin
	FROM interval_of i JOIN csat_drawn USING (ds), LATERAL (SELECT z * z / pg_temp.effective(kish, i.n, population)) AS x (w), LATERAL (SELECT 100 * (p + w / 2) / (1 + w), 100 * sqrt(w * (p * q + w / 4)) / (1 + w)) AS y (centre, margin)
	WHERE family = 'csat' AND method = 'wilson' AND NOT (pg_temp.near(i.lower, centre - margin, 100) AND pg_temp.near(i.upper, centre + margin, 100)) LIMIT 3 $$,
	'csat: Wilson by hand');
SELECT is_empty($$ SELECT ds, s, level, r.* FROM csat_drawn AS c, level, csat_report(s, level) AS r, csat_interval(s, level) AS i
	WHERE (r.lower, r.upper, r.csat, r.responses, r.satisfied, r.mean_score, r.scale, r.boxes) IS DISTINCT FROM (i.lower, i.upper, csat(s), responses(s), satisfied(s), mean_score(s), c.scale, c.boxes)
		OR r.margin <> csat_margin(s, level) OR NOT pg_temp.near(r.margin, (i.upper - i.lower) / 2, 100) LIMIT 3 $$,
	'csat: csat_report says the same');

-- Clopper and Pearson: as many or more satisfied would be seen with probability (1 - level) / 2 at the lower limit.
CREATE FUNCTION pg_temp.at_least(x bigint, n bigint, p float8) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	log_term float8 := n * ln(1 - p);
	sum float8 := 0;
BEGIN
	FOR k IN 0..n LOOP
		IF k >= x THEN
			sum := sum + CASE WHEN log_term < -700 THEN 0 ELSE exp(log_term) END;
		END IF;
		log_term := log_term + CASE WHEN k < n THEN ln((n - k)::float8 / (k + 1)) + ln(p / (1 - p)) ELSE 0 END;
	END LOOP;
	RETURN sum;
END $$;
SELECT is_empty($$ SELECT ds, level, i.n, satisfied(s), i.lower, i.upper
	FROM interval_of i JOIN csat_drawn USING (ds)
	WHERE family = 'csat' AND method = 'clopper_pearson' AND rank = 5 AND i.n < 100 AND NOT weighted AND NOT (
		CASE WHEN satisfied(s) = 0 THEN i.lower = 0 ELSE pg_temp.near(pg_temp.at_least(satisfied(s), i.n, i.lower / 100), (1 - level) / 2, 1) END
		AND CASE WHEN satisfied(s) = i.n THEN i.upper = 100 ELSE pg_temp.near(1 - pg_temp.at_least(satisfied(s) + 1, i.n, i.upper / 100), (1 - level) / 2, 100) END) LIMIT 3 $$,
	'csat: Clopper-Pearson by adding up binomial probabilities');
SELECT is_empty($$ SELECT ds, method, level, i.*, j.* FROM csat_drawn, level, unnest('{wald, wilson, clopper_pearson}'::text[]) AS method, csat_interval(s, level, method) AS i, csat_interval(mirrored, level, method) AS j
	WHERE NOT (pg_temp.near(csat(s), 100 - csat(mirrored), 1000) AND pg_temp.near(i.lower, 100 - j.upper, 1000) AND pg_temp.near(i.upper, 100 - j.lower, 1000)) LIMIT 3 $$,
	'csat: the dissatisfied are seen in the mirror');

-- R: print(qt(.975, c(1, 2, 5, 10, 30, 100)), digits = 15)
SELECT is_empty($$ SELECT df, i.*, r.*
	FROM (VALUES (1, 12.7062047361747), (2, 4.30265272974946), (5, 2.57058183563631), (10, 2.22813885198627), (30, 2.04227245630124), (100, 1.98397151852355)) AS v (df, t),
		LATERAL (SELECT ces_agg(4 + (x * 7 + df) % 3 % 2) AS s, avg(4 + (x * 7 + df) % 3 % 2) AS mean, stddev_samp(4 + (x * 7 + df) % 3 % 2) / sqrt(df + 1) AS stderr FROM generate_series(0, df) AS x) y,
		ces_interval(s) AS i, ces_report(s) AS r
	WHERE stderr = 0 OR NOT (pg_temp.near(i.lower, greatest(mean - t * stderr, 1)) AND pg_temp.near(i.upper, least(mean + t * stderr, 7)) AND pg_temp.near(ces_margin(s), t * stderr))
		OR (r.lower, r.upper, r.margin, r.ces, r.responses) IS DISTINCT FROM (i.lower, i.upper, ces_margin(s), ces(s), responses(s)) $$,
	'ces: the t interval by hand');
SELECT is_empty($$ SELECT ds, level, i.*, j.* FROM ces_drawn, level, ces_interval(s, level) AS i, ces_interval(mirrored, level) AS j
	WHERE NOT (pg_temp.near(i.lower, scale + 1 - j.upper, 100) AND pg_temp.near(i.upper, scale + 1 - j.lower, 100))
		OR NOT (pg_temp.near(easy_share(s), easy_share(mirrored)) AND pg_temp.near(ces_net_easy(s), ces_net_easy(mirrored), 100)) LIMIT 3 $$,
	'ces: turning the scale round mirrors the mean, and leaves what is easy');
SELECT is_empty($$ SELECT ds, level, population, ces_margin(s, level, population), ces_margin(s, level)
	FROM ces_drawn, level, population, LATERAL (SELECT pg_temp.population(n, factor)) AS x (population)
	WHERE rank BETWEEN 2 AND 4 AND n > 1 AND NOT pg_temp.near(ces_margin(s, level, population), ces_margin(s, level) * sqrt((population - n) / (population - 1.0))) LIMIT 3 $$,
	'ces: the finite-population correction by hand');


-- ---- Tests of a difference ----

SELECT is_empty($$ SELECT a.ds, level, method, x.*, y.*
	FROM nps_drawn a JOIN nps_drawn b ON b.ds BETWEEN a.ds + 1 AND a.ds + 3, level, unnest('{wald, adjusted_wald}'::text[]) AS method, nps_compare(a.s, b.s, level, method) AS x, nps_compare(b.s, a.s, level, method) AS y
	WHERE (x.difference, x.statistic, x.lower, x.upper, x.stderr, x.p_value) IS DISTINCT FROM (-y.difference, -y.statistic, -y.upper, -y.lower, y.stderr, y.p_value) LIMIT 3 $$,
	'nps_compare(a, b) = -nps_compare(b, a)');
SELECT is_empty($$ SELECT a.ds, level, x.*, y.*
	FROM csat_drawn a JOIN csat_drawn b ON b.ds > a.ds AND a.scale = b.scale AND a.boxes = b.boxes, level, csat_compare(a.s, b.s, level) AS x, csat_compare(b.s, a.s, level) AS y
	WHERE (x.difference, x.statistic, x.lower, x.upper, x.stderr, x.p_value) IS DISTINCT FROM (-y.difference, -y.statistic, -y.upper, -y.lower, y.stderr, y.p_value) LIMIT 3 $$,
	'csat_compare(a, b) = -csat_compare(b, a)');
SELECT is_empty($$ SELECT a.ds, level, x.*, y.*
	FROM ces_drawn a JOIN ces_drawn b ON b.ds BETWEEN a.ds + 1 AND a.ds + 60 AND a.scale = b.scale AND a.low = b.low, level, ces_compare(a.s, b.s, level) AS x, ces_compare(b.s, a.s, level) AS y
	WHERE (x.difference, x.statistic) IS DISTINCT FROM (-y.difference, -y.statistic)
		OR NOT (pg_temp.near(x.lower, -y.upper, 10) AND pg_temp.near(x.upper, -y.lower, 10) AND pg_temp.near(x.stderr, y.stderr) AND pg_temp.near(x.p_value, y.p_value, 1) AND pg_temp.near(x.df, y.df)) LIMIT 3 $$,
	'ces_compare(a, b) = -ces_compare(b, a)');
SELECT is_empty($$ SELECT a.ds, b.ds, t.*, se, phi
	FROM nps_drawn a JOIN nps_drawn b ON b.ds BETWEEN a.ds + 1 AND a.ds + 3, nps_compare(a.s, b.s, 0.95, 'wald') AS t,
		LATERAL (SELECT 100 * sqrt(((a.p + a.d) * a.m + 4 * a.p * a.d) / a.kish + ((b.p + b.d) * b.m + 4 * b.p * b.d) / b.kish)) AS x (se), LATERAL (SELECT pg_temp.phi(-abs(t.difference / nullif(se, 0)))) AS y (phi)
	WHERE NOT (pg_temp.near(t.difference, nps(a.s) - nps(b.s), 1000) AND pg_temp.near(t.stderr, se) AND pg_temp.near(t.statistic, t.difference / nullif(se, 0)) AND pg_temp.near(t.p_value, 2 * phi, 1)) OR t.df IS NOT NULL LIMIT 3 $$,
	'nps_compare: Wald by hand');
SELECT is_empty($$ SELECT a.ds, b.ds, t.*, moved, se
	FROM adjusted a JOIN adjusted b ON a.rank = 5 AND b.rank = 5 AND a.level = 0.95 AND b.level = 0.95 AND b.ds BETWEEN a.ds + 1 AND a.ds + 3, nps_compare(a.s, b.s) AS t,
		LATERAL (SELECT a.centre - b.centre, sqrt(a.margin ^ 2 + b.margin ^ 2) / a.z) AS x (moved, se),
		LATERAL (SELECT CASE WHEN abs(nps(a.s) - nps(b.s)) < 1e-10 THEN 0 ELSE moved / se END) AS y (z)	-- none without a difference
	WHERE NOT (pg_temp.near(t.difference, nps(a.s) - nps(b.s), 1000) AND pg_temp.near(t.stderr, se) AND pg_temp.near(t.statistic, y.z, 1) AND pg_temp.near(t.p_value, 2 * pg_temp.phi(-abs(y.z)), 1)
		AND pg_temp.near(t.lower, greatest(least(moved - a.z * se, t.difference), -200), 100) AND pg_temp.near(t.upper, least(greatest(moved + a.z * se, t.difference), 200), 100)) LIMIT 3 $$,
	'nps_compare: adjusted Wald by hand');
SELECT is_empty($$ SELECT a.ds, b.ds, t.*, se
	FROM csat_drawn a JOIN csat_drawn b ON b.ds > a.ds AND a.scale = b.scale AND a.boxes = b.boxes, csat_compare(a.s, b.s) AS t, csat_interval(a.s) AS i, csat_interval(b.s) AS j,
		LATERAL (SELECT 100 * sqrt((a.p * a.kish + b.p * b.kish) * (a.q * a.kish + b.q * b.kish) * (1 / a.kish + 1 / b.kish)) / (a.kish + b.kish)) AS x (se)
	WHERE NOT (pg_temp.near(t.difference, csat(a.s) - csat(b.s), 1000) AND pg_temp.near(t.stderr, se) AND pg_temp.near(t.statistic, t.difference / nullif(se, 0), 1) AND pg_temp.near(t.p_value, 2 * pg_temp.phi(-abs(t.difference / nullif(se, 0))), 1)
		AND pg_temp.near(t.lower, t.difference - sqrt((csat(a.s) - i.lower) ^ 2 + (j.upper - csat(b.s)) ^ 2), 100) AND pg_temp.near(t.upper, t.difference + sqrt((i.upper - csat(a.s)) ^ 2 + (csat(b.s) - j.lower) ^ 2), 100)) LIMIT 3 $$,
	'csat_compare: pooled z and Newcombe''s interval by hand');
SELECT is_empty($$ SELECT a.ds, b.ds, t.*, se, welch
	FROM ces_drawn a JOIN ces_drawn b ON b.ds > a.ds AND a.scale = b.scale AND a.low = b.low AND a.kish > 1 AND b.kish > 1, ces_compare(a.s, b.s) AS t,
		LATERAL (SELECT a.deviation ^ 2 / a.kish, b.deviation ^ 2 / b.kish) AS x (va, vb), LATERAL (SELECT sqrt(va + vb), (va + vb) ^ 2 / nullif(va ^ 2 / (a.kish - 1) + vb ^ 2 / (b.kish - 1), 0)) AS y (se, welch)
	WHERE se > 1e-12 AND NOT (pg_temp.near(t.difference, a.mean - b.mean, 100) AND pg_temp.near(t.stderr, se) AND pg_temp.near(t.statistic, t.difference / se, 1) AND pg_temp.near(t.df, welch)) LIMIT 3 $$,
	'ces_compare: Welch by hand');
SELECT is_empty($$ SELECT ds, t.* FROM nps_drawn, nps_compare(s, s) AS t WHERE t.difference <> 0 OR t.statistic <> 0 OR t.p_value <> 1 LIMIT 3 $$,
	'nothing differs from itself');
-- whether 0 is in the interval is whether the p-value is small, of methods where both come from one standard error
CREATE TEMP TABLE test AS
SELECT 'nps wald' AS test, level, t.* FROM nps_drawn a JOIN nps_drawn b ON b.ds BETWEEN a.ds + 1 AND a.ds + 3, level, nps_compare(a.s, b.s, level, 'wald') AS t
UNION ALL SELECT 'nps adjusted', level, t.* FROM nps_drawn a JOIN nps_drawn b ON b.ds BETWEEN a.ds + 1 AND a.ds + 3, level, nps_compare(a.s, b.s, level) AS t
UNION ALL SELECT 'ces', level, t.* FROM ces_drawn a JOIN ces_drawn b ON b.ds > a.ds AND a.scale = b.scale AND a.low = b.low, level, ces_compare(a.s, b.s, level) AS t;
SELECT is_empty($$ SELECT * FROM test WHERE (p_value < 1 - level - 1e-9 AND lower < -1e-9 AND upper > 1e-9 AND sign(difference) = sign(statistic))
	OR (p_value > 1 - level + 1e-9 AND (lower > 1e-9 OR upper < -1e-9)) LIMIT 3 $$,
	'the interval of a difference excludes 0 where the p-value is small enough');
SELECT is_empty($$ SELECT * FROM test WHERE (lower <= difference AND difference <= upper AND p_value BETWEEN 0 AND 1 AND stderr >= 0) IS FALSE LIMIT 3 $$,
	'and contains the difference');


-- ---- Targets ----

SELECT is_empty($$ SELECT ds, s, target, nps_probability(s, target), probability FROM adjusted, generate_series(-100, 100, 25) AS target, LATERAL (SELECT pg_temp.phi((above_least - (target + 100)) / (margin / z))) AS x (probability)
	WHERE rank = 5 AND level = 0.95 AND abs(nps_probability(s, target) - probability) > 1e-9 LIMIT 3 $$,
	'nps_probability by hand');
-- The posterior Beta(x + 1/2, n - x + 1/2), step by step from Beta(1/2, 1/2), which is an arc sine.
CREATE FUNCTION pg_temp.posterior(x bigint, n bigint, target float8) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	a float8 := 0.5;
	b float8 := 0.5;
	beta float8 := pi();
	below float8 := 2 / pi() * asin(sqrt(target));
BEGIN
	WHILE a < x LOOP
		below := below - target ^ a * (1 - target) ^ b / (a * beta);
		beta := beta * a / (a + b);
		a := a + 1;
	END LOOP;
	WHILE b < n - x LOOP
		below := below + target ^ a * (1 - target) ^ b / (b * beta);
		beta := beta * b / (a + b);
		b := b + 1;
	END LOOP;
	RETURN 1 - below;
END $$;
SELECT is_empty($$ SELECT ds, n, satisfied(s), target, csat_probability(s, target), posterior FROM csat_drawn, generate_series(5, 95, 10) AS target, LATERAL (SELECT pg_temp.posterior(satisfied(s), n, target / 100.0)) AS x (posterior)
	WHERE n < 100 AND NOT weighted AND abs(csat_probability(s, target) - posterior) > 1e-10 LIMIT 3 $$,
	'csat_probability by hand');
SELECT is_empty($$ SELECT ds, target, csat_probability(s, target), csat_probability(mirrored, 100 - target) FROM csat_drawn, generate_series(0, 100, 10) AS target
	WHERE abs(csat_probability(s, target) + csat_probability(mirrored, 100 - target) - 1) > 1e-9 LIMIT 3 $$,
	'csat_probability: below is not above');
SELECT is_empty($$ SELECT ds, level, i.lower, ces_probability(s, i.lower), i.upper, ces_probability(s, i.upper) FROM ces_drawn, level, ces_interval(s, level) AS i
	WHERE n > 1 AND ces_stderr(s) > 1e-5 AND (i.lower > 1 AND abs(ces_probability(s, i.lower) - CASE WHEN low THEN 1 - level ELSE 1 + level END / 2) > 1e-9
		OR i.upper < scale AND abs(ces_probability(s, i.upper) - CASE WHEN low THEN 1 + level ELSE 1 - level END / 2) > 1e-9 OR abs(ces_probability(s, ces(s)) - 0.5) > 1e-9) LIMIT 3 $$,
	'ces_probability fits the interval');
SELECT is_empty($$ SELECT ds, target, ces_probability(s, target), ces_probability(mirrored, scale + 1 - target) FROM ces_drawn, LATERAL generate_series(1, scale) AS target
	WHERE ces_stderr(s) > 1e-5 AND NOT pg_temp.near(ces_probability(s, target), ces_probability(mirrored, scale + 1 - target), 10) LIMIT 3 $$,
	'ces_probability: turned round, as easy');

CREATE TEMP TABLE verdict AS
SELECT 'nps' AS family, ds, s::text, target, nps(s) - target AS ahead, level, nps_probability(s, target) AS probability, nps_verdict(s, target, level) AS verdict FROM nps_drawn, generate_series(-100, 100, 20) AS target, level
UNION ALL SELECT 'csat', ds, s::text, target, csat(s) - target, level, csat_probability(s, target), csat_verdict(s, target, level) FROM csat_drawn, generate_series(0, 100, 10) AS target, level
UNION ALL SELECT 'ces', ds, s::text, target, CASE WHEN low THEN target - ces(s) ELSE ces(s) - target END, level, ces_probability(s, target), ces_verdict(s, target, level) FROM ces_drawn, LATERAL generate_series(1, scale) AS target, level;
SELECT is_empty($$ SELECT * FROM verdict WHERE verdict IS DISTINCT FROM CASE WHEN probability >= level AND ahead > 0 THEN 'met' WHEN probability <= 1 - level AND ahead < 0 THEN 'missed' ELSE 'unproven' END LIMIT 3 $$,
	'the verdict is what the probability proves, and on the side of the estimate');
SELECT results_eq('SELECT DISTINCT family, verdict FROM verdict ORDER BY 1, 2', $$ SELECT f, v FROM unnest('{ces, csat, nps}'::text[]) AS f, unnest('{met, missed, unproven}'::text[]) AS v $$,
	'every verdict was pronounced');
SELECT is_empty($$ SELECT * FROM (SELECT *, probability - lag(probability) OVER (PARTITION BY family, ds, level ORDER BY target) AS step FROM verdict WHERE family <> 'ces') x WHERE step > 1e-12 LIMIT 3 $$,
	'a higher target is harder to meet');
SELECT is_empty($$ SELECT ds, s, target, ces_probability(s, target), ces_verdict(s, target) FROM ces_drawn, LATERAL generate_series(1, scale) AS target
	WHERE (SELECT count(*) FROM distribution(s) WHERE responses > 0) = 1 AND (ces_probability(s, target) IS NOT NULL OR ces_verdict(s, target) <> 'unproven') LIMIT 3 $$,
	'ces: where nothing varies nothing is proved');
SELECT is_empty($$ SELECT n, w, target, ces_probability(s, target), ces_verdict(s, target) FROM (SELECT n, w, ces_weighted_agg(6, w) AS s FROM generate_series(1, 20) AS n, generate_series(1, n) AS i, unnest('{0.1, 0.3, 0.7, 1.1, 1e-5}'::float8[]) AS w GROUP BY n, w) x, generate_series(1, 7) AS target
	WHERE ces_probability(s, target) IS NOT NULL OR ces_verdict(s, target) <> 'unproven' LIMIT 3 $$,
	'ces: not with weights, either');


-- ---- Sample sizes ----

SELECT is_empty($$ SELECT margin, level, nps_sample_size(margin, level), n FROM unnest('{0.5, 1, 2, 5, 7.5, 10, 30, 150}'::float8[]) AS margin, level, LATERAL (SELECT greatest(ceil((100 * z / margin) ^ 2 - 3), 1)) AS x (n)
	WHERE nps_sample_size(margin, level) <> n $$,
	'nps_sample_size by hand');
SELECT is_empty($$ SELECT ds, margin, nps_sample_size(margin, level, s), size FROM nps_drawn, unnest('{0.5, 2, 5, 10}'::float8[]) AS margin, level, LATERAL (SELECT CASE WHEN (p + d) * m + p * d > 0 THEN (p + d) * m + 4 * p * d
			ELSE (((p + d) * kish + 1.5) * (m * kish + 1.5) + 4 * (p * kish + 0.75) * (d * kish + 0.75)) / (kish + 3) ^ 2 END) AS v (v), LATERAL (SELECT greatest((100 * z / margin) ^ 2 * v - 3, 1)) AS x (size)
	WHERE abs(nps_sample_size(margin, level, s) - ceil(size)) > CASE WHEN abs(size - round(size)) < 1e-9 * size THEN 1 ELSE 0 END LIMIT 3 $$,
	'with a pilot, to which three answers are added if it is of one mind');
SELECT is_empty($$ SELECT margin, level, population, size FROM unnest('{0.5, 1, 2, 5, 10}'::float8[]) AS margin, level, unnest('{1, 2, 30, 400, 100000, 1000000000000}'::bigint[]) AS population, LATERAL (SELECT nps_sample_size(margin, level, NULL, population), (100 * z / margin) ^ 2 - 3) AS x (size, n)
	WHERE size > population OR size < 1 OR size > nps_sample_size(margin, level)
		OR (n > 1 AND abs(size - ceil(n * population / (n + population - 1))) > 0) $$,
	'nobody needs more answers than there are customers');

SELECT * FROM finish();
ROLLBACK;
